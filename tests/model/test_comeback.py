"""Returns, deposits and offers: optima in closed form, published, or by enumeration; every plan verified."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from balik.network.bounds import bounds
from model.making import amounts, encoded, solve

# -- returns -----------------------------------------------------------------------------------------------------

#: A shop that sells full bottles, and a works that fills new and used ones; 80 of 100 empties come back after a month.
LOOP = {
    "periods": """
        period
        1
        2
        3
        4""",
    "supply": """
        place material period most price
        shop  empty    *      0    3
        works new      *      .    10""",
    "demand": """
        place material amount
        shop  full     100""",
    "returns": """
        sold returned lag share
        full empty    1   0.8""",
    "lanes": """
        origin dest  material
        shop   works empty
        works  shop  full""",
    "processes": """
        process place cost
        refill  works 2
        fill    works 1""",
    "recipes": """
        process material rate
        refill  empty    -1
        refill  full     1
        fill    new      -1
        fill    full     1""",
}


def test_a_refilled_bottle_serves_the_same_demand_as_a_new_one() -> None:
    """First month all new at 11, then 80 refilled at 5 and 20 new."""
    plan = solve(LOOP)
    assert plan.cost == pytest.approx(100 * 11 + 3 * (80 * 5 + 20 * 11))
    assert amounts(plan, "collect", "material", "period")["empty", "3"] == pytest.approx(80)


def test_without_returns_all_is_new() -> None:
    plan = solve(LOOP, None, "returns.share=0")
    assert plan.cost == pytest.approx(4 * 1100)


@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
def test_bottles_that_go_round_shrink_as_a_geometric_series(share: float) -> None:
    """100 bottles once, and what comes back: Σ 100 σ^k are sold."""
    once = LOOP | {
        "supply": "place material period most\nworks new 1 100\nshop empty * 0",
        "demand": "place material price\nshop full 50",
    }
    plan = solve(once, None, f"returns.share={share}")
    sold = [amounts(plan, "deliver", "period")[t] for t in "1234"]
    assert sold == pytest.approx([100 * share**k for k in range(4)])


def test_lags_add_up_and_a_nearer_row_wins() -> None:
    """Half after one month and a quarter after two; at the kiosk a tenth after one month."""
    case = LOOP | {
        "demand": "place material period amount\nshop full 1 100\nshop full 2 40\nkiosk full 1 100",
        "returns": "sold returned lag place share\nfull empty 1 * 0.5\nfull empty 2 * 0.25\nfull empty 1 kiosk 0.1",
        "lanes": "origin dest material\nshop works empty\nkiosk works empty\nworks shop full\nworks kiosk full",
        "supply": "place material most\nworks new .\nshop empty 1",
        "processes": "process place\nfill works\nscrap works",
        "recipes": "process material rate\nfill new -1\nfill full 1\nscrap empty -1",
    }
    plan = solve(case, {"objective": {"collect": -1.0, "cost": 1.0}}, "supply.most[material=new]=240")
    found = {
        key[1:]: x for key, x in amounts(plan, "collect", "material", "place", "period").items() if key[0] == "empty"
    }
    own = {("shop", t): 1.0 for t in "1234"}  # what waits there anyway
    back = {("shop", "2"): 50, ("shop", "3"): 25 + 20, ("shop", "4"): 10, ("kiosk", "2"): 10, ("kiosk", "3"): 25}
    assert found == pytest.approx({k: own.get(k, 0) + back.get(k, 0) for k in own | back})


@pytest.mark.parametrize("weight", [1.0, -1.0])
def test_what_is_left_is_exact_whatever_the_objective(weight: float) -> None:
    """left = most + what comes back − collected; the case may sell 0 to 100 and collect any of it."""
    free = LOOP | {"demand": "place material most\nshop full 100"}
    plan = solve(free, {"objective": {"left": weight}})
    assert plan.objective == pytest.approx(0.0 if weight > 0 else -3 * 80)


def test_left_costs_and_limits_see_what_comes_back() -> None:
    dear = LOOP | {"supply": "place material most price left_cost\nshop empty 5 30 4\nworks new . 10 0"}
    plan = solve(dear)
    assert plan.accounts is not None and plan.accounts["left"] == pytest.approx(4 * (5 + 3 * 85))
    capped = solve(dear | {"limits": "limit quantity material period most\nfew left empty each 10"})
    collected = amounts(capped, "collect", "material", "period")
    assert [collected["empty", t] for t in "234"] == pytest.approx([75.0] * 3)


def test_a_least_may_be_met_by_what_comes_back() -> None:
    must = LOOP | {"supply": "place material period least most\nshop empty 2 80 0\nworks new * 0 ."}
    assert solve(must).status == "optimal"
    assert solve(must, None, "supply.least[period=2]=81").status == "infeasible"


def test_boxes_come_back_as_tins() -> None:
    """Units differ: a box of six brings back 4.5 tins; a period that recurs may have returns without a lag."""
    tins = {
        "periods": "period repeats\ndry 1\nwet 3",
        "materials": "material unit\nbox dus\ntin pcs",
        "supply": "place material most price\nshop box 10 1",
        "demand": "place material amount price\nshop box 10 .\nshop tin . 2",
        "returns": "sold returned lag share\nbox tin 0 4.5",
    }
    plan = solve(tins)
    assert plan.accounts == pytest.approx({"purchase": 10 * 4, "revenue": -2 * 45 * 4})


#: Printed sales of boxes at four wholesalers over eight periods: of 2, 5 and 18 litres.
SALES = np.array([
    [[85, 20, 0], [85, 25, 0], [85, 20, 0], [80, 25, 2]], [[80, 30, 2], [80, 25, 3], [80, 25, 3], [80, 20, 2]],
    [[165, 50, 2], [165, 50, 3], [165, 45, 3], [160, 45, 4]], [[80, 25, 2], [85, 20, 0], [80, 25, 3], [85, 25, 3]],
    [[85, 25, 0], [85, 25, 0], [90, 20, 2], [80, 25, 4]], [[80, 20, 0], [80, 30, 3], [80, 20, 2], [85, 20, 0]],
    [[90, 25, 0], [80, 20, 0], [80, 25, 2], [85, 20, 2]], [[80, 20, 2], [85, 25, 0], [80, 20, 2], [80, 20, 2]],
])  # fmt: skip
SIZES = ("x", "y", "z")


def wholesalers() -> dict[str, str]:
    """Sales fixed as printed; empties of the two periods before may be collected, at 9,000, 16,000 and 11,500 a box."""
    spots = [(t, g, s) for t in range(8) for g in range(4) for s in range(3)]
    sold = "\n".join(f"g{g} {SIZES[s]} {t + 1} {SALES[t, g, s]}" for t, g, s in spots)
    price = dict(zip(SIZES, (9000, 16000, 11500), strict=True))
    empties = "\n".join(f"* {s}-back 0 {price[s]}" for s in SIZES)
    return {
        "places": "place kind\n" + "\n".join(f"g{g} shop" for g in range(4)) + "\nplant plant",
        "periods": "period\n" + "\n".join(str(t + 1) for t in range(8)),
        "supply": f"place material most price\n{empties}\n* x . 0\n* y . 0\n* z . 0",
        "demand": f"place material period amount\n{sold}\n" + "\n".join(f"plant {s}-back * ." for s in SIZES),
        "returns": "sold returned lag share\n" + "\n".join(f"{s} {s}-back {lag} 1" for s in SIZES for lag in (1, 2)),
        "lanes": "origin dest material\n" + "\n".join(f"kind:shop plant {s}-back" for s in SIZES),
    }


@pytest.mark.parametrize("period", range(3, 9))
def test_the_printed_rule_of_the_two_periods_before(period: int) -> None:
    """What may be collected in t is what was sold in t − 1 and t − 2 (published, refillable packaging)."""
    plan = solve(wholesalers(), {"objective": {"collect": -1.0}})
    found = amounts(plan, "collect", "place", "material", "period")
    for g, s in itertools.product(range(4), range(3)):
        before = SALES[period - 2, g, s] + SALES[period - 3, g, s]
        assert found.get((f"g{g}", f"{SIZES[s]}-back", str(period)), 0.0) == pytest.approx(before)
        assert period > 3 or before == SALES[2, g, s]  # the printed row 3 is what may be collected then


@pytest.mark.parametrize(("period", "waits", "cost"), [(6, 874, 8_047_000), (8, 849, 8_139_500)])
def test_a_lorry_of_800_boxes_every_second_period(period: int, waits: int, cost: float) -> None:
    full = wholesalers() | {"limits": f"limit quantity material period least\nlorry collect group:back {period} 800"}
    full["groups"] = "column label group\n" + "\n".join(f"material {s}-back back" for s in SIZES)
    plan = solve(full)
    assert plan.cost == pytest.approx(cost)
    assert SALES[period - 3 : period - 1].sum() == waits
    full["limits"] = f"limit quantity material period least\nlorry collect group:back {period} {waits}"
    assert solve(full).status == "optimal"
    assert solve(full, None, f"limits.least={waits + 1}").status == "infeasible"


# -- what can ever come ------------------------------------------------------------------------------------------


def test_bounds_go_round_the_loop_with_time() -> None:
    once = LOOP | {
        "supply": "place material period most\nworks new 1 100\nshop empty * 0",
        "demand": "place material price\nshop full 50",
    }
    n = encoded(once)
    limit = bounds(n)
    at = (n.supply.material == n.labels["material"].index("empty")) & (n.supply.period > 0)
    assert limit.collect[at] == pytest.approx([80, 64, 51.2])
    assert limit.deliver == pytest.approx([100, 80, 64, 51.2])


def test_what_comes_back_at_once_is_bounded_by_what_may_be_sold() -> None:
    """Within a period the bottles may go round without end, as far as somebody buys."""
    at_once = LOOP | {"demand": "place material most\nshop full 100"}
    n = encoded(at_once | {"returns": "sold returned lag share\nfull empty 0 1"})
    assert bounds(n).collect[n.supply.place == 0].tolist() == [100.0] * 4
    endless = encoded(
        at_once | {"returns": "sold returned lag share\nfull empty 0 1", "demand": "place material\nshop full"}
    )
    assert np.isinf(bounds(endless).collect).all()


def test_a_site_takes_in_what_comes_back() -> None:
    """What is collected at a shop counts in its capacity, and needs it open."""
    site = LOOP | {"sites": "place capacity opening_cost\nshop 150 7\nworks . 0"}
    plan = solve(site, {"finance": {"one_off": "once"}})
    collected = amounts(plan, "collect", "material", "period")
    assert [collected["empty", t] for t in "234"] == pytest.approx([50.0] * 3)  # 100 bottles arrive beside them
    closed = solve(site | {"demand": "place material most price\nshop full 100 20"}, {"finance": {"one_off": "once"}},
                   "sites.status[place=shop]=closed")  # fmt: skip
    assert closed.cost == pytest.approx(0)


# -- deposits ----------------------------------------------------------------------------------------------------


def test_unclaimed_deposits_are_income() -> None:
    plan = solve(LOOP | {"deposits": "sold returned amount\nfull empty 4"})
    assert plan.accounts is not None
    assert plan.accounts["deposit"] == pytest.approx(-4 * (400 - 3 * 80))
    assert plan.cost == pytest.approx(2960 - 640)


@pytest.mark.parametrize(("amount", "collected"), [(5.9, 80.0), (6.1, 0.0)])
def test_a_deposit_above_what_a_bottle_saves_leaves_it_lying(amount: float, collected: float) -> None:
    """A refilled bottle saves 11 − 5 = 6: above that nobody calls the empties in, and the deposits stay."""
    plan = solve(LOOP | {"deposits": f"sold returned amount\nfull empty {amount}"})
    assert amounts(plan, "collect", "material", "period").get(("empty", "4"), 0.0) == pytest.approx(collected)


def test_deposits_by_place_and_period_and_limits_on_them() -> None:
    case = LOOP | {"deposits": "sold returned place period amount\nfull empty * . 4\nfull empty shop 4 1"}
    plan = solve(case)
    assert plan.accounts is not None
    assert plan.accounts["deposit"] == pytest.approx(-4 * 300 - 1 * 100 + 4 * 160 + 80)
    shut = solve(case | {"limits": "limit quantity material most\nback deposit empty 400"})
    assert shut.accounts is not None and shut.accounts["deposit"] == pytest.approx(-1300 + 400)


def test_two_products_share_a_bottle() -> None:
    """The deposit is taken on each, and paid back once for each bottle."""
    two = {
        "supply": "place material most price\nshop tea . 1\nshop milk . 1",
        "demand": "place material amount\nshop tea 30\nshop milk 20\nshop empty .",
        "returns": "sold returned lag share\ntea empty 0 1\nmilk empty 0 0.5",
        "deposits": "sold returned amount\ntea empty 2\nmilk empty 2",
    }
    plan = solve(two, None, "demand.price[material=empty]=3")
    assert plan.accounts == pytest.approx({"purchase": 50, "deposit": -100 + 2 * 40, "revenue": -3 * 40})


# -- offers ------------------------------------------------------------------------------------------------------

VILLAGES = ("north", "south", "east")
LEVELS = {"none": (0, 0), "low": (2, 10), "mid": (3, 22), "high": (5, 30)}
OFFERS = {
    "offers": "place material level price amount\n"
    + "\n".join(f"{i} m {k} {p + (i == 'south')} {a}" for i in VILLAGES for k, (p, a) in LEVELS.items()),
    "lanes": "origin dest material fee\nnorth works m 0.5\nsouth works m 0.25\neast works m 1",
    "demand": "place material price most\nworks m 6 55",
}
FEES = {"north": 0.5, "south": 0.25, "east": 1.0}


def by_hand(prices: dict[str, float], most: dict[str, float], room: float) -> float:
    """The dearest places are left first."""
    earned = 0.0
    for i in sorted(VILLAGES, key=lambda i: prices[i] + FEES[i]):
        taken = min(most[i], room) if prices[i] + FEES[i] < 6 else 0.0
        earned, room = earned + taken * (6 - prices[i] - FEES[i]), room - taken
    return -earned


def test_the_best_levels_by_enumeration() -> None:
    chosen = {}
    for levels in itertools.product(LEVELS, repeat=3):
        picked = dict(zip(VILLAGES, levels, strict=True))
        prices = {i: LEVELS[k][0] + (i == "south") for i, k in picked.items()}
        chosen[levels] = by_hand(prices, {i: LEVELS[k][1] for i, k in picked.items()}, 55)
    plan = solve(OFFERS)
    assert plan.cost == pytest.approx(min(chosen.values()))
    picked = dict(zip(plan.columns["offers"]["place"], plan.columns["offers"]["level"], strict=True))
    assert chosen[tuple(picked[i] for i in VILLAGES)] == pytest.approx(plan.cost)


def test_one_level_is_a_plain_supply() -> None:
    one = OFFERS | {"offers": "place material level price amount\nkind:v m only 2 20"}
    one["places"] = "place kind\nnorth v\nsouth v\neast v\nworks w"
    plain = {k: t for k, t in one.items() if k != "offers"} | {"supply": "place material price most\nkind:v m 2 20"}
    assert solve(one).cost == pytest.approx(solve(plain).cost)


@pytest.mark.parametrize(
    "objective", [{"purchase": -1.0}, {"left": -1.0}, {"left": 1.0, "collect": -0.5}, {"cost": -1.0}]
)
def test_the_price_is_that_of_the_level_whatever_the_objective(objective: dict[str, float]) -> None:
    plan = solve(OFFERS | {"demand": "place material price\nworks m 6"}, {"objective": objective})
    levels = dict(zip(plan.columns["offers"]["place"], plan.columns["offers"]["level"], strict=True))
    taken = amounts(plan, "collect", "place")
    paid = sum((LEVELS[levels[i]][0] + (i == "south")) * x for i, x in taken.items())
    assert plan.accounts is not None and plan.accounts["purchase"] == pytest.approx(paid)
    if "purchase" in objective:
        assert plan.objective == pytest.approx(-(30 * 5 + 30 * 6 + 30 * 5))
    if objective == {"left": -1.0}:
        assert plan.objective == pytest.approx(-90)


def test_a_level_holds_for_the_whole_horizon() -> None:
    """High pays in one season, low in the other: together high loses, so low is kept in both."""
    seasons = {
        "periods": "period\ndry\nwet",
        "offers": "place material level price amount\nfarm m low 1 10\nfarm m high 4 20",
        "lanes": "origin dest material\nfarm works m",
        "demand": "place material period price\nworks m dry 7\nworks m wet 2",
    }
    assert solve(seasons).cost == pytest.approx(-(6 * 10 + 1 * 10))
    assert solve(seasons, None, "demand.price[period=dry]=8").cost == pytest.approx(-(20 * 4))


def test_supply_may_oblige_and_charge_what_is_left() -> None:
    case = OFFERS | {"supply": "place material least most left_cost\neast m 12 0 2"}
    plan = solve(case, None, "demand.price=0")
    assert amounts(plan, "collect", "place") == pytest.approx({"east": 12.0})
    assert dict(zip(plan.columns["offers"]["place"], plan.columns["offers"]["level"], strict=True))["east"] == "mid"
    assert plan.accounts is not None and plan.accounts["left"] == pytest.approx(2 * 10)
