"""Goals: targets that may be missed, weighed within a priority and strictly ordered between priorities."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest

from balik import stages
from balik.engines import Options, Result, run_highs
from balik.errors import BalikError, InputError
from balik.plan.plan import Plan
from model.making import amounts, prepared, solve

#: Two villages, the second dearer; a yard takes all.
NET = {
    "lanes": """
        origin dest material fee
        a      yard tin      5
        b      yard tin      8""",
    "supply": """
        place material most
        a     tin      100
        b     tin      60""",
    "demand": """
        place material
        yard  tin""",
}
HEAD = "goal quantity target sense priority "


def under(rows: str, head: str = "", **tables: str) -> dict[str, str]:
    return NET | {"goals": f"{HEAD}{head}\n{rows}"} | tables


def comes_to(plan: Plan) -> dict[str, float]:
    return {" ".join(filter(None, (g["goal"], g["each"]))): g["amount"] for g in plan.facts["goals"]}


def misses(plan: Plan) -> list[float]:
    return [stage["value"] for stage in plan.facts["stages"]]


def codes(texts: dict[str, str]) -> set[str]:
    with pytest.raises(InputError) as error:
        prepared(texts)
    return {p.code for p in error.value.problems}


# -- one priority after the other ------------------------------------------------------------------------------------


def test_what_comes_first_is_served_first() -> None:
    """130 need 100 × 5 + 30 × 8 = 740 money; a budget of 620 buys 100 + 15."""
    rows = "much collect 130 at_least {}\ncheap cost 620 at_most {}"
    much, cheap = solve(under(rows.format(1, 2))), solve(under(rows.format(2, 1)))
    assert comes_to(much) == {"much": 130, "cheap": 740} and misses(much) == [0, pytest.approx(120 / 620)]
    assert comes_to(cheap) == {"cheap": 620, "much": pytest.approx(115)} and misses(cheap) == [
        0,
        pytest.approx(15 / 130),
    ]
    assert much.status == cheap.status == "optimal"
    assert much.cost == much.objective == much.bound == 740


@pytest.mark.parametrize(("weight", "amount"), [(1, 115), (2, 130)])
def test_within_a_priority_weights_decide(weight: int, amount: int) -> None:
    """One that lacks is weight / 130; the 8 that it costs are 8 / 620 over the budget."""
    plan = solve(under(f"much collect 130 at_least 1 {weight}\ncheap cost 620 at_most 1 .", "weight_under"))
    assert comes_to(plan)["much"] == pytest.approx(amount)


def test_a_scale_takes_the_place_of_the_target() -> None:
    """With deviations in tens and hundreds, the amount counts ten times as much as the money."""
    rows = "much collect 130 at_least 1 {}\ncheap cost 620 at_most 1 {}"
    assert comes_to(solve(under(rows.format(10, 1000), "scale")))["much"] == pytest.approx(130)
    assert comes_to(solve(under(rows.format(1000, 10), "scale")))["much"] == pytest.approx(115)


def test_cost_comes_last() -> None:
    """Goals that are attained leave it to the cost which of the plans it is."""
    plan = solve(under("some collect 50 at_least 1\nfew collect 90 at_most 2"))
    assert plan.cost == 250 and amounts(plan, "collect", "place") == {"a": 50}
    assert misses(plan) == [0, 0] and all(g["attained"] for g in plan.facts["goals"])
    weighed = solve(under("some collect 50 at_least 1"), {"objective": {"cost": -1}})
    assert weighed.objective == -weighed.cost == -980


def test_equal_misses_on_both_sides() -> None:
    plan = solve(under("just collect 50 equal 1", limits="limit quantity least\nfloor collect 70"))
    [goal] = plan.facts["goals"]
    assert (goal["amount"], goal["over"], goal["under"], goal["attained"]) == (70, 20, 0, False)
    assert misses(plan) == [pytest.approx(20 / 50)]


def test_a_goal_that_is_met_says_what_a_limit_says() -> None:
    as_limit = solve(NET | {"limits": "limit quantity least\nmuch collect 120"})
    assert solve(under("much collect 120 at_least 1")).cost == as_limit.cost


def test_each_label_has_a_deviation_of_its_own() -> None:
    plan = solve(under("fair collect 80 at_least 1 each", "place"))
    assert comes_to(plan) == {"fair a": 80, "fair b": 60} and misses(plan) == [pytest.approx(20 / 80)]


def test_rows_of_one_goal_are_added() -> None:
    """a less half of b: 100 − 30."""
    texts = NET | {"goals": "goal quantity coef target sense place\nx collect 1 70 equal a\nx collect -0.5 . . b"}
    plan = solve(texts, {"objective": {"cost": -1}})
    assert misses(plan) == [0] and comes_to(plan) == {"x": 70}
    assert amounts(plan, "collect", "place") == {"a": pytest.approx(100), "b": pytest.approx(60)}


def test_shares_of_what_is_known() -> None:
    market = "place material amount\na tin 200\nb tin 100"
    rows = """goal quantity target sense place over unit
        rate collect 0.55 at_least each . .
        rate market . . each yes ."""
    plan = solve(NET | {"goals": rows, "market": market})
    assert comes_to(plan) == {"rate a": 0.5, "rate b": pytest.approx(0.55)}
    assert misses(plan) == [pytest.approx(0.05 / 0.55)]


def test_measures_of_the_users_own_are_goals_like_others() -> None:
    measures = "measure of place rate unit\nrisk collect a 2 poin\nrisk collect b 0.5 poin"
    plan = solve(under("safe risk 60 at_most 1\nmuch collect 100 at_least 2", measures=measures))
    assert comes_to(plan) == {"safe": 60, "much": pytest.approx(75)}  # 60 of b and 15 of a
    assert plan.measures["risk"] == pytest.approx(60)
    assert [g["unit"] for g in plan.facts["goals"]] == ["poin", "kg"]
    assert (
        solve(under("safe risk 60 equal 1", measures="measure of rate\nrisk collect 2")).facts["goals"][0]["unit"]
        == "risk"
    )


def test_units_of_targets() -> None:
    plan = solve(under("much collect 0.13 at_least 1 t\ncheap cost 740 at_most 2 IDR", "unit"))
    first, second = plan.facts["goals"]
    assert (first["amount"], first["target"], first["unit"]) == (0.13, 0.13, "t")
    assert (second["amount"], second["unit"]) == (740, "IDR")


def test_amounts_recur_as_in_limits() -> None:
    """One period counts once, all together as often as they recur."""
    periods = "period repeats\nx 3"
    assert solve(under("much collect 90 at_least 1", periods=periods)).cost == 450
    assert solve(under("much collect 90 at_least 1 x", "period", periods=periods)).cost == 1350


def test_what_weighs_nothing_is_told() -> None:
    plan = solve(under("much collect 120 at_least 1 0", "weight_under"))
    assert plan.cost == 0 and plan.facts["stages"] == [] and not plan.facts["goals"][0]["attained"]
    assert "W611" in {p.code for p in plan.problems}


def test_trips_are_no_more_than_the_load_needs() -> None:
    """A goal calls for trips: they stay what the load needs, exactly, and the rest is missed."""
    texts = under(
        "busy trips 10 at_least 1",
        modes="mode payload trip_cost\nvan 30 1",
        lanes="origin dest material mode fee\na yard tin van 5\nb yard tin van 8",
    )
    plan = solve(texts)
    assert comes_to(plan)["busy"] == pytest.approx(160 / 30)


def test_an_idle_site_is_open_for_the_sake_of_a_goal() -> None:
    sites = "place status\nyard candidate\nspare candidate\nother closed"
    plan = solve(under("two open 3 at_least 1", sites=sites, places="place\na\nb\nyard\nspare\nother"))
    assert [s["place"] for s in plan.open] == ["yard", "spare"]
    assert misses(plan) == [pytest.approx(1 / 3)]


# -- against every plan there is -------------------------------------------------------------------------------------

SOURCES, YARDS = ("a", "b", "c"), ("x", "y", "z")


def small(seed: int) -> tuple[dict[str, str], dict[str, Any]]:
    """Three sources, all of each goes to one of three sites; goals on money, km, numbers of sites, one site's load."""
    r = Random(seed)
    km = {(i, j): r.randint(1, 30) for i in SOURCES for j in YARDS}
    load = {i: r.randint(5, 30) for i in SOURCES}
    rent = {j: r.randint(50, 400) for j in YARDS}
    aims = {
        "cost": (r.randint(100, 900), "at_most"), "flow": (r.randint(5, 60), r.choice(["at_least", "equal"])),
        "open": (r.randint(1, 3), r.choice(["at_least", "at_most", "equal"])), "tkm": (r.uniform(0.1, 1.5), "at_most"),
    }  # fmt: skip
    facts = {
        q: (round(t, 4), s, r.randint(1, 3), r.randint(1, 4), r.choice([None, r.randint(1, 50)]))
        for q, (t, s) in aims.items()
    }
    rows = [
        f"{q} {q} {t:.4f} {s} {p} {w if s != 'at_least' else '.'} {w if s != 'at_most' else '.'} {k or '.'} {'x' if q == 'flow' else '.'}"
        for q, (t, s, p, w, k) in facts.items()
    ]
    texts = {
        "goals": "\n".join(["goal quantity target sense priority weight_over weight_under scale dest", *rows]),
        "modes": "mode full_rate\nv 1",
        "lanes": "\n".join(
            ["origin dest material mode km single", *(f"{i} {j} tin v {d} yes" for (i, j), d in km.items())]
        ),
        "supply": "\n".join(["place material amount", *(f"{i} tin {q}" for i, q in load.items())]),
        "sites": "\n".join(["place opening_cost", *(f"{j} {f}" for j, f in rent.items())]),
        "demand": "place material\nx tin\ny tin\nz tin",
    }
    return texts, {"km": km, "load": load, "rent": rent, "goals": facts}


def best(case: dict[str, Any]) -> tuple[float, ...]:
    """What each priority misses, and the cost: the least of all plans, in this order."""
    km, load, rent = case["km"], case["load"], case["rent"]
    found = []
    for to, extra in product(product(YARDS, repeat=3), product((0, 1), repeat=3)):
        went = dict(zip(SOURCES, to, strict=True))
        opened = {*to, *(j for j, yes in zip(YARDS, extra, strict=True) if yes)}
        moved = sum(load[i] * km[i, j] for i, j in went.items())
        value = {
            "cost": moved + sum(rent[j] for j in opened), "open": len(opened), "tkm": moved / 1000,
            "flow": sum(load[i] for i, j in went.items() if j == "x"),
        }  # fmt: skip
        missed = dict.fromkeys(sorted({g[2] for g in case["goals"].values()}), 0.0)
        for q, (target, sense, priority, weight, scale) in case["goals"].items():
            over, short = max(0, value[q] - target), max(0, target - value[q])
            away = over if sense == "at_most" else short if sense == "at_least" else over + short
            missed[priority] += weight * away / (scale or target)
        found.append((*(round(x, 9) for x in missed.values()), value["cost"]))
    return min(found)


@pytest.mark.parametrize("seed", range(25))
def test_the_best_of_all_plans_is_found(seed: int) -> None:
    texts, case = small(seed)
    plan, (*missed, cost) = solve(texts, {"finance": {"one_off": "once"}}, gap=1e-9), best(case)
    assert plan.status == "optimal"
    assert misses(plan) == pytest.approx(missed, abs=1e-7)
    assert plan.cost == pytest.approx(cost, abs=1e-4)


# -- the stages themselves -------------------------------------------------------------------------------------------


def awkward(seed: int) -> dict[str, str]:
    """Rates with many digits, large money and goals that contradict each other in five priorities."""
    r = Random(seed)

    def figure(low: float, high: float) -> str:
        return f"{r.uniform(low, high):.9g}"

    places = [f"p{k}" for k in range(6)]
    lanes = [f"{a} {b} tin {figure(1e3, 1e6)} {figure(1e2, 1e5)}" for a in places for b in places if a < b]
    goals = [
        f"g{k} {q} {figure(low, high)} {s} {k % 5 + 1} {figure(0.01, 100)} {figure(0.01, 100)}"
        for k, (q, low, high, s) in enumerate([
            ("cost", 1e6, 1e11, "equal"), ("collect", 1, 1e5, "equal"), ("flow", 1, 1e5, "equal"), ("tkm", 1, 1e4, "equal"),
            ("fee", 1e6, 1e10, "equal"), ("transport", 1e5, 1e9, "equal"), ("deliver", 1, 1e5, "equal"),
        ])
    ]  # fmt: skip
    return {
        "goals": "\n".join(["goal quantity target sense priority weight_over weight_under", *goals]),
        "modes": "mode full_rate\nv 0.123456789",
        "lanes": "\n".join(["origin dest material fee km mode", *(f"{lane} v" for lane in lanes)]),
        "supply": "\n".join(
            ["place material most price", *(f"{p} tin {figure(1, 1e4)} {figure(1, 1e6)}" for p in places[:4])]
        ),
        "demand": "\n".join(
            ["place material least most price", *(f"{p} tin {figure(0, 5)} 90000 {figure(1, 1e7)}" for p in places[3:])]
        ),
    }


@pytest.mark.parametrize("seed", range(12))
def test_no_later_stage_finds_the_case_infeasible(seed: int) -> None:
    plan = solve(awkward(seed))
    assert plan.status == "optimal", plan.facts["stages"]
    assert len(plan.facts["stages"]) == 5
    for stage in plan.facts["stages"]:
        assert stage["bound"] <= stage["value"] <= stage["kept"] * (1 + 2e-6) + 2e-6


TWO = under("much collect 130 at_least 1\ncheap cost 620 at_most 2")


def run(engine: Any, texts: dict[str, str] = TWO, **options: Any) -> tuple[Result, list[stages.Stage]]:
    model = prepared(texts).model
    return stages.run_stages(engine, model, model.program.arrays(), Options(**options))


def test_a_stage_that_is_lost_leaves_the_plan_before_it() -> None:
    """A solver that says of the second stage that it has no plan, whatever the slack."""
    asked: list[float] = []

    def engine(a: Any, options: Options, basis: Any) -> Result:
        asked.append(float(np.min(a.row_upper[-2:])))
        return run_highs(a, options, basis) if len(asked) == 1 else Result("infeasible")

    result, found = run(engine)
    assert result.status == "feasible" and result.x is not None and result.bound is None
    told = ["priority 2" in note for note in result.notes]
    assert told == [True, False] and len(asked) == 1 + 2 * len(stages.SLACK)
    assert asked[1:5] == pytest.approx([130 * s for s in stages.SLACK])
    assert [(s.bound, s.kept) for s in found] == [(0, 0), (0, None)]


def test_what_comes_after_a_stage_that_is_lost_misses_no_more_of_it() -> None:
    """The second of three is lost: the third is bounded in its own row, and at no cost to the second."""
    three = under("much collect 130 at_least 1\ncheap cost 620 at_most 2\nall collect 160 at_least 3")
    lost: list[float] = []

    def engine(a: Any, options: Options, basis: Any) -> Result:
        if np.isinf(a.row_upper[-2:]).all() and np.isfinite(a.row_upper[-3]):
            lost.append(a.row_upper[-3])
            return Result("infeasible")
        return run_highs(a, options, basis)

    result, found = run(engine, three)
    first, second, third = found
    assert len(lost) == len(stages.SLACK) and result.x is not None
    assert (first.kept, second.kept) == (pytest.approx(0), None) and third.kept == pytest.approx(third.bound)
    assert result.status == "optimal" and any(
        "lost its plan at the goals of priority 2" in note for note in result.notes
    )
    plan = solve(three)
    assert plan.facts["stages"][2]["value"] == pytest.approx(30 / 160)


def test_a_solver_that_breaks_down_leaves_the_plan_before_it() -> None:
    calls = []

    def engine(a: Any, options: Options, basis: Any) -> Result:
        calls.append(options)
        if len(calls) > 1:
            raise BalikError("no answer")
        return run_highs(a, options, basis)

    result, _ = run(engine)
    assert result.status == "feasible" and result.x is not None and result.notes
    with pytest.raises(BalikError):
        run(engine)


def test_bounds_give_way_where_a_solver_needs_it() -> None:
    """A solver to which a bound that is met to the last digit is out of reach."""

    def engine(a: Any, options: Options, basis: Any) -> Result:
        first = float(a.row_upper[-2])
        return Result("infeasible") if 0 <= first < 1e-8 else run_highs(a, options, basis)

    result, found = run(engine)
    assert result.status == "optimal" and not result.notes
    assert found[0].kept == pytest.approx(1e-9, rel=1e-6) and found[1].kept is not None


@pytest.mark.parametrize("after", [1, 2])
def test_a_search_that_is_stopped_keeps_what_it_has(after: int) -> None:
    calls = []

    def engine(a: Any, options: Options, basis: Any) -> Result:
        calls.append(options)
        return run_highs(a, options, basis) if len(calls) <= after else Result("stopped")

    result, found = run(engine)
    assert result.status == "feasible" and result.x is not None and not result.notes
    assert len(calls) == after + 1
    assert [s.kept is None for s in found] == [False, after == 1]


def test_no_time_is_left_for_the_second_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def engine(a: Any, options: Options, basis: Any) -> Result:
        calls.append(options.time_limit)
        now[0] += 3.0
        return run_highs(a, replace(options, time_limit=None), basis)

    now = [0.0]
    monkeypatch.setattr(stages.time, "perf_counter", lambda: now[0])
    result, _ = run(engine, time_limit=5.0)
    assert calls == [5.0, 2.0] and result.status == "feasible"


def test_a_case_without_a_plan_has_none() -> None:
    plan = solve(under("much collect 130 at_least 1", limits="limit quantity least\nfloor collect 900"))
    assert plan.status == "infeasible" and not plan.has_numbers and plan.facts["stages"] == []


def test_money_without_end_is_said_after_the_goals() -> None:
    demand = "place material price\nyard tin 9"
    supply = "place material\na tin"
    assert solve(under("some collect 5 at_least 1", demand=demand, supply=supply)).status == "unbounded"


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("goal quantity target\nx collect 5", "E610"),
        ("goal quantity sense\nx collect equal", "E610"),
        ("goal quantity target sense place\nx collect 5 equal a\nx collect 6 . b", "E611"),
        ("goal quantity target sense place priority\nx collect 5 equal a 1\nx collect . . b 2", "E611"),
        ("goal quantity target sense\nx collect 0 equal\ny cost 5 at_most", "E612"),
        ("goal quantity target sense over\nx collect 0.5 equal .\nx flow . . yes", "E613"),
        ("goal quantity target sense\nx use 1 at_least", "E365"),
        ("goal quantity target sense\nx gold 1 at_least", "E360"),
        ("goal quantity target sense place\nx flow 1 at_least a", "E362"),
        ("goal quantity target sense\nx collect 1 at_least\nx collect . .", "E202"),
        ("goal quantity target sense unit\nx collect 1 at_least jam", "E366"),
        ("goal quantity target sense\nx stock 1 at_least", "E363"),
        ("goal quantity target sense priority\nx collect 1 at_least 0", "E122"),
        ("goal quantity target sense scale\nx collect 1 at_least 0", "E122"),
        ("goal quantity target sense weight_under\nx collect 1 at_least -1", "E122"),
        ("goal quantity target sense\nx collect 1 more", "E123"),
    ],
)
def test_goals_refused(rows: str, code: str) -> None:
    assert code in codes(NET | {"goals": rows})


def test_equal_words_on_several_rows_are_one() -> None:
    rows = "goal quantity target sense priority place\nx collect 90 equal 1 a\nx collect 90 equal 1 b"
    assert solve(NET | {"goals": rows}).cost == 450


def test_a_target_of_nothing_stands_alone_in_its_priority() -> None:
    plan = solve(under("none cost 0 at_most 2\nsome collect 40 at_least 1"))
    assert misses(plan) == [0, 200]


def test_warnings() -> None:
    plan = solve(under("much collect 120 at_least 1 3", "weight_over"))
    assert {"W610"} <= {p.code for p in plan.problems} and plan.cost == 660


def test_a_scenario_lays_goals_over_those_of_the_base() -> None:
    from balik.api import solve as solve_case
    from model.making import tables

    cells = tables(under("much collect 120 at_least 1\ncheap cost 500 at_most 2"))
    cells |= {"goals@lean": {"goal": ["much"], "target": ["40"]}, "scenarios": {"scenario": ["lean"]}}
    plan = solve_case(cells, "lean", settings={"title": "x"})
    assert plan.cost == 200 and [g["target"] for g in plan.facts["goals"]] == [40, 500]
    assert (
        solve_case(
            cells, set=["goals.priority[goal=cheap] = 1", "goals.priority[goal=much] = 2"], settings={"title": "x"}
        ).cost
        == 500
    )
