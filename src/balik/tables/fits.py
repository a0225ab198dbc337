"""The unit that each column of numbers expects, and whether a unit in its header fits.

What a column expects stands in the schema (`money/qty/km`), and other ways to say the same under its rule `also`.
`qty` is whatever the material is counted in: in a header it may be a unit of mass or volume, or a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from ..errors import one_of
from ..schema import Column, TableSchema
from ..words import Sentence, say
from .table import UNREADABLE, Table
from .units import NotAUnit, Unit, count_of, currencies, known_units, plain_unit, read_unit

_OF_THE_QUANTITY = "of the quantity"
#: Signs of currencies, for examples.
_SIGNS = {"IDR": "Rp"}


@dataclass(frozen=True)
class CaseUnits:
    """What a case counts in: its money, its time, and its materials.

    `material`: their unit, where they share one (else blank); `counts`: the base units in which any of them is
    counted, None where that is not known; `exchange`: other currencies, and what one of each is in the case's own.
    """

    currency: str = "IDR"
    period: str = "month"
    material: str = ""
    counts: frozenset[str] | None = None
    exchange: tuple[tuple[str, Fraction], ...] = ()

    def spelled(self, unit: str) -> str:
        """A unit of the schema in the words of the case: Rp/kg/km."""
        names = {"money": _SIGNS.get(self.currency, self.currency), "period": self.period, "qty": self.material or "kg"}
        return "/".join(names.get(word, word) for word in unit.split("/"))


def case_units(settings: Mapping[str, Any], *materials: Table | None) -> CaseUnits:
    """What a case of these settings and these tables of materials counts in."""
    units = {plain_unit(cell or "kg") for table in materials if table for cell in _units_of(table)}
    counts = frozenset(count_of(unit).alone for unit in units) if units else None
    only = units.copy().pop() if len(units) == 1 else ""
    currency, period = (str(settings.get(key, usual)) for key, usual in (("currency", "IDR"), ("period", "month")))
    return CaseUnits(currency, period, only, counts, _exchange(settings.get("exchange", {})))


def _exchange(rates: Mapping[str, Any]) -> tuple[tuple[str, Fraction], ...]:
    """Rates by the base unit of each currency, exact as they are written."""
    return tuple((read_unit(name).alone, Fraction(repr(rate))) for name, rate in rates.items())


def _read(text: str, case: CaseUnits) -> Unit:
    """The unit that a text names, money in the currency of the case where it has a rate of exchange."""
    unit = read_unit(text)
    for name, rate in case.exchange:
        if power := unit.power(name):
            own = count_of(case.currency).times(Unit(powers=frozenset({(name, 1)})), -1)
            unit = unit.times(own, power).times(Unit(rate), power)
    return unit


def _units_of(table: Table) -> Iterable[str]:
    cells = table.columns.get("unit")
    return [""] if cells is None else (cell for cell in cells if cell != UNREADABLE)


@dataclass(frozen=True)
class Fit:
    """How a unit fits a column: 1 of it is `factor` of what the column expects, each quantity counted in `kind`.

    `kind`: the base unit of the quantity (kg, m3, a count), blank where the column counts none (or the material's
    own); `power`: 1 for amounts, -1 for rates.
    """

    factor: Fraction
    kind: str = ""
    power: int = 0


def fit(column: Column, text: str, case: CaseUnits) -> Fit | None:
    """How the unit fits the column, by one of the ways to say what it expects (the last first); None: it does not."""
    try:
        unit = _read(text, case)
    except NotAUnit:
        return None
    return next((found for way in reversed(ways(column)) if (found := _fit(unit, _expected(way, case), case))), None)


def factor_between(column: Column, text: str, other: str, case: CaseUnits) -> Fraction | None:
    """By what numbers in one unit are multiplied to be in another; None where that hangs on the row.

    A blank text: the column has no unit in its header.
    """
    one, two = (fit(column, unit, case) if unit else _own_fit(column, case) for unit in (text, other))
    if one is None or two is None or (one.kind, one.power) != (two.kind, two.power):
        return None
    return one.factor / two.factor


def _own_fit(column: Column, case: CaseUnits) -> Fit | None:
    """How a column without a unit counts, where that is the same for all rows and materials."""
    powers = [_expected(way, case).power("qty") for way in ways(column)] or [0]
    power = powers[0]
    if len(set(powers)) > 1:  # mass is that of one unit, whatever it is; a process counts as its row says
        return Fit(Fraction(1)) if power else None
    if not power:
        return Fit(Fraction(1))
    own = count_of(case.material)
    return Fit(own.factor**power, own.alone, power) if case.material else None


def ways(column: Column) -> list[str]:
    """The ways to say what a column expects; none, where it has no unit."""
    if not column.is_number or column.unit in ("", _OF_THE_QUANTITY):
        return []
    return [column.unit, *(way for way in column.rules.get("also", "").split("|") if way)]


def _expected(way: str, case: CaseUnits) -> Unit:
    """A unit of the schema, in base units; `qty` is one of its own."""
    unit, sign = Unit(), 1
    for word in way.split("/"):
        unit = unit.times(_expected_word(word, case), sign)
        sign = -1
    return unit


def _expected_word(word: str, case: CaseUnits) -> Unit:
    named = {"money": case.currency, "period": case.period}
    return count_of(named[word]) if word in named else Unit() if word == "1" else read_unit(word)


def _fit(unit: Unit, expected: Unit, case: CaseUnits) -> Fit | None:
    rest = unit.times(Unit(expected.factor, expected.powers - {("qty", 1), ("qty", -1)}), -1)
    power = expected.power("qty")
    if not rest.powers and not power:
        return Fit(rest.factor)
    if len(rest.powers) != 1:
        return None
    kind, found = next(iter(rest.powers))
    counted = kind in ("kg", "m3") or case.counts is None or kind in case.counts
    return Fit(rest.factor, kind, power) if power and found == power and counted else None


# -- units of quantities: limits, goals and expected figures -------------------------------------------------------

#: What a quantity is counted in, where that is not the unit of a material (`qty`) nor money.
QUANTITY_UNITS = {
    "trips": "trip",
    "vehicles": "vehicle",
    "km": "km",
    "tkm": "tkm",
    "co2": "kg CO2e",
    "jobs": "job",
    "open": "site",
    "use": "site",
    "people": "person",
    "covered": "person",
    "run": "run",
}


def quantity_unit(own: str, text: str, case: CaseUnits, materials: Iterable[str]) -> tuple[str, Fraction] | None:
    """The unit in which a quantity is counted that is told in the unit of this text, and by what it is multiplied.

    `own`: money, qty, a unit of QUANTITY_UNITS, or that of a measure of the user's own. `materials`: the units of the
    case's materials. None: it does not fit.
    """
    if own == text:
        return own, Fraction(1)
    if own != "qty":
        try:
            unit, plain = _read(text, case), _expected_word(own, case)
        except NotAUnit:
            return None
        ways = [plain, *([read_unit("kg")] if own == "kg CO2e" else [])]
        rest = next((r for way in ways if not (r := unit.times(way, -1)).powers), None)
        return None if rest is None else (case.currency if own == "money" else own, rest.factor)
    unit, name = count_of(text), plain_unit(text)
    if unit.alone in ("kg", "m3"):
        return (name, Fraction(1)) if name in known_units() else (unit.alone, unit.factor)
    spelled = next((m for m in materials if count_of(m).alone == unit.alone), None)
    return None if spelled is None else (spelled, unit.factor / count_of(spelled).factor)


# -- what to say of a unit that does not fit ---------------------------------------------------------------------


def misfit(schema: TableSchema, name: str, text: str, case: CaseUnits) -> tuple[Sentence, Sentence]:
    """Why a unit does not fit a column, and what would."""
    column = schema.columns[name]
    if column.unit == _OF_THE_QUANTITY:
        found = say("The unit of '{column}' is that of the quantity, which may differ from row to row.", column=name)
        return found, say("Write it in the column 'unit'.")
    if not ways(column):
        return say("'{column}' has no unit, and the header gives it '{unit}'.", column=name, unit=text), say(
            "Write the bare name, '{column}'.", column=name
        )
    example = case.spelled(column.unit)
    try:
        unit = read_unit(text)
    except NotAUnit:
        found = say("'{unit}' cannot be read as a unit.", unit=text)
        return found, say(
            "{column} is {expected}: write {example}.", column=name, expected=_named(column.unit), example=example
        )
    known = {count_of(case.currency).alone, *(name for name, _ in case.exchange)}
    foreign = sorted({base for base, _ in unit.powers} & (currencies() - known))
    if foreign:
        values = {"unit": text, "other": foreign[0], "own": case.currency}
        return say("'{unit}' is in {other}, and the money of this case in {own}.", **values), say(
            "Write its rate, [exchange] {other} = … in case.toml, or the amounts in {own}.", **values
        )
    values = {"column": name, "expected": _named(column.unit), "unit": text, "given": _given(unit)}
    found = say("{column} is {expected}; '{unit}' is {given}.", **values)
    others = [
        c.name for c in schema.columns.values() if c.name != name and ways(c) and c.unit != "1" and fit(c, text, case)
    ]
    if others:
        return found, say("Did you mean {columns}, or {example}?", columns=one_of(others), example=example)
    return found, say("Write {example}.", example=_completed(column, text, case) or example)


def _completed(column: Column, text: str, case: CaseUnits) -> str:
    """The text with what it leaves out, as people write "juta" for "juta Rp"; blank where that does not fit either.

    Who was told to write "Rp" there would be wrong by a million.
    """
    multiple, slash, rest = text.partition("/")
    first, _, more = column.unit.partition("/")
    whole = f"{multiple.strip()} {case.spelled(first)}"
    candidates = [whole + slash + rest, *([f"{whole}/{case.spelled(more)}"] if more and not slash else [])]
    return next((c for c in candidates if multiple.strip() and fit(column, c, case)), "")


def _named(unit: str) -> Sentence:
    """`money/qty/km` in words: money per quantity per km."""
    words = {
        "money": say("money"), "qty": say("quantity"), "km": say("km"), "period": say("time"), "kg": say("mass"),
        "hour": say("hours"), "vehicle": say("vehicles"),
        "m3": say("volume"), "run": say("unit of activity"), "job": say("jobs"), "1": say("a plain number"),
        "degree": say("degrees"), "kg CO2e": say("mass of CO2e"),
    }  # fmt: skip
    return _per(words[word] for word in unit.split("/"))


def _given(unit: Unit) -> Sentence:
    """The dimension of a unit in words."""
    words = {
        "kg": say("mass"), "m3": say("volume"), "km": say("km"), "month": say("time"), "run": say("unit of activity"),
        "trip": say("trip"), "job": say("jobs"), "degree": say("degrees"), "CO2e": say("CO2e"),
    }  # fmt: skip

    def word(base: str) -> Sentence:
        return say("money") if base in currencies() else words.get(base) or Sentence(f"'{base}'")

    order = sorted(unit.powers, key=lambda item: (item[0] not in currencies(), item[0]))
    over = [word(base) for base, power in order for _ in range(power)]
    under = [word(base) for base, power in order for _ in range(-power)]
    top = reduce(lambda one, more: say("{one} × {more}", one=one, more=more), over) if over else say("a plain number")
    return _per([top, *under])


def _per(words: Iterable[Sentence]) -> Sentence:
    return reduce(lambda one, more: say("{one} per {more}", one=one, more=more), words)
