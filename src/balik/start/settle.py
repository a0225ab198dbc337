"""What holds for all lists: currency, period, the unit of amounts, and how a number becomes one of the case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ..errors import Problems, one_of
from ..tables import ACCOUNTS
from ..tables.formats.texts import MONEY
from ..tables.units import count_of, known_units, mass_of
from ..words import Sentence, say
from .accounts import account_of
from .fields import FIELDS
from .lists import Listing
from .mapping import Said
from .questions import Question
from .units import Scale, quantity_unit
from .values import Number, Record, Values

_SIGN = {sign: currency for currency, signs in MONEY.items() for sign in signs}
_MONEY_FIELDS = {
    role: [n for n, f in fields.items() if any("money" in u for u in f.units)] for role, fields in FIELDS.items()
}


@dataclass
class Settled:
    """The lists with what holds for all of them."""

    said: Said
    lists: dict[str, list[Listing]]
    problems: Problems
    remarks: list[Sentence]
    questions: list[Question]
    currency: str = "IDR"
    period: str = "month"
    unit: str = "kg"  # of every amount
    one_material: str = "goods"
    values: Values = field(init=False)
    _told: set[str] = field(default_factory=set)
    _ratios: dict[tuple[str, str, str], Fraction | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.currency = self._find_currency()
        self.period = str(self.said.settings.get("period") or "month")
        self.values = Values(self.said, self.lists, self.currency, self.problems, self.questions, self.remarks)
        if self.lists.get("shipments") and not self.said.entry("shipments", "date"):
            self.period = "all"
            self.remarks.append(say("The shipments have no date: the whole list is taken as one month."))

    @property
    def time(self) -> str:
        """The unit of time of the case."""
        return "month" if self.period == "all" else self.period

    def remark_once(self, sentence: Sentence) -> None:
        """Say a thing, once."""
        if sentence not in self._told:
            self._told.add(sentence)
            self.remarks.append(sentence)

    # -- currency ------------------------------------------------------------------------------------------------

    def _find_currency(self) -> str:
        if self.said.settings.get("currency"):
            return str(self.said.settings["currency"]).upper()
        found: Counter[str] = Counter()
        for role, several in self.lists.items():
            columns = [e.column for name in _MONEY_FIELDS[role] if (e := self.said.entry(role, name))]
            for listing in several:
                for column in columns:
                    unit = listing.columns[column].unit
                    found.update([unit.currency] if unit is not None and unit.currency else [])
                    found.update(c for _, cell in listing.cells(column) if (c := _currency_of(cell)))
        if len(found) > 1:
            names = ", ".join(found)
            advice = say("Bring all money to one currency.")
            self.problems.add("E414", say("The lists speak of several currencies: {names}.", names=names), advice)
        if not found:
            self.remarks.append(say("No list names a currency: all money is taken as IDR."))
        return found.most_common(1)[0][0] if found else "IDR"

    # -- the unit of amounts -------------------------------------------------------------------------------------

    def find_unit(self, records: Sequence[Record]) -> None:
        """The unit in which all amounts are counted: the one in which most rows are."""
        entry = self.said.entry("shipments", "amount")
        if entry is None:
            return
        numbers = Values(self.said, self.lists, self.currency, Problems(), [], []).numbers(
            records, "shipments", "amount"
        )
        units = Counter(u for record, n in zip(records, numbers, strict=True) if n and (u := self.unit_of(n, record)))
        if not units and self.values.unit("shipments", "amount") is None and any(numbers):
            self._ask_unit(entry.column)
        if not units:
            return
        masses = Counter({unit: count for unit, count in units.items() if mass_of(unit) or unit in self.mass})
        self.unit = (masses or units).most_common(1)[0][0]
        if masses and self.unit not in known_units():
            self.unit = "kg"
        if not self.said.entry("shipments", "unit"):
            entry.unit = entry.unit or self.unit
        self.remarks.append(say("Amounts are counted in {unit}.", unit=self.unit))

    def _ask_unit(self, column: str) -> None:
        found = say("Nothing says in which unit the column '{column}' is.", column=column)
        advice = say('Write in {map}: [shipments] amount = {{ column = "{column}", unit = "kg" }}, or t, dus …',
                     map=self.said.file, column=column)  # fmt: skip
        listing = self.lists["shipments"][0]
        where = listing.sheet.where(listing.header, listing.columns[column].at, column)
        path = ("shipments", "amount", "unit")
        self.questions.append(Question("E415", path, found, ("kg", "t", "dus"), advice, where, free=True))

    def unit_of(self, number: Number, record: Record) -> str:
        """The unit of one amount; '' where nothing says it."""
        if number.unit is not None:
            return quantity_unit(number.unit.text)
        entry = self.said.entry("shipments", "unit")
        cell = str(record.cell(entry.column)).strip() if entry else ""
        own = self.values.unit("shipments", "amount")
        return quantity_unit(cell or (own.text if own is not None else ""))

    @property
    def mass(self) -> dict[str, float]:
        """kg of the counts of which the map says it."""
        return dict(self.said.settings.get("mass", {}))

    def amount_in_case(self, number: Number, record: Record) -> Fraction:
        """An amount in the unit of the case."""
        unit = self.unit_of(number, record)
        entry = self.said.entry("shipments", "unit") or self.said.entry("shipments", "amount")
        column = entry.column if entry else ""
        if not unit:
            if not any(q.code == "E415" for q in self.questions):
                self.values.blank(record, column)
            return number.value
        key = (unit, "shipments", "amount")
        if key not in self._ratios:
            self._ratios[key] = Scale(unit, count_of(unit)).ratio(self.unit, self.mass)
        ratio = self._ratios[key]
        if ratio is None:
            found = say("The amount is in {unit}, others are in {other}.", unit=unit, other=self.unit)
            advice = say("Say what one weighs in kg, in {map}: [mass] {unit} = 12.", map=self.said.file, unit=unit)
            self.problems.add("E414", found, advice, **record.where(column))
        return number.value * (ratio or 1)

    # -- other numbers -------------------------------------------------------------------------------------------

    def in_case(self, number: Number, role: str, name: str) -> Fraction:
        """A number in the units of the case; a column without a unit is in them already, and that is said."""
        if not FIELDS[role][name].units:
            return number.value
        key = (number.unit.text if number.unit else "", role, name)
        if key not in self._ratios:
            self._ratios[key] = self._ratio(number.unit, role, name)
        ratio = self._ratios[key]
        return number.value * (ratio or 1)

    def _ratio(self, own: Scale | None, role: str, name: str) -> Fraction | None:
        """By what the numbers of a column are multiplied; a unit that does not fit is a problem."""
        known = FIELDS[role][name]
        scale = own or self.values.unit(role, name) or self._usual(role, name)
        dimension = scale.fits(known.units) if scale is not None else ""
        ratio = scale.ratio(self._in_words(dimension), self.mass) if scale is not None and dimension else None
        if ratio is None:
            listing, entry = self.lists[role][0], self.said.roles[role].fields[name]
            self._wrong_unit(role, name, scale.text if scale else entry.unit or listing.columns[entry.column].strange)
        return ratio

    def _in_words(self, dimension: str) -> str:
        """A dimension as a unit of the case: `money/km` is `IDR/km`."""
        words = {"money": self.currency, "qty": self.unit, "time": self.time}
        return "/".join(words.get(part, part) for part in dimension.split("/"))

    def _usual(self, role: str, name: str) -> Scale | None:
        """The unit of a column that names none; None where it names one that is not known."""
        known, entry = FIELDS[role][name], self.said.roles[role].fields[name]
        listing = self.lists[role][0]
        strange = listing.columns[entry.column].strange
        if entry.unit or (strange and quantity_unit(strange) != self.unit):
            return None
        entry.unit = self._in_words(next((u for u in known.units if u.endswith("/time")), known.units[0]))
        if name not in ("km", "trips", "cost", "opening_cost", "closing_cost", "amount"):
            self.remarks.append(say("{list}: '{column}' is taken in {unit}.", list=listing.title, column=entry.column,
                                    unit=entry.unit))  # fmt: skip
        return self.values.unit(role, name)

    def _wrong_unit(self, role: str, name: str, text: str) -> None:
        entry = self.said.roles[role].fields[name]
        listing = self.lists[role][0]
        found = say("'{column}' in '{text}' cannot be turned into {unit}.", column=entry.column, text=text,
                    unit=one_of(self._in_words(d) for d in FIELDS[role][name].units))  # fmt: skip
        advice = say('Write in {map}: [{role}] {field} = {{ column = "{column}", unit = "…" }}.', map=self.said.file,
                     role=role, field=name, column=entry.column)  # fmt: skip
        where = listing.sheet.where(listing.header, listing.columns[entry.column].at, entry.column)
        self.problems.add("E414", found, advice, **where)

    # -- accounts ------------------------------------------------------------------------------------------------

    def account(self, label: str, record: Record) -> str:
        """The account of the ledger that an invoice's words mean; '' where it is left out or not known."""
        known = self.said.roles["invoices"].accounts
        key = label.casefold()
        entry = self.said.entry("invoices", "account")
        where = record.where(entry.column) if entry else {}
        if key not in known and (found := account_of(label)):
            known[key] = found
            self.remarks.append(say("Invoices of '{label}' are held against the account {account}.", label=label,
                                    account=found))  # fmt: skip
        if key in known:
            if known[key] and known[key] not in (*ACCOUNTS, "cost"):
                self.problems.add("E418", say("'{word}' is not an account.", word=known[key]),
                                  say("Known: {names}.", names=", ".join([*ACCOUNTS, "cost"])), **where)  # fmt: skip
            if not known[key]:
                self.remark_once(
                    say("Invoices of '{label}' are left out, as {map} says.", label=label, map=self.said.file)
                )
            return known[key]
        if label:
            told = say("No account of the ledger is surely meant by '{label}'.", label=label)
            advice = say('Write in {map}: [invoices.accounts] "{label}" = "transport", or running, trip …; "" leaves it '
                         'out.', map=self.said.file, label=label)  # fmt: skip
            if not any(q.path == ("invoices", "accounts", key) for q in self.questions):
                self.questions.append(
                    Question("E418", ("invoices", "accounts", key), told, tuple(ACCOUNTS), advice, where)
                )
        return ""


def _currency_of(cell: object) -> str:
    """The currency that a cell names, as in `Rp 5.000`."""
    if not isinstance(cell, str):
        return ""
    match = re.match(r"\s*-?\s*(us\$|rp\.?|idr|usd|eur|gbp|[$€£])", cell.lower())
    return _SIGN.get(match[1], "") if match else ""
