"""A case as a workbook: a sheet for each table, `table@scenario` for a scenario's rows, `case` for the settings.

What is written reads back as the same tables. Number formats make numbers easy to read; they change no value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from ...errors import CallError
from ...schema import INPUT, Column, TableSchema
from ...words import Sentence, plain, say
from ...workbook.limits import CELLS
from ..table import Table, cell_name
from .sheet_names import name_sheets
from .stored import ROWS, Exact, check_fits, stored_label, stored_number

SETTINGS_SHEET = "case"
#: Sign of a currency in a number format; the code in it is that of the language.
_MONEY = {"IDR": "[$Rp-421] ", "USD": "[$$-409]", "EUR": "[$€-2] ", "GBP": "[$£-809]"}
_WIDTHS = (9, 44)
_MEASURED = 200  # rows that a column's width is taken from
_MOST_DECIMALS = 6
_FILL, _LINE = "#DDE8F0", "#9DB4C6"
#: How XlsxWriter is to take text: as text.
_AS_IT_IS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}

#: Tables by the name of their sheet.
Sheets = dict[str, Table]


def sheets_of(tables: Mapping[str, Table], overlays: Mapping[str, Mapping[str, Table]]) -> Sheets:
    """Base tables in their order, then those of every scenario; refuses names that no sheet can have."""
    base = {name: tables[name] for name in INPUT if name in tables}
    listed = {cell for cells in base["scenarios"].columns.values() for cell in cells} if "scenarios" in base else set()
    names = name_sheets({s: [n for n in INPUT if n in rows] for s, rows in overlays.items()}, listed)
    return base | {name: overlays[scenario][table] for (table, scenario), name in names.items()}


def write_book(path: Path, settings: Mapping[str, Any], sheets: Sheets, currency: str) -> None:
    """Write settings and tables as one workbook."""
    check_size(sheets)
    book = Book(path, currency)
    book.settings(settings)
    for name, table in sheets.items():
        book.table(name, table)
    book.close()


def check_size(sheets: Sheets) -> None:
    """Refuse what is larger than the workbooks that balik reads."""
    for name, table in sheets.items():
        if len(table) >= ROWS:
            found = say("{table} has {count:,} rows; a sheet holds {most:,}. Write a folder.",
                        table=name, count=len(table), most=ROWS)  # fmt: skip
            raise CallError(found)
    if sum(len(table) * len(table.columns) for table in sheets.values()) < CELLS:
        return
    cells = sum(sum(1 for cell in column if cell) for table in sheets.values() for column in table.columns.values())
    if cells > CELLS * 0.99:  # the settings and headers need a few
        raise CallError(say("The case has {count:,} filled cells; workbooks of up to {most:,} are read. Write a folder.",
                            count=cells, most=CELLS))  # fmt: skip


class Book:
    """A workbook that is being written."""

    def __init__(self, path: Path, currency: str):
        self.file = xlsxwriter.Workbook(str(path), _AS_IT_IS)
        self.currency = currency
        self._formats: dict[str, Any] = {}

    def close(self) -> None:
        """Write the file."""
        self.file.close()

    def style(self, **properties: object) -> Any:
        """A format with these properties, made once."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.file.add_format(properties)
        return self._formats[key]

    @property
    def head(self) -> Any:
        """How headers look."""
        return self.style(bold=True, bg_color=_FILL, bottom=1, bottom_color=_LINE, valign="top")

    def settings(self, settings: Mapping[str, Any]) -> Any:
        """The sheet of the settings: dotted keys in the first column, values in the second."""
        sheet = self.file.add_worksheet(SETTINGS_SHEET)
        sheet.set_column(0, 0, 24, self.style(bold=True))
        sheet.set_column(1, 1, 70)
        for row, (key, value) in enumerate(flat(settings)):
            self._text(sheet, row, 0, key, plain(key))
            if isinstance(value, str):
                self._text(sheet, row, 1, value, plain(key))
            else:
                sheet.write_number(row, 1, Exact(value), self.style(align="left"))
        return sheet

    def table(self, name: str, table: Table, headers: Sequence[str] = ()) -> Any:
        """The sheet of a table, under other headers than its own where they are given."""
        schema = INPUT[name.partition("@")[0].lstrip("_")]
        sheet = self.sheet(
            name, schema, headers or list(table.headed()), table.columns, table.columns.values(), table.units
        )
        if len(table):
            sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
        return sheet

    def sheet(
        self,
        name: str,
        schema: TableSchema,
        words: Sequence[str],
        columns: Iterable[str | None],
        cells: Iterable[Iterable[str]],
        units: Collection[str] = (),
    ) -> Any:
        """A sheet with these headers and cells. `columns`: which column each is; `units`: those that name a unit."""
        sheet = self.file.add_worksheet(name)
        for at, (word, column, below) in enumerate(zip(words, columns, cells, strict=True)):
            known = schema.columns.get(column or "")
            numbers = bool(known and known.is_number) or (schema.name, column) == ("changes", "value")
            money = known is not None and known.unit.startswith("money") and column not in units
            self._text(sheet, 0, at, word, plain(f"{name} {cell_name(1, at + 1)}"), self.head)
            sign = _MONEY.get(self.currency, "") if money else ""
            shown = list(self._column(sheet, at, name, below, known, numbers, sign))
            sheet.set_column(at, at, _width([word + "   ", *shown]))
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)  # printed as wide as the paper
        return sheet

    def _column(
        self, sheet: Any, at: int, name: str, cells: Iterable[str], column: Column | None, numbers: bool, sign: str
    ) -> Iterator[str]:
        """Write the cells of a column; yields the first of them as they are shown."""
        for row, cell in enumerate(cells, 1):
            if cell == "":
                continue
            value = stored_number(cell, self.currency) if numbers else stored_label(cell)
            if isinstance(value, Exact):
                shape = _shape(cell, sign) if column is not None and column.kind == "number" else ""
                sheet.write_number(row, at, value, self.style(num_format=shape) if shape else None)
            else:
                self._text(sheet, row, at, cell, plain(f"{name} {cell_name(row + 1, at + 1)}"))
            if row <= _MEASURED:
                yield cell + sign if numbers else cell

    def _text(self, sheet: Any, row: int, at: int, text: str, where: Sentence, style: Any = None) -> None:
        """Write a text as it is."""
        check_fits(text, where)
        if text.startswith("<r>") and text.endswith("</r>"):  # XlsxWriter takes it for markup of its own
            sheet.write_rich_string(row, at, "<", self.style(bold=False), text[1:], *([style] if style else []))
        else:
            sheet.write_string(row, at, text, style)


def flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Settings with dotted keys; blank ones are left out, and those that no cell can hold are refused."""
    for key, value in settings.items():
        parts = (
            [(f"{key}.{name}", part) for name, part in value.items()] if isinstance(value, Mapping) else [(key, value)]
        )
        for name, part in parts:
            if isinstance(part, bool) or not isinstance(part, (str, int, float)):
                raise CallError(say("The setting {key} = {value} cannot stand in a cell.", key=name, value=part))
            if part != "":
                yield name, part


def _shape(cell: str, sign: str) -> str:
    """A number format that shows every digit; none where there are too many."""
    whole, _, part = cell.lstrip("-").partition(".")
    if not whole.isdigit() or (part and not part.isdigit()) or len(part) > _MOST_DECIMALS:
        return ""
    if not sign and len(whole) < 4:
        return ""
    return f"{sign}#,##0" + (f".{'0' * len(part)}" if part else "")


def _width(shown: Sequence[str]) -> int:
    """A fitting width for a column that shows these texts."""
    least, most = _WIDTHS
    lines = (re.split("[\r\n]", text) for text in shown)
    return min(max(least, 2 + max(len(line) for parts in lines for line in parts)), most)
