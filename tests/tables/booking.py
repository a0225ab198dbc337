"""Workbooks for tests: sheets as rows of values, written by another library than the one that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

#: 10 kg wait at a and are taken at b.
SMALL: dict[str, list[list[Any]]] = {
    "case": [["title", "small"]],
    "places": [["place", "kind"], ["a", "home"], ["b", "works"]],
    "materials": [["material"], ["m"]],
    "lanes": [["origin", "dest", "material", "fee"], ["a", "b", "m", 2]],
    "supply": [["place", "material", "amount"], ["a", "m", 10]],
    "demand": [["place", "material"], ["b", "m"]],
}


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]] | None] | None = None) -> Path:
    """The small case as a workbook, with sheets replaced, added, or (None) left out."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in (SMALL | dict(sheets or {})).items():
        if rows is not None:
            sheet: Worksheet = made.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    file = path / "book.xlsx"
    made.save(file)
    return file
