"""What stretch of time figures are of: costs per period, sums over repeats, capacity in the fullest period."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import balik
from balik.views.charts import utilisation
from balik.views.language import Language
from balik.views.report.parts import Facts
from balik.views.report.summary import summary
from balik.views.span import cost_words
from balik.views.subject import of_plan
from balik.views.text import plan_text

EN, ID = Language("en"), Language("id")


def case(**more: Any) -> dict[str, Any]:
    """A village, a warehouse, 100 kg for 1 Rp each."""
    return {
        "places": {"place": ["village", "hub"]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": ["village"], "dest": ["hub"], "material": ["m"], "fee": [1]},
        "supply": {"place": ["village"], "material": ["m"], "amount": [100]},
        "demand": {"place": ["hub"], "material": ["m"]},
        "sites": {"place": ["hub"], "capacity": [200]},
    } | more  # fmt: skip


def facts_of(plan: balik.Plan) -> tuple[tuple[str, str], ...]:
    """The boxes at the top of the report."""
    block = summary(of_plan(plan), plan, (), EN).blocks[1]
    assert isinstance(block, Facts)
    return block.facts


def test_a_cost_is_per_month_only_where_it_is_that_of_one_month() -> None:
    for periods, per in (
        ({"period": ["2026"]}, True),
        ({"period": ["2026"], "length": [12]}, False),
        ({"period": ["2026"], "repeats": [5]}, False),
        ({"period": ["a", "b"]}, False),
        ({"period": ["2025", "2026"], "past": ["yes", ""], "repeats": ["", 5]}, False),
    ):
        text = plan_text(balik.solve(case(periods=periods)), "c")
        assert ("per month" in text) == per, periods


@pytest.mark.parametrize(
    ("periods", "settings", "words"),
    [
        ({"period": ["2026"]}, {}, "cost per month"),
        ({"period": ["2026"], "length": [3]}, {}, "cost of the whole plan"),
        ({"period": ["a", "b"]}, {}, "cost of 2 periods"),
        ({"period": ["a", "b"], "repeats": [5, 1]}, {}, "cost of the whole plan"),
        (
            {"period": ["2026"]},
            {"finance": {"one_off": "npv", "rate": 0.1, "years": 2, "periods_per_year": 12}},
            "cost, as a present value",
        ),
    ],
)
def test_the_report_says_what_the_cost_is_of(periods: Any, settings: Any, words: str) -> None:
    tables = case(periods=periods, sites={"place": ["hub"], "capacity": [200], "opening_cost": [1 if settings else 0]})
    plan = balik.solve(tables, settings=settings)
    assert cost_words(plan) == words
    facts = dict(facts_of(plan))
    assert facts[words] == EN.money(plan.cost, "IDR") and facts["collected"].endswith(" t")
    page = balik.report(plan)
    assert ("Rp per t collected" in page) == (not settings)  # years of money are not that of a month's tonnes
    assert ("one period: a month" in page) == (periods == {"period": ["2026"]})


@pytest.mark.parametrize(("way", "per"), [("once", False), ("annuity", True), ("npv", False)])
def test_a_cost_with_what_is_paid_once_is_per_month_where_it_is_spread(way: str, per: bool) -> None:
    sites = {"place": ["hub"], "capacity": [200], "opening_cost": [50], "running_cost": [3]}
    settings = {"finance": {"one_off": way, "rate": 0.1, "years": 10, "periods_per_year": 12}}
    plan = balik.solve(case(sites=sites), settings=settings)
    assert ("per month" in plan_text(plan, "c")) == per == (str(cost_words(plan)) == "cost per month")
    free = balik.solve(case(sites=sites | {"opening_cost": [0]}), settings=settings | {"finance": {"one_off": "once"}})
    assert "per month" in plan_text(free, "c") and str(cost_words(free)) == "cost per month"


def test_where_it_comes_from_counts_repeats_as_what_comes_in_does() -> None:
    text = plan_text(balik.solve(case(periods={"period": ["2026"], "repeats": [5]})), "c")
    line = next(line for line in text.splitlines() if line.strip().startswith("hub "))
    assert line.split()[1] == "500" and line.endswith("village 500")


def test_a_capacity_that_is_full_in_one_period_says_so() -> None:
    supply = {"place": ["village"] * 2, "material": ["m"] * 2, "period": ["a", "b"], "amount": [200, 100]}
    tables = case(periods={"period": ["a", "b"]}, supply=supply)
    plan = balik.solve(tables)
    text = plan_text(plan, "c")
    assert "100 %" in text and "75.0 % of their capacity" in text
    assert "capacity used: share of the capacity, in the fullest period" in text
    assert "pada periode terpenuh" in plan_text(plan, "c", language="id")
    figure = utilisation(of_plan(plan), EN)
    assert figure is not None and figure.head[-1] == "share of the capacity, in the fullest period"
    even = plan_text(balik.solve(case(periods={"period": ["a", "b"]})), "c")
    assert "fullest" not in even


def test_amounts_stand_below_each_other_in_every_language() -> None:
    plan = balik.solve(case(modes={"mode": ["lorry"], "payload": [50], "trip_cost": [1]},
                            lanes={"origin": ["village"], "dest": ["hub"], "material": ["m"], "mode": ["lorry"]}))  # fmt: skip
    for language, words in (("en", ("collected", "delivered", "trips")), ("id", ("dikumpulkan", "diserahkan", "rit"))):
        lines = plan_text(plan, "c", language=language).splitlines()
        found = [re.match(rf"  {word} +(?=\d)", line) for word in words for line in lines]
        assert len({match.end() for match in found if match}) == 1 and sum(map(bool, found)) == 3


def test_an_income_has_the_sign_of_its_money_in_its_share() -> None:
    tables = case(demand={"place": ["hub"], "material": ["m"], "price": [3]})
    page = balik.report(balik.solve(tables))
    assert "−75.0 %" in page and "<td>75.0 %" not in page and "25.0 %" in page


def test_a_status_is_not_said_twice_in_indonesian() -> None:
    tables = case(sites={"place": ["hub"], "capacity": [50]})
    page = balik.report(balik.solve(tables), language="id")
    assert "Tidak ada rencana: baris-baris kasus ini saling bertentangan." in page
    assert "Tidak ada rencana: tidak ada rencana" not in page


def test_words_in_equations_follow_the_language() -> None:
    tables = case(modes={"mode": ["lorry"], "payload": [50], "trip_cost": [1]},
                  lanes={"origin": ["village"], "dest": ["hub"], "material": ["m"], "mode": ["lorry"]})  # fmt: skip
    assert "(∈ ℤ if whole)" in balik.math(tables) and "(∈ ℤ bila utuh)" in balik.math(tables, language="id")
    assert r"\text{ bila utuh}" in balik.math(tables, latex=True, language="id")


def test_a_workbook_has_its_units_and_sheets_in_the_language(tmp_path: Path) -> None:
    tables = case(modes={"mode": ["lorry"], "payload": [50], "trip_cost": [1]},
                  lanes={"origin": ["village"], "dest": ["hub"], "material": ["m"], "mode": ["lorry"]})  # fmt: skip
    plan = balik.solve(tables)
    balik.report(plan, studies=[balik.explain(tables)], language="id", out=tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert [cell.value for cell in book["trips"][1]][-2:] == ["rit [rit]", "km [km]"]
    assert "Mengapa rencana ini" in book.sheetnames


def test_money_of_any_size_fits_its_box() -> None:
    for amount, told in ((1e9, "Rp 100,000,000,000"), (1e13, "Rp 1,000 tn")):
        tables = case(lanes={"origin": ["village"], "dest": ["hub"], "material": ["m"], "fee": [amount]})
        tables["supply"]["amount"] = [100]
        plan = balik.solve(tables)
        assert facts_of(plan)[0] == ("cost per month", told)
        assert EN.money(plan.cost, "IDR") in balik.report(plan)
