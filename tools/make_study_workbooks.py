"""Writes the three published studies as workbooks, each as a planner would keep it, always the same.

    python tools/make_study_workbooks.py [FOLDER]     (without: cases/workbooks)

The data are those of the bundled folders. Headers are Indonesian and name units; some tables stand below a title; km
are a square, recipes a matrix, and amounts and prices stand with the materials side by side under a header of two rows.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from balik.schema import INPUT
from balik.tables import read
from balik.tables.case import bundled_cases, read_overlays
from balik.tables.formats.book_writer import Book, sheets_of
from balik.tables.formats.stored import Exact, stored_label, stored_number
from balik.tables.table import Table

#: The date that every workbook bears, so that its bytes do not change.
WRITTEN = datetime(2026, 1, 1)
RUPIAH = "[$Rp-421] #,##0"
FLAGS = {"yes": "ya", "no": "tidak"}
#: What a number is multiplied by where its header names this unit and the folder counts in another one.
FACTORS = {"%": Decimal(100), "ton/rit": Decimal("0.001")}
WIDTHS = (8, 46)


@dataclass(frozen=True)
class Layout:
    """How a table is laid out: its title, the units in its headers, and which columns stand side by side."""

    title: Sequence[str] = ()
    units: dict[str, str] = field(default_factory=dict)
    wide: str = ""  # the key column whose labels become headers
    values: Sequence[str] = ()  # what stands below them
    square: bool = False  # the other key stands in the first column, both ways, with 0 on the diagonal


@dataclass
class Block:
    """A column as it is written: the word above its header (which spans neighbours), its header, its cells."""

    group: str
    word: str
    column: str
    unit: str
    cells: list[str]


DUS = {"most": "dus", "price": "Rp/dus"}
STUDIES: dict[str, dict[str, Layout]] = {
    "jerigen-padang": {
        "supply": Layout(["Kemasan kosong di grosir: paling banyak, dan harga yang dibayar"], DUS, "material", ("most", "price")),
        "processes": Layout(["Biaya pemulihan di pabrik, tiap dus"]),
        "demand": Layout(units={"least": "dus"}),
        "recipes": Layout(units={"rate": "dus"}),
    },
    "plastik-jabodetabek": {
        "modes": Layout(["Kendaraan"], {"payload": "ton/rit", "full_rate": "Rp/kg/km", "empty_rate": "Rp/km"}),
        "lanes": Layout(["Ruas angkutan", "Isi: bagian muatan yang terpakai"], {"fill": "%"}),
        "supply": Layout(units={"amount": "kg"}),
        "demand": Layout(units={"least": "kg"}),
        "processes": Layout(["Biaya pemilahan, produksi dan pembuangan (Rp tiap kg)"]),
        "recipes": Layout(["Resep: kg yang masuk (−) dan keluar (+) untuk setiap kg"], {"rate": "kg"}, "material", ("rate",)),
        "tours": Layout(units={"km": "km", "full_rate": "Rp/kg/km"}),
    },
    "nmc-jawa-barat": {
        "distances": Layout(["Jarak antar kabupaten dan kota (km)", "© OpenStreetMap contributors, ODbL 1.0"],
                            {}, "dest", ("km",), True),
        "supply": Layout(["Baterai bekas per kabupaten dan kota: rekonstruksi dari jumlah penduduk"], {"amount": "unit"}),
        "sites": Layout(["Calon titik pengumpulan"], {"capacity": "unit/tahun", "opening_cost": "Rp"}),
        "modes": Layout(units={"full_rate": "Rp/unit/km"}),
        "demand": Layout(units={"least": "unit"}),
    },
}  # fmt: skip


def main(folder: Path) -> None:
    """Write the three workbooks into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, layouts in STUDIES.items():
        write(folder / f"{name}.xlsx", name, layouts)


def write(path: Path, name: str, layouts: dict[str, Layout]) -> None:
    """One study as a workbook."""
    case = read(name)
    book = Book(path, case.currency)
    book.file.set_properties({"title": str(case.settings["title"]), "created": WRITTEN})
    sources(book, name, case.settings)
    first = book.settings(case.settings)
    for sheet, table in sheets_of(case.tables, read_overlays(name)).items():
        layout = layouts.get(table.name, Layout())
        if "@" in sheet:
            layout = replace(layout, title=())
        put(book, sheet, layout.title, blocks(table, layout, case.tables["materials"].columns["material"]))
    first.activate()
    book.close()


def sources(book: Book, name: str, settings: dict[str, Any]) -> None:
    """The sheet that says where the figures come from and under which licence; balik passes it over."""
    sheet = book.file.add_worksheet("_sumber")
    wrap = book.style(text_wrap=True, valign="top")
    sheet.set_column(0, 2, 50, wrap)
    rows = [["Judul", settings["title"]], ["Sumber", settings["source"]], ["Lisensi", settings["licence"]]]
    rows.append(["Data", f"cases/{name} pada balik; semua keterangan tersedia di README.md di sana"])
    page = bundled_cases() / name / "LICENCE-DATA.md"
    if page.is_file():
        lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
        rows += [
            [],
            *([cell.strip() for cell in re.sub(r"`|[*][*]", "", line).strip("| ").split(" | ")] for line in lines),
        ]
    for row, cells in enumerate(rows):
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, cell, book.head if row > 4 and not rows[row - 1] else wrap)


# -- columns -----------------------------------------------------------------------------------------------------


def blocks(table: Table, layout: Layout, materials: Sequence[str]) -> list[Block]:
    """The columns of a table as they are written; materials that stand side by side keep this order."""
    cells = {column: shown(table.name, column, list(below), layout) for column, below in table.columns.items()}
    if layout.square:
        return list(square(table.name, cells, layout))
    if layout.wide:
        return list(side_by_side(table.name, cells, layout, materials))
    return [Block("", header(table.name, c, layout), c, layout.units.get(c, ""), below) for c, below in cells.items()]


def header(table: str, column: str, layout: Layout) -> str:
    """The Indonesian word of a column, and its unit."""
    known = INPUT[table].columns.get(column)
    word = known.indonesian.replace("_", " ") if known and known.indonesian else column
    unit = layout.units.get(column, "")
    return f"{word} [{unit}]" if unit and unit != word else word


def shown(table: str, column: str, cells: list[str], layout: Layout) -> list[str]:
    """Cells in the unit of their header; yes and no in Indonesian."""
    factor = FACTORS.get(layout.units.get(column, ""))
    if factor is not None:
        return [f"{(Decimal(cell) * factor).normalize():f}" if cell else "" for cell in cells]
    known = INPUT[table].columns.get(column)
    flag = column == "remove" or (known is not None and known.kind == "flag")
    return [FLAGS.get(cell, cell) for cell in cells] if flag else cells


def side_by_side(table: str, cells: dict[str, list[str]], layout: Layout, labels: Sequence[str]) -> Iterator[Block]:
    """One row for all labels of a key; texts of the rows that become one stand together."""
    texts = [c for c in cells if c in ("source", "note")]
    keys = [c for c in cells if c not in (layout.wide, *layout.values, *texts)]
    rows: dict[tuple[str, ...], list[int]] = {}
    for row in range(len(cells[layout.wide])):
        rows.setdefault(tuple(cells[key][row] for key in keys), []).append(row)
    for key in keys:
        yield Block("", header(table, key, layout), key, "", [cells[key][of[0]] for of in rows.values()])
    used = [label for label in labels if label in cells[layout.wide]]
    for value in layout.values:
        for label in used:
            below = [next((cells[value][r] for r in of if cells[layout.wide][r] == label), "") for of in rows.values()]
            yield Block(header(table, value, layout), label, value, layout.units.get(value, ""), below)
    for text in texts:
        parts = [dict.fromkeys(part for r in of for part in cells[text][r].split("; ") if part) for of in rows.values()]
        yield Block("", text, text, "", ["; ".join(each) for each in parts])


def square(table: str, cells: dict[str, list[str]], layout: Layout) -> Iterator[Block]:
    """A square: every label in the first column and in the header, the same both ways."""
    first = next(key for key in INPUT[table].keys if key != layout.wide)
    pairs = list(zip(cells[first], cells[layout.wide], cells[layout.values[0]], strict=True))
    km = {(a, b): value for a, b, value in pairs} | {(b, a): value for a, b, value in pairs}
    labels = list(dict.fromkeys([a for a, _, _ in pairs] + [b for _, b, _ in pairs]))
    yield Block("", "Dari \\ Ke", first, "", labels)
    for to in labels:
        yield Block("", to, layout.values[0], "", ["0" if at == to else km.get((at, to), "") for at in labels])


# -- sheets ------------------------------------------------------------------------------------------------------


def put(book: Book, name: str, title: Sequence[str], columns: list[Block]) -> None:
    """Write a sheet: the title, an empty row, a header of one row or two, and the cells."""
    sheet = book.file.add_worksheet(name)
    for row, text in enumerate(title):
        sheet.write_string(row, 0, text, book.style(bold=True, font_size=13) if row == 0 else book.style(italic=True))
    top = len(title) + 1 if title else 0
    double = any(block.group for block in columns)
    head = book.style(bold=True, bg_color="#DDE8F0", border=1, border_color="#9DB4C6", align="center", valign="vcenter")
    for at, block in enumerate(columns):
        if not double:
            sheet.write_string(top, at, block.word, head)
        elif not block.group:
            sheet.merge_range(top, at, top + 1, at, block.word, head)
        else:
            sheet.write_string(top + 1, at, block.word, head)
            if at == 0 or columns[at - 1].group != block.group:
                last = at + sum(other.group == block.group for other in columns) - 1
                sheet.merge_range(top, at, top, last, block.group, head)
    below = top + (2 if double else 1)
    for at, block in enumerate(columns):
        cells(book, sheet, name.partition("@")[0], below, at, block)
    sheet.freeze_panes(below, 1)


def cells(book: Book, sheet: Any, table: str, top: int, at: int, block: Block) -> None:
    """The cells of one column: numbers as numbers, money with Rp."""
    known = INPUT[table].columns.get(block.column)
    numbers = (known is not None and known.is_number) or (table, block.column) == ("changes", "value")
    for row, cell in enumerate(block.cells, top):
        if cell == "":
            continue
        value = stored_number(cell, book.currency) if numbers else stored_label(cell)
        if not isinstance(value, Exact):
            sheet.write_string(row, at, cell)
        elif numbers and known is not None and known.kind == "number":
            part = cell.partition(".")[2]
            shape = (RUPIAH if known.unit.startswith("money") else "#,##0") + (f".{'0' * len(part)}" if part else "")
            sheet.write_number(row, at, value, book.style(num_format=shape))
        else:
            sheet.write_number(row, at, value)
    longest = max([len(block.word), *(len(cell) for cell in block.cells)])
    sheet.set_column(at, at, min(max(longest + 3, WIDTHS[0]), WIDTHS[1]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else bundled_cases() / "workbooks")
