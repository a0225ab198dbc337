"""Rounded amounts that balance: what is left over by rounding is carried to where something may give way.

An engine answers in floats, and a plan is written with 9 decimals. Where a rate has decimals of its own (0.85 of what
comes in) the rounded amounts then miss a balance by some billionths. Here the equalities of the program are computed in
rationals, its numbers taken as the decimals that stand in the tables; what a row misses is moved along columns of
coefficient ±1 that are away from their bounds, until a column ends that stands in no other equality. Every number that
changes is again a decimal that a float tells exactly, and no row that is tight is pressed further. What cannot be
mended so stays as it is, and stays within the tolerance of the laws.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from .algebra import Arrays
from .plan.verify.exact import exact, exactly

Array = np.ndarray[Any, np.dtype[Any]]

_SMALL = 1e-6  # what misses more is not by rounding; so far must a column be from its bounds
_SHORT = 1e12  # coefficients of at most 12 decimals are those of tables; longer ones are quotients
_SECONDS = 0.5
_ROWS = 2_000  # that are looked at to mend one


@dataclass(frozen=True)
class Polished:
    """The point; how many rows missed by rounding, and how many still do."""

    x: Array
    missed: int
    left: int


def polish(a: Arrays, x: Array) -> Polished:
    """Mend what rounding left over in the equalities of a program; whole numbers stay as they are."""
    work = _Work(a, x)
    missed = work.missed()
    end = time.perf_counter() + _SECONDS
    mended = 0
    for row in missed:
        if time.perf_counter() > end:
            break
        mended += work.mend(row)
    return Polished(work.written(), len(missed), len(missed) - mended)


#: A column, and by how much it moves.
_Move = tuple[int, Fraction]


class _Work:
    """The equalities with short coefficients, and the point in rationals where it has changed."""

    def __init__(self, a: Arrays, x: Array):
        self.a, self.x = a, x
        self.changed: dict[int, Fraction] = {}
        self.off: dict[int, Fraction] = {}
        self._ends: dict[int, list[int]] = {}
        self.col = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
        scaled = a.value * _SHORT
        long = (np.rint(scaled) / _SHORT != a.value) | (np.abs(scaled) >= 1e15)
        self.balances = np.isfinite(a.row_lower) & (a.row_lower == a.row_upper)
        self.balances[a.row[long]] = False
        settled = np.zeros(len(x), bool) if a.settled is None else a.settled
        self.free = ~a.integer & ~settled & (x > a.lower + _SMALL) & (x < a.upper - _SMALL)

    def missed(self) -> list[int]:
        """Rows that miss their right side by something that rounding may leave."""
        at = np.flatnonzero(self.balances[self.a.row] & (self.x[self.col] != 0))
        term = exact(self.a.value[at]) * exact(self.x[self.col[at]])
        off = np.bincount(self.a.row[at], term, len(self.a.row_lower)) - exact(
            np.where(self.balances, self.a.row_lower, 0.0)
        )
        rows = np.flatnonzero((off != 0) & (np.abs(off) < _SMALL) & self.balances)
        self.off = dict(zip(rows.tolist(), off[rows].tolist(), strict=True))
        return rows.tolist()

    def mend(self, row: int) -> bool:
        """Carry what a row misses away; False where there is no way."""
        off = self.off.get(row, Fraction(0))
        if off == 0:
            return True  # another one's way has mended it
        steps = self._way(row, off)
        if steps is None:
            return False
        for col, by in steps:
            self.changed[col] = self._at(col) + by
            for other in self._rows(col):
                self.off[other] = self.off.get(other, Fraction(0)) + self._coef(other, col) * by
        return True

    def written(self) -> Array:
        """The point, as floats."""
        x = self.x.copy()
        for col, value in self.changed.items():
            x[col] = float(value)
        return x

    def _way(self, row: int, off: Fraction) -> list[_Move] | None:
        """Columns along which what is over leaves the balances, over the fewest rows."""
        came: dict[int, tuple[list[_Move], int] | None] = {row: None}
        queue = deque([(row, off)])
        while queue and len(came) < _ROWS:
            here, over = queue.popleft()
            for col in self._columns(here):
                by = -over / self._coef(here, col)
                if not self._may(col, by):
                    continue
                moves, rest = [(col, by)], []
                for other in self._rows(col):
                    if other != here:
                        end = self._end(other, self._coef(other, col) * by)
                        moves += [end] if end else []
                        rest += [] if end else [other]
                if len(rest) > 1 or (rest and rest[0] in came):
                    continue
                there = rest[0] if rest else -1
                came[there] = moves, here
                if there < 0:
                    return self._back(came)
                queue.append((there, self._coef(there, col) * by))
        return None

    def _back(self, came: dict[int, tuple[list[_Move], int] | None]) -> list[_Move]:
        moves, step = [], came[-1]
        while step is not None:
            moves += step[0]
            step = came[step[1]]
        return moves

    def _end(self, row: int, over: Fraction) -> _Move | None:
        """A column that takes what a row has too much, and stands in no other balance."""
        if row not in self._ends:
            self._ends[row] = [col for col in self._columns(row) if self._rows(col) == [row]]
        moves = ((col, -over / self._coef(row, col)) for col in self._ends[row])
        return next((move for move in moves if self._may(*move)), None)

    def _may(self, col: int, by: Fraction) -> bool:
        """Whether a column may move: to a number that can be written, and no tight row is pressed further."""
        value = self._at(col) + by
        if exactly(float(value)) != value:
            return False
        a = self.a
        for k in range(a.start[col], a.start[col + 1]):
            row, push = int(a.row[k]), a.value[k] * float(by)
            if self.balances[row] or self._follows[row]:
                continue
            activity, small = self._activity[row], _SMALL * max(1.0, abs(self._activity[row]))
            if (push > 0 and activity > a.row_upper[row] - small) or (push < 0 and activity < a.row_lower[row] + small):
                return False
        return True

    def _at(self, col: int) -> Fraction:
        found = self.changed.get(col)
        return exactly(self.x[col]) if found is None else found

    def _columns(self, row: int) -> list[int]:
        """Free columns of a balance, of coefficient ±1."""
        by_row, start = self._by_row
        at = by_row[start[row] : start[row + 1]]
        return self.col[at[self.free[self.col[at]] & (np.abs(self.a.value[at]) == 1.0)]].tolist()

    def _rows(self, col: int) -> list[int]:
        rows = self.a.row[self.a.start[col] : self.a.start[col + 1]]
        return rows[self.balances[rows]].tolist()

    def _coef(self, row: int, col: int) -> Fraction:
        at = range(self.a.start[col], self.a.start[col + 1])
        return next(exactly(self.a.value[k]) for k in at if self.a.row[k] == row)

    @cached_property
    def _by_row(self) -> tuple[Array, Array]:
        """Entries by row, and where each row starts."""
        count = np.bincount(self.a.row, minlength=len(self.a.row_lower))
        return np.argsort(self.a.row, kind="stable"), np.concatenate([[0], np.cumsum(count)])

    @cached_property
    def _activity(self) -> Array:
        return np.bincount(self.a.row, self.a.value * self.x[self.col], len(self.a.row_lower))

    @cached_property
    def _follows(self) -> Array:
        """Rows of columns that are settled after the solve, or whose coefficients are quotients: trips follow loads."""
        a, out = self.a, np.zeros(len(self.a.row_lower), bool)
        out |= np.isfinite(a.row_lower) & (a.row_lower == a.row_upper) & ~self.balances
        if a.settled is not None:
            out[a.row[a.settled[self.col]]] = True
        return out
