"""Better plans region by region: some near sites are chosen anew by an exact search, the others stay as they are.

A region is a site, the candidates nearest to what it serves, and the customers that its open sites serve. The other open
sites keep what they serve elsewhere, and lend the region what capacity they have left. What the small problem costs less
than the plan does now, the whole plan costs less as well (a large neighbourhood in the sense of Shaw 1998).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from .problem import CLOSED, FREE, OPEN, Siting
from .transport import Transport, arcs
from .watch import Watch

Array = np.ndarray
#: Site, customer and amount of every lane in use.
Lanes = tuple[Array, Array, Array]

#: Candidates of a region, and nodes of its search.
_SIZE, _NODES = 120, 2000
#: Regions that are searched side by side, and rounds of them without a gain after which it ends.
_TOGETHER, _FRUITLESS = 2, 12
#: Plans are sought that gain at least this share of the gap.
_GAIN = 0.01


@dataclass(frozen=True)
class Region:
    """The small problem, where its sites stand among the candidates, and what the plan pays in it now."""

    problem: Siting
    sites: Array
    open: Array  # (sites) bool
    cost: float


#: Sites of the small problem that cost less, or None.
Solve = Callable[[Region, Watch], Array | None]


def improve(p: Siting, state: Array, open_: Array, watch: Watch, solve: Solve, take: Callable[[Array], float]) -> None:
    """Search regions around open sites until none gains; `take` prices a set of sites and keeps the best.

    The rounds are the same with any number of threads.
    """
    transport, g = Transport(p), np.random.default_rng(watch.seed)
    waiting, fruitless = open_.copy(), 0

    def search(r: Region) -> Array | None:
        gap = max(watch.gap, _GAIN * (watch.incumbent - watch.bound) / max(1.0, abs(r.cost)))
        inner = Watch(gap, None if watch.time_limit is None else max(0.0, watch.left), 1, watch.seed)
        inner.stop = lambda: inner.nodes > _NODES or (watch.stop is not None and watch.stop())
        return solve(r, inner)

    with ThreadPoolExecutor(max(1, watch.threads)) as pool:
        while fruitless < _FRUITLESS and not watch.over():
            value = transport.cost(open_) + float(p.fixed[open_].sum())
            lanes = _lanes(transport)
            waiting &= np.bincount(lanes[0], lanes[2], p.n) > 0.0
            if not waiting.any():
                break
            centres = g.permutation(np.flatnonzero(waiting))[:_TOGETHER]
            waiting[centres] = False
            regions = [region(p, state, open_, lanes, int(c), _SIZE) for c in centres]
            found = [
                (r, sites) for r, sites in zip(regions, pool.map(search, regions), strict=True) if sites is not None
            ]
            fruitless += 1
            choices = [found, *([one] for one in found)] if len(found) > 1 else [found] * len(found)
            for some in choices:
                trial = open_.copy()
                for r, sites in some:
                    trial[r.sites] = sites
                if take(trial) < value - 1e-9 * max(1.0, abs(value)):
                    for r, _ in some:
                        waiting[r.sites] = True
                    open_, fruitless = trial, 0
                    break


def _lanes(transport: Transport) -> Lanes:
    site, customer, amount = arcs(transport.links, transport.numbers, len(transport.supply))
    return transport.row[site], customer, amount


def region(p: Siting, state: Array, open_: Array, lanes: Lanes, centre: int, size: int) -> Region:
    """The `size` candidates nearest to what an open site serves."""
    site, customer, amount = lanes
    mine = site == centre
    cost = np.where(np.isfinite(p.unit_cost[:, customer[mine]]), p.unit_cost[:, customer[mine]], 1e30)
    far = np.where((state != CLOSED) | open_, cost @ amount[mine], np.inf)
    far[centre] = -np.inf
    inside = np.zeros(p.n, bool)
    inside[np.argsort(far, kind="stable")[:size]] = True
    inside |= np.isin(p.place, p.place[inside])
    inside &= (state != CLOSED) | open_
    served = np.zeros(p.m, bool)
    served[customer[inside[site]]] = True
    there = served[customer]
    elsewhere = np.bincount(site[~there], amount[~there], p.n)  # what outer sites go on to serve
    capacity = np.minimum(p.capacity, p.total)
    near = np.zeros(p.n, bool)
    near[site[there]] = True
    lend = open_ & ~inside & (near | (capacity - elsewhere > 1e-9 * capacity))
    sites = np.flatnonzero(inside | lend)
    outer = ~inside[sites]
    gone = np.where(outer, elsewhere[sites], 0.0)
    fixed_rows = p.rows[:, open_ & ~inside].sum(1)
    problem = Siting(
        p.unit_cost[np.ix_(sites, np.flatnonzero(served))], p.demand[served], np.maximum(capacity[sites] - gone, 0.0),
        np.where(outer, 0.0, p.fixed[sites]), np.where(outer, OPEN, np.where(p.state[sites] == OPEN, OPEN, FREE)),
        np.maximum(p.least[sites] - gone, 0.0), p.place[sites],
        np.where(outer, 0.0, p.rows[:, sites]), p.upper - fixed_rows,
    )  # fmt: skip
    now = float(problem.fixed @ open_[sites] + (p.unit_cost[site[there], customer[there]] * amount[there]).sum())
    return Region(problem, sites, open_[sites], now)
