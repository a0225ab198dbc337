"""A case in a folder as a workbook, its files as they stand, also where they cannot be read as tables.

So a problem that stands in a file has a cell to look at.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...errors import Problem
from ...schema import INPUT, Column, TableSchema
from ..numbers import NotANumber, with_point
from ..table import cell_name
from .book_writer import SETTINGS_SHEET, Book, flat
from .csv import rows_as_written
from .naming import column_name, split_unit
from .sheet_names import name_sheets
from .stored import LONGEST, UNFIT, AsText


@dataclass
class Places:
    """Where files stand in a workbook: the sheet of each, the row of each line, the column of each of its columns."""

    sheet: dict[str, str] = field(default_factory=dict)
    row: dict[tuple[str, int], int] = field(default_factory=dict)
    column: dict[tuple[str, str], int] = field(default_factory=dict)
    setting: dict[str, int] = field(default_factory=dict)

    def moved(self, problem: Problem) -> Problem:
        """The problem with the sheet and the cell at which its file and line stand."""
        sheet = self.sheet.get(problem.file or "")
        if sheet is None:
            return problem
        cell = None
        if sheet == SETTINGS_SHEET:
            cell = f"B{self.setting[problem.column]}" if problem.column in self.setting else None
        elif row := self.row.get((problem.file or "", problem.line or 0)):
            cell = cell_name(row, self.column.get((problem.file or "", problem.column or ""), 1))
        return replace(problem, sheet=sheet, cell=cell)


def write_folder(folder: Path, path: Path) -> Places:
    """Write the files of a folder as sheets; returns where they stand."""
    shown = folder.name or "."
    places = Places()
    settings = _settings(folder / "case.toml")
    book = Book(path, str(settings.get("currency", "IDR")))
    places.sheet[f"{shown}/case.toml"] = SETTINGS_SHEET
    places.setting = {key: row for row, (key, _) in enumerate(flat(settings), 1)}
    book.settings(settings)
    for file, sheet, name in _files(folder):
        rows, lines, comma = rows_as_written(file)
        if rows:
            at = f"{shown}/{file.relative_to(folder).as_posix()}"
            places.sheet[at] = sheet
            places.row |= {(at, line): row for row, line in enumerate(lines, 1)}
            places.column |= {
                (at, column): number for column, number in _sheet(book, sheet, INPUT[name], rows, comma).items()
            }
    book.close()
    return places


def _files(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """The files of tables, each with the name of its sheet and of its table."""
    found: dict[str, dict[str, Path]] = {"": _tables(folder)}
    root = folder / "scenarios"
    if root.is_dir():
        found |= {p.name: _tables(p) for p in sorted(root.iterdir()) if p.is_dir() and p.name[0] not in "._"}
    listed = {cell for row in rows_as_written(folder / "scenarios.csv")[0] for cell in row}
    names = name_sheets({scenario: tables for scenario, tables in found.items() if scenario}, listed)
    for scenario, tables in found.items():
        for name in INPUT:
            if name in tables:
                yield tables[name], names[name, scenario] if scenario else name, name


def _tables(folder: Path) -> dict[str, Path]:
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".csv" and not p.name.startswith("."))
    return {p.stem.lower(): p for p in reversed(files) if p.stem.lower() in INPUT}


def _sheet(book: Book, sheet: str, schema: TableSchema, rows: list[list[str]], comma: bool) -> dict[str, int]:
    """Write one file as it stands; returns the number of the column of everything that a problem may name."""
    rows = [[UNFIT.sub("\ufffd", cell.strip()[:LONGEST]) for cell in row] for row in rows]
    words = rows[0] + [""] * (max(map(len, rows)) - len(rows[0]))
    columns = [column_name(split_unit(word)[0], schema, ("remove",)) if word else None for word in words]
    cells = [[row[at] if at < len(row) else "" for row in rows[1:]] for at in range(len(words))]
    if comma:
        cells = [
            [_point(cell, schema.columns.get(c or "")) for cell in below]
            for c, below in zip(columns, cells, strict=True)
        ]
    book.sheet(sheet, schema, words, columns, cells)
    found: dict[str, int] = {}
    for number, (word, column) in enumerate(zip(words, columns, strict=True), 1):
        for name in (column or word, word, f"column {number}"):
            found.setdefault(name, number)
    return found


def _point(cell: str, column: Column | None) -> str:
    """A number with a decimal comma as one with a point; what is none stays as it is written."""
    if column is None or not column.is_number:
        return cell
    try:
        return with_point(cell)
    except NotANumber:
        return AsText(cell)


def _settings(path: Path) -> Mapping[str, Any]:
    """The settings as far as they can be read; values that no cell can hold as text."""
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {key: _shown(value) for key, value in found.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _shown(part) if not isinstance(part, Mapping) else str(part) for key, part in value.items()}
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else UNFIT.sub("\ufffd", str(value))
