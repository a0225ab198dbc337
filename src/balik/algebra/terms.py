"""Views of variables, terms (row, column, coefficient) and rows (terms between bounds)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .index import Array, Index

INF = np.inf


def fill(values: Array | float, n: int) -> Array:
    """A float array of n: a number repeated, or the array itself."""
    out = np.asarray(values, float)
    return np.full(n, float(out)) if out.ndim == 0 else out


@dataclass(frozen=True)
class View:
    """Columns with keys: some of a variable's columns, seen from any keys."""

    cols: Array
    codes: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.cols)

    def __getattr__(self, dim: str) -> Array:
        try:
            return self.__dict__["codes"][dim]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(dim) from None

    def at(self, **keys: Array) -> View:
        """The same columns seen from another key, e.g. a flow seen from where it arrives."""
        return View(self.cols, {**self.codes, **keys})

    def where(self, mask: Array) -> View:
        """Only the columns where the mask holds (or at these positions)."""
        return View(self.cols[mask], {d: c[mask] for d, c in self.codes.items()})


@dataclass(frozen=True)
class Var(View):
    """A block of consecutive columns with its index beside it."""

    name: str = ""
    index: Index = field(default_factory=lambda: Index({}))
    lower: Array = field(default_factory=lambda: np.zeros(0))
    upper: Array = field(default_factory=lambda: np.zeros(0))
    integer: bool | Array = False


@dataclass(frozen=True)
class Terms:
    """Coefficients of columns in the rows of an index."""

    index: Index
    row: Array
    col: Array
    val: Array

    def __add__(self, other: Terms) -> Terms:
        if other.index is not self.index:
            raise ValueError("terms of two different row sets cannot be added")
        return Terms(
            self.index,
            np.concatenate([self.row, other.row]),
            np.concatenate([self.col, other.col]),
            np.concatenate([self.val, other.val]),
        )

    def __neg__(self) -> Terms:
        return Terms(self.index, self.row, self.col, -self.val)

    def __sub__(self, other: Terms) -> Terms:
        return self + -other

    def __le__(self, rhs: Terms | Array | float) -> Rows:
        return self._rows(rhs, least=False, most=True)

    def __ge__(self, rhs: Terms | Array | float) -> Rows:
        return self._rows(rhs, least=True, most=False)

    def equals(self, rhs: Terms | Array | float) -> Rows:
        """Rows in which both sides are the same."""
        return self._rows(rhs, least=True, most=True)

    def between(self, lower: Array | float, upper: Array | float) -> Rows:
        """Rows with both bounds."""
        n = len(self.index)
        return Rows(self, fill(lower, n), fill(upper, n))

    def _rows(self, rhs: Terms | Array | float, least: bool, most: bool) -> Rows:
        n = len(self.index)
        terms, bound = (self - rhs, np.zeros(n)) if isinstance(rhs, Terms) else (self, fill(rhs, n))
        return Rows(terms, bound if least else np.full(n, -INF), bound if most else np.full(n, INF))

    @classmethod
    def joined(cls, parts: list[Terms]) -> Terms:
        """The sum of many terms over one index, concatenated once."""
        if len(parts) == 1:
            return parts[0]
        index = parts[0].index
        if any(p.index is not index for p in parts):
            raise ValueError("terms of two different row sets cannot be added")
        return cls(index, *(np.concatenate([getattr(p, c) for p in parts]) for c in ("row", "col", "val")))


@dataclass(frozen=True)
class Rows:
    """Terms between a lower and an upper bound, one row for each tuple of the index."""

    terms: Terms
    lower: Array
    upper: Array

    @property
    def index(self) -> Index:
        """The tuples that the rows stand for."""
        return self.terms.index

    def __len__(self) -> int:
        return len(self.terms.index)
