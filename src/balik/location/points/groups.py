"""Customers in groups of neighbours: a smaller problem whose plans are plans of the whole.

A group is served as one; a unit of it costs the mean of its customers, weighed by demand. What a set of sites costs with
groups is therefore what one plan with these sites costs, and never less than the best of them.
"""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from ..problem import Siting
from .bound import Field
from .problem import unit_cost

Array = np.ndarray


def groups_of(customers: Array, number: int) -> Array:
    """The group of each customer: halves of halves at the median of the longer side, about as many as asked for."""
    out = np.zeros(customers.shape[1], np.int64)
    stack = [(np.arange(customers.shape[1]), max(1, number))]
    count = 0
    while stack:
        members, parts = stack.pop()
        if parts == 1 or len(members) == 1:
            out[members] = count
            count += 1
            continue
        axis = int(np.argmax(np.ptp(customers[:, members], axis=1)))
        members = members[np.argsort(customers[axis, members], kind="stable")]
        half, left = len(members) // 2, parts // 2
        stack += [(members[half:], parts - left), (members[:half], left)]
    return out


def centres(f: Field, group: Array) -> Field:
    """The problem with a customer in the middle of each group: near that of all, but no bound on it."""
    demand = np.bincount(group, f.demand)
    at = np.stack([np.bincount(group, f.demand * f.customers[k]) / demand for k in range(3)])
    return f._replace(customers=np.ascontiguousarray(at), demand=demand)


@kernel
def _mean_cost(f: Field, at: Array, group: Array, demand: Array, out: Array) -> None:
    """Money per unit of each group from each site."""
    for a in range(len(at)):
        for i in range(len(group)):
            out[a, group[i]] += f.demand[i] * unit_cost(f.sites, f.customers, at[a], i, f.per_length, f.globe)
        for g in range(len(demand)):
            out[a, g] /= demand[g]


def grouped(f: Field, at: Array, state: Array, number: int) -> Siting:
    """The problem of these sites with customers in about so many groups."""
    group = groups_of(f.customers, number)
    demand = np.bincount(group, f.demand)
    cost = np.zeros((len(at), len(demand)))
    _mean_cost(f, at, group, demand, cost)
    return Siting(cost, demand, f.capacity[at], f.fixed[at], state)
