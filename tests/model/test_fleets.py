"""Fleets: vehicles by hand and by enumeration, whatever the objective; every plan verified."""

from __future__ import annotations

import itertools
import math

import pytest

from balik import explain
from balik.network import encode
from balik.plan.plan import Plan
from balik.tables import read, type_tables
from model.making import amounts, solve, stated, tables

#: Tins from a to c over the depot b: 10 trips of 60 / 40 + 1 hours and 10 of 40 / 40 + 1.
PAIR = {
    "modes": "mode payload\nvan 10",
    "lanes": "origin dest material mode km\na b tin van 30\nb c tin van 20",
    "supply": "place material amount\na tin 100",
    "demand": "place material\nc tin",
    "fleets": "mode base hours speed handling fixed_cost\nvan b 20 40 1 100",
}
HOURS = 10 * 2.5 + 10 * 2


def fleets(plan: Plan, value: str = "vehicles") -> dict[str, float]:
    """A figure of every fleet, by its base."""
    return amounts(plan, "fleets", "base", value=value)


def test_vehicles_are_the_next_whole_number_of_the_hours() -> None:
    plan = solve(PAIR, None, "fleets.drivers=1.5")
    assert fleets(plan, "hours") == pytest.approx({"b": HOURS})
    assert fleets(plan) == {"b": math.ceil(HOURS / 20)} == {"b": 3.0}
    assert fleets(plan, "drivers") == {"b": 4.5}
    assert fleets(plan, "trips") == pytest.approx({"b": 20.0})
    assert plan.accounts == pytest.approx({"fleet": 300.0})


@pytest.mark.parametrize(("hours", "vehicles"), [(45, 1), (15, 3), (44.99, 2), (0.9, 50), (9, 5)])
def test_hours_that_just_suffice(hours: float, vehicles: int) -> None:
    assert fleets(solve(PAIR, None, f"fleets.hours={hours}")) == {"b": vehicles}


def test_no_more_vehicles_than_there_are() -> None:
    assert solve(PAIR, None, "fleets.available=3").cost == 300
    assert solve(PAIR, None, "fleets.available=2").status == "infeasible"
    most = PAIR | {"supply": "place material most\na tin 100"}
    plan = solve(most, {"objective": {"deliver": -1.0}}, "fleets.available=2")
    assert plan.totals is not None and plan.totals["deliver"]["tin"] == pytest.approx(40 / 0.45)


def test_speed_or_handling_alone() -> None:
    assert fleets(solve(PAIR, None, "fleets.handling=0"), "hours") == pytest.approx({"b": 10 * 100 / 40})
    trips = solve(PAIR, None, "fleets.speed=default", "fleets.handling=1", "fleets.hours=6")  # six trips a vehicle
    assert fleets(trips) == {"b": 4}


def test_hours_and_costs_go_with_length_and_repeats() -> None:
    """A long period gives each vehicle its hours once for each unit of time, and costs so too."""
    long = PAIR | {"periods": "period length repeats\nx 1 1\ny 1.5 4"}
    plan = solve(long)
    assert amounts(plan, "fleets", "period", value="vehicles") == {"x": 3, "y": 2}
    assert plan.cost == pytest.approx(100 * (3 + 4 * 1.5 * 2))


def test_a_fleet_of_one_period_beats_that_of_each() -> None:
    long = PAIR | {
        "periods": "period\nx\ny",
        "fleets": "mode base period hours handling\nvan b . 5 1\nvan b y 10 1",
    }
    assert amounts(solve(long), "fleets", "period", value="vehicles") == {"x": 4, "y": 2}


# -- pools -------------------------------------------------------------------------------------------------------

LOOP = {
    "modes": "mode payload\nvan 10",
    "lanes": "origin dest material mode km\nb s1 full van 40\nb s2 full van 80\ns1 b empty van 40\ns2 b empty van 80",
    "supply": "place material amount\nb full 60\ns1 empty 15\ns2 empty 35",
    "demand": "place material amount\ns1 full 20\ns2 full 40\nb empty 50",
    "fleets": "mode base hours speed\nvan b 10 40",
}


def test_forward_and_reverse_flows_share_a_fleet() -> None:
    """Trips out 2 + 4 and in 1.5 + 3.5, of 2 and 4 hours: 27 hours of 10, where apart it would be 20 and 17."""
    plan = solve(LOOP)
    assert fleets(plan, "hours") == pytest.approx({"b": 2 * 3.5 + 4 * 7.5})
    assert fleets(plan) == {"b": 4}


TWO = {
    "modes": "mode payload whole_trips\nvan 10 yes",
    "lanes": "origin dest material mode km\na b tin van 30\na c tin van 20\nb c tin van 10",
    "supply": "place material amount\na tin 65\nb tin 30",
    "demand": "place material amount\nb tin 30\nc tin 65",
    "fleets": """
        mode base hours speed handling fixed_cost
        van  a    7     40    0.5      90
        van  b    9     40    0.2      100
        van  c    4     40    0        60""",
}


KM = {("a", "b"): 30, ("a", "c"): 20, ("b", "c"): 10}


def cheapest_split(trips: dict[tuple[str, str], int], data: dict[str, tuple[float, float, float]]) -> float:
    """The least cost over every way to share whole trips between the two fleets that touch a lane.

    `data`: hours, handling and fixed cost of the fleet of each base.
    """
    best = math.inf
    for split in itertools.product(*(range(n + 1) for n in trips.values())):
        load = dict.fromkeys(data, 0.0)
        for ((i, j), n), own in zip(trips.items(), split, strict=True):
            for base, many in ((i, own), (j, n - own)):
                load[base] += many * (2 * KM[i, j] / 40 + data[base][1])
        best = min(best, sum(math.ceil(load[b] / hours - 1e-9) * cost for b, (hours, _, cost) in data.items()))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_trips_are_shared_as_is_best(seed: int) -> None:
    """Tins go from a to c over b or straight: every number of trips over b and every split of them is gone through."""
    hours = {"a": 7 + seed, "b": 9 - seed / 2, "c": 4 + 2 * (seed % 3)}
    data = {"a": (hours["a"], 0.5, 90.0), "b": (hours["b"], 0.2, 100.0), "c": (hours["c"], 0.0, 60.0)}
    best = math.inf
    for over in (*range(0, 66, 10), 5, 15, 25, 35, 45, 55, 65):  # where the number of trips changes
        ab, ac = math.ceil(over / 10), math.ceil((65 - over) / 10)
        best = min(best, cheapest_split({("a", "b"): ab, ("a", "c"): ac, ("b", "c"): ab}, data))
    plan = solve(TWO, None, *(f"fleets.hours[base={base}]={many}" for base, many in hours.items()))
    assert plan.cost == pytest.approx(best)
    made = amounts(plan, "fleet_trips", "base", "origin", "dest", value="trips")
    assert all(float(many).is_integer() for many in made.values())
    assert all(base in way for base, *way in made)


def test_a_fleet_may_serve_every_trip_of_its_mode() -> None:
    """At c only the second lane is touched; one that serves all makes the first too."""
    there = PAIR | {"fleets": "mode base hours handling serves\nvan c 5 1 all"}
    assert fleets(solve(there)) == {"c": 4}
    beside = PAIR | {"fleets": "mode base hours handling serves available\nvan c 5 1 all .\nvan a 5 1 base 1"}
    plan = solve(beside, {"objective": {"vehicles": 1.0}})
    assert plan.objective == 4 and sum(fleets(plan).values()) == 4


def test_a_wildcard_makes_a_fleet_at_each_place() -> None:
    plan = solve(PAIR | {"fleets": "mode base hours handling\n. . 5 1"}, {"objective": {"vehicles": 1.0}})
    assert sum(fleets(plan).values()) == 4
    assert sum(fleets(plan, "trips").values()) == pytest.approx(20)


RING = {
    "modes": "mode payload\nvan 10",
    "tours": """
        tour stop place material mode km
        ring 1    b     .        van  .
        ring 2    p     tin      van  5
        ring 3    q     tin      van  7
        ring 4    b     tin      van  8""",
    "lanes": "origin dest material mode km\nb c tin van 10",
    "supply": "place material amount\np tin 30\nq tin 15",
    "demand": "place material\nc tin",
    "fleets": "mode base hours speed handling\nvan b 4 40 0.25",
}


def test_tours_and_lanes_share_a_fleet() -> None:
    """4.5 rounds of 20 km and 4.5 trips of 2 × 10 km, each of half an hour and a quarter."""
    plan = solve(RING)
    assert fleets(plan, "hours") == pytest.approx({"b": 9 * 0.75})
    assert fleets(plan) == {"b": 2}
    made = amounts(plan, "fleet_trips", "tour", "origin", "dest", value="trips")
    assert made == pytest.approx({("ring", "", ""): 4.5, ("", "b", "c"): 4.5})


# -- whatever the objective --------------------------------------------------------------------------------------


@pytest.mark.parametrize("objective", [{"vehicles": -1.0}, {"co2": 1.0}, {"vehicles": 1.0}, {"cost": -1.0}])
def test_no_vehicle_too_many_whatever_the_objective(objective: dict[str, float]) -> None:
    assert fleets(solve(PAIR, {"objective": objective})) == {"b": 3}


@pytest.mark.parametrize("hours", [45, 15, 9, 4.5])
def test_a_need_that_is_whole_gets_no_vehicle_on_top(hours: float) -> None:
    plan = solve(PAIR, {"objective": {"vehicles": -1.0}}, f"fleets.hours={hours}")
    assert fleets(plan) == {"b": 45 / hours}


def test_a_limit_that_wants_vehicles_is_met_by_driving_only() -> None:
    """Each ten tins over b take 4.5 hours: a fifth vehicle takes more than 80 hours, hence more than 177 tins."""
    more = PAIR | {
        "supply": "place material most price\na tin 300 1",
        "limits": "limit quantity place least\nbusy vehicles b 5",
    }
    plan = solve(more, None, "fleets.fixed_cost=0")
    assert plan.cost == pytest.approx(10 * 80 / 4.5, rel=1e-4)
    assert fleets(plan) == {"b": 5}
    assert solve(more, None, "supply.most=177").status == "infeasible"


def test_trips_that_room_and_payload_bind_do_not_float_for_vehicles() -> None:
    roomy = PAIR | {"materials": "material volume\ntin 0.05", "modes": "mode payload room\nvan 10 1"}
    plan = solve(roomy, {"objective": {"vehicles": -1.0}})
    assert fleets(plan) == {"b": 3} and fleets(plan, "trips") == pytest.approx({"b": 20})


def test_vehicles_in_limits_by_mode_and_group() -> None:
    grouped = TWO | {
        "groups": "column label group\nplace a west\nplace b west",
        "limits": "limit quantity group most\nfew vehicles west 1",
    }
    free, few = solve(TWO), solve(grouped)
    assert sum(many for base, many in fleets(few).items() if base != "c") <= 1
    assert few.status == "infeasible" or few.cost >= free.cost
    each = TWO | {"limits": "limit quantity place most\nfew vehicles each 1"}
    plan = solve(each, None, "fleets.hours=30")
    assert max(fleets(plan).values()) == 1


# -- what is refused ---------------------------------------------------------------------------------------------


def problems(texts: dict[str, str], settings: dict | None = None) -> list[str]:
    data = type_tables(read(tables(texts), settings={"title": "test"} | (settings or {})))
    encode(data)
    return sorted({p.code for p in (*data.problems.errors, *data.problems.warnings)})


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"fleets": "mode base hours handling\nvan a 5 1"}, ["E500"]),
        ({"fleets": "mode base hours handling\nvan a 5 1\nvan c 5 1"}, []),
        ({"fleets": "mode base hours\nvan b 5"}, ["E501"]),
        ({"fleets": "mode base handling\nvan b 1"}, ["E140"]),
        ({"modes": "mode\nvan"}, ["E502", "W500"]),
        ({"modes": "mode payload\nvan 10\nbus 10", "fleets": "mode base hours handling\nvan b 5 1\nbus b 5 1"}, ["W500"]),
        ({"lanes": "origin dest material mode km\na b tin van .\nb c tin van 20"}, ["E301"]),
        ({"periods": "period\nx\ny", "limits": "limit quantity most\nfew vehicles 3"}, ["E363"]),
        ({"limits": "limit quantity most\nfew vehicles 3"}, []),
        ({"limits": "limit quantity origin most\nfew vehicles a 3"}, ["E362"]),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(change: dict[str, str], codes: list[str]) -> None:
    assert problems(PAIR | change) == codes


def test_a_tour_that_no_fleet_may_drive() -> None:
    away = {"fleets": "mode base hours handling\nvan c 5 1"}
    assert problems(RING | away) == ["E500"]
    assert problems(RING | {"tours": RING["tours"].replace("7", ".")}) == ["E301"]


def test_without_the_table_nothing_is_added() -> None:
    model = stated({name: text for name, text in PAIR.items() if name != "fleets"})
    assert not any(s.section == "fleets" for s in model.used)
    assert not {"vehicles", "made"} & {model.program.where_column(c)[0] for c in range(model.program.columns)}


def test_explain_says_that_there_are_too_few_vehicles() -> None:
    study = explain(tables(PAIR), set=["fleets.available=2"], settings={"title": "test"})
    assert any("how many vehicles there are (fleets.available)" in finding for finding in study.findings)
    assert "fleets.available[mode=van,base=b] = 3" in [row["change"] for row in study.rows if row["mends"]]


@pytest.mark.parametrize(("limit", "status"), [("vehicles each 1", "infeasible"), ("vehicles each 2", "optimal")])
def test_vehicles_that_lie_apart_are_not_made_up(limit: str, status: str) -> None:
    """One trip and three: no vehicle is put where it is not needed to bring the two fleets together."""
    two = {
        "modes": "mode payload\nvan 10",
        "lanes": "origin dest material mode\na b tin van\nc d tin van",
        "supply": "place material amount\na tin 10\nc tin 30",
        "demand": "place material\nb tin\nd tin",
        "fleets": "mode base hours handling\nvan a 1 1\nvan c 1 1",
        "limits": f"limit quantity place spread\nalike {limit}",
    }
    assert solve(two).status == status


def test_a_fleet_that_only_tells_leaves_a_linear_program_linear() -> None:
    told = PAIR | {
        "fleets": "mode base hours speed handling\nvan b 20 40 1",
        "modes": "mode payload trip_cost\nvan 10 1",
    }
    plan = solve(told)
    assert plan.unique is True and plan.columns["prices"]
    assert fleets(plan) == {"b": 3}
    assert solve(told, {"objective": {"cost": 1, "vehicles": 1}}).objective == pytest.approx(20 + 3)


def test_a_limit_on_vehicles_is_mended_by_whole_ones() -> None:
    few = PAIR | {"limits": "limit quantity place most\nfew vehicles b 1.5"}
    study = explain(tables(few), settings={"title": "test"})
    assert "limits.most[limit=few] = 3" in [row["change"] for row in study.rows if row["mends"]]


@pytest.mark.parametrize(
    ("amount", "vehicles"), [(1, 1), (2, 1), (160_000, 1), (160_000.2, 2), (160_001, 2), (160_002, 2)]
)
def test_hours_that_are_a_hair_over_make_a_plan(amount: float, vehicles: int) -> None:
    """A trip of an hour takes 1,000: 1 and 160,001 are 6e-6 of a vehicle over; the plan has the one that is paid for."""
    hair = {
        "modes": "mode payload trip_cost\nvan 1000 1",
        "lanes": "origin dest material mode\na b tin van",
        "supply": f"place material amount\na tin {amount}",
        "demand": "place material\nb tin",
        "fleets": "mode base hours handling fixed_cost\nvan a 160 1 100",
    }
    plan = solve(hair)
    assert plan.verified, plan.broken
    assert plan.cost == pytest.approx(amount / 1000 + 100 * vehicles)
    called = solve(hair, {"objective": {"vehicles": -1.0}})
    assert called.verified and called.objective == -(vehicles if amount in (2, 160_000, 160_002) else vehicles - 1)
