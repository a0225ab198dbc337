"""The entity diagram: what runs forward and back, the amounts, and that any network can be read."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import balik
from balik.api import prepare
from balik.cli import main
from balik.copies import cases
from balik.errors import CallError
from balik.views.drawing import diagram
from balik.views.drawing.scene import MOST_PLACES, scene_of
from balik.views.drawing.ways import ways_of
from balik.views.figure import Figure, Line
from balik.views.language import Language
from balik.views.png import _has_resvg
from balik.views.subject import Subject, of_case, of_plan

from .pictures import assert_sound, solved

EN, ID = Language("en"), Language("id")


def subject_of(case: Any) -> Subject:
    prepared = prepare(case)
    return of_case(prepared.tables, prepared.data, prepared.network)


def ways(case: Any) -> dict[tuple[str, str, str], str]:
    """Way of every flow between kinds, by material."""
    subject = subject_of(case)
    found = ways_of(subject)
    kind = {place: kind or place for place, kind in subject.kinds.items()}
    return {(kind[m.origin], kind[m.dest], m.material): found.of(m) for m in subject.moves}


@pytest.mark.parametrize("case", cases())
def test_every_case_can_be_read(case: str) -> None:
    subject = subject_of(case)
    for by in (None, "kind"):
        assert_sound(diagram(subject, ID, by))


# -- forward and back --------------------------------------------------------------------------------------------


def test_plastics_come_back_until_a_product_is_sold() -> None:
    found = ways("plastik-jabodetabek-rinci")
    assert {key[2] for key, way in found.items() if way == "forward"} == {"produk"}
    assert found["lapak", "bandar", "plastik-pilah"] == "back"


def test_batteries_that_nobody_changes_come_back() -> None:
    assert set(ways("nmc-jawa-barat").values()) == {"back"}


def test_of_a_loop_the_new_goods_run_forward_and_the_empties_back() -> None:
    found = ways("jerigen-padang-lingkar")
    assert found["pabrik", "grosir", "isi-2L"] == "forward"
    assert found["grosir", "pabrik", "kosong-2L"] == "back"


def test_what_is_bought_to_make_new_goods_runs_forward_and_what_is_recovered_back() -> None:
    found = ways("aki-delapan-pelaku")
    assert found["pemasok", "pabrik", "timbal"] == found["pemasok", "pabrik", "bahan"] == "forward"
    assert {way for (_, dest, m), way in found.items() if m == "timbal" and dest == "pabrik"} == {"forward", "back"}
    assert {way for (*_, m), way in found.items() if m == "aki"} == {"forward"}
    assert found["pelanggan", "distribusi", "aki-bekas"] == "back"


def test_what_is_handed_over_for_a_fee_goes_to_disposal() -> None:
    found = {key[1:]: way for key, way in ways("weee-dua-target").items()}
    assert found["b3", "limbah-b3"] == "waste"
    assert found["pasar", "logam"] == "forward"


# -- amounts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["kind", "place"])
def test_the_amounts_are_those_of_the_plan(by: str) -> None:
    plan = solved("plastik-jabodetabek-rinci")
    scene = scene_of(of_plan(plan), by)
    drawn = sum(amount or 0.0 for stream in scene.streams for amount in stream.amounts.values())
    assert math.isclose(drawn, math.fsum(plan.columns["flow"]["amount"]))
    collected = sum(amount or 0.0 for entity in scene.entities for amount in entity.collected.values())
    assert math.isclose(collected, 16550)
    assert sum(entity.open for entity in scene.entities) == len(plan.used) == 3
    if by == "kind":
        sorters = next(entity for entity in scene.entities if entity.label == "lapak")
        assert sorters.processes["pemilahan"].amount == pytest.approx(15600)
        assert sorters.processes["pemilahan"].recipe["residu"] == pytest.approx(0.1)
        assert next(e for e in scene.entities if e.label == "bandar").sites == 5


def test_periods_that_repeat_count_so_often() -> None:
    case = {
        "places": {"place": ["a", "b"]}, "materials": {"material": ["m"]}, "lanes": {"origin": ["a"], "dest": ["b"], "material": ["m"]},
        "supply": {"place": ["a"], "material": ["m"], "amount": [7.0]}, "demand": {"place": ["b"], "material": ["m"]},
        "periods": {"period": ["1", "2"], "repeats": [3, 2]},
    }  # fmt: skip
    subject = of_plan(balik.solve(case))
    assert [move.amount for move in subject.moves] == [35.0]


def test_milk_runs_are_drawn_too() -> None:
    subject = of_plan(solved("jerigen-padang-lingkar"))
    moved = {(m.origin, m.dest) for m in subject.moves}
    assert ("pabrik", "grosir-1") in moved and ("grosir-4", "pabrik") in moved


def test_lines_say_their_way_without_colour() -> None:
    figure = diagram(subject_of("weee-dua-target"), EN)
    dashes = {
        line.tip.split("(")[1].split(")")[0]: line.dash for line in figure.marks if isinstance(line, Line) and line.tip
    }
    assert len(set(dashes.values())) == 3 and dashes["forward"] == ""


# -- odd networks ------------------------------------------------------------------------------------------------


def odd(name: str, amount: float = 5.0, material: str = "m") -> dict[str, Any]:
    return {
        "places": {"place": [name, "b", "c"], "kind": ["x", "", "y" * 200]},
        "materials": {"material": [material]},
        "lanes": {"origin": [name, "b", "c"], "dest": ["b", "c", name], "material": [material] * 3},
        "supply": {"place": [name], "material": [material], "amount": [amount]},
        "demand": {"place": ["c"], "material": [material]},
    }


@pytest.mark.parametrize(
    "name",
    [
        "n" * 200,
        "<script>alert('x')</script>",
        '"&amp;]]>',
        "日本の工場",
        "ประเทศไทย",
        "a\u200bb\u0007c",
        "{count} {0}",
        "éüğ ﷽",
    ],
)
def test_any_name_can_be_drawn(name: str) -> None:
    case = odd(name, material=name)
    for figure in (diagram(of_plan(balik.solve(case)), ID), diagram(subject_of(case), EN, "kind")):
        root = assert_sound(figure)
        assert not root.findall(".//{*}script")


@pytest.mark.parametrize("amount", [1e-6, 1.0, 123456.789, 1e12])
def test_amounts_of_any_size_can_be_read(amount: float) -> None:
    figure = diagram(of_plan(balik.solve(odd("a", amount))), ID)
    assert_sound(figure)
    assert any(ID.number(amount) in text.text for text in figure.texts())


def test_a_single_place_and_no_flow() -> None:
    alone = {
        "places": {"place": ["a"]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["a"], "material": ["m"], "most": [5.0]},
    }
    assert_sound(diagram(subject_of(alone), EN))
    assert_sound(diagram(of_plan(balik.solve(alone)), EN))


def star(places: int, centres: int = 12) -> dict[str, Any]:
    sources = [f"sumber {i}" for i in range(places - centres)]
    hubs = [f"pusat {i}" for i in range(centres)]
    return {
        "places": {"place": sources + hubs, "kind": ["sumber"] * len(sources) + ["pusat"] * centres},
        "materials": {"material": ["m"]},
        "lanes": {
            "origin": sources,
            "dest": [hubs[i % centres] for i in range(len(sources))],
            "material": ["m"] * len(sources),
        },
        "supply": {
            "place": sources,
            "material": ["m"] * len(sources),
            "amount": [1.0 + i for i in range(len(sources))],
        },
        "demand": {"place": ["kind:pusat"], "material": ["m"]},
    }


@pytest.mark.parametrize("places", [60, 300])
def test_hundreds_of_places_can_be_read(places: int) -> None:
    subject = of_plan(balik.solve(star(places)))
    figure = diagram(subject, ID, "place")
    assert_sound(figure)
    assert {f"pusat {i}" for i in range(12)} <= {text.text for text in figure.texts()}
    assert scene_of(subject).by == "kind"


def test_beyond_that_the_largest_flows_are_drawn_and_the_rest_is_said() -> None:
    subject = of_plan(balik.solve(star(400)))
    scene = scene_of(subject, "place")
    assert len(scene.entities) <= MOST_PLACES and len(scene.streams) > 250
    assert any("not drawn" in said for said in scene.said)
    amounts = [sum(a or 0.0 for a in s.amounts.values()) for s in scene.streams]
    assert min(amounts) > 90  # the smallest of 388 flows are left out


# -- the verb ----------------------------------------------------------------------------------------------------


def test_a_plan_folder_is_drawn_as_the_plan(tmp_path: Path) -> None:
    plan = balik.solve("plastik-jabodetabek", out=tmp_path / "plan")
    assert balik.draw(tmp_path / "plan", language="id") == balik.draw(plan, language="id")
    assert "kg" in balik.draw(plan) and balik.draw(plan) != balik.draw("plastik-jabodetabek")


def test_a_plan_that_was_changed_is_not_drawn(tmp_path: Path) -> None:
    balik.solve("jerigen-padang", out=tmp_path / "plan")
    flow = tmp_path / "plan" / "flow.csv"
    flow.write_text(flow.read_text().replace(",165", ",164", 1))
    with pytest.raises(CallError, match="fails its verification"):
        balik.draw(tmp_path / "plan")


def test_the_command_writes_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "jaringan.svg"
    assert main(["draw", "jerigen-padang", "--out", str(out), "--lang", "id"]) == 0
    assert "dikumpulkan" in out.read_text(encoding="utf-8") and "<svg" in out.read_text(encoding="utf-8")
    assert main(["draw", "jerigen-padang", "--out", str(tmp_path / "x.doc")]) == 2
    assert main(["draw", "jerigen-padang", "--out", str(tmp_path / "no" / "x.svg")]) == 2
    assert main(["draw", "jerigen-padang", "--by", "kind", "--out", str(out)]) == 0
    assert "grosir-4" not in out.read_text(encoding="utf-8")


def test_without_resvg_or_browser_png_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balik.views.png._has_resvg", lambda: False)
    monkeypatch.setattr("balik.views.png.browser", lambda: None)
    with pytest.raises(CallError, match="PNG"):
        balik.draw("jerigen-padang", out=tmp_path / "x.png")


@pytest.mark.skipif(not _has_resvg(), reason="resvg-py is not installed")
def test_png_is_twice_as_fine(tmp_path: Path) -> None:
    balik.draw("jerigen-padang", out=tmp_path / "x.png")
    head = (tmp_path / "x.png").read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(head[16:20], "big") > 800


def test_what_is_no_way_to_draw_is_refused() -> None:
    with pytest.raises(CallError, match="kind or place"):
        balik.draw("jerigen-padang", by="owner")
    with pytest.raises(CallError, match="as it is"):
        balik.draw(solved("jerigen-padang"), scenario="biaya-plus-10")
    with pytest.raises(CallError, match="infeasible"):
        balik.draw(solved("jerigen-padang", "biaya-plus-20"))


def test_thousands_of_lanes_by_place_are_refused_without_a_plan() -> None:
    case = star(80)
    case["lanes"] = {"origin": ["kind:sumber"], "dest": ["kind:pusat"], "material": ["m"]}
    many = star(220)
    many["lanes"] = case["lanes"]
    assert isinstance(diagram(subject_of(case), EN, "place"), Figure)
    with pytest.raises(CallError, match="by kind"):
        diagram(subject_of(many), EN, "place")
