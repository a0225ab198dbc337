"""Periods that repeat, and one-off money: once, as an annuity, as a present value."""

import pytest

from plan.verifying import case, laws, sentences, verdict

AT = "place,material,period,amount\n"
TABLES = {
    "places": "place\np",
    "materials": "material\nm",
    "periods": "period,length,repeats\nx,1,3\ny,2,2",
    "supply": "place,material,price\np,m,10",
    "demand": "place,material\np,m",
    "sites": "place,opening_cost,running_cost\np,1000,7",
}
DONE = {
    "collect": AT + "p,m,x,5\np,m,y,8",
    "deliver": AT + "p,m,x,5\np,m,y,8",
    "open": "place,size\np,-",
}


def money(**finance: object) -> dict[str, float]:
    found = verdict(case({"finance": finance}, **TABLES), **DONE)
    assert found.ok, sentences(found)
    return found.ledger


def test_repeats_multiply_money() -> None:
    assert money(one_off="once") == {"opening": 1000, "purchase": 50 * 3 + 80 * 2, "running": 7 * 3 + 14 * 2}


def test_annuity() -> None:
    # 10 % over 2 years: 0.1 / (1 − 1.1⁻²) = 0.576190476190; the periods last 3 × 1 + 2 × 2 = 7 months
    assert money(one_off="annuity", rate=0.1, years=2, periods_per_year=12) == {
        "opening": pytest.approx(1000 * 0.576190476190 * 7 / 12, abs=1e-9),
        "purchase": 310,
        "running": 49,
    }
    assert money(one_off="annuity", rate=0, years=4, periods_per_year=7)["opening"] == 250


def test_present_value() -> None:
    # occurrences end after 1, 2, 3, 5 and 7 months
    grow = [(1.21) ** (-e / 12) for e in (1, 2, 3, 5, 7)]
    ledger = money(one_off="npv", rate=0.21, periods_per_year=12)
    assert ledger["opening"] == 1000
    assert ledger["purchase"] == pytest.approx(50 * sum(grow[:3]) + 80 * sum(grow[3:]), abs=1e-8)
    assert ledger["running"] == pytest.approx(7 * sum(grow[:3]) + 14 * sum(grow[3:]), abs=1e-8)


def test_present_value_over_years() -> None:
    # the horizon of 7 periods of a year of 7 recurs three times
    times = [(1.5) ** (-(e + 7 * k) / 7) for k in range(3) for e in (1, 2, 3)]
    late = [(1.5) ** (-(e + 7 * k) / 7) for k in range(3) for e in (5, 7)]
    ledger = money(one_off="npv", rate=0.5, years=3, periods_per_year=7)
    assert ledger["purchase"] == pytest.approx(50 * sum(times) + 80 * sum(late), abs=1e-8)
    flat = money(one_off="npv", rate=0.0, years=3, periods_per_year=7)
    assert flat["purchase"] == 3 * 310


def test_finance_that_says_too_little() -> None:
    found = verdict(case({"finance": {"one_off": "annuity", "rate": 0.1}}, **TABLES), **DONE)
    assert "finance" in laws(found)


def test_measures_repeat_and_are_never_discounted() -> None:
    tables = TABLES | {
        "processes": "process,co2,jobs\nwork,4,1",
        "recipes": "process,material,rate\nwork,m,-1",
    }
    done = DONE | {"deliver": AT + "p,m,x,3\np,m,y,8", "run": "process,place,period,amount\nwork,p,x,2"}
    found = verdict(case({"finance": {"one_off": "npv", "rate": 0.5, "periods_per_year": 7}}, **tables), **done)
    assert found.ok, sentences(found)
    assert found.measures["co2"] == 4 * 2 * 3
    assert found.measures["jobs"] == 2 * 3


def test_objective_weighs_quantities() -> None:
    settings = {"finance": {"one_off": "once"}, "objective": {"cost": 1, "collect": 100, "purchase": 0.5, "open": 9}}
    found = verdict(case(settings, **TABLES), **DONE)
    assert found.cost == 1000 + 310 + 49
    assert found.objective == found.cost + 100 * (5 * 3 + 8 * 2) + 0.5 * 310 + 9
    wrong = verdict(case({"objective": {"fun": 1}}, **TABLES), **DONE)
    assert "objective" in laws(wrong) and wrong.objective is None
