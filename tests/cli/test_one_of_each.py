"""A count of one is said in the singular, whatever the verb."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import balik
from balik.cli import main
from balik.views.language import Language
from balik.views.map.labels import no_coordinates, not_named

CASE = {
    "case.toml": 'title = "One"\n',
    "places.csv": "place,lat,lon\ns,-6.2,106.8\nA,-6.3,106.9\n",
    "materials.csv": "material,unit\nm,kg\n",
    "supply.csv": "place,material,amount\ns,m,10\n",
    "demand.csv": "place,material\nA,m\n",
    "lanes.csv": "origin,dest,fee\ns,A,2\n",
    "sites.csv": "place,capacity,running_cost\nA,20,5\n",
    "processes.csv": "process,place,cost,per\nsort,A,1,m\n",
    "recipes.csv": "process,material,rate\nsort,m,-1\n",
}
#: What is counted; the unit kg and the like have no plural.
SEVERAL = re.compile(
    r"\b1 (?:candidate )?(?:places|sites|lanes|laws|solves|sets|points|facts|faults|nodes|prices|vehicles)\b"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in CASE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_one_of_each_is_not_said_in_the_plural(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = folder / "plan"
    for call in (
        ("solve", folder, "--out", plan),
        ("verify", plan),
        ("atlas", folder, "--within", "5%"),
        ("frontier", folder, "--over", "cost", "--over", "use"),
        ("compare", folder),
        ("audit", folder),
    ):
        main([*map(str, call), "--lang", "en"])
        text = capsys.readouterr().out
        assert text and not SEVERAL.search(text), text
    assert not SEVERAL.search(f"{no_coordinates(1)} {not_named(1, Language())}")


def test_the_one_law_of_a_folder_without_a_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = folder / "plan"
    assert main(["solve", str(folder), "--set", "sites.capacity = 5", "--out", str(plan)]) == 3
    assert main(["verify", str(plan)]) == 3
    assert "1 law checked, 1 broken." in capsys.readouterr().out


def test_one_vehicle_is_said_in_the_singular() -> None:
    case = {
        "places": {"place": ["s", "w"]},
        "materials": {"material": ["m"], "unit": ["kg"]},
        "modes": {"mode": ["v"], "payload": [10]},
        "supply": {"place": ["s"], "material": ["m"], "amount": [100]},
        "demand": {"place": ["w"], "material": ["m"]},
        "lanes": {"origin": ["s"], "dest": ["w"], "mode": ["v"], "km": [5]},
        "fleets": {"mode": ["v"], "base": ["s"], "available": [1], "hours": [8], "handling": [1]},
    }
    told = "\n".join(map(str, balik.explain(case).findings))
    assert "v · s: at most 2 vehicles instead of 1 vehicle." in told and not SEVERAL.search(told), told
