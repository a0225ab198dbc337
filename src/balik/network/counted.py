"""Columns in the units of the materials that their rows are about; what cannot be counted so is noted."""

from __future__ import annotations

import numpy as np

from ..tables import Data, Frame
from ..tables.settled import no_size
from ..words import say
from .expand import Array

_MANY = 1000


def in_own_unit(data: Data, frame: Frame, column: str, rows: Array, materials: Array) -> Array:
    """A column at these rows, each in the unit of its material (-1: it is about none).

    Where a material has not what the header counts, that is noted, and the column's default stands in.
    """
    values = frame.at(column, rows, materials)
    if column in frame.number:
        return values
    lost = np.flatnonzero(np.isnan(values) & ~np.isnan(frame.written(column)[rows]))
    if not len(lost):
        return values
    if data.sound("materials"):
        pairs = np.unique(np.stack([rows[lost], materials[lost]], 1), axis=0)
        for row, material in pairs[:_MANY].tolist():
            _note(data, frame, column, row, material)
    schema = frame.schema.columns[column]
    default = np.nan if schema.default in ("", schema.rules.get("or")) else float(schema.default)
    return np.where(np.isin(np.arange(len(values)), lost), default, values)


def _note(data: Data, frame: Frame, column: str, row: int, material: int) -> None:
    if material < 0:
        found = say("The header gives {column} in {unit}, and the row names no material in per.",
                    column=column, unit=frame.counted[column].unit)  # fmt: skip
        advice = say("Name the material in per, or give {column} for a unit of activity (run).", column=column)
    else:
        materials, label = data["materials"], data.labels["material"][material]
        units = dict(zip(materials.text["material"], materials.text["unit"], strict=True))
        found, advice = no_size(frame, column, label, units.get(label, ""))
    data.problems.add("E313", found, advice, **frame.where(row, column))
