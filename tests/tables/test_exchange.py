"""Rates of exchange: money in other currencies, in headers and in the column unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import balik
from balik.errors import InputError
from balik.plan.plan import Plan

CASE: dict[str, Any] = {
    "places": {"place": ["a", "b"]},
    "materials": {"material": ["tin"], "unit": ["kg"]},
    "lanes": {"origin": ["a"], "dest": ["b"], "material": ["tin"], "fee [Rp/kg]": ["500"]},
    "supply": {"place": ["a"], "material": ["tin"], "most": ["1000"], "price [USD/t]": ["100"]},
    "demand": {"place": ["b"], "material": ["tin"], "price [EUR/kg]": ["0.25"]},
}
RATES = {"USD": 16000, "EUR": 17500.5}


def solve(changes: dict[str, Any] | None = None, **settings: Any) -> Plan:
    """The plan of the case with other tables and settings."""
    given = {"title": "t", "exchange": RATES} | settings
    plan = balik.solve(CASE | (changes or {}), settings={k: v for k, v in given.items() if v is not None})
    assert plan.verified, plan.broken
    return plan


def test_headers_in_other_currencies_count_in_the_money_of_the_case() -> None:
    accounts = solve().accounts or {}
    assert accounts["purchase"] == pytest.approx(1000 * 100 / 1000 * 16000)
    assert accounts["revenue"] == pytest.approx(-1000 * 0.25 * 17500.5)
    assert accounts["fee"] == 500_000


def test_one_off_money_and_factors() -> None:
    sites = {"sites": {"place": ["b"], "opening_cost [ribu USD]": ["2"], "capacity": ["5000"]}}
    plan = solve(sites, finance={"one_off": "once"})
    assert (plan.accounts or {})["opening"] == 32_000_000 or plan.cost == 0
    must = {"sites": sites["sites"] | {"status": ["open"]}}
    assert (solve(must, finance={"one_off": "once"}).accounts or {})["opening"] == 32_000_000


def test_limits_and_charges_in_another_currency() -> None:
    limits = {"limits": {"limit": ["l"], "quantity": ["purchase"], "most": ["50"], "unit": ["USD"]}}
    assert (solve(limits).accounts or {})["purchase"] == pytest.approx(50 * 16000)
    wrong = {"limits": limits["limits"] | {"unit": ["GBP"]}}
    with pytest.raises(InputError, match="E366"):
        solve(wrong)
    charges = {"charges": {"charge": ["c"], "of": ["purchase"], "rate": ["0.1"], "from": ["60"], "unit": ["USD"]}}
    assert (solve(charges).accounts or {})["c"] == pytest.approx(0.1 * 40 * 16000)
    least = {"charges": {"charge": ["c"], "of": ["flow"], "rate": ["0"], "least [USD]": ["3"]}}
    assert (solve(least).accounts or {})["c"] == pytest.approx(48000)


def test_the_money_of_the_case_may_itself_be_foreign() -> None:
    plan = solve(currency="USD", exchange={"IDR": 1 / 16000, "EUR": 1.09})
    assert (plan.accounts or {})["fee"] == pytest.approx(500_000 / 16000)
    assert (plan.accounts or {})["purchase"] == pytest.approx(100)


@pytest.mark.parametrize(
    "rates, code, words",
    [
        (None, "E105", "Write its rate, .exchange. USD"),
        ({"USD": 16000}, "E105", "EUR"),
        ({"USD": 0, "EUR": 1}, "E113", "positive"),
        ({"USD": "16000", "EUR": 1}, "E113", "positive"),
        ({"USD": True, "EUR": 1}, "E113", "positive"),
        ({"USD": float("inf"), "EUR": 1}, "E113", "positive"),
        ({"IDR": 1, "USD": 1, "EUR": 1}, "E113", "already"),
        ({"UDS": 1}, "E113", "'UDS' is not a currency"),
        ({"kg": 1}, "E113", "not a currency"),
        ({"juta": 1}, "E113", "not a currency"),
        (16000, "E112", "section"),
    ],
)
def test_what_is_no_rate_is_a_problem(rates: Any, code: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as error:
        solve(exchange=rates)
    assert code in [p.code for p in error.value.problems]


def test_an_unknown_word_is_no_currency() -> None:
    with pytest.raises(InputError, match="E105"):
        solve({"supply": {"place": ["a"], "material": ["tin"], "most": ["1000"], "price [XYZ/t]": ["100"]}})


def folder(path: Path) -> Path:
    """The case as files, with a scenario that writes the price in rupiah."""
    path.mkdir()
    (path / "case.toml").write_text('title = "t"\n[exchange]\nUSD = 16000\nEUR = 17500.5\n', encoding="utf-8")
    for name, columns in CASE.items():
        rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
        (path / f"{name}.csv").write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    (path / "scenarios" / "rupiah").mkdir(parents=True)
    text = "place,material,price [Rp/kg]\na,tin,3200\n"
    (path / "scenarios" / "rupiah" / "supply.csv").write_text(text, encoding="utf-8")
    return path


def test_what_was_written_is_kept(tmp_path: Path) -> None:
    case = folder(tmp_path / "case")
    base = balik.solve(case, out=tmp_path / "plan")
    kept = (tmp_path / "plan" / "input" / "supply.csv").read_text(encoding="utf-8")
    assert "price [USD/t]" in kept and ",100" in kept
    assert "USD = 16000" in (tmp_path / "plan" / "input" / "case.toml").read_text(encoding="utf-8")
    assert balik.verify(tmp_path / "plan").ok
    book = tmp_path / "case.xlsx"
    balik.convert(case, book)
    again = balik.solve(book)
    assert again.cost == base.cost
    balik.convert(book, tmp_path / "back")
    assert "price [USD/t]" in (tmp_path / "back" / "supply.csv").read_text(encoding="utf-8")


def test_a_scenario_may_write_in_the_money_of_the_case(tmp_path: Path) -> None:
    plan = balik.solve(folder(tmp_path / "case"), scenario="rupiah")
    assert (plan.accounts or {})["purchase"] == pytest.approx(3_200_000)
