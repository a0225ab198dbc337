"""Siting with single sourcing: bound, plans, and proof in turn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..answer import Answer, Status
from ..problem import CLOSED, FREE, OPEN, Siting
from ..watch import Watch
from .ascent import EVEN, QUICK, ascend
from .core import Core, core_of, whole_costs
from .dual import evaluate, keep_pairs
from .knapsack import lists_of, work_of
from .moves import cost_of, plan_allowed, search_sites, serve
from .near import Plan, improve_near
from .program import search_program
from .proof import prove
from .tree import NONE, Tree

Array = np.ndarray
INF = float("inf")

#: Steps of the root's ascent with continuous knapsacks, then with binary ones.
CONTINUOUS, BINARY = 300, 200
#: Nodes in a neighbourhood, most open sites of one, and nodes in all of them for each
#: open site before the proof and between its parts.
NEAR_NODES, LARGEST, NEAR_FIRST, NEAR_LATER = 150, 16, 200, 10


class Search:
    """State of a search: what is left of the sites and pairs, the best multipliers, plan and bound."""

    def __init__(self, p: Siting, watch: Watch):
        self.watch = watch
        self.core, self.state = core_of(p)
        core = self.core
        self.whole = whole_costs(core)
        self.keep = np.isfinite(core.cost)
        n, m = core.cost.shape
        self.plan = Plan(n, m)
        finite = np.where(self.keep, core.cost, 0.0)
        # above every plan: that nothing is below it proves that there is no plan
        self.cutoff = 1.0 + float(np.maximum(core.fixed, 0.0).sum() + np.maximum(finite, 0.0).max(axis=0).sum())
        self.cutoff += 1e-6 * abs(self.cutoff)
        self.u = np.concatenate([first_multipliers(core), np.zeros(len(core.upper))])
        self.reach = 0.05 * max(1.0, float(np.abs(self.u).sum()))
        self.mean, self.share, self.price = np.zeros(len(self.u)), np.zeros(n), np.zeros(n)
        self.near, self.nodes, self.bound = 0, 0, -INF
        self.size, self.seen = 4, set[bytes]()

    def found(self, opened: Array, site: Array, cost: float) -> float:
        """Take a plan; the cutoff from then on."""
        self.plan.take(opened, site, cost)
        self.watch.news(incumbent=self.plan.cost)
        self.cutoff = self.watch.cutoff
        if self.whole:
            self.cutoff = min(self.cutoff, self.plan.cost - 1.0 + 1e-6 + 1e-9 * abs(self.plan.cost))
        self.reach = INF
        return self.cutoff

    # -- bound ---------------------------------------------------------------------------------------------------

    def raise_bound(self, steps: int, exact: bool) -> bool:
        """Ascend from the best multipliers, and drop pairs; whether a plan below the cutoff may be left."""
        core = self.core
        self.mean[:], self.share[:] = 0.0, 0.0
        lists, work = lists_of(core._replace(cost=np.where(self.keep, core.cost, INF))), work_of(core)
        bound = ascend(
            core, lists, self.state, self.u, self.mean, self.share, work, self.cutoff, self.reach, steps,
            exact, EVEN if exact else QUICK, steps + 1, -1, NONE,
        )  # fmt: skip
        if bound < INF:
            bound = evaluate(core, lists, self.state, self.u, work, exact)
        if bound >= self.cutoff:
            self.bound = self.cutoff
            return False
        self.bound = max(self.bound, bound)
        self.watch.news(bound=min(self.bound, self.plan.cost))
        keep_pairs(core, lists, self.state, self.u, work, bound, self.cutoff, self.keep)
        self.price = work.price.copy()
        if not self.keep.any(axis=0).all():
            self.bound = self.cutoff
            return False
        return True

    # -- plans ---------------------------------------------------------------------------------------------------

    def round_and_search(self) -> None:
        """A plan of the sites that the bound opens, and more until all are served; then moves of sites."""
        core, state = self.core, self.state
        order = np.lexsort((self.price, -self.share))
        order = order[state[order] == FREE]
        opened = state == OPEN
        free = iter(order)
        while True:
            site, load = np.full(len(core.demand), -1), np.zeros(len(state))
            if core.capacity[opened].sum() >= core.demand.sum() and serve(core, opened, site, load):
                break
            j = next(free, None)
            if j is None:
                return
            if not opened[core.place == core.place[j]].any():
                opened[j] = True
        cost = cost_of(core, opened, site)
        if plan_allowed(core, opened, site, load):
            self.found(opened, site, cost)
        if not (load[opened] >= core.least[opened]).all():
            return
        cost = search_sites(
            core, state != CLOSED, state == OPEN, opened, site, load, 0.003 * abs(cost), self.partners()
        )
        if cost < self.plan.cost and plan_allowed(core, opened, site, load):
            self.found(opened, site, cost)

    def partners(self) -> Array:
        """For each site, those that serve its nearest customers at about the same cost (n, at most 20)."""
        cost = np.where(np.isfinite(self.core.cost), self.core.cost / self.core.demand, 1e30)
        count = min(10, cost.shape[1])
        closest = np.argsort(cost, axis=1, kind="stable")[:, :count]
        away = np.array([cost[:, row].sum(axis=1) for row in closest])
        np.fill_diagonal(away, INF)
        return np.argsort(away, axis=1, kind="stable")[:, : min(20, len(cost) - 1)]

    def search_near(self, share: int) -> None:
        """Neighbourhoods of every open site in turn, larger ones once nothing is gained, within so many nodes a site."""
        random = np.random.default_rng(self.watch.seed + self.near)
        largest = max(4, min(LARGEST, int(self.plan.opened.sum()) - 2))
        spent, most = 0, share * int(self.plan.opened.sum())
        while spent < most and self.size <= largest and not self.watch.over():
            gained = False
            for first in random.permutation(np.flatnonzero(self.plan.opened)):
                if spent >= most or self.watch.over():
                    return
                if not self.plan.opened[first]:
                    continue
                self.near += 1
                before = self.plan.cost
                used = improve_near(
                    self.core, self.state, self.keep, self.u, self.price, self.plan, int(first), self.size, NEAR_NODES,
                    self.whole, self.watch, self.seen,
                )  # fmt: skip
                spent += used
                if self.plan.cost < before:
                    self.found(self.plan.opened, self.plan.site, self.plan.cost)
                    gained = True
            if not gained:
                self.size += 2

    # -- proof ---------------------------------------------------------------------------------------------------

    def without_customers(self) -> None:
        """Nobody to serve: the sites alone are a small program."""
        found = search_program(self.core, self.state, self.keep, self.watch, INF, 0)
        if found.opened is not None and found.site is not None:
            self.found(found.opened, found.site, cost_of(self.core, found.opened, found.site))
        self.bound = self.cutoff if found.done else found.bound

    def prove(self) -> None:
        """Branch and bound, with neighbourhoods of better plans in between."""
        tree = Tree(
            self.core, self.state, self.keep, self.u.copy(), self.cutoff, self.reach, self.watch, self.found,
            averages=(self.mean, self.share),
        )  # fmt: skip
        chunk = 100
        while not tree.done and not self.watch.over():
            before, cost = tree.nodes, self.plan.cost
            tree.run(chunk)
            self.watch.news(bound=min(max(self.bound, tree.bound), self.plan.cost), nodes=tree.nodes - before)
            self.bound = max(self.bound, min(tree.bound, self.cutoff))
            if tree.bound < self.cutoff and self.plan.cost < INF:
                self.size = min(self.size, 6) if self.plan.cost < cost else self.size
                self.search_near(NEAR_LATER)
                tree.cutoff, tree.reach = self.cutoff, self.reach
        self.nodes = tree.nodes
        if tree.done:
            self.bound = self.cutoff


def first_multipliers(core: Core) -> Array:
    """Of each customer, the second least cost with its share of the site's fixed cost."""
    per = np.where(core.capacity > 0.0, core.fixed / np.maximum(core.capacity, 1e-300), 0.0)
    cost = core.cost + core.demand * per[:, None]
    second = np.sort(cost, axis=0)[min(1, len(cost) - 1)]
    least = np.where(np.isfinite(cost), cost, INF).min(axis=0)
    return np.where(np.isfinite(second), second, np.where(np.isfinite(least), least, 0.0))


def solve_single(p: Siting, watch: Watch) -> Answer:
    """Site candidates so that each customer has one site: proved to the watch's gap, or as far as the time goes."""
    search = Search(p, watch)
    if not search.keep.any(axis=0).all():  # a customer that no site may serve
        return Answer("infeasible", None, None, INF)
    if not len(search.core.demand):
        search.without_customers()
        return answer(p, search)
    left = search.raise_bound(CONTINUOUS, False)
    if left:
        search.round_and_search()
        left = search.raise_bound(BINARY, True)
    if left and search.plan.cost < INF:
        search.search_near(NEAR_FIRST)
        left = search.raise_bound(BINARY, True)
    if left and not watch.over():
        search.prove()
    found = answer(p, search)
    return replace(found, certificate=prove(p, search.core, found, search.u, watch)) if watch.certify else found


def answer(p: Siting, search: Search) -> Answer:
    """What was found and proved."""
    plan, core = search.plan, search.core
    work = {
        "nodes": search.nodes, "neighbourhoods": search.near, "closed": int((search.state == CLOSED).sum()),
        "opened": int((search.state == OPEN).sum()), "pairs": int(search.keep.sum()),
    }  # fmt: skip
    proved = search.bound >= search.cutoff
    if plan.cost == INF:
        if proved:
            return Answer("infeasible", None, None, INF, work)
        return Answer("stopped", None, None, search.bound, work)
    bound = min(search.bound, plan.cost)
    if proved and search.whole and search.cutoff > plan.cost - 1.0:
        bound = plan.cost  # the next better plan would cost 1 less
    search.watch.news(bound=bound)
    status: Status = "optimal" if proved else "feasible"
    assignment = np.full(p.m, -1)
    assignment[core.customer] = plan.site
    return Answer(status, plan.opened, plan.cost, bound, work, assignment)
