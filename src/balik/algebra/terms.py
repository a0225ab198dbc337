"""Views of variables, terms (row, column, coefficient) and rows (terms between bounds)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .index import Array, Index

INF = np.inf


def fill(values: Array | float, n: int) -> Array:
    """A float array of n: a number repeated (without its memory, so not to be written to), or the array itself."""
    out = np.asarray(values, float)
    return np.broadcast_to(out, n) if out.ndim == 0 else out


def repeated(values: Array) -> bool:
    """Whether an array is one number repeated by `fill`."""
    return values.strides == (0,) and len(values) > 0


def joined(parts: Sequence[Array]) -> Array:
    """Arrays end to end; one alone is not copied."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


@dataclass(frozen=True)
class View:
    """Columns with keys: some of a variable's columns, seen from any keys."""

    cols: Array
    codes: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.cols)

    def __getattr__(self, dim: str) -> Array:
        if dim != "codes" and dim in self.codes:
            return self.codes[dim]
        raise AttributeError(dim)

    def at(self, **keys: Array) -> View:
        """The same columns seen from another key, e.g. a flow seen from where it arrives."""
        return View(self.cols, {**self.codes, **keys})

    def where(self, mask: Array) -> View:
        """Only the columns where the mask holds (or at these positions)."""
        if mask.dtype == bool:
            if mask.all():
                return View(self.cols, self.codes)
            mask = np.flatnonzero(mask)
        return View(self.cols[mask], {d: c[mask] for d, c in self.codes.items()})


@dataclass(frozen=True)
class Var(View):
    """A block of consecutive columns with its index beside it."""

    name: str = ""
    index: Index = field(default_factory=lambda: Index({}))
    lower: Array = field(default_factory=lambda: np.zeros(0))
    upper: Array = field(default_factory=lambda: np.zeros(0))
    integer: bool | Array = False


class Piece(NamedTuple):
    """Coefficients as they were stated: row, column and value of each."""

    row: Array
    col: Array
    val: Array


class Terms:
    """Coefficients of columns in the rows of an index.

    A sum keeps the pieces that it is made of (they go into columns one by one) and joins them when asked.
    """

    def __init__(self, index: Index, row: Array, col: Array, val: Array):
        self.index = index
        self.pieces = [Piece(row, col, val)]

    @property
    def row(self) -> Array:
        """Row of each coefficient."""
        return self._whole.row

    @property
    def col(self) -> Array:
        """Column of each coefficient."""
        return self._whole.col

    @property
    def val(self) -> Array:
        """Value of each coefficient."""
        return self._whole.val

    @cached_property
    def _whole(self) -> Piece:
        if len(self.pieces) == 1:
            return self.pieces[0]
        row, col, val = map(np.concatenate, zip(*self.pieces, strict=True))
        return Piece(row, col, val)

    def __add__(self, other: Terms) -> Terms:
        return Terms.joined([self, other])

    def __neg__(self) -> Terms:
        out = Terms.joined([self])
        out.pieces = [
            Piece(p.row, p.col, fill(-p.val[0], len(p.val)) if repeated(p.val) else -p.val) for p in out.pieces
        ]
        return out

    def __sub__(self, other: Terms) -> Terms:
        return self + -other

    def __le__(self, rhs: Terms | Array | float) -> Rows:  # type: ignore[misc]
        return self._rows(rhs, least=False, most=True)

    def __ge__(self, rhs: Terms | Array | float) -> Rows:  # type: ignore[misc]
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
        terms, bound = (self - rhs, fill(0.0, n)) if isinstance(rhs, Terms) else (self, fill(rhs, n))
        return Rows(terms, bound if least else fill(-INF, n), bound if most else fill(INF, n))

    @classmethod
    def joined(cls, parts: list[Terms]) -> Terms:
        """The sum of many terms over one index."""
        index = parts[0].index
        if any(p.index is not index for p in parts):
            raise ValueError("terms of two different row sets cannot be added")
        out = cls.__new__(cls)
        out.index, out.pieces = index, [piece for p in parts for piece in p.pieces]
        return out


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
