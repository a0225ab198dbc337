"""What moves: selections of cells, whole accounts, and the points of a range."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...errors import CallError, did_you_mean
from ...schema import INPUT
from ...tables import Data, Frame
from ...tables.booked import account_of
from ...tables.changes import parse_selection, split_selections
from ...tables.numbers import NotANumber, read_fraction, write_number
from ...words import NOTHING, Figure, say, sentences
from ..repair import where_keys

#: Columns that are moved when none is named: rates, amounts and capacities, as far as the case fills them.
DEFAULT_COLUMNS = {
    "modes": ("full_rate", "loaded_rate", "empty_rate", "trip_cost", "payload"),
    "lanes": ("fee", "km"),
    "distances": ("km",),
    "supply": ("amount", "most", "price"),
    "demand": ("amount", "least", "price"),
    "returns": ("share",),
    "deposits": ("amount",),
    "offers": ("price", "amount"),
    "dropoff": ("share",),
    "processes": ("cost", "most", "setup_cost"),
    "sites": ("capacity", "opening_cost", "running_cost", "unit_cost"),
    "modules": ("capacity", "cost"),
    "stores": ("room", "holding", "sd", "lead_time"),
    "resources": ("capacity",),
    "fleets": ("hours", "fixed_cost"),
    "charges": ("rate",),
    "market": ("amount",),
    "limits": ("least", "most"),
    "goals": ("target",),
}
#: The rates that make up an account of the ledger; those of processes and charges stand beside them.
ACCOUNT_RATES = {
    "transport": (
        ("modes", "full_rate"),
        ("modes", "loaded_rate"),
        ("modes", "empty_rate"),
        ("tours", "full_rate"),
    ),
    "trip": (("modes", "trip_cost"),),
    "fee": (("lanes", "fee"),),
    "setup": (("processes", "setup_cost"),),
    "purchase": (("supply", "price"), ("offers", "price")),
    "deposit": (("deposits", "amount"),),
    "opening": (("sites", "opening_cost"),),
    "closing": (("sites", "closing_cost"),),
    "expansion": (("modules", "cost"),),
    "running": (("sites", "running_cost"), ("modules", "running_cost")),
    "unit": (("sites", "unit_cost"),),
    "holding": (("stores", "holding"),),
    "fleet": (("fleets", "fixed_cost"),),
    "revenue": (("demand", "price"),),
    "shortage": (("demand", "shortage_cost"),),
    "left": (("supply", "left_cost"),),
}
_MOST_POINTS = 1000


@dataclass(frozen=True)
class Move:
    """Cells that move together: each × (1 + point) where it is `relative`, else all set to the point."""

    name: str
    parts: tuple[str, ...]
    relative: bool

    def sets(self, point: Fraction | float) -> tuple[str, ...]:
        """The same as changes of a call."""
        value = written(1 + exact(point) if self.relative else point)
        return tuple(f"{part} {'*=' if self.relative else '='} {value}" for part in self.parts)

    def shown(self, point: Fraction | float) -> str:
        """A point as rows of an answer show it."""
        return shown(exact(point), self.relative)

    def told(self, point: Fraction | float) -> Figure:
        """A point for sentences: grouped, as each language writes it."""
        if not self.relative:
            return Figure(f"{float(point):,.10g}".replace("-", "−"))
        return Figure(f"{float(point) * 100:+,.8g} %".replace("-", "−"))


def exact(point: Fraction | float) -> Fraction:
    """The number as a decimal of at most twelve digits, without the noise of floats."""
    return point if isinstance(point, Fraction) else Fraction(f"{point:.12g}")


def written(point: Fraction | float) -> str:
    """A number as it stands in a change."""
    return write_number(exact(point))


def shown(point: Fraction, relative: bool) -> str:
    """`+10 %`, or the value."""
    return f"{float(point * 100):+.10g} %" if relative else write_number(point)


def moves_of(over: list[str], data: Data, relative: bool) -> list[Move]:
    """What is to move, as asked: selections of cells, or accounts of the ledger by their names."""
    return [Move(text, tuple(_parts(text, data, relative)), relative) for text in over]


def _parts(text: str, data: Data, relative: bool) -> list[str]:
    accounts = accounts_of(data)
    if "." not in text and (text in accounts or text not in INPUT):
        if text not in accounts:
            near = did_you_mean(text, accounts) or say("Known: {words}", words=", ".join(sorted(accounts)))
            told = say("'{part}' is neither table.column nor an account whose rates the case fills.", part=text)
            raise CallError(sentences(told, near))
        if not relative:
            raise CallError(say("The rates of an account move by per cent, as --range -10%:+10%:10%."))
        return accounts[text]
    return cells_of(text)


def cells_of(selection: str) -> list[str]:
    """Selections joined by commas; each must be table.column[…] of a column of numbers."""
    parts = split_selections(selection)
    for part in parts:
        parsed = parse_selection(part)
        if parsed is None or parsed[3] is not None:
            raise CallError(
                say("'{part}' is not a selection. Write table.column or table.column[key=value].", part=part)
            )
        table, column = parsed[0], parsed[1]
        if table not in INPUT:
            raise CallError(say("'{table}' is not a table.", table=table))
        known = INPUT[table].columns.get(INPUT[table].names.get(column.lower(), column))
        if known is None or not known.is_number:
            raise CallError(say("'{table}.{column}' is not a column of numbers.", table=table, column=column))
    return parts


def accounts_of(data: Data) -> dict[str, list[str]]:
    """Accounts of the ledger with the selections of every rate that the case fills in them."""
    found: dict[str, list[str]] = {}
    for account, columns in ACCOUNT_RATES.items():
        for table, column in columns:
            found.setdefault(account, []).extend(_filled(data[table], column, range(len(data[table]))))
    processes, charges = data["processes"], data["charges"]
    for row in range(len(processes)):
        name = processes.text["account"][row] or "processing"
        found.setdefault(name, []).extend(_filled(processes, "cost", [row]))
    for row in range(len(charges)):
        found.setdefault(account_of(charges, row), []).extend(_filled(charges, "rate", [row]))
    return {account: parts for account, parts in found.items() if parts}


def _filled(frame: Frame, column: str, rows: range | list[int]) -> list[str]:
    """Selections of the cells of a column that say a number other than 0: the column, or row by row."""
    given = frame.given[column] & (frame.written(column) != 0) if len(frame) else np.zeros(0, bool)
    on = [row for row in rows if given[row]]
    if len(on) == len(frame) and on:
        return [f"{frame.name}.{column}"]
    return [f"{frame.name}.{column}{_named(frame, row)}" for row in on]


def _named(frame: Frame, row: int) -> str:
    """A where-clause that means this row and no other."""
    assert frame.table is not None
    keys = {c: frame.table.cell(row, c) for c in frame.schema.keys if c in frame.table.columns}
    if not frame.schema.keys or len(frame.table.rows(keys)) > 1:
        cells = {c: frame.table.cell(row, c) for c in frame.schema.columns if c in frame.table.columns}
        if len(frame.table.rows(cells)) > 1:
            raise CallError(say("Two rows of {table} say the same: {spot}.", table=frame.name, spot=frame.table.spot(row)))  # fmt: skip
        from ..repair import where

        return where(cells)
    return where_keys(frame, row)


def default_columns(data: Data) -> list[str]:
    """Columns of rates, amounts and capacities that the case fills."""
    found = []
    for table, columns in DEFAULT_COLUMNS.items():
        frame = data[table]
        for column in columns:
            given = frame.given[column]
            if len(frame) and given.any() and given.all() and np.isfinite(frame.written(column)).all():
                found.append(f"{table}.{column}")
    if not found:
        raise CallError(say("No column of rates, amounts or capacities is filled in every row; name one with --over."))
    return found


def parse_range(text: str | tuple[float, float, float]) -> tuple[list[Fraction], bool]:
    """Points of a range "start:stop:step", and whether they are percentages."""
    if isinstance(text, tuple):
        bounds, relative = [Fraction(str(v)) for v in text], True
    else:
        tokens = text.replace(" ", "").split(":")
        relative = "%" in text
        try:
            if len(tokens) != 3:
                raise NotANumber(NOTHING)
            bounds = [read_fraction(t.rstrip("%")) / (100 if relative else 1) for t in tokens]
        except NotANumber:
            raise CallError(
                say("'{text}' is not a range. Write start:stop:step, as -30%:+30%:10%.", text=text)
            ) from None
    start, stop, step = bounds
    if step <= 0 or stop < start or (stop - start) / step > _MOST_POINTS or (relative and start <= -1):
        raise CallError(
            say("'{text}' is not a range that can be swept: start ≤ stop, step > 0, above -100 %.", text=text)
        )
    return [start + i * step for i in np.arange(int((stop - start) / step) + 1).tolist()], relative


def present(move: Move, data: Data) -> float | None:
    """What the cells of a move say now, where all say the same number; None where they do not."""
    values: set[float] = set()
    for part in move.parts:
        parsed = parse_selection(part)
        assert parsed is not None
        frame = data[parsed[0]]
        schema = frame.schema
        column = schema.names.get(parsed[1].lower(), parsed[1])
        wanted = {schema.names.get(key.lower(), key): value for key, value in parsed[2].items()}
        rows = frame.table.rows(wanted) if frame.table is not None else []
        values |= {float(frame.written(column)[row]) if frame.given[column][row] else np.nan for row in rows}
    found = values.pop() if len(values) == 1 else np.nan
    return None if np.isnan(found) else found
