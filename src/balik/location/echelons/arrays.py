"""The problem as the kernels want it: units of the customers' side, capacities clipped, neighbours in order of cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..problem import Array
from .problem import TwoEchelon

#: A reduced cost below this share of the numbers that it is made of is rounding.
RELATIVE = 1e-12


class Data(NamedTuple):
    """Materials l, plants i, depots j, customers k. Sites are numbered plants first."""

    fixed: Array  # (I + J) money
    supply: Array  # (L, I) most of a plant
    through: Array  # (L, J) most of a depot
    demand: Array  # (L, K)
    first: Array  # (L, I, J) money per unit, plant to depot
    second: Array  # (L, J, K) money per unit, depot to customer
    first_order: Array  # (L, I, J) depots of a plant, cheapest first
    first_sorted: Array  # (L, I, J) their costs
    second_order: Array  # (L, J, K) customers of a depot, cheapest first
    second_sorted: Array  # (L, J, K) their costs
    penalty: float  # money per unit that no way can cost
    tiny: float  # money per unit that rounding may hide


def prepare(p: TwoEchelon) -> Data:
    """Arrays of the kernels.

    A plant's units are counted as what they come to at the customers: u' = ρ u makes the balance of a depot pure and
    the flows of a material a transport problem. No site can use more than all demand of a material.
    """
    total = p.demand.sum(0)
    supply = np.minimum(p.plant_capacity * p.output, total)
    through = np.minimum(p.depot_capacity, total)
    first = p.plant_cost / p.output[:, None, None]
    second = p.customer_cost
    by_plant, by_depot = np.argsort(first, 2, kind="stable"), np.argsort(second, 2, kind="stable")
    longest = 2.0 * (p.plants + 2 * p.depots + p.customers)  # no way round the network has more arcs
    nearest = [np.abs(first).min(1).ravel(), np.abs(second).min(1).ravel()]  # forbidding prices are not usual
    usual = float(np.median(np.concatenate(nearest)))
    dearest = max(float(np.abs(first).max()), float(np.abs(second).max()), 1e-6)
    return Data(
        p.fixed,
        np.ascontiguousarray(supply.T),
        np.ascontiguousarray(through.T),
        np.ascontiguousarray(p.demand.T),
        np.ascontiguousarray(first),
        np.ascontiguousarray(second),
        by_plant.astype(np.int32),
        np.ascontiguousarray(np.take_along_axis(first, by_plant, 2)),
        by_depot.astype(np.int32),
        np.ascontiguousarray(np.take_along_axis(second, by_depot, 2)),
        longest * dearest,
        RELATIVE * usual,  # of a usual lane: a forbidding price must not hide what other lanes cost
    )
