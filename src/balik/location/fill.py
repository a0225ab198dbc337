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
    last = np.inf
    for k in range(length):
        i, c = order[k], own[k]
        p = price[i] - c
        if p <= last:  # in its place as it is: nothing need be written but its profit
            profit[k] = last = p
            continue
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
    w.full[j], w.part[j], w.length[j], w.look[j] = full, part, length, length
    return gain


@kernel
def knapsacks(data: Data, w: Scratch, state: Array, rise: float) -> None:
    """As `knapsack` for every site that is not closed; w.value is its fixed cost less that profit.

    Of a list, only the first w.look customers are looked at where that is enough: the others are in the order that they
    had at the prices w.then, and no price has risen by more than `lift` since. Here are no calls for what most sites
    need: what a call costs, with all the arrays that it is handed, is several times what a short list takes.
    """
    price, profit, demand, usual, then = w.price, w.profit, data.demand, data.usual, w.then
    orders, owns, lengths, fulls, parts, looks = w.order, w.own, w.length, w.full, w.part, w.look
    lift, sites, long = -HUGE, 0, 0
    for i in range(len(price)):
        lift = max(lift, price[i] - then[i])
    for j in range(len(state)):
        if state[j] == CLOSED:
            continue
        order, own, length, look = orders[j], owns[j], lengths[j], looks[j]
        sites += 1
        while True:
            _sorted_profits(order, own, price, profit, look)
            room, gain, k = data.capacity[j], 0.0, 0
            while k < look:
                p, d = profit[k], demand[order[k]]
                if p <= 0.0 or d > room:
                    break
                room -= d
                gain += p * d
                k += 1
            least = max(0.0, profit[k]) if k < look else -HUGE
            if look == length or then[order[look]] - own[look] + lift <= least:
                break
            look = length
        long += look == length and length > _look_of(k)
        looks[j] = look
        enough = data.least[j] <= 0.0 and (k < look or length == data.lanes[j])
        if enough and length < data.lanes[j]:
            i = data.near[j, length]
            enough = rise + usual[i] - data.cost[j, i] <= least
        if enough:
            fulls[j], parts[j] = k, 0.0
            if least > 0.0:
                gain += least * room
                parts[j] = room / demand[order[k]]
            w.value[j] = data.fixed[j] - gain
        else:
            w.value[j] = data.fixed[j] - knapsack(data, w, j, rise)
    if 4 * long > sites:
        _look_anew(w, state)


@kernel
def _look_of(full: int) -> int:
    """Customers of a list that are looked at, where so many are served in full."""
    return full + full // 2 + 4


@kernel
def _look_anew(w: Scratch, state: Array) -> None:
    """Order the whole lists by the prices as they are now, so that few customers need be looked at from here on."""
    w.then[:] = w.price
    for j in range(len(state)):
        w.look[j] = w.length[j]
        if state[j] != CLOSED and w.length[j] > _look_of(w.full[j]):
            _sorted_profits(w.order[j], w.own[j], w.price, w.profit, w.length[j])
            w.look[j] = _look_of(w.full[j])


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
            w.length[j] = w.look[j] = min(data.lanes[j], 9 * needed // 8 + 2)
            _listed(w.order[j], w.own[j], near, data.cost[j], 0, w.length[j])
