"""Typed tables: numbers as floats, labels as codes; what every reader of a case shares.

This is shared by the model and by the verifier; what rows mean together (wildcards, distances, prices) is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import Problems
from ..schema import TableSchema
from .table import Table, Tables

#: Dimensions whose labels come from a table of their own; the order is the order of the rows.
OWNERS = {
    "place": "places",
    "material": "materials",
    "period": "periods",
    "mode": "modes",
    "process": "processes",
    "tour": "tours",
    "scenario": "scenarios",
}
#: The accounts of the ledger that every case may have.
ACCOUNTS = "transport fee trip processing purchase opening closing running unit holding revenue shortage left".split()


@dataclass(frozen=True)
class Labels:
    """A column of text: `levels[codes[row]]`."""

    codes: np.ndarray
    levels: list[str]

    def __getitem__(self, row: int) -> str:
        return self.levels[self.codes[row]]

    def __iter__(self) -> Iterator[str]:
        levels = self.levels
        return (levels[c] for c in self.codes)


@dataclass(frozen=True)
class Frame:
    """One table, typed. Columns that the file lacks hold the default.

    `number[c]`: float array (nan where blank without default); `text[c]`: Labels; `flag[c]`: bool array;
    `given[c]`: whether the cell is filled; `ok`: rows without a problem; `keyed`: rows whose keys have none.
    """

    name: str
    schema: TableSchema
    table: Table | None
    number: dict[str, np.ndarray]
    text: dict[str, Labels]
    flag: dict[str, np.ndarray]
    given: dict[str, np.ndarray]
    ok: np.ndarray
    keyed: np.ndarray

    def __len__(self) -> int:
        return len(self.ok)

    def drop(self, rows: Any, column: str) -> None:
        """These rows have a problem in this column."""
        self.ok[rows] = False
        if self.schema.columns[column].role == "key":
            self.keyed[rows] = False

    def where(self, row: int, column: str | None = None) -> dict[str, Any]:
        """File, line and column of a row, as fields of a Problem."""
        return self.table.where(int(row), column) if self.table else {"file": self.name}

    def spot(self, row: int) -> str:
        """`lanes.csv line 14`."""
        return self.table.spot(int(row)) if self.table else self.name


@dataclass(frozen=True)
class Data:
    """A case, typed: every table of the schema (absent ones have no row) and the labels of every dimension."""

    tables: Tables
    frames: dict[str, Frame]
    labels: dict[str, list[str]]
    problems: Problems = field(repr=False)

    def __getitem__(self, name: str) -> Frame:
        return self.frames[name]

    def sound(self, *names: str) -> bool:
        """Whether these tables were read without a problem: what they lack is not there."""
        return all(name not in self.tables.lame and bool(self.frames[name].ok.all()) for name in names)

    @cached_property
    def kinds(self) -> dict[str, list[int]]:
        """Kind to the codes of its places."""
        kinds: dict[str, list[int]] = {}
        frame = self["places"]
        code = {label: i for i, label in enumerate(self.labels["place"])}
        for row in range(len(frame)):
            if (kind := frame.text["kind"][row]) and (place := frame.text["place"][row]) in code:
                kinds.setdefault(kind, []).append(code[place])
        return kinds

    @cached_property
    def groups(self) -> dict[tuple[str, str], list[int]]:
        """(dimension, group) to the codes of its labels."""
        groups: dict[tuple[str, str], list[int]] = {}
        frame = self["groups"]
        for row in range(len(frame)):
            column, label, group = (frame.text[c][row] for c in ("column", "label", "group"))
            dimension = dimension_of(column)
            known = self.labels.get(dimension, [])
            if label.startswith("kind:") and dimension == "place":
                codes = self.kinds.get(label[5:], [])
            else:
                codes = [known.index(label)] if label in known else []
            kept = groups.setdefault((dimension, group), [])
            kept.extend(c for c in codes if c not in kept)
        return groups


def is_wildcard(label: str) -> bool:
    """`*`, `kind:…` or `group:…`."""
    return label == "*" or label.startswith(("kind:", "group:"))


def dimension_of(column: str) -> str:
    """The dimension whose labels stand in a column."""
    return "place" if column in ("origin", "dest") else column
