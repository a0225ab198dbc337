"""Measures of the user's own: values by hand, as limits and weights, what they cost, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

import balik
from model.making import prepared, solve, stated, tables
from model.small import LARGER, MEASURES, ROAD, SITES, STOCK

YARD = {
    "periods": "period length repeats\ndry 1 1\nwet 2 3",
    "lanes": "origin dest material mode km fee\na b tin van 10 2\na c tin . . 5",
    "modes": "mode payload trip_cost\nvan 10 7",
    "supply": "place material amount\na tin 30",
    "demand": "place material\nb tin\nc tin",
}


def with_rows(case: dict[str, str], rows: str, head: str = "measure of rate") -> dict[str, str]:
    return case | {"measures": f"{head}\n{rows}"}


def test_rows_of_one_measure_are_added_over_all_repeats() -> None:
    """30 tins in each of 1 + 3 seasons by 3 trips of 10 tins: 4 × (30 × 0.5 + 3 × 2 + 60 km × 0.1)."""
    plan = solve(with_rows(YARD, "m flow 0.5\nm trips 2\nm km 0.1"))
    assert plan.cost == pytest.approx(4 * (30 * 2 + 3 * 7))
    assert plan.measures["m"] == pytest.approx(4 * (15 + 6 + 6))


def test_a_measure_of_measures_and_of_money() -> None:
    plan = solve(with_rows(YARD, "all m 2\nall trip 1\nm collect 1\nspent cost 0.001"))
    assert plan.measures["m"] == pytest.approx(120)
    assert plan.measures["all"] == pytest.approx(240 + 4 * 21)
    assert plan.measures["spent"] == pytest.approx(plan.cost / 1000)


def test_rates_count_each_material_in_its_own_unit() -> None:
    plan = solve(MEASURES)
    flow = plan.flow[plan.flow.material == "tin"]
    times = flow.period.map({"dry": 1, "wet": 3})
    left = 3 * (80 - plan.collect[(plan.collect.material == "tin") & (plan.collect.period == "wet")].amount.sum())
    assert plan.measures["hazard"] == pytest.approx(0.5 * (flow.amount * times).sum() + 2 * left)
    trips = dict(zip(plan.trips.period, plan.trips.trips, strict=True))
    assert plan.measures["hours"] == pytest.approx(3 * (trips["dry"] + 3 * trips["wet"]))
    assert plan.measures["both"] == pytest.approx(plan.measures["hazard"] - 12 * trips["dry"])


def test_a_limit_on_a_measure_moves_the_plan() -> None:
    """The van emits 4 a trip of 10; at most 20 lets 50 tins go by van, of 120; the rest pays 5."""
    most = with_rows(YARD, "smoke trips 4") | {"limits": "limit quantity most\nclean smoke 20"}
    plan = solve(most)
    assert plan.measures["smoke"] == pytest.approx(20)
    assert plan.cost == pytest.approx(50 * 2.7 + 70 * 5)


def test_a_limit_in_one_period_counts_its_repeats_as_those_on_built_in_measures_do() -> None:
    for quantity in ("km", "way"):
        limits = f"limit quantity period most\nshort {quantity} wet 90"
        plan = solve(with_rows(YARD, "way km 1") | {"limits": limits})
        assert plan.cost == pytest.approx(30 * 2 + 21 + 3 * (15 * 2.7 + 15 * 5))


def test_each_tells_the_labels_of_its_terms_apart() -> None:
    case = with_rows(YARD, "kg flow 1") | {"limits": "limit quantity dest most\nfair kg each 60"}
    assert solve(case).cost == pytest.approx(60 * 2.7 + 60 * 5)


def test_a_unit_converts_where_it_is_known() -> None:
    """A trip takes 3 hours; 300 minutes let 5 / 3 trips go."""
    case = with_rows(YARD, "time trips 3 jam", "measure of rate unit")
    plan = solve(case | {"limits": "limit quantity most unit\nshift time 300 menit"})
    assert plan.measures["time"] == pytest.approx(5)


@pytest.mark.parametrize("of", ["km", "co2", "trips", "tkm", "fee", "transport"])
def test_a_measure_of_one_quantity_weighs_as_the_quantity(of: str) -> None:
    plain = solve(ROAD, {"objective": {"cost": 1.0, of: 0.7}})
    own = solve(with_rows(ROAD, f"m {of} 0.35"), {"objective": {"cost": 1.0, "m": 2.0}})
    assert own.objective == pytest.approx(plain.objective, rel=1e-6)


def test_what_equals_a_maximum_is_met_when_a_measure_calls_for_more() -> None:
    """A measure that rewards trips drives none empty: 20 tins at half a payload of 10 take 4."""
    case = with_rows({k: t for k, t in LARGER.items() if k != "limits"}, "busy trips 1")
    plan = solve(case, {"objective": {"busy": -1.0}})
    assert plan.objective == pytest.approx(-4)
    assert plan.deliver.amount.sum() == pytest.approx(20)


def test_a_measure_adds_no_column_and_no_row() -> None:
    one, two = stated(ROAD).program, stated(with_rows(ROAD, "m flow 1\nm cost 2")).program
    assert (one.columns, one.rows) == (two.columns, two.rows)


def test_stock_is_counted_period_by_period() -> None:
    case = with_rows(STOCK, "room stock 2 1\nroom stock 3 2", "measure of rate period")
    plan = solve(case)
    kept = dict(zip(plan.stock.period, plan.stock.amount, strict=True))
    assert plan.measures["room"] == pytest.approx(2 * kept.get("1", 0) + 3 * kept.get("2", 0))


def test_open_sites_and_kinds() -> None:
    case = with_rows(SITES, "area open 50 small\narea open 120 large", "measure of rate size")
    plan = solve(case, {"finance": {"one_off": "once"}})
    sizes = [site["size"] for site in plan.open]
    assert plan.measures["area"] == 50 * sizes.count("small") + 120 * sizes.count("large")


def test_a_scenario_changes_a_rate_by_what_is_counted() -> None:
    case = with_rows(YARD, "m flow 0.5\nm trips 2")
    given = tables(case) | {"measures@dirty": {"measure": ["m"], "of": ["trips"], "rate": ["9"]}}
    plan = balik.solve(given, scenario="dirty", settings={"title": "t"})
    assert plan.measures["m"] == pytest.approx(4 * (15 + 27))
    study = balik.compare(given, settings={"title": "t"})
    assert [row["measures"]["m"] for row in study.rows] == pytest.approx([84, 168])


def test_the_print_names_the_statement_and_the_screen_the_unit(capsys: pytest.CaptureFixture[str]) -> None:
    from balik.views.text import plan_text

    case = with_rows(YARD, "time trips 3 jam\nload flow 1 .", "measure of rate unit")
    text = plan_text(solve(case), "yard")
    assert "time 36 jam" in text and "load 120" in text
    weighed = tables(case)
    math = balik.math(weighed, settings={"title": "t", "objective": {"time": 1}})
    assert "own: " not in math and "What the measures of the user's own count" in math


# -- what is refused ---------------------------------------------------------------------------------------------


def codes(rows: str, head: str = "measure of rate", case: dict[str, str] = YARD, **settings: Any) -> set[str]:
    found = balik.check(tables(with_rows(case, rows, head)), settings={"title": "t"} | settings)
    return {problem.code for problem in found}


@pytest.mark.parametrize(
    ("rows", "head", "code"),
    [
        ("flow trips 1", "measure of rate", "E550"),
        ("fee trips 1", "measure of rate", "E550"),
        ("m n 1\nn m 1", "measure of rate", "E551"),
        ("m m 1", "measure of rate", "E551"),
        ("m trips 1 jam\nm flow 1 orang", "measure of rate unit", "E552"),
        ("m trips 1 qty", "measure of rate unit", "E552"),
        ("m use 1", "measure of rate", "E553"),
        ("m flow each", "measure of dest", "E553"),
        ("m flo 1", "measure of rate", "E360"),
        ("m trips tin", "measure of material", "E362"),
        ("m flow 1\nm flow 2", "measure of rate", "E202"),
    ],
)
def test_what_a_measure_cannot_be(rows: str, head: str, code: str) -> None:
    assert code in codes(rows, head)


def test_stock_needs_a_period() -> None:
    assert "E363" in codes("m stock 1", case=STOCK)


def test_a_scope_that_no_term_has_is_named() -> None:
    assert codes("m flow a", "measure of dest") == {"W550"}
    found = balik.check(tables(with_rows(YARD, "m trips 1") | {"limits": "limit quantity origin most\nx m b 3"}),
                        settings={"title": "t"})  # fmt: skip
    assert [p.code for p in found] == ["E367"]
    found = balik.check(tables(with_rows(YARD, "m trips 1") | {"limits": "limit quantity material most\nx m tin 3"}),
                        settings={"title": "t"})  # fmt: skip
    assert [p.code for p in found] == ["E362"]


def test_what_a_scope_leaves_out_is_named() -> None:
    """Pay by the trip has no material."""
    paid = YARD | {"modes": "mode payload trip_cost full_rate empty_rate\nvan 10 7 1 2"}
    assert codes("m transport tin", "measure of material", case=paid) == {"W311"}


def test_km_that_nobody_knows_are_a_problem_for_a_measure_too() -> None:
    blank = {"lanes": "origin dest material mode km\na b tin van ."}
    quiet = YARD | blank
    assert not codes("m flow 1", case=quiet)
    assert codes("m km 1", case=quiet)


def test_a_money_measure_of_nothing_may_be_limited() -> None:
    case = with_rows(YARD, "m transport 1") | {"limits": "limit quantity most\nx m 3"}
    assert prepared(case).model.program.families["limits"]


def test_people_who_are_served_are_counted() -> None:
    """200 live near the open hub and 90 near the other; a visit of each counts 4 times a year."""
    case = {
        "places": "place people\nnorth 200\nsouth 90\nhub .\nyard .",
        "coverage": "place site within\n* hub 5\n* yard 5",
        "distances": "origin dest km\nnorth hub 3\nsouth yard 4\nnorth yard 30\nsouth hub 40\nhub yard 30\nnorth south 50",
        "lanes": "origin dest material fee\nnorth hub tin 1\nnorth yard tin 2",
        "supply": "place material amount\nnorth tin 10",
        "demand": "place material\nhub tin\nyard tin",
        "sites": "place running_cost\nhub 3\nyard 3",
        "measures": "measure of rate unit\nvisits covered 4 kunjungan",
    }
    plan = solve(case)
    assert plan.open == [{"place": "hub", "size": "-"}] and plan.measures["visits"] == pytest.approx(800)
    more = solve(case | {"limits": "limit quantity least\nall visits 1160"})
    assert len(more.open) == 2 and more.measures["visits"] == pytest.approx(1160)


def test_a_measure_stands_above_a_line() -> None:
    """At most 0.6 of a measure for each tin: 0.5 for the tin itself, so half of what the van adds may be added."""
    ratio = "limit quantity over most\nr m no 0.6\nr flow yes ."
    plan = solve(with_rows(YARD, "m flow 0.5\nm trips 2") | {"limits": ratio})
    assert plan.measures["m"] == pytest.approx(0.6 * 120)


def test_figures_sweeps_and_explanations_name_measures() -> None:
    case, settings = tables(with_rows(YARD, "m trips 2\nm flow 0.5")), {"title": "t"}
    expected = {"quantity": ["m", "m"], "value": ["84", "85"]}
    study = balik.reproduce(case | {"expected": expected}, settings=settings)
    assert [(row["ours"], row["holds"]) for row in study.rows] == [(84.0, True), (84.0, False)]
    swept = balik.sensitivity(
        case, over=["measures.rate[measure=m,of=trips]"], range="-50%:+50%:50%", settings=settings
    )
    assert [row["measures"]["m"] for row in swept.rows] == pytest.approx([72, 84, 96])
    told = balik.explain(case | {"limits": {"limit": ["z"], "quantity": ["m"], "most": ["3"]}}, settings=settings)
    assert "limits.most[limit=z] = 60" in [row["change"] for row in told.rows if row["mends"]]
