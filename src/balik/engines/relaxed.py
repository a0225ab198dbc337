"""A linear program that lives on in HiGHS while a search narrows its columns and adds rows: duals, rays and the tableau."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from ..algebra import Arrays
from .highs import LARGE_LP, pass_arrays
from .result import Array, Options
from .supervised import supervised

#: Tolerances: what is shown by duals hangs on them.
_TOLERANCE = 1e-9
_ENDLESS = 2**31 - 1


@dataclass(frozen=True)
class Solved:
    """`status`: optimal, infeasible, or stopped (out of steps or seconds). `duals`: of the rows, None where there are
    none; where infeasible, `ray`: multipliers of the rows that show it.
    """

    status: str
    value: float
    x: Array
    duals: Array | None
    ray: Array | None = None


class Relaxed:
    """The relaxation of a program within narrower ends of its columns; `until`: when it is given up, by the clock."""

    def __init__(self, a: Arrays, lower: Array, upper: Array, seed: int, until: float):
        self.until, self.h = until, highspy.Highs()
        options: dict[str, bool | int | float] = {
            "output_flag": False, "random_seed": seed, "threads": 1, "dual_feasibility_tolerance": _TOLERANCE,
            "primal_feasibility_tolerance": _TOLERANCE,
        }  # fmt: skip
        for name, value in options.items():
            self.h.setOptionValue(name, value)
        if len(a.cost) >= LARGE_LP:
            self.h.setOptionValue("solver", "ipm")
        self.unit = _unit(a.cost)
        counted = replace(a, cost=a.cost / self.unit, offset=a.offset / self.unit)
        pass_arrays(self.h, replace(counted, lower=lower, upper=upper, integer=np.zeros(len(a.cost), bool)))
        self.lower, self.upper = lower.copy(), upper.copy()
        self.fresh = True

    def within(self, lower: Array, upper: Array) -> None:
        """Other ends of the columns."""
        at = np.flatnonzero((lower != self.lower) | (upper != self.upper)).astype(np.int32)
        if len(at):
            self.h.changeColsBounds(len(at), at, lower[at], upper[at])
            self.lower, self.upper = lower.copy(), upper.copy()

    def add(self, rows: Sequence[tuple[Array, Array, float]]) -> None:
        """Rows Σ value × column ≤ end."""
        first = np.concatenate([[0], np.cumsum([len(column) for column, _, _ in rows])]).astype(np.int32)
        end = np.array([end for _, _, end in rows], float)
        column = np.concatenate([column for column, _, _ in rows]).astype(np.int32)
        value = np.concatenate([value for _, value, _ in rows])
        self.h.addRows(len(rows), np.full(len(rows), -np.inf), end, len(value), first[:-1], column, value)

    def remove(self, rows: Array) -> None:
        """Take rows out."""
        self.h.deleteRows(len(rows), rows.astype(np.int32))

    def solve(self, steps: int | None = None) -> Solved:
        """The optimum, in so many steps of the simplex at most; the first time however it suits the solver."""
        h = self.h
        left = self.until - time.perf_counter()
        if left <= 0:
            return Solved("stopped", -np.inf, np.zeros(len(self.lower)), None)
        h.setOptionValue("time_limit", h.getRunTime() + left)
        h.setOptionValue("simplex_iteration_limit", _ENDLESS if steps is None else steps)
        if self.fresh:
            supervised(h, Options(time_limit=left))
            h.setOptionValue("solver", "simplex")
            h.setOptionValue("presolve", "off")
            self.fresh = False
        else:
            h.run()
        return self._read()

    def _read(self) -> Solved:
        h, kinds = self.h, highspy.HighsModelStatus
        status, solution = h.getModelStatus(), h.getSolution()
        x = np.array(solution.col_value) if solution.value_valid else np.zeros(len(self.lower))
        duals = np.array(solution.row_dual) * self.unit if solution.dual_valid else None
        if status == kinds.kOptimal and duals is not None:
            return Solved("optimal", self.unit * float(h.getInfo().objective_function_value), x, duals)
        if status == kinds.kInfeasible:
            solver: Any = h
            _, has, ray = solver.getDualRay()
            return Solved("infeasible", np.inf, x, duals, np.array(ray) if has else None)
        value = self.unit * float(h.getInfo().objective_function_value) if duals is not None else -np.inf
        return Solved("stopped", value, x, duals)

    def basis(self) -> Any:
        """Where the simplex stands."""
        return self.h.getBasis()

    def restore(self, basis: Any) -> None:
        """Go on from a basis of before, when there may have been fewer rows."""
        missing = self.h.getNumRow() - len(list(basis.row_status))
        if missing:
            full = highspy.HighsBasis()
            full.col_status = list(basis.col_status)
            full.row_status = list(basis.row_status) + [highspy.HighsBasisStatus.kBasic] * missing
            full.valid = True
            basis = full
        self.h.setBasis(basis)

    def basic(self) -> Array:
        """What is basic in each row of the tableau: a column, or −1 − a row."""
        solver: Any = self.h
        return np.asarray(solver.getBasicVariables()[1])

    def weights(self, row: int) -> Array:
        """The weights of the rows in a row of the tableau."""
        solver: Any = self.h
        status, found = solver.getBasisInverseRow(row)[:2]
        return np.zeros(self.h.getNumRow()) if status == highspy.HighsStatus.kError else np.asarray(found)


def _unit(cost: Array) -> float:
    """The power of two in which costs are counted, so that the solver sees none above 1,000: some steps of HiGHS 1.15.1
    end without a status where costs are as large as money in rupiah is; doubling and halving round nothing.
    """
    most = float(np.abs(cost).max(initial=0.0))
    return float(2.0 ** max(0, math.frexp(most)[1] - 10))
