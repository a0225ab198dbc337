"""The numbers of a single-source problem as the kernels read them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..problem import CLOSED, OPEN, Siting

Array = np.ndarray

#: Largest sum of demands up to which the sums of some are listed.
MOST_SUMS = 1e6
#: Loads may pass a capacity by this share of it: sums of demands are rounded.
SLACK = 1e-9


class Core(NamedTuple):
    """n candidates, m customers with demand; `cost` (n, m) is money for all of a customer's demand, inf for no lane.

    `demand` (m), `capacity` (n; at most all demand, with SLACK), `fixed` (n), `least` (n; less SLACK), `place` (n;
    numbered from 0), `rows` (k, n), `upper` (k; with SLACK; the last row says how many sites it takes at least); `customer` (m): their numbers in the problem.
    """

    cost: Array
    demand: Array
    capacity: Array
    fixed: Array
    least: Array
    place: Array
    rows: Array
    upper: Array
    customer: Array


def core_of(p: Siting) -> tuple[Core, Array]:
    """The numbers of a problem, and the states of its candidates; customers without demand are left out."""
    customer = np.flatnonzero(p.demand > 0.0)
    demand = p.demand[customer]
    total = float(demand.sum())
    capacity = filled(np.minimum(p.capacity, total), demand)
    capacity = capacity * (1.0 + SLACK)
    least = p.least * (1.0 - SLACK)
    cost = p.unit_cost[:, customer] * demand
    barred = (demand > capacity[:, None]) | (p.state == CLOSED)[:, None] | (cost == np.inf)
    place = np.unique(p.place, return_inverse=True)[1].astype(np.int64)
    state = p.state.copy()
    taken = np.bincount(place[state == OPEN], minlength=int(place.max()) + 1) > 0
    state[taken[place] & (state != OPEN)] = CLOSED
    cost[barred | (state == CLOSED)[:, None]] = np.inf
    rows = np.vstack([p.rows, np.full(len(capacity), -1.0)])
    fewest = fewest_sites(np.where(state == CLOSED, 0.0, capacity), place, total)
    upper = np.append(p.upper, -fewest)
    upper = upper + SLACK * np.maximum(1.0, np.abs(upper))
    return Core(np.ascontiguousarray(cost), demand, capacity, p.fixed, least, place, rows, upper, customer), state


def fewest_sites(capacity: Array, place: Array, total: float) -> int:
    """The least number of sites that cover all demand: the largest of every place, largest first."""
    largest = np.zeros(int(place.max()) + 1)
    np.maximum.at(largest, place, capacity)
    covered = np.cumsum(np.sort(largest)[::-1])
    return int(np.searchsorted(covered, total * (1.0 - SLACK))) + 1 if total > 0.0 else 0


def filled(capacity: Array, demand: Array) -> Array:
    """Capacities cut to the largest sum of demands within them, where demands are whole numbers; else as they are."""
    total = float(demand.sum())
    if total > MOST_SUMS or (demand != np.round(demand)).any():
        return capacity
    sums = 1  # bit k: some demands sum to k
    for d in demand:
        sums |= sums << int(d)
    bits = np.frombuffer(sums.to_bytes(int(total) // 8 + 1, "little"), np.uint8)
    reached = np.flatnonzero(np.unpackbits(bits, bitorder="little"))
    at = np.searchsorted(reached, np.floor(capacity + SLACK * np.maximum(1.0, capacity)), side="right") - 1
    return reached[at].astype(float)


def whole_costs(core: Core) -> bool:
    """Whether every cost is a whole number (but for rounding), so that plans differ by 1 or not at all."""
    cost = np.concatenate([core.cost[np.isfinite(core.cost)], core.fixed])
    if not len(cost) or float(np.abs(cost).max()) > 1e9:
        return False
    return bool((np.abs(cost - np.round(cost)) <= 1e-9 * np.maximum(1.0, np.abs(cost))).all())
