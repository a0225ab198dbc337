"""A program whose numbers lie far apart, solved once more with numbers that lie closer.

A solver works to an absolute 1e-7: where 10,000,000,000 kg and 0.00002 kg stand in one program it may find that no plan
exists where there is one, or end without an answer. Rows and columns are then multiplied by powers of two, which
changes no digit, so that the geometric mean of the largest and the least coefficient of each is about 1 (Curtis and
Reid 1972; Fourer 1982 on geometric scaling). What the solver says of that is turned back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..errors import BalikError
from .result import Array, Options, Prices, Result
from .supervised import GivenUp

#: From the least coefficient to the largest: beyond it "infeasible" is asked once more.
_FAR = 1e9
#: Rounds of scaling rows and columns in turn.
_ROUNDS = 10


def with_evened(engine: Callable[..., Result]) -> Callable[..., Result]:
    """An engine that solves the evened program where it fails, or finds a program infeasible whose numbers lie far apart.

    A plan with whole numbers that is found so is `feasible`, with no bound: the two searches do not agree. Of a linear
    program the prices show the bound.
    """

    @wraps(engine)
    def solved(a: Arrays, options: Options, basis: Any = None, **more: Any) -> Result:
        begun = time.perf_counter()
        try:
            first = engine(a, options, basis, **more)
        except GivenUp:  # it runs on beside us: no second one
            raise
        except BalikError:
            again = _evened(engine, a, _left(options, begun), more)
            if again is None or again.x is None:
                raise
            return again
        if first.status != "infeasible" or not _far_apart(a):
            return first
        again = _evened(engine, a, _left(options, begun), more)
        return first if again is None or again.x is None else again

    return solved


def _left(options: Options, begun: float) -> Options:
    """The options, with what is left of the time."""
    if options.time_limit is None:
        return options
    return replace(options, time_limit=max(0.0, options.time_limit - (time.perf_counter() - begun)))


def _far_apart(a: Arrays) -> bool:
    size = np.abs(a.value[a.value != 0])
    return bool(len(size)) and float(size.max()) > _FAR * float(size.min())


def _evened(engine: Callable[..., Result], a: Arrays, options: Options, more: dict[str, Any]) -> Result | None:
    """The answer to the evened program, in the numbers of `a`; None where the engine fails here, too."""
    by_row, by_column = _factors(a)
    if more.get("start") is not None:
        more = {**more, "start": more["start"] / by_column}
    try:
        found = engine(_multiplied(a, by_row, by_column), options, None, **more)
    except BalikError:
        return None
    if found.x is None:
        return found
    x = found.x * by_column
    if found.integer:
        return Result("feasible", x, float(a.cost @ x) + a.offset, integer=True)
    prices = None if found.prices is None else _in_units(found.prices, by_row, by_column)
    return replace(found, x=x, prices=prices)


def _factors(a: Arrays) -> tuple[Array, Array]:
    """Powers of two by which rows are multiplied, and columns; columns of whole numbers keep theirs."""
    of = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
    by_row, by_column = np.ones(len(a.row_lower)), np.ones(len(a.cost))
    kept = np.asarray(a.integer, bool)
    for _ in range(_ROUNDS):
        size = np.abs(a.value) * by_row[a.row] * by_column[of]
        by_row *= _towards_one(size, a.row, len(by_row))
        size = np.abs(a.value) * by_row[a.row] * by_column[of]
        by_column *= np.where(kept, 1.0, _towards_one(size, of, len(by_column)))
    return by_row, by_column


def _towards_one(size: Array, of: Array, count: int) -> Array:
    """For each row (or column) the power of two nearest to 1 / √(largest · least of its coefficients); 1 without any."""
    largest, least = np.zeros(count), np.full(count, np.inf)
    np.maximum.at(largest, of, size)
    np.minimum.at(least, of[size > 0], size[size > 0])
    some = largest > 0
    middle = np.sqrt(np.where(some, largest, 1.0)) * np.sqrt(np.where(some, least, 1.0))
    return np.asarray(np.exp2(-np.round(np.log2(middle))))


def _multiplied(a: Arrays, by_row: Array, by_column: Array) -> Arrays:
    of = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
    return replace(
        a, cost=a.cost * by_column, lower=a.lower / by_column, upper=a.upper / by_column,
        row_lower=a.row_lower * by_row, row_upper=a.row_upper * by_row, value=a.value * by_row[a.row] * by_column[of],
    )  # fmt: skip


def _in_units(prices: Prices, by_row: Array, by_column: Array) -> Prices:
    """Prices of the evened program as prices of the other one."""
    return Prices(
        prices.row * by_row,
        prices.column / by_column,
        (prices.row_range[0] / by_row, prices.row_range[1] / by_row),
        (prices.column_range[0] * by_column, prices.column_range[1] * by_column),
    )
