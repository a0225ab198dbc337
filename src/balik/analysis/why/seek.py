"""At which value of a cell a decision turns: found by solving again, and confirmed on both sides.

Where the cell is a price, plans are lines over it (see lines.py), and the end is exact. Where it bounds something, the
turn is bracketed and the bracket narrowed by secants and halving; whole numbers to one, others until the two costs are
equal or to a stated width.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...engines import Result
from .asking import Asking, Stopped, cost_of, margin
from .cells import BOUNDS, Cell
from .decision import Decision, alike, same_but_cost
from .lines import Lines
from .turn import Turn, readable, rounded, simplest, whole_between

Array = np.ndarray
#: Rounds of halving at most; width at which it ends, relative to the value; whole numbers that are tried one by one.
_ROUNDS, _WIDTH, _STEPS = 60, 1e-6, 40
#: Share of what the cell says now that is as good as nothing.
_NOTHING = 1e-4
#: Where a bracket is this narrow, relative to the value, the simplest number in it is tried; then where it is so much narrower.
_GUESS = 1e-2
#: Side steps of the confirmation, relative to the value; how often they are made ten times as large.
_ASIDE, _WIDER = 1e-5, 3
#: A very large number, as a multiple of what the cell says now; how often a bracket is made twice as wide.
_FAR, _DOUBLINGS = 1024.0, 8
#: The same of a number of the decision alone, of which the case refuses to take more in the end.
_OWN_DOUBLINGS = 60
#: Shares of the value by which it is moved before that: a turn near by is not stepped over.
_LITTLE = (0.1, 0.3)


#: Values on both sides of the turn, or None; how far was tried; and, where there is none, whether that is proved.
_Bracket = tuple[tuple[float, float] | None, float, bool]


class DoesNotFit(Exception):
    """The case does not take such a row."""


class Seek:
    """The search for one cell."""

    def __init__(
        self, asking: Asking, decision: Decision, prepared: Prepared, cell: Cell, now: Result, out: Result, used: bool
    ):
        """`now`, `out`: the best plan of the case, and the best without the decision; `used`: every best plan has it."""
        self.asking, self.decision, self.cell = asking, decision, cell
        self.prepared, self.now, self.out, self.used = prepared, now, out, used
        self.tables, self.cost = prepared.tables, cost_of(now)
        self.own = cell.own
        self.up = (cell.more > 0) != used
        self.sign = 1.0 if self.up else -1.0
        self.outs: dict[float, Result] = {}

    def turn(self) -> Turn:
        """The nearest value found at which the decision turns."""
        if self.cell.is_new(self.tables):
            self.narrow()
        prices = self.prices()
        if prices is not None and self.used and self.out.x is None:
            return self.never(np.inf if self.up else 0.0, True)  # whatever it costs, there is no plan without
        if prices is not None:
            return self.by_lines(*prices)
        return self.by_steps() if self.cell.steps else self.by_halving()

    def narrow(self) -> None:
        """From here on the case has the row of its own that the cell needs; it may state the same in another order."""
        same = self.at(self.cell.now)
        if same is None or not alike(same.model.program, self.prepared.model.program):
            raise DoesNotFit  # a row of its own changes more than this number
        here, arrays = self.prepared.model.program.arrays(), same.model.program.arrays()
        if np.array_equal(here.cost, arrays.cost) and same_but_cost(here, arrays):
            return
        self.prepared, self.now = same, self.asking.solve(arrays)
        if abs(cost_of(self.now) - self.cost) > self.slack:
            raise DoesNotFit
        self.out = self.asking.solve(self.decision.without(same.model, arrays))

    # -- the case with another number ----------------------------------------------------------------------------

    def at(self, value: float) -> Prepared | None:
        """The case with this number; None where it does not take it."""
        return self.asking.prepared(self.cell.at(self.tables, value))

    def stands(self, value: float, *, verified: bool = False) -> bool | None:
        """Whether every best plan has it at this value; None where there is no plan."""
        prepared = self.at(value)
        if prepared is None:
            return None
        arrays = prepared.model.program.arrays()
        if verified:
            plan, result = self.asking.plan(prepared, arrays)
            if not plan.has_numbers:
                return None
        else:
            result = self.asking.solve(arrays)
        if result.x is None:
            return None
        if not self.decision.shows(prepared.model, result.x):
            return False
        out = self.without(value, prepared, arrays)
        return cost_of(result) < cost_of(out) - margin(result, out)

    def without(self, value: float, prepared: Prepared, arrays: Arrays) -> Result:
        """The best plan without the decision at this value."""
        if self.own:
            return self.out
        if value not in self.outs:
            self.outs[value] = self.asking.solve(self.decision.without(prepared.model, arrays))
        return self.outs[value]

    def never(self, tried: float, proved: bool) -> Turn:
        """No turn as far as was tried."""
        below = tried == 0 and not self.up and self.goes_below_0
        return Turn(self.cell, self.up, None, tried, proved=proved, below=below)

    # -- prices --------------------------------------------------------------------------------------------------

    def prices(self) -> tuple[Arrays, Array, float] | None:
        """The program now, and by what costs and offset grow with the cell, where it is a price and nothing else."""
        now = self.cell.now
        if not np.isfinite(now):
            return None
        here = self.prepared.model.program.arrays()
        grown = []
        for value in (now + max(1.0, abs(now)), now + 2 * max(1.0, abs(now))):
            prepared = self.at(value)
            there = prepared.model.program.arrays() if prepared is not None else None
            if there is None or not same_but_cost(here, there):
                return None
            step = value - now
            grown.append(((there.cost - here.cost) / step, (there.offset - here.offset) / step))
        (cost, offset), (twice, offset_twice) = grown
        scale = max(1.0, float(np.abs(cost).max(initial=0.0)))
        bent = np.abs(cost - twice).max(initial=0.0) > 1e-9 * scale or abs(offset - offset_twice) > 1e-9 * scale
        if bent:
            return None
        hung = np.flatnonzero(twice)
        self.own = bool(np.isin(hung, self.decision.hanging(self.prepared.model)).all()) and offset_twice == 0
        return here, twice, offset_twice

    def uses(self, result: Result, arrays: Arrays) -> bool:
        """Whether this plan has the decision; where every best plan has it now, or nothing comes, whether each must."""
        model = self.prepared.model
        if result.x is None or not self.decision.shows(model, result.x):
            return False
        if not self.used and self.decision.holds(model, result.x):
            return True
        out = self.asking.solve(self.decision.without(model, arrays))
        return cost_of(result) < cost_of(out) - margin(result, out)

    def by_lines(self, here: Arrays, cost: Array, offset: float) -> Turn:
        """The nearest crossing of two neighbouring plans of which one has the decision."""
        now = self.cell.now
        if not self.up and now <= 0:
            return self.never(now, True)
        lines = Lines(self.asking, here, cost, offset, now, self.sign, own=self.own, uses=self.uses)
        end, b = 0.0, None if self.up else lines.solved(0.0)
        if self.up and lines.ends:
            end, b = np.inf, lines.without_end()
        if b is None:  # whatever it costs, it must be paid; or some are paid by it
            end = _FAR * (abs(now) or self.first_step)
            b = lines.solved(end)
        if b is None:
            return self.never(end, False)
        proved = end in (0.0, np.inf)
        if self.own and b.uses == self.used:
            return self.never(end, proved)
        if self.own and not self.used and cost_of(b.result) >= cost_of(self.out) - margin(b.result, self.out):
            return self.never(end, proved)  # at best as good as without
        a = lines.known(now, self.now if self.used else self.out, self.used)  # of two as good, the one without
        found = lines.first(a, b)
        if found is None:
            return self.never(end, lines.left > 0 and proved)
        value, before, after = found
        if value <= 0 and not self.up and not self.used:
            return self.never(0.0, proved)  # even for nothing only as good as without
        turn = self.confirmed(value, abs(before.slope - after.slope), exact=True)
        if not turn.confirmed and ((other := self.by_halving()).confirmed or other.value is None):
            return other  # where plans are as good along a stretch, which of them was met says little
        return turn

    @property
    def goes_below_0(self) -> bool:
        """Whether the case takes less than 0 there: a fee that is paid to whoever brings it, and no distance."""
        return self.at(-max(1.0, abs(self.cell.now))) is not None

    # -- bounds --------------------------------------------------------------------------------------------------

    def by_steps(self) -> Turn:
        """Every whole number from the next one on, until the cell says nothing any more: a limit that counts places."""
        most = len(self.prepared.network.site_places)
        value = self.cell.now
        for _ in range(_STEPS):
            value += self.sign
            if value < 0 or (self.up and value > most):
                if value - self.sign == self.cell.now:
                    raise DoesNotFit  # it says all there is
                return self.never(value - self.sign, True)
            stands = self.stands(value)
            if stands is not None and stands != self.used:
                return self.confirmed(value, 0.0, before=value - self.sign)
            if stands is None and not self.up:
                if value + 1 == self.cell.now:
                    raise DoesNotFit  # there is no plan with less at all
                return self.never(value + 1, True)  # no plan from here on
        return self.never(value, False)

    def by_halving(self) -> Turn:
        """A bracket around the turn, narrowed."""
        bracket, tried, proved = self.bracket()
        if bracket is None:
            return self.never(tried, proved)
        near, far = bracket
        gaps = {v: self.gap(v) for v in (near, far)}
        guess = _GUESS
        for turn in range(_ROUNDS):
            width = abs(far - near)
            if (self.cell.whole and width <= 1) or width <= _WIDTH * max(abs(near), abs(far)):
                break
            if not self.cell.whole and width <= guess * max(abs(near), abs(far)):
                guess *= _GUESS
                inside = near if self.used else far
                saved = abs(min(gaps.get(inside) or 0.0, 0.0))
                if (found := self.simple(near, far, saved / width)) is not None:
                    return found
            middle = self.between(near, far, gaps, turn)
            gaps[middle] = gap = self.gap(middle)
            inside, outside = (near, far) if self.used else (far, near)
            ties = (gaps.get(outside) or 0.0) <= self.slack  # as good all along says nothing of where it turns
            if not self.cell.whole and not ties and gap is not None and 0 <= gap <= self.slack:
                steep = abs(min(gaps[inside] or 0.0, 0.0)) / abs(inside - middle)
                found = self.confirmed(middle, steep, exact=True)
                if found.confirmed:
                    return found
            stands = None if gap is None else gap < 0
            near, far = (near, middle) if stands is not None and stands != self.used else (middle, far)
        found = self.confirmed(far, 0.0, before=near)
        if not found.confirmed and not self.up and near <= _NOTHING * abs(self.cell.now):
            return self.never(near, False)  # so little that its cost cannot be told from that of nothing
        return found

    def simple(self, near: float, far: float, steep: float) -> Turn | None:
        """The number with the fewest decimals in the bracket, if the decision turns there."""
        value = simplest(near, far)
        if value is None:
            return None
        found = self.confirmed(value, steep, exact=True, tries=1)
        return replace(found, exact=False) if found.confirmed else None

    @property
    def slack(self) -> float:
        """By how much two costs must differ."""
        return margin(self.now, self.now)

    def bracket(self) -> _Bracket:
        """A value at which the decision is as it is now and one at which it is not; how far was tried, and if that is all."""
        now = self.cell.now
        if self.own:
            end = np.inf if self.up else 0.0
            if self.used and self.out.x is None:
                return None, end, True  # whatever it says, there is no plan without
            stands = self.stands(end)
            if stands == self.used:
                return None, end, True
            if stands is not None and not self.up:
                return self.above_nothing(now, end)
        near = now
        for far in self.values():
            stands = self.stands(far)
            if stands is None:
                far, known = self.last_with_plan(near, far)
                if far == now:
                    raise DoesNotFit  # no other number that way has a plan
                stands = self.stands(far)
                if stands is not None and stands != self.used:
                    return self.above_nothing(near, far)
                return None, far, known and self.own and self.used
            if stands != self.used:
                return self.above_nothing(near, far)
            near = far
        return None, near, False

    def values(self) -> Iterator[float]:
        """Values further and further away: a little at first, then twice as much or half each time; 0 is the last."""
        now, past = self.cell.now, self.cell.now
        for share in _LITTLE:
            value = now + self.sign * share * (now or self.first_step)
            if self.cell.whole:
                value = float(np.ceil(value) if self.up else np.floor(value))
            if value != past and value > 0:
                yield (past := value)
        value = now
        for _ in range(_OWN_DOUBLINGS if self.own and self.up and self.cell.column in BOUNDS else _DOUBLINGS):
            value = self.further(value)
            if value != past:
                yield value
            if value == 0:
                return

    def above_nothing(self, near: float, far: float) -> _Bracket:
        """The bracket, unless the decision turns only where nothing is left."""
        little = 1.0 if self.cell.whole else 1e-6 * self.cell.now
        if far > little or self.up:
            return (near, far), far, True
        if self.stands(little) == self.used:
            return None, little, False
        return (near, little), little, True

    def further(self, value: float) -> float:
        """Twice as much, or half; 0 where little is left."""
        if self.up:
            return max(2 * value, value + self.first_step)
        half = np.floor(value / 2) if self.cell.whole else value / 2
        return float(half) if half > self.cell.now / 2**_DOUBLINGS else 0.0

    @property
    def first_step(self) -> float:
        """How far a cell of 0 is moved first: of a price, a hundredth of what the plan costs for each unit of the decision."""
        amount = self.decision.amount(self.prepared.model, self.now.x) if self.now.x is not None else 0.0
        if self.cell.now or self.cell.table == "limits" or self.cell.column in BOUNDS or amount <= 0:
            return 1.0
        return max(1.0, float(f"{abs(cost_of(self.now)) / amount / 100:.1g}"))

    def last_with_plan(self, near: float, far: float) -> tuple[float, bool]:
        """The last value before `far`, which has no plan, that has one; and whether that is known to the last step."""
        while abs(far - near) > (1 if self.cell.whole else _WIDTH * max(abs(near), abs(far))):
            middle = whole_between(near, far) if self.cell.whole else (near + far) / 2
            try:
                none = self.stands(middle) is None
            except Stopped:  # on the edge itself a search may come to no end
                return near, False
            near, far = (near, middle) if none else (middle, far)
        return near, True

    def between(self, near: float, far: float, gaps: dict[float, float | None], turn: int) -> float:
        """A value inside the bracket: where a straight line through both gaps is 0, else the middle."""
        middle = whole_between(near, far) if self.cell.whole else (near + far) / 2
        one, two = gaps.get(near), gaps.get(far)
        if turn % 2 == 0 and one is not None and two is not None and np.isfinite(one - two) and one * two < 0:
            secant = near + (far - near) * one / (one - two)
            if self.cell.whole:
                secant = np.clip(np.round(secant), min(near, far) + 1, max(near, far) - 1)
            if min(near, far) < secant < max(near, far):
                return float(secant)
        return middle

    def gap(self, value: float) -> float | None:
        """Below 0, where every best plan has it: what it saves. Else what forcing it in costs; None: there is no plan."""
        prepared = self.at(value)
        if prepared is None:
            return None
        arrays, model = prepared.model.program.arrays(), prepared.model
        best = self.asking.solve(arrays)
        if best.x is None:
            return None
        if self.decision.shows(model, best.x):
            out = self.without(value, prepared, arrays)
            if cost_of(best) < cost_of(out) - margin(best, out):
                return max(cost_of(best) - cost_of(out), -1e300)
        with_it = self.asking.solve(self.decision.with_it(model, arrays, 1.0))
        return float(np.clip(cost_of(with_it) - cost_of(best), 0.0, 1e300))

    # -- both sides ----------------------------------------------------------------------------------------------

    def confirmed(
        self, value: float, steep: float, *, exact: bool = False, before: float | None = None, tries: int = _WIDER
    ) -> Turn:
        """The case solved and verified on both sides: as it is now before the value, and otherwise after it."""
        if not exact:
            after = value = rounded(value, self.up)
            ok = self.stands(after, verified=True) is (not self.used)
            assert before is not None
            ok = ok and (before == self.cell.now or self.stands(before, verified=True) in (self.used, None))
            return Turn(self.cell, self.up, value, value, before, after, False, ok, ok)
        value = readable(value)
        told = max(
            4 * self.slack, 2 * self.asking.options.gap * max(1.0, abs(cost_of(self.now)))
        )  # so that a plain solve sees it
        aside = max(_ASIDE * max(abs(value), 1e-3 * abs(self.cell.now), 1e-6), told / steep if steep else 0.0)
        after = value
        for _ in range(tries):
            before, after = value - self.sign * aside, value + self.sign * aside
            aside *= 10
            if before * self.sign < self.cell.now * self.sign:
                before = self.cell.now
            if after < 0:
                continue
            if self.stands(after, verified=True) is not (not self.used):
                continue
            if before == self.cell.now or self.stands(before, verified=True) is self.used:
                reached = value != self.cell.now and self.stands(value) is (not self.used)
                return Turn(self.cell, self.up, value, value, before, after, True, True, True, reached)
        return Turn(self.cell, self.up, value, value, before, after, True)
