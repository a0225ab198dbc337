"""A case with rows that a question adds to it, as if the user had written them: model and verifier both read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import Problems
from ..tables import Tables
from ..tables.numbers import write_number
from ..tables.table import Source, Table


def with_rows(tables: Tables, rows: Mapping[str, Sequence[Mapping[str, Any]]], source: str) -> Tables:
    """The case with these rows (column → cell) after those of its tables; `source` stands where a file would."""
    added = {name: _appended(tables[name], name, list(new), source) for name, new in rows.items() if new}
    return replace(tables, tables={**tables.tables, **added}, problems=Problems())


def with_objective(tables: Tables, weights: Mapping[str, float]) -> Tables:
    """The case with another objective."""
    return replace(tables, settings={**tables.settings, "objective": dict(weights)}, problems=Problems())


def written(value: float) -> str:
    """A number as a cell, with every digit that it has."""
    return write_number(Fraction(repr(float(value))))


def _appended(table: Table | None, name: str, rows: list[Mapping[str, Any]], source: str) -> Table:
    names = list(dict.fromkeys(column for row in rows for column in row))
    columns = {column: [_cell(row.get(column, "")) for row in rows] for column in names}
    none = np.zeros(len(rows), np.int64)
    new = Table(name, columns, (Source(source),), none, none)
    return new if table is None else table.append(new)


def _cell(value: Any) -> str:
    return written(value) if isinstance(value, (int, float)) else str(value)
