"""The study: what one unit more costs along a number, stretch by stretch, and which sites change between them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...words import Sentence, say
from ..study import Study
from ..told import figure
from .asked import Asked, Range, asked, measure_of, moved, no_plan, study, unproved
from .bench import Bench
from .curve import Stretch
from .parts import UNPROVED, Question
from .selection import Move

#: Stretches into which a range is parted first.
_PARTS = 12


def ask_curve(question: Question, over: Sequence[str], span: Range) -> Study:
    """What one unit more costs along a number, stretch by stretch, and which sites change between them."""
    bench, varied = question.bench, moved(over)
    if (none := no_plan(bench, "curve", varied)) is not None:
        return none
    rows, findings = [], []
    numbers = asked(bench, over, span)
    ends = _ends(question, numbers, over, span)
    for k, one in enumerate(numbers):
        found = _stretches(question, one, (tuple(over), span, k), ends[k])
        if found is None:
            findings.append(unproved(one.move.name))
            continue
        rows += _curve_rows(bench, one.move, found)
        findings += _curve_told(bench, one.move, found)
    unsaid = [say("what happens when several of these move at once")]
    if any(row["bent"] for row in rows):
        unsaid.append(say("what it costs between the ends of a stretch that is no straight line"))
    if any(not row["exact"] and not row["bent"] for row in rows):
        unsaid.append(
            say("that no other set is best at a point between those that were tried")
            if bench.used
            else say("that nothing is cheaper at a point between those that were tried")
        )
    return study(bench, "curve", rows, findings, varied, unsaid)


def _stretches(
    question: Question, one: Asked, number: tuple[Sequence[str], Range, int], ends: tuple[float, float] | None
) -> list[Stretch] | None:
    """The curve of a number, its parts side by side, and every end confirmed; None where a solve did not end in time."""
    if ends is None:
        return None
    points = one.points or _grid(*ends, whole=one.whole)
    if len(points) < 2:
        return []
    curve = question.parts.curve(*number, points)
    parts = question.ask("stretches", [(*number, points, k) for k in range(curve.parts(points, whole=one.whole))])
    if UNPROVED in parts:
        return None
    found: list[Stretch] = list(itertools.chain.from_iterable(parts))
    if not one.whole:
        found = curve.joined(found)
    places = [(at, cost) for s in found for at, cost in ((s.start, s.cost), (s.end, s.cost_at_end))]
    fine = question.ask("confirmed", [(*number, points, at, cost) for at, cost in places])
    if UNPROVED in fine:
        return None
    return [replace(s, verified=fine[2 * k] and fine[2 * k + 1]) for k, s in enumerate(found)]


def _ends(
    question: Question, numbers: Sequence[Asked], over: Sequence[str], span: Range
) -> list[tuple[float, float] | None]:
    """As asked, else from edge to edge; where there is none, from nothing to twice of now (−30 % to +30 %). None where
    an edge is not known."""
    known = {k: (one.low, one.high) if one.points else (-0.3, 0.3) for k, one in enumerate(numbers) if one.points or one.move.relative}  # fmt: skip
    asks = [(tuple(over), span, k, up, False) for k in range(len(numbers)) if k not in known for up in (False, True)]
    edges = question.ask("edge", asks)
    found: list[tuple[float, float] | None] = []
    for k, one in enumerate(numbers):
        if k in known:
            found.append(known[k])
            continue
        below, above = edges.pop(0), edges.pop(0)
        if UNPROVED in (below, above):
            found.append(None)
            continue
        most = float(len(question.bench.prepared.network.site_places)) if one.whole else 2 * max(one.start, 1.0)
        low = 0.0 if below.value is None else below.value
        found.append((low, max(most, one.start) if above.value is None else above.value))
    return found


def _grid(low: float, high: float, *, whole: bool) -> tuple[float, ...]:
    if whole:
        return tuple(float(n) for n in range(math.ceil(low), math.floor(high) + 1))
    return tuple(low + (high - low) * i / _PARTS for i in range(_PARTS + 1))


def _curve_rows(bench: Bench, move: Move, found: list[Stretch]) -> list[dict[str, Any]]:
    unit, factor = measure_of(bench, move)
    rows, last = [], None
    for one in found:
        last = one.before if one.before is not None else last
        rows.append(
            {
                "over": move.name,
                "from": float(f"{one.start * factor:.9g}"),
                "to": float(f"{one.end * factor:.9g}"),
                "unit": unit,
                "cost_from": round(one.cost, 6),
                "cost_to": round(one.cost_at_end, 6),
                "marginal": float(f"{one.slope / factor:.10g}"),
                "sites": list(one.used),
                "sites_in": [p for p in one.used if last is not None and p not in last],
                "sites_out": [p for p in last or () if p not in one.used],
                "exact": one.exact,
                "bent": one.bent,
                "verified": one.verified,
            }
        )
        last = one.used
    return rows


def _curve_told(bench: Bench, move: Move, found: list[Stretch]) -> list[Sentence]:
    if not found:
        return [say("{over}: no stretch of it has a plan.", over=move.name)]
    unit, factor = measure_of(bench, move)
    slopes = [one.slope / factor for one in found]
    values = {"over": move.name, "count": len(found), "unit": unit, "money": bench.money,
              "low": figure(round(min(slopes), 6)), "high": figure(round(max(slopes), 6))}  # fmt: skip
    told = [
        say("{over}: one {unit} more costs {low} {money} all the way.", **values) if len(found) == 1
        else say("{over}: {count} stretches; one {unit} more costs from {low} to {high} {money}.", **values)
    ]  # fmt: skip
    if found[0].before is not None:
        told.append(say("Each step was solved."))
    elif all(one.exact for one in found):
        told.append(say("Every bend is there: between two of them the cost is a straight line."))
    for a, b in itertools.pairwise(found):
        jump = b.cost - a.cost_at_end
        if abs(jump) <= 1e-5 * max(1.0, abs(b.cost)) or b.start - a.end > 1e-6 * max(1.0, abs(b.start)):
            continue
        values = {"at": move.told(float(f"{b.start:.8g}")), "jump": figure(round(abs(jump), 4)), "money": bench.money}
        told.append(
            say("At {at} the cost jumps up by {jump} {money}: what was best has no plan beyond.", **values)
            if jump > 0
            else say("At {at} the cost falls by {jump} {money}: what is best then has no plan before.", **values)
        )
    if not all(one.verified for one in found):
        told.append(say("Not every end was confirmed by a verified plan."))
    return told
