"""Why there is no plan, and what it would take: the user's own rows that contradict each other, and repairs.

`facts` are single cells that oblige or forbid; `lab` asks whether the case without some of them has a plan; `conflict`
finds the rows none of which can be left out; `mend` finds the least changes; `report` says it all in sentences. With a
plan, the package `why` says what follows from what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...api import Case, Prepared, options_of, prepare, solve_prepared, with_fix
from ...engines import Options, Result
from ...errors import CallError
from ...plan.plan import Plan
from ...tables.changes import parse_where
from ...words import say
from ...words import sentences as together  # a file here has the other name
from ..stopping import as_a_whole
from ..study import Study
from ..why import ask_flow, ask_plan, ask_site
from .endless import endless
from .lab import Lab
from .report import why_none
from .without import with_need

#: Seconds that one question to the solver may take, unless the call says otherwise; all together may take so many times that.
PATIENCE, QUESTIONS = 30.0, 4
#: Seconds in which it may be shown that a large case has no plan, before it is solved.
FIRST = 10.0
#: Seconds that all questions about a plan may take together: in short, and about one site or way.
SHORT, LONG = 10.0, 60.0


@as_a_whole()
def explain(
    case: Case,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    fix: str | None = None,
    site: str | None = None,
    flow: Mapping[str, str] | str | None = None,
    budget: float | None = None,
    **options: Any,
) -> Study:
    """Why there is no plan, with repairs and their prices; with a plan, why this one. `fix="baseline"`: of today's plan.

    With a plan: which rows bind and what one more of each is worth, what had no choice, what has no influence. `site`
    (a place, or place/size): why it is used or not, what the other costs, and from where on it would be otherwise.
    `flow` (origin, dest; maybe material, mode, period; as a dict or "origin=A;dest=B"): the same of a way. `budget`:
    seconds that all questions may take (10 in short, 60 about a site or way); what was not asked in time is named.

    >>> import balik
    >>> study = balik.explain("jerigen-padang", scenario="biaya-plus-20")
    >>> [(r["change"], r["cost"]) for r in study.rows if r["mends"]][:2]
    [('limits.least[limit=vcap] = 762', 9063600.0), ('limits.most[limit=trl-max] = 9793200', 9793200.0)]
    >>> [(row["file"], row["line"]) for row in study.more["conflict"]]
    [('jerigen-padang/limits.csv', 2), ('jerigen-padang/limits.csv', 3)]
    """
    settings = with_fix(settings, fix)
    prepared = prepare(case, scenario, set, settings)
    asked = options_of(prepared.tables, **options)
    asked = replace(asked, time_limit=asked.time_limit or PATIENCE)
    return _answer(Lab(case, scenario, tuple(set), settings, prepared, asked), site, flow, budget)


def _answer(lab: Lab, site: str | None, flow: Mapping[str, str] | str | None, budget: float | None) -> Study:
    """Why there is no plan, or why this one."""
    prepared, asked = lab.prepared, lab.options
    seconds = QUESTIONS / 2 * (asked.time_limit or PATIENCE)
    if lab.quick.answer(prepared.model.program, lab.hurried(FIRST).options) is False:
        return why_none(lab, seconds)
    plan, result = solve_prepared(prepared, asked)
    if plan.has_numbers:
        study = _why(prepared, asked, plan, result, site, flow, budget)
        return study if site is None else with_need(lab, study)
    if plan.status == "infeasible":
        return why_none(lab, seconds)
    sentence = {
        "unbounded": say("The cost can fall without end: something is paid for and nothing bounds it."),
        "stopped": say("The search was stopped before it was known whether a plan exists."),
    }.get(plan.status) or say(
        "A plan was found, and it fails its verification: {broken}", broken=together(*plan.broken[:3], between="; ")
    )
    rows, more = endless(prepared, asked) if plan.status == "unbounded" else ([], [])
    return Study("explain", plan.case, plan.currency, rows, [sentence, *more], False, status=plan.status)


def _why(
    prepared: Prepared, asked: Options, plan: Plan, result: Result,
    site: str | None, flow: Mapping[str, str] | str | None, budget: float | None,
) -> Study:  # fmt: skip
    """Why this plan: about a site, a way, or in short."""
    if site is not None and flow is not None:
        raise CallError(say("Ask about a site or about a flow, not about both at once."))
    if budget is not None and not 0 < budget < float("inf"):
        raise CallError(say("budget must be a number of seconds above 0, not {budget!r}.", budget=budget))
    if site is not None:
        return ask_site(prepared, asked, site, budget or LONG)
    if flow is None:
        return ask_plan(prepared, asked, plan, result, budget or SHORT)
    keys = parse_where(flow, ";") if isinstance(flow, str) else flow
    if keys is None:
        raise CallError(say("'{text}' cannot be read. Write origin=A;dest=B.", text=flow))
    return ask_flow(prepared, asked, keys, budget or LONG)
