"""What lies before and behind the sites, put together: the cheapest way from each customer to each site and on.

Goods flow between nodes (the balance rows). A column takes goods at one node, or at none, and gives goods at any
number of nodes (a lane at one, a process at several), each with a factor: a Leontief system. Behind the sites nothing
is short, so what goes there takes the cheapest way, whatever else goes: a price for each node, found as shortest paths
are (Bellman; for hyperpaths Gallo, Longo, Pallottino and Nguyen 1993). Before the sites the cheapest way to each site is
put together in the same way. Where goods flow to customers, everything is read backwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..words import say
from .entries import Entries, Unfit

Array = np.ndarray

#: Rounds after which goods that still find cheaper ways go in a circle.
_ROUNDS = 200
#: Relative distance up to which two numbers that the tables state as one count as one.
SAME = 1e-9
#: Numbers worked on at once.
_BLOCK = 4_000_000


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
class Chains:
    """Customers: `amount`, cost by unit to each site (m, meters; inf: no way), `weight` of a unit at sites, cost of no site.

    `offset`: what flows that pass no site cost. `room`: the most that can flow in each column. Ways: `way_col` is the
    column in which a customer reaches a site where nothing lies between (`way_customer`, `way_meter`); `direct` says
    that there are no other ways.
    """

    amount: Array
    to_site: Array
    weight: Array
    aside: Array
    offset: float
    room: Array
    way_col: Array
    way_customer: Array
    way_meter: Array
    direct: bool


@dataclass(frozen=True)
class _Flow:
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


def chains(goods: Goods) -> Chains:
    """Put ways together; raises Unfit where what a customer pays depends on more than which sites are open."""
    given, wanted = (goods.supply > 0).any(), (goods.supply < 0).any()
    if given and wanted:
        raise Unfit(say("some amounts must leave and others must arrive"))
    if given or wanted:
        return _chains(goods, 1.0 if given else -1.0)
    try:
        return _chains(goods, 1.0)
    except Unfit as unfit:
        try:
            return _chains(goods, -1.0)
        except Unfit:
            raise unfit from None


def _chains(goods: Goods, sign: float) -> Chains:
    flow, origin = _oriented(goods, sign)
    flow, up = _split(flow, goods.has_least)
    value = _values(flow, ~flow.met)
    _idle_sources(flow, goods.has_least)
    if not (flow.met & (flow.at >= 0)).any():
        raise Unfit(say("nothing comes to the sites"))
    number = np.cumsum(up) - 1  # of the nodes before the sites
    links = _links(flow, up, value)
    to_site, weight = _to_sites(flow, up, number, value, links, goods.meters)
    amounts = _amounts(flow, number, up, links)
    _roomy(flow, goods, up, value, to_site, number, links, amounts, origin)
    down = ~up & (flow.supply > 0)
    if np.isinf(value[down]).any():
        raise Unfit(say("some amounts have nowhere to go"))
    offset = float((flow.supply[down] * value[down]).sum())
    who = up & (flow.supply > 0)
    customer = np.where(who, np.cumsum(who) - 1, -1)
    met = np.flatnonzero(flow.met & (flow.at >= 0))
    met = met[customer[flow.at[met]] >= 0]
    room = np.full(len(flow.cost), np.inf)
    taken = flow.at >= 0
    room[taken] = amounts[flow.at[taken]] / flow.use[taken]
    room[: len(goods.cost)][flow.meter[: len(goods.cost)] != goods.meter] = 0.0  # left out: nothing takes them
    return Chains(
        flow.supply[who], to_site[number[who]], weight[number[who]], value[who], offset, room[: len(goods.cost)],
        met, customer[flow.at[met]], flow.meter[met], not len(links.col),
    )  # fmt: skip


# -- reading in one direction ------------------------------------------------------------------------------------


def _oriented(goods: Goods, sign: float) -> tuple[_Flow, Array]:
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
    flow = _Flow(
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


def _values(flow: _Flow, which: Array) -> Array:
    """Cost of getting rid of a unit at each node by these columns; inf where there is no way."""
    on = np.flatnonzero(which & (flow.at >= 0))
    local = np.full(len(flow.cost), -1)
    local[on] = np.arange(len(on))
    kept = local[flow.out.col] >= 0
    node, col, val = flow.out.row[kept], local[flow.out.col[kept]], flow.out.val[kept] / flow.use[flow.out.col[kept]]
    price, at = flow.price[on], flow.at[on]
    value = np.full(flow.nodes, np.inf)
    for _ in range(_ROUNDS):
        new = value.copy()
        np.minimum.at(new, at, price + np.bincount(col, val * value[node], len(on)))
        if (new == value).all():
            return value
        value = new
    raise Unfit(say("goods that go in a circle gain by it"))


def _upstream(flow: _Flow) -> Array:
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


def _split(flow: _Flow, has_least: bool) -> tuple[_Flow, Array]:
    """The nodes before the sites, once lanes to sites are left out that cost more than to stop where they begin."""
    up = _upstream(flow)
    if not up[flow.out.row[flow.met[flow.out.col]]].any():
        return flow, up
    if not has_least:
        stop, least = _values(flow, ~flow.met), _values(flow, np.ones(len(flow.cost), bool))
        with np.errstate(invalid="ignore"):
            idle = flow.met & (flow.at >= 0) & (stop[flow.at] <= flow.price + flow.onward(least))
        flow = _without(flow, idle)
        up = _upstream(flow)
    if up[flow.out.row[flow.met[flow.out.col]]].any():
        raise Unfit(say("goods may pass two sites, one after the other"))
    return flow, up


def _without(flow: _Flow, idle: Array) -> _Flow:
    """The flow with these columns taken out: nothing takes them, nothing comes of them."""
    return replace(
        flow,
        at=np.where(idle, -1, flow.at),
        meter=np.where(idle, -1, flow.meter),
        cost=np.where(idle, 0.0, flow.cost),
        out=flow.out.where(~idle[flow.out.col]),
    )


def _idle_sources(flow: _Flow, has_least: bool) -> None:
    """Sources without a bound must not pay: then nothing comes of them."""
    endless = (flow.at < 0) & np.isinf(flow.upper)
    if not endless.any():
        return
    least = _values(flow, np.ones(len(flow.cost), bool))
    gives = np.bincount(flow.out.col, minlength=len(flow.cost)) > 0
    if (has_least and (endless & gives).any()) or (flow.cost + flow.onward(least) < 0)[endless].any():
        raise Unfit(say("a supply has no bound"))


# -- ways to the sites -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Links:
    """Columns between two nodes before the sites, ordered by where they begin: cost and factor by unit taken."""

    col: Array
    at: Array
    to: Array
    price: Array
    factor: Array


def _links(flow: _Flow, up: Array, value: Array) -> _Links:
    ahead = up[flow.out.row] & ~flow.met[flow.out.col] & (flow.at[flow.out.col] >= 0)
    count = np.bincount(flow.out.col[ahead], minlength=len(flow.cost))
    if (count > 1).any():
        raise Unfit(say("what a process before the sites makes goes several ways"))
    node, col, val = flow.out.row[ahead], flow.out.col[ahead], flow.out.val[ahead]
    aside = flow.price + flow.onward(np.where(up, 0.0, value))
    order = np.argsort(flow.at[col], kind="stable")
    node, col, val = node[order], col[order], val[order]
    return _Links(col, flow.at[col], node, aside[col], val / flow.use[col])


def _to_sites(flow: _Flow, up: Array, number: Array, value: Array, links: _Links, meters: int) -> tuple[Array, Array]:
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
    for _ in range(_ROUNDS):
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


# -- nothing is short --------------------------------------------------------------------------------------------


def _amounts(flow: _Flow, number: Array, up: Array, links: _Links) -> Array:
    """The most that can come to each node before the sites; inf where goods may go in a circle."""
    amount = flow.supply.copy()
    for _ in range(_ROUNDS):
        passing = np.minimum(flow.upper[links.col] * flow.use[links.col], amount[links.at])
        new = flow.supply + np.bincount(links.to, links.factor * passing, flow.nodes)
        if (new == amount).all():
            return amount
        amount = new
    return np.full(flow.nodes, np.inf)


def _roomy(
    flow: _Flow, goods: Goods, up: Array, value: Array, to_site: Array, number: Array, links: _Links,
    amounts: Array, source: Array,
) -> None:  # fmt: skip
    """Bounds and limits on amounts must not bind; raises Unfit where one may."""
    taken = flow.at >= 0
    capped = taken & np.isfinite(flow.upper)
    before = capped & up[flow.at]
    if (amounts[flow.at[before]] > flow.upper[before] * flow.use[before] * (1 + SAME)).any():
        raise Unfit(say("the most of a lane may bind"))
    policy = _policy(flow, value)
    behind = np.flatnonzero(capped & ~up[flow.at] & (policy[flow.at] == np.arange(len(flow.at))))
    checks = [(np.array([c]), np.ones(1), flow.upper[c]) for c in behind]
    order = goods.limits.by_row()
    for k in range(len(goods.most)):
        on = order.row == k
        checks.append((order.col[on], order.val[on], goods.most[k]))
    if len(checks) > 500:
        raise Unfit(say("too many bounds behind the sites may bind"))
    for col, coef, most in checks:
        each = np.zeros(len(flow.cost))
        each[col] = coef
        if _most(flow, up, value, policy, links, each) > most + SAME * max(1.0, abs(most)):
            raise Unfit(say("a bound on amounts behind the sites may bind"))


def _policy(flow: _Flow, value: Array) -> Array:
    """The column of the cheapest way from each node without a site; -1 where there is none."""
    on = np.flatnonzero(~flow.met & (flow.at >= 0))
    on = on[(flow.price + flow.onward(value))[on] == value[flow.at[on]]]
    policy = np.full(flow.nodes, -1)
    policy[flow.at[on][::-1]] = on[::-1]
    policy[np.isinf(value)] = -1
    return policy


def _most(flow: _Flow, up: Array, value: Array, policy: Array, links: _Links, coef: Array) -> float:
    """The most that Σ coef × column can come to when all goods take their cheapest ways, through whatever sites."""
    by_unit = np.where(flow.at >= 0, coef / flow.use, coef)
    goes = policy >= 0
    gain = np.where(goes, 0.0, np.where(up, -np.inf, 0.0))
    for _ in range(_ROUNDS):
        new = gain.copy()
        new[goes] = (by_unit + flow.onward(np.where(np.isneginf(gain), 0.0, gain)))[policy[goes]]
        if (new == gain).all():
            break
        gain = new
    else:
        return float("inf")
    met = np.flatnonzero(flow.met & (flow.at >= 0))
    met = met[np.isfinite((flow.price + flow.onward(value))[met])]
    np.maximum.at(gain, flow.at[met], (by_unit + flow.onward(np.where(up, 0.0, gain)))[met])
    aside = by_unit[links.col] + flow.onward(np.where(up, 0.0, gain))[links.col]
    for _ in range(_ROUNDS):
        new = gain.copy()
        np.maximum.at(new, links.at, aside + links.factor * gain[links.to])
        if (new == gain).all():
            break
        gain = new
    else:
        return float("inf")
    given = flow.supply > 0
    return float((flow.supply[given] * gain[given]).sum())
