"""Questions to a program without a solution: is this part feasible, and by how much must those rows give?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from ..algebra import Arrays
from .highs import run_highs
from .result import Array, Options, Result

Piece = TypeVar("Piece")


class Unanswered(Exception):
    """The search was stopped before the answer was known."""


def feasible(a: Arrays, options: Options) -> bool:
    """Whether any solution exists; raises Unanswered."""
    plain = replace(a, cost=np.zeros(len(a.cost)), offset=0.0)
    result = run_highs(plain, replace(options, prices=False, progress=None, gap=1.0))
    if result.status == "stopped":
        raise Unanswered
    return result.has_plan


def without(a: Arrays, rows: Array) -> Arrays:
    """The program without the bounds of these rows."""
    lower, upper = a.row_lower.copy(), a.row_upper.copy()
    lower[rows], upper[rows] = -np.inf, np.inf
    return replace(a, row_lower=lower, row_upper=upper)


def least_excess(a: Arrays, rows: Array, upper: bool, options: Options) -> float | None:
    """The least t ≥ 0 by which the upper (or lower) bounds of these rows must all give; None if that mends nothing.

    Each row gives way by a column of its own, at most t: the other bound of a row with two is not moved.
    Raises Unanswered when the search was stopped before the least was proved.
    """
    many, sign = len(rows), -1.0 if upper else 1.0
    own = len(a.row_lower) + np.arange(many)  # rows: what a row gives is at most t
    ends = np.r_[2 * np.arange(1, many + 1), 3 * many]  # two entries of every new column, and t is in all of these rows
    wide = Arrays(
        np.concatenate([np.zeros(len(a.cost) + many), [1.0]]),
        0.0,
        np.concatenate([a.lower, np.zeros(many + 1)]),
        np.concatenate([a.upper, np.full(many + 1, np.inf)]),
        np.concatenate([a.integer, np.zeros(many + 1, bool)]),
        np.concatenate([a.row_lower, np.full(many, -np.inf)]),
        np.concatenate([a.row_upper, np.zeros(many)]),
        np.concatenate([a.start, a.start[-1] + ends]).astype(a.start.dtype),
        np.concatenate([a.row, np.stack([rows, own], 1).ravel(), own]).astype(a.row.dtype),
        np.concatenate([a.value, np.tile([sign, 1.0], many), -np.ones(many)]),
    )
    result = run_highs(wide, replace(options, prices=False, progress=None, gap=1e-9))
    return None if _nothing(result) or result.x is None else float(result.x[-1])


def least_shortfall(a: Arrays, columns: Array, options: Options) -> Array | None:
    """How far each of these columns falls below its lower bound when, together, they fall least; None: mends nothing.

    Raises Unanswered when the search was stopped before the least was proved.
    """
    wanted = a.lower[columns]
    lower, cost = a.lower.copy(), np.zeros(len(a.cost))
    lower[columns] = np.minimum(0.0, wanted)
    cost[columns] = -1.0
    upper = a.upper.copy()
    upper[columns] = np.minimum(upper[columns], np.maximum(wanted, 0.0))
    result = run_highs(
        replace(a, cost=cost, offset=0.0, lower=lower, upper=upper), replace(options, prices=False, progress=None)
    )
    return None if _nothing(result) or result.x is None else np.maximum(0.0, wanted - result.x[columns])


def least_change(a: Arrays, columns: Array, wanted: Array, options: Options) -> Array | None:
    """Values of these columns that are nearest to what is wanted of them (in all, up or down); None: none will do.

    Raises Unanswered when the search was stopped before the nearest was proved.
    """
    k, n = len(columns), len(a.cost)
    lower, upper, cost = a.lower.copy(), a.upper.copy(), np.zeros(n)
    lower[columns] = upper[columns] = wanted  # a copy of each column goes up from there, another goes down
    start, row, value = a.start.astype(np.int64), [a.row], [a.value]
    for sign in (1.0, -1.0):
        at = [np.arange(a.start[c], a.start[c + 1]) for c in columns.tolist()]
        row += [a.row[i] for i in at]
        value += [sign * a.value[i] for i in at]
        start = np.concatenate([start, start[-1] + np.cumsum([len(i) for i in at])])
    wide = Arrays(
        np.concatenate([cost, np.ones(2 * k)]),
        0.0,
        np.concatenate([lower, np.zeros(2 * k)]),
        np.concatenate([upper, np.full(k, np.inf), wanted]),
        np.concatenate([a.integer, np.zeros(2 * k, bool)]),
        a.row_lower,
        a.row_upper,
        start.astype(a.start.dtype),
        np.concatenate(row).astype(a.row.dtype),
        np.concatenate(value),
    )
    result = run_highs(wide, replace(options, prices=False, progress=None, gap=1e-9))
    return None if _nothing(result) or result.x is None else wanted + result.x[n : n + k] - result.x[n + k :]


def _nothing(result: Result) -> bool:
    if result.status in ("stopped", "feasible"):
        raise Unanswered
    return result.x is None


def irreducible(parts: Sequence[Piece], still_infeasible_without: Callable[[list[Piece]], bool]) -> list[Piece]:
    """Parts none of which can be left out without making a solution possible (deletion filter).

    `still_infeasible_without(dropped)` says whether there is no solution when these parts are dropped.
    """
    dropped: list[Piece] = []
    for part in parts:
        if still_infeasible_without([*dropped, part]):
            dropped.append(part)
    return [part for part in parts if part not in dropped]
