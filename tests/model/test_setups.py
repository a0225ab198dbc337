"""Set-ups, lots, batches and reserves: published and closed optima, exact whatever the objective, what is refused."""

from __future__ import annotations

import itertools

import pytest

import balik
from model.making import amounts, solve, stated, tables
from model.small import RESERVE, SETUPS, WORKS

#: Lot sizing with returns: new units cost 60 a set-up and 2 each, old ones that came back 30 and 1.
DEMAND, BACK = (10, 20, 15, 25), (8, 6, 10, 4)
LOTS = {
    "periods": "period\n1\n2\n3\n4",
    "materials": "material unit\nnew unit\nold unit",
    "supply": "place material period amount\n" + "\n".join(f"shop old {t} {x}" for t, x in enumerate(BACK, 1)),
    "demand": "place material period amount\n" + "\n".join(f"shop new {t} {x}" for t, x in enumerate(DEMAND, 1)),
    "stores": "place material holding\nshop new 1\nshop old 0.3",
    "processes": "process place cost setup_cost setup most\nmake shop 2 60 . 100\nremake shop 1 30 . 100",
    "recipes": "process material rate\nmake new 1\nremake old -1\nremake new 1",
}
JOINT = LOTS | {
    "processes": "process place cost setup_cost setup most\nmake shop 2 60 line 100\nremake shop 1 . line 100"
}


def runs(plan: balik.Plan) -> dict[tuple[str, str], float]:
    return amounts(plan, "run", "process", "period")


def test_lot_sizing_with_returns_and_separate_setups() -> None:
    plan = solve(LOTS)
    assert plan.cost == pytest.approx(269.7)
    assert runs(plan) == pytest.approx({("make", "1"): 45, ("remake", "4"): 25})
    assert plan.accounts == pytest.approx({"processing": 115, "holding": 64.7, "setup": 90})


def test_lot_sizing_with_one_setup_for_both() -> None:
    plan = solve(JOINT)
    assert plan.cost == pytest.approx(284.0)
    assert plan.accounts["setup"] == pytest.approx(120)
    assert len({period for _, period in runs(plan)}) == 2


def test_lot_sizing_without_returns() -> None:
    assert solve(LOTS, None, "supply.amount=0").cost == pytest.approx(305.0)


def wagner_whitin(demand: list[float], setup: float, hold: float) -> float:
    """The least cost by the recursion over the period of the last set-up."""
    best = [0.0]
    for end in range(1, len(demand) + 1):
        best.append(
            min(
                best[first] + setup + sum(hold * (t - first) * demand[t] for t in range(first, end))
                for first in range(end)
            )
        )
    return best[-1]


@pytest.mark.parametrize(("setup", "hold"), [(5, 1), (30, 1), (54, 0.4), (200, 1)])
def test_setups_of_one_process_cost_what_the_recursion_says(setup: float, hold: float) -> None:
    plain = {k: t for k, t in LOTS.items() if k != "supply"} | {
        "processes": f"process place setup_cost most\nmake shop {setup} 500",
        "recipes": "process material rate\nmake new 1",
        "stores": f"place material holding\nshop new {hold}",
    }
    assert solve(plain).cost == pytest.approx(wagner_whitin(list(DEMAND), setup, hold))


def test_an_instance_over_twelve_months_by_enumeration() -> None:
    """Every set of months with a set-up: what is asked for in a month is made in the last one before it."""
    demand = [10, 62, 12, 130, 154, 129, 88, 52]
    case = {
        "periods": "period\n" + "\n".join(map(str, range(1, 9))),
        "demand": "place material period amount\n" + "\n".join(f"shop new {t} {x}" for t, x in enumerate(demand, 1)),
        "stores": "place material holding\nshop new 0.4",
        "processes": "process place setup_cost most\nmake shop 54 1000",
        "recipes": "process material rate\nmake new 1",
    }
    best = min(
        54 * (1 + len(more)) + sum(0.4 * x * (t - max(s for s in (0, *more) if s <= t)) for t, x in enumerate(demand))
        for k in range(8)
        for more in itertools.combinations(range(1, 8), k)
    )
    assert solve(case).cost == pytest.approx(best)


# -- lots and batches --------------------------------------------------------------------------------------------

DUMP = {
    "supply": "place material amount\ny tin 10",
    "processes": "process place cost lot most\nsort y 1 6 8\nburn y 3 . .",
    "recipes": "process material rate\nsort tin -1\nburn tin -1",
}


@pytest.mark.parametrize(("tins", "sorted_"), [(10, 8), (6, 6), (5.9, 0), (0.5, 0)])
def test_a_process_with_a_lot_does_the_lot_or_nothing(tins: float, sorted_: float) -> None:
    plan = solve(DUMP, None, f"supply.amount={tins}")
    assert amounts(plan, "run", "process").get("sort", 0.0) == pytest.approx(sorted_)
    assert plan.cost == pytest.approx(sorted_ + 3 * (tins - sorted_))


def test_a_lot_is_an_amount_and_not_a_rate() -> None:
    """In a period of two months 6 are still enough, though the process may do 16."""
    long = DUMP | {"periods": "period length\nlong 2"}
    assert solve(long, None, "supply.amount=7").cost == pytest.approx(7)


def test_lots_count_by_the_material_of_per() -> None:
    lots = WORKS | {"processes": "process place per cost lot most\nsort yard clean 50 27 90\nspring yard . 7 . 10"}
    price = lots | {"demand": "place material price\nyard clean 90\nyard residue .\nyard water ."}
    assert amounts(solve(price, None, "supply.most=30"), "run", "process")["sort"] > 0  # 30 × 0.9 = 27
    assert "sort" not in amounts(solve(price, None, "supply.most=29.9"), "run", "process")


@pytest.mark.parametrize(("tins", "done"), [(10, 8), (7.9, 4), (4, 4), (3.9, 0)])
def test_whole_batches(tins: float, done: float) -> None:
    plan = solve(
        DUMP, None, "processes.lot[process=sort]=0", "processes.batch[process=sort]=4", f"supply.amount={tins}"
    )
    assert amounts(plan, "run", "process").get("sort", 0.0) == pytest.approx(done)


# -- exact whatever the objective --------------------------------------------------------------------------------


def test_a_setup_costs_each_time_a_period_recurs() -> None:
    seasons = DUMP | {
        "periods": "period length repeats\ndry 1 1\nwet 2 3",
        "processes": "process place cost setup_cost most\nsort y 1 5 100",
        "recipes": "process material rate\nsort tin -1",
    }
    assert solve(seasons).accounts == pytest.approx({"processing": 40, "setup": 20})


def test_a_setup_is_paid_only_where_something_runs_whatever_is_weighed() -> None:
    """Nothing weighs the set-up, so its switch could stand anywhere; it is told by the activity."""
    plan = solve(LOTS, {"objective": {"holding": 1.0}})
    done = {key for key, amount in runs(plan).items() if amount > 1e-6}
    cost = {"make": 60, "remake": 30}
    assert plan.accounts["setup"] == pytest.approx(sum(cost[process] for process, _ in done))


def test_a_limit_on_setups_counts_those_that_are_made() -> None:
    few = LOTS | {"limits": "limit quantity most\nfew setup 60"}
    plan = solve(few)
    assert plan.accounts["setup"] == pytest.approx(60)
    assert {process for process, _ in runs(plan)} == {"make"}


def test_more_setups_than_are_needed_are_made_only_where_lots_tie_them() -> None:
    """A least on set-ups of 200 takes 3 of 60 and 1 of 30 at least, and each of them does its lot."""
    more = LOTS | {"limits": "limit quantity least\nbusy setup 200"}
    found = balik.check(tables(more), settings={"title": "t"})
    assert [problem.code for problem in found if problem.severity == "error"] == ["E562"]
    plan = solve(more, None, "processes.lot=2")
    assert plan.accounts["setup"] >= 200 and min(runs(plan).values()) >= 2 - 1e-6
    reward = solve(LOTS, {"objective": {"cost": 1.0, "setup": -1.5}}, "processes.lot=2")
    assert min(runs(reward).values()) >= 2 - 1e-6
    assert reward.accounts["setup"] > 90


def test_a_shared_setup_with_lots_is_paid_where_one_of_them_runs() -> None:
    plan = solve(JOINT, {"objective": {"cost": 1.0, "setup": -2.0}}, "processes.lot=3")
    assert plan.accounts["setup"] == pytest.approx(60 * len({period for _, period in runs(plan)}))


def test_setups_add_nothing_where_none_is_given() -> None:
    plain = stated(WORKS).program
    assert not {"setup", "working", "batches"} & set(plain.variables)
    assert not {"setup_run", "lot_most", "whole_batches", "reserve"} & set(plain.families)


# -- reserves ----------------------------------------------------------------------------------------------------


def test_a_reserve_stays_in_stock() -> None:
    """Holding costs 1: without a reserve nothing is kept; with one of 4 it is made at once and never used."""
    case = {
        "periods": "period\n1\n2\n3",
        "demand": "place material amount\nshop new 5",
        "stores": "place material holding least\nshop new 1 4",
        "processes": "process place cost most\nmake shop 2 50",
        "recipes": "process material rate\nmake new 1",
    }
    plan = solve(case)
    assert plan.cost == pytest.approx(2 * (15 + 4) + 3 * 4)
    assert solve(case, None, "stores.least=0").cost == pytest.approx(30)


def test_a_reserve_at_a_site_holds_while_it_is_open() -> None:
    free = RESERVE | {"supply": "place material period amount\nyard tin 1 50\nshed tin 1 40"}
    plan = solve(free)
    assert amounts(plan, "stock", "place", "period")["yard", "1"] >= 7 - 1e-6
    shut = solve(free, None, "supply.amount[place=yard]=0")
    assert shut.open == [] and ("yard", "1") not in amounts(shut, "stock", "place", "period")


# -- what is refused ---------------------------------------------------------------------------------------------


def codes(case: dict[str, str], **texts: str) -> set[str]:
    return {p.code for p in balik.check(tables(case | texts), settings={"title": "t"}) if p.severity == "error"}


@pytest.mark.parametrize(
    ("case", "texts", "code"),
    [
        (LOTS, {"processes": "process place setup_cost\nmake shop 60\nremake shop 30"}, "E560"),
        (LOTS, {"processes": "process place lot\nmake shop 6\nremake shop 3"}, "E560"),
        (JOINT, {"processes": JOINT["processes"].replace("1 . line", "1 50 line")}, "E561"),
        (LOTS, {"processes": "process place lot most\nmake shop -1 9\nremake shop . ."}, "E122"),
        (LOTS, {"processes": "process place lot most\nmake shop 1e-8 9\nremake shop . ."}, "E126"),
        (LOTS, {"processes": "process place batch most\nmake shop 1e-5 9\nremake shop . ."}, "E126"),
        (LOTS, {"stores": "place material room least\nshop new 5 9"}, "E142"),
        (LOTS, {"stores": "place material period least end\nshop new . 9 2\nshop old . . ."}, "E142"),
    ],
)
def test_what_is_refused(case: dict[str, str], texts: dict[str, str], code: str) -> None:
    assert code in codes(case, **texts)


def test_a_lot_that_can_never_be_done_is_named() -> None:
    never = tables(LOTS | {"processes": "process place lot most\nmake shop 12 9\nremake shop . ."})
    assert "W560" in {p.code for p in balik.check(never, settings={"title": "t"})}


def test_the_case_of_the_golden_files_is_sound() -> None:
    assert not codes(SETUPS) and not codes(RESERVE)


def test_explain_names_a_lot_that_stands_in_the_way() -> None:
    study = balik.explain(tables(DUMP | {"processes": "process place lot\nsort y 30", "recipes": "process material rate\nsort tin -1"}),
                          settings={"title": "t"})  # fmt: skip
    assert "processes.lot" in " ".join(study.findings) and any(row["mends"] for row in study.rows)
