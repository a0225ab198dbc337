"""balik map: where everything is."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder
from .output import written


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = say("the map, offline: sites by state and size, flows by amount; or the same as GeoJSON or GeoPackage")
    found = one("map", run, words, changes=True)
    found.add_argument("--background", metavar="FILE", help=say("a GeoJSON file whose lines and surfaces are drawn behind"))
    file = say("file to write: .svg, .png, .html, .geojson or .gpkg (map.svg)")
    found.add_argument("--out", metavar="FILE", default="map.svg", help=file)


def run(args: argparse.Namespace) -> int:
    """Write the map."""
    from ..views.map.verb import map

    map(args.case, args.scenario, args.set, background=args.background, language=args.lang, out=args.out)
    return written(args, args.out)
