"""Thresholds where two plans are as good, where an end is refused, and what one more is worth when the rest costs."""

import pytest

import balik

LONG = 600  # seconds: what is asked here is never cut off


def two_ways(**tables):
    """10 kg from s, 5 each, to P or Q, which pay as much."""
    return {
        "places": {"place": ["s", "P", "Q"]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["s"], "material": ["m"], "amount": [10]},
        "demand": {"place": ["P", "Q"], "material": ["m", "m"], "price": [8, 8]},
        "lanes": {"origin": ["s", "s"], "dest": ["P", "Q"], "material": ["m", "m"], "fee": [5, 5]},
    } | tables


def threshold(case, column, **question):
    rows = balik.explain(case, budget=LONG, **question).rows
    found = [r for r in rows if r["about"] == "threshold" and r["column"] == column]
    return next((r for r in found if r["threshold"] is not None), found[0])


@pytest.mark.parametrize("way", ["P", "Q"])
def test_of_two_ways_as_good_any_lower_fee_decides(way):
    """Whichever of both the plan at hand takes: below 5 every best plan goes there."""
    row = threshold(two_ways(), "fee", flow=f"origin=s;dest={way}")
    assert (row["threshold"], row["side"], row["confirmed"]) == (5, "below", True)


@pytest.mark.parametrize("way", ["P", "Q"])
def test_after_a_stretch_of_ties_the_turn_is_told_to_a_millionth(way):
    """6 kg may go either way; with more than the 10 that fit the other way some must go this way: from 10/6 on."""
    case = two_ways()
    case["supply"] = case["supply"] | {"amount": [6]}
    case["lanes"] = case["lanes"] | {"most": [10, 10]}
    row = threshold(case, "all", flow=f"origin=s;dest={way}")
    assert row["threshold"] == pytest.approx(10 / 6, rel=1.5e-6) and row["confirmed"]


def sites(**cells):
    """10 kg to A or B; B costs 300 − 10 × 5 more."""
    case = two_ways()
    del case["demand"]["price"]
    case["lanes"] = case["lanes"] | {"fee": [10, 5]}
    return case | {"sites": {"place": ["P", "Q"], "running_cost": [100, 400]} | cells}


def test_a_capacity_that_may_not_fall_to_nothing_is_asked_as_far_as_it_may():
    """Below 10 kg P cannot take all, and Q takes all or nothing; less than its least of 4 its capacity cannot say."""
    row = threshold(sites(capacity=[40, 40], least=[4, ""]), "capacity", site="P")
    assert row["threshold"] == pytest.approx(10, rel=1e-5) and row["confirmed"]
    row = threshold(sites(capacity=[40, 40], least=[4, ""]), "least", site="P")
    assert row["threshold"] == pytest.approx(10, rel=1e-5) and row["confirmed"]


def test_more_supply_that_costs_where_it_is_left():
    """One more kg goes for 5 and brings 8; leaving it, which would cost 4, is no part of that."""
    case = two_ways(supply={"place": ["s"], "material": ["m"], "most": [10], "left_cost": [4]})
    row = next(r for r in balik.explain(case, budget=LONG).rows if r["about"] == "binds")
    assert row["more"]["each"] == pytest.approx(-3) and row["less"]["each"] == pytest.approx(3)
    assert row["more"]["verified"] and row["less"]["verified"]
