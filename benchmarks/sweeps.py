"""Many solves of one case against as many that start anew. `python -m benchmarks.sweeps`

    python -m benchmarks.sweeps [--points N] [--write]

Every line is of one run: a sweep of N points (200), and at points of it, in turn with it, solves from the case as it is
handed in to the verified plan. Both are verified. Prints the table of docs/reference/many-speed.md, or writes it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any

import balik
from balik.analysis.many import Jobs, Many, Solver
from balik.analysis.many.parcel import cores
from balik.analysis.sweep import _ends_first

from .instances import flow, siting
from .measure import ROOT
from .report import machine

PAGE = ROOT / "docs" / "reference" / "many-speed.md"
#: Solves that start anew beside a sweep.
ANEW = 9


def network(echelons: tuple[int, int, int, int], materials: int, periods: int) -> dict[str, dict[str, list[str]]]:
    """The network of `instances.flow` as tables: four echelons, several materials and periods, stock in the middle."""
    f = flow(echelons, materials, periods)
    names = [[f"{letter}{i}" for i in range(n)] for letter, n in zip("abcd", echelons, strict=True)]
    kinds, when = [f"m{i}" for i in range(materials)], [str(t + 1) for t in range(periods)]
    every = [(m, t) for m in range(materials) for t in range(periods)]
    lanes = [
        (o, d, f"{100 * f.km[k][i, j]:.2f}")
        for k in range(3)
        for i, o in enumerate(names[k])
        for j, d in enumerate(names[k + 1])
    ]
    supply = [(a, kinds[m], when[t], str(f.supply[i, m, t])) for m, t in every for i, a in enumerate(names[0])]
    demand = [(d, kinds[m], when[t], str(f.most[j, m, t])) for m, t in every for j, d in enumerate(names[3])]
    stores = [(hub, kinds[m], str(f.holding[m]), "0") for hub in names[1] + names[2] for m in range(materials)]

    def table(columns: str, rows: list[tuple[str, ...]]) -> dict[str, list[str]]:
        return {c: list(cells) for c, cells in zip(columns.split(), zip(*rows, strict=True), strict=True)}

    return {
        "places": {"place": [place for echelon in names for place in echelon]},
        "materials": {"material": kinds, "unit": ["kg"] * materials},
        "periods": {"period": when},
        "modes": {"mode": ["truck"] * materials, "material": kinds, "full_rate": [str(r / 100) for r in f.rate]},
        "lanes": table("origin dest km", lanes) | {"mode": ["truck"] * len(lanes)},
        "supply": table("place material period amount", supply),
        "demand": table("place material period most", demand),
        "stores": table("place material holding start", stores),
    }


def sites(customers: int, candidates: int) -> dict[str, dict[str, list[str]]]:
    """The siting problem of `instances.siting` as tables: running costs, capacities, all that is there comes."""
    f = siting(customers, candidates)
    here, there = [f"c{i}" for i in range(customers)], [f"s{j}" for j in range(candidates)]
    pairs = [(i, j) for i in range(customers) for j in range(candidates)]
    return {
        "places": {"place": here + there},
        "materials": {"material": ["box"], "unit": ["kg"]},
        "modes": {"mode": ["truck"], "full_rate": [str(f.rate)]},
        "lanes": {
            "origin": [here[i] for i, _ in pairs],
            "dest": [there[j] for _, j in pairs],
            "mode": ["truck"] * len(pairs),
            "km": [str(f.km[i, j]) for i, j in pairs],
        },
        "supply": {"place": here, "material": ["box"] * customers, "amount": list(map(str, f.supply))},
        "sites": {
            "place": there,
            "capacity": list(map(str, f.capacity)),
            "running_cost": list(map(str, f.opening)),
        },
        "demand": {"place": there, "material": ["box"] * candidates, "most": ["inf"] * candidates},
    }


@dataclass(frozen=True)
class Line:
    """Seconds of a point in a sweep (the mean, so that N points take N times as much) and of a solve that starts anew
    (the median)."""

    what: str
    most: float | None  # of the ratio that is the aim
    point: float
    anew: float
    solver: float  # seconds of a point in the solver
    verifier: float
    proved: int  # points that others proved, without a search
    points: int


def line(what: str, most: float | None, case: Any, over: str, span: tuple[float, float], points: int) -> Line:
    """A sweep over a span of factors, and solves that start anew."""
    low, high = span
    changes = [[f"{over} *= {low + (high - low) * i / (points - 1):.4f}"] for i in range(points)]
    solver, anew = Solver(case), []
    whole, solving, judging = [], [], []
    solver.plan()
    for at, change in enumerate(_ends_first(changes)):
        start = time.perf_counter()
        plan = solver.plan(None, change)
        whole.append(time.perf_counter() - start)
        solving.append(plan.seconds["solve"])
        judging.append(plan.seconds.get("verify", 0.0))
        if at % max(1, points // ANEW) == 0:
            start = time.perf_counter()
            cold = balik.solve(case, set=change)
            anew.append(time.perf_counter() - start)
            same = plan.cost == cold.cost or abs(plan.cost - cold.cost) <= 1e-9 * abs(cold.cost)
            assert plan.status == cold.status and same, (what, change, plan.cost, cold.cost)
    point, median = statistics.fmean(whole), statistics.median(anew)
    return Line(
        what, most, point, median, statistics.fmean(solving), statistics.fmean(judging), solver.family.proved, points
    )


@dataclass(frozen=True)
class Two:
    """A study with one worker and with two, processes started and ended: seconds of the clock, and seconds of the
    processor that was busiest, which other work on the machine hardly touches."""

    one: float
    two: float
    one_busy: float
    two_busy: float
    quiet: bool  # no other work used the processors when it began


def workers(case: Any, over: str, span: tuple[float, float], points: int) -> Two:
    """Medians of three rounds in turn."""
    changes = [(None, [f"{over} *= {span[0] + (span[1] - span[0]) * i / (points - 1):.4f}"]) for i in range(points)]

    def asked(count: int) -> tuple[float, float]:
        start, before = time.perf_counter(), os.times()
        with Many("bench", Solver, case, (None, {"threads": 1}), Jobs(workers=count)) as many:
            many.map("plan", changes)
        seconds = time.perf_counter() - start
        while multiprocessing.active_children():  # until they have ended, nobody knows what they used
            time.sleep(0.01)
        after = os.times()
        own = after.user + after.system - before.user - before.system
        children = after.children_user + after.children_system - before.children_user - before.children_system
        return seconds, max(own, children)  # two workers: this process and one more

    quiet = not _busy()
    rounds = [(asked(1), asked(2)) for _ in range(3)]
    return Two(*(statistics.median(r[k][i] for r in rounds) for i in range(2) for k in range(2)), quiet)


def measured(points: int) -> tuple[list[Line], Two | None]:
    """Every line, and one worker against two; None where there is one processor."""
    large, small, own = network((40, 16, 12, 40), 5, 12), "jerigen-padang", sites(40, 20)
    asks = [
        ("a network of 85,000 columns, its prices", 0.15, large, "modes.full_rate", (0.7, 1.3), points),
        ("the same, its right-hand sides", 0.10, large, "supply.amount", (0.9, 1.1), points),
        ("jerigen-padang, its prices", None, small, "supply.price", (0.7, 1.1), points),
        ("20 sites, 40 customers: running costs", 1 / 3, own, "sites.running_cost", (0.5, 1.5), points),
        ("the same: rates", 1 / 3, own, "modes.full_rate", (0.7, 1.3), points),
        ("the same: capacities", 1 / 3, own, "sites.capacity", (0.8, 1.2), max(2, points // 8)),
    ]
    lines = []
    for ask in asks:
        lines.append(line(*ask))
        print(f"sweeps: {_row(lines[-1])}", file=sys.stderr, flush=True)
    return lines, workers(own, "sites.capacity", (0.8, 1.2), 40) if cores() > 1 else None


def _busy() -> bool:
    """Whether other work uses the processors, so that the clock would show nothing of two workers."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > cores()


def page(lines: list[Line], two: Two | None) -> str:
    """The page of the docs."""
    told = _ALONE if two is None else _told(two)
    return "\n".join([_HEAD, "", machine(), "", _TABLE, *map(_row, lines), "", told, "", _TAIL])


_HEAD = """# Many solves of one case

Sweeps against as many solves that start anew, written by `python -m benchmarks.sweeps --write`. Ratios are of one run;
**absolute times do not travel**. Every point is verified, and its status and cost are those of the solve anew."""

_TABLE = """| case, and what moves | anew ms | point ms | solver | verifier | beside | ratio | aim | proved by others |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""

_WORKERS = """Two workers against one, 40 of the capacities, processes started and ended; 1.7 times as fast is the aim.
{clock}The busier of the two processors worked {two_busy:.1f} s, the one alone {one_busy:.1f} s: **{fair:.2f}** times."""

_CLOCK = "By the clock {two:.1f} s and {one:.1f} s, **{times:.2f}** times as fast.\n"

_ALONE = "Two workers against one (1.7 is the aim) were not measured: there is one processor."

_TAIL = """* **Point**: the mean of all points of the sweep. **Anew**: `balik.solve` at points of the same sweep, in turn with it,
  the median: reading, checking, stating, solving, prices, verifying.
* **Beside**: what balik does besides solver and verifier: changed cells, checks, the program, the plan's tables. The
  aim for a small case (jerigen-padang) is below 5 ms for this and the verifier together. Some 25 results that read a
  cell that changed are made again, and that some 70 others still hold is looked up; each takes about half. Functions of
  the same arguments are asked in halves, and what stands beside the numbers that move is looked up as one. The first
  three points take two to five times as long, as what they read is written down.
* **Verifier**: counted by itself. It judges every answer from the tables, in fractions, and shares with the solve only
  what was typed. From point to point it keeps what it made of what is the same to the last bit, and judges the rest.
* **Proved by others**: points at which a known plan met the line between two known bounds, so nothing was searched.
* **Rows do not hang on the number of workers** where one plan is the best: a gap that floating point cannot tell from
  none is none, whether a search or others proved the plan. Where several plans cost the same within the gap that was
  asked, which of them is shown, and its gap, may hang on what its worker had solved before.
* **Why not capacities**: the least cost is neither concave nor convex in a capacity that a site has only when it is
  open, and the best plan at one point breaks the capacity of the next. What remains is a start, and HiGHS gains next to
  nothing from one; its cuts are of one program and cannot be handed to another. Where capacities grow and the plan
  stays, the bound of the wider program does prove it."""


def _told(two: Two) -> str:
    """One worker against two; by the clock only where no other work used the processors."""
    clock = _CLOCK.format(one=two.one, two=two.two, times=two.one / two.two) if two.quiet else ""
    fair = two.one_busy / two.two_busy
    return _WORKERS.format(clock=clock, one_busy=two.one_busy, two_busy=two.two_busy, fair=fair)


def _row(one: Line) -> str:
    aim = "" if one.most is None else f"{100 * one.most:.0f} %"
    beside = one.point - one.solver - one.verifier
    ms = " | ".join(f"{1000 * v:.1f}" for v in (one.anew, one.point, one.solver, one.verifier, beside))
    return f"| {one.what} | {ms} | {100 * one.point / one.anew:.1f} % | {aim} | {one.proved} of {one.points} |"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print, or write the page."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sweeps", description="Many solves, against as many anew."
    )
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE}")
    asked = parser.parse_args(arguments)
    text = page(*measured(asked.points)) + "\n"
    if asked.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
