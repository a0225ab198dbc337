"""Small edits of XML as it stands: what is not edited keeps every byte.

A tree that is read and written again loses prefixes, comments and whatever the library does not know. Here elements
are found by their place in the bytes, and only the bytes that change are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from ..errors import CallError
from ..words import say

_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=[\"'](?!utf-8|us-ascii)", re.IGNORECASE)
#: What XML cannot hold.
_UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

#: (start, end, what stands there instead)
Edit = tuple[int, int, bytes]


class Unusual(CallError):
    """A workbook that is built in a way that is not edited."""

    def __init__(self, part: str):
        super().__init__(
            say("Part '{part}' of the workbook is built in an unusual way, so that no copy with notes can be made. Open "
                "the workbook in a spreadsheet program, save it as .xlsx and try again.", part=part)
        )  # fmt: skip


@dataclass(frozen=True)
class Element:
    """An element of a document: where its tags begin and end, its name with the prefix, and its attributes."""

    start: int
    inside: int  # end of the start tag
    close: int  # start of the end tag; the same where the element closes itself
    end: int
    name: str
    attributes: dict[str, str]

    @property
    def prefix(self) -> str:
        """`x:` or nothing, for elements that are put into this one."""
        return self.name[: self.name.rfind(":") + 1]

    def append(self, data: bytes, content: bytes) -> Edit:
        """Put something at its end."""
        return append(data, self.start, self.inside, self.close, self.name, content)

    def reset(self, data: bytes, **attributes: str) -> Edit:
        """Give attributes other values."""
        return (self.start, self.inside, reset(data[self.start : self.inside], **attributes))


def local(name: str) -> str:
    """A name without its prefix."""
    return name[name.rfind(":") + 1 :]


def start_tag(data: bytes, at: int, part: str = "") -> bytes:
    """The start tag at this place."""
    match = _TAG.match(data, at)
    if match is None:
        raise Unusual(part)
    return match[0]


def append(data: bytes, start: int, inside: int, close: int, name: str, content: bytes) -> Edit:
    """Put something at the end of an element, also of one that closes itself."""
    if data[inside - 2 : inside] != b"/>":
        return (close, close, content)
    opened = data[start : inside - 2].rstrip() + b">"
    return (start, inside, opened + content + b"</" + name.encode() + b">")


def reset(tag: bytes, **attributes: str | None) -> bytes:
    """A start tag with attributes set to other values, or taken away (None)."""
    for name, value in attributes.items():
        pattern = re.compile(rb"\s+" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
        tag = pattern.sub(b"", tag, count=1)
        if value is not None:
            end = -2 if tag.endswith(b"/>") else -1
            tag = tag[:end].rstrip() + b" " + name.encode() + b"=" + quoteattr(value).encode() + tag[end:]
    return tag


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The document with all edits; those at one place follow each other as they are given."""
    out, at = [], 0
    for start, end, content in sorted(edits, key=lambda edit: edit[:2]):
        out += [data[at:start], content]
        at = end
    return b"".join([*out, data[at:]])


def walk(
    data: bytes, part: str, start: Callable[[str, dict[str, str], int], None], end: Callable[[str, int], None]
) -> None:
    """Call `start` and `end` for every element, with the place in the bytes of its tag."""
    if _ENCODING.match(data) or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unusual(part)
    parser = expat.ParserCreate()

    def declared(*_: object) -> None:
        raise Unusual(part)

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = lambda name, attributes: start(name, attributes, parser.CurrentByteIndex)
    parser.EndElementHandler = lambda name: end(name, parser.CurrentByteIndex)
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise Unusual(part) from None


def find(data: bytes, part: str, *paths: str) -> dict[str, list[Element]]:
    """All elements at each of these paths (`styleSheet/cellXfs/xf`, names without prefixes)."""
    found: dict[str, list[Element]] = {path: [] for path in paths}
    open_: list[tuple[str, str, int, int, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str], at: int) -> None:
        path = f"{open_[-1][0]}/{local(name)}" if open_ else local(name)
        inside = at + len(start_tag(data, at, part)) if path in found else 0
        open_.append((path, name, at, inside, attributes))

    def end(name: str, at: int) -> None:
        path, name, began, inside, attributes = open_.pop()
        if path in found:
            itself = data[inside - 2 : inside] == b"/>"
            close = inside if itself else at
            done = inside if itself else data.index(b">", at) + 1
            found[path].append(Element(began, inside, close, done, name, attributes))

    walk(data, part, start, end)
    return found


def one(data: bytes, part: str, path: str) -> Element:
    """The only element at this path."""
    found = find(data, part, path)[path]
    if len(found) != 1:
        raise Unusual(part)
    return found[0]


def text(words: str) -> str:
    """A text as it stands in XML; signs that it cannot hold become �."""
    return escape(_UNFIT.sub("\ufffd", words))
