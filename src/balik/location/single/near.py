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


def neighbourhood(core: Core, state: Array, keep: Array, plan: Plan, price: Array, first: int, sites: int) -> Array:
    """Sites around the first: open ones that serve its customers next cheapest, and as many closed of least price."""
    cost = np.where(np.isfinite(core.cost), core.cost, np.nan)
    mine = plan.site == first
    theirs = np.nanmin(np.where(mine, cost, np.nan), axis=0, initial=np.inf)
    with np.errstate(invalid="ignore"):
        far = np.nanmean(np.where(mine, (cost - theirs) / core.demand, np.nan), axis=1)
    far = np.where(np.isnan(far), np.inf, far)
    far[first] = -1.0
    used = np.bincount(plan.site, minlength=len(state)) > 0
    around = np.flatnonzero(plan.opened & (used | (np.arange(len(state)) == first)))
    chosen = around[np.argsort(far[around], kind="stable")[:sites]]
    closed = np.flatnonzero(~plan.opened & (state != CLOSED) & np.isfinite(far))
    near = closed[np.argsort(far[closed], kind="stable")[: 3 * sites]]
    return np.concatenate([chosen, near[np.argsort(price[near], kind="stable")[:sites]]])


def improve_near(
    core: Core, state: Array, keep: Array, u: Array, price: Array, plan: Plan, first: int, sites: int, nodes: int,
    whole: bool, watch: Watch,
) -> bool:  # fmt: skip
    """Search a neighbourhood of the plan; whether it gave a better one, which the plan then is."""
    inside = np.zeros(len(state), bool)
    inside[neighbourhood(core, state, keep, plan, price, first, sites)] = True
    outside = plan.opened & ~inside
    inside &= ~np.isin(core.place, core.place[outside])
    at, who = np.flatnonzero(inside), np.flatnonzero(inside[plan.site])
    if not len(who):
        return False
    within = np.ix_(at, who)
    rest = core.rows[:, outside].sum(axis=1)
    part = Core(
        np.where(keep[within], core.cost[within], INF), core.demand[who], core.capacity[at], core.fixed[at],
        core.least[at], np.unique(core.place[at], return_inverse=True)[1].astype(np.int64), core.rows[:, at].copy(),
        core.upper - rest, core.customer[who],
    )  # fmt: skip
    was = float(core.fixed[at[plan.opened[at]]].sum() + core.cost[plan.site[who], who].sum())
    margin = max(1e-9 * max(1.0, abs(plan.cost)), 1.0 - 1e-6 if whole else 0.0)
    begin = np.where(state[at] == OPEN, OPEN, FREE).astype(np.int8)
    better = False

    def found(opened: Array, site: Array, cost: float) -> float:
        nonlocal better
        everywhere, where = plan.opened.copy(), plan.site.copy()
        everywhere[at] = opened
        where[who] = at[site]
        plan.take(everywhere, where, plan.cost - was + cost if not better else plan.cost - last[0] + cost)
        last[0], better = cost, True
        return cost - margin

    last = [was]
    m, k = len(core.demand), len(core.upper)
    multipliers = np.concatenate([u[:m][who], u[m:]]) if k else u[who]
    tree = Tree(part, begin, np.isfinite(part.cost), multipliers, was - margin, INF, watch, found, 1.0)
    tree.run(nodes)
    return better
