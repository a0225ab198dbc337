"""The user's own workbook with the problems on its cells: a colour, a note, and a sheet that lists them all.

Only what changes is written anew, in the bytes of the parts that it stands in; every other part is copied. So charts,
pictures, macros, pivot tables and whatever else a workbook holds stay as they are, and formulas keep their values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Problem
from ..words import Sentence, plain, say
from .edit import Unusual
from .listing import ERROR, NAME, WARNING, is_list, list_sheet, read_fills
from .notes import ERROR as ERROR_HEAD
from .notes import WARNING as WARNING_HEAD
from .notes import Line, Notes
from .package import Package
from .paint import Cell, Painter, anchors, cell_of, name_of
from .read import read_workbook
from .styles import NO_FILL, Styles, solid
from .unchanged import prove

#: So many cells are marked; the list tells of all.
MOST_MARKED = 2_000
_OUR_COLOURS = tuple(f'"FF{colour}"' for colour in (ERROR, WARNING))
_REFERENCES = re.compile(rb"ref=[\"']([A-Z]+\d+)[\"']")


@dataclass
class _Sheet:
    """A sheet of the user's: its part, the problems on its cells, and what an earlier annotation left there."""

    told: str
    part: str
    problems: dict[Cell, list[Problem]] = field(default_factory=dict)
    fills: dict[Cell, str] = field(default_factory=dict)
    threads: set[Cell] = field(default_factory=set)


def annotate(source: Path, target: Path, problems: Sequence[Problem], language: str = "en") -> list[Sentence]:
    """Write a copy of a workbook with the problems on its cells; returns what could not be kept or done.

    Marks of an earlier annotation are taken away first. The copy is read again and compared with the workbook before
    this returns; BalikError where anything of the user's differs.
    """
    grids = read_workbook(source).grids
    package = Package(source)
    try:
        ours = [grid.name for grid in grids if is_list(grid)]
        sheets = _sheets(package, [p for p in problems if p.cell], ours)
        for grid in grids:
            for (told, cell), fill in read_fills(grid).items() if is_list(grid) else ():
                if told in sheets:
                    sheets[told].fills[cell] = fill
        styles = Styles(package)
        remarks = _remarks(package, sheets)
        painted: dict[str, list[Cell]] = {}
        before: dict[tuple[str, str], str] = {}
        for sheet in sheets.values():
            _mark(package, sheet, styles, language, painted, before)
        names = {name.strip(): name for name in package.sheets()}
        listed = list_sheet(source.name, problems, remarks, before, names, styles, language)
        _put_list(package, listed, ours)
        styles.finish()
        package.write(target)
    finally:
        package.close()
    prove(source, grids, target, package.changed, painted)
    return remarks


def _sheets(package: Package, problems: Sequence[Problem], ours: Sequence[str]) -> dict[str, _Sheet]:
    """The user's sheets by name, with the first problems on their cells."""
    found = {name.strip(): _Sheet(name.strip(), part) for name, part in package.sheets().items() if name not in ours}
    cells: dict[str, dict[Cell, list[Problem]]] = {}
    for problem in problems:
        cell = cell_of(problem.cell or "")
        if problem.sheet in found and cell:
            cells.setdefault(problem.sheet, {}).setdefault(cell, []).append(problem)
    left = MOST_MARKED
    for told, on in cells.items():
        shown = anchors(package.read(found[told].part), on)
        for cell in list(on)[:left]:
            found[told].problems.setdefault(shown[cell], []).extend(on[cell])
        left = max(0, left - len(on))
    for sheet in found.values():
        thread = package.related(sheet.part, "threadedComment")
        refs = _REFERENCES.findall(package.read(thread.target)) if thread else []
        sheet.threads = {cell for ref in refs if (cell := cell_of(ref.decode()))}
    return found


def _mark(
    package: Package, sheet: _Sheet, styles: Styles, language: str, painted: dict[str, list[Cell]],
    before: dict[tuple[str, str], str],
) -> None:  # fmt: skip
    """Take the marks of an earlier annotation from a sheet, and put the new ones on it."""
    notes = Notes(package, sheet.part)
    ours = {*notes.cells_of_ours(), *sheet.fills}
    if not ours and not sheet.problems:
        return
    lines = {
        cell: [_line(problem, language) for problem in on]
        for cell, on in sheet.problems.items()
        if cell not in sheet.threads
    }
    notes = notes.without_ours()
    element = notes.add(lines) if lines else ""

    def restyle(cell: Cell, old: int) -> int | None:
        was = styles.fill(old)
        if cell in ours and any(colour in was for colour in _OUR_COLOURS):
            was = sheet.fills.get(cell, NO_FILL)
        elif cell not in sheet.problems:
            return None
        if cell not in sheet.problems:
            return styles.filled(old, was)
        for problem in sheet.problems[cell]:
            before[sheet.told, problem.cell or ""] = f"{name_of(cell)} {was}"
        wrong = any(problem.severity == "error" for problem in sheet.problems[cell])
        return styles.filled(old, solid(ERROR if wrong else WARNING))

    painter = Painter(package.read(sheet.part), sheet.part, [*ours, *sheet.problems])
    package.put(sheet.part, painter.painted(restyle, element))
    painted[sheet.part] = painter.cells


def _line(problem: Problem, language: str) -> Line:
    told = problem.into(language)
    head = ERROR_HEAD if problem.severity == "error" else WARNING_HEAD
    return Line(f"{head} {problem.code}:", " ".join(part for part in (told.found, told.advice) if part))


def _remarks(package: Package, sheets: dict[str, _Sheet]) -> list[Sentence]:
    """What cannot be kept or done."""
    found = []
    talked = [
        plain(f"{sheet.told}!{name_of(cell)}")
        for sheet in sheets.values()
        for cell in sorted(sheet.threads & sheet.problems.keys())
    ]
    if talked:
        cells = ", ".join(talked)
        found.append(say("Cells with a conversation get a colour and no note: {cells}.", cells=cells))
    if any(name.lower().startswith("_xmlsignatures/") for name in package.members):
        found.append(say("The digital signature does not hold for the copy."))
    marked = sum(len(sheet.problems) for sheet in sheets.values())
    if marked >= MOST_MARKED:
        found.append(say("The first {most:,} cells are marked; the list tells of all.", most=MOST_MARKED))
    return found


def _put_list(package: Package, data: bytes, ours: Sequence[str]) -> None:
    """Put the list in the place of an earlier one, or on a new sheet."""
    sheets = package.sheets()
    if old := [name for name in sheets if name in ours]:
        package.put(sheets[old[0]], data)
        return
    taken = {name.casefold() for name in package.sheet_names()}
    names = [NAME, *(f"{NAME}-{number}" for number in range(2, 100))]
    name = next((name for name in names if name not in taken), None)
    if name is None:
        raise Unusual(package.workbook)
    package.add_sheet(name, data)
