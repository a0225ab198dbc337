"""Prices: what one more or one less of a binding number is worth, and how far that holds; what a way not used lacks.

Of a linear program, by walking the least cost to both sides of the number (pieces.py): where the optimum is degenerate
the price to the left and the one to the right differ, and both are told; the ranges of a single basis would be too
short there. With whole numbers the prices hold for the sites and all other whole numbers as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...engines import Result
from ...errors import BalikError
from ...plan.decode import USED
from ...words import Sentence, say
from ..many.coded import record
from ..repair import where
from ..why.binding import Binding
from ..why.cells import Cell, written
from .bench import Bench, CellMove, cost_of, tightened, with_sites_as_they_are
from .edge import with_column
from .family import Family, family_of
from .pieces import pieces
from .selection import Move

Array = np.ndarray
#: A very large number, as a multiple of what is said now.
_FAR = 1024.0
#: Side steps of the confirmation, relative to the number.
_ASIDE, _BEYOND = 1e-6, (1e-5, 1e-4, 1e-3, 1e-2)
_TINY = 1e-9


@record
@dataclass(frozen=True)
class Holds:
    """One side: each unit that way changes the cost by `cost`, up to `until` (None: without end).

    `cost` None: no plan lies on that side. `why`: what comes at the end: "bend", "none", "end" (the number can go no
    farther), "open". `confirmed`: solved again at the end, verified, and beyond it, where it no longer holds.
    """

    cost: float | None
    until: float | None
    why: str
    confirmed: bool = False


@record
@dataclass(frozen=True)
class Price:
    """A binding number and its two sides; `less` is None where it cannot be less."""

    name: Sentence
    now: float
    unit: str
    less: Holds | None
    more: Holds

    @property
    def degenerate(self) -> bool:
        """Whether one less and one more are not worth the same."""
        one, other = None if self.less is None else self.less.cost, self.more.cost
        if one is None or other is None:
            return False
        return abs(one + other) > 1e-6 * max(1.0, abs(one), abs(other))


@record
@dataclass(frozen=True)
class Way:
    """A lane and how far its cost per unit can move before its amount does: by `less` down, by `more` up.

    `amount`: what goes there now; where it is 0, `less` is the reduced cost: by so much a unit must be cheaper before
    anything goes there. None: however much.
    """

    keys: dict[str, str]
    amount: float
    unit: str
    less: float | None
    more: float | None
    confirmed: bool


class Prices:
    """The questions to one plan."""

    def __init__(self, bench: Bench):
        self.bench, self.prepared = bench, bench.prepared
        assert bench.now.x is not None
        self.x = bench.now.x
        self.whole = bool(bench.prepared.model.program.arrays().integer.any())
        self.here = self.stated(self.prepared)
        self.now = bench.solve(self.here, prices=True)

    def stated(self, prepared: Prepared) -> Arrays:
        """The linear program of a case: with whole numbers, that of the whole numbers as they are."""
        return with_sites_as_they_are(prepared, self.x)

    # -- bounds ------------------------------------------------------------------------------------------------------

    @cached_property
    def cells(self) -> list[tuple[Cell, str]]:
        """Binding numbers, those first that weigh most, and the limit that each is, where its two bounds are one."""
        assert self.now.x is not None
        x = np.where(self.prepared.model.program.arrays().integer, self.x, self.now.x)
        known = Binding(self.prepared, x, self.bench.options).cells()
        exact = {limit.name for limit in self.prepared.network.limits if limit.least == limit.most}
        named = [(cell, name if (name := self.limit_of(cell)) in exact else "") for cell in known]
        return list({(name or i): (cell, name) for i, (cell, name) in enumerate(named)}.values())

    def limit_of(self, cell: Cell) -> str:
        """The limit whose bound a cell is; '' of another cell."""
        return self.prepared.data["limits"].text["limit"][cell.row] if cell.table == "limits" else ""

    def of_cell(self, cell: Cell, exact: str) -> Price | None:
        """Both sides of one number; None where it moves more than bounds. `exact`: a limit whose two bounds are one."""
        move: Move | CellMove = CellMove(cell)
        name = cell.name
        if exact:
            named = where({"limit": exact})
            rows = [r for r in (f"limits.least{named}", f"limits.most{named}")]
            move, name = Move(exact, tuple(rows), relative=False), say("the limit {limit} (exactly)", limit=exact)
        low, high = (0.0, np.inf) if exact else self.ends(cell)
        more = self.side(move, cell.now, high)
        less = self.side(move, cell.now, low) if cell.now > 0 else None
        return None if more is None or (less is None and cell.now > 0) else Price(name, cell.now, cell.unit, less, more)

    def ends(self, cell: Cell) -> tuple[float, float]:
        """From where to where a number makes sense: a least goes no higher than its most, and a most no lower."""
        if cell.column not in ("least", "most"):
            return 0.0, np.inf
        table, column = self.prepared.tables[cell.table], "most" if cell.column == "least" else "least"
        alike = table is not None and table.units.get("least") == table.units.get("most")
        other = written(table, cell.row, column, np.nan) if alike else np.nan
        if not np.isfinite(other):
            return 0.0, np.inf
        return (0.0, other) if cell.column == "least" else (max(0.0, other), np.inf)

    def side(self, move: Move | CellMove, now: float, stop: float) -> Holds | None:
        """One side of one number, which goes no farther than `stop`."""
        up, room = stop >= now, abs(stop - now)
        if room == 0:
            return Holds(None, now, "none", confirmed=True)
        for many in (_FAR, 2.0):
            far = min(room, many * max(1.0, abs(now)))
            end = now + far if up else now - far
            family = family_of(self.bench, move, now, min(now, end), max(now, end), self.stated)
            if family is not None and family.kind in ("bounds", "none"):
                return self.holds(move, now, family if up else family.mirrored(), stop, far)
        return None

    def holds(self, move: Move | CellMove, now: float, family: Family, stop: float, far: float) -> Holds:
        """The first piece that way; the number goes no farther than `stop`."""
        sign = 1.0 if stop >= now else -1.0
        endless = stop == np.inf and far >= _FAR * max(1.0, abs(now))
        if family.kind == "none":
            return Holds(0.0, None if endless else now + sign * far, "open" if endless else "end", confirmed=True)
        best = self.bench.solve(with_column(family, far))
        room = far if best.x is None else min(float(best.x[-1]), far)
        if room <= 1e-9 * max(1.0, abs(now)):
            return Holds(None, now, "none", confirmed=True)
        last = family.start + (room if room >= far else room * (1 - 1e-10))
        touch = family.touch(self.bench, last)
        if touch is None:
            return Holds(None, now, "none")
        near = family.touching(family.start, self.now)
        first = next(pieces(lambda at: _sure(family.touch(self.bench, at)), near, touch, self.bench.slack))
        until = sign * first.end
        if first.end < last - 1e-9 * max(1.0, abs(last)):
            why = "bend"
        else:
            why = "none" if room < far else "open" if endless else "end"
            until = now + sign * room
        until = float(f"{until:.10g}")
        fine = self.lies(
            move, now, until if why == "bend" else until - sign * _ASIDE * max(1.0, abs(until)), first.slope, sign
        )
        if why == "bend":
            beyond = (until + sign * aside * max(1.0, abs(until)) for aside in _BEYOND)
            fine &= any(not self.lies(move, now, value, first.slope, sign, tight=True) for value in beyond)
        return Holds(first.slope, None if why == "open" else until, why, fine)

    def lies(
        self, move: Move | CellMove, now: float, value: float, slope: float, sign: float, *, tight: bool = False
    ) -> bool:
        """Whether a verified plan at this value costs what the price says. `tight`: to the last digit that can be told."""
        prepared = self.bench.at(move, value)
        if prepared is None:
            return False
        plan, result = self.bench.plan(
            prepared, tightened(prepared.model.program.arrays(), self.whole_numbers(prepared))
        )
        if not plan.has_numbers:
            return False
        told = cost_of(self.now) + slope * abs(value - now)
        slack = (0.1 if tight else 4.0) * self.bench.slack * max(1.0, abs(told))
        return abs(cost_of(result) - told) <= slack

    def whole_numbers(self, prepared: Prepared) -> Array:
        """The whole numbers as they are; a site that takes in nothing at this value is not counted as used."""
        v = prepared.model.variables
        if not v.has("use"):
            return self.x
        result = self.bench.solve(self.stated(prepared))
        if result.x is None:
            return self.x
        x, h = self.x.copy(), v.throughput
        through = np.zeros(len(prepared.network.labels["place"]))
        np.add.at(through, h.place, result.x[h.cols])
        x[v.use.cols] = np.where(through[v.use.place] > USED, x[v.use.cols], 0.0)
        return x

    # -- ways --------------------------------------------------------------------------------------------------------

    def lanes(self, most: int) -> tuple[list[int], int]:
        """Lanes that carry most, and lanes that lack least; and how many more there are."""
        assert self.now.x is not None and self.now.prices is not None
        flow = self.prepared.model.variables.flow
        amount, reduced = self.now.x[flow.cols], self.now.prices.column[flow.cols]
        open_ = self.may_carry()
        used = [i for i in np.argsort(-amount, kind="stable").tolist() if amount[i] > _TINY]
        idle = [i for i in np.argsort(np.abs(reduced), kind="stable").tolist() if amount[i] <= _TINY and open_[i]]
        return [*used[:most], *idle[:most]], max(0, len(used) - most) + max(0, len(idle) - most)

    def may_carry(self) -> Array:
        """Lanes that could carry something with the sites as they are."""
        n, used = self.prepared.network, set(self.bench.used)
        shut = np.array(
            [name in used or p not in set(n.site_places.tolist()) for p, name in enumerate(n.labels["place"])]
        )
        return np.asarray(shut[n.lanes.dest] & shut[n.lanes.origin] & (n.lanes.most > 0))

    def way(self, lane: int) -> Way:
        """How far the cost of a lane can move."""
        assert self.now.x is not None
        n, flow = self.prepared.network, self.prepared.model.variables.flow
        col = int(flow.cols[lane])
        amount = float(self.now.x[col])
        (less, fine), (more, fine_too) = self.until(col, -1.0), self.until(col, 1.0)
        keys = {
            "origin": n.labels["place"][n.lanes.origin[lane]],
            "dest": n.labels["place"][n.lanes.dest[lane]],
            "material": n.labels["material"][n.lanes.material[lane]],
            "mode": n.labels["mode"][n.lanes.mode[lane]],
            "period": n.labels["period"][n.lanes.period[lane]],
        }
        return Way(keys, amount, n.unit[n.lanes.material[lane]], less, more, fine and fine_too)

    def until(self, col: int, sign: float) -> tuple[float | None, bool]:
        """How far the cost of a column can move that way before its amount does, and whether both sides were solved."""
        assert self.now.x is not None
        amount = float(self.now.x[col])
        if sign > 0 and amount <= _TINY:
            return None, True
        way = np.zeros(len(self.here.cost))
        way[col] = sign
        zeros = tuple(np.zeros(len(getattr(self.here, c))) for c in ("lower", "upper", "row_lower", "row_upper"))
        far = 10.0 * max(1.0, float(np.abs(self.here.cost).max(initial=1.0)))
        family = Family(self.here, 0.0, 0.0, far, way, 0.0, zeros)
        try:
            end = family.touch(self.bench, far)
        except BalikError:  # figures beyond all measure
            return None, False
        if end is None:  # the more the better, without end
            far, end = self.within(family, far)
            if end is None:
                return None, False
        first = next(pieces(lambda at: _sure(family.touch(self.bench, at)), family.touching(0.0, self.now), end, self.bench.slack))  # fmt: skip
        if abs(first.slope - sign * amount) > 1e-7 * max(1.0, abs(amount)):
            return 0.0, True  # it moves at once: the plan is not the only one
        if first.end >= far * (1 - 1e-9):
            return None, True
        aside = max(
            1e-6 * max(1.0, first.end), 20 * self.bench.slack * max(1.0, abs(cost_of(self.now))) / max(1.0, abs(amount))
        )
        inside = self.bench.solve(family.at(max(0.0, first.end - aside)))
        outside = self.bench.solve(family.at(first.end + aside))
        fine = _near(inside, col, amount) and not _near(outside, col, amount)
        return float(f"{first.end:.9g}"), fine

    def within(self, family: Family, far: float) -> tuple[float, Any]:
        """The same nearer, where the cost would fall without end."""
        for _ in range(40):
            far /= 2
            touch = family.touch(self.bench, far)
            if touch is not None:
                return far, touch
        return far, None


def _near(result: Result, col: int, amount: float) -> bool:
    return result.x is not None and abs(float(result.x[col]) - amount) <= 1e-6 * max(1.0, abs(amount))


def _sure(found: Any) -> Any:
    assert found is not None  # between two points with a plan
    return found
