"""The deterministic equivalent of a two-stage program: one block for each scenario, the first stage shared.

Birge and Louveaux 2011, Introduction to Stochastic Programming, section 2.4; conditional value at risk as in
Rockafellar and Uryasev 2002, J. Bank. Finance 26:1443, equation (17).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...errors import CallError
from ...words import say

#: Variables that are decided before anything is known: which sites open, in which size and period, and their modules.
FIRST_STAGE = ("open", "open_in", "opened", "closed", "lasting", "ever", "modules", "bought", "lost")


@dataclass(frozen=True)
class Risk:
    """What is minimised: (1 − weight) × the mean + weight × the mean of the worst 1 − level."""

    level: float = 0.9
    weight: float = 0.0


@dataclass(frozen=True)
class Extensive:
    """One program for all scenarios. `first[s]`: columns of the first stage in the program of scenario s itself;
    `columns[s]`: where its columns stand in the whole."""

    arrays: Arrays
    first: list[np.ndarray]
    columns: list[np.ndarray]


def first_stage(prepared: Prepared, more: tuple[str, ...] = ()) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """Columns of the first stage of a program (and of `more` variables), and their names: variable and labels."""
    program = prepared.model.program
    cols, names = [], []
    for name in (*FIRST_STAGE, *more):
        if (var := program.variables.get(name)) is not None:
            cols.append(var.cols)
            names += [(name, var.index.name(i)) for i in range(len(var))]
    return np.concatenate(cols) if cols else np.zeros(0, np.int64), names


def extensive(prepared: Sequence[Prepared], chance: np.ndarray, risk: Risk) -> Extensive:
    """The whole program. Scenarios must choose among the same sites."""
    arrays = [p.model.program.arrays() for p in prepared]
    stages = [first_stage(p) for p in prepared]
    shared = stages[0][1]
    for p, (_, names) in zip(prepared, stages, strict=True):
        if names != shared:
            raise CallError(
                say("Scenario {scenario} chooses among other sites than {first}, so nothing can be decided for both.",
                    scenario=p.tables.scenario or "base", first=prepared[0].tables.scenario or "base")
            )  # fmt: skip
    columns, count = [], len(shared)
    for a, (cols, _) in zip(arrays, stages, strict=True):
        at = np.full(len(a.cost), -1)
        at[cols] = np.arange(len(cols))
        rest = np.flatnonzero(at < 0)
        at[rest] = count + np.arange(len(rest))
        count += len(rest)
        columns.append(at)
    return Extensive(_joined(arrays, columns, count, chance, risk), [cols for cols, _ in stages], columns)


def _joined(arrays: list[Arrays], columns: list[np.ndarray], count: int, chance: np.ndarray, risk: Risk) -> Arrays:
    tail = len(arrays) + 1 if risk.weight else 0  # η, and what lies above it in each scenario
    cost, lower = np.zeros(count + tail), np.full(count + tail, -np.inf)
    upper, integer = np.full(count + tail, np.inf), np.zeros(count + tail, bool)
    rows, cols, values = [], [], []
    row_lower, row_upper, first_row = [], [], 0
    for s, (a, at) in enumerate(zip(arrays, columns, strict=True)):
        cost[at] += (1.0 - risk.weight) * chance[s] * a.cost
        lower[at], upper[at] = np.maximum(lower[at], a.lower), np.minimum(upper[at], a.upper)
        integer[at] |= a.integer
        rows.append(a.row + first_row)
        cols.append(np.repeat(at, np.diff(a.start)))
        values.append(a.value)
        row_lower.append(a.row_lower)
        row_upper.append(a.row_upper)
        first_row += len(a.row_lower)
    offset = (1.0 - risk.weight) * sum(p * a.offset for p, a in zip(chance, arrays, strict=True))
    if risk.weight:
        eta = count
        cost[eta] = risk.weight
        for s, (a, at) in enumerate(zip(arrays, columns, strict=True)):  # c x − η − u ≤ −offset
            above, used = eta + 1 + s, np.flatnonzero(a.cost)
            lower[above] = 0.0
            cost[above] = risk.weight * chance[s] / (1.0 - risk.level)
            rows.append(np.full(len(used) + 2, first_row))
            cols.append(np.concatenate([at[used], [eta, above]]))
            values.append(np.concatenate([a.cost[used], [-1.0, -1.0]]))
            row_lower.append(np.array([-np.inf]))
            row_upper.append(np.array([-a.offset]))
            first_row += 1
    start, row, value = _compressed(np.concatenate(rows), np.concatenate(cols), np.concatenate(values), count + tail)
    cones = tuple(replace(c, bound=int(at[c.bound]), cols=at[c.cols]) for a, at in zip(arrays, columns, strict=True) for c in a.cones)  # fmt: skip
    risks = tuple(replace(r, bound=int(at[r.bound]), room=at[r.room], cols=at[r.cols], spread=int(at[r.spread])) for a, at in zip(arrays, columns, strict=True) for r in a.risks)  # fmt: skip
    return Arrays(cost, offset, lower, upper, integer, np.concatenate(row_lower), np.concatenate(row_upper),
                  start, row, value, cones=cones, risks=risks)  # fmt: skip


def _compressed(
    rows: np.ndarray, cols: np.ndarray, values: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    order = np.lexsort((rows, cols))
    start = np.concatenate([[0], np.cumsum(np.bincount(cols, minlength=count))])
    return start.astype(np.int32), rows[order].astype(np.int32), values[order]


def fixed(arrays: Arrays, first: np.ndarray, values: np.ndarray) -> Arrays:
    """The program with its first stage decided."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[first] = upper[first] = np.where(arrays.integer[first], np.round(values), values)
    return replace(arrays, lower=lower, upper=upper)


def worst_mean(values: np.ndarray, chance: np.ndarray, level: float) -> float:
    """Conditional value at risk: the mean of the worst 1 − level of the distribution (its last part split exactly).

    >>> import numpy as np
    >>> worst_mean(np.array([10.0, 20, 30, 40]), np.full(4, 0.25), 0.6)
    36.25
    """
    left, total = 1.0 - level, 0.0
    for i in np.argsort(-values, kind="stable"):
        part = min(left, float(chance[i]))
        total, left = total + part * float(values[i]), left - part
        if left <= 1e-15:
            break
    return total / (1.0 - level)
