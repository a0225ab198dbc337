"""Sensitivity: numbers moved, the case solved again at every point, never at frozen flows."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..api import Case
from ..errors import CallError, did_you_mean
from ..words import say, sentences
from .many import Jobs, Many
from .sensitive.asked import Range
from .sensitive.bench import Bench
from .sensitive.of_curve import ask_curve
from .sensitive.of_edge import ask_edge
from .sensitive.of_prices import ask_prices
from .sensitive.of_sites import ask_sites
from .sensitive.parts import Parts, Question
from .sensitive.selection import DEFAULT_COLUMNS, parse_range
from .sensitive.swept import DEFAULT_RANGE, OVER_RANGE, Swept, data_of, moved_over, swept, two_way
from .study import Study, status_among
from .sweep import Sweep

__all__ = ["DEFAULT_COLUMNS", "FINDS", "parse_range", "sensitivity"]

#: Scenario, changes of the call, settings, and options of the solver.
Of = tuple[str | None, tuple[str, ...], Mapping[str, Any] | None, dict[str, Any]]
#: What can be found along a number, instead of a table of its points.
FINDS = ("sites", "edge", "curve", "prices")


def sensitivity(
    case: Case,
    over: str | Sequence[str] = (),
    range: Range = None,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    against: str | None = None,
    against_range: Range = None,
    find: str | None = None,
    read: str = "cost",
    **options: Any,
) -> Study:
    """What the plan costs when cells move: each selection over the range, solved again and verified at each point.

    `over`: selections `table.column[key=value,…]`, or an account ("transport": all its rates); several joined by commas
    move together; several selections are swept one after the other. `range`: "-30%:+30%:10%" (cells × 1 + p),
    "100:500:50" (cells set to the value), or a tuple of fractions (-0.3, 0.3, 0.1). Between a point with a plan and one
    without, the edge is found to 0.01 %. `against`: a second selection, and a row for every pair of points. `read`: an
    account, a measure or "owner:NAME" (its margin), read beside the cost. `more["tornado"]`: both ends, widest first.

    `find`: instead of a table, the place itself. "sites": from where to where the same sites stay the best, and which
    are next; "edge": how far until no plan exists, and the rows in the way; "curve": what one unit more costs, stretch
    by stretch, with the sites that change; "prices" (needs no `over`): what one more and one less of each binding
    number is worth, and how far that holds. Limits, and cells that say one number, then move as values.

    >>> import balik
    >>> study = balik.sensitivity("jerigen-padang", "supply.price,processes.cost", "0%:+20%:10%")
    >>> [(r["at"], r["cost"]) for r in study.rows]
    [('+0 %', 8161000.0), ('+10 %', 8977100.0), ('+20 %', None)]
    >>> study.findings
    ['supply.price,processes.cost: a plan exists up to +11.17 %, none at +11.18 %.']
    >>> study = balik.sensitivity("turki-enam-kota", "sites.opening_cost[place=F1]", find="sites")
    >>> [(r["from"], r["to"], r["to_next"]) for r in study.rows]
    [(None, 7154.18275, ['F2', 'F3', 'F4'])]
    """
    selections = [over] if isinstance(over, str) else list(over)
    if find is not None:
        if against is not None or against_range is not None or read != "cost":
            raise CallError(say("--find stands alone: --against and --read go with a table."))
        return _found(find, selections, range, case, (scenario, tuple(set), settings, options))
    if against is None and against_range is not None:
        raise CallError(say("--against-range is the range of --against: name what moves with it, or leave it out."))
    start = time.perf_counter()
    data = data_of(case, scenario, set, settings)
    with Sweep(case, scenario, tuple(set), settings, options) as sweep:
        one = Swept(sweep, data, read)
        if against is None:
            rows, findings, more = swept(one, selections, range)
            kind, asked = "sensitivity", selections or list(dict.fromkeys(row["over"] for row in rows))
            varied = moved_over(asked, str(range or (OVER_RANGE if selections else DEFAULT_RANGE)))
            unsaid = [say("what happens between the points, or when several of these move at once")]
        else:
            if len(selections) != 1:
                raise CallError(say("A table of two needs one --over and one --against."))
            rows, findings, more = two_way(one, selections[0], range, against, against_range)
            kind = "two-way"
            varied = say("{over} over {range}, and {against} over {other}", over=selections[0], against=against,
                         range=str(range or OVER_RANGE), other=str(against_range or OVER_RANGE))  # fmt: skip
            unsaid = [say("what happens between the points")]
        work = one.work(varied, time.perf_counter() - start, *unsaid)
        base = sweep.base
        return Study(kind, base.case, base.currency, rows, [*findings], sweep.ok, more,
                     status_among(row["status"] for row in rows), work)  # fmt: skip


def _found(find: str, over: list[str], range: Range, case: Case, of: Of) -> Study:
    """The answer to one of the questions that look for a place; `of`: scenario, changes, settings and options."""
    if find not in FINDS:
        near = did_you_mean(find, FINDS) or say("Known: {words}", words=", ".join(FINDS))
        raise CallError(sentences(say("'{find}' cannot be found.", find=find), near))
    if find == "prices" and (over or range is not None):
        raise CallError(say("--find prices asks about every binding number: without --over and --range."))
    jobs = Jobs.taken(of[-1])
    with Many("find", Parts, case, of, jobs, of[2]) as many:
        told = many.known(["as it stands"], Bench(case, *of).stopped_by(many.ends).first)
        parts = Parts(case, *of, told)
        many.here(parts, told)
        question = Question(many, parts)
        if find == "prices":
            return ask_prices(question)
        asks = {"sites": ask_sites, "edge": ask_edge, "curve": ask_curve}
        return asks[find](question, over, range)
