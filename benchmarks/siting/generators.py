"""Random instances by published recipes, with seeds; the SHA-256 of the arrays says that two machines have the same.

Written m × n: customers first, as in the literature. r is all capacity over all demand.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import Siting

from .instances import folder, siting
from .networks import Coordinates, Reverse

Array = np.ndarray

#: Kilometres of one degree of latitude.
DEGREE_KM = 111.195
#: Classes of two-echelon instances: r of depots and of plants, factor on the unit cost of the first and second stage.
TWO_ECHELON = {"hard": (5.0, 5.0, 1.0, 5.0), "medium": (2.0, 2.0, 1.0, 5.0)}


#: Fields of two echelons that say nothing in a plain instance, so that records of those stay valid.
_SHAPES = frozenset({"plant_room", "depot_room", "plant_weight", "depot_weight", "plant_place", "depot_place",
                     "least_open", "most_open", "plant_least", "depot_least"})  # fmt: skip


def sha(instance: Any) -> str:
    """SHA-256 of the arrays of an instance, in the order of its fields."""
    digest, left_out = hashlib.sha256(), _SHAPES if getattr(instance, "plain", False) else frozenset[str]()
    for f in dataclasses.fields(instance):
        if f.name in left_out:
            continue
        value = np.ascontiguousarray(getattr(instance, f.name))
        digest.update(f"{f.name} {value.shape}".encode())
        digest.update(value.astype("<f8").tobytes())
    return digest.hexdigest()


def cst(m: int, n: int, r: float, seed: int) -> Siting:
    """Cornuéjols, Sridharan, Thizy: unit square, 10 × Euclid by unit; fixed cost from the capacity before it is scaled."""
    g = np.random.default_rng(seed)
    a, b = g.random((m, 2)), g.random((n, 2))
    demand = g.integers(5, 36, m).astype(float)
    size = g.integers(10, 161, n).astype(float)
    fixed = np.round(g.uniform(0, 90, n) + g.uniform(100, 110, n) * np.sqrt(size), 2)
    cost = np.round(10 * between(a, b) * demand[:, None], 4)
    return siting(np.ascontiguousarray(cost.T), demand, scaled(size, r, demand), fixed)


def wide(m: int, n: int, r: float, seed: int, slope: float = 10.0) -> Siting:
    """The same with fixed costs of U[0, 90] + U[slope, 110] √s: some large sites are cheap."""
    g = np.random.default_rng(seed)
    a, b = g.random((m, 2)), g.random((n, 2))
    demand = g.integers(5, 36, m).astype(float)
    size = g.integers(10, 161, n).astype(float)
    fixed = np.round(g.uniform(0, 90, n) + g.uniform(slope, 110, n) * np.sqrt(size), 2)
    cost = np.round(10 * between(a, b) * demand[:, None], 4)
    return siting(np.ascontiguousarray(cost.T), demand, scaled(size, r, demand), fixed)


def klose(m: int, n: int, r: float, seed: int) -> Siting:
    """The same in integers on a grid of 1,000 (Klose's generator), cost 0.01 × Euclid by unit."""
    g = np.random.default_rng(seed)
    demand = 5.0 + g.integers(0, 31, m)
    a = g.integers(0, 1000, (m, 2)).astype(float)
    size = 10.0 + g.integers(0, 151, n)
    b = g.integers(0, 1000, (n, 2)).astype(float)
    fixed = np.floor((100 + g.integers(0, 10, n)) * np.sqrt(size) + g.integers(0, 90, n) + 0.5)
    cost = np.round(0.01 * between(a, b) * demand[:, None], 4)
    return siting(np.ascontiguousarray(cost.T), demand, scaled(size, r, demand), fixed)


def clustered(m: int, n: int, r: float, seed: int, share: float = 0.3, clusters: int = 5) -> Siting:
    """The first recipe with a share of the customers in towns: normal around a centre, deviation 0.03."""
    g = np.random.default_rng(seed)
    a, b = clustered_points(g, m, share, clusters), g.random((n, 2))
    demand = g.integers(5, 36, m).astype(float)
    size = g.integers(10, 161, n).astype(float)
    fixed = np.round(g.uniform(0, 90, n) + g.uniform(100, 110, n) * np.sqrt(size), 2)
    cost = np.round(10 * between(a, b) * demand[:, None], 4)
    return siting(np.ascontiguousarray(cost.T), demand, scaled(size, r, demand), fixed)


def coordinates(m: int, n: int, r: float, seed: int) -> Coordinates:
    """The clustered recipe as coordinates: no matrix is ever made."""
    g = np.random.default_rng(seed)
    a, b = clustered_points(g, m, 0.3, 20), g.random((n, 2))
    demand = g.integers(5, 36, m).astype(float)
    size = g.integers(10, 161, n).astype(float)
    fixed = np.round(g.uniform(0, 90, n) + g.uniform(100, 110, n) * np.sqrt(size), 2)
    return Coordinates(b, a, 10.0, demand, scaled(size, r, demand), fixed)


def west_java(m: int, n: int, r: float, seed: int) -> Siting:
    """Customers and candidates around the seats of West Java, as people live there; kilometres as the roads run.

    A point's distance from its seat fits the region's area; between two regions the kilometres are those of the main
    roads between the seats times the ratio of the two great circles, within a region 1.43 × the great circle (the
    ratio of pairs under 60 km). Demand is the region's population shared by its points, U[0.5, 1.5] each, in thousands.
    Fixed costs follow the first recipe, scaled so that they weigh as much as there against kilometres.
    """
    regions, road = _west_java_facts()
    g = np.random.default_rng(seed)
    people = regions["people"] / regions["people"].sum()
    home, site_home = g.choice(len(people), m, p=people), g.choice(len(people), n, p=people)
    a, b = (_around(g, regions, at) for at in (home, site_home))
    straight = between(a, b)
    seats = np.maximum(between(regions["at"], regions["at"]), 1e-9)
    ratio = np.where(np.eye(len(people), dtype=bool), 1.43, road / seats)
    km = np.round(straight * np.clip(ratio, 1.0, 2.7)[home[:, None], site_home[None, :]], 2)
    count = np.bincount(home, minlength=len(people))
    demand = np.round(regions["people"][home] / count[home] * g.uniform(0.5, 1.5, m) / 1000, 1)
    size = g.integers(10, 161, n).astype(float)
    weigh = km.mean() * demand.mean() / (10 * 0.52 * 20)  # mean cost of all demand against that of the first recipe
    fixed = np.round((g.uniform(0, 90, n) + g.uniform(100, 110, n) * np.sqrt(size)) * weigh, 0)
    cost = np.round(km * demand[:, None], 2)
    return siting(np.ascontiguousarray(cost.T), demand, scaled(size, r, demand), fixed)


def west_java_regions(sizes: int = 3) -> Siting:
    """The 27 regions as customers and as places, each with sizes, of which one opens; main-road kilometres.

    Size k of a place takes 2^k times a twelfth of all demand, at a fixed cost of 2^(0.7 k) times that of the smallest.
    """
    regions, road = _west_java_facts()
    demand = regions["units"]
    twelfth = np.round(demand.sum() / 12)
    capacity = np.tile(twelfth * 2.0 ** np.arange(sizes), len(demand))
    fixed = np.tile(np.round(twelfth * 40 * 2.0 ** (0.7 * np.arange(sizes))), len(demand))
    unit = np.repeat(road, sizes, axis=0)
    return Siting(unit, demand, capacity, fixed, place=np.repeat(np.arange(len(demand)), sizes))


def two_echelon(plants: int, depots: int, customers: int, materials: int, kind: str, seed: int) -> TwoEchelon:
    """Plants, depots and customers on one unit square; 10 × Euclid by unit, times a factor of the stage (1 and 5).

    By material: demand U{5 … 35}; a site's capacities are its size U[10, 160] × U[0.8, 1.2], scaled by material to r (5
    in the hard class, 2 in the medium one, for plants and depots alike). One fixed cost a site: materials × (U[0, 90] +
    U[100, 110] √size), so that it grows with the materials as transport does.
    Another recipe than `echelons.echelons`: what is measured of the one says little of the other.
    """
    r_depot, r_plant, first, second = TWO_ECHELON[kind]
    g = np.random.default_rng(seed)
    p, d, c = (g.random((k, 2)) for k in (plants, depots, customers))
    demand = g.integers(5, 36, (customers, materials)).astype(float)
    capacity, fixed = [], []
    for k, r in ((depots, r_depot), (plants, r_plant)):
        size = g.integers(10, 161, k).astype(float)
        fixed.append(np.round(materials * (g.uniform(0, 90, k) + g.uniform(100, 110, k) * np.sqrt(size)), 2))
        part = size[:, None] * g.uniform(0.8, 1.2, (k, materials))
        capacity.append(np.round(part * (r * demand.sum(0) / part.sum(0))))
    into = np.round(10 * first * between(p, d), 4)
    out = np.round(10 * second * between(d, c), 4)
    return TwoEchelon(
        np.repeat(into[None], materials, 0), np.repeat(out[None], materials, 0), capacity[1], capacity[0],
        fixed[1], fixed[0], demand,
    )  # fmt: skip


def reverse(
    customers: int, centres: int, treatments: int, materials: int, periods: int, seed: int, r: float = 3.0
) -> Reverse:
    """Returns that grow, collection centres, treatment with three levels and yields, residue at a gate fee.

    30 % of the customers live in towns. Returns U{5 … 35} by material, × growth U[0.97, 1.08] from period to period.
    Centres by the first recipe with r; treatment: level k has 2^k times the room of the smallest (r = 2 at the largest),
    at 2^(0.7 k) times its fixed cost. Yields U[0.6, 0.95]; product earns U[8, 15] a unit, residue costs 2.
    """
    g = np.random.default_rng(seed)
    a = clustered_points(g, customers, 0.3, 5)
    b, c = g.random((centres, 2)), g.random((treatments, 2))
    growth = g.uniform(0.97, 1.08, (materials, periods))
    growth[:, 0] = 1.0
    first = g.integers(5, 36, (customers, materials)).astype(float)
    returns = np.round(first[:, :, None] * np.cumprod(growth, axis=1)[None], 2)
    peak = returns.sum((0, 1)).max()
    size = g.integers(10, 161, centres).astype(float)
    centre_fixed = np.round(periods * (g.uniform(0, 90, centres) + g.uniform(100, 110, centres) * np.sqrt(size)), 2)
    levels = 2.0 ** np.arange(3)
    base = g.uniform(0.6, 1.4, treatments)
    base = np.round(base * 2 * peak / (base.sum() * levels[-1]), 1)
    level_fixed = np.round(periods * g.uniform(100, 110, treatments)[:, None] * np.sqrt(base)[:, None] * levels**0.7, 2)
    return Reverse(
        np.repeat(np.round(10 * between(a, b), 4)[:, :, None], materials, 2),
        np.repeat(np.round(10 * between(b, c), 4)[:, :, None], materials, 2),
        returns, np.round(size * r * peak / size.sum(), 1), centre_fixed, base[:, None] * levels, level_fixed,
        np.round(g.uniform(0.6, 0.95, (treatments, materials)), 3), np.round(g.uniform(8, 15, materials), 2), 2.0,
    )  # fmt: skip


# -- parts of recipes --------------------------------------------------------------------------------------------


def between(a: Array, b: Array) -> Array:
    """Euclidean distances (of a, of b)."""
    return np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(2))


def scaled(size: Array, r: float, demand: Array) -> Array:
    """Capacities in whole units that together are r times the demand (but for rounding)."""
    return np.round(size * (r * demand.sum() / size.sum()))


def clustered_points(g: np.random.Generator, m: int, share: float, clusters: int) -> Array:
    """Points of a unit square, a share of them in towns."""
    inside = round(share * m)
    centres = g.uniform(0.1, 0.9, (clusters, 2))
    towns = centres[g.integers(0, clusters, inside)] + g.normal(0.0, 0.03, (inside, 2))
    return np.concatenate([np.clip(towns, 0.0, 1.0), g.random((m - inside, 2))])


def _around(g: np.random.Generator, regions: dict[str, Array], at: Array) -> Array:
    """Points in kilometres, spread evenly over a disc of each region's area around its seat."""
    radius, angle = np.sqrt(regions["area"][at] / np.pi * g.random(len(at))), g.uniform(0, 2 * np.pi, len(at))
    return np.round(regions["at"][at] + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1), 3)


def facts() -> Path | None:
    """The folder of the West Java tables, beside that of the instances, if there is one."""
    place = folder()
    beside = place.parent / "facts" if place else None
    return beside if beside and (beside / "west_java_regions.csv").is_file() else None


def _west_java_facts() -> tuple[dict[str, Array], Array]:
    """By region: seat in km east and north, people, area, units of demand; and road km from seat to seat."""
    place = facts()
    if place is None:
        raise FileNotFoundError("no tables of West Java")
    rows, units, pairs = (
        _table(place / f"west_java_{name}.csv") for name in ("regions", "demand_reconstruction", "road_distances")
    )
    number = {row["kemendagri_code"]: i for i, row in enumerate(rows)}
    by_code = {row["bps_code"]: float(row["demand_units_reconstructed"]) for row in units}
    north = np.array([float(row["seat_lat"]) for row in rows]) * DEGREE_KM
    east = np.array([float(row["seat_lon"]) for row in rows]) * DEGREE_KM * 0.9926  # the cosine of 6.98° south
    road = np.zeros((len(rows), len(rows)))
    for row in pairs:
        i, j = number[row["from_code"]], number[row["to_code"]]
        road[i, j] = road[j, i] = float(row["total_km_lower_bound"])
    regions = {
        "at": np.stack([east, north], 1),
        "people": np.array([float(row["pop_bps_proj_mid2025"]) for row in rows]),
        "area": np.array([float(row["area_km2"]) for row in rows]),
        "units": np.array([by_code[row["bps_code"]] for row in rows]),
    }
    return regions, road


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
