"""Branch and bound over the whole numbers, on the generated relaxation: every node's bound is certified by itself."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .plans import settle
from .relaxation import Outcome
from .state import WHOLE, State

Array = np.ndarray
#: By side the duals, reduced costs and upper ends by which it is proved empty.
Proofs = tuple[tuple[Array, Array, Array] | None, tuple[Array, Array, Array] | None]

#: Candidates that are probed where little is known of them, iterations × rows of a probe, and branchings until enough
#: is known.
_CANDIDATES, _WORK, _RELIABLE = 8, 300_000, 4
#: Candidates that are no better, one after the other, that end the choice.
_VAIN = 4
#: A child is gone on with where its bound is within this part of the gap; else the least bound is next.
_PLUNGE = 0.1
#: A whole number this close to whole is.
_EXACT = 1e-9


@dataclass(frozen=True)
class Node:
    """A part of the search: columns with narrower bounds than the program's, and what everything in it costs at least.

    `basis`: of the relaxation of the node that it is a child of. `number`: in the notes.
    """

    bound: float
    columns: tuple[int, ...] = ()
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    basis: Any = None
    number: int = -1

    def narrowed(self, column: int, lower: float, upper: float, bound: float) -> Node:
        """The same with one more."""
        return Node(bound, (*self.columns, column), (*self.lower, lower), (*self.upper, upper), self.basis, self.number)


class Tree:
    """Open nodes by their bounds, and what branching on each column has gained."""

    def __init__(self, s: State, root: float):
        self.s = s
        self.count = itertools.count()
        self.open: dict[int, Node] = {}
        self.queue: list[tuple[float, int]] = []
        self.floor = np.inf  # least bound of nodes that are given up without a proof
        self.pruned = np.inf  # least bound of those that hold no plan below the cutoff
        self.gain = np.zeros((2, len(s.a.cost)))
        self.times = np.zeros((2, len(s.a.cost)))
        self.lead = np.zeros(len(s.a.cost), bool)
        self.lead[s.leading] = True
        self._push(Node(root, number=s.noted.begin()))

    def _push(self, node: Node) -> int:
        number = next(self.count)
        self.open[number] = node
        heapq.heappush(self.queue, (node.bound, number))
        return number

    @property
    def least(self) -> float:
        """Least bound of the open nodes; inf where none is open."""
        while self.queue and self.queue[0][1] not in self.open:
            heapq.heappop(self.queue)
        return self.queue[0][0] if self.queue else np.inf

    @property
    def done(self) -> bool:
        """Whether nothing is left that could hold a better plan."""
        return self.least >= self.s.cutoff

    @property
    def bound(self) -> float:
        """What every plan costs at least."""
        return min(self.least, self.floor, self.pruned, self.s.watch.incumbent)

    def search(self, nodes: int) -> None:
        """So many nodes, until nothing is left or the watch ends it."""
        s, favourite = self.s, -1
        for _ in range(nodes):
            if self.done or s.watch.over():
                return
            least = self.least
            if favourite not in self.open or self.open[favourite].bound > least + _PLUNGE * (s.cutoff - least):
                favourite = self.queue[0][1]
            children = self._children(self.open[favourite])
            if children is None:  # stopped within: the node stays open
                return
            del self.open[favourite]
            numbers = [self._push(child) for child in children if not self._prunes(child.bound)]
            favourite = min(numbers, key=lambda k: (self.open[k].bound, k), default=-1)
            if np.isfinite(self.bound):
                s.watch.news(bound=self.bound, nodes=1)

    def _prunes(self, bound: float) -> bool:
        """Whether nothing is below the cutoff where everything costs at least so much."""
        if bound < self.s.cutoff:
            return False
        self.pruned = min(self.pruned, bound)
        return True

    def _children(self, node: Node) -> list[Node] | None:
        """What is left to search of a node; None where the watch ended it."""
        s = self.s
        if self._prunes(node.bound):
            return []
        lower, upper = self._bounds(node)
        s.relaxation.restore(node.basis)
        out = s.solve(lower, upper)
        if out.exact or out.bound > node.bound:
            s.noted.keep(node.number, out.duals, out.reduced, upper)
        bound = max(node.bound, out.bound)
        if self._prunes(bound):
            return []
        if not out.exact:
            if s.watch.over():
                return None
            self.floor = min(self.floor, bound)
            return []
        out.point[s.whole] = np.clip(out.point[s.whole], lower[s.whole], upper[s.whole])
        distance = s.fraction(out.point)
        if distance.max(initial=0.0) <= WHOLE and self._settled(out, bound, lower, upper, distance):
            return []
        part = s.whole[distance > (WHOLE if distance.max() > WHOLE else _EXACT)]
        first = part[self.lead[part]]
        node = self._fixed(replace(node, basis=s.relaxation.h.getBasis()), out, lower, upper)
        return self._branched(node, out, first if len(first) else part, bound)

    def _settled(self, out: Outcome, bound: float, lower: Array, upper: Array, distance: Array) -> bool:
        """Whether a point that is whole to the tolerance ends its node: its plan costs what the bound is."""
        s = self.s
        if distance.max(initial=0.0) <= _EXACT and s.offer(out.point) and self._prunes(bound):
            return True
        settle(s, out.point, lower, upper)
        if self._prunes(bound):
            return True
        if distance.max(initial=0.0) <= _EXACT:  # nothing to branch on
            self.floor = min(self.floor, bound)
            return True
        return False

    def _bounds(self, node: Node) -> tuple[Array, Array]:
        lower, upper = self.s.lower.copy(), self.s.upper.copy()
        at = list(node.columns)
        np.maximum.at(lower, at, node.lower)
        np.minimum.at(upper, at, node.upper)
        return lower, upper

    def _fixed(self, node: Node, out: Outcome, lower: Array, upper: Array) -> Node:
        """With the switches that the reduced costs fix in all that follows: on the other side nothing is better."""
        s = self.s
        room = s.cutoff - out.bound
        if not np.isfinite(room):
            return node
        lead = s.leading[lower[s.leading] < upper[s.leading]]
        for j in lead[np.abs(out.reduced[lead]) > room].tolist():
            end = lower[j] if out.reduced[j] > 0 else upper[j]
            node = node.narrowed(j, end, end, node.bound)
            self.pruned = min(self.pruned, out.bound + abs(float(out.reduced[j])))
        return node

    def _branched(self, node: Node, out: Outcome, part: Array, bound: float) -> list[Node]:
        """Two children by the best of some candidates (reliability branching: Achterberg, Koch and Martin 2005).

        A probe that reaches the cutoff proves that side empty: then there is one child.
        """
        s, value = self.s, out.point[part]
        away = (value - np.floor(value), np.ceil(value) - value)
        usual = [float(self.gain[k].sum() / max(1.0, self.times[k].sum())) or 1.0 for k in (0, 1)]
        guess = []
        for k in (0, 1):
            mean = self.gain[k, part] / np.maximum(1.0, self.times[k, part])
            guess.append(np.where(self.times[k, part] > 0, mean, usual[k]) * away[k])
        order = np.argsort(-_score(guess[0], guess[1]), kind="stable")[:_CANDIDATES]
        lower, upper = self._bounds(node)
        best, best_score, vain = int(order[0]), -1.0, 0
        for k in order.tolist():
            if vain >= _VAIN:
                break
            j = int(part[k])
            ends = (float(bound + guess[0][k]), float(bound + guess[1][k]))
            if self.times[:, j].min() < _RELIABLE and not s.watch.over():
                ends, proofs = self._probed(j, out.point[j], lower, upper, bound)
                for side in (0, 1):
                    self.gain[side, j] += (ends[side] - bound) / away[side][k]
                    self.times[side, j] += 1
                if max(ends) >= s.cutoff:
                    return self._halves(node, j, value[k], lower, upper, bound, ends, proofs)
            now = float(_score(np.array(ends[0] - bound), np.array(ends[1] - bound)))
            vain += 1
            if now > best_score:
                best, best_score, vain = k, now, 0
        return self._halves(node, int(part[best]), value[best], lower, upper, bound, (bound, bound), (None, None))

    def _halves(
        self, node: Node, j: int, x: float, lower: Array, upper: Array, bound: float, ends: tuple[float, float],
        proofs: Proofs,
    ) -> list[Node]:  # fmt: skip
        """The children below and above a value, without those that a probe proved empty."""
        first = self.s.noted.part(node.number, j, float(np.floor(x)))
        sides = ((lower[j], float(np.floor(x))), (float(np.ceil(x)), upper[j]))
        children = []
        for side, (low, high) in enumerate(sides):
            proof = proofs[side]
            if not self._prunes(ends[side]):
                children.append(replace(node.narrowed(j, low, high, bound), number=first + side))
            elif proof is not None:
                self.s.noted.keep(first + side, *proof)
        return children

    def _probed(self, j: int, x: float, lower: Array, upper: Array, bound: float) -> tuple[tuple[float, float], Proofs]:
        """What both children come to after a few iterations; and how, where that is proved."""
        s, r = self.s, self.s.relaxation
        basis, found, at, proofs = r.h.getBasis(), [], np.array([j]), []
        iterations = 20 + _WORK // (1 + r.h.getNumRow())
        for low, high in ((lower[j], np.floor(x)), (np.ceil(x), upper[j])):
            below, above = lower.copy(), upper.copy()
            below[j], above[j] = low, high
            r.bounds(at, below[at], above[at])
            value, proof = r.probe(below, s.follow(below, above), s.cutoff, iterations)
            found.append(max(bound, value))
            proofs.append(None if proof is None else (*proof, above))
            r.bounds(at, lower[at], upper[at])
            r.h.setBasis(basis)
        return (found[0], found[1]), (proofs[0], proofs[1])


def _score(down: Array, up: Array) -> Array:
    """Both children must gain: the product."""
    return np.maximum(down, 1e-6) * np.maximum(up, 1e-6)
