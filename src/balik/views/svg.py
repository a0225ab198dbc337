"""A figure as SVG text: no fonts, no scripts, no links; numbers to a tenth of a pixel."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from .figure import Area, Box, Dot, Figure, Line, Mark, Ribbon, Text, Tile, Tiles
from .glyphs import FAMILY, clean, width, wrap
from .palette import FAINT, INK, PAPER

_PATTERNS = {
    "rising": '<path d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5" stroke="{0}" stroke-width="1.1"/>',
    "falling": '<path d="M-1 -1L7 7M5 -1L7 1M-1 5L1 7" stroke="{0}" stroke-width="1.1"/>',
    "dots": '<circle cx="1.5" cy="1.5" r="0.9" fill="{0}"/><circle cx="4.5" cy="4.5" r="0.9" fill="{0}"/>',
    "upright": '<path d="M3 0V6" stroke="{0}" stroke-width="1.1"/>',
    "level": '<path d="M0 3H6" stroke="{0}" stroke-width="1.1"/>',
    "crossed": '<path d="M0 3H6M3 0V6" stroke="{0}" stroke-width="0.9"/>',
}
#: Height of a line of notes; width that title and notes may take beside a narrow picture.
_NOTE, _LEAST = 16.0, 480.0


def svg(figure: Figure, ident: str = "f", alone: bool = True) -> str:
    """The figure as an <svg> element; `alone`: a file of its own, with its title and notes in the picture.

    `ident` begins the names inside, so that several may stand in one page. Marks with a tip can be reached by the
    keyboard and have it as their label. A file of its own asks for nothing: tiles of the web are left out of it.
    """
    title, notes = _around(figure) if alone else ([], [])
    top = _top(title)
    wide, high = sized(figure) if alone else (figure.width, figure.height)
    outside: list[Mark] = [Text(8, 20 + 18 * i, line, 15, bold=True) for i, line in enumerate(title)]
    outside += [Text(8, top + figure.height + 12 + i * _NOTE, note, 11) for i, note in enumerate(notes)]
    inner = [_mark(mark, ident) for mark in figure.marks if not (alone and isinstance(mark, Tiles) and mark.origin)]
    body = f'<g transform="translate(0 {_n(top)})">{"".join(inner)}</g>' if top else "".join(inner)
    around = "".join(_mark(mark, "") for mark in outside)
    space = ' xmlns="http://www.w3.org/2000/svg"' if alone else ""
    patterns = "".join(_pattern(name, ident) for name in sorted(_used(figure)))
    return (
        f'<svg{space} role="group" aria-labelledby="{ident}-t {ident}-d" viewBox="0 0 {_n(wide)} {_n(high)}" '
        f'width="{_n(wide)}" height="{_n(high)}" font-family="{escape(FAMILY)}" fill="{INK}">'
        f'<title id="{ident}-t">{_text(figure.title)}</title><desc id="{ident}-d">{_text(figure.about)}</desc>'
        f"<defs>{patterns}</defs>"
        + (f'<rect width="{_n(wide)}" height="{_n(high)}" fill="{PAPER}"/>' if alone else "")
        + f"{around}{body}</svg>"
    )


def sized(figure: Figure) -> tuple[float, float]:
    """Width and height of a file of its own: the picture with its title and notes."""
    title, notes = _around(figure)
    texts = [*(width(line, 15, True) + 16 for line in title), *(width(note, 11) + 16 for note in notes)]
    return max([figure.width, 60.0, *texts]), figure.height + _top(title) + (_NOTE * len(notes) + 6 if notes else 0.0)


def _top(title: list[str]) -> float:
    return 12.0 + 18 * len(title) if title else 0.0


def _around(figure: Figure) -> tuple[list[str], list[str]]:
    """Lines of the title above and of the notes below."""
    room = max(figure.width, _LEAST) - 16
    notes = [line for note in figure.notes for line in wrap(note, 11, room, 4)]
    return wrap(figure.title, 15, room, 3, bold=True) if figure.title else [], notes


def _used(figure: Figure) -> set[str]:
    return {mark.pattern for mark in figure.marks if isinstance(mark, (Box, Ribbon)) and mark.pattern}


def _pattern(name: str, ident: str) -> str:
    inner = _PATTERNS[name].format("#000000")
    size = 'width="6" height="6" patternUnits="userSpaceOnUse"'
    return f'<pattern id="{ident}-{name}" {size}><g opacity="0.38">{inner}</g></pattern>'


def _mark(mark: Mark, ident: str) -> str:
    kinds: dict[type, Callable[[Any, str], str]] = {
        Area: _area, Box: _box, Line: _line, Ribbon: _ribbon, Dot: _dot, Text: _words, Tiles: _tiles,
    }  # fmt: skip
    inner = kinds[type(mark)](mark, ident)
    tip = getattr(mark, "tip", "")
    if not tip:
        return inner
    return f'<g class="m" tabindex="0" role="img" aria-label="{_text(tip)}"><title>{_text(tip)}</title>{inner}</g>'


def _box(box: Box, ident: str) -> str:
    shape = f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(max(box.w, 0))}" height="{_n(max(box.h, 0))}"'
    shape += f' rx="{_n(box.round)}"' if box.round else ""
    stroke = f' stroke="{box.stroke}" stroke-width="{_n(box.line)}"' if box.stroke != "none" else ""
    stroke += f' stroke-dasharray="{box.dash}"' if box.dash else ""
    out = f'{shape} fill="{box.fill}"{stroke}/>'
    return out + (f'{shape} fill="url(#{ident}-{box.pattern})"/>' if box.pattern else "")


def _line(line: Line, ident: str) -> str:
    style = f'fill="none" stroke="{line.stroke}" stroke-width="{_n(line.line)}"'
    style += f' stroke-dasharray="{line.dash}"' if line.dash else ""
    out = f'<path d="{path_of(line)}" {style}/>'
    if line.tip:  # a wider line that nobody sees makes a thin one easy to point at
        out = f'<path d="{path_of(line)}" fill="none" stroke="{FAINT}" stroke-opacity="0" stroke-width="10"/>{out}'
    return out + (_head(line) if line.arrow else "")


def path_of(line: Line) -> str:
    """The line as the commands of a path."""
    (x, y), *rest = line.points
    parts = [f"M{_n(x)} {_n(y)}"]
    for to_x, to_y in rest:
        if line.smooth and abs(to_y - y) > 0.05:
            middle = (x + to_x) / 2
            parts.append(f"C{_n(middle)} {_n(y)} {_n(middle)} {_n(to_y)} {_n(to_x)} {_n(to_y)}")
        else:
            parts.append(f"L{_n(to_x)} {_n(to_y)}")
        x, y = to_x, to_y
    return "".join(parts)


def _head(line: Line) -> str:
    (x, y), size = line.points[-1], 5.0 + line.line
    back = -1 if line.points[-2][0] <= x else 1
    corners = f"{_n(x)},{_n(y)} {_n(x + back * size)},{_n(y - size * 0.6)} {_n(x + back * size)},{_n(y + size * 0.6)}"
    return f'<polygon points="{corners}" fill="{line.stroke}"/>'


def _ribbon(band: Ribbon, ident: str) -> str:
    half = max(band.thick, 0.6) / 2
    there = path_of(Line(tuple((x, y - half) for x, y in band.points), smooth=True))
    back = path_of(Line(tuple((x, y + half) for x, y in reversed(band.points)), smooth=True))
    shape = f'<path d="{there}L{back[1:]}Z"'
    out = f'{shape} fill="{band.fill}" fill-opacity="{band.opacity}"/>'
    return out + (
        f'{shape} fill="url(#{ident}-{band.pattern})" fill-opacity="{band.opacity}"/>' if band.pattern else ""
    )


def _area(area: Area, ident: str) -> str:
    path = "".join(f"M{'L'.join(f'{_n(x)} {_n(y)}' for x, y in ring)}Z" for ring in area.rings)
    style = f' stroke="{area.stroke}" stroke-width="{_n(area.line)}"' if area.stroke != "none" else ""
    style += f' stroke-dasharray="{area.dash}"' if area.dash else ""
    style += f' fill-opacity="{_n(area.opacity)}"' if area.opacity < 1 else ""
    return f'<path d="{path}" fill="{area.fill}" fill-rule="evenodd"{style}/>'


def _dot(dot: Dot, ident: str) -> str:
    x, y, r = dot.x, dot.y, dot.r
    if dot.shape == "circle":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}" fill="{dot.fill}"/>'
    corners = [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
    if dot.shape == "diamond":
        corners = [(x, y - r * 1.3), (x + r * 1.3, y), (x, y + r * 1.3), (x - r * 1.3, y)]
    points = " ".join(f"{_n(a)},{_n(b)}" for a, b in corners)
    return f'<polygon points="{points}" fill="{dot.fill}"/>'


def _tiles(tiles: Tiles, ident: str) -> str:
    """Levels as groups; only the first is shown, a page shows finer ones when it is zoomed."""
    frame = f'<clipPath id="{ident}-cut"><rect width="{_n(tiles.w)}" height="{_n(tiles.h)}"/></clipPath>'
    unseen = ' display="none"'
    levels = "".join(
        f'<g data-level="{level}"{unseen if i else ""}>{"".join(map(_tile, found))}</g>'
        for i, (level, found) in enumerate(tiles.levels)
    )
    more = f' data-web="{_text(tiles.template)}" data-finest="{tiles.finest}"' if tiles.origin else ""
    world = " ".join(f"{value:.4f}" for value in tiles.world)
    hidden = f'class="tiles" aria-hidden="true" pointer-events="none" data-world="{world}"'
    return f'{frame}<g {hidden}{more} clip-path="url(#{ident}-cut)">{levels}</g>'


def _tile(tile: Tile) -> str:
    """A little larger than it is, so that no seam shows."""
    size = f'width="{_n(tile.w + 0.25)}" height="{_n(tile.h + 0.25)}" preserveAspectRatio="none"'
    return f'<image x="{_n(tile.x)}" y="{_n(tile.y)}" {size} href="{_text(tile.address)}"/>'


def _words(text: Text, ident: str) -> str:
    style = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    style += ' font-weight="bold"' if text.bold else ""
    style += f' fill="{text.fill}"' if text.fill != INK else ""
    return f'<text x="{_n(text.x)}" y="{_n(text.y)}" font-size="{_n(text.size)}"{style}>{_text(text.text)}</text>'


def _text(text: str) -> str:
    return escape(clean(text))


def _n(value: float) -> str:
    """A length: at most two decimals, no zero behind them."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
