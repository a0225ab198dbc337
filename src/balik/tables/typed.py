"""Tables as written to typed tables: cells first, then labels, then what they must agree on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import Problem, Problems
from ..kept import Book
from ..schema import INPUT, TableSchema
from ..words import say
from .booked import accounts
from .cells import type_table
from .checks import check_tables
from .fits import CaseUnits, case_units
from .frame import OWNERS, Data, Frame, dimension_of, is_wildcard
from .settled import settle_units
from .table import UNREADABLE, Table, Tables

#: A table, whether it could not be read, the units of the case; how it was typed, what was wrong with it, and its rows
#: without a problem, numbers and columns with a unit as they were before it stood beside other tables.
_Kept = tuple[
    Table | None, bool, CaseUnits, Frame, list[Problem], tuple[np.ndarray, np.ndarray], dict[str, Any], dict[str, Any]
]


class Typed:
    """Tables that were typed before: one that is the same object again is not typed again."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._units = CaseUnits()

    def units(self, units: CaseUnits) -> CaseUnits:
        """The units of the case, the same object as before where they are the same."""
        if units != self._units:
            self._units = units
        return self._units

    def frame(
        self, name: str, schema: TableSchema, table: Table | None, lame: bool, units: CaseUnits, problems: Problems
    ) -> Frame:
        """The typed table, and what was wrong with it among the problems."""
        kept = self._kept.get(name)
        if kept is None or kept[0] is not table or kept[1] != lame or kept[2] is not units:
            found = Problems()
            frame = type_table(name, schema, table, lame, units, found)
            stated = (frame.ok, frame.keyed), dict(frame.number), dict(frame.counted)
            self._kept[name] = kept = (table, lame, units, frame, list(found), *stated)
        for problem in kept[4]:
            problems.note(problem)
        frame = kept[3]
        if not frame.as_typed:  # what it says changed when it stood beside other tables
            ok, keyed = kept[5]
            frame = replace(frame, number=Book(kept[6]), counted=Book(kept[7]), ok=ok, keyed=keyed)
            self._kept[name] = (*kept[:3], frame, *kept[4:])
        return frame


def type_tables(tables: Tables, typed: Typed | None = None) -> Data:
    """Type and check every cell of every table; problems go to `tables.problems`. `typed`: what was typed before."""
    units = case_units(tables.settings, tables["materials"])
    if typed is not None:
        units = typed.units(units)
    frame_of = type_table if typed is None else typed.frame
    frames = Book(
        (name, frame_of(name, schema, tables[name], name in tables.lame, units, tables.problems))
        for name, schema in INPUT.items()
    )
    tables = replace(tables, lame=tables.lame | _without_key(tables) | _unlisted(frames, tables))
    labels = Book({dimension: _owned(tables[table], dimension) for dimension, table in OWNERS.items()})
    past = _past(frames["periods"])
    labels["period"] = [p for p in labels["period"] if p not in past] or ([] if past else ["1"])
    labels["when"] = [*past, *labels["period"]]
    labels["scenario"] = list(tables.scenarios)
    labels["size"] = [level for level in _levels(frames["sites"], "size") if level not in ("*", "each", "default")]
    labels["size"] = [level for level in labels["size"] if not level.startswith("group:")] or ["-"]
    labels["module"] = [name for name in _levels(frames["modules"], "module") if not is_wildcard(name)]
    labels["step"] = [step for step in _levels(frames["dropoff"], "step") if not is_wildcard(step)]
    labels["level"] = [level for level in _levels(frames["offers"], "level") if not is_wildcard(level)]
    labels["owner"] = sorted(_levels(frames["places"], "owner"))
    labels["account"] = sorted({*_levels(frames["processes"], "account"), *accounts(frames["charges"])})
    data = Data(tables, frames, labels, tables.problems, units)
    for dimension, owner in OWNERS.items():
        if dimension != "scenario" and owner in tables.lame:
            labels[dimension] = _mentioned(frames, dimension, labels[dimension])
    settle_units(data)
    check_tables(data)
    return data


def _past(periods: Frame) -> list[str]:
    """Labels of the periods before the plan."""
    rows = np.flatnonzero(periods.flag["past"] & periods.ok)
    return list(dict.fromkeys(periods.text["period"][row] for row in rows.tolist()))


#: Dimensions whose labels a table must list: without periods there is one, and scenarios may be folders.
_LISTED = tuple(dimension for dimension in OWNERS if dimension not in ("period", "scenario"))
#: The columns that name labels of a dimension.
_NAMED_IN: dict[str, list[tuple[str, str]]] = {dimension: [] for dimension in OWNERS}
for _table, _column in ((s.name, c) for s in INPUT.values() for c in s.columns.values()):
    if _column.kind in ("own", "ref") and _column.refers in OWNERS:
        _NAMED_IN[_column.refers].append((_table, _column.name))
#: Key columns of each table without which its rows say nothing.
_NEEDED = {name: {k for k in schema.keys if schema.columns[k].required} for name, schema in INPUT.items()}


def _without_key(tables: Tables) -> set[str]:
    """Tables that lack a column without which their rows say nothing; that has been noted."""
    return {name for name, keys in _NEEDED.items() if (table := tables[name]) and not keys.issubset(table.columns)}


def _owned(table: Table | None, dimension: str) -> list[str]:
    cells = table.columns.get(dimension, []) if table else []
    return [c for c in dict.fromkeys(cells) if c not in ("", UNREADABLE) and not is_wildcard(c)]


def _levels(frame: Frame, column: str) -> list[str]:
    return [level for level in frame.text[column].levels if level]


def _mentioned(frames: Mapping[str, Frame], dimension: str, known: list[str]) -> list[str]:
    """Labels that other tables name, where the table that lists them could not be read."""
    return list(dict.fromkeys([*known, *(level for _, _, level in _mentions(frames, dimension))]))


def _mentions(frames: Mapping[str, Frame], dimension: str) -> Iterator[tuple[Frame, str, str]]:
    """Every label of a dimension, by the tables and columns that name it."""
    for table, column in _NAMED_IN[dimension]:
        frame = frames[table]
        levels = frame.text[column].levels if column in frame.text else []
        yield from ((frame, column, v) for v in levels if v not in ("", "each") and not is_wildcard(v))
    groups = frames["groups"]
    if len(groups):
        pairs = zip(groups.text["column"], groups.text["label"], strict=True)
        named = (v for c, v in pairs if dimension_of(c) == dimension and not is_wildcard(v))
        yield from ((groups, "label", v) for v in dict.fromkeys(named))


def _unlisted(frames: Mapping[str, Frame], tables: Tables) -> set[str]:
    """Tables that the case lacks, and whose labels others name; noted once, where the first stands."""
    found = set()
    for dimension in _LISTED:
        table = OWNERS[dimension]
        if table in tables or table in tables.lame:
            continue
        for frame, column, level in _mentions(frames, dimension):
            row = next((row for row, cell in enumerate(frame.text[column]) if cell == level), None)
            if row is None or frame.name == "expected":  # a printed figure may name what only its scenario has
                continue
            told = say("The case has no table {table}, which lists '{label}' and its like.", table=table, label=level)
            tables.problems.add("E201", told, say("Add the table first."), **frame.where(row, column))
            found.add(table)
            break
    return found
