"""A sheet with its header found: named columns, and the rows below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..tables.table import cell_name
from .dates import read_date
from .fields import FIELDS, likeness, plain
from .loose import Sheet, Value
from .units import Scale, in_header, is_round_trip, without_round_trip

_MOST_TITLES = 40
_SAMPLE = 400  # cells of a column by which it is judged
_ALL_WORDS = tuple(dict.fromkeys(word for fields in FIELDS.values() for f in fields.values() for word in f.words))
_KNOWN_WORDS = {part for word in _ALL_WORDS for part in word.split()}
_BRACKET = re.compile(r"[\[(]([^\[\]()]+)[\])]")


@dataclass(frozen=True)
class Column:
    """One column of a list: its header, the words and the unit in it, and what its cells look like."""

    name: str
    at: int
    words: str
    unit: Scale | None
    numbers: float  # shares of the filled cells that look like one
    dates: float
    labels: frozenset[str]

    @property
    def strange(self) -> str:
        """What stands in brackets and is neither a unit nor a word that heads columns: a unit that is not known."""
        if self.words in FIELDS["shipments"]["km"].words and is_round_trip(self.name):
            return ""
        match = _BRACKET.search(self.name)
        inside = plain(match[1]) if match and self.unit is None else ""
        return "" if not match or not set(inside.split()) - _KNOWN_WORDS or inside.isdigit() else match[1].strip()


@dataclass(frozen=True)
class Listing:
    """A sheet with named columns."""

    sheet: Sheet
    header: int  # number of its row
    columns: dict[str, Column]
    rows: list[tuple[int, dict[int, Value]]]
    above: int  # rows above the header

    @property
    def title(self) -> str:
        """The file, and the sheet of a workbook."""
        return self.sheet.title

    def where(self, row: int, column: str) -> dict[str, Any]:
        """Where a cell stands, as fields of a Problem."""
        return self.sheet.where(row, self.columns[column].at, column)

    def cells(self, column: str) -> Iterator[tuple[int, Value]]:
        """Row number and cell of a column; '' for a blank."""
        at = self.columns[column].at
        return ((row, cells.get(at, "")) for row, cells in self.rows)

    @cached_property
    def names(self) -> str:
        """The columns, for messages."""
        return ", ".join(self.columns)


def find_header(sheet: Sheet, wanted: frozenset[str] = frozenset()) -> Listing:
    """The list of a sheet: its header is the row with most words that head columns, or the wanted ones."""
    rows = sheet.rows[:_MOST_TITLES]
    scores = [(_heads(cells, wanted), -at) for at, (_, cells) in enumerate(rows)]
    (hits, _), at = max((score, i) for i, score in enumerate(scores))
    if hits < 2:  # no known word: the first row that is as wide as the list
        widths = sorted(len(cells) for _, cells in rows)
        at = next(i for i, (_, cells) in enumerate(rows) if len(cells) >= widths[len(widths) // 2])
    return _listing(sheet, at)


def _heads(cells: dict[int, Value], wanted: frozenset[str]) -> float:
    texts = [value for value in cells.values() if isinstance(value, str)]
    if wanted:
        return sum(2.0 for text in texts if _name(text) in wanted)
    alike = [likeness(plain(in_header(text)[0]), _ALL_WORDS) for text in texts]
    return sum(1.0 if score == 1 else 0.5 for score in alike if score)  # a label may hold such a word as well


def _name(value: Value) -> str:
    return " ".join(str(value).split())


def _listing(sheet: Sheet, at: int) -> Listing:
    number, header = sheet.rows[at]
    rows = sheet.rows[at + 1 :]
    filled = {column for _, cells in rows for column in cells}
    columns: dict[str, Column] = {}
    for column in sorted(filled | set(header)):
        name = _name(header[column]) if column in header else f"({cell_name(1, column)[:-1]})"
        count = sum(known == name or known.startswith(f"{name} #") for known in columns)
        name = f"{name} #{count + 1}" if count else name
        columns[name] = _column(name, column, [c[column] for _, c in rows[:_SAMPLE] if column in c])
    return Listing(sheet, number, columns, rows, at)


def _column(name: str, at: int, cells: list[Value]) -> Column:
    words, unit = _words_and_unit(name)
    count = max(len(cells), 1)
    numbers = sum(_is_number(cell) for cell in cells) / count
    dates = sum(bool(read_date(cell)) for cell in cells) / count
    labels = frozenset(" ".join(str(cell).casefold().split()) for cell in cells)
    return Column(name, at, plain(words), unit, numbers, dates, labels)


def _words_and_unit(name: str) -> tuple[str, Scale | None]:
    """The words and the unit of a header; `round trip` above km is neither of them: such km are halved elsewhere."""
    words, unit = in_header(without_round_trip(name))
    is_km = unit.dimension == "km" if unit is not None else plain(words) in FIELDS["shipments"]["km"].words
    return (words, unit) if is_km else in_header(name)


def _is_number(cell: Value) -> bool:
    if isinstance(cell, (int, float)):
        return not isinstance(cell, bool)
    text = str(cell)
    return any(sign.isdigit() for sign in text) and sum(sign.isalpha() for sign in text) <= 6 and text[:1] not in "#"
