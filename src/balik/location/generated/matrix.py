"""A program's matrix by columns and by rows, and bounds of its columns that follow from its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ...algebra import Arrays

Array = np.ndarray

#: Passes of the bounds through the rows; on a circle of lanes they would go on for ever.
_PASSES = 24
#: Derived bounds are widened by this, relatively, so that rounding takes nothing away.
_OUTWARD = 1e-9


@dataclass(frozen=True)
class Matrix:
    """A program with every entry's column and row beside it, in the order of the columns."""

    a: Arrays

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.a.cost)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.a.row_lower)

    @cached_property
    def col(self) -> Array:
        """Column of every entry."""
        return np.repeat(np.arange(self.columns), np.diff(self.a.start))

    @cached_property
    def row(self) -> Array:
        """Row of every entry."""
        return self.a.row.astype(np.int64)

    @property
    def value(self) -> Array:
        """Value of every entry."""
        return self.a.value

    @cached_property
    def by_row(self) -> tuple[Array, Array]:
        """Start of every row, and the entries in the order of the rows."""
        order = np.argsort(self.row, kind="stable")
        return np.concatenate([[0], np.cumsum(np.bincount(self.row, minlength=self.rows))]), order

    def activity(self, x: Array) -> Array:
        """A x."""
        return np.bincount(self.row, self.value * x[self.col], self.rows)

    def priced(self, duals: Array) -> Array:
        """Aᵀ π."""
        return np.bincount(self.col, self.value * duals[self.row], self.columns)

    def entries(self, columns: Array) -> tuple[Array, Array]:
        """Entries of these columns, one column after the other, and how many each has."""
        return ranges(self.a.start[columns].astype(np.int64), np.diff(self.a.start)[columns].astype(np.int64))

    def taken(self, columns: Array) -> Arrays:
        """The program of these columns alone."""
        at, count = self.entries(columns)
        a = self.a
        return replace(
            a,
            cost=a.cost[columns],
            lower=a.lower[columns],
            upper=a.upper[columns],
            integer=a.integer[columns],
            start=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
            row=a.row[at],
            value=a.value[at],
            settled=None,
        )


def ranges(first: Array, count: Array) -> tuple[Array, Array]:
    """first[0], first[0] + 1, … (count[0] of them), first[1], …; and the counts."""
    total = int(count.sum())
    at = np.arange(total) + np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    return at, count


@dataclass(frozen=True)
class Cut:
    """Σ value × column ≥ end; `depth`: by how far the point breaks it that it was made for."""

    column: Array
    value: Array
    end: float
    depth: float


def with_cuts(m: Matrix, cuts: list[Cut]) -> Matrix:
    """The program with these after its own rows."""
    none = np.zeros(0)
    row = np.repeat(m.rows + np.arange(len(cuts)), [len(c.column) for c in cuts])
    col = np.concatenate([*(c.column for c in cuts), none]).astype(np.int64)
    value = np.concatenate([*(-c.value for c in cuts), none])
    return Matrix(appended(m, row, col, value, np.array([-c.end for c in cuts], float)))


def appended(m: Matrix, row: Array, col: Array, value: Array, upper: Array) -> Arrays:
    """The program with further rows that are at most `upper`."""
    a = m.a
    every = np.concatenate([m.col, col])
    order = np.argsort(every, kind="stable")
    return replace(
        a,
        row_lower=np.concatenate([a.row_lower, np.full(len(upper), -np.inf)]),
        row_upper=np.concatenate([a.row_upper, upper]),
        start=np.concatenate([[0], np.cumsum(np.bincount(every, minlength=m.columns))]).astype(np.int32),
        row=np.concatenate([m.row, row])[order].astype(np.int32),
        value=np.concatenate([m.value, value])[order],
    )


def implied_bounds(m: Matrix) -> tuple[Array, Array]:
    """Bounds of every column as far as the rows tell: valid for every solution, widened against rounding.

    Activity bounds (Savelsbergh 1994): in Σ a x ≤ b, what all others take at least leaves a column the rest.
    """
    a = m.a
    lower, upper = a.lower.copy(), a.upper.copy()
    row, col, value = m.row, m.col, m.value
    for _ in range(_PASSES):
        before = (lower.copy(), upper.copy())
        for sign, end in ((1.0, a.row_upper), (-1.0, -a.row_lower)):
            on = np.isfinite(end)[row]
            r, c, v = row[on], col[on], sign * value[on]
            rest = _least_of_others(r, c, v, lower, upper, m.rows)
            with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
                room = (end[r] - rest) / v
                wide = _OUTWARD * (np.abs(room) + np.abs(end[r] / v))
            known = np.isfinite(room)
            up, down = known & (v > 0), known & (v < 0)
            np.minimum.at(upper, c[up], room[up] + wide[up])
            np.maximum.at(lower, c[down], room[down] - wide[down])
        lower, upper = _whole(a, np.maximum(lower, before[0]), np.minimum(upper, before[1]))
        if (lower > upper).any():  # by rounding, or because there is no solution: the search will tell
            return before
        if not _moved(before, (lower, upper)):
            break
    return lower, upper


def _least_of_others(r: Array, c: Array, v: Array, lower: Array, upper: Array, rows: int) -> Array:
    """For every entry, the least that the other entries of its row add up to (−inf where nothing bounds them)."""
    least = v * np.where(v > 0, lower[c], upper[c])
    endless = ~np.isfinite(least)
    finite = np.where(endless, 0.0, least)
    total, count = np.bincount(r, finite, rows), np.bincount(r, endless, rows)
    others: Array = np.where(count[r] - endless > 0, -np.inf, total[r] - finite)
    # what is subtracted again leaves the rounding of the whole sum behind
    return others - 1e-15 * np.bincount(r, np.abs(finite), rows)[r]


def _whole(a: Arrays, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Bounds of whole numbers are whole."""
    with np.errstate(invalid="ignore"):
        low, high = np.ceil(lower - 1e-6), np.floor(upper + 1e-6)
    return np.where(a.integer, low, lower), np.where(a.integer, high, upper)


def _moved(before: tuple[Array, Array], after: tuple[Array, Array]) -> bool:
    for old, new in zip(before, after, strict=True):
        with np.errstate(invalid="ignore"):
            change = np.abs(new - old)
        far = (np.isfinite(new) & ~np.isfinite(old)) | (change > 1e-3 * np.maximum(1.0, np.abs(new)))
        if far.any():
            return True
    return False
