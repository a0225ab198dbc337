"""What sites of two echelons hold of each material, from the rows and bounds of a program that count one of both."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...words import say
from ..entries import Unfit
from ..ways import ROUNDS, SAME, Flow, Goods, policy_of, values

Array = np.ndarray


class Lanes(NamedTuple):
    """Columns to one echelon of sites: position of the site, material, what a unit of the material takes of the column."""

    col: Array
    site: Array
    material: Array
    per_unit: Array


class Usage(NamedTuple):
    """What a unit of a material on a lane takes of columns, by column: of lane `lane[a]` it takes `much[a]`.

    The entries of column c are `begin[c]` to `begin[c + 1]`. `sole`: by lane, whether goods behind it have one way only.
    """

    begin: Array
    lane: Array
    much: Array
    sole: Array


def usage_of(flow: Flow, lanes: Lanes, before: tuple[Array, Array, Array]) -> Usage:
    """The lanes' own columns, those that follow on the way to a choice (`before`: column, lane, how much), and those
    behind them that goods take as the cheapest way.
    """
    value = values(flow, ~flow.met)
    policy = policy_of(flow, value)
    ways = np.bincount(flow.at[~flow.met & (flow.at >= 0)], minlength=flow.nodes)
    order = np.argsort(flow.out.col, kind="stable")
    out = flow.out.where(order)
    begin = np.searchsorted(out.col, np.arange(len(flow.cost) + 1))
    own = lanes.col, np.arange(len(lanes.col)), lanes.per_unit
    col, lane, much = (np.concatenate(parts) for parts in zip(own, before, strict=True))
    found, sole = [(col, lane, much)], np.ones(len(lanes.col), bool)
    for _ in range(ROUNDS):
        many = begin[col + 1] - begin[col]
        each = np.repeat(np.arange(len(col)), many)
        entry = np.arange(len(each)) - np.repeat(np.cumsum(many) - many, many) + begin[col][each]
        node, amount, lane = out.row[entry], much[each] * out.val[entry], lane[each]
        on = policy[node] >= 0
        node, amount, lane = node[on], amount[on], lane[on]
        if not len(node):
            break
        sole[lane[ways[node] > 1]] = False
        col = policy[node]
        much = amount / flow.use[col]
        found.append((col, lane, much))
    else:
        raise Unfit(say("goods that go in a circle gain by it"))
    cols, of, amounts = (np.concatenate(parts) for parts in zip(*found, strict=True))
    by = np.argsort(cols, kind="stable")
    return Usage(np.searchsorted(cols[by], np.arange(len(flow.cost) + 1)), of[by], amounts[by], sole)


def capacities(
    flow: Flow, goods: Goods, lanes: Lanes, usage: Usage, between: Array, shape: tuple[int, int], total: Array
) -> Array:
    """Most of each material at each site (materials, plants and depots), from rows and bounds of one site and material.

    `between`: columns of which it is not known what goods take of them.
    """
    held, known = np.full(shape, np.inf), np.ones(len(flow.cost), bool)
    known[between] = False
    pair = lanes.material * shape[1] + lanes.site
    own = np.zeros(len(flow.cost), bool)
    own[lanes.col] = True
    members = np.bincount(pair, minlength=held.size)
    order = goods.limits.by_row()
    begin = np.searchsorted(order.row, np.arange(len(goods.most) + 1))
    rows = [(order.col[a:b], order.val[a:b], most) for a, b, most in zip(begin, begin[1:], goods.most, strict=False)]
    capped = np.flatnonzero(np.isfinite(flow.upper) & (flow.at >= 0) & (flow.supply[flow.at] <= 0))
    rows += [(np.array([c]), np.ones(1), flow.upper[c]) for c in capped]
    for col, coef, most in rows:
        if not known[col].all():
            raise Unfit(say("a bound on amounts between two sites may bind"))
        lane, taken = _taken(usage, col, coef)
        stage = lanes.material[lane] + len(total) * (flow.supply[flow.at[lanes.col[lane]]] > 0)
        if not len(lane) or _worst(taken, stage, total) <= most + SAME * max(1.0, abs(most)):
            if most < 0:
                raise Unfit(say("a bound on amounts behind the sites may bind"))
            continue
        where = pair[lane]
        alike = taken.min() > 0 and taken.max() - taken.min() <= SAME * taken.max()
        behind = not own[col].all()
        if (
            (where != where[0]).any()
            or not alike
            or len(lane) < members[where[0]]
            or (behind and not usage.sole[lane].all())
        ):
            raise Unfit(say("a bound on amounts behind the sites may bind"))
        held.flat[where[0]] = min(held.flat[where[0]], most / taken.max())
    return held


def _taken(usage: Usage, col: Array, coef: Array) -> tuple[Array, Array]:
    """Lanes of which a row counts something, and what it counts of a unit on them."""
    many = usage.begin[col + 1] - usage.begin[col]
    each = np.repeat(np.arange(len(col)), many)
    entry = np.arange(len(each)) - np.repeat(np.cumsum(many) - many, many) + usage.begin[col][each]
    lane, which = np.unique(usage.lane[entry], return_inverse=True)
    taken = np.bincount(which, coef[each] * usage.much[entry], len(lane))
    return lane[taken != 0], taken[taken != 0]


def _worst(taken: Array, stage: Array, total: Array) -> float:
    """No more than this can be counted: every unit of a material once on its way to depots, and once to plants."""
    most = np.zeros(2 * len(total))
    np.maximum.at(most, stage, taken)
    return float(most @ np.concatenate([total, total]))


def weights(flow: Flow, lanes: Lanes, shape: tuple[int, int]) -> Array:
    """What a unit of each material counts at each site (materials, sites), the same on all its lanes; raises Unfit."""
    weight, low = np.zeros(shape), np.full(shape, np.inf)
    each = flow.weight[lanes.col] * lanes.per_unit
    np.maximum.at(weight, (lanes.material, lanes.site), each)
    np.minimum.at(low, (lanes.material, lanes.site), each)
    if (weight - np.where(np.isfinite(low), low, 0.0) > SAME * weight).any():
        raise Unfit(say("a unit weighs more at one site than at another"))
    return weight


def meters(counter: Array, lanes: Lanes, shape: tuple[int, int]) -> Array:
    """The meter that counts a material at each site (materials, sites), -1 for none; `counter`: by column."""
    low, high = np.full(shape, np.iinfo(np.int64).max), np.full(shape, -1)
    np.minimum.at(low, (lanes.material, lanes.site), counter[lanes.col])
    np.maximum.at(high, (lanes.material, lanes.site), counter[lanes.col])
    if (low < high).any():
        raise Unfit(say("goods may wait for another period"))
    return high
