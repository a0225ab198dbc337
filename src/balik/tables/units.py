"""The few units that the default units need: masses, money, and counts that are units of their own."""

from __future__ import annotations

#: kg in one unit of mass. `ton` is the tonne, as everywhere but in the United States.
MASSES = {
    "kg": 1.0,
    "t": 1000.0,
    "ton": 1000.0,
    "tonne": 1000.0,
    "g": 0.001,
    "gram": 0.001,
    "kuintal": 100.0,
    "mg": 1e-6,
}
_SAME = {"ton": "t", "tonne": "t", "gram": "g", "rp": "IDR", "idr": "IDR", "m³": "m3", "trips": "trip", "rit": "trip"}


def plain_unit(unit: str) -> str:
    """One spelling for each unit."""
    unit = unit.strip()
    return _SAME.get(unit.lower(), unit.lower() if unit.lower() in MASSES else unit)


def mass_of(unit: str) -> float | None:
    """kg in one unit, if it is a unit of mass."""
    return MASSES.get(plain_unit(unit))
