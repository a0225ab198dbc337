"""The knapsack of a site: the customers that pay most at the prices, as far as there is room."""

from __future__ import annotations

import numpy as np

from .data import HUGE, Data, Scratch
from .kernel import kernel
from .problem import CLOSED

Array = np.ndarray


@kernel
def _sorted_profits(order: Array, own: Array, price: Array, profit: Array, length: int) -> None:
    """Profit per unit of the listed customers, put in descending order by insertion: it hardly changes between calls."""
    for k in range(length):
        i, c = order[k], own[k]
        p = price[i] - c
        h = k - 1
        while h >= 0 and profit[h] < p:
            profit[h + 1], order[h + 1], own[h + 1] = profit[h], order[h], own[h]
            h -= 1
        profit[h + 1], order[h + 1], own[h + 1] = p, i, c


@kernel
def _listed(order: Array, own: Array, near: Array, cost: Array, first: int, last: int) -> None:
    """Put customers into the list of a site in the order of `near`."""
    for k in range(first, last):
        order[k], own[k] = near[k], cost[near[k]]


@kernel
def _best_outside(near: Array, cost: Array, usual: Array, length: int, rise: float) -> float:
    """No customer that is not looked at has more profit per unit."""
    i = near[length]
    return rise + usual[i] - cost[i]


@kernel
def _knapsack(
    order: Array, own: Array, near: Array, cost: Array, price: Array, usual: Array, profit: Array, demand: Array, capacity: float,
    least: float, length: int, lanes: int, rise: float,
) -> tuple[float, int, float, int]:  # fmt: skip
    """Most profit of a site, customers served in full, share of the next, customers looked at.

    Only the cheapest customers are looked at; the list grows until no other could enter. −1e30: its least is not met.
    """
    while True:
        _sorted_profits(order, own, price, profit, length)
        room, owed, gain, k = capacity, least, 0.0, 0
        while k < length:  # what pays, and what is owed, as far as there is room
            p, d = profit[k], demand[order[k]]
            if p <= 0.0:
                if owed <= 0.0:
                    break
                if d > owed:
                    room = owed
            if d > room:
                break
            room -= d
            owed -= d
            gain += p * d
            k += 1
        else:
            if length == lanes:
                return (gain if owed <= 1e-9 * least else -HUGE), k, 0.0, length
        if k < length:
            stops = profit[k] <= 0.0 and owed <= 0.0
            if length == lanes or _best_outside(near, cost, usual, length, rise) <= (0.0 if stops else profit[k]):
                if stops:
                    return gain, k, 0.0, length
                return gain + profit[k] * room, k, room / demand[order[k]], length
        more = min(lanes, 2 * length + 4)
        _listed(order, own, near, cost, length, more)
        length = more


@kernel
def knapsack(data: Data, w: Scratch, j: int, rise: float) -> float:
    """Most profit of a site at the prices; how it is filled is noted in w.full and w.part."""
    gain, full, part, length = _knapsack(
        w.order[j], w.own[j], data.near[j], data.cost[j], w.price, data.usual, w.profit, data.demand, data.capacity[j],
        data.least[j], w.length[j], data.lanes[j], rise,
    )  # fmt: skip
    w.full[j], w.part[j], w.length[j] = full, part, length
    return gain


@kernel
def shorten(data: Data, w: Scratch, state: Array) -> None:
    """Look at no more customers of a site than could enter at about these prices; the lists grow again by themselves."""
    rise = (w.price - data.usual).max()
    for j in range(len(state)):
        length = w.length[j]
        if state[j] == CLOSED or length < 12:
            continue
        knapsack(data, w, j, rise)
        least = w.profit[w.full[j]] if w.full[j] < w.length[j] else 0.0
        near, needed = data.near[j], 0
        while needed < length and _best_outside(near, data.cost[j], data.usual, needed, rise) > least:
            needed += 1
        if 5 * needed // 4 + 4 < length:
            w.length[j] = min(data.lanes[j], 9 * needed // 8 + 2)
            _listed(w.order[j], w.own[j], near, data.cost[j], 0, w.length[j])
