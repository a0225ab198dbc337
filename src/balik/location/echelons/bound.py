"""A bound that holds for any prices of demand and of depot balances, and the ascent on these prices.

Demand (prices λ, materials × customers) and depot balance (π, materials × depots) are relaxed. What is left falls apart
by site: an open depot is one continuous knapsack a material over customers, x ≤ demand, an open plant one over depots,
u ≤ what the depot passes; sites are then opened by what they gain, at least so many of each echelon as any cover of
demand needs. The maximum over the prices is the linear relaxation with x_ljk ≤ D_lk y_j, u_lij ≤ Q_lj z_i and those
counts. With `links`, balance is priced by depot and customer (ν), which makes the relaxation a stronger one. The ascent
is of the volume type (Barahona, Anbil 2000): steps along averaged violations.

Prices and violations are one vector: λ first, then π (or ν by pairs), material by material.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..kernel import fast_kernel, kernel
from ..problem import CLOSED, OPEN, Array
from .arrays import Data
from .choose import choose
from .links import Links, keep_below, pair_of, ways

#: Rounding never fixes or prunes: what is compared with the cutoff is lowered by this share.
_MARGIN = 1e-10


#: A step aims at the goal, but no further above the bound than this share.
_REACH = 0.1


class Room(NamedTuple):
    """What one thread needs to evaluate the bound."""

    gain: Array  # (I + J) money of each site when open; inf when closed
    y: Array  # (I + J) what is opened
    violation: Array  # of every price
    trial: Array  # prices
    low: Array  # (L, I, K) with links: what a unit costs a plant
    best: Array  # (K, I) overwritten by `ways`
    passes: Array  # (L, J) what a depot that is not closed may pass
    value: Array  # of the items of a knapsack
    item: Array


def new_room(data: Data, links: Links) -> Room:
    """Room for one thread."""
    materials, plants, depots = data.first.shape
    customers, pairs = data.demand.shape[1], len(links.pair)
    n, m, widest = plants + depots, data.demand.size + (pairs or data.through.size), max(customers, depots)
    return Room(
        np.zeros(n), np.zeros(n), np.zeros(m), np.zeros(m), np.zeros((materials, plants, customers if pairs else 0)),
        np.zeros((customers if pairs else 0, plants)),
        np.zeros((materials, depots)), np.zeros(widest + 1), np.zeros(widest + 1, np.int64),
    )  # fmt: skip


@kernel
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


@fast_kernel
def _highest(price):  # type: ignore[no-untyped-def]
    top = price[0]
    for i in range(len(price)):
        top = price[i] if price[i] > top else top
    return top


@kernel
def _aim(value, item, low, high, left, used):  # type: ignore[no-untyped-def]
    """Put a value of about the rank left / used or somewhat above in the middle: the second least of a few."""
    count = min(16, (high - low) // 4)
    if count * left > 0.8 * used:
        count = int(0.8 * used / left)
    if count < 4:
        return
    pace = (high - low) // count
    least, second = low, low + pace
    if value[second] < value[least]:
        least, second = second, least
    for a in range(low + 2 * pace, low + count * pace, pace):
        if value[a] < value[least]:
            least, second = a, least
        elif value[a] < value[second]:
            second = a
    middle = (low + high) // 2
    value[middle], value[second] = value[second], value[middle]
    item[middle], item[second] = item[second], item[middle]


@kernel
def _fill(value, item, n, size, room):  # type: ignore[no-untyped-def]
    """Continuous knapsack: min Σ value x, x ≤ size, Σ x ≤ room, of n items, all of which pay.

    Returns the optimum, how many items are used (first in `item`) and the units of the last; the others are used in full.
    """
    used, total = 0.0, 0.0
    for a in range(n):
        used += size[item[a]]
        total += value[a] * size[item[a]]
    if used <= room:
        return total, n, size[item[n - 1]] if n else 0.0
    low, high, left, total = 0, n - 1, room, 0.0
    while low < high:
        _aim(value, item, low, high, left, used)
        middle = _part(value, item, low, high)
        below = 0.0
        for a in range(low, middle + 1):
            below += size[item[a]]
        if below > left:
            high, used = middle, below
        else:
            for a in range(low, middle + 1):
                total += value[a] * size[item[a]]
            left -= below
            used -= below
            low = middle + 1
    last = min(left, size[item[low]])
    return total + value[low] * last, low + 1, last


@kernel
def _sorted_items(cost, order, offset, price, size, value, item):  # type: ignore[no-untyped-def]
    """List the sinks in `order` that pay at these prices, cost + offset < price; `cost` is sorted. Returns how many."""
    top, n = _highest(price), 0
    for a in range(len(order)):
        c = cost[a] + offset
        if c >= top:
            break
        i = order[a]
        v = c - price[i]
        if v < 0.0 and size[i] > 0.0:
            value[n], item[n] = v, i
            n += 1
    return n


@kernel
def site_optimum(data, prices, s, way, violation, room):  # type: ignore[no-untyped-def]
    """Optimum of site s when open, fixed cost included; `way` times its flows is taken off the violations."""
    materials, plants, depots = data.first.shape
    customers = data.demand.shape[1]
    value, item = room.value, room.item
    total = data.fixed[s]
    for mat in range(materials):
        lam = prices[mat * customers : (mat + 1) * customers]
        at_pi = materials * customers + mat * depots
        pi = prices[at_pi : at_pi + depots]
        if s < plants:
            at, size, most = at_pi, room.passes[mat], data.supply[mat, s]
            n = _sorted_items(data.first_sorted[mat, s], data.first_order[mat, s], 0.0, pi, size, value, item)
        else:
            j = s - plants
            at, size, most = mat * customers, data.demand[mat], data.through[mat, j]
            n = _sorted_items(data.second_sorted[mat, j], data.second_order[mat, j], pi[j], lam, size, value, item)
        v, n, last = _fill(value, item, n, size, most)
        total += v
        if way != 0.0:
            moved = 0.0
            for a in range(n):
                x = way * (last if a == n - 1 else size[item[a]])
                violation[at + item[a]] -= x
                moved += x
            if s >= plants:
                violation[at_pi + s - plants] += moved
    return total


@kernel
def _plant_items(low, value, item):  # type: ignore[no-untyped-def]
    """List the customers that pay for a plant; returns how many. Written without a branch that nobody can predict."""
    n = 0
    for k in range(len(low)):
        v = low[k]
        value[n], item[n] = v, k
        n += v < 0.0
    return n


@kernel
def _depot_items(cost, prices, pair, demand, customer, value, item):  # type: ignore[no-untyped-def]
    """List the pairs of a depot that pay: cost plus price `pair` + a below that of demand; returns how many."""
    n = 0
    for a in range(len(cost)):
        v = cost[a] + prices[pair + a] - prices[demand + customer[a]]
        value[n], item[n] = v, a
        n += v < 0.0
    return n


@kernel
def _linked_gains(data, links, prices, state, room):  # type: ignore[no-untyped-def]
    """room.gain of all sites with links; material by material, as calls with all arrays are dear."""
    materials, plants, depots = data.first.shape
    customers, demands = data.demand.shape[1], data.demand.size
    gain, value, item, low = room.gain, room.value, room.item, room.low
    ways(data, links, prices, state, room.best, low)
    for s in range(plants + depots):
        gain[s] = np.inf if state[s] == CLOSED else data.fixed[s]
    for mat in range(materials):
        ways_here, demand, supply, through = low[mat], data.demand[mat], data.supply[mat], data.through[mat]
        for i in range(plants):
            if state[i] != CLOSED:
                n = _plant_items(ways_here[i], value, item)
                gain[i] += _fill(value, item, n, demand, supply[i])[0]
        for j in range(depots):
            if state[plants + j] != CLOSED:
                a, b = links.start[mat * depots + j], links.start[mat * depots + j + 1]
                n = _depot_items(
                    links.cost[a:b], prices, demands + a, mat * customers, links.customer[a:b], value, item
                )
                gain[plants + j] += _fill(value, item, n, links.size[a:b], through[j])[0]


@kernel
def _linked_flows(data, links, prices, s, way, violation, room):  # type: ignore[no-untyped-def]
    """`way` times the flows of site s is taken off the violations; room.low must hold the ways at these prices."""
    materials, plants, depots = data.first.shape
    customers, demands = data.demand.shape[1], data.demand.size
    value, item = room.value, room.item
    for mat in range(materials):
        if s < plants:
            low, size, first = room.low[mat, s], data.demand[mat], data.first[mat, s]
            _, n, last = _fill(value, item, _plant_items(low, value, item), size, data.supply[mat, s])
            for a in range(n):
                at = mat * customers + item[a]
                e = pair_of(
                    links.begin[at], links.begin[at + 1], links.pair, links.depot, first, prices[demands:], low[item[a]]
                )
                violation[demands + e] -= way * (last if a == n - 1 else size[item[a]])
            continue
        row = mat * depots + s - plants
        begin, end = links.start[row], links.start[row + 1]
        customer, size = links.customer[begin:end], links.size[begin:end]
        n = _depot_items(links.cost[begin:end], prices, demands + begin, mat * customers, customer, value, item)
        _, n, last = _fill(value, item, n, size, data.through[mat, s - plants])
        for a in range(n):
            x = way * (last if a == n - 1 else size[item[a]])
            violation[mat * customers + customer[item[a]]] -= x
            violation[demands + begin + item[a]] += x


@kernel
def _flows(data, links, prices, s, way, violation, room):  # type: ignore[no-untyped-def]
    """`way` times the flows of site s at the prices last evaluated is taken off the violations."""
    if len(links.pair):
        _linked_flows(data, links, prices, s, way, violation, room)
    else:
        site_optimum(data, prices, s, way, violation, room)


@kernel
def evaluate(data, links, prices, state, least, cutoff, room):  # type: ignore[no-untyped-def]
    """The bound at these prices, whatever they are. Fills room.gain and room.y; fixes sites under a finite cutoff.

    With links, prices of demand are lowered where they are too high for the pairs that are held.
    """
    materials, plants, depots = data.first.shape
    customers = data.demand.shape[1]
    total = 0.0
    linked = len(links.pair) > 0
    if linked:
        keep_below(prices, links.most)
        _linked_gains(data, links, prices, state, room)
    for mat in range(materials):
        for k in range(customers):
            total += prices[mat * customers + k] * data.demand[mat, k]
        for j in range(depots):  # a closed depot passes nothing on
            room.passes[mat, j] = data.through[mat, j] if state[plants + j] != CLOSED else 0.0
    for s in range(0 if linked else plants + depots):
        closed = state[s] == CLOSED
        room.gain[s] = np.inf if closed else site_optimum(data, prices, s, 0.0, room.violation, room)
    one = choose(room.gain[:plants], state[:plants], least[0], room.y[:plants], 0.0, np.inf)
    two = choose(room.gain[plants:], state[plants:], least[1], room.y[plants:], 0.0, np.inf)
    bound = total + one + two - _MARGIN * (abs(total) + abs(one) + abs(two))
    if bound < cutoff < np.inf:
        choose(room.gain[:plants], state[:plants], least[0], room.y[:plants], bound - one, cutoff)
        choose(room.gain[plants:], state[plants:], least[1], room.y[plants:], bound - two, cutoff)
    return bound


@kernel
def ascend(data, links, point, state, least, branched, cutoff, goal, steps, pace, memory, room, stop):  # type: ignore[no-untyped-def]
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
        bound = evaluate(data, links, trial, state, least, cutoff, room)
        if bound > cutoff:
            memory[0] = max(memory[0], bound)
            return memory[0]
        if start:
            memory[0] = bound
            if branched >= 0:
                change = (1.0 if state[branched] == OPEN else 0.0) - share[branched]
                _flows(data, links, trial, branched, change, mean, room)
                share[branched] += change
                continue
        flat = data.demand.ravel()
        for a in range(len(violation)):
            violation[a] = flat[a] if a < demands else 0.0
        for s in range(len(state)):
            if room.y[s] > 0.0:
                _flows(data, links, trial, s, 1.0, violation, room)
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
