"""Milk runs that load, unload and load again: what fits, what is paid, what is emitted, leg by leg."""

import pytest

from plan.verifying import case, laws, sentences, verdict

AT = "place,material,period,amount\n"
LOADS = "tour,stop,to,material,period,amount\n"
TABLES = {
    "places": "place\nd\na\nb\nc",
    "materials": "material,unit,mass,volume\nm,kg,,0.1\nn,dus,5,0.4",
    "modes": """mode,material,payload,room,full_rate,loaded_rate,empty_rate,trip_cost,full_co2,loaded_co2,empty_co2
        bus,m,10,3,1,2,6,50,0.1,0.2,0.3
        bus,n,5,3,4,2,6,50,0.1,0.2,0.3""",
    "distances": "origin,dest,km\nd,a,7\nb,a,3\nb,c,4\nc,d,9\nd,c,8",
    "supply": "place,material\na,*\nb,*\nc,*",
    "demand": "place,material\nd,*\nc,m",
    # m may be left at c, where more of it may not be loaded; n only passes through
    "tours": """tour,stop,material,place,do,mode,fill,full_rate,floor
        t,1,,d,,,,,
        t,2,m,a,load,,2,,
        t,2,n,a,load,,1,,
        t,3,m,b,,bus,1,9,no
        t,4,m,c,unload,,,,
        t,5,,d,,,,0.5,""",
}
DONE = {
    "tours": "tour,period,trips\nt,1,2",
    "tour_loads": LOADS + "t,2,4,m,1,6\nt,2,5,n,1,4\nt,3,5,m,1,6",
    "collect": AT + "a,m,1,6\na,n,1,4\nb,m,1,6",
    "deliver": AT + "c,m,1,6\nd,n,1,4\nd,m,1,6",
}


def test_money_and_measures_leg_by_leg() -> None:
    found = verdict(case(**TABLES), **DONE)
    assert found.ok, sentences(found)
    legs = [
        2 * 7 * 6,  # d → a, empty
        (6 * 9 + 4 * 4) * 3 + 2 * 3 * 2,  # a → b: m at the stop's rate, n at the vehicle's; floor = no
        max((6 * 1 + 4 * 4 + 6 * 1) * 4 + 2 * 4 * 2, 2 * 4 * 6),  # b → c
        max((4 * 0.5 + 6 * 0.5) * 9 + 2 * 9 * 2, 2 * 9 * 6),  # c → d: 81 is less than empty
    ]
    assert legs == [84, 222, 128, 108]
    assert found.ledger == {"transport": sum(legs), "trip": 100}
    assert found.measures["km"] == 2 * (7 + 3 + 4 + 9)
    assert found.measures["tkm"] == pytest.approx((6 * (3 + 4) + 4 * 5 * (3 + 4 + 9) + 6 * (4 + 9)) / 1000)
    co2 = 2 * 7 * 0.3 + 10 * 3 * 0.1 + 2 * 3 * 0.2 + 16 * 4 * 0.1 + 2 * 4 * 0.2 + 10 * 9 * 0.1 + 2 * 9 * 0.2
    assert found.measures["co2"] == pytest.approx(co2)


@pytest.mark.parametrize(
    "trips, room, fill, words",
    [
        (2, 3, 2, None),  # on board of b → c: 6 / 10 + 4 / 5 + 6 / 10 = 2
        (3.5, 3, 2, None),  # more trips than it takes are allowed
        (1.99, 3, 2, "on the leg into stop 4 (c) the payload needs 2."),
        (2, 1.4, 2, None),  # 0.6 + 1.6 + 0.6 = 2.8 m³
        (2, 1.3, 2, "on the leg into stop 4 (c) the room needs 2.153846."),
        (2, 1.4, 0.5, "the loads need 2.6."),  # 6 / 5 + 4 / 5 + 6 / 10; fill does not touch room
    ],
)
def test_what_is_on_board_fits(trips: float, room: float, fill: float, words: str | None) -> None:
    tables = TABLES | {
        "modes": TABLES["modes"].replace(",3,", f",{room},"),
        "tours": TABLES["tours"].replace("load,,2,", f"load,,{fill},"),
    }
    found = verdict(case(**tables), **DONE | {"tours": f"tour,period,trips\nt,1,{trips}"})
    assert [b.sentence for b in found.broken] == ([f"Tour t: {trips} trips, {words}"] if words else [])


@pytest.mark.parametrize("load", ["t,2,3,m,1,6", "t,4,5,m,1,6", "t,3,5,n,1,4", "t,1,5,m,1,6", "t,4,2,m,1,6"])
def test_loads_that_no_stop_allows(load: str) -> None:
    found = verdict(case(**TABLES), **DONE | {"tour_loads": DONE["tour_loads"] + "\n" + load})
    assert "tour stops" in laws(found)


def test_tours_count_in_limits() -> None:
    for limit, sums in {
        "flow,tour,t": 16,
        "flow,origin,a": 10,
        "flow,dest,c": 6,
        "flow,mode,bus": 16,
        "trips,tour,each": 2,
        "trips,mode,bus": 2,
        "km,tour,t": 46,
        "transport,tour,t": 542,
        "cost,period,1": 642,
    }.items():
        quantity, column, cell = limit.split(",")
        unit = ",kg" if quantity == "flow" else ","
        tables = TABLES | {"materials": "material,unit,mass,volume\nm,kg,,0.1\nn,kg,,0.4"}
        for most, broken in ((sums, []), (sums - 0.5, ["limits"])):
            limits = f"limit,quantity,{column},unit,most\nl,{quantity},{cell}{unit},{most}"
            assert laws(verdict(case(**tables, limits=limits), **DONE)) == broken, (limit, most)
    idle = case(**TABLES, limits="limit,quantity,tour,least\nl,trips,each,1")
    assert laws(verdict(idle)) == ["limits"]  # the tour could run


def test_tours_run_in_every_period() -> None:
    tables = TABLES | {"periods": "period,repeats\nx,1\ny,4"}
    done = {name: text.replace(",1,", ",y,") for name, text in DONE.items()}
    found = verdict(case(**tables), **done)
    assert found.ok, sentences(found)
    assert found.ledger == {"transport": 4 * 542, "trip": 400}
    assert found.measures["km"] == 4 * 46
