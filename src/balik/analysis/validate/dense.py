"""A linear program of tens of columns solved in floats: the tableau of `exact`, with numpy, two phases.

Dantzig's rule, and Bland's (1977) after a while, so that it ends. Made for parts of a program, as a second opinion.
"""

from __future__ import annotations

import numpy as np

from .exact import TooLong

Array = np.ndarray
_TINY = 1e-9
_DANTZIG, _PIVOTS = 400, 4000


def least(cost: Array, matrix: Array, low: Array, high: Array, lower: Array, upper: Array) -> float | None:
    """min cost·z over low ≤ matrix·z ≤ high, lower ≤ z ≤ upper; None: no solution. Raises ValueError when unbounded.

    >>> none, zero = np.array([np.inf]), np.zeros(2)
    >>> least(np.array([-1.0, -1.0]), np.array([[1.0, 2.0]]), -none, np.array([4.0]), zero, np.array([3.0, np.inf]))
    -3.5
    """
    at = matrix @ lower
    blocks = [matrix[np.isfinite(high)], -matrix[np.isfinite(low)], np.eye(len(cost))[np.isfinite(upper)]]
    right = [(high - at)[np.isfinite(high)], (at - low)[np.isfinite(low)], (upper - lower)[np.isfinite(upper)]]
    a, b = np.concatenate(blocks), np.concatenate(right)
    scale = np.abs(a).max(axis=1, initial=0.0)
    scale[scale == 0] = 1.0
    value = _two_phases(a / scale[:, None], b / scale, cost)
    return None if value is None else value + float(cost @ lower)


def _two_phases(a: Array, b: Array, cost: Array) -> float | None:
    m, n = a.shape
    negative = np.flatnonzero(b < 0)
    sign = np.where(b < 0, -1.0, 1.0)
    artificial = np.zeros((m, len(negative)))
    artificial[negative, np.arange(len(negative))] = 1.0
    table: Array = np.hstack([a * sign[:, None], np.diag(sign), artificial, (b * sign)[:, None]])
    basis = np.arange(n, n + m)
    basis[negative] = n + m + np.arange(len(negative))
    if len(negative):
        first = np.zeros(table.shape[1] - 1)
        first[n + m :] = 1.0
        if _optimise(table, basis, first, n + m) > 1e-7 * max(1.0, float(np.abs(b).max())):
            return None
        table, basis = _driven_out(table, basis, n + m)
    return _optimise(table, basis, np.concatenate([cost, np.zeros(table.shape[1] - 1 - n)]), n + m)


def _optimise(table: Array, basis: Array, cost: Array, usable: int) -> float:
    """Pivots until no reduced cost is negative; the value. Columns from `usable` on do not enter."""
    size = max(1.0, float(np.abs(cost).max(initial=0.0)))
    reduced = np.concatenate([cost, [0.0]]) - cost[basis] @ table
    for step in range(_PIVOTS):
        entering = np.flatnonzero(reduced[:usable] < -_TINY * size)
        if not len(entering):
            return float(-reduced[-1])
        j = int(entering[0]) if step > _DANTZIG else int(entering[np.argmin(reduced[entering])])
        rows = np.flatnonzero(table[:, j] > _TINY)
        if not len(rows):
            raise ValueError("unbounded")
        ratios = table[rows, -1] / table[rows, j]
        near = rows[ratios <= ratios.min() + _TINY]
        i = int(near[np.argmin(basis[near])])
        _pivot(table, basis, i, j)
        reduced -= reduced[j] * table[i]
    raise TooLong


def _pivot(table: Array, basis: Array, i: int, j: int) -> None:
    table[i] /= table[i, j]
    others = np.arange(len(table)) != i
    table[others] -= np.outer(table[others, j], table[i])
    basis[i] = j


def _driven_out(table: Array, basis: Array, usable: int) -> tuple[Array, Array]:
    """Columns of the first phase that stay in the basis at 0 leave it, or their row says nothing and goes."""
    kept = np.ones(len(table), bool)
    for i in np.flatnonzero(basis >= usable).tolist():
        j = int(np.argmax(np.abs(table[i, :usable])))
        if abs(table[i, j]) > _TINY:
            _pivot(table, basis, i, j)
        else:
            kept[i] = False
    table[:, usable:-1] = 0.0
    return table[kept], basis[kept]
