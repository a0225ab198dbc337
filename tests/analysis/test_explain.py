"""Why there is no plan: the user's own limits, and repairs that are solved again."""

import signal
from contextlib import suppress
from functools import cache

import pytest

import balik
from balik.analysis import explain


@cache
def at_twenty_per_cent():
    return balik.explain("jerigen-padang", scenario="biaya-plus-20")


def repairs(study):
    return {row["change"]: row["cost"] for row in study.rows if row["mends"]}


def test_budget_against_quota_at_twenty_per_cent():
    study = at_twenty_per_cent()
    text = "\n".join(study.findings)
    assert "vcap" in text and "trl-max" in text and "limits.csv line 2" in text and "9,793,200" in text
    assert by_limits(study) == {
        "limits.least[limit=vcap] = 762": pytest.approx(9063600),
        "limits.most[limit=trl-max] = 9793200": pytest.approx(9793200),
    }


def by_limits(study):
    return {change: cost for change, cost in repairs(study).items() if change.startswith("limits.")}


def test_prices_that_would_have_to_fall():
    """The budget is kept at the price that is told, and broken at the next one that could be written."""
    found = repairs(at_twenty_per_cent())
    for change, next_one in {
        "processes.cost[process=pemulihan-2L,place=pabrik] = 2500": "2501",
        "supply.price[place=grosir-1,material=kosong-2L] = 2835": "2836",
        "processes.cost *= 0.761": "0.762",
        "supply.price *= 0.893": "0.894",
    }.items():
        assert found[change] <= 9073000
        plan = balik.solve("jerigen-padang", scenario="biaya-plus-20", set=[change])
        assert plan.verified and plan.cost == pytest.approx(found[change])
        missed = change.rpartition(" ")[0] + " " + next_one
        assert balik.solve("jerigen-padang", scenario="biaya-plus-20", set=[missed]).status == "infeasible"


def test_budget_against_quota_at_thirty_per_cent():
    found = by_limits(balik.explain("jerigen-padang", scenario="biaya-plus-30"))
    assert found == {
        "limits.least[limit=vcap] = 726": pytest.approx(9070100),
        "limits.most[limit=trl-max] = 10609300": pytest.approx(10609300),
    }


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "count"), [("dealer-17", 18), ("kapasitas-minus-10", 20)])
def test_too_few_dealers(scenario, count):
    study = balik.explain("nmc-jawa-barat", scenario=scenario)
    assert f"limits.most[limit=maks-dealer] = {count}" in repairs(study)
    assert f"the number of sites used is at least {count} sites; maks-dealer allows" in "\n".join(study.findings)
    assert {row["table"] for row in study.more["conflict"]} == {"limits", "supply", "sites"}


@pytest.mark.slow
def test_single_sourcing_names_the_regions_that_exceed_any_dealer():
    study = balik.explain("nmc-jawa-barat", scenario="satu-dealer", time_limit=120)
    text = "\n".join(study.findings)
    for region, units in (("Kab. Bogor", "2,679"), ("Kab. Bandung", "1,772"), ("Kab. Bekasi", "1,547")):
        assert region in text and units in text
    assert "Kab. Garut · " not in text
    assert "lanes.single = default" in repairs(study) and "sites.capacity *= 1.985" in repairs(study)
    regions = ("Kab. Bogor", "Kab. Bandung", "Kab. Bekasi")
    least = {f"supply.amount[place='{region}',material=baterai-nmc] = 1350" for region in regions}
    assert least in [set(row["changes"]) for row in study.rows]


def test_with_a_plan_it_says_what_binds():
    study = balik.explain("turki-enam-kota", budget=4)
    assert study.ok and "What binds" in "\n".join(study.findings)
    capacity = next(row for row in study.rows if row["about"] == "binds" and row["table"] == "sites")
    assert capacity["row"] == "turki-enam-kota/sites.csv line 2"


def small(**tables):
    base = {
        "places": {"place": ["a", "b", "p"]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["a", "b"], "material": ["m", "m"], "amount": [10, 20]},
        "lanes": {"origin": ["a", "b"], "dest": ["p", "p"], "material": ["m", "m"]},
        "demand": {"place": ["p"], "material": ["m"]},
    }
    return base | tables


def test_obligations_against_capacity():
    study = balik.explain(small(sites={"place": ["p"], "capacity": [25]}))
    text = "\n".join(study.findings)
    assert "supply.amount" in text and "sites.capacity" in text and "30" in text
    assert set(repairs(study)) == {
        "sites.capacity[place=p] = 30",
        "supply.amount[place=a,material=m] = 5",
        "supply.amount[place=b,material=m] = 15",
    }


def test_a_demand_that_nothing_reaches():
    case = small(demand={"place": ["p", "a"], "material": ["m", "m"], "least": [0, 50]})
    study = balik.explain(case)
    assert not study.ok and any("a must be given 50" in f for f in study.findings)


def test_unbounded_is_said():
    case = small(
        supply={"place": ["a"], "material": ["m"]},
        demand={"place": ["p"], "material": ["m"], "price": [5]},
    )
    study = balik.explain(case)
    assert not study.ok and "without end" in study.findings[0]
    assert [row["table"] for row in study.rows] == ["supply", "lanes", "demand"]
    for change in ("supply.most", "lanes.most", "demand.most"):  # a bound on any one of them ends it
        assert balik.solve(case, set=[f"{change} = 7"]).objective == pytest.approx(-35)


def test_of_two_ways_without_end_one_is_told_and_what_is_bounded_is_not():
    case = small(
        places={"place": ["a", "p", "q"]},
        lanes={"origin": ["a", "a"], "dest": ["p", "q"], "fee": [1, 1]},
        supply={"place": ["a"], "material": ["m"]},
        demand={"place": ["p", "q"], "material": ["m", "m"], "most": [9, None], "price": [7, 5]},
    )
    rows = balik.explain(case).rows
    assert [(row["table"], row["line"]) for row in rows] == [("supply", 1), ("lanes", 2), ("demand", 2)]


def test_a_spread_is_mended_by_a_wider_one():
    """80 of 100 must come in at a, and nothing can at b."""
    study = balik.explain(
        small(
            lanes={"origin": ["a", "b"], "dest": ["p", "p"], "material": ["m", "m"], "fee": [1, 1]},
            supply={"place": ["a", "b"], "material": ["m"] * 2, "least": [80, 0], "most": [100, 0]},
            limits={"limit": ["fair"], "quantity": ["collect"], "place": ["each"], "spread": [30]},
        )
    )
    assert repairs(study)["limits.spread[limit=fair] = 80"] == pytest.approx(80)


def test_one_side_of_a_limit_gives_way_and_the_other_stands():
    """a must give 80, and b, which can give 10 and no more, must give 10: only the most can give way."""
    study = balik.explain(
        small(
            lanes={"origin": ["a", "b"], "dest": ["p", "p"], "material": ["m", "m"], "fee": [1, 1]},
            supply={"place": ["a", "b"], "material": ["m"] * 2, "least": [80, 0], "most": [100, 10]},
            limits={"limit": ["band"], "quantity": ["collect"], "place": ["each"], "least": [10], "most": [50]},
        )
    )
    assert repairs(study) == {
        "limits.most[limit=band] = 80": pytest.approx(90),
        "supply.least[place=a,material=m] = 50": pytest.approx(60),
    }


def test_what_is_sold_would_have_to_bring_more():
    """30 kg at a fee of 1 against an income of 2 each: 15 is asked as the highest cost, so 2.5 each must come in."""
    case = small(
        lanes={"origin": ["a", "b"], "dest": ["p", "p"], "material": ["m", "m"], "fee": [3, 3]},
        demand={"place": ["p"], "material": ["m"], "price": [2]},
        limits={"limit": ["uang"], "quantity": ["cost"], "most": [15]},
    )
    found = repairs(balik.explain(case))
    assert found["demand.price[place=p,material=m] = 2.5"] == pytest.approx(15)
    assert found["lanes.fee *= 0.833"] == pytest.approx(14.97)
    assert "lanes.fee[origin=a,dest=p,material=m] = 1.5" in found


def test_prices_that_no_change_of_them_would_mend():
    """The fee is 1 a kg, and of the 30 that the vehicle costs only 10 are allowed."""
    case = small(
        modes={"mode": ["van"], "trip_cost": [30], "payload": [30]},
        lanes={"origin": ["a", "b"], "dest": ["p", "p"], "material": ["m"] * 2, "mode": ["van"] * 2, "fee": [1, 1]},
        limits={"limit": ["uang", "jalan"], "quantity": ["cost", "trip"], "most": [45, 10]},
    )
    study = balik.explain(case)
    assert not any(row["mends"] and row["change"].startswith("lanes.fee") for row in study.rows)
    assert any(row["mends"] and row["change"].startswith("modes.trip_cost") for row in study.rows)


def test_ctrl_c_ends_all_questions_and_not_only_the_search_that_it_meets(monkeypatch):
    solve = explain.solve_prepared

    def pressed(*args):
        with suppress(KeyboardInterrupt):  # a search takes it for its own end
            signal.raise_signal(signal.SIGINT)
        return solve(*args)

    monkeypatch.setattr(explain, "solve_prepared", pressed)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        balik.explain("jerigen-padang")
    assert signal.getsignal(signal.SIGINT) is before
