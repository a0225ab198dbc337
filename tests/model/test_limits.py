"""Limits: scopes, each, ratios, units, accounts; what the plan of least cost does under them, by hand."""

from __future__ import annotations

import pytest

import balik
from model.making import amounts, prepared, solve

NET = {
    "places": """
        place kind  at
        h1    house .
        h2    house .
        a     yard  .
        b     yard  .""",
    "groups": """
        column label group
        place  a     west
        place  b     west
        place  b     south""",
    "materials": """
        material unit mass volume
        tin      kg   .    0.1
        box      dus  2    .""",
    "lanes": """
        origin     dest material fee
        kind:house a    *        1
        kind:house b    *        3""",
    "supply": """
        place material amount
        h1    tin      10
        h2    tin      20
        h1    box      5""",
    "demand": """
        place     material
        kind:yard *""",
}


def limited(rows: str) -> dict[str, str]:
    """The network under some limits."""
    return NET | {"limits": rows}


def test_without_limits_all_goes_to_the_cheap_yard() -> None:
    assert solve(NET).cost == pytest.approx(35.0)


@pytest.mark.parametrize(
    ("rows", "cost"),
    [
        # tins that b must take at 2 more each
        ("limit quantity dest material most\nx flow a tin 18", 35 + 2 * 12),
        ("limit quantity origin dest material most\nx flow each a tin 6", 35 + 2 * (4 + 14)),
        ("limit quantity dest material least\nx flow each tin 7", 35 + 2 * 7),
        ("limit quantity origin dest material least\nx flow each each tin 3", 35 + 2 * 6),
        ("limit quantity place material most\nx deliver each tin 18", 35 + 2 * 12),
        ("limit quantity kind material most\nx deliver each tin 30", 35),
        ("limit quantity group material least\nx deliver each tin 4", 35 + 2 * 4),
        ("limit quantity group material least\nx deliver west tin 30", 35),
        # 30 kg of tins and 5 boxes of 2 kg are 40 kg: a box at b moves 2 kg for a fee of 2 more, a tin only 1
        ("limit quantity dest least unit\nx flow b 6 kg", 35 + 2 * 3),
        ("limit quantity dest least unit\nx flow b 0.015 t", 35 + 2 * (5 + 5)),
        ("limit quantity dest least\nx flow b 15", 35 + 2 * (5 + 5)),
        ("limit quantity account origin least\nx cost fee h1 20", 35 + 5),
        ("limit quantity origin least\nx fee h1 20", 35 + 5),
    ],
)
def test_scopes(rows: str, cost: float) -> None:
    assert solve(limited(rows)).cost == pytest.approx(cost)


def test_rows_of_a_limit_are_added_with_their_coefficients() -> None:
    """b gets at least a third of what a gets: 3 b − a ≥ 0 on tins."""
    ratio = "limit quantity coef dest material least\nx flow 3 b tin 0\nx flow -1 a tin ."
    assert solve(limited(ratio)).cost == pytest.approx(35 + 2 * 7.5)
    share = "limit quantity coef dest material least\nx flow 1 b tin 0\nx flow -0.25 . tin ."
    assert solve(limited(share)).cost == pytest.approx(35 + 2 * 7.5)


def test_a_row_without_each_is_added_to_every_bound() -> None:
    """Each yard gets at least 20 % of all tins."""
    share = "limit quantity coef dest material least\nx flow 1 each tin 0\nx flow -0.2 . tin ."
    assert solve(limited(share)).cost == pytest.approx(35 + 2 * 6)


def test_rows_with_each_meet_on_the_same_place() -> None:
    """At most half of what a yard receives in tins is handed over there … all is, so no yard may receive any."""
    half = "limit quantity coef dest place material least\nx flow 0.5 each . tin 0\nx deliver -1 . each tin ."
    assert solve(limited(half)).status == "infeasible"
    even = "limit quantity coef dest place material least\nx flow 1 each . tin 0\nx deliver -1 . each tin ."
    assert solve(limited(even)).cost == pytest.approx(35.0)


def test_a_budget_and_its_ledger() -> None:
    poor = limited("limit quantity most\nx cost 34.9")
    assert solve(poor).status == "infeasible"
    assert solve(limited("limit quantity most\nx cost 35")).cost == pytest.approx(35.0)


def test_left_is_what_is_not_collected() -> None:
    may = {"supply": "place material most left_cost\nh1 tin 10 0\nh2 tin 20 0\nh1 box 5 0"}
    assert solve(NET | may).cost == 0.0
    plan = solve(limited("limit quantity material most\nx left tin 12") | may)
    assert plan.cost == pytest.approx(18.0)
    priced = solve(NET | may, None, "supply.left_cost[place=h1;material=tin]=1.5".replace(";", ","))
    assert priced.cost == pytest.approx(10.0)


def test_a_scope_that_no_term_has_is_a_problem() -> None:
    with pytest.raises(Exception, match="E367"):
        prepared(limited("limit quantity origin most\nx flow a 5"))


def test_units_that_cannot_be_added_are_a_problem() -> None:
    with pytest.raises(Exception, match="has no mass"):
        prepared(limited("limit quantity most\nx flow 5"), None, ("materials.mass=default",))


def test_groups_of_periods_count_repeats() -> None:
    seasons = {
        "periods": "period repeats\nd1 1\nw1 3\nw2 2",
        "groups": "column label group\nperiod w1 wet\nperiod w2 wet",
        "lanes": "origin dest material fee\na b tin 2\na c tin 5",
        "supply": "place material amount\na tin 30",
        "demand": "place material\nb tin\nc tin",
        "limits": "limit quantity dest period most\nx flow b group:wet 100",
    }
    plan = solve(seasons)
    assert plan.cost == pytest.approx(30 * 2 + 100 * 2 + (150 - 100) * 5)
    flow = amounts(plan, "flow", "dest", "period")
    assert 3 * flow.get(("b", "w1"), 0) + 2 * flow.get(("b", "w2"), 0) == pytest.approx(100)


def test_each_mode_is_each_vehicle_and_not_the_lanes_without_one() -> None:
    """20 boxes of 2 kg by the cart are 40 kg; what goes without a vehicle has no mode, so it is in no bound."""
    case = {
        "materials": "material unit mass\ntin kg .\nbox dus 2",
        "modes": "mode payload\ncart 10",
        "lanes": "origin dest material mode fee\na b tin . 1\na b box cart 3\na b box . 0",
        "supply": "place material amount\na tin 5\na box 30",
        "demand": "place material\nb tin\nb box",
        "limits": "limit quantity mode least\nx flow each 20",
    }
    plan = solve(case)
    assert plan.cost == pytest.approx(5 * 1 + 20 * 3)
    assert amounts(plan, "flow", "material", "mode")["box", "cart"] == pytest.approx(20.0)


def test_a_limit_that_counts_only_a_part_says_so() -> None:
    """Trips are shared by materials, so what is paid by the trip has no material: never passed over in silence."""
    case = {
        "places": {"place": ["a", "p"]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["a"], "material": ["m"], "amount": [30]},
        "modes": {"mode": ["t"], "payload": [10], "full_rate": [1], "empty_rate": [100]},
        "lanes": {"origin": ["a"], "dest": ["p"], "mode": ["t"], "km": [1]},
        "demand": {"place": ["p"], "material": ["m"]},
        "limits": {"limit": ["l"], "quantity": ["transport"], "material": ["m"], "most": [30]},
    }
    found = [p for p in balik.check(case) if p.code == "W311"]
    assert len(found) == 1 and "paid by the trip" in found[0].found and found[0].column == "material"
    case["limits"] = {"limit": ["l"], "quantity": ["transport"], "origin": ["a"], "most": [330]}
    assert balik.check(case) == []
    assert balik.solve(case).cost == 330
