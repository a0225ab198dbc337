"""The arrays that the kernels of the bound read, and those that they write."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .problem import Siting

Array = np.ndarray

#: Stands for infinity where floating point must go on; no bound reaches it.
HUGE = 1e30


class Data(NamedTuple):
    """What the kernels read: n candidates, m customers with demand, k rows on the candidates."""

    cost: Array  # (n, m) money per unit; where there is no lane, a number that is not read
    near: Array  # (n, m) customers by cost less `usual`; those with a lane first
    usual: Array  # (m) prices per unit near which most evaluations are; any prices do
    lanes: Array  # (n) customers with a lane
    demand: Array
    capacity: Array  # (n) at most all demand
    least: Array
    fixed: Array
    first: Array  # (places + 1) where the candidates of a place begin in `member`
    member: Array  # (n) candidates by place
    place: Array  # (n)
    large: Array  # (n) candidates by descending capacity
    rows: Array  # (k, n)
    upper: Array
    total: float
    ceiling: float  # no plan costs more


class Scratch(NamedTuple):
    """What one thread writes while it evaluates."""

    order: Array  # (n, m) customers of a site in the order of its last knapsack
    own: Array  # (n, m) their costs: beside each other, where those of a row of `cost` are far apart
    length: Array  # (n) how many of them stand in the list
    look: Array  # (n) how many of those are looked at
    then: Array  # (m) prices at which those that are not looked at were put in order
    profit: Array  # (m) per unit, in this order
    price: Array  # (m) per unit
    value: Array  # (n) q
    full: Array  # (n) customers served in full
    part: Array  # (n) share served of the next one
    y: Array  # (n)
    y_fewer: Array  # (n) the same of a plan with fewer places than wanted, and of one with more
    y_more: Array  # (n)
    reduced: Array  # (n) value less the prices of the cover rows
    prices: Array  # (2) of room, and of a place that is open
    seen: Array  # (places) bool
    slope: Array  # (n) of the steps up to larger candidates
    base: Array  # (n) candidate that the step starts from, −1: none
    top: Array  # (n) candidate that it leads to
    level: Array  # (n) slopes in another order, and what the steps hold
    more: Array  # (n)
    steps: Array  # (1) how many there are


def data_of(p: Siting, usual: Array | None = None) -> Data:
    """Arrays of a problem for the kernels."""
    usual = np.zeros(p.m) if usual is None else usual
    near = np.argsort(p.unit_cost - usual, axis=1, kind="stable").astype(np.int32)
    member = np.lexsort((p.capacity, p.place)).astype(np.int32)
    places, place = np.unique(p.place, return_inverse=True)
    first = np.searchsorted(p.place[member], np.append(places, places[-1] + 1)).astype(np.int32)
    lanes = np.isfinite(p.unit_cost).sum(1).astype(np.int32)
    capacity = np.minimum(p.capacity, p.total)
    return Data(p.unit_cost, near, usual, lanes, p.demand, capacity, np.minimum(p.least, capacity), p.fixed, first, member,
                place.astype(np.int32), np.argsort(-capacity, kind="stable").astype(np.int32), p.rows, p.upper, p.total, _ceiling(p))  # fmt: skip


def _ceiling(p: Siting) -> float:
    """More than any plan costs: every customer at its dearest lane, and all that costs to open open."""
    dearest = np.where(np.isfinite(p.unit_cost), p.unit_cost, -np.inf).max(0)
    most = float(p.demand @ np.where(np.isfinite(dearest), dearest, 0.0) + np.maximum(p.fixed, 0.0).sum())
    return most + 1e-6 * max(1.0, abs(most))


def scratch_of(data: Data) -> Scratch:
    """Working memory of one thread."""
    n, m = data.cost.shape
    ahead = np.cumsum(data.demand[data.near[:, : min(m, 4096)]], axis=1)
    length = np.minimum(data.lanes, (ahead < 2.5 * data.capacity[:, None]).sum(1) + 2).astype(np.int32)

    def numbers() -> Array:
        return np.zeros(n)

    def candidates() -> Array:
        return np.zeros(n, np.int32)

    order, own = data.near.copy(), np.empty((n, m))
    for j in range(n):
        own[j, : length[j]] = data.cost[j, order[j, : length[j]]]
    return Scratch(order, own, length, length.copy(), np.zeros(m), np.zeros(m), np.zeros(m), numbers(), candidates(),
                   numbers(), numbers(), numbers(), numbers(), numbers(), np.zeros(2), np.zeros(len(data.first) - 1, np.bool_), numbers(),
                   candidates(), candidates(), numbers(), numbers(), np.zeros(1, np.int32))  # fmt: skip
