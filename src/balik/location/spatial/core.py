"""What the Lagrangian bound leaves open of a covering problem, as a program for the general solver and its cuts."""

from __future__ import annotations

import numpy as np

from ...algebra import Arrays
from ...engines import Options, Progress, run_highs
from ..problem import CLOSED, OPEN
from .engine import Search
from .lists import Array


def finish(search: Search, status: Array) -> float:
    """A bound of all plans with these states, from the general solver; better plans are kept on the way.

    Only for lists in which service costs nothing: a customer is reached, or left unserved at a cost.
    """
    p, watch = search.problem, search.watch
    sites = np.flatnonzero((status != CLOSED) & (status != OPEN))
    opened = status == OPEN
    customers = np.flatnonzero(p.nearest(opened)[0] < 0)
    left = np.flatnonzero(np.isfinite(p.other[customers]))
    must = len(left) == 0
    base = float(p.fixed[opened].sum())
    ceiling = np.inf  # where all must be reached, only plans that are better by the quantum are looked for
    if must and search.quantum and min(search.value, search.limit) < np.inf:
        ceiling = min(search.value, search.limit) - search.quantum
    cost = np.concatenate([p.fixed[sites], p.other[customers[left]]])
    wanted = cost if np.isinf(search.limit) else np.zeros(len(cost))  # a question of yes or no wants any plan
    program = _program(search, sites, customers, left, cost, wanted, base + search.offset, int(opened.sum()), ceiling)

    def heard(progress: Progress) -> None:
        if progress.bound is not None and np.isinf(search.limit):
            search.tell(min(progress.bound - search.offset, ceiling + search.quantum))

    limit = None if watch.time_limit is None else max(watch.left, 0.1)
    options = Options(watch.gap, limit, watch.seed, watch.threads, progress=heard, prices=False, stop=watch.stop)
    start = None
    if search.best is not None and np.isinf(ceiling):
        start = np.concatenate([search.best[sites], p.nearest(search.best)[0][customers[left]] < 0]).astype(float)
    result = run_highs(program, options, start=start)
    search.work["solver"] = search.work.get("solver", 0) + 1
    if result.x is not None:
        y = opened.copy()
        y[sites] = result.x[: len(sites)] > 0.5
        search.take(y)
    if result.status == "infeasible":
        return float("inf")
    if result.bound is None or np.isfinite(search.limit):
        return -float("inf")
    return min(result.bound - search.offset, ceiling + search.quantum)


def _program(
    search: Search, sites: Array, customers: Array, left: Array, cost: Array, wanted: Array, offset: float,
    opened: int, ceiling: float,
) -> Arrays:  # fmt: skip
    """Columns: sites to open, then customers that are left unserved. Rows: customers, the count, the ceiling."""
    p = search.problem
    n, k, rows = len(sites), len(left), len(customers)
    column, row = np.full(p.n, -1), np.full(p.m, -1)
    column[sites], row[customers] = np.arange(n), np.arange(rows)
    customer = np.repeat(np.arange(p.m), np.diff(p.start))
    at = np.flatnonzero((column[p.site] >= 0) & (row[customer] >= 0))
    parts = [
        (row[customer[at]], column[p.site[at]], np.ones(len(at))),
        (left, n + np.arange(k), np.ones(k)),
        (np.full(n, rows), np.arange(n), np.ones(n)),
        (np.full(n + k, rows + 1), np.arange(n + k), cost),
    ]
    rows_, columns, values = (np.concatenate([part[i] for part in parts]) for i in range(3))
    order = np.lexsort((rows_, columns))
    return Arrays(
        wanted, offset, np.zeros(n + k), np.ones(n + k), np.arange(n + k) < n,
        np.concatenate([np.ones(rows), [max(p.low - opened, 0), -np.inf]]),
        np.concatenate([np.full(rows, np.inf), [p.high - opened, ceiling - (offset - search.offset)]]),
        np.searchsorted(columns[order], np.arange(n + k + 1)).astype(np.int32),
        rows_[order].astype(np.int32), values[order].astype(float),
    )  # fmt: skip
