"""compare, sensitivity and reproduce."""

import re

import pytest

import balik
from balik.analysis.repair import unit_after
from balik.analysis.reproduce import half_of_last_digit, judge
from balik.analysis.sensitivity import parse_range
from balik.api import prepare
from balik.cli import main
from balik.views.audit import summary_text
from balik.views.text import plan_text


def test_compare_sets_scenarios_beside_the_base():
    study = balik.compare("nmc-jawa-barat", ["dealer-17", "dealer-19", "kapasitas-plus-10"])
    rows = {r["scenario"]: r for r in study.rows}
    assert rows["base"]["cost"] == pytest.approx(8649508) and rows["base"]["sites_used"] == 18
    assert rows["dealer-17"]["status"] == "infeasible" and rows["dealer-17"]["cost"] is None
    assert rows["dealer-19"]["change"] == pytest.approx(6914702.5 - 8649508)
    assert len(rows["dealer-19"]["sites_in"]) - len(rows["dealer-19"]["sites_out"]) == 1
    assert rows["kapasitas-plus-10"]["cost"] == pytest.approx(6582093.5)
    assert list(study.table["scenario"]) == ["base", "dealer-17", "dealer-19", "kapasitas-plus-10"]
    words = rows["dealer-19"]["differences"]["words"]
    assert re.search(r"; flows .* → .* [+-][\d,.]+ unit baterai-nmc, ", words), words  # what moves, in its unit


@pytest.mark.parametrize(
    ("study", "solves"),
    [
        (lambda: balik.compare("jerigen-padang", ["biaya-plus-10", "biaya-plus-20"]), 3),
        (lambda: balik.frontier("turki-enam-kota", ["cost", "co2"]), None),
        (lambda: balik.atlas("turki-enam-kota", "15%"), 4),
        (lambda: balik.rank("turki-enam-kota"), 0),
        (lambda: balik.stochastic("titik-jemput-acak"), None),
        (lambda: balik.simulate("titik-jemput-acak", 3), 4),
    ],
)
def test_every_study_says_what_it_rests_on(study, solves):
    found = study()
    work = found.work
    assert work.proved == work.solves == found.more.get("solves", work.solves if solves is None else solves)
    assert found.document()["work"]["varied"] == work.varied and found.told[-1].startswith("It does not say ")
    assert all(told.into("id") != told for told in (work.varied, *work.unsaid, *work.sentences()))


def test_compare_without_names_takes_all():
    study = balik.compare("jerigen-padang")
    assert len(study.rows) == 1 + len(balik.solve("jerigen-padang").tables.scenarios)


def test_compare_refuses_an_unknown_scenario():
    with pytest.raises(balik.CallError, match="biaya-plus-20"):
        balik.compare("jerigen-padang", ["biaya-plus-21"])


@pytest.mark.slow
def test_sensitivity_is_solved_again_at_every_point():
    study = balik.sensitivity("nmc-jawa-barat", "sites.capacity", "-10%:+20%:10%")
    costs = {r["at"]: r["cost"] for r in study.rows}
    assert costs["-10 %"] is None
    assert costs["+10 %"] == pytest.approx(6582093.5) and costs["+20 %"] == pytest.approx(6088246.5)
    assert any("down to" in f for f in study.findings)


def test_cells_that_move_together_and_the_edge_between_a_plan_and_none():
    study = balik.sensitivity("jerigen-padang", "supply.price,processes.cost", "-30%:+30%:10%")
    costs = [r["cost"] for r in study.rows]
    assert costs == [5712700, 6528800, 7344900, 8161000, 8977100, None, None]
    assert study.findings == ["supply.price,processes.cost: a plan exists up to +11.17 %, none at +11.18 %."]


def test_values_instead_of_percentages():
    study = balik.sensitivity("nmc-jawa-barat", "limits.most[limit=maks-dealer]", "18:20:1")
    assert [r["cost"] for r in study.rows] == [pytest.approx(x) for x in (8649508, 6914702.5, 5634024)]


def test_a_cell_without_influence_is_said():
    study = balik.sensitivity("jerigen-padang", "limits.most[limit=td-1]", "0%:+20%:10%")
    assert study.findings == ["limits.most[limit=td-1]: no influence on the cost in this range."]


def test_the_default_moves_the_columns_that_the_case_fills():
    study = balik.sensitivity("plastik-jabodetabek")
    over = {r["over"] for r in study.rows}
    assert {"modes.full_rate", "processes.cost"} <= over


def test_the_default_moves_fleets_charges_and_what_is_on_the_market():
    case = {
        "places": {"place": ["a", "b"]},
        "materials": {"material": ["tin"]},
        "modes": {"mode": ["van"], "payload": [10], "trip_cost": [1]},
        "lanes": {"origin": ["a"], "dest": ["b"], "material": ["tin"], "mode": ["van"]},
        "supply": {"place": ["a"], "material": ["tin"], "most": [90]},
        "demand": {"place": ["b"], "material": ["tin"]},
        "market": {"place": ["a"], "material": ["tin"], "amount": [100]},
        "fleets": {"mode": ["van"], "base": ["a"], "hours": [2], "handling": [1], "fixed_cost": [10]},
        "charges": {"charge": ["toll"], "of": ["trips"], "rate": ["1/2"]},
        "limits": {"limit": ["x"] * 2, "quantity": ["collect", "market"], "over": ["", "yes"], "least": [0.4, ""]},
    }
    rows = balik.sensitivity(case, range="+50%:+50%:10%").rows
    cost = {row["over"]: row["cost"] for row in rows}
    assert cost["market.amount"] == pytest.approx(6 * 1.5 + 3 * 10)
    assert cost["fleets.hours"] == cost["modes.trip_cost"] - 2 == pytest.approx(4 * 1.5 + 2 * 10)
    assert cost["fleets.fixed_cost"] == pytest.approx(4 * 1.5 + 2 * 15)
    assert cost["charges.rate"] == pytest.approx(4 * 1.75 + 2 * 10)


@pytest.mark.parametrize("bad", ["x", "1:2", "-200%:0%:10%", "3:1:1", "1:2:0"])
def test_a_range_that_cannot_be_swept_is_refused(bad):
    with pytest.raises(balik.CallError):
        parse_range(bad)


@pytest.mark.parametrize("bad", ["sites", "sites.capasity", "places.kind", "nothing.km", "sites.capacity = 3"])
def test_a_selection_that_names_nothing_is_refused(bad):
    with pytest.raises(balik.BalikError):
        balik.sensitivity("nmc-jawa-barat", bad, "0%:10%:10%")


def test_a_wrong_verdict_is_found(tmp_path):
    import shutil

    from balik.tables import bundled_cases

    shutil.copytree(bundled_cases() / "jerigen-padang", tmp_path / "c")
    path = tmp_path / "c" / "expected.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("8161000", "8161001", 1), encoding="utf-8")
    study = balik.reproduce(tmp_path / "c")
    assert not study.ok and study.exit_code == 3 and len(study.findings) == 1 and "8,161,001" in study.findings[0]


def test_tolerance_of_a_printed_figure():
    assert half_of_last_digit("471319") == 0.5
    assert half_of_last_digit("6.70") == 0.005
    assert half_of_last_digit("2.1e3") == 50.0
    assert half_of_last_digit("21e-1") == 0.05
    assert half_of_last_digit("10/9") == 0.0


def test_verdicts():
    plan = balik.solve("plastik-jabodetabek")
    assert judge("reproduced", 10.0, 0.5, 10.4, plan)[0] and not judge("reproduced", 10.0, 0.5, 10.6, plan)[0]
    assert judge("misprint", 10.0, 0.5, 12.0, plan)[0] and not judge("misprint", 10.0, 0.5, 10.0, plan)[0]
    assert judge("infeasible", 10.0, 0.5, 10.0, plan) == (False, "a plan exists")
    assert not judge("not_unique", 10.0, 0.5, 10.0, plan)[0]


def test_selections_are_told_apart_by_commas_outside_their_brackets():
    from balik.tables.changes import split_selections

    assert split_selections("a.b, c.d[x=1,y='p]q, r'],e.f") == ["a.b", "c.d[x=1,y='p]q, r']", "e.f"]
    assert split_selections("a.b[place=Ma'had],c.d") == ["a.b[place=Ma'had]", "c.d"]
    assert split_selections("a.b") == ["a.b"]


def test_differences_are_told_by_account_place_and_flow() -> None:
    study = balik.compare("turki-enam-kota", ["f1-f4"])
    found = study.rows[1]["differences"]
    assert found["opens"] == ["F4"] and found["closes"] == ["F3"]
    assert sum(found["accounts"].values()) == pytest.approx(study.rows[1]["change"])
    assert {row["place"]: row["change"] for row in found["sites"]}["F3"] == pytest.approx(-87.5)
    assert sum(row["change"] for row in found["flows"]) == pytest.approx(0)  # all is collected either way
    told = found["words"]
    assert "opens F4" in told and "closes F3" in told and "+1,178.21945 USD" in told


def test_scenarios_without_a_difference_say_so() -> None:
    same = balik.compare("gudang-transit", set=["stores.end = default"])
    assert "the same plan as the base" in same.rows[1]["differences"]["words"]


def test_one_site_is_no_sites():
    """A limit that asks for 1 and allows 3: each bound has the word of its own number."""
    case = {
        "places": {"place": ["town", "A", "B", "C"]},
        "materials": {"material": ["tin"]},
        "lanes": {"origin": ["town"] * 3, "dest": ["A", "B", "C"], "material": ["tin"] * 3, "fee": [3, 5, 9]},
        "supply": {"place": ["town"], "material": ["tin"], "amount": [6]},
        "demand": {"place": ["A", "B", "C"], "material": ["tin"] * 3},
        "sites": {"place": ["A", "B", "C"], "running_cost": [1, 1, 1], "capacity": [6, 6, 6]},
        "limits": {"limit": ["few"], "quantity": ["open"], "least": [1], "most": [3]},
    }
    prepared = prepare(case, settings={"title": "x"})
    [few] = prepared.network.limits
    assert [unit_after(prepared, few, bound) for bound in (few.least, few.most)] == [" site", " sites"]
    plan = balik.solve(case, settings={"title": "x"})
    assert "capacity of 1 site: A" in plan_text(plan, "x") and "1 site used" in plan._repr_html_()


SIDE_BY_SIDE = {
    "places": {"place": ["a", "z"]},
    "materials": {"material": ["m"]},
    "lanes": {"origin": ["a"], "dest": ["z"], "material": ["m"], "fee": [2], "most": [10]},
    "supply": {"place": ["a"], "material": ["m"], "amount": [5]},
    "demand": {"place": ["z"], "material": ["m"]},
    "changes": {"scenario": ["hari raya"], "table": ["supply"], "column": ["amount"], "op": ["="], "value": [8]},
    "criteria": {"criterion": ["biaya"], "sense": ["least"], "quantity": ["cost"]},
}


@pytest.mark.parametrize(
    "study",
    [
        balik.compare,
        balik.rank,
        lambda case, **asked: balik.sensitivity(case, "lanes.fee", "0%:10%:10%", **asked),
    ],
)
def test_plans_side_by_side_of_which_there_is_none_end_as_one_plan_would(study):
    assert study(SIDE_BY_SIDE).exit_code == study(SIDE_BY_SIDE, set=["lanes.most = 6"]).exit_code == 0
    assert study(SIDE_BY_SIDE, set=["lanes.most = 3"]).exit_code == 3
    assert study(SIDE_BY_SIDE, time_limit=1e-9).exit_code == 4


def test_what_explains_a_scenario_without_a_plan_can_be_typed():
    found = balik.compare(SIDE_BY_SIDE, set=["lanes.most = 3"]).findings
    assert found == [
        "base: no plan (infeasible); ask explain.",
        "hari raya: no plan (infeasible); ask explain --scenario 'hari raya'.",
    ]


def test_an_alternative_that_is_left_alone_is_not_ranked_in_silence():
    assert "Only base is left, so there is nothing to rank." in balik.rank(SIDE_BY_SIDE, set=["lanes.most = 6"]).findings


def test_printed_figures_of_a_search_that_was_stopped_end_as_one_plan_would():
    printed = {"expected": {"quantity": ["cost"], "value": [10], "verdict": ["reproduced"]}}
    found = balik.reproduce(SIDE_BY_SIDE | printed)
    assert found.exit_code == 0 and "frames: 1 figure; 1 reproduced" in summary_text(found.rows)
    assert balik.reproduce(SIDE_BY_SIDE | printed, time_limit=1e-9).exit_code == 4
    none = {"expected": {"quantity": ["cost"], "value": [""], "verdict": ["infeasible"]}}
    assert balik.reproduce(SIDE_BY_SIDE | none, time_limit=1e-9).exit_code == 4
    assert balik.reproduce(SIDE_BY_SIDE | none | {"lanes": SIDE_BY_SIDE["lanes"] | {"most": [3]}}).exit_code == 0


def test_a_study_without_a_table_begins_with_its_findings(capsys):
    call = ["atlas", "turki-enam-kota", "--set", "sites.capacity = 1"]
    assert main(call) == 3 and capsys.readouterr().out.startswith("No plan was found")
