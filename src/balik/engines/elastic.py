"""Questions to a program without a solution: is this part feasible, and by how much must those rows give?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..algebra import Arrays
from .highs import run_highs
from .result import Array, Options, Result


@dataclass(frozen=True)
class Soft:
    """A number in several rows lower ≤ Σ coef × column ≤ upper, which may give way: by `give` in each row for every unit.

    `up`, `down`: the most by which the number may rise or fall; `weight`: what a unit of either counts.
    """

    cols: list[Array]
    coefs: list[Array]
    lower: Array
    upper: Array
    give: Array
    up: float = np.inf
    down: float = np.inf
    weight: float = field(default=1.0)


#: Gaps of least changes: of one number, and of the total of several, each counted relative to itself.
_EXACT, _NEAR = 1e-9, 1e-6


class Unanswered(Exception):
    """The search was stopped before the answer was known."""


def feasible(a: Arrays, options: Options) -> bool:
    """Whether any solution exists; raises Unanswered."""
    return solution(a, options) is not None


def solution(a: Arrays, options: Options) -> Array | None:
    """Any solution; None where there is none. Raises Unanswered."""
    plain = replace(a, cost=np.zeros(len(a.cost)), offset=0.0)
    result = run_highs(plain, replace(options, prices=False, progress=None, gap=1.0))
    if result.status == "stopped":
        raise Unanswered
    return result.x


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
        cones=a.cones,
        risks=a.risks,
    )
    result = run_highs(wide, replace(options, prices=False, progress=None, gap=1e-9))
    return None if _nothing(result) or result.x is None else float(result.x[-1])


def least_total(a: Arrays, softs: Sequence[Soft], options: Options) -> tuple[Array, bool] | None:
    """By how much each of these numbers must rise (or fall) when, weighted, they move least in all; None: mends nothing.

    Also whether that was proved to be the least. Raises Unanswered when the search was stopped before it found any.
    """
    k, n, m = len(softs), len(a.cost), len(a.row_lower)
    col = [np.repeat(np.arange(n), np.diff(a.start))]
    row, value = [np.asarray(a.row, np.int64)], [a.value]
    lower, upper = [a.row_lower], [a.row_upper]
    for position, soft in enumerate(softs):
        many = len(soft.give)
        own = m + np.arange(many)
        m += many
        row += [np.repeat(own, [len(c) for c in soft.cols]), own, own]
        col += [*([np.concatenate(soft.cols)] if many else [np.zeros(0, np.int64)]), np.full(many, n + position),
                np.full(many, n + k + position)]  # fmt: skip
        value += [np.concatenate(soft.coefs) if many else np.zeros(0), -soft.give, soft.give]
        lower.append(soft.lower)
        upper.append(soft.upper)
    cols, rows, values = np.concatenate(col), np.concatenate(row), np.concatenate(value)
    order = np.lexsort((rows, cols))
    weight = np.array([soft.weight for soft in softs])
    wide = Arrays(
        np.concatenate([np.zeros(n), weight, weight]),
        0.0,
        np.concatenate([a.lower, np.zeros(2 * k)]),
        np.concatenate([a.upper, [soft.up for soft in softs], [soft.down for soft in softs]]),
        np.concatenate([a.integer, np.zeros(2 * k, bool)]),
        np.concatenate(lower),
        np.concatenate(upper),
        np.concatenate([[0], np.cumsum(np.bincount(cols, minlength=n + 2 * k))]).astype(a.start.dtype),
        rows[order].astype(a.row.dtype),
        values[order],
        cones=a.cones,
        risks=a.risks,
    )
    result = run_highs(wide, replace(options, prices=False, progress=None, gap=_EXACT if k == 1 else _NEAR))
    if result.x is None:
        _nothing(result)
        return None
    return result.x[n : n + k] - result.x[n + k :], result.status == "optimal"


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
        cones=a.cones,
        risks=a.risks,
    )
    result = run_highs(wide, replace(options, prices=False, progress=None, gap=1e-9))
    return None if _nothing(result) or result.x is None else wanted + result.x[n : n + k] - result.x[n + k :]


def _nothing(result: Result) -> bool:
    if result.status in ("stopped", "feasible"):
        raise Unanswered
    return result.x is None
