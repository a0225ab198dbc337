"""One unit for what moves: kilograms where all of it has a mass, else the unit that most of it is counted in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .subject import Subject


@dataclass(frozen=True)
class Scale:
    """`factors`: by material, `unit` in one unit of it. `without`: materials that cannot be said in the unit."""

    unit: str
    factors: Mapping[str, float]
    without: tuple[str, ...] = ()

    def of(self, material: str, amount: float) -> float:
        """An amount in the unit; 0 of what cannot be said in it."""
        return self.factors.get(material, 0.0) * amount


def scale_of(subject: Subject) -> Scale | None:
    """The unit in which the flows of a plan add up; None where nothing moves."""
    counts = Counter(material for material in _materials(subject))
    if not counts:
        return None
    units = {material: subject.units.get(material, "") for material in counts}
    if len(set(units.values())) == 1:
        return Scale(next(iter(units.values())), dict.fromkeys(counts, 1.0))
    masses = {m: subject.masses[m] for m in counts if m in subject.masses}
    by_unit = Counter(unit for m, unit in units.items() if m not in masses)
    if len(masses) >= max(by_unit.values(), default=0):
        return Scale("kg", masses, tuple(m for m in counts if m not in masses))
    unit = by_unit.most_common(1)[0][0]
    kept = {m: 1.0 for m in counts if units[m] == unit}
    return Scale(unit, kept, tuple(m for m in counts if m not in kept))


def _materials(subject: Subject) -> Iterable[str]:
    yield from (move.material for move in subject.moves if move.amount)
    yield from (spot.material for spots in (subject.collected, subject.delivered) for spot in spots if spot.amount)
    yield from (m for run in subject.runs if run.amount for m, rate in run.recipe.items() if rate)
