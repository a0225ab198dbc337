"""Between which values a figure lies over all plans of the same least cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...algebra import Arrays
from ...engines import Options, Result
from ...engines.highs import run_highs
from ...model.bounded import Sum

Array = np.ndarray
_PRICED = 1e-7
#: Most columns of a program whose optimal plans are searched, and the seconds that each search may take.
LARGE, SECONDS = 20_000, 5.0


def optimal_face(a: Arrays, result: Result) -> Arrays | None:
    """The program of all optimal plans; None where it is not known.

    For a linear program columns and rows with a price stay where they are (complementary slackness), which is exact;
    with whole numbers the objective may not exceed its value by more than the gap.
    """
    if result.x is None or result.objective is None or result.status != "optimal" or len(a.cost) > LARGE:
        return None
    if abs(float(a.cost @ result.x) + a.offset - result.objective) > 1e-6 * max(1.0, abs(result.objective)):
        return None  # it was solved in stages: the plans that are as good are others
    if result.prices is None or a.integer.any():
        return no_dearer(a, result.objective + 1e-9 * max(1.0, abs(result.objective)))
    x, price, reduced = result.x, result.prices.row, result.prices.column
    lower, upper, row_lower, row_upper = (v.copy() for v in (a.lower, a.upper, a.row_lower, a.row_upper))
    still = np.abs(reduced) > _PRICED * np.maximum(1.0, np.abs(a.cost))
    lower[still] = upper[still] = x[still]
    scale = _PRICED * max(1.0, float(np.abs(price).max(initial=0.0)))
    down, up = price > scale, price < -scale
    row_upper[down & np.isfinite(row_lower)] = row_lower[down & np.isfinite(row_lower)]
    row_lower[up & np.isfinite(row_upper)] = row_upper[up & np.isfinite(row_upper)]
    return replace(a, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def no_dearer(a: Arrays, most: float) -> Arrays:
    """The program with a last row: the objective is at most so much."""
    return with_row(a, np.flatnonzero(a.cost), a.cost[a.cost != 0], most - a.offset)


def with_row(a: Arrays, columns: Array, coef: Array, most: float) -> Arrays:
    """The program with a last row: Σ coef × column is at most so much; the columns ascend."""
    last, count = len(a.row_lower), np.zeros(len(a.cost), np.int64)
    count[columns] = 1
    start = a.start.astype(np.int64) + np.concatenate([[0], np.cumsum(count)])
    row, value = np.empty(start[-1], np.int32), np.empty(start[-1])
    own = start[1:][columns] - 1
    old = np.ones(len(row), bool)
    old[own] = False
    row[old], value[old] = a.row, a.value
    row[own], value[own] = last, coef
    return replace(
        a, row_lower=np.append(a.row_lower, -np.inf), row_upper=np.append(a.row_upper, most),
        start=start.astype(a.start.dtype), row=row, value=value,
    )  # fmt: skip


def range_on(face: Arrays, of: Sum) -> tuple[float, float] | None:
    """The least and the largest value of a sum over a program; None where a search did not end."""
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(len(face.cost))
        cost[of.col] = sign * of.coef
        options = Options(gap=1e-9, time_limit=SECONDS, prices=False)
        result = run_highs(replace(face, cost=cost, offset=0.0), options)
        if result.status == "unbounded":
            ends.append(-sign * np.inf)
        elif result.status == "optimal" and result.objective is not None:
            ends.append(sign * result.objective)
        else:
            return None
    return ends[0] + of.constant, ends[1] + of.constant
