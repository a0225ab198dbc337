"""Branch and bound on a program whose least cost is known, to show it: every leaf keeps the multipliers that refute it.

The plan is there, so no time goes into plans, and the order of the nodes matters little: the least bound is next. The
root is tightened by derived rows. A bound counts only as the checker will see it, with every rounding against it.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..duality.rounding import Rows
from ..duality.tree import Bounding, Tree, ends_of
from ..engines.relaxed import Relaxed, Solved
from .cuts import Cut, separated
from .gains import Gains, score_of
from .notes import Multipliers, Notes

Array = np.ndarray

#: Most nodes, and most multipliers in all of them (12 bytes each before they are packed).
_NODES, _PRICES = 50_000, 8_000_000
#: Rounds of derived rows at the root, and in how many of them how little of the gap must close to end them.
_ROUNDS, _PATIENCE, _LITTLE = 40, 4, 0.02
#: Part of the time for the root.
_ROOT = 0.4
#: Below the root: what part of a node's gap a round of derived rows must close, by how much this is learned from each
#: round, how often they are tried where they are not worth it; and most derived rows.
_WORTH, _LEARN, _SELDOM, _ROWS = 0.1, 0.1, 10, 4_000
#: Rows of the tableau that are looked at, at the root and below.
_LOOKED = (40, 5)
#: Steps of a probe.
_STEPS = 60
#: How far from whole a column counts as parted.
_WHOLE = 1e-6
#: By how much a plan may miss a row or an end, of its terms; and by how much it must be cheaper to say so, of all that it
#: costs and earns, which is far more than such slack is worth.
_FEASIBLE, _CLEARLY = 1e-9, 1e-5


class Cheaper(Exception):
    """A plan was found that costs so much less than what is to be shown that it cannot be: `cost`."""

    def __init__(self, cost: float):
        super().__init__(cost)
        self.cost = cost


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    lower: Array  # of the whole columns
    upper: Array
    basis: Any
    parent: Multipliers


def prove(
    a: Arrays, objective: float, target: float, seconds: float, seed: int = 0, stop: Callable[[], bool] | None = None,
    nodes: int = _NODES,
) -> Tree | None:  # fmt: skip
    """A tree that shows, as far as the seconds and nodes go, that no plan costs less than `target`.

    `objective`: what the plan at hand costs. `stop`: ends the search with what it has. None: not even the root was done.
    Raises Cheaper where a plan is found by which it is not so.
    """
    until = time.perf_counter() + seconds
    lower, upper = ends_of(a, objective)
    if (lower > upper).any():  # nothing else costs as little
        return Notes().tree(target, Rows(a, lower, upper), [])
    search = _Search(a, target, (lower, upper), Relaxed(a, *loose(a, lower, upper), seed, until))
    if not search.root(until - (1.0 - _ROOT) * seconds):
        return None
    search.run(nodes, stop)
    return search.tree()


def loose(a: Arrays, lower: Array, upper: Array) -> tuple[Array, Array]:
    """The ends of whole columns; others keep the program's, which the rows narrow as far."""
    return np.where(a.integer, lower, a.lower), np.where(a.integer, upper, a.upper)


class _Search:
    def __init__(self, a: Arrays, target: float, ends: tuple[Array, Array], live: Relaxed) -> None:
        self.a, self.target, self.live = a, target, live
        self.lower, self.upper = ends
        self.whole = np.flatnonzero(a.integer)
        self.rows, self.cuts = Rows(a, *ends), list[Cut]()
        self.number = np.arange(len(a.row_lower))  # of the rows in the solver
        self.bounding = Bounding(a)
        self.notes, self.heap = Notes(), list[_Node]()
        self.gains, self.aside = Gains(len(a.cost)), list[_Node]()
        self.visits, self.worth = 0, 2.0 * _WORTH

    # -- root --------------------------------------------------------------------------------------------------------

    def root(self, until: float) -> bool:
        """Derived rows, as long as they raise the bound; whether there is a bound at all."""
        found, values, known = self.live.solve(), list[float](), None
        if found.status == "infeasible":
            return self._without_plan(found)
        while found.status == "optimal" and found.duals is not None:
            known, found = self._without_slack(found, self.rows.own)
            values.append(found.value)
            late = len(values) > _PATIENCE and values[-1] - values[-1 - _PATIENCE] < _LITTLE * (
                self.target - values[-1]
            )
            if found.value >= self.target or late or len(values) > _ROUNDS or time.perf_counter() > until:
                break
            cuts = separated(self.rows, found.x, self.live, self.number, _LOOKED[0])
            if not cuts:
                break
            self._bring(cuts)
            found = self.live.solve()
        if known is None:
            return False
        self.bounding = Bounding(self.rows.arrays())
        start = (self.lower[self.whole], self.upper[self.whole])
        self.heap = [_Node(values[-1], self.notes.new(), *start, self.live.basis(), known)]
        return True

    def _without_plan(self, found: Solved) -> bool:
        """A root that has no plan even in fractions: whether multipliers show it."""
        found = found if found.ray is not None else self.live.solve()  # presolve tells no ray, the simplex does
        none = np.zeros(0, int), np.zeros(0)
        refuted = self._by_ray(found, self.lower, self.upper, none) if found.status == "infeasible" else None
        if refuted is None:
            return False
        self.notes.keep(self.notes.new(), refuted)
        return True

    def _bring(self, cuts: list[Cut]) -> None:
        """Take derived rows in."""
        first = len(self.rows)
        for cut in cuts:
            self.rows.add(cut.row)
        self.cuts += cuts
        self.live.add([(cut.row.column, cut.row.value, cut.row.end) for cut in cuts])
        self.number = np.concatenate([self.number, np.arange(first, len(self.rows))])

    def _without_slack(self, found: Solved, first: int) -> tuple[Multipliers, Solved]:
        """Take rows from the first given on that bind nothing out of the solver; the multipliers, and the optimum again."""
        assert found.duals is not None
        known = self._multipliers(found.duals)
        idle = first + np.flatnonzero(found.duals[first:] == 0.0)
        if not len(idle):
            return known, found
        self.live.remove(idle)
        self.number = np.delete(self.number, idle)
        again = self.live.solve()
        return known, again if again.status == "optimal" else found

    # -- tree --------------------------------------------------------------------------------------------------------

    def run(self, nodes: int, stop: Callable[[], bool] | None = None) -> None:
        """Go through open nodes until none is left, or time, nodes or room for multipliers are."""
        while self.heap and len(self.notes) < nodes and self.notes.prices < _PRICES:
            if stop is not None and stop():
                return
            node = heapq.heappop(self.heap)
            status = self._visit(node)
            if status == "stopped":
                heapq.heappush(self.heap, node)
                return
            if status == "open":
                self.aside.append(node)

    def _visit(self, node: _Node) -> str:
        """Refute a node or part it: done, or open where neither can be, or stopped."""
        lower, upper = self._ends(node.lower, node.upper)
        self.live.restore(node.basis)
        found = self._solved(lower, upper)
        refuted = self._refuted(found, lower, upper, node.parent)
        if refuted is None and node.number:
            found, refuted = self._tightened(found, lower, upper, node.parent)
        if refuted is not None:
            self.notes.keep(node.number, refuted)
            return "done"
        if found.status != "optimal" or found.duals is None:
            return "stopped" if found.status == "stopped" else "open"
        mine = self._multipliers(found.duals)
        if node.number == 0:
            _, low, high = self.bounding.at(*mine, lower, upper, self.target)
            if ((low > lower) | (high < upper)).any():
                self.notes.keep(node.number, mine)
                lower, upper = low, high
        return "done" if self._parted(node, found, mine, lower, upper) else "open"

    def _tightened(
        self, found: Solved, lower: Array, upper: Array, parent: Multipliers
    ) -> tuple[Solved, Multipliers | None]:
        """More derived rows, as long as they pay; what refutes the node then, if anything."""
        refuted, gap = None, self.target - found.value
        self.visits += 1
        while (
            found.status == "optimal"
            and gap > 0.0  # else only rounding keeps the node from being refuted
            and len(self.rows) < _ROWS
            and (self.worth > _WORTH or self.visits % _SELDOM == 0)
        ):
            cuts = separated(self.rows, found.x, self.live, self.number, _LOOKED[1])
            if not cuts:
                break
            before = len(self.number)
            self._bring(cuts)
            self.bounding = Bounding(self.rows.arrays())
            again = self.live.solve()
            if again.status == "stopped":
                break
            found = again
            refuted = self._refuted(found, lower, upper, parent)
            left = 0.0 if refuted is not None else max(0.0, self.target - found.value)
            closed, gap = 1.0 - left / gap, left
            self.worth += _LEARN * (closed - self.worth)
            if refuted is not None:
                break
            _, found = self._without_slack(found, before)
            if closed < _WORTH:
                break
        return found, refuted

    def _ends(self, low: Array, high: Array) -> tuple[Array, Array]:
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[self.whole], upper[self.whole] = low, high
        return lower, upper

    def _solved(self, lower: Array, upper: Array, steps: int | None = None) -> Solved:
        self.live.within(*loose(self.a, lower, upper))
        return self.live.solve(steps)

    def _multipliers(self, duals: Array) -> Multipliers:
        on = np.flatnonzero(np.abs(duals) > 1e-12 * np.abs(duals).max(initial=0.0))
        return self.number[on], duals[on]

    def _refuted(self, found: Solved, lower: Array, upper: Array, parent: Multipliers) -> Multipliers | None:
        """Multipliers by which nothing within these ends is below the target, if these are."""
        if found.status == "infeasible":
            return self._by_ray(found, lower, upper, parent)
        if found.duals is None or found.value < self.target - 1e-6 * abs(self.target):
            return None
        row, price = self._multipliers(found.duals)
        for rounded in (price.astype(np.float32).astype(float), price):
            if self._reaches((row, rounded), lower, upper):
                return row, rounded
        return None

    def _reaches(self, mine: Multipliers, lower: Array, upper: Array) -> bool:
        value, low, high = self.bounding.at(*mine, lower, upper, self.target)
        return value >= self.target or bool((low > high).any())

    def _by_ray(self, found: Solved, lower: Array, upper: Array, parent: Multipliers) -> Multipliers | None:
        """Multipliers of what has no plan: so far along a ray that the bound passes the target."""
        if found.ray is None:
            return None
        y = np.zeros(len(self.rows))
        y[parent[0]] = parent[1]
        ray = np.zeros(len(self.rows))
        ray[self.number] = found.ray
        ray /= np.abs(ray).max(initial=0.0) or 1.0
        for kind in (np.float32, np.float64):
            for far, sign in itertools.product(10.0 ** np.arange(0, 20), (1.0, -1.0)):
                sum_ = (y + sign * far * ray).astype(kind).astype(float)
                on = np.flatnonzero(sum_)
                if self._reaches((on, sum_[on]), lower, upper):
                    return on, sum_[on]
        return None

    # -- branching ---------------------------------------------------------------------------------------------------

    def _parted(self, node: _Node, found: Solved, mine: Multipliers, lower: Array, upper: Array) -> bool:
        """Two children by the best of some candidates; one that a probe refutes is a leaf at once."""
        x, free = found.x, self.whole[lower[self.whole] < upper[self.whole]]
        if not len(free):
            self._look(x)
            return False
        basis, part = self.live.basis(), free[np.abs(x[free] - np.round(x[free])) > _WHOLE]
        if not len(part):  # its plan costs what the bound lacks: part it all the same
            self._look(x)
            j = int(free[0])
            most = float(min(max(np.round(x[j]), lower[j]), upper[j] - 1.0))
            self._push(node, (j, most), (lower, upper), mine, (found.value, found.value), [None, None])
            return True
        best, best_score = None, -1.0
        for j, guess in self.gains.candidates(part, x):
            ends, refuted = [found.value + gain for gain in guess], list[Multipliers | None]([None, None])
            if self.gains.little_known(j):
                ends, refuted = self._probed(j, found, mine, lower, upper, basis)
            score = float(score_of(ends[0] - found.value, ends[1] - found.value))
            some = any(side is not None for side in refuted)
            if some or score > best_score:
                best, best_score = (j, ends, refuted), score
            if some:
                break
        assert best is not None
        self.live.restore(basis)
        j, ends, refuted = best
        self._push(node, (j, float(np.floor(x[j]))), (lower, upper), mine, ends, refuted)
        return True

    def _look(self, x: Array) -> None:
        """Raise Cheaper where whole numbers make a plan that lies clearly below what no plan should cost less than."""
        a, x = self.a, np.where(self.a.integer, np.round(x), x)
        of = np.repeat(np.arange(len(x)), np.diff(a.start))
        term = a.value * x[of]
        activity, size = (np.bincount(a.row, t, len(a.row_lower)) for t in (term, np.abs(term)))
        room, cost = _FEASIBLE * np.maximum(1.0, size), float(a.cost @ x) + a.offset
        holds = (activity >= a.row_lower - room) & (activity <= a.row_upper + room)
        within = (x >= a.lower - _FEASIBLE) & (x <= a.upper + _FEASIBLE)
        below = cost < self.target - _CLEARLY * max(1.0, abs(self.target), float(np.abs(a.cost) @ np.abs(x)))
        if below and holds.all() and within.all() and not a.cones and not a.risks:
            raise Cheaper(cost)

    def _probed(
        self, j: int, found: Solved, mine: Multipliers, lower: Array, upper: Array, basis: Any
    ) -> tuple[list[float], list[Multipliers | None]]:
        """What both children come to in a few steps, and what refutes them."""
        ends: list[float] = []
        refuted: list[Multipliers | None] = []
        for low, high in _halves(j, float(np.floor(found.x[j])), lower, upper):
            self.live.restore(basis)
            probe = self._solved(low, high, _STEPS)
            refuted.append(self._refuted(probe, low, high, mine))
            ends.append(max(found.value, min(probe.value, self.target)))
        self.gains.learn(j, found.x[j], [end - found.value for end in ends])
        return ends, refuted

    def _push(
        self, node: _Node, by: tuple[int, float], within: tuple[Array, Array], mine: Multipliers,
        ends: Sequence[float], refuted: Sequence[Multipliers | None],
    ) -> None:  # fmt: skip
        """Note both children; those that are not refuted are open."""
        basis, first = self.live.basis(), self.notes.part(node.number, *by)
        for side, (low, high) in enumerate(_halves(*by, *within)):
            multipliers = refuted[side]
            if multipliers is not None:
                self.notes.keep(first + side, multipliers)
            else:
                narrow = (low[self.whole], high[self.whole])
                heapq.heappush(self.heap, _Node(ends[side], first + side, *narrow, basis, mine))

    def tree(self) -> Tree:
        """The tree as far as it came: open nodes keep the multipliers of their parents, and what these show."""
        bound = self.target
        for node in [*self.heap, *self.aside]:
            lower, upper = self._ends(node.lower, node.upper)
            self.notes.keep(node.number, node.parent)
            bound = min(bound, self.bounding.at(*node.parent, lower, upper, np.inf)[0])
        return self.notes.tree(bound, self.rows, [cut.recipe for cut in self.cuts])


def _halves(j: int, most: float, lower: Array, upper: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    below, above = upper.copy(), lower.copy()
    below[j], above[j] = most, most + 1.0
    return (lower, below), (above, upper)
