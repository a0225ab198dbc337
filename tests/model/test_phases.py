"""Sites over time: every way to open and close small ones, gone through; closed forms of what money counts."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

from balik.api import solve as solve_case
from balik.location.recognise import Recognised, recognise
from model.making import prepared, solve, tables
from model.phasing import Timed, timed

SEEDS = range(40)


def settings(case: Timed) -> dict[str, Any]:
    return {"finance": case.finance, "objective": case.weights}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_is_the_best_of_all_ways(seed: int) -> None:
    case = timed(seed)
    best, plan = case.best(), solve(case.texts(), settings(case))
    if math.isinf(best):
        assert plan.status == "infeasible"
    else:
        assert plan.status == "optimal"
        assert plan.objective == pytest.approx(best, rel=1e-6, abs=1e-5)


def test_the_seeds_cover_what_sites_do() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = timed(seed)
        plan = solve(case.texts(), settings(case))
        seen[plan.status] += 1
        seen[case.finance["one_off"]] += 1
        found = plan.columns.get("phases", {"place": [], "period": [], "opened": [], "closed": []})
        seen["late"] += any(o and p != "p0" for o, p in zip(found["opened"], found["period"], strict=True))
        seen["closes"] += any(found["closed"])
        seen["twice"] += (
            max(Counter(p for p, o in zip(found["place"], found["opened"], strict=True) if o).values(), default=0) > 1
        )
        seen["modules"] += "modules" in plan.columns
        seen["residual"] += bool((plan.accounts or {}).get("residual"))
    want = ("optimal", "infeasible", "once", "npv", "annuity", "late", "closes", "twice", "modules", "residual")
    assert not {w for w in want if not seen[w]}, seen


# -- closed forms ------------------------------------------------------------------------------------------------

LATE = {
    "periods": "period length repeats\nx 1 1\ny 2 2\nz 1 1",
    "lanes": "origin dest material fee\nhome depot tin 0",
    "supply": "place material period amount\nhome tin z 10",
    "demand": "place material\ndepot tin",
    "sites": "place opening_cost running_cost capacity\ndepot 1000 60 20",
    "phases": "place residual\ndepot 400",
}


def test_one_site_that_opens_late_by_npv() -> None:
    """Five years pass before the last period of one; it begins then, and ends with the horizon."""
    plan = solve(LATE, {"finance": {"one_off": "npv", "rate": 0.07, "periods_per_year": 1}})
    assert plan.cost == pytest.approx(1000 / 1.07**5 + 60 / 1.07**6 - 400 / 1.07**6)
    assert plan.columns["phases"]["opened"] == [1.0]
    assert plan.facts["money_factors"]["one_off_at"]["z"] == pytest.approx(1.07**-5)


def test_an_annuity_is_borne_by_the_years_that_are_left() -> None:
    late = LATE | {"phases": "place\ndepot"}
    finance = {"one_off": "annuity", "rate": 0.08, "years": 10, "periods_per_year": 1}
    yearly = 1000 * 0.08 / (1 - 1.08**-10)
    assert solve(late, {"finance": finance}).cost == pytest.approx(yearly * 1 + 60)
    early = late | {"phases": "place period may_open\ndepot x yes\ndepot y no\ndepot z no", "sites": LATE["sites"]}
    plan = solve(early | {"supply": "place material period amount\nhome tin * 1"}, {"finance": finance})
    assert plan.cost == pytest.approx(yearly * 6 + 60 * 6)  # one site as without phases


def test_a_site_open_in_all_periods_costs_what_it_costs_without_phases() -> None:
    case = {k: v for k, v in LATE.items() if k != "phases"} | {"supply": "place material amount\nhome tin 1"}
    for finance in (
        {"one_off": "once"},
        {"one_off": "npv", "rate": 0.07, "periods_per_year": 1},
        {"one_off": "annuity", "rate": 0.0, "years": 4, "periods_per_year": 3},
    ):
        plain, timed_ = (solve(c, {"finance": finance}) for c in (case, case | {"phases": "place\ndepot"}))
        assert timed_.cost == pytest.approx(plain.cost)
        assert timed_.open == plain.open


GROW = {
    "periods": "period\nx\ny\nz",
    "lanes": "origin dest material\nhome depot tin",
    "supply": "place material period amount\nhome tin x 12\nhome tin y 30\nhome tin z 47",
    "demand": "place material\ndepot tin",
    "sites": "place opening_cost capacity\ndepot 100 15",
    "modules": "place module capacity cost most whole\ndepot space 1 2 85 no",
}
ONCE = {"finance": {"one_off": "once"}}


def test_piecewise_capacity() -> None:
    """f + slope × (largest amount − smallest capacity), once for the horizon."""
    plan = solve(GROW, ONCE)
    assert plan.cost == pytest.approx(100 + 2 * (47 - 15))
    assert plan.accounts == pytest.approx({"opening": 100, "expansion": 64})
    assert plan.columns["modules"]["number"] == pytest.approx([32, 32, 32])
    assert solve(GROW, ONCE, "modules.most=31").status == "infeasible"
    whole = solve(GROW, ONCE, "modules.capacity=10", "modules.whole=yes")
    assert whole.accounts == pytest.approx({"opening": 100, "expansion": 2 * 4})


@pytest.mark.parametrize("phased", [False, True])
def test_what_calls_for_modules_gets_as_many_as_there_may_be(phased: bool) -> None:
    """At most `most`, whether they are of use or not: 8 are not needed, and a limit or a goal asks for them."""
    goal = "goal quantity target sense\nspent expansion 80 at_least"
    limit = "limit quantity least\nspent expansion 80"
    case = GROW | {"modules": "place module capacity cost most\ndepot rack 10 2 50"}
    case |= {"phases": "place may_close\ndepot no"} if phased else {}
    for table in ({"goals": goal}, {"limits": limit}):
        plan = solve(case | table, ONCE)
        assert (plan.status, plan.accounts["expansion"]) == ("optimal", 80.0)
        assert plan.verified
    assert solve(case | {"limits": limit}, ONCE, "modules.most=39").status == "infeasible"
    assert solve(case, ONCE).accounts["expansion"] == pytest.approx(2 * 4)


@pytest.mark.parametrize(
    ("slopes", "bought"), [((4, 3, 2), (0, 15, 32)), ((2, 1, 3), (0, 32, 32)), ((1, 5, 5), (32, 32, 32))]
)
def test_a_slope_that_changes_over_time(slopes: tuple[int, ...], bought: tuple[int, ...]) -> None:
    """Σ slope_t × what is added = Σ (slope_t − slope_{t+1}) × what there is, whichever way it is charged."""
    rows = "\n".join(f"depot space {t} 1 {s} no" for t, s in zip("xyz", slopes, strict=True))
    case = GROW | {"phases": "place may_close\ndepot no", "modules": f"place module period capacity cost whole\n{rows}"}
    plan = solve(case, ONCE)
    there = [*bought]
    steps = [s - after for s, after in zip(slopes, [*slopes[1:], 0], strict=True)]
    assert plan.accounts == pytest.approx(
        {"opening": 100, "expansion": sum(a * b for a, b in zip(steps, there, strict=True))}
    )
    found = dict(zip(plan.columns["modules"]["period"], plan.columns["modules"]["number"], strict=True))
    assert [found.get(t, 0.0) for t in "xyz"] == pytest.approx(there)


# -- what a closed site does not do ------------------------------------------------------------------------------

KEEP = {
    "periods": "period\nx\ny\nz",
    "lanes": "origin dest material\nhome depot tin\ndepot mill tin",
    "supply": "place material period amount\nhome tin x 10",
    "demand": "place material period least\nmill tin z 10",
    "stores": "place material\ndepot tin",
    "sites": "place running_cost closing_cost status\ndepot 5 1 existing",
    "phases": "place\ndepot",
}


def test_stock_keeps_a_site_open_until_it_is_out() -> None:
    plan = solve(KEEP, ONCE)
    assert plan.columns["phases"]["open"] == [1.0, 1.0, 1.0]
    early = solve(KEEP | {"demand": "place material period least\nmill tin x 10"}, ONCE)
    assert early.columns["phases"] == {"place": ["depot"] * 2, "size": ["-"] * 2, "period": ["x", "y"], "open": [1.0, 0.0],
                                       "opened": [0.0, 0.0], "closed": [0.0, 1.0]}  # fmt: skip
    assert early.cost == 5 + 1


def test_stock_at_the_start_needs_the_site_in_the_first_period() -> None:
    case = KEEP | {"stores": "place material start\ndepot tin 3", "sites": "place opening_cost running_cost\ndepot 7 5"}
    case |= {"supply": "place material most\nhome tin 0", "demand": "place material period least\nmill tin x 3"}
    plan = solve(case, ONCE)
    assert plan.cost == 12 and plan.columns["phases"]["period"] == ["x", "y"]
    assert solve(case, ONCE, "phases.may_open[place=depot]=no").status == "infeasible"


def test_an_idle_candidate_is_reported_closed() -> None:
    case = GROW | {
        "sites": "place capacity\ndepot 60\nspare 60",
        "phases": "place\n*",
        "lanes": GROW["lanes"] + "\nhome spare tin",
    }
    del case["modules"]
    plan = solve(case | {"limits": "limit quantity period least\ntwo open z 2"}, ONCE)
    assert len(plan.open) == 2
    plan = solve(case, {"objective": {"cost": 1.0, "flow": 1e-3}})
    assert {s["place"] for s in plan.open} == set(plan.columns["flow"]["dest"])


# -- quantities --------------------------------------------------------------------------------------------------

SIZES = {
    "periods": "period repeats\nx 1\ny 3",
    "lanes": "origin dest material\nhome a tin\nhome b tin",
    "supply": "place material period amount\nhome tin x 10\nhome tin y 50",
    "demand": "place material\na tin\nb tin",
    "sites": "place size capacity opening_cost running_cost\na small 20 10 0\na large 60 40 20\nb - 60 130 0",
    "phases": "place size\na *\nb -",
}


@pytest.mark.parametrize(
    ("row", "cost"),
    [
        ("open . . . 1", 110),  # a place that grows is one place
        ("open . . . 0", None),
        ("open . each . 1", 110),
        ("open small . . 0", 120),  # sizes are counted apart where they are named
        ("open large . . 0", 130),
        ("open each . . 0", None),
        ("open . y 2 .", 140),  # small, and b
        ("opening . each . 30", None),
        ("opening . y . 30", 120),
    ],
)
def test_open_counts_places_sizes_or_periods_as_asked(row: str, cost: float | None) -> None:
    plan = solve(SIZES | {"limits": f"limit quantity size period least most\nl {row}"}, ONCE)
    assert plan.cost == (None if cost is None else pytest.approx(cost))


def test_open_is_weighed_by_places_and_measured_by_periods() -> None:
    weighed = solve(SIZES, ONCE | {"objective": {"cost": 1.0, "open": -500.0}})
    assert weighed.objective == pytest.approx(140 - 1000)
    named = SIZES | {"measures": "measure of period rate\nmonths open x 1\nmonths open y 1\nplaces open . 1"}
    plan = solve(named, ONCE)
    assert plan.measures is not None
    assert (plan.measures["months"], plan.measures["places"]) == (1 + 3, 1)


def test_a_charge_on_sites_that_are_open_in_a_period() -> None:
    charged = SIZES | {"charges": "charge of rate period\nfee open 7 y"}
    plan = solve(charged, ONCE)
    assert plan.accounts is not None and plan.accounts["fee"] == pytest.approx(7 * 3)
    assert plan.cost == pytest.approx(110 + 21)


def test_capacities_in_other_units() -> None:
    """Columns of phases and modules count as those of sites do, in the units of their headers; a dus has 250 kg."""
    columns = tables(SIZES | {"materials": "material unit mass\ntin dus 250"})
    columns["sites"]["capacity [t/month]"] = ["5", "15", "15"]
    del columns["sites"]["capacity"]
    columns["phases"] |= {"capacity [kg/month]": ["", "2500"]}
    columns["modules"] = {"place": ["b"], "module": ["rack"], "capacity [t/month]": ["0.5"], "cost": ["1"]}
    plan = solve_case(columns, settings={"title": "test", **ONCE}, set=("sites.status[place=a]=closed",))
    assert plan.verified and plan.accounts is not None
    assert plan.accounts["opening"] == 130 and plan.accounts["expansion"] == (50 - 10) / 2


@pytest.mark.parametrize("seed", range(1000, 1015))
def test_every_engine_that_takes_it_finds_the_same(seed: int) -> None:
    """The siting engine knows programs by their arrays: it takes what it says it takes, else declines."""
    case = timed(seed)
    plan = solve(case.texts(), settings(case), engine="highs")
    engines = ["auto", "network"]
    arrays = prepared(case.texts(), settings(case)).model.program.arrays()
    engines += ["siting"] if isinstance(recognise(arrays), Recognised) else []
    for engine in engines:
        other = solve(case.texts(), settings(case), engine=engine)
        assert other.status == plan.status, engine
        assert other.objective == (None if plan.objective is None else pytest.approx(plan.objective, abs=1e-5)), engine
