"""Networks of two echelons as the library states them: centres between sources and plants, by seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from balik.algebra import Arrays
from balik.api import prepare

Columns = dict[str, list[Any]]


@dataclass(frozen=True)
class Shape:
    """How large a network is, and what it has. `centre`, `plant`: capacity of all over what is supplied."""

    sources: int
    centres: int
    plants: int
    materials: int = 1
    periods: int = 1
    sizes: int = 1
    centre: float = 3.0
    plant: float = 3.0
    losses: bool = False
    least: bool = False
    single: bool = False
    count: int | None = None
    seed: int = 1


def arrays(shape: Shape) -> Arrays:
    """The program of a network."""
    prepared = prepare(tables(shape), settings={"title": "network", "finance": {"one_off": "once"}})
    return prepared.model.program.arrays()


def tables(shape: Shape) -> dict[str, Columns]:
    """Everything supplied is collected and goes by a centre to a plant; with losses, what is made of it to markets."""
    rng = np.random.default_rng(shape.seed)
    points = {kind: rng.random((n, 2)) for kind, n in (("s", shape.sources), ("c", shape.centres), ("p", shape.plants))}
    names = {kind: [f"{kind}{i}" for i in range(len(at))] for kind, at in points.items()}
    materials = [f"m{k}" for k in range(shape.materials)]
    dear = rng.uniform(0.8, 1.4, shape.materials)
    supply = rng.integers(5, 36, (shape.sources, shape.materials, shape.periods)).astype(float)
    lanes: Columns = {"origin": [], "dest": [], "material": [], "fee": [], "single": []}
    for a, b, factor in (("s", "c", 10.0), ("c", "p", 6.0)):
        far = np.sqrt(((points[a][:, None] - points[b][None]) ** 2).sum(2))
        for k, material in enumerate(materials):
            for i, origin in enumerate(names[a]):
                for j, dest in enumerate(names[b]):
                    _add(
                        lanes,
                        origin=origin,
                        dest=dest,
                        material=material,
                        fee=round(float(factor * far[i, j] * dear[k]), 3),
                        single="yes" if shape.single and a == "s" else "",
                    )
    out: dict[str, Columns] = {
        "places": {"place": [*names["s"], *names["c"], *names["p"]]},
        "materials": {"material": list(materials)},
        "lanes": lanes,
        "supply": _supply(shape, names["s"], materials, supply),
        "sites": _sites(shape, names, float(supply.sum((0, 1)).max()), rng),
    }
    if shape.periods > 1:
        out["periods"] = {"period": [str(t + 1) for t in range(shape.periods)]}
    if shape.losses:
        _works(shape, out, names["p"], materials, rng)
    else:
        out["demand"] = {"place": [p for p in names["p"] for _ in materials], "material": materials * shape.plants}
    if shape.count is not None:
        out["limits"] = {"limit": ["few"], "quantity": ["open"], "most": [shape.count]}
    return out


def _add(columns: Columns, **row: Any) -> None:
    for name, value in row.items():
        columns.setdefault(name, []).append(value)


def _supply(shape: Shape, sources: list[str], materials: list[str], amount: np.ndarray) -> Columns:
    out: Columns = {}
    for i, source in enumerate(sources):
        for k, material in enumerate(materials):
            for t in range(shape.periods):
                row = {"place": source, "material": material, "amount": float(amount[i, k, t])}
                _add(out, **row, **({"period": str(t + 1)} if shape.periods > 1 else {}))
    return out


def _sites(shape: Shape, names: dict[str, list[str]], total: float, rng: np.random.Generator) -> Columns:
    out: Columns = {}
    for kind, ratio in (("c", shape.centre), ("p", shape.plant)):
        capacity = rng.integers(10, 161, len(names[kind])).astype(float)
        fixed = np.round(rng.uniform(0, 90, len(capacity)) + rng.uniform(100, 110, len(capacity)) * np.sqrt(capacity))
        capacity *= ratio * total / capacity.sum()
        for i, place in enumerate(names[kind]):
            for z in range(shape.sizes):
                larger = 2.0 ** (z - (shape.sizes - 1) / 2)
                _add(
                    out,
                    place=place,
                    size=f"z{z}",
                    capacity=round(float(capacity[i] * larger), 3),
                    opening_cost=round(float(fixed[i] * shape.materials * larger**0.7), 2),
                    least=round(float(capacity[i] * 0.1), 2) if shape.least else 0,
                    status="candidate",
                )
    return out


def _works(
    shape: Shape, out: dict[str, Columns], plants: list[str], materials: list[str], rng: np.random.Generator
) -> None:
    """Plants make a product of each material and waste; two markets take the products, a dump the waste."""
    out["places"]["place"] += ["market0", "market1", "dump"]
    out["materials"]["material"] += [f"{m}x" for m in materials] + ["waste"]
    lanes: Columns = out["lanes"]
    processes: Columns = {}
    recipes: Columns = {}
    for m in materials:
        for plant in plants:
            good = round(float(rng.uniform(0.6, 0.95)), 3)
            _add(processes, process=f"work-{m}", place=plant)
            for material, rate in ((m, -1.0), (f"{m}x", good), ("waste", round(1 - good, 3))):
                _add(recipes, process=f"work-{m}", place=plant, material=material, rate=rate)
            for market in ("market0", "market1"):
                fee = round(float(rng.uniform(0, 5)), 3)
                _add(lanes, origin=plant, dest=market, material=f"{m}x", fee=fee, single="")
    for plant in plants:
        _add(lanes, origin=plant, dest="dump", material="waste", fee=1.0, single="")
    demand: Columns = {}
    for m in materials:
        for market in ("market0", "market1"):
            _add(demand, place=market, material=f"{m}x", price=round(float(rng.uniform(1, 5)), 2))
    _add(demand, place="dump", material="waste", price=-2.0)
    out |= {"processes": processes, "recipes": recipes, "demand": demand}
