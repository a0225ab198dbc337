"""The search behind p-median, uncapacitated siting and covering: bound, interchange, proofs, branch and bound.

All of them are one problem (see Lists): sites are opened, and each customer is served by the cheapest open one or left
unserved at a cost. Budgets are counted in steps and nodes, never in seconds, so that a proved answer is always the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ..answer import Answer, Status
from ..problem import CLOSED, FREE, OPEN
from ..watch import MARGIN, Watch
from .dual import climb, theta
from .lists import Array, Lists
from .swap import improve, shake
from .tree import BETTER, dive

#: Volume steps between two looks at the clock, of the root in all, and nodes between two looks.
CHUNK, ROOT_STEPS, NODES = 100, 3000, 20
#: Factor of the volume step in the nodes of the tree.
STEP = 0.3


@dataclass
class Search:
    """One search: the problem, what is known of it so far, and the work done.

    `offset` is added to what the watch is told. `quantum`: every plan costs a multiple of it (0: unknown), so that a
    better one is better by that much. `limit`: plans that cost this or more are not looked for. `start`: sites to begin
    with. `shakes`: rounds of iterated interchange. `nodes`: most of the own tree; then `rest` is asked for a bound.
    """

    problem: Lists
    watch: Watch
    offset: float = 0.0
    quantum: float = 0.0
    limit: float = float("inf")
    start: Array | None = None
    shakes: tuple[int, int] = (10, 100)
    nodes: int | None = None
    rest: Callable[[Search, Array], float] | None = None
    best: Array | None = None
    value: float = float("inf")
    pruned: float = float("inf")
    work: dict[str, int] = field(default_factory=lambda: {"steps": 0, "fixed": 0, "nodes": 0})

    @property
    def cutoff(self) -> float:
        """Bounds from here on prune: within the gap asked for, or closer than two plans can be."""
        value = min(self.value, self.limit)
        if value == float("inf"):
            return value
        cut = min(self.watch.cutoff - self.offset, value)
        margin = self._margin(value)
        return min(cut, value - self.quantum + 2.0 * margin) if margin < 0.25 * self.quantum else cut

    def _margin(self, value: float) -> float:
        """How far rounding may carry a value from a multiple of the quantum."""
        return max(1e-6 * self.quantum, MARGIN * max(1.0, abs(value)))

    def take(self, y: Array) -> None:
        """Keep a set of sites if it is better than the best."""
        chosen = y.astype(bool)
        value = self.problem.value(chosen)
        if value < self.value:
            self.best, self.value = chosen, value
            self.watch.news(incumbent=value + self.offset)

    def proved(self, bound: float) -> float:
        """The bound of all plans when the parts still open are bounded by this."""
        bound = min(bound, self.pruned)
        if np.isfinite(bound) and self._margin(bound) < 0.25 * self.quantum:  # the next value that a plan can have
            bound = self.quantum * np.ceil((bound - self._margin(bound)) / self.quantum)
        return min(float(bound), self.value)

    def tell(self, bound: float, nodes: int = 0) -> None:
        """Tell the watch of a bound of the parts still open."""
        self.watch.news(bound=self.proved(bound) + self.offset, nodes=nodes)

    def run(self) -> Answer:
        """Search until the gap asked for is proved, or the watch says stop."""
        root = Root(self)
        bound = root.run()
        if not self.done(bound) and not self.watch.over() and self.nodes != 0:
            bound = Tree(self, root).run(bound)
        if not self.done(bound) and not self.watch.over() and self.rest is not None:
            root.climb(bound, STEP, 1)  # what the best plan proves by now
            bound = max(bound, self.rest(self, root.status))
            self.tell(bound)
        return self.answer(bound)

    def done(self, bound: float) -> bool:
        """Whether nothing below the cutoff is left."""
        return bound >= self.cutoff or bound == float("inf")

    def answer(self, bound: float) -> Answer:
        """What was found and proved."""
        proved = self.proved(bound)
        if self.best is None:
            return Answer(
                "infeasible" if proved == float("inf") else "stopped", None, None, proved + self.offset, self.work
            )
        status: Status = "optimal" if self.done(min(bound, self.pruned)) else "feasible"
        site, _ = self.problem.nearest(self.best)
        return Answer(status, self.best, self.value + self.offset, proved + self.offset, self.work, site)


class Root:
    """The first climb of the prices, interleaved with interchange; decides what sites it can."""

    def __init__(self, search: Search) -> None:
        self.search, p = search, search.problem
        n, m = p.n, p.m
        has = p.start[1:] > p.start[:-1]
        two = p.start[1:] > p.start[:-1] + 1
        self.floor = p.other.copy()
        self.floor[has] = p.cost[p.start[:-1][has]]
        self.lam = self.floor.copy()
        self.lam[two] = p.cost[p.start[:-1][two] + 1]
        size = np.maximum(np.bincount(p.site, minlength=n), 1)
        share = p.cost + p.fixed[p.site] / size[p.site]
        self.lam[has] = np.maximum(self.lam[has], np.minimum.reduceat(share, p.start[:-1][has]))
        self.lam = np.minimum(self.lam, p.other)
        self.vbar, self.ybar = np.zeros(m), np.zeros(n)
        self.status = p.status.copy()
        ends = np.maximum(p.start[1:] - 1, 0)
        most = np.where(has, p.cost[ends] if len(p.cost) else 0.0, 0.0)
        big = np.abs(most).sum() + np.abs(p.fixed).sum() + 1.0
        self.penalty = np.where(np.isfinite(p.other), p.other, big)  # what interchange counts for nobody's customers
        self.seed = np.array([search.watch.seed + 1], np.uint64)
        self.y = np.zeros(n, np.int64)
        self.total = float("inf")

    def run(self) -> float:
        """The bound of the root."""
        s = self.search
        self._interchange(np.zeros(s.problem.n) if s.start is None else s.start.astype(float))
        self._midway()
        step, bound, steps = 0.3, self._floor_bound(), 0
        while steps < ROOT_STEPS and not s.watch.over():
            bound, step, done = self.climb(bound, step, CHUNK)
            steps += done
            s.tell(bound)
            if s.done(bound) or not (self.status == FREE).any():
                break
            self._interchange(self.ybar)
            self._shake(s.shakes[0])
            if step < 1e-4 or done < CHUNK:
                break
        if not s.done(bound) and (self.status == FREE).any():
            self._shake(s.shakes[1])
            bound, _, _ = self.climb(bound, 0.01, 1)
        if not s.done(bound) and not (self.status == FREE).any():  # all is decided: one set of sites is left
            s.take(self.status == OPEN)
            bound = max(bound, s.problem.value(self.status == OPEN))
        s.tell(bound)
        return bound

    def climb(self, bound: float, step: float, rounds: int) -> tuple[float, float, int]:
        """Raise the bound; returns it, the factor of the step, and the steps done."""
        s, p = self.search, self.search.problem
        target = s.value if s.value < float("inf") else self.total
        value, step, least, proofs, done = climb(
            p.start, p.site, p.cost, self.floor, p.other, p.fixed, self.status, p.low, p.high, target, s.cutoff,
            self.lam, self.vbar, self.ybar, step, 0.2, rounds, 10,
        )  # fmt: skip
        s.pruned = min(s.pruned, least)
        s.work["steps"] += done
        s.work["fixed"] += proofs
        return max(bound, value), step, done

    def _midway(self) -> None:
        """Prices of customers that may be left unserved: halfway between the cheapest two open sites."""
        p = self.search.problem
        first, near = p.nearest(self.y.astype(bool))
        second = p.nearest(self.y.astype(bool), first)[1]
        self.lam = np.where(np.isfinite(p.other), np.maximum(self.floor, (near + second) / 2.0), self.lam)

    def _floor_bound(self) -> float:
        """The bound by the least that every customer can cost."""
        p = self.search.problem
        n, m = p.n, p.m
        lam = self.floor.copy()
        return theta(
            p.start, p.site, p.cost, p.fixed, self.status, p.low, p.high, lam, np.empty(n), np.empty(n, np.int64),
            np.empty(m),
        )[0]  # fmt: skip

    def _interchange(self, liking: Array) -> None:
        """Improve the sites that the relaxation likes best."""
        p, y = self.search.problem, np.zeros(self.search.problem.n, np.int64)
        free = np.flatnonzero(p.status == FREE)
        forced = p.status == OPEN
        y[forced] = 1
        if p.low == p.high:
            count = p.low - int(forced.sum())
        else:
            count = int(np.clip(round(liking.sum()), max(p.low, 1), p.high)) - int(forced.sum())
        y[free[np.argsort(-liking[free], kind="stable")[: max(count, 0)]]] = 1
        total, moves = float("inf"), 1
        while moves:
            total, moves = improve(p.start, p.site, p.cost, self.penalty, p.fixed, p.status, p.low, p.high, y, 10 * p.n)
        self._keep(total, y)

    def _shake(self, rounds: int) -> None:
        """Iterated interchange from the best sites."""
        p, y = self.search.problem, self.y.copy()
        total = shake(
            p.start, p.site, p.cost, self.penalty, p.fixed, p.status, p.low, p.high, y, self.total, rounds, self.seed
        )
        self._keep(total, y)

    def _keep(self, total: float, y: Array) -> None:
        if total < self.total:
            self.total, self.y = total, y
            self.search.take(y)


class Tree:
    """Branch and bound over the sites that the root left free."""

    def __init__(self, search: Search, root: Root) -> None:
        self.search, self.root = search, root
        self.keep = root.status != CLOSED
        p = search.problem
        self.problem = replace(p, status=root.status).without(self.keep)
        n, m, cap = self.problem.n, p.m, int((root.status == FREE).sum()) + 3
        self.status, self.lam = np.zeros((cap, n), np.int8), np.zeros((cap, m))
        self.vbar, self.ybar, self.bound = np.zeros((cap, m)), np.zeros((cap, n)), np.zeros(cap)
        self.status[0], self.lam[0], self.vbar[0] = self.problem.status, root.lam, root.vbar
        self.ybar[0] = root.ybar[self.keep]

    def run(self, bound: float) -> float:
        """The bound of what is left when the search ends; inf when nothing is."""
        s, p = self.search, self.problem
        self.bound[0], top = bound, 1
        history, found = np.zeros((p.n, 4)), np.zeros(p.n, np.int64)
        done, some = 0, max(1, min(NODES, 1_000_000 // max(len(p.cost), 1)))
        while top and not s.watch.over() and (s.nodes is None or done < s.nodes):
            reason, top, nodes, least, _ = dive(
                p.start, p.site, p.cost, self.root.floor, p.other, p.fixed, p.low, p.high, s.value, s.cutoff, STEP,
                top, self.status, self.lam, self.vbar, self.ybar, self.bound, history, found, some,
            )  # fmt: skip
            s.pruned = min(s.pruned, least)
            done += nodes
            s.work["nodes"] += nodes
            if reason == BETTER:
                y = np.zeros(s.problem.n, np.int64)
                y[self.keep] = found
                s.take(y)
            s.tell(float(self.bound[:top].min()) if top else float("inf"), nodes)
        return float(self.bound[:top].min()) if top else float("inf")
