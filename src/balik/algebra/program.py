"""Program: named blocks of columns and rows, and the arrays that every solver receives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from ..kept import Changing
from .index import Array, Index
from .terms import INF, Rows, Var, fill, repeated


@dataclass(frozen=True)
class Block:
    """Rows of one statement: where they start, and what they say."""

    start: int
    rows: Rows

    def activity(self, x: Array) -> Array:
        """Σ coef × column of every row, at a point."""
        terms = self.rows.terms
        return np.bincount(terms.row, terms.val * x[terms.col], len(self.rows))


@dataclass(frozen=True)
class Cone:
    """A column that is at least the length of others: x[bound] ≥ √(yᵀ tie y), y[f] = Σ size × x[cols] over factor f.

    `tie` is a matrix of correlations, the same for many cones; None: the factors are independent.
    """

    bound: int
    cols: Array
    size: Array
    factor: Array
    tie: Array | None = None


@dataclass(frozen=True)
class Risk:
    """A column that is at least what a site risks, as a share of `budget` (−ln of what sites must fit at once with).

    `room`, `coef`: what the mean leaves of the room is Σ coef × x[room]; `cols`, `size`: the yes-or-no columns of what
    comes, each with its standard deviation; `spread`: the column of that of all. `least`: so many of it fit in any plan;
    `shares`: as many sites take part.
    """

    bound: int
    room: Array
    coef: Array
    cols: Array
    size: Array
    spread: int
    budget: float
    least: float
    shares: int


@dataclass(frozen=True)
class Arrays:
    """min cost·x + offset, row_lower ≤ A x ≤ row_upper, lower ≤ x ≤ upper; A by columns.

    `settled`: columns that follow from the others after the solve; what they float to is no part of the answer.
    `cones`, `risks`: what is not linear; `engines/cones.py` makes it so by rows, as they are needed.
    """

    cost: Array
    offset: float
    lower: Array
    upper: Array
    integer: Array
    row_lower: Array
    row_upper: Array
    start: Array
    row: Array
    value: Array
    settled: Array | None = None
    cones: tuple[Cone, ...] = ()
    risks: tuple[Risk, ...] = ()


@dataclass
class Program:
    """Columns by variable, rows by statement, and one linear objective."""

    variables: dict[str, Var] = field(default_factory=Changing)
    families: dict[str, Block] = field(default_factory=Changing)
    columns: int = 0
    rows: int = 0
    objective: list[tuple[Array, Array]] = field(default_factory=list)
    offset: float = 0.0
    settled: list[Array] = field(default_factory=list)
    cones: list[Cone] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)

    #: What changes a program, and what of it: for functions whose results are kept.
    _effects: ClassVar = {"add": ("columns",), "bound": (), "hedge": (), "constrain": ("rows",)}

    def variable(
        self,
        name: str,
        index: Index,
        lower: Array | float = 0.0,
        upper: Array | float = INF,
        integer: bool | Array = False,
    ) -> Var:
        """Add a block of columns, one for each tuple of the index."""
        n = len(index)
        cols = np.arange(self.columns, self.columns + n, dtype=np.int32)
        var = Var(cols, index.codes, name, index, fill(lower, n), fill(upper, n), integer)
        self.add(var)
        return var

    def add(self, var: Var) -> None:
        """Add a block of columns that comes after all that are there."""
        self.variables[var.name] = var
        self.columns += len(var)

    def bound(self, cone: Cone) -> None:
        """Add what bounds a column by the length of others."""
        self.cones.append(cone)

    def hedge(self, risk: Risk) -> None:
        """Add what bounds a column by what a site risks."""
        self.risks.append(risk)

    def constrain(self, name: str, rows: Rows) -> None:
        """Add the rows of a statement; none costs nothing."""
        if len(rows):
            self.families[name] = Block(self.rows, rows)
            self.rows += len(rows)

    def minimise(self, cols: Array, coef: Array, offset: float = 0.0) -> None:
        """Add a linear term to the objective."""
        self.objective.append((cols, coef))
        self.offset += offset

    def cost(self) -> Array:
        """Objective coefficient of every column."""
        cost = np.zeros(self.columns)
        for cols, coef in self.objective:
            ascending = _ascending(cols)
            if ascending is None:
                np.add.at(cost, cols, coef)
            else:
                cost[ascending] += coef
        return cost

    def arrays(self) -> Arrays:
        """The whole program, column by column."""
        variables, blocks = list(self.variables.values()), list(self.families.values())
        start, row, value = self._columnwise(blocks)
        return Arrays(
            self.cost(),
            self.offset,
            _joined([v.lower for v in variables]),
            _joined([v.upper for v in variables]),
            _joined([np.broadcast_to(np.asarray(v.integer, bool), len(v)) for v in variables], bool),
            _joined([b.rows.lower for b in blocks]),
            _joined([b.rows.upper for b in blocks]),
            start,
            row,
            value,
            self._settled(),
            tuple(self.cones),
            tuple(self.risks),
        )

    def _settled(self) -> Array | None:
        if not any(map(len, self.settled)):
            return None
        mask = np.zeros(self.columns, bool)
        mask[np.concatenate(self.settled)] = True
        return mask

    def _columnwise(self, blocks: list[Block]) -> tuple[Array, Array, Array]:
        """Compressed columns: count, then put every piece where its columns have room left, in the order stated."""
        pieces = [(b.start, p) for b in blocks for p in b.rows.terms.pieces if len(p.col)]
        ascending = [_ascending(p.col) for _, p in pieces]
        start = np.zeros(self.columns + 1, np.int64)
        for (_, p), cols in zip(pieces, ascending, strict=True):
            if cols is None:
                low, count = _counted(p.col)
                start[low + 1 : low + 1 + len(count)] += count
            else:
                start[1:][cols] += 1
        np.cumsum(start, out=start)
        row, value, free = np.empty(start[-1], np.int32), np.empty(start[-1]), start[:-1].copy()
        for (first, p), cols in zip(pieces, ascending, strict=True):
            order: Array | slice = slice(None)
            if cols is None:
                order, at = _sorted_into(free, p.col)
            else:
                at = free[cols]
            row[at] = p.row[order] + first
            value[at] = p.val[0] if repeated(p.val) else p.val[order]
            if cols is not None:
                free[cols] += 1
        return start.astype(np.int32), row, value

    # -- names, made only when someone asks ----------------------------------------------------------------------
    def column_names(self) -> list[str]:
        """Readable and distinct names of all columns: variable(label,label)."""
        return _distinct([f"{v.name}({v.index.name(i)})" for v in self.variables.values() for i in range(len(v))])

    def row_names(self) -> list[str]:
        """Readable and distinct names of all rows: statement(label,label)."""
        columns = self.column_names() if any("column" in b.rows.index.codes for b in self.families.values()) else []
        names = []
        for name, block in self.families.items():
            index = block.rows.index
            if "column" in index.codes:  # one row for each of some columns: named after it
                names += [f"{name}({columns[c]})" for c in index.codes["column"].tolist()]
            else:
                names += [f"{name}({index.name(i)})" for i in range(len(index))]
        return _distinct(names)

    def where_column(self, col: int) -> tuple[str, int]:
        """Variable and position in it of a column."""
        for var in self.variables.values():
            if len(var) and var.cols[0] <= col <= var.cols[-1]:
                return var.name, int(col - var.cols[0])
        raise IndexError(col)


def _ascending(cols: Array) -> Array | slice | None:
    """The columns themselves if they ascend without a repeat, as a slice where none is left out; else None."""
    if not len(cols) or not (cols[1:] > cols[:-1]).all():
        return None
    whole = cols[-1] - cols[0] == len(cols) - 1
    return slice(int(cols[0]), int(cols[-1]) + 1) if whole else cols


def _counted(cols: Array) -> tuple[int, Array]:
    """The least column, and how often each from there on occurs."""
    low = int(cols.min())
    return low, np.bincount(cols - low)


def _sorted_into(free: Array, cols: Array) -> tuple[Array, Array]:
    """The stable order of the columns, and the free position of each in this order; takes the positions."""
    low, count = _counted(cols)
    short = cols - low
    # numpy sorts 16 bits by counting, wider integers by merging
    order = np.argsort(short.astype(np.uint16) if len(count) < 2**16 else short, kind="stable")
    here = free[low : low + len(count)]
    at = np.repeat(here - np.cumsum(count) + count, count) + np.arange(len(cols))
    here += count
    return order, at


def _joined(parts: list[Array], kind: type = float) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _distinct(names: list[str]) -> list[str]:
    """Names as MPS and LP files take them: no blanks or signs of their own meaning, each once."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_.,()]", "_", name)[:240]
        count = seen.get(plain, 0)
        seen[plain] = count + 1
        out.append(plain if count == 0 else f"{plain}#{count}")
    return out
