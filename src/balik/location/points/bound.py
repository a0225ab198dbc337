"""The Lagrangian bound without a matrix.

The function is that of ..bound: prices of customers, a continuous knapsack of each site, the cover row of capacity. Two
evaluations of it:

- `full`: every lane is computed from the coordinates, in float64; nothing of it is stored but a list of the customers
  that each site wants most. This is the bound, at any prices.
- `quick`: the sites look at their lists only (costs in float32). It may be above the bound, and serves to find prices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..data import HUGE
from ..kernel import kernel
from ..problem import CLOSED, FREE, OPEN
from .problem import unit_cost

Array = np.ndarray


class Field(NamedTuple):
    """What the kernels read: n candidates, m customers, all with demand."""

    sites: Array  # (3, n)
    customers: Array  # (3, m)
    per_length: float
    globe: bool
    demand: Array
    capacity: Array  # (n) at most all demand
    fixed: Array
    total: float


class Lists(NamedTuple):
    """Customers of each site that may enter its knapsack, by descending profit at the last evaluation."""

    who: Array  # (n, width) int32
    cost: Array  # (n, width) float32, money per unit
    kept: Array  # (n) how many
    short: Array  # (n) bool: the width did not hold all that the knapsack takes


class Filling(NamedTuple):
    """Knapsacks of the last evaluation."""

    value: Array  # (n) fixed cost less profit
    full: Array  # (n) customers of the list served in full
    part: Array  # (n) share of the next one


def lists_of(n: int, width: int) -> Lists:
    """Empty lists."""
    return Lists(np.zeros((n, width), np.int32), np.zeros((n, width), np.float32), np.zeros(n, np.int32),
                 np.zeros(n, np.bool_))  # fmt: skip


@kernel
def first_prices(f: Field, state: Array, first: int, last: int, out: Array) -> None:
    """Prices per unit to start from: the second cheapest way to be served, with its share of the fixed cost."""
    for i in range(first, last):
        low, second = HUGE, HUGE
        for j in range(len(state)):
            if state[j] == CLOSED or f.capacity[j] <= 0.0:
                continue
            way = unit_cost(f.sites, f.customers, j, i, f.per_length, f.globe) + max(0.0, f.fixed[j]) / f.capacity[j]
            if way < low:
                low, second = way, low
            elif way < second:
                second = way
        out[i] = second if second < HUGE else low


@kernel
def full(f: Field, state: Array, price: Array, slack: float, first: int, last: int, lists: Lists, out: Filling) -> None:
    """Exact knapsacks of the sites first … last − 1, and new lists: profits above −slack, up to three times the capacity."""
    m, width = len(price), lists.who.shape[1]
    gain, who = np.empty(m), np.empty(m, np.int32)
    for j in range(first, last):
        lists.kept[j], lists.short[j] = 0, False
        if state[j] == CLOSED:
            continue
        c = 0
        for i in range(m):
            profit = price[i] - unit_cost(f.sites, f.customers, j, i, f.per_length, f.globe)
            if profit > -slack:
                gain[c], who[c] = profit, i
                c += 1
        room, ahead, value, kept = f.capacity[j], 0.0, 0.0, 0
        out.full[j], out.part[j] = 0, 0.0
        for k in np.argsort(-gain[:c]):
            i, profit = who[k], gain[k]
            if room > 0.0 and profit > 0.0:
                amount = min(room, f.demand[i])
                value += profit * amount
                if amount == f.demand[i]:
                    out.full[j] += 1
                else:
                    out.part[j] = amount / f.demand[i]
                room = room - amount if amount == f.demand[i] else 0.0
                if kept == width:
                    lists.short[j] = True
            elif kept == width or ahead > 3.0 * f.capacity[j]:
                break
            if kept < width:
                lists.who[j, kept], lists.cost[j, kept] = i, np.float32(price[i] - profit)
                kept += 1
            ahead += f.demand[i]
        lists.kept[j] = kept
        out.value[j] = f.fixed[j] - value


@kernel
def quick(f: Field, state: Array, price: Array, first: int, last: int, lists: Lists, out: Filling) -> None:
    """Knapsacks of the sites first … last − 1 from their lists, which are sorted anew by insertion."""
    gain = np.empty(lists.who.shape[1])
    for j in range(first, last):
        if state[j] == CLOSED:
            continue
        who, cost, count = lists.who[j], lists.cost[j], lists.kept[j]
        for k in range(count):
            i, c = who[k], cost[k]
            profit, h = price[i] - c, k - 1
            while h >= 0 and gain[h] < profit:
                gain[h + 1], who[h + 1], cost[h + 1] = gain[h], who[h], cost[h]
                h -= 1
            gain[h + 1], who[h + 1], cost[h + 1] = profit, i, c
        room, value, k, part = f.capacity[j], 0.0, 0, 0.0
        while k < count and gain[k] > 0.0:
            d = f.demand[who[k]]
            if d > room:
                value += gain[k] * room
                part = room / d
                break
            room -= d
            value += gain[k] * d
            k += 1
        out.value[j], out.full[j], out.part[j] = f.fixed[j] - value, k, part


@kernel
def cover(f: Field, state: Array, value: Array, y: Array) -> tuple[float, float]:
    """min value·y under Σ capacity·y ≥ all demand; its value and the price of the row. 1e30 where there is no cover."""
    total, room, price = 0.0, 0.0, 0.0
    slope = np.full(len(state), np.inf)
    for j in range(len(state)):
        y[j] = 0.0
        if state[j] == OPEN or (state[j] == FREE and value[j] < 0.0):
            y[j] = 1.0
            total += value[j]
            room += f.capacity[j]
        elif state[j] == FREE and f.capacity[j] > 0.0:
            slope[j] = value[j] / f.capacity[j]
    enough = f.total * (1.0 - 1e-12)
    if room >= enough:
        return total, price
    for j in np.argsort(slope):
        if slope[j] == np.inf:
            return HUGE, 0.0
        y[j] = min(1.0, (f.total - room) / f.capacity[j])
        total += y[j] * value[j]
        room += y[j] * f.capacity[j]
        price = slope[j]
        if room >= enough:
            break
    return (total, price) if room >= enough else (HUGE, 0.0)


@kernel
def violation_of(lists: Lists, filling: Filling, y: Array, out: Array) -> None:
    """Share of each demand that is not served."""
    out[:] = 1.0
    for j in range(len(y)):
        if y[j] > 0.0:
            for k in range(min(filling.full[j], lists.kept[j])):
                out[lists.who[j, k]] -= y[j]
            if filling.part[j] > 0.0 and filling.full[j] < lists.kept[j]:
                out[lists.who[j, filling.full[j]]] -= y[j] * filling.part[j]


@kernel
def fix(f: Field, state: Array, value: Array, bound: float, price: float, cutoff: float) -> int:
    """Fix candidates whose other state would lift the bound to the cutoff; how many."""
    fixed = 0
    for j in range(len(state)):
        if state[j] == FREE:
            reduced = value[j] - price * f.capacity[j]
            if bound + abs(reduced) > cutoff:
                state[j] = OPEN if reduced < 0.0 else CLOSED
                fixed += 1
    return fixed
