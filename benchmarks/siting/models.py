"""The compact models that a general solver is given, as compressed columns by index arithmetic.

Shares of demand x_ij ≤ 1 and y_j binary. Both forms keep the aggregate row Σ s_j y_j ≥ Σ d_i; the strong form adds
x_ij ≤ min(1, s_j / d_i) y_j for every pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import highspy
import numpy as np

from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import FREE, Siting

Array = np.ndarray
FORMS = ("strong", "weak")


@dataclass(frozen=True)
class Compact:
    """A mixed-integer program: columns with cost, bounds and kind; rows with bounds; entries as triplets."""

    cost: Array
    upper: Array
    integer: Array
    row_lower: Array
    row_upper: Array
    row: Array
    column: Array
    value: Array

    def highs(self) -> highspy.Highs:
        """The program inside HiGHS."""
        order = np.argsort(self.column, kind="stable")
        start = np.zeros(len(self.cost) + 1, np.int32)
        np.cumsum(np.bincount(self.column, minlength=len(self.cost)), out=start[1:])
        h = highspy.Highs()
        h.setOptionValue("output_flag", False)
        status = h.passModel(
            len(self.cost), len(self.row_lower), len(self.value), int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize), 0.0, self.cost, np.zeros(len(self.cost)), self.upper, self.row_lower,
            self.row_upper, start, self.row[order].astype(np.int32), self.value[order], self.integer.astype(np.int32),
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise RuntimeError("HiGHS refused the compact model")
        return h

    def write(self, path: Path) -> None:
        """Write it as an MPS file (far quicker than a modelling layer writes it)."""
        if self.highs().writeModel(str(path)) == highspy.HighsStatus.kError:
            raise RuntimeError(f"HiGHS could not write {path}")


class Rows:
    """Rows gathered block by block."""

    def __init__(self) -> None:
        self.count = 0
        self.lower: list[Array] = []
        self.upper: list[Array] = []
        self.entries: list[tuple[Array, Array, Array]] = []

    def block(self, count: int, lower: Array | float, upper: Array | float) -> Array:
        """New rows with these bounds; their numbers."""
        self.lower.append(np.broadcast_to(np.asarray(lower, float), count))
        self.upper.append(np.broadcast_to(np.asarray(upper, float), count))
        self.count += count
        return np.arange(self.count - count, self.count)

    def put(self, row: Array, column: Array, value: Array | float) -> None:
        """Entries; the three are broadcast together, and zeros are left out."""
        r, c, v = (a.ravel() for a in np.broadcast_arrays(row, column, np.asarray(value, float)))
        self.entries.append((r[v != 0], c[v != 0], v[v != 0]))

    def compact(self, cost: Array, upper: Array, integer: Array) -> Compact:
        """The whole program."""
        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        return Compact(cost, upper, integer, np.concatenate(self.lower), np.concatenate(self.upper), row, column, value)


def compact(p: Siting | TwoEchelon, form: str) -> Compact:
    """The compact model of a problem, `strong` or `weak`."""
    return _siting(p, form == "strong") if isinstance(p, Siting) else _two_echelon(p, form == "strong")


def _siting(p: Siting, strong: bool) -> Compact:
    """Columns x_ji (site by site), then y_j. Fixed sites, least throughput and side rows are not in any class here."""
    plain = (p.state == FREE).all() and not p.least.any() and not len(p.rows) and np.isfinite(p.unit_cost).all()
    if not plain:
        raise ValueError("this benchmark states only plain problems (and sizes of places)")
    n, m, total = p.n, p.m, p.total
    x, y = np.arange(n * m).reshape(n, m), n * m + np.arange(n)
    capacity = np.minimum(p.capacity, total)
    rows = Rows()
    assign = rows.block(m, 1.0, 1.0)
    rows.put(assign[None, :], x, 1.0)
    room = rows.block(n, -np.inf, 0.0)
    rows.put(room[:, None], x, p.demand[None, :])
    rows.put(room, y, -capacity)
    cover = rows.block(1, total, np.inf)
    rows.put(cover, y, capacity)
    if strong:
        link = rows.block(n * m, -np.inf, 0.0).reshape(n, m)
        least = np.minimum(1.0, capacity[:, None] / np.maximum(p.demand[None, :], 1e-300))
        rows.put(link, x, 1.0)
        rows.put(link, y[:, None], -least)
    places, size = np.unique(p.place, return_counts=True)
    for place in places[size > 1]:
        one = rows.block(1, -np.inf, 1.0)
        rows.put(one, y[p.place == place], 1.0)
    whole = np.concatenate([np.full(n * m, p.single), np.ones(n, bool)])
    cost = np.concatenate([(p.unit_cost * p.demand).ravel(), p.fixed])
    return rows.compact(cost, np.ones(n * m + n), whole)


def _two_echelon(p: TwoEchelon, strong: bool) -> Compact:
    """Columns: plant → depot flow and share of a customer's demand by depot (material first); depots; plants."""
    plain = p.plain and (p.state == FREE).all() and (p.demand > 0).all() and (p.output == 1).all()
    if not plain:
        raise ValueError("this benchmark states only plain problems of two echelons")
    materials, demand = p.materials, p.demand.T
    into = np.arange(materials * p.plants * p.depots).reshape(materials, p.plants, p.depots)
    out = into.size + np.arange(materials * p.depots * p.customers).reshape(materials, p.depots, p.customers)
    depot = into.size + out.size + np.arange(p.depots)
    plant = depot[-1] + 1 + np.arange(p.plants)
    rows = Rows()
    assign = rows.block(demand.size, 1.0, 1.0).reshape(demand.shape)
    rows.put(assign[:, None], out, 1.0)
    balance = rows.block(materials * p.depots, 0.0, 0.0).reshape(materials, p.depots)
    rows.put(balance[:, None], into, 1.0)
    rows.put(balance[:, :, None], out, -demand[:, None])
    for flow, per, site, capacity in (
        (out, demand[:, None], depot, p.depot_capacity.T), (into, np.ones((1, 1, 1)), plant, p.plant_capacity.T)
    ):  # fmt: skip
        room = rows.block(capacity.size, -np.inf, 0.0).reshape(capacity.shape)
        rows.put(room[:, :, None], flow, per)
        rows.put(room, site, -capacity)
        cover = rows.block(materials, demand.sum(1), np.inf)
        rows.put(cover[:, None], site, capacity)
    if strong:
        link = rows.block(out.size, -np.inf, 0.0).reshape(out.shape)
        rows.put(link, out, 1.0)
        rows.put(link, depot[None, :, None], -np.minimum(1.0, p.depot_capacity.T[:, :, None] / demand[:, None]))
        link = rows.block(into.size, -np.inf, 0.0).reshape(into.shape)
        rows.put(link, into, 1.0)
        most = np.minimum(p.plant_capacity.T[:, :, None], p.depot_capacity.T[:, None])
        rows.put(link, plant[None, :, None], -most)
    count = plant[-1] + 1
    out_cost = p.customer_cost * demand[:, None]
    cost = np.concatenate([p.plant_cost.ravel(), out_cost.ravel(), p.depot_fixed, p.plant_fixed])
    upper = np.concatenate([np.full(into.size, np.inf), np.ones(count - into.size)])
    whole = np.arange(count) >= depot[0]
    return rows.compact(cost, upper, whole)
