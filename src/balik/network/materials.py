"""Unit, mass and volume of every material."""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data
from ..tables.units import mass_of, plain_unit, volume_of
from ..words import say
from .expand import Array


class Materials:
    """Unit, mass (kg) and volume (m3) of one unit of every material; nan where unknown."""

    def __init__(self, unit: list[str], mass: Array, volume: Array, labels: list[str]):
        self.unit, self.mass, self.volume, self.labels = unit, mass, volume, labels

    def same_unit(self, codes: Array) -> str | None:
        """The one unit of these materials, if they share it."""
        units = {self.unit[c] for c in codes}
        return units.pop() if len(units) == 1 else None


@kept
def encode_materials(data: Data) -> Materials:
    """Unit, mass and volume of every material; a mass that its unit contradicts is noted."""
    frame, labels = data["materials"], data.labels["material"]
    unit = ["kg"] * len(labels)
    mass, volume = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
    code = {label: i for i, label in enumerate(labels)}
    for row in range(len(frame)):
        m = code.get(frame.text["material"][row])
        if m is None:
            continue
        unit[m] = plain_unit(frame.text["unit"][row])
        mass[m], volume[m] = frame.number["mass"][row], frame.number["volume"][row]
        own = mass_of(unit[m])
        if own is not None and not np.isnan(mass[m]) and abs(mass[m] - own) > 1e-12 * own:
            data.problems.add(
                "E310",
                say("One {unit} has {own:g} kg, not {mass:g}.", unit=unit[m], own=own, mass=mass[m]),
                say("Leave mass blank for units of mass."),
                **frame.where(row, "mass"),
            )
        mass[m] = own if own is not None else mass[m]
        own = volume_of(unit[m])
        if own is not None and not np.isnan(volume[m]) and abs(volume[m] - own) > 1e-12 * own:
            data.problems.add(
                "E310",
                say("One {unit} has {own:g} m3, not {volume:g}.", unit=unit[m], own=own, volume=volume[m]),
                say("Leave volume blank for units of volume."),
                **frame.where(row, "volume"),
            )
        volume[m] = own if own is not None else volume[m]
    return Materials(unit, mass, volume, labels)
