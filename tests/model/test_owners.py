"""Owners: who pays whom along a chain, and what remains to each."""

from __future__ import annotations

import random
from typing import Any

import pytest

import balik
from balik.errors import InputError
from balik.plan.plan import Plan
from model.making import amounts, prepared, solve, tables

#: A home that belongs to nobody, two lapak, a bandar who fetches and pays, a factory that has it brought.
CHAIN = {
    "places": """
        place kind  owner
        h     home  .
        l1    lapak budi
        l2    lapak sari
        b     hub   bandar
        p     works pabrik""",
    "modes": """
        mode payload full_rate empty_rate
        truk 100     1         50""",
    "lanes": """
        origin     dest       material mode km price fee paid_by
        h          kind:lapak tin      .    .  .     1   .
        kind:lapak b          tin      truk 5  30    .   .
        b          p          tin      truk 9  60    .   origin""",
    "supply": """
        place material most price
        h     tin      100  4
        l1    tin      100  10
        l2    tin      80   12""",
    "demand": """
        place material price
        p     tin      100""",
}


def margins(plan: Plan) -> dict[str, dict[str, float]]:
    """The table margins by owner."""
    found = plan.columns["margins"]
    names = [c for c in found if c != "owner"]
    rows = zip(*(found[c] for c in names), strict=True)
    return {owner: dict(zip(names, row, strict=True)) for owner, row in zip(found["owner"], rows, strict=True)}


def test_who_pays_whom() -> None:
    plan = solve(CHAIN, None, "lanes.most[origin=h]=0")
    found = margins(plan)
    truck = {"b": 180 * (5 + 5 * 50 / 100), "p": 180 * (9 + 9 * 50 / 100)}
    assert found["budi"] == {"revenue": 0, "costs": 1000, "received": 3000, "paid": 0, "margin": 2000}
    assert found["sari"]["margin"] == pytest.approx(80 * (30 - 12))
    assert found["bandar"]["costs"] == pytest.approx(truck["b"] + truck["p"])  # it fetches, and it brings
    assert found["bandar"]["margin"] == pytest.approx(180 * (60 - 30) - truck["b"] - truck["p"])
    assert found["pabrik"] == {"revenue": 18000, "costs": 0, "received": 0, "paid": 10800, "margin": 7200}
    assert sum(row["margin"] for row in found.values()) == pytest.approx(-(plan.cost or 0.0))


def test_what_belongs_to_nobody_is_shown_last_and_transfers_are_no_cost() -> None:
    plan = solve(CHAIN)
    found = margins(plan)
    assert list(found) == ["bandar", "budi", "pabrik", "sari", ""]
    assert found[""] == {"revenue": 0, "costs": 400, "received": 0, "paid": 0, "margin": -400}
    assert sum(row["received"] for row in found.values()) == pytest.approx(sum(row["paid"] for row in found.values()))
    assert sum(row["margin"] for row in found.values()) == pytest.approx(-(plan.cost or 0.0))
    free = solve(CHAIN, None, "lanes.price=0")
    assert free.cost == pytest.approx(plan.cost)
    assert "transfer" not in (plan.accounts or {})


def test_nobody_below_zero() -> None:
    """At 12 a kg the bandar loses 8.75 or so on each: the chain stands still; at 30 paid it runs."""
    poor = CHAIN | {"limits": "limit quantity owner least\nalive margin each 0"}
    assert solve(poor).cost == pytest.approx(solve(CHAIN).cost)
    low = ("lanes.price[origin=b]=40",)
    assert solve(CHAIN, None, *low).cost == pytest.approx(solve(CHAIN).cost)
    assert solve(poor, None, *low).cost == pytest.approx(0.0)


def test_a_limit_on_one_owner_and_on_a_period() -> None:
    """Sari is to earn at least 1,800: all that home gives goes through her."""
    base = CHAIN | {"periods": "period repeats\ndry 1\nwet 2"}
    plan = solve(base | {"limits": "limit quantity owner period least\nsari margin sari wet 8000"})
    earned = 2 * (80 * (30 - 12) + 100 * (30 - 1))
    assert margins(plan)["sari"]["margin"] >= 8000
    assert (
        solve(base | {"limits": f"limit quantity owner period least\nsari margin sari wet {earned}"}).status
        == "optimal"
    )
    assert (
        solve(base | {"limits": f"limit quantity owner period least\nsari margin sari wet {earned + 1}"}).status
        == "infeasible"
    )


def test_the_objective_may_weigh_the_margin_of_all() -> None:
    plan = solve(CHAIN, {"objective": {"margin": -1.0}})
    assert plan.objective == pytest.approx(solve(CHAIN).cost)


def test_a_tour_is_paid_by_the_owner_of_its_last_stop() -> None:
    tour = {
        "places": "place owner\ndepot bandar\nq budi\nr sari",
        "modes": "mode payload empty_rate full_rate trip_cost\nvan 10 2 0.5 3",
        "tours": "tour stop place material mode km\nring 1 depot . van .\nring 2 q tin van 5\nring 3 r tin van 5\nring 4 depot tin van 5",
        "supply": "place material amount price\nq tin 6 2\nr tin 4 3",
        "demand": "place material price\ndepot tin 20",
    }
    plan = solve(tour)
    found, accounts = margins(plan), plan.accounts or {}
    assert found["bandar"]["costs"] == pytest.approx(accounts["transport"] + accounts["trip"])
    assert (found["budi"]["costs"], found["sari"]["costs"]) == (12, 12)


def test_charges_are_paid_where_they_are_booked() -> None:
    rows = """
        charge of      rate from place origin
        levy   collect 2    .    .     .
        toll   flow    1    50   .     each
        desk   deliver 1    20   .     .
        tax    fee     0.5  .    .     ."""
    plan = solve(CHAIN | {"charges": rows}, None, "lanes.most[origin=h]=0")
    found, before = margins(plan), margins(solve(CHAIN, None, "lanes.most[origin=h]=0"))
    more = {owner: found[owner]["costs"] - before.get(owner, {"costs": 0})["costs"] for owner in found}
    assert more["budi"] == pytest.approx(2 * 100 + (100 - 50))
    assert more["sari"] == pytest.approx(2 * 80 + (80 - 50))
    assert more["bandar"] == pytest.approx(180 - 50)
    assert more[""] == pytest.approx(180 - 20)  # a charge that has no place is nobody's
    assert sum(row["margin"] for row in found.values()) == pytest.approx(-(plan.cost or 0.0))


@pytest.mark.parametrize("way", ["once", "annuity", "npv"])
def test_margins_add_up_to_the_cost_whatever_counts(way: str) -> None:
    rng = random.Random(way)
    case = CHAIN | {
        "periods": "period length\ndry 1\nwet 2",
        "sites": "place opening_cost running_cost unit_cost capacity\nb 700 30 0.5 400",
        "stores": "place material holding\nb tin 0.25",
        "processes": "process place cost\nsift b 2",
        "recipes": "process material rate\nsift tin -1",
        "charges": "charge of rate\nvat revenue 0.11\npermit open 50",
    }
    finance: dict[str, Any] = {"one_off": way}
    finance |= {"rate": 0.1, "periods_per_year": 2} if way != "once" else {}
    finance |= {"years": 3} if way == "annuity" else {}
    plan = solve(case, {"finance": finance}, f"supply.price={rng.randint(5, 20)}")
    found = margins(plan)
    assert sum(row["margin"] for row in found.values()) == pytest.approx(-(plan.cost or 0.0), abs=1e-4)
    for row in found.values():
        assert row["margin"] == pytest.approx(row["revenue"] - row["costs"] + row["received"] - row["paid"])


def test_without_owners_there_is_no_table_and_nothing_more_in_the_model() -> None:
    plain = {k: v for k, v in CHAIN.items() if k != "places"} | {
        "places": "place kind\nh home\nl1 lapak\nl2 lapak\nb hub\np works"
    }
    without = prepared(plain, None, ("lanes.price=0", "lanes.paid_by=default"))
    assert "margins" not in solve(plain, None, "lanes.price=0").columns
    assert [p.code for p in prepared(plain).problems] == ["W520"]
    program, other = prepared(CHAIN).model.program, without.model.program
    assert (program.columns, program.rows) == (other.columns, other.rows)


def test_what_cannot_be_said_of_owners() -> None:
    two = CHAIN | {"materials": "material\ntin\nbox", "lanes": CHAIN["lanes"] + "\n        l1 b box truk 5 . . origin"}
    with pytest.raises(InputError, match="E520"):
        solve(two)
    plain = {"places": "place kind\nh home\nl1 lapak\nl2 lapak\nb hub\np works"}
    with pytest.raises(InputError, match="E521"):
        solve(CHAIN | plain | {"limits": "limit quantity least\nalive margin 0"}, None, "lanes.price=0")
    with pytest.raises(InputError, match="E201"):
        solve(CHAIN | {"limits": "limit quantity owner least\nalive margin bandr 0"})
    with pytest.raises(InputError, match="E362"):
        solve(CHAIN | {"limits": "limit quantity owner least\nalive flow bandar 0"})
    with pytest.raises(InputError, match="E510"):
        solve(CHAIN | {"charges": "charge of rate\nx margin 0.1"})


def test_a_lane_that_moves_nothing_pays_nothing() -> None:
    plan = solve(CHAIN, None, "demand.price=1")
    assert plan.cost == pytest.approx(0.0)
    assert amounts(plan, "margins", "owner", value="margin") == dict.fromkeys(["bandar", "budi", "pabrik", "sari"], 0.0)


def test_a_printed_margin_may_be_compared() -> None:
    supply = CHAIN["supply"].replace("h     tin      100  4", "h     tin      0    4")
    expected = "quantity owner value\nmargin budi 1800\nmargin sari 1280\nlevy . 360"
    found = balik.reproduce(
        tables(CHAIN | {"supply": supply, "charges": "charge of rate\nlevy collect 2", "expected": expected})
    )
    assert [(row["scope"].get("owner"), row["ours"], row["holds"]) for row in found.rows] == [
        ("budi", 1800, True),
        ("sari", 1280, True),
        (None, 360, True),
    ]


def test_a_tour_that_carries_what_lanes_have_a_price_for_is_warned_of() -> None:
    ring = "tour stop place material mode km\nring 1 b . truk .\nring 2 l1 tin truk 6\nring 3 b tin truk 6"
    assert [p.code for p in prepared(CHAIN | {"tours": ring}).problems] == ["W521"]
    assert prepared(CHAIN | {"tours": ring}, None, ("lanes.price=0",)).problems == []
