"""Limits: scopes, each, coef, units, labels that carry nothing, money and measures."""

import pytest

from plan.verifying import case, laws, sentences, verdict

AT = "place,material,period,amount\n"
FLOW = "origin,dest,material,mode,period,amount\n"
TABLES = {
    "places": "place,kind\na1,a\na2,a\nb1,b\nb2,b",
    "groups": "column,label,group\nplace,a1,north\nplace,b1,north\nplace,b1,big\nmaterial,n,soft\nperiod,y,late",
    "materials": "material,unit,mass\nm,kg,\nn,kg,",
    "periods": "period,repeats\nx,1\ny,3",
    "modes": "mode,payload,empty_rate,full_co2,trip_cost\ntruk,10,1,0.5,2",
    "lanes": "origin,dest,mode,km,fee\nkind:a,kind:b,truk,5,\nkind:a,kind:b,,5,1",
    "supply": "place,price\nkind:a,2",
    "demand": "place,price\nkind:b,3",
    "sites": "place\nkind:b",
}
# a1 → b1: 10 m in x by truck; a1 → b2: 4 m in y, no vehicle; a2 → b1: 6 n in y by truck
DONE = {
    "collect": AT + "a1,m,x,10\na1,m,y,4\na2,n,y,6",
    "flow": FLOW + "a1,b1,m,truk,x,10\na1,b2,m,,y,4\na2,b1,n,truk,y,6",
    "trips": "origin,dest,mode,period,trips,km\na1,b1,truk,x,1,10\na2,b1,truk,y,0.6,6",
    "deliver": AT + "b1,m,x,10\nb2,m,y,4\nb1,n,y,6",
    "open": "place,size\nb1,-\nb2,-",
}


def judged(limits: str, **change: str) -> list[str]:
    return laws(verdict(case(**TABLES | change, limits=limits), **DONE))


def holds(row: str, value: float, sign: str = "most") -> None:
    """The sum of a row is exactly this: a bound at it holds, a bound just inside is broken."""
    columns, cells = row.split("\n")
    for bound, expected in ((value, []), (value - 0.01 if sign == "most" else value + 0.01, ["limits"])):
        assert judged(f"limit,quantity,{columns},{sign}\nl,{cells},{bound}") == expected, (row, bound)


@pytest.mark.parametrize(
    "row, value",
    [
        ("coef\nflow,1", 10 + 3 * 10),
        ("coef\nflow,2", 80),
        ("period\nflow,y", 10),  # one named period counts once
        ("period\nflow,group:late", 30),  # a sum over periods counts repeats
        ("origin\nflow,a1", 10 + 12),
        ("origin\nflow,group:north", 22),
        ("dest\nflow,kind:b", 40),
        ("mode\nflow,truk", 10 + 18),
        ("material\nflow,group:soft", 18),
        ("place\ncollect,a1", 22),
        ("kind\ndeliver,b", 40),
        ("group\ndeliver,big", 28),
        ("coef\ntrips,1", 1 + 1.8),
        ("coef\nkm,1", 10 + 18),
        ("coef\ntkm,1", 5 * (10 + 12 + 18) / 1000),  # also where no vehicle is named
        ("coef\nco2,1", 0.5 * (50 + 90)),
        ("unit\nco2,t", 0.07),
        ("unit\nflow,t", 0.04),
        ("coef\nfee,1", 12),
        ("coef\ntransport,1", 5 * (1 + 1.8)),
        ("account\ncost,trip", 2 * 2.8),
        ("period\ncost,x", 20 + 5 + 2 - 30),
        ("coef\nuse,1", 2),
        ("size\nopen,-", 2),
        ("coef\nrevenue,-1", 120),
    ],
)
def test_sums(row: str, value: float) -> None:
    holds(row, value, "most")
    if not row.startswith("coef\nuse"):
        holds(row, value, "least")


def test_each_binds_every_label() -> None:
    assert judged("limit,quantity,origin,most\nl,flow,each,22") == []
    found = verdict(case(**TABLES, limits="limit,quantity,origin,period,most\nl,flow,each,each,5"), **DONE)
    assert {b.where for b in found.broken} == {
        "limit=l, place = a1, period = x",
        "limit=l, place = a2, period = y",
    }
    assert found.broken[0].sentence.startswith("Limit l (place = a1, period = x) comes to 10 kg, its most is 5 (limits")


def test_each_binds_labels_that_carry_nothing() -> None:
    found = verdict(case(**TABLES, limits="limit,quantity,origin,dest,least\nl,flow,each,each,4"), **DONE)
    assert [b.where for b in found.broken] == ["limit=l, origin = a2, dest = b2"]
    assert judged("limit,quantity,place,period,least\nl,collect,each,each,1") == ["limits"]
    assert judged("limit,quantity,mode,least\nl,flow,each,20") == []  # no vehicle is no label
    # money: b2 must earn as well; the lane's own fee is there for every pair
    assert judged("limit,quantity,place,most\nl,revenue,each,-30") == []
    assert judged("limit,quantity,place,most\nl,revenue,each,-37") == ["limits"]
    assert judged("limit,quantity,origin,dest,least\nl,fee,each,each,1") == ["limits"]
    assert judged("limit,quantity,place,most\nl,holding,each,-1") == []  # no label has a term


def test_rows_meet_on_the_same_label() -> None:
    # what arrives at b is at least half of all; of b2 it is 12 of 40
    share = "limit,quantity,coef,dest,place,least\nl,flow,1,{0},,0\nl,flow,-0.5,,,\n"
    assert judged(share.format("b1")) == []
    assert judged(share.format("b2")) == ["limits"]
    found = verdict(case(**TABLES, limits=share.format("each")), **DONE)
    assert [b.where for b in found.broken] == ["limit=l, place = b2"]
    # origin, dest and place are one dimension: what a place collects less what leaves it is nothing
    meet = "limit,quantity,coef,origin,place,least,most\nl,flow,1,each,,0,0\nl,collect,-1,,each,,"
    assert judged(meet) == []
    assert judged(meet.replace("-1", "-2")) == ["limits"]


def test_a_row_without_each_is_added_to_every_bound() -> None:
    # b2 gets nothing in x: 0 − 0.1 × 40 < 0
    rows = "limit,quantity,coef,dest,period,least\nl,flow,1,each,x,0\nl,flow,-0.1,,,\n"
    found = verdict(case(**TABLES, limits=rows), **DONE)
    assert [b.where for b in found.broken] == ["limit=l, place = b2"]
    # a row over periods is added to each place of its period
    rows = "limit,quantity,coef,dest,period,least\nl,flow,1,each,each,0\nl,flow,-0.5,,each,\n"
    found = verdict(case(**TABLES, limits=rows), **DONE)
    assert [b.where.split("place = ")[1] for b in found.broken] == ["b2, period = x", "b2, period = y"]


def test_each_kind_and_group() -> None:
    assert judged("limit,quantity,group,most\nl,deliver,each,28") == []
    assert judged("limit,quantity,group,most\nl,deliver,each,27") == ["limits"]
    assert judged("limit,quantity,kind,most\nl,deliver,each,40") == []
    assert judged("limit,quantity,account,most\nl,cost,each,80") == []
    assert judged("limit,quantity,account,most\nl,cost,each,79") == ["limits"]


def test_units_that_differ_are_added_as_mass() -> None:
    mixed = {"materials": "material,unit,mass\nm,unit,4\nn,t,"}
    limits = "limit,quantity,unit,{0}most\nl,flow,{1},{2}"
    assert judged(limits.format("", "", 4 * 22 + 1000 * 18), **mixed) == []
    assert judged(limits.format("", "", 4 * 22 + 1000 * 18 - 1), **mixed) == ["limits"]
    assert judged(limits.format("", "t", "18.0880"), **mixed) == []
    assert judged(limits.format("", "t", "18.0870"), **mixed) == ["limits"]
    assert judged(limits.format("material,", "", "m,22"), **mixed) == []  # one material: its own unit
    assert judged(limits.format("material,", "kg", "m,88"), **mixed) == []
    assert judged(limits.format("material,", "kg", "m,87"), **mixed) == ["limits"]


def test_the_unit_hangs_on_what_may_come_not_on_what_does() -> None:
    mixed = {"materials": "material,unit,mass\nm,unit,4\nn,t,"}
    data = case(**TABLES | mixed, limits="limit,quantity,origin,most\nl,flow,a1,87")
    done = {
        "collect": AT + "a1,m,x,22",
        "flow": FLOW + "a1,b1,m,,x,22",
        "deliver": AT + "b1,m,x,22",
        "open": "place,size\nb1,-",
    }
    assert laws(verdict(data, **done)) == ["limits"]  # 22 units are 88 kg: n may come from a1 too


def test_stock_shortage_and_left() -> None:
    tables = {
        "places": "place\np",
        "materials": "material\nm",
        "periods": "period\nx\ny",
        "supply": "place,material,most\np,m,9",
        "demand": "place,material,least,shortage_cost\np,m,3,5",
        "stores": "place,material\np,m",
    }
    done = {
        "collect": AT + "p,m,x,5",
        "stock": AT + "p,m,x,4",
        "deliver": AT + "p,m,x,1\np,m,y,4",
        "shortage": AT + "p,m,x,2",
    }
    for limits, broken in (
        ("limit,quantity,period,most\nl,stock,each,4", False),
        ("limit,quantity,period,most\nl,stock,x,3", True),
        ("limit,quantity,period,least\nl,stock,each,1", True),
        ("limit,quantity,most\nl,shortage,2", False),
        ("limit,quantity,most\nl,shortage,1", True),
        ("limit,quantity,account,most\nl,cost,shortage,10", False),
        ("limit,quantity,account,most\nl,cost,shortage,9", True),
        ("limit,quantity,most\nl,left,13", False),
        ("limit,quantity,least\nl,left,14", True),
    ):
        found = verdict(case(**tables, limits=limits), **done)
        assert laws(found) == (["limits"] if broken else []), (limits, sentences(found))


def test_a_quantity_that_is_none() -> None:
    found = verdict(case(**TABLES, limits="limit,quantity,most\nl,joy,3"), **DONE)
    assert laws(found) == ["limits"] and "'joy' is not a quantity" in sentences(found)


def test_a_limit_that_needs_an_unknown_distance() -> None:
    tables = TABLES | {"lanes": "origin,dest,fee\nkind:a,kind:b,1"}
    done = DONE | {"flow": DONE["flow"].replace("truk", ""), "trips": "origin,dest,mode,period,trips,km"}
    found = verdict(case(**tables, limits="limit,quantity,most\nl,tkm,99"), **done)
    assert laws(found) == ["limits"] and "cannot be judged" in sentences(found)
