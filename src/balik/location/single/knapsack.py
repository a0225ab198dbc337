"""The knapsack of a site: which customers would it serve at these multipliers, split or not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..kernel import kernel
from ..problem import OPEN
from .core import Core

Array = np.ndarray

#: Nodes of a binary knapsack, from where its continuous value stands in.
KNAPSACK_NODES = 3000


class Lists(NamedTuple):
    """`near` (n, m): customers that a site may serve, the first `many` (n) of its row, cheapest per unit first.

    Only the first `active` (n) of a row have been worth a look so far; those stand in the order last used.
    """

    near: Array
    many: Array
    active: Array


class Work(NamedTuple):
    """Room for the kernels: `fill` (n, m) shares of the customers in list order, the first `length` (n) of a row.

    `gaining` (n): customers in front of a list that gain; `value` (n): q_j; `exact` (n): 1 where its knapsack is binary; `price` (n): q_j − π s_j; `y` (n); `pi` (1): π.
    """

    fill: Array
    length: Array
    gaining: Array
    value: Array
    exact: Array
    price: Array
    y: Array
    pi: Array
    key: Array
    profit: Array
    weight: Array
    best: Array
    low: Array
    high: Array
    slope: Array
    trial: Array


def lists_of(core: Core) -> Lists:
    """The customers that each site may serve, cheapest per unit first."""
    near = np.argsort(core.cost / core.demand, axis=1, kind="stable").astype(np.int32)
    return Lists(near, np.isfinite(core.cost).sum(axis=1), np.zeros(len(near), np.int64))


@kernel
def shorten(lists, keep, out):  # type: ignore[no-untyped-def]
    """Write into `out` the lists without the pairs (n, m) that are not kept; whether every customer has a site."""
    served = np.zeros(keep.shape[1], np.bool_)
    for j in range(keep.shape[0]):
        kept = 0
        for a in range(lists.many[j]):
            if a == lists.active[j]:
                out.active[j] = kept
            i = lists.near[j, a]
            if keep[j, i]:
                out.near[j, kept] = i
                kept += 1
                served[i] = True
        out.many[j] = kept
        if lists.active[j] >= lists.many[j]:
            out.active[j] = kept
    return served.all()


@kernel
def lift(core, lists, state, u):  # type: ignore[no-untyped-def]
    """Raise the multipliers of customers with one site left, so that its knapsack takes them first: as good as fixing."""
    n, m = core.cost.shape
    only, sites = np.full(m, -1), np.zeros(m, np.int64)
    for j in range(n):
        for a in range(lists.many[j]):
            only[lists.near[j, a]] = j
            sites[lists.near[j, a]] += 1
    top = np.zeros(n)
    for j in range(n):
        for a in range(lists.many[j]):
            i = lists.near[j, a]
            if sites[i] > 1:
                top[j] = max(top[j], (u[i] - core.cost[j, i]) / core.demand[i])
    for i in range(m):
        if sites[i] == 1 and state[only[i]] == OPEN:
            j = only[i]
            u[i] = max(u[i], core.cost[j, i] + core.demand[i] * (2.0 * top[j] + 1.0))


def work_of(core: Core) -> Work:
    """Room for the kernels."""
    n, m = core.cost.shape
    places, k = int(core.place.max()) + 1, len(core.upper)
    one = np.zeros
    return Work(
        one((n, m)), one(n, np.int64), one(n, np.int64), one(n), one(n, np.int8), one(n), one(n), one(1), one(m), one(m), one(m),
        one(places), one(n), one(n), one(m + k), one(m + k),
    )  # fmt: skip


@kernel
def binary_knapsack(profit, weight, length, capacity, x, limit):  # type: ignore[no-untyped-def]
    """An upper bound of the best profit of items within the capacity; equal to it unless `limit` nodes are too few.

    Items stand by profit per weight, falling, all positive. `x` becomes the best choice found. Items that the
    continuous bound decides are fixed, and the rest is searched depth first (Horowitz and Sahni 1974).
    """
    left, whole, first = capacity, 0.0, length
    for a in range(length):
        if weight[a] > left:
            first = a
            break
        left -= weight[a]
        whole += profit[a]
        x[a] = 1.0
    if first == length:
        return whole
    rate = profit[first] / weight[first]
    upper = whole + left * rate
    lower, room = whole, left
    for a in range(first, length):
        x[a] = 0.0
        if weight[a] <= room:
            room -= weight[a]
            lower += profit[a]
            x[a] = 1.0
    free = np.empty(length, np.int64)
    size, room, base = 0, capacity, 0.0
    for a in range(length):
        away = profit[a] - rate * weight[a]
        if a < first and upper - away <= lower:
            room -= weight[a]
            base += profit[a]
        elif a < first or upper + away > lower:
            free[size] = a
            size += 1
    taken = np.zeros(size, np.bool_)
    current, best, a, nodes = base, lower, 0, 0
    while True:
        nodes += 1
        if nodes > limit:
            return upper
        bound, space = current, room
        for b in range(a, size):
            i = free[b]
            if weight[i] > space:
                bound += space * profit[i] / weight[i]
                break
            space -= weight[i]
            bound += profit[i]
        if bound > best:
            while a < size and weight[free[a]] <= room:
                room -= weight[free[a]]
                current += profit[free[a]]
                taken[a] = True
                a += 1
            if current > best:
                best = current
                for b in range(length):
                    x[b] = 1.0 if b < first else 0.0
                for b in range(size):
                    x[free[b]] = 1.0 if b < a and taken[b] else 0.0
            if a < size:
                taken[a] = False
                a += 1
                continue
        a = min(a, size) - 1
        while a >= 0 and not taken[a]:
            a -= 1
        if a < 0:
            return best
        taken[a] = False
        room += weight[free[a]]
        current -= profit[free[a]]
        a += 1


@kernel
def rank(core, lists, j, u, top, key):  # type: ignore[no-untyped-def]
    """Sort the customers that gain by profit per unit of demand, falling, to the front of j's list; how many do.

    `top`: the largest multiplier per unit; customers further away than that gain nothing.
    """
    near, count, length, active = lists.near[j], lists.many[j], 0, lists.active[j]
    a = 0
    while a < count:
        i = near[a]
        if a >= active and core.cost[j, i] > top * core.demand[i]:
            break
        r = (u[i] - core.cost[j, i]) / core.demand[i]
        if r > 0.0:
            near[a] = near[length]
            b = length - 1
            while b >= 0 and key[b] < r:
                key[b + 1] = key[b]
                near[b + 1] = near[b]
                b -= 1
            key[b + 1] = r
            near[b + 1] = i
            length += 1
        a += 1
    lists.active[j] = max(active, a)
    return length


@kernel
def fill_site(core, lists, j, u, top, work, exact):  # type: ignore[no-untyped-def]
    """Solve the knapsack of site j at u; sets its value, length and fill. `exact`: right after the continuous one."""
    m = core.demand.shape[0]
    if not exact:
        work.gaining[j] = rank(core, lists, j, u, top, work.key)
    q = core.fixed[j]
    for k in range(core.upper.shape[0]):
        q += u[m + k] * core.rows[k, j]
    left, length, total = core.capacity[j], work.gaining[j], 0.0
    if exact:
        for a in range(length):
            i = lists.near[j, a]
            work.profit[a], work.weight[a] = u[i] - core.cost[j, i], core.demand[i]
        total = binary_knapsack(work.profit, work.weight, length, core.capacity[j], work.fill[j], KNAPSACK_NODES)
    else:
        for a in range(length):
            i = lists.near[j, a]
            share = min(1.0, left / core.demand[i])
            work.fill[j, a] = share
            total += share * (u[i] - core.cost[j, i])
            left -= share * core.demand[i]
            if share < 1.0:
                length = a + 1
                break
    work.length[j] = length
    work.value[j] = q - total
    work.exact[j] = 1 if exact else 0
