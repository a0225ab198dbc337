"""Customers linked to plants: every pair of a depot and a customer has a price at which plants hand over.

A plan says of each unit by which plant i, depot j and customer k it goes: w_ijk. No customer gets more from a plant
than its demand, Σ_j w_ijk ≤ D_k z_i, which flows that are added up by depot cannot say: a customer between five depots
that are open to a fifth each could have all from one plant that is open to a fifth. Where few plants open, this closes
half or more of the gap of the relaxation. With a price ν_jk of what depot j hands to customer k, an open plant is one
continuous knapsack over customers, each at its best depot, min_j (c_ij − ν_jk).

Only pairs that can matter are held. For the others, ν_jk = min_i c_ij: no plant gains by them, and no depot either as
long as λ_k ≤ d_jk + min_i c_ij. So a price of demand may not be above the least of these sums, which keeps the bound.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..kernel import fast_kernel, kernel
from ..problem import CLOSED, Array
from .arrays import Data

#: Pairs are held where the price of demand is less than this share of its mean below what it would have to be.
_SLACK = 0.2


class Links(NamedTuple):
    """Pairs of depots and customers by material and depot; none: the pairs of a depot have one price together."""

    start: Array  # (L J + 1) first pair of a depot
    customer: Array  # (pairs)
    cost: Array  # (pairs) money per unit, depot to customer
    size: Array  # (pairs) demand of the customer
    begin: Array  # (L K + 1) where the pairs of a customer begin in `pair`
    pair: Array  # (pairs) by material and customer
    depot: Array  # (pairs) in this order
    most: Array  # (L K) highest price of demand
    first: Array  # (L, J, I) money per unit, plant to depot
    cheapest: Array  # (L, J) from the plants that are not closed


def no_links(data: Data) -> Links:
    """Without pairs."""
    return _held(data, np.zeros(data.second.shape, np.bool_), np.full(data.demand.size, np.inf), np.zeros((0, 0)))


def link(data: Data, state: Array, prices: Array) -> tuple[Links, Array]:
    """Pairs that matter at about these prices (λ, π) and states or fewer open ones; prices to start from (λ, ν).

    None are held where no price of demand is near what any way costs.
    """
    materials, plants, depots = data.first.shape
    customers = data.demand.shape[1]
    demand, balance, rooms = np.split(prices, [materials * customers, len(prices) - len(data.room)])
    demand, balance = demand.reshape(materials, 1, customers), balance.reshape(materials, depots)
    near = data.first[:, state[:plants] != CLOSED]
    cheapest = near.min(1) if near.size else np.full((materials, depots), data.penalty)
    reach = data.second + cheapest[:, :, None]
    wanted = (data.demand > 0.0)[:, None, :] & (state[plants:] != CLOSED)[:, None]
    held = wanted & (reach < demand + _SLACK * np.abs(demand).mean())
    if not held.any():
        return no_links(data), prices
    most = np.where(wanted & ~held, reach, np.inf).min(1)
    links = _held(data, held, most.ravel(), cheapest)
    material, depot, _ = np.nonzero(held)
    return links, np.concatenate([demand.ravel(), balance[material, depot], rooms])


def _held(data: Data, held: Array, most: Array, cheapest: Array) -> Links:
    material, depot, customer = np.nonzero(held)
    start = np.concatenate([[0], np.cumsum(held.sum(2).ravel())])
    begin = np.concatenate([[0], np.cumsum(held.sum(1).ravel())])
    pair = np.lexsort((depot, customer, material))
    return Links(
        start, customer.astype(np.int32), data.second[material, depot, customer],
        data.demand[material, customer], begin, pair.astype(np.int32), depot[pair].astype(np.int32), most,
        np.ascontiguousarray(data.first.transpose(0, 2, 1)), np.ascontiguousarray(cheapest),
    )  # fmt: skip


@fast_kernel
def _best_ways(first, cheapest, price, closed, depot, pair, begin, best, low):  # type: ignore[no-untyped-def]
    """low[i, k]: least of nothing and what a unit from plant i to customer k costs beyond what depots hand over for."""
    customers, plants = best.shape
    for k in range(customers):
        for i in range(plants):
            best[k, i] = 0.0
        for q in range(begin[k], begin[k + 1]):
            j, p = depot[q], price[pair[q]]
            if p > cheapest[j] and not closed[j]:
                for i in range(plants):
                    v = first[j, i] - p
                    best[k, i] = v if v < best[k, i] else best[k, i]
    for block in range(0, plants, 8):  # turned round by blocks, which stay in the cache
        end = min(plants, block + 8)
        for k in range(customers):
            for i in range(block, end):
                low[i, k] = best[k, i]


@kernel
def ways(data, links, prices, state, best, low):  # type: ignore[no-untyped-def]
    """low (L, I, K): least of nothing and what a unit costs a plant, by the best depot that is not closed.

    `best` (K, I) is overwritten.
    """
    materials, plants = data.first.shape[:2]
    customers = data.demand.shape[1]
    closed = state[plants:] == CLOSED
    for mat in range(materials):
        begin = links.begin[mat * customers : (mat + 1) * customers + 1]
        _best_ways(
            links.first[mat], links.cheapest[mat], prices[materials * customers :], closed, links.depot, links.pair,
            begin, best, low[mat],
        )  # fmt: skip


@kernel
def pair_of(begin, end, pair, depot, first, price, low):  # type: ignore[no-untyped-def]
    """The pair of a customer, of those from begin to end, by which a unit costs a plant `low`; `first`: of the plant."""
    best, at = np.inf, -1
    for q in range(begin, end):
        apart = abs(first[depot[q]] - price[pair[q]] - low)
        if apart < best:
            best, at = apart, pair[q]
    return at


@kernel
def keep_below(prices, most):  # type: ignore[no-untyped-def]
    """Lower prices of demand to where pairs that are not held do not matter."""
    for a in range(len(most)):
        prices[a] = min(prices[a], most[a])
