"""Kilometres, `within` and `nearest`, vehicles that are shared, and what needs a distance."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import balik
from tables.casing import codes, folder, lanes, network, problems

FILES = {
    "places.csv": "place,kind,lat,lon,at\na,home,0,0,\nb,works,0,1,\nc,works,0,2,\nd,works,0,-2,\ne,yard,,,b\n",
    "demand.csv": "place,material\nkind:works,m\ne,m\n",
}


def case(path: Path, rows: str, head: str = "origin,dest,fee,nearest,within", **files: str) -> Path:
    named = {f"{name}.csv" if name != "toml" else "case.toml": text for name, text in files.items()}
    return folder(path, FILES | {"lanes.csv": f"{head}\n{rows}"} | named)


TOML = 'title = "x"\n[distance]\ndetour = {}\n'


def km(path: Path, **files: str) -> dict[str, float]:
    found = lanes(case(path, "a,*,1,,\n", **files))
    return {dest: lane["km"] for (_, dest), lane in found.items()}


def test_great_circles_are_rounded_before_the_detour(tmp_path: Path) -> None:
    degree = round(6371.0088 * math.pi / 180, 3)
    found = km(tmp_path, toml=TOML.format(1.3))
    assert found["b"] == degree * 1.3 and found["c"] == round(2 * 6371.0088 * math.pi / 180, 3) * 1.3
    assert found["e"] == found["b"]  # its coordinates are those of the place on the same spot


def test_no_default_detour(tmp_path: Path) -> None:
    assert all(math.isnan(x) for x in km(tmp_path).values())


def test_distances_given_symmetric_and_on_the_same_spot(tmp_path: Path) -> None:
    rows = "origin,dest,km\nb,a,7\na,c,9\nc,a,10\n"
    found = km(tmp_path / "1", toml=TOML.format(1), distances=rows)
    assert (found["b"], found["c"], found["e"]) == (7, 9, 7)
    assert found["d"] == round(2 * 6371.0088 * math.pi / 180, 3)
    back = lanes(case(tmp_path / "2", "*,a,1,,\n", distances=rows))
    assert back["c", "a"]["km"] == 10 and back["b", "a"]["km"] == 7
    spot = lanes(case(tmp_path / "3", "b,e,1,,\ne,b,1,,\n", distances=rows))
    assert [lane["km"] for lane in spot.values()] == [0, 0]


def test_the_kilometres_of_a_lane_come_first(tmp_path: Path) -> None:
    found = lanes(case(tmp_path, "a,b,1,3\n", "origin,dest,fee,km", distances="origin,dest,km\na,b,7\n"))
    assert found["a", "b"]["km"] == 3


@pytest.mark.parametrize(
    ("rows", "count"),
    [("b,e,5\n", 1), ("a,b,5\na,e,6\n", 1), ("b,b,1\n", 1), ("a,b,150\na,e,150\n", 0), ("b,e,0\n", 0), ("*,*,5\n", 0)],
)
def test_contradictions_on_one_spot(tmp_path: Path, rows: str, count: int) -> None:
    assert codes(problems(case(tmp_path, "a,b,1,,\n", distances="origin,dest,km\n" + rows))) == ["E302"] * count


def test_within_first_then_nearest_with_ties(tmp_path: Path) -> None:
    near = "origin,dest,km\na,b,1\na,c,2\na,d,2\na,e,5\n"
    places = {"places": "place,kind\na,home\nb,works\nc,works\nd,works\ne,works\n", "distances": near}

    def kept(name: str, rows: str) -> set[str]:
        return {dest for _, dest in lanes(case(tmp_path / name, rows, **places))}

    assert kept("1", "a,kind:works,1,1,\n") == {"b"}
    assert kept("2", "a,kind:works,1,2,\n") == {"b", "c", "d"}
    assert kept("3", "a,kind:works,1,9,2\n") == {"b", "c", "d"}
    assert kept("4", "a,kind:works,1,,1.5\n") == {"b"}
    assert kept("5", "a,kind:works,1,1,0.5\n") == set()
    assert kept("6", "a,kind:works,1,1,\na,e,1,1,1\n") == {"b", "e"}  # a lane that names both is exempt
    assert kept("7", "a,kind:works,1,1,\na,b,9,,\n") == {"b", "c", "d"}  # and does not count for the other row
    n, _ = network(case(tmp_path / "1", "a,kind:works,1,1,\n", **places))
    assert n.dropped == 3
    assert balik.solve(case(tmp_path / "1", "a,kind:works,1,1,\n", **places)).facts["size"]["dropped_lanes"] == 3


def test_nearest_counts_for_each_material_mode_and_period(tmp_path: Path) -> None:
    files = {
        "distances": "origin,dest,km\na,b,1\na,c,2\na,d,3\n",
        "materials": "material\nm\nr\n",
        "periods": "period\n1\n2\n",
        "modes": "mode,payload\nv,1\nw,1\n",
    }
    head = "origin,dest,mode,nearest,within"
    n, found = network(case(tmp_path, "a,kind:works,*,2,\n", head, **files))
    assert not found and len(n.lanes) == 2 * 2 * 2 * 2


@pytest.mark.parametrize(
    ("modes", "more", "needed"),
    [
        ("mode,full_rate\nv,1\n", {}, True),
        ("mode,payload,empty_rate\nv,5,1\n", {}, True),
        ("mode,payload,loaded_co2\nv,5,1\n", {}, True),
        ("mode,full_co2\nv,1\n", {}, True),
        ("mode,payload,trip_cost\nv,5,1\n", {}, False),
        ("mode,payload\nv,5\n", {"limits": "limit,quantity,most\nx,km,5\n"}, True),
        ("mode,payload\nv,5\n", {"limits": "limit,quantity,most\nx,tkm,5\n"}, True),
        ("mode,payload\nv,5\n", {"toml": 'title = "x"\n[objective]\nkm = 1\n'}, True),
        ("mode,payload\nv,5\n", {"limits": "limit,quantity,most\nx,trips,5\n"}, False),
    ],
)
def test_what_needs_kilometres(tmp_path: Path, modes: str, more: dict[str, str], needed: bool) -> None:
    found = problems(case(tmp_path, "a,b,v\n", "origin,dest,mode", modes=modes, **more))
    assert codes(found) == (["E301"] if needed else []), [str(p) for p in found]


def test_within_and_nearest_need_kilometres(tmp_path: Path) -> None:
    (problem,) = problems(case(tmp_path, "a,kind:works,1,2,\n"))
    assert problem.code == "E301" and "a to b" in problem.found and "detour" in problem.advice


def test_without_kilometres_they_are_null(tmp_path: Path) -> None:
    plan = balik.solve(case(tmp_path, "a,b,v\n", "origin,dest,mode", modes="mode,payload\nv,5\n"))
    assert plan.columns["trips"]["km"] == [None] and plan.verified
    assert plan.document()["measures"]["km"] is None


@pytest.mark.parametrize("column", ["trip_cost", "loaded_rate", "empty_rate", "loaded_co2", "empty_co2"])
def test_a_vehicle_that_never_fills(tmp_path: Path, column: str) -> None:
    rows = "a,b,v,140\n"
    found = problems(case(tmp_path / "1", rows, "origin,dest,mode,km", modes=f"mode,{column}\nv,3\n"))
    assert [(p.code, p.column, p.line) for p in found] == [("E322", column, 2)]
    files = {"modes": f"mode,room,{column}\nv,2,3\n", "materials": "material,volume\nm,0.1\n"}
    assert problems(case(tmp_path / "2", rows, "origin,dest,mode,km", **files)) == []


def test_materials_that_share_a_trip_agree(tmp_path: Path) -> None:
    files = {"materials": "material\nm\nr\n", "supply": "place,material,amount\na,m,1\na,r,1\n", "demand": "place\nb\n"}
    head = "origin,dest,material,mode,km"

    def found(name: str, modes: str, rows: str = "a,b,,v,4\n") -> list[str]:
        found = problems(case(tmp_path / name, rows, head, modes=modes, **files))
        return codes([p for p in found if p.severity == "error"])

    assert found("1", "mode,material,payload,full_rate,full_co2\nv,m,5,1,1\nv,r,6,2,2\n") == []
    for column in ("room", "loaded_rate", "empty_rate", "trip_cost", "loaded_co2", "empty_co2"):
        extra = {"materials": "material,volume\nm,1\nr,1\n"}
        files |= extra
        assert found(column, f"mode,material,payload,{column}\nv,m,5,1\nv,r,5,2\n") == ["E321"]
    assert found("w", "mode,material,payload,whole_trips\nv,m,5,yes\nv,r,5,no\n") == ["E321"]
    assert found("k", "mode,payload\nv,5\n", "a,b,m,v,4\na,b,r,v,5\n") == ["E321"]
    assert found("apart", "mode,material,payload,trip_cost\nv,m,5,1\nv,r,5,2\n", "a,b,m,v,4\n") == []


def test_a_vehicle_without_a_row_for_the_material(tmp_path: Path) -> None:
    files = {"materials": "material\nm\nr\n", "modes": "mode,material,payload\nv,m,5\n"}
    assert codes(problems(case(tmp_path / "1", "a,b,v\n", "origin,dest,mode", **files))) == ["E320"]
    wrong = files | {"modes": "mode,material,payload\nv,m,5\nv,r,x\n"}
    assert codes(problems(case(tmp_path / "2", "a,b,v\n", "origin,dest,mode", **wrong))) == ["E120"]


def test_room_needs_a_volume(tmp_path: Path) -> None:
    files = {"modes": "mode,room\nv,5\n"}
    assert codes(problems(case(tmp_path / "1", "a,b,v\n", "origin,dest,mode", **files))) == ["E312"]
    bad = files | {"materials": "material,volume\nm,-1\n"}
    assert codes(problems(case(tmp_path / "2", "a,b,v\n", "origin,dest,mode", **bad))) == ["E122"]
