"""Notes on the cells of a sheet: balik's lines are added to what stands there, and taken away again.

A note has two parts: its text in the comments of the sheet, and its box in a drawing in VML, the old language in which
all spreadsheet programs keep it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape

from .edit import Edit, Element, Unusual, apply, find, one, text
from .package import MAIN, Package
from .paint import Cell, cell_of, name_of

_NOTE = "comments/commentList/comment"
_TEXT, _RUN = f"{_NOTE}/text", f"{_NOTE}/text/r"
_PIECES = (f"{_TEXT}/t", f"{_RUN}/t")
_SOUND = (f"{_TEXT}/rPh", f"{_TEXT}/phoneticPr")
_AUTHORS = "comments/authors"
AUTHOR = b"balik"
#: How a line of balik begins.
ERROR, WARNING = "balik ✖", "balik ▲"
_OURS = re.compile(f"\\n?^(?:{ERROR}|{WARNING}) [EW]\\d{{3}}.*$", re.MULTILINE)
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_TYPE_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"

_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_DRAWING = f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
_SHAPE_TYPE = (
    '<v:shapetype{spaces} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = re.compile(rb"<(\w+:)?shape\s.*?</\1shape>", re.DOTALL)
_NAMED = re.compile(rb"<(?:\w+:)?legacyDrawing\s[^>]*?:id=[\"']([^\"']+)[\"']")
_SHAPE_NUMBER = re.compile(rb"_x0000_s(\d+)")
_WIDE, _HIGH = 3, 7  # columns and rows that a note covers


@dataclass(frozen=True)
class Line:
    """One problem on a cell: how it begins (in bold), and what it says."""

    head: str
    words: str


class Notes:
    """The notes of one sheet of a package."""

    def __init__(self, package: Package, sheet: str):
        self._package, self._sheet = package, sheet
        known = package.related(sheet, "comments")
        self._part = known.target if known else None
        self._data = package.read(self._part) if self._part else b""
        paths = (_NOTE, _TEXT, _RUN, *_PIECES, *_SOUND)
        self._found: dict[str, list[Element]] = {path: [] for path in paths}
        if self._part:
            self._found = find(self._data, self._part, *paths)
            if b"<![CDATA[" in self._data:
                raise Unusual(self._part)

    def texts(self) -> dict[str, str]:
        """Text of every note by the name of its cell."""
        return {note.attributes.get("ref", ""): self._text(note) for note in self._found[_NOTE]}

    def cells_of_ours(self) -> list[Cell]:
        """Cells whose notes hold lines of balik."""
        cells = [cell_of(ref) for ref, words in self.texts().items() if _OURS.search(words)]
        return [cell for cell in cells if cell]

    # -- taking away -----------------------------------------------------------------------------------------------

    def without_ours(self) -> Notes:
        """The notes without the lines of balik; a note that then says nothing goes."""
        edits: list[Edit] = []
        gone: list[Cell] = []
        for note in self._found[_NOTE]:
            words = self._text(note)
            if not _OURS.search(words):
                continue
            if not _OURS.sub("", words).strip():
                edits.append((note.start, note.end, b""))
                gone += [cell for cell in [cell_of(note.attributes.get("ref", ""))] if cell]
            else:
                edits += self._cut(note, [match.span() for match in _OURS.finditer(words)])
        if not edits or self._part is None:
            return self
        self._package.put(self._part, apply(self._data, edits))
        self._drop_shapes(gone)
        return Notes(self._package, self._sheet)

    def _cut(self, note: Element, spans: list[tuple[int, int]]) -> list[Edit]:
        """Take stretches of the text out of the pieces that it stands in."""
        edits: list[Edit] = []
        at = 0
        for piece in self._pieces(note):
            words = _plain(self._data[piece.inside : piece.close])
            kept = "".join(c for i, c in enumerate(words, at) if not any(a <= i < b for a, b in spans))
            at += len(words)
            run = next((r for r in self._found[_RUN] if r.start < piece.start < r.end), piece)
            if kept != words and kept:
                edits.append((piece.inside, piece.close, text(kept).encode()))
            elif kept != words:
                edits.append((run.start, run.end, b""))
        return edits

    def _drop_shapes(self, cells: Iterable[Cell]) -> None:
        drawing = self._drawing()
        if drawing is None:
            return
        data, gone = self._package.read(drawing), set(cells)
        self._package.put(drawing, _SHAPE.sub(lambda m: b"" if _cell_of_shape(m[0]) in gone else m[0], data))

    def _drawing(self) -> str | None:
        """The part with the boxes of this sheet's notes (headers and footers may have a drawing of their own)."""
        named = _NAMED.search(self._package.read(self._sheet))
        id_ = named[1].decode() if named else ""
        return next((r.target for r in self._package.relations(self._sheet) if r.id == id_), None)

    # -- adding ----------------------------------------------------------------------------------------------------

    def add(self, lines: Mapping[Cell, list[Line]]) -> str:
        """Add lines to the notes of cells; returns the element that the sheet needs for a new drawing, or nothing."""
        part, data = self._part, self._data
        if part is None:
            empty = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'
            part = self._package.add("xl/comments{}.xml", empty.encode(), _TYPE)
            self._package.relate(self._sheet, "comments", part)
            data = self._package.read(part)
        authors, notes = one(data, part, _AUTHORS), one(data, part, "comments/commentList")
        p = notes.prefix
        names = [data[e.inside : e.close] for e in find(data, part, f"{_AUTHORS}/author")[f"{_AUTHORS}/author"]]
        author = names.index(AUTHOR) if AUTHOR in names else len(names)
        edits = [] if AUTHOR in names else [authors.append(data, f"<{p}author>{AUTHOR.decode()}</{p}author>".encode())]
        known = {note.attributes.get("ref"): note for note in self._found[_NOTE]}
        new: list[Cell] = []
        added = ""
        for cell, said in lines.items():
            if note := known.get(name_of(cell)):
                edits += self._longer(note, _runs(said, p, follows=True))
            else:
                new.append(cell)
                added += f'<{p}comment ref="{name_of(cell)}" authorId="{author}"><{p}text>{_runs(said, p)}</{p}text></{p}comment>'
        edits.append(notes.append(data, added.encode()))
        self._package.put(part, apply(data, edits))
        return self._add_shapes(new) if new else ""

    def _longer(self, note: Element, runs: str) -> list[Edit]:
        """Put runs behind the text of a note."""
        inner = self._inner(note)
        edits: list[Edit] = []
        for piece in self._found[_PIECES[0]]:  # a text without runs becomes the first run
            if inner.start < piece.start < inner.end:
                p = note.prefix
                edits += [(piece.start, piece.start, f"<{p}r>".encode()), (piece.end, piece.end, f"</{p}r>".encode())]
        sounds = [e.start for path in _SOUND for e in self._found[path] if inner.start < e.start < inner.end]
        if sounds:
            return [*edits, (min(sounds), min(sounds), runs.encode())]
        return [*edits, inner.append(self._data, runs.encode())]

    def _add_shapes(self, cells: list[Cell]) -> str:
        part = self._drawing()
        element = ""
        if part is None:
            part = self._package.add("xl/drawings/vmlDrawing{}.vml", _DRAWING.encode(), _TYPE_VML)
            id_ = self._package.relate(self._sheet, "vmlDrawing", part)
            element = f'<legacyDrawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{id_}"/>'
        data = self._package.read(part)
        end = data.rfind(b"</xml>")
        if end < 0:
            raise Unusual(part)
        spaces = "" if all(space.encode() in data for space in _SPACES.split()) else f" {_SPACES}"
        first = max([1024, *map(int, _SHAPE_NUMBER.findall(data))]) + 1
        new = _SHAPE_TYPE.format(spaces=spaces) if b'id="_x0000_t202"' not in data else ""
        new += "".join(_shape(number, cell, spaces) for number, cell in enumerate(cells, first))
        self._package.put(part, data[:end] + new.encode() + data[end:])
        return element

    # -- the text of a note ----------------------------------------------------------------------------------------

    def _inner(self, note: Element) -> Element:
        found = next((e for e in self._found[_TEXT] if note.start < e.start < note.end), None)
        if found is None:
            raise Unusual(self._part or "")
        return found

    def _pieces(self, note: Element) -> list[Element]:
        pieces = (e for path in _PIECES for e in self._found[path] if note.start < e.start < note.end)
        return sorted(pieces, key=lambda e: e.start)

    def _text(self, note: Element) -> str:
        return "".join(_plain(self._data[e.inside : e.close]) for e in self._pieces(note))


def _plain(content: bytes) -> str:
    """The text between two tags."""
    return unescape(content.decode("utf-8").replace("\r\n", "\n"))


def _runs(lines: list[Line], p: str, follows: bool = False) -> str:
    """Lines as runs of text, the beginning of each in bold."""
    out = ""
    for at, line in enumerate(lines):
        begin = "\n" if follows or at else ""
        font = f'<{p}sz val="9"/><{p}rFont val="Tahoma"/><{p}family val="2"/>'
        out += f'<{p}r><{p}rPr><{p}b/>{font}</{p}rPr><{p}t xml:space="preserve">{begin}{text(line.head)} </{p}t></{p}r>'
        words = text(" ".join(line.words.split()))
        out += f'<{p}r><{p}rPr>{font}</{p}rPr><{p}t xml:space="preserve">{words}</{p}t></{p}r>'
    return out


def _shape(number: int, cell: Cell, spaces: str) -> str:
    """The box of a note beside its cell (rows and columns count from 0 there)."""
    row, column = cell[0] - 1, cell[1] - 1
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 1 + _WIDE}, 15, {max(row - 1, 0) + _HIGH}, 4"
    return (
        f'<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" style=\'position:absolute;margin-left:60pt;margin-top:1.5pt;'
        f'width:210pt;height:100pt;z-index:{number};visibility:hidden\' fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        "<v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>"
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _cell_of_shape(shape: bytes) -> Cell | None:
    """The cell that the box of a note belongs to."""
    row, column = (re.search(rb"<(?:\w+:)?" + word + rb">\s*(\d+)\s*<", shape) for word in (b"Row", b"Column"))
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column and b'"Note"' in shape else None
