"""Figures that multiply to more than any solver takes: said before the search, where the labels are still known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..algebra import Index, Program
from ..algebra.index import Array
from ..algebra.terms import INF

#: From here on a solver refuses a coefficient (and nothing adds to a cost that large: floats have 15 digits), and takes
#: a bound for infinite.
COEFFICIENT, ENDLESS = 1e15, 1e20


def too_large(program: Program) -> Iterator[tuple[str, float]]:
    """The first row of each statement, the first column of each variable and a constant that no solver takes; its figure."""
    if _is_taken(program):
        return
    for name, block in program.families.items():
        for piece in block.rows.terms.pieces:
            found = _first(piece.val, COEFFICIENT)
            if found is not None:
                yield _name(name, block.rows.index, int(piece.row[found])), float(piece.val[found])
                break
        else:
            yield from _bounds(name, block.rows.index, block.rows.lower, block.rows.upper)
    cost = program.cost()
    for name, var in program.variables.items():
        found = _first(cost[var.cols], COEFFICIENT)
        if found is not None:
            yield _name(name, var.index, found), float(cost[var.cols[found]])
        else:
            yield from _bounds(name, var.index, var.lower, var.upper)
    if not abs(program.offset) < COEFFICIENT:
        yield "objective", program.offset


def _is_taken(program: Program) -> bool:
    """Whether a solver takes all of it, as it mostly does: told at once."""
    rows = [block.rows for block in program.families.values()]
    factors = np.concatenate([program.cost(), *(piece.val for r in rows for piece in r.terms.pieces)])
    bounds = [*rows, *program.variables.values()]
    lower, upper = (np.concatenate([getattr(b, end) for b in bounds] or [factors[:0]]) for end in ("lower", "upper"))
    kept = (np.abs(lower) < ENDLESS) | (lower == -INF), (np.abs(upper) < ENDLESS) | (upper == INF)
    return bool((np.abs(factors) < COEFFICIENT).all() and kept[0].all() and kept[1].all()) and (
        abs(program.offset) < COEFFICIENT
    )


def _bounds(name: str, index: Index, lower: Array, upper: Array) -> Iterator[tuple[str, float]]:
    """A bound that must be kept and is none to a solver; an endless `most` is none to anybody."""
    for bound, free in ((lower, -INF), (upper, INF)):
        found = _first(np.where(bound == free, 0.0, bound), ENDLESS)
        if found is not None:
            yield _name(name, index, found), float(bound[found])
            return


def _first(values: Array, size: float) -> int | None:
    """Where the first value stands that is as large, or no number."""
    if not len(values) or max(values.max(), -values.min()) < size:
        return None
    return int(np.argmin(np.abs(values) < size))


def _name(name: str, index: Index, at: int) -> str:
    return name if "column" in index.codes else f"{name}({index.name(at)})"
