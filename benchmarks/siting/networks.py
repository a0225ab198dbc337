"""Records of instances that are no one-echelon siting problem with a matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Coordinates:
    """A siting problem whose costs are computed where they are needed: `rate` × Euclidean distance by unit of demand."""

    sites: Array  # (n, 2)
    customers: Array  # (m, 2)
    rate: float
    demand: Array
    capacity: Array
    fixed: Array


@dataclass(frozen=True)
class Reverse:
    """Customers return materials to collection centres, these send them to treatment with levels; the rest is dumped.

    What treatment gets becomes product (a yield by material) that earns money, and residue at a gate fee.
    """

    into_cost: Array  # (customers, centres, materials), money per unit
    through_cost: Array  # (centres, treatments, materials), money per unit
    returns: Array  # (customers, materials, periods)
    centre_capacity: Array  # (centres)
    centre_fixed: Array
    level_capacity: Array  # (treatments, levels)
    level_fixed: Array  # (treatments, levels)
    yields: Array  # (treatments, materials)
    revenue: Array  # (materials), money per unit of product
    gate_fee: float  # money per unit of residue
