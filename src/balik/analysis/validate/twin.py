"""An independent calculation: the program in fractions, or parts of it, by simplexes of our own; whole numbers enumerated.

A small program is solved whole, in fractions. Of a larger one parts are solved, everything else as in the plan: around a
column, the rows that lack fewest columns are completed first, so that chains through the network close.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ...algebra import Arrays
from . import dense, exact
from .exact import TooLong

Array = np.ndarray
#: Most columns and whole numbers of a part, and most rows that it may touch.
COLUMNS, WHOLE, ROWS = 70, 3, 110
#: Columns and rows up to which the whole program is one part.
ALL_COLUMNS, ALL_ROWS, ALL_WHOLE = 40, 40, 4


@dataclass(frozen=True)
class Part:
    """A part of the program with the rest as in the plan: the plan's cost there and the least that is possible."""

    columns: int
    rows: int
    settings: int  # of the whole numbers, enumerated
    planned: float
    least: float

    @property
    def gain(self) -> float:
        """By how much the part could be cheaper than in the plan."""
        return self.planned - self.least


def parts_of(a: Arrays, x: Array, many: int = 6, seed: int = 1) -> list[Part]:
    """Parts of the program around the columns that matter, each solved anew; one, the whole, where it is small.

    Columns of second-order rows stay as in the plan.
    """
    for held in (*(np.r_[c.bound, c.cols] for c in a.cones), *(np.r_[r.bound, r.room] for r in a.risks)):
        lower, upper = a.lower.copy(), a.upper.copy()
        lower[held] = upper[held] = x[held]
        a = replace(a, lower=lower, upper=upper)
    rows = _by_rows(a)
    if (
        not a.cones
        and len(a.cost) <= ALL_COLUMNS
        and len(a.row_lower) <= ALL_ROWS
        and int(a.integer.sum()) <= ALL_WHOLE
        and _bounded(a, range(len(a.cost)))
    ):
        part = _solved(a, x, list(range(len(a.cost))), rows, exact.least)
        return [part] if part is not None else []
    random = np.random.default_rng(seed)
    whole = np.flatnonzero(a.integer & (a.upper - a.lower == 1) & (np.diff(a.start) <= ROWS // 2))
    busy = np.flatnonzero((np.abs(x) > 1e-9) & (a.cost != 0) & ~a.integer & np.isfinite(a.lower))
    seeds = [int(c) for c in random.permutation(whole)[: many // 2]] + [int(c) for c in random.permutation(busy)]
    found: list[Part] = []
    for seed_column in seeds[: 4 * many]:
        if len(found) >= many:
            break
        part = _solved(a, x, _neighbourhood(a, x, rows, seed_column, random), rows, _in_floats)
        if part is not None and part.columns > 1:
            found.append(part)
    return found


Rows = tuple[Array, Array, Array]
Stated = tuple[list[Fraction], Fraction | None, Fraction | None]
Least = Callable[[list[Fraction], list[Stated], list[Fraction], list[Fraction | None]], Fraction | float | None]


def _in_floats(
    cost: list[Fraction], rows: list[Stated], lower: list[Fraction], upper: list[Fraction | None]
) -> float | None:
    """The same question, asked of the simplex in floats."""
    ends = [
        [np.nan if v is None else float(v) for v in side]
        for side in (*zip(*((r[1], r[2]) for r in rows), strict=True), upper)
    ]
    low, high, top = (np.array(side) for side in ends)
    return dense.least(
        np.array([float(c) for c in cost]), np.array([[float(v) for v in r[0]] for r in rows]),
        np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high),
        np.array([float(v) for v in lower]), np.where(np.isnan(top), np.inf, top),
    )  # fmt: skip


def _by_rows(a: Arrays) -> Rows:
    """The matrix by rows: start, column, value."""
    count = np.diff(a.start)
    col = np.repeat(np.arange(len(a.cost)), count)
    order = np.argsort(a.row, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(a.row, minlength=len(a.row_lower)))])
    return start, col[order], a.value[order]


def _bounded(a: Arrays, columns: range) -> bool:
    return bool(np.isfinite(a.lower[list(columns)]).all())


def _neighbourhood(a: Arrays, x: Array, rows: Rows, seed: int, random: np.random.Generator) -> list[int]:
    """A column, and one by one those of the rows that lack fewest: short rows, as balances, are completed first.

    So what moves in one row can move in the next, and chains through the network close.
    """
    start, col, _ = rows
    taken, whole = {seed: None}, int(a.integer[seed])
    closed: set[int] = set()
    while len(taken) < COLUMNS:
        touched = {int(r) for c in taken for r in a.row[a.start[c] : a.start[c + 1]]} - closed
        lacking = {r: [c for c in col[start[r] : start[r + 1]].tolist() if c not in taken] for r in touched}
        open_rows = {r: cs for r, cs in lacking.items() if cs}
        if not open_rows:
            break
        fewest = min(map(len, open_rows.values()))
        row = int(random.choice(sorted(r for r, cs in open_rows.items() if len(cs) == fewest)))
        found = next((c for c in _promising(a, x, open_rows[row], random) if _may_join(a, c, whole)), None)
        if found is None:
            closed.add(row)
            continue
        whole += int(a.integer[found])
        taken[found] = None
    return list(taken)


def _promising(a: Arrays, x: Array, columns: list[int], random: np.random.Generator) -> list[int]:
    """The columns in the order in which they are tried: by turns one that the plan uses and a cheap one that it does not."""
    mixed = random.permutation(columns)
    used, idle = mixed[np.abs(x[mixed]) > 1e-9], mixed[np.abs(x[mixed]) <= 1e-9]
    idle = idle[np.argsort(a.cost[idle] * random.uniform(0.5, 1.5, len(idle)), kind="stable")]
    first, second = (used, idle) if random.random() < 0.5 else (idle, used)
    return [*first.tolist(), *second.tolist()]


def _may_join(a: Arrays, column: int, whole: int) -> bool:
    """Whether a column may be part of what is enumerated: it has a least value, and is continuous or 0 or 1."""
    if not np.isfinite(a.lower[column]) or a.start[column + 1] - a.start[column] > ROWS // 2:
        return False
    return not a.integer[column] or (whole < WHOLE and a.upper[column] - a.lower[column] == 1)


def _solved(a: Arrays, x: Array, columns: list[int], rows: Rows, least: Least) -> Part | None:
    """The part of these columns, everything else as in the plan; None where it is too long."""
    touched = _rows_of(a, columns)
    while len(touched) > ROWS and len(columns) > 2:
        columns = columns[:-1]
        touched = _rows_of(a, columns)
    if len(touched) > ROWS:
        return None
    stated = [_row(a, x, columns, rows, int(r)) for r in touched]
    lower, upper = [_exact(a.lower[c]) for c in columns], [_exact(a.upper[c]) for c in columns]
    point = [_exact(x[c]) for c in columns]
    cost = [_exact(a.cost[c]) or Fraction(0) for c in columns]
    low = [min(v, p) for v, p in zip(lower, point, strict=True) if v is not None and p is not None]
    high = [None if v is None else max(v, p) for v, p in zip(upper, point, strict=True) if p is not None]
    whole = [i for i, c in enumerate(columns) if a.integer[c]]
    choices = [range(int(a.lower[columns[i]]), int(a.upper[columns[i]]) + 1) for i in whole]
    best: Fraction | None = None
    count = 0
    try:
        for setting in itertools.product(*choices):
            count += 1
            fixed_low, fixed_high = list(low), list(high)
            for i, value in zip(whole, setting, strict=True):
                fixed_low[i] = fixed_high[i] = Fraction(value)
            value_of = least(cost, stated, fixed_low, fixed_high)
            if value_of is not None and (best is None or value_of < best):
                best = Fraction(value_of)
    except (TooLong, ValueError):
        return None
    if best is None:
        return None
    planned = sum((c * p for c, p in zip(cost, point, strict=True) if p is not None), Fraction(0))
    return Part(len(columns), len(touched), count, float(planned), float(best))


def _rows_of(a: Arrays, columns: list[int]) -> Array:
    """Rows that these columns stand in."""
    return np.unique(np.concatenate([a.row[a.start[c] : a.start[c + 1]] for c in columns]))


def _row(a: Arrays, x: Array, columns: list[int], rows: Rows, row: int) -> Stated:
    """A row over these columns; its bounds less what the others hold, and never narrower than the plan itself."""
    start, col, value = rows
    at = slice(start[row], start[row + 1])
    place = {c: i for i, c in enumerate(columns)}
    coef, rest, own = [Fraction(0)] * len(columns), Fraction(0), Fraction(0)
    for c, v in zip(col[at].tolist(), value[at].tolist(), strict=True):
        exact, point = _exact(v) or Fraction(0), _exact(x[c]) or Fraction(0)
        if c in place:
            coef[place[c]] += exact
            own += exact * point
        else:
            rest += exact * point
    low, high = _exact(a.row_lower[row]), _exact(a.row_upper[row])
    give = Fraction(1, 10**8) * abs(rest)  # what the others hold is rounded
    return (
        coef,
        None if low is None else min(low - rest, own) - (give if any(a.integer[c] for c in columns) else 0),
        None if high is None else max(high - rest, own) + (give if any(a.integer[c] for c in columns) else 0),
    )


def _exact(value: float) -> Fraction | None:
    """The number as it is written; None where it is infinite."""
    return None if np.isinf(value) else Fraction(repr(float(value)))
