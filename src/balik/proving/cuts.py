"""Rows to derive: which sums of rows, divided by what and counted from which ends, the point of a relaxation breaks most.

Sums are single rows, and rows of the simplex tableau (Gomory 1960). Each is tried with some divisors and ends, after
Marchand and Wolsey (2001). What follows is worked out by the code that the checker uses (`duality.rounding`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..duality.rounding import Derived, Recipe, Rows
from ..engines.relaxed import Relaxed

Array = np.ndarray

#: Single rows, and divisors of a sum, that are tried.
_SINGLE, _DIVISORS = 400, 5
#: A row must be broken by this distance; no two are more parallel than this; most of one round.
_DEPTH, _ALIKE, _TAKEN = 1e-4, 0.95, 60
#: A row this close to its end may give something, relative to what it adds up.
_TIGHT = 1e-6
#: Weights below this part of the largest are none.
_WEIGHT = 1e-9
#: From which part of its range on a column is counted from its upper end.
_ENDS = (0.5, 0.05, 0.95)
#: f must lie between this and one less this.
_PART = 0.01
_WHOLE = 1e-6


@dataclass(frozen=True)
class Cut:
    """A derived row and its recipe; `depth`: how far the point breaks it."""

    recipe: Recipe
    row: Derived
    depth: float


def separated(rows: Rows, point: Array, live: Relaxed, number: Array, looked: int) -> list[Cut]:
    """Derived rows that a point breaks, the deepest first.

    `live`: whose tableau is `looked` at, at so many rows; `number`: its rows, as the derived rows are numbered.
    """
    if not len(rows.a.value):  # HiGHS has no tableau then, and ends the process that asks for it
        return []
    sums = _single(rows, point) + _tableau(rows, live, number, point, looked)
    found = []
    for cut in [*(_best(rows, row, weight, point) for row, weight in sums), *_second_order(rows, point)]:
        if cut is not None:
            found.append(cut)
    found.sort(key=lambda c: -c.depth)
    return _chosen(found, len(point))


def _single(rows: Rows, point: Array) -> list[tuple[Array, Array]]:
    """Rows that the point meets with whole columns in part, by themselves."""
    a = rows.a
    part = np.where(a.integer, np.abs(point - np.round(point)), 0.0)
    col = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
    term = a.value * point[col]
    activity, size = np.bincount(a.row, term, rows.own), np.bincount(a.row, np.abs(term), rows.own)
    away = np.bincount(a.row, part[col], rows.own)
    out: list[tuple[float, int, float]] = []
    for end, sign in ((a.row_upper, 1.0), (a.row_lower, -1.0)):
        with np.errstate(invalid="ignore"):
            tight = (away > _WHOLE) & (np.abs(end - activity) <= _TIGHT * np.maximum(1.0, size))
        out += [(float(-away[k]), k, sign) for k in np.flatnonzero(tight).tolist()]
    return [(np.array([k]), np.array([sign])) for _, k, sign in sorted(out)[:_SINGLE]]


def _tableau(rows: Rows, live: Relaxed, number: Array, point: Array, looked: int) -> list[tuple[Array, Array]]:
    """Rows of the tableau whose column is whole, and is not."""
    basic = live.basic()
    at = np.flatnonzero(basic >= 0)
    col = basic[at]
    away = np.where(rows.a.integer[col], np.abs(point[col] - np.round(point[col])), 0.0)
    out = []
    for k in np.argsort(-away, kind="stable")[:looked].tolist():
        if away[k] <= _WHOLE:
            break
        weight = live.weights(int(at[k]))
        on = np.flatnonzero(np.abs(weight) > _WEIGHT * np.abs(weight).max(initial=0.0))
        if len(on):
            out += [(number[on], sign * weight[on]) for sign in (1.0, -1.0)]
    return out


def _second_order(rows: Rows, point: Array) -> list[Cut | None]:
    """What second-order rows give: the steps in the order of the point cut deepest."""
    none, out = np.zeros(0, np.int64), []
    for k, cone in enumerate(rows.a.cones):
        order = cone.cols[np.argsort(-point[cone.cols], kind="stable")]
        out.append(_cut(rows, Recipe(none, np.zeros(0), none.astype(bool), order, k), point))
    return out


def _best(rows: Rows, row: Array, weight: Array, point: Array) -> Cut | None:
    """The deepest row that follows from a sum, over divisors and ends."""
    s = rows.sum(row, weight)
    column, alpha, least, most = s.column, s.value, s.least, s.most
    activity = np.bincount(np.repeat(np.arange(len(row)), s.many), s.entry * point[s.col], len(row))
    with np.errstate(invalid="ignore"):
        upper = np.where(np.isinf(least), True, np.where(np.isinf(most), False, most - activity <= activity - least))
    upper = np.where(least == most, weight > 0, upper)
    side = np.where(upper, most, least)
    away = np.maximum(0.0, np.where(upper, side - activity, activity - side))
    over = np.where(least == most, 0.0, np.minimum(0.0, np.where(upper, weight, -weight)))
    x, whole = point[column], rows.a.integer[column]
    low, high = rows.lower[column], rows.upper[column]
    if not np.isfinite(side).all() or (np.isinf(low) & np.isinf(high)).any():
        return None
    part = whole & (np.abs(x - np.round(x)) > _WHOLE)
    divisors = np.unique(np.concatenate([np.abs(alpha[part]), [1.0] if len(row) > 1 else []]))[::-1][:_DIVISORS]
    divisors = divisors[divisors > _WEIGHT * np.abs(alpha).max(initial=0.0)]
    best: tuple[float, Array] | None = None
    depth = _DEPTH
    ends: list[Array] = []
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(np.isinf(high), -np.inf, np.where(np.isinf(low), np.inf, (x - low) / (high - low)))
    for limit in _ENDS:
        top = share > limit if not ends else np.where(whole, ends[0], share > limit)
        if not any((top == other).all() for other in ends):
            ends.append(top)
    for top in ends:
        end = np.where(top, high, low)
        t = np.abs(x - end)
        signed = np.where(top, -alpha, alpha)
        beta = float(weight @ side - alpha @ end)
        for by in divisors.tolist():
            found = _depth(signed / by, beta / by, t, whole, float(over @ away) / by)
            if found > depth:
                best, depth = (by, top), found
    if best is None:
        return None
    recipe = Recipe(row.astype(np.int64), weight / best[0], upper, column[best[1] & (alpha != 0.0)])
    return _cut(rows, recipe, point)


def _cut(rows: Rows, recipe: Recipe, point: Array) -> Cut | None:
    """What a recipe gives, where the point breaks it."""
    derived = rows.follows(recipe)
    if derived is None:
        return None
    length = float(np.sqrt(derived.value @ derived.value))
    depth = (float(derived.value @ point[derived.column]) - derived.end) / length if length > 0 else 0.0
    return Cut(recipe, derived, depth) if depth > _DEPTH else None


def _depth(alpha: Array, beta: float, t: Array, whole: Array, over: float) -> float:
    """About how far a point breaks the row that follows."""
    floor = np.floor(beta)
    part = beta - floor
    if not _PART < part < 1.0 - _PART:
        return 0.0
    ratio = 1.0 / (1.0 - part)
    down = np.floor(alpha + 1e-12)
    gain = np.where(whole, down + np.maximum(0.0, alpha - down - part) * ratio, np.minimum(0.0, alpha) * ratio)
    length = float(np.sqrt(gain @ gain))
    return (float(gain @ t) + over * ratio - floor) / length if length > 0 else 0.0


def _chosen(found: list[Cut], columns: int) -> list[Cut]:
    """The deepest of which no two say nearly the same."""
    kept: list[Cut] = []
    ways: list[Array] = []
    for cut in found:
        way = np.zeros(columns)
        way[cut.row.column] = cut.row.value / np.sqrt(cut.row.value @ cut.row.value)
        if not ways or float((np.stack(ways) @ way).max()) < _ALIKE:
            kept.append(cut)
            ways.append(way)
        if len(kept) == _TAKEN:
            break
    return kept
