"""What trust costs: a plan of many flows, solved, written, and verified from its folder. `python -m benchmarks.trust`

    python -m benchmarks.trust [FLOWS]     default 100,000

Two cases: one whose plan uses every lane, which costs most to judge and nothing to solve, and one of as many lanes that
is solved in earnest and whose plan uses few.

Prints the seconds of each step and the ratio of verifying to solving. The folder is one that `solve --out` writes: with
prices and with duals that show the bound, so that verifying is reading, judging and proving. The lesser of three counts;
beside it the processor's own seconds, which other work on the machine changes less.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import balik
from balik.api import options_of, prepare, solve_prepared
from balik.plan.store import write_plan


def tables(flows: int, full: bool, seed: int = 1) -> dict[str, dict[str, list[Any]]]:
    """`full`: the best plan uses every lane, as each carries at most so much, and all that is brought pays. Else all must
    be collected, and those who take it have just room.
    """
    g = np.random.default_rng(seed)
    m = max(1, int(np.sqrt(flows * 0.625)))
    n = max(1, flows // m)
    here, there = [f"a{i}" for i in range(n)], [f"b{j}" for j in range(m)]

    def text(values: Any) -> list[str]:
        return [str(v) for v in values]

    places = {"place": here + there, "lat": text(np.round(-6 - g.random(n + m), 4)), "lon": text(np.round(107 + g.random(n + m), 4))}
    k = n * m
    return {
        "places": places,
        "materials": {"material": ["botol"], "unit": ["kg"]},
        "modes": {"mode": ["truk"], "payload": ["7.5"], "full_rate": ["1.25"], "loaded_rate": ["3.1"], "empty_rate": ["2.9"]},
        "lanes": {
            "origin": np.repeat(here, m).tolist(), "dest": np.tile(there, n).tolist(), "mode": ["truk"] * k,
            "most": text(np.round(g.uniform(1, 9, k), 2)) if full else [""] * k, "fee": text(np.round(g.uniform(1, 9, k), 2)),
        },
        "supply": {"place": here, "material": ["botol"] * n, "most" if full else "amount": ["1000000"] * n},
        "demand": {
            "place": there, "material": ["botol"] * m, "most": text(1_000_000 if full else 1_010_000 * n // m for _ in there),
            "price": ["100000"] * m,
        },
    }  # fmt: skip


def measure(flows: int, full: bool) -> dict[str, float]:
    """Seconds of every step, and what was found."""
    prepared = prepare(tables(flows, full), settings={"title": "trust", "distance": {"detour": 1.3}})
    options = replace(options_of(prepared.tables), certify=True)
    start = time.perf_counter()
    plan, _ = solve_prepared(prepared, options)
    whole = time.perf_counter() - start
    assert plan.verified, plan.broken
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "plan"
        write_plan(plan, folder)
        seconds, busy = 1e9, 1e9
        for _ in range(3):
            start, cpu = time.perf_counter(), time.process_time()
            verdict = balik.verify(folder)
            seconds, busy = min(seconds, time.perf_counter() - start), min(busy, time.process_time() - cpu)
    assert verdict.ok and verdict.proof.whole
    from balik.plan.verify import judge

    start = time.perf_counter()
    judge(prepared.data, plan.columns, plan.document())
    judged = time.perf_counter() - start
    return {
        "flows": len(plan.columns["flow"]["amount"]), "laws": verdict.laws, "engine s": plan.seconds["solve"],
        "solve s": whole, "judge s": judged, "verify DIR s": seconds, "of it busy s": busy, "judge / solve": judged / whole,
    }  # fmt: skip


if __name__ == "__main__":
    for every in (True, False):
        print("every lane is used" if every else "few lanes are used")
        for name, value in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, every).items():
            print(f"  {name:14} {value:,.3f}" if isinstance(value, float) else f"  {name:14} {value:,}")
