"""Units as people write them: `Rp/t/km`, `juta Rp/tahun`, `kg CO2e / (t km)`, `Rp per dus`.

A unit is an exact factor and the powers of base units (kg, m3, km, month, a currency …). The table of the units that
are known is data (units.csv); any other word is a count, a base unit of its own.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

_SIGNS = str.maketrans({"³": "3", "₂": "2", "'": " ", "’": " ", "×": "*", "·": "*", "⋅": "*", "\u00a0": " "})
_TOKEN = re.compile(r"[/*()]|[^\s/*()]+")
_OVER = ("/", "per", "tiap")
_NUMBER = re.compile(r"[1-9]\d*")
_LONGEST = 100  # signs of a unit
_LARGEST = 10**30  # factor


class NotAUnit(ValueError):
    """The text cannot be read as a unit."""


@dataclass(frozen=True)
class Unit:
    """`factor` × the product of base units to their powers (none is 0)."""

    factor: Fraction = Fraction(1)
    powers: frozenset[tuple[str, int]] = frozenset()

    def power(self, base: str) -> int:
        """The power of a base unit."""
        return dict(self.powers).get(base, 0)

    def times(self, other: Unit, power: int = 1) -> Unit:
        """The product with another unit to a power."""
        found = dict(self.powers)
        for base, own in other.powers:
            found[base] = found.get(base, 0) + own * power
        return Unit(self.factor * other.factor**power, frozenset((b, p) for b, p in found.items() if p))

    @property
    def alone(self) -> str:
        """The base unit, where the unit is a multiple of one and nothing else."""
        return next(iter(self.powers))[0] if len(self.powers) == 1 and next(iter(self.powers))[1] == 1 else ""


@dataclass(frozen=True)
class Known:
    """A row of the table of units: how it is written, other words for it, and what is said of it."""

    unit: str
    words: tuple[str, ...]
    meaning: str
    value: Unit


@cache
def known_units() -> dict[str, Known]:
    """The table of units, by their own name."""
    found: dict[str, Known] = {}
    with (Path(__file__).parent / "units.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            bases = [base for base in (row["is"] or row["unit"]).split() if base != "1"]
            value = Unit(Fraction(row["factor"]), frozenset((base, 1) for base in bases))
            found[row["unit"]] = Known(row["unit"], tuple(row["words"].split()), row["meaning"], value)
    return found


@cache
def _by_word() -> dict[str, Known]:
    return {word.casefold(): known for known in known_units().values() for word in (known.unit, *known.words)}


def currencies() -> set[str]:
    """Names of the currencies that are known."""
    return {name for name, known in known_units().items() if known.meaning == "money"}


@cache
def read_unit(text: str) -> Unit:
    """The unit that a text names; raises NotAUnit. What follows a `/` up to the next one stands below it.

    >>> read_unit("Rp/t/km") == read_unit("Rp per ton km") == read_unit("IDR / (t*km)")
    True
    >>> read_unit("juta Rp/tahun").factor, sorted(read_unit("kg CO2e/dus").powers)
    (Fraction(250000, 3), [('CO2e', 1), ('dus', -1), ('kg', 1)])
    """
    if text.strip() in ("", "-"):
        return Unit()
    if len(text) > _LONGEST:
        raise NotAUnit(text)
    unit, rest = _quotient(list(_tokens(text)))
    if rest or not 1 / _LARGEST < unit.factor < _LARGEST:
        raise NotAUnit(text)
    return unit


def _tokens(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text.translate(_SIGNS)):
        word = token.casefold()
        if word in _OVER:
            yield "/"
        elif token in "*()":
            yield token
        elif (bare := word.strip(".")) in _by_word() or not re.search(r"[.-]", bare):
            yield bare
        elif all(part in _by_word() for part in re.split(r"[.-]", bare)):  # ton.km, ton-km
            yield from re.split(r"[.-]", bare)
        else:
            yield bare


def _quotient(tokens: list[str]) -> tuple[Unit, list[str]]:
    """a / b / c, and the tokens after it."""
    unit, rest = (Unit(), tokens) if tokens[:1] == ["/"] else _product(tokens)
    while rest[:1] == ["/"]:
        below, rest = _product(rest[1:])
        unit = unit.times(below, -1)
    return unit, rest


def _product(tokens: list[str]) -> tuple[Unit, list[str]]:
    """a b * c, and the tokens after it."""
    unit, many = Unit(), 0
    while tokens and tokens[0] not in ("/", ")"):
        if many and tokens[0] == "*":
            tokens = tokens[1:]
        if tokens[:1] == ["("]:
            inner, rest = _quotient(tokens[1:])
            if rest[:1] != [")"]:
                raise NotAUnit
            unit, tokens = unit.times(inner), rest[1:]
        else:
            unit, tokens = unit.times(_word(tokens[0] if tokens else "*")), tokens[1:]
        many += 1
    if not many:
        raise NotAUnit
    return unit, tokens


def _word(word: str) -> Unit:
    known = _by_word().get(word)
    if known is not None:
        return known.value
    if _NUMBER.fullmatch(word):
        return Unit(Fraction(word))
    if not re.search(r"[^\W\d_]", word):
        raise NotAUnit(word)
    return Unit(Fraction(1), frozenset({(word, 1)}))


# -- what a material is counted in -------------------------------------------------------------------------------


def count_of(unit: str) -> Unit:
    """The unit in which a material is counted: one of the table, else a count of its own, whatever is written."""
    try:
        found = read_unit(unit)
    except NotAUnit:
        found = Unit()
    return found if found.alone else Unit(Fraction(1), frozenset({(unit.strip().casefold(), 1)}))


def plain_unit(unit: str) -> str:
    """One spelling for each unit."""
    unit = unit.strip()
    known = _by_word().get(unit.translate(_SIGNS).casefold())
    return known.unit if known and known.value.alone in ("kg", "m3", "trip", *currencies()) else unit


def mass_of(unit: str) -> float | None:
    """kg in one unit, if it is a unit of mass."""
    found = count_of(unit)
    return float(found.factor) if found.alone == "kg" else None


def volume_of(unit: str) -> float | None:
    """m3 in one unit, if it is a unit of volume."""
    found = count_of(unit)
    return float(found.factor) if found.alone == "m3" else None
