"""A case folder of many lane rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def write_folder(folder: Path, origins: int, dests: int, seed: int = 1) -> int:
    """Write a case in which every origin has a lane of its own kilometres to every destination; returns the rows."""
    g = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    km = np.round(g.uniform(1, 300, (origins, dests)), 1).tolist()
    fee = np.round(g.uniform(0, 5, (origins, dests)), 2).tolist()
    supply = g.integers(5, 36, origins)
    a, b = [f"region-{i:04}" for i in range(origins)], [f"dealer-{j:04}" for j in range(dests)]
    tables = {
        "materials": ["material,unit", "battery,kg"],
        "places": ["place,kind", *(f"{p},region" for p in a), *(f"{p},dealer" for p in b)],
        "supply": ["place,material,amount", *(f"{p},battery,{q}" for p, q in zip(a, supply, strict=True))],
        "demand": ["place,material,most", *(f"{p},battery,{int(supply.sum())}" for p in b)],
        "lanes": [
            "origin,dest,material,km,fee",
            *(f"{p},{q},battery,{km[i][j]},{fee[i][j]}" for i, p in enumerate(a) for j, q in enumerate(b)),
        ],
    }
    (folder / "case.toml").write_text('title = "Many lanes"\ncurrency = "IDR"\nperiod = "year"\n', encoding="utf-8")
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return origins * dests
