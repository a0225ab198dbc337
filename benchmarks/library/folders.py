"""An instance as a case folder, so that `balik solve` (or anything that reads CSV) can take it.

The cost of a plan in the tables is that of the arrays: fixed costs are one-off and counted once.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import Siting
from benchmarks.siting.networks import Coordinates, Reverse

from .instances import Problem

Rows = dict[str, list[str]]
HEADS = {
    "places": "place,kind", "materials": "material,unit", "periods": "period", "supply": "place,material,period,amount",
    "demand": "place,material,price,most", "sites": "place,size,capacity,opening_cost", "lanes": "origin,dest,material,fee,single",
    "limits": "limit,quantity,dest,material,most", "processes": "process,place", "recipes": "process,place,material,rate",
}  # fmt: skip


def write_folder(problem: Problem, folder: Path, title: str) -> None:
    """Write the tables of an instance; raises ValueError for one that tables cannot say."""
    if isinstance(problem, Siting):
        rows = _siting(problem)
    elif isinstance(problem, TwoEchelon):
        rows = _echelons(problem)
    elif isinstance(problem, Reverse):
        rows = _network(problem)
    else:
        raise ValueError("tables have roads, not straight lines of a plane: this instance is written as arrays")
    folder.mkdir(parents=True, exist_ok=True)
    settings = f'title = "{title}"\ncurrency = "IDR"\nperiod = "year"\n\n[finance]\none_off = "once"\n'
    (folder / "case.toml").write_text(settings, encoding="utf-8")
    for table, lines in rows.items():
        (folder / f"{table}.csv").write_text("\n".join([HEADS[table], *lines]) + "\n", encoding="utf-8")


def sayable(problem: Problem) -> bool:
    """Whether the tables can say an instance."""
    return not isinstance(problem, Coordinates)


def names(kind: str, count: int) -> list[str]:
    """Names of places of a kind; the number is that of the arrays."""
    return [f"{kind}-{i:04}" for i in range(count)]


def number(name: str) -> int:
    """The number in the name of a place."""
    return int(name.rsplit("-", 1)[1])


def _siting(p: Siting) -> Rows:
    """Customers supply, places collect, and a recycler takes all."""
    _, first = np.unique(p.place, return_index=True)
    a, b = names("customer", p.m), names("place", len(first))
    size = np.arange(p.n) - first[p.place]
    one = "yes" if p.single else ""
    return {
        "materials": ["goods,unit"],
        "places": [*(f"{q},customer" for q in a), *(f"{q},place" for q in b), "recycler,recycler"],
        "supply": [f"{q},goods,,{_n(d)}" for q, d in zip(a, p.demand, strict=True)],
        "demand": ["recycler,goods,0,"],
        "sites": [f"{b[p.place[k]]},size-{size[k]},{_n(p.capacity[k])},{_n(p.fixed[k])}" for k in range(p.n)],
        "lanes": [
            *(f"{a[i]},{b[j]},goods,{_n(p.unit_cost[k, i])},{one}" for i in range(p.m) for j, k in enumerate(first)),
            *(f"{q},recycler,goods,0," for q in b),
        ],
    }


def _echelons(p: TwoEchelon) -> Rows:
    """Read backwards: customers supply, depots collect, plants recycle. Capacities by material stand in `limits`."""
    a, b, c, m = (names(k, n) for k, n in (("customer", p.customers), ("depot", p.depots), ("plant", p.plants), ("material", p.materials)))  # fmt: skip
    supply = [f"{q},{m[l]},,{_n(p.demand[k, l])}" for k, q in enumerate(a) for l in range(p.materials)]
    lanes = _lanes(a, b, m, p.customer_cost.transpose(0, 2, 1)) + _lanes(b, c, m, p.plant_cost.transpose(0, 2, 1))
    return {
        "materials": [f"{l},unit" for l in m],
        "places": [*(f"{q},{q.split('-')[0]}" for q in (*a, *b, *c))],
        "supply": supply,
        "demand": [f"{q},{m[l]},0,{_n(p.plant_capacity[i, l])}" for i, q in enumerate(c) for l in range(p.materials)],
        "sites": [f"{q},,,{_n(f)}" for q, f in zip((*b, *c), (*p.depot_fixed, *p.plant_fixed), strict=True)],
        "lanes": lanes,
        "limits": [
            f"{q} {m[l]},flow,{q},{m[l]},{_n(p.depot_capacity[j, l])}"
            for j, q in enumerate(b) for l in range(p.materials)
        ],
    }  # fmt: skip


def _network(p: Reverse) -> Rows:
    """Customers, centres, plants that make product and residue, a market and a dump."""
    customers, centres, materials = p.into_cost.shape
    plants, levels = p.level_fixed.shape
    periods = p.returns.shape[2]
    a, b, c, m = (names(k, n) for k, n in (("customer", customers), ("centre", centres), ("plant", plants), ("material", materials)))  # fmt: skip
    made = [f"product-{l:04}" for l in range(materials)]
    recipes = [
        f"work-{m[l]},{q},{what},{_n(rate)}"
        for i, q in enumerate(c) for l in range(materials)
        for what, rate in ((m[l], -1.0), (made[l], p.yields[i, l]), ("residue", round(1.0 - p.yields[i, l], 3)))
    ]  # fmt: skip
    return {
        "materials": [f"{l},unit" for l in (*m, *made, "residue")],
        "periods": [f"year-{t + 1}" for t in range(periods)],
        "places": [*(f"{q},{q.split('-')[0]}" for q in (*a, *b, *c)), "market,market", "dump,dump"],
        "supply": [
            f"{q},{m[l]},year-{t + 1},{_n(p.returns[k, l, t])}"
            for k, q in enumerate(a) for l in range(materials) for t in range(periods)
        ],
        "demand": [*(f"market,{l},{_n(e)}," for l, e in zip(made, p.revenue, strict=True)), f"dump,residue,{_n(-p.gate_fee)},"],
        "sites": [
            *(f"{q},,{_n(p.centre_capacity[j])},{_n(p.centre_fixed[j])}" for j, q in enumerate(b)),
            *(f"{q},level-{z},{_n(p.level_capacity[i, z])},{_n(p.level_fixed[i, z])}" for i, q in enumerate(c) for z in range(levels)),
        ],
        "lanes": [
            *_lanes(a, b, m, p.into_cost.transpose(2, 0, 1)), *_lanes(b, c, m, p.through_cost.transpose(2, 0, 1)),
            *(f"{q},market,{l},0," for q in c for l in made), *(f"{q},dump,residue,0," for q in c),
        ],
        "processes": [f"work-{l},{q}" for l in m for q in c],
        "recipes": recipes,
    }  # fmt: skip


def _lanes(a: list[str], b: list[str], materials: list[str], fee: np.ndarray) -> list[str]:
    """Lanes for every pair and material; `fee` (materials, a, b)."""
    return [
        f"{a[i]},{b[j]},{l},{_n(fee[k, i, j])},"
        for i in range(len(a)) for j in range(len(b)) for k, l in enumerate(materials)
    ]  # fmt: skip


def _n(value: float) -> str:
    """A number that reads back as it is."""
    value = float(value)
    return str(int(value)) if value.is_integer() else repr(value)
