"""Prices of a linear program: what one more unit of a bound is worth, and over which range of the bound.

A price is the change of the objective for one more unit of the bound. Outside its range it no longer holds; where
the optimum is degenerate the range may be a single point, which says that the price tells nothing.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..engines.result import Array, Prices
from ..model.bounded import Line
from ..model.statement import Model
from ..schema import PLAN
from .decode import Columns, label

_TINY = 1e-9
#: By how much a value may miss the bound that it stands at, relative to max(1, |value|).
_NEAR = 1e-6
#: Variables whose bounds are the user's own rows.
VARIABLES = ("flow", "collect", "deliver", "run", "stock")
ROWS = ("limits", "balance", "meeting", "resources", "comes_back")


def prices_of(m: Model, prices: Prices, x: Array) -> Columns:
    """One line for each bound that has a price."""
    out: Columns = {c: [] for c in PLAN["prices"].columns}
    low, high = prices.column_range
    for name in VARIABLES:
        var = m.program.variables[name]
        lower, upper, price = (np.broadcast_to(a, len(var)) for a in (var.lower, var.upper, prices.column[var.cols]))
        idle = (x[var.cols] == 0) & (lower == 0) & (name != "deliver")
        # "not worth using" is a reduced cost, not the price of a bound that the user wrote
        at = np.flatnonzero((np.abs(price) > _TINY) & ~((lower == 0) & (upper == 0)) & ~idle)
        cols = var.cols[at]
        bound = _end_at(x[cols], lower[at], upper[at])
        _lines(m, out, name, {k: c[at] for k, c in var.codes.items()}, bound, price[at], low[cols], high[cols])
    for name in ROWS:
        block = m.program.families.get(name)
        if block is None:
            continue
        mine = slice(block.start, block.start + len(block.rows))
        at = np.flatnonzero(np.abs(prices.row[mine]) > _TINY)
        price, low, high = (a[mine][at] for a in (prices.row, *prices.row_range))
        bound = _end_at(block.activity(x)[at], block.rows.lower[at], block.rows.upper[at])
        if name == "limits":
            lines = [m.variables.limit_lines[i] for i in at.tolist()]
            figures = zip(bound.tolist(), price.tolist(), low.tolist(), high.tolist(), strict=True)
            told = [_of_limit(line, x, *four) for line, four in zip(lines, figures, strict=True)]
            bound, price, low, high = np.array(told, float).reshape(-1, 4).T
        _lines(m, out, name, {k: c[at] for k, c in block.rows.index.codes.items()}, bound, price, low, high)
    return out if out["statement"] else {}


def _end_at(value: Array, lower: Array, upper: Array) -> Array:
    """The end at which each value stands; the value itself where it stands at neither."""
    end = np.where(np.abs(upper - value) < np.abs(lower - value), upper, lower)
    return np.where(np.abs(end - value) <= _NEAR * np.maximum(1.0, np.abs(value)), end, value)


def _of_limit(
    line: Line, x: Array, bound: float, price: float, low: float, high: float
) -> tuple[float, float, float, float]:
    """The same of the limit itself: with what its quantities come to when every column is 0, and as a ratio."""
    shift, ratio = line.sum.constant, line.bound
    if not ratio.varies or ratio.below is None:
        return bound + shift, price, low + shift, high + shift
    value = ratio.value(x)
    return (math.nan if value is None else value), price * ratio.below.at(x), -math.inf, math.inf


def _lines(
    m: Model, out: Columns, statement: str, keys: dict[str, Array], bound: Array, price: Array, low: Array, high: Array
) -> None:
    """Lines of one statement; a range without end ends nowhere."""
    values: dict[str, list[Any]] = {k: label(m.network, k, codes) for k, codes in keys.items() if k in out}
    values |= {"statement": [statement] * len(price), "bound": bound.tolist(), "price": price.tolist()}
    for column, end in (("from", low), ("to", high)):
        values[column] = [v if abs(v) < 1e20 else None for v in end.tolist()]
    for column, cells in out.items():
        cells += values.get(column, [""] * len(price))
