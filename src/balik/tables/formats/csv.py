"""CSV: `,` between cells with a decimal point, or `;` between cells with a decimal comma."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...errors import Problems
from ...schema import INPUT, TableSchema
from ...words import Sentence, plain, say
from ..numbers import NotANumber, read_number, with_point
from ..table import UNREADABLE, Source, Table
from .header import Header, read_header
from .large import LARGE, read_large
from .naming import column_name
from .reading import Reading
from .texts import clean

_SEP_LINE = re.compile(r"^sep=([;,])\r?\n?", re.IGNORECASE)  # the first line that some spreadsheets write


def read_csv(path: Path, shown: str, schema: TableSchema, reading: Reading) -> Table | None:
    """Read one file into a table of that schema; every problem is noted, `None` only when nothing can be read.

    `shown` is the name of the file in messages.
    """
    problems = reading.problems
    try:
        raw = path.read_bytes()
    except OSError as error:
        found = say("The file cannot be read: {why}.", why=error.strerror)
        problems.add("E101", found, say("Check what it is and who may read it."), file=shown)
        return None
    if len(raw) > LARGE and (large := read_large(raw, shown, schema, reading.units)) is not None:
        return large
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.add("E101", say("The file is not UTF-8 text."), say("Save it as 'CSV UTF-8'."), file=shown, line=line)
        return None
    if "\0" in text:
        problems.add("E101", say("The file holds binary data."), say("Save it as 'CSV UTF-8'."), file=shown)
        return None
    if not text.strip(' \t\r\n,;"'):
        problems.add("E102", say("The file is empty."), say("Delete it if the table is not needed."), file=shown)
        return None
    delimiter, skip = _delimiter(text)
    if (foreign := _foreign(text)) is not None:
        found = say("Between the cells stands {sign}.", sign=foreign)
        problems.add("E101", found, say("Save it as 'CSV UTF-8', with , or ; between the cells."), file=shown)
        return None
    try:
        rows, lines = _split(text, delimiter, skip)
    except _Unclosed as error:
        problems.add(
            "E114", say("A quote that opens in this row is never closed."), say('Close it, or write two (""), or none.'),
            file=shown, line=error.line,
        )  # fmt: skip
        return None
    except csv.Error as error:
        found = say("The file is no CSV: {why}.", why=str(error))
        problems.add("E101", found, say("Save it again as 'CSV UTF-8'."), file=shown)
        return None
    return _table(rows, lines, delimiter == ";", shown, schema, reading)


def _delimiter(text: str) -> tuple[str, int]:
    """`;` where the first line that holds anything has one outside quotes, else `,`; and the lines to pass over."""
    if match := _SEP_LINE.match(text):
        return match[1], 1
    first = next((line for line in text.splitlines() if line.strip()), "")
    return (";" if ";" in re.sub(r'"[^"]*"?', "", first) else ","), 0


def _foreign(text: str) -> Sentence | None:
    """What stands between the cells of the first line where that is neither `,` nor `;`."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if "," in first or ";" in first:
        return None
    return say("a tab") if "\t" in first.strip() else plain("|") if "|" in first else None


class _Unclosed(Exception):
    """A quoted cell runs to the end of the file."""

    def __init__(self, line: int):
        self.line = line


def _split(text: str, delimiter: str, skip: int) -> tuple[list[list[str]], list[int]]:
    """Rows of cells that hold anything, and the line on which each begins."""
    source = io.StringIO(text, newline="")
    for _ in range(skip):
        source.readline()
    rows, lines = [], []
    for start, row in _numbered(csv.reader(source, delimiter=delimiter), skip):
        if row:
            rows.append(row)
            lines.append(start)
    if '"' in text:
        _check_closed(text, delimiter)
    if any(not row[0] for row in rows):  # a row of delimiters alone is an empty row
        kept = [i for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
        rows, lines = [rows[i] for i in kept], [lines[i] for i in kept]
    return rows, lines


def rows_as_written(path: Path) -> tuple[list[list[str]], list[int], bool]:
    """Rows of cells of a file, the line on which each begins, and whether its decimal sign is a comma.

    No row where the file cannot be told apart into cells, which `read_csv` notes.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        delimiter, skip = _delimiter(text)
        return *_split(text, delimiter, skip), delimiter == ";"
    except (OSError, UnicodeDecodeError, _Unclosed, csv.Error):
        return [], [], False


def _numbered(reader: Iterable[list[str]], skip: int) -> Iterable[tuple[int, list[str]]]:
    """Each row with the line on which it begins (a quoted cell may run over several)."""
    start = skip
    for row in reader:
        yield start + 1, row
        start = skip + reader.line_num  # type: ignore[attr-defined]


def _check_closed(text: str, delimiter: str) -> None:
    """Raise _Unclosed where the last quoted cell runs to the end of the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for _ in reader:
            start = reader.line_num + 1
    except csv.Error as error:
        if "end of data" in str(error):
            raise _Unclosed(start) from None


def _table(
    rows: list[list[str]], lines: list[int], comma: bool, shown: str, schema: TableSchema, reading: Reading
) -> Table | None:
    body, problems = rows[1:], reading.problems
    if not _even_out(rows, lines, comma, shown, problems):
        return None
    cells = [_clean(column) for column in zip(*body, strict=True)] or [[] for _ in rows[0]]
    where = {"file": shown, "line": lines[0]}
    header = read_header(rows[0], schema, reading, where, first=cells[0])
    if not body:
        found = say("The table {table} has a header and no row.", table=schema.name)
        problems.add("E102", found, say("Delete the file if it is not needed."), file=shown)
        return None
    for at, name in enumerate(header.names):
        idle = name is None and not rows[0][at].strip() and at not in header.passed
        if idle and any(cell and cell != UNREADABLE for cell in cells[at]):
            found = say("Column {number} has cells and no header.", number=at + 1)
            problems.add("E104", found, say("Name it, or empty it."), **where, column=f"column {at + 1}")
            header.partial = True
    table = header.table(schema.name, cells, Source(shown), lines[1:])
    return without_words(_decimal_commas(table, schema, problems) if comma else table, schema, header)


def _even_out(rows: list[list[str]], lines: list[int], comma: bool, shown: str, problems: Problems) -> bool:
    """Give every row as many cells as the header; a row with more of them is a problem.

    False where the header does not fit any row, so that no cell is known.
    """
    width = len(rows[0])
    other = "," if comma else ";"
    if width > 1 and len(rows) > 1 and all(len(row) == 1 and other in row[0] for row in rows[1:]):
        found = say("Between the cells of the header stands {sign}, between those of the rows {other}.",
                    sign=";" if comma else ",", other=other)  # fmt: skip
        problems.add("E103", found, say("Write one of them everywhere."), file=shown, line=lines[0])
        return False
    longer = {len(row) for row in rows[1:]} if all(any(map(str.strip, row[width:])) for row in rows[1:]) else set()
    if len(longer) == 1 and len(rows) > 2:
        found = say("Every row has {cells} cells, the header {width}.", cells=longer.pop(), width=width)
        problems.add("E103", found, say("Does the header lack a name, or is a comma in the cells not in quotes?"),
                     file=shown, line=lines[0])  # fmt: skip
        return False
    for row, line in zip(rows[1:], lines[1:], strict=True):
        if any(cell.strip() for cell in row[width:]):
            found = say("The row has {cells} cells, the header {width}.", cells=len(row), width=width)
            advice = say("One delimiter too many?") if comma else say("A decimal or grouping comma without quotes?")
            problems.add("E103", found, advice, file=shown, line=line)
            row[:] = [cell if i == 0 else UNREADABLE for i, cell in enumerate(row)]
        if len(row) != width:
            row[width:] = []
            row += [""] * (width - len(row))
    return True


def _clean(column: tuple[str, ...]) -> list[str]:
    """Cells without the white space around them (hard spaces too)."""
    levels = {cell: clean(cell) for cell in set(column)}
    return [levels[cell] for cell in column] if any(a != b for a, b in levels.items()) else list(column)


def without_words(table: Table, schema: TableSchema, header: Header) -> Table:
    """Cells of which nothing can be said but what was said of their header are passed over.

    In guessed columns of numbers those that are none; in columns whose unit does not fit those that are numbers.
    """
    columns = dict(table.columns)
    numbers = {c.name for c in schema.columns.values() if c.is_number}
    for name in (header.guessed | header.unfit) & numbers:
        passed = name in header.unfit
        columns[name] = [cell if cell == "" or _is_number(cell) != passed else UNREADABLE for cell in columns[name]]
    return replace(table, columns=columns)


def _is_number(cell: str) -> bool:
    try:
        read_number(cell)
    except NotANumber:
        return False
    return True


# -- the dialect with decimal commas -----------------------------------------------------------------------------


def _decimal_commas(table: Table, schema: TableSchema, problems: Problems) -> Table:
    """Numbers with a point; what cannot be read is noted as it is written."""
    columns = dict(table.columns)
    for name, cells in table.columns.items():
        known = schema.columns.get(name)
        if known and known.is_number:
            mask = None
        elif schema.name == "changes" and name == "value":
            mask = _changes_numbers(table)
        else:
            continue
        read: dict[str, str] = {}
        for cell in dict.fromkeys(c for i, c in enumerate(cells) if mask is None or mask[i]):
            read[cell], problem = _one_comma(cell)
            if problem:
                for row in [r for r, c in enumerate(cells) if c == cell and (mask is None or mask[r])]:
                    problems.add(*problem, **table.where(row, name))
        columns[name] = [read[c] if mask is None or mask[i] else c for i, c in enumerate(cells)]
    return replace(table, columns=columns)


def _one_comma(cell: str) -> tuple[str, tuple[str, Sentence, Sentence] | None]:
    """A cell with its decimal comma as a point, and the problem with it."""
    if cell == UNREADABLE:
        return cell, None
    try:
        point = with_point(cell)
    except NotANumber as why:
        return UNREADABLE, (
            "E121",
            say("'{cell}' {why}.", cell=cell, why=why.why),
            say("Write 1234,5 without grouping."),
        )
    if point != cell:
        try:
            read_number(point)
        except NotANumber as why:
            return UNREADABLE, (
                "E120",
                say("'{cell}' {why}.", cell=cell, why=why.why),
                say("Write a number such as 1234,5."),
            )
    return point, None


def _changes_numbers(table: Table) -> list[bool]:
    """Which rows of `changes` change a column of numbers."""
    found = []
    for row in range(len(table)):
        schema = INPUT.get(table.cell(row, "table"))
        column = schema.columns.get(column_name(table.cell(row, "column"), schema) or "") if schema else None
        found.append(bool(column and column.is_number))
    return found


def write_csv(path: Path, columns: Mapping[str, Sequence[object]]) -> None:
    """Write columns of text with `,` between cells."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
