"""A case in the making: tables as rows of cells, settings as dotted keys, written as a folder or as a workbook."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = Any
Rows = list[list[Cell]]
#: Something done to a file after it was written, or to a workbook before it is saved.
ByHand = Callable[[Any], Any]

FORMS = ("folder", "book")


@dataclass(frozen=True)
class Error:
    """What a spreadsheet shows where a formula fails."""

    text: str = "#REF!"


@dataclass
class Draft:
    """A case that is still to be written. The first row of a table is its header; `table@scenario` is a scenario's."""

    form: str
    tables: dict[str, Rows]
    settings: list[tuple[str, Any]]
    delimiter: dict[str, str] = field(default_factory=dict)  # table → what stands between its cells
    by_hand: list[tuple[str, ByHand]] = field(default_factory=list)  # table → change of its bytes, or of its sheet

    def copy(self) -> Draft:
        """The same, to be changed."""
        return copy.deepcopy(self)

    def write(self, place: Path) -> Path:
        """Write it below an empty folder; returns the path of the case."""
        return _write_book(self, place) if self.form == "book" else _write_folder(self, place)


# -- folders -----------------------------------------------------------------------------------------------------


def _write_folder(draft: Draft, place: Path) -> Path:
    folder = place / "case"
    folder.mkdir(parents=True)
    raw = {"case": _toml(draft.settings).encode(errors="replace")}
    raw |= {
        name: _csv(rows, draft.delimiter.get(name, ",")).encode(errors="replace") for name, rows in draft.tables.items()
    }
    for name, change in draft.by_hand:
        if name in raw:
            raw[name] = change(raw[name])
    for name, content in raw.items():
        table, _, scenario = name.partition("@")
        file = folder / "scenarios" / scenario / f"{table}.csv" if scenario else folder / f"{table}.csv"
        file = folder / "case.toml" if name == "case" else file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def _csv(rows: Rows, delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([[_text(cell, delimiter) for cell in row] for row in rows])
    return out.getvalue()


def _text(cell: Cell, delimiter: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return repr(cell).replace(".", ",") if delimiter == ";" else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.text if isinstance(cell, Error) else str(cell)


def _toml(settings: list[tuple[str, Any]]) -> str:
    """Settings as they stand in case.toml: keys without a section first; one that stands twice is written twice."""
    sections: dict[str, list[str]] = {"": []}
    for key, value in settings:
        section, dot, word = key.partition(".")
        line = f"{word if dot else section} = {_toml_value(value)}"
        sections.setdefault(section if dot else "", []).append(line)
    return "\n".join("\n".join(([f"[{name}]"] if name else []) + lines) for name, lines in sections.items()) + "\n"


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    text = value.text if isinstance(value, Error) else str(value or "")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


# -- workbooks ---------------------------------------------------------------------------------------------------


def _write_book(draft: Draft, place: Path) -> Path:
    place.mkdir(parents=True)
    made = Workbook()
    made.remove(made.active)
    sheets = {"case": [list(pair) for pair in draft.settings]} | draft.tables
    titles = {name: made.create_sheet(_title(name)).title for name in sheets}
    for name, rows in sheets.items():
        sheet = made[titles[name]]
        for r, row in enumerate(rows, 1):
            for c, cell in enumerate(row, 1):
                _put(sheet.cell(r, c), cell)
    for name, change in draft.by_hand:
        if name in titles and titles[name] in made.sheetnames:
            change(made[titles[name]])
    file = place / "book.xlsx"
    made.save(file)
    return file


def _title(name: str) -> str:
    """A name that a sheet may bear."""
    return "".join("-" if c in "[]:*?/\\" else c for c in name)[:31] or "Sheet"


def _put(spot: Any, cell: Cell) -> None:
    if isinstance(cell, Error):
        spot.value, spot.data_type = cell.text, "e"
    elif isinstance(cell, (int, float)) and not abs(cell) < 1e308:  # no workbook holds such a number
        spot.value = str(cell)
    elif isinstance(cell, str):
        spot.value = ILLEGAL_CHARACTERS_RE.sub("?", cell).encode("utf-8", "replace").decode()[:32_000]
    elif cell is not None:
        spot.value = cell
