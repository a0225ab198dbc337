"""A siting engine for tests that do not test the search: HiGHS on the compact model of a siting problem."""

from __future__ import annotations

import numpy as np

from balik.algebra import Arrays
from balik.engines import Options, run_highs
from balik.location.answer import Answer
from balik.location.problem import CLOSED, OPEN, Siting
from balik.location.watch import Watch


def compact(p: Siting) -> Arrays:
    """min f·y + c·x: Σ_j x_ij = d_i, l_j y_j ≤ Σ_i x_ij ≤ s_j y_j, x_ij ≤ d_i y_j, one size a place, rows; x is binary × d
    with single sourcing. Columns: y, then x by candidate and customer.
    """
    n, m = p.n, p.m
    held = np.minimum(p.capacity, p.total)
    rows: list[tuple[np.ndarray, float, float]] = []

    def row(pairs: dict[int, float], low: float, high: float) -> None:
        line = np.zeros(n + n * m)
        for col, value in pairs.items():
            line[col] += value
        rows.append((line, low, high))

    def x(j: int, i: int) -> int:
        return n + j * m + i

    for i in range(m):
        row({x(j, i): 1.0 for j in range(n)}, 1.0, 1.0)
    for j in range(n):
        flow = {x(j, i): float(p.demand[i]) for i in range(m)}
        row(flow | {j: -held[j]}, -np.inf, 0.0)
        row(flow | {j: -p.least[j]}, 0.0, np.inf)
        for i in range(m):
            row({x(j, i): 1.0, j: -1.0}, -np.inf, 0.0)
    for place in np.unique(p.place):
        row({int(j): 1.0 for j in np.flatnonzero(p.place == place)}, -np.inf, 1.0)
    for coef, most in zip(p.rows, p.upper, strict=True):
        row(dict(enumerate(coef.tolist())), -np.inf, float(most))
    matrix = np.array([line for line, _, _ in rows])
    reached = np.isfinite(p.unit_cost)
    cost = np.concatenate([p.fixed, (np.where(reached, p.unit_cost, 0.0) * p.demand).ravel()])
    upper = np.concatenate([(p.state != CLOSED).astype(float), reached.ravel().astype(float)])
    lower = np.concatenate([(p.state == OPEN).astype(float), np.zeros(n * m)])
    whole = np.concatenate([np.ones(n, bool), np.full(n * m, p.single)])
    col, at = np.nonzero(matrix.T)
    start = np.searchsorted(col, np.arange(n + n * m + 1)).astype(np.int32)
    return Arrays(
        cost, 0.0, lower, upper, whole, np.array([low for _, low, _ in rows]), np.array([high for *_, high in rows]),
        start, at.astype(np.int32), matrix[at, col],
    )  # fmt: skip


def solve_siting(p: Siting, watch: Watch) -> Answer:
    """What HiGHS finds."""
    result = run_highs(compact(p), Options(gap=1e-9, prices=False))
    if result.x is None:
        return Answer("infeasible", None, None, np.inf)
    assert result.objective is not None and result.bound is not None
    share = result.x[p.n :].reshape(p.n, p.m)
    watch.news(result.objective, result.bound)
    return Answer(
        "optimal", result.x[: p.n] > 0.5, result.objective, result.bound,
        assignment=share.argmax(0) if p.single else None, flow=None if p.single else share * p.demand,
    )  # fmt: skip
