"""Branch and bound over the whole numbers, on the generated relaxation: every node's bound is certified by itself."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass

import numpy as np

from .plans import around
from .relaxation import Outcome
from .state import WHOLE, State

Array = np.ndarray

#: Candidates that are probed where little is known of them, iterations of a probe, and branchings until enough is known.
_CANDIDATES, _ITERATIONS, _RELIABLE = 8, 60, 4


@dataclass(frozen=True)
class Node:
    """A part of the search: columns with narrower bounds than the program's."""

    columns: tuple[int, ...] = ()
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()

    def narrowed(self, column: int, lower: float, upper: float) -> Node:
        """The same with one more."""
        return Node((*self.columns, column), (*self.lower, lower), (*self.upper, upper))


class Tree:
    """Open nodes by their bounds, and what branching on each column has gained."""

    def __init__(self, s: State, root: float):
        self.s = s
        self.count = itertools.count()
        self.open: list[tuple[float, int, Node]] = [(root, 0, Node())]
        self.gain = np.zeros((2, len(s.a.cost)))
        self.times = np.zeros((2, len(s.a.cost)))
        self.floor = np.inf  # least bound among nodes that were given up unproved
        self.lead = np.zeros(len(s.a.cost), bool)
        self.lead[s.leading] = True

    def search(self) -> None:
        """Until nothing is open or the watch ends it."""
        s = self.s
        while self.open and not s.watch.over() and not s.watch.closed:
            bound, _, node = heapq.heappop(self.open)
            try:
                self._down(bound, node)
            finally:
                self._tell()

    def _tell(self, also: float = np.inf) -> None:
        least = min((entry[0] for entry in self.open), default=np.inf)
        bound = min(least, self.floor, also, self.s.watch.incumbent)
        if np.isfinite(bound):
            self.s.watch.news(bound=bound, nodes=1)

    def _down(self, bound: float, node: Node | None) -> None:
        """From a node down along the better child until nothing is left; the other children are open."""
        s = self.s
        while node is not None:
            if bound >= s.cutoff:
                return
            if s.watch.over():
                heapq.heappush(self.open, (bound, next(self.count), node))
                return
            self._tell(bound)
            lower, upper = self._bounds(node)
            out = s.solve(lower, upper)
            bound = max(bound, out.bound)
            if bound >= s.cutoff:
                return
            if not out.exact:
                if s.watch.over():
                    heapq.heappush(self.open, (bound, next(self.count), node))
                else:
                    self.floor = min(self.floor, bound)
                return
            part = self._fractional(out.point)
            if not len(part):
                if not s.offer(out.point):
                    self._leaf(bound, lower, upper)
                return
            node = self._tightened(node, out, lower, upper, bound)
            bound, node = self._branch(node, out, part, bound)

    def _leaf(self, bound: float, lower: Array, upper: Array) -> None:
        """A point that is whole but keeps some row only by the tolerance: what it stands for is searched exactly."""
        around(self.s, lower, upper)
        self.floor = min(self.floor, bound)

    def _bounds(self, node: Node) -> tuple[Array, Array]:
        s = self.s
        lower, upper = s.lower.copy(), s.upper.copy()
        at = list(node.columns)
        np.maximum.at(lower, at, node.lower)
        np.minimum.at(upper, at, node.upper)
        return lower, upper

    def _fractional(self, point: Array) -> Array:
        """Whole numbers that are not; the leading ones first."""
        s = self.s
        part = s.whole[s.fraction(point) > WHOLE]
        first = part[self.lead[part]]
        return first if len(first) else part

    def _tightened(self, node: Node, out: Outcome, lower: Array, upper: Array, bound: float) -> Node:
        """Switches that the reduced costs fix in all that follows."""
        s = self.s
        room = s.cutoff - out.bound
        if not np.isfinite(room):
            return node
        lead = s.leading[lower[s.leading] < upper[s.leading]]
        for j in lead[out.reduced[lead] > room].tolist():
            node = node.narrowed(j, lower[j], lower[j])
        for j in lead[out.reduced[lead] < -room].tolist():
            node = node.narrowed(j, upper[j], upper[j])
        return node

    def _branch(self, node: Node, out: Outcome, part: Array, bound: float) -> tuple[float, Node | None]:
        """Open one child and go on with the other; reliability branching (Achterberg, Koch and Martin 2005)."""
        s = self.s
        value = out.point[part]
        down, up = value - np.floor(value), np.ceil(value) - value
        known = np.maximum(self.times[:, part], 1)
        mean = self.gain[:, part] / known
        usual = [float(self.gain[k].sum() / max(1.0, self.times[k].sum())) or 1.0 for k in (0, 1)]
        guess = [np.where(self.times[k, part] > 0, mean[k], usual[k]) for k in (0, 1)]
        score = _score(guess[0] * down, guess[1] * up)
        order = np.argsort(-score, kind="stable")[:_CANDIDATES]
        best, best_score, ends = int(part[order[0]]), -1.0, (bound, bound)
        lower, upper = self._bounds(node)
        for k in order.tolist():
            j = int(part[k])
            if self.times[:, j].min() >= _RELIABLE:
                found = (bound + guess[0][k] * down[k], bound + guess[1][k] * up[k])
                sure = (bound, bound)
            else:
                sure = found = self._probe(j, out.point[j], lower, upper, bound)
                for side, distance in ((0, down[k]), (1, up[k])):
                    self.gain[side, j] += (found[side] - bound) / distance
                    self.times[side, j] += 1
            now = float(_score(np.array([found[0] - bound]), np.array([found[1] - bound]))[0])
            if now > best_score:
                best, best_score, ends = j, now, sure
            if s.watch.over():
                break
        x = out.point[best]
        children = [
            (ends[0], node.narrowed(best, lower[best], float(np.floor(x)))),
            (ends[1], node.narrowed(best, float(np.ceil(x)), upper[best])),
        ]
        children = [(b, n) for b, n in children if b < s.cutoff]
        if not children:
            return bound, None
        children.sort(key=lambda c: c[0])
        for b, n in children[1:]:
            heapq.heappush(self.open, (b, next(self.count), n))
        return children[0]

    def _probe(self, j: int, x: float, lower: Array, upper: Array, bound: float) -> tuple[float, float]:
        """Bounds of both children after a few iterations."""
        s, r = self.s, self.s.relaxation
        found = []
        basis = r.h.getBasis()
        for low, high in ((lower[j], np.floor(x)), (np.ceil(x), upper[j])):
            l, u = lower.copy(), upper.copy()
            l[j], u[j] = low, high
            at = np.array([j])
            r.bounds(at, l[at], u[at])
            found.append(max(bound, r.probe(l, s.follow(l, u), s.cutoff, _ITERATIONS)))
            r.bounds(at, lower[at], upper[at])
            r.h.setBasis(basis)
        return found[0], found[1]


def _score(down: Array, up: Array) -> Array:
    """Both children must gain: the product."""
    return np.maximum(down, 1e-6) * np.maximum(up, 1e-6)
