"""Small random siting problems of every kind, and their optimum by a compact model in HiGHS."""

from __future__ import annotations

import highspy
import numpy as np

from balik.location.problem import CLOSED, FREE, OPEN, Siting

Array = np.ndarray

KINDS = (
    "plain", "tight", "uncapacitated", "states", "least", "counts", "missing", "sizes", "paying", "ties", "fractional",
    "everything",
)  # fmt: skip


def random_siting(kind: str, seed: int, n: int = 8, m: int = 20) -> Siting:
    """A problem of a kind; whole numbers, so that optima are exact, but for `fractional`."""
    g = np.random.default_rng([KINDS.index(kind), seed])
    every = kind == "everything"
    at, to = g.integers(0, 100, (n, 2)), g.integers(0, 100, (m, 2))
    cost = np.abs(at[:, None, :] - to[None, :, :]).sum(2).astype(float)
    demand = g.integers(1, 20, m).astype(float)
    ratio = 1.15 if kind == "tight" else g.uniform(1.5, 4.0)
    capacity = g.integers(10, 100, n).astype(float)
    capacity = np.ceil(capacity * ratio * demand.sum() / capacity.sum())
    fixed = g.integers(100, 2000, n).astype(float)
    state, least, place = np.full(n, FREE, np.int8), np.zeros(n), np.arange(n)
    rows, upper = np.zeros((0, n)), np.zeros(0)
    if kind == "uncapacitated":
        capacity = np.full(n, np.inf)
    if kind == "fractional":
        demand, capacity, cost = demand * np.pi / 3, capacity * 1.07, cost * 1.013
    if kind == "states" or every:
        state = g.choice([CLOSED, FREE, OPEN], n, p=[0.15, 0.7, 0.15]).astype(np.int8)
    if kind == "least" or every:
        least = np.where(g.random(n) < 0.6, np.floor(capacity * g.uniform(0.2, 0.9, n)), 0.0)
    if kind == "missing" or every:
        cost = np.where(g.random((n, m)) < 0.35, np.inf, cost)
    if kind == "sizes" or every:
        place = np.sort(g.integers(0, max(2, n // 2), n))
        if every:
            state = np.where(state == OPEN, FREE, state).astype(np.int8)
    if kind == "counts" or every:
        most = int(g.integers(2, 6))
        rows, upper = np.vstack([np.ones(n), -np.ones(n), g.integers(0, 2, n)]), np.array([most, -2.0, 2.0])
    if kind == "paying":
        fixed, cost = fixed - 900.0, cost - 40.0
    if kind == "ties":
        cost, fixed, capacity = np.round(cost / 50) * 50, np.full(n, 500.0), np.full(n, np.ceil(demand.sum() / 3))
        demand = np.full(m, 5.0)
    return Siting(cost, demand, capacity, fixed, state, least, place, rows, upper)


def compact_optimum(p: Siting) -> float | None:
    """Least cost by HiGHS on the strong compact model at gap 0; None where there is no plan."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 1e-7)
    h.setOptionValue("mip_feasibility_tolerance", 1e-9)
    n, m, inf = p.n, p.m, highspy.kHighsInf
    lane = [(j, i) for j in range(n) for i in range(m) if np.isfinite(p.unit_cost[j, i])]
    for j in range(n):
        h.addVar(float(p.state[j] == OPEN), float(p.state[j] != CLOSED))
        h.changeColCost(j, float(p.fixed[j]))
        h.changeColIntegrality(j, highspy.HighsVarType.kInteger)
    for j, i in lane:
        whole = p.single
        h.addVar(0.0, 1.0 if whole else float(p.demand[i]))
        h.changeColCost(h.getNumCol() - 1, float(p.unit_cost[j, i] * (p.demand[i] if whole else 1.0)))
        if whole:
            h.changeColIntegrality(h.getNumCol() - 1, highspy.HighsVarType.kInteger)
    col = {key: n + k for k, key in enumerate(lane)}
    size = {key: float(p.demand[key[1]]) if p.single else 1.0 for key in lane}
    for i in range(m):
        mine = [key for key in lane if key[1] == i]
        h.addRow(float(p.demand[i]), float(p.demand[i]), len(mine), [col[k] for k in mine], [size[k] for k in mine])
    for j in range(n):
        mine = [key for key in lane if key[0] == j]
        cols, sizes = [col[k] for k in mine], [size[k] for k in mine]
        most = min(float(p.capacity[j]), p.total)
        h.addRow(-inf, 0.0, len(mine) + 1, [*cols, j], [*sizes, -most])
        if p.least[j] > 0:
            h.addRow(0.0, inf, len(mine) + 1, [*cols, j], [*sizes, -float(p.least[j])])
    for j, i in lane:
        h.addRow(-inf, 0.0, 2, [col[j, i], j], [1.0, -1.0 if p.single else -min(float(p.demand[i]), float(p.capacity[j]))])
    for place in np.unique(p.place):
        mine = np.flatnonzero(p.place == place)
        h.addRow(-inf, 1.0, len(mine), mine.tolist(), [1.0] * len(mine))
    for row, upper in zip(p.rows, p.upper, strict=True):
        h.addRow(-inf, float(upper), n, list(range(n)), row.tolist())
    h.run()
    if h.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    assert h.getModelStatus() == highspy.HighsModelStatus.kOptimal, h.getModelStatus()
    return float(h.getInfo().objective_function_value)


def cost_of(p: Siting, open_: Array, flow: Array) -> float:
    """Cost of a plan whose laws hold; asserts that they do."""
    assert np.allclose(flow.sum(0), p.demand, rtol=1e-9, atol=1e-9)
    assert (flow >= -1e-9).all() and (flow[~np.isfinite(p.unit_cost)] == 0).all()
    through = flow.sum(1)
    assert (through[~open_] <= 1e-9).all()
    assert (through <= np.where(open_, p.capacity, 0.0) * (1 + 1e-9) + 1e-9).all()
    assert (through >= np.where(open_, p.least, 0.0) * (1 - 1e-9) - 1e-9).all()
    assert not (open_ & (p.state == CLOSED)).any() and open_[p.state == OPEN].all()
    assert (np.bincount(np.unique(p.place, return_inverse=True)[1], open_) <= 1).all()
    assert (p.rows @ open_ <= p.upper + 1e-9).all()
    lanes = np.where(np.isfinite(p.unit_cost), p.unit_cost, 0.0)
    return float((lanes * flow).sum() + p.fixed[open_].sum())
