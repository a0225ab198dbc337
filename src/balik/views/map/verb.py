"""The verb map: where everything is, as SVG, PNG, GeoJSON or GeoPackage."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import CallError
from ...files import making
from ...words import say, sentences
from ..draw import subject_of, writable, write_figure
from ..language import Language
from ..subject import About
from ..svg import svg
from .chart import site_map
from .geo import geojson, geopackage

SUFFIXES = (".svg", ".png", ".html", ".geojson", ".gpkg")


def map(
    case: About,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    background: str | os.PathLike[str] | None = None,
    language: str = "en",
    out: str | os.PathLike[str] | None = None,
) -> str:
    """The map of a case or of a plan as SVG text: coast, places, sites by state and size, flows by amount, radii.

    `case`: a path, the name of a bundled case, data frames, or a plan (a Plan, or the folder that solve --out wrote).
    `background`: a GeoJSON file whose lines and surfaces are drawn behind. `out`: a file to write: .svg, .png, .html (a
    page in which it can be zoomed), or the places and flows themselves as .geojson or .gpkg. Raises CallError where
    fewer than two places have coordinates. Tiles of the web, where the case's settings name some, are in pages only.

    >>> import balik
    >>> text = balik.map("nmc-jawa-barat")
    >>> "Kab. Pangandaran" in text
    True
    """
    target = None if out is None else writable(out, SUFFIXES)
    subject = subject_of(case, scenario, set, settings)
    behind = None if background is None else Path(background)
    figure = site_map(subject, Language(language), behind)
    if figure is None:
        found = say("Fewer than two places have coordinates, so there is no map.")
        raise CallError(sentences(found, say("Fill lat and lon in places, or ask draw.")))
    if target is not None and target.suffix.lower() == ".geojson":
        with making(target) as made:
            made.write_text(geojson(subject), encoding="utf-8")
    elif target is not None and target.suffix.lower() == ".gpkg":
        with making(target) as made:
            geopackage(subject, made)
    elif target is not None and target.suffix.lower() == ".html":
        write_figure(site_map(subject, Language(language), behind, page=True) or figure, target, Language(language))
    elif target is not None:
        write_figure(figure, target, Language(language))
    return svg(figure)
