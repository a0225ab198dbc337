"""What lies below the marks of a map: sea and land, tiles where a case names some, borders, and what the user lays there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...tables import Tables
from ...words import Sentence, say
from .. import glyphs
from ..figure import Area, Box, Line, Mark, Text, halo
from ..language import Language
from ..palette import PAPER, QUIET
from .coast import clip, clip_line, land, provinces
from .geo import shapes_of
from .labels import SIZE
from .places import LATITUDES, Plane, plane_of
from .tiles import Behind, behind, wanted

WIDTH, LOWEST, HIGHEST = 900.0, 320.0, 760.0
_LAND, _SEA, _BORDER = "#f3efe4", "#e8f1f6", "#b9b29c"
Corners = tuple[float, float, float, float]


@dataclass(frozen=True)
class Ground:
    """The plane of a map, what is drawn below its marks, the line of credit above them, and what is said of both."""

    plane: Plane
    marks: tuple[Mark, ...]
    credit: Text | None
    notes: tuple[Sentence, ...]

    @property
    def taken(self) -> list[Corners]:
        """Where no name may stand."""
        return [] if self.credit is None else [self.credit.box]

    def over(self) -> list[Mark]:
        """The line of credit, on a ground of its own."""
        return [] if self.credit is None else [*halo([self.credit], 0.85), self.credit]


def ground_of(
    points: Iterable[tuple[float, float]],
    tables: Tables | None,
    speak: Language,
    background: str | Path | None = None,
    page: bool = False,
) -> Ground:
    """The ground around points (longitude, latitude).

    `tables`: of the case, whose settings may name tiles; `background`: a GeoJSON file of the user's own; `page`: the map
    is shown in a page, which may ask for tiles of the web.
    """
    found = list(points)
    source, laid, notes = wanted(tables), None, []
    if source is not None and max(abs(lat) for _, lat in found) >= LATITUDES:
        source = None
        notes.append(say("Tiles end at 85 degrees north and south, so none are drawn."))
    plane = plane_of(found, WIDTH, LOWEST, HIGHEST, mercator=source is not None)
    if source is not None and tables is not None:
        laid = behind(source, tables, plane, page)
        notes += laid.notes
        if laid.tiles is None:
            plane = plane_of(found, WIDTH, LOWEST, HIGHEST)
    if page and laid is not None and laid.tiles is not None and laid.credit:
        notes.append(_named(laid))  # also where the picture is zoomed
    notes.insert(0, say("Coasts and borders: Natural Earth. Distances are true in the middle of the map."))
    if provinces(plane.window):
        notes.append(say("Borders of Indonesia's provinces are those of before 2012, without the five that are newer."))
    marks = [*_earth(plane), *_tiled(plane, laid), *_borders(plane), *_own(plane, background)]
    return Ground(plane, tuple(marks), _credit(plane, laid, speak), tuple(notes))


def _earth(plane: Plane) -> list[Mark]:
    """Sea and land."""
    rings = tuple(tuple(plane.at(x, y) for x, y in ring) for ring in land(plane.window))
    return [Box(0, 0, plane.width, plane.height, _SEA), *(Area((ring,), _LAND, _BORDER, 0.6) for ring in rings)]


def _tiled(plane: Plane, laid: Behind | None) -> list[Mark]:
    """Tiles, and a veil over them, so that what is drawn above stands out."""
    if laid is None or laid.tiles is None:
        return []
    corners = ((0.0, 0.0), (plane.width, 0.0), (plane.width, plane.height), (0.0, plane.height))
    return [laid.tiles, Area((corners,), PAPER, opacity=0.25)]


def _borders(plane: Plane) -> list[Mark]:
    return [Line(tuple(plane.at(*p) for p in part), _BORDER, 0.8, "4 2 1 2") for part in provinces(plane.window)]


def _own(plane: Plane, background: str | Path | None) -> list[Mark]:
    """Lines and surfaces of a file of the user's own."""
    marks: list[Mark] = []
    for shape in () if background is None else shapes_of(background):
        if shape.closed:
            cut = [clip(ring, plane.window) for ring in shape.rings]
            inside = tuple(tuple(plane.at(*p) for p in ring) for ring in cut if len(ring) > 2)
            if inside:
                marks.append(Area(inside, "#ffffff", QUIET, 0.7, 0.35, tip=shape.name))
        else:
            parts = [part for line in shape.rings for part in clip_line(line, plane.window)]
            marks += [Line(tuple(plane.at(*p) for p in part), QUIET, 0.7) for part in parts]
    return marks


def _named(laid: Behind) -> Sentence:
    return say("Tiles: {credit}", credit=laid.credit)


def _credit(plane: Plane, laid: Behind | None, speak: Language) -> Text | None:
    """Who made the tiles, at the right below."""
    if laid is None or laid.tiles is None or not laid.credit:
        return None
    told = glyphs.clip(speak(_named(laid)), SIZE, plane.width * 0.6)
    return Text(plane.width - 6, plane.height - 6, told, SIZE, "end")
