"""CSV: `,` between cells with a decimal point, or `;` between cells with a decimal comma."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ...errors import Problems, did_you_mean
from ...schema import INPUT, TableSchema
from ...schema.schema import FREE_COLUMNS
from ..numbers import NotANumber, with_point
from ..table import Coded, Floats, Table

_UNIT_IN_HEADER = re.compile(r"^(.*?)\s*[\[(](.*)[\])]\s*$")


#: Bytes above which the compiled parser of pandas reads the file (importing it costs more than it saves below).
_LARGE = 1_000_000


def read_csv(
    path: Path, shown: str, schema: TableSchema, problems: Problems, extra: tuple[str, ...] = ()
) -> Table | None:
    """Read one file into a table of that schema; every problem is noted, `None` only when nothing can be read.

    `shown` is the name of the file in messages; `extra` are columns allowed beside the schema's.
    """
    if path.stat().st_size > _LARGE and (large := _read_large(path, shown, schema)) is not None:
        return large
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.add("E101", "The file is not UTF-8 text.", "Save it as 'CSV UTF-8'.", file=shown, line=line)
        return None
    if "\0" in text:
        problems.add("E101", "The file holds binary data.", "Save it as 'CSV UTF-8'.", file=shown)
        return None
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if ";" in first else ","
    rows, lines = _split(text, delimiter)
    if not rows:
        problems.add("E102", "The file is empty.", "Delete it if the table is not needed.", file=shown)
        return None
    return _table(rows, lines, delimiter == ";", shown, schema, problems, extra)


def _read_large(path: Path, shown: str, schema: TableSchema) -> Table | None:
    """A large, clean file by the compiled parser; None for the slow and thorough way, which tells what is wrong.

    Clean: `,` between cells, a known and undoubted header, one row a line, plain numbers or blanks in the columns
    of numbers.
    """
    import pandas as pd

    raw = path.read_bytes()
    first = raw[:10_000].partition(b"\n")[0].decode("utf-8-sig", "replace").strip("\r")
    words = first.split(",")
    names = [column_name(word, schema) if word else None for word in words]
    clean = ";" not in first and None not in names and len(set(names)) == len(names)
    if not clean or b"nan" in raw or b"NaN" in raw or b"NAN" in raw or b"\0" in raw:
        return None
    numbers = [n for n in names if n in schema.columns and schema.columns[n].is_number]
    try:
        frame = pd.read_csv(
            path,
            names=names,
            header=0,
            index_col=False,
            dtype={n: float if n in numbers else "category" for n in names},
            keep_default_na=False,
            na_values={n: [""] for n in numbers},
            float_precision="round_trip",
            encoding="utf-8-sig",
            on_bad_lines="error",
        )
    except (ValueError, pd.errors.ParserError):
        return None
    lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
    if lines != len(frame) + 1 or frame.empty:
        return None  # blank lines or line breaks inside cells: line numbers need the slow way
    columns: dict[str, Sequence[str]] = {}
    for name in names:
        if name in numbers:
            columns[name] = Floats(frame[name].to_numpy())
            continue
        codes = frame[name].cat.codes.to_numpy()
        levels = [str(level).strip() for level in frame[name].cat.categories]
        if len(codes) and codes.min() < 0:
            return None  # a short row
        merged = list(dict.fromkeys(levels))
        if len(merged) < len(levels):
            codes = np.array([merged.index(level) for level in levels])[codes]
        columns[name] = Coded(codes, merged)
    return Table(schema.name, columns, (shown,), np.zeros(len(frame), np.int32), np.arange(2, len(frame) + 2))


def _split(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Rows of cells that hold anything, and the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, lines = [], []
    if '"' not in text:  # one row a line: the fast way for large files
        for number, row in enumerate(reader, 1):
            if row:
                rows.append(row)
                lines.append(number)
    else:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    if any(not row[0] for row in rows):  # a row of delimiters alone is an empty row
        kept = [i for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
        rows, lines = [rows[i] for i in kept], [lines[i] for i in kept]
    return rows, lines


def _table(
    rows: list[list[str]],
    lines: list[int],
    comma: bool,
    shown: str,
    schema: TableSchema,
    problems: Problems,
    extra: tuple[str, ...],
) -> Table | None:
    header = _header(rows[0], lines[0], shown, schema, problems, extra)
    body, body_lines = rows[1:], lines[1:]
    if not body:
        problems.add(
            "E102",
            f"The table {schema.name} has a header and no row.",
            "Delete the file if it is not needed.",
            file=shown,
        )
        return None
    width = len(header)
    if any(len(row) != width for row in body):
        for row, line in zip(body, body_lines, strict=True):
            if any(cell.strip() for cell in row[width:]):
                problems.add(
                    "E103",
                    f"The row has {len(row)} cells, the header {width}.",
                    "A decimal or grouping comma without quotes?" if not comma else "One delimiter too many?",
                    file=shown,
                    line=line,
                )
            row[width:] = [""] * (width - len(row)) if len(row) < width else []
    cells = zip(*body, strict=True)
    columns: dict[str, list[str]] = {}
    for name, column in zip(header, cells, strict=True):
        if name is not None and name not in columns:
            columns[name] = _clean(column)
    table = Table(schema.name, columns, (shown,), np.zeros(len(body), np.int32), np.asarray(body_lines, np.int64))
    return _decimal_commas(table, schema, problems) if comma else table


def _clean(column: tuple[str, ...]) -> list[str]:
    """Cells without the white space around them (hard spaces too)."""
    levels = set(column)
    if all(cell == cell.strip() for cell in levels):
        return list(column)
    stripped = {cell: cell.strip() for cell in levels}
    return [stripped[cell] for cell in column]


def _header(
    cells: list[str], line: int, shown: str, schema: TableSchema, problems: Problems, extra: tuple[str, ...]
) -> list[str | None]:
    """Column name of every header cell; None where the column is to be passed over."""
    names: list[str | None] = []
    for at, cell in enumerate(cells):
        word = cell.strip()
        name = column_name(word, schema, extra)
        where = {"file": shown, "line": line, "column": word or f"column {at + 1}"}
        match = _UNIT_IN_HEADER.match(word)
        if word == "":
            name = None
        elif name is None and match and column_name(match[1], schema, extra):
            known = schema.columns.get(column_name(match[1], schema, extra) or "")
            unit = f" The column is read in {known.unit}." if known and known.unit else ""
            problems.add("E105", f"Units in headers are not read yet: '{word}'.", f"Write '{match[1]}'.{unit}", **where)
            name = column_name(match[1], schema, extra)
        elif name is None:
            advice = did_you_mean(word.lower(), [*schema.names, *FREE_COLUMNS, *extra])
            problems.add(
                "E104",
                f"'{word}' is not a column of {schema.name}.",
                advice or f"Known: {', '.join(schema.columns)}. A column of your own begins with '_'.",
                **where,
            )
        if name is not None and name in names:
            problems.add("E106", f"The column '{name}' stands twice.", "Keep one.", **where)
        names.append(name)
    return names


def column_name(word: str, schema: TableSchema, extra: tuple[str, ...] = ()) -> str | None:
    """The column that a header names: English or Indonesian, any case; free columns keep their name."""
    if word.startswith("_"):
        return word
    low = word.strip().lower()
    if low in schema.names:
        return schema.names[low]
    return low if low in FREE_COLUMNS or low in extra else None


def _decimal_commas(table: Table, schema: TableSchema, problems: Problems) -> Table:
    columns = dict(table.columns)
    for name, cells in table.columns.items():
        known = schema.columns.get(name)
        free_value = schema.name == "changes" and name == "value"
        if not free_value and not (known and known.is_number):
            continue
        points: dict[str, str] = {}
        for cell in set(cells):
            try:
                points[cell] = with_point(cell) if not free_value or re.fullmatch(r"[-+\d.,/eE]*", cell) else cell
            except NotANumber as why:
                points[cell] = ""
                for row in [r for r, c in enumerate(cells) if c == cell]:
                    problems.add("E121", f"'{cell}' {why}.", "Write 1234,5 without grouping.", **table.where(row, name))
        columns[name] = [points[cell] for cell in cells]
    return Table(table.name, columns, table.files, table.file, table.line)


def write_csv(path: Path, columns: Mapping[str, Sequence[object]]) -> None:
    """Write columns of text with `,` between cells."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def known_table(name: str) -> str:
    """Advice for a file whose name is no table."""
    return did_you_mean(name, INPUT)
