"""What trust costs: a plan of many flows, solved, written, and verified from its folder. `python -m benchmarks.trust`

    python -m benchmarks.trust [FLOWS]     default 100,000

Two cases: one whose plan uses every lane, which costs most to judge and nothing to solve, and one of as many lanes that
is solved in earnest and whose plan uses few.

Prints what each step takes and the ratio of judging to solving, which is reading tables, stating, solving, making the
plan and judging it. Ratios are of the processor's own seconds (`busy`), which other work on the machine changes less.
The folder is one that `solve --out` writes: with prices and with duals that show the bound, so that verifying it is
reading, judging and proving. The least of three counts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import balik
from balik.api import options_of, prepare, solve_prepared
from balik.plan.store import write_plan
from balik.plan.verify import judge


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

    places = {
        "place": here + there,
        "lat": text(np.round(-6 - g.random(n + m), 4)),
        "lon": text(np.round(107 + g.random(n + m), 4)),
    }
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


class Clock:
    """Seconds, and the processor's own, since it was made."""

    def __init__(self) -> None:
        self.start, self.cpu = time.perf_counter(), time.process_time()

    def __call__(self) -> tuple[float, float]:
        return time.perf_counter() - self.start, time.process_time() - self.cpu


def least(work: Callable[[], Any]) -> tuple[float, float]:
    """The least seconds of three times, of either kind."""
    found = []
    for _ in range(3):
        clock = Clock()
        work()
        found.append(clock())
    return min(f[0] for f in found), min(f[1] for f in found)


def measure(flows: int, full: bool) -> dict[str, float]:
    """Seconds of every step, and what was found."""
    made, clock = tables(flows, full), Clock()
    prepared = prepare(made, settings={"title": "trust", "distance": {"detour": 1.3}})
    plan, _ = solve_prepared(prepared, replace(options_of(prepared.tables), certify=True))
    whole, busy = clock()
    assert plan.verified, plan.broken
    columns, document = {k: v for k, v in plan.columns.items() if k != "prices"}, plan.document()
    judged, judging = least(lambda: judge(prepared.data, columns, document))  # as a solve does
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "plan"
        write_plan(plan, folder)
        verified, verifying = least(lambda: balik.verify(folder))
        verdict = balik.verify(folder)
    assert verdict.ok and verdict.proof.whole
    return {
        "flows": len(plan.columns["flow"]["amount"]), "laws": verdict.laws, "solve s": whole, "solve busy s": busy,
        "judge s": judged, "judge busy s": judging, "judge / solve": judging / busy,
        "verify DIR s": verified, "verify DIR busy s": verifying,
    }  # fmt: skip


if __name__ == "__main__":
    for every in (True, False):
        print("every lane is used" if every else "few lanes are used")
        for name, value in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, every).items():
            print(f"  {name:17} {value:,.3f}" if isinstance(value, float) else f"  {name:17} {value:,}")
