"""The parts around the sheets: which sheets there are, the shared texts, and which styles show dates."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

from ..words import say
from .gate import Parts, damaged, make_smaller, save_as_xlsx
from .grid import WorkbookRefused
from .limits import LETTERS, MB, PARTS
from .values import shows, unescaped
from .xml import link, read

Attributes = dict[str, str]
#: A relation: its kind (the last word of its type) and the part that it leads to.
Relation = tuple[str, str]


@dataclass(slots=True)
class Sheet:
    """A sheet as the workbook lists it."""

    name: str
    hidden: bool
    kind: str  # worksheet, chartsheet, dialogsheet, xlMacrosheet …
    part: str


@dataclass(slots=True)
class Contents:
    """What the sheets of a workbook have in common."""

    text: Text
    sheets: list[Sheet] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    shows: dict[str, str] = field(default_factory=dict)  # styles that show dates or durations
    since_1904: bool = False
    calculated: bool = True  # False: no spreadsheet program has calculated its formulas yet


def contents(parts: Parts) -> Contents:
    """Read what stands around the sheets."""
    found = Contents(Text())
    main = next((part for kind, part in relations(parts, "").values() if kind == "officeDocument"), None)
    if main is None:
        raise WorkbookRefused(say("The file is no Excel workbook."), save_as_xlsx())
    related = relations(parts, main)
    _read_workbook(parts, main, related, found)
    for kind, part in related.values():
        if kind == "sharedStrings":
            found.texts = shared_texts(parts, part, found.text)
        elif kind == "styles":
            found.shows = date_styles(parts, part)
    return found


def relations(parts: Parts, part: str) -> dict[str, Relation]:
    """The relations of a part (of the whole file, for ''), by their identifiers; those that leave the file are not."""
    folder, name = posixpath.split(part)
    found: dict[str, Relation] = {}

    def relation(attributes: Attributes) -> None:
        if attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rsplit("/", 1)[-1]
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = kind, target.lstrip("/")

    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path in parts:
        read(path, parts.chunks(path), {"Relationship": relation}, {})
    return found


def _read_workbook(parts: Parts, main: str, related: dict[str, Relation], found: Contents) -> None:
    is_workbook = False

    def workbook(_: Attributes) -> None:
        nonlocal is_workbook
        is_workbook = True

    def properties(attributes: Attributes) -> None:
        found.since_1904 = _yes(attributes.get("date1904"))

    def calculation(attributes: Attributes) -> None:
        found.calculated = not _yes(attributes.get("fullCalcOnLoad"))

    def sheet(attributes: Attributes) -> None:
        name = attributes.get("name", "")
        kind, part = related.get(link(attributes) or "", ("", ""))
        if not part:
            raise damaged(say("sheet '{sheet}' is listed, but is not there.", sheet=name))
        if len(found.sheets) == PARTS:
            raise WorkbookRefused(say("The workbook has more than {most:,} sheets.", most=PARTS), make_smaller())
        found.sheets.append(Sheet(name, attributes.get("state", "visible") != "visible", kind, part))

    starts = {"workbook": workbook, "workbookPr": properties, "calcPr": calculation, "sheet": sheet}
    read(main, parts.chunks(main), starts, {})
    if not is_workbook:
        raise WorkbookRefused(say("The file is no Excel workbook."), save_as_xlsx())


def _yes(text: str | None) -> bool:
    return text in ("1", "true", "on")


class Text:
    """Gathers the letters of the elements `t` and `v`, without phonetic ones, and counts them over all parts."""

    def __init__(self) -> None:
        self.starts: dict[str, Callable[[Attributes], None]] = {"t": self._open, "v": self._open, "rPh": self._mute}
        self.ends: dict[str, Callable[[], None]] = {"t": self._close, "v": self._close, "rPh": self._unmute}
        self.stored = False  # whether there was an element of the kind, even an empty one
        self._letters: list[str] = []
        self._inside = self._phonetic = False
        self._left = LETTERS

    def add(self, letters: str) -> None:
        """Letters that the parser met."""
        if self._inside and not self._phonetic:
            self._letters.append(letters)
            self._left -= len(letters)
            if self._left < 0:
                found = say("The workbook holds more than {most:,} million letters.", most=LETTERS // MB)
                raise WorkbookRefused(found, make_smaller())

    def take(self) -> str:
        """What was gathered since the last time."""
        self.stored = False
        text = "".join(self._letters)
        self._letters.clear()
        return text

    def _open(self, _: Attributes) -> None:
        self._inside = self.stored = True

    def _close(self) -> None:
        self._inside = False

    def _mute(self, _: Attributes) -> None:
        self._phonetic = True

    def _unmute(self) -> None:
        self._phonetic = False


def shared_texts(parts: Parts, part: str, text: Text) -> list[str]:
    """The texts that cells name by their number."""
    texts: list[str] = []
    ends = {**text.ends, "si": lambda: texts.append(unescaped(text.take()))}
    read(part, parts.chunks(part), text.starts, ends, text.add)
    return texts


def date_styles(parts: Parts, part: str) -> dict[str, str]:
    """The numbers of the styles (as cells name them) whose format shows a date or a duration."""
    codes: dict[int, str] = {}
    ids: list[int] = []
    inside = False

    def code(attributes: Attributes) -> None:
        codes.setdefault(_id(attributes), attributes.get("formatCode", ""))

    def styles(_: Attributes) -> None:
        nonlocal inside
        inside = True

    def styles_end() -> None:
        nonlocal inside
        inside = False

    def style(attributes: Attributes) -> None:
        if inside:
            ids.append(_id(attributes))

    starts = {"numFmt": code, "cellXfs": styles, "xf": style}
    read(part, parts.chunks(part), starts, {"cellXfs": styles_end})
    shown = {format_id: shows(format_id, codes.get(format_id)) for format_id in set(ids)}
    return {str(number): show for number, format_id in enumerate(ids) if (show := shown[format_id])}


def _id(attributes: Attributes) -> int:
    text = attributes.get("numFmtId", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
