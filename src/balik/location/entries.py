"""The entries of a program's matrix with what is needed to take it apart row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..algebra import Arrays
from ..words import Sentence

Array = np.ndarray


class Unfit(Exception):
    """A program that is no siting problem, and why."""

    def __init__(self, reason: Sentence):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Entries:
    """Coefficients that are not 0, by columns and rows; each (row, column) stands once."""

    row: Array
    col: Array
    val: Array

    def __len__(self) -> int:
        return len(self.row)

    def where(self, mask: Array) -> Entries:
        """Only these entries."""
        return Entries(self.row[mask], self.col[mask], self.val[mask])

    def by_row(self) -> Entries:
        """The entries ordered by rows, in a row by columns."""
        return self.where(np.argsort(self.row, kind="stable"))


def entries_of(a: Arrays) -> Entries:
    """Entries ordered by columns; what is stated twice in a row is added, and what adds to 0 is left out."""
    rows = max(1, len(a.row_lower))
    col = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
    key, val = col * np.int64(rows) + a.row, np.asarray(a.value, float)
    if not (key[1:] > key[:-1]).all():
        order = np.argsort(key, kind="stable")
        key, val = key[order], val[order]
        first = np.flatnonzero(np.diff(key, prepend=-1))
        key, val = key[first], np.add.reduceat(val, first) if len(first) else val
    on = val != 0
    key, val = key[on], val[on]
    return Entries(key % rows, key // rows, val)
