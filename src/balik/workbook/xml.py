"""XML, read as a stream: no tree is built, and nothing is declared by the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from ..words import say
from .gate import damaged
from .grid import WorkbookRefused

Starts = dict[str, Callable[[dict[str, str]], None]]
Ends = dict[str, Callable[[], None]]

_OFFICE = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
#: The name spaces of the elements that are read; the second form of each is that of "Strict Open XML".
_SPACES = (
    f"{_OFFICE}spreadsheetml/2006/main",
    f"{_STRICT}spreadsheetml/main",
    f"{_OFFICE}package/2006/relationships",
)
#: The attribute by which a part names another one.
_LINKS = (f"{_OFFICE}officeDocument/2006/relationships id", f"{_STRICT}officeDocument/relationships id")

_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "iso-8859-1")


def link(attributes: dict[str, str]) -> str | None:
    """The identifier of the part that an element points to."""
    return next((attributes[name] for name in _LINKS if name in attributes), None)


def read(
    name: str, chunks: Iterable[bytes], starts: Starts, ends: Ends, text: Callable[[str], None] | None = None
) -> None:
    """Read a part from its bytes: call what is asked for at the start and the end of the elements of these names."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    _refuse_declarations(parser, name)
    first = {f"{space} {tag}": call for space in _SPACES for tag, call in starts.items()}.get
    last = {f"{space} {tag}": call for space in _SPACES for tag, call in ends.items()}.get

    def start(tag: str, attributes: dict[str, str]) -> None:
        if call := first(tag):
            call(attributes)

    def end(tag: str) -> None:
        if call := last(tag):
            call()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
            raise MemoryError from None
        raise damaged(say("part '{part}' is no XML ({error}).", part=name, error=str(error))) from None


def _refuse_declarations(parser: expat.XMLParserType, name: str) -> None:
    """Refuse a part that declares entities, and one in letters that no workbook is written in."""

    def declares(*_: object) -> None:
        raise WorkbookRefused(
            say("Part '{part}' of the workbook declares entities, as harmful files do.", part=name),
            say("No spreadsheet program writes such a file: do not use it."),
        )

    def begins(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _ENCODINGS:
            raise damaged(say("part '{part}' is written in '{encoding}'.", part=name, encoding=encoding[:20]))

    parser.StartDoctypeDeclHandler = declares
    parser.XmlDeclHandler = begins
