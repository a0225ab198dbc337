"""Ranking alternatives of a case: from tables to words, and every row that cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import balik
from balik.cli import main

CRITERIA = "criterion,sense,weight\nharga,least,3\nmutu,most,1\n"
SCORES = "alternative,criterion,value\na,harga,10\na,mutu,5\nb,harga,20\nb,mutu,9\n"


def case(folder: Path, **tables: str) -> Path:
    """A small case with these tables."""
    folder.mkdir(exist_ok=True)
    texts = {
        "places": "place,kind\nx,rumah\ny,pabrik\nz,pabrik\n",
        "materials": "material\nm\n",
        "lanes": "origin,dest,material,fee\nx,kind:pabrik,m,2\n",
        "supply": "place,material,amount\nx,m,10\n",
        "demand": "place,material\ny,m\nz,m\n",
        "criteria": CRITERIA,
        "scores": SCORES,
    } | tables
    (folder / "case.toml").write_text('title = "t"\n')
    for name, text in texts.items():
        if text:
            (folder / f"{name}.csv").write_text(text)
    return folder


def test_weights_that_are_given(tmp_path: Path) -> None:
    found = balik.rank(case(tmp_path / "c"))
    assert [(r["criterion"], r["weight"]) for r in found.more["weights"]] == [("harga", 0.75), ("mutu", 0.25)]
    assert [(r["alternative"], r["rank"]) for r in found.rows] == [("a", 1), ("b", 2)]
    assert found.rows[0]["priority"] is None and found.more["comparisons"] == []


def test_published_ranking_and_its_consistency() -> None:
    found = balik.rank("turki-enam-kota")
    shown = {r["alternative"]: round(r["closeness"], 9) for r in found.rows}
    assert shown == {"F3": 0.769633046, "F4": 0.627770837, "F2": 0.360578789, "F1": 0.230366954}
    (goal,) = found.more["comparisons"]
    assert goal["largest"] == pytest.approx(4) and goal["ratio"] == 0 and goal["worst"] is None


def test_eight_networks_are_all_combinations_and_each_is_solved() -> None:
    found = balik.rank("delapan-jaringan")
    assert len(found.rows) == 8 == len({r["alternative"] for r in found.rows})
    assert all(r["status"] == "optimal" and r["verified"] for r in found.rows)
    for row in found.rows[:2]:
        assert row["cost"] == balik.solve("delapan-jaringan", set=row["changes"]).cost
    assert min(r["cost"] for r in found.rows) == balik.solve("delapan-jaringan").cost  # everything may open
    parts = {r["criterion"]: r["weight"] for r in found.more["weights"]}
    assert parts["pelanggan"] + parts["kendali"] == pytest.approx(parts["hubungan"])


def test_alternatives_compared_under_every_criterion_have_priorities(tmp_path: Path) -> None:
    comparisons = "under,a,b,ratio\nharga,a,b,3\nmutu,a,b,1/4\n"
    found = balik.rank(case(tmp_path / "c", scores="", comparisons=comparisons))
    priority = {r["alternative"]: r["priority"] for r in found.rows}
    assert priority == pytest.approx({"a": 0.75 * 0.75 + 0.25 * 0.2, "b": 0.75 * 0.25 + 0.25 * 0.8})


def test_the_worst_comparison_is_named_with_its_line(tmp_path: Path) -> None:
    criteria = "criterion\np\nq\nr\n"
    scores = "alternative,criterion,value\n" + "".join(f"{a},{c},{v}\n" for a, v in (("a", 1), ("b", 2)) for c in "pqr")
    comparisons = "judge,a,b,ratio\nani,p,q,5\nani,q,r,5\nani,p,r,1/5\nbudi,p,q,2\nbudi,q,r,2\nbudi,p,r,4\n"
    found = balik.rank(case(tmp_path / "c", criteria=criteria, scores=scores, comparisons=comparisons))
    ani = found.more["comparisons"][0]
    assert ani["judge"] == "ani" and ani["ratio"] > 0.1 and "comparisons.csv line" in ani["worst"]["spot"]
    assert any("by ani" in f and "contradict" in f for f in found.findings)
    assert not any("by budi" in f for f in found.findings)


def test_an_alternative_without_a_plan_is_not_ranked(tmp_path: Path) -> None:
    switches = (
        "switch,option,table,column,where,op,value\n"
        "tujuan,keduanya,,,,,\ntujuan,satu,demand,most,place=y,=,0\ntujuan,tidak ada,lanes,most,,=,4\n"
    )
    criteria = "criterion,sense,weight,quantity\nharga,least,1,cost\nmutu,most,1,\n"
    scores = (
        "alternative,criterion,value\nketduanya,mutu,1\n".replace("ketd", "ked") + "satu,mutu,2\ntidak ada,mutu,3\n"
    )
    demand = "place,material,most\ny,m,\nz,m,\n"
    folder = case(tmp_path / "c", criteria=criteria, scores=scores, switches=switches, demand=demand)
    found = balik.rank(folder)
    last = found.rows[-1]
    assert last["alternative"] == "tidak ada" and last["rank"] is None and last["status"] == "infeasible"
    assert last["closeness"] is None and any("tidak ada has no plan" in f for f in found.findings)


WRONG = {
    "E201": dict(scores=SCORES + "a,hrga,3\n"),
    "E202": dict(criteria=CRITERIA + "mutu,most,2\n"),
    "E670": dict(criteria="criterion,under\nharga,mutu\nmutu,harga\n"),
    "E671": dict(switches="switch,option\n" + "".join(f"s{k},{o}\n" for k in range(10) for o in "ab")),
    "E672": dict(criteria="criterion\nharga\nmutu\n", comparisons="a,b,ratio\nharga,mutu,3\nmutu,harga,3\n"),
    "E673": dict(
        criteria="criterion\nharga\nmutu\n", comparisons="judge,a,b,ratio\nani,harga,mutu,3\nbudi,harga,harga,1\n"
    ),
    "E674": dict(criteria="criterion,weight\nharga,1\nmutu,\n"),
    "E675": dict(scores="alternative,criterion,value\na,harga,10\na,mutu,5\n"),
    "E676": dict(scores="alternative,criterion,value\na,harga,10\na,mutu,5\nb,harga,20\n"),
}


@pytest.mark.parametrize("code", WRONG)
def test_rows_that_cannot_be(tmp_path: Path, code: str) -> None:
    folder = case(tmp_path / "c", **WRONG[code])
    assert code in [p.code for p in balik.check(folder)]
    with pytest.raises(balik.InputError):
        balik.rank(folder)


def test_a_quantity_that_no_plan_has(tmp_path: Path) -> None:
    folder = case(tmp_path / "c", criteria="criterion,quantity\nharga,cots\nmutu,\n")
    (wrong,) = [p for p in balik.check(folder) if "cots" in p.found]
    assert wrong.code == "E201" and "cost" in wrong.advice


def test_a_case_without_criteria(tmp_path: Path) -> None:
    with pytest.raises(balik.InputError, match="criteria"):
        balik.rank(case(tmp_path / "c", criteria="", scores=""))


def test_who_come_first_alike_are_all_named(tmp_path: Path) -> None:
    found = balik.rank(case(tmp_path / "c", scores=SCORES + "c,harga,10\nc,mutu,5\n"))
    assert [r["rank"] for r in found.rows] == [1, 1, 3] and "a, c come first alike." in found.findings


def test_the_command_in_words_and_as_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(case(tmp_path / "c"))
    assert main(["rank", folder, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["kind"] == "rank" and document["rows"][0]["alternative"] == "a" and document["weights"]
    assert main(["rank", folder, "--lang", "id"]) == 0
    assert "kedekatan" in capsys.readouterr().out
