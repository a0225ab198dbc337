"""A cell of the user's tables that is turned: what it says now, and the tables with another number in it.

Where the row that says it stands for more than is asked about (a wildcard), a row of its own is written that says the
same for just that, as the user would; what nobody says yet (a distance from coordinates) gets a new row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from ...errors import Problems
from ...schema import INPUT
from ...tables import Tables
from ...tables.numbers import NotANumber, read_fraction, read_number, write_number
from ...tables.table import Source, Table
from ...words import Sentence
from ..repair import plain, where

#: Columns that bound something; the others are prices and distances.
BOUNDS = ("capacity", "amount", "least", "most")


@dataclass(frozen=True)
class Cell:
    """One number of the input; all values in the unit of its column's header.

    `row`: -1 where a row is added. `keys`: the labels that the row must name, so that it says nothing else.
    `name`: how a sentence calls it. `more`: whether more of it helps what is asked about (-1: less does). `whole`: it
    counts whole things. `steps`: every whole number is tried, one after the other.
    """

    table: str
    column: str
    row: int
    keys: Mapping[str, str]
    now: float
    unit: str
    name: Sentence
    more: int
    whole: bool = False
    steps: bool = False
    own: bool = field(default=False, kw_only=True)  # without what is asked about, nothing depends on it

    def at(self, tables: Tables, value: float) -> Tables:
        """The tables with this number in the cell; problems are collected anew."""
        return with_cell(tables, self, "inf" if value == np.inf else plain(value))

    def is_new(self, tables: Tables) -> bool:
        """Whether a row of its own must be written for it."""
        table = tables[self.table]
        return table is None or self.row < 0 or not _says_just_this(table, self)

    def change(self, tables: Tables, value: float) -> str:
        """How the user writes it: a change as `--set` takes it, or the row to be added."""
        table, text = tables[self.table], "inf" if value == np.inf else plain(value)
        if table is not None and not self.is_new(tables):
            return f"{self.table}.{self.column}{where(_cells_of(table, self.row))} = {text}"
        said = {} if table is None or self.row < 0 else {c: table.cell(self.row, c) for c in table.columns}
        cells = {c: cell for c, cell in (said | dict(self.keys) | {self.column: text}).items() if cell}
        return f"{self.table}: a row {where(cells)}"

    def spot(self, tables: Tables) -> str:
        """`sites.csv line 4`; blank where no row says it yet."""
        table = tables[self.table]
        return table.spot(self.row) if table is not None and self.row >= 0 else ""


@dataclass(frozen=True)
class Times(Cell):
    """Cells of one row, or whole columns, that are all multiplied by one factor; as they stand that is 1.

    `cells`: those of one row. `columns`: (table, column) of those all of whose cells are meant.
    """

    cells: tuple[Cell, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()

    def at(self, tables: Tables, value: float) -> Tables:
        """The tables with everything multiplied."""
        for cell in self.cells:
            tables = cell.at(tables, float(f"{cell.now * value:.12g}"))
        for table, column in self.columns:
            tables = times(tables, table, column, Fraction(plain(value)))
        return tables

    def is_new(self, tables: Tables) -> bool:
        """Whether a cell needs a row of its own."""
        return any(cell.is_new(tables) for cell in self.cells)

    def change(self, tables: Tables, value: float) -> str:
        """The changes as `--set` takes them, one after the other."""
        said = [cell.change(tables, float(f"{cell.now * value:.12g}")) for cell in self.cells]
        return "; ".join([*said, *(f"{table}.{column} *= {plain(value)}" for table, column in self.columns)])

    def spot(self, tables: Tables) -> str:
        """Where they stand: `sites.csv line 4`, `supply.amount`."""
        if self.cells:
            return self.cells[0].spot(tables)
        return ", ".join(f"{table}.{column}" for table, column in self.columns)


def with_cell(tables: Tables, cell: Cell, text: str) -> Tables:
    """The tables with this text in the cell, in a row that says it for nothing else."""
    table = tables[cell.table]
    changed = _added(table, cell) if cell.row < 0 else _narrowed(table, cell)
    row = len(changed) - 1 if cell.row < 0 or len(changed) > len(table or ()) else cell.row
    cells = list(changed.columns.get(cell.column) or [""] * len(changed))
    cells[row] = text
    kept = {**tables.tables, cell.table: changed.with_column(cell.column, cells)}
    return replace(tables, tables=kept, problems=Problems())


def written(table: Table | None, row: int, column: str, default: float) -> float:
    """The number of a cell, in the unit of its header."""
    text = table.cell(row, column) if table is not None and row >= 0 else ""
    try:
        return read_number(text) if text else default
    except NotANumber:
        return default


def _cells_of(table: Table, row: int) -> dict[str, str]:
    """Cells that tell a row from the others of its table: its keys, and more where those do not do."""
    keys = [c for c in INPUT[table.name].keys if c in table.columns]
    found = {c: table.cell(row, c) for c in keys if table.cell(row, c)}
    for column in [*keys, *INPUT[table.name].columns]:
        if column in table.columns and column not in found and len(table.rows(found)) > 1:
            found[column] = table.cell(row, column)
    return found


def _says_just_this(table: Table, cell: Cell) -> bool:
    columns = INPUT[cell.table].columns
    return all((table.cell(cell.row, c) or columns[c].default) == label for c, label in cell.keys.items())


def _narrowed(table: Table | None, cell: Cell) -> Table:
    assert table is not None
    if _says_just_this(table, cell):
        return table
    fresh = table.take([cell.row])
    for column, label in cell.keys.items():
        fresh = fresh.with_column(column, [label])
    return table.append(fresh)


def _added(table: Table | None, cell: Cell) -> Table:
    columns = {column: [label] for column, label in cell.keys.items()} | {cell.column: [""]}
    source = (Source(f"{cell.table}.csv"),)
    fresh = Table(cell.table, columns, source, np.zeros(1, np.int64), np.zeros(1, np.int64))
    return fresh if table is None else table.append(fresh)


def times(tables: Tables, table: str, column: str, factor: Fraction) -> Tables:
    """The tables with every finite number of a column times a factor."""
    frame = tables[table]
    assert frame is not None
    cells = [_times(cell, factor) for cell in frame.columns[column]]
    return replace(tables, tables={**tables.tables, table: frame.with_column(column, cells)}, problems=Problems())


def _times(cell: str, factor: Fraction) -> str:
    try:
        return write_number(read_fraction(cell) * factor) if cell else cell
    except NotANumber:
        return cell
