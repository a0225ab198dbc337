"""Mixed-integer cuts of the root: what a row of the simplex tableau says where its switch is part open.

A row of the inverse basis weighs the rows of the program. That sum holds for every column, absent ones too; so does the
cut (Gomory 1960) that its fractions give. What rounding may take from it is taken off its end.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from ...duality.rounding import Recipe
from .matrix import Cut, Matrix, ranges
from .relaxation import Outcome, Relaxation
from .state import State

Array = np.ndarray

#: Rows of the tableau that are looked at, and cuts that are taken, in a round.
_LOOKED, _TAKEN = 40, 25
#: How far from whole a switch and the end of its row must be.
_PART = 0.02
#: A cut must be broken by this distance; no two are more parallel than this; largest over smallest coefficient (from
#: which on the solver leaves it out).
_DEPTH, _ALIKE, _RANGE = 1e-4, 0.9, 1e9
#: Part of all columns that a cut may have.
_DENSE = 0.5
#: Rounds that together must gain this part of what all have gained, or they were the last.
_PATIENCE, _LITTLE = 4, 0.1
#: Rounding of a product, relatively.
_ROUNDING = 4e-15


def tighten(s: State, root: Outcome) -> Outcome:
    """Rounds of cuts, until they gain little; the relaxation with them."""
    bounds = [root.bound]
    while root.exact and root.bound < s.cutoff and not s.watch.over():
        found = s.relaxation.numbered(cuts(s.relaxation, s.lower, s.upper))
        sure = [exact for exact in map(s.made.exact, found) if exact is not None]
        if not sure:
            break
        s.relaxation.tighten(sure)
        root = s.solve(s.lower, s.upper, root=True)
        bounds.append(root.bound)
        if len(bounds) > _PATIENCE and bounds[-1] - bounds[-1 - _PATIENCE] < _LITTLE * (bounds[-1] - bounds[0]):
            break
    return root


def cuts(r: Relaxation, lower: Array, upper: Array) -> list[Cut]:
    """Cuts that the vertex of the last solve breaks, the deepest first; within these bounds every plan keeps them."""
    a, x = r.m.a, r.point
    solver: Any = r.h  # its stubs lack what follows
    _, basic = solver.getBasicVariables()
    basic = np.asarray(basic)
    at = np.flatnonzero((basic >= 0) & (basic < len(r.col_in)))
    col = r.col_in[basic[at]]
    away = np.where((col >= 0) & a.integer[col], np.abs(x[col] - np.round(x[col])), 0.0)
    activity = r.m.activity(x)
    order = np.argsort(-away, kind="stable")[:_LOOKED]
    rows = np.flatnonzero(r.rows)
    found = []
    for k in order[away[order] > _PART].tolist():
        if r.watch.over():
            break
        status, inverse = solver.getBasisInverseRow(int(at[k]))[:2]
        if status == highspy.HighsStatus.kError:
            continue
        weight = np.zeros(r.m.rows)
        weight[rows] = np.asarray(inverse)[r.row_of[rows]]
        cut = tableau_cut(r.m, weight, x, activity, lower, upper)
        if cut is not None and cut.depth > _DEPTH:
            found.append(cut)
    return _chosen(sorted(found, key=lambda c: -c.depth), r.m.columns)


def tableau_cut(m: Matrix, weight: Array, x: Array, activity: Array, lower: Array, upper: Array) -> Cut | None:
    """The cut that Σ weight × row gives; None where it says nothing, or not for certain.

    Columns are counted from their nearer bound (t ≥ 0), and so is what each row leaves over. Then Σ ā t = β, and with f
    of a coefficient's fraction and f₀ of β's: Σ g t ≤ ⌊β⌋ where g is ⌊ā⌋ + max(0, f − f₀)/(1 − f₀) of whole columns,
    min(0, ā)/(1 − f₀) of others: that is Gomory's cut less the sum itself, in the form of mixed-integer rounding.
    """
    a = m.a
    weight = np.where(np.abs(weight) > 1e-11 * np.abs(weight).max(initial=0.0), weight, 0.0)
    on = np.flatnonzero(weight)
    sums, size = _weighed(m, on, weight[on])
    reach = np.maximum(np.abs(lower), np.abs(upper))
    top = (upper - x < x - lower) | np.isinf(lower)
    end = np.where(top, upper, lower)
    with np.errstate(invalid="ignore"):
        high = (a.row_upper - activity < activity - a.row_lower) | np.isinf(a.row_lower)
    side = np.where(high, a.row_upper, a.row_lower)
    used = size > 0
    if not (np.isfinite(reach[used]).all() and np.isfinite(side[on]).all()):
        return None
    beta = float((weight[on] * side[on]).sum() - (sums[used] * end[used]).sum())
    terms = float(np.abs(weight[on] * side[on]).sum() + (size[used] * reach[used]).sum())
    recipe = Recipe(on, weight[on], high[on], np.flatnonzero(top & used))
    part = beta - np.floor(beta)
    if not _PART < part < 1 - _PART:
        return None
    ratio = 1 / (1 - part)
    own = np.where(top, -sums, sums)
    whole = np.floor(own) + np.maximum(0.0, own - np.floor(own) - part) * ratio
    gain = np.where(a.integer, whole, np.minimum(0.0, own) * ratio)
    over = np.where(a.row_lower == a.row_upper, 0.0, np.minimum(0.0, np.where(high, weight, -weight)) * ratio)
    # back from t to the columns themselves
    gain, over = np.where(used, np.where(top, -gain, gain), 0.0), np.where(high, -over, over)
    value, size = _weighed(m, on, over[on])
    value, size = value + gain, size + np.abs(gain)
    used = size > 0
    if not np.isfinite(reach[used]).all():
        return None
    most = float(np.floor(beta) + (gain[used] * end[used]).sum() + (over[on] * side[on]).sum())
    error = ratio * terms + float((size[used] * reach[used]).sum()) + float(np.abs(over[on] * side[on]).sum())
    return _tidied(-value, -most - _ROUNDING * error, x, lower, upper, recipe)


def _weighed(m: Matrix, rows: Array, weight: Array) -> tuple[Array, Array]:
    """By column Σ weight × entry over these rows, and the same of what is added up."""
    first, order = m.by_row
    at, count = ranges(first[rows], np.diff(first)[rows])
    at = order[at]
    terms = m.value[at] * np.repeat(weight, count)
    return np.bincount(m.col[at], terms, m.columns), np.bincount(m.col[at], np.abs(terms), m.columns)


def _tidied(value: Array, end: float, x: Array, lower: Array, upper: Array, recipe: Recipe) -> Cut | None:
    """Without small coefficients (at their best for the cut), and scaled."""
    largest = float(np.abs(value).max(initial=0.0))
    if largest == 0.0:
        return None
    small = (np.abs(value) < largest / _RANGE) & (value != 0)
    end -= float(np.maximum(value[small] * lower[small], value[small] * upper[small]).sum())
    column = np.flatnonzero((value != 0) & ~small)
    if len(column) > _DENSE * len(value):
        return None
    value, end = value[column] / largest, end / largest
    end -= 1e-12 * max(1.0, abs(end))
    return Cut(
        column,
        value,
        end,
        float((end - value @ x[column]) / np.sqrt(value @ value)),
        recipe,
        2.0 ** -round(np.log2(largest)),
    )


def _chosen(found: list[Cut], columns: int) -> list[Cut]:
    """The deepest cuts of which no two say nearly the same."""
    kept: list[Cut] = []
    ways: list[Array] = []
    for cut in found:
        way = np.zeros(columns)
        way[cut.column] = cut.value / np.sqrt(cut.value @ cut.value)
        if all(abs(float(way @ other)) < _ALIKE for other in ways):
            kept.append(cut)
            ways.append(way)
        if len(kept) == _TAKEN:
            break
    return kept
