"""Goods that pass two sites, one after the other, read as a problem of two echelons.

Customers reach first sites (depots) by one lane each way; what comes to a depot of a material leaves from one node of
its own, by ways of any length, for last sites (plants), behind which nothing is short. A material is what shares these
nodes, so that in every period it is another; it is counted as it leaves the depots. What bounds a site and a material
together is its capacity for it. A site has a meter for each period.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from .held import Lanes, capacities, meters, usage_of, weights

Array = np.ndarray


@dataclass(frozen=True)
class Stages:
    """First meters of the `plants` and `depots` (P + D sites), and what is known of them, whatever size is open.

    `plant_cost` (L, P, D) and `customer_cost` (L, D, K): money by unit of a material, inf where there is no lane.
    `held` (L, P + D): most of each material; `weight` (L, P + D): what a unit counts on which `meter` (L, P + D), -1 for
    none. `demand` (K, L), and which of it may be left, which costs nothing (`optional`). `room`: by column of the goods,
    the most that can flow.
    """

    plants: Array
    depots: Array
    plant_cost: Array
    customer_cost: Array
    held: Array
    weight: Array
    meter: Array
    demand: Array
    optional: Array
    room: Array


def stages(goods: Goods, largest: Array, place: Array) -> Stages:
    """Read the goods so; raises Unfit. By meter: `largest`, the most that any size counts; `place`, the first of its site."""
    if (goods.supply < 0).any():
        raise Unfit(say("goods may pass two sites, one after the other"))
    flow, source = oriented(goods, 1.0)
    counter = flow.meter
    flow = replace(flow, meter=np.where(flow.met, place[flow.meter], -1))
    idle_sources(flow, goods.has_least)
    flow, givers = _givers(flow, source)
    first, last = _echelons(flow)
    plants, depots = np.unique(flow.meter[last]), np.unique(flow.meter[first])
    ahead = _handed_on(flow, first)
    middle, material = _materials(flow, first, ahead.node)
    depot = np.searchsorted(depots, flow.meter[first])
    at = _nodes(flow, middle, material, ahead.node, depot, len(depots))
    ratio, number = _customers(flow, first, ahead.factor, material, len(at))
    into = Lanes(first, len(plants) + depot, material[ahead.node], 1.0 / ahead.factor)
    paid = (flow.cost[first] + ahead.money) / ahead.factor
    lanes = np.full((len(at), len(depots), int(number.max()) + 1), np.inf)
    np.minimum.at(lanes, (into.material, depot, number[flow.at[first]]), paid)
    demand, optional, second = _entered(flow, givers, ratio, number, material, lanes)
    to_plant, onto, between = _to_plants(flow, first, last, plants, at, material)
    between = np.setdiff1d(between, ahead.col)
    if np.isfinite(flow.upper[between]).any():
        raise Unfit(say("the most of a lane may bind"))
    every = Lanes(*(np.concatenate(parts) for parts in zip(into, onto, strict=True)))
    n, total = len(plants) + len(depots), demand.sum(0)
    usage = usage_of(flow, every, (ahead.col, ahead.of, ahead.much / ahead.factor[ahead.of]))
    unknown = np.concatenate([between, source])
    held = capacities(flow, goods, every, usage, unknown, (len(at), n), total)
    weight, meter = weights(flow, every, held.shape), meters(counter, every, held.shape)
    reach = np.repeat(total[:, None], n, axis=1)
    reach[:, len(plants) :] = np.where(np.isfinite(second), demand.T[:, None, :], 0.0).sum(2)
    most = np.minimum(reach, held)
    with np.errstate(divide="ignore", invalid="ignore"):
        most = np.where(meter >= 0, np.fmin(most, largest[meter] / weight), most)
    room = np.full(len(flow.cost), np.inf)
    room[into.col] = flow.supply[flow.at[into.col]] / flow.use[into.col]
    before = np.full(flow.nodes, np.inf)
    before[at[at >= 0]] = most[:, len(plants) :][at >= 0]
    room[onto.col] = np.minimum(before[flow.at[onto.col]], most[onto.material, onto.site]) * onto.per_unit
    return Stages(plants, depots, to_plant, second, held, weight, meter, demand, optional, room[: len(goods.cost)])


# -- who gives -----------------------------------------------------------------------------------------------------


class _Givers(NamedTuple):
    """Amounts by the node that they leave: units there, money by unit that goes, whether it may be left."""

    node: Array
    amount: Array
    money: Array
    optional: Array


def _givers(flow: Flow, source: Array) -> tuple[Flow, _Givers]:
    """What must leave nodes, and what may: columns out of nothing with a bound, which are taken out of the flow."""
    node = np.flatnonzero(flow.supply > 0)
    fresh = np.zeros(flow.nodes, bool)
    fresh[flow.at[source]] = True
    must = node[~fresh[node]]
    out = np.bincount(flow.out.col, minlength=len(flow.cost))[source]
    takers = np.bincount(flow.at[flow.at >= 0], minlength=flow.nodes)[flow.at[source]]
    if (flow.met[source] | (out != 1) | (takers != 2)).any():
        raise Unfit(say("amounts do not all go straight to the first of two sites"))
    to, rate = np.full(len(flow.cost), -1), np.ones(len(flow.cost))
    to[flow.out.col], rate[flow.out.col] = flow.out.row, flow.out.val
    amount = flow.supply[flow.at[source]] * rate[source] / flow.use[source]
    money = flow.cost[source] / rate[source]
    idle = (flow.at >= 0) & fresh[flow.at]
    supply = flow.supply.copy()
    supply[fresh] = 0.0
    givers = _Givers(
        np.concatenate([must, to[source]]), np.concatenate([supply[must], amount]),
        np.concatenate([np.zeros(len(must)), money]), np.repeat([False, True], [len(must), len(source)]),
    )  # fmt: skip
    np.add.at(supply, to[source], amount)
    if not (supply > 0).any():
        raise Unfit(say("goods may pass two sites, one after the other"))
    some = givers.amount > 0.0
    return replace(without(flow, idle), supply=supply), _Givers(*(a[some] for a in givers))


def _entered(
    flow: Flow, givers: _Givers, ratio: Array, number: Array, material: Array, lanes: Array
) -> tuple[Array, Array, Array]:
    """Demand (customers, materials) in units ahead of depots, which of it is optional, and costs (materials, depots,
    customers): every amount is a customer of its material.
    """
    of = material[givers.node]
    count = np.bincount(of, minlength=len(lanes))
    k = np.zeros(len(of), np.int64)
    for mat in range(len(lanes)):
        k[of == mat] = np.arange(count[mat])
    demand, optional = np.zeros((int(count.max()), len(lanes))), np.zeros((int(count.max()), len(lanes)), bool)
    second = np.full((len(lanes), lanes.shape[1], len(demand)), np.inf)
    each = ratio[givers.node]
    demand[k, of], optional[k, of] = givers.amount * each, givers.optional
    second[of, :, k] = lanes[of, :, number[givers.node]] + (givers.money / each)[:, None]
    return demand, optional, second


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
    """By node where amounts begin: units ahead of depots by unit there, and its number among those of its material."""
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
    return high, number


# -- the second echelon --------------------------------------------------------------------------------------------


def _to_plants(
    flow: Flow, first: Array, last: Array, plants: Array, at: Array, material: Array
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
    to_site, weight = to_sites(rest, up, number, value, links, int(flow.meter.max()) + 1)
    label = _carried(material, links, up, at)
    cost = np.full((len(at), len(plants), at.shape[1]), np.inf)
    weighs = np.zeros(at.shape)
    for mat in range(len(at)):
        here = np.flatnonzero(there[mat])
        nodes = number[at[mat, here]]
        cost[mat][:, here] = to_site[nodes][:, plants].T
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
