"""Goods that flow between nodes, read in the direction in which customers give, and the cheapest ways by which they go.

Columns take goods at one node, or at none, and give goods at any number of nodes, each with a factor (see chains.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..words import say
from .entries import Entries, Unfit

Array = np.ndarray

#: Rounds after which goods that still find cheaper ways go in a circle.
ROUNDS = 200
#: Relative distance up to which two numbers that the tables state as one count as one.
SAME = 1e-9
#: Numbers worked on at once.
_BLOCK = 4_000_000


class TwoInARow(Unfit):
    """Goods may pass two sites, one after the other."""


@dataclass(frozen=True)
class Goods:
    """Columns that carry goods between nodes: entries (row = node), what leaves less what arrives (`supply`).

    `meter`: the site that counts the column with a `weight`, -1 for none. `meters` is the number of sites,
    `has_least` whether any of them must take in a least. `limits`: entries (row = limit), `most` their upper bounds.
    """

    entries: Entries
    supply: Array
    cost: Array
    lower: Array
    upper: Array
    meter: Array
    weight: Array
    meters: int
    has_least: bool
    limits: Entries
    most: Array


@dataclass(frozen=True)
class Flow:
    """Goods, read in the direction in which customers give: each column takes `use` at node `at` (-1: at none)."""

    nodes: int
    supply: Array
    at: Array
    use: Array
    out: Entries  # row = node, what a column gives there
    cost: Array
    upper: Array
    meter: Array
    weight: Array

    @property
    def met(self) -> Array:
        """Columns that sites count."""
        return self.meter >= 0

    def onward(self, value: Array) -> Array:
        """By column: the value of what a unit taken gives at its nodes."""
        given = np.bincount(self.out.col, self.out.val * value[self.out.row], len(self.cost))
        return np.where(self.at >= 0, given / self.use, given)

    @property
    def price(self) -> Array:
        """Cost of a column by unit taken."""
        return np.where(self.at >= 0, self.cost / self.use, self.cost)


def oriented(goods: Goods, sign: float) -> tuple[Flow, Array]:
    """Goods read so that customers give (sign 1: as they flow); sources with a bound become customers of their own."""
    e, n = goods.entries, len(goods.cost)
    val = -sign * e.val  # in a balance row what arrives counts +1
    takes = val > 0
    if (np.bincount(e.col[takes], minlength=n) > 1).any():
        raise Unfit(say("a process uses several materials"))
    at, use = np.full(n, -1), np.ones(n)
    at[e.col[takes]], use[e.col[takes]] = e.row[takes], val[takes]
    out = Entries(e.row[~takes], e.col[~takes], -val[~takes])
    nodes, supply = len(goods.supply), sign * goods.supply
    met, lower, upper = goods.meter >= 0, goods.lower, goods.upper
    if (lower[met & (at >= 0)] > 0).any() or (met & (lower > 0) & (upper > lower)).any():
        raise Unfit(say("a lane to a site has a least"))
    source = np.flatnonzero((at < 0) & np.isfinite(upper))
    if (met & (at < 0) & np.isinf(upper)).any():
        raise Unfit(say("what is collected at a site has no bound"))
    fresh = nodes + np.arange(len(source))
    at[source] = fresh
    free = fresh[~(met & (lower > 0))[source]]  # what need not be collected is left, which costs nothing more
    k = len(free)
    flow = Flow(
        nodes + len(source),
        np.concatenate([supply, upper[source]]),
        np.concatenate([at, free]),
        np.concatenate([use, np.ones(k)]),
        out,
        np.concatenate([goods.cost, np.zeros(k)]),
        np.concatenate([upper, np.full(k, np.inf)]),
        np.concatenate([goods.meter, np.full(k, -1)]),
        np.concatenate([goods.weight, np.zeros(k)]),
    )
    return flow, source


def values(flow: Flow, which: Array) -> Array:
    """Cost of getting rid of a unit at each node by these columns; inf where there is no way."""
    on = np.flatnonzero(which & (flow.at >= 0))
    local = np.full(len(flow.cost), -1)
    local[on] = np.arange(len(on))
    kept = local[flow.out.col] >= 0
    node, col, val = flow.out.row[kept], local[flow.out.col[kept]], flow.out.val[kept] / flow.use[flow.out.col[kept]]
    price, at = flow.price[on], flow.at[on]
    value = np.full(flow.nodes, np.inf)
    for _ in range(ROUNDS):
        new = value.copy()
        np.minimum.at(new, at, price + np.bincount(col, val * value[node], len(on)))
        if (new == value).all():
            return value
        value = new
    raise Unfit(say("goods that go in a circle gain by it"))


def upstream(flow: Flow) -> Array:
    """Nodes from which a site is reached."""
    up = np.zeros(flow.nodes, bool)
    up[flow.at[flow.met & (flow.at >= 0)]] = True
    free = ~flow.met[flow.out.col] & (flow.at[flow.out.col] >= 0)
    node, at = flow.out.row[free], flow.at[flow.out.col[free]]
    while True:
        before = up.sum()
        up[at[up[node]]] = True
        if up.sum() == before:
            return up


def without(flow: Flow, idle: Array) -> Flow:
    """The flow with these columns taken out: nothing takes them, nothing comes of them."""
    return replace(
        flow,
        at=np.where(idle, -1, flow.at),
        meter=np.where(idle, -1, flow.meter),
        cost=np.where(idle, 0.0, flow.cost),
        out=flow.out.where(~idle[flow.out.col]),
    )


def idle_sources(flow: Flow, has_least: bool) -> None:
    """Sources without a bound must not pay: then nothing comes of them."""
    endless = (flow.at < 0) & np.isinf(flow.upper)
    if not endless.any():
        return
    least = values(flow, np.ones(len(flow.cost), bool))
    gives = np.bincount(flow.out.col, minlength=len(flow.cost)) > 0
    if (has_least and (endless & gives).any()) or (flow.cost + flow.onward(least) < 0)[endless].any():
        raise Unfit(say("a supply has no bound"))


def policy_of(flow: Flow, value: Array) -> Array:
    """The column of the cheapest way from each node without a site; -1 where there is none."""
    on = np.flatnonzero(~flow.met & (flow.at >= 0))
    on = on[(flow.price + flow.onward(value))[on] == value[flow.at[on]]]
    policy = np.full(flow.nodes, -1)
    policy[flow.at[on][::-1]] = on[::-1]
    policy[np.isinf(value)] = -1
    return policy


@dataclass(frozen=True)
class Links:
    """Columns between two nodes before the sites, ordered by where they begin: cost and factor by unit taken."""

    col: Array
    at: Array
    to: Array
    price: Array
    factor: Array


def links_of(flow: Flow, up: Array, value: Array) -> Links:
    """Columns between two nodes that are `up`; raises Unfit where one gives goods at several of them."""
    ahead = up[flow.out.row] & ~flow.met[flow.out.col] & (flow.at[flow.out.col] >= 0)
    count = np.bincount(flow.out.col[ahead], minlength=len(flow.cost))
    if (count > 1).any():
        raise Unfit(say("what a process before the sites makes goes several ways"))
    node, col, val = flow.out.row[ahead], flow.out.col[ahead], flow.out.val[ahead]
    aside = flow.price + flow.onward(np.where(up, 0.0, value))
    order = np.argsort(flow.at[col], kind="stable")
    node, col, val = node[order], col[order], val[order]
    return Links(col, flow.at[col], node, aside[col], val / flow.use[col])


def to_sites(flow: Flow, up: Array, number: Array, value: Array, links: Links, meters: int) -> tuple[Array, Array]:
    """Cost by unit from each node before the sites to each site (inf: no way), and how a unit weighs there."""
    n = int(up.sum())
    if n * meters > 2**28:
        raise Unfit(say("there are too many pairs of customer and site"))
    met = np.flatnonzero(flow.met & (flow.at >= 0))
    cost = (flow.price + flow.onward(value))[met]
    met, cost = met[np.isfinite(cost)], cost[np.isfinite(cost)]
    flat, key = np.full(n * meters, np.inf), number[flow.at[met]] * np.int64(meters) + flow.meter[met]
    np.minimum.at(flat, key, cost)
    to_site = flat.reshape(n, meters)
    weighs = flow.weight[met] / flow.use[met]
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(low, number[flow.at[met]], weighs)
    np.maximum.at(high, number[flow.at[met]], weighs)
    step = max(1, _BLOCK // max(1, meters))
    at, to = number[links.at], number[links.to]
    for _ in range(ROUNDS):
        before = to_site.copy() if len(at) else to_site
        for first in range(0, len(at), step):
            on = slice(first, first + step)
            begins = np.flatnonzero(np.diff(at[on], prepend=-1))
            found = links.price[on, None] + links.factor[on, None] * to_site[to[on]]
            best = at[on][begins]
            to_site[best] = np.minimum(to_site[best], np.minimum.reduceat(found, begins, axis=0))
        with np.errstate(invalid="ignore"):
            np.minimum.at(low, at, links.factor * low[to])
            np.maximum.at(high, at, links.factor * high[to])
        if (before == to_site).all():
            break
    else:
        raise Unfit(say("goods that go in a circle gain by it"))
    reached = np.isfinite(low)
    if (high[reached] - low[reached] > SAME * high[reached]).any():
        raise Unfit(say("a unit weighs more at one site than at another"))
    return to_site, np.where(reached, low, 1.0)
