"""Typed tables: numbers as floats, labels as codes; what every reader of a case shares.

This is shared by the model and by the verifier; what rows mean together (wildcards, distances, prices) is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..errors import Problems
from ..schema import TableSchema
from .counted import Counted
from .fits import CaseUnits
from .table import Table, Tables
from .units import count_of

#: Dimensions whose labels come from a table of their own; the order is the order of the rows.
OWNERS = {
    "place": "places",
    "material": "materials",
    "period": "periods",
    "mode": "modes",
    "process": "processes",
    "resource": "resources",
    "tour": "tours",
    "scenario": "scenarios",
}
#: The accounts of the ledger that every case may have.
ACCOUNTS = (
    "transport fee trip fleet processing setup purchase opening closing expansion residual running unit "
    "holding revenue shortage left deposit"
).split()


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
    `counted[c]`: a column with a unit in its header. `number` lacks it where its numbers hang on the material: `at`.
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
    counted: dict[str, Counted] = field(default_factory=dict)

    #: What changes a frame, and what of it: for functions whose results are kept.
    _effects: ClassVar = {"drop": ("ok", "keyed")}

    def __len__(self) -> int:
        return len(self.ok)

    def at(self, column: str, rows: np.ndarray, materials: np.ndarray) -> np.ndarray:
        """A column at these rows, each in the unit of the material that it is about there (-1: of none).

        nan where the header counts what the material has not: a mass, a volume.
        """
        numbers = self.number.get(column)
        return self.counted[column].own(rows, materials) if numbers is None else numbers[rows]

    def written(self, column: str) -> np.ndarray:
        """A column as it is written, in the unit of its header: what is 0, infinite or blank there is so anyway."""
        return self.counted[column].written if column in self.counted else self.number[column]

    def plain(self, column: str) -> np.ndarray:
        """A column in the unit of the schema; nan where its numbers hang on the material."""
        return self.number[column] if column in self.number else np.full(len(self), np.nan)

    def ratio(self, column: str, material: int) -> float:
        """By what a number of a cell is multiplied to be in the unit of this material."""
        ratio = self.counted[column].ratio(material) if column in self.counted else None
        return 1.0 if ratio is None else float(ratio)

    @property
    def as_typed(self) -> bool:
        """Whether it still says what its cells said by themselves."""
        return not self.counted and not self.__dict__.get("dropped", False)

    def drop(self, rows: Any, column: str) -> None:
        """These rows have a problem in this column."""
        for name in ("ok", "keyed") if self.schema.columns[column].role == "key" else ("ok",):
            good = getattr(self, name).copy()  # what has been read of a frame stays as it was
            good[rows] = False
            object.__setattr__(self, name, good)
        object.__setattr__(self, "dropped", True)

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
    units: CaseUnits = field(default_factory=CaseUnits)

    _asked: ClassVar = ("sizes",)

    def __getitem__(self, name: str) -> Frame:
        return self.frames[name]

    def sound(self, *names: str) -> bool:
        """Whether these tables were read without a problem: what they lack is not there."""
        return all(name not in self.tables.lame and bool(self.frames[name].ok.all()) for name in names)

    def sizes(self, kind: str) -> list[Fraction | None]:
        """Base units of a kind (kg, m3, a count) in one unit of each material; None for what has none."""
        if kind not in self._sizes:
            self._sizes[kind] = self._sizes_of(kind)
        return self._sizes[kind]

    @cached_property
    def _sizes(self) -> dict[str, list[Fraction | None]]:
        return {}

    def _sizes_of(self, kind: str) -> list[Fraction | None]:
        frame, code = self["materials"], {label: i for i, label in enumerate(self.labels["material"])}
        found: list[Fraction | None] = [None] * len(code)
        stated = {"kg": "mass", "m3": "volume"}.get(kind)
        for row in range(len(frame)):
            if (material := code.get(frame.text["material"][row])) is None:
                continue
            own = count_of(frame.text["unit"][row])
            value = float(frame.number[stated][row]) if stated else math.nan
            if own.alone == kind:
                found[material] = own.factor
            elif value > 0 and math.isfinite(value):
                found[material] = Fraction(repr(value))
        return found

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
        before = len(self.labels.get("when", ())) - len(self.labels.get("period", ()))
        whens = {("when", g): [c + before for c in codes] for (d, g), codes in groups.items() if d == "period"}
        return groups | whens


def is_wildcard(label: str) -> bool:
    """`*`, `kind:…` or `group:…`."""
    return label == "*" or label.startswith(("kind:", "group:"))


def dimension_of(column: str) -> str:
    """The dimension whose labels stand in a column."""
    return "place" if column in ("origin", "dest") else column
