"""The case as the verifier sees it: codes for labels, units of materials, length and repeats of periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...tables import ACCOUNTS, Data
from ...tables.units import count_of, plain_unit
from .exact import Array, exact, exactly
from .numbers import Numbers

#: Keys that there may be, for each row, up to which grouping counts them all.
_FEW = 8
NONE = -1  # a key that a row does not have; in `mode`: no vehicle

#: Dimension of each column that is not named as its dimension.
_SAME = {"origin": "place", "dest": "place", "site": "place", "base": "place", "sold": "material", "returned": "material"}


def dimension(column: str) -> str:
    """The dimension whose labels stand in a column."""
    return _SAME.get(column, column)


class World:
    """Labels and codes of every dimension, and what holds for a material or a period as such."""

    def __init__(self, data: Data):
        self.data = data
        self.labels: dict[str, list[str]] = {
            d: list(data.labels[d]) for d in ("place", "material", "period", "when", "mode", "process", "resource", "tour", "size", "level", "module", "step")
        }
        self.labels["statement"] = "flow collect deliver run stock limits balance meeting resources comes_back".split()
        self.labels["limit"] = list(dict.fromkeys(data["limits"].text["limit"]))
        self.labels["owner"] = list(data.labels["owner"])
        self.labels["account"] = list(dict.fromkeys([*ACCOUNTS, *data.labels["account"]]))
        self.code = {d: {label: i for i, label in enumerate(labels)} for d, labels in self.labels.items()}
        self.numbers = Numbers(data)
        self.length, self.repeats = self._periods()
        self.past = int(self.data["periods"].flag["past"].sum())  # periods before the plan
        self.unit, self.mass, self.volume = self._materials()

    def n(self, column: str) -> int:
        """How many labels the dimension of a column has."""
        return len(self.labels[dimension(column)])

    def _periods(self) -> tuple[Array, Array]:
        length, repeats = exact(np.ones(self.n("period"))), exact(np.ones(self.n("period")))
        frame = self.data["periods"]
        for row in range(len(frame)):
            at = self.code["period"].get(frame.text["period"][row])
            if at is not None:
                length[at], repeats[at] = (self.numbers.cell("periods", c, row) for c in ("length", "repeats"))
        return length, repeats

    def _materials(self) -> tuple[list[str], Array, Array]:
        """Unit, kg in one unit (nan: unknown) and m³ in one unit (0: none is stated) of each material."""
        unit = ["kg"] * self.n("material")
        mass, volume = exact(np.full(self.n("material"), np.nan)), exact(np.zeros(self.n("material")))
        frame = self.data["materials"]
        for row in range(len(frame)):
            at = self.code["material"].get(frame.text["material"][row])
            if at is None:
                continue
            unit[at] = plain_unit(frame.text["unit"][row])
            own = count_of(unit[at])
            mass[at] = own.factor if own.alone == "kg" else self.numbers.cell("materials", "mass", row)
            room = own.factor if own.alone == "m3" else self.numbers.cell("materials", "volume", row)
            volume[at] = room if room == room else 0.0
        return unit, mass, volume

    def group(self, d: str, name: str) -> list[int]:
        """Codes of the labels of a group."""
        codes = self.data.groups.get((d, name), [])
        if d == "account":  # accounts are coded anew here: those of every case come first
            return [self.code[d][self.data.labels[d][c]] for c in codes]
        return codes

    # -- units ---------------------------------------------------------------------------------------------

    def common_unit(self, materials: Array) -> str:
        """The unit in which amounts of these materials may be added: their own, else kg."""
        units = {self.unit[m] for m in np.unique(materials)}
        return units.pop() if len(units) == 1 else "kg"

    def factor(self, materials: Array, unit: str) -> Array:
        """What one unit of each material counts in `unit`; nan where it has no mass or volume to be counted by."""
        own = np.array([self.unit[m] == unit for m in range(self.n("material"))], bool)
        by, counted = exact(np.full(self.n("material"), np.nan)), count_of(unit)
        if counted.alone == "kg":
            by = self.mass / exactly(counted.factor)
        elif counted.alone == "m3":
            by = np.where(self.volume > 0, self.volume, np.nan) / exactly(counted.factor)
        return np.where(own, 1.0, by)[materials]

    # -- words ---------------------------------------------------------------------------------------------

    def name(self, column: str, code: int) -> str:
        """The label behind a code; 'no vehicle' for no mode."""
        if code == NONE:
            return "no vehicle" if column == "mode" else "none"
        if column in ("stop", "to"):
            return str(code)
        return self.labels[dimension(column)][code]

    def key(self, codes: Mapping[str, Array], i: int) -> str:
        """`place=lapak, period=2`: the key of row i."""
        return ", ".join(f"{c}={self.name(c, int(a[i]))}" for c, a in codes.items() if int(a[i]) != NONE)

    def when(self, period: int) -> str:
        """` in period 2`, unless the case has only one."""
        return f" in period {self.labels['period'][period]}" if len(self.labels["period"]) > 1 else ""

    def amount(self, material: int) -> str:
        """Unit and name of a material, to stand behind a number."""
        return f"{self.unit[material]} of {self.labels['material'][material]}"


# Most columns of codes are one code over and over: such a column is kept once, as an array that steps by nothing.


def once(code: int, n: int) -> Array:
    """A column of one code; it cannot be written into."""
    return np.ndarray((n,), np.int64, _alone(int(code)), 0, (0,))  # as np.broadcast_to, which takes five times as long


@lru_cache(256)
def _alone(code: int) -> Array:
    out = np.array(code, np.int64)
    out.setflags(write=False)
    return out


def taken(column: Array, at: Array) -> Array:
    """A column of codes at these positions."""
    return once(int(column[0]), len(at)) if _is_once(column) else column[at]


def stacked(columns: Sequence[Array]) -> Array:
    """Columns of codes, one below another."""
    if all(map(_is_once, columns)) and len({int(c[0]) for c in columns}) == 1:
        return once(int(columns[0][0]), sum(map(len, columns)))
    return np.concatenate(columns)


def _is_once(column: Array) -> bool:
    return column.strides == (0,) and len(column) > 0


class Alike(NamedTuple):
    """Groups of rows: the first row of each group, and the group of each row."""

    first: Array
    at: Array


def grouped(columns: Sequence[Array]) -> Alike:
    """Rows that are alike in all columns of codes; groups in the order of their codes, column by column."""
    key, many = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        if _is_once(column):
            continue
        low = int(column.min(initial=0))
        size = int(column.max(initial=0)) - low + 1
        if many * size >= 2**62:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)
            many = len(key)
        key, many = key * size + (column - low), many * size
    if many > _FEW * len(key):
        _, first, at = np.unique(key, return_index=True, return_inverse=True)
        return Alike(first, at.reshape(-1))
    first = np.full(many, NONE)  # as many places as there may be keys: nothing is sorted
    first[key[::-1]] = np.arange(len(key))[::-1]
    there = first != NONE
    return Alike(first[there], (np.cumsum(there) - 1)[key])


def ravel(codes: list[Array], sizes: list[int]) -> Array:
    """One integer for each tuple of codes (NONE counts as a code)."""
    key = np.zeros(len(codes[0]), np.int64)
    for code, size in zip(codes, sizes, strict=True):
        key = key * (size + 1) + code + 1
    return key
