"""Data frames, or mappings from column to values, read to the same tables as files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from ...errors import CallError, Problems
from ...schema import TableSchema
from ..table import Table
from .header import read_header


def read_frame(
    frame: Any, shown: str, schema: TableSchema, problems: Problems, extra: tuple[str, ...] = ()
) -> Table | None:
    """One data frame as a table of that schema; every problem is noted, `None` where it has no row."""
    words, cells, texts = _columns(frame, shown)
    header, _ = read_header(words, schema, problems, {"file": shown}, extra)
    rows = len(cells[0]) if cells else 0
    if not rows:
        problems.add("E102", f"The table {schema.name} has no row.", "Leave it out if it is not needed.", file=shown)
        return None
    columns = {name: column for name, column in zip(header, cells, strict=True) if name is not None}
    for name, column, text in zip(header, cells, texts, strict=True):
        if name in schema.columns and schema.columns[name].is_number:
            _note_doubtful(column, text, name, shown, problems)
    return Table(schema.name, columns, (shown,), np.zeros(rows, np.int32), np.arange(1, rows + 1))


_DOUBTFUL = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")
_DECIDED = re.compile(r"[+-]?\d*\.(\d{1,2}|\d{4,})([eE][+-]?\d+)?|0\.\d+|\d{4,}\.\d+")


def _note_doubtful(cells: list[str], texts: list[bool], name: str, shown: str, problems: Problems) -> None:
    """Text such as 1.234 is 1234 to one reader and 1.234 to another; another cell of the column may decide."""
    if any(text and _DECIDED.fullmatch(cell) for cell, text in zip(cells, texts, strict=True)):
        return
    for row, (cell, text) in enumerate(zip(cells, texts, strict=True), 1):
        if text and _DOUBTFUL.fullmatch(cell) and not _DECIDED.fullmatch(cell):
            found = f"'{cell}' is text and can be {cell.replace('.', '')} or a decimal fraction; nothing in the column decides."
            problems.add("E121", found, "Hand over numbers, not text.", file=shown, line=row, column=name)


def _columns(frame: Any, shown: str) -> tuple[list[str], list[list[str]], list[list[bool]]]:
    """Headers, cells as text, and which cells were text."""
    if hasattr(frame, "columns") and hasattr(frame, "__getitem__"):
        names = list(frame.columns)
        series = [frame.iloc[:, i] if hasattr(frame, "iloc") else frame[name] for i, name in enumerate(names)]
    elif isinstance(frame, Mapping):
        names, series = list(frame), list(frame.values())
    else:
        raise CallError(f"{shown}: give a data frame, or a mapping from column to values, not {type(frame).__name__}.")
    for name, values in zip(names, series, strict=True):
        if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
            raise CallError(f"{shown}: the column '{name}' holds {values!r}; give a list with one value for each row.")
    series = [list(values) for values in series]
    cells = [[as_text(value) for value in values] for values in series]
    texts = [[isinstance(value, str) for value in values] for values in series]
    if len({len(column) for column in cells}) > 1:
        lengths = ", ".join(f"{name} {len(column)}" for name, column in zip(names, cells, strict=True))
        raise CallError(f"{shown}: the columns differ in length ({lengths}).")
    return [str(name) for name in names], cells, texts


def as_text(value: Any) -> str:
    """A value as it would stand in a file: nothing for a missing one, integers without `.0`, yes and no."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "").strip()
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
