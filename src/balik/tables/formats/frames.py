"""Data frames, or mappings from column to values, read to the same tables as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from ...errors import CallError
from ...schema import TableSchema
from ...words import Sentence, say
from ..table import UNREADABLE, Source, Table
from .csv import without_words
from .header import read_header
from .reading import Reading
from .texts import clean, read_texts


def read_frame(frame: Any, shown: str, schema: TableSchema, reading: Reading) -> Table | None:
    """One data frame as a table of that schema; every problem is noted, `None` where it has no row."""
    words, cells, texts = _columns(frame, shown)
    header = read_header(words, schema, reading, {"file": shown}, first=cells[0] if cells else ())
    rows = len(cells[0]) if cells else 0
    if not rows:
        found = say("The table {table} has no row.", table=schema.name)
        reading.problems.add("E102", found, say("Leave it out if it is not needed."), file=shown)
        return None
    for at, name in enumerate(header.names):
        value = header.wide.value.get(at) if header.wide else name
        if value in schema.columns and schema.columns[value].is_number:
            where = {"file": shown, "column": words[at]}
            _read_texts(cells[at], texts[at], where, reading.sign_of(schema.columns[value]), reading)
    table = header.table(schema.name, cells, Source(shown), range(1, rows + 1))
    return without_words(table, schema, header)


def _read_texts(cells: list[str], texts: list[bool], where: dict[str, Any], sign: str, reading: Reading) -> None:
    """Numbers that are text in a column of numbers, in place; those that can be two numbers are problems."""
    read = read_texts((cell for cell, text in zip(cells, texts, strict=True) if text), sign)
    for row, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        if not text:
            continue
        number = read[cell]
        if isinstance(number, Sentence):
            reading.problems.add("E121", number, say("Hand over numbers, not text."), line=row + 1, **where)
            number = UNREADABLE
        cells[row] = number


def _columns(frame: Any, shown: str) -> tuple[list[str], list[list[str]], list[list[bool]]]:
    """Headers, cells as text, and which cells were text."""
    if hasattr(frame, "columns") and hasattr(frame, "__getitem__"):
        names = list(frame.columns)
        series = [frame.iloc[:, i] if hasattr(frame, "iloc") else frame[name] for i, name in enumerate(names)]
    elif isinstance(frame, Mapping):
        names, series = list(frame), list(frame.values())
    else:
        raise CallError(
            say(
                "{shown}: give a data frame, or a mapping from column to values, not {kind}.",
                shown=shown,
                kind=type(frame).__name__,
            )
        )
    for name, values in zip(names, series, strict=True):
        if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
            raise CallError(
                say("{shown}: the column '{name}' holds {values}; give a list with one value for each row.",
                    shown=shown, name=name, values=repr(values))
            )  # fmt: skip
    series = [list(values) for values in series]
    cells = [[as_text(value) for value in values] for values in series]
    texts = [[isinstance(value, str) for value in values] for values in series]
    if len({len(column) for column in cells}) > 1:
        lengths = ", ".join(f"{name} {len(column)}" for name, column in zip(names, cells, strict=True))
        raise CallError(say("{shown}: the columns differ in length ({lengths}).", shown=shown, lengths=lengths))
    return [str(name) for name in names], cells, texts


def as_text(value: Any) -> str:
    """A value as it would stand in a file: nothing for a missing one, integers without `.0`, yes and no."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value.replace("\0", ""))
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return str(int(value)) if abs(int(value)) < 10**40 else "1e40"  # too large either way
    if isinstance(value, (float, np.floating)):
        value = float(value) if isinstance(value, float) else float(str(value))
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value() and abs(value) < 10**15:
        return str(int(value))
    try:
        missing = bool(value != value)  # NaT and the like differ from themselves
    except (TypeError, ValueError):  # pandas.NA does not say
        missing = True
    return "" if missing else str(value).replace("\0", "").strip()
