"""Tours, processes, sites, stores and limits: what the encoder refuses, and what it makes of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

import balik
from tables.casing import codes, folder, network, problems

TOUR = {
    "places.csv": "place,kind\na,home\nb,works\nc,home\n",
    "materials.csv": "material\nm\nr\n",
    "modes.csv": "mode,payload,full_rate\nv,100,1\nw,50,1\n",
    "distances.csv": "origin,dest,km\na,b,5\nb,c,4\na,c,3\n",
    "supply.csv": "place,material,amount\na,m,10\nc,m,5\n",
    "lanes.csv": None,
}
STOPS = "tour,stop,material,place,do,mode,km,floor\n"
GOOD = "t,1,,b,,,,\nt,2,m,a,,v,,\nt,3,m,c,,v,,\nt,4,,b,,v,,\n"


def case(path: Path, **files: str | None) -> Path:
    return folder(path, {f"{name}.csv": text for name, text in files.items()})


def test_a_tour_with_its_defaults(tmp_path: Path) -> None:
    files = TOUR | {"tours.csv": STOPS + GOOD}
    n, found = network(folder(tmp_path, files))
    assert not found
    assert n.legs.km.tolist() == [5, 3, 4] and n.legs.first.tolist() == [True, False, False] and n.legs.floor.all()
    assert {(n.labels["place"][o], n.labels["place"][d]) for o, d in zip(n.hauls.origin, n.hauls.dest, strict=True)} == {
        ("a", "b"), ("c", "b"),
    }  # fmt: skip
    assert balik.solve(tmp_path).totals["deliver"] == {"m": 15}


@pytest.mark.parametrize(
    ("rows", "code", "column"),
    [
        ("t,1,,b,,,,\nt,3,m,a,,v,,\n", "E323", "stop"),
        ("t,2,,b,,,,\nt,3,m,a,,v,,\n", "E323", "stop"),
        ("t,1,,b,,,,\n", "E323", "stop"),
        ("t,1,,b,,,,\nt,1000000,m,a,,v,,\n", "E323", "stop"),
        ("t,1,,b,,,,\nt,2000000000,m,a,,v,,\n", "E120", "stop"),
        ("t,1,,b,,,,\nt,0,m,a,,v,,\n", "E122", "stop"),
        ("t,1,,b,,,,\nt,1.5,m,a,,v,,\n", "E120", "stop"),
        (GOOD.replace("t,1,,b,", "t,1,,b,load"), "E325", "do"),
        (GOOD.replace("t,4,,b,", "t,4,,b,load"), "E325", "do"),
        (GOOD.replace("t,4,,b,", "t,4,r,b,"), "E325", "material"),
        (GOOD + "t,2,r,c,,v,,\nt,3,r,a,unload,v,,\n", "E324", "place"),
        (GOOD + "t,2,r,a,,w,,\n", "E324", "mode"),
        (GOOD + "t,2,r,a,,v,,no\n", "E324", "floor"),
        ("t,1,,b,,v,,\nt,2,m,a,,w,,\nt,3,m,c,,w,,\nt,4,,b,,,,\n", "E324", "mode"),
        ("t,1,,b,,v,,\nt,2,m,a,,,,\nt,3,m,c,,w,,\nt,4,,b,,w,,\n", "E324", "mode"),
        ("t,1,,b,,,,\nt,2,m,a,,v,7,\nt,2,r,a,,v,8,\nt,3,,b,,v,,\n", "E324", "km"),
        (GOOD.replace("t,2,m,a", "t,2,m,"), "E140", "place"),
        (GOOD.replace("t,2,m,a", "t,2,m,q"), "E201", "place"),
        (GOOD.replace("t,2,m,a,,v", "t,2,m,a,,x"), "E201", "mode"),
        (GOOD.replace("t,2,m,a,,v", "t,2,m,a,bring,v"), "E123", "do"),
        (GOOD + "t,3,m,c,,v,,\n", "E202", None),
    ],
)
def test_tours_refused(tmp_path: Path, rows: str, code: str, column: str | None) -> None:
    found = [p for p in problems(folder(tmp_path, TOUR | {"tours.csv": STOPS + rows})) if p.severity == "error"]
    assert {(p.code, p.column) for p in found} == {(code, column)}, [str(p) for p in found]


def test_a_leg_that_needs_kilometres(tmp_path: Path) -> None:
    files = TOUR | {"tours.csv": STOPS + GOOD, "distances.csv": "origin,dest,km\na,b,5\nb,c,4\n"}
    assert {p.code for p in problems(folder(tmp_path, files))} == {"E301"}


@pytest.mark.parametrize("rows", [{"tours.csv": STOPS + GOOD}, {"lanes.csv": "origin,dest,material,mode\na,b,m,v\n"}])
def test_why_kilometres_are_needed(tmp_path: Path, rows: dict[str, str]) -> None:
    """Without a rate only the limit asks for km; with one the rate does."""
    files = TOUR | rows | {"distances.csv": "origin,dest,km\nc,a,5\n", "limits.csv": "limit,quantity,most\nl,km,9\n"}
    rated = {str(p.found) for p in problems(folder(tmp_path, files)) if p.code == "E301"}
    assert any(text.endswith("; its rates need it.") for text in rated)
    free = files | {"modes.csv": "mode,payload\nv,100\nw,50\n"}
    limited = {str(p.found) for p in problems(folder(tmp_path, free)) if p.code == "E301"}
    assert limited and all("is limited" in text for text in limited)
    smoky = files | {"limits.csv": None, "modes.csv": "mode,payload,full_co2\nv,100,1\nw,50,1\n"}
    assert {str(p.found) for p in problems(folder(tmp_path, smoky)) if p.code == "E301"}


def circle(**tables: dict[str, list[object]]) -> dict[str, dict[str, list[object]]]:
    """Lanes in a circle, and a limit that calls for trips."""
    return {
        "places": {"place": ["a", "b"]},
        "materials": {"material": ["m"], "volume": [1]},
        "modes": {"mode": ["v"], "payload": [10], "room": [5]},
        "lanes": {"origin": ["a", "b"], "dest": ["b", "a"], "mode": ["v", "v"]},
        "supply": {"place": ["a"], "material": ["m"], "amount": [10]},
        "demand": {"place": ["b"], "material": ["m"]},
        "limits": {"limit": ["l"], "quantity": ["trips"], "least": [8]},
    } | tables


def test_what_nothing_bounds_says_where_it_is() -> None:
    """Something heavy and something bulky: what fills the vehicle is to be chosen, and the lane is named."""
    case = circle(materials={"material": ["m", "foam"], "volume": [0.1, 1]})
    with pytest.raises(balik.InputError) as refused:
        balik.solve(case, settings={"title": "t"})
    (problem,) = refused.value.problems
    assert problem.code == "E382" and "trips (origin=a, dest=b, mode=v, period=1)" in str(problem.found)
    case["lanes"]["most"] = [40, 40]
    assert balik.solve(case, settings={"title": "t"}).totals["trips"] == {"v": 8}


def test_what_always_fills_the_vehicle_needs_no_bound() -> None:
    """The room is full before the payload is, whatever goes: trips are amount / 5, by a linear program."""
    plan = balik.solve(circle(), settings={"title": "t"})
    assert plan.verified and plan.totals["trips"] == {"v": 8}
    prepared = balik.api.prepare(circle(), settings={"title": "t"})
    assert not prepared.model.program.arrays().integer.any() and "largest" in prepared.model.program.families


def round_trip(**mode: list[object]) -> dict[str, dict[str, list[object]]]:
    """A tour by whole rounds, with a limit that calls for pay: b, a, c and back, 5, 3 and 4 km."""
    return {
        "places": {"place": ["a", "b", "c"]},
        "materials": {"material": ["m"]},
        "modes": {"mode": ["v"], "payload": [10], "full_rate": [1.0], "whole_trips": ["yes"]} | mode,
        "distances": {"origin": ["a", "b", "a"], "dest": ["b", "c", "c"], "km": [5, 4, 3]},
        "tours": {"tour": ["t"] * 4, "stop": [1, 2, 3, 4], "material": ["", "m", "m", ""], "place": ["b", "a", "c", "b"],
                  "mode": ["", "v", "v", "v"]},
        "supply": {"place": ["a", "c"], "material": ["m", "m"], "amount": [10, 5]},
        "demand": {"place": ["b"], "material": ["m"]},
        "limits": {"limit": ["l"], "quantity": ["transport"], "least": [400]},
    }  # fmt: skip


def test_whole_rounds_that_pay_more_loaded_than_empty_need_no_bound() -> None:
    """Legs 5 r, 3 × 10 + 6 r and 4 × 15 + 8 r: 90 + 19 r is 413 in 17 rounds, and less than 400 in 16."""
    plan = balik.solve(round_trip(loaded_rate=[2], empty_rate=[1]), settings={"title": "t"})
    assert plan.verified and (plan.cost, plan.totals["trips"]) == (413, {"v": 17})
    with pytest.raises(balik.InputError) as refused:  # empty costs more: from some rounds on the floor holds
        balik.solve(round_trip(loaded_rate=[0], empty_rate=[1]), settings={"title": "t"})
    assert {problem.code for problem in refused.value.problems} == {"E382"}


@pytest.mark.parametrize(
    ("tables", "cost"),
    [
        ({"demand": {"place": ["x"], "material": ["m"], "most": [10], "price": [5]}}, 3 + 10 + 5 - 50),
        ({"lanes": {"origin": ["a"], "dest": ["x"], "material": ["m"], "fee": [1], "most": [6]}}, 3 + 6 + 3 - 30),
        ({"resources": {"place": ["a"], "resource": ["h"], "capacity": [8]},
          "uses": {"process": ["spring"], "resource": ["h"], "rate": [2]}}, 3 + 8 + 4 - 40),
        ({"processes": {"process": ["spring"], "place": ["a"], "cost": [1], "most": [2]}}, 3 + 4 + 2 - 20),
        ({}, None),
    ],
)  # fmt: skip
def test_a_process_that_uses_nothing_is_bounded_by_what_it_makes(tables: dict[str, object], cost: float | None) -> None:
    """At a site, a spring that makes 2 a run: by its most, by what can be got rid of, or by hours."""
    case = {
        "places": {"place": ["a", "x"]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": ["a"], "dest": ["x"], "material": ["m"], "fee": [1]},
        "demand": {"place": ["x"], "material": ["m"], "price": [5]},
        "processes": {"process": ["spring"], "place": ["a"], "cost": [1]},
        "recipes": {"process": ["spring"], "material": ["m"], "rate": [2]},
        "sites": {"place": ["a"], "running_cost": [3]},
    } | tables
    if cost is None:
        with pytest.raises(balik.InputError) as refused:
            balik.solve(case, settings={"title": "t"})
        assert {problem.code for problem in refused.value.problems} == {"E380"}
    else:
        assert balik.solve(case, settings={"title": "t"}).cost == pytest.approx(cost)


# -- processes ---------------------------------------------------------------------------------------------------


def test_per_counts_in_the_material_that_it_names(tmp_path: Path) -> None:
    files = {
        "materials": "material\nm\nr\n",
        "periods": "period,length\n1,2\n",
        "processes": "process,place,cost,per,most,co2,jobs\np,b,6,m,10,3,1\n",
        "recipes": "process,material,rate\np,m,-2\np,r,2\n",
        "demand": "place,material\nb,r\n",
    }
    n, found = network(case(tmp_path, **files))
    assert not found
    assert (n.runs.cost[0], n.runs.most[0], n.runs.co2[0], n.runs.jobs[0]) == (12, 10, 6, 2)  # most: 10 × 2 / 2
    assert balik.solve(tmp_path).accounts["processing"] == 60


@pytest.mark.parametrize(
    ("processes", "recipes", "code"),
    [
        ("process,place,per\np,b,r\n", "process,material,rate\np,m,-1\n", "E340"),
        ("process,place,account\np,b,trips\n", "process,material,rate\np,m,-1\n", "E341"),
        ("process,place,account\np,b,cost\n", "process,material,rate\np,m,-1\n", "E341"),
        ("process,place,account\np,b,each\n", "process,material,rate\np,m,-1\n", "E207"),
        ("process,place\np,b\n", "process,material,rate\nq,m,-1\n", "E201"),
        ("process,place\np,q\n", "process,material,rate\np,m,-1\n", "E201"),
        ("process,place\np,b\n", "process,material,rate\np,m,\n", "E140"),
        ("process,place,most\np,b,-1\n", "process,material,rate\np,m,-1\n", "E122"),
        ("process,place\np,b\np,b\n", "process,material,rate\np,m,-1\n", "E202"),
    ],
)
def test_processes_refused(tmp_path: Path, processes: str, recipes: str, code: str) -> None:
    files = {"materials": "material\nm\nr\n", "processes": processes, "recipes": recipes}
    assert {p.code for p in problems(case(tmp_path, **files)) if p.severity == "error"} == {code}


# -- sites and stores --------------------------------------------------------------------------------------------


def test_capacity_needs_one_unit_or_mass(tmp_path: Path) -> None:
    files = {
        "materials": "material,unit,mass\nm,kg,\nbox,dus,\n",
        "lanes": "origin,dest\na,b\n",
        "supply": "place,material,amount\na,m,10\na,box,5\n",
        "demand": "place\nb\n",
        "sites": "place,capacity\nb,19\n",
    }
    assert codes(problems(case(tmp_path / "1", **files))) == ["E311"]
    weighed = files | {"materials": "material,unit,mass\nm,kg,\nbox,dus,2\n"}
    assert balik.solve(case(tmp_path / "2", **weighed)).status == "infeasible"
    roomy = weighed | {"sites": "place,capacity\nb,20\n"}
    assert balik.solve(case(tmp_path / "3", **roomy)).status == "optimal"
    unread = files | {"materials": "material,unit,mass\nm,kg,\nbox,dus,x\n"}
    assert codes(problems(case(tmp_path / "4", **unread))) == ["E120"]


def test_stock_of_a_closed_site_and_periods_of_start_and_end(tmp_path: Path) -> None:
    files = {"periods": "period\np1\np2\n", "supply": "place,material,period,amount\na,m,p1,10\n"}

    def found(name: str, stores: str, **more: str) -> list[tuple[str, str | None]]:
        return [(p.code, p.column) for p in problems(case(tmp_path / name, stores=stores, **files, **more))]

    head = "place,material,period,start,end\n"
    assert found("1", head + "b,m,,5,\n", sites="place,status\nb,closed\n") == [("E331", "start")]
    assert found("2", head + "b,m,p2,5,\n") == [("E330", "start")]
    assert found("3", head + "b,m,p1,,5\n") == [("E330", "end")]
    assert found("4", head + "b,m,p1,5,free\nb,m,p2,,5\n") == []
    assert found("5", head + "b,m,,5,5\n") == []


# -- limits ------------------------------------------------------------------------------------------------------

LIMITS = {
    "places": "place,kind\na,home\nb,works\nc,works\n",
    "materials": "material,unit,mass\nm,kg,\nbox,dus,\n",
    "lanes": "origin,dest,fee\na,kind:works,2\n",
    "supply": "place,material,amount\na,m,10\na,box,4\n",
    "demand": "place\nkind:works\n",
    "stores": "place,end\na,0\n",
    "sites": "place,capacity\nb,\n",
    "groups": "column,label,group\nplace,kind:works,g\nmaterial,m,s\n",
}
HEAD = "limit,quantity,coef,least,most,unit,origin,dest,place,kind,group,material,period,account,process\n"


@pytest.mark.parametrize(
    ("rows", "code", "column"),
    [
        ("x,flow,,,,,,,,,,m,,,\n", "E361", "limit"),
        ("x,flow,,1,,,,,,,,m,,,\nx,flow,,2,,,a,,,,,m,,,\n", "E364", "least"),
        ("x,flow,,,5,,,,,,,m,,,\nx,flow,,,5,,a,,,,,m,,,\n", "E364", "most"),
        ("x,use,,1,,,,,,,,,,,\n", "E365", "least"),
        ("x,use,-1,,1,,,,,,,,,,\n", "E365", "least"),
        ("x,flow,,,5,,,,b,,,m,,,\n", "E362", "place"),
        ("x,flow,,,5,,,,,works,,m,,,\n", "E362", "kind"),
        ("x,trips,,,5,,,,,,g,,,,\n", "E362", "group"),
        ("x,fee,,,5,,,,,works,,,,,\n", "E362", "kind"),
        ("x,collect,,,5,,a,,,,,m,,,\n", "E362", "origin"),
        ("x,open,,,5,,,,,,,m,,,\n", "E362", "material"),
        ("x,stock,,,5,,,,,,,m,,,\n", "E363", "period"),
        ("x,flows,,,5,,,,,,,m,,,\n", "E360", "quantity"),
        ("x,sorting,,,5,,,,,,,,,,\n", "E360", "quantity"),
        ("x,flow,,,5,,,,,,,,,,\n", "E366", "unit"),
        ("x,flow,,,5,dus,,,,,,m,,,\n", "E366", "unit"),
        ("x,cost,,,5,kg,,,,,,,,,\n", "E366", "unit"),
        ("x,flow,,,5,,,,,,,m,,,\nx,fee,,,,,,,,,,,,,\n", "E366", "quantity"),
        ("x,flow,,,5,,,,,,,m,,,\nx,flow,,,,,,,,,,box,,,\n", "E366", "unit"),
        ("x,flow,,,5,kg,,,,,,m,,,\nx,flow,,,,t,a,,,,,m,,,\n", "E366", "unit"),
        ("x,flow,,,5,,b,,,,,m,,,\n", "E367", "quantity"),
        ("x,run,,,5,,,,,,,,,,\n", "E367", "quantity"),
        ("x,flow,,,5,,q,,,,,m,,,\n", "E201", "origin"),
        ("x,flow,,,5,,,,,,,group:q,,,\n", "E201", "material"),
        ("x,flow,,6,5,,,,,,,m,,,\n", "E142", "most"),
        ("x,flow,one,,5,,,,,,,m,,,\n", "E120", "coef"),
    ],
)
def test_limits_refused(tmp_path: Path, rows: str, code: str, column: str) -> None:
    found = [p for p in problems(case(tmp_path, **LIMITS, limits=HEAD + rows)) if p.severity == "error"]
    assert [(p.code, p.column) for p in found] == [(code, column)], [str(p) for p in found]


@pytest.mark.parametrize(
    ("rows", "cost"),
    [
        ("x,flow,,,8,,,b,,,,m,,,\n", 28),
        ("x,flow,,3,,,,c,,,,m,,,\n", 28),
        ("x,flow,1,,,,,each,,,,m,,,\nx,flow,,-100,5,,,,,,,box,,,\n", None),
        ("x,flow,,0.004,,t,,c,,,,m,,,\n", 28),
        ("x,cost,,,28,IDR,,,,,,,,,\n", 28),
        ("x,cost,,,28,Rp,,,,,,,,,\n", 28),
        ("x,cost,,,27,,,,,,,,,,\n", None),
        ("x,fee,,,28,,group:g,,,,,,,,\n", None),
        ("x,flow,,,28,,a,group:g,,,,group:s,,,\n", 28),
        ("x,flow,,,5,,,kind:works,,,,m,,,\n", None),
        ("x,collect,,,10,,,,,home,,m,,,\n", 28),
        ("x,deliver,,,9,,,,,,g,m,,,\n", None),
        ("x,stock,,,5,,,,,,,m,each,,\n", 28),
        ("x,stock,,,5,,,,a,,,m,1,,\n", 28),
        ("x,open,,,1,,,,,,,,,,\n", 28),
        ("x,use,,,1,,,,,,,,,,\n", 28),
        ("x,flow,,,5,,,each,,,,m,,,\n", 28),
        ("x,flow,,,4,,,each,,,,m,,,\n", None),
        ("x,flow,1,,,,,c,,,,m,,,\nx,flow,-0.5,0,,,,,,,,m,,,\n", 28),
    ],
)
def test_limits_hold(tmp_path: Path, rows: str, cost: float | None) -> None:
    plan = None
    found = problems(case(tmp_path, **LIMITS, limits=HEAD + rows))
    if not [p for p in found if p.severity == "error"]:
        plan = balik.solve(tmp_path)
        assert plan.cost == cost and (plan.verified or cost is None)
    else:
        assert cost is None, [str(p) for p in found]


def test_advice_for_places_of_lanes(tmp_path: Path) -> None:
    (problem,) = problems(case(tmp_path, **LIMITS, limits=HEAD + "x,flow,,,5,,,,,works,,m,,,\n"))
    assert "origin = kind:works" in problem.advice and "dest = kind:works" in problem.advice


def test_accounts_of_a_group(tmp_path: Path) -> None:
    files = {
        "groups": "column,label,group\naccount,fee,paid\naccount,purchase,paid\n",
        "supply": "place,material,amount,price\na,m,10,1\n",
    }
    for most, status in ((29, "infeasible"), (30, "optimal")):
        limits = f"limit,quantity,most,account\nx,cost,{most},group:paid\n"
        assert balik.solve(case(tmp_path / str(most), **files, limits=limits)).status == status


def test_a_row_of_a_limit_that_stands_twice_is_a_problem():
    """Rows of one limit are added, so a copy would count twice without a word."""
    import balik

    case = {
        "places": {"place": ["a", "p"]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["a"], "material": ["m"], "most": [10]},
        "lanes": {"origin": ["a"], "dest": ["p"]},
        "demand": {"place": ["p"], "material": ["m"], "price": [1]},
        "limits": {"limit": ["l", "l"], "quantity": ["flow", "flow"], "origin": ["a", "a"], "most": [8, ""]},
    }
    assert [(p.code, p.line) for p in balik.check(case)] == [("E202", 2)]
    case["limits"]["origin"] = ["a", ""]
    assert balik.solve(case).cost == -4
