"""How the instances are made. These recipes are frozen: a change would make other instances under the same names.

Numbers come from the bits of PCG64, which numpy keeps for good, and from arithmetic that IEEE 754 fixes (no logarithm,
no sine); so every machine and version of numpy makes the same arrays.
"""

from __future__ import annotations

import numpy as np

from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import Siting
from benchmarks.siting.networks import Coordinates, Reverse

Array = np.ndarray

#: Capacity and fixed cost of the sizes of a place, or of the levels of a plant, against the smallest.
ROOM, PRICE = np.array([1.0, 2.0, 4.0]), np.array([1.0, 1.62, 2.64])
#: Two echelons: capacity over demand (plants and depots alike), and weight of fixed costs.
TWO_ECHELON = {"hard": (2.5, 0.5), "medium": (2.0, 0.05)}


class Draws:
    """Random numbers of a seed."""

    def __init__(self, seed: int) -> None:
        self.bits = np.random.PCG64(seed)

    def uniform(self, low: float, high: float, *shape: int) -> Array:
        """Evenly spread over [low, high): the upper 53 bits of each word."""
        words = np.asarray(self.bits.random_raw(int(np.prod(shape))), np.uint64)
        return (low + (high - low) * ((words >> np.uint64(11)).astype(float) * 2.0**-53)).reshape(shape)

    def whole(self, low: int, high: int, *shape: int) -> Array:
        """Whole numbers from low to high, both included."""
        return np.floor(self.uniform(low, high + 1, *shape))

    def points(self, count: int) -> Array:
        """Points of the unit square."""
        return self.uniform(0.0, 1.0, count, 2)

    def towns(self, count: int, towns: int, share: float = 0.5) -> Array:
        """Points of which a share lies in towns (bell-shaped, deviation 0.03: twelve even numbers added up)."""
        inside = round(share * count)
        centres = self.uniform(0.1, 0.9, towns, 2)
        at = centres[self.whole(0, towns - 1, inside).astype(int)]
        bell = self.uniform(0.0, 1.0, inside, 2, 12).cumsum(2)[:, :, -1] - 6.0
        return np.concatenate([np.clip(at + 0.03 * bell, 0.0, 1.0), self.points(count - inside)])

    def sites(self, count: int) -> tuple[Array, Array]:
        """Sizes U{10 … 160} and fixed costs U[0, 90] + U[100, 110] √size."""
        size = self.whole(10, 160, count)
        return size, self.uniform(0, 90, count) + self.uniform(100, 110, count) * np.sqrt(size)


def cornuejols(customers: int, sites: int, r: float, seed: int) -> Siting:
    """Cornuéjols, Sridharan and Thizy (1991): capacity is r times the demand; 10 × Euclid by unit."""
    g = Draws(seed)
    return _siting(g, g.points(customers), g.points(sites), r)


def towns(customers: int, sites: int, r: float, seed: int) -> Siting:
    """The same with half of the customers in eight towns."""
    g = Draws(seed)
    return _siting(g, g.towns(customers, 8), g.points(sites), r)


def single(customers: int, sites: int, r: float, seed: int) -> Siting:
    """The first recipe where each customer is served by one site."""
    g = Draws(seed)
    return _siting(g, g.points(customers), g.points(sites), r, single=True)


def sizes(customers: int, places: int, r: float, seed: int) -> Siting:
    """Places with three sizes, of which one at most opens; the middle sizes of all places hold r times the demand."""
    g = Draws(seed)
    a, b = g.towns(customers, 5), g.points(places)
    demand = g.whole(5, 35, customers)
    size, fixed = g.sites(places)
    middle = size * (r * demand.sum() / size.sum())
    capacity = np.round(middle[:, None] * (ROOM / 2.0)).ravel()
    costs = np.round(fixed[:, None] * PRICE, 2).ravel()
    return Siting(
        np.repeat(_far(10.0, b, a), 3, axis=0), demand, capacity, costs, place=np.repeat(np.arange(places), 3)
    )


def echelons(plants: int, depots: int, customers: int, materials: int, kind: str, seed: int) -> TwoEchelon:
    """Two echelons of sites and several materials; a site has a capacity for each material, and one fixed cost.

    Demand U{5 … 35}; capacities U{10 … 160}, scaled to r times the demand of each material; fixed costs by the root of
    a site's capacities, times a weight; unit costs 10 × Euclid × a weight U[0.5, 1.5] of the material.
    """
    r, weight = TWO_ECHELON[kind]
    g = Draws(seed)
    at = [g.points(n) for n in (plants, depots, customers)]
    demand = g.whole(5, 35, customers, materials)
    total = demand.sum(0)
    room, fixed = [], []
    for n in (plants, depots):
        size = g.whole(10, 160, n, materials)
        fixed.append(np.round(weight * (g.uniform(0, 90, n) + g.uniform(100, 110, n) * np.sqrt(size.sum(1)))))
        room.append(np.round(size * (r * total) / size.sum(0)))
    dear = g.uniform(0.5, 1.5, materials)
    into, out = (np.stack([_far(10.0 * float(w), a, b) for w in dear]) for a, b in ((at[0], at[1]), (at[1], at[2])))
    return TwoEchelon(into, out, room[0], room[1], fixed[0], fixed[1], demand)


def network(customers: int, centres: int, plants: int, materials: int, periods: int, seed: int) -> Reverse:
    """Returns that grow go to centres, then to plants with three levels; a yield becomes product, the rest is dumped.

    Half of the customers live in towns. Returns U{5 … 35} by material, times U[0.97, 1.08] from period to period.
    Centres hold 3 times the largest period's returns, plants at their largest level twice; fixed costs are for all
    periods. Yields U[0.6, 0.95] by plant and material; product earns U[2, 5], the rest costs 2 a unit.
    """
    g = Draws(seed)
    a, b, c = g.towns(customers, 5), g.points(centres), g.points(plants)
    growth = g.uniform(0.97, 1.08, materials, periods)
    growth[:, 0] = 1.0
    returns = np.round(g.whole(5, 35, customers, materials)[:, :, None] * np.cumprod(growth, axis=1), 1)
    peak = float(np.round(returns * 10.0).sum((0, 1)).max() / 10.0)  # in tenths: sums of whole numbers are exact
    size, fixed = g.sites(centres)
    base = g.whole(60, 140, plants)
    base = np.round(base * (2.0 * peak / (base.sum() * ROOM[-1])), 1)
    level_fixed = g.uniform(100, 110, plants)[:, None] * np.sqrt(base)[:, None] * PRICE
    return Reverse(
        np.repeat(_far(10.0, a, b)[:, :, None], materials, 2), np.repeat(_far(6.0, b, c)[:, :, None], materials, 2),
        returns, np.round(size * (3.0 * peak / size.sum()), 1), np.round(periods * fixed, 2),
        np.round(base[:, None] * ROOM, 1), np.round(periods * level_fixed, 2),
        np.round(g.uniform(0.6, 0.95, plants, materials), 3), np.round(g.uniform(2, 5, materials), 2), 2.0,
    )  # fmt: skip


def coordinates(customers: int, sites: int, r: float, seed: int) -> Coordinates:
    """Points instead of costs: 10 × Euclid by unit; half of the customers in twenty towns."""
    g = Draws(seed)
    a, b = np.round(g.towns(customers, 20), 5), np.round(g.points(sites), 5)
    demand = g.whole(5, 35, customers)
    size, fixed = g.sites(sites)
    return Coordinates(b, a, 10.0, demand, np.round(size * (r * demand.sum() / size.sum())), np.round(fixed, 2))


def _siting(g: Draws, a: Array, b: Array, r: float, single: bool = False) -> Siting:
    demand = g.whole(5, 35, len(a))
    size, fixed = g.sites(len(b))
    capacity = np.round(size * (r * demand.sum() / size.sum()))
    return Siting(_far(10.0, b, a), demand, capacity, np.round(fixed, 2), single=single)


def _far(rate: float, a: Array, b: Array) -> Array:
    """Euclidean distances (of a, of b) times a rate, to four decimals."""
    away = a[:, None, :] - b[None, :, :]
    return np.round(rate * np.sqrt(away[:, :, 0] ** 2 + away[:, :, 1] ** 2), 4)
