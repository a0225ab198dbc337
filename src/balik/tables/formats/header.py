"""The header of a table: which column each of its cells names, in which unit, in whatever file it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import did_you_mean
from ...schema import TableSchema
from ...schema.schema import FREE_COLUMNS
from ...words import say
from ..fits import fit, misfit
from ..table import Source, Table
from .naming import column_name, split_unit
from .reading import Reading
from .texts import clean
from .wide import Wide, find_wide, unpivot


@dataclass
class Header:
    """What the cells of a header name: columns (None: passed over), their units, and labels that were pivoted.

    `guessed`: columns whose names are misspelt; `unfit`: columns whose units do not fit; `partial`: some name no column,
    or one that stands there already. All have been noted.
    """

    names: list[str | None]
    units: dict[str, str] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    unfit: set[str] = field(default_factory=set)
    wide: Wide | None = None
    partial: bool = False

    @property
    def passed(self) -> set[int]:
        """Positions of headers that are labels of a wide table, or its corner."""
        return self.wide.passed if self.wide else set()

    def table(self, name: str, cells: Sequence[list[str]], source: Source, lines: Sequence[int]) -> Table:
        """The table whose columns are these cells, position by position."""
        columns: dict[str, Sequence[str]] = {}
        for column, below in zip(self.names, cells, strict=True):
            if column is not None:
                columns[column] = below
        rows = np.zeros(len(lines), np.int32)
        table = Table(name, columns, (source,), rows, np.asarray(lines, np.int64), self.units, partial=self.partial)
        if self.wide is None:
            return table
        return unpivot(table, self.wide, {at: cells[at] for at in self.passed}, source.columns or [0] * len(cells))


def read_header(
    words: Sequence[str],
    schema: TableSchema,
    reading: Reading,
    where: dict[str, Any],
    spots: Sequence[dict[str, Any]] | None = None,
    groups: Sequence[str] = (),
    first: Sequence[str] = (),
) -> Header:
    """Column of every header cell, and the names that are only guessed.

    A misspelt column is a problem, and is read as the one that it resembles where the table lacks that one: so
    nothing else is said to be missing on its account. Headers that are labels make a wide table (see wide.py):
    `groups` are the words above the header, `first` the cells of the first column. `spots`: where each cell stands.
    """
    words = [" ".join(clean(word).split()) for word in words]
    parts = [(word, "") if column_name(word, schema, reading.extra) else split_unit(word) for word in words]
    names = [column_name(word, schema, reading.extra) if word else None for word, _ in parts]
    wide = find_wide(words, names, schema, reading, where, groups, first)
    header = Header([], wide=wide)
    for at, (word, name) in enumerate(zip(words, names, strict=True)):
        spot = where | (spots[at] if spots else {}) | {"column": word or f"column {at + 1}"}
        if wide is not None and at in wide.passed:
            _note_passed(at, word, wide, schema, reading, spot)
            header.names.append(None)
            continue
        if name is None and word:
            name = _unknown(word, schema, reading, spot)
            header.partial |= name is None
            if name is not None:
                if name in names or name in header.guessed:
                    name = None
                else:
                    header.guessed.add(name)
        if name is not None and name in header.names:
            found = say("The column '{name}' stands twice.", name=name)
            reading.problems.add("E106", found, say("Keep one."), **spot)
            name, header.partial = None, True
        if name is not None and parts[at][1]:
            _note_unit(header, name, parts[at][1], schema, reading, spot)
        header.names.append(name)
    for name, units in wide.units.items() if wide is not None else ():
        if len(units) > 1:
            header.unfit.add(name)
            given = ", ".join(unit or "–" for unit in sorted(units))
            found = say("The headers give '{column}' in different units: {units}.", column=name, units=given)
            reading.problems.add("E105", found, say("Give one."), **where | {"column": name})
        elif unit := units.copy().pop():
            _note_unit(header, name, unit, schema, reading, where | {"column": name})
    return header


def _note_unit(
    header: Header, name: str, unit: str, schema: TableSchema, reading: Reading, spot: dict[str, Any]
) -> None:
    """Keep the unit of a column; one that does not fit it is noted."""
    if name not in schema.columns:
        header.units[name] = unit  # a column of the user's own
    elif fit(schema.columns[name], unit, reading.units):
        header.units[name] = unit
    else:
        header.unfit.add(name)
        reading.problems.add("E105", *misfit(schema, name, unit, reading.units), **spot)


def _note_passed(at: int, word: str, wide: Wide, schema: TableSchema, reading: Reading, spot: dict[str, Any]) -> None:
    """Note a header of a wide table that stands twice, or that is neither a column nor a label."""
    if at in wide.twice:
        reading.problems.add("E106", say("The column '{name}' stands twice.", name=word), say("Keep one."), **spot)
    elif at in wide.strange:
        near = did_you_mean(word, reading.labels[schema.columns[wide.key].refers])
        found = say(
            "'{word}' is neither a column of {table} nor a label of {key}.", word=word, table=schema.name, key=wide.key
        )
        reading.problems.add("E104", found, near or say("A column of your own begins with '_'."), **spot)


def _unknown(word: str, schema: TableSchema, reading: Reading, spot: dict[str, Any]) -> str | None:
    """Note a header that names no column; the column that it probably means."""
    word = split_unit(word)[0] or word
    choices = [*schema.names, *FREE_COLUMNS, *reading.extra]
    meant = did_you_mean(word.lower(), choices)
    known = say("Known: {names}. A column of your own begins with '_'.", names=", ".join(schema.columns))
    found = say("'{word}' is not a column of {table}.", word=word, table=schema.name)
    reading.problems.add("E104", found, meant or known, **spot)
    return column_name(str(meant.values["word"]), schema, reading.extra) if meant else None
