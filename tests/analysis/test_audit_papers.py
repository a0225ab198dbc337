"""What is known of the two full papers is found in their cases by the audit itself; other cases hear no accusation."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import balik
from balik.views.audit import findings_text, summary_text

PLASTIC, JERRYCAN = "plastik-jabodetabek", "jerigen-padang"
#: Cases whose audit takes more than a few seconds.
LARGE = (
    "nmc-jawa-barat",
    "first-hour",
    "jerigen-padang-lingkar",
    "plastik-jabodetabek-rinci",
    "pusat-daur-ulang",
    "weee-dua-target",
)


@cache
def study_of(case: str):
    return balik.reproduce(case)


def row_of(case: str, scenario: str | None, quantity: str, printed: float, **scope: str):
    rows = [
        r for r in study_of(case).rows
        if r["published"] and (r["scenario"], r["quantity"], r["printed"]) == (scenario, quantity, printed)
        and all(r["scope"].get(k) == v for k, v in scope.items())
    ]  # fmt: skip
    assert rows
    return rows[0]


@pytest.mark.parametrize("case", [PLASTIC, JERRYCAN, "turki-enam-kota", "aki-timbal", "gudang-transit"])
def test_the_verdict_found_is_the_one_stated(case):
    study = study_of(case)
    assert study.ok
    assert [(r["spot"], r["verdict"], r["found"]) for r in study.rows if r["found"] != r["verdict"]] == []


@pytest.mark.slow
@pytest.mark.parametrize("case", LARGE)
def test_the_verdict_found_is_the_one_stated_in_larger_cases(case):
    """One figure is printed in a study whose total the detailed case does not repeat: nothing there implies it."""
    odd = [(r["printed"], r["found"]) for r in study_of(case).rows if r["found"] != r["verdict"]]
    assert odd == ([(108227325.0, "not_derivable")] if case == "plastik-jabodetabek-rinci" else [])


@pytest.mark.parametrize("case", ["turki-enam-kota", "aki-timbal", "gudang-transit", JERRYCAN])
def test_clean_cases_hear_no_accusation(case):
    assert [f.sentence for f in study_of(case).beside if f.fault] == []


@pytest.mark.slow
@pytest.mark.parametrize("case", LARGE)
def test_larger_clean_cases_hear_no_accusation(case):
    assert balik.audit(case).faults == []


# -- plastics ----------------------------------------------------------------------------------------------------


def test_production_is_misprinted_and_the_printed_total_gives_it_away():
    row = row_of(PLASTIC, None, "production", 108227325)
    assert (row["found"], row["implied"]) == ("misprint", 108584550)
    for figure in (
        "168,892,703",
        "24,042,734 + 32,311,125 + 3,954,294",
        "108,584,550",
        "168,535,478",
        "9,000 × 12,064.95",
    ):
        assert figure in row["why"]


def test_one_total_stands_in_the_place_of_another():
    row = row_of(PLASTIC, None, "production", 168892703)
    assert (row["found"], row["implied"]) == ("misprint", 108584550)
    assert "prints for cost" in row["why"]


def test_the_last_total_cannot_be_derived():
    row = row_of(PLASTIC, None, "cost", 152754866)
    assert row["found"] == "not_derivable" and "16,137,836.875 below" in row["why"]


def test_a_leg_has_a_digit_too_many():
    row = row_of(PLASTIC, "alur-2-ruas-2", "transport", 22948400)
    assert (row["found"], row["implied"]) == ("misprint", 2948400) and "a digit too many" in row["why"]


def test_disposal_is_billed_on_the_sorted_mass_and_sorting_on_its_output():
    beside = {(f.kind, f.about): f for f in study_of(PLASTIC).beside}
    disposal = beside["billed_on_sorted", "pembuangan"]
    assert disposal.fault and disposal.amount == pytest.approx(439366)
    assert "3,954,294 instead of 4,393,660" in disposal.sentence
    sorting = beside["counted_on_output", "sorting"]
    assert not sorting.fault and "35,901,250" in sorting.sentence


def test_the_three_ways_are_not_costed_on_one_basis():
    beside = {(f.kind, f.about): f for f in study_of(PLASTIC).beside}
    for tour, words in (
        ("alur-2", ("30 per quantity", "fill 0.6")),
        ("alur-3", ("30 per quantity", "fill 0.4", "119,700 loaded")),
    ):
        found = beside["tour_basis", tour]
        assert found.fault and all(word in found.sentence for word in words)
    assert {k for k, f in beside.items() if f.fault} == {
        ("billed_on_sorted", "pembuangan"), ("tour_basis", "alur-2"), ("tour_basis", "alur-3"),
    }  # fmt: skip


def test_the_plan_of_the_base_is_no_choice():
    assert "nothing_to_decide" in {f.kind for f in study_of(PLASTIC).beside}


# -- packaging ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "printed", "over", "needs", "more", "buys"),
    [("biaya-plus-20", 9073720, "720 above", "9,793,200", "720,200 more", "762.489583"),
     ("biaya-plus-30", 9074080, "1,080 above", "10,609,300", "1,536,300 more", "726.139423")],
)  # fmt: skip
def test_figures_are_printed_where_no_plan_exists(scenario, printed, over, needs, more, buys):
    row = row_of(JERRYCAN, scenario, "cost", printed)
    assert row["found"] == "infeasible"
    assert all(words in row["why"] for words in (over, needs, more, buys))


def test_the_split_over_the_wholesalers_is_one_of_many_and_the_totals_are_not():
    found = {(r["scope"].get("place"), r["scope"].get("material")): r["found"] for r in study_of(JERRYCAN).rows
             if r["quantity"] == "collect" and r["scenario"] is None}  # fmt: skip
    assert all(found[f"grosir-{g}", "kosong-5L"] == "not_unique" == found[f"grosir-{g}", None] for g in range(1, 5))
    assert all(found[f"grosir-{g}", "kosong-2L"] == "reproduced" for g in range(1, 5))
    assert all(found[None, f"kosong-{size}"] == "reproduced" for size in ("2L", "5L", "18L"))


def test_the_budget_is_a_sum_the_caps_never_bind_and_prices_may_rise_by_so_much():
    beside = {(f.kind, f.about): str(f.sentence) for f in study_of(JERRYCAN).beside}
    assert "9,073,000 is what everything on offer costs" in beside["limit_is_a_sum", "trl-max"]
    assert "all 857" in beside["limit_is_a_sum", "trl-max"]
    for g, total in enumerate((217, 218, 213, 209), 1):
        assert f"{total} is the sum" in beside["limit_never_binds", f"td-{g}"]
    assert "11.1751 %" in beside["headroom", "trl-max"]


#: Tables 1 to 4 of the study as they are printed: (2 L, 5 L, 18 L) of each wholesaler in periods 1 to 8.
TABLES = {
    "grosir-1": [(85, 20, 0), (80, 30, 2), (165, 50, 2), (80, 25, 2), (85, 25, 0), (80, 20, 0), (90, 25, 0), (80, 20, 2)],
    "grosir-2": [(85, 25, 0), (80, 25, 3), (165, 50, 3), (85, 20, 0), (85, 25, 0), (80, 30, 3), (80, 20, 0), (85, 25, 0)],
    "grosir-3": [(85, 20, 0), (80, 25, 3), (165, 45, 3), (80, 25, 3), (90, 20, 2), (80, 20, 2), (80, 25, 2), (80, 20, 2)],
    "grosir-4": [(80, 25, 2), (80, 20, 2), (160, 45, 4), (85, 25, 3), (80, 25, 4), (85, 20, 0), (85, 20, 2), (80, 20, 2)],
}  # fmt: skip


def test_the_third_period_of_the_printed_tables_is_a_sum():
    sizes = ("2L", "5L", "18L")
    rows = [
        (g, s, t + 1, amounts[k])
        for g, table in TABLES.items()
        for t, amounts in enumerate(table)
        for k, s in enumerate(sizes)
    ]
    case = {
        "places": {"place": [*TABLES, "pabrik"]},
        "materials": {"material": list(sizes), "unit": ["dus"] * 3},
        "periods": {"period": list(range(1, 9))},
        "lanes": {"origin": [*TABLES], "dest": ["pabrik"] * 4, "material": ["*"] * 4, "mode": [""] * 4},
        "supply": dict(zip(("place", "material", "period", "most"), zip(*rows, strict=True), strict=True)),
        "demand": {"place": ["pabrik"], "material": ["*"], "least": [0], "price": [1000]},
    }
    found = balik.audit(case, settings={"title": "Tables 1 to 4", "currency": "IDR", "period": "day"}).faults
    assert [(f.kind, f.about) for f in found] == [("sum_of_periods", "supply 3")]
    assert "periods 1 to 2 in each of 12 rows" in found[0].sentence


# -- print -------------------------------------------------------------------------------------------------------


def test_every_accusation_is_said_in_indonesian():
    study = study_of(PLASTIC)
    text = summary_text(study.rows, "id") + findings_text(study.beside, "id", True)
    assert "kelebihan satu angka" in text and "108.584.550" in text and "439.366" in text
    assert " the " not in text and "instead" not in text


@pytest.mark.parametrize(("case", "page"), [(PLASTIC, "audit-plastics.md"), (JERRYCAN, "audit-packaging.md")])
def test_the_page_of_the_paper_shows_what_the_audit_finds(case, page):
    """Every line that `balik reproduce` tells of the figures and beside them stands on the page."""
    text = (Path(__file__).parents[2] / "docs" / "explanation" / page).read_text(encoding="utf-8")
    flat = " ".join(text.split())
    study = study_of(case)
    for line in (summary_text(study.rows) + "\n" + findings_text(study.beside, beside=True)).splitlines():
        assert " ".join(line.split()) in flat, line
