"""What is done to a sheet by hand, beside what is done to its cells: merging, hiding, titles, formats, stray cells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from fuzz.columns import WORDS

#: Called with the sheet and a source of chance.
Change = Callable[[Any, Random], None]


#: Rows and columns that are looked at: a stray cell may lie at the end of the sheet.
_ROWS, _COLUMNS = 1_000, 400


def _size(sheet: Any) -> tuple[int, int]:
    return min(sheet.max_row, _ROWS), min(sheet.max_column, _COLUMNS)


def _spot(sheet: Any, rng: Random) -> Any:
    rows, columns = _size(sheet)
    return sheet.cell(rng.randint(1, rows), rng.randint(1, columns))


def merged(sheet: Any, rng: Random) -> None:
    """Cells that are merged: downwards, across, or both; in the header, below it or beside the table."""
    taken: set[tuple[int, int]] = set()
    rows, columns = _size(sheet)
    for _ in range(rng.choice((1, 1, 3))):
        top, left = rng.randint(1, rows + 1), rng.randint(1, columns + 1)
        down, across = rng.choice(((1, 0), (2, 0), (0, 1), (1, 1), (0, 3), (5, 0), (40, 2)))
        area = {(r, c) for r in range(top, top + down + 1) for c in range(left, left + across + 1)}
        if not area & taken:
            taken |= area
            sheet.merge_cells(start_row=top, start_column=left, end_row=top + down, end_column=left + across)


def titles(sheet: Any, rng: Random) -> None:
    """Titles and empty rows above the header, an empty column before it, totals below the table."""
    for _ in range(rng.choice((0, 1, 2, 60))):
        sheet.insert_rows(1)
    sheet.cell(1, rng.randint(1, 3)).value = rng.choice(
        (*WORDS, "Tabel 1. Data", "kg", "place", "km", "Jarak (km)", 2025)
    )
    if rng.random() < 0.4:
        sheet.insert_cols(rng.randint(1, _size(sheet)[1]))
    if rng.random() < 0.4:
        last = _size(sheet)[0] + rng.randint(1, 3)
        sheet.cell(last, 1).value = rng.choice(("Jumlah", "Total", "sumber: BPS", "*) perkiraan"))
        sheet.cell(last, _size(sheet)[1]).value = rng.choice((None, 99, "=SUM(A1:A9)"))


def hidden(sheet: Any, rng: Random) -> None:
    """The sheet, some rows or some columns are hidden."""
    sheet.sheet_state = rng.choice(("hidden", "veryHidden", "visible"))
    sheet.row_dimensions[rng.randint(1, _size(sheet)[0])].hidden = True
    sheet.column_dimensions["B"].hidden = True
    if sheet.sheet_state != "visible":
        sheet.parent.active = next((i for i, s in enumerate(sheet.parent) if s.sheet_state == "visible"), 0)


def more_sheets(sheet: Any, rng: Random) -> None:
    """Sheets that are nobody's, empty ones, charts."""
    book = sheet.parent
    for name in rng.sample(
        ("Rekap", "Sheet1", "_catatan", "suplai", "supply@baru", "lanes@", "@", "places@high", "grafik", "x@y@z"), 3
    ):
        if name not in book.sheetnames:
            new = book.create_sheet(name, rng.choice((0, None)))
            new.cell(rng.choice((1, 9)), 1).value = rng.choice((None, "x", 1, "place"))
    if rng.random() < 0.3:
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=3))
        book.create_chartsheet("gambar").add_chart(chart)


def stray(sheet: Any, rng: Random) -> None:
    """Cells far away or beside the table: filled, formatted, or empty."""
    for _ in range(rng.choice((1, 3))):
        rows, columns = _size(sheet)
        row = rng.choice((1, 2, rows + 1, rows + 20, 5000, 1_048_576))
        spot = sheet.cell(row, rng.choice((1, columns + 1, columns + 2, 40, 16_384)))
        if rng.random() < 0.7:
            spot.value = rng.choice(("cek lagi", 5, "place", "=A1", True, datetime(2025, 1, 1), " "))
        else:
            spot.font = Font(bold=True)


def formats(sheet: Any, rng: Random) -> None:
    """Numbers shown as dates, per cent, text or money."""
    code = rng.choice(
        ("yyyy-mm-dd", "0%", "@", '"Rp" #,##0', "[h]:mm", "d/m", "0.00E+00", ";;;", "General", '0.0 "kg"', "mm:ss.0")
    )
    rows, columns = _size(sheet)
    column = rng.randint(1, columns)
    for row in range(1, rows + 1):
        if rng.random() < 0.7:
            sheet.cell(row, column).number_format = code


def as_text(sheet: Any, rng: Random) -> None:
    """Numbers that are kept as text."""
    signs = rng.choice(
        (lambda t: t, lambda t: t.replace(".", ","), lambda t: f"Rp {t}", lambda t: f" {t}\u00a0", lambda t: f"'{t}")
    )
    rows, columns = _size(sheet)
    for row in sheet.iter_rows(min_row=2, max_row=rows, max_col=columns):
        for spot in row:
            if isinstance(spot.value, (int, float)) and not isinstance(spot.value, bool) and rng.random() < 0.7:
                spot.value = signs(str(spot.value))
                spot.data_type = "s"


def furniture(sheet: Any, rng: Random) -> None:
    """What people add: a table object, a filter, a comment, a rule for entries, a name, frozen panes."""
    rows, columns = _size(sheet)
    last = sheet.cell(max(rows, 2), columns).coordinate
    how = rng.choice(("table", "filter", "comment", "rule", "name", "panes", "link"))
    if how == "table" and all(isinstance(spot.value, str) for spot in sheet[1]):
        sheet.add_table(Table(displayName="T1", ref=f"A1:{last}"))
    elif how == "filter":
        sheet.auto_filter.ref = f"A1:{last}"
    elif how == "comment":
        _spot(sheet, rng).comment = Comment("apa ini?", "kita")
    elif how == "rule":
        rule = DataValidation(type="list", formula1='"a,b"')
        sheet.add_data_validation(rule)
        rule.add(f"A2:{last}")
    elif how == "name":
        sheet.parent.defined_names["daerah"] = DefinedName("daerah", attr_text=f"'{sheet.title}'!$A$1")
    elif how == "panes":
        sheet.freeze_panes = "B2"
    else:
        _spot(sheet, rng).hyperlink = "https://example.org/"


def titled(sheet: Any, rng: Random) -> None:
    """The sheet bears its name otherwise."""
    title = sheet.title
    new = rng.choice(
        (title.upper(), f" {title} ", title + " ", f"_{title}", title[:-1] or "x", "é" + title, title + "@high")
    )[:31]
    if new.lower() not in {name.lower() for name in sheet.parent.sheetnames}:
        sheet.title = new


def emptied(sheet: Any, rng: Random) -> None:
    """Rows or columns of the sheet are deleted or put in, so that nothing stands where it stood."""
    how = rng.choice((sheet.delete_rows, sheet.delete_cols, sheet.insert_rows, sheet.insert_cols))
    how(rng.randint(1, 3), rng.choice((1, 2, 5)))


BOOK_KINDS: dict[str, Change] = {
    "merged": merged, "titles": titles, "hidden": hidden, "more-sheets": more_sheets, "stray": stray, "formats": formats,
    "as-text": as_text, "furniture": furniture, "titled": titled, "emptied": emptied,
}  # fmt: skip
