"""A bound that holds for any prices of demand and of depot balances, and the ascent on these prices.

Demand (prices λ, materials × customers) and depot balance (π, materials × depots) are relaxed. What is left falls apart
by site: an open depot is one continuous knapsack a material over customers, x ≤ demand, an open plant one over depots,
u ≤ what the depot passes; sites are then opened by what they gain, at least so many of each echelon as any cover of
demand needs. The maximum over the prices is the linear relaxation with x_ljk ≤ D_lk y_j, u_lij ≤ Q_lj z_i and those
counts. With `links`, balance is priced by depot and customer (ν), which makes the relaxation a stronger one. The ascent
is of the volume type (Barahona, Anbil 2000): steps along averaged violations.

Prices and violations are one vector: λ first, then π (or ν by pairs), material by material; where materials share the
room of a site (Σ w x ≤ S y), then the price μ ≥ 0 of that room by site.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..kernel import fast_kernel, kernel
from ..problem import CLOSED, OPEN, Array
from .arrays import Data
from .choose import choose, choose_both
from .fill import fill
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


def prices_of(data: Data, links: Links) -> int:
    """How many prices there are."""
    return data.demand.size + (len(links.pair) or data.through.size) + len(data.room)


def new_room(data: Data, links: Links) -> Room:
    """Room for one thread."""
    materials, plants, depots = data.first.shape
    customers, pairs = data.demand.shape[1], len(links.pair)
    n, m, widest = plants + depots, prices_of(data, links), max(customers, depots)
    return Room(
        np.zeros(n), np.zeros(n), np.zeros(m), np.zeros(m), np.zeros((materials, plants, customers if pairs else 0)),
        np.zeros((customers if pairs else 0, plants)),
        np.zeros((materials, depots)), np.zeros(widest + 1), np.zeros(widest + 1, np.int64),
    )  # fmt: skip


@fast_kernel
def _highest(price):  # type: ignore[no-untyped-def]
    top = price[0]
    for i in range(len(price)):
        top = price[i] if price[i] > top else top
    return top


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
    total, shared = data.fixed[s], len(data.room) > 0
    own = len(prices) - len(data.fixed) + s
    if shared:
        total -= prices[own] * data.room[s]
        if way != 0.0:
            violation[own] -= way * data.room[s]
    for mat in range(materials):
        more = prices[own] * data.weight[mat, s] if shared else 0.0
        lam = prices[mat * customers : (mat + 1) * customers]
        at_pi = materials * customers + mat * depots
        pi = prices[at_pi : at_pi + depots]
        if s < plants:
            at, size, most = at_pi, room.passes[mat], data.supply[mat, s]
            n = _sorted_items(data.first_sorted[mat, s], data.first_order[mat, s], more, pi, size, value, item)
        else:
            j = s - plants
            at, size, most = mat * customers, data.demand[mat], data.through[mat, j]
            n = _sorted_items(
                data.second_sorted[mat, j], data.second_order[mat, j], pi[j] + more, lam, size, value, item
            )
        v, n, last = fill(value, item, n, size, most)
        total += v
        if way != 0.0:
            moved = 0.0
            for a in range(n):
                x = way * (last if a == n - 1 else size[item[a]])
                violation[at + item[a]] -= x
                moved += x
            if s >= plants:
                violation[at_pi + s - plants] += moved
            if shared:
                violation[own] += data.weight[mat, s] * moved
    return total


@kernel
def _plant_items(low, more, value, item):  # type: ignore[no-untyped-def]
    """List the customers that pay for a plant with so much more a unit; returns how many. Written without a branch that nobody can predict."""
    n = 0
    for k in range(len(low)):
        v = low[k] + more
        value[n], item[n] = v, k
        n += v < 0.0
    return n


@kernel
def _depot_items(cost, prices, pair, demand, customer, more, value, item):  # type: ignore[no-untyped-def]
    """List the pairs of a depot that pay: cost plus price `pair` + a below that of demand; returns how many."""
    n = 0
    for a in range(len(cost)):
        v = cost[a] + more + prices[pair + a] - prices[demand + customer[a]]
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
    shared, own = len(data.room) > 0, len(prices) - len(state)
    for s in range(plants + depots):
        gain[s] = np.inf if state[s] == CLOSED else data.fixed[s]
        if shared:
            gain[s] -= prices[own + s] * data.room[s]
    more = np.zeros(plants + depots)
    for mat in range(materials):
        if shared:
            more = prices[own:] * data.weight[mat]
        ways_here, demand, supply, through = low[mat], data.demand[mat], data.supply[mat], data.through[mat]
        for i in range(plants):
            if state[i] != CLOSED:
                n = _plant_items(ways_here[i], more[i], value, item)
                gain[i] += fill(value, item, n, demand, supply[i])[0]
        for j in range(depots):
            if state[plants + j] != CLOSED:
                a, b = links.start[mat * depots + j], links.start[mat * depots + j + 1]
                n = _depot_items(
                    links.cost[a:b],
                    prices,
                    demands + a,
                    mat * customers,
                    links.customer[a:b],
                    more[plants + j],
                    value,
                    item,
                )
                gain[plants + j] += fill(value, item, n, links.size[a:b], through[j])[0]


@kernel
def _linked_flows(data, links, prices, s, way, violation, room):  # type: ignore[no-untyped-def]
    """`way` times the flows of site s is taken off the violations; room.low must hold the ways at these prices."""
    materials, plants, depots = data.first.shape
    customers, demands = data.demand.shape[1], data.demand.size
    value, item = room.value, room.item
    shared, own = len(data.room) > 0, len(prices) - len(data.fixed) + s
    if shared:
        violation[own] -= way * data.room[s]
    for mat in range(materials):
        more = prices[own] * data.weight[mat, s] if shared else 0.0
        moved = 0.0
        if s < plants:
            low, size, first = room.low[mat, s], data.demand[mat], data.first[mat, s]
            _, n, last = fill(value, item, _plant_items(low, more, value, item), size, data.supply[mat, s])
            for a in range(n):
                x = way * (last if a == n - 1 else size[item[a]])
                moved += x
                at = mat * customers + item[a]
                e = pair_of(
                    links.begin[at], links.begin[at + 1], links.pair, links.depot, first, prices[demands:], low[item[a]]
                )
                violation[demands + e] -= x
            if shared:
                violation[own] += data.weight[mat, s] * moved
            continue
        row = mat * depots + s - plants
        begin, end = links.start[row], links.start[row + 1]
        customer, size = links.customer[begin:end], links.size[begin:end]
        n = _depot_items(links.cost[begin:end], prices, demands + begin, mat * customers, customer, more, value, item)
        _, n, last = fill(value, item, n, size, data.through[mat, s - plants])
        for a in range(n):
            x = way * (last if a == n - 1 else size[item[a]])
            violation[mat * customers + customer[item[a]]] -= x
            violation[demands + begin + item[a]] += x
            moved += x
        if shared:
            violation[own] += data.weight[mat, s] * moved


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

    With links, prices of demand are lowered where they are too high for the pairs that are held; prices of room are
    raised to nothing where they are below.
    """
    materials, plants, depots = data.first.shape
    customers = data.demand.shape[1]
    total = 0.0
    linked = len(links.pair) > 0
    for a in range(len(prices) - len(data.room), len(prices)):
        prices[a] = max(0.0, prices[a])
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
    most = data.limits[:, 1]
    one = choose(
        room.gain[:plants], state[:plants], data.place[:plants], least[0], most[0], room.y[:plants], 0.0, np.inf
    )
    two = choose(
        room.gain[plants:], state[plants:], data.place[plants:], least[1], most[1], room.y[plants:], 0.0, np.inf
    )
    if one == np.inf or two == np.inf:  # less a share of it, that would be no number
        return np.inf
    bound = total + one + two - _MARGIN * (abs(total) + abs(one) + abs(two))
    if bound < cutoff < np.inf:
        at = bound - one
        choose(room.gain[:plants], state[:plants], data.place[:plants], least[0], most[0], room.y[:plants], at, cutoff)
        at = bound - two
        choose(room.gain[plants:], state[plants:], data.place[plants:], least[1], most[1], room.y[plants:], at, cutoff)
    if bound < np.inf and room.y.sum() > most[2]:
        more = choose_both(room.gain, state, data.place, plants, least, most[2], room.y)
        bound += more - _MARGIN * abs(more) if more < np.inf else more
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
    demands, rooms = data.demand.size, len(prices) - len(data.room)
    for step in range(steps + 1):
        if stop[0] != 0 and step > 0:
            break
        start = memory[0] == -np.inf
        if start:
            trial[:] = prices
        else:
            norm = 1e-10
            for a in range(len(mean)):
                if a < rooms or mean[a] > 0.0 or prices[a] > 0.0:
                    norm += mean[a] * mean[a]
            aim = min(goal, memory[0] + _REACH * max(1.0, abs(memory[0])))
            length = memory[1] * (aim - memory[0]) / norm
            for a in range(len(mean)):
                trial[a] = prices[a] + length * mean[a]
        bound = evaluate(data, links, trial, state, least, cutoff, room)
        if bound > cutoff or bound == np.inf:  # inf: no choice of sites will do
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
