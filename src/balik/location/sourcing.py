"""What the checker knows of single sourcing: the most that whole customers bring a site, and pairs that cannot be."""

from __future__ import annotations

import numpy as np

Array = np.ndarray

_EPS = float(np.finfo(float).eps)
#: Steps of a load; where demands are no whole numbers, or capacities have more, weights are rounded down to such steps.
_STEPS = 3000


def best_loads(profit: Array, demand: Array, capacity: Array) -> Array:
    """The most that customers bring within the capacity of each site (sites), no less than it is but for rounding.

    `profit` (sites, customers): −inf where a site may not serve. Customers that the continuous load decides are in or
    out (Dantzig 1957; Balas and Zemel 1980); for the rest dynamic programming over loads (Bellman 1957).
    """
    gain = np.where(demand <= capacity[:, None], np.maximum(profit, 0.0), 0.0)
    top = float(capacity.max(initial=0.0))
    if top <= _STEPS and (demand == np.floor(demand)).all():
        weight, room = demand.astype(int), np.floor(capacity).astype(int)
    else:  # Σ d z ≤ s has Σ ⌊d / unit⌋ z ≤ s / unit
        unit = top / _STEPS or 1.0
        weight = np.floor(demand / unit * (1.0 - 4.0 * _EPS)).astype(int)
        room = np.floor(capacity / unit * (1.0 + 4.0 * _EPS)).astype(int)
    within, open_, least = _decided(gain, demand, capacity)
    room = room - within @ weight
    best = np.zeros((len(gain), int(room.max(initial=0)) + 1))
    customer, site = np.nonzero(open_.T)
    first = np.searchsorted(customer, np.arange(len(weight) + 1)).tolist()
    for i in np.unique(customer).tolist():
        rows, w = site[first[i] : first[i + 1]], int(weight[i])
        if w < best.shape[1]:
            old = best[rows]
            new = old[:, : best.shape[1] - w] + gain[rows, i, None]
            old[:, w:] = np.maximum(old[:, w:], new) if w else new
            best[rows] = old
    rest = np.where(room >= 0, best[np.arange(len(best)), np.maximum(room, 0)], -np.inf)
    found: Array = np.maximum(least, (gain * within).sum(1) + rest)
    return found


def _decided(gain: Array, demand: Array, capacity: Array) -> tuple[Array, Array, Array]:
    """Customers that are in the best load, those that may be, and what a load brings at least.

    A load of greatest profit per unit first brings `least`; the one with a part of a customer brings more than any. What
    a customer away from that one loses is decided where it is more than what lies between.
    """
    each = np.arange(len(gain))
    order = np.argsort(-gain / demand, axis=1, kind="stable")
    size, ranked = demand[order], np.take_along_axis(gain, order, 1)
    filled, brought = np.cumsum(size, axis=1), np.cumsum(ranked, axis=1)
    full = (filled <= capacity[:, None]).sum(1)  # so many in front fit
    all_in, last = full == gain.shape[1], np.minimum(full, gain.shape[1] - 1)
    least = np.where(full > 0, brought[each, np.maximum(full - 1, 0)], 0.0)
    rate = np.where(all_in, 0.0, ranked[each, last] / size[each, last])
    most = least + rate * (capacity - np.where(full > 0, filled[each, np.maximum(full - 1, 0)], 0.0))
    away = gain - rate[:, None] * demand
    room = (most - least + 1e-9 * (1.0 + most))[:, None]
    return (away > room) & (gain > 0.0), (np.abs(away) <= room) & (gain > 0.0), least


def refuted_pairs(profit: Array, price: Array, short: Array, less: float) -> Array:
    """Pairs (sites, customers) that cost the claim or more, where a site that is open is `short` of it.

    The bound with a customer in the load of a site is higher by what its profit lacks to the `price` of its room.
    """
    barred = ~np.isfinite(profit)
    lacks = price - np.where(barred, 0.0, profit)
    lacks -= less * (np.abs(price) + np.abs(np.where(barred, 0.0, profit)))
    return barred | (lacks >= short[:, None])


def settled(
    pairs: Array, may: Array, none: Array, place: Array, demand: Array, room: Array, least: Array
) -> bool:  # fmt: skip
    """Draw what follows of customers with one candidate left, in place; whether nothing can be.

    The candidate is open; what it has no room for beside them is not served there. A candidate that is open must be
    left its least load.
    """
    pairs &= may[:, None]
    alone = pairs.sum(0) == 1
    mine = pairs & alone
    load = mine @ demand
    pairs &= mine | (load[:, None] + demand <= room[:, None])
    if not pairs.any(0).all() or (load > room).any():
        return True
    only = np.flatnonzero(mine.any(1))
    none[place[only]] = False
    for j in only.tolist():  # of two that must be open at one place, the second leaves the first none
        may &= (place != place[j]) | (np.arange(len(may)) == j)
    opened = may & ~none[place] & (np.bincount(place[may], minlength=len(none))[place] == 1)
    return bool((pairs[opened] @ demand < least[opened]).any())
