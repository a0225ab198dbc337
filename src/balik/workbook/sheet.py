"""One sheet: its filled cells, as they are told to the parent (see `wire`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from ..words import Sentence, say
from .gate import Parts, damaged, make_smaller
from .grid import Area, WorkbookRefused
from .limits import CELLS
from .parts import Attributes, Contents, Sheet
from .values import COLUMNS, LETTERS, ROWS, date, iso, number, unescaped
from .wire import DATE, ERROR, MISSING, PLAIN, SHARED, Rows
from .xml import read

Told = tuple[str, Any]  # the kind of a value, and the value
_NO_VALUE: Told = (MISSING, 0)
_COLOURED = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]+")?(?: t="[a-z]+")? ?/>')
_TOGETHER = 20_000  # cells that are told in one line


class Count:
    """What is counted over all sheets."""

    def __init__(self) -> None:
        self.cells = 0
        self.zeros = 0  # formulas that hold 0, as they do before they are calculated
        self.first_zero = ""


class SheetReader:
    """Reads one sheet; rows are handed on as they come."""

    def __init__(self, sheet: Sheet, book: Contents, count: Count, hand_on: Callable[[Rows], object]):
        self.merges: list[Area] = []
        self._sheet, self._book, self._count, self._hand_on = sheet, book, count, hand_on
        self._text = book.text
        self._rows = Rows()
        self._row, self._row_text = 0, ""
        self._width = self._last = 0  # filled cells of the row, and the column of the last one
        self._ref = ""
        self._attributes: Attributes = {}
        self._formula = self._dropped = False

    def read(self, parts: Parts) -> None:
        """Read it all."""
        text = self._text
        starts = {"row": self._row_starts, "c": self._cell_starts, "f": self._formula_starts, "mergeCell": self._merge}
        ends = {"c": self._cell_ends, "row": self._row_ends}
        chunks = self._without_coloured(parts.chunks(self._sheet.part))
        read(self._sheet.part, chunks, {**text.starts, **starts}, {**text.ends, **ends}, text.add)
        self._hand_on(self._rows)

    def _without_coloured(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes of the sheet without most of the cells that have only a colour: some sheets have millions."""
        last, plain = b"", True
        for chunk in chunks:
            plain = plain and b"<!" not in last + chunk  # what looks like a cell may be a text, from here on
            last = chunk[-1:]
            if plain:
                chunk, dropped = _COLOURED.subn(b"", chunk)
                self._dropped = self._dropped or dropped > 0
            yield chunk

    # -- places --------------------------------------------------------------------------------------------------

    def _row_starts(self, attributes: Attributes) -> None:
        text = attributes.get("r") or str(self._row + 1)
        row = int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
        if not self._row < row <= ROWS:
            raise self._damaged(say("row '{row}' follows row {last}.", row=text[:20], last=self._row))
        self._row, self._row_text, self._ref = row, text, ""
        self._width = self._last = 0

    def _row_ends(self) -> None:
        if self._width:
            self._rows.rows.append(self._row)
            self._rows.widths.append(self._width)
            self._more(self._width)
            if len(self._rows.values) > _TOGETHER:
                self._hand_on(self._rows)
                self._rows = Rows()
            self._width = 0

    def _cell_starts(self, attributes: Attributes) -> None:
        self._attributes = attributes
        self._ref = attributes.get("r") or self._next()
        self._formula = False

    def _next(self) -> str:
        """The cell beside the last one, for one that does not say where it is."""
        if self._dropped:
            raise self._damaged(say("in row {row} a cell does not say where it is.", row=self._row))
        column = self._column(self._ref) if self._ref else 0
        if column >= len(LETTERS):
            raise self._damaged(say("a row has more than {most:,} cells.", most=len(LETTERS)))
        return LETTERS[column] + self._row_text

    def _column(self, ref: str) -> int:
        """The column of a cell in this row."""
        column = COLUMNS.get(ref.removesuffix(self._row_text))
        if column is None or not self._row_text or not ref.endswith(self._row_text):
            raise self._damaged(say("cell '{cell}' stands in row {row}.", cell=ref[:20], row=self._row))
        return column

    def _merge(self, attributes: Attributes) -> None:
        ref = attributes.get("ref", "")
        first, _, last = ref.partition(":")
        (top, left), (bottom, right) = _place(first), _place(last or first)
        if not 0 < top <= bottom or not 0 < left <= right:
            raise self._damaged(say("'{area}' is no area to merge.", area=ref[:40]))
        if last:
            self.merges.append((top, left, bottom, right))
            self._more(1)

    # -- values --------------------------------------------------------------------------------------------------

    def _formula_starts(self, _: Attributes) -> None:
        self._formula = True

    def _cell_ends(self) -> None:
        stored = self._text.stored
        if not stored and not self._formula:
            return  # most cells of some sheets are only coloured
        told = self._value(self._text.take(), stored)
        if told is None:
            return
        column = self._column(self._ref)
        if column <= self._last:
            raise self._damaged(say("cell '{cell}' stands twice, or too late.", cell=self._ref))
        rows = self._rows
        rows.columns.append(column)
        rows.kinds.append(told[0])
        rows.values.append(told[1])
        self._last = column
        self._width += 1

    def _value(self, text: str, stored: bool) -> Told | None:
        """What a cell holds, as it is told; `None` for nothing."""
        kind = self._attributes.get("t", "n")
        if not text:
            is_text = stored and kind in ("str", "inlineStr")  # the empty text is a value of a formula too
            return _NO_VALUE if self._formula and not is_text else None
        if kind == "n":
            return self._number(text)
        if kind == "s":
            texts = self._book.texts
            index = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else len(texts)
            if index >= len(texts):
                raise self._no_value(text)
            return (SHARED, index) if texts[index] else None
        if kind == "str" or kind == "inlineStr":
            return PLAIN, unescaped(text)
        if kind == "b" and text in ("0", "1", "true", "false"):
            return PLAIN, text in ("1", "true")
        if kind == "e":
            return ERROR, text
        if kind == "d":
            return self._iso(text)
        raise self._no_value(text)

    def _number(self, text: str) -> Told:
        value = number(text)
        if value is None:
            return ERROR, "#NUM!"
        if self._formula and not value:
            self._count.zeros += 1
            self._count.first_zero = self._count.first_zero or f"{self._sheet.name}!{self._ref}"
        show = self._book.shows.get(self._attributes.get("s", "0"))
        if show is None:
            return PLAIN, value
        shown = date(value, show, self._book.since_1904)
        return (DATE, shown) if shown else (ERROR, "#####")

    def _iso(self, text: str) -> Told:
        try:
            return DATE, iso(datetime.fromisoformat(text).replace(tzinfo=None))
        except ValueError:
            raise self._no_value(text) from None

    def _more(self, cells: int) -> None:
        self._count.cells += cells
        if self._count.cells > CELLS:
            found = say(
                "Up to sheet '{sheet}' the workbook has more than {most:,} filled cells.",
                sheet=self._sheet.name,
                most=CELLS,
            )
            raise WorkbookRefused(found, make_smaller())

    # -- refusals ------------------------------------------------------------------------------------------------

    def _no_value(self, text: str) -> WorkbookRefused:
        return self._damaged(say("cell '{cell}' holds '{text}'.", cell=self._ref[:20], text=text[:40]))

    def _damaged(self, reason: Sentence) -> WorkbookRefused:
        return damaged(say("sheet '{sheet}': {reason}", sheet=self._sheet.name, reason=reason))


def _place(ref: str) -> tuple[int, int]:
    """Row and column of `B12`; zeros where there is no such cell."""
    letters = ref.rstrip("0123456789")
    digits = ref[len(letters) :]
    row = int(digits) if 0 < len(digits) < 8 else 0
    return row if row <= ROWS else 0, COLUMNS.get(letters, 0)
