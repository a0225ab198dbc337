"""Linear programs that are asked one after the other: a solution from a basis that is guessed, and what 0 falls short of."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from ..algebra import Arrays
from .highs import pass_arrays
from .result import Array, Options
from .supervised import supervised

_PRIMAL = 4  # simplex_strategy: few steps from a point that misses little


def point_near(a: Arrays, options: Options, columns: Array | None, rows: Array | None) -> tuple[Array, Array] | None:
    """Any solution and what its rows come to, sought from a basis of these columns and rows, however good; None: none."""
    h = _highs(a, options, simplex_strategy=_PRIMAL)
    if columns is not None and rows is not None:
        basis = highspy.HighsBasis()
        basis.col_status, basis.row_status = _statuses(columns), _statuses(rows)
        basis.valid = basis.alien = True
        h.setBasis(basis)
    supervised(h, options)
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = h.getSolution()
    return np.array(solution.col_value), np.array(solution.row_value)


def prices_of_shortfall(a: Arrays, options: Options) -> Array | None:
    """The prices of the rows where whatever 0 does not satisfy may fall short, at 1 a unit, whole numbers left aside.

    None: they are not known. Where they are more than rounding, the program has no solution.
    """
    short = np.flatnonzero((a.lower > 0) & np.isfinite(a.lower))
    under, over = np.flatnonzero(a.row_lower > 0), np.flatnonzero(a.row_upper < 0)
    at = [np.arange(a.start[j], a.start[j + 1]) for j in short.tolist()]
    ends = np.cumsum([len(i) for i in at] + [1] * (len(under) + len(over)))
    entries = np.concatenate(at) if at else np.zeros(0, np.int64)
    more, rest = len(short) + len(under) + len(over), len(under) + len(over)
    wide = Arrays(
        np.concatenate([np.zeros(len(a.cost)), np.ones(more)]), 0.0,
        np.concatenate([a.lower, np.zeros(more)]),
        np.concatenate([a.upper, a.lower[short], np.full(rest, np.inf)]),
        np.zeros(len(a.cost) + more, bool), a.row_lower, a.row_upper,
        np.concatenate([a.start, a.start[-1] + ends]).astype(a.start.dtype),
        np.concatenate([a.row, a.row[entries], under, over]).astype(a.row.dtype),
        np.concatenate([a.value, -a.value[entries], np.ones(len(under)), -np.ones(len(over))]),
    )  # fmt: skip
    h = _highs(wide, options, solver="ipm", run_crossover="off")
    supervised(h, options)
    solution = h.getSolution()
    return np.array(solution.row_dual) if solution.dual_valid else None


def _highs(a: Arrays, options: Options, **settings: Any) -> highspy.Highs:
    h = highspy.Highs()
    limit = {} if options.time_limit is None else {"time_limit": max(0.0, options.time_limit)}
    for name, value in {"output_flag": False, **limit, **settings}.items():
        h.setOptionValue(name, value)
    pass_arrays(h, a)
    return h


def _statuses(basic: Array) -> list[Any]:
    kinds = highspy.HighsBasisStatus
    return [kinds.kBasic if one else kinds.kLower for one in basic.tolist()]
