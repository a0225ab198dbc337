"""A report as one HTML file: no requests, opens from disk, prints; pictures as SVG that the keyboard reaches."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from ...words import say
from ..figure import Figure, Tiles
from ..glyphs import clean
from ..language import Language
from ..svg import svg
from .parts import Block, Facts, Grid, Paragraph, Points, Section, Verbatim

_HERE = Path(__file__).parent
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def _policy(tiles: Sequence[Tiles]) -> str:
    """Nothing from outside, but the tiles that a case asks for."""
    return " ".join([_POLICY, *dict.fromkeys(mark.origin for mark in tiles if mark.origin)])


def html(title: str, below: str, sections: Sequence[Section], speak: Language) -> str:
    """The page; `below` stands under the title."""
    links = "".join(f'<li><a href="#{s.name}">{_text(s.title)}</a></li>' for s in sections)
    body = "".join(_section(section, speak) for section in sections)
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    figures = [block for section in sections for block in section.blocks if isinstance(block, Figure)]
    tiles = [mark for figure in figures for mark in figure.marks if isinstance(mark, Tiles)]
    if tiles:
        script += (_HERE / "tiles.js").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{speak.code}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(tiles)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(title)}</title><style>{style}</style></head>\n<body>"
        f'<header><h1>{_text(title)}</h1><p class="below">{_text(below)}</p></header>'
        f'<nav aria-label="{_text(speak(say("Contents")))}"><ul>{links}</ul></nav><main>{body}</main>'
        f'<div id="tip" role="tooltip" hidden></div><script>{script}</script></body></html>\n'
    )


def _section(section: Section, speak: Language) -> str:
    blocks = "\n".join(_block(block, f"{section.name}{i}", speak) for i, block in enumerate(section.blocks))
    return f'\n<section id="{section.name}"><h2>{_text(section.title)}</h2>\n{blocks}</section>'


def _block(block: Block, ident: str, speak: Language) -> str:
    if isinstance(block, Figure):
        return _figure(block, ident, speak)
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Paragraph):
        looks = " ".join(name for name, has in (("strong", block.strong), ("no", block.bad)) if has)
        return f'<p class="{looks}">{_text(block.text)}</p>' if looks else f"<p>{_text(block.text)}</p>"
    if isinstance(block, Facts):
        inner = "".join(f"<div><dt>{_text(word)}</dt><dd>{_text(value)}</dd></div>" for word, value in block.facts)
        return f'<dl class="facts">{inner}</dl>'
    if isinstance(block, Points):
        title = f"<h3>{_text(block.title)}</h3>" if block.title else ""
        return title + "<ul>" + "".join(f"<li>{_text(point)}</li>" for point in block.points) + "</ul>"
    assert isinstance(block, Verbatim)
    return f"<pre>{_text(block.text)}</pre>"


def _figure(figure: Figure, ident: str, speak: Language) -> str:
    """The picture, what it leaves out, and its data to be unfolded; a large one can be zoomed."""
    notes = "".join(f'<p class="note">{_text(note)}</p>' for note in figure.notes)
    data = ""
    if figure.rows:
        left = len(figure.rows) - _MOST_ROWS
        more = speak(say("… and {count} more", count=left)) if left > 0 else ""
        grid = _grid(Grid(figure.head, figure.rows[:_MOST_ROWS], more=more))
        data = f"<details><summary>{_text(speak(say('The figures of this picture')))}</summary>{grid}</details>"
    near = figure.width > _WIDE or len(figure.marks) > _MANY
    caption = f"<figcaption>{_text(figure.title)}</figcaption>{_tools(speak) if near else ''}"
    drawn = f'<div class="wide">{svg(figure, ident, alone=False)}</div>'
    kind = ' class="zoom"' if near else ""
    return f"<figure{kind}>{caption}{drawn}{notes}{data}</figure>"


def _tools(speak: Language) -> str:
    """Buttons that zoom; the script shows them."""
    words = (("in", "+", say("zoom in")), ("out", "−", say("zoom out")), ("all", "1:1", say("the whole picture")))
    buttons = "".join(
        f'<button type="button" data-do="{name}" aria-label="{_text(speak(word))}">{sign}</button>'
        for name, sign, word in words
    )
    keys = _text(speak(say("Keys + − 0 and arrows; Ctrl and wheel; drag.")))
    group = f'<div class="tools" role="group" aria-label="{_text(speak(say("zoom")))}" hidden>'
    return f'{group}{buttons}<span role="status">100 %</span><span>{keys}</span></div>'


#: Rows of the data below a picture; pictures that are wider, or hold more marks, can be zoomed.
_MOST_ROWS, _WIDE, _MANY = 400, 760.0, 250


def _grid(grid: Grid) -> str:
    title = f"<caption>{_text(grid.title)}</caption>" if grid.title else ""
    head = "".join(f'<th scope="col"{_side(grid, i)}>{_text(cell)}</th>' for i, cell in enumerate(grid.head))
    rows = "".join(
        "<tr>" + "".join(f"<td{_side(grid, i)}>{_text(cell)}</td>" for i, cell in enumerate(row)) + "</tr>"
        for row in grid.rows
    )
    more = f'<p class="note">{_text(grid.more)}</p>' if grid.more else ""
    return f'<div class="wide"><table>{title}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{more}'


def _side(grid: Grid, column: int) -> str:
    return ' class="n"' if column in grid.right else ""


def _text(text: str) -> str:
    return escape(clean(str(text)))
