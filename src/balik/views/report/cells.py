"""A workbook that is being written: its formats, and how rows and formulas get into it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...plan.plan import Plan
from ...words import Sentence
from ..language import Language, money_sign
from ..subject import Subject

#: The most that a sheet of Excel holds, less the header.
MOST_ROWS = 1_048_575
_WIDEST = 46


class Book:
    """The file with what it is about; names of sheets are unique and at most 31 signs."""

    def __init__(self, file: Any, subject: Subject, plan: Plan, speak: Language):
        self.file, self.subject, self.plan, self.speak = file, subject, plan, speak
        self.sign = money_sign(plan.currency)
        digits = "#,##0" if plan.currency == "IDR" else "#,##0.00"
        money = f'"{self.sign}" {digits};-"{self.sign}" {digits};"–"'
        looks: dict[str, dict[str, Any]] = {
            "title": {"bold": True, "font_size": 16},
            "bold": {"bold": True},
            "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
            "number": {"num_format": "#,##0.######"},
            "money": {"num_format": money},
            "total": {"num_format": money, "bold": True, "top": 1},
            "share": {"num_format": "0.0%"},
            "wrap": {"text_wrap": True, "valign": "top"},
        }
        self.looks = {name: file.add_format(look) for name, look in looks.items()}

    def sheet(self, name: str) -> Any:
        """A new sheet."""
        sheet = self.file.add_worksheet(name[:31])
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def head(self, sheet: Any, row: int, cells: Sequence[str], column: int = 0) -> None:
        """A line of headers."""
        for i, cell in enumerate(cells):
            sheet.write_string(row, column + i, self.speak(cell), self.looks["head"])

    def put(self, sheet: Any, row: int, column: int, value: Any, look: str = "") -> None:
        """A number, a text or nothing."""
        shape = self.looks.get(look)
        if value is None or value == "":
            return
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            sheet.write_string(
                row, column, self.speak(value) if isinstance(value, Sentence) else str(value)[:32767], shape
            )
        elif math.isfinite(value):
            sheet.write_number(row, column, value, shape or self.looks["number"])

    def sum_of(self, sheet: Any, row: int, column: int, formula: str, value: float, look: str = "money") -> None:
        """A formula with the value that it has, so that it shows before anything is calculated."""
        sheet.write_formula(row, column, formula, self.looks[look], value)

    def widths(self, sheet: Any, cells: Sequence[Sequence[Any]]) -> None:
        """Columns as wide as their longest cell."""
        for i, column in enumerate(cells):
            longest = max((len(self._shown(cell)) for cell in column[:500]), default=0)
            sheet.set_column(i, i, min(_WIDEST, max(8, longest + 2)))

    def _shown(self, cell: Any) -> str:
        return f"{cell:,.2f}" if isinstance(cell, float) else str(cell)


def letter(column: int) -> str:
    """The name of a column, from 0.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


def quoted(sheet: str) -> str:
    """A sheet's name in a formula."""
    return "'" + sheet.replace("'", "''") + "'"
