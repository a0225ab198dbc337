"""What one more and one less of a binding cell is worth, and how far that holds: by solving again.

In a linear program the cost of the best plan is a convex, piecewise linear function of a bound, and the prices of any
plan give a line below it. The end of the piece that begins at the present value is where that line and one from
further on cross: if the best plan there lies on the line, the piece ends there, else its own line is crossed with the
first (as with prices of plans, seen from below). That is exact, also where the optimum is degenerate: then the piece
to the left and the one to the right differ, and both are told. Ranges of a single basis would be too short there.

With whole numbers there are no prices: the next unit is solved, then twice as many for as long as the cost stays on
the line, and the last that does is found by halving.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...engines import Result
from .asking import Asking, cost_of, margin
from .cells import Cell

_MOST, _FAR, _EDGE = 40, 1024.0, 1e-6
#: In programs with whole numbers a step is one unit; of what is small or money, so much of it.
_STEP = 0.01


@dataclass(frozen=True)
class Piece:
    """One side of a cell: by how much the cost changes for one unit in that direction, and up to which value.

    `cost`: change per unit (below 0: it saves); None where no plan exists at all on that side. `until`: the last value
    at which the plan still lies on this line. `ends`: whether a plan exists beyond. `exact`: a bend, not a bracket.
    `step`: what was solved and verified. `taken`: whether the case takes such a number at all.
    """

    up: bool
    cost: float | None
    until: float
    ends: bool = False
    exact: bool = True
    open: bool = False  # as far as was tried
    known: bool = True  # how far it holds
    step: float = 0.0
    verified: bool = False
    taken: bool = True


@dataclass(frozen=True)
class _Point:
    away: float
    cost: float
    slope: float


class Worth:
    """The two sides of one cell. `now`: the best plan as the case stands, with its cost."""

    def __init__(self, asking: Asking, prepared: Prepared, cell: Cell, now: Result):
        self.asking, self.prepared, self.cell, self.now = asking, prepared, cell, now
        self.here = prepared.model.program.arrays()
        self.whole = bool(self.here.integer.any())

    @property
    def slack(self) -> float:
        """By how much two costs must differ."""
        return margin(self.now, self.now)

    def side(self, up: bool) -> Piece | None:
        """The piece on one side of the present value; None where the cell cannot say anything there."""
        if not up and self.cell.now <= 0:
            return None
        moved = self.moved(up)
        if moved is None:
            return self.by_units(up)
        piece = self.by_lines(up, moved)
        return piece if piece.verified or piece.cost is None else self.by_units(up)

    # -- linear programs -----------------------------------------------------------------------------------------

    def moved(self, up: bool) -> Callable[[float], Arrays] | None:
        """The program as a function of how far the cell is moved, where only bounds move with it, in a straight line."""
        if self.whole:
            return None
        sign, size = (1.0, max(1.0, abs(self.cell.now))) if up else (-1.0, abs(self.cell.now))
        ways = []
        for step in (size / 2, size):
            prepared = self.asking.prepared(self.cell.at(self.prepared.tables, self.cell.now + sign * step))
            if prepared is None:
                return None
            there = prepared.model.program.arrays()
            same = all(
                np.array_equal(getattr(self.here, c), getattr(there, c)) for c in ("cost", "start", "row", "value")
            )
            if not same or len(there.row_lower) != len(self.here.row_lower):
                return None
            ways.append([_moved(getattr(self.here, c), getattr(there, c), step) for c in _MOVED])
        if not all(np.allclose(a, b, rtol=1e-9, atol=0) for a, b in zip(*ways, strict=True)):
            return None
        way = ways[1]
        self.way = way

        def at(away: float) -> Arrays:
            return replace(self.here, **{c: getattr(self.here, c) + away * w for c, w in zip(_MOVED, way, strict=True)})

        return at

    def by_lines(self, up: bool, at: Callable[[float], Arrays]) -> Piece:
        """The first piece, by lines from below."""
        left = _MOST

        def point(away: float) -> _Point | None:
            nonlocal left
            left -= 1
            result = self.asking.solve(at(away), prices=True)
            return None if result.x is None else _Point(away, cost_of(result), self.slope(result))

        first = point(0.0)
        assert first is not None
        top = _FAR * max(1.0, abs(self.cell.now)) if up else self.cell.now
        far, end, edge = point(top), top, False
        while far is None and left > 0:
            edge, end = True, end / 2
            if end < _EDGE * max(1e-3, abs(self.cell.now)):
                return Piece(up, None, self.cell.now, ends=True)
            far = point(end)
        if far is None:
            return Piece(up, None, self.cell.now, ends=True, exact=False)
        beyond: _Point | None = None
        near = far
        while left > 0 and near.cost - near.slope * near.away < first.cost - self.slack:
            away = (first.cost - near.cost + near.slope * near.away) / (near.slope - first.slope)
            if away <= _EDGE * near.away:
                away = near.away / 2
            middle = point(away)
            assert middle is not None
            if middle.cost <= first.cost + first.slope * away + self.slack:
                return self.told(up, first.slope, away)
            beyond, near = near, middle
        slope = (near.cost - first.cost) / near.away
        if edge and beyond is None:
            last = self.edge(at, near.away, 2 * near.away)
            beyond = point(last)
            if beyond is None or beyond.cost <= first.cost + slope * last + self.slack:
                return self.told(up, slope, last, ends=True)
        while left > 0 and beyond is not None:
            away = (beyond.cost - beyond.slope * beyond.away - first.cost) / (slope - beyond.slope)
            if away <= near.away * (1 + 1e-9):
                return self.told(up, slope, near.away)
            middle = point(away)
            assert middle is not None
            if middle.cost <= first.cost + slope * away + self.slack:
                return self.told(up, slope, away)
            beyond = middle
        return self.told(up, slope, near.away, open=up)

    def slope(self, result: Result) -> float:
        """By how much the cost changes for one unit: every price times how far its bound moves."""
        assert result.prices is not None
        row, col = result.prices.row, result.prices.column
        low, high, row_low, row_high, offset = self.way
        return float(
            offset
            + np.sum(np.where(col > 0, col * low, col * high))
            + np.sum(np.where(row > 0, row * row_low, row * row_high))
        )

    def edge(self, at: Callable[[float], Arrays], good: float, bad: float) -> float:
        """How far a plan exists."""
        while bad - good > _EDGE * bad:
            middle = (good + bad) / 2
            good, bad = (good, middle) if self.asking.solve(at(middle)).x is None else (middle, bad)
        simple = float(f"{(good + bad) / 2:.5g}")
        return simple if good <= simple <= bad else good

    def told(self, up: bool, cost: float, away: float, *, ends: bool = False, open: bool = False) -> Piece:
        """The piece, and whether a verified plan lies at its end."""
        sign = 1.0 if up else -1.0
        step = float(f"{away:.10g}")
        solved = step * (1 - _EDGE) if ends else step  # where plans end, a hair before it
        found = self.cost(self.cell.now + sign * solved, verified=True)
        off = np.inf if found is None else abs(found - cost_of(self.now) - cost * solved)
        verified = bool(off <= 4 * self.slack + 1e-9 * abs(cost * solved))
        return Piece(up, cost, self.cell.now + sign * step, ends=ends, open=open, step=step, verified=verified)

    # -- whole numbers -------------------------------------------------------------------------------------------

    def by_units(self, up: bool) -> Piece:
        """The next unit; how many more are worth as much is asked by `further`."""
        now, step = self.cell.now, self.step()
        value = now + step if up else now - step
        prepared = self.at(value)
        cost = None if prepared is None else self.best(prepared, verified=True)
        if cost is None:
            return Piece(up, None, now, ends=True, step=step, taken=prepared is not None)
        each = (cost - cost_of(self.now)) / step
        return Piece(up, each, value, exact=step == 1.0, step=step, verified=True, known=False)

    def step(self) -> float:
        """One unit; a hundredth of what is small or is money."""
        now = abs(self.cell.now)
        small = now < 10 or self.cell.unit == self.prepared.tables.currency
        return max(now * _STEP, 1e-9) if small and not self.cell.whole else 1.0

    def further(self, piece: Piece) -> Piece:
        """How many more units are worth as much as the first: twice as many as long as it holds, then halving."""
        if piece.known or piece.cost is None:
            return piece
        sign, now, step, each = 1.0 if piece.up else -1.0, self.cell.now, piece.step, piece.cost
        most = int(_FAR * max(1.0, abs(now)) / step) if piece.up else int(now / step + 1e-9)
        holds, bad = 1, 0
        while not bad and holds < most:
            steps = min(2 * holds, most)
            if self.on_line(now + sign * steps * step, each, steps * step):
                holds = steps
            else:
                bad = steps
        while bad - holds > 1:
            middle = (holds + bad) // 2
            holds, bad = (
                (middle, bad) if self.on_line(now + sign * middle * step, each, middle * step) else (holds, middle)
            )
        ends = bool(bad) and self.cost(now + sign * bad * step) is None
        until = float(f"{now + sign * holds * step:.12g}")
        verified = holds == 1 or self.cost(until, verified=True) is not None
        return replace(piece, until=until, ends=ends, open=piece.up and not bad, known=True, verified=verified)

    def on_line(self, value: float, each: float, by: float) -> bool:
        """Whether the cost at this value is the present one and `each` for every unit."""
        cost = self.cost(value)
        return cost is not None and abs(cost - cost_of(self.now) - each * by) <= 4 * self.slack

    def cost(self, value: float, *, verified: bool = False) -> float | None:
        """What the best plan costs at this value; None where there is none."""
        prepared = self.at(value)
        return None if prepared is None else self.best(prepared, verified=verified)

    def at(self, value: float) -> Prepared | None:
        """The case with this value; None where it does not take it."""
        return self.asking.prepared(self.cell.at(self.prepared.tables, value))

    def best(self, prepared: Prepared, *, verified: bool) -> float | None:
        """What the best plan costs; None where there is none."""
        result = self.asking.plan(prepared)[1] if verified else self.asking.solve(prepared.model.program.arrays())
        return None if result.x is None else cost_of(result)


#: What moves with a bound: what is left over may cost, so the offset does, too.
_MOVED = ("lower", "upper", "row_lower", "row_upper", "offset")


def _moved(here: np.ndarray, there: np.ndarray, step: float) -> np.ndarray:
    """How far each bound moves for one unit; what is infinite stays."""
    with np.errstate(invalid="ignore"):
        return np.where(here == there, 0.0, (there - here) / step)
