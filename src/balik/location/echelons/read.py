"""Goods that pass two sites, one after the other, read as a problem of two echelons.

Customers reach first sites (depots) by one lane each way; what comes to a depot of a material leaves from one node of
its own, by ways of any length, for last sites (plants), behind which nothing is short. A material is what shares these
nodes; it is counted as it leaves the depots. What bounds a site and a material together is its capacity for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...words import say
from ..entries import Unfit
from ..ways import (
    ROUNDS,
    SAME,
    Flow,
    Goods,
    Links,
    idle_sources,
    links_of,
    oriented,
    to_sites,
    upstream,
    values,
    without,
)
from .held import Lanes, capacities, share, usage_of

Array = np.ndarray

#: A lane that is missing costs this many times what the dearest way costs, at most.
_FORBIDDING = 1e5


@dataclass(frozen=True)
class Stages:
    """Meters of the `plants` and `depots`, and arrays as of TwoEchelon (fixed costs and states left out).

    `room`: by column of the goods, the most that can flow. `complete`: whether no lane is missing.
    """

    plants: Array
    depots: Array
    plant_cost: Array
    customer_cost: Array
    plant_capacity: Array
    depot_capacity: Array
    demand: Array
    room: Array
    complete: bool


def stages(goods: Goods, by_unit: Array, capacity: Array, fixed: float) -> Stages:
    """Read the goods so; raises Unfit. By meter: `by_unit` money of a unit counted, `capacity`. `fixed`: of all sites."""
    if goods.has_least or (goods.supply < 0).any() or not (goods.supply > 0).any():
        raise Unfit(say("goods may pass two sites, one after the other"))
    flow, _ = oriented(goods, 1.0)
    idle_sources(flow, False)
    first, last = _echelons(flow)
    plants, depots = np.unique(flow.meter[last]), np.unique(flow.meter[first])
    ahead = _handed_on(flow, first)
    middle, material = _materials(flow, first, ahead.node)
    depot = np.searchsorted(depots, flow.meter[first])
    at = _nodes(flow, middle, material, ahead.node, depot, len(depots))
    demand, number = _customers(flow, first, ahead.factor, material, len(at))
    into = Lanes(first, len(plants) + depot, material[ahead.node], 1.0 / ahead.factor)
    paid = (flow.cost[first] + ahead.money + flow.weight[first] * by_unit[flow.meter[first]]) / ahead.factor
    second = np.full((len(at), len(depots), len(demand)), np.inf)
    np.minimum.at(second, (into.material, depot, number[flow.at[first]]), paid)
    to_plant, onto, between = _to_plants(flow, first, last, plants, at, material, by_unit)
    between = np.setdiff1d(between, ahead.col)
    if np.isfinite(flow.upper[between]).any():
        raise Unfit(say("the most of a lane may bind"))
    lanes = Lanes(*(np.concatenate(parts) for parts in zip(into, onto, strict=True)))
    n, total = len(plants) + len(depots), demand.sum(0)
    usage = usage_of(flow, lanes, (ahead.col, ahead.of, ahead.much / ahead.factor[ahead.of]))
    held = capacities(flow, goods, lanes, usage, between, (len(at), n), total)
    reach = np.repeat(total[:, None], n, axis=1)
    reach[:, len(plants) :] = np.where(np.isfinite(second), demand.T[:, None, :], 0.0).sum(2)
    share(flow, lanes, capacity[np.concatenate([plants, depots])], np.minimum(reach, held), held)
    most = np.minimum(reach, held)
    room = np.full(len(flow.cost), np.inf)
    room[into.col] = flow.supply[flow.at[into.col]] / flow.use[into.col]
    before = np.full(flow.nodes, np.inf)
    before[at[at >= 0]] = most[:, len(plants) :][at >= 0]
    room[onto.col] = np.minimum(before[flow.at[onto.col]], most[onto.material, onto.site]) * onto.per_unit
    return _assembled(plants, depots, to_plant, second, held, demand, room[: len(goods.cost)], fixed)


def _assembled(
    plants: Array, depots: Array, to_plant: Array, second: Array, held: Array, demand: Array, room: Array, fixed: float,
) -> Stages:  # fmt: skip
    """The arrays; a lane that is missing costs more than any way round, as far as that can be told in floating point."""
    one, two = np.split(held, [len(plants)], axis=1)
    two[~np.isfinite(second).any(2)] = 0.0
    one[~np.isfinite(to_plant).any(2)] = 0.0
    dearest = sum(float(np.abs(c[np.isfinite(c)]).max(initial=0.0)) for c in (to_plant, second))
    smallest = float(demand[demand > 0.0].min())
    forbidding = max(1.0, min(10.0 * dearest + fixed / smallest, _FORBIDDING * max(dearest, 1e-6)))
    used = demand.T[:, None, :] > 0.0
    complete = bool(
        (np.isfinite(second) | ~used | (two == 0.0)[:, :, None]).all()
        and (np.isfinite(to_plant) | (one == 0.0)[:, :, None] | (two == 0.0)[:, None, :]).all()
    )
    filled = [np.where(np.isfinite(c), c, forbidding) for c in (to_plant, second)]
    return Stages(plants, depots, filled[0], filled[1], one.T, two.T, demand, room, complete)


# -- the first echelon ---------------------------------------------------------------------------------------------


def _echelons(flow: Flow) -> tuple[Array, Array]:
    """Columns to depots, each from a customer, and columns to plants."""
    up = upstream(flow)
    if (flow.met & (flow.at < 0)).any():
        raise Unfit(say("what is collected at a site has no lane to it"))
    on = up[flow.out.row]
    leads = np.bincount(flow.out.col[on], minlength=len(flow.cost)) > 0
    first, last = np.flatnonzero(flow.met & leads), np.flatnonzero(flow.met & ~leads)
    if len(np.intersect1d(flow.meter[first], flow.meter[last])):
        raise Unfit(say("some goods end at a site that passes others on"))
    gives = flow.supply > 0
    others = (flow.at >= 0) & gives[flow.at]
    others[first] = False
    if others.any() or not gives[flow.at[first]].all() or not up[gives].all():
        raise Unfit(say("amounts do not all go straight to the first of two sites"))
    if gives[flow.out.row].any():
        raise Unfit(say("goods come back to where amounts begin"))
    bound = np.isfinite(flow.upper[first])
    if (flow.upper[first] * flow.use[first] < flow.supply[flow.at[first]] * (1 - SAME))[bound].any():
        raise Unfit(say("the most of a lane may bind"))
    return first, last


class _Ahead(NamedTuple):
    """Where goods of a column to a depot come to a choice: the node; by unit of the column, units there and money for the
    way to it and for what else comes of it. Columns on that way: which, of which of the columns, how much by unit of it.
    """

    node: Array
    factor: Array
    money: Array
    col: Array
    of: Array
    much: Array


def _handed_on(flow: Flow, first: Array) -> _Ahead:
    """Follow each column to a depot, and on as long as goods have one way only."""
    up, value = upstream(flow), values(flow, ~flow.met)
    ahead, rate = np.full(len(flow.cost), -1), np.zeros(len(flow.cost))
    on = up[flow.out.row]
    ahead[flow.out.col[on]], rate[flow.out.col[on]] = flow.out.row[on], flow.out.val[on]
    many = np.bincount(flow.out.col[on], minlength=len(flow.cost))
    if (many[first] != 1).any():
        raise Unfit(say("what a process before the sites makes goes several ways"))
    aside = np.bincount(flow.out.col[~on], flow.out.val[~on] * value[flow.out.row[~on]], len(flow.cost))
    if np.isinf(aside[first]).any():
        raise Unfit(say("some amounts have nowhere to go"))
    leaving = np.bincount(flow.at[flow.at >= 0], minlength=flow.nodes)
    goes = (flow.at >= 0) & ~flow.met & (many == 1) & np.isfinite(aside)
    goes[goes] = leaving[flow.at[goes]] == 1
    only = np.full(flow.nodes, -1)
    only[flow.at[goes]] = np.flatnonzero(goes)
    node, factor, money = ahead[first], rate[first], aside[first].astype(float)
    way: list[tuple[Array, Array, Array]] = []
    for _ in range(ROUNDS):
        of = np.flatnonzero(only[node] >= 0)
        if not len(of):
            none = np.zeros(0, np.int64)
            cols, ofs, much = (np.concatenate(parts) for parts in zip((none, none, np.zeros(0)), *way, strict=True))
            return _Ahead(node, factor, money, cols, ofs, much)
        col = only[node[of]]
        each = factor[of] / flow.use[col]
        way.append((col, of, each))
        money[of] += each * (flow.cost[col] + aside[col])
        node[of], factor[of] = ahead[col], each * rate[col]
    raise Unfit(say("goods that go in a circle gain by it"))


def _materials(flow: Flow, first: Array, ahead: Array) -> tuple[Array, Array]:
    """The nodes ahead of depots, and by node its material: what customers and depots have in common."""
    label = np.arange(flow.nodes)
    giver = flow.at[first]
    for _ in range(flow.nodes):
        before = label.copy()
        np.minimum.at(label, ahead, label[giver])
        np.minimum.at(label, giver, label[ahead])
        if (label == before).all():
            break
    middle = np.unique(ahead)
    kinds = np.unique(label[middle])
    number = np.full(flow.nodes, -1)
    touched = np.union1d(middle, giver)
    number[touched] = np.searchsorted(kinds, label[touched])
    return middle, number


def _nodes(flow: Flow, middle: Array, material: Array, ahead: Array, depot: Array, depots: int) -> Array:
    """The node ahead of each depot for each material (materials, depots), -1 for none; raises Unfit where there are more."""
    depot_of = np.full(flow.nodes, -1)
    depot_of[ahead] = depot
    if (depot_of[ahead] != depot).any():
        raise Unfit(say("several sites share what they pass on"))
    at = np.full((int(material[middle].max()) + 1, depots), -1)
    at[material[middle], depot_of[middle]] = middle
    if (at >= 0).sum() < len(middle):
        raise Unfit(say("a site passes goods on in several ways"))
    return at


def _customers(flow: Flow, first: Array, factor: Array, material: Array, count: int) -> tuple[Array, Array]:
    """Demand (customers, materials) in units ahead of depots, and by node the number of the customer in its material."""
    ratio = factor / flow.use[first]
    low, high = np.full(flow.nodes, np.inf), np.zeros(flow.nodes)
    np.minimum.at(low, flow.at[first], ratio)
    np.maximum.at(high, flow.at[first], ratio)
    nodes = np.flatnonzero(flow.supply > 0)
    if (high[nodes] - low[nodes] > SAME * high[nodes]).any():
        raise Unfit(say("a unit weighs more at one site than at another"))
    number = np.full(flow.nodes, -1)
    for mat in range(count):
        mine = nodes[material[nodes] == mat]
        number[mine] = np.arange(len(mine))
    demand = np.zeros((int(number.max()) + 1, count))
    demand[number[nodes], material[nodes]] = flow.supply[nodes] * high[nodes]
    return demand, number


# -- the second echelon --------------------------------------------------------------------------------------------


def _to_plants(
    flow: Flow, first: Array, last: Array, plants: Array, at: Array, material: Array, by_unit: Array
) -> tuple[Array, Lanes, Array]:
    """Cost (materials, plants, depots) by unit, the columns to plants, and those between depots and these."""
    drop = np.zeros(len(flow.cost), bool)
    drop[first] = True
    rest = without(flow, drop)
    up = upstream(rest)
    there = at >= 0
    if not up[at[there]].all():
        raise Unfit(say("some amounts have nowhere to go"))
    value = values(rest, ~rest.met)
    if np.isfinite(value[at[there]]).any():
        raise Unfit(say("what a site passes on may end before the next"))
    links = links_of(rest, up, value)
    number = np.cumsum(up) - 1
    to_site, weight = to_sites(rest, up, number, value, links, len(by_unit))
    label = _carried(material, links, up, at)
    cost = np.full((len(at), len(plants), at.shape[1]), np.inf)
    weighs = np.zeros(at.shape)
    for mat in range(len(at)):
        here = np.flatnonzero(there[mat])
        nodes = number[at[mat, here]]
        cost[mat][:, here] = (to_site[nodes][:, plants] + weight[nodes, None] * by_unit[plants]).T
        weighs[mat, here] = weight[nodes]
    low = np.where(there, weighs, np.inf).min(1)
    if (weighs.max(1) - low > SAME * low).any() or (low <= 0).any():
        raise Unfit(say("a unit weighs more at one site than at another"))
    mine = last[label[flow.at[last]] >= 0]
    which = label[flow.at[mine]]
    per_unit = low[which] / flow.weight[mine]  # of the column, by unit of the material that weighs `low` at the plant
    return cost, Lanes(mine, np.searchsorted(plants, flow.meter[mine]), which, per_unit), links.col


def _carried(material: Array, links: Links, up: Array, at: Array) -> Array:
    """By node before the plants: the material that comes there; raises Unfit where several do."""
    label = np.full(len(material), -1)
    label[at[at >= 0]] = material[at[at >= 0]]
    for _ in range(ROUNDS):
        before = label.copy()
        np.maximum.at(label, links.to, label[links.at])
        if (label == before).all():
            break
    meet = (label[links.at] >= 0) & (label[links.to] != label[links.at])
    if meet.any():
        raise Unfit(say("materials come together between two sites"))
    return np.where(up, label, -1)
