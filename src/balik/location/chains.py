"""What lies before and behind the sites, put together: the cheapest way from each customer to each site and on.

Goods flow between nodes (the balance rows). A column takes goods at one node, or at none, and gives goods at any
number of nodes (a lane at one, a process at several), each with a factor: a Leontief system. Behind the sites nothing
is short, so what goes there takes the cheapest way, whatever else goes: a price for each node, found as shortest paths
are (Bellman; for hyperpaths Gallo, Longo, Pallottino and Nguyen 1993). Before the sites the cheapest way to each site is
put together in the same way. Where goods flow to customers, everything is read backwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..words import say
from .entries import Unfit
from .ways import (
    ROUNDS,
    SAME,
    Flow,
    Goods,
    Links,
    TwoInARow,
    idle_sources,
    links_of,
    oriented,
    policy_of,
    to_sites,
    upstream,
    values,
    without,
)

Array = np.ndarray


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
    flow, origin = oriented(goods, sign)
    flow, up = _split(flow, goods.has_least)
    value = values(flow, ~flow.met)
    idle_sources(flow, goods.has_least)
    if not (flow.met & (flow.at >= 0)).any():
        raise Unfit(say("nothing comes to the sites"))
    number = np.cumsum(up) - 1  # of the nodes before the sites
    links = links_of(flow, up, value)
    to_site, weight = to_sites(flow, up, number, value, links, goods.meters)
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


def _split(flow: Flow, has_least: bool) -> tuple[Flow, Array]:
    """The nodes before the sites, once lanes to sites are left out that cost more than to stop where they begin."""
    up = upstream(flow)
    if not up[flow.out.row[flow.met[flow.out.col]]].any():
        return flow, up
    if not has_least:
        stop, least = values(flow, ~flow.met), values(flow, np.ones(len(flow.cost), bool))
        with np.errstate(invalid="ignore"):
            idle = flow.met & (flow.at >= 0) & (stop[flow.at] <= flow.price + flow.onward(least))
        flow = without(flow, idle)
        up = upstream(flow)
    if up[flow.out.row[flow.met[flow.out.col]]].any():
        raise TwoInARow(say("goods may pass two sites, one after the other"))
    return flow, up


# -- nothing is short --------------------------------------------------------------------------------------------


def _amounts(flow: Flow, number: Array, up: Array, links: Links) -> Array:
    """The most that can come to each node before the sites; inf where goods may go in a circle."""
    amount = flow.supply.copy()
    for _ in range(ROUNDS):
        passing = np.minimum(flow.upper[links.col] * flow.use[links.col], amount[links.at])
        new = flow.supply + np.bincount(links.to, links.factor * passing, flow.nodes)
        if (new == amount).all():
            return amount
        amount = new
    return np.full(flow.nodes, np.inf)


def _roomy(
    flow: Flow, goods: Goods, up: Array, value: Array, to_site: Array, number: Array, links: Links,
    amounts: Array, source: Array,
) -> None:  # fmt: skip
    """Bounds and limits on amounts must not bind; raises Unfit where one may."""
    taken = flow.at >= 0
    capped = taken & np.isfinite(flow.upper)
    before = capped & up[flow.at]
    if (amounts[flow.at[before]] > flow.upper[before] * flow.use[before] * (1 + SAME)).any():
        raise Unfit(say("the most of a lane may bind"))
    policy = policy_of(flow, value)
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


def _most(flow: Flow, up: Array, value: Array, policy: Array, links: Links, coef: Array) -> float:
    """The most that Σ coef × column can come to when all goods take their cheapest ways, through whatever sites."""
    by_unit = np.where(flow.at >= 0, coef / flow.use, coef)
    goes = policy >= 0
    gain = np.where(goes, 0.0, np.where(up, -np.inf, 0.0))
    for _ in range(ROUNDS):
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
    for _ in range(ROUNDS):
        new = gain.copy()
        np.maximum.at(new, links.at, aside + links.factor * gain[links.to])
        if (new == gain).all():
            break
        gain = new
    else:
        return float("inf")
    given = flow.supply > 0
    return float((flow.supply[given] * gain[given]).sum())
