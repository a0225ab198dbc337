"""The styles of a workbook: the same style as a cell has, with another fill."""

from __future__ import annotations

import re

from .edit import Edit, Element, Unusual, apply, find, reset
from .package import MAIN, Package

_FILL = "styleSheet/fills/fill"
_FONT = "styleSheet/fonts/font"
_STYLE = "styleSheet/cellXfs/xf"
_GROUPS = {path: path.rpartition("/")[0] for path in (_FILL, _FONT, _STYLE)}
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_LEAST = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf xfId="0"/></cellXfs></styleSheet>'
)
#: The prefix of the document in a fill, and in those that are put into it.
_PREFIX = re.compile(r"<(/?)\w+:")

NO_FILL = '<fill><patternFill patternType="none"/></fill>'


def solid(colour: str) -> str:
    """A fill of one colour (`F7B79B`)."""
    return f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/><bgColor indexed="64"/></patternFill></fill>'


def is_fill(xml: str) -> bool:
    """Whether a text is a fill as `Styles.fill` gives it, and can be put back."""
    try:
        return len(find(xml.encode(), "", "fill")["fill"]) == 1
    except Unusual:
        return False


class Styles:
    """The styles of a package: those that are there, and those that are added until `finish`."""

    def __init__(self, package: Package):
        self._package = package
        known = package.related(package.workbook, "styles")
        if known is None:
            self._part = package.add("xl/styles{}.xml", _LEAST.encode(), _TYPE)
            package.relate(package.workbook, "styles", self._part)
        else:
            self._part = known.target
        self._data = package.read(self._part)
        self._found = find(self._data, self._part, *_GROUPS, *_GROUPS.values())
        if any(len(self._found[group]) != 1 for group in _GROUPS.values()) or not self._found[_STYLE]:
            raise Unusual(self._part)
        self._added: dict[str, dict[bytes, int]] = {path: {} for path in _GROUPS}

    def fill(self, style: int) -> str:
        """The fill of a style, as XML without prefixes."""
        at = self._style(style).attributes.get("fillId", "0")
        fills = self._found[_FILL]
        if not at.isdigit() or int(at) >= len(fills):
            return NO_FILL
        element = fills[int(at)]
        return _PREFIX.sub(r"<\1", self._data[element.start : element.end].decode("utf-8"))

    def filled(self, style: int, fill: str) -> int:
        """The number of the style that is like this one and has this fill."""
        element = self._style(style)
        tag = self._data[element.start : element.inside]
        new = reset(tag, fillId=str(self._add(_FILL, fill)), applyFill="1")
        return self._add(_STYLE, (new + self._data[element.inside : element.end]).decode("utf-8"))

    def plain(self, font: str = "", fill: str = NO_FILL, more: str = "", number: int = 0) -> int:
        """The style with this font (as XML), fill and built-in format of numbers, its text at the top, wrapped."""
        font_id = self._add(_FONT, font) if font else 0
        return self._add(
            _STYLE,
            f'<xf numFmtId="{number}" fontId="{font_id}" fillId="{self._add(_FILL, fill)}" borderId="0" xfId="0" '
            f'applyNumberFormat="1" applyFont="1" '
            f'applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/>{more}</xf>',
        )

    def finish(self) -> None:
        """Write what was added into the package."""
        edits: list[Edit] = []
        for path, group in _GROUPS.items():
            if added := self._added[path]:
                parent, content = self._found[group][0], b"".join(added)
                edits.append(parent.append(self._data, content))
                if edits[-1][0] != parent.start:  # one that closed itself is written anew
                    edits.append(parent.reset(self._data, count=str(len(self._found[path]) + len(added))))
        self._package.put(self._part, apply(self._data, edits))

    def _style(self, number: int) -> Element:
        styles = self._found[_STYLE]
        return styles[number] if number < len(styles) else styles[0]

    def _add(self, path: str, xml: str) -> int:
        """The number of a fill, font or style; it is added if it was not before."""
        prefix = self._found[_GROUPS[path]][0].prefix
        content = (re.sub(r"<(/?)(?=\w+[\s/>])", rf"<\1{prefix}", xml) if prefix else xml).encode()
        added = self._added[path]
        return added.setdefault(content, len(self._found[path]) + len(added))
