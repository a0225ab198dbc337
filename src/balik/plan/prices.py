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
    for name in VARIABLES:
        var = m.program.variables[name]
        price = prices.column[var.cols]
        for i in np.flatnonzero(np.abs(price) > _TINY):
            col = int(var.cols[i])
            if var.lower[i] == var.upper[i] == 0 or (name != "deliver" and x[col] == 0 and var.lower[i] == 0):
                continue  # "not worth using" is a reduced cost, not the price of a bound that the user wrote
            low, high = prices.column_range[0][col], prices.column_range[1][col]
            bound = _end_at(float(x[col]), float(var.lower[i]), float(var.upper[i]))
            _line(m, out, name, {k: int(c[i]) for k, c in var.codes.items()}, bound, float(price[i]), low, high)
    for name in ROWS:
        block = m.program.families.get(name)
        if block is None:
            continue
        activity = block.activity(x)
        for i in np.flatnonzero(np.abs(prices.row[block.start : block.start + len(block.rows)]) > _TINY):
            row = block.start + int(i)
            keys = {k: int(c[i]) for k, c in block.rows.index.codes.items()}
            bound = _end_at(float(activity[i]), float(block.rows.lower[i]), float(block.rows.upper[i]))
            price = float(prices.row[row])
            low, high = prices.row_range[0][row], prices.row_range[1][row]
            if name == "limits":
                bound, price, low, high = _of_limit(m.variables.limit_lines[int(i)], x, bound, price, low, high)
            _line(m, out, name, keys, bound, price, low, high)
    return out if out["statement"] else {}


def _end_at(value: float, lower: float, upper: float) -> float:
    """The end at which a value stands; the value itself where it stands at neither."""
    end = min((lower, upper), key=lambda one: abs(one - value))
    return end if abs(end - value) <= _NEAR * max(1.0, abs(value)) else value


def _of_limit(
    line: Line, x: Array, bound: float, price: float, low: float, high: float
) -> tuple[float, float, float, float]:
    """The same of the limit itself: with what its quantities come to when every column is 0, and as a ratio."""
    shift, ratio = line.sum.constant, line.bound
    if not ratio.varies or ratio.below is None:
        return bound + shift, price, low + shift, high + shift
    value = ratio.value(x)
    return (math.nan if value is None else value), price * ratio.below.at(x), -math.inf, math.inf


def _line(
    m: Model, out: Columns, statement: str, keys: dict[str, int], bound: float, price: float, low: float, high: float
) -> None:
    def finite(value: float) -> float | None:
        return float(value) if abs(value) < 1e20 else None

    values: dict[str, Any] = {
        "statement": statement,
        "bound": bound,
        "price": price,
        "from": finite(low),
        "to": finite(high),
    }
    values |= {k: label(m.network, k, np.array([c]))[0] for k, c in keys.items() if k in out}
    for column, cells in out.items():
        cells.append(values.get(column, "" if column not in ("bound", "price", "from", "to") else None))
