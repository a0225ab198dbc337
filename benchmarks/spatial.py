"""p-median, p-centre and covering: balik beside the compact programs in HiGHS, and beside spopt where it is installed.

python -m benchmarks.spatial                 points on a plane, 300 and 1,000, three draws of each
python -m benchmarks.spatial --sizes 200 --draws 1 --limit 60

Every answer is checked against the others: two proven optima that differ end the run. Times are wall time, without
imports and compilation; shifted geometric means (1 s) over the draws, a search that is stopped counts the limit.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from balik.location.spatial import cover_all, cover_most, p_centre, p_median
from balik.location.watch import Watch

Array = np.ndarray
GAP = 1e-6


@dataclass(frozen=True)
class Task:
    """One question: kind, number of sites and radius (where it has them), points and people."""

    kind: str
    p: int
    radius: float
    distance: Array
    people: Array


@dataclass(frozen=True)
class Run:
    """Seconds, objective and whether it was proved."""

    seconds: float
    value: float
    proved: bool


def tasks(n: int, seed: int) -> list[Task]:
    """The questions of one draw of n points, every one a site and a customer."""
    rng = np.random.default_rng(seed)
    points, people = rng.random((n, 2)) * 1000, rng.integers(1, 100, n).astype(float)
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    reach = 1000.0 / np.sqrt(n) * 1.6
    found = [Task("p-median", p, 0.0, distance, people) for p in (5, n // 50, n // 10)]
    found += [Task("MCLP", p, reach, distance, people) for p in (5, n // 50, n // 20)]
    found += [Task("LSCP", 0, reach, distance, people), Task("p-centre", 5, 0.0, distance, people)]
    return found


def by_balik(task: Task, limit: float) -> Run:
    """The functions of this project."""
    watch = Watch(GAP, limit)
    start = time.perf_counter()
    if task.kind == "p-median":
        answer = p_median(task.distance * task.people, task.p, watch)
    elif task.kind == "p-centre":
        answer = p_centre(task.distance, task.p, watch)
    elif task.kind == "LSCP":
        answer = cover_all(task.distance <= task.radius, None, watch)
    else:
        answer = cover_most(task.distance <= task.radius, task.people, task.p, watch)
    value = float("nan") if answer.objective is None else answer.objective
    return Run(time.perf_counter() - start, value, answer.status == "optimal")


def by_highs(task: Task, limit: float) -> Run:
    """The compact program of the textbooks, handed to HiGHS as arrays."""
    start = time.perf_counter()
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("mip_rel_gap", GAP)
    h.setOptionValue("threads", 2)
    cost, parts, lower, upper, whole = _compact(task)
    row, column, value = (np.concatenate([part[k] for part in parts]) for k in range(3))
    order = np.lexsort((row, column))
    begin = np.searchsorted(column[order], np.arange(len(cost) + 1)).astype(np.int32)
    h.passModel(
        len(cost), len(lower), len(value), int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0,
        cost, np.zeros(len(cost)), np.where(whole, 1.0, np.inf), lower, upper, begin, row[order].astype(np.int32),
        value[order].astype(float), whole.astype(np.int32),
    )  # fmt: skip
    h.setOptionValue("time_limit", max(limit - (time.perf_counter() - start), 1.0))
    h.run()
    value = h.getInfo().objective_function_value
    value = task.people.sum() - value if task.kind == "MCLP" else value
    return Run(time.perf_counter() - start, value, h.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _compact(task: Task) -> tuple[Array, list[tuple[Array, Array, Array]], Array, Array, Array]:
    """Cost, triplets, row bounds, and which columns are whole: first the n sites, then what follows."""
    n = len(task.people)
    sites, inf = np.arange(n), np.inf
    if task.kind in ("LSCP", "MCLP"):
        j, i = np.nonzero(task.distance <= task.radius)
        parts = [(i, j, np.ones(len(i)))]
        if task.kind == "LSCP":
            return np.ones(n), parts, np.ones(n), np.full(n, inf), np.ones(n, bool)
        parts += [(sites, n + sites, np.ones(n)), (np.full(n, n), sites, np.ones(n))]
        cost = np.concatenate([np.zeros(n), task.people])
        lower, upper = np.append(np.ones(n), task.p), np.append(np.full(n, inf), task.p)
        return cost, parts, lower, upper, np.arange(2 * n) < n
    j, i = np.divmod(np.arange(n * n), n)
    x, links = n + np.arange(n * n), n + np.arange(n * n)
    parts = [(i, x, np.ones(n * n)), (links, x, np.ones(n * n)), (links, j, -np.ones(n * n))]
    parts += [(np.full(n, n + n * n), sites, np.ones(n))]
    lower = np.concatenate([np.ones(n), np.full(n * n, -inf), [task.p]])
    upper = np.concatenate([np.ones(n), np.zeros(n * n), [task.p]])
    if task.kind == "p-median":
        cost = np.concatenate([np.zeros(n), (task.distance * task.people).ravel()])
        return cost, parts, lower, upper, np.arange(len(cost)) < n
    radius = n + n * n  # the column that all distances stay below
    rows = n + n * n + 1 + i
    parts += [(rows, x, task.distance.ravel()), (n + n * n + 1 + sites, np.full(n, radius), -np.ones(n))]
    cost = np.append(np.zeros(radius), 1.0)
    lower, upper = np.concatenate([lower, np.full(n, -inf)]), np.concatenate([upper, np.zeros(n)])
    return cost, parts, lower, upper, np.arange(len(cost)) < n


def by_spopt(task: Task, limit: float) -> Run:
    """spopt with the solver that its users have: PuLP's CBC."""
    from pulp import PULP_CBC_CMD
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    start = time.perf_counter()
    matrix = task.distance.T
    if task.kind == "p-median":
        model = PMedian.from_cost_matrix(matrix, task.people, p_facilities=task.p)
    elif task.kind == "p-centre":
        model = PCenter.from_cost_matrix(matrix, p_facilities=task.p)
    elif task.kind == "LSCP":
        model = LSCP.from_cost_matrix(matrix, task.radius)
    else:
        model = MCLP.from_cost_matrix(matrix, task.people, task.radius, p_facilities=task.p)
    left = max(limit - (time.perf_counter() - start), 1.0)
    try:
        model = model.solve(PULP_CBC_CMD(msg=False, timeLimit=left, gapRel=GAP), results=False)
    except RuntimeError:  # nothing was found
        return Run(time.perf_counter() - start, float("nan"), False)
    seconds = time.perf_counter() - start
    return Run(seconds, float(model.problem.objective.value()), model.problem.sol_status == 1 and seconds < limit)


def main(arguments: list[str] | None = None) -> int:
    """Run and print one line a question."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.spatial", description="Sites by nearness, side by side."
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000])
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for one search (300)")
    parser.add_argument("--only", nargs="+", default=["balik", "HiGHS", "spopt"], help="who runs")
    asked = parser.parse_args(arguments)
    everyone: dict[str, Callable[[Task, float], Run]] = {"balik": by_balik, "HiGHS": by_highs, "spopt": by_spopt}
    peers = {name: run for name, run in everyone.items() if name in asked.only}
    if importlib.util.find_spec("spopt") is None:
        peers.pop("spopt", None)
    for task in tasks(60, 0):  # compile first
        by_balik(task, 60.0)
    print("| question | " + " | ".join(peers) + " |\n|---|" + "---|" * len(peers))
    for n in asked.sizes:
        draws = [tasks(n, seed) for seed in range(1, asked.draws + 1)]
        for same in zip(*draws, strict=True):
            runs = {name: [run(task, asked.limit) for task in same] for name, run in peers.items()}
            for one in zip(*runs.values(), strict=True):
                proven = [run.value for run in one if run.proved]
                if proven and max(proven) - min(proven) > 3 * GAP * max(1.0, max(map(abs, proven))):
                    raise SystemExit(f"{same[0].kind} {n} p={same[0].p}: proven optima differ: {proven}")
            cells = [_cell(found, asked.limit) for found in runs.values()]
            print(f"| {same[0].kind}, {n} × {n}, p = {same[0].p or '-'} | " + " | ".join(cells) + " |", flush=True)
    return 0


def _cell(runs: list[Run], limit: float) -> str:
    seconds = [run.seconds if run.proved else limit for run in runs]
    mean = float(np.exp(np.mean(np.log(np.array(seconds) + 1.0))) - 1.0)
    proved = sum(run.proved for run in runs)
    return f"{mean:.2f}" + ("" if proved == len(runs) else f" ({proved} of {len(runs)} proved)")


if __name__ == "__main__":
    raise SystemExit(main())
