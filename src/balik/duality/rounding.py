"""Rows that follow from a program by mixed-integer rounding, with every rounding of the floats on the safe side.

Rows are weighed and added up: Σ α x + Σ σ s = b, with s ≥ 0 what each row is away from the side that it is counted
from. Columns are counted from an end, t = x − l ≥ 0 or t = u − x ≥ 0. Of Σ α t + Σ σ s ≤ β, f = β − ⌊β⌋ > 0, follows

    Σ over whole t of (⌊α⌋ + max(0, α − ⌊α⌋ − f) / (1 − f)) t + Σ over other t of min(0, α) / (1 − f) t
        + Σ min(0, σ) / (1 − f) s ≤ ⌊β⌋

(Nemhauser and Wolsey 1990; Marchand and Wolsey 2001). It holds for any weights and ends, so whoever states them need not
be believed. A row x ≤ u y is one of them: it follows from Σ x ≤ K y with x counted from its end u. The left hand side
never rises where α falls or β rises: so α is rounded down, β up, and what is left of rounding is added to the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..algebra import Arrays

Array = np.ndarray[Any, np.dtype[Any]]

_EPS = float(np.finfo(float).eps)
#: How far from whole β must be, or nothing follows.
_PART = 1e-6
#: Coefficients this much smaller than the largest are put at their worst, where that is finite.
_SMALL = 1e-10


@dataclass(frozen=True)
class Recipe:
    """How a row is derived: `row` with `weight`, each counted from its upper side where `upper`; columns from their
    lower ends but for those in `top`. Rows that were derived before follow those of the program in number. Or from a
    second-order row, `cone`, whose columns become 1 in the order `top`.
    """

    row: Array
    weight: Array
    upper: Array
    top: Array
    cone: int = -1


@dataclass(frozen=True)
class Derived:
    """Σ value × column ≤ end."""

    column: Array
    value: Array
    end: float


@dataclass(frozen=True)
class Sum:
    """Σ weight × row: by `column` its `value`, the same without signs (`size`) and of how many terms (`times`); by row
    its ends; by entry its column `col`, what stands there (`entry`), its `place` among the columns; `many` by row.
    """

    column: Array
    value: Array
    size: Array
    times: Array
    least: Array
    most: Array
    col: Array
    entry: Array
    place: Array
    many: Array


class Rows:
    """The rows of a program, and those derived from them; `lower`, `upper`: ends that hold in all plans in question."""

    def __init__(self, a: Arrays, lower: Array, upper: Array) -> None:
        self.a, self.lower, self.upper = a, lower, upper
        col = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
        order = np.argsort(a.row, kind="stable")
        self.col, self.value = col[order], np.asarray(a.value, float)[order]
        self.first = np.concatenate([[0], np.cumsum(np.bincount(a.row, minlength=len(a.row_lower)))])
        self.least, self.most = a.row_lower.astype(float), a.row_upper.astype(float)
        self.own = len(a.row_lower)
        self.derived: list[Derived] = []

    def __len__(self) -> int:
        return self.own + len(self.derived)

    def sum(self, row: Array, weight: Array) -> Sum:
        """Rows, weighed and added up."""
        if row.max(initial=0) >= len(self.least):
            self._join()
        begin = self.first[row]
        many = self.first[row + 1] - begin
        at = np.arange(int(many.sum())) + np.repeat(begin - np.concatenate([[0], np.cumsum(many)[:-1]]), many)
        col, value = self.col[at], self.value[at]
        column, place = np.unique(col, return_inverse=True)
        term, n = np.repeat(weight, many) * value, len(column)
        return Sum(
            column, np.bincount(place, term, n), np.bincount(place, np.abs(term), n), np.bincount(place, minlength=n),
            self.least[row], self.most[row], col, value, place, many,
        )  # fmt: skip

    def _join(self) -> None:
        """Put the derived rows behind those that are joined already."""
        fresh = self.derived[len(self.least) - self.own :]
        self.col = np.concatenate([self.col, *(d.column for d in fresh)])
        self.value = np.concatenate([self.value, *(d.value for d in fresh)])
        self.first = np.concatenate([self.first, self.first[-1] + np.cumsum([len(d.column) for d in fresh])])
        self.least = np.concatenate([self.least, np.full(len(fresh), -np.inf)])
        self.most = np.concatenate([self.most, [d.end for d in fresh]])

    def follows(self, recipe: Recipe) -> Derived | None:
        """The row that a recipe gives; None where nothing follows."""
        return self._stepped(recipe) if recipe.cone >= 0 else self._rounded(recipe)

    def _stepped(self, recipe: Recipe) -> Derived | None:
        """Of a second-order row over columns of 0 or 1, each with a factor of its own."""
        cone = self.a.cones[recipe.cone]
        cols, order = cone.cols, np.argsort(cone.cols)
        at = order[np.minimum(np.searchsorted(cols[order], recipe.top), len(cols) - 1)]
        binary = self.a.integer[cols].all() and (self.lower[cols] >= 0).all() and (self.upper[cols] <= 1).all()
        once = np.array_equal(np.sort(at), np.arange(len(cols))) and np.array_equal(cols[at], recipe.top)
        if not (
            binary and once and cone.tie is None and len(np.unique(cone.factor)) == len(np.unique(cols)) == len(cols)
        ):
            return None
        root = np.sqrt(np.cumsum(cone.size[at] ** 2))
        step = np.diff(root, prepend=0.0) - _EPS * (len(at) + 4) * root
        return Derived(np.append(cols[at], cone.bound), np.append(step, -1.0), 0.0)

    def _rounded(self, recipe: Recipe) -> Derived | None:
        """By mixed-integer rounding."""
        s = self.sum(recipe.row, recipe.weight)
        column, alpha, size, times = s.column, s.value, s.size, s.times
        side = np.where(recipe.upper, s.most, s.least)
        low, high = self.lower[column], self.upper[column]
        top = np.isin(column, recipe.top)
        end = np.where(top, high, low)
        if not (np.isfinite(side).all() and np.isfinite(end).all()):
            return None
        doubt = 2.0 * _EPS * (times + 2.0) * size
        beta = _above(np.concatenate([recipe.weight * side, -alpha * end, doubt * np.abs(end)]))
        floor = np.floor(beta)
        part = (beta - floor) * (1.0 + 4.0 * _EPS)
        if not _PART < part < 1.0 - _PART:
            return None
        ratio = (1.0 + 8.0 * _EPS) / (1.0 - part)
        gain = self._gains(np.where(top, -alpha, alpha) - doubt, self.a.integer[column], part, ratio)
        # back to the columns themselves
        x = np.where(top, -gain, gain)
        rest = [np.array([floor]), x * end]
        over = np.minimum(0.0, np.where(recipe.upper, recipe.weight, -recipe.weight)) * ratio
        over = np.where(s.least == s.most, 0.0, over * (1.0 + 4.0 * _EPS))
        if over.any():
            signed = np.where(recipe.upper, -over, over)
            rest.append(signed * side)
            more = np.repeat(signed, s.many) * s.entry
            error = 2.0 * _EPS * (times + 3.0) * (np.abs(x) + np.bincount(s.place, np.abs(more), len(x)))
            x = x + np.bincount(s.place, more, len(x))
            off = error > 0.0  # a column of which nothing is left may be without an end
            rest.append(error[off] * np.maximum(np.abs(low), np.abs(high))[off])
        return _tidied(column, x, low, high, np.concatenate(rest))

    @staticmethod
    def _gains(alpha: Array, whole: Array, part: float, ratio: float) -> Array:
        """The coefficients of what columns are away from their ends, rounded down."""
        floor = np.floor(alpha)
        of = floor + np.maximum(0.0, alpha - floor - part) * ratio
        of -= 16.0 * _EPS * (1.0 + np.abs(floor) + ratio) * (alpha != floor)
        other = np.minimum(0.0, alpha) * ratio
        gain: Array = np.where(whole, of, other * (1.0 + 4.0 * _EPS))
        return gain

    def add(self, found: Derived) -> int:
        """Take a derived row; its number."""
        self.derived.append(found)
        return len(self) - 1

    def arrays(self) -> Arrays:
        """The program with the derived rows after its own."""
        a = self.a
        col = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
        more = [len(d.column) for d in self.derived]
        col = np.concatenate([col, *(d.column for d in self.derived)])
        row = np.concatenate([a.row, np.repeat(self.own + np.arange(len(more)), more)])
        value = np.concatenate([a.value, *(d.value for d in self.derived)])
        order = np.argsort(col, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(col, minlength=len(a.cost)))])
        ends = np.array([d.end for d in self.derived], float)
        return replace(
            a, lower=self.lower, upper=self.upper, start=start, row=row[order], value=value[order],
            row_lower=np.concatenate([a.row_lower, np.full(len(ends), -np.inf)]), row_upper=np.concatenate([a.row_upper, ends]),
        )  # fmt: skip


def _above(parts: Array) -> float:
    """A sum, rounded up."""
    return float(parts.sum() + 2.0 * _EPS * (len(parts) + 4) * np.abs(parts).sum())


def _tidied(column: Array, x: Array, low: Array, high: Array, rest: Array) -> Derived | None:
    """Without coefficients that are next to nothing; None where the end is none."""
    small = np.abs(x) <= _SMALL * np.abs(x).max(initial=0.0)
    small &= np.isfinite(low) & np.isfinite(high)
    least = np.minimum(x[small] * low[small], x[small] * high[small])
    end = _above(np.concatenate([rest, -least]))
    if not np.isfinite(end):
        return None
    keep = ~small & (x != 0.0)
    return Derived(column[keep], x[keep], end)
