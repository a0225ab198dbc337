"""The laws of vehicles, tours, shortage, stock and single sourcing: optima computed by hand, every plan verified."""

from __future__ import annotations

import itertools
import math

import pytest

from model.making import amounts, solve
from model.small import LARGER, TOUR

# -- trips -------------------------------------------------------------------------------------------------------

VAN = {
    "materials": """
        material unit volume
        tin      kg   0.02
        box      dus  0.5""",
    "modes": """
        mode payload room trip_cost loaded_rate empty_rate full_rate
        van  10      1    7         3           2          0.5""",
    "lanes": """
        origin dest material mode km fill
        a      b    tin      van  3  0.5
        a      b    box      van  3  0.5""",
    "supply": """
        place material amount
        a     tin      20
        a     box      4""",
    "demand": """
        place material
        b     tin
        b     box""",
}


def needed(tin: float, box: float) -> tuple[float, float]:
    """Trips of the van by payload (half filled) and by room (fill does not touch it)."""
    return (tin + box) / 5, (0.02 * tin + 0.5 * box) / 1


@pytest.mark.parametrize(("tin", "box"), [(20, 4), (20, 20), (0, 6), (13, 0)])
def test_fractional_trips_equal_the_larger_of_payload_and_room(tin: float, box: float) -> None:
    plan = solve(VAN, None, f"supply.amount[material=tin]={tin}", f"supply.amount[material=box]={box}")
    trips = max(needed(tin, box))
    assert amounts(plan, "trips", "mode", value="trips") == pytest.approx({"van": trips})
    assert plan.cost == pytest.approx(trips * (7 + 3 * (3 + 2)) + 3 * 0.5 * (tin + box))
    assert plan.measures["km"] == pytest.approx(2 * 3 * trips)


def test_whole_trips_are_the_next_whole_number_shared_by_the_materials() -> None:
    plan = solve(VAN, None, "modes.whole_trips=yes", "supply.amount[material=tin]=22")
    assert max(needed(22, 4)) == pytest.approx(5.2)
    assert amounts(plan, "trips", "mode", value="trips") == {"van": 6.0}


def test_whole_trips_that_cost_nothing_are_not_driven_for_nothing() -> None:
    free = VAN | {"modes": "mode payload room whole_trips\nvan 10 1 yes"}
    plan = solve(free)
    assert amounts(plan, "trips", "mode", value="trips") == {"van": math.ceil(max(needed(20, 4)))}


def test_a_limit_that_wants_more_trips_gets_them_by_carrying_more() -> None:
    """8 to 20 tins at half a payload of 10: 4 trips carry 20; room alone would ask for 0.4."""
    plan = solve(LARGER, None, "limits.least[limit=missing]=0")
    assert amounts(plan, "trips", "mode", value="trips") == pytest.approx({"van": 4.0})
    assert amounts(plan, "deliver", "place") == pytest.approx({"b": 20.0})
    assert solve(LARGER, None, "limits.least[limit=busy]=4.01", "limits.least[limit=missing]=0").status == "infeasible"


def test_trips_and_shortage_cannot_both_be_had() -> None:
    """A shortage of 1 leaves 7 tins at most, hence 1.4 trips."""
    assert solve(LARGER).status == "infeasible"
    plan = solve(LARGER, None, "limits.least[limit=busy]=1.4")
    assert amounts(plan, "deliver", "place") == pytest.approx({"b": 7.0})
    assert amounts(plan, "shortage", "place") == pytest.approx({"b": 1.0})


def test_a_negative_weight_on_km_drives_no_empty_trips() -> None:
    drive = {k: t for k, t in LARGER.items() if k != "limits"}
    plan = solve(drive, {"objective": {"km": -1.0}})
    assert plan.objective == pytest.approx(-2 * 3 * 4)
    assert amounts(plan, "deliver", "place") == pytest.approx({"b": 20.0})


def test_a_negative_weight_on_fractional_trips_that_payload_alone_binds() -> None:
    drive = {k: t for k, t in LARGER.items() if k != "limits"} | {"modes": "mode payload\nvan 10"}
    plan = solve(drive, {"objective": {"trips": -1.0, "cost": 1.0}})
    assert plan.objective == pytest.approx(-4.0)
    assert plan.unique is True


# -- shortage ----------------------------------------------------------------------------------------------------

SHOP = {
    "lanes": """
        origin dest material fee
        a      b    tin      2""",
    "supply": """
        place material most
        a     tin      100""",
    "demand": """
        place material least most price shortage_cost
        b     tin      8     20   .     .""",
}


def test_shortage_is_forbidden_unless_it_has_a_cost() -> None:
    assert solve(SHOP).cost == pytest.approx(16.0)
    assert solve(SHOP, None, "supply.most=5").status == "infeasible"


@pytest.mark.parametrize(("cost", "delivered", "total"), [(0, 0, 0), (1.5, 0, 12), (2.5, 8, 16)])
def test_shortage_is_bought_where_it_is_cheaper(cost: float, delivered: float, total: float) -> None:
    plan = solve(SHOP, None, f"demand.shortage_cost={cost}")
    assert plan.cost == pytest.approx(total)
    assert amounts(plan, "deliver", "place").get("b", 0.0) == pytest.approx(delivered)
    assert amounts(plan, "shortage", "place").get("b", 0.0) == pytest.approx(8 - delivered)


@pytest.mark.parametrize("most", [20, 1000])
def test_a_limit_that_wants_shortage_keeps_it_true(most: int) -> None:
    """Income of 9 − 2 a piece calls for all that may be delivered; a shortage of 3 allows 5 of the 8."""
    sets = ("demand.price=9", "demand.shortage_cost=0", f"demand.most={most}")
    assert solve(SHOP, None, *sets).cost == pytest.approx(-7 * min(most, 100))
    shy = SHOP | {"limits": "limit quantity least\nshy shortage 3"}
    plan = solve(shy, None, *sets)
    assert plan.cost == pytest.approx(-35.0)
    assert amounts(plan, "shortage", "place") == pytest.approx({"b": 3.0})


def test_a_limit_on_shortage_of_nothing_is_met_by_delivering_much() -> None:
    """A share: delivered ≥ 15 while a limit asks for a shortage of at least 0 (it calls for more, and gets none)."""
    both = SHOP | {
        "limits": """
            limit  quantity least
            shy    shortage 0
            much   deliver  15"""
    }
    plan = solve(both, None, "demand.shortage_cost=0")
    assert plan.cost == pytest.approx(30.0)
    assert amounts(plan, "shortage", "place") == {}


def test_what_is_exactly_asked_for_is_delivered_or_short() -> None:
    exact = SHOP | {"demand": "place material amount shortage_cost\nb tin 8 5"}
    assert solve(exact, None, "supply.most=5").cost == pytest.approx(2 * 5 + 5 * 3)


# -- tours -------------------------------------------------------------------------------------------------------

ROUNDS = 60 / 125 + 30 / 80 + 20 / 80
LEGS = {
    2: 10 * 50 * ROUNDS,
    3: 4 * 2 * 60 + 4 * 30 * ROUNDS,
    4: 9 * (3 * 60 + 3 * 30 + 2 * 20) + 9 * 30 * ROUNDS,
}


@pytest.mark.parametrize("objective", [{"cost": 1.0}, {"co2": 1.0}, {"co2": 1.0, "cost": 0.0}])
def test_a_tour_pays_leg_by_leg_whatever_the_objective(objective: dict[str, float]) -> None:
    """All is collected in both seasons (the wet one counts three times), so only trips and pay could float."""
    plan = solve(TOUR, {"objective": objective})
    assert amounts(plan, "tours", "period", value="trips") == pytest.approx({"dry": ROUNDS, "wet": ROUNDS})
    assert plan.cost == pytest.approx(4 * (sum(LEGS.values()) + 500 * ROUNDS))
    load = 60 * (4 + 9) + 30 * 9 + 20 * 9
    co2 = 0.001 * load + ROUNDS * (10 * 0.25 + (4 + 9) * 0.5)
    assert plan.measures["co2"] == pytest.approx(4 * co2)
    assert plan.measures["km"] == pytest.approx(4 * 23 * ROUNDS)
    assert plan.measures["tkm"] == pytest.approx(4 * (60 * 13 + 30 * 9 + 2 * 20 * 9) / 1000)


@pytest.mark.parametrize("objective", [{"cost": 1.0}, {"co2": 1.0}])
def test_a_leg_never_pays_less_than_the_same_leg_empty(objective: dict[str, float]) -> None:
    plan = solve(TOUR, {"objective": objective}, "modes.empty_rate=5000")
    legs = LEGS | {2: 10 * 5000 * ROUNDS, 4: 9 * 5000 * ROUNDS}  # the leg into q has no floor
    assert plan.cost == pytest.approx(4 * (sum(legs.values()) + 500 * ROUNDS))


RING = {
    "modes": """
        mode payload empty_rate loaded_rate full_rate
        van  10      4          1           0.2""",
    "tours": """
        tour stop place material mode km
        ring 1    depot .        van  .
        ring 2    p     tin      van  5
        ring 3    depot tin      van  5""",
    "supply": """
        place material most
        p     tin      100""",
    "demand": """
        place material
        depot tin""",
}


@pytest.mark.parametrize("full", [0.2, 0.5])
def test_a_limit_that_wants_more_pay_is_met_by_loads_only(full: float) -> None:
    """Out: 5 km × 4. Back: the larger of 5 × (10 × full + 1) and 5 × 4 a trip. Pay of 90 takes 90 / that trips."""
    rich = RING | {"limits": "limit quantity least\npay transport 90"}
    plan = solve(rich, None, f"modes.full_rate={full}")
    trips = 90 / (20 + max(5 * (10 * full + 1), 20))
    assert plan.cost == pytest.approx(90.0)
    assert amounts(plan, "tours", "tour", value="trips") == pytest.approx({"ring": trips})
    assert amounts(plan, "tour_loads", "tour") == pytest.approx({"ring": 10 * trips})


def test_pay_of_the_legs_alone_calls_for_no_empty_rounds() -> None:
    """Where the way out is 0 km, only the floor of the way back pays: trips still follow the load."""
    rich = RING | {"limits": "limit quantity least\npay transport 90"}
    plan = solve(rich, None, "tours.km[stop=2]=0")
    assert amounts(plan, "tours", "tour", value="trips") == pytest.approx({"ring": 90 / 20})
    assert amounts(plan, "tour_loads", "tour") == pytest.approx({"ring": 45})


def test_limits_see_tours_by_their_mode() -> None:
    few = RING | {"limits": "limit quantity mode most\nfew trips van 3"}
    assert solve(few, {"objective": {"collect": -1.0}}).objective == pytest.approx(-30.0)
    short = RING | {"limits": "limit quantity mode most\nshort km van 20"}
    assert solve(short, {"objective": {"collect": -1.0}}).objective == pytest.approx(-20.0)
    cheap = RING | {"limits": "limit quantity mode most\ncheap transport van 120"}
    assert solve(cheap, {"objective": {"collect": -1.0}}).objective == pytest.approx(-30.0)


def test_whole_rounds() -> None:
    plan = solve(RING | {"supply": "place material amount\np tin 21"}, None, "modes.whole_trips=yes")
    assert amounts(plan, "tours", "tour", value="trips") == {"ring": 3.0}
    assert plan.cost == pytest.approx(3 * 20 + max(5 * (21 * 0.2 + 3 * 1), 3 * 20))


def test_a_round_that_only_payload_binds_does_not_float() -> None:
    """One way of doing it, and one number of trips: unique, though a trip costs nothing."""
    free = RING | {"modes": "mode payload\nvan 10", "supply": "place material amount\np tin 21"}
    plan = solve(free)
    assert plan.unique is True
    assert amounts(plan, "tours", "tour", value="trips") == pytest.approx({"ring": 2.1})


def test_unloading_on_the_way_frees_the_vehicle() -> None:
    """p → q carries tin, q → depot carries box; each leg fits 10, yet the loads of the tour are added."""
    swap = {
        "modes": "mode payload trip_cost\nvan 10 6",
        "tours": """
            tour stop place material do     mode floor
            ring 1    depot .        .      van  no
            ring 2    p     tin      load   van  no
            ring 3    q     tin      unload van  no
            ring 3    q     box      load   van  no
            ring 4    depot box      .      van  no""",
        "supply": "place material amount\np tin 10\nq box 10",
        "demand": "place material\nq tin\ndepot box",
    }
    assert solve(swap).cost == pytest.approx(12.0)


# -- stock and time ----------------------------------------------------------------------------------------------

STORAGE = {
    "periods": "period\n1\n2\n3",
    "supply": """
        place  material period amount
        plant  waste    1      100""",
    "stores": """
        place material period room holding end
        plant waste    1      50   2.0     .
        plant waste    2      50   1.5     .
        plant waste    3      50   1.0     0""",
    "processes": """
        process place period cost most
        treat   plant 1      10   100
        treat   plant 2      5    100
        treat   plant 3      2    100""",
    "recipes": "process material rate\ntreat waste -1",
}


def test_storage_of_three_periods() -> None:
    """RELOG v0.5.2, test/fixtures/storage.json: processed 50, 0, 50; stored 50, 50, 0; 600 + 75 + 100."""
    plan = solve(STORAGE)
    assert plan.cost == pytest.approx(775.0)
    assert amounts(plan, "run", "period") == pytest.approx({"1": 50.0, "3": 50.0})
    assert amounts(plan, "stock", "period") == pytest.approx({"1": 50.0, "2": 50.0})
    assert plan.accounts == pytest.approx({"processing": 600.0, "holding": 175.0})


def test_storage_with_a_free_end_keeps_half_for_ever() -> None:
    plan = solve(STORAGE, None, "stores.end=default")
    assert plan.cost == pytest.approx(725.0)


def test_stock_at_the_start_counts_and_must_go_somewhere() -> None:
    """20 stand there: 120 to treat, of which 50 may be kept: 70 × 10 + 50 × (2 + 1.5 + 2)."""
    plan = solve(STORAGE, None, "stores.start[period=1]=20")
    assert plan.cost == pytest.approx(70 * 10 + 50 * 5.5)


def test_holding_counts_the_length_of_the_period() -> None:
    """Two months: keeping 50 over period 2 costs 3 each, so period 2 treats them: 50 × 10 + 50 × (2 + 5)."""
    long = STORAGE | {"periods": "period length\n1 1\n2 2\n3 1"}
    assert solve(long).cost == pytest.approx(50 * 10 + 50 * 2 + 50 * min(5, 3 + 2))
    assert solve(long, None, "stores.holding[period=2]=3").cost == pytest.approx(50 * 10 + 50 * 2 + 50 * 5)


SEASONS = {
    "periods": "period length repeats\ndry 1 1\nwet 2 3",
    "lanes": "origin dest material fee\na b tin 2\na c tin 5",
    "supply": "place material amount\na tin 30",
    "demand": "place material\nb tin\nc tin",
    "sites": "place capacity running_cost\nb 10 4",
}


def test_length_multiplies_rates_and_repeats_multiply_money() -> None:
    """b takes 10 a month: 10 in the dry month, 20 in the wet two; all else goes to c. The wet season comes thrice."""
    plan = solve(SEASONS)
    dry, wet = 10 * 2 + 20 * 5 + 4, 20 * 2 + 10 * 5 + 2 * 4
    assert plan.cost == pytest.approx(dry + 3 * wet)
    assert amounts(plan, "flow", "dest", "period") == pytest.approx(
        {("b", "dry"): 10, ("c", "dry"): 20, ("b", "wet"): 20, ("c", "wet"): 10}
    )
    assert plan.totals is not None and plan.totals["collect"] == {"tin": 120.0}


@pytest.mark.parametrize(
    ("scope", "most", "cost"),
    [(".", 50, 50 * 2 + 70 * 5 + 4 * 7), ("wet", 15, 10 * 2 + 20 * 5 + 3 * (15 * 2 + 15 * 5) + 4 * 7)],
)
def test_flows_in_one_period_count_once_and_over_all_with_repeats(scope: str, most: float, cost: float) -> None:
    """b gets 10 + 3 × 20 = 70 without the limit; 50 in sum, or 15 in one wet season."""
    limited = SEASONS | {"limits": f"limit quantity dest period most\nfew flow b {scope} {most}"}
    assert solve(limited).cost == pytest.approx(cost)


def test_a_process_that_may_run_so_often_a_month() -> None:
    works = {
        "periods": "period length\n1 1\n2 3",
        "supply": "place material amount\ny tin 40",
        "processes": "process place per cost most\nsort y clean 2 9\ndump y . 5 .",
        "recipes": "process material rate\nsort tin -1\nsort clean 0.5\ndump tin -1",
        "demand": "place material\ny clean",
    }
    # 9 clean a month take 18 tins: 18 and then 40 of 54; a clean one costs 2
    assert solve(works).cost == pytest.approx(9 * 2 + 22 * 5 + 20 * 2)


# -- single sourcing ---------------------------------------------------------------------------------------------


def single_case(first: dict[str, float], second: dict[str, float], single: str = "yes") -> dict[str, str]:
    """10 and 12 tins of h in two periods, by two modes to north or south; fees by dest and period."""
    rows = [
        f"h {dest} tin {mode} {period} {fee + (mode == 'van')} {single if mode == 'cart' else 'no'} {8 if mode == 'cart' else '.'}"
        for period, fees in (("1", first), ("2", second))
        for dest, fee in fees.items()
        for mode in ("cart", "van")
    ]
    return {
        "periods": "period\n1\n2",
        "modes": "mode payload\ncart .\nvan .",
        "lanes": "origin dest material mode period fee single most\n" + "\n".join(rows),
        "supply": "place material period amount\nh tin 1 10\nh tin 2 12",
        "demand": "place material\nnorth tin\nsouth tin",
    }


@pytest.mark.parametrize(
    ("first", "second"),
    list(
        itertools.product([{"north": 1.0, "south": 4.0}, {"north": 3.0, "south": 2.0}], [{"north": 5.0, "south": 3.0}])
    ),
)
def test_single_sourcing_holds_over_modes_and_periods(first: dict[str, float], second: dict[str, float]) -> None:
    """The cart takes 8 at the fee, the van the rest at one more."""

    def cost(d1: str, d2: str) -> float:
        return 10 * first[d1] + 2 + 12 * second[d2] + 4

    plan = solve(single_case(first, second))
    assert plan.cost == pytest.approx(min(cost(d, d) for d in ("north", "south")))
    assert len({d for d in amounts(plan, "flow", "dest")}) == 1
    free = solve(single_case(first, second, "no"))
    # without it the second destination's cart may help out
    assert free.cost <= min(cost(a, b) for a in first for b in second) + 1e-9


def test_single_sourcing_includes_tours() -> None:
    """The tour to south would be cheapest for what the cart to north cannot take, but south is another place."""
    case = {
        "modes": "mode payload trip_cost\nvan 10 1",
        "lanes": "origin dest material fee single most\nh north tin 1 yes 6\nh east tin 3 yes .",
        "tours": """
            tour stop place material mode floor
            ring 1    south .        van  no
            ring 2    h     tin      van  no
            ring 3    south tin      van  no""",
        "supply": "place material amount\nh tin 10",
        "demand": "place material\nnorth tin\neast tin\nsouth tin",
    }
    assert solve(case).cost == pytest.approx(1.0)  # all by the tour: one trip
    assert solve(case, None, "modes.trip_cost=100").cost == pytest.approx(30.0)  # all to east
    assert solve(case, None, "lanes.single=no", "modes.trip_cost=10").cost == pytest.approx(6 * 1 + 4 * 1)
