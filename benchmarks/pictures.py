"""What showing a plan costs: page, map, drawing and workbook of small, odd and large plans. `python -m benchmarks.pictures`

    python -m benchmarks.pictures [SITES FLOWS]     default 5,000 and 50,000

Prints seconds and megabytes of each, beside the bars: a page under 3 MB and 3 s more than the solve; of 5,000 sites
and 50,000 flows within 10 s and 15 MB.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import balik
from balik.api import prepare
from balik.views.subject import of_plan

CASES = ("nmc-jawa-barat", "jerigen-padang", "plastik-jabodetabek", "aki-delapan-pelaku", "titik-jemput-acak")


def large(sites: int, flows: int, seed: int = 1) -> balik.Plan:
    """A plan of so many open sites and flows, written by hand: only showing it is measured here.

    Points lie around towns of Java, and each brings to one site.
    """
    g = np.random.default_rng(seed)
    towns = np.column_stack([g.uniform(-8.2, -6.2, 60), g.uniform(106.2, 113.5, 60)])
    where = np.concatenate([towns[g.integers(60, size=k)] + g.normal(0, 0.15, (k, 2)) for k in (sites, flows)])
    here, there = [f"sumber-{i}" for i in range(flows)], [f"titik-{j}" for j in range(sites)]
    goes = [there[i % sites] for i in range(flows)]
    amounts = np.round(g.lognormal(3, 1.2, flows), 2).tolist()
    takes = dict.fromkeys(there, 0.0)
    for site, amount in zip(goes, amounts, strict=True):
        takes[site] += amount
    tables = {
        "places": {
            "place": there + here, "kind": ["titik"] * sites + ["sumber"] * flows,
            "lat": [f"{v:.4f}" for v in where[:, 0]], "lon": [f"{v:.4f}" for v in where[:, 1]],
        },
        "materials": {"material": ["botol"], "unit": ["kg"]},
        "lanes": {"origin": here, "dest": goes, "fee": ["1.25"] * flows},
        "supply": {"place": here, "material": ["botol"] * flows, "amount": list(map(str, amounts))},
        "demand": {"place": ["kind:titik"], "material": ["botol"]},
        "sites": {"place": there, "status": ["open"] * sites, "capacity": ["1000"] * sites},
    }  # fmt: skip
    prepared = prepare(tables, settings={"title": "large"})
    same = {"material": ["botol"] * flows, "period": ["1"] * flows, "amount": amounts}
    key = {"process": [""] * flows, "place": [""] * flows, "tour": [""] * flows}
    costs = [1.25 * amount for amount in amounts]
    lines = {"account": ["fee"] * flows, "origin": here, "dest": goes, "rate": [1.25] * flows, "cost": costs}
    columns = {
        "flow": {"origin": here, "dest": goes, **same, "mode": [""] * flows},
        "collect": {"place": here, **same},
        "deliver": {"place": there, **same, "amount": list(takes.values())} | {
            name: value[:sites] for name, value in same.items() if name != "amount"
        },
        "open": {"place": there, "size": ["-"] * sites},
        "ledger": {**lines, **key, **same, "unit": ["kg"] * flows},
    }  # fmt: skip
    facts = {
        "size": {"places": sites + flows, "lanes": flows, "sites": sites, "periods": 1},
        "sites": [
            {"place": p, "size": "-", "throughput": a, "capacity": 1000.0, "unit": "kg", "share": a / 1000, "fullest": a / 1000}
            for p, a in takes.items()
        ],
    }  # fmt: skip
    total = sum(costs)
    return balik.Plan(
        case="large", title="large", scenario=None, status="optimal", currency="IDR", period="month", objective=total,
        cost=total, bound=total, gap=0.0, accounts={"fee": total}, totals={}, verified=True, columns=columns,
        tables=prepared.tables, facts=facts,
    )  # fmt: skip


def timed(what: str, make: Any) -> float:
    """Do it, and print its seconds."""
    start = time.perf_counter()
    made = make()
    took = time.perf_counter() - start
    size = f"{len(made.encode()) / 1e6:8.2f} MB" if isinstance(made, str) else " " * 11
    print(f"  {what:24}{took:8.2f} s {size}", flush=True)
    return took


def shown(plan: balik.Plan, folder: Path) -> None:
    """Every picture and document of a plan."""
    timed("page", lambda: balik.report(plan))
    out = folder / "plan.xlsx"
    timed("workbook", lambda: balik.report(plan, out=out))
    print(f"  {'':24}{'':10} {out.stat().st_size / 1e6:8.2f} MB")
    timed("drawing", lambda: balik.draw(plan))
    if plan.tables is not None and of_plan(plan).data["places"].plain("lat").size > 1:
        try:
            timed("map", lambda: balik.map(plan))
        except balik.CallError:
            pass  # places without coordinates


def main(sites: int, flows: int) -> None:
    """Measure the bundled cases, then a large plan."""
    with tempfile.TemporaryDirectory() as room:
        for case in CASES:
            print(case)
            shown(balik.solve(case), Path(room))
        print(f"{sites:,} sites, {flows:,} flows")
        plan = large(sites, flows)
        shown(plan, Path(room))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3] or ("5000", "50000")))
