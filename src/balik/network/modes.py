"""Vehicle classes: which row of `modes` holds for a material in a period."""

from __future__ import annotations

import numpy as np

from ..tables import Data
from .counted import in_own_unit
from .expand import Array, expand


class Modes:
    """Rates of a vehicle class for a material in a period: `row(mode, material, period)` of the table."""

    def __init__(self, data: Data, shape: dict[str, int]):
        self.data, self.frame = data, data["modes"]
        found = expand(data, self.frame, {"mode": "mode", "material": "material", "period": "period"}, shape)
        self.row = np.full((shape["mode"], shape["material"], shape["period"]), -1, np.int64)
        self.row[found.codes["mode"], found.codes["material"], found.codes["period"]] = found.row

    def value(self, column: str, rows: Array, absent: float = 0.0) -> Array:
        """A column of the vehicle at these rows; `absent` where there is no vehicle."""
        known = self.frame.number[column]
        if not len(known):
            return np.full(len(rows), absent)
        return np.where(rows >= 0, known[rows], absent)

    def of_load(self, column: str, rows: Array, material: Array, absent: float = 0.0) -> Array:
        """A column that counts the load, in the unit of each material; `absent` where there is no vehicle."""
        if column in self.frame.number:
            return self.value(column, rows, absent)
        out, at = np.full(len(rows), absent), np.flatnonzero(rows >= 0)
        out[at] = in_own_unit(self.data, self.frame, column, rows[at], material[at])
        return out

    def whole(self, rows: Array) -> Array:
        """Whether trips are whole at these rows."""
        known = self.frame.flag["whole_trips"]
        return (rows >= 0) & known[rows] if len(known) else np.zeros(len(rows), bool)
