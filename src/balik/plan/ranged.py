"""Whether the prices of a plan hold over the ranges that are told of them: at each end of a range a plan must be found.

The least cost is convex in a bound, and duals hold it from below by a straight line (z + y · change). So a price y holds
up to an end exactly where a plan of that bound costs as much as the line says; where the range has no end, a direction
in which plans go on without end must come to y a unit. Such plans are sought by an engine, and then gone through here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..algebra import Arrays
from ..engines import Options, Result, run_highs
from ..engines.living import Living
from ..engines.result import Array
from ..model.statement import Model
from ..words import Sentence, say
from .priced import Fault, Table, coded, known_of, numbers, row_word
from .prices import ROWS, VARIABLES

#: Numbers in a program up to which ranges are gone through; and most of them times the ends that are tried.
_MOST, _WORK = 20_000, 4_000_000
#: By how much a cost or a row may be missed, relative to its size; by how much ends may differ where there is one basis.
_MISSES, _NEAR = 1e-7, 1e-6
#: What counts as a price, and as being at a bound.
_TINY = 1e-9


@dataclass(frozen=True)
class _Range:
    """A price as it is told, and the row or column of the program that it may be of; shift: what bounds count beside."""

    at: int
    places: list[tuple[str, int, float]]
    bound: float
    price: float
    low: float
    high: float


def not_held(m: Model, a: Arrays, duals: Array, tables: Mapping[str, Table]) -> list[Fault]:
    """Prices that do not hold over the whole of their range; where one basis alone is best, also ranges that stop short.

    `duals`: one for each row of the program. Where the program is larger than can be solved in passing, nothing is
    looked at; where there are very many prices, as many as can be, evenly.
    """
    if a.integer.any() or a.cones or len(a.value) > _MOST or not (told := list(_told(m, a, duals, tables))):
        return []
    best = run_highs(a, Options(threads=1))
    if best.x is None or best.prices is None:
        return []
    most = max(1, _WORK // (2 * max(1, len(a.value))))
    some = [told[i] for i in np.unique(np.linspace(0, len(told) - 1, min(most, len(told))).astype(int)).tolist()]
    known, found, living = _only_basis(a, best), [], Living()
    for one in some:
        faults = [_fault(a, best, one, place, living, known) for place in one.places]
        if faults and all(faults):
            found.append((row_word(one.at), faults[0]))
    return [(where, fault) for where, fault in found if fault is not None]


def _told(m: Model, a: Arrays, duals: Array, tables: Mapping[str, Table]) -> Iterator[_Range]:
    """Every range of the table, with where it may be in the program."""
    said = tables["prices"]
    statement = np.asarray(list(said["statement"]))
    bound, price, low, high = (numbers(said[c]) for c in ("bound", "price", "from", "to"))
    for name in (*VARIABLES, *ROWS):
        at = np.flatnonzero(statement == name)
        places = _of_limits(m, a, duals, said, at) if name == "limits" else _of_keys(m, a, name, duals, said, at)
        for i, where in zip(at.tolist(), places, strict=True):
            ends = (-np.inf if np.isnan(low[i]) else low[i]), (np.inf if np.isnan(high[i]) else high[i])
            if where and abs(price[i]) > _TINY and not np.isnan(bound[i]):
                yield _Range(i, where, float(bound[i]), float(price[i]), float(ends[0]), float(ends[1]))


def _of_keys(
    m: Model, a: Arrays, name: str, duals: Array, said: Table, at: Array
) -> list[list[tuple[str, int, float]]]:
    known = known_of(m, a, name, duals, np.zeros(len(a.cost)), said)
    here = coded(m, said, [c for c in known.codes if c in said], at)
    block = None if name in VARIABLES else m.program.families.get(name)
    var = m.program.variables.get(name)
    first = block.start if block is not None else int(var.cols[0]) if var is not None and len(var.cols) else 0
    kind = "column" if name in VARIABLES else "row"
    where = dict(zip(known.key.tolist(), range(len(known.key)), strict=True))
    return [[(kind, first + where[key], 0.0)] if key in where else [] for key in here.tolist()]


def _of_limits(m: Model, a: Arrays, duals: Array, said: Table, at: Array) -> list[list[tuple[str, int, float]]]:
    """Rows of the limit with that name, price and bound: labels of a limit are not told."""
    block, out = m.program.families.get("limits"), []
    bound, price = numbers(said["bound"]), numbers(said["price"])
    for i in at.tolist():
        found = []
        for k, line in enumerate(m.variables.limit_lines if block is not None else ()):
            row, shift = (block.start if block is not None else 0) + k, line.sum.constant
            ends = np.array([a.row_lower[row], a.row_upper[row]]) + shift
            near = (np.abs(ends - bound[i]) <= _NEAR * max(1.0, abs(bound[i]))).any()
            alike = abs(duals[row] - price[i]) <= _NEAR * max(1.0, abs(price[i]))
            if near and alike and m.network.limits[line.bound.limit].name == said["limit"][i] and not line.bound.varies:
                found.append(("row", row, shift))
        out.append(found)
    return out


# -- one range -----------------------------------------------------------------------------------------------------


def _fault(
    a: Arrays, best: Result, one: _Range, place: tuple[str, int, float], living: Living, known: bool
) -> Sentence | None:
    """What is wrong with a range, if it is that of this row or column."""
    kind, i, shift = place
    where = row_word(one.at)
    assert best.prices is not None
    right = best.prices.row_range if kind == "row" else best.prices.column_range
    for end, step, mine in ((one.low, -1.0, right[0][i] + shift), (one.high, 1.0, right[1][i] + shift)):
        if math.isinf(end) and not _goes_on(a, kind, i, one.price, step, living):
            return say("{where}: the price does not hold without end, as a blank range says.", where=where)
        if math.isfinite(end) and not _holds(a, best, kind, i, one, end, shift, living):
            return say("{where}: the price {price:,.10g} does not hold as far as {end:,.10g}.",
                       where=where, price=one.price, end=end)  # fmt: skip
        mine = float(mine) if abs(mine) < 1e20 else math.inf * step
        if known and not (end == mine or abs(end - mine) <= _NEAR * max(1.0, abs(end), abs(one.bound))):
            return say("{where}: the range ends at {end:,.10g}, and the price holds as far as {right:,.10g}.",
                       where=where, end=end, right=mine)  # fmt: skip
    return None


def _holds(a: Arrays, best: Result, kind: str, i: int, one: _Range, end: float, shift: float, living: Living) -> bool:
    """Whether a plan with the bound at this end costs what the price says."""
    assert best.objective is not None
    more = one.price * (end - one.bound)
    return _costs(
        _with(a, kind, i, end - shift, one.price), best.objective + more, abs(best.objective) + abs(more), living
    )


def _goes_on(a: Arrays, kind: str, i: int, price: float, step: float, living: Living) -> bool:
    """Whether plans go on in one direction without end, at this price a unit."""
    lower, upper, row_lower, row_upper = (
        np.where(np.isfinite(v), 0.0, v) for v in (a.lower, a.upper, a.row_lower, a.row_upper)
    )
    cone = replace(a, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper, offset=0.0)
    return _costs(_with(cone, kind, i, step, price), price * step, abs(price), living)


def _costs(a: Arrays, worth: float, scale: float, living: Living) -> bool:
    """Whether a solution of this program is found that keeps all its rows and costs no more."""
    found = living.run(a, Options(prices=False, threads=1))
    if found is None or found.x is None:
        return False
    x = found.x
    col = np.repeat(np.arange(len(x)), np.diff(a.start))
    terms = a.value * x[col]
    rows, size = (np.bincount(a.row, part, len(a.row_lower)) for part in (terms, np.abs(terms)))
    kept = all(
        bool(((low - value <= _MISSES * (1 + much)) & (value - high <= _MISSES * (1 + much))).all())
        for low, value, high, much in ((a.lower, x, a.upper, np.abs(x)), (a.row_lower, rows, a.row_upper, size))
    )
    return kept and float(a.cost @ x) + a.offset <= worth + _MISSES * max(1.0, scale)


def _with(a: Arrays, kind: str, i: int, value: float, price: float) -> Arrays:
    """The program with the bound that has this price at another value."""
    lower, upper = (a.row_lower, a.row_upper) if kind == "row" else (a.lower, a.upper)
    lower, upper = lower.copy(), upper.copy()
    fixed = lower[i] == upper[i]
    if fixed or price > 0:  # a least that rises costs more
        lower[i], upper[i] = value, value if fixed else max(upper[i], value)
    else:
        lower[i], upper[i] = min(lower[i], value), value
    return replace(a, row_lower=lower, row_upper=upper) if kind == "row" else replace(a, lower=lower, upper=upper)


def _only_basis(a: Arrays, best: Result) -> bool:
    """Whether one basis alone is best: what is in it lies between its bounds, what is not has a price of its own."""
    assert best.x is not None and best.prices is not None
    col = np.repeat(np.arange(len(best.x)), np.diff(a.start))
    rows = np.bincount(a.row, a.value * best.x[col], len(a.row_lower))
    between = 0
    for value, low, high, price in (
        (best.x, a.lower, a.upper, best.prices.column), (rows, a.row_lower, a.row_upper, best.prices.row)
    ):  # fmt: skip
        near = _MISSES * np.maximum(1.0, np.abs(value))
        inside = (value > low + near) & (value < high - near)
        between += int(inside.sum())
        if (~inside & (low < high) & (np.abs(price) <= _TINY * max(1.0, float(np.abs(a.cost).max(initial=0.0))))).any():
            return False
    return between == len(a.row_lower)
