"""A large, clean CSV file by the compiled parser of pandas; everything else goes the slow and thorough way.

Clean: a known and undoubted header, one row a line, no row too long or empty, plain numbers or
blanks in the columns of numbers. Whatever is in doubt is left to the other reader, which tells what is wrong.
"""

from __future__ import annotations

import codecs
import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...schema import TableSchema
from ..fits import CaseUnits, fit
from ..table import Coded, Floats, Source, Table
from .naming import column_name, split_unit
from .texts import clean

#: Bytes above which the compiled parser reads the file (importing it costs more than it saves below).
LARGE = 1_000_000
#: How `inf` is written otherwise: too large a number, or a word that is none of ours.
_LARGER = re.compile(rb"[0-9]e|infinity", re.IGNORECASE)
#: How a number may be written that is read as 0 and is another.
_SMALLER = re.compile(rb"[0-9.]e-[0-9]{3}", re.IGNORECASE)


def read_large(raw: bytes, shown: str, schema: TableSchema, case: CaseUnits) -> Table | None:
    """The table, or None where the file is not clean."""
    first = raw[:10_000].partition(b"\n")[0].decode("utf-8-sig", "replace").strip("\r")
    delimiter = ";" if ";" in first else ","
    words = first.split(delimiter)
    parts = [(word, "") if column_name(word, schema) else split_unit(word) for word in words]
    names = [column_name(word, schema) if word.strip() else None for word, _ in parts]
    if None in names or len(set(names)) < len(names) or b"\0" in raw:
        return None
    units = {name: unit for name, (_, unit) in zip(names, parts, strict=True) if name is not None and unit}
    if any(name not in schema.columns or not fit(schema.columns[name], unit, case) for name, unit in units.items()):
        return None
    known = [name for name in names if name is not None]
    numbers = {n for n in known if n in schema.columns and schema.columns[n].is_number}
    frame = _parse(raw, known, numbers, delimiter)
    if frame is None or frame.empty or raw.count(b"\n") + (not raw.endswith(b"\n")) != len(frame) + 1:
        return None  # also: blank lines, or line breaks inside cells
    columns: dict[str, Sequence[str]] = {}
    for name in known:
        column = _numbers(frame[name], raw) if name in numbers else _labels(frame[name])
        if column is None:
            return None
        columns[name] = column
    if _empty_row(columns):
        return None
    rows = np.zeros(len(frame), np.int32)
    return Table(schema.name, columns, (Source(shown),), rows, np.arange(2, len(frame) + 2), units)


def _parse(raw: bytes, names: list[str], numbers: set[str], delimiter: str) -> Any:
    """A data frame, or None where pandas stumbles (too long a row is a warning there, and none of ours)."""
    import pandas as pd

    exact = tuple(map(int, pd.__version__.split(".")[:2])) >= (3, 1)
    options: dict[str, Any] = {} if exact else {"float_precision": "round_trip"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return pd.read_csv(
                io.BytesIO(raw[3:] if raw.startswith(codecs.BOM_UTF8) else raw),
                sep=delimiter,
                decimal="," if delimiter == ";" else ".",
                names=names,
                header=0,
                index_col=False,
                dtype={n: float if n in numbers else "category" for n in names},
                keep_default_na=False,
                na_values={n: [""] for n in numbers},
                on_bad_lines="error",
                **options,
            )
        except (ValueError, Warning):
            return None


def _numbers(series: Any, raw: bytes) -> Floats | None:
    values = series.to_numpy()
    if np.isinf(values).any() and _LARGER.search(raw):
        return None
    if (values == 0).any() and _SMALLER.search(raw):
        return None
    return Floats(values)


def _labels(series: Any) -> Coded | None:
    """Codes and their labels without the white space around them; None where a row is too short."""
    codes = series.cat.codes.to_numpy(np.int64)
    if len(codes) and codes.min() < 0:
        return None
    levels = [clean(str(level)) for level in series.cat.categories]
    first = np.zeros(len(levels), np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    order = np.argsort(first)  # as they come
    codes, levels = np.argsort(order)[codes], [levels[k] for k in order.tolist()]
    merged = {level: i for i, level in enumerate(dict.fromkeys(levels))}
    if len(merged) < len(levels):
        codes = np.array([merged[level] for level in levels])[codes]
    return Coded(codes, list(merged))


def _empty_row(columns: dict[str, Sequence[str]]) -> bool:
    """Whether a row consists of delimiters alone."""
    empty: Any = True
    for cells in columns.values():
        if isinstance(cells, Coded):
            if "" not in cells.levels:
                return False
            empty = empty & (cells.codes == cells.levels.index(""))
        elif isinstance(cells, Floats):
            empty = empty & np.isnan(cells.values)
    return bool(np.any(empty))
