"""The Lagrangian of the rows "each customer has one site": a binary knapsack per site, and a cover knapsack of sites.

For any multipliers u (m money per customer, then k ≥ 0 money per side row)

    θ(u) = Σ_i u_i − Σ_k u_k b_k + min Σ_j q_j y_j   s.t.  Σ_j s_j y_j ≥ D, at most one candidate of a place,
    q_j  = f_j + Σ_k u_k a_kj − max {Σ_i (u_i − c_ij) z_i : Σ_i d_i z_i ≤ s_j, z binary}

is at most the optimum (Holmberg, Rönnqvist, Yuan 1999, with the aggregate capacity row of Cornuéjols, Sridharan, Thizy
1991). The cover knapsack is solved over y in [0, 1] by its dual price π ≥ 0. The continuous knapsack bounds the binary
one and stands in for it at sites that stay closed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ..problem import CLOSED, FREE, OPEN
from .core import Core

Array = np.ndarray

#: Nodes of a binary knapsack, from where its continuous value stands in.
KNAPSACK_NODES = 3000


class Lists(NamedTuple):
    """`near` (n, m): customers that a site may serve, the first `count` (n) of its row, cheapest per unit first.

    Only the first `active` (n) of a row have been worth a look so far; those stand in the order last used.
    """

    near: Array
    count: Array
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


@njit(cache=True, nogil=True)
def shorten(lists, keep, out):  # type: ignore[no-untyped-def]
    """Write into `out` the lists without the pairs (n, m) that are not kept; whether every customer has a site."""
    served = np.zeros(keep.shape[1], np.bool_)
    for j in range(keep.shape[0]):
        kept = 0
        for a in range(lists.count[j]):
            if a == lists.active[j]:
                out.active[j] = kept
            i = lists.near[j, a]
            if keep[j, i]:
                out.near[j, kept] = i
                kept += 1
                served[i] = True
        out.count[j] = kept
        if lists.active[j] >= lists.count[j]:
            out.active[j] = kept
    return served.all()


@njit(cache=True, nogil=True)
def lift(core, lists, state, u):  # type: ignore[no-untyped-def]
    """Raise the multipliers of customers with one site left, so that its knapsack takes them first: as good as fixing."""
    n, m = core.cost.shape
    only, many = np.full(m, -1), np.zeros(m, np.int64)
    for j in range(n):
        for a in range(lists.count[j]):
            only[lists.near[j, a]] = j
            many[lists.near[j, a]] += 1
    top = np.zeros(n)
    for j in range(n):
        for a in range(lists.count[j]):
            i = lists.near[j, a]
            if many[i] > 1:
                top[j] = max(top[j], (u[i] - core.cost[j, i]) / core.demand[i])
    for i in range(m):
        if many[i] == 1 and state[only[i]] == OPEN:
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def rank(core, lists, j, u, top, key):  # type: ignore[no-untyped-def]
    """Sort the customers that gain by profit per unit of demand, falling, to the front of j's list; how many do.

    `top`: the largest multiplier per unit; customers further away than that gain nothing.
    """
    near, count, length, active = lists.near[j], lists.count[j], 0, lists.active[j]
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def choose_at(core, state, work, pi, y):  # type: ignore[no-untyped-def]
    """Sites of least price at π; returns their capacity and the value of the cover knapsack less πD."""
    best = work.best
    best[:] = 0.0
    capacity, value = 0.0, 0.0
    for j in range(state.shape[0]):
        y[j] = 0.0
        price = work.value[j] - pi * core.capacity[j]
        if state[j] == FREE and price < best[core.place[j]]:
            best[core.place[j]] = price
        elif state[j] == OPEN:
            y[j] = 1.0
            capacity += core.capacity[j]
            value += price
    for j in range(state.shape[0]):
        price = work.value[j] - pi * core.capacity[j]
        if state[j] == FREE and price < 0.0 and price == best[core.place[j]]:
            best[core.place[j]] = -np.inf
            y[j] = 1.0
            capacity += core.capacity[j]
            value += price
    return capacity, value


@njit(cache=True, nogil=True)
def cover(core, state, work, demand):  # type: ignore[no-untyped-def]
    """The cover knapsack of sites over y in [0, 1] by its price π: sets y, price and π, and returns the value."""
    high = 1.0
    for j in range(state.shape[0]):
        if state[j] == FREE and core.capacity[j] > 0.0:
            high = max(high, 2.0 * work.value[j] / core.capacity[j])
    most, _ = choose_at(core, state, work, high, work.high)
    while most < demand and high < 1e15:
        high *= 16.0
        most, _ = choose_at(core, state, work, high, work.high)
    if most < demand:
        return np.inf
    least, below = choose_at(core, state, work, 0.0, work.low)
    if least >= demand:
        high, value = 0.0, below
        work.y[:] = work.low
    else:
        low, most, value = 0.0, 0.0, 0.0
        most, above = choose_at(core, state, work, high, work.high)
        below, above = below, above + high * demand
        for _ in range(100):  # where the tangents at both ends meet, as far as the value lies below them
            middle = (above - below - (demand - most) * high + (demand - least) * low) / (most - least)
            middle = min(max(middle, low), high)
            line = below + (demand - least) * (middle - low)
            capacity, value = choose_at(core, state, work, middle, work.y)
            value += middle * demand
            if value >= line - 1e-12 * abs(line) or middle == low or middle == high:
                break
            if capacity < demand:
                low, least, below = middle, capacity, value
                work.low[:] = work.y
            else:
                high, most, above = middle, capacity, value
                work.high[:] = work.y
        high = middle
        share = (demand - least) / (most - least)
        for j in range(state.shape[0]):
            work.y[j] = (1.0 - share) * work.low[j] + share * work.high[j]
        value -= high * demand
    for j in range(state.shape[0]):
        work.price[j] = work.value[j] - high * core.capacity[j]
    work.pi[0] = high
    return value + high * demand


@njit(cache=True, nogil=True)
def evaluate(core, lists, state, u, work, exact):  # type: ignore[no-untyped-def]
    """θ(u) for these states (inf: no set of sites covers the demand); `exact`: binary knapsacks where sites open."""
    m, demand = core.demand.shape[0], core.demand.sum() * (1.0 - 1e-9)
    constant, top = 0.0, 0.0
    for i in range(m):
        constant += u[i]
        top = max(top, u[i] / core.demand[i])
    for k in range(core.upper.shape[0]):
        constant -= u[m + k] * core.upper[k]
    for j in range(state.shape[0]):
        if state[j] != CLOSED:
            fill_site(core, lists, j, u, top, work, False)
    value = cover(core, state, work, demand)
    for _ in range(8 if exact else 0):
        changed = False
        for j in range(state.shape[0]):
            if state[j] != CLOSED and work.y[j] > 0.0 and work.exact[j] == 0:
                split = work.length[j] > 0 and work.fill[j, work.length[j] - 1] < 1.0
                if split:
                    fill_site(core, lists, j, u, top, work, True)
                    changed = True
                work.exact[j] = 1
        if not changed or value == np.inf:
            break
        value = cover(core, state, work, demand)
    return constant + value


@njit(cache=True, nogil=True)
def slope_of(core, lists, state, work, g):  # type: ignore[no-untyped-def]
    """Violation of the relaxed rows by the solution of θ: 1 − Σ_j x_ij, then Σ_j a_kj y_j − b_k."""
    m = core.demand.shape[0]
    g[:m] = 1.0
    for k in range(core.upper.shape[0]):
        g[m + k] = -core.upper[k]
    for j in range(state.shape[0]):
        if work.y[j] > 0.0:
            for a in range(work.length[j]):
                g[lists.near[j, a]] -= work.y[j] * work.fill[j, a]
            for k in range(core.upper.shape[0]):
                g[m + k] += work.y[j] * core.rows[k, j]


@njit(cache=True, nogil=True)
def fix_sites(core, state, work, bound, cutoff):  # type: ignore[no-untyped-def]
    """Close and open candidates whose other state costs the cutoff or more; returns how many were free and are not.

    Forcing j open adds its price less what its place saves already; forcing it closed loses a price below 0.
    """
    fixed = 0
    best = work.best
    best[:] = 0.0
    for j in range(state.shape[0]):
        if state[j] == FREE:
            best[core.place[j]] = min(best[core.place[j]], work.price[j])
    for j in range(state.shape[0]):
        if state[j] != FREE:
            continue
        if bound + work.price[j] - best[core.place[j]] >= cutoff:
            state[j] = CLOSED
            fixed += 1
    for j in range(state.shape[0]):
        if state[j] != FREE or work.price[j] != best[core.place[j]]:
            continue
        second = 0.0
        for k in range(state.shape[0]):
            if k != j and core.place[k] == core.place[j] and state[k] == FREE:
                second = min(second, work.price[k])
        if bound - work.price[j] + second >= cutoff and work.price[j] < 0.0:
            state[j] = OPEN
            fixed += 1
            for k in range(state.shape[0]):
                if k != j and core.place[k] == core.place[j] and state[k] == FREE:
                    state[k] = CLOSED
                    fixed += 1
    return fixed


@njit(cache=True, nogil=True)
def keep_pairs(core, lists, state, u, work, bound, cutoff, keep):  # type: ignore[no-untyped-def]
    """Clear the pairs (n, m) of `keep` that no plan below the cutoff has, by the work of `evaluate` at u.

    With x_ij = 1, site j pays its price with customer i in its (continuous) knapsack, in place of what it gave before.
    """
    best = work.best
    best[:] = 0.0
    for j in range(state.shape[0]):
        if state[j] == FREE:
            best[core.place[j]] = min(best[core.place[j]], work.price[j])
    m, pi = core.demand.shape[0], work.pi[0]
    for j in range(state.shape[0]):
        if state[j] == CLOSED:
            keep[j, :] = False
            continue
        gave = best[core.place[j]] if state[j] == FREE else work.price[j]
        q = core.fixed[j] - pi * core.capacity[j]
        for k in range(core.upper.shape[0]):
            q += u[m + k] * core.rows[k, j]
        for a in range(lists.count[j]):
            i = lists.near[j, a]
            if not keep[j, i]:
                continue
            left = core.capacity[j] - core.demand[i]
            profit = u[i] - core.cost[j, i]
            for b in range(work.gaining[j]):
                k = lists.near[j, b]
                gain = u[k] - core.cost[j, k]
                if left <= 0.0:
                    break
                if k != i:
                    share = min(1.0, left / core.demand[k])
                    profit += share * gain
                    left -= share * core.demand[k]
            if bound - gave + q - profit >= cutoff:
                keep[j, i] = False


@njit(cache=True, nogil=True)
def blend(core, lists, state, work, a, mix):  # type: ignore[no-untyped-def]
    """Move the averaged assignments (n, m) by a towards those of the last evaluation."""
    for j in range(state.shape[0]):
        for b in range(lists.count[j]):
            mix[j, lists.near[j, b]] *= 1.0 - a
        if state[j] != CLOSED:
            for b in range(work.length[j]):
                mix[j, lists.near[j, b]] += a * work.y[j] * work.fill[j, b]


@njit(cache=True, nogil=True)
def ascend(core, lists, state, u, mean, share, work, cutoff, reach, steps, exact, step, up, down, patience, weight, quit, turned, mix):  # type: ignore[no-untyped-def]
    """Raise θ by a volume-type ascent (Barahona and Anbil 2000); returns the best bound, inf once the cutoff is met.

    `u` becomes the best multipliers, `mean` (m + k) the averaged violation and `share` (n) the averaged y; `mean` all
    zero starts afresh. The step is `step` × (cutoff − bound, at most `reach`) / |mean|², times `up` after a success and `down` after
    `patience` failures. Averages take up to `weight` of the new point. Sites are fixed on the way. A node gives up
    after `quit` steps without hope of the cutoff. Where site `turned` has just been opened or closed (−1: none), the
    first direction is the parent's mean with the site's customers added or taken out. `mix` (n, m, or of size 0):
    the averaged assignments.
    """
    m, trial, g = core.demand.shape[0], work.trial, work.slope
    size = u.shape[0]
    trial[:] = u
    best, begin, failures = -np.inf, 0.0, 0
    for it in range(steps + 1):
        if it > 0:
            norm = 1e-10
            for i in range(size):
                norm += mean[i] * mean[i]
            length = step * min(cutoff - best, reach) / norm
            for i in range(size):
                trial[i] = u[i] + length * mean[i]
                if i >= m and trial[i] < 0.0:
                    trial[i] = 0.0
        bound = evaluate(core, lists, state, trial, work, exact)
        if bound >= cutoff:
            u[:] = trial
            return np.inf
        fix_sites(core, state, work, bound, cutoff)
        if it == 0 and turned >= 0:
            best, begin = bound, bound
            if state[turned] == CLOSED:
                fill_site(core, lists, turned, trial, np.inf, work, False)
            change = (1.0 if state[turned] == OPEN else 0.0) - share[turned]
            for a in range(work.length[turned]):
                mean[lists.near[turned, a]] -= change * work.fill[turned, a]
            for k in range(core.upper.shape[0]):
                mean[m + k] += change * core.rows[k, turned]
            share[turned] += change
            continue
        slope_of(core, lists, state, work, g)
        gv, gg, vv = 0.0, 0.0, 0.0
        for i in range(size):
            gv += g[i] * mean[i]
            gg += g[i] * g[i]
            vv += mean[i] * mean[i]
        a = weight
        if vv == 0.0:
            a = 1.0
        elif gg + vv - 2.0 * gv > 1e-12:
            a = min(weight, max(0.1 * weight, (vv - gv) / (gg + vv - 2.0 * gv)))
        for i in range(size):
            mean[i] += a * (g[i] - mean[i])
        for j in range(state.shape[0]):
            share[j] += a * (work.y[j] - share[j])
        if mix.size > 0:
            blend(core, lists, state, work, a, mix)
        if bound > best:
            if it > 0:
                step = min(1.5, step * up)
            else:
                begin = bound
            best = bound
            u[:] = trial
            failures = 0
        else:
            failures += 1
            if failures >= patience:
                step *= down
                failures = 0
        if it == quit and (best - begin) * (steps / (quit + 1.0)) < 0.3 * (cutoff - begin):
            break
    return best
