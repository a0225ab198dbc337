"""A bound that holds for any prices of demand and of depot balances, and the ascent on these prices.

Demand (prices λ, materials × customers) and depot balance (π, materials × depots) are relaxed. What is left falls apart
by site: an open depot is one continuous knapsack a material over customers, x ≤ demand, an open plant one over depots,
u ≤ what the depot passes; sites are then opened by what they gain, at least so many of each echelon as any cover of
demand needs. The maximum over the prices is the linear relaxation with x_ljk ≤ D_lk y_j, u_lij ≤ Q_lj z_i and those
counts. The ascent is of the volume type (Barahona, Anbil 2000): steps along averaged violations.

Prices and violations are one vector: λ first, then π, material by material.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ..problem import CLOSED, FREE, OPEN, Array
from .arrays import Data

#: Rounding never fixes or prunes: what is compared with the cutoff is lowered by this share.
_MARGIN = 1e-10


#: A step aims at the goal, but no further above the bound than this share.
_REACH = 0.1


class Room(NamedTuple):
    """What one thread needs to evaluate the bound."""

    gain: Array  # (I + J) money of each site when open; inf when closed
    y: Array  # (I + J) what is opened
    violation: Array  # (L K + L J)
    trial: Array  # (L K + L J) prices
    passes: Array  # (L, J) what a depot that is not closed may pass
    value: Array  # of the items of a knapsack
    item: Array


def new_room(data: Data) -> Room:
    """Room for one thread."""
    materials, plants, depots = data.first.shape
    customers = data.demand.shape[1]
    n, m, widest = plants + depots, materials * (customers + depots), max(customers, depots)
    return Room(
        np.zeros(n), np.zeros(n), np.zeros(m), np.zeros(m), np.zeros((materials, depots)),
        np.zeros(widest), np.zeros(widest, np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _part(value, item, low, high):  # type: ignore[no-untyped-def]
    """Part items low..high by their middle value (Hoare); returns the last of the lower part."""
    pivot = value[(low + high) // 2]
    a, b = low - 1, high + 1
    while True:
        a += 1
        while value[a] < pivot:
            a += 1
        b -= 1
        while value[b] > pivot:
            b -= 1
        if a >= b:
            return b
        value[a], value[b] = value[b], value[a]
        item[a], item[b] = item[b], item[a]


@njit(cache=True, nogil=True, fastmath=True)
def _highest(price):  # type: ignore[no-untyped-def]
    top = price[0]
    for i in range(len(price)):
        top = price[i] if price[i] > top else top
    return top


@njit(cache=True, nogil=True)
def _fill(cost, order, offset, price, size, room, value, item):  # type: ignore[no-untyped-def]
    """Continuous knapsack: min Σ (cost + offset − price) x, x ≤ size, Σ x ≤ room.

    `cost` is sorted, of the sinks in `order`. Returns the optimum, how many items are used (first in `item`, their
    values in `value`) and the units of the last one; the others are used in full.
    """
    top = _highest(price)
    n, used, total = 0, 0.0, 0.0
    for a in range(len(order)):
        c = cost[a] + offset
        if c >= top:
            break
        i = order[a]
        v = c - price[i]
        if v < 0.0 and size[i] > 0.0:
            value[n], item[n] = v, i
            n += 1
            used += size[i]
            total += v * size[i]
    if used <= room:
        return total, n, size[item[n - 1]] if n else 0.0
    low, high, left, total = 0, n - 1, room, 0.0
    while low < high:
        middle = _part(value, item, low, high)
        used = 0.0
        for a in range(low, middle + 1):
            used += size[item[a]]
        if used > left:
            high = middle
        else:
            for a in range(low, middle + 1):
                total += value[a] * size[item[a]]
            left -= used
            low = middle + 1
    last = min(left, size[item[low]])
    return total + value[low] * last, low + 1, last


@njit(cache=True, nogil=True)
def site_optimum(data, prices, s, way, violation, room):  # type: ignore[no-untyped-def]
    """Optimum of site s when open, fixed cost included; `way` times its flows is taken off the violations."""
    materials, plants, depots = data.first.shape
    customers = data.demand.shape[1]
    total = data.fixed[s]
    for mat in range(materials):
        lam = prices[mat * customers : (mat + 1) * customers]
        at_pi = materials * customers + mat * depots
        pi = prices[at_pi : at_pi + depots]
        if s < plants:
            at, size = at_pi, room.passes[mat]
            v, n, last = _fill(
                data.first_sorted[mat, s],
                data.first_order[mat, s],
                0.0,
                pi,
                size,
                data.supply[mat, s],
                room.value,
                room.item,
            )
        else:
            at, size, j = mat * customers, data.demand[mat], s - plants
            v, n, last = _fill(
                data.second_sorted[mat, j], data.second_order[mat, j], pi[j], lam, size, data.through[mat, j],
                room.value, room.item,
            )  # fmt: skip
        total += v
        if way != 0.0:
            moved = 0.0
            for a in range(n):
                x = way * (last if a == n - 1 else size[room.item[a]])
                violation[at + room.item[a]] -= x
                moved += x
            if s >= plants:
                violation[at_pi + s - plants] += moved
    return total


@njit(cache=True, nogil=True)
def least_count(room, need, state):  # type: ignore[no-untyped-def]
    """Fewest sites of an echelon that any plan opens: room (L, n) of those not closed must cover need (L)."""
    materials, n = room.shape
    opened = 0
    for s in range(n):
        opened += state[s] == OPEN
    most = opened
    free = np.empty(n)
    for row in range(materials + 1):
        m, lacking = 0, 1.0 * (need > 0.0).sum() if row == materials else need[row]
        for s in range(n):
            if state[s] == CLOSED:
                continue
            r = 0.0
            if row < materials:
                r = room[row, s]
            else:  # all materials together, each as a share of what is needed of it
                for mat in range(materials):
                    r += min(1.0, room[mat, s] / need[mat]) if need[mat] > 0.0 else 0.0
            if state[s] == OPEN:
                lacking -= r
            else:
                free[m] = -r
                m += 1
        free[:m].sort()
        count, a = opened, 0
        while lacking > 1e-9 * (1.0 + materials if row == materials else need[row]) and a < m:
            lacking += free[a]
            a += 1
            count += 1
        if a == m and lacking > 1e-6 * (1.0 + materials if row == materials else need[row]):
            return n + 1
        most = max(most, count)
    return most


@njit(cache=True, nogil=True)
def _choose(gain, state, least, y, base, cutoff):  # type: ignore[no-untyped-def]
    """Open the sites of one echelon at least cost, at least so many; returns that cost.

    `gain`: cost of each site when open. With a finite cutoff, sites whose other state would lift base + cost over it
    are fixed. Uses that without site s the best choice is a prefix of the sorted others.
    """
    n = len(gain)
    order = np.argsort(gain)
    total, opened, negative, free = 0.0, 0, 0, 0
    rank = np.empty(n, np.int64)
    before = np.zeros(n + 1)
    for s in order:
        y[s] = 0.0
        if state[s] == OPEN:
            y[s] = 1.0
            total += gain[s]
            opened += 1
        elif state[s] == FREE:
            rank[free] = s
            before[free + 1] = before[free] + gain[s]
            negative += gain[s] < 0.0
            free += 1
    wanted = max(0, least - opened)
    if wanted > free:
        return np.inf
    count = max(negative, wanted)
    for a in range(count):
        y[rank[a]] = 1.0
    best = total + before[count]
    if cutoff < np.inf:
        for a in range(free):
            s = rank[a]
            others = negative - (gain[s] < 0.0)
            if a < count:
                m = max(others, wanted)
                other = np.inf if m > free - 1 else total + (before[m + 1] - gain[s] if a < m else before[m])
                if base + other > cutoff:
                    state[s] = OPEN
            else:
                m = max(others, wanted - 1)
                other = total + gain[s] + (before[m + 1] - gain[s] if a < m else before[m])
                if base + other > cutoff:
                    state[s] = CLOSED
    return best


@njit(cache=True, nogil=True)
def evaluate(data, prices, state, least, cutoff, room):  # type: ignore[no-untyped-def]
    """The bound at these prices, whatever they are. Fills room.gain and room.y; fixes sites under a finite cutoff."""
    materials, plants, depots = data.first.shape
    customers = data.demand.shape[1]
    total = 0.0
    for mat in range(materials):
        for k in range(customers):
            total += prices[mat * customers + k] * data.demand[mat, k]
        for j in range(depots):  # a closed depot passes nothing on
            room.passes[mat, j] = data.through[mat, j] if state[plants + j] != CLOSED else 0.0
    for s in range(plants + depots):
        room.gain[s] = np.inf if state[s] == CLOSED else site_optimum(data, prices, s, 0.0, room.violation, room)
    one = _choose(room.gain[:plants], state[:plants], least[0], room.y[:plants], 0.0, np.inf)
    two = _choose(room.gain[plants:], state[plants:], least[1], room.y[plants:], 0.0, np.inf)
    bound = total + one + two - _MARGIN * (abs(total) + abs(one) + abs(two))
    if bound < cutoff < np.inf:
        _choose(room.gain[:plants], state[:plants], least[0], room.y[:plants], bound - one, cutoff)
        _choose(room.gain[plants:], state[plants:], least[1], room.y[plants:], bound - two, cutoff)
    return bound


@njit(cache=True, nogil=True)
def ascend(data, point, state, least, branched, cutoff, goal, steps, pace, memory, room, stop):  # type: ignore[no-untyped-def]
    """Raise the bound by so many steps of the volume type; returns the best bound.

    `point`: prices, averaged violations and averaged y, all of the parent. `branched`: the site that was fixed since;
    the violations are first corrected by what it gains or loses at the parent's prices, so that the first direction
    makes up for it. `goal`: what a plan costs, or inf. `pace`: growth and decay of the step, failures before it decays, decay of the averaging. `memory`:
    best bound, step, failures and averaging so far. Ends early above the cutoff, or when `stop` is set.
    """
    prices, mean, share = point
    violation, trial = room.violation, room.trial
    demands = data.demand.size
    for step in range(steps + 1):
        if stop[0] != 0 and step > 0:
            break
        start = memory[0] == -np.inf
        if start:
            trial[:] = prices
        else:
            norm = 1e-10
            for a in range(len(mean)):
                norm += mean[a] * mean[a]
            aim = min(goal, memory[0] + _REACH * max(1.0, abs(memory[0])))
            length = memory[1] * (aim - memory[0]) / norm
            for a in range(len(mean)):
                trial[a] = prices[a] + length * mean[a]
        bound = evaluate(data, trial, state, least, cutoff, room)
        if bound > cutoff:
            memory[0] = max(memory[0], bound)
            return memory[0]
        if start:
            memory[0] = bound
            if branched >= 0:
                change = (1.0 if state[branched] == OPEN else 0.0) - share[branched]
                site_optimum(data, trial, branched, change, mean, room)
                share[branched] += change
                continue
        flat = data.demand.ravel()
        for a in range(len(violation)):
            violation[a] = flat[a] if a < demands else 0.0
        for s in range(len(state)):
            if room.y[s] > 0.0:
                site_optimum(data, trial, s, 1.0, violation, room)
        across, new, old = 0.0, 0.0, 0.0
        for a in range(len(mean)):
            across += violation[a] * mean[a]
            new += violation[a] * violation[a]
            old += mean[a] * mean[a]
        apart = new + old - 2.0 * across
        part = memory[3]
        if apart > 1e-12:  # the shortest mean, within limits
            part = min(part, max(0.1 * part, (old - across) / apart))
        if old == 0.0:
            part = 1.0
        for a in range(len(mean)):
            mean[a] += part * (violation[a] - mean[a])
        for s in range(len(state)):
            share[s] += part * (room.y[s] - share[s])
        if bound > memory[0]:
            memory[0] = bound
            memory[1] = min(2.0, memory[1] * pace[0])
            prices[:] = trial
            memory[2] = 0.0
        elif not start:
            memory[2] += 1.0
            if memory[2] >= pace[2]:
                memory[1] *= pace[1]
                memory[2] = 0.0
                memory[3] = max(0.01, memory[3] * pace[3])
    return memory[0]
