"""Plans by moves: customers to sites that are open, a customer elsewhere, two exchanged, a site closed, opened, exchanged.

A plan is `site` (m): the site of each customer, −1 for none; `load` (n); `opened` (n, bool). `may` (n, bool): sites
that may be open; `must`: that must. Costs are those of the core (inf: no lane). All orders are fixed, so plans repeat.
"""

from __future__ import annotations

import numpy as np

from ..kernel import kernel

#: A move gains by more than this share of the plan's cost, so that ties never cycle.
TINY = 1e-10


@kernel
def cost_of(core, opened, site):  # type: ignore[no-untyped-def]
    """Money of a plan; inf where a customer has none."""
    total = 0.0
    for j in range(opened.shape[0]):
        if opened[j]:
            total += core.fixed[j]
    for i in range(site.shape[0]):
        if site[i] < 0:
            return np.inf
        total += core.cost[site[i], i]
    return total


@kernel
def sites_allowed(core, opened):  # type: ignore[no-untyped-def]
    """Whether side rows and places allow these sites."""
    for k in range(core.upper.shape[0]):
        total = 0.0
        for j in range(opened.shape[0]):
            if opened[j]:
                total += core.rows[k, j]
        if total > core.upper[k]:
            return False
    used = np.zeros(opened.shape[0], np.bool_)
    for j in range(opened.shape[0]):
        if opened[j]:
            if used[core.place[j]]:
                return False
            used[core.place[j]] = True
    return True


@kernel
def plan_allowed(core, opened, site, load):  # type: ignore[no-untyped-def]
    """Whether a plan keeps every rule."""
    for i in range(site.shape[0]):
        if site[i] < 0 or not opened[site[i]] or core.cost[site[i], i] == np.inf:
            return False
    for j in range(opened.shape[0]):
        if opened[j] and (load[j] > core.capacity[j] or load[j] < core.least[j]):
            return False
    return sites_allowed(core, opened)


@kernel
def two_best(core, opened, load, i):  # type: ignore[no-untyped-def]
    """The cheapest open site with room for customer i, its cost, and the next cost (inf: none)."""
    best, first, second = -1, np.inf, np.inf
    for j in range(opened.shape[0]):
        if opened[j] and load[j] + core.demand[i] <= core.capacity[j]:
            c = core.cost[j, i]
            if c < first:
                best, first, second = j, c, first
            elif c < second:
                second = c
    return best, first, second


@kernel
def make_room(core, opened, site, load, i):  # type: ignore[no-untyped-def]
    """Give customer i a site by moving one customer of that site elsewhere, as cheaply as may be."""
    best, to, out, away = np.inf, -1, -1, -1
    for k in range(site.shape[0]):
        j = site[k]
        if j < 0 or core.cost[j, i] == np.inf or load[j] - core.demand[k] + core.demand[i] > core.capacity[j]:
            continue
        for q in range(opened.shape[0]):
            if opened[q] and q != j and load[q] + core.demand[k] <= core.capacity[q]:
                change = core.cost[j, i] + core.cost[q, k] - core.cost[j, k]
                if change < best:
                    best, to, out, away = change, j, k, q
    if to < 0:
        return False
    site[out], site[i] = away, to
    load[away] += core.demand[out]
    load[to] += core.demand[i] - core.demand[out]
    return True


@kernel
def serve(core, opened, site, load):  # type: ignore[no-untyped-def]
    """Give every customer without a site one that is open, most regret first; whether all have one."""
    m = site.shape[0]
    best, regret = np.full(m, -1), np.zeros(m)
    left = 0
    for i in range(m):
        if site[i] < 0:
            left += 1
            j, first, second = two_best(core, opened, load, i)
            best[i] = j
            regret[i] = (min(second, 1e300) - first) / core.demand[i] if j >= 0 else np.inf
    while left > 0:
        pick = -1
        for i in range(m):
            if site[i] < 0 and (pick < 0 or regret[i] > regret[pick]):
                pick = i
        if best[pick] < 0:
            if not make_room(core, opened, site, load, pick):
                return False
        else:
            site[pick] = best[pick]
            load[best[pick]] += core.demand[pick]
        left -= 1
        for i in range(m):
            if site[i] < 0:
                j, first, second = two_best(core, opened, load, i)
                best[i] = j
                regret[i] = (min(second, 1e300) - first) / core.demand[i] if j >= 0 else np.inf
    return True


@kernel
def shift_and_swap(core, opened, site, load, tiny):  # type: ignore[no-untyped-def]
    """Customers elsewhere, and pairs exchanged, while that gains."""
    m, n = site.shape[0], opened.shape[0]
    gained = True
    rounds = 0
    while gained and rounds < 50:
        gained = False
        rounds += 1
        for i in range(m):
            here = site[i]
            spare = load[here] - core.least[here] >= core.demand[i]
            for j in range(n):
                if not opened[j] or j == here or core.cost[j, i] >= core.cost[here, i] - tiny:
                    continue
                if spare and load[j] + core.demand[i] <= core.capacity[j]:
                    load[here] -= core.demand[i]
                    load[j] += core.demand[i]
                    site[i] = j
                    gained = True
                    here = j
                    spare = load[here] - core.least[here] >= core.demand[i]
        for i in range(m):
            for k in range(m):
                a, b = site[i], site[k]
                if a == b or core.cost[b, i] >= core.cost[a, i] - tiny:
                    continue
                if core.cost[b, i] + core.cost[a, k] >= core.cost[a, i] + core.cost[b, k] - tiny:
                    continue
                more = core.demand[k] - core.demand[i]
                if load[a] + more > core.capacity[a] or load[b] - more > core.capacity[b]:
                    continue
                if load[a] + more < core.least[a] or load[b] - more < core.least[b]:
                    continue
                site[i], site[k] = b, a
                load[a] += more
                load[b] -= more
                gained = True


@kernel
def chain(core, opened, site, load, tiny):  # type: ignore[no-untyped-def]
    """A customer to a site that sends another one on to a third, while that gains; whether any did."""
    m, n = site.shape[0], opened.shape[0]
    some = False
    relief = np.zeros(n)
    for k in range(m):
        for q in range(n):
            if opened[q]:
                relief[site[k]] = max(relief[site[k]], core.cost[site[k], k] - core.cost[q, k])
    for i in range(m):
        for j in range(n):
            here = site[i]
            first = core.cost[j, i] - core.cost[here, i]
            if not opened[j] or j == here or first >= relief[j] - tiny:
                continue
            if load[here] - core.demand[i] < core.least[here]:
                continue
            done = False
            for k in range(m):
                if site[k] != j or load[j] + core.demand[i] - core.demand[k] > core.capacity[j]:
                    continue
                if load[j] + core.demand[i] - core.demand[k] < core.least[j]:
                    continue
                for q in range(n):
                    if not opened[q] or q == j or first + core.cost[q, k] - core.cost[j, k] >= -tiny:
                        continue
                    gone = core.demand[i] if q == here else 0.0
                    if load[q] - gone + core.demand[k] > core.capacity[q]:
                        continue
                    load[here] -= core.demand[i]
                    load[j] += core.demand[i] - core.demand[k]
                    load[q] += core.demand[k]
                    site[i], site[k] = j, q
                    done = some = True
                    break
                if done:
                    break
    return some


@kernel
def improve(core, opened, site, load):  # type: ignore[no-untyped-def]
    """Shifts, swaps and chains to a local optimum; returns the cost."""
    tiny = TINY * max(1.0, abs(cost_of(core, opened, site)))
    for _ in range(20):
        shift_and_swap(core, opened, site, load, tiny)
        if not chain(core, opened, site, load, tiny):
            break
    return cost_of(core, opened, site)


@kernel
def change_sites(core, opened, site, load, out, into):  # type: ignore[no-untyped-def]
    """Close one site and open one (−1: none), serve again greedily; the cost, inf where that fails."""
    n, m = opened.shape[0], site.shape[0]
    if out >= 0:
        opened[out] = False
    if into >= 0:
        opened[into] = True
    if not sites_allowed(core, opened):
        return np.inf
    for i in range(m):
        if site[i] == out and out >= 0:
            site[i] = -1
    if out >= 0:
        load[out] = 0.0
    if into >= 0:
        gain = np.zeros(m)
        for i in range(m):
            c = np.inf
            if site[i] < 0:
                for j in range(n):
                    if opened[j] and j != into:
                        c = min(c, core.cost[j, i])
            elif load[site[i]] - core.demand[i] >= core.least[site[i]]:
                c = core.cost[site[i], i]
            else:
                c = -np.inf
            gain[i] = (min(c, 1e300) - core.cost[into, i]) / core.demand[i]
        for i in np.argsort(-gain, kind="mergesort"):
            if gain[i] <= 0.0:
                break
            old = site[i]
            if load[into] + core.demand[i] > core.capacity[into]:
                continue
            if old >= 0:
                if load[old] - core.demand[i] < core.least[old]:
                    continue
                load[old] -= core.demand[i]
            site[i] = into
            load[into] += core.demand[i]
    if not serve(core, opened, site, load):
        return np.inf
    for j in range(n):
        if opened[j] and (load[j] < core.least[j] or load[j] > core.capacity[j]):
            return np.inf
    return cost_of(core, opened, site)


@kernel
def try_sites(core, opened, site, load, cost, out, into, slack, room):  # type: ignore[no-untyped-def]
    """Change sites and improve, kept only where that gains; `room`: bool (n), int (m), float (n). Returns the cost."""
    opened2, site2, load2 = room
    opened2[:] = opened
    site2[:] = site
    load2[:] = load
    after = change_sites(core, opened2, site2, load2, out, into)
    if after < cost + slack:
        after = improve(core, opened2, site2, load2)
    if after < cost - TINY * max(1.0, abs(cost)):
        opened[:] = opened2
        site[:] = site2
        load[:] = load2
        return after
    return cost


@kernel
def search_sites(core, may, must, opened, site, load, slack, near):  # type: ignore[no-untyped-def]
    """Close, open and exchange sites while that gains (first gain); `near` (n, w): partners for exchanges. The cost."""
    n = opened.shape[0]
    room = (opened.copy(), site.copy(), load.copy())
    cost = improve(core, opened, site, load)
    gained = True
    while gained:
        before = cost
        for j in range(n):
            if opened[j] and not must[j]:
                cost = try_sites(core, opened, site, load, cost, j, -1, slack, room)
            elif not opened[j] and may[j]:
                cost = try_sites(core, opened, site, load, cost, -1, j, slack, room)
        for j in range(n):
            if must[j]:
                continue
            for a in range(near.shape[1]):
                k = near[j, a]
                if opened[j] and not opened[k] and may[k]:
                    cost = try_sites(core, opened, site, load, cost, j, k, slack, room)
        gained = cost < before
    return cost
