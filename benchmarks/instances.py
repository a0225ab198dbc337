"""Instances as plain arrays in memory: what every layer starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Siting:
    """Customers bring all they have to sites of a fixed cost and a capacity."""

    km: Array  # [customer, site]
    rate: float  # money per unit and km
    supply: Array
    capacity: Array
    opening: Array


@dataclass(frozen=True)
class Flow:
    """Four echelons, several materials and periods, stock in the middle; lanes in blocks [from, to, material, period]."""

    echelons: tuple[int, int, int, int]
    materials: int
    periods: int
    km: tuple[Array, Array, Array]  # of each block of lanes, one for each (from, to)
    rate: Array  # money per unit and km, by material
    supply: Array  # [first echelon, material, period]
    most: Array  # [last echelon, material, period]; the last market takes everything
    holding: Array  # by material


def siting(customers: int, sites: int, seed: int = 1) -> Siting:
    """Random customers and sites in a unit square, capacity five times the supply."""
    g = np.random.default_rng(seed)
    a, b = g.random((customers, 2)), g.random((sites, 2))
    supply = g.integers(5, 36, customers).astype(float)
    size = g.integers(10, 161, sites).astype(float)
    opening = np.round(g.uniform(0, 90, sites) + g.uniform(100, 110, sites) * np.sqrt(size), 2)
    capacity = np.round(size * 5 * supply.sum() / size.sum())
    return Siting(_between(a, b), 10.0, supply, capacity, opening)


def flow(echelons: tuple[int, int, int, int], materials: int, periods: int, seed: int = 1) -> Flow:
    """Random places in a unit square; markets together want 70 % of the supply, the last one takes the rest."""
    g = np.random.default_rng(seed)
    at = [g.random((n, 2)) for n in echelons]
    supply = np.round(g.uniform(5, 50, (echelons[0], materials, periods)), 1)
    most = g.uniform(0.3, 1.7, (echelons[3], materials, periods)) * 0.7 * supply.sum(0) / echelons[3]
    most[-1] = np.inf
    km = (_between(at[0], at[1]), _between(at[1], at[2]), _between(at[2], at[3]))
    return Flow(
        echelons, materials, periods, km, np.round(g.uniform(80, 140, materials), 2), supply, np.round(most, 2),
        np.round(g.uniform(1, 4, materials), 2),
    )  # fmt: skip


def _between(a: Array, b: Array) -> Array:
    return np.round(np.sqrt(((a[:, None] - b[None]) ** 2).sum(2)), 4)


#: Name in the table → what to build; the small ones are for the smoke mode.
INSTANCES = {
    "siting 1,000 × 300": lambda: siting(1000, 300),
    "siting 2,000 × 1,000": lambda: siting(2000, 1000),
    "network of 2 million lanes": lambda: flow((200, 80, 60, 200), 5, 12),
    "tiny siting": lambda: siting(12, 5),
    "tiny network": lambda: flow((5, 3, 3, 4), 2, 3),
}
LARGE = ("siting 1,000 × 300", "siting 2,000 × 1,000", "network of 2 million lanes")
TINY = ("tiny siting", "tiny network")
