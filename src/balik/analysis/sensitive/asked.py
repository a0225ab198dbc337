"""What moves in a question, from where and how far; and what every answer holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import CallError, listed
from ...network.limits import kind_of
from ...network.network import Limit
from ...tables.changes import parse_selection
from ...words import Sentence, say
from ..repair import is_counted, unit_after
from ..study import Study
from .bench import Bench, cost_of, goals_first
from .selection import Move, moves_of, parse_range, present
from .sites import WIDTH

Range = str | tuple[float, float, float] | None
#: A very large number, as a multiple of what is said now; where that is 0, of what the plan costs, or of 1.
_FAR = 100.0
#: So many names of sites are told.
_NAMES = 6


@dataclass(frozen=True)
class Asked:
    """One number that moves: from where, between which ends, at which points first; `bounded`: no farther is asked."""

    move: Move
    start: float
    low: float
    high: float
    points: tuple[float, ...]
    step: float
    bounded: bool
    whole: bool


def asked(bench: Bench, over: Sequence[str], range: Range) -> list[Asked]:
    """What moves, as a call says it: by per cent, or as values where the cells say one number.

    Without a range limits, and other cells that say one number, move as values.
    """
    if not over:
        raise CallError(say("Say what moves: --over 'table.column[key=value]', or an account."))
    points, relative = parse_range(range) if range is not None else ([], False)
    found = []
    for text in over:
        one = moves_of([text], bench.prepared.data, True)[0]
        now = present(one, bench.prepared.data) if "." in text else None
        known = now is not None and math.isfinite(now)
        if range is not None and not relative and not known:
            told = say(
                "{over} says several numbers, or none: move it by per cent, as --range -30%:+30%:10%.", over=text
            )
            raise CallError(told)
        if relative and now == 0:
            raise CallError(say("{over} is 0, which no per cent moves: give values, as --range 0:100:10.", over=text))
        by_share = relative or not known
        move = Move(one.name, one.parts, by_share)
        bench.taken(move.sets(0.0 if by_share else float(now or 0.0)))
        found.append(_asked(bench, move, 0.0 if by_share else float(now or 0.0), [float(p) for p in points]))
    return found


def _asked(bench: Bench, move: Move, start: float, points: list[float]) -> Asked:
    whole = not move.relative and counts(bench, move)
    if points:
        step = (points[1] - points[0]) / 1000 if len(points) > 1 else WIDTH
        return Asked(move, start, points[0], points[-1], tuple(points), 1.0 if whole else max(step, 1e-9), True, whole)
    if move.relative:
        return Asked(move, 0.0, -1.0, _FAR, (), WIDTH, False, whole)
    cost = abs(cost_of(bench.now))  # a number that is 0 goes as far as a cost may matter
    from_none = _FAR * max(1.0, cost) if math.isfinite(cost) else _FAR
    ends = (0.0, (1 + _FAR) * start if start else from_none) if start >= 0 else ((1 + _FAR) * start, 0.0)
    step = 1.0 if whole else WIDTH * (abs(start) or 1.0)
    return Asked(move, start, *ends, (), step, False, whole)


def counts(bench: Bench, move: Move) -> bool:
    """Whether only whole numbers mean something: limits that count sites, trips, vehicles."""
    limits = [limit for limit in bench.prepared.network.limits if any(_is_of(bench, part, limit.name) for part in move.parts)]  # fmt: skip
    return (
        bool(limits)
        and all(is_counted(bench.prepared, limit) for limit in limits)
        and all(limit.rows[0].quantity in ("open", "use", "trips", "vehicles") for limit in limits)
    )


def _is_of(bench: Bench, part: str, limit: str) -> bool:
    """Whether a selection of cells is about a limit."""
    parsed = parse_selection(part)
    return parsed is not None and parsed[0] == "limits" and parsed[2].get("limit", limit) == limit


def refuse_goals(bench: Bench) -> None:
    """What one more of a bound is worth is no question where goals come before the cost."""
    if bench.goals:
        raise goals_first()


def no_plan(bench: Bench, kind: str, varied: Sentence) -> Study | None:
    """The study where the case as it stands has no plan; None where it has one."""
    if bench.base.has_numbers:
        return None
    told = say("There is no plan as it stands ({status}); ask explain.", status=bench.base.status)
    return Study(kind, bench.base.case, bench.base.currency, [], [told], False, status=bench.base.status, work=bench.work(varied))  # fmt: skip


def study(bench: Bench, kind: str, rows: list[dict[str, Any]], findings: list[Sentence], varied: Sentence, unsaid: list[Sentence]) -> Study:  # fmt: skip
    """What was found, with what it rests on."""
    base = bench.base
    told: list[str] = [*findings]
    return Study(kind, base.case, base.currency, rows, told, bench.ok, {"sites": list(base.used)}, base.status,
                 bench.work(varied, *unsaid))  # fmt: skip


def unproved(name: str) -> Sentence:
    """A search that did not end in time."""
    return say("{over}: not known, a solve did not end in its time.", over=name)


def moved(over: Sequence[str]) -> Sentence:
    """What was varied."""
    return say("{over}, all else as it is", over=listed(over))


def places(names: Sequence[str]) -> str:
    """Names of sites, the first ones."""
    return ", ".join(names[:_NAMES]) + (" …" if len(names) > _NAMES else "")


# -- units -------------------------------------------------------------------------------------------------------


def by(move: Move, point: float | Fraction) -> float:
    """A point as rows give it: per cent, or the value."""
    return float(f"{float(point) * 100:.10g}") if move.relative else float(f"{float(point):.12g}")


def measure_of(bench: Bench, move: Move) -> tuple[str, float]:
    """The unit of a number, and by what it is multiplied to be shown: a share is shown in percentage points."""
    if move.relative:
        return "%", 100.0
    limits = [limit for limit in bench.prepared.network.limits if any(_is_of(bench, part, limit.name) for part in move.parts)]  # fmt: skip
    if limits and all(_is_share(bench, limit) for limit in limits):
        return say("percentage point"), 100.0
    return unit_of(bench, move), 1.0


def _is_share(bench: Bench, limit: Limit) -> bool:
    """Whether a limit bounds the ratio of two sums that are counted alike."""
    kinds = {kind_of(bench.prepared.data, row.quantity) for row in (*limit.rows, *limit.over)}
    return bool(limit.over) and len(kinds) == 1 and limit.unit == limit.over_unit


def unit_of(bench: Bench, move: Move) -> str:
    """The unit of the cells of a move."""
    parsed = parse_selection(move.parts[0])
    assert parsed is not None
    frame = bench.prepared.data[parsed[0]]
    column = frame.schema.names.get(parsed[1].lower(), parsed[1])
    given = frame.table.units.get(column, "") if frame.table is not None else ""
    if given:
        return given
    for limit in bench.prepared.network.limits:
        if _is_of(bench, move.parts[0], limit.name):
            if limit.over:
                return say("share") if _is_share(bench, limit) else say("ratio") if limit.unit == limit.over_unit else f"{limit.unit}/{limit.over_unit}"  # fmt: skip
            unit = unit_after(bench.prepared, limit).strip()
            return unit if unit not in ("sites", "trips", "jobs", "runs") else unit[:-1]
    units = set(bench.prepared.network.unit)
    material = units.pop() if len(units) == 1 else "qty"
    text = frame.schema.columns[column].unit
    return text.replace("money", bench.prepared.tables.currency).replace("qty", material) or say("unit")
