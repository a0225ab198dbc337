"""A case folder of one siting echelon: regions, candidate collection points, one recycler, a lane for every pair."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def write_siting_folder(folder: Path, regions: int, candidates: int, ratio: float = 5.0, seed: int = 1) -> int:
    """Write a siting case by the recipe of Cornuéjols, Sridharan and Thizy (1991); returns the rows of lanes.

    Supply U[5, 35]; capacity U[10, 160], scaled to `ratio` × the supply; fixed cost U[0, 90] + U[100, 110] × √capacity
    (before scaling); cost per unit 10 × the distance in the unit square.
    """
    g = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    here, there = g.uniform(0, 1, (regions, 2)), g.uniform(0, 1, (candidates, 2))
    fee = np.round(10 * np.hypot(*(here[:, None, :] - there[None, :, :]).transpose(2, 0, 1)), 4).tolist()
    supply = g.integers(5, 36, regions)
    capacity = g.uniform(10, 160, candidates)
    running = np.round(g.uniform(0, 90, candidates) + g.uniform(100, 110, candidates) * np.sqrt(capacity), 2).tolist()
    capacity = np.round(capacity * (ratio * supply.sum() / capacity.sum()), 2).tolist()
    a, b = [f"region-{i:04}" for i in range(regions)], [f"point-{j:04}" for j in range(candidates)]
    tables = {
        "materials": ["material,unit", "battery,kg"],
        "places": ["place,kind", *(f"{p},region" for p in a), *(f"{p},point" for p in b), "recycler,recycler"],
        "supply": ["place,material,amount", *(f"{p},battery,{q}" for p, q in zip(a, supply.tolist(), strict=True))],
        "demand": ["place,material,price", "recycler,battery,2"],
        "sites": [
            "place,capacity,running_cost",
            *(f"{p},{s},{f}" for p, s, f in zip(b, capacity, running, strict=True)),
        ],
        "lanes": [
            "origin,dest,material,km,fee",
            *(f"{p},{q},battery,0,{fee[i][j]}" for i, p in enumerate(a) for j, q in enumerate(b)),
            *(f"{q},recycler,battery,0,1" for q in b),
        ],
    }
    (folder / "case.toml").write_text(
        'title = "One siting echelon"\ncurrency = "IDR"\nperiod = "year"\n', encoding="utf-8"
    )
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(tables["lanes"]) - 1
