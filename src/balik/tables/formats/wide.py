"""Wide tables: labels as headers (a square matrix of distances, periods or sizes side by side), turned into rows.

A table is wide where it lacks a key column and has headers that are labels of it. What stands below them is named
by the words above the header, by the corner of a matrix, or is the column that the schema marks `wide`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...schema import Column, TableSchema
from ...words import say
from ..table import Table
from .naming import column_name, split_unit
from .reading import Reading

#: What people write in a matrix where nothing is.
_NOTHING = ("", "-", "–", "—")
_MOST_SHOWN = 4


@dataclass(frozen=True)
class Wide:
    """Which key column the headers are labels of, what the columns below them hold, and the matrix's first column."""

    key: str
    label: dict[int, str]  # position of a header → its label
    value: dict[int, str]  # position of a header → column of the values below it
    units: dict[str, set[str]]  # value column → the units given with it; blank: none
    first: str | None  # key column whose labels stand in the first column, where that has no header of its own
    twice: frozenset[int] = frozenset()  # positions of headers that stand a second time
    strange: frozenset[int] = frozenset()  # positions of headers that are neither columns nor labels

    @property
    def passed(self) -> set[int]:
        """Positions of headers that are no columns."""
        return {*self.label, *self.twice, *self.strange} | ({0} if self.first else set())


def find_wide(
    words: Sequence[str],
    names: Sequence[str | None],
    schema: TableSchema,
    reading: Reading,
    where: dict[str, Any],
    groups: Sequence[str],
    first: Sequence[str],
) -> Wide | None:
    """How the table is wide, if it is; what cannot be told is a problem."""
    corner = _corner(names, schema, reading, first)
    absent = [k for k in schema.keys if k not in names and schema.columns[k].refers in reading.labels]
    if corner:
        absent.remove(corner)
    unknown = [at for at, name in enumerate(names) if name is None and words[at] and not (corner and at == 0)]
    found = {}
    for key in absent:
        labels = reading.labels[schema.columns[key].refers]
        hits = {at: known for at in unknown if (known := _label(words[at], labels)) is not None}
        if hits:
            found[key] = hits
    if not found:
        return None
    shown = ", ".join(f"'{word}'" for word in list(dict.fromkeys(next(iter(found.values())).values()))[:_MOST_SHOWN])
    if len(found) > 1:
        reading.problems.add(
            "E117", say("The headers {shown} can be labels of {keys}.", shown=shown, keys=" and of ".join(found)),
            say("Name the columns, with one row for each value."), **where,
        )  # fmt: skip
        return None
    key, label = next(iter(found.items()))
    own = {at: split_unit(words[at])[1] if words[at] != word else "" for at, word in label.items()}
    value, units = _values(own, names, schema, groups, words[0] if corner else "")
    if value is None:
        numbers = ", ".join(c.name for c in schema.columns.values() if _holds_numbers(c))
        reading.problems.add(
            "E117", say("The headers {shown} are labels of {key}, and what stands below them is not said.", shown=shown, key=key),
            say("Write one of {names} in the row above them, or one row for each value.", names=numbers), **where,
        )  # fmt: skip
        return None
    reading.problems.add(
        "W111",
        say("The headers {shown} are read as labels of {key}: one row for each cell, its number is {value}.",
            shown=shown + (" …" if len({*label.values()}) > _MOST_SHOWN else ""), key=key, value=", ".join(dict.fromkeys(value.values()))),
        **where,
    )  # fmt: skip
    first_of: dict[tuple[str, str], int] = {}
    for at, word in label.items():
        first_of.setdefault((word, value[at]), at)
    once = set(first_of.values())
    return Wide(
        key,
        {at: word for at, word in label.items() if at in once},
        value,
        units,
        corner,
        frozenset(label) - once,
        frozenset(unknown) - frozenset(label),
    )


def _label(word: str, labels: Collection[str]) -> str | None:
    """The label that a header is, with or without a unit: `Jan`, `Jan [t]`."""
    return next((name for name in (word, split_unit(word)[0]) if name in labels), None)


def _holds_numbers(column: Column) -> bool:
    return column.role == "value" and column.is_number


def _corner(names: Sequence[str | None], schema: TableSchema, reading: Reading, first: Sequence[str]) -> str | None:
    """The key that the first column holds without saying so: in a matrix, the first of two of one dimension."""
    name = names[0] if names else None
    if name is not None and not (name in schema.columns and _holds_numbers(schema.columns[name])):
        return None
    for at, key in enumerate(schema.keys):
        refers = schema.columns[key].refers
        pair = [k for k in schema.keys[at + 1 :] if schema.columns[k].refers == refers]
        if key not in names and any(k not in names for k in pair):
            labels = reading.labels.get(refers, ())
            known = sum(cell in labels for cell in first)
            return key if known and known >= sum(cell not in labels for cell in first) else None
    return None


def _values(
    own: Mapping[int, str], names: Sequence[str | None], schema: TableSchema, groups: Sequence[str], corner: str
) -> tuple[dict[int, str] | None, dict[str, set[str]]]:
    """The value column of every header that is a label, and the units given with them; None where it is not said.

    `own`: the unit in the header itself.
    """
    usual = next((c.name for c in schema.columns.values() if "wide" in c.rules and c.name not in names), None)
    value: dict[int, str] = {}
    units: dict[str, set[str]] = {}
    for at in own:
        for words in (groups[at] if at < len(groups) else "", corner):
            word, unit = (words, "") if column_name(words, schema) else split_unit(words)
            name = column_name(word, schema) if word else None
            if name in schema.columns and _holds_numbers(schema.columns[name]):
                value[at] = name
                units.setdefault(name, set()).add(own[at] or unit)
                break
        else:
            if usual is None:
                return None, {}
            value[at] = usual
            units.setdefault(usual, set()).add(own[at])
    return value, units


def unpivot(table: Table, wide: Wide, cells: Mapping[int, Sequence[str]], columns: Sequence[int]) -> Table:
    """The table with one row for each filled cell below the labels.

    `table` holds the named columns; `cells` those of every position that is passed over; `columns` is the number of
    the sheet's column of every position.
    """
    by_label: dict[str, dict[str, int]] = {}
    for at, label in wide.label.items():
        by_label.setdefault(label, {}).setdefault(wide.value[at], at)
    values = list(dict.fromkeys(wide.value.values()))
    rows: list[int] = []
    labels: list[str] = []
    filled: dict[str, list[str]] = {name: [] for name in values}
    spots: dict[str, list[int]] = {name: [] for name in [wide.key, *values]}
    for row in range(len(table)):
        for label, places in by_label.items():
            found = {name: cells[at][row] for name, at in places.items()}
            found = {name: "" if cell in _NOTHING else cell for name, cell in found.items()}
            if not any(found.values()) or (wide.first and cells[0][row] == label and set(found.values()) <= {"", "0"}):
                continue
            rows.append(row)
            labels.append(label)
            for name in values:
                filled[name].append(found.get(name, ""))
                spots[name].append(columns[places[name]] if name in places else 0)
            spots[wide.key].append(columns[next(iter(places.values()))])
    long = table.take(rows)
    named = {wide.first: [cells[0][row] for row in rows]} if wide.first else {}
    return replace(
        long,
        columns={**named, **long.columns, wide.key: labels, **filled},
        spots={**long.spots, **{name: np.array(at, np.int64) for name, at in spots.items()}},
    )
