"""Quick answers to whether a large program has a solution; whatever is guessed is checked, so no answer rests on a guess.

A neighbouring program has been answered before, most of the time. *Yes*: its whole numbers are kept, but for those in
rows that differ from the base's, the rest is an LP that begins at its basis, and the point that comes out is put into
every row. *No*: the multipliers that showed that the neighbour has none are put to these rows, and the bound that they
give is worked out with every rounding counted (weak duality: `duality.bound`). New multipliers are the prices of the LP
in which whatever 0 does not satisfy may fall short, at 1 a unit.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np

from ...algebra import Arrays, Program
from ...duality import bound_of
from ...engines import Options, run_highs
from ...engines.nearby import point_near, prices_of_shortfall

Array = np.ndarray
#: Columns from which quick answers are sought (below, HiGHS alone is as quick).
LARGE = 5_000
#: Points and multipliers that are remembered.
_KEPT = 4
#: Whole numbers in changed rows up to which they are chosen anew, together with those that are not 0; seconds of one guess.
_CHOSEN, _SECONDS = 12, 5.0
#: By how much, relative to its size, a row may be missed in a solution; by how much it must be missed in what has none.
_MISSES, _SHOWN = 1e-7, 1e-6
_BITS = 40


@dataclass
class Quick:
    """What is remembered of the programs that were answered: points, multipliers by row, the last basis.

    `base`: the program of which the others are neighbours.
    """

    base: Program
    points: deque[Array] = field(default_factory=lambda: deque(maxlen=_KEPT))
    prices: deque[tuple[Array, Array]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    families: dict[str, int] = field(default_factory=dict)
    says: dict[int, float] = field(default_factory=dict)  # rows of the base: a number for what each says
    columns: Array = field(default_factory=lambda: np.zeros(0, bool))  # those that were basic
    rows: Array = field(default_factory=lambda: np.zeros(0, np.int64))  # those that were basic, by name

    def answer(self, program: Program, options: Options) -> bool | None:
        """Whether a program has a solution; None: that must be asked of an engine."""
        a = program.arrays()
        if len(a.cost) < LARGE or a.cones:
            return None
        names = self.names(program)
        if any(shows_none(a, _at(names, *known)) for known in self.prices):
            return False
        points = [point for point in self.points if len(point) == len(a.cost)]
        short = replace(options, time_limit=min(_SECONDS, options.time_limit or _SECONDS))
        if any(self.tried(a, names, _fixed(a, point, a.integer), short) for point in points):
            return True
        if points and self.chosen_anew(a, self.changed(a, names), points[0], short):
            return True
        found = prices_of_shortfall(a, options)
        if found is not None and shows_none(a, found):
            self.prices.append((names, found))
            return False
        return None

    def changed(self, a: Arrays, names: Array) -> Array:
        """Whole numbers in rows that do not say what they say in the base."""
        if not self.says:
            self.says = dict(zip(self.names(self.base).tolist(), _says(self.base.arrays()), strict=True))
        same = np.array([self.says.get(name) == what for name, what in zip(names.tolist(), _says(a), strict=True)])
        col = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
        return np.unique(col[~same[a.row] & a.integer[col]])

    def chosen_anew(self, a: Arrays, changed: Array, point: Array, options: Options) -> bool:
        """Whether a few whole numbers, chosen anew, lead to a solution; the others stay as they are at the point."""
        if not 0 < len(changed) <= _CHOSEN:
            return False
        kept = a.integer & (np.round(point) == 0)
        kept[changed] = False
        small = _fixed(a, point, kept)
        if small is None:
            return False
        result = run_highs(small.arrays, replace(options, prices=False, progress=None, gap=1.0))
        if result.x is None:
            return False
        x = small.x.copy()
        x[small.columns] = result.x
        if holds(a, x):
            self.remember(x)
        return holds(a, x)

    def names(self, program: Program) -> Array:
        """A number for every row, the same in all programs of a case."""
        parts = []
        for name, block in program.families.items():
            first = self.families.setdefault(name, len(self.families)) << _BITS
            index = block.rows.index
            parts.append(first + np.asarray(index.ravel(index.codes), np.int64) if index.codes else np.array([first]))
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def tried(self, a: Arrays, names: Array, small: _Fixed | None, options: Options) -> bool:
        """Whether what is left, all whole numbers kept, has a solution."""
        if small is None:
            return False
        free, rows, known = small.columns, names[small.rows], len(self.columns) == len(a.cost)
        found = point_near(
            small.arrays, options, self.columns[free] if known else None, np.isin(rows, self.rows) if known else None
        )
        if found is None:
            return False
        value, activity = found
        left = small.arrays
        self.columns = np.zeros(len(a.cost), bool)
        self.columns[free] = _between(left.lower, value, left.upper)
        self.rows = rows[_between(left.row_lower, activity, left.row_upper)]
        x = small.x.copy()
        x[free] = value
        return holds(a, x)

    def remember(self, x: Array) -> None:
        """A solution of a program."""
        self.points.appendleft(x)


def _says(a: Arrays) -> list[float]:
    """A number for what each row says; as good as chance, no two have the same."""
    mark = np.sin(np.arange(1.0, len(a.cost) + 1))
    ends = [np.where(np.isfinite(end), end, -1.0) for end in (a.row_lower, a.row_upper)]
    return [float(one) for one in _activity(a, mark) + ends[0] + math.pi * ends[1]]


def holds(a: Arrays, x: Array) -> bool:
    """Whether a point is a solution of a program."""
    whole = np.abs(x - np.round(x))[a.integer].max(initial=0.0) <= _MISSES
    return bool(whole) and all(
        bool((lower <= value + _MISSES * (1 + np.abs(value))).all() and (value <= upper + _MISSES * (1 + np.abs(value))).all())
        for lower, value, upper in ((a.lower, x, a.upper), (a.row_lower, _activity(a, x), a.row_upper))
    )  # fmt: skip


def shows_none(a: Arrays, duals: Array) -> bool:
    """Whether these multipliers of its rows show that a program has no solution, by more than what rounding leaves."""
    largest = float(np.abs(duals).max(initial=0.0))
    if not largest:
        return False
    y = duals / largest
    side = np.where(y > 0, a.row_lower, a.row_upper)
    size = float(np.abs(y * np.where(np.isfinite(side), side, 0.0)).sum())
    return bound_of(replace(a, cost=np.zeros(len(a.cost)), offset=0.0), y, 1e300).bound > _SHOWN * max(1.0, size)


def _at(names: Array, known: Array, prices: Array) -> Array:
    """The multipliers of rows by their names; 0 where a row is new."""
    order = np.argsort(known)
    at = np.searchsorted(known[order], names).clip(max=len(known) - 1)
    return np.where(known[order][at] == names, prices[order][at], 0.0)


def _activity(a: Arrays, x: Array) -> Array:
    return np.bincount(a.row, a.value * np.repeat(x, np.diff(a.start)), len(a.row_lower))


def _between(lower: Array, value: Array, upper: Array) -> Array:
    """Which numbers are at neither of their ends, so that they are basic."""
    return (value > lower + _MISSES) & (value < upper - _MISSES)


# -- whole numbers kept ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Fixed:
    """What is left of a program: these columns and rows of it; `x`: what the others are."""

    arrays: Arrays
    columns: Array
    rows: Array
    x: Array


def _fixed(a: Arrays, point: Array, kept: Array) -> _Fixed | None:
    """The program with these of its whole numbers as at a point, rows of one column made its bounds; None: it cannot be."""
    x = np.where(kept, np.round(point), a.lower)
    free = ~kept & (a.lower < a.upper)
    col = np.repeat(np.arange(len(x)), np.diff(a.start))
    done = _activity(a, np.where(free, 0.0, x))
    row_lower, row_upper = a.row_lower - done, a.row_upper - done
    entry = free[col]
    many = np.bincount(a.row[entry], minlength=len(done))
    lower, upper = a.lower.copy(), a.upper.copy()
    one = entry & (many == 1)[a.row]
    ends = np.stack([row_lower[a.row[one]] / a.value[one], row_upper[a.row[one]] / a.value[one]])
    np.maximum.at(lower, col[one], ends.min(0))
    np.minimum.at(upper, col[one], ends.max(0))
    slack = _MISSES * (1 + np.abs(done))
    if (lower > upper + _MISSES)[free].any() or ((many == 0) & ((row_lower > slack) | (row_upper < -slack))).any():
        return None
    columns, rows = np.flatnonzero(free), np.flatnonzero(many > 1)
    new = np.full(len(done), -1)
    new[rows] = np.arange(len(rows))
    entry &= (many > 1)[a.row]
    starts = np.concatenate([[0], np.cumsum(np.bincount(col[entry], minlength=len(x))[columns])])
    small = Arrays(
        np.zeros(len(columns)), 0.0, lower[columns], np.maximum(lower, upper)[columns], a.integer[columns],
        row_lower[rows], row_upper[rows], starts.astype(a.start.dtype), new[a.row[entry]].astype(a.row.dtype), a.value[entry],
    )  # fmt: skip
    return _Fixed(small, columns, rows, x)
