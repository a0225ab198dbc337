"""The map: where marks fall, what is named, what does not collide, and the files for other programs."""

from __future__ import annotations

import itertools
import json
import math
import sqlite3
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import balik
from balik.cli import main
from balik.network.coordinates import coordinates
from balik.views.draw import subject_of
from balik.views.figure import Area, Dot, Figure
from balik.views.language import Language
from balik.views.map import geojson, geopackage, site_map
from balik.views.map.coast import clip, land, layers
from balik.views.map.labels import placed
from balik.views.map.places import DEGREE, plane_of
from balik.views.subject import of_plan
from balik.views.svg import svg


def tables(spots: dict[str, tuple[float, float]], **more: Any) -> dict[str, Any]:
    """Homes and a hub at these spots (longitude, latitude)."""
    names = list(spots)
    return {
        "places": {"place": names, "kind": ["home"] * (len(names) - 1) + ["hub"],
                   "lon": [p[0] for p in spots.values()], "lat": [p[1] for p in spots.values()]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": names[:-1], "dest": [names[-1]] * (len(names) - 1), "material": ["m"] * (len(names) - 1),
                  "fee": [1] * (len(names) - 1)},
        "supply": {"place": names[:-1], "material": ["m"] * (len(names) - 1), "amount": [10 + i for i in range(len(names) - 1)]},
        "demand": {"place": [names[-1]], "material": ["m"]},
        "sites": {"place": [names[-1]], "running_cost": [1]},
    } | more  # fmt: skip


JAVA = {"a": (106.8, -6.2), "b": (107.6, -6.9), "c": (110.4, -7.0), "hub": (112.7, -7.3)}


def figure(case: Any, language: str = "en", background: Path | None = None) -> Figure:
    found = site_map(of_plan(balik.solve(case)), Language(language), background)
    assert found is not None
    return found


def test_places_fall_where_they_are() -> None:
    plane = plane_of(JAVA.values(), 900, 320, 760)
    (ax, ay), (bx, by) = plane.at(*JAVA["a"]), plane.at(*JAVA["b"])
    assert ax < bx and ay < by  # east is right, south is down
    middle = (plane.window[1] + plane.window[3]) / 2
    east = (107.6 - 106.8) * DEGREE * math.cos(math.radians(middle))
    assert bx - ax == pytest.approx(east * plane.px_per_km, rel=1e-6)
    assert by - ay == pytest.approx(0.7 * DEGREE * plane.px_per_km, rel=1e-6)
    ring = plane.circle(107, middle, 30)
    assert max(y for _, y in ring) - min(y for _, y in ring) == pytest.approx(60 * plane.px_per_km, rel=1e-3)


@pytest.mark.parametrize(
    "spots", [{"a": (107.6, -6.9), "hub": (107.6, -6.9)}, {"a": (95.3, 5.6), "hub": (140.7, -2.5)}, JAVA]
)
def test_all_places_are_on_the_map_at_every_scale(spots: dict[str, tuple[float, float]]) -> None:
    found = figure(tables(spots))
    dots = [mark for mark in found.marks if isinstance(mark, Dot)]
    assert all(0 <= d.x <= found.width and 0 <= d.y <= found.height for d in dots)
    assert 320 <= found.height <= 760 and found.width == 900
    assert {row[0] for row in found.rows} == set(spots)


def test_land_is_where_land_is() -> None:
    def on_land(lon: float, lat: float) -> bool:
        odd = False
        for ring in layers()[0].rings:
            for (ax, ay), (bx, by) in itertools.pairwise([*ring, ring[0]]):
                if (ay > lat) != (by > lat) and lon < ax + (lat - ay) / (by - ay) * (bx - ax):
                    odd = not odd
        return odd

    for lon, lat in ((107.6, -6.9), (113.9, -2.2), (119.5, -5.0), (138.5, -4.0), (98.7, 3.4)):
        assert on_land(lon, lat)
    for lon, lat in ((110.0, -5.0), (105.0, -9.5), (127.0, -5.5)):
        assert not on_land(lon, lat)


def test_land_is_cut_to_the_window() -> None:
    window = (105.0, -8.0, 109.0, -5.5)
    points = [p for ring in land(window) for p in ring]
    assert points and all(105 <= x <= 109 and -8 <= y <= -5.5 for x, y in points)
    assert land((28.0, 36.0, 30.0, 38.0))  # beyond Indonesia: the world's coarser coast
    assert clip([(0, 0), (2, 0), (2, 2), (0, 2)], (1, 1, 3, 3)) and not clip([(0, 0), (1, 0), (0, 1)], (2, 2, 3, 3))


def test_labels_cover_neither_each_other_nor_sites() -> None:
    found = figure("nmc-jawa-barat")
    boxes = [t.box for t in found.texts()]
    dots = [
        (d.x - d.r + 0.5, d.y - d.r + 0.5, d.x + d.r - 0.5, d.y + d.r - 0.5) for d in found.marks if isinstance(d, Dot)
    ]
    for one, other in itertools.combinations(boxes, 2):
        assert not (one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])
    for box, dot in itertools.product(boxes, dots):
        assert not (box[0] < dot[2] and dot[0] < box[2] and box[1] < dot[3] and dot[1] < box[3])


def test_names_that_find_no_room_are_counted() -> None:
    names = [("x" * 30, 50.0, 50.0, 3.0)] * 20
    texts, left = placed(names, [], 300, 120)
    assert left == 20 - len(texts) > 0


def test_flows_are_wide_by_amount_and_where_they_begin() -> None:
    found = figure(tables(JAVA))
    wedges = [m for m in found.marks if isinstance(m, Area) and " → " in m.tip]
    assert {w.tip for w in wedges} == {"a → hub: 10 m".replace(" m", " kg m"), "b → hub: 11 kg m", "c → hub: 12 kg m"}

    def wide(w: Area) -> float:
        (ax, ay), _, _, (bx, by) = w.rings[0]
        return math.hypot(ax - bx, ay - by)

    by_tip = {w.tip: wide(w) for w in wedges}
    assert by_tip["c → hub: 12 kg m"] > by_tip["a → hub: 10 kg m"]
    for w in wedges:
        (_, _), (cx, cy), (dx, dy), _ = w.rings[0]
        assert math.hypot(cx - dx, cy - dy) < wide(w) / 2


def test_radii_are_drawn_around_open_sites() -> None:
    lanes = {"origin": ["kind:home"], "dest": ["kind:hub"], "material": ["m"], "fee": [1], "within [km]": [900]}
    distances = {"origin": ["a", "b", "c"], "dest": ["hub"] * 3, "km": [700, 600, 260]}
    with_radius = figure(tables(JAVA, lanes=lanes, distances=distances))
    assert any(isinstance(m, Area) and m.dash for m in with_radius.marks)
    assert not any(isinstance(m, Area) and m.dash for m in figure(tables(JAVA)).marks)


def test_without_coordinates_there_is_no_map() -> None:
    assert site_map(of_plan(balik.solve("jerigen-padang")), Language("en")) is None
    with pytest.raises(balik.CallError, match="coordinates"):
        balik.map("jerigen-padang")


def test_places_that_stand_where_another_does_have_its_coordinates() -> None:
    found = coordinates(subject_of("nmc-jawa-barat", None, (), None).data)
    assert found["Dealer Kab. Bogor"] == found["Kab. Bogor"]


def test_places_without_coordinates_are_counted() -> None:
    t = tables(JAVA)
    t["places"]["lon"][0] = t["places"]["lat"][0] = None
    assert any("One place has no coordinates" in note for note in figure(t).notes)


def test_open_sites_and_flows_that_no_coordinates_hide_are_said() -> None:
    case = tables(JAVA)
    case["places"] |= {"lon": [*case["places"]["lon"][:3], None], "lat": [*case["places"]["lat"][:3], None]}
    assert figure(case).notes[-3:] == (
        "One place has no coordinates and is not on the map.",
        "Open sites that are not on the map: hub.",
        "Flows that are not drawn, as an end has no coordinates: 3.",
    )
    assert "Lokasi buka yang tidak ada di peta: hub." in figure(case, "id").notes


def test_a_plan_in_which_nothing_moves_loses_no_places() -> None:
    case = tables(JAVA, supply={"place": ["a"], "material": ["m"], "most": [1]})
    del case["sites"]
    assert not any("coordinates" in note for note in figure(case).notes)


def test_the_picture_is_sound_and_in_both_languages() -> None:
    for language, word in (("en", "open site"), ("id", "lokasi buka")):
        text = svg(figure("nmc-jawa-barat", language))
        ElementTree.fromstring(text)
        assert word in text and "http" not in text.replace("http://www.w3.org/2000/svg", "")
        assert len(text) < 400_000


def test_strange_names_are_only_text() -> None:
    spots = {"<script>alert(1)</script>": (106.8, -6.2), "x" * 200: (107.0, -6.4), "hub": (107.2, -6.3)}
    found = figure(tables(spots))
    text = svg(found)
    ElementTree.fromstring(text)
    assert "<script>" not in text
    assert all(t.box[2] <= found.width for t in found.texts())


def test_the_user_s_own_geojson_lies_behind(tmp_path: Path) -> None:
    shape = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"nama": "Kota"}, "geometry": {"type": "Polygon", "coordinates": [[[106, -7], [108, -7], [108, -6], [106, -6], [106, -7]]]}},
        {"type": "Feature", "properties": None, "geometry": {"type": "LineString", "coordinates": [[106.9, -6.5], [107.4, -6.8]]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [107, -6.5]}},
        {"type": "Feature", "properties": {}, "geometry": None},
    ]}  # fmt: skip
    path = tmp_path / "own.geojson"
    path.write_text(json.dumps(shape))
    found = figure(tables(JAVA), background=path)
    assert any(isinstance(m, Area) and m.tip == "Kota" for m in found.marks)
    for text in ("{", '{"type": "Nonsense"}', '{"type": "Polygon"}', "[]"):
        path.write_text(text)
        with pytest.raises(balik.CallError, match="GeoJSON"):
            figure(tables(JAVA), background=path)
    with pytest.raises(balik.CallError, match="cannot be read"):
        figure(tables(JAVA), background=tmp_path / "none.geojson")


def test_geojson_has_every_place_and_flow() -> None:
    plan = balik.solve("nmc-jawa-barat")
    found = json.loads(geojson(of_plan(plan)))
    places = [f for f in found["features"] if f["properties"]["layer"] == "places"]
    flows = [f for f in found["features"] if f["properties"]["layer"] == "flows"]
    assert len(places) == 54 and sum(f["properties"]["site"] == "open" for f in places) == len(plan.open)
    assert sum(f["properties"]["amount"] for f in flows) == pytest.approx(23772)
    assert all(95 < f["geometry"]["coordinates"][0] < 141 for f in places)  # longitude first


def test_a_geopackage_is_what_the_standard_says(tmp_path: Path) -> None:
    path = tmp_path / "m.gpkg"
    geopackage(of_plan(balik.solve(tables(JAVA))), path)
    base = sqlite3.connect(path)
    assert base.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"GPKG", "big")
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("SELECT table_name, srs_id FROM gpkg_contents ORDER BY 1").fetchall() == [
        ("flows", 4326),
        ("places", 4326),
    ]
    (blob,) = base.execute("SELECT geom FROM places WHERE place = 'b'").fetchone()
    assert blob[:2] == b"GP" and struct.unpack("<i", blob[4:8])[0] == 4326
    assert struct.unpack("<BI2d", blob[8:]) == (1, 1, 107.6, -6.9)
    assert base.execute("SELECT sum(amount) FROM flows").fetchone()[0] == 33
    base.close()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for suffix in ("svg", "geojson", "gpkg"):
        out = tmp_path / f"m.{suffix}"
        assert main(["map", "nmc-jawa-barat", "--out", str(out), "--lang", "id"]) == 0 and out.stat().st_size > 1000
    assert main(["map", "nmc-jawa-barat", "--out", str(tmp_path / "m.jpg")]) == 2
    assert "must end in" in capsys.readouterr().err
