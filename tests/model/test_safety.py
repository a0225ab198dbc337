"""Safety stocks of a service level: closed forms with printed quantiles, units, what beats what, what is refused."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import balik
from model.making import amounts, solve, stated, tables
from model.small import RESERVE, SAFETY

#: Made as it is needed for nothing; each unit in stock at the end of a week costs 1.
SHOP = {
    "periods": "period\n1\n2\n3",
    "supply": "place material\nshop new",
    "demand": "place material amount\nshop new 5",
    "stores": "place material holding service_level sd lead_time\nshop new 1 0.95 10 4",
}


@pytest.mark.parametrize(("level", "z"), [(0.9, 1.281552), (0.95, 1.644854), (0.975, 1.959964), (0.99, 2.326348)])
def test_z_sigma_root_lead(level: float, z: float) -> None:
    """Three weeks of z·σ·√L with z as printed, σ = 10, L = 4."""
    plan = solve(SHOP, None, f"stores.service_level={level}")
    assert plan.status == "optimal" and plan.verified
    assert plan.cost == pytest.approx(3 * z * 10 * 2, abs=3 * 20 * 5.1e-7 + 3e-6)
    assert set(amounts(plan, "stock", "period").values()) == {plan.cost / 3}


def test_it_is_rounded_up_at_6_decimals() -> None:
    """20 · 1.644853627 = 32.89707254: never less than asked, and a number that can be written."""
    assert stated(SHOP).network.stores.safety.tolist() == [32.897073] * 3


@given(st.floats(0.5, 0.9999), st.floats(0, 1e4), st.floats(0, 1e3), st.sampled_from(["pcs", "kg"]))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_model_and_verifier_agree_on_any_numbers(level: float, sd: float, lead: float, unit: str) -> None:
    level, sd, lead = round(level, 6), round(sd, 3), round(lead, 5)
    row = {
        "place": ["shop"],
        "material": ["new"],
        "holding": [1.0],
        "service_level": [level],
        "sd": [sd],
        "lead_time": [lead],
    }
    case = tables(SHOP) | {"stores": row, "materials": {"material": ["new"], "unit": [unit]}}
    plan = balik.solve(case, settings={"title": "t"})
    assert plan.verified, plan.broken
    spread = sd * math.sqrt(lead)
    above = plan.cost / 3 - NormalDist().inv_cdf(level) * spread  # z is rounded up at 9 decimals, the stock at 6
    slack = 1e-8 + 1e-14 * spread
    assert -slack <= above <= 1e-9 * spread + 1e-6 + slack


def test_the_larger_of_least_and_safety_stock_binds() -> None:
    for least, kept in ((20, 32.897073), (40, 40.0)):
        plan = solve(
            SHOP | {"stores": f"place material holding least service_level sd lead_time\nshop new 1 {least} 0.95 10 4"}
        )
        assert plan.cost == pytest.approx(3 * kept)


def test_a_half_is_a_coin_and_needs_no_stock() -> None:
    assert solve(SHOP, None, "stores.service_level=0.5").cost == 0
    assert "safety" not in stated(SHOP | {"stores": SHOP["stores"].replace("0.95", "0.5")}).program.families


def test_it_costs_nothing_where_no_service_level_is_given() -> None:
    assert "safety" not in stated(RESERVE).program.families


def test_at_a_site_it_holds_while_the_site_is_open() -> None:
    free = SAFETY | {"supply": "place material period amount\nyard tin 1 50\nshed tin 1 40"}
    plan = solve(free, None, "stores.holding=1")
    assert amounts(plan, "stock", "place", "period") == pytest.approx(
        {("yard", "1"): 7, ("yard", "2"): 7, ("shed", "1"): 12, ("shed", "2"): 12}, abs=1e-6
    )
    alone = solve(free, None, "stores.holding=1", "stores.least=default")
    assert amounts(alone, "stock", "place", "period")["yard", "2"] == 6.978523
    shut = solve(free, None, "supply.amount[place=yard]=0")
    assert shut.open == [] and ("yard", "1") not in amounts(shut, "stock", "place", "period")


def test_units_of_a_header(tmp_path: Path) -> None:
    """σ = 0.3 t of dus of 12.5 kg is 24 dus; 14 days of 7-day weeks are 2."""
    texts = {
        "case.toml": 'title = "t"\nperiod = "week"\n',
        "places.csv": "place\nb\n",
        "materials.csv": "material,unit,mass\nk,dus,12.5\nm,kg,\n",
        "supply.csv": "place,material\nb,k\nb,m\n",
        "demand.csv": "place,material\nb,k\nb,m\n",
        "stores.csv": "place,material,holding,service_level [%],sd [t],lead_time [day]\nb,*,1,95,0.3,14\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    plan = balik.solve(tmp_path)
    assert plan.verified, plan.broken
    root = 1.644853627 * math.sqrt(2)
    assert amounts(plan, "stock", "material") == pytest.approx({"k": 24 * root, "m": 300 * root}, abs=1e-6)


def found(stores: str, **more: str) -> list[tuple[str, str | None]]:
    problems = balik.check(tables(SHOP | {"stores": stores} | more), settings={"title": "t"})
    return [(p.code, p.column) for p in problems if p.severity == "error"]


@pytest.mark.parametrize(
    ("cells", "problems"),
    [
        (". 10 4", [("E720", "service_level")]),
        ("0.95 . 4", [("E720", "sd")]),
        ("0.95 10 .", [("E720", "lead_time")]),
        ("0.95 . .", [("E720", "sd"), ("E720", "lead_time")]),
        ("0.4 10 4", [("E721", "service_level")]),
        ("1 10 4", [("E721", "service_level")]),
        ("95 10 4", [("E721", "service_level")]),
        ("0 10 4", [("E721", "service_level")]),
        ("-0.95 10 4", [("E721", "service_level")]),
        ("0.95 -10 4", [("E122", "sd")]),
        ("0.95 10 -4", [("E122", "lead_time")]),
        ("0.95 inf 4", [("E120", "sd")]),
        ("0.95 10 inf", [("E120", "lead_time")]),
        ("0.95 0 4", []),
        ("0.95 10 0", []),
    ],
)
def test_what_is_refused(cells: str, problems: list[tuple[str, str]]) -> None:
    assert found(f"place material service_level sd lead_time\nshop new {cells}") == problems


def test_it_fits_into_the_store_and_the_end() -> None:
    head = "place material service_level sd lead_time"
    assert found(f"{head} room\nshop new 0.95 10 4 32.8") == [("E142", "service_level")]
    assert found(f"{head} end\nshop new 0.95 10 4 32.8") == [("E142", "service_level")]
    assert found(f"{head} room end\nshop new 0.95 10 4 33 33") == []


def test_scenarios_change_it() -> None:
    case = tables(SHOP) | {
        "scenarios": {"scenario": ["sure"]},
        "changes": {
            "scenario": ["sure"],
            "table": ["stores"],
            "column": ["service_level"],
            "op": ["="],
            "value": ["0.99"],
        },
    }
    assert balik.solve(case, "sure", settings={"title": "t"}).cost == pytest.approx(3 * 20 * 2.326348, abs=1e-4)
    study = balik.sensitivity(tables(SHOP), over=["stores.sd"], range="-50%:+50%:50%", settings={"title": "t"})
    assert [row["cost"] for row in study.rows] == pytest.approx([3 * 16.448537, 3 * 32.897073, 3 * 49.345609])


def test_explain_finds_the_service_level_that_fits() -> None:
    """32.897 crates are asked for and 30 can be had: z = 1.5, a service level of 93.3 %."""
    case = SHOP | {"supply": "place material period amount\nshop new 1 35\nshop new 2 5\nshop new 3 5"}
    study = balik.explain(tables(case), settings={"title": "t"})
    told = " ".join(map(str, study.findings))
    assert "a service level of 0.95" in told
    mended = next(row for row in study.rows if row["mends"] and row["change"].startswith("stores.service_level"))
    assert 0.5 <= mended["to"] <= NormalDist().cdf(1.5) < mended["to"] + 2e-4


def test_print_names_it() -> None:
    text = balik.math(tables(SHOP), settings={"title": "t"})
    assert "safety stock of the service level" in text and "sd" in text
