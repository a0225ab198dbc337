"""Sites and flows as GeoJSON (RFC 7946) and GeoPackage (OGC 12-128r18), and GeoJSON of the user's own read.

Longitude before latitude, WGS 84 (EPSG:4326). A GeoPackage is an SQLite file: nothing but the standard library writes it.
"""

from __future__ import annotations

import json
import math
import sqlite3
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import CallError
from ...files import EMPTY
from ...network.coordinates import coordinates
from ...words import say
from ..subject import Subject

Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """A surface (closed) or a line of the user's own, in degrees."""

    name: str
    closed: bool
    rings: list[list[Point]]


# -- out ---------------------------------------------------------------------------------------------------------


def features(subject: Subject) -> dict[str, list[tuple[list[Point], dict[str, Any]]]]:
    """Layers `places` (points) and `flows` (lines from the origin to the destination) with what is known of each."""
    at = coordinates(subject.data)
    facts = {site["place"]: site for site in (subject.plan.facts.get("sites", []) if subject.plan else [])}
    places = []
    for place, point in at.items():
        state = "" if place not in subject.sites else "candidate" if subject.plan is None else "open" if place in subject.open else "closed"  # fmt: skip
        site: Mapping[str, Any] = facts.get(place, {})
        places.append(([point], {"place": place, "name": subject.names.get(place, place),
                                 "kind": subject.kinds.get(place, ""), "site": state,
                                 "throughput": site.get("throughput"), "capacity": site.get("capacity")}))  # fmt: skip
    flows = [
        ([at[m.origin], at[m.dest]], {"origin": m.origin, "dest": m.dest, "material": m.material, "amount": m.amount,
                                      "unit": subject.units.get(m.material, "")})
        for m in subject.moves if m.origin in at and m.dest in at
    ]  # fmt: skip
    return {"places": places, "flows": flows}


def geojson(subject: Subject) -> str:
    """Places and flows as one collection; `layer` says which a feature is."""
    found = []
    for layer, rows in features(subject).items():
        for points, values in rows:
            kind = "Point" if layer == "places" else "LineString"
            where: Any = list(points[0]) if layer == "places" else [list(p) for p in points]
            finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}
            found.append({"type": "Feature", "geometry": {"type": kind, "coordinates": where},
                          "properties": {"layer": layer, **finite}})  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False, allow_nan=False) + "\n"


def geopackage(subject: Subject, path: Path) -> None:
    """Places and flows as two layers of a GeoPackage, in a file that is not there yet."""
    base = sqlite3.connect(path)
    try:
        with base:
            base.executescript(_SCHEMA)
            base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
            for layer, rows in features(subject).items():
                _add_layer(base, layer, rows)
    finally:
        base.close()


def _add_layer(base: sqlite3.Connection, layer: str, rows: list[tuple[list[Point], dict[str, Any]]]) -> None:
    kind = "POINT" if layer == "places" else "LINESTRING"
    names = list(rows[0][1]) if rows else []
    numbers = {"throughput", "capacity", "amount"}
    columns = "".join(f', "{name}" {"REAL" if name in numbers else "TEXT"}' for name in names)
    base.execute(f'CREATE TABLE "{layer}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom BLOB{columns})')
    points = [p for line, _ in rows for p in line]
    box = _box(points)
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id) "
        "VALUES (?, 'features', ?, ?, ?, ?, ?, ?, 4326)", (layer, layer, EMPTY if layer == "places" else "", *box),
    )  # fmt: skip
    base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", (layer, kind))
    if not rows:
        return
    marks = ", ".join("?" for _ in range(len(names) + 1))
    quoted = ", ".join(f'"{name}"' for name in names)
    base.executemany(
        f'INSERT INTO "{layer}" (geom, {quoted}) VALUES ({marks})',
        [(_blob(line, kind), *(values[name] for name in names)) for line, values in rows],
    )


def _box(points: list[Point]) -> tuple[float | None, ...]:
    if not points:
        return (None, None, None, None)
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _blob(points: list[Point], kind: str) -> bytes:
    """GP header without an envelope, little-endian, then the well-known bytes."""
    head = b"GP" + struct.pack("<BBi", 0, 0b00000001, 4326)
    if kind == "POINT":
        return head + struct.pack("<BI2d", 1, 1, *points[0])
    return head + struct.pack("<BII", 1, 2, len(points)) + b"".join(struct.pack("<2d", *p) for p in points)


_SYSTEMS = (
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", None),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
    ("WGS 84", 4326, "EPSG", 4326,
     'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
     'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]', "longitude/latitude"),
)  # fmt: skip
_SCHEMA = """
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


# -- in ----------------------------------------------------------------------------------------------------------


def shapes_of(path: str | Path) -> list[Shape]:
    """Lines and surfaces of a GeoJSON file; points are left out. Raises CallError where it cannot be read."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8-sig"))
        return list(_shapes(found))
    except OSError as error:
        raise CallError(say("{path} cannot be read: {reason}.", path=path, reason=error.strerror or error)) from None
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise CallError(say("{path} is no GeoJSON: {reason}.", path=path, reason=error)) from None


def _shapes(found: Any, name: str = "") -> Iterable[Shape]:
    kind = found["type"]
    if kind == "FeatureCollection":
        for feature in found["features"]:
            yield from _shapes(feature)
    elif kind == "Feature":
        own = found.get("properties") or {}
        named = next((str(own[k]) for k in ("name", "NAME", "nama", "NAMOBJ") if own.get(k)), "")
        if found.get("geometry"):
            yield from _shapes(found["geometry"], named)
    elif kind == "GeometryCollection":
        for part in found["geometries"]:
            yield from _shapes(part, name)
    elif kind == "Polygon":
        yield Shape(name, True, [_points(ring) for ring in found["coordinates"]])
    elif kind == "MultiPolygon":
        yield from (Shape(name, True, [_points(ring) for ring in rings]) for rings in found["coordinates"])
    elif kind == "LineString":
        yield Shape(name, False, [_points(found["coordinates"])])
    elif kind == "MultiLineString":
        yield Shape(name, False, [_points(line) for line in found["coordinates"]])
    elif kind not in ("Point", "MultiPoint"):
        raise ValueError(kind)


def _points(points: list[list[float]]) -> list[Point]:
    return [(float(p[0]), float(p[1])) for p in points]
