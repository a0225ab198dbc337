"""Two echelons and several materials: random instances by classes, and the compact models that a general solver gets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from balik.algebra import Arrays
from balik.location.echelons.problem import TwoEchelon

Array = np.ndarray


@dataclass(frozen=True)
class Class:
    """Capacity over demand of plants and depots, unit costs of both stages, and the weight of fixed costs."""

    plants: float
    depots: float
    first: float
    second: float
    fixed: float


CLASSES = {"hard": Class(2.5, 2.5, 10.0, 10.0, 0.5), "medium": Class(2.0, 2.0, 10.0, 10.0, 0.05)}


def echelons(plants: int, depots: int, customers: int, materials: int, klass: str, seed: int) -> TwoEchelon:
    """A random instance; the same arguments give the same one. The recipe is that of the library's `echelons-…`, which
    draws otherwise; the classes `two-echelon-…` that are measured have another one (`generators.two_echelon`).

    Places lie in a unit square; demand is U{5..35} of each customer and material. Capacities of a site are U{10..160}
    of each material, then scaled so that all sites of the echelon hold r times the demand of each material. Fixed
    costs: (U[0, 90] + U[100, 110] √s) times a weight, s all materials before scaling (Cornuéjols, Sridharan, Thizy
    1991, in two stages). Unit costs: distance times the stage's factor times a weight U[0.5, 1.5] of the material.

    Hard was set so that a general solver on the weak compact model behaves as on published instances of these sizes:
    50-100-200 with 5 materials: HiGHS has a bound within a few percent and a plan that opens about twice the sites, tens
    of percent too dear, after two minutes; the strong relaxation lies 2 to 3 % below the best plan. Medium has less
    weight on fixed costs, so that the strong relaxation lies 0.5 to 1 % below; no general solver was asked.
    """
    kind, g = CLASSES[klass], np.random.default_rng(seed)
    at = [g.random((n, 2)) for n in (plants, depots, customers)]
    demand = g.integers(5, 36, (customers, materials)).astype(float)
    sites = [_sites(g, n, r, kind.fixed, demand.sum(0)) for n, r in ((plants, kind.plants), (depots, kind.depots))]
    weight = g.uniform(0.5, 1.5, materials)[:, None, None]
    first, second = (
        np.round(factor * weight * np.sqrt(((a[:, None] - b[None]) ** 2).sum(2)), 3)
        for factor, a, b in ((kind.first, at[0], at[1]), (kind.second, at[1], at[2]))
    )
    return TwoEchelon(first, second, sites[0][0], sites[1][0], sites[0][1], sites[1][1], demand)


def _sites(g: np.random.Generator, n: int, ratio: float, weight: float, demand: Array) -> tuple[Array, Array]:
    """Capacities (n, materials), scaled to the ratio, and fixed costs by the root of the unscaled total."""
    size = g.integers(10, 161, (n, len(demand))).astype(float)
    fixed = np.round(weight * (g.uniform(0, 90, n) + g.uniform(100, 110, n) * np.sqrt(size.sum(1))))
    return np.floor(size * ratio * demand / size.sum(0) + 0.5), fixed


def compact(p: TwoEchelon, strong: bool = False) -> Arrays:
    """The model as a planner writes it: columns z, y, u, x; with x ≤ D y and u ≤ Q z for every lane if `strong`."""
    lanes1, lanes2 = p.plant_cost.size, p.customer_cost.size
    z = np.arange(p.plants)
    y = p.plants + np.arange(p.depots)
    u = p.plants + p.depots + np.arange(lanes1).reshape(p.plant_cost.shape)
    x = p.plants + p.depots + lanes1 + np.arange(lanes2).reshape(p.customer_cost.shape)
    total, rows = p.demand.sum(0), _Rows()
    plant, depot = np.minimum(p.plant_capacity, total / p.output), np.minimum(p.depot_capacity, total)
    rows.add(p.demand.T, p.demand.T, [(x, 1.0, (0, 2))])
    zero = np.zeros((p.materials, p.depots))
    rows.add(zero, zero, [(x, 1.0, (0, 1)), (u, -p.output[:, None, None], (0, 2))])
    rows.add(None, np.zeros((p.materials, p.plants)), [(u, 1.0, (0, 1)), (z[None], -plant.T, (0, 1))])
    rows.add(None, np.zeros((p.materials, p.depots)), [(x, 1.0, (0, 1)), (y[None], -depot.T, (0, 1))])
    _more(p, rows, z, y, u, x)
    if strong:
        most = np.minimum(plant.T[:, :, None], depot.T[:, None, :] / p.output[:, None, None])
        every = (0, 1, 2)
        rows.add(None, np.zeros(u.shape), [(u, 1.0, every), (z[None, :, None], -most, every)])
        rows.add(None, np.zeros(x.shape), [(x, 1.0, every), (y[None, :, None], -p.demand.T[:, None, :], every)])
    state = p.state
    n = len(state) + lanes1 + lanes2
    lower, upper, whole = np.zeros(n), np.full(n, np.inf), np.zeros(n, bool)
    lower[: len(state)], upper[: len(state)], whole[: len(state)] = state == 2, state != 0, True
    cost = np.concatenate([p.fixed, p.plant_cost.ravel(), p.customer_cost.ravel()])
    return rows.arrays(cost, lower, upper, whole)


def _more(p: TwoEchelon, rows: _Rows, z: Array, y: Array, u: Array, x: Array) -> None:
    """One size of a place, as many sites as may open, room that materials share, and what open sites take in at least."""
    for site, place in ((z, p.plant_place), (y, p.depot_place)):
        for which in np.unique(place):
            if (place == which).sum() > 1:
                rows.add(None, np.ones(1), [(site[None, place == which], 1.0, (0,))])
    for which, (site, least) in enumerate(((z, p.least_open[0]), (y, p.least_open[1]), (np.append(z, y), 0.0))):
        if least > 0 or np.isfinite(p.most_open[which]):
            rows.add(np.full(1, least), np.full(1, p.most_open[which]), [(site[None], 1.0, (0,))])
    for site, lane, room, weight, axis in (
        (z, u, p.plant_room, p.plant_weight.T[:, :, None], 1), (y, x, p.depot_room, p.depot_weight.T[:, :, None], 1)
    ):  # fmt: skip
        if np.isfinite(room).any():
            most = np.minimum(
                room, 2.0 * weight.max() * float((p.demand.sum(0) * np.maximum(1.0, 1.0 / p.output)).sum())
            )
            rows.add(None, np.zeros(len(site)), [(lane, weight, (axis,)), (site, -most, (0,))])
    for site, lane, least, weight in (
        (z, u, p.plant_least, p.plant_weight.T[:, :, None]), (y, x, p.depot_least, p.depot_weight.T[:, :, None])
    ):  # fmt: skip
        if least.any():
            rows.add(None, np.zeros(len(site)), [(lane, -weight, (1,)), (site, least, (0,))])


class _Rows:
    """Blocks of rows as triplets."""

    def __init__(self) -> None:
        self.count = 0
        self.parts: list[tuple[Array, Array, Array]] = []
        self.bounds: list[tuple[Array, Array]] = []

    def add(self, lower: Array | None, upper: Array, terms: list[tuple[Array, Array | float, tuple[int, ...]]]) -> None:
        """Rows of the shape of `upper`; a term's columns are summed over the axes that are not kept."""
        number = self.count + np.arange(upper.size).reshape(upper.shape)
        self.count += upper.size
        low = np.full(upper.shape, -np.inf) if lower is None else lower
        self.bounds.append((low.ravel(), upper.ravel()))
        for column, value, kept in terms:
            dims = max(column.ndim, np.ndim(value), len(kept))
            row = np.expand_dims(number, tuple(a for a in range(dims) if a not in kept))
            row, column, value = np.broadcast_arrays(row, column, np.asarray(value, float))
            self.parts.append((row.ravel(), column.ravel(), value.ravel()))

    def arrays(self, cost: Array, lower: Array, upper: Array, whole: Array) -> Arrays:
        """The program, by columns."""
        row, column, value = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        low, high = (np.concatenate(part) for part in zip(*self.bounds, strict=True))
        order = np.lexsort((row, column))
        start = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=len(cost)))])
        return Arrays(
            cost, 0.0, lower, upper, whole, low, high, start.astype(np.int32), row[order].astype(np.int32), value[order]
        )
