"""What a cell of a workbook holds for the text of a table, so that it reads back as the same text."""

from __future__ import annotations

import re

from ...errors import CallError
from ...words import Sentence, say
from ..numbers import NotANumber, read_number
from .frames import as_text
from .texts import read_texts

#: Rows of a sheet, and signs of a cell.
ROWS, LONGEST = 1_048_576, 32_767
#: Labels of more digits stay text: a spreadsheet shows them as 3.2E+11.
_MOST_DIGITS = 9
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?(e[+-]\d+)?", re.ASCII)
#: What XML cannot hold, or holds only in a disguise.
UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Exact(float):
    """A number that is written with every digit that it needs; XlsxWriter alone would stop at 16."""

    def __format__(self, spec: str) -> str:
        return as_text(float(self))


class AsText(str):
    """A cell that stays text, whatever it looks like."""


def stored_number(cell: str, currency: str) -> str | Exact:
    """What stands in a column of numbers: a number where that reads back as the same text, else the text.

    Text that would be doubtful (`1.500`) becomes the number: its value is the same, only the zeros go.
    """
    if isinstance(cell, AsText):
        return cell
    if _NUMBER.fullmatch(cell) and as_text(float(cell)) == cell:
        return Exact(cell)
    if read_texts([cell], currency)[cell] == cell:
        return cell
    try:
        return Exact(read_number(cell))
    except NotANumber:
        return cell


def stored_label(cell: str) -> str | Exact:
    """What stands in a column of labels or text: small whole numbers (periods, stops) as numbers, all else as text."""
    whole = len(cell) <= _MOST_DIGITS and _NUMBER.fullmatch(cell) and as_text(float(cell)) == cell
    return Exact(cell) if whole and "." not in cell and "e" not in cell else cell


def check_fits(cell: str, where: Sentence) -> None:
    """Refuse a text that no cell can hold."""
    if len(cell) > LONGEST:
        found = say("{where}: a cell of a workbook holds at most {most:,} signs, and this text has {count:,}.",
                    where=where, most=LONGEST, count=len(cell))  # fmt: skip
        raise CallError(found)
    if unfit := UNFIT.search(cell):
        sign = f"U+{ord(unfit[0]):04X}"
        found = say("{where}: the text holds the control character {sign}, which no workbook can hold. Delete it.",
                    where=where, sign=sign)  # fmt: skip
        raise CallError(found)
