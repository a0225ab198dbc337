"""Cells of the lists as labels, numbers with their units, and dates; every cell that cannot be read is a problem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..errors import Problems
from ..tables.formats.texts import read_texts
from ..tables.numbers import NotANumber, read_fraction, write_number
from ..words import Figure, Sentence, say
from ..workbook.grid import CellError, Date, NoValue
from .dates import Day, is_enough, read_date
from .fields import FIELDS, Field
from .lists import Listing
from .loose import Value
from .mapping import ORDERS, Entry, Said
from .questions import Question
from .units import Scale, read_scale, said_scale

_NOTHING = ("", "-", "–", "—")
_WITH_UNIT = re.compile(r"(.*[\d-])\s*([A-Za-z/][A-Za-z/. ³]*)")
_MINUS = re.compile(r"\((.*\d.*)\)")  # (1.250): a negative amount, as accountants write it


@dataclass(frozen=True)
class Record:
    """One row of a list."""

    listing: Listing
    row: int
    cells: dict[int, Value]

    def cell(self, column: str) -> Value:
        """What stands in a column; '' for nothing."""
        return self.cells.get(self.listing.columns[column].at, "")

    def where(self, column: str) -> dict[str, Any]:
        """Where that is."""
        return self.listing.where(self.row, column)

    @property
    def spot(self) -> str:
        """`pengiriman.csv row 14`, for sentences."""
        return f"{self.listing.title}:{self.row}"


#: What a text of a column means, by (list, text): a number, a Sentence where it can be two, None where it is none.
Texts = dict[tuple[str, str], Fraction | Sentence | None]


@dataclass(frozen=True)
class Number:
    """A number as it stands, with the unit that stands beside it."""

    value: Fraction
    unit: Scale | None


@dataclass
class Values:
    """Reads the columns of lists as `said` tells."""

    said: Said
    lists: dict[str, list[Listing]]
    currency: str
    problems: Problems
    questions: list[Question]
    remarks: list[Sentence]
    respelled: dict[str, str] = field(default_factory=dict)  # labels that differ from a kept one in capitals only
    _spelled: dict[tuple[str, str], str] = field(default_factory=dict)

    def entry(self, role: str, name: str) -> Entry | None:
        """The column of a field."""
        return self.said.entry(role, name)

    # -- labels --------------------------------------------------------------------------------------------------

    def labels(self, records: Sequence[Record], role: str, name: str, *, needed: bool = True) -> list[str]:
        """Labels of a field, each in one spelling; '' where there is none."""
        entry = self.entry(role, name)
        if entry is None:
            return [""] * len(records)
        found = []
        for record in records:
            cell = record.cell(entry.column)
            if isinstance(cell, (CellError, NoValue)):
                self._not_read(record, entry.column, cell)
                cell = "?"
            text = " ".join(str(cell.text if isinstance(cell, Date) else cell).split())
            if needed and text in _NOTHING:
                self.blank(record, entry.column)
            found.append(text)
        return found

    def blank(self, record: Record, column: str) -> None:
        """Note a cell that must be filled."""
        found = say("'{column}' is blank.", column=column)
        self.problems.add("E404", found, say("Fill it, or take the row out."), **record.where(column))

    def spelled(self, kind: str, label: str) -> str:
        """One spelling for labels that differ in capitals only: the first one that was met."""
        kept = self._spelled.setdefault((kind, label.casefold()), label)
        if kept != label:
            self.respelled[label] = kept
        return kept

    def _not_read(self, record: Record, column: str, cell: Value) -> None:
        text = cell.text if isinstance(cell, CellError) else "="
        found = say("The cell shows '{text}' and holds no value.", text=text)
        self.problems.add("E404", found, say("Mend the formula, or write the value."), **record.where(column))

    # -- numbers -------------------------------------------------------------------------------------------------

    def numbers(
        self, records: Sequence[Record], role: str, name: str, *, needed: bool = False, least: int | None = 0
    ) -> list[Number | None]:
        """Numbers of a field; None where there is none or it cannot be read."""
        entry = self.entry(role, name)
        if entry is None:
            return [None] * len(records)
        known = FIELDS[role][name]
        texts = self._texts(records, entry, known)
        found: list[Number | None] = []
        for record in records:
            cell = record.cell(entry.column)
            value, own = self._number(record, entry, known, texts)
            if value is None and cell in _NOTHING and needed:
                self.blank(record, entry.column)
            elif value is not None and least is not None and value < least:
                found_ = say("{value} is below {least}.", value=_short(value), least=least)
                advice = say("Correct it. What went back is a row of its own, from there to here.")
                self.problems.add("E406", found_, advice if name == "amount" else say("Correct it."),
                                  **record.where(entry.column))  # fmt: skip
                value = None
            found.append(Number(value, own) if value is not None else None)
        return found

    def unit(self, role: str, name: str) -> Scale | None:
        """The unit of a column: the one that the map says, else the one of its header."""
        entry = self.entry(role, name)
        if entry is None:
            return None
        known = FIELDS[role][name]
        if entry.unit:
            return said_scale(entry.unit)
        own = self.lists[role][0].columns[entry.column].unit
        return own if own is not None and own.fits(known.units) else None

    def _texts(self, records: Sequence[Record], entry: Entry, known: Field) -> Texts:
        """What every text of the column means, by the list in which it stands."""
        texts: dict[str, list[str]] = {}
        signs = {record.listing.title: entry.decimal or record.listing.sheet.decimal for record in records}
        for record in records:
            cell = record.cell(entry.column)
            if isinstance(cell, str) and cell not in _NOTHING:
                texts.setdefault(record.listing.title, []).append(_bare(cell, known)[0])
        found: Texts = {}
        for title, several in texts.items():
            shown = entry.decimal or ("," if any(text.endswith(",-") for text in several) else "")
            hint = f"0{shown}5" if shown else "0"  # what the map says decides too, and `Rp 5.000,-`
            for text, value in read_texts([*several, hint], self.currency).items():
                if isinstance(value, Sentence) and (sign := signs[title]):
                    value = _by_sign(text, value, sign, bool(entry.decimal))
                found[title, text] = value if isinstance(value, Sentence) else _fraction(value)
        return found

    def _number(self, record: Record, entry: Entry, known: Field, texts: Texts) -> tuple[Fraction | None, Scale | None]:
        cell = record.cell(entry.column)
        if isinstance(cell, (CellError, NoValue)):
            self._not_read(record, entry.column, cell)
            return None, None
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return Fraction(repr(cell)), None
        if isinstance(cell, str) and cell in _NOTHING:
            return None, None
        bare, unit = _bare(cell, known) if isinstance(cell, str) else ("", None)
        value = texts.get((record.listing.title, bare))
        if isinstance(value, Fraction):
            return value, unit
        if isinstance(value, Sentence):
            advice = self._both_readings(value, entry, known)
            path = (known.role, known.name, "decimal")
            if all(question.path != path for question in self.questions):
                where = record.where(entry.column)
                self.questions.append(Question("E405", path, value, (",", "."), advice, where))
            else:
                self.problems.add("E405", value, advice, **record.where(entry.column))
            return None, None
        found = say("'{text}' is not a number.", text=cell.text if isinstance(cell, Date) else str(cell))
        self.problems.add("E405", found, say("Write a bare number."), **record.where(entry.column))
        return None, None

    def _both_readings(self, doubtful: Sentence, entry: Entry, known: Field) -> Sentence:
        """What to write for each of the two numbers that a text can be: in the list, or in the map."""
        whole, part = (write_number(read_fraction(str(doubtful.values[name]))) for name in ("whole", "part"))
        by_comma, by_point = (part, whole) if "," in str(doubtful.values["text"]) else (whole, part)
        return say('Write {whole} or {part} in the list. Or write in {map}: [{role}] {field} = {{ column = "{column}", '
                   'decimal = "." }}, which reads it as {by_point}, or decimal = ",", which reads it as {by_comma}.',
                   whole=whole, part=part, map=self.said.file, role=known.role, field=known.name, column=entry.column,
                   by_point=by_point, by_comma=by_comma)  # fmt: skip

    # -- dates ---------------------------------------------------------------------------------------------------

    def dates(self, records: Sequence[Record], role: str, period: str) -> list[Day | None]:
        """Dates of a list; day and month are told apart by the whole column, or by the map."""
        entry = self.entry(role, "date")
        if entry is None:
            return [None] * len(records)
        cells = [record.cell(entry.column) for record in records]
        order = ORDERS.get(entry.order)
        if order is None:
            order = self._order(records, [read_date(cell) for cell in cells], entry, role)
        meant = [read_date(cell, order) for cell in cells]
        found: list[Day | None] = []
        for record, days in zip(records, meant, strict=True):
            cell = record.cell(entry.column)
            day = days[0] if days else None
            if cell == "" or (isinstance(cell, str) and cell in _NOTHING):
                self.blank(record, entry.column)
            elif day is None:
                text = getattr(cell, "text", cell)
                self.problems.add("E407", say("'{text}' is not a date.", text=text),
                                  say("Write it as 2025-01-31."), **record.where(entry.column))  # fmt: skip
            elif not is_enough(day, period):
                found_ = say(
                    "'{text}' does not say in which {period} it lies.", text=getattr(cell, "text", cell), period=period
                )
                advice = say("Write the whole date, or a longer period in {map}.", map=self.said.file)
                self.problems.add("E407", found_, advice, **record.where(entry.column))
                day = None
            found.append(day)
        return found

    def _order(self, records: Sequence[Record], meant: list[list[Day]], entry: Entry, role: str) -> int | None:
        """0 where the day stands first, 1 where the month does: dates that can only be read in one way decide.

        What they decide is said, and kept in the map: next year's dates may not decide.
        """
        both = [i for i, days in enumerate(meant) if len(days) == 2]
        if not both:
            return None
        shown = {i: str(records[i].cell(entry.column)) for i, days in enumerate(meant) if len(days) == 1}
        numeric = {i: [int(n) for n in re.findall(r"\d+", text)[:2]] for i, text in shown.items()
                   if re.fullmatch(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}.*", text)}  # fmt: skip
        sure: dict[int, str] = {}
        for i, pair in numeric.items():
            if len(pair) == 2 and pair[0] != pair[1]:
                sure.setdefault(0 if pair[0] > 12 else 1, shown[i])
        record = records[both[0]]
        if len(sure) == 1:
            [(order, text)] = sure.items()
            entry.order = next(words for words, at in ORDERS.items() if at == order)
            self.remarks.append(say("{list}: dates in '{column}' such as '{text}' are read as {order}, since '{sure}' can "
                                    "only be read so.", list=record.listing.title, column=entry.column,
                                    text=record.cell(entry.column), order=entry.order, sure=text))  # fmt: skip
            return order
        found = say("'{text}' can be day/month or month/day; {why}.", text=record.cell(entry.column),
                    why=say("other dates of the column are written in both ways") if sure
                    else say("no date of the column decides"))  # fmt: skip
        advice = say('Write in {map}: [{role}] date = {{ column = "{column}", order = "day/month/year" }}.',
                     map=self.said.file, role=role, column=entry.column)  # fmt: skip
        where = record.where(entry.column)
        self.questions.append(Question("E407", (role, "date", "order"), found, tuple(ORDERS), advice, where))
        return None


def _fraction(text: str) -> Fraction | None:
    try:
        return read_fraction(text)
    except NotANumber:
        return None


def _bare(cell: str, known: Field) -> tuple[str, Scale | None]:
    """The number of a text without the unit beside it; accountants' brackets as a minus."""
    if minus := _MINUS.fullmatch(cell):
        cell = f"-{minus[1]}"
    match = _WITH_UNIT.fullmatch(cell)
    unit = read_scale(match[2]) if match else None
    if match and unit is not None and unit.fits(known.units):
        return match[1].strip(), unit
    return cell, None


def _by_sign(text: str, doubtful: Sentence, sign: str, sure: bool) -> str | Sentence:
    """`1.234` where the decimal sign is known; by the dialect of a file, only what that sign makes of it."""
    other = "," if sign == "." else "."
    if sign in text:
        return str(doubtful.values["part"])
    return str(doubtful.values["whole"]) if sure and other in text else doubtful


def _short(value: Fraction) -> Figure:
    return Figure(f"{float(value):,.10g}")
