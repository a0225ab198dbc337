"""The Lagrangian of the rows "each customer has one site": a binary knapsack per site, and a cover knapsack of sites.

For any multipliers u (m money per customer, then k ≥ 0 money per side row)

    θ(u) = Σ_i u_i − Σ_k u_k b_k + min Σ_j q_j y_j   s.t.  Σ_j s_j y_j ≥ D, at most one candidate of a place,
    q_j  = f_j + Σ_k u_k a_kj − max {Σ_i (u_i − c_ij) z_i : Σ_i d_i z_i ≤ s_j, z binary}

is at most the optimum (Holmberg, Rönnqvist, Yuan 1999, with the aggregate capacity row of Cornuéjols, Sridharan, Thizy
1991). The cover knapsack is solved over y in [0, 1] by its dual price π ≥ 0. The continuous knapsack bounds the binary
one and stands in for it at sites that stay closed.
"""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from ..problem import CLOSED, FREE, OPEN
from .knapsack import fill_site


@kernel
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


@kernel
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
        low, middle, value = 0.0, 0.0, 0.0
        most, above = choose_at(core, state, work, high, work.high)
        below, above = below, above + high * demand
        for _ in range(100):  # where the tangents at both ends meet, as far as the value lies below them
            middle = (above - below - (demand - most) * high + (demand - least) * low) / (most - least)
            middle = min(max(middle, low), high)
            line = below + (demand - least) * (middle - low)
            capacity, value = choose_at(core, state, work, middle, work.y)
            value += middle * demand
            if value >= line - 1e-12 * abs(line) or middle <= low or middle >= high:
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


@kernel
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


@kernel
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


@kernel
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


@kernel
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
        for a in range(lists.many[j]):
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
