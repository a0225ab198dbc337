"""The user's own case with its figures changed: the effective tables as a mapping, and changes of their cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ...network.limits import is_money
from ...schema import INPUT
from ...tables import Tables

Cells = dict[str, dict[str, list[Any]]]
#: (table, column, row as a mapping, number) → number.
Change = Callable[[str, str, Mapping[str, Any], float], float]

#: Tables that say nothing of the plan itself, or stand laid over already.
_LEFT_OUT = ("scenarios", "changes", "expected", "baseline", "invoices")


def cells_of(tables: Tables) -> Cells:
    """The effective tables as columns of numbers and texts, by header, ready to be read as a case."""
    out: Cells = {}
    for name, table in tables.tables.items():
        if name in _LEFT_OUT:
            continue
        schema = INPUT[name]
        units = table.units
        out[name] = {
            (f"{column} [{units[column]}]" if column in units else column): [
                _number(cell) if column in schema.columns and schema.columns[column].is_number else cell
                for cell in cells
            ]
            for column, cells in table.columns.items()
        }
    return out


def changed(cells: Cells, change: Change) -> Cells:
    """The same cells with every number passed through a change."""
    out: Cells = {}
    for name, columns in cells.items():
        plain = [header.partition(" [")[0] for header in columns]
        rows = [dict(zip(plain, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        out[name] = {
            header: [
                change(name, column, row, value) if isinstance(value, float) else value
                for row, value in zip(rows, values, strict=True)
            ]
            for (header, values), column in zip(columns.items(), plain, strict=True)
        }
    return out


def money_columns(cells: Cells) -> Iterator[tuple[str, str]]:
    """Columns of money: rates, prices and costs."""
    for name, columns in cells.items():
        for header in columns:
            column = header.partition(" [")[0]
            known = INPUT[name].columns.get(column)
            if known is not None and known.role == "value" and known.is_number and known.unit.split("/")[0] == "money":
                yield name, column


def is_money_limit(row: Mapping[str, Any]) -> bool:
    """Whether a row of limits is about money."""
    return is_money(str(row.get("quantity", "")))


def _number(cell: str) -> Any:
    """A cell of a column of numbers: a float where it is one."""
    if cell == "":
        return ""
    try:
        value = float(Fraction(cell)) if "/" in cell else float(cell)
    except (ValueError, ZeroDivisionError):
        return cell
    return cell if math.isinf(value) or math.isnan(value) else value
