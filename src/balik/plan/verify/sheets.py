"""The tables of a plan as written: labels to codes, numbers to floats, and every row that cannot be read a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import did_you_mean
from ...kept import Book, kept
from ...schema import PLAN, TableSchema
from ...tables.table import Coded, Floats
from ...words import Sentence, say, sentences
from .exact import exact
from .verdict import TOLERANCE, Array, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World, dimension, grouped, once, taken

Plan = Mapping[str, Mapping[str, Sequence[Any]]]

#: Tables of a plan that are judged row by row.
JUDGED = "flow backhaul trips tours tour_loads fleets fleet_trips open phases modules offers brought collect deliver shortage stock run ledger prices".split()
_UNKNOWN = -2
#: Tables whose rows leave keys blank.
_SPARSE = ("ledger", "prices")
#: Columns that may be blank: a distance that nobody knows, a range without end.
_MAY_BE_BLANK = {("trips", "km"), ("prices", "from"), ("prices", "to")}

#: Numbers beyond this are no amounts: sums of them would leave the range of floats.
MOST = 1e30


@dataclass(frozen=True)
class Sheet:
    """The good rows of one table: codes by key column, numbers by value column, and where each row stood.

    Numbers are exact; those of the ledger and of prices floats, as many rows of either have many digits.
    """

    name: str
    codes: dict[str, Array]
    number: dict[str, Array]
    row: Array

    def __len__(self) -> int:
        return len(self.row)

    def take(self, at: Array) -> Sheet:
        """The rows at these positions."""
        codes, number = ({c: taken(a, at) for c, a in kind.items()} for kind in (self.codes, self.number))
        return Sheet(self.name, codes, number, self.row[at])

    def part(self, at: slice) -> Sheet:
        """These rows, which stand together."""
        codes, number = ({c: a[at] for c, a in kind.items()} for kind in (self.codes, self.number))
        return Sheet(self.name, codes, number, self.row[at])

    def place(self, i: int) -> str:
        """`flow row 3`, as a table of rows counts them (the header is row 0)."""
        return f"{self.name} row {int(self.row[i]) + 1}"


def read_sheets(world: World, plan: Plan, court: Court) -> dict[str, Sheet]:
    """Every judged table; a row with an unknown label, a number that is none, or a key seen before is a fault."""
    for name in plan:
        if name not in PLAN:
            unknown = say("'{name}' is not a table of a plan.", name=name)
            court.fault("tables", name, sentences(unknown, did_you_mean(name, PLAN)))
    done = _sheets(world, plan, court)
    return Book(
        (name, done[name] if name in done else _sheet(world, name, plan.get(name) or {}, court)) for name in JUDGED
    )


@kept_verdict
def _sheets(world: World, plan: Plan, court: Court) -> dict[str, Sheet]:
    """The tables of what is done, not of what it costs."""
    return {name: _sheet(world, name, plan.get(name) or {}, court) for name in JUDGED if name not in _SPARSE}


@kept_verdict
def _sheet(world: World, name: str, columns: Mapping[str, Sequence[Any]], court: Court) -> Sheet:
    schema = PLAN[name]
    rows = max((len(columns[c]) for c in schema.columns if c in columns), default=0)
    good = np.ones(rows, bool)
    codes: dict[str, Array] = {}
    number: dict[str, Array] = {}
    labels: dict[str, Sequence[Any]] = {}
    for column in schema.columns.values():
        cells: Sequence[Any] = columns.get(column.name, [])
        if rows and len(cells) != rows:
            if column.name in columns:
                told = say("The column '{column}' of {table} has {cells} cells, others {rows}.",
                           column=column.name, table=name, cells=len(cells), rows=rows)  # fmt: skip
                court.fault("tables", name, told)
            elif column.kind != "text":
                told = say("The column '{column}' of {table} is missing.", column=column.name, table=name)
                court.fault("tables", name, told)
            cells = [None] * rows if column.is_number else [""] * rows
        if column.role == "key" and (column.kind == "integer" or column.name in ("stop", "to")):
            codes[column.name] = _stops(name, column.name, cells, good, court)
        elif column.is_number:
            number[column.name] = _numbers(name, column.name, cells, good, court)
        elif column.role == "key":
            labels[column.name] = cells
    codes |= _labels(world, schema, labels, good, court)
    codes = {column: codes[column] for column in schema.columns if column in codes}
    sheet = Sheet(name, codes, number, np.arange(rows))
    if not good.all():
        sheet = sheet.take(np.flatnonzero(good))
    if name in _SPARSE:
        return sheet
    sheet = replace(sheet, number={c: exact(a) for c, a in sheet.number.items()})
    _check_twice(world, sheet, court)
    _check_signs(world, sheet, court)
    return sheet


def _labels(
    world: World, schema: TableSchema, labels: dict[str, Sequence[Any]], good: Array, court: Court
) -> dict[str, Array]:
    codes = _codes(world, schema.name, labels)
    for column, out in codes.items():
        court.laws += len(out)
        odd = np.flatnonzero(out == _UNKNOWN).tolist()
        texts = {i: _text(labels[column][i]) for i in odd}
        for i in odd:
            good[i] = False
            d = dimension(column)
            where = f"{schema.name} row {i + 1}"
            if texts[i]:
                what = Sentence(f"{'an' if d[0] in 'aeiou' else 'a'} {d}", "{name}", {"name": d})
                found = say("{row}: '{label}' is not {what} of the case.", row=place_word(where), label=texts[i], what=what)
                found = sentences(found, did_you_mean(texts[i], world.code[d]))
            else:
                found = say("{row}: {column} is blank.", row=place_word(where), column=column)
            court.laws -= 1
            court.fault("keys", where, found)
    return codes


@kept
def _codes(world: World, name: str, labels: dict[str, Sequence[Any]]) -> dict[str, Array]:
    """The code of each label in each column, _UNKNOWN where it has none."""
    return {c: _coded(world.code[dimension(c)], cells, _blank(name, c)) for c, cells in labels.items()}


def _blank(name: str, column: str) -> int:
    """What a blank label stands for."""
    if name in ("backhaul", "trips", "fleets", "fleet_trips") and column == "mode":
        return _UNKNOWN
    if name == "fleet_trips" and column in ("origin", "dest", "tour"):
        return NONE  # a lane has no tour, and a tour no lane
    return NONE if (name in _SPARSE and column != "statement") or column == "mode" else _UNKNOWN


def _coded(known: Mapping[str, int], cells: Sequence[Any], blank: int) -> Array:
    if isinstance(cells, Coded):
        return np.array([_label(level, known, blank) for level in cells.levels], np.int64)[cells.codes]
    if _is_one(cells):
        return once(_label(cells[0], known, blank), len(cells))
    try:
        return np.fromiter(map({**known, "": blank}.__getitem__, cells), np.int64, len(cells))
    except (KeyError, TypeError):  # labels that the case has not, or that are no text
        codes = {cell: _label(cell, known, blank) for cell in set(cells)}
        return np.fromiter(map(codes.__getitem__, cells), np.int64, len(cells))


def _is_one(cells: Sequence[Any]) -> bool:
    """Whether a column says one thing over and over."""
    if not isinstance(cells, list) or not cells:
        return False
    first = cells[0]
    return bool(cells[-1] == first == cells[len(cells) // 2] and cells.count(first) == len(cells))


def _text(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell)


def _label(cell: Any, known: Mapping[str, int], blank: int) -> int:
    text = _text(cell)
    return known.get(text, _UNKNOWN) if text else blank


def _stops(name: str, column: str, cells: Sequence[Any], good: Array, court: Court) -> Array:
    if name == "ledger" and (np.isnan(cells.values).all() if isinstance(cells, Floats) else set(cells) <= {None, ""}):
        return once(NONE, len(cells))
    out = np.full(len(cells), NONE, np.int64)
    for i, cell in enumerate(cells):
        blank = cell is None or cell == "" or cell != cell
        if blank and name == "ledger":
            continue
        try:
            value = float(cell)
            whole = value.is_integer() and 0 < value < 1e9
        except (TypeError, ValueError):
            value, whole = 0.0, False
        court.laws += 1
        if whole:
            out[i] = int(value)
        else:
            good[i] = False
            court.laws -= 1
            court.fault(
                "keys",
                f"{name} row {i + 1}",
                say("{row}: {column} '{cell}' is not the number of a stop.", row=place_word(f"{name} row {i + 1}"), column=column, cell=str(cell)),
            )
    return out


def _numbers(name: str, column: str, cells: Sequence[Any], good: Array, court: Court) -> Array:
    out = _floats(cells)
    bad = ~(np.abs(out) <= MOST)  # nan and infinity too
    court.laws += len(out)
    if (name, column) in _MAY_BE_BLANK:
        bad &= ~np.isnan(out)
    for i in np.flatnonzero(bad).tolist():
        good[i] = False
        court.laws -= 1
        court.fault(
            "finite numbers",
            f"{name} row {i + 1}",
            say("{row}: {column} is '{cell}', which is no finite number.", row=place_word(f"{name} row {i + 1}"), column=column, cell=str(cells[i])),
        )
    return out


def _floats(cells: Sequence[Any]) -> Array:
    """The numbers of a column: nan where a cell is blank, infinity where it is no number."""
    if isinstance(cells, Floats):
        return cells.values
    try:
        return np.array(cells, float)  # of None it makes nan
    except (TypeError, ValueError):
        return np.array([np.nan if c is None or c == "" else _number(c) for c in cells], float)


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("inf")


def _check_twice(world: World, sheet: Sheet, court: Court) -> None:
    """A key stands once in a table."""
    court.laws += len(sheet)
    if len(sheet) < 2:
        return
    first, at = grouped(list(sheet.codes.values()))
    for i in np.flatnonzero(first[at] != np.arange(len(sheet))):
        earlier = sheet.place(int(first[at[i]]))
        text = world.key(sheet.codes, int(i))
        court.laws -= 1
        told = say("{row} and {earlier} have one key: {keys}.",
                   row=place_word(sheet.place(int(i))), earlier=place_word(earlier), keys=place_word(text))  # fmt: skip
        court.fault("keys", f"{sheet.name}: {text}", told)


def _check_signs(world: World, sheet: Sheet, court: Court) -> None:
    """No amount is negative."""
    for column, values in sheet.number.items():
        _check_sign(world, sheet, column, np.nan_to_num(values), court)


def _check_sign(world: World, sheet: Sheet, column: str, values: Array, court: Court) -> None:
    def say(i: int) -> str:
        return f"{sheet.place(i)} ({world.key(sheet.codes, i)}): {column} is {show(float(values[i]))}, below 0."

    zero = exact(np.zeros(len(values)))
    court.least("no negative amount", values, zero, 0.0, lambda i: f"{sheet.name}: {world.key(sheet.codes, i)}", say)


def is_something(values: Array) -> Array:
    """Amounts that are more than the noise of arithmetic."""
    return np.abs(values) > TOLERANCE
