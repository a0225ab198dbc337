"""Measures of the user's own as the verifier recounts them, and plans whose figures are wrong."""

from __future__ import annotations

import pytest

from balik.plan.verify import judge
from plan.verifying import Plan, booked, case, laws, plan

TABLES = {
    "places": "place,kind\na,home\nb,hub\nc,hub",
    "materials": "material,unit,mass\nm,dus,2\nr,kg,",
    "periods": "period,repeats\nx,1\ny,3",
    "lanes": "origin,dest,material,fee\na,kind:hub,m,2",
    "supply": "place,material,most\na,m,20",
    "demand": "place,material\nkind:hub,m",
    "measures": "measure,of,rate,unit,dest,kind,period,account\n"
    "risk,flow,0.5,poin,b,,,\nrisk,deliver,2,,,hub,y,\npaid,cost,0.1,,,,,fee\nall,risk,3,,,,,\nall,paid,1,,,,,",
}
FLOW = "origin,dest,material,mode,period,amount\na,b,m,,x,4\na,c,m,,y,6"
#: 0.5 × 4 by the lane to b; 2 × 6 × 3 handed over in y; fees of 2 × (4 + 3 × 6) at 0.1.
RISK, PAID = 2 + 36, 0.1 * 2 * (4 + 18)


def done() -> Plan:
    return plan(
        flow=FLOW,
        collect="place,material,period,amount\na,m,x,4\na,m,y,6",
        deliver="place,material,period,amount\nb,m,x,4\nc,m,y,6",
    )


def test_measures_are_recounted() -> None:
    data = case(**TABLES)
    found = judge(data, booked(data, done()), {"measures": {"risk": RISK, "paid": PAID, "all": 3 * RISK + PAID}})
    assert found.ok, found.broken
    assert found.measures["risk"] == pytest.approx(RISK) and found.measures["paid"] == pytest.approx(PAID)


@pytest.mark.parametrize("name", ["risk", "paid", "all"])
def test_a_wrong_figure_is_found(name: str) -> None:
    data = case(**TABLES)
    found = judge(data, booked(data, done()), {"measures": {name: 1.0}})
    assert laws(found) == ["document"] and name in found.broken[0].sentence


@pytest.mark.parametrize(("most", "broken"), [("risk,38", []), ("risk,37.9", ["limits"]), ("all,118", ["limits"])])
def test_limits_on_measures(most: str, broken: list[str]) -> None:
    data = case(**TABLES, limits=f"limit,quantity,most\ntop,{most}")
    assert laws(judge(data, booked(data, done()))) == broken


def test_the_objective_weighs_measures() -> None:
    data = case({"objective": {"cost": 1, "all": 2}}, **TABLES)
    found = judge(data, booked(data, done()))
    assert found.ok and found.objective == pytest.approx(44 + 2 * (3 * RISK + PAID))
