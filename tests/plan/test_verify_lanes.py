"""Lanes, distances, trips and single sourcing, judged against plans made by hand."""

import pytest

from plan.verifying import case, laws, sentences, verdict

FLOW = "origin,dest,material,mode,period,amount\n"
TRIPS = "origin,dest,mode,period,trips,km\n"
HEAD = {
    "places": "place,kind\na1,a\na2,a\nb1,b\nb2,b\nb3,b",
    "materials": "material\nm",
    "supply": "place,material\nkind:a,m",
    "demand": "place,material\nkind:b,m",
}


def moved(*rows: str) -> dict[str, str]:
    """A plan that collects, moves and hands over what the rows say: `origin,dest,amount` or with a mode before amount."""
    cells = [r.split(",") for r in rows]
    out: dict[str, float] = {}
    into: dict[str, float] = {}
    for c in cells:
        out[c[0]] = out.get(c[0], 0) + float(c[-1])
        into[c[1]] = into.get(c[1], 0) + float(c[-1])
    return {
        "flow": FLOW + "\n".join(f"{c[0]},{c[1]},m,{c[2] if len(c) > 3 else ''},1,{c[-1]}" for c in cells),
        "collect": "place,material,period,amount\n" + "\n".join(f"{p},m,1,{x}" for p, x in out.items()),
        "deliver": "place,material,period,amount\n" + "\n".join(f"{p},m,1,{x}" for p, x in into.items()),
    }


def test_nearer_row_replaces_the_whole_row() -> None:
    lanes = """origin,dest,fee,most
        *,*,1,
        kind:a,kind:b,2,
        group:g,kind:b,3,
        a1,kind:b,4,5
        a1,b1,5,"""
    data = case(**HEAD, groups="column,label,group\nplace,a1,g\nplace,a2,g", lanes=lanes)
    found = verdict(data, **moved("a1,b1,1000", "a1,b2,5", "a2,b1,1"))
    assert found.ok, sentences(found)
    assert found.ledger == {"fee": 5 * 1000 + 4 * 5 + 3 * 1}  # most = 5 of the fourth row does not reach the fifth
    found = verdict(data, **moved("a1,b1,1", "a1,b2,6"))
    assert laws(found) == ["lane most"]
    assert found.broken[0].sentence.startswith("a1 → b2 carries 6 kg of m, the lane's most is 5 (lanes")
    assert found.broken[0].by == 1


def test_a_third_row_settles_what_two_leave_open() -> None:
    data = case(**HEAD, lanes="origin,dest,fee\na1,kind:b,10\nkind:a,b1,20\na1,b1,30")
    found = verdict(data, **moved("a1,b1,1", "a1,b2,1", "a2,b1,1"))
    assert found.ledger == {"fee": 60}


def test_no_lane_no_vehicle_no_way_to_itself() -> None:
    data = case(**HEAD, modes="mode\ntruk", lanes="origin,dest,mode\nkind:a,*,*\na1,b1,")
    assert verdict(data, **moved("a1,b1,1", "a1,b2,truk,1", "a1,b1,truk,1")).ok
    for wrong, why in (
        ("a2,b1,1", "no such lane"),  # `*` is every vehicle, and no vehicle is none
        ("b1,b2,truk,1", "no such lane"),
        ("a1,a1,truk,1", "from a place to itself"),
    ):
        found = verdict(data, **moved(wrong))
        assert "lane" in laws(found), wrong
        assert why in sentences(found)


def test_least_of_a_lane_that_carries_nothing() -> None:
    data = case(**HEAD, lanes="origin,dest,least\n*,*,\na1,kind:b,2\na1,b3,0")
    assert verdict(data, **moved("a1,b1,2", "a1,b2,2")).ok
    found = verdict(data, **moved("a1,b1,2"))
    assert laws(found) == ["lane least"]
    assert found.broken[0].where == "lanes: origin=a1, dest=b2, material=m, period=1"
    assert laws(verdict(data, **moved("a1,b1,2", "a1,b2,1.9"))) == ["lane least"]


KM = "origin,dest,km\na1,b1,10\na1,b2,20\na1,b3,20\na2,b1,5\na2,b2,6\na2,b3,7"


@pytest.mark.parametrize(
    "lanes, kept, left",
    [
        ("origin,dest,within\nkind:a,kind:b,10", "a1b1 a2b1 a2b2 a2b3", "a1b2 a1b3"),
        ("origin,dest,nearest\nkind:a,kind:b,1", "a1b1 a2b1", "a1b2 a1b3 a2b2 a2b3"),
        ("origin,dest,nearest\nkind:a,kind:b,2", "a1b1 a1b2 a1b3 a2b1 a2b2", "a2b3"),  # two at 20 km: a tie
        ("origin,dest,within,nearest\nkind:a,kind:b,6,3", "a2b1 a2b2", "a1b1 a1b2 a2b3"),
        # the row that names both places is exempt, and its lane is none of those among which one is nearest
        ("origin,dest,nearest,within\nkind:a,kind:b,1,\na2,b1,1,1", "a1b1 a2b1 a2b2", "a1b2 a2b3"),
        ("origin,dest,nearest\nkind:a,kind:b,1\na1,kind:b,2", "a1b1 a1b2 a1b3 a2b1", "a2b2 a2b3"),
    ],
)
def test_within_and_nearest(lanes: str, kept: str, left: str) -> None:
    data = case(**HEAD, distances=KM, lanes=lanes)
    for lane in (kept + " " + left).split():
        found = verdict(data, **moved(f"{lane[:2]},{lane[2:]},1"))
        assert laws(found) == ([] if lane in kept.split() else ["lane"]), (lane, sentences(found))


def test_least_does_not_bind_lanes_that_nearest_left_out() -> None:
    data = case(**HEAD, distances=KM, lanes="origin,dest,least,nearest\nkind:a,kind:b,3,1")
    assert verdict(data, **moved("a1,b1,3", "a2,b1,3")).ok
    assert laws(verdict(data, **moved("a1,b1,3"))) == ["lane least"]


DRIVE = {"modes": "mode,payload,empty_rate\ntruk,1,0.5", "lanes": "origin,dest,mode\n*,*,truk"}


@pytest.mark.parametrize(
    "origin, dest, km",
    [
        ("p", "q", 12),
        ("q", "p", 12),  # the way back is as long
        ("p", "r", 7),
        ("r", "p", 8),  # both directions stand there
        ("q", "q2", 0),  # one spot
        ("p", "q2", 12),  # distances of the spot hold
        ("q2", "s", 3 * 1.5 * 111.195),  # q is at 0, 0; s at 3 degrees east of it
        ("s", "t", 1.5 * 20015.115),  # half around the earth
    ],
)
def test_distances(origin: str, dest: str, km: float) -> None:
    if origin == "q2" and dest == "s":
        km = 1.5 * round(3 * 6371.0088 * 3.141592653589793 / 180, 3)
    data = case(
        {"distance": {"detour": 1.5}},
        places="place,at,lat,lon\np,,,\nq,,0,0\nq2,q,,\nr,,,\ns,,0,3\nt,,0,183".replace("183", "-177"),
        materials="material\nm",
        distances="origin,dest,km\nq,p,12\np,r,7\nr,p,8",
        supply="place,material\n*,m",
        demand="place,material\n*,m",
        **DRIVE,
    )
    trips = {"trips": TRIPS + f"{origin},{dest},truk,1,1,{2 * km}"}
    found = verdict(data, **moved(f"{origin},{dest},truk,1"), **trips)
    assert found.ok, sentences(found)
    assert found.cost == pytest.approx(0.5 * km)
    assert found.measures["km"] == pytest.approx(2 * km)
    assert found.measures["tkm"] == pytest.approx(km / 1000)


def test_a_cost_that_needs_an_unknown_distance() -> None:
    data = case(**HEAD, **DRIVE)
    found = verdict(data, **moved("a1,b1,truk,1"), trips=TRIPS + "a1,b1,truk,1,1,")
    assert laws(found) == ["distance"]
    assert found.measures["km"] is None and found.measures["tkm"] is None
    said = verdict(data, **moved("a1,b1,truk,1"), trips=TRIPS + "a1,b1,truk,1,1,20")
    assert laws(said) == ["distance", "trip km"]


RIDE = {
    "places": "place\na\nb",
    "materials": "material,unit,mass,volume\nm,dus,10,2\nn,dus,,1\no,kg,,",
    "modes": "mode,material,payload,room,full_rate,loaded_rate,empty_rate,trip_cost,full_co2,loaded_co2,empty_co2,whole_trips\n"
    "truk,m,10,50,1,100,30,7,0.1,0.2,0.4,{0}\ntruk,n,20,50,2,100,30,7,0.1,0.2,0.4,{0}\ntruk,o,,,3,,,,,,,{0}",
    "lanes": "origin,dest,material,mode,km,fill,fee\na,b,*,truk,5,1,4\na,b,m,truk,5,0.5,0",
    "supply": "place\na",
    "demand": "place\nb",
}


def ride(m: float, n: float, o: float, trips: float) -> dict[str, str]:
    """A plan of one lane and three materials."""
    amounts = {"m": m, "n": n, "o": o}
    return {
        "flow": FLOW + "\n".join(f"a,b,{k},truk,1,{x}" for k, x in amounts.items()),
        "trips": TRIPS + f"a,b,truk,1,{trips},{10 * trips}",
        "collect": "place,material,period,amount\n" + "\n".join(f"a,{k},1,{x}" for k, x in amounts.items()),
        "deliver": "place,material,period,amount\n" + "\n".join(f"b,{k},1,{x}" for k, x in amounts.items()),
    }


def test_materials_share_a_vehicle() -> None:
    tables = {k: v.format("no") for k, v in RIDE.items()}
    data = case(**tables)
    # by payload 10 / (10 × 0.5) + 30 / 20 = 3.5 trips, by room (20 + 30) / 50 = 1; kg without end ride along
    found = verdict(data, **ride(10, 30, 1000, 3.5))
    assert found.ok, sentences(found)
    transport = 5 * (10 * 1 + 30 * 2 + 1000 * 3) + 3.5 * 5 * 130
    assert found.ledger == pytest.approx({"transport": transport, "trip": 3.5 * 7, "fee": 4 * 1030})
    assert found.measures["co2"] == pytest.approx(5 * 0.1 * 40 + 3.5 * 5 * 0.6)
    assert found.measures["tkm"] == pytest.approx((10 * 10 + 1000) / 1000 * 5)  # n has no mass
    assert found.measures["km"] == pytest.approx(35)
    for trips in (3.4, 3.6):
        assert laws(verdict(data, **ride(10, 30, 1000, trips))) == ["trips"]
    # volume decides: (2 × 120 + 1 × 0) / 50 = 4.8 of 24 by payload; all of n: 1 × 500 / 50 = 10 against 25
    assert verdict(data, **ride(0, 500, 0, 25)).ok


def test_room_decides() -> None:
    tables = {k: v.format("no").replace(",50,", ",4,") for k, v in RIDE.items()}
    found = verdict(case(**tables), **ride(10, 30, 0, 12.5))
    assert found.ok, sentences(found)  # (20 + 30) / 4 trips; fill does not touch room
    found = verdict(case(**tables), **ride(10, 30, 0, 12.4))
    assert "by room" in found.broken[0].sentence


def test_whole_trips_may_be_more_but_not_less() -> None:
    data = case(**{k: v.format("yes") for k, v in RIDE.items()})
    assert verdict(data, **ride(10, 30, 0, 4)).ok
    assert verdict(data, **ride(10, 30, 0, 5)).ok
    assert laws(verdict(data, **ride(10, 30, 0, 3.5))) == ["whole trips"]
    assert laws(verdict(data, **ride(10, 30, 0, 3))) == ["trips"]
    idle = verdict(data, trips=TRIPS + "a,b,truk,1,2,20")
    assert idle.ok and idle.ledger == {"transport": 2 * 5 * 130, "trip": 14}


def test_trips_without_a_vehicle_or_lane() -> None:
    data = case(**HEAD, modes="mode\ntruk", lanes="origin,dest,mode,km\na1,b1,truk,3")
    assert verdict(data, **moved("a1,b1,truk,9")).ok
    found = verdict(data, **moved("a1,b1,truk,9"), trips=TRIPS + "a1,b1,truk,1,1,6")
    assert laws(found) == ["trips"]
    assert "neither payload nor room is finite" in found.broken[0].sentence
    found = verdict(data, trips=TRIPS + "a1,b2,truk,1,1,")
    assert laws(found) == ["trips"]


def test_trips_that_are_not_named() -> None:
    data = case(**{k: v.format("no") for k, v in RIDE.items()})
    done = ride(10, 30, 0, 3.5)
    del done["trips"]
    assert "trips" in laws(verdict(data, **done))


def test_single_source() -> None:
    lanes = "origin,dest,mode,single\nkind:a,*,,\na1,b1,,yes\na1,*,truk,"
    data = case(**HEAD, modes="mode\ntruk", lanes=lanes)
    assert verdict(data, **moved("a1,b2,5", "a1,b2,truk,5", "a2,b1,1", "a2,b2,1")).ok
    found = verdict(data, **moved("a1,b2,5", "a1,b3,truk,5"))
    assert laws(found) == ["single"]
    assert found.broken[0].sentence.startswith("a1 sends m to 2 places (b2, b3); it may go to one (lanes")
    assert verdict(data, **moved("a1,b2,5", "a1,b3,0.0000001")).ok  # noise


def test_single_over_periods_and_tours() -> None:
    tables = HEAD | {
        "periods": "period\nx\ny",
        "modes": "mode,payload\ntruk,10",
        "lanes": "origin,dest,single\na1,*,yes",
        "tours": "tour,stop,place,mode,km\nt,1,b2,,\nt,2,a1,truk,1\nt,3,b2,,1",
    }
    data = case(**tables)
    both = "place,material,period,amount\n{0},m,x,1\n{1},m,y,1"

    def over(first: str, second: str) -> list[str]:
        return laws(
            verdict(
                data,
                flow=FLOW + f"a1,{first},m,,x,1\na1,{second},m,,y,1",
                collect=both.format("a1", "a1"),
                deliver=both.format(first, second),
            )
        )

    assert over("b1", "b1") == []
    assert over("b1", "b2") == ["single"]
    found = verdict(
        data,
        flow=FLOW + "a1,b1,m,,x,1",
        tours="tour,period,trips\nt,y,0.1",
        tour_loads="tour,stop,to,material,period,amount\nt,2,3,m,y,1",
        collect=both.format("a1", "a1"),
        deliver=both.format("b1", "b2"),
    )
    assert laws(found) == ["single"]


def test_a_marked_lane_that_is_left_out_marks_nothing() -> None:
    lanes = "origin,dest,single,within\nkind:a,*,,\nkind:a,group:near,yes,4"
    tables = HEAD | {"groups": "column,label,group\nplace,b1,near", "distances": KM, "lanes": lanes}
    assert verdict(case(**tables), **moved("a1,b2,1", "a1,b3,1")).ok  # a1 → b1 is 10 km
    lanes = lanes.replace("yes,4", "yes,10")
    assert laws(verdict(case(**tables | {"lanes": lanes}), **moved("a1,b2,1", "a1,b3,1"))) == ["single"]
