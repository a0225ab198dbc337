"""A picture as data: marks with their places, texts and values, that anything can draw.

All lengths are px; x runs to the right and y down. A chart is a pure function from a plan or a study to a Figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .glyphs import width
from .palette import INK, PAPER


@dataclass(frozen=True)
class Box:
    """A rectangle. `tip`: what it says when it is pointed at or reached by the keyboard; `pattern`: see palette."""

    x: float
    y: float
    w: float
    h: float
    fill: str = "none"
    stroke: str = "none"
    line: float = 1.0
    round: float = 0.0
    dash: str = ""
    pattern: str = ""
    tip: str = ""


@dataclass(frozen=True)
class Line:
    """A line through points; `smooth`: as curves that leave and arrive level; `arrow` at its end."""

    points: tuple[tuple[float, float], ...]
    stroke: str = INK
    line: float = 1.0
    dash: str = ""
    smooth: bool = False
    arrow: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Ribbon:
    """A band of one thickness along points, which are the middles of it."""

    points: tuple[tuple[float, float], ...]
    thick: float
    fill: str
    opacity: float = 0.5
    pattern: str = ""
    tip: str = ""


@dataclass(frozen=True)
class Dot:
    """A filled circle."""

    x: float
    y: float
    r: float
    fill: str
    shape: str = "circle"  # circle | square | diamond
    tip: str = ""


@dataclass(frozen=True)
class Text:
    """A line of text; y is its baseline; `anchor`: start | middle | end."""

    x: float
    y: float
    text: str
    size: float = 12.0
    anchor: str = "start"
    bold: bool = False
    fill: str = INK
    over: str = "#ffffff"  # what is behind it

    @property
    def box(self) -> tuple[float, float, float, float]:
        """What it covers: left, top, right, bottom."""
        wide = width(self.text, self.size, self.bold)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return left, self.y - 0.76 * self.size, left + wide, self.y + 0.22 * self.size


@dataclass(frozen=True)
class Area:
    """A surface within rings of points; what lies in two of them is a hole."""

    rings: tuple[tuple[tuple[float, float], ...], ...]
    fill: str = "none"
    stroke: str = "none"
    line: float = 0.5
    opacity: float = 1.0
    dash: str = ""
    tip: str = ""


@dataclass(frozen=True)
class Tile:
    """A picture in a picture: where it lies, and its address in the web, or its bytes as data:…"""

    x: float
    y: float
    w: float
    h: float
    address: str


@dataclass(frozen=True)
class Tiles:
    """Tiles side by side, cut to a frame of w × h: levels, the coarsest first, which is shown until it is zoomed.

    Those of the web are drawn in pages only, which load finer ones by `template` up to the level `finest`; `world`: left,
    top and side of the one tile of level 0. `origin`: what a page must be allowed to ask for them; "": they are data.
    """

    w: float
    h: float
    levels: tuple[tuple[int, tuple[Tile, ...]], ...]
    origin: str = ""
    template: str = ""
    finest: int = 0
    world: tuple[float, float, float] = (0.0, 0.0, 0.0)


Mark = Area | Box | Line | Ribbon | Dot | Text | Tiles


@dataclass(frozen=True)
class Figure:
    """A picture with its title, what it says in words (`about`), its marks, and the table that it shows.

    `head`, `rows`: the same data as cells, for those who do not see the picture, for tests and for workbooks.
    `notes`: what it leaves out.
    """

    name: str
    title: str
    about: str
    width: float
    height: float
    marks: tuple[Mark, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()

    def texts(self) -> list[Text]:
        """Its lines of text."""
        return [mark for mark in self.marks if isinstance(mark, Text)]


def moved(mark: Mark, right: float, down: float) -> Mark:
    """A mark moved by so much."""
    if isinstance(mark, Area):
        return replace(mark, rings=tuple(tuple((x + right, y + down) for x, y in ring) for ring in mark.rings))
    if isinstance(mark, (Line, Ribbon)):
        return replace(mark, points=tuple((x + right, y + down) for x, y in mark.points))
    assert not isinstance(mark, Tiles)  # a map stays where it is
    return replace(mark, x=mark.x + right, y=mark.y + down)


def halo(texts: Iterable[Text], opacity: float = 0.72) -> list[Mark]:
    """A pale ground behind each text, so that it reads over what is drawn."""
    return [Area((_corners(text.box),), PAPER, "none", opacity=opacity) for text in texts]


def _corners(box: tuple[float, float, float, float]) -> tuple[tuple[float, float], ...]:
    left, top, right, bottom = box
    return (left - 1, top), (right + 1, top), (right + 1, bottom), (left - 1, bottom)
