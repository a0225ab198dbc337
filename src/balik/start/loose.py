"""Loose files: a CSV of either dialect, or the sheets of a workbook, as rows of cells; what they mean is told later."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Problems
from ..tables.formats.texts import clean
from ..tables.table import cell_name
from ..words import Sentence, say

#: A cell: text without the spaces around it, a number, or what a workbook knows besides (a date, an error).
Value = Any
_BOOKS = (".xlsx", ".xlsm")
_SIGNS = ",;\t"


@dataclass(frozen=True)
class Sheet:
    """One list as it lies in a file: its rows with their numbers, and the cells of each by column (from 1)."""

    file: str
    sheet: str | None
    rows: list[tuple[int, dict[int, Value]]]
    decimal: str | None  # decimal sign of a CSV, by its dialect; None in a workbook
    path: Path

    @property
    def title(self) -> str:
        """`shipments.csv`, or `book.xlsx#Kiriman`."""
        return f"{self.file}#{self.sheet}" if self.sheet else self.file

    def where(self, row: int, at: int | None = None, column: str | None = None) -> dict[str, Any]:
        """Where a cell stands, as fields of a Problem."""
        if self.sheet is None:
            return {"file": self.file, "line": row, "column": column}
        cell = cell_name(row, at) if at else f"{row}:{row}"
        return {"file": self.file, "sheet": self.sheet, "line": row, "cell": cell, "column": column}


def read_loose(files: Sequence[str | os.PathLike[str]], problems: Problems, remarks: list[Sentence]) -> list[Sheet]:
    """Every list in the files; what cannot be read is a problem."""
    paths = [Path(file) for file in dict.fromkeys(os.fspath(file) for file in files)]
    names = [path.name for path in paths]
    sheets: list[Sheet] = []
    for path in paths:
        shown = path.name if names.count(path.name) == 1 else os.fspath(path)
        if not path.is_file():
            problems.add("E400", say("There is no file '{path}'.", path=path), say("Correct the path."), file=shown)
        elif path.suffix.lower() in _BOOKS:
            sheets += _book(path, shown, problems, remarks)
        elif path.suffix.lower() == ".csv":
            sheets += _csv(path, shown, problems, remarks)
        else:
            advice = say("Save it as .xlsx or as 'CSV UTF-8'.")
            problems.add("E400", say("'{suffix}' is not read.", suffix=path.suffix or path.name), advice, file=shown)
    _tell_dialects(sheets, remarks)
    return sheets


def _tell_dialects(sheets: Sequence[Sheet], remarks: list[Sentence]) -> None:
    points = [sheet.file for sheet in sheets if sheet.decimal == "."]
    commas = [sheet.file for sheet in sheets if sheet.decimal == ","]
    if points:
        remarks.append(say("',' between cells, so the decimal sign is a point: {files}.", files=", ".join(points)))
    if commas:
        remarks.append(
            say("';' or a tab between cells, so the decimal sign is a comma: {files}.", files=", ".join(commas))
        )


def _csv(path: Path, shown: str, problems: Problems, remarks: list[Sentence]) -> list[Sheet]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.add("E101", say("The file is not UTF-8 text."), say("Save it as 'CSV UTF-8'."), file=shown, line=line)
        return []
    sign = _delimiter(text)
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    start = 1
    try:
        for cells in reader:
            found = {at: cell for at, value in enumerate(cells, 1) if (cell := clean(value))}
            if found:
                rows.append((start, found))
            start = reader.line_num + 1
    except csv.Error as error:
        if "end of data" in str(error):
            advice = say('Close it, or write two (""), or none.')
            problems.add("E114", say("A quote that opens in this row is never closed."), advice, file=shown, line=start)
        else:
            found_ = say("The file is no CSV: {why}.", why=str(error))
            problems.add("E101", found_, say("Save it again as 'CSV UTF-8'."), file=shown, line=start)
        return []
    if not rows:
        problems.add("E400", say("Nothing stands in it."), say("Leave the file away."), file=shown)
        return []
    return [Sheet(shown, None, rows, "." if sign == "," else ",", path)]


def _delimiter(text: str) -> str:
    """The sign that cuts most rows into the same number of cells; titles above the header have none."""
    lines = text.splitlines()[:200]
    best, most = ",", 0
    for sign in _SIGNS:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        wide = [width for width in widths if width > 1]
        if wide:
            usual = max(set(wide), key=wide.count)
            if (score := wide.count(usual) * usual) > most:
                best, most = sign, score
    return best


def _book(path: Path, shown: str, problems: Problems, remarks: list[Sentence]) -> list[Sheet]:
    from ..workbook.grid import WorkbookRefused
    from ..workbook.read import read_workbook

    try:
        book = read_workbook(path)
    except WorkbookRefused as refused:
        problems.add("E400", refused.why, refused.advice, file=shown)
        return []
    remarks += [say("{file}: {remark}", file=shown, remark=remark) for remark in book.remarks]
    sheets = []
    for grid in book.grids:
        if grid.hidden:
            remarks.append(say("{file}: the sheet '{sheet}' is hidden and was not read.", file=shown, sheet=grid.name))
            continue
        rows = [(number, {at: clean(v) if isinstance(v, str) else v for at, v in cells}) for number, cells in grid.rows]
        _fill_merged(rows, grid.merges)
        rows = [(number, {at: v for at, v in cells.items() if v != ""}) for number, cells in rows]
        rows = [(number, cells) for number, cells in rows if cells]
        if rows:
            sheets.append(Sheet(shown, grid.name, rows, None, path))
    return sheets


def _fill_merged(rows: list[tuple[int, dict[int, Value]]], merges: Sequence[tuple[int, int, int, int]]) -> None:
    """A cell that is merged with those below it holds for each of their rows."""
    by_number = dict(rows)
    for top, left, bottom, _ in merges:
        value = by_number.get(top, {}).get(left)
        for number in range(top + 1, bottom + 1):
            if value is not None and number in by_number:
                by_number[number].setdefault(left, value)
