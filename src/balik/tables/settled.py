"""Columns that count a quantity, in the units of the materials: at once where all materials agree, else row by row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..words import Sentence, say
from .counted import times
from .frame import Data, Frame
from .units import count_of

#: Tables whose rows do not say by `material` what they are about: capacity counts all that comes to a place, and a
#: process the material that `per` names, if any.
_OTHERWISE = ("sites", "phases", "modules", "processes")


def settle_units(data: Data) -> None:
    """Bring every column with a unit in its header to the units of the materials, as far as one factor does it."""
    _settle_materials(data)
    for frame in data.frames.values():
        for column, counted in frame.counted.items():
            kind = counted.fit.kind
            if not kind or frame.name == "materials":
                continue
            sizes = data.sizes(kind)
            frame.counted[column] = settled = replace(counted, sizes=[*sizes, None])
            ratios = {settled.ratio(material) for material in range(len(sizes))}
            only = ratios.pop() if len(ratios) == 1 else None
            if only is not None and frame.name not in _OTHERWISE:
                frame.number[column] = times(counted.written, only)
            else:
                del frame.number[column]


def _settle_materials(data: Data) -> None:
    """Mass and volume count by the material of their own row: kg/dus is about those that are counted in dus."""
    frame = data["materials"]
    units = [count_of(unit) for unit in frame.text["unit"]] if frame.counted else []
    for column, counted in frame.counted.items():
        fit = counted.fit
        if not fit.kind:
            continue
        values = np.full(len(frame), np.nan)
        for row in np.flatnonzero(~np.isnan(counted.written)).tolist():
            if units[row].alone == fit.kind:
                ratio = fit.factor / units[row].factor ** fit.power
                values[row] = times(counted.written[row : row + 1], ratio)[0]
            else:
                found, advice = no_size(frame, column, frame.text["material"][row], frame.text["unit"][row])
                data.problems.add("E313", found, advice, **frame.where(row, column))
                frame.drop(row, column)
        frame.number[column] = values


def no_size(frame: Frame, column: str, material: str, unit: str) -> tuple[Sentence, Sentence]:
    """Why a number cannot be about a material: its header counts what the material has not."""
    counted = frame.counted[column]
    values = {"column": column, "header": counted.unit, "material": material, "unit": unit}
    if counted.fit.kind == "kg":
        found = say("The header gives {column} in {header}, and '{material}' ({unit}) has no mass.", **values)
        return found, say("Write its mass in materials.")
    if counted.fit.kind == "m3":
        found = say("The header gives {column} in {header}, and '{material}' ({unit}) has no volume.", **values)
        return found, say("Write its volume in materials.")
    found = say("The header gives {column} in {header}, and '{material}' is counted in {unit}.", **values)
    return found, say("Give the header a unit that all its materials have, or none: then each counts in its own.")
