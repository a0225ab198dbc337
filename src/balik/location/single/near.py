"""Better plans nearby: the customers of a few neighbouring open sites are sited anew by a short tree search.

Large neighbourhood search in the manner of Shaw (1998); the neighbourhood is a site with a customer drawn at random,
the open sites that its customers like next, and the closed ones that the Lagrangian prices like best.
"""

from __future__ import annotations

import numpy as np

from ..problem import CLOSED, FREE, OPEN
from ..watch import Watch
from .core import Core
from .tree import Tree

Array = np.ndarray
INF = float("inf")


class Plan:
    """The best plan so far: `opened` (n), `site` (m) and `cost`."""

    def __init__(self, n: int, m: int):
        self.opened, self.site, self.cost = np.zeros(n, bool), np.full(m, -1), INF

    def take(self, opened: Array, site: Array, cost: float) -> None:
        """Keep a plan if it is better."""
        if cost < self.cost:
            self.opened, self.site, self.cost = opened.copy(), site.copy(), float(cost)


def neighbourhood(core: Core, state: Array, plan: Plan, price: Array, first: int, sites: int) -> Array:
    """Sites around the first: open ones that serve its customers next cheapest, and as many closed of least price."""
    mine = plan.site == first
    if not mine.any():
        mine = core.cost[first] <= np.median(core.cost[first])
    each = core.cost[:, mine] / core.demand[mine]
    reach = np.isfinite(each)
    far = np.where(reach, each, 0.0).sum(axis=1) / np.maximum(reach.sum(axis=1), 1)
    far[~reach.any(axis=1)] = INF
    far[first] = -INF
    around = np.flatnonzero(plan.opened)
    chosen = around[np.argsort(far[around], kind="stable")[:sites]]
    closed = np.flatnonzero(~plan.opened & (state != CLOSED) & (far < INF))
    near = closed[np.argsort(far[closed], kind="stable")[: 3 * sites]]
    return np.concatenate([chosen, near[np.argsort(price[near], kind="stable")[:sites]]])


def improve_near(
    core: Core, state: Array, keep: Array, u: Array, price: Array, plan: Plan, first: int, sites: int, nodes: int,
    whole: bool, watch: Watch, seen: set[bytes],
) -> int:  # fmt: skip
    """Search a neighbourhood of the plan, which becomes the best found; the number of nodes.

    `seen` remembers neighbourhoods that hold nothing better.
    """
    inside = np.zeros(len(state), bool)
    inside[neighbourhood(core, state, plan, price, first, sites)] = True
    outside = plan.opened & ~inside
    inside &= ~np.isin(core.place, core.place[outside])
    at, who = np.flatnonzero(inside), np.flatnonzero(inside[plan.site])
    name = at.tobytes() + plan.opened[at].tobytes() + who.tobytes()
    if not len(who) or name in seen:
        return 0
    within = np.ix_(at, who)
    part = Core(
        np.where(keep[within], core.cost[within], INF), core.demand[who], core.capacity[at], core.fixed[at],
        core.least[at], np.unique(core.place[at], return_inverse=True)[1].astype(np.int64), core.rows[:, at].copy(),
        core.upper - core.rows[:, outside].sum(axis=1), core.customer[who],
    )  # fmt: skip
    now = float(core.fixed[at[plan.opened[at]]].sum() + core.cost[plan.site[who], who].sum())
    rest = plan.cost - now
    margin = 1.0 - 1e-6 if whole else 1e-9 * max(1.0, abs(plan.cost))
    everywhere, where = plan.opened.copy(), plan.site.copy()

    def found(opened: Array, site: Array, cost: float) -> float:
        everywhere[at] = opened
        where[who] = at[site]
        plan.take(everywhere, where, rest + cost)
        return cost - margin

    begin = np.where(state[at] == OPEN, OPEN, FREE).astype(np.int8)
    multipliers = np.concatenate([u[who], u[len(core.demand) :]])
    tree = Tree(part, begin, np.isfinite(part.cost), multipliers, now - margin, INF, watch, found, plunge=1.0)
    tree.run(nodes)
    if rest + now == plan.cost:
        seen.add(name)
    return tree.nodes
