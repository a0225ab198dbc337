"""A lower bound of every solution from any prices of the rows: no matter how they were come by."""

from __future__ import annotations

import numpy as np

from .matrix import Matrix

Array = np.ndarray

#: A reduced cost this far below zero, relatively to what it is the sum of, is rounding (of a column without a bound).
_ROUNDING = 1e-12


def certified(m: Matrix, duals: Array, lower: Array, upper: Array) -> tuple[float, Array, Array]:
    """The bound, the reduced costs c − Aᵀπ and the duals as used (each of the sign that its row allows).

    min c·x ≥ Σ_r π_r b_r + Σ_j min over lower ≤ x_j ≤ upper of (c − Aᵀπ)_j x_j for every π (Neumaier and Shcherbina
    2004): b_r is the lower end of the row where π_r > 0 and the upper end where π_r < 0. `lower` and `upper` are bounds
    that every solution keeps; −inf where a column without a bound has the wrong reduced cost. What rounding may take
    from the sums is taken off.
    """
    a = m.a
    wrong = ((duals > 0) & np.isinf(a.row_lower)) | ((duals < 0) & np.isinf(a.row_upper)) | ~np.isfinite(duals)
    duals = np.where(wrong, 0.0, duals)
    terms = m.value * duals[m.row]
    reduced = a.cost - np.bincount(m.col, terms, m.columns)
    size = np.abs(a.cost) + np.bincount(m.col, np.abs(terms), m.columns)
    endless = np.isinf(np.where(reduced > 0, lower, upper)) & (np.abs(reduced) <= _ROUNDING * size)
    reduced = np.where(endless, 0.0, reduced)
    with np.errstate(invalid="ignore"):
        ends = np.where(duals > 0, duals * a.row_lower, np.where(duals < 0, duals * a.row_upper, 0.0))
        sides = np.where(reduced > 0, reduced * lower, np.where(reduced < 0, reduced * upper, 0.0))
        reach = np.where(np.isfinite(sides), 2e-16 * size * np.maximum(np.abs(lower), np.abs(upper)), 0.0)
    reach = np.where(np.isfinite(reach), reach, 0.0)
    bound = ends.sum() + sides.sum() + a.offset
    rounding = 4e-16 * (np.abs(ends).sum() + np.abs(np.where(np.isfinite(sides), sides, 0.0)).sum()) + reach.sum()
    return float(bound - rounding) if np.isfinite(bound) else -np.inf, reduced, duals
