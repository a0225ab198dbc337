"""How far each column can go: bounds that follow from the rows, rounded outwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..algebra import Arrays

Array = np.ndarray[Any, np.dtype[Any]]

_EPS = float(np.finfo(float).eps)
_ROUNDS = 20  # of going through all rows
_BETTER = 1e-3  # by what part a bound must fall for another round


def reach(a: Arrays, cutoff: float) -> tuple[Array, Array]:
    """Bounds of every column in solutions that cost at most `cutoff`; where lower > upper there is none.

    From a row Σ a_j x_j ≤ R follows a_k x_k ≤ R − Σ_{j≠k} min a_j x_j (the classic propagation of bounds, as in Savelsbergh
    1994); the objective is one row more. Whole columns end at whole numbers.
    """
    n, m = len(a.cost), len(a.row_lower)
    priced = np.flatnonzero(a.cost)
    col = np.concatenate([np.repeat(np.arange(n), np.diff(a.start)), priced])
    row = np.concatenate([a.row, np.full(len(priced), m)]).astype(np.int64)
    value = np.concatenate([a.value, a.cost[priced]])
    col, row, value = (entries[value != 0] for entries in (col, row, value))
    most = cutoff - a.offset
    most += 4 * _EPS * (abs(cutoff) + abs(a.offset))
    row_lower, row_upper = np.append(a.row_lower, -np.inf), np.append(a.row_upper, most)
    lower, upper = a.lower.astype(float), a.upper.astype(float)
    for _ in range(_ROUNDS):
        with np.errstate(invalid="ignore", over="ignore"):
            low, high = _implied(col, row, value, row_lower, row_upper, lower, upper)
        low, high = np.where(a.integer, np.ceil(low), low), np.where(a.integer, np.floor(high), high)
        gains = _gains(lower, upper, low, high)
        lower, upper = np.maximum(lower, low), np.minimum(upper, high)
        if not gains or (lower > upper).any():
            break
    return lower, upper


def _implied(
    col: Array, row: Array, value: Array, row_lower: Array, row_upper: Array, lower: Array, upper: Array
) -> tuple[Array, Array]:
    """What the rows say of every column."""
    n, m = len(lower), len(row_lower)
    up = value > 0
    least = np.where(up, value * lower[col], value * upper[col])
    most = np.where(up, value * upper[col], value * lower[col])
    below = (row_upper[row] - _others(row, least, m)) / value
    above = (row_lower[row] - _others(row, -most, m, -1.0)) / value
    low, high = np.full(n, -np.inf), np.full(n, np.inf)
    for end, falls in ((below, up), (above, ~up)):
        known = ~np.isnan(end)
        at = known & falls
        np.minimum.at(high, col[at], _outwards(end[at], 1.0))
        at = known & ~falls
        np.maximum.at(low, col[at], _outwards(end[at], -1.0))
    return low, high


def _others(row: Array, term: Array, m: int, sign: float = 1.0) -> Array:
    """For every entry the sum of the other terms of its row, times the sign, rounded to the safe side: away from it."""
    free = np.isneginf(term)
    known = np.where(free, 0.0, term)
    many = np.bincount(row, minlength=m)
    total, size = np.bincount(row, known, m), np.bincount(row, np.abs(known), m)
    frees = np.bincount(row, free, m)[row] - free
    rest = total[row] - known - 4.0 * _EPS * (many[row] + 4) * size[row]
    return sign * np.where(frees > 0, -np.inf, rest)


def _outwards(end: Array, way: float) -> Array:
    return np.where(np.isfinite(end), end + way * 8.0 * _EPS * np.abs(end), way * np.inf)


def _gains(lower: Array, upper: Array, low: Array, high: Array) -> bool:
    """Whether an end is new, or much nearer than it was."""
    with np.errstate(invalid="ignore"):
        new = (np.isinf(upper) & np.isfinite(high)) | (np.isinf(lower) & np.isfinite(low))
        nearer = (upper - high > _BETTER * np.abs(upper)) | (low - lower > _BETTER * np.abs(lower))
    return bool((new | (nearer & ((upper > high) | (low > lower)))).any())
