"""A workbook that is being written: its formats, and how rows and formulas get into it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from ...words import Sentence
from ..language import Language, money_sign

#: The most that a sheet of Excel holds, less the header.
MOST_ROWS = 1_048_575
_WIDEST = 46


class Sheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet below whose written rows stand rows of finished cells: a call for each of a million cells is slow."""

    def __init__(self) -> None:
        super().__init__()
        self.body: list[str] = []

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.writelines(self.body)


class Book:
    """The file with its formats; names of sheets are unique and at most 31 signs."""

    def __init__(self, file: Any, currency: str, speak: Language):
        self.file, self.speak, self.names = file, speak, set[str]()
        money = _money(currency)
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
        self.currency = currency

    def money(self, currency: str) -> str:
        """The name of the look of sums of money in a currency."""
        if currency == self.currency:
            return "money"
        name = f"money_{currency}"
        if name not in self.looks:
            self.looks[name] = self.file.add_format({"num_format": _money(currency)})
        return name

    def sheet(self, name: str) -> Any:
        """A new sheet."""
        kept, number = name if len(name) <= 31 else name.split(",")[0][:31], 2
        while kept.lower() in self.names:
            kept, number = f"{name[:28]} {number}", number + 1
        self.names.add(kept.lower())
        sheet = self.file.add_worksheet(kept, worksheet_class=Sheet)
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

    def rows(
        self, sheet: Sheet, top: int, columns: Sequence[Sequence[Any]], product: tuple[int, int] | None = None
    ) -> None:
        """Whole columns below everything that is written, from row `top` on (0: the first).

        `product`: the last column is a formula, the product of these two.
        """
        count = len(columns[0]) if columns else 0
        lines = [[f'<row r="{top + i + 1}">'] for i in range(count)]
        for j, cells in enumerate(columns):
            name, formula = letter(j), ""
            if product is not None and j == len(columns) - 1:
                formula = "<f>{}{{0}}*{}{{0}}</f>".format(*map(letter, product))
            for line, cell in zip(lines, self._cells(sheet, name, cells, top + 1, formula), strict=True):
                line.append(cell)
        sheet.body += ["".join(line) + "</row>" for line in lines]
        if count:
            sheet._check_dimensions(top + count - 1, len(columns) - 1)

    def _cells(self, sheet: Sheet, name: str, cells: Sequence[Any], row: int, formula: str) -> Iterator[str]:
        """Each value of a column as its cell; '' where it is empty."""
        style = f' s="{self.looks["money" if formula else "number"]._get_xf_index()}"'
        known: dict[str, int] = {}
        for at, value in enumerate(cells, row):
            if value is None or value == "":
                yield ""
            elif isinstance(value, bool) or not isinstance(value, (int, float)):
                text = str(value)[:32767]
                if text not in known:
                    known[text] = sheet.str_table._get_shared_string_index(text)
                yield f'<c r="{name}{at}" t="s"><v>{known[text]}</v></c>'
            else:
                made = formula.format(at)
                yield f'<c r="{name}{at}"{style}>{made}<v>{value!r}</v></c>' if math.isfinite(value) else ""

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


def _money(currency: str) -> str:
    """How a workbook shows sums of money of a currency."""
    sign, digits = money_sign(currency), "#,##0" if currency == "IDR" else "#,##0.00"
    return f'"{sign}" {digits};-"{sign}" {digits};"–"'


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
