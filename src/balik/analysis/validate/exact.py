"""A linear program of a few columns solved in fractions: two phases, Bland's rule, no tolerance at all.

Bland, R. G. (1977): New finite pivoting rules for the simplex method. Mathematics of Operations Research 2(2).
Made for programs of tens of columns: it holds a dense tableau.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Row = list[Fraction]
_PIVOTS = 4000


class TooLong(Exception):
    """The tableau was given up before its end."""


def least(
    cost: Sequence[Fraction],
    rows: Sequence[tuple[Sequence[Fraction], Fraction | None, Fraction | None]],
    lower: Sequence[Fraction],
    upper: Sequence[Fraction | None],
) -> Fraction | None:
    """min cost·z over low ≤ a·z ≤ high and lower ≤ z ≤ upper; None: no solution. Raises ValueError when unbounded.

    >>> one = Fraction(1)
    >>> least([-one, -one], [([one, 2 * one], None, 4 * one)], [0 * one, 0 * one], [3 * one, None])
    Fraction(-7, 2)
    """
    n, zero = len(cost), Fraction(0)
    shift = sum((c * low for c, low in zip(cost, lower, strict=True)), zero)
    table: list[Row] = []
    for a, low, high in rows:
        off = sum((v * at for v, at in zip(a, lower, strict=True)), zero)
        if high is not None:
            table.append([*a, high - off])
        if low is not None:
            table.append([*(-v for v in a), off - low])
    for j, top in enumerate(upper):
        if top is not None:
            table.append([*(Fraction(int(k == j)) for k in range(n)), top - lower[j]])
    solved = _two_phases(table, list(cost))
    return None if solved is None else solved + shift


def _two_phases(table: list[Row], cost: Row) -> Fraction | None:
    """min cost·z over the rows a·z ≤ b, z ≥ 0."""
    m, n = len(table), len(cost)
    negative = [i for i in range(m) if table[i][-1] < 0]
    width = n + m + len(negative)
    full: list[Row] = []
    basis: list[int] = []
    for i, row in enumerate(table):
        sign = Fraction(-1 if row[-1] < 0 else 1)
        wide = [sign * v for v in row[:-1]] + [Fraction(0)] * (width - n) + [sign * row[-1]]
        wide[n + i] = sign
        if row[-1] < 0:
            wide[n + m + negative.index(i)] = Fraction(1)
        basis.append(n + m + negative.index(i) if row[-1] < 0 else n + i)
        full.append(wide)
    if negative:
        first = [Fraction(int(j >= n + m)) for j in range(width)]
        if _optimise(full, basis, first, width) > 0:
            return None
        _drive_out(full, basis, n + m)
    second = [*cost, *([Fraction(0)] * (width - n))]
    return _optimise(full, basis, second, n + m)


def _optimise(full: list[Row], basis: list[int], cost: Row, usable: int) -> Fraction:
    """Pivots until no reduced cost is negative; the value. Columns from `usable` on do not enter."""
    reduced = [*cost, Fraction(0)]
    for i, j in enumerate(basis):
        if reduced[j]:
            factor = reduced[j]
            reduced = [r - factor * v for r, v in zip(reduced, full[i], strict=True)]
    for _ in range(_PIVOTS):
        enter = next((j for j in range(usable) if reduced[j] < 0), None)
        if enter is None:
            return -reduced[-1]
        ratios = [(full[i][-1] / full[i][enter], basis[i], i) for i in range(len(full)) if full[i][enter] > 0]
        if not ratios:
            raise ValueError("unbounded")
        leave = min(ratios)[2]
        _pivot(full, basis, leave, enter)
        factor = reduced[enter]
        reduced = [r - factor * v for r, v in zip(reduced, full[leave], strict=True)]
    raise TooLong


def _pivot(full: list[Row], basis: list[int], leave: int, enter: int) -> None:
    by = full[leave][enter]
    full[leave] = [v / by if v else v for v in full[leave]]
    row = full[leave]
    for i, other in enumerate(full):
        factor = other[enter]
        if i != leave and factor:
            full[i] = [v - factor * w if w else v for v, w in zip(other, row, strict=True)]
    basis[leave] = enter


def _drive_out(full: list[Row], basis: list[int], usable: int) -> None:
    """Columns of the first phase that stay in the basis at 0 leave it, or their row says nothing and goes."""
    for i in reversed(range(len(full))):
        if basis[i] >= usable:
            enter = next((j for j in range(usable) if full[i][j]), None)
            if enter is None:
                del full[i], basis[i]
            else:
                _pivot(full, basis, i, enter)
