"""Which cells of `supply` a row of `distributions` moves; matched as written, as a change would be."""

from __future__ import annotations

from ..schema import INPUT
from .changes import parse_where
from .formats.naming import column_name
from .frame import Data


def moved_supply(data: Data) -> list[tuple[int, int, str]]:
    """For every sound row of `distributions` on supply: it, each row of supply that it moves, and the column there."""
    frame, supply = data["distributions"], data["supply"].table
    out: list[tuple[int, int, str]] = []
    for row in range(len(frame)):
        if supply is None or not frame.ok[row] or frame.text["table"][row] != "supply":
            continue
        column = column_name(frame.text["column"][row], INPUT["supply"])
        where = parse_where(frame.text["where"][row], ";") if frame.text["where"][row] else {}
        if column is None or where is None:
            continue  # said where the draws are made
        keys = {column_name(key, INPUT["supply"]) or key: wanted for key, wanted in where.items()}
        out += [(row, at, column) for at in supply.rows(keys)]
    return out
