"""Prices that would have to fall (or, of what is sold, rise) so that a limit on money can hold."""

from __future__ import annotations

import numpy as np

from ...api import Prepared
from ...network.limits import is_money
from ...schema import INPUT
from ...words import say
from .facts import Fact, Kind

#: Tables whose money is no price of the plan; columns that are income.
_OTHERS, _INCOME = ("baseline", "invoices", "charges", "deposits"), ("demand.price",)
_UNCLEAR = ("lanes.price", "phases.residual")  # what one pays another receives


def _kinds() -> list[Kind]:
    """Every column that says what something costs, or brings."""
    found = [
        (table, column)
        for table, schema in INPUT.items()
        for column, of in schema.columns.items()
        if of.unit.startswith("money") and table not in _OTHERS and f"{table}.{column}" not in _UNCLEAR
    ]
    return [
        Kind(table, column, say("prices and costs"), "up" if f"{table}.{column}" in _INCOME else "down", blank="0")
        for table, column in found
    ]


def is_about_money(p: Prepared, fact: Fact) -> bool:
    """Whether a fact is a bound on money."""
    if not fact.is_limit:
        return False
    return any(is_money(row.quantity, p.network.measures.names) for row in p.network.limits[fact.at[0]].every_row)


def prices_of(p: Prepared) -> list[list[Fact]]:
    """The prices above 0 of each column that has any, the largest first."""
    out = []
    for kind in _kinds():
        frame = p.data[kind.table]
        if not len(frame) or kind.column not in frame.given:
            continue
        value = np.where(frame.given[kind.column], frame.written(kind.column), 0.0)
        rows = sorted(np.flatnonzero(np.nan_to_num(value, posinf=0.0) > 0).tolist(), key=lambda row: -value[row])
        if rows:
            out.append([Fact(kind, row, float(value[row])) for row in rows])
    return out
