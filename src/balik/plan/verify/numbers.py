"""The numbers of the input tables as they are written: cells as exact decimals or fractions, times exact units."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ...tables import Data, Frame
from ...tables.capacity import counted_in, home
from ...tables.numbers import read_fraction
from .exact import Array, Number, exact

_SHORT = 15  # digits up to which the float of a cell tells what is written there


class Numbers:
    """Columns of a case, exactly. A float of up to 15 digits is the decimal that stands in its cell; else it is asked."""

    _asked = ("ratios",)

    def __init__(self, data: Data):
        self.data = data

    @cached_property
    def _ratios(self) -> dict[tuple[str, str], Array]:
        return {}

    def cell(self, table: str, column: str, row: int) -> Number:
        """One number, in the unit of the schema."""
        return self.at(table, column, np.array([row]))[0]

    def column(self, table: str, column: str) -> Array:
        """A whole column, in the unit of the schema."""
        return self.at(table, column, np.arange(len(self.data[table])))

    def at(self, table: str, column: str, rows: Array, materials: Array | None = None) -> Array:
        """A column at these rows; each in the unit of the material that it is about there, where that is given."""
        frame = self.data[table]
        counted = frame.counted.get(column)
        if counted is None:
            return _written(frame, column, frame.number[column], rows)
        values = _written(frame, column, counted.written, rows)
        if counted.fit.kind:
            return values if materials is None else self._own(table, column, values, materials)
        return np.where(frame.given[column][rows], values * exact(counted.fit.factor), values)

    def _own(self, table: str, column: str, values: Array, materials: Array) -> Array:
        """Numbers in the units of these materials; nan where a material cannot be counted so."""
        plain = np.isnan(values) | np.isinf(values) | (values == 0)  # the same in every unit
        return np.where(plain, values, values * self.ratios(table, column)[materials])

    def ratios(self, table: str, column: str) -> Array:
        """By what the numbers of a column are multiplied to be in the unit of each material; nan where it has none."""
        if (table, column) not in self._ratios:
            counted = self.data[table].counted[column]
            ratios = [counted.ratio(m) for m in range(len(counted.sizes))]
            self._ratios[table, column] = exact(np.array([np.nan if r is None else r for r in ratios], object))
        return self._ratios[table, column]

    def counting(self, name: str) -> Array:
        """A column that counts what comes to a site; quantities of a header's unit in base units."""
        (table, column), counted = home(name), counted_in(self.data, name)
        if counted is None:
            return self.column(table, column)
        frame = self.data[table]
        return _written(frame, column, counted.written, np.arange(len(frame))) * exact(counted.fit.factor)


def _written(frame: Frame, column: str, values: Array, rows: Array) -> Array:
    """Numbers of these rows as their cells have them."""
    found = values[rows]
    cells = frame.table.columns.get(column) if frame.table is not None else None
    out = exact(found)
    if not isinstance(cells, list):
        return out
    with np.errstate(invalid="ignore", over="ignore"):
        long = np.abs(np.rint(found * 1e6)) >= 10**_SHORT
        long |= np.rint(found * 1e6) / 1e6 != found
    at = [i for i in np.flatnonzero(long & np.isfinite(found)).tolist() if _is_long(cells[int(rows[i])])]
    if at:
        out = out.copy()
        out[at] = np.array([read_fraction(cells[int(rows[i])]) for i in at], object)
    return out


def _is_long(text: str) -> bool:
    return len(text) > _SHORT or "/" in text
