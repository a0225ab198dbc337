"""Backhaul: what rides on the empty way back, by hand and by enumeration; every plan verified."""

from __future__ import annotations

import math
from typing import Any

import pytest

from balik.network import encode
from balik.plan.plan import Plan
from balik.tables import read, type_tables
from model.making import amounts, solve, stated, tables

#: Full boxes from the depot to a shop, empty ones back; a van drives 40 km each way.
SHOP = {
    "materials": "material volume\nfull 0.05\nempty 0.2",
    "modes": "mode payload empty_rate loaded_rate trip_cost full_rate full_co2 empty_co2\nvan 10 5 3 20 0.1 0.01 0.2",
    "lanes": "origin dest material mode km backhaul fee\nb s full van 40 no 0\ns b empty van 40 yes 2",
    "supply": "place material amount\nb full 60\ns empty 45",
    "demand": "place material\ns full\nb empty",
}
TRIP = 40 * (5 + 3) + 20


def rides(plan: Plan) -> float:
    return sum(amounts(plan, "backhaul", "material").values())


def trips(plan: Plan) -> dict[Any, float]:
    return amounts(plan, "trips", "origin", value="trips")


def test_what_fits_on_the_way_back_needs_no_trip() -> None:
    """6 trips out have room for 60 on their way back; the load pays its rate and fee, and emits, as any load."""
    plan = solve(SHOP)
    assert rides(plan) == pytest.approx(45)
    assert trips(plan) == pytest.approx({"b": 6})
    assert plan.cost == pytest.approx(6 * TRIP + 40 * 0.1 * 105 + 2 * 45)
    assert plan.measures["km"] == pytest.approx(6 * 80)
    assert plan.measures["co2"] == pytest.approx(40 * (0.01 * 105 + 0.2 * 6))


@pytest.mark.parametrize(("empty", "own"), [(60, 0), (75, 1.5), (100, 4)])
def test_the_rest_has_trips_of_its_own(empty: float, own: float) -> None:
    plan = solve(SHOP, None, f"supply.amount[place=s]={empty}")
    assert rides(plan) == pytest.approx(min(empty, 60))
    assert trips(plan) == pytest.approx({"b": 6} | ({"s": own} if own else {}))
    assert plan.cost == pytest.approx((6 + own) * TRIP + 40 * 0.1 * (60 + empty) + 2 * empty)


def test_without_backhaul_each_way_has_its_trips() -> None:
    assert trips(solve(SHOP, None, "lanes.backhaul=no")) == pytest.approx({"b": 6, "s": 4.5})


def test_the_way_back_has_room_by_volume_too() -> None:
    """A van of 1 m3 takes 10 by payload, but 5 empty ones by room: 30 of 45 ride, 15 need 3 trips."""
    plan = solve(SHOP, None, "modes.room=1")
    assert rides(plan) == pytest.approx(30)
    assert trips(plan) == pytest.approx({"b": 6, "s": 3})


def test_fill_counts_on_the_way_back() -> None:
    plan = solve(
        SHOP | {"lanes": SHOP["lanes"].replace("fee", "fill").replace("yes 2", "yes 0.5").replace("no 0", "no 1")}
    )
    assert rides(plan) == pytest.approx(30)
    assert trips(plan) == pytest.approx({"b": 6, "s": 3})


@pytest.mark.parametrize("objective", [{"cost": 1.0}, {"trips": 1.0}, {"cost": -1.0}, {"km": -1.0}])
@pytest.mark.parametrize("room", ["", "1"])
def test_trips_in_fractions_are_what_their_own_load_needs(objective: dict[str, float], room: str) -> None:
    plan = solve(SHOP, {"objective": objective}, *([f"modes.room={room}"] if room else []))
    own = (45 - rides(plan)) / (5 if room else 10)
    assert trips(plan) == pytest.approx({"b": 6} | ({"s": own} if own else {}))


def test_both_ways_may_ride_on_each_other() -> None:
    """x goes out, y comes in: each trip carries one load there and one back, whichever way it is counted."""
    plan = solve(SHOP | {"lanes": SHOP["lanes"].replace("no", "yes")})
    assert sum(trips(plan).values()) == pytest.approx(6)


@pytest.mark.parametrize(("full", "empty"), [(60, 45), (55, 61), (12, 35), (0, 25), (41, 40)])
def test_whole_trips_by_enumeration(full: int, empty: int) -> None:
    """Every number of trips out: at least what goes out needs; what does not ride needs whole trips of its own."""
    out = math.ceil(full / 10)
    best = min(
        n * TRIP + math.ceil(max(empty - 10 * n, 0) / 10) * TRIP for n in range(out, out + math.ceil(empty / 10) + 1)
    )
    sets = (f"supply.amount[place=b]={full}", f"supply.amount[place=s]={empty}", "modes.whole_trips=yes")
    plan = solve(SHOP, None, *sets)
    assert plan.cost == pytest.approx(best + 40 * 0.1 * (full + empty) + 2 * empty)


def test_whole_trips_that_cost_nothing_are_not_driven_for_nothing() -> None:
    free = SHOP | {"modes": "mode payload whole_trips\nvan 10 yes"}
    plan = solve(free)
    assert sum(trips(plan).values()) <= 6 + math.ceil((45 - rides(plan)) / 10)


def test_what_rides_takes_no_hours_of_a_fleet() -> None:
    plan = solve(SHOP | {"fleets": "mode base hours speed handling\nvan b 10 40 0.5"})
    assert amounts(plan, "fleets", "base", value="hours") == pytest.approx({"b": 6 * 2.5})


def test_every_pair_of_a_wildcard_rides_where_it_can() -> None:
    wide = SHOP | {
        "places": "place kind\nb depot\ns shop\nr shop",
        "lanes": "origin dest material mode km backhaul\nb s full van 40 no\nkind:shop b empty van 40 yes",
        "supply": "place material amount\nb full 60\ns empty 45\nr empty 10",
    }
    plan = solve(wide)
    assert amounts(plan, "backhaul", "origin") == pytest.approx({"s": 45})
    assert trips(plan) == pytest.approx({"b": 6, "r": 1})


@pytest.mark.parametrize(
    ("lanes", "codes"),
    [
        ("origin dest material mode backhaul\ns b empty van yes", ["E503"]),
        ("origin dest material mode backhaul\nb s full van no\ns b empty . yes", ["E504"]),
        ("origin dest material mode backhaul\nb s full van no\ns b empty van yes", []),
    ],
)
def test_backhaul_on_nothing_is_refused(lanes: str, codes: list[str]) -> None:
    texts = SHOP | {"lanes": lanes, "modes": "mode payload\nvan 10"}
    data = type_tables(read(tables(texts), settings={"title": "test"}))
    encode(data)
    assert sorted({p.code for p in data.problems.errors}) == codes


def test_a_vehicle_has_one_room_both_ways() -> None:
    modes = "mode material payload room\nvan full 10 1\nvan empty 10 2"
    data = type_tables(read(tables(SHOP | {"modes": modes}), settings={"title": "test"}))
    encode(data)
    assert [p.code for p in data.problems.errors] == ["E321"]


def test_without_the_column_nothing_is_added() -> None:
    model = stated(SHOP | {"lanes": SHOP["lanes"].replace("yes", "no")})
    assert not any(s.section == "backhaul" for s in model.used)


# -- full boxes out and empty ones back on the same stops of a round ----------------------------------------------

ROUND = {
    "materials": "material volume\nfull 0.05\nempty 0.2",
    "modes": "mode payload loaded_rate empty_rate\nvan 10 6 4",
    "tours": """
        tour stop place material do     mode km fill
        ring 1    b     .        .      van  .  .
        ring 2    b     full     load   van  0  2
        ring 3    p     full     unload van  45 .
        ring 3    p     empty    load   van  .  2
        ring 4    q     full     unload van  25 .
        ring 4    q     empty    load   van  .  2
        ring 5    b     empty    unload van  60 .""",
    "supply": "place material amount most\nb full . 500\np empty 20 .\nq empty 15 .",
    "demand": "place material amount\np full 24\nq full 18\nb empty .",
}


@pytest.mark.parametrize("room", [math.inf, 1.0, 0.5, 0.35])
@pytest.mark.parametrize(("p", "q"), [((24, 20), (18, 15)), ((5, 40), (6, 1)), ((30, 0), (1, 50))])
def test_a_round_carries_full_and_empty_together(p: tuple[int, int], q: tuple[int, int], room: float) -> None:
    """On each leg what is on board fits by payload and by volume, and nothing else is asked."""
    (full_p, empty_p), (full_q, empty_q) = p, q
    aboard = [(full_p + full_q, 0), (full_q, empty_p), (0, empty_p + empty_q)]
    need = max(max((f + e) / 10, (0.05 * f + 0.2 * e) / room) for f, e in aboard)
    sets = [f"demand.amount[place={i}]={full}" for i, full in (("p", full_p), ("q", full_q))]
    sets += [f"supply.amount[place={i}]={empty}" for i, empty in (("p", empty_p), ("q", empty_q))]
    plan = solve(ROUND, None, *sets, *([f"modes.room={room}"] if room < math.inf else []))
    assert amounts(plan, "tours", "tour", value="trips") == pytest.approx({"ring": need})
    assert plan.cost == pytest.approx(need * 6 * (45 + 25 + 60))


def test_a_round_and_its_fleet() -> None:
    plan = solve(ROUND | {"fleets": "mode base hours speed handling\nvan b 12 40 1"})
    assert amounts(plan, "fleets", "base", value="hours") == pytest.approx({"b": 4.2 * (130 / 40 + 1)})
