"""The proof that an annotated workbook holds what the user's own holds: every value, formula, format and part."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from ..errors import BalikError
from .grid import Grid
from .listing import is_list
from .paint import Cell, name_of
from .read import read_workbook

_CELL = re.compile(rb"<((?:\w+:)?c)(\s[^>]*?)?(/?)>")
_ROW = re.compile(rb"<((?:\w+:)?(?:row|sheetData))(\s[^>]*?)?(/?)>")
_EMPTY_ROW = re.compile(rb"<((?:\w+:)?row)(?: r=\"\d+\")?></\1>")
_NOTES = re.compile(rb"<(?:\w+:)?legacyDrawing\s[^>]*/>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


def prove(
    source: Path,
    grids: list[Grid],
    copy: Path,
    changed: Collection[str],
    painted: Mapping[str, Collection[Cell]],
    is_ours: Callable[[Grid], bool] = is_list,
) -> None:
    """Raise BalikError unless the copy is the source but for the parts and cells that are named.

    `grids`: what the source holds; `changed`: parts that were written anew; `painted`: of the sheets among them, the
    cells whose style is another; `is_ours`: whether a sheet is balik's own.
    """
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(copy) as new:
        for member in old.infolist():
            name = member.filename
            if name in painted:
                names = {name_of(cell).encode() for cell in painted[name]}
                same = _unpainted(old.read(name), names) == _unpainted(new.read(name), names)
            else:
                same = member.is_dir() or name in changed or new.getinfo(name).CRC == member.CRC
            if not same:
                raise BalikError(f"The annotated copy would differ from the workbook in {name}; it was not kept.")
    if _users(read_workbook(copy).grids, is_ours) != _users(grids, is_ours):
        raise BalikError("The annotated copy would hold other values than the workbook; it was not kept.")


def _users(grids: list[Grid], is_ours: Callable[[Grid], bool]) -> list[Grid]:
    return [grid for grid in grids if not is_ours(grid)]


def _unpainted(data: bytes, painted: set[bytes]) -> bytes:
    """A sheet without the styles of these cells, without those of them that are empty, and without empty rows."""

    def cell(match: re.Match[bytes]) -> bytes:
        said = dict(_ATTRIBUTE.findall(match[2] or b""))
        if said.get(b"r", b"")[1:-1] not in painted:
            return match[0]
        return b"" if match[3] else _tag(match[1], said, b"s")

    def row(match: re.Match[bytes]) -> bytes:
        tag = _tag(match[1], dict(_ATTRIBUTE.findall(match[2] or b"")), b"spans")
        return tag + b"</" + match[1] + b">" if match[3] else tag

    return _NOTES.sub(b"", _EMPTY_ROW.sub(b"", _ROW.sub(row, _CELL.sub(cell, data))))


def _tag(name: bytes, said: dict[bytes, bytes], without: bytes) -> bytes:
    return b"<" + name + b"".join(b" " + key + b"=" + value for key, value in said.items() if key != without) + b">"
