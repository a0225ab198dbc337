"""Branch and bound on sites, then on pairs of site and customer, with Lagrangian bounds.

A node keeps its multipliers, averaged violation and averaged sites, from which its children go on (volume-type ascent).
While sites are free it branches on a site, by reliability (Achterberg, Koch, Martin 2005) of short ascents; then on a
pair: the customer has this site, or has it not. Pairs and sites that no plan below the cutoff has are dropped on the
way. The search plunges: the child likelier to hold a plan comes next; else the open node of least bound.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..problem import CLOSED, FREE, OPEN
from ..watch import Watch
from .ascent import NODE, ascend
from .core import Core
from .dual import evaluate, keep_pairs
from .knapsack import Lists, lift, lists_of, shorten, work_of
from .moves import improve, plan_allowed, serve, sites_allowed
from .program import search_program

Array = np.ndarray
INF = float("inf")
NONE = np.zeros((0, 0))

#: Steps of the ascent in a node, in a probe, and where pairs are branched on for the first time.
STEPS, PROBE, SETTLE = 20, 6, 150
#: Probes of a site in each direction, candidates for branching among sites and among pairs.
RELIABLE, SITES, PAIRS = 3, 8, 5


@dataclass(order=True)
class Node:
    """States of the sites, pairs left (packed bits), and where the ascent of the parent ended."""

    bound: float
    number: int
    state: Array = field(compare=False)
    keep: Array = field(compare=False)
    u: Array = field(compare=False)
    mean: Array = field(compare=False)
    share: Array = field(compare=False)
    mix: Array | None = field(compare=False, default=None)
    turned: int = field(compare=False, default=-1)


class Tree:
    """Search over the plans of a core below a cutoff.

    `found(opened, site, cost)` is told of every plan below the cutoff, and returns the cutoff from then on. `bound` is a
    proven bound of all plans below the cutoff.
    """

    def __init__(
        self, core: Core, state: Array, keep: Array, u: Array, cutoff: float, reach: float,
        watch: Watch, found: Callable[[Array, Array, float], float],
        plunge: float = 0.3, averages: tuple[Array, Array] | None = None,
    ):  # fmt: skip
        self.core, self.watch, self.cutoff, self.reach, self.found = core, watch, cutoff, reach, found
        n, m = core.cost.shape
        self.lists = lists_of(core)
        self.here = Lists(*(part.copy() for part in self.lists))
        self.work = work_of(core)
        self.gain, self.tries = np.zeros((2, n)), np.zeros((2, n))
        self.number, self.nodes = 0, 0
        self.settled_root = averages is not None
        mean, share = averages if averages is not None else (np.zeros(m + len(core.upper)), np.zeros(n))
        root = Node(-INF, 0, state, np.packbits(keep), u, mean.copy(), share.copy())
        self.next: Node | None = root
        self.plunge = plunge
        self.heap: list[Node] = []

    @property
    def bound(self) -> float:
        """No plan below the cutoff costs less."""
        low = self.heap[0].bound if self.heap else INF
        return min(low, self.next.bound) if self.next is not None else low

    @property
    def done(self) -> bool:
        """Whether nothing is left to search."""
        return self.next is None and not self.heap

    def run(self, nodes: int) -> None:
        """Visit so many nodes, unless the search or the time ends before."""
        for _ in range(nodes):
            if self.next is None:
                if not self.heap:
                    return
                self.next = heapq.heappop(self.heap)
            if self.next.bound >= self.cutoff:
                self.next = None
                continue
            if self.watch.over():
                return
            node, self.nodes = self.next, self.nodes + 1
            children = self.visit(node)
            self.next = None
            for child in children[1:]:
                heapq.heappush(self.heap, child)
            if children:
                low = min(self.bound, children[0].bound)
                if children[0].bound <= low + self.plunge * (self.cutoff - low):
                    self.next = children[0]
                else:
                    heapq.heappush(self.heap, children[0])

    def visit(self, node: Node) -> list[Node]:
        """Bound a node; its children, the likelier first; none where no plan below the cutoff is left in it."""
        core, here = self.core, self.here
        keep = np.unpackbits(node.keep, count=core.cost.size).reshape(core.cost.shape).astype(bool)
        if not shorten(self.lists, keep, here):
            return []
        if not (node.state == FREE).any():
            return self.visit_settled(node, keep)
        bound = self.raised(node, STEPS, NONE) if node.number or not self.settled_root else node.bound
        if bound == INF or not self.drop(node, keep):
            return []
        node.bound = max(node.bound, bound)
        if node.number % 16 == 0 or not (node.state == FREE).any():
            self.round_sites(node, keep)
        if not (node.state == FREE).any():
            return [self.child(node, node.state, keep)]
        j = self.pick_site(node)
        if j < 0:
            return [self.child(node, node.state, keep)]
        first = OPEN if node.share[j] >= 0.5 else CLOSED
        return [self.branched(node, keep, j, to) for to in (first, OPEN + CLOSED - first)]

    def raised(self, node: Node, steps: int, mix: Array) -> float:
        """The bound after an ascent from where the node stands, which moves on."""
        quit = 5 if node.turned >= 0 else steps + 1
        bound: float = ascend(
            self.core, self.here, node.state, node.u, node.mean, node.share, self.work, self.cutoff, self.reach, steps,
            True, NODE, quit, node.turned, mix,
        )  # fmt: skip
        return bound

    def drop(self, node: Node, keep: Array) -> bool:
        """Drop pairs by the node's multipliers; whether every customer has a site left."""
        bound = evaluate(self.core, self.here, node.state, node.u, self.work, True)
        node.bound = max(node.bound, bound)
        if bound >= self.cutoff:
            return False
        keep_pairs(self.core, self.here, node.state, node.u, self.work, bound, self.cutoff, keep)
        return bool(shorten(self.lists, keep, self.here))

    def child(self, node: Node, state: Array, keep: Array, turned: int = -1, mix: Array | None = None) -> Node:
        """A node that goes on from this one."""
        self.number += 1
        return Node(
            node.bound, self.number, state.copy(), np.packbits(keep), node.u.copy(), node.mean.copy(),
            node.share.copy(), mix, turned,
        )  # fmt: skip

    # -- sites ---------------------------------------------------------------------------------------------------

    def branched(self, node: Node, keep: Array, j: int, to: int) -> Node:
        """The child with site j open or closed."""
        state = node.state.copy()
        state[j] = to
        if to == OPEN:
            state[(self.core.place == self.core.place[j]) & (state == FREE)] = CLOSED
        return self.child(node, state, keep, j)

    def pick_site(self, node: Node) -> int:
        """The free site whose states raise the bound most; −1 where a probe settled one."""
        free = np.flatnonzero(node.state == FREE)
        share = np.clip(node.share, 0.05, 0.95)
        weight = np.minimum(node.share, 1.0 - node.share)[free] * self.core.capacity[free] + 1e-6
        best, pick, settled = -1.0, int(free[0]), False
        for j in free[np.argsort(-weight, kind="stable")[:SITES]]:
            if node.state[j] != FREE:
                continue
            for way, to, part in ((0, CLOSED, share[j]), (1, OPEN, 1.0 - share[j])):
                if self.tries[way, j] >= RELIABLE:
                    continue
                gain = self.probe(node, j, to)
                self.tries[way, j] += 1
                self.gain[way, j] += gain / part
                if gain > 0.0 and node.bound + gain >= self.cutoff:
                    node.state[j] = OPEN + CLOSED - to
                    if to == CLOSED:
                        node.state[(self.core.place == self.core.place[j]) & (node.state == FREE)] = CLOSED
                    settled = True
                    break
            if settled:
                continue
            mean = self.gain[:, j] / self.tries[:, j]
            score = max(mean[0] * share[j], 1e-4) * max(mean[1] * (1.0 - share[j]), 1e-4)
            if score > best:
                best, pick = score, int(j)
        return -1 if settled else pick

    def probe(self, node: Node, j: int, to: int) -> float:
        """By how much a short ascent raises the bound with site j open or closed; a bit beyond the cutoff where met."""
        state = node.state.copy()
        state[j] = to
        if to == OPEN:
            state[(self.core.place == self.core.place[j]) & (state == FREE)] = CLOSED
        room = self.cutoff - node.bound
        bound = ascend(
            self.core, self.here, state, node.u.copy(), node.mean.copy(), node.share.copy(), self.work, self.cutoff,
            self.reach, PROBE, True, NODE, PROBE + 1, j, NONE,
        )  # fmt: skip
        return 1.3 * room if bound == INF else float(min(max(0.0, bound - node.bound), 0.99 * room))

    def round_sites(self, node: Node, keep: Array) -> None:
        """A plan of the sites that are open more than not, told if it is below the cutoff."""
        opened = (node.state == OPEN) | ((node.state == FREE) & (node.share > 0.5))
        self.plan(opened, np.full(len(self.core.demand), -1))

    def plan(self, opened: Array, site: Array) -> None:
        """Complete and improve a plan; tell it if it keeps the rules below the cutoff."""
        load = np.zeros(len(opened))
        np.add.at(load, site[site >= 0], self.core.demand[site >= 0])
        if not sites_allowed(self.core, opened) or not serve(self.core, opened, site, load):
            return
        cost = improve(self.core, opened, site, load)
        if cost < self.cutoff and plan_allowed(self.core, opened, site, load):
            self.cutoff = self.found(opened, site, cost)

    # -- pairs ---------------------------------------------------------------------------------------------------

    def visit_settled(self, node: Node, keep: Array) -> list[Node]:
        """A node whose sites are settled: a generalised assignment problem."""
        core = self.core
        if not sites_allowed(core, node.state == OPEN):
            return []
        mix = np.zeros(core.cost.shape)
        fresh = node.mix is None
        if node.mix is None:
            node.mean[:], node.turned = 0.0, -1
        else:
            mix[keep] = node.mix
        lift(core, self.here, node.state, node.u)
        before = np.inf
        for _ in range(4 if fresh else 1):
            bound = self.raised(node, SETTLE if fresh else STEPS, mix)
            if bound == INF or not self.drop(node, keep):
                return []
            node.bound = max(node.bound, bound)
            left = keep.sum()
            if left > 0.95 * before:
                break
            before = left
        if fresh and core.least.max() > 0.0 and self.by_program(node, keep):  # the bound does not know the least
            return []
        if fresh or node.number % 8 == 0:
            self.round_pairs(node, keep, mix)
        if (keep.sum(axis=0) == 1).all():
            self.plan(node.state == OPEN, keep.argmax(axis=0))
            return []
        return self.branched_pair(node, keep, mix)

    def by_program(self, node: Node, keep: Array) -> bool:
        """Whether a general solver searched the node through."""
        found = search_program(self.core, node.state, keep, self.watch, self.cutoff, 0)
        before = self.cutoff
        if found.opened is not None and found.site is not None:
            self.plan(found.opened, found.site)
        node.bound = max(node.bound, min(found.bound, self.cutoff))
        return found.done and (found.opened is None or self.cutoff < before)  # a plan that breaks a rule proves nothing

    def round_pairs(self, node: Node, keep: Array, mix: Array) -> None:
        """A plan by the averaged assignments, most certain first."""
        core = self.core
        liking = np.where(keep, mix, -1.0)
        best = liking.argmax(axis=0)
        site, load = np.full(len(core.demand), -1), np.zeros(len(node.state))
        for i in np.argsort(-liking.max(axis=0), kind="stable"):
            j = best[i]
            if load[j] + core.demand[i] <= core.capacity[j]:
                site[i] = j
                load[j] += core.demand[i]
        self.plan(node.state == OPEN, site)

    def branched_pair(self, node: Node, keep: Array, mix: Array) -> list[Node]:
        """The children of the pair whose two states raise the bound most in short ascents."""
        many = keep.sum(axis=0) > 1
        liking = np.where(keep, mix, -1.0)
        best = liking.argmax(axis=0)
        like = liking.max(axis=0)
        weight = np.where(many, np.minimum(like, 1.0 - like).clip(0.0) * self.core.demand + 1e-9, -1.0)
        top, children = -1.0, []
        for i in np.argsort(-weight, kind="stable")[:PAIRS]:
            if not many[i]:
                break
            j = int(best[i])
            pair = [self.probed_pair(node, keep, mix, j, i, have) for have in (True, False)]
            open_ones = [child for child in pair if child is not None]
            if len(open_ones) < 2:
                return open_ones
            low = [max(child.bound - node.bound, 1e-4) for child in open_ones]
            if low[0] * low[1] > top:
                top, children = low[0] * low[1], open_ones
        return children

    def probed_pair(self, node: Node, keep: Array, mix: Array, j: int, i: int, have: bool) -> Node | None:
        """The child where customer i has site j, or has it not, after a short ascent; None where it is pruned."""
        core, kept = self.core, keep[:, i].copy()
        if have:
            keep[:, i] = False
            keep[j, i] = True
        else:
            keep[j, i] = False
        child = self.child(node, node.state, keep)
        blended = mix.copy()
        if not have:
            child.mean[i] += mix[j, i]
            blended[j, i] = 0.0
        if not shorten(self.lists, keep, self.here):
            bound = INF
        else:
            lift(core, self.here, child.state, child.u)
            bound = self.raised(child, PROBE, blended)
        child.mix = blended[keep]
        keep[:, i] = kept
        child.bound = max(child.bound, bound)
        return None if bound == INF else child
