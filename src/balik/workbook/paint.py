"""Other styles for some cells of a sheet; all else stays as it is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from .edit import Edit, Unusual, append, apply, local, reset, start_tag, walk
from .values import COLUMNS, LETTERS

#: Row and column, both from 1.
Cell = tuple[int, int]
#: The new style of a cell (None: as it is), from the cell and its old style.
Restyle = Callable[[Cell, int], int | None]

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=[\"']([A-Z]+\d+):([A-Z]+\d+)[\"']")
#: What may follow the place of `legacyDrawing`, which names the notes of a sheet.
_AFTER_NOTES = frozenset(
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst AlternateContent".split()
)


def cell_of(reference: str) -> Cell | None:
    """Row and column of `C14`."""
    match = _REFERENCE.fullmatch(reference)
    return (int(match[2]), COLUMNS[match[1]]) if match and match[1] in COLUMNS else None


def name_of(cell: Cell) -> str:
    """`C14` for row and column."""
    return f"{LETTERS[cell[1] - 1]}{cell[0]}"


def anchors(data: bytes, cells: Iterable[Cell]) -> dict[Cell, Cell]:
    """For each cell the one that is shown in its place: the first of a merged area, else itself."""
    ends = [(cell_of(first.decode()), cell_of(last.decode())) for first, last in _MERGED.findall(data)]
    areas = [(a, b) for a, b in ends if a and b]
    return {
        cell: next((a for a, b in areas if a[0] <= cell[0] <= b[0] and a[1] <= cell[1] <= b[1]), cell) for cell in cells
    }


@dataclass
class _Row:
    """A row in which a cell is painted: its tags, and the place and style of each of its cells."""

    start: int
    name: str
    attributes: dict[str, str]
    close: int = 0
    cells: dict[int, tuple[int, int]] = field(default_factory=dict)


class Painter:
    """A sheet whose cells get other styles."""

    def __init__(self, data: bytes, part: str, cells: Iterable[Cell]):
        self.data, self.part, self.cells = data, part, sorted(set(cells))
        self._wanted = {row for row, _ in self.cells}
        self._rows: dict[int, _Row] = {}
        self._starts: list[tuple[int, int]] = []  # number and place of every row
        self._columns: list[tuple[int, int, int]] = []  # first, last, style
        self._body = (0, 0, "")  # place, end and name of sheetData
        self._notes = 0  # where `legacyDrawing` belongs
        self._prefix = ""
        self._met = [0, 0, 0]  # depth, row, column
        try:
            walk(data, part, self._start, self._end)
        except ValueError:  # a number that is none
            raise Unusual(part) from None
        if not self._body[2] or self._starts != sorted(self._starts):
            raise Unusual(part)

    def _start(self, name: str, attributes: dict[str, str], at: int) -> None:
        word = local(name)
        self._met[0] += 1
        depth, row, column = self._met
        if word == "c" and depth == 4:
            column = self._met[2] = (cell_of(attributes.get("r", "")) or (row, column + 1))[1]
            if row in self._rows:
                self._rows[row].cells[column] = (at, int(attributes.get("s", 0)))
        elif word == "row" and depth == 3:
            row = self._met[1] = int(attributes.get("r", row + 1))
            self._met[2] = 0
            self._starts.append((row, at))
            if row in self._wanted:
                self._rows[row] = _Row(at, name, attributes)
        elif word == "col" and depth == 3:
            first, last, style = (int(attributes.get(key, 0)) for key in ("min", "max", "style"))
            self._columns.append((first, last, style))
        elif depth == 2 and word == "sheetData":
            self._body = (at, at, name)
        elif depth == 2 and word in _AFTER_NOTES and self._body[2]:
            self._notes = self._notes or at
        elif depth == 1:
            self._prefix = name[: name.rfind(":") + 1]

    def _end(self, name: str, at: int) -> None:
        depth, row, _ = self._met
        if depth == 3 and row in self._rows and local(name) == "row":
            self._rows[row].close = at
        elif depth == 2 and local(name) == "sheetData":
            self._body = (self._body[0], at, name)
        elif depth == 1:
            self._notes = self._notes or at
        self._met[0] -= 1

    # -- painting --------------------------------------------------------------------------------------------------

    def painted(self, restyle: Restyle, notes: str = "") -> bytes:
        """The sheet with its new styles; `notes`: the element that names the drawing of the notes, where it is new."""
        edits: list[Edit] = []
        last = b""  # rows for the end of the sheet
        for row, cells in groupby(self.cells, key=lambda cell: cell[0]):
            if row in self._rows:
                edits += self._in_row(self._rows[row], list(cells), restyle)
            elif new := b"".join(self._blank(cell, restyle) for cell in cells):
                whole = f'<{self._prefix}row r="{row}">'.encode() + new + f"</{self._prefix}row>".encode()
                after = bisect_right(self._starts, (row, len(self.data)))
                if after < len(self._starts):
                    at = self._starts[after][1]
                    edits.append((at, at, whole))
                else:
                    last += whole
        if last:
            at, close, name = self._body
            edits.append(append(self.data, at, at + len(start_tag(self.data, at, self.part)), close, name, last))
        if notes:
            edits.append((self._notes, self._notes, notes.replace("<", f"<{self._prefix}", 1).encode()))
        return apply(self.data, edits)

    def _in_row(self, row: _Row, cells: list[Cell], restyle: Restyle) -> list[Edit]:
        """The edits in a row that is there."""
        edits: list[Edit] = []
        last = b""
        places = sorted(row.cells)
        for cell in cells:
            if cell[1] in row.cells:
                at, old = row.cells[cell[1]]
                new = restyle(cell, old)
                tag = start_tag(self.data, at, self.part)
                edits += [(at, at + len(tag), reset(tag, s=str(new)))] if new is not None else []
            elif blank := self._blank(cell, restyle, row):
                after = bisect_right(places, cell[1])
                if after < len(places):
                    at = row.cells[places[after]][0]
                    edits.append((at, at, blank))
                else:
                    last += blank
        tag = start_tag(self.data, row.start, self.part)
        inside = row.start + len(tag)
        opened = reset(tag, spans=None)  # the first and last column, as a hint
        if tag.endswith(b"/>"):
            closed = b"</" + row.name.encode() + b">"
            return [(row.start, inside, opened[:-2] + b">" + last + closed)] if last else []
        return [*edits, (row.start, inside, opened), (row.close, row.close, last)]

    def _blank(self, cell: Cell, restyle: Restyle, row: _Row | None = None) -> bytes:
        """A new cell without a value; nothing where none is wanted."""
        old = next((style for first, end, style in self._columns if first <= cell[1] <= end), 0)
        if row is not None and row.attributes.get("customFormat") in ("1", "true"):
            old = int(row.attributes.get("s", 0))
        new = restyle(cell, old)
        return b"" if new is None else f'<{self._prefix}c r="{name_of(cell)}" s="{new}"/>'.encode()
