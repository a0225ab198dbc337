"""Backhaul as the verifier reads it: a right plan, and every figure and label of what rides spoiled."""

from __future__ import annotations

import copy

import pytest

from balik.plan.verify import judge
from plan.verifying import Plan, booked, case, laws, plan, sentences

DATA = case(
    places="place\ndepot\nshop\nfar",
    materials="material,volume\nfull,0.05\nempty,0.1\ntin,0",
    modes="mode,payload,room,trip_cost\nvan,10,1,7\ncart,10,,3",
    lanes="origin,dest,material,mode,km,fill,backhaul\ndepot,shop,full,van,20,,\nshop,depot,empty,van,20,,yes\n"
    "shop,depot,tin,van,20,0.5,yes\nshop,depot,full,van,20,,\nshop,depot,full,cart,20,,",
    supply="place,material,most\n*,*,100",
    demand="place,material\n*,*",
)
DONE = booked(
    DATA,
    plan(
        # 4 vans out; back by room 40 × 0.1 = 4, by payload 30 / 10 + 5 / 5 = 4 with 30 empties; the rest goes by itself
        flow="origin,dest,material,mode,period,amount\ndepot,shop,full,van,1,40\nshop,depot,empty,van,1,45\n"
        "shop,depot,tin,van,1,5\nshop,depot,full,cart,1,10",
        backhaul="origin,dest,material,mode,period,amount\nshop,depot,empty,van,1,30\nshop,depot,tin,van,1,5",
        trips="origin,dest,mode,period,trips,km\ndepot,shop,van,1,4,160\nshop,depot,van,1,1.5,60\nshop,depot,cart,1,1,40",
        collect="place,material,period,amount\ndepot,full,1,40\nshop,empty,1,45\nshop,tin,1,5\nshop,full,1,10",
        deliver="place,material,period,amount\nshop,full,1,40\ndepot,empty,1,45\ndepot,tin,1,5\ndepot,full,1,10",
    ),
)


def test_the_plan_is_right() -> None:
    found = judge(DATA, DONE)
    assert found.ok, sentences(found)
    assert found.ledger == pytest.approx({"trip": 7 * 5.5 + 3})


def spoiled(column: str, row: int, value: object) -> Plan:
    done = copy.deepcopy(DONE)
    done["backhaul"][column][row] = value
    return done


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize(
    ("column", "value"),
    [("amount", 4.0), ("amount", 31.0), ("amount", 0.0), ("amount", 60.0), ("amount", float("nan")), ("origin", "far"),
     ("dest", "far"), ("mode", "cart"), ("mode", ""), ("material", "full"), ("period", "2")],
)  # fmt: skip
def test_whatever_is_spoiled_breaks_a_law(column: str, value: object, row: int) -> None:
    assert not judge(DATA, booked(DATA, spoiled(column, row, value))).ok


def test_each_law_has_its_words() -> None:
    other = spoiled("material", 1, "full")
    other["backhaul"]["mode"][1] = "cart"
    assert "does not say backhaul" in sentences(judge(DATA, booked(DATA, other)))
    found = judge(DATA, booked(DATA, spoiled("origin", 1, "far")))
    assert "nothing moves there" in sentences(found)
    more = spoiled("amount", 0, 31.0)
    more["trips"]["trips"][1], more["trips"]["km"][1] = 1.4, 56.0
    assert laws(judge(DATA, booked(DATA, more))) == ["backhaul"]
    roomy = copy.deepcopy(DONE)
    roomy["backhaul"]["amount"] = [41.0, 0.0]  # by payload and by room 4.1
    assert "by room" in sentences(judge(DATA, booked(DATA, roomy)))
    too_many = copy.deepcopy(DONE)
    too_many["backhaul"]["amount"] = [30.0, 6.0]
    assert "6 ride on a way back, 5 move" in sentences(judge(DATA, booked(DATA, too_many)))


def test_trips_out_are_no_more_than_their_load_for_the_sake_of_what_rides() -> None:
    done = copy.deepcopy(DONE)
    done["trips"]["trips"] = [5.0, 1.5, 1.0]
    done["trips"]["km"] = [200.0, 60.0, 40.0]
    assert laws(judge(DATA, booked(DATA, done))) == ["trips"]
