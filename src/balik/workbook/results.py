"""The user's own workbook with the plan beside it: a sheet for each answer table, all else as it stands.

Their names begin with `_`, so balik passes over them when the workbook is read again, and a later plan takes their place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .edit import Unusual, text
from .grid import Grid
from .package import MAIN, Package
from .paint import name_of
from .read import read_workbook
from .styles import Styles, solid
from .unchanged import prove

#: How the first cell of every such sheet begins, whatever the language.
MARK = "balik solve"
_BOLD = '<font><b/><sz val="11"/><name val="Calibri"/></font>'
_HEAD = "DDE8F0"
_THOUSANDS = 4  # the built-in format #,##0.00
_LONGEST = 32_767
_MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class Formula:
    """A cell that calculates: the formula without `=`, and its value."""

    formula: str
    value: float


Cell = str | float | int | bool | None | Formula


@dataclass(frozen=True)
class ResultSheet:
    """One answer table: its name (with `_`), what it says above, its header and rows."""

    name: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def is_result(grid: Grid) -> bool:
    """Whether a sheet holds results of an earlier plan."""
    return grid.name.startswith("_") and bool(grid.rows) and str(grid.rows[0][1][0][1]).startswith(MARK)


def add_results(source: Path, target: Path, sheets: Sequence[ResultSheet]) -> None:
    """Write a copy of a workbook with these sheets at its end; those of an earlier plan are replaced, or emptied.

    The copy is read again and compared with the workbook before this returns; BalikError where anything of the user's
    differs.
    """
    grids = read_workbook(source).grids
    package = Package(source)
    try:
        styles = Styles(package)
        head, number = styles.plain(_BOLD, solid(_HEAD)), styles.plain(number=_THOUSANDS)
        there = package.sheets()
        old = [grid.name for grid in grids if is_result(grid)]
        taken = {name.casefold() for name in package.sheet_names() if name not in old}
        for sheet in sheets:
            data = _xml(sheet, head, number)
            if sheet.name in old:
                package.put(there[sheet.name], data)
                continue
            package.add_sheet(_free(sheet.name, taken, package.workbook), data)
        for name in old:
            if name not in {sheet.name for sheet in sheets}:
                package.put(there[name], _xml(ResultSheet(name, MARK, (), ()), head, number))
        styles.finish()
        package.write(target)
    finally:
        package.close()
    prove(source, [grid for grid in grids if not is_result(grid)], target, package.changed, {}, is_result)


def _free(name: str, taken: set[str], part: str) -> str:
    """The name, or one with a number, where the user has a sheet of that name."""
    for candidate in (name, *(f"{name}-{k}" for k in range(2, 100))):
        if candidate.casefold() not in taken:
            taken.add(candidate.casefold())
            return candidate
    raise Unusual(part)


def _xml(sheet: ResultSheet, head: int, number: int) -> bytes:
    rows = list(sheet.rows[:_MOST_ROWS])
    widths = [max([len(str(h)), *(_wide(row[c]) for row in rows[:200])]) for c, h in enumerate(sheet.head)]
    cols = "".join(
        f'<col min="{c}" max="{c}" width="{min(max(w + 2, 9), 44)}" customWidth="1"/>' for c, w in enumerate(widths, 1)
    )
    out = [
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews>{f'<cols>{cols}</cols>' if cols else ''}<sheetData>",
        f'<row r="1">{_cell(1, 1, sheet.title, 0, 0)}</row>',
    ]
    for at, row in enumerate([list(sheet.head), *rows] if sheet.head else [], 2):
        style = head if at == 2 else 0
        cells = "".join(_cell(at, c, value, style, number) for c, value in enumerate(row, 1))
        out.append(f'<row r="{at}">{cells}</row>')
    out.append("</sheetData>")
    if rows and sheet.head:
        out.append(f'<autoFilter ref="A2:{name_of((len(rows) + 2, len(sheet.head)))}"/>')
    out.append("</worksheet>")
    return "".join(out).encode()


def _wide(value: Cell) -> int:
    value = value.value if isinstance(value, Formula) else value
    return len(f"{value:,.2f}") if isinstance(value, float) else len(str(value or ""))


def _cell(row: int, column: int, value: Cell, style: int, number: int) -> str:
    at = name_of((row, column))
    if isinstance(value, Formula):
        return f'<c r="{at}" s="{number}"><f>{text(value.formula)}</f><v>{value.value!r}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{at}" s="{style}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)) and math.isfinite(value):
        return f'<c r="{at}" s="{number if isinstance(value, float) else style}"><v>{value!r}</v></c>'
    if value is None or value == "":
        return ""
    words = text(str(value)[:_LONGEST])
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'
