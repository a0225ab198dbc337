"""What must not change a plan: the order of rows, the names of labels, the spelling of wildcards, the file format."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balik.api import solve, verify
from balik.plan.plan import Plan
from properties.editing import answer, bundled, renamed, shuffled, spelled_out, write
from twins.oracle import SmallCase
from twins.rawcases import rows
from twins.smallcases import network_case, siting_case

seeds = st.integers(0, 10_000)
networks = st.builds(network_case, seeds, st.booleans())
few = settings(max_examples=20, derandomize=True, deadline=None, database=None)
fewer = settings(few, max_examples=12)
BUNDLED = [
    ("plastik-jabodetabek", None),
    ("plastik-jabodetabek", "semua-alur"),
    ("jerigen-padang", None),
    ("nmc-jawa-barat", None),
]


def same(one: Plan, two: Plan) -> None:
    """Both plans have one status and one objective, and both are verified."""
    assert one.status == two.status
    if one.status != "optimal":
        assert one.cost is two.cost is None
        return
    assert one.verified and two.verified
    assert one.objective is not None and one.accounts is not None
    scale = max(1.0, sum(map(abs, one.accounts.values())))
    assert two.objective == pytest.approx(one.objective, abs=2e-6 * scale)


@few
@given(networks, seeds)
def test_the_order_of_rows_and_columns_changes_nothing(case: SmallCase, seed: int) -> None:
    same(answer(case), answer(shuffled(case, Random(seed))))


@fewer
@given(seeds, st.booleans())
def test_the_order_of_rows_keeps_the_best_set_of_sites(seed: int, sizes: bool) -> None:
    """Opening costs with odd cents, so that two sets do not cost the same."""
    case, random = siting_case(seed, sizes), Random(seed)
    for row in case.tables["sites"]:
        row["opening_cost"] += round(random.uniform(1, 2), 4)
    one, two = answer(case, gap=1e-9), answer(shuffled(case, random), gap=1e-9)
    same(one, two)
    assert set(one.used) == set(two.used)
    assert {(s["place"], s["size"]) for s in one.open} == {(s["place"], s["size"]) for s in two.open}


@pytest.mark.parametrize(("name", "scenario"), BUNDLED)
def test_the_order_of_rows_of_a_bundled_case_changes_nothing(name: str, scenario: str | None) -> None:
    case = bundled(name, scenario)
    one, two = answer(case), answer(shuffled(case, Random(7)))
    same(one, two)
    assert set(one.used) == set(two.used)


def odd(dimension: str, label: str) -> str:
    """Another name, with what a label may hold: blanks, commas, quotes, a decimal point, letters beyond ASCII."""
    marks = {"place": ' "é", ', "material": " 2.5; ", "mode": " & ", "process": " = ", "kind": " / "}
    return f"~{label[::-1]}{marks.get(dimension, ' ')}ñ {len(label)}"


@few
@given(networks)
def test_the_names_of_labels_change_nothing(case: SmallCase) -> None:
    one, two = answer(case), answer(renamed(case, odd))
    same(one, two)
    assert sorted(odd("place", p) for p in one.used) == sorted(two.used) or one.unique is not True


@pytest.mark.parametrize(("name", "scenario"), BUNDLED)
def test_the_names_of_a_bundled_case_change_nothing(name: str, scenario: str | None) -> None:
    one, two = answer(bundled(name, scenario)), answer(renamed(bundled(name, scenario), odd))
    same(one, two)
    assert sorted(odd("place", p) for p in one.used) == sorted(two.used)


@few
@given(networks)
def test_a_wildcard_is_its_rows(case: SmallCase) -> None:
    same(answer(case), answer(spelled_out(case)))


@pytest.mark.parametrize(("name", "scenario"), BUNDLED)
def test_a_wildcard_of_a_bundled_case_is_its_rows(name: str, scenario: str | None) -> None:
    case = bundled(name, scenario)
    same(answer(case), answer(spelled_out(case)))


# -- formats -----------------------------------------------------------------------------------------------------


def frames(case: SmallCase) -> dict[str, Any]:
    """The tables as data frames: numbers where all cells are, blanks as missing."""
    return {name: pd.DataFrame(columns).replace("", None).infer_objects() for name, columns in case.columns().items()}


@fewer
@given(networks)
def test_both_dialects_and_data_frames_give_one_plan(case: SmallCase) -> None:
    with TemporaryDirectory() as folder:
        point, comma = (write(case, Path(folder) / name, mark) for name, mark in (("point", ","), ("comma", ";")))
        one = solve(point)
        for two in (solve(comma), answer(case), solve(frames(case), settings=case.settings)):
            same(one, two)
            assert two.columns == one.columns


@pytest.mark.parametrize(("name", "scenario"), BUNDLED)
def test_a_bundled_case_is_the_same_in_every_format(name: str, scenario: str | None, tmp_path: Path) -> None:
    case = bundled(name, scenario)
    one = solve(name, scenario)
    for two in (solve(write(case, tmp_path / "c", ";")), solve(frames(case), settings=case.settings)):
        same(one, two)
        assert two.columns == one.columns


@fewer
@given(networks)
def test_a_written_plan_verifies_and_its_input_solves_alike(case: SmallCase) -> None:
    with TemporaryDirectory() as folder:
        plan = solve(case.columns(), settings=case.settings, out=Path(folder) / "plan")
        if plan.status == "optimal":
            verdict = verify(Path(folder) / "plan")
            assert verdict.ok, [b.sentence for b in verdict.broken]
        same(plan, solve(Path(folder) / "plan" / "input"))


SETS = {
    "plastik-jabodetabek": ["modes.full_rate[mode=pickup] *= 1.5", "processes.cost += 10"],
    "jerigen-padang": ["supply.price *= 1.01", "limits.most[limit=td-1] = 200"],
    "nmc-jawa-barat": ["sites.capacity *= 1.25"],
}
SCENARIOS = [
    ("plastik-jabodetabek", "rit-utuh-semua-alur"),
    ("plastik-jabodetabek", "alur-2-setara"),
    ("plastik-jabodetabek", "buang-residu-sebenarnya"),
]
SCENARIOS += [
    ("jerigen-padang", "biaya-plus-10"),
    ("jerigen-padang", "biaya-minus-30"),
    ("nmc-jawa-barat", "dealer-20"),
]


@pytest.mark.parametrize(("name", "scenario"), SCENARIOS)
def test_the_effective_input_holds_the_scenario_and_the_sets(name: str, scenario: str, tmp_path: Path) -> None:
    plan = solve(name, scenario, SETS[name], out=tmp_path / "plan")
    assert plan.status == "optimal"
    assert verify(tmp_path / "plan").ok
    again = solve(tmp_path / "plan" / "input")
    same(plan, again)
    assert again.columns == plan.columns
    assert plan.cost != pytest.approx(solve(name, scenario).cost, rel=1e-9)


@pytest.mark.parametrize("name", ["plastik-jabodetabek", "jerigen-padang"])
def test_every_optimal_plan_of_a_bundled_case_is_verified(name: str) -> None:
    for scenario in [None, *(r["scenario"] for r in rows(name, "scenarios"))]:
        plan = solve(name, scenario)
        assert plan.status in ("optimal", "infeasible")
        assert plan.verified is (plan.status == "optimal"), (scenario, plan.broken)
