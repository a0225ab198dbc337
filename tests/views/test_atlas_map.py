"""Near-optimal plans on the map: which sites must open, may, and never do, told without colour and in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

import balik
from balik.analysis.saved import study_of
from balik.analysis.study import Study
from balik.views.figure import Dot, Figure
from balik.views.language import Language
from balik.views.map import atlas_map

from .pictures import assert_sound
from .test_report import Page

EN, ID = Language("en"), Language("id")
SPOTS = {"a": (106.8, -6.2), "b": (107.6, -6.9), "c": (110.4, -7.0), "d": (112.7, -7.3), "e": (111.0, -6.8)}
ROLES = {"a": ("must", 1.0), "b": ("optional", 0.75), "c": ("optional", 0.25), "d": ("never", 0.0), "e": ("free", 0.0)}


def document(**places: dict[str, Any]) -> dict[str, Any]:
    """An atlas as it is saved, with these cells of its sites changed."""
    sites = []
    for place, (role, share) in ROLES.items():
        lon, lat = SPOTS[place]
        row = {"place": place, "sets": int(4 * share), "share": share, "role": role, "lon": lon, "lat": lat}
        sites.append({k: v for k, v in (row | places.get(place, {})).items() if v != "gone"})
    return {"kind": "atlas", "case": "c", "currency": "IDR", "findings": [], "within": 0.02, "sites": sites,
            "rows": [{"set": i + 1, "cost": 1.0 + i, "sites": ["a"], "status": "optimal"} for i in range(4)]}  # fmt: skip


def drawn(study: Study, speak: Language = EN) -> Figure:
    found = atlas_map(study, speak)
    assert found is not None
    return found


def dots(figure: Figure) -> dict[str, Dot]:
    return {m.tip.partition(":")[0]: m for m in figure.marks if isinstance(m, Dot) and m.tip}


def test_roles_differ_in_shape_and_are_told_with_their_share() -> None:
    figure = drawn(study_of(document()))
    assert_sound(figure)
    found = dots(figure)
    assert {place: dot.tip for place, dot in found.items()} == {
        "a": "a: 100 % · in every plan", "b": "b: 75 % · in some plans", "c": "c: 25 % · in some plans",
        "d": "d: 0 % · in no plan", "e": "e: 0 % · free to add",
    }  # fmt: skip
    assert [found[p].shape for p in "abcde"] == ["square", "circle", "circle", "diamond", "diamond"]
    assert found["b"].r > found["c"].r  # larger where it opens more often
    names = {text.text for text in figure.texts()}
    assert {"a", "b 75 %", "c 25 %", "d", "e", "in every plan", "in some plans", "in no plan", "free to add"} <= names
    assert "1 sites are in every one of 4 plans" in figure.about
    assert figure.rows[0] == ("a", "100 %", "in every plan", "−6.2", "106.8") and len(figure.rows) == 5


def test_sites_stand_where_they_are_east_right_and_south_down() -> None:
    found = dots(drawn(study_of(document())))
    assert found["a"].x < found["b"].x < found["c"].x < found["d"].x
    assert found["a"].y < found["e"].y < found["b"].y < found["d"].y


def test_it_speaks_indonesian() -> None:
    figure = drawn(study_of(document(), "id"), ID)
    assert dots(figure)["b"].tip == "b: 75 % · di sebagian rencana"
    page = Page(balik.report(study_of(document()), language="id")).text
    assert "Letak lokasi dalam rencana yang hampir optimal" in page and "boleh ditambahkan" in page


def test_without_coordinates_there_is_no_map_and_with_some_the_rest_are_counted() -> None:
    some = {place: {"lat": "gone"} for place in "cd"}
    assert "2 places have no coordinates and are not on the map." in drawn(study_of(document(**some))).notes
    none = {place: {"lat": "gone"} for place in ROLES}
    assert atlas_map(study_of(document(**none)), EN) is None
    assert atlas_map(balik.atlas("turki-enam-kota", "1%"), EN) is None
    assert atlas_map(study_of({"kind": "rank", "case": "c", "rows": []}), EN) is None


@pytest.mark.parametrize(
    "odd", [{"lat": "x"}, {"lat": 91.0}, {"lon": 1e9}, {"lat": None}, {"lat": float("nan")}, {"role": "boss"}]
)
def test_a_site_of_nonsense_is_not_drawn(odd: dict[str, Any]) -> None:
    figure = drawn(study_of(document(b=odd)))
    assert "b" not in dots(figure) and len(dots(figure)) == 4


def test_an_atlas_of_a_case_knows_where_its_sites_are() -> None:
    case = {
        "places": {"place": ["h", "a", "b"], "lon": [107.0, 107.2, 106.9], "lat": [-6.5, -6.6, -6.9]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": ["h", "h"], "dest": ["a", "b"], "material": ["m", "m"], "fee": [1, 2]},
        "supply": {"place": ["h"], "material": ["m"], "amount": [10]},
        "demand": {"place": ["a", "b"], "material": ["m", "m"]},
        "sites": {"place": ["a", "b"], "running_cost": [100, 95]},
    }
    study = balik.atlas(case, "10%")
    assert [(r["place"], r["lon"], r["lat"]) for r in study.more["sites"]] == [("a", 107.2, -6.6), ("b", 106.9, -6.9)]
    page = balik.report(study_of(json.loads(json.dumps(study.document()))))
    assert "Where the sites of near-optimal plans are" in page
    web = {"title": "t", "map": {"tiles": "https://tile.example/{z}/{x}/{y}.png"}}
    plan = balik.solve(case, settings=web)
    both = balik.report(plan, studies=[balik.atlas(case, "10%", settings=web)])
    assert both.count('class="tiles"') == 2 and "tiles" not in page
