"""A workbook as a case: a sheet for each table, `table@scenario` for a scenario's rows, `case` for the settings.

Sheets whose names begin with `_` are the user's own and passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...errors import InputError, Problem, Problems
from ...schema import Column, TableSchema
from ...words import Sentence, say
from ...workbook.grid import Book, CellError, Date, Grid, NoValue, Value, WorkbookRefused
from ..settings import NUMBERS, check_settings, laid_over
from ..table import UNREADABLE, Source, Table, cell_name
from .csv import without_words
from .frames import as_text
from .header import read_header
from .reading import Reading
from .sheet import Parts, cut
from .texts import clean, read_texts

#: Files that are read as workbooks.
BOOKS = (".xlsx", ".xlsm")
SETTINGS_SHEET = "case"
#: Words over the two columns of the settings, which are no setting.
_KEY_WORDS = ("key", "setting", "kunci", "pengaturan")


def _opened(path: Path) -> Book:
    """What is in a workbook; a file that has not changed is not opened again for the next scenario."""
    try:
        state = path.stat()
    except OSError:
        return _read(path, 0, 0)
    return _read(path.resolve(), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _read(path: Path, changed: int, size: int) -> Book:
    from ...workbook.read import read_workbook

    return read_workbook(path)


class Workbook:
    """The sheets of a workbook; raises InputError where the file is refused."""

    def __init__(self, path: Path, problems: Problems):
        self.file, self.problems = path.name, problems
        try:
            book = _opened(path)
        except WorkbookRefused as refused:
            raise InputError([Problem("E118", refused.why, refused.advice, file=self.file)]) from None
        for remark in book.remarks:
            problems.add("W116", remark, file=self.file)
        self.sheets: dict[str, Grid] = {}
        for grid in book.grids:
            name = clean(grid.name)
            if name in self.sheets:  # names that differ in white space only
                found = say("The table {name} stands in two places.", name=name)
                problems.add("E116", found, say("Keep one."), file=self.file, sheet=grid.name)
            elif not name.startswith("_"):
                self.sheets[name] = grid

    def settings(self, more: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
        """The settings on the sheet `case` (dotted keys in one column, values in the next), and their rows."""
        name = next((name for name in self.sheets if name.lower() == SETTINGS_SHEET), None)
        if name is None:
            advice = say("Add one: 'title' in its first cell and the title beside it are enough.")
            raise InputError([Problem("E100", say("The workbook has no sheet 'case'."), advice, file=self.file)])
        settings: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for row, cells in self.sheets[name].rows:
            key = clean(str(cells[0][1]))
            value = cells[1][1] if len(cells) > 1 else None
            if value is None or (not lines and key.lower() in _KEY_WORDS):
                continue
            if (wrong := _wrong(value, False)) is not None:
                cell = cell_name(row, cells[1][0])
                self.problems.add(*wrong, file=self.file, sheet=name, cell=cell, line=row, column=key)
                continue
            if key in lines:
                found = say("The setting '{key}' stands twice.", key=key)
                self.problems.add("E112", found, say("Keep one."), file=self.file, sheet=name, cell=f"A{row}", line=row)
                continue
            lines[key] = row
            section, dot, word = key.partition(".")
            target = settings.setdefault(section, {}) if dot else settings
            if isinstance(target, dict):
                target[word if dot else key] = _setting(value, word if dot else key, section)
        return check_settings(laid_over(settings, more), self.file, self.problems, lines, sheet=name), lines

    def texts(self, name: str) -> set[str]:
        """All texts of a sheet; none where there is no such sheet."""
        grid = next((grid for full, grid in self.sheets.items() if full.lower() == name), None)
        return {clean(str(value)) for _, cells in (grid.rows if grid else ()) for _, value in cells}

    def read(self, name: str, schema: TableSchema, reading: Reading) -> Table | None:
        """One sheet as a table of that schema; every problem is noted, `None` where it has no row."""
        grid, where = self.sheets[name], dict[str, Any](file=self.file, sheet=name)
        if grid.hidden:
            reading.problems.add("W114", say("The sheet is hidden, and is read all the same."), **where)
        if not grid.rows:
            found, advice = say("The sheet is empty."), say("Delete it if the table is not needed.")
            reading.problems.add("E102", found, advice, **where)
            return None
        parts = cut(grid, schema, reading, where)
        spots = [{"line": parts.header, "cell": cell_name(parts.header, c)} for c in parts.columns]
        first = [as_text(_plain(values.get(parts.columns[0]))) for _, values in parts.rows]
        header = read_header(parts.words, schema, reading, where, spots, parts.groups, first)
        if not parts.rows:
            found = say("The table {table} has a header and no row.", table=schema.name)
            reading.problems.add("E102", found, say("Delete the sheet if it is not needed."), **where)
            return None
        cells = []
        for at, column in enumerate(header.names):
            below = header.wide.value.get(at) if header.wide else None
            name_of = below or column
            known = schema.columns.get(name_of or "")
            spot = where | {"column": name_of or parts.words[at]}
            cells.append(_cells(parts, at, known if known and known.is_number else None, spot, reading))
            if column is None and at not in header.passed and not parts.words[at] and any(cells[at]):
                line = next(row for row, values in parts.rows if parts.columns[at] in values)
                found = say(
                    "The cells of column {letter} have no header.",
                    letter=cell_name(line, parts.columns[at]).rstrip("0123456789"),
                )
                spot = where | {"line": line, "cell": cell_name(line, parts.columns[at])}
                reading.problems.add("E104", found, say("Name it, or empty it."), **spot)
                header.partial = True
        at_of = {name: c for name, c in zip(header.names, parts.columns, strict=True) if name is not None}
        source = Source(self.file, name, at_of, parts.columns)
        table = header.table(schema.name, cells, source, [row for row, _ in parts.rows])
        return without_words(table, schema, header)


def _setting(value: Value, word: str, section: str) -> Any:
    """A setting as case.toml would hold it: numbers also where they stand as text."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if not isinstance(value, str):
        return _plain(value)
    text = clean(value)
    if word in NUMBERS or section in ("objective", "exchange"):
        try:
            return float(str(next(iter(read_texts([text], "").values()))))
        except ValueError:
            pass
    return text


def _plain(value: Value | None) -> Any:
    """A value as a label: dates as text, nothing for an error."""
    if isinstance(value, Date):
        return value.text
    return None if isinstance(value, (CellError, NoValue)) else value


def _cells(parts: Parts, at: int, number: Column | None, where: dict[str, Any], reading: Reading) -> list[str]:
    """The cells of one column as text (`number`: it holds numbers); what Excel could not work out, and dates among numbers, are problems."""
    column = parts.columns[at]
    values = [values.get(column) for _, values in parts.rows]
    texts = read_texts([clean(v) for v in values if isinstance(v, str)], reading.sign_of(number)) if number else {}
    found: list[str] = []
    changed: dict[str, str] = {}
    for (row, _), value in zip(parts.rows, values, strict=True):
        spot = where | {"line": row, "cell": cell_name(row, column)}
        if (wrong := _wrong(value, number is not None)) is not None:
            reading.problems.add(*wrong, **spot)
            found.append(UNREADABLE)
        elif number and isinstance(value, str):
            text = clean(value)
            read = texts[text]
            if isinstance(read, Sentence):
                advice = say("Write it as a number (not as text), or 1234,5 with the sign that is meant.")
                reading.problems.add("E121", read, advice, **spot)
                read = UNREADABLE
            elif read != text:
                changed.setdefault(text, cell_name(row, column))
            found.append(read)
        else:
            found.append(as_text(_plain(value)))
    if changed:
        text, cell = next(iter(changed.items()))
        said = say("Text is read as a number, such as '{text}' as {number}.", text=text, number=texts[text])
        reading.problems.add("W112", said, **where, cell=cell)
    return found


def _wrong(value: Value | None, number: bool) -> tuple[str, Sentence, Sentence] | None:
    """Why a cell holds nothing that can be used: code, what was found, advice."""
    if isinstance(value, CellError):
        return "E127", say("The formula gives {error}.", error=value.text), say("Mend the formula, or write the value.")
    if isinstance(value, NoValue):
        found = say("The formula has no stored value.")
        return "E127", found, say("Open the workbook in a spreadsheet program, save it, and try again.")
    if number and isinstance(value, Date):
        found = say("A date ({date}) stands where a number belongs.", date=value.text)
        return (
            "E128",
            found,
            say("Spreadsheets take 3/4 or 1-2 for dates: format the cell as a number and type it again."),
        )
    return None
