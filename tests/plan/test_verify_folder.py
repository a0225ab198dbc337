"""Plan folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from balik.errors import CallError, InputError
from balik.plan.verify import read_plan, verify_folder
from balik.schema import PLAN
from plan.verifying import sentences

INPUT = {
    "case.toml": 'title = "two places"\n',
    "places.csv": "place\na\nb\n",
    "materials.csv": "material,unit\nm,unit\n",
    "supply.csv": "place,material,price\na,m,3\n",
    "demand.csv": "place,material\nb,m\n",
    "lanes.csv": "origin,dest,most\na,b,1350\n",
}
FILES = {
    "flow.csv": "origin,dest,material,mode,period,amount\na,b,m,,1,1350\n",
    "collect.csv": "place,material,period,amount\na,m,1,1350\n",
    "deliver.csv": "place,material,period,amount\nb,m,1,1350\n",
    "ledger.csv": ",".join(PLAN["ledger"].columns) + "\npurchase,,,a,,,m,,,,1,1350,unit,3,4050\n",
    "plan.json": json.dumps({"cost": 4050.0, "objective": 4050.0, "ledger": {"purchase": 4050.0}}),
}


def write(folder: Path, **change: str) -> Path:
    (folder / "input").mkdir(parents=True)
    for name, text in INPUT.items():
        (folder / "input" / name).write_text(text, encoding="utf-8")
    for name, text in (FILES | change).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_plan_folder(tmp_path: Path) -> None:
    found = verify_folder(write(tmp_path / "plan"))
    assert found.ok, sentences(found)
    assert found.cost == 4050
    data, tables, document = read_plan(tmp_path / "plan")
    assert tables["flow"]["amount"] == [1350.0] and document["cost"] == 4050
    assert data.labels["place"] == ["a", "b"]


def test_blank_columns_of_a_spreadsheet_are_none_and_a_cell_under_none_is_refused(tmp_path: Path) -> None:
    wide = {name: FILES[name].replace("\n", ",,\n") for name in ("flow.csv", "collect.csv")}
    wide["collect.csv"] += ",,,,,,\n"
    wide["deliver.csv"] = FILES["deliver.csv"].replace("1350\n", "1350,,\n")
    assert verify_folder(write(tmp_path / "wide", **wide)).ok
    for number, text in enumerate((wide["flow.csv"], FILES["flow.csv"])):
        change = {"flow.csv": text.replace("1350", "1350,7")}
        with pytest.raises(CallError, match="row 1 has a cell under no column"):
            verify_folder(write(tmp_path / f"odd{number}", **change))


def test_a_folder_that_is_wrong_says_so_in_the_users_words(tmp_path: Path) -> None:
    change = {name: FILES[name].replace("1350", "1400") for name in ("flow.csv", "collect.csv", "deliver.csv")}
    change["ledger.csv"] = FILES["ledger.csv"].replace("1350", "1400").replace("4050", "4200")
    change["plan.json"] = "{}"
    found = verify_folder(write(tmp_path / "plan", **change))
    assert [b.sentence for b in found.broken] == [
        "a → b carries 1,400 unit of m, the lane's most is 1,350 (input/lanes.csv line 2)."
    ]
    assert found.broken[0].by == 50


def test_cells_that_are_no_numbers_are_named(tmp_path: Path) -> None:
    change = {"flow.csv": FILES["flow.csv"].replace("1350", "many")}
    found = verify_folder(write(tmp_path / "plan", **change))
    assert "flow row 1: amount is 'many', which is no finite number." in sentences(found)


def test_what_is_no_plan_folder(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"no plan\.json"):
        verify_folder(tmp_path)
    folder = write(tmp_path / "a", **{"plan.json": "{"})
    with pytest.raises(CallError, match="cannot be read"):
        verify_folder(folder)
    changes = {
        "plan.json": [(': 4050', ': 1, "cost": 4050'), ('"cost": 4050.0', '"cost": ' + "[" * 100_000)],
        "flow.csv": [("period,amount", "amount,amount"), ("1350", "1350,1350")],
    }  # fmt: skip
    for name, (old, new) in [(name, change) for name, every in changes.items() for change in every]:
        folder = write(tmp_path / str(len(list(tmp_path.iterdir()))), **{name: FILES[name].replace(old, new, 1)})
        with pytest.raises(CallError, match="cannot be read"):
            verify_folder(folder)
    folder = write(tmp_path / "b")
    (folder / "input" / "lanes.csv").write_text("origin,dest\na,c\n", encoding="utf-8")
    with pytest.raises(InputError):
        verify_folder(folder)


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ({}, None),
        ({"status": "feasible", "bound": 4000.0, "gap": 50 / 4050}, None),
        ({"bound": 4000.0, "gap": 50 / 4050}, "status"),
        ({"bound": 4000.0, "gap": 50 / 4050, "options": {"gap": 0.02}}, None),
        ({"bound": 4060.0}, "bound"),
        ({"gap": 0.5}, "gap"),
        ({"verified": False}, "status"),
        ({"verified": "yes"}, "status"),
    ],
)
def test_an_optimal_plan_has_the_gap_that_was_asked(tmp_path: Path, change: dict[str, Any], law: str | None) -> None:
    claims = {"status": "optimal", "bound": 4050.0, "gap": 0.0, "options": {"gap": 1e-6}, "verified": True}
    told = json.dumps(json.loads(FILES["plan.json"]) | claims | change)
    broken = verify_folder(write(tmp_path / "plan", **{"plan.json": told})).broken
    assert [fault.law for fault in broken] == [law] * (law is not None), broken
