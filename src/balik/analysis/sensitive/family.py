"""A program as a function of one number: which of its figures move with it, and that they move in straight lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...engines import Result
from .bench import Bench, CellMove, cost_of, is_whole
from .pieces import Touch
from .selection import Move

Array = np.ndarray
Stating = Callable[[Prepared], Arrays]
#: Where between the start and an end the program is looked at; figures there must lie on straight lines.
_PROBES = (0.3711, 0.8173)
_MATRIX = ("start", "row", "value", "integer")
_BOUNDS = ("lower", "upper", "row_lower", "row_upper")
_COSTS = ("cost", "offset")
_SMALL = 1e-9


@dataclass(frozen=True)
class Family:
    """`here`: the program at `start`. By how much its figures grow for each unit of the point, within low … high.

    `kind`: "cost" (then its least cost is concave, whole numbers or not), "bounds" (convex, without whole numbers; a
    constant of the cost may move beside them, as that of what is left), "none" (nothing moves), "" (anything else).
    """

    here: Arrays
    start: float
    low: float
    high: float
    cost: Array
    offset: float
    ways: tuple[Array, ...]  # four: of lower, upper, row_lower, row_upper

    @property
    def moves_cost(self) -> bool:
        """Whether a cost moves."""
        return bool(self.cost.any() or self.offset)

    @property
    def moves_bounds(self) -> bool:
        """Whether a bound moves."""
        return any(way.any() for way in self.ways)

    @property
    def kind(self) -> str:
        """What moves; "" where costs of amounts and bounds move together."""
        if self.moves_bounds:
            return "" if self.cost.any() else "bounds"
        return "cost" if self.moves_cost else "none"

    @property
    def is_piecewise(self) -> bool:
        """Whether the least cost is piecewise linear, and convex or concave."""
        return self.kind in ("cost", "none") or (self.kind == "bounds" and not is_whole(self.here))

    def at(self, point: float) -> Arrays:
        """The program at a point."""
        away = point - self.start
        bounds = {c: getattr(self.here, c) + away * way for c, way in zip(_BOUNDS, self.ways, strict=True)}
        return replace(self.here, cost=self.here.cost + away * self.cost, offset=self.here.offset + away * self.offset, **bounds)  # fmt: skip

    def touch(self, bench: Bench, point: float) -> Touch | None:
        """The least cost at a point with a line that touches it; None where there is no plan."""
        result = bench.solve(self.at(point), prices=self.kind == "bounds")
        return None if result.x is None else self.touching(point, result)

    def touching(self, point: float, result: Result) -> Touch:
        """The same of a solution that is known."""
        return Touch(point, cost_of(result), self.slope(result), result)

    def slope(self, result: Result) -> float:
        """By how much the line of a solution rises for each unit: what it pays, or every price times its bound."""
        if self.kind != "bounds":
            return float(self.cost @ result.x) + self.offset
        assert result.prices is not None
        row, col = result.prices.row, result.prices.column
        low, high, row_low, row_high = self.ways
        of_columns = np.sum(np.where(col > 0, col * low, col * high))
        of_rows = np.sum(np.where(row > 0, row * row_low, row * row_high))
        return float(of_columns + of_rows) + self.offset

    def mirrored(self) -> Family:
        """The same seen from the other side: the point with the other sign."""
        return replace(self, start=-self.start, low=-self.high, high=-self.low, cost=-self.cost, offset=-self.offset,
                       ways=tuple(-way for way in self.ways))  # fmt: skip


def stated(prepared: Prepared) -> Arrays:
    """The program of a case as it is."""
    return prepared.model.program.arrays()


def family_of(
    bench: Bench, move: Move | CellMove, start: float, low: float, high: float, stating: Stating = stated
) -> Family | None:
    """The program of a case as a function of a point; None where it is not one of straight lines.

    `stating`: how the program of a case is stated.
    """
    prepared = bench.at(move, start)
    if prepared is None:
        return None
    here = stating(prepared)
    if here.cones:  # not of straight lines
        return None
    seen = []
    for end in (low, high):
        for share in _PROBES if end != start else ():
            point = float(f"{start + share * (end - start):.10g}")
            probe = bench.at(move, point)
            there = None if probe is None else stating(probe)
            if there is None or not _same_shape(here, there):
                return None
            seen.append((point - start, there))
    if not seen:
        return None
    ways = [_way(here, there, away) for away, there in seen]
    straight = all(_alike(one, ways[0], here) for one in ways[1:])
    if not straight:
        return None
    cost, offset, *bounds = ways[-1]
    return Family(here, start, low, high, cost, float(offset), tuple(bounds))


def _same_shape(a: Arrays, b: Arrays) -> bool:
    if len(a.cost) != len(b.cost) or len(a.row_lower) != len(b.row_lower):
        return False
    return all(np.array_equal(getattr(a, c), getattr(b, c)) for c in _MATRIX)


def _way(here: Arrays, there: Arrays, away: float) -> list[Array]:
    """By how much each figure grows for one unit; what is infinite stays."""
    found = []
    for name in (*_COSTS, *_BOUNDS):
        a, b = np.asarray(getattr(here, name), float), np.asarray(getattr(there, name), float)
        with np.errstate(invalid="ignore"):
            found.append(np.where(a == b, 0.0, (b - a) / away))
    return found


def _alike(one: list[Array], other: list[Array], here: Arrays) -> bool:
    for a, b, name in zip(one, other, (*_COSTS, *_BOUNDS), strict=True):
        size = np.abs(np.asarray(getattr(here, name), float))
        size = np.where(np.isfinite(size), size, 0.0)
        if not np.all(np.isfinite(a) & np.isfinite(b)) or np.any(np.abs(a - b) > _SMALL * np.maximum(1.0, np.maximum(np.abs(a), size))):  # fmt: skip
            return False
    return True
