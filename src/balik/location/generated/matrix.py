"""A program's matrix by columns and by rows, and with more rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ...algebra import Arrays
from ...duality.rounding import Recipe

Array = np.ndarray


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
    """Σ value × column ≥ end; `depth`: by how far the point breaks it that it was made for.

    `recipe`: of what it was made, and `scale`: how many times what that gives it is; `number`: among the rows.
    """

    column: Array
    value: Array
    end: float
    depth: float
    recipe: Recipe
    scale: float
    number: int = -1


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
