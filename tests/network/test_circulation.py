"""Lanes in a circle beside sites without capacity: bounded by all there is, where nothing need go round."""

import pytest

import balik


def hubs(**tables):
    """a → hubs, hub → hub, hubs → x; each lane costs 1 a unit, each hub 5 to open."""
    return {
        "places": {"place": ["a", "h1", "h2", "x"], "kind": ["", "h", "h", ""]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["a"], "material": ["m"], "amount": [10]},
        "demand": {"place": ["x"], "material": ["m"]},
        "lanes": {
            "origin": ["a", "kind:h", "kind:h"],
            "dest": ["kind:h", "kind:h", "x"],
            "material": ["m"] * 3,
            "fee": [1] * 3,
        },
        "sites": {"place": ["kind:h"], "opening_cost": [5]},
    } | tables


ONCE = {"title": "hubs", "finance": {"one_off": "once"}}


def test_one_hub_opens_and_nothing_goes_round():
    plan = balik.solve(hubs(), settings=ONCE)
    assert plan.status == "optimal" and plan.verified and plan.cost == 25 and len(plan.used) == 1


def test_lanes_between_all_places():
    lanes = {"origin": ["*"], "dest": ["*"], "material": ["m"], "fee": [1]}
    plan = balik.solve(hubs(lanes=lanes), settings=ONCE)
    assert plan.verified and plan.cost == 10 and plan.used == []


def test_what_processes_make_is_counted():
    case = hubs(
        materials={"material": ["m", "p"]},
        processes={"process": ["pilah"], "place": ["a"]},
        recipes={"process": ["pilah"] * 2, "material": ["m", "p"], "rate": [-1, 3]},
        demand={"place": ["x"], "material": ["p"]},
    )
    case["lanes"] = dict(case["lanes"], material=["p"] * 3)
    plan = balik.solve(case, settings=ONCE)
    assert plan.verified and plan.cost == 65  # 30 units over one hub, twice, and the hub


@pytest.mark.parametrize(
    "tables",
    [
        {"limits": {"limit": ["l"], "quantity": ["flow"], "least": [1000]}},
        {"sites": {"place": ["kind:h"], "opening_cost": [5], "least": [15]}},
    ],
)
def test_where_something_calls_for_rounds_a_bound_is_asked_for(tables):
    with pytest.raises(balik.InputError) as error:
        balik.solve(hubs(**tables), settings=ONCE)
    assert {p.code for p in error.value.problems} == {"E380"}
