"""Reaching every customer at least cost: location set covering (LSCP)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..answer import Answer
from ..problem import CLOSED, FREE, OPEN
from ..watch import Watch
from .core import finish
from .engine import Search
from .inputs import fill, fits, quantum, serving, states, vector, yes_or_no
from .lists import Array, Lists, lists
from .reduce import smaller
from .weigh import lighten

#: Moves of the local search between two looks at the clock, and how often, before the bound, and after it.
MOVES, BEFORE, BRIEFLY, AFTER = 5_000, 1, 4, 20


def cover_all(reach: Array, cost: Array | None, watch: Watch, state: Array | None = None) -> Answer:
    """Open sites so that every customer is reached, at the least cost of opening (location set covering).

    `reach` (n, m, bool): whether site j reaches customer i. `cost` (n): cost of opening; without it each site counts 1.
    `state` (n): CLOSED, FREE or OPEN. The assignment names one open site that reaches each customer. Raises SitingError.
    """
    reach = yes_or_no("reach", reach)
    return cover(reach, vector("cost", cost, len(reach), 1.0), states(state, len(reach)), watch)


def cover(
    reach: Array, cost: Array, state: Array, watch: Watch, target: int | None = None, exact: bool = True
) -> Answer:
    """The cheapest cover; with `target` (and unit costs) any with exactly that many sites, or the proof of none.

    Not `exact`: only what the local search and the bound can say; status `stopped` where they cannot.
    """
    if not reach[state != CLOSED].any(axis=0).all() or (target is not None and not fits(target, state)):
        return Answer("infeasible", None, None, float("inf"))
    chosen = (state == OPEN) | ((state == FREE) & (cost == 0))
    sites, customers = np.flatnonzero((state == FREE) & ~chosen), np.flatnonzero(~reach[chosen].any(axis=0))
    kept, asked, only = smaller(reach[np.ix_(sites, customers)], cost[sites])
    chosen[sites[only]] = True
    sites, customers = sites[kept], customers[asked]
    spent = float(cost[chosen].sum())
    found = Answer("optimal", np.zeros(len(sites), bool), spent, spent)
    left = np.inf if target is None else target - int(chosen.sum())
    if left < 0:
        return Answer("infeasible", None, None, float("inf"))
    if len(customers):
        found = _Cover(reach[np.ix_(sites, customers)], cost[sites], watch, spent, left, exact).run()
    if found.open is None:
        return replace(found, assignment=None)
    chosen[sites[found.open]] = True
    if target is not None:
        fill(chosen, state, target)
    objective = float(cost[chosen].sum())
    watch.news(objective, min(found.bound, objective))
    return Answer(found.status, chosen, objective, min(found.bound, objective), found.work, serving(reach, chosen))


@dataclass
class _Cover:
    """The part of a covering problem that reductions leave; `left`: the most sites that may be used, if that is asked."""

    reach: Array
    cost: Array
    watch: Watch
    spent: float
    left: float
    exact: bool
    seed: Array = field(default_factory=lambda: np.ones(1, np.uint64))

    def run(self) -> Answer:
        """The cheapest cover; or any within `left`, which is then optimal."""
        n, m = self.reach.shape
        if self.left < 1:
            return Answer("infeasible", None, None, float("inf"))
        free, must = np.full(n, FREE, np.int8), np.full(m, np.inf)
        problem = lists(np.where(self.reach, 0.0, np.inf), must, self.cost, free, 1, n)
        search = Search(problem, self.watch, self.spent, quantum(self.cost), self.left + 1.0, nodes=0)
        search.shakes, search.rest = (0, 0), self._rest
        self._lighten(search, 1.0, BEFORE)
        answer = search.run() if search.value > self.left or np.isinf(self.left) else search.answer(float("inf"))
        if np.isinf(self.left) or answer.status == "infeasible":
            return answer
        if search.value <= self.left:
            return replace(answer, status="optimal")
        none = answer.status == "optimal"  # nothing below the limit is left
        return Answer("infeasible" if none else "stopped", None, None, np.inf if none else answer.bound, answer.work)

    def _rest(self, search: Search, status: Array) -> float:
        self._lighten(search, search.watch.bound - search.offset, AFTER if self.exact else BRIEFLY)
        if not self.exact:
            return float("inf") if search.value <= self.left else -float("inf")
        if search.value <= self.left < np.inf:
            return float("inf")
        return finish(search, status)

    def _lighten(self, search: Search, bound: float, rounds: int) -> None:
        """Local search from the best cover, until it costs no more than the bound or than was asked."""
        p: Lists = search.problem
        y = np.zeros(p.n, np.int64) if search.best is None else search.best.astype(np.int64)
        reached = np.nonzero(self.reach)[1].astype(np.int32)
        first = np.concatenate([[0], np.cumsum(self.reach.sum(axis=1))])
        target = self.left if np.isfinite(self.left) else bound + search.quantum * (1.0 - 1e-6)
        for _ in range(rounds):
            value = lighten(p.start, p.site, first, reached, p.fixed, y, target, MOVES, self.seed)
            search.take(y)
            if value <= target or self.watch.over():
                break
