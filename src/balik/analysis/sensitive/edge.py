"""How far a number may go before no plan exists, and which rows stand in the way then.

Where only bounds move with the number, it becomes a column of the program, and the most (or least) of it is asked in
one solve. Up to there nothing is without a plan where nothing must be whole, or where the bounds only get tighter, or
only wider, on the way. Else there may be gaps: points on the way are tried, and the first gap is the edge. Where more
than bounds moves, the last number with a plan is found by doubling and halving. Both sides of the edge are solved
again; beyond it the rows that contradict each other are found as `explain` finds them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...engines.elastic import Unanswered
from ...errors import BalikError
from ..explain.conflict import conflicts
from ..explain.facts import facts_of
from ..explain.lab import Lab
from ..explain.sentences import document
from ..many.coded import record
from .bench import Bench, is_whole
from .family import Family, family_of
from .selection import Move

Array = np.ndarray
#: A very large number, as a multiple of what is said now; how near the edge is halved, relative to the cells.
_FAR, _WIDTH = 1024.0, 1e-6
#: Points that are tried on the way where there may be gaps, as shares of it: gaps lie where something begins or ends.
_TRIED = (1e-4, 1e-3, 0.01, *(k / 17 for k in range(1, 17)), 0.99, 0.999, 0.9999)
#: Of what is counted, every number up to so many.
_COUNTED = 64
#: So often an edge that only feasibility shows is moved ten times as far from the point without a plan.
_NEARER = 6
#: Seconds that the search for the rows in the way may take.
_SECONDS = 10.0


@record
@dataclass(frozen=True)
class Edge:
    """One side. `value`: the last number with a plan; None: there is no edge as far as `tried` (`ever`: at all).

    `good`, `bad`: numbers on both sides that were solved. `reasons`: cells that contradict each other beyond, as they
    stand in a document; `given`: those that only tell what there is.
    """

    up: bool
    value: float | None
    tried: float
    ever: bool = False
    exact: bool = False
    good: float | None = None
    bad: float | None = None
    confirmed: bool = False
    last: float | None = None  # where there may be gaps: a plan exists there, and none is known farther out
    reasons: list[dict[str, Any]] = field(default_factory=list)


class Edges:
    """The search for one move from a start that has a plan. `whole`: only whole numbers mean something.

    `why`: the rows in the way are wanted, too.
    """

    def __init__(self, bench: Bench, move: Move, start: float, *, whole: bool, why: bool = True):
        self.bench, self.move, self.start, self.whole, self.why = bench, move, start, whole, why
        self.size = 1.0 if move.relative else max(1.0, abs(start))

    def side(self, up: bool) -> Edge:
        """The edge on one side."""
        end = self.start + (_FAR * self.size if up else -self.size)
        if not up and not self.move.relative:
            end = 0.0 if self.start > 0 else self.start - _FAR * self.size
        found = None
        for last in (end, self.start + 2 * self.size) if up else (end,):
            family = family_of(self.bench, self.move, self.start, min(self.start, last), max(self.start, last), _priceless)  # fmt: skip
            if family is not None:
                found = self.by_column(family if up else family.mirrored(), up, last, last == end)
            if found is not None:
                return found
        return self.by_halving(up, end)

    # -- one solve ---------------------------------------------------------------------------------------------------

    def by_column(self, family: Family, up: bool, end: float, all_seen: bool) -> Edge | None:
        """The most that the number may be, as a column of the program; None where the end is not far enough to tell."""
        sign = 1.0 if up else -1.0
        room = sign * (end - self.start)
        best = self.bench.solve(with_column(family, room))
        if best.x is None:
            return None
        away = float(best.x[-1])
        if is_whole(family.here) and not _one_way(family):
            ends = away < room * (1 - 1e-9)
            return self.over_gaps(up, self.start + sign * min(away, room), ends, all_seen) if ends or all_seen else None
        if away >= room * (1 - 1e-9):
            if not all_seen:
                return None
            relaxed = with_column(family, math.inf)
            relaxed = replace(relaxed, integer=np.zeros(len(relaxed.cost), bool))
            ever = self.bench.solve(relaxed).status == "unbounded"
            return Edge(up, None, end, ever=ever or end == 0.0 or (self.move.relative and not up), exact=True, confirmed=True)  # fmt: skip
        return self.confirmed(up, self.start + sign * away)

    def confirmed(self, up: bool, value: float) -> Edge:
        """The edge with both of its sides solved."""
        sign = 1.0 if up else -1.0
        if self.whole:
            good = float(math.floor(value + 1e-6) if up else math.ceil(value - 1e-6))
            bad = good + sign
        else:
            value = float(f"{value:.10g}")
            unit = _WIDTH * max(abs(1 + value) if self.move.relative else abs(value), 1e-6 * self.size)
            good, bad = value, value + sign * unit
            if not self.has_plan(good):  # the last digit was rounded away from the plan
                good = value - sign * unit / 10
        fine = (good == self.start or self.has_plan(good)) and not self.has_plan(bad)
        return Edge(up, good if self.whole else value, value, False, True, good, bad, fine, reasons=self.reasons(bad))

    def over_gaps(self, up: bool, end: float, ends: bool, all_seen: bool) -> Edge:
        """The first edge on the way to a number that has a plan; `ends`: and none beyond has one, as far as was seen."""
        sign = 1.0 if up else -1.0
        room = abs(end - self.start)
        sure = self.whole and room <= _COUNTED
        if sure:
            points = [self.start + sign * (k + 1) for k in range(round(room))]
        else:
            points = [self.start + sign * room * share for share in _TRIED]
            points = [float(round(p)) for p in points] if self.whole else points
        good = self.start
        for point in points:
            if not self.may_have(point):
                return replace(self.halved(up, good, point), exact=sure, last=end)
            good = point
        if ends:
            return replace(self.confirmed(up, end), exact=sure, last=end if all_seen else None)
        return Edge(up, None, end, end == 0.0 or (self.move.relative and not up), sure, confirmed=self.has_plan(end))

    # -- many solves -------------------------------------------------------------------------------------------------

    def by_halving(self, up: bool, end: float) -> Edge:
        """The last number with a plan, by doubling and halving."""
        sign, good, bad = (1.0 if up else -1.0), self.start, None
        away = self.size / 64 if not self.whole else 1.0
        while bad is None and good != end:
            point = self.start + sign * away
            point = min(point, end) if up else max(point, end)
            if self.move.relative and point <= -1:
                point = end = -1 + 1e-6
            if self.may_have(point):
                good = point
            else:
                bad = point
            away *= 2
        if bad is None:
            ever = self.move.relative and not up
            return Edge(up, None, -1.0 if ever else good, ever=ever, confirmed=self.has_plan(good))
        return self.halved(up, good, bad)

    def halved(self, up: bool, good: float, bad: float) -> Edge:
        """The edge between a number with a plan and one without."""
        width = 1.0 if self.whole else _WIDTH * (1.0 if self.move.relative else max(abs(good), abs(bad)))
        while abs(bad - good) > width * (1 + 1e-9):
            middle = (good + bad) / 2
            middle = float(round(middle)) if self.whole else float(f"{middle:.9g}")
            if middle in (good, bad):
                break
            good, bad = (middle, bad) if self.may_have(middle) else (good, middle)
        fine = self.has_plan(good)
        # There is one, which a solver may miss so near to the end: asked farther from it, at last where the search began.
        for _ in range(0 if fine or self.whole else _NEARER):
            farther = bad + 10 * (good - bad)
            began = abs(farther - bad) >= abs(self.start - bad)
            good = self.start if began else float(f"{farther:.9g}")
            if fine := began or self.has_plan(good):
                break
        return Edge(up, good, good, False, False, good, bad, fine, reasons=self.reasons(bad))

    def may_have(self, point: float) -> bool:
        """Whether a plan exists at a point, whatever it costs."""
        prepared = self.bench.at(self.move, point)
        return prepared is not None and self.bench.feasible(prepared.model.program.arrays())

    def has_plan(self, point: float) -> bool:
        """Whether a verified plan exists at a point."""
        prepared = self.bench.at(self.move, point)
        return prepared is not None and self.bench.plan(prepared)[0].has_numbers

    # -- why ---------------------------------------------------------------------------------------------------------

    def reasons(self, point: float) -> list[dict[str, Any]]:
        """The cells that contradict each other at a point without a plan; none where that was not found in time."""
        if not self.why:
            return []
        prepared = self.bench.at(self.move, point)
        if prepared is None:
            return [{"sentence": why} for why in self.bench.refused(self.move.sets(point))]
        return reasons_of(self.bench, prepared, (*self.bench.sets, *self.move.sets(point)))


def reasons_of(bench: Bench, prepared: Prepared, sets: tuple[str, ...]) -> list[dict[str, Any]]:
    """The cells that contradict each other in a case without a plan, those that only tell what there is at the end."""
    lab = Lab(bench.case, bench.scenario, sets, bench.settings, prepared, bench.options)
    lab.allow(_SECONDS)
    try:
        found = conflicts(lab, facts_of(prepared))
    except (Unanswered, BalikError):
        return []
    return [document(prepared, fact) for one in found[:1] for fact in (*one.facts, *one.given)]


def _one_way(family: Family) -> bool:
    """Whether the bounds only get tighter on the way, or only wider: then there are no gaps."""
    low, high, row_low, row_high = family.ways
    tighter = np.concatenate([low, row_low, -high, -row_high])
    return bool((tighter >= 0).all() or (tighter <= 0).all())


def _priceless(prepared: Prepared) -> Arrays:
    """The program of a case without costs, which do not decide whether there is a plan."""
    a = prepared.model.program.arrays()
    return replace(a, cost=np.zeros(len(a.cost)), offset=0.0)


def with_column(family: Family, room: float) -> Arrays:
    """The program with one more column, how far the number goes up from its start, at most `room`, and the most asked.

    Bounds that move become rows of their own, side by side.
    """
    a = family.here
    n, m = len(a.cost), len(a.row_lower)
    low, high, row_low, row_high = family.ways
    cols, rows = np.repeat(np.arange(n), np.diff(a.start)), np.asarray(a.row, np.int64)
    col, row, value = [cols], [rows], [a.value]
    lower, upper = a.lower.copy(), a.upper.copy()
    row_lower, row_upper = a.row_lower.copy(), a.row_upper.copy()
    new_lower: list[float] = []
    new_upper: list[float] = []

    def add(at: Array, factor: Array, way: float, least: float, most: float) -> None:
        own = m + len(new_lower)
        col.append(np.append(at, n))
        row.append(np.full(len(at) + 1, own))
        value.append(np.append(factor, -way))
        new_lower.append(least)
        new_upper.append(most)

    for i in np.flatnonzero(row_low):
        on = rows == i
        add(cols[on], a.value[on], row_low[i], a.row_lower[i], np.inf)
        row_lower[i] = -np.inf
    for i in np.flatnonzero(row_high):
        on = rows == i
        add(cols[on], a.value[on], row_high[i], -np.inf, a.row_upper[i])
        row_upper[i] = np.inf
    for j in np.flatnonzero(low):
        add(np.array([j]), np.ones(1), low[j], a.lower[j], np.inf)
        lower[j] = -np.inf
    for j in np.flatnonzero(high):
        add(np.array([j]), np.ones(1), high[j], -np.inf, a.upper[j])
        upper[j] = np.inf
    all_col, all_row, all_value = np.concatenate(col), np.concatenate(row), np.concatenate(value)
    order = np.lexsort((all_row, all_col))
    return Arrays(
        np.append(np.zeros(n), -1.0),
        0.0,
        np.append(lower, 0.0),
        np.append(upper, room),
        np.append(a.integer, False),
        np.append(row_lower, new_lower),
        np.append(row_upper, new_upper),
        np.concatenate([[0], np.cumsum(np.bincount(all_col, minlength=n + 1))]).astype(a.start.dtype),
        all_row[order].astype(a.row.dtype),
        all_value[order],
    )
