"""Whether the prices of a plan are those of the duals that show it to be the cheapest; reduced costs are c − Aᵀy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..engines.result import Array
from ..model.statement import Model
from ..network.expand import ravel
from ..schema import header
from ..tables.table import Coded
from ..words import Figure, Sentence, named, say, sentences
from .decode import label
from .prices import ROWS, VARIABLES

Table = Mapping[str, Sequence[Any]]
#: What is wrong: where, and in words.
Fault = tuple[str, Sentence]
#: By how much a price may differ from the dual that it is: of itself, and of the largest cost.
_NEAR, _NOISE = 1e-6, 1e-9


@dataclass(frozen=True)
class Known:
    """What the program says of the rows or columns of a statement: keys, price, ends, and one number for each key."""

    codes: dict[str, Array]
    price: Array
    lower: Array
    upper: Array
    key: Array


def unlike(m: Model, a: Arrays, duals: Array, tables: Mapping[str, Table]) -> list[Fault]:
    """Prices of a plan as it is written that are not those of the duals, and those that it leaves out.

    `duals`: one for each row of the program. `tables`: those of the plan, by name. Ranges are looked at in `ranged.py`.
    """
    statement, out = np.asarray(list(tables["prices"]["statement"])), []
    col = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
    reduced = a.cost - np.bincount(col, a.value * duals[a.row], len(a.cost))
    scale = _NOISE * float(np.abs(a.cost).max(initial=0.0))
    for name in (*VARIABLES, *ROWS):  # of others the verifier has said that they have no price
        at = np.flatnonzero(statement == name)
        if name == "limits":
            out += _unlike_limits(m, duals, tables["prices"], at, scale)
        else:
            known = known_of(m, a, name, duals, reduced, tables["prices"])
            here = coded(m, tables["prices"], [c for c in known.codes if c in tables["prices"]], at)
            out += _other_figures(known, here, tables["prices"], at, scale)
            out += _left_out(m, name, known, here, tables, scale)
    return out


def known_of(m: Model, a: Arrays, name: str, duals: Array, reduced: Array, said: Table) -> Known:
    """What the program says of a statement; `reduced`: of every column, its cost less what its rows are worth."""
    if name in VARIABLES:
        var = m.program.variables[name]
        codes, parts = dict(var.codes), (reduced[var.cols], a.lower[var.cols], a.upper[var.cols])
    elif (block := m.program.families.get(name)) is not None:
        rows = slice(block.start, block.start + len(block.rows))
        codes, parts = dict(block.rows.index.codes), (duals[rows], a.row_lower[rows], a.row_upper[rows])
    else:
        codes, parts = {"place": np.zeros(0, np.int64)}, (np.zeros(0), np.zeros(0), np.zeros(0))
    keys = [c for c in codes if c in said]
    return Known(codes, *parts, ravel([codes[c] + 1 for c in keys], _sizes(m, keys)))


def _other_figures(known: Known, here: Array, said: Table, at: Array, scale: float) -> list[Fault]:
    """Rows whose price is not the dual, or whose bound is no end of what it is of."""
    price, bound = (numbers(said[c])[at] for c in ("price", "bound"))
    right, low, high = (np.full(len(at), np.nan) for _ in range(3))
    if len(known.key):
        order = np.argsort(known.key)
        found = order[np.minimum(np.searchsorted(known.key[order], here), len(order) - 1)]
        hit = known.key[found] == here
        right, low, high = (np.where(hit, v[found], np.nan) for v in (known.price, known.lower, known.upper))
    dearer = ~(np.abs(price - right) <= _NEAR * np.maximum(1.0, np.abs(right)) + scale)
    with np.errstate(invalid="ignore"):
        off = np.minimum(np.abs(bound - low), np.abs(bound - high))
    out: list[Fault] = []
    for i in np.flatnonzero(dearer).tolist():
        where = row_word(int(at[i]))
        out.append((where, say("{where}: the price is {price:,.10g}, and the duals in the certificate give {dual:,.10g}.",
                               where=where, price=float(price[i]), dual=float(np.nan_to_num(right[i])))))  # fmt: skip
    for i in np.flatnonzero(~dearer & (off > _NEAR * np.maximum(1.0, np.abs(bound)))).tolist():
        where = row_word(int(at[i]))
        out.append((where, say("{where}: the bound is {bound:,.10g}, and the program has none of that size there.",
                               where=where, bound=float(bound[i]))))  # fmt: skip
    return out


def row_word(at: int) -> Sentence:
    """A row of the table, which is counted from 1."""
    return say("{table} row {row}", table="prices", row=at + 1)


def _left_out(
    m: Model, name: str, known: Known, here: Array, tables: Mapping[str, Table], scale: float
) -> list[Fault]:
    """Bounds with a price that the table does not list; of amounts, those of which the plan has some."""
    missing = (np.abs(known.price) > _NEAR + scale) & ~np.isin(known.key, here)
    if name in VARIABLES:
        table, keys = tables.get(name, {}), [c for c in known.codes if c in tables["prices"]]
        some = np.flatnonzero(numbers(table.get("amount", ())) > 0)
        carried = coded(m, table, keys, some) if len(some) else some
        missing &= np.isin(known.key, carried) & ~((known.lower == 0) & (known.upper == 0))
    out: list[Fault] = []
    for i in np.flatnonzero(missing).tolist():
        texts = {c: str(label(m.network, c, codes[[i]])[0]) for c, codes in known.codes.items() if codes[i] >= 0}
        keys = [named(f"{c}={text}", sentences(header(c), text)) for c, text in texts.items()]
        where = sentences(f"{name}:", sentences(*keys, between=", "))
        out.append((where, say("The table prices says nothing of {where}, which has the price {dual:,.10g}.",
                               where=where, dual=float(known.price[i]))))  # fmt: skip
    return out


def _unlike_limits(m: Model, duals: Array, said: Table, at: Array, scale: float) -> list[Fault]:
    """The same of limits: by name, as their labels are not told; ratios, whose prices hang on the plan, are left alone."""
    block, out = m.program.families.get("limits"), []
    if block is None:
        return []  # the verifier has said so
    given: dict[str, list[float]] = {}
    varies, price = set(), numbers(said["price"])
    mine = duals[block.start : block.start + len(block.rows)].tolist()
    for line, dual in zip(m.variables.limit_lines, mine, strict=True):
        name = m.network.limits[line.bound.limit].name
        varies |= {name} if line.bound.varies else set()
        if abs(dual) > _NEAR + scale:
            given.setdefault(name, []).append(dual)
    told: dict[str, list[float]] = {}
    for i in at.tolist():
        told.setdefault(said["limit"][i], []).append(float(price[i]))
    for name in sorted((given.keys() | told.keys()) - varies):
        one, two = (np.sort(found.get(name, [])) for found in (told, given))
        if len(one) != len(two) or (np.abs(one - two) > _NEAR * np.maximum(1.0, np.abs(two)) + scale).any():
            words = sentences(*(Figure(f"{dual:,.10g}") for dual in two), between=", ") or "0"
            out.append((f"prices: limit={name}", say("The prices of the limit {limit} are not those of the duals in the certificate ({duals}).",
                                                     limit=name, duals=words)))  # fmt: skip
    return out


# -- keys ------------------------------------------------------------------------------------------------------------


def _labels(m: Model, column: str) -> list[str]:
    return m.network.labels["place" if column in ("origin", "dest") else column]


def _sizes(m: Model, keys: Sequence[str]) -> list[int]:
    return [len(_labels(m, c)) + 1 for c in keys]


def coded(m: Model, table: Table, keys: Sequence[str], at: Array) -> Array:
    """One number for the key of each of these rows; blank is a key."""
    codes = []
    for c in keys:
        code, cells = {"": -1} | {name: i for i, name in enumerate(_labels(m, c))}, table[c]  # a mode may be ""
        if isinstance(cells, Coded):
            codes.append(np.array([code.get(level, -1) for level in cells.levels], np.int64)[cells.codes][at] + 1)
        else:
            codes.append(np.array([code.get(str(cells[i]), -1) + 1 for i in at.tolist()], np.int64))
    return ravel(codes, _sizes(m, keys))


def numbers(cells: Sequence[Any]) -> Array:
    """Numbers of cells; nan where there is none."""
    values = getattr(cells, "values", None)
    return np.asarray([c if isinstance(c, float) else math.nan for c in cells] if values is None else values, float)
