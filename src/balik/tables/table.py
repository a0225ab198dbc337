"""A table as written: cells as text, and for every row the file and line where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import Problems
from ..kept import Book
from ..words import Sentence, plain, say
from .numbers import NotANumber, read_number
from .settings import line_of

#: Stands for a cell that could not be read and has been noted: nobody speaks of it again.
UNREADABLE = "\0unreadable"


class Coded(Sequence[str]):
    """A long column of text kept as codes: cell = levels[codes[row]]."""

    def __init__(self, codes: np.ndarray, levels: list[str]):
        self.codes, self.levels = codes, levels

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: Any) -> Any:
        return self.levels[self.codes[row]]

    def __iter__(self) -> Iterator[str]:
        return map(self.levels.__getitem__, self.codes.tolist())


class Floats(Sequence[str]):
    """A long column of plain numbers kept as floats (nan = blank); its cells read as the shortest text."""

    def __init__(self, values: np.ndarray):
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, row: Any) -> Any:
        value = float(self.values[row])
        return "" if value != value else str(int(value)) if value.is_integer() else repr(value)

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))

    def like(self, text: str) -> np.ndarray:
        """Rows that hold this number (or nothing, for a blank)."""
        if text == "":
            return np.flatnonzero(np.isnan(self.values))
        try:
            return np.flatnonzero(self.values == read_number(text))
        except NotANumber:  # not one that may stand there; the parser of large files let it pass
            return np.array([row for row in range(len(self)) if self[row] == text], np.int64)


@dataclass(frozen=True)
class Source:
    """Where rows stand: a file, or a sheet of a workbook with the number of every column in it (A is 1).

    `columns`: the same numbers by position in the header.
    """

    file: str
    sheet: str | None = None
    at: Mapping[str, int] = field(default_factory=dict)
    columns: Sequence[int] = ()

    def where(self, column: str | None = None) -> dict[str, Any]:
        """The table as a whole, as fields of a Problem."""
        where = {"file": self.file, "column": column}
        return where if self.sheet is None else where | {"sheet": self.sheet}


def cell_name(line: int, column: int) -> str:
    """`C14`: the name of a cell of a sheet.

    >>> cell_name(14, 3), cell_name(1, 28)
    ('C14', 'AB1')
    """
    letters = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{line}"


@dataclass(frozen=True)
class Table:
    """Cells as text by column (blank = ''; numbers with a point), with the place in a file of every row.

    `units`: the unit that the header gives a column, as written. `spots`: for columns that were pivoted, the number of
    the sheet's column in which each row stood. `partial`: the header names a column that nobody knows.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    sources: tuple[Source, ...]
    source: np.ndarray  # int per row: position in `sources`
    line: np.ndarray  # int per row
    units: Mapping[str, str] = field(default_factory=dict)
    spots: Mapping[str, np.ndarray] = field(default_factory=dict)
    partial: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.columns, Book):
            object.__setattr__(self, "columns", Book(self.columns))

    def __len__(self) -> int:
        return len(self.line)

    def cell(self, row: int, column: str) -> str:
        """The text of a cell; '' when the table lacks the column."""
        cells = self.columns.get(column)
        return cells[row] if cells else ""

    def where(self, row: int, column: str | None = None) -> dict[str, Any]:
        """Where the row stands, as fields of a Problem."""
        source, line = self.sources[self.source[row]], int(self.line[row])
        where = {"file": source.file, "line": line or None, "column": column}
        if source.sheet is None:
            return where
        spots = self.spots.get(column or "")
        at = int(spots[row]) if spots is not None and spots[row] else source.at.get(column or "", 0)
        return where | {"sheet": source.sheet, "cell": cell_name(line, at or min(source.at.values(), default=1))}

    def spot(self, row: int) -> Sentence:
        """`lanes.csv line 14`, for sentences."""
        source, line = self.sources[self.source[row]], int(self.line[row])
        if source.sheet is not None:
            return say("{sheet} row {line}", sheet=source.sheet, line=line)
        return say("{file} line {line}", file=source.file, line=line) if line else plain(source.file)

    def take(self, rows: Iterable[int]) -> Table:
        """The same table with only these rows."""
        rows = list(rows)
        at = np.asarray(rows, np.int64)
        columns = {c: [cells[r] for r in rows] for c, cells in self.columns.items()}
        spots = {c: spot[at] for c, spot in self.spots.items()}
        return replace(self, columns=columns, source=self.source[at], line=self.line[at], spots=spots)

    def append(self, other: Table) -> Table:
        """Rows of the other table after the rows of this one."""
        columns = {}
        for name in dict.fromkeys([*self.columns, *other.columns]):
            mine = self.columns.get(name) or [""] * len(self)
            columns[name] = [*mine, *(other.columns.get(name) or [""] * len(other))]
        spots = {}
        for name in {*self.spots, *other.spots}:
            parts = [t.spots.get(name, np.zeros(len(t), np.int64)) for t in (self, other)]
            spots[name] = np.concatenate(parts)
        return Table(
            self.name,
            columns,
            self.sources + other.sources,
            np.concatenate([self.source, other.source + len(self.sources)]),
            np.concatenate([self.line, other.line]),
            {**other.units, **self.units},
            spots,
            self.partial or other.partial,
        )

    def rows(self, where: Mapping[str, str]) -> list[int]:
        """Rows whose cells are as written in `where`."""
        found: Iterable[int] = range(len(self))
        for column, wanted in where.items():
            cells = self.columns.get(column)
            if cells is None:
                found = found if wanted == "" else []
            elif isinstance(cells, Floats):
                found = np.intersect1d(np.fromiter(found, np.int64), cells.like(wanted)).tolist()
            else:
                found = [row for row in found if cells[row] == wanted]
        return list(found)

    def headed(self) -> dict[str, Sequence[str]]:
        """The columns by their headers: the name, and the unit in brackets where one is given."""
        units = self.units
        return {f"{name} [{units[name]}]" if name in units else name: cells for name, cells in self.columns.items()}

    def with_column(self, name: str, cells: Sequence[str]) -> Table:
        """The same table with a column replaced or added."""
        return replace(self, columns={**self.columns, name: cells})


@dataclass(frozen=True)
class Tables:
    """A case: its tables after overlays, its settings, and the problems met so far.

    `lame`: tables that stand in the case and could not be read; what is not found in them may well be there.
    `lines`: the line of `case.toml` (the row of the sheet) on which a setting stands, `solve.gap`, or a section.
    """

    name: str
    tables: dict[str, Table]
    settings: dict[str, Any]
    scenario: str | None = None
    scenarios: tuple[str, ...] = ()
    problems: Problems = field(default_factory=Problems)
    sets: tuple[str, ...] = ()
    path: str | None = None
    lame: frozenset[str] = frozenset()
    lines: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.tables, Book):
            object.__setattr__(self, "tables", Book(self.tables))

    def __getitem__(self, name: str) -> Table | None:
        return self.tables.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self.tables

    def where(self, table: str, column: str | None = None) -> dict[str, Any]:
        """Where a table stands or would stand (`case`: the settings), as fields of a Problem."""
        line = line_of(self.lines, column) if table == "case" and column else None
        if self.path is not None and not Path(self.path).is_dir():
            where = {"file": Path(self.path).name, "sheet": table, "column": column}
            return where if line is None else where | {"line": line, "cell": f"B{line}"}
        if line is not None:
            return {"file": f"{self.name}/case.toml", "line": line, "column": column}
        return {"file": f"{self.name}/{'case.toml' if table == 'case' else f'{table}.csv'}", "column": column}

    def setting(self, section: str, key: str, default: Any = None) -> Any:
        """A value of `case.toml`, e.g. setting('distance', 'detour')."""
        value = self.settings.get(section, {})
        return value.get(key, default) if isinstance(value, dict) else default

    @property
    def currency(self) -> str:
        """Currency of all money."""
        return str(self.settings.get("currency", "IDR"))

    @property
    def period(self) -> str:
        """The unit of time."""
        return str(self.settings.get("period", "month"))

    def unit_of(self, material: str) -> str:
        """The unit in which a material is counted; '' where no row says so."""
        materials = self["materials"]
        if materials is None:
            return ""
        names = list(materials.columns["material"])
        return (materials.cell(names.index(material), "unit") or "kg") if material in names else ""

    @property
    def title(self) -> str:
        """Title of the case."""
        return str(self.settings.get("title", self.name))
