"""How far a number may go before other sites are best: the interval around what it says now, and what comes next.

Where only costs move, the least cost is a concave, piecewise linear function of the number, and so is the least cost of
the sites that are used now; the pieces of the first are walked outwards, and on each it is asked whether the sites of
now cost as little (they may, with other flows, or by a tie): the end is exact. Where bounds move and whole numbers are
in the program there is no such law: the range is walked point by point, and the first stretch in which the sites change
is halved to a stated width. Both sides of every end are solved again and verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...engines import Result
from ...plan.decode import USED
from ..many.coded import record
from ..why.decision import Decision
from .bench import Bench, cost_of
from .family import Family, family_of
from .pieces import pieces
from .selection import Move

Array = np.ndarray
#: How near to its end the last point is brought, as a share of the cells, where it is found by halving.
WIDTH = 1e-4
#: Points that are tried one after the other where nothing is known of what lies between, as shares of what is said now.
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
#: Side steps of the confirmation, relative to the value, and how often they are made ten times as large.
_ASIDE, _WIDER = 1e-5, 4


@record
@dataclass(frozen=True)
class Side:
    """Where the sites of now end on one side.

    `value`: the point; None: nowhere as far as was asked (`tried`), or nowhere at all (`ever`). `why`: "sites" (others
    are best beyond), "none" (none exists beyond), "asked", "ever". `after`, `before`: points on both sides that were
    solved and verified. `used`: the sites beyond. `extra`: what the sites of now cost more there, if they have a plan.
    """

    up: bool
    why: str
    value: float | None
    tried: float
    exact: bool = False
    before: float | None = None
    after: float | None = None
    used: tuple[str, ...] = ()
    extra: float | None = None
    confirmed: bool = False


class Steady:
    """The search for one move. `start`: where the case stands; `low`, `high`: as far as is asked."""

    def __init__(self, bench: Bench, move: Move, start: float, low: float, high: float, step: float, bounded: bool):
        """`step`: how near an end is halved; `bounded`: the range was asked for, and nothing beyond it."""
        self.bench, self.move, self.start = bench, move, start
        self.low, self.high, self.step, self.bounded = low, high, step, bounded
        family = family_of(bench, move, start, low, high)
        straight = family is not None and family.kind in ("cost", "none") and not bench.goals
        self.family = family if straight else None

    def side(self, up: bool, points: list[float]) -> Side:
        """One side; `points`: tried one after the other where there is no other way."""
        end = self.high if up else self.low
        if (end - self.start) * (1 if up else -1) <= 0:
            why = "ever" if self.is_last(up, end) else "asked"
            return Side(up, why, None, self.start, exact=True, confirmed=True)
        if self.family is not None:
            return self.by_pieces(self.family if up else self.family.mirrored(), up, end)
        return self.by_halving(up, points)

    def is_last(self, up: bool, end: float) -> bool:
        """Whether there is nothing of the number beyond the end."""
        return not up and end == (-1.0 if self.move.relative else 0.0)

    # -- the sites of now ----------------------------------------------------------------------------------------

    def held(self, prepared: Prepared, arrays: Arrays) -> Arrays:
        """The program in which exactly the sites of now take something in."""
        x = self.bench.now.x
        assert x is not None
        upper = arrays.upper.copy()
        for place in (prepared.network.labels["place"][p] for p in prepared.network.site_places):
            if place not in self.bench.used:
                upper[Decision("site", {"place": place}).columns(prepared.model)] = 0.0
        out = replace(arrays, upper=upper)
        for place in self.bench.used:
            one = Decision("site", {"place": place})
            least = min(1.0, one.amount(self.bench.prepared.model, x))
            out = with_row(out, one.columns(prepared.model), max(least, 2 * USED))
        return out

    def stays(self, prepared: Prepared, arrays: Arrays, result: Result) -> tuple[bool, float | None]:
        """Whether the sites of now are among the best, given one best plan; and what they cost more if they are not."""
        if self.bench.used_in(prepared, result) == self.bench.used:
            return True, 0.0
        held = self.bench.best(prepared, self.held(prepared, arrays))
        if self.bench.served(prepared, held, result) is not None:
            return False, None
        extra = cost_of(held) - cost_of(result)
        if extra <= self.bench.margin(held, result) + self.bench.slack * max(1.0, abs(cost_of(result))):
            return True, 0.0
        return False, extra if np.isfinite(extra) else None

    # -- costs -----------------------------------------------------------------------------------------------------

    def by_pieces(self, family: Family, up: bool, end: float) -> Side:
        """The first piece on which the sites of now cost more."""
        sign = 1.0 if up else -1.0
        near = family.touching(sign * self.start, self.bench.now)
        far = family.touch(self.bench, sign * end)
        if far is None:  # what is paid for without end
            return self.by_halving(up, [])
        last = near
        for piece in pieces(lambda at: _sure(family.touch(self.bench, at)), near, far, self.bench.slack):
            middle = (piece.start + piece.end) / 2
            here = replace(piece.found, objective=piece.line(middle), bound=None)
            if not self.stays(self.bench.prepared, family.at(middle), here)[0]:
                return self.confirmed(up, sign * piece.start, abs(last.slope - piece.slope))
            last = replace(near, slope=piece.slope)
        if self.is_last(up, end) or (not self.bounded and self.for_ever(family, far.slope)):
            return Side(up, "ever", None, end, exact=True, confirmed=True)
        return Side(up, "asked", None, end, exact=True, confirmed=True)

    def for_ever(self, family: Family, slope: float) -> bool:
        """Whether no plan rises less than the one at the end, so that it stays the best beyond."""
        least = self.bench.solve(replace(family.here, cost=family.cost, offset=family.offset))
        return least.x is not None and cost_of(least) >= slope - 1e-9 * max(1.0, abs(slope))

    def confirmed(self, up: bool, value: float, steep: float) -> Side:
        """The case solved and verified on both sides of an exact end."""
        sign = 1.0 if up else -1.0
        value = float(f"{value:.10g}")
        size = max(abs(1 + value) if self.move.relative else abs(value), 1e-6)
        told = 8 * self.bench.slack * max(1.0, abs(cost_of(self.bench.now)))
        aside = max(_ASIDE * size, told / steep if steep else 0.0)
        before = after = value
        found: tuple[tuple[str, ...], float | None] = ((), None)
        for _ in range(_WIDER):
            before = value - sign * aside
            after = value + sign * aside
            if (before - self.start) * sign < 0:
                before = self.start
            beyond = self.verified(after)
            if beyond is not None and not beyond[0]:
                found = beyond[1], beyond[2]
                inside = self.verified(before)
                if inside is not None and inside[0]:
                    return Side(up, "sites", value, value, True, before, after, *found, confirmed=True)
            aside *= 10
        return Side(up, "sites", value, value, True, before, after, *found)

    def verified(self, point: float) -> tuple[bool, tuple[str, ...], float | None] | None:
        """Whether the sites of now stay at a point, which are used there, and what those of now cost more."""
        prepared = self.bench.at(self.move, point)
        if prepared is None:
            return None
        plan, result = self.bench.plan(prepared)
        if not plan.has_numbers:
            return None
        stays, extra = self.stays(prepared, prepared.model.program.arrays(), result)
        return stays, tuple(plan.used), extra

    # -- bounds ----------------------------------------------------------------------------------------------------

    def by_halving(self, up: bool, points: list[float]) -> Side:
        """The first of the points at which other sites are best, and the stretch before it halved."""
        sign = 1.0 if up else -1.0
        near = self.start
        for point in self.walk(up, points):
            found = self.verified(point)
            if found is not None and found[0]:
                near = point
                continue
            far = point
            while abs(far - near) > self.step * (1 + 1e-9):
                middle = _between(near, far, self.step)
                inner = self.verified(middle)
                if inner is not None and inner[0]:
                    near = middle
                else:
                    far, found = middle, inner
            if found is None:
                return Side(up, "none", near, far, False, near, far, confirmed=True)
            return Side(up, "sites", near, far, False, near, far, found[1], found[2], confirmed=True)
        return Side(up, "asked", None, near if near * sign > self.start * sign else self.start, confirmed=True)

    def walk(self, up: bool, points: list[float]) -> Iterator[float]:
        """Points outwards."""
        size = 1.0 if self.move.relative else max(abs(self.start), self.step)
        end = self.high if up else self.low
        steps = [self.start + (size if up else -size) * share for share in _STEPS]
        if up:
            steps += [self.start + size * times for times in (2.0, 5.0, 10.0)]
        away = sorted(
            {p for p in (points or [_at(step, self.step) for step in steps])}, key=lambda p: abs(p - self.start)
        )
        for point in away:
            if (point - self.start) * (1 if up else -1) > 0 and (end - point) * (1 if up else -1) >= 0:
                if not self.move.relative or point > -1:
                    yield point


def another(bench: Bench) -> tuple[tuple[str, ...], float, int | None] | None:
    """The best other set of sites as the case stands, and what it costs more; None where there is none.

    It lacks one of the present sites, or something comes to one more: each is asked by itself. Where it misses more of
    its goals, also the first priority at which it does.
    """
    prepared, v = bench.prepared, bench.prepared.model.variables
    arrays, names = prepared.model.program.arrays(), prepared.network.labels["place"]
    mine = v.open.cols[np.array([names[p] in bench.used for p in v.open.place], bool)]
    others = v.throughput.cols[np.array([names[p] not in bench.used for p in v.throughput.place], bool)]
    found = []
    if len(mine):
        found.append(bench.best(prepared, with_row(arrays, mine, len(bench.used) - 1.0, at_most=True)))
    if len(others):
        found.append(bench.best(prepared, with_row(arrays, others, 1.0)))
    found = [result for result in found if result.x is not None]
    if not found:
        return None
    best = min(found, key=cost_of)
    for other in found:
        if bench.served(prepared, best, other) is not None and bench.served(prepared, other, best) is None:
            best = other
    extra = max(0.0, cost_of(best) - cost_of(bench.now))
    return bench.used_in(prepared, best), extra, bench.served(prepared, best, bench.now)


def with_row(a: Arrays, cols: Array, bound: float, *, at_most: bool = False) -> Arrays:
    """The program with one more row: the sum of these columns is at least (or at most) this."""
    cols = np.sort(cols)
    grown = np.zeros(len(a.start), a.start.dtype)
    grown[cols + 1] = 1
    ends = a.start[cols + 1]
    return replace(
        a,
        row_lower=np.append(a.row_lower, -np.inf if at_most else bound),
        row_upper=np.append(a.row_upper, bound if at_most else np.inf),
        start=a.start + np.cumsum(grown).astype(a.start.dtype),
        row=np.insert(a.row, ends, len(a.row_lower)),
        value=np.insert(a.value, ends, 1.0),
    )


def _sure(found: Any) -> Any:
    assert found is not None  # costs do not decide whether there is a plan
    return found


def _at(point: float, step: float) -> float:
    """The point on the grid of the last step."""
    return round(point / step) * step if step >= 1 else float(f"{point:.10g}")


def _between(near: float, far: float, step: float) -> float:
    """The point in the middle, on the grid of the last step counted from the nearer one."""
    many = max(1, round(abs(far - near) / step) // 2)
    return float(f"{near + (1 if far > near else -1) * many * step:.12g}")
