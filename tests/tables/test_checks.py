"""Labels, references and rows in themselves; every problem at once, and none that is not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import balik
from balik.errors import CallError
from balik.schema import INPUT
from tables.casing import codes, folder, problems, short, typed

RICH = {
    "case.toml": 'title = "x"\n[distance]\ndetour = 1.2\n[finance]\none_off = "once"\n',
    "places.csv": "place,kind,lat,lon,at\na,home,-6,106,\nb,works,-6.1,106.1,\nc,works,,,b\n",
    "groups.csv": "column,label,group\nplace,a,north\nplace,kind:works,south\nmaterial,m,stream\n",
    "materials.csv": "material,unit,mass,volume\nm,kg,,0.01\nr,kg,,\nbox,dus,2,\n",
    "periods.csv": "period,length\np1,1\np2,2\n",
    "modes.csv": "mode,payload,full_rate,trip_cost\nv,100,1,2\n",
    "lanes.csv": "origin,dest,material,mode,fee\nkind:home,group:south,m,v,\na,b,box,,3\n",
    "distances.csv": "origin,dest,km\na,b,10\n",
    "supply.csv": "place,material,amount,least,most,left_cost\na,m,10,,,\na,box,,,5,1\n",
    "demand.csv": "place,material,least,most,price,shortage_cost\nc,m,1,,2,5\nb,box,,,,\n",
    "processes.csv": "process,place,cost,per,account\ns,b,1,m,sorting\nd,b,1,,\n",
    "recipes.csv": "process,material,rate\ns,m,-1\ns,r,1\nd,r,-1\n",
    "sites.csv": "place,size,capacity,opening_cost,status\nb,small,100,5,\nc,,100,,existing\n",
    "stores.csv": "place,material,room,start,end\nb,m,50,1,\n",
    "tours.csv": "tour,stop,material,place,mode\nt,1,,b,\nt,2,m,a,v\nt,3,,b,v\n",
    "limits.csv": "limit,quantity,most,place,origin,material,account\nx,flow,1000,,a,group:stream,\ny,cost,1e6,,,,sorting\n",
    "scenarios.csv": "scenario,probability\nhigh,0.5\n",
    "changes.csv": "scenario,table,column,where,op,value\nhigh,supply,amount,place=a;material=m,*=,2\n",
    "expected.csv": "quantity,scenario,value,verdict\ncost,high,5,misprint\n",
}


def test_the_rich_case_is_sound(tmp_path: Path) -> None:
    case = folder(tmp_path, RICH)
    assert [p for p in problems(case) + problems(case, "high") if p.severity == "error"] == []
    assert balik.solve(case).status == "optimal"


#: One mistake each: file, old, new, and what must be said: code, line, column.
MISTAKES = [
    ("case.toml", "detour", "detuor", "E112", 3, "distance.detuor"),
    ("places.csv", "-6.1,", "-96.1,", "E122", 3, "lat"),
    ("groups.csv", "place,a,", "place,aa,", "E201", 2, "label"),
    ("materials.csv", "dus,2", "dus,-2", "E122", 4, "mass"),
    ("periods.csv", "p2,2", "p2,0", "E122", 3, "length"),
    ("modes.csv", "v,100", "v,100kg", "E120", 2, "payload"),
    ("lanes.csv", "a,b,box", "a,q,box", "E201", 3, "dest"),
    ("distances.csv", "10", "1O", "E120", 2, "km"),
    ("supply.csv", "a,m,10,,", "a,m,10,5,", "E141", 2, "amount"),
    ("demand.csv", "c,m,1,,", "c,m,1,0.5,", "E142", 2, "most"),
    ("processes.csv", "1,m,", "1,mm,", "E201", 2, "per"),
    ("recipes.csv", "s,m,-1", "s,m,", "E140", 2, "rate"),
    ("sites.csv", "existing", "exist", "E123", 3, "status"),
    ("stores.csv", "50,1,", "50,one,", "E120", 2, "start"),
    ("tours.csv", "t,2,m,a", "t,2,m,", "E140", 3, "place"),
    ("limits.csv", "x,flow", "x,flown", "E360", 2, "quantity"),
    ("scenarios.csv", "0.5", "50", "E122", 2, "probability"),
    ("changes.csv", "*=", "x=", "E123", 2, "op"),
    ("expected.csv", "misprint", "missprint", "E123", 2, "verdict"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[m[0] for m in MISTAKES])
def test_one_mistake_is_one_problem(tmp_path: Path, mistake: tuple[str, str, str, str, int, str]) -> None:
    file, old, new, *expected = mistake
    assert old in RICH[file]
    found = problems(folder(tmp_path, RICH | {file: RICH[file].replace(old, new, 1)}))
    assert [(p[0], *p[2:]) for p in short(found)] == [tuple(expected)], [str(p) for p in found]
    assert found[0].found and found[0].advice and (found[0].file or "").endswith(file)


@pytest.mark.parametrize(("lat", "swapped"), [("107.61", True), ("-96.1", True), ("1076.1", False)])
def test_a_latitude_that_would_do_as_longitude(tmp_path: Path, lat: str, swapped: bool) -> None:
    """East of 90 degrees, swapped coordinates are out of range before anything can be compared with them."""
    (problem,) = problems(folder(tmp_path, RICH | {"places.csv": RICH["places.csv"].replace("-6.1,", f"{lat},")}))
    assert (problem.code, problem.line, problem.column) == ("E122", 3, "lat")
    assert ("lat and lon are swapped" in problem.advice) == swapped
    assert ("lat dan lon tertukar" in problem.into("id").advice) == swapped


def test_every_mistake_at_once(tmp_path: Path) -> None:
    files = {file: RICH[file].replace(old, new, 1) for file, old, new, *_ in MISTAKES}
    found = problems(folder(tmp_path, RICH | files))
    assert sorted(short(found)) == sorted((m[3], m[0], m[4], m[5]) for m in MISTAKES), [str(p) for p in found]


@pytest.mark.parametrize(
    ("files", "code", "column"),
    [
        ({"places.csv": "place,kind\na,home\nb,works\na,home\n"}, "E202", "place"),
        ({"places.csv": "place,kind\na,home\nb,works\n,x\n"}, "E140", "place"),
        ({"places.csv": "place,kind\na,home\nb,works\n*,x\n"}, "E207", "place"),
        ({"places.csv": "place,kind\na,home\nb,works\nkind:x,x\n"}, "E207", "place"),
        ({"places.csv": "place,kind\na,home\nb,works\neach,x\n"}, "E207", "place"),
        ({"places.csv": "place,kind\na,home\nb,works\ndefault,x\n"}, "E207", "place"),
        ({"places.csv": "place,kind\na,home\nb,each\n"}, "E207", "kind"),
        ({"places.csv": "place,kind,at\na,home,\nb,works,q\n"}, "E201", "at"),
        ({"places.csv": "place,kind,at\na,home,\nb,works,*\n"}, "E201", "at"),
        ({"places.csv": "place,kind,at\na,home,a\nb,works,\n"}, "E303", "at"),
        ({"groups.csv": "column,label,group\nmateril,m,g\n"}, "E123", "column"),
        ({"groups.csv": "column,label,group\nplace,kind:x,g\n"}, "E201", "label"),
        ({"lanes.csv": "origin,dest,material\nkind:x,b,m\n"}, "E201", "origin"),
        ({"lanes.csv": "origin,dest,material\ngroup:x,b,m\n"}, "E201", "origin"),
        ({"lanes.csv": "origin,dest,material\na,b,kind:home\n"}, "E201", "material"),
        ({"lanes.csv": "origin,dest,material,mode\na,b,m,truck\n"}, "E201", "mode"),
        ({"lanes.csv": "origin,dest,material,period\na,b,m,2\n"}, "E201", "period"),
        ({"lanes.csv": "origin,dest,material,single\na,b,m,perhaps\n"}, "E125", "single"),
        ({"lanes.csv": "origin,dest,material,fill\na,b,m,0\n"}, "E122", "fill"),
        ({"lanes.csv": "origin,dest,material,nearest\na,kind:works,m,1.5\n"}, "E120", "nearest"),
        ({"lanes.csv": "origin,dest,material,nearest\na,kind:works,m,0\n"}, "E122", "nearest"),
        ({"lanes.csv": "origin,dest,material,least,most\na,b,m,5,4\n"}, "E142", "most"),
        ({"supply.csv": "place,material,amount,most\na,m,10,20\n"}, "E141", "amount"),
        ({"supply.csv": "place,material,least,left_cost\na,m,10,2\n"}, "E144", "left_cost"),
        ({"supply.csv": "place,material,amount\na,m,-1\n"}, "E122", "amount"),
        ({"demand.csv": "place,material,amount,least\nb,m,1,1\n"}, "E141", "amount"),
        ({"materials.csv": "material,unit,mass\nm,t,2\n"}, "E310", "mass"),
        ({"sites.csv": "place,status\nb,opened\n"}, "E123", "status"),
        ({"sites.csv": "place,least,capacity\nb,5,4\n"}, "E142", "capacity"),
        ({"stores.csv": "place,material,room,end\nb,m,4,5\n"}, "E142", "room"),
        (
            {"stores.csv": "place,material\nb,m\n", "periods.csv": "period,repeats\n1,2\n"},
            "E143",
            "repeats",
        ),
        ({"limits.csv": "limit,quantity,most\n,flow,5\n"}, "E140", "limit"),
        ({"limits.csv": "limit,quantity,most,kind\nx,use,5,q\n"}, "E201", "kind"),
        ({"limits.csv": "limit,quantity,most,group\nx,use,5,q\n"}, "E201", "group"),
        ({"limits.csv": "limit,quantity,most,account\nx,cost,5,q\n"}, "E201", "account"),
        ({"limits.csv": "limit,quantity,most,origin\nx,flow,5,kind:q\n"}, "E201", "origin"),
        ({"goals.csv": "goal,quantity,target\nx,flow,5\n"}, "E610", "sense"),
        ({"goals.csv": "goal,quantity,sense\nx,flow,equal\n"}, "E610", "target"),
    ],
)
def test_rows_refused(tmp_path: Path, files: dict[str, str], code: str, column: str | None) -> None:
    found = problems(folder(tmp_path, files))
    assert [(p.code, p.column) for p in found] == [(code, column)], [str(p) for p in found]
    assert found[0].line is not None and found[0].found and (found[0].advice or code == "E201")


def test_nearest_label_and_where_labels_are_listed(tmp_path: Path) -> None:
    (problem,) = problems(
        folder(tmp_path, {"places.csv": "place\npabrik\na\nb\n", "lanes.csv": "origin,dest\na,pabrk\n"})
    )
    assert problem.found == "'pabrk' is not a place."
    assert problem.advice == "Did you mean 'pabrik'? The places are listed in the table places."


def test_words_in_two_languages(tmp_path: Path) -> None:
    for word, whole in (("yes", True), ("ya", True), ("YES", True), ("no", False), ("tidak", False), ("", False)):
        files = {
            "modes.csv": f"moda,muatan,biaya_rit,rit_utuh\nv,4,1,{word}\n",
            "lanes.csv": "asal,tujuan,moda\na,b,v\n",
        }
        assert balik.solve(folder(tmp_path / f"w{word}", files)).cost == (3 if whole else 2.5)


@pytest.mark.parametrize("table", [t for t in INPUT if t not in ("changes", "expected")])
def test_every_column_by_its_indonesian_name(table: str) -> None:
    schema = INPUT[table]
    assert all(schema.names[c.indonesian.lower()] == c.name for c in schema.columns.values() if c.indonesian)
    assert all(schema.names[name] == name for name in schema.columns)


# -- data frames -------------------------------------------------------------------------------------------------


def frames(**over: object) -> dict[str, object]:
    base: dict[str, object] = {
        "places": pd.DataFrame({"place": [1, 2], "kind": ["home", None]}),
        "materials": {"material": ["m"]},
        "lanes": pd.DataFrame({"origin": [1.0], "dest": [2.0], "material": ["m"], "fee": [2.5], "most": [np.nan]}),
        "supply": {"place": [np.int64(1)], "material": ["m"], "amount": [10]},
        "demand": {"place": ["2"], "material": ["m"]},
    }
    return {name: frame for name, frame in (base | over).items() if frame is not None}


def test_frames_are_a_case() -> None:
    plan = balik.solve(frames())
    assert plan.cost == 25 and plan.problems == []
    assert typed(frames()).labels["place"] == ["1", "2"]
    lanes = pd.DataFrame({"asal": ["1"], "tujuan": ["2"], "single": [True], "_mine": [pd.NA], "most": [float("inf")]})
    assert balik.solve(frames(lanes=lanes)).cost == 0


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"lanes": pd.DataFrame({"origin": ["1"], "dest": ["2"], "feee": [1]})}, "E104"),
        ({"lanes": pd.DataFrame({"origin": ["1"], "dest": ["2"], "fee [Rp]": [1]})}, "E105"),
        ({"lanes": pd.DataFrame([["1", "2", "2"]], columns=["origin", "dest", "dest"])}, "E106"),
        ({"lanes": pd.DataFrame({"origin": [], "dest": []})}, "E102"),
        ({"lanes": {}}, "E102"),
        ({"lanes": {"origin": ["1"], "dest": ["2"], "fee": [True]}}, "E120"),
        ({"lanes": {"origin": ["1"], "dest": ["2"], "fee": [10**400]}}, "E120"),
        ({"lanes": {"origin": ["1"], "dest": ["2"], "fee": [object()]}}, "E120"),
        ({"lane": {"origin": ["1"]}}, "W101"),
    ],
)
def test_frames_refused(over: dict[str, object], code: str) -> None:
    assert codes(problems(frames(**over))) == [code]


@pytest.mark.parametrize("frame", ["text", 3, None, {"origin": "ab"}, {"origin": 3}, {"origin": ["1"], "dest": []}])
def test_what_is_no_frame(frame: object) -> None:
    with pytest.raises(CallError):
        balik.solve(frames() | {"lanes": frame})


@pytest.mark.parametrize(("amount", "code"), [(1e-9, "E126"), (9e-7, "E126"), (5e-4, "W106"), (0, None), (1e-3, None)])
def test_amounts_too_small_for_their_unit(amount, code):
    """What lies within the solver's tolerance could be left out, and nobody would see it."""
    case = {
        "places": {"place": ["a", "p"]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["a"], "material": ["m"], "amount": [amount]},
        "lanes": {"origin": ["a"], "dest": ["p"], "fee": [1e9]},
        "demand": {"place": ["p"], "material": ["m"], "price": [1]},
    }
    assert [p.code for p in balik.check(case)] == ([code] if code else [])
