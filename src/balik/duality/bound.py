"""A bound from duals, whatever they are (weak duality), with every rounding counted against it.

For the program  min c·x,  r ≤ A x ≤ R,  l ≤ x ≤ u  and any y, with d = c − Aᵀy,

    c·x = d·x + y·(A x) ≥ Σ_j min { d_j x_j : l_j ≤ x_j ≤ u_j } + Σ_i (y_i r_i where y_i > 0, else y_i R_i),

so whatever a solver, or anyone, hands in as y gives a bound; a wrong y gives a lower one. d is known up to rounding: as
an interval, of which the worse end counts (Neumaier & Shcherbina 2004). A column without an end, whose d has the wrong
sign by as much as a rounding, would make the bound minus infinity: then its end is taken that holds in every plan which
costs no more than a given one (`reach`). The bound holds for those plans, and the others cost more: so the lesser of
both holds for all (as Jansson 2004 does with bounds that are known beforehand).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..algebra import Arrays
from .reach import reach

Array = np.ndarray[Any, np.dtype[Any]]

#: Rounding of one operation; of a sum of n terms at most n times this, of the sum of their sizes (Higham 2002, ch. 3).
EPS = float(np.finfo(float).eps)
_LARGEST = 1e100


@dataclass(frozen=True)
class Shown:
    """`bound`: no plan costs less (−inf: nothing is shown). `ends`: columns whose end had to be worked out for it."""

    bound: float
    ends: int = 0


def bound_of(a: Arrays, duals: Array, cutoff: float) -> Shown:
    """What no solution of the program costs less than, as these duals of its rows show.

    `duals`: any numbers, one for each row (others count as 0). `cutoff`: the cost of a plan that is known; a wrong one
    makes the bound no higher than it is, and never wrong.
    """
    y = _possible(a, duals)
    price, off = _reduced(a, y)
    least = least_of(price - off, price + off, a.lower, a.upper)
    open_ = int(np.isneginf(least).sum())
    if not open_:
        return Shown(_total(a, y, least))
    lower, upper = reach(a, cutoff)
    if (lower > upper).any():  # nothing is cheaper than the plan that is known
        return Shown(cutoff, open_)
    least = least_of(price - off, price + off, lower, upper)
    if np.isneginf(least).any():
        return Shown(-math.inf, open_)
    return Shown(min(_total(a, y, least), cutoff), open_)


def _possible(a: Arrays, duals: Array) -> Array:
    """The duals, 0 where a row has no such side, or the dual is no number or beyond all measure."""
    y = np.asarray(duals, float)
    y = np.where(np.abs(y) < _LARGEST, y, 0.0) if y.shape == a.row_lower.shape else np.zeros(len(a.row_lower))
    return np.where(((y > 0) & np.isfinite(a.row_lower)) | ((y < 0) & np.isfinite(a.row_upper)), y, 0.0)


def _reduced(a: Arrays, y: Array) -> tuple[Array, Array]:
    """c − Aᵀy, and by how much it may be off."""
    n = len(a.cost)
    many = np.diff(a.start)
    of = np.repeat(np.arange(n), many)
    term = a.value * y[a.row]
    size = np.abs(a.cost) + np.bincount(of, np.abs(term), n)
    return a.cost - np.bincount(of, term, n), 2.0 * EPS * (many + 3) * size


def least_of(low: Array, high: Array, lower: Array, upper: Array) -> Array:
    """The least of d × x for low ≤ d ≤ high and lower ≤ x ≤ upper, rounded down."""
    with np.errstate(invalid="ignore", over="ignore"):
        at_lower = np.where(
            np.isfinite(lower), np.minimum(low * lower, high * lower), np.where(high <= 0, np.inf, -np.inf)
        )
        at_upper = np.where(
            np.isfinite(upper), np.minimum(low * upper, high * upper), np.where(low >= 0, np.inf, -np.inf)
        )
    least = np.minimum(at_lower, at_upper)
    least = np.where(np.isposinf(least), 0.0, least)  # no end on either side, and d is 0
    return least - 2.0 * EPS * np.abs(np.where(np.isfinite(least), least, 0.0))


def _total(a: Arrays, y: Array, least: Array) -> float:
    """The bound, rounded down."""
    side = np.where(y > 0, a.row_lower, np.where(y < 0, a.row_upper, 0.0))
    rows = y * side
    rows = rows - 2.0 * EPS * np.abs(rows)
    found = math.fsum([*rows.tolist(), *least.tolist(), a.offset])
    if not math.isfinite(found):
        return -math.inf
    # fsum rounds once; products below the least float are lost in full
    return math.nextafter(found - EPS * abs(found), -math.inf) - 1e-300 * (len(rows) + len(least))
