"""The siting engine on the instances of a class, in a fresh process: `python -m benchmarks.siting.ours`.

A tiny problem is solved first, so that what is timed starts with compiled kernels (from the disk cache of numba); the
seconds of that are told apart. Each answer is a line of JSON on the standard output.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from balik.location.problem import Siting
from balik.location.watch import Watch
from benchmarks.measure import ROOT, environment, peak_mb

from . import generators
from .classes import Class, Problem, classes
from .networks import Coordinates

THREADS = 2
GAP = 1e-6
#: Which function solves a kind of problem that is not for `search_for`.
ENTRIES: dict[str, tuple[str, str]] = {
    "TwoEchelon": ("balik.location.echelons.solve", "solve_two_echelon"),
    "Coordinates": ("benchmarks.siting.ours", "solve_coordinates"),
}


def covered(problem_kind: type) -> bool:
    """Whether the engine takes this kind of problem."""
    try:
        known = ENTRIES.get(problem_kind.__name__)
        return problem_kind is Siting or (known is not None and importlib.util.find_spec(known[0]) is not None)
    except ModuleNotFoundError:
        return False


def solve(problem: Problem, watch: Watch) -> Any:
    """The answer of the engine."""
    if isinstance(problem, Siting):
        return importlib.import_module("balik.location.dispatch").search_for(problem)(problem, watch)
    module, name = ENTRIES[type(problem).__name__]
    return getattr(importlib.import_module(module), name)(problem, watch)


def solve_coordinates(problem: Coordinates, watch: Watch) -> Any:
    """The answer of the engine that makes no matrix."""
    points = importlib.import_module("balik.location.points.problem").Points
    p = problem
    places = points(p.sites, p.customers, p.rate, p.demand, p.capacity, p.fixed)
    return importlib.import_module("balik.location.points.solve").solve_points(places, watch)


def one(problem: Problem, limit: float) -> dict[str, Any]:
    """Solve a problem and say how long it took, what was found, and when."""
    trace: list[tuple[float, float, float]] = []
    watch = Watch(gap=GAP, time_limit=limit, threads=THREADS)
    watch.tell = lambda incumbent, bound, nodes: trace.append((watch.seconds, incumbent, bound))
    cpu = time.process_time()
    answer = solve(problem, watch)
    seconds = watch.seconds
    told = dict(getattr(answer, "work", {}))
    return {
        "seconds": seconds,
        "cpu": time.process_time() - cpu,
        "status": answer.status,
        "objective": answer.objective,
        "bound": answer.bound,
        "gap": answer.gap,
        "nodes": watch.nodes,
        "stages": watch.stages,
        "counts": {k: float(v) for k, v in told.items()},
        "trace": [t for t in trace if t[1] < float("inf")],
        "memory": peak_mb(),
    }


def run(c: Class, seeds: list[int], names: list[str], limit: float | None = None) -> Iterator[dict[str, Any]]:
    """The answers of a fresh process within a class's limit, or this one; the first line says how long it took to warm up."""
    ask = json.dumps({"class": c.name, "seeds": seeds, "names": names, "limit": limit or c.limit})
    command = [sys.executable, "-m", "benchmarks.siting.ours", ask]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            yield json.loads(line)
    if child.returncode:
        yield {"died": child.returncode}


def _child(ask: dict[str, Any]) -> None:
    c = classes(ask["seeds"])[ask["class"]]
    start = time.perf_counter()
    single = c.name in ("holmberg", "yang")
    tiny = generators.cst(12, 6, 3.0, 1)
    one(dataclasses.replace(tiny, single=single), 60.0)
    _say({"warm": time.perf_counter() - start})
    for instance in c.instances:
        if instance.name in ask["names"]:
            problem = instance.make()
            try:
                found = one(problem, ask["limit"])
            except Exception as error:  # the others are still worth timing; the report says so
                found = {"error": f"{type(error).__name__}: {error}"}
            _say({"instance": instance.name, "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None} | found)


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    _child(json.loads(sys.argv[1]))
