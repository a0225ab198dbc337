"""Order of overlays, a scenario's rows, `changes` and `--set`: all on cells as written."""

from __future__ import annotations

from pathlib import Path

import pytest

import balik
from balik.errors import CallError
from balik.tables import read
from balik.tables.case import NO_SCENARIOS
from tables.casing import codes, folder, problems, short, typed

BASE = {
    "places.csv": "place,kind\na,home\nb,works\nc,works\n",
    "lanes.csv": "origin,dest,material,fee,most\na,b,m,2,\na,c,m,5,50\n",
    "supply.csv": "place,material,amount\na,m,10\n",
    "demand.csv": "place,material,most\nkind:works,m,\n",
    "scenarios.csv": "scenario\nx\ny\n",
}


def cells(case: Path, table: str, column: str, scenario: str | None = None, sets: tuple[str, ...] = ()) -> list[str]:
    tables = read(case, scenario, sets)
    assert not tables.problems.errors, [str(p) for p in tables.problems]
    return list(tables[table].columns[column])  # type: ignore[union-attr]


def test_rows_meet_by_key_blank_keeps_default_resets_remove_deletes(tmp_path: Path) -> None:
    case = folder(
        tmp_path,
        BASE
        | {
            "scenarios/x/lanes.csv": "origin,dest,material,fee,most,remove\na,b,m,,default,\na,c,m,7,default,\nb,c,m,1,default,\n",
            "scenarios/y/lanes.csv": "origin,dest,material,remove\na,c,m,yes\n",
        },
    )
    assert cells(case, "lanes", "fee") == ["2", "5"]
    assert cells(case, "lanes", "fee", "x") == ["2", "7", "1"]
    assert cells(case, "lanes", "most", "x") == ["", "", ""]
    assert cells(case, "lanes", "dest", "y") == ["b"]


def test_a_blank_key_and_a_star_are_one_key(tmp_path: Path) -> None:
    case = folder(
        tmp_path,
        BASE
        | {
            "supply.csv": "place,material,amount\na,,10\n",
            "scenarios/x/supply.csv": "place,material,period,amount\na,*,*,20\n",
            "sites.csv": "place,capacity\nb,100\n",
            "scenarios/x/sites.csv": "place,size,capacity\nb,-,50\n",
        },
    )
    assert cells(case, "supply", "amount", "x") == ["20"]
    assert cells(case, "sites", "capacity", "x") == ["50"]


def test_a_scenario_brings_a_table_and_takes_one_away(tmp_path: Path) -> None:
    case = folder(
        tmp_path,
        BASE
        | {
            "limits.csv": "limit,quantity,most\nq,flow,5\n",
            "scenarios/x/limits.csv": "limit,remove\nq,yes\n",
            "scenarios/y/sites.csv": "place,capacity\nb,100\n",
        },
    )
    assert balik.solve(case).status == "infeasible"
    assert balik.solve(case, "x").cost == 20
    assert read(case, "x")["limits"] is None
    assert len(read(case, "y")["sites"] or ()) == 1 and read(case)["sites"] is None


def test_rows_of_limits_meet_by_the_name_and_the_cells_they_fill(tmp_path: Path) -> None:
    files = BASE | {
        "limits.csv": "limit,quantity,coef,most,origin,dest\ns,flow,1,9,a,b\ns,flow,-1,,a,c\nt,flow,1,3,,\n",
        "scenarios/x/limits.csv": "limit,dest,coef\ns,c,-2\n",
        "scenarios/y/limits.csv": "limit,most\ns,4\n",
    }
    case = folder(tmp_path, files)
    assert cells(case, "limits", "coef", "x") == ["1", "-2", "1"]
    (problem,) = read(case, "y").problems
    assert problem.code == "E203" and problem.line == 2
    new = folder(
        tmp_path / "new", files | {"scenarios/x/limits.csv": "limit,quantity,dest,most\ns,flow,c,1\nu,flow,,9\n"}
    )
    assert cells(new, "limits", "limit", "x") == ["s", "s", "t", "u"]


def test_the_order_is_base_rows_changes_sets(tmp_path: Path) -> None:
    case = folder(
        tmp_path,
        BASE
        | {
            "scenarios/x/lanes.csv": "origin,dest,material,fee\na,b,m,10\n",
            "changes.csv": "scenario,table,column,where,op,value\n"
            "x,lanes,fee,dest=b,*=,2\nx,lanes,fee,dest=b,+=,1\ny,lanes,fee,,=,100\n",
        },
    )
    assert cells(case, "lanes", "fee", "x") == ["21", "5"]
    assert cells(case, "lanes", "fee", "x", ("lanes.fee[dest=b] *= 2", "lanes.fee += 1")) == ["43", "6"]
    assert cells(case, "lanes", "fee", "y") == ["100", "100"]
    assert cells(case, "lanes", "fee") == ["2", "5"]


@pytest.mark.parametrize(
    ("text", "column", "after"),
    [
        ("lanes.fee = 3", "fee", ["3", "3"]),
        ("lanes.fee[dest=b]=3", "fee", ["3", "5"]),
        ("lanes.fee[dest = b , origin=a] *= 1.1", "fee", ["2.2", "5"]),
        ("lanes.fee[dest='b'] += -1/3", "fee", ["5/3", "5"]),
        ('lanes.fee["dest"=b] = 3', "fee", None),
        ("lanes.fee[dest=b] = default", "fee", ["", "5"]),
        ("lanes.most[most=] = 7", "most", ["7", "50"]),
        ("lanes.most[dest=c] *= 0.1", "most", ["50", "5"]),
        ("lanes.single = ya", "single", ["ya", "ya"]),
        ("lanes.ongkos[tujuan=c] = 6", "fee", ["2", "6"]),
        ("lanes.note[dest=c] = 'a, [b] = c'", "note", ["", "a, [b] = c"]),
        ("lanes.most = inf", "most", ["inf", "inf"]),
        (" lanes . fee [ dest=b ] = 3 ", "fee", ["3", "5"]),
    ],
)
def test_set(tmp_path: Path, text: str, column: str, after: list[str] | None) -> None:
    case = folder(tmp_path, BASE | {"lanes.csv": "origin,dest,material,fee,most\na,b,m,2,\na,c,m,5,50\n"})
    if after is None:
        assert read(case, None, (text,)).problems.errors
        return
    if text.startswith("lanes.most[dest=c]"):
        after = ["", after[1]]
    assert cells(case, "lanes", column, None, (text,)) == after


def test_names_with_signs_in_them(tmp_path: Path) -> None:
    files = {
        "places.csv": 'place,kind\n"Jum\'at, pagi [1]",home\nb=c,works\n',
        "lanes.csv": 'origin,dest,material,fee\n"Jum\'at, pagi [1]",b=c,m,2\n',
        "supply.csv": 'place,material,amount\n"Jum\'at, pagi [1]",m,10\n',
        "demand.csv": "place,material\nb=c,m\n",
        "changes.csv": 'scenario,table,column,where,op,value\nx,lanes,fee,"origin=""Jum\'at, pagi [1]"";dest=b=c",=,4\n',
    }
    case = folder(tmp_path, files)
    text = """lanes.fee[origin="Jum'at, pagi [1]", dest='b=c'] = 3"""
    assert cells(case, "lanes", "fee", None, (text,)) == ["3"]
    assert cells(case, "lanes", "fee", "x") == ["4"]
    plain = folder(
        tmp_path / "2", files | {"places.csv": "place\nJum'at\n", "lanes.csv": "origin,dest\nJum'at,Jum'at\n"}
    )
    assert cells(plain, "lanes", "fee", None, ("lanes.fee[origin=Jum'at] = 3",)) == ["3"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lanes.fee", "E130"),
        ("lanes.fee =", "E130"),
        ("lanes", "E130"),
        ("", "E130"),
        ("lanes.fee[dest=b = 3", "E130"),
        ("lanes.fee[dest] = 3", "E130"),
        ("lanes.fee[] = 3", "E130"),
        ("lanes.fee[ ] = 3", "E130"),
        ("lanes.fee[dest=b,] = 3", "E130"),
        ("lanes.fee[,dest=b] = 3", "E130"),
        ("lanes.fee[dest=b,dest=c] = 3", "E130"),
        ("lanes.fee[dest=b,tujuan=c] = 3", "E106"),
        ("lanes.fee == 3", "E133"),
        ("lanes.fee /= 3", "E130"),
        ("lane.fee = 3", "E131"),
        ("scenarios.scenario = x", "E131"),
        ("expected.value = 3", "E131"),
        ("lanes.fe = 3", "E104"),
        ("lanes.fee[dst=b] = 3", "E104"),
        ("sites.capacity = 3", "E204"),
        ("lanes.fee[dest=q] = 3", "E204"),
        ("lanes.fee[most=50.0] = 3", "E204"),  # as written
        ("lanes.most *= 2", "E133"),
        ("lanes.most += 2", "E133"),
        ("lanes.dest *= 2", "E133"),
        ("lanes.fee *= x", "E133"),
        ("lanes.fee = x", "E133"),
        ("lanes.fee = 1,5", "E133"),
        ("lanes.fee *= inf", "E133"),
        ("lanes.dest = q", "E201"),
        ("lanes.most = -1", "E122"),
    ],
)
def test_set_refused(tmp_path: Path, text: str, code: str) -> None:
    found = problems(folder(tmp_path, BASE), None, (text,))
    assert code in codes(found) and len(set(codes(found))) == 1, [str(p) for p in found]


def test_a_set_may_be_one_text_and_repeats(tmp_path: Path) -> None:
    case = folder(tmp_path, BASE)
    assert balik.solve(case, set="lanes.fee[dest=b] *= 3").cost == 50  # type: ignore[arg-type]
    assert balik.solve(case, set=["lanes.fee[dest=b] *= 3", "lanes.fee[dest=b] *= 1/3"]).cost == 20


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("x,lane,fee,,=,3", "E131", "table"),
        ("x,lanes,fe,,=,3", "E104", "column"),
        ("x,lanes,fee,dst=b,=,3", "E104", "where"),
        ("x,lanes,fee,dest,=,3", "E130", "where"),
        ("x,lanes,fee,dest=b;dest=c,=,3", "E130", "where"),
        ("x,lanes,fee,;dest=b,=,3", "E130", "where"),
        ("x,lanes,fee,dest=q,=,3", "E204", "where"),
        ("x,lanes,fee,dest=b,/=,3", "E123", "op"),
        ("x,lanes,fee,dest=b,*=,q", "E133", "value"),
        ("x,lanes,most,dest=b,*=,2", "E133", "value"),
        ("x,lanes,fee,dest=b,=,", "E140", "value"),
        ("x,,fee,dest=b,=,3", "E140", "table"),
        ("z,lanes,fee,dest=b,=,3", "E201", "scenario"),
        (",lanes,fee,dest=b,=,3", "E140", "scenario"),
    ],
)
def test_changes_refused(tmp_path: Path, row: str, code: str, column: str) -> None:
    case = folder(tmp_path, BASE | {"changes.csv": f"scenario,table,column,where,op,value\n{row}\n"})
    assert short(problems(case, "x")) == [(code, "changes.csv", 2, column)]


@pytest.mark.parametrize(
    ("where", "advice"),
    [
        ("dest=z", "Cells are met as they are written: b, c."),
        ('"dest=b,origin=a"', "Between two cells of where stands ';'"),
        ("dest=bb", "Did you mean 'b'?"),
    ],
)
def test_a_change_that_meets_no_row_says_what_would(tmp_path: Path, where: str, advice: str) -> None:
    changes = f"scenario,table,column,where,op,value\nx,lanes,fee,{where},=,3\n"
    assert str(problems(folder(tmp_path, BASE | {"changes.csv": changes}), "x")[0].advice).startswith(advice)


def test_changes_between_semicolons(tmp_path: Path) -> None:
    changes = "scenario;table;column;where;op;value\nx;lanes;fee;dest=b;*=;1,5\nx;places;name;place=b;=;1.5\n"
    case = folder(tmp_path, BASE | {"changes.csv": changes})
    assert cells(case, "lanes", "fee", "x") == ["3", "5"]
    assert cells(case, "places", "name", "x")[1] == "1.5"
    wrong = changes.replace("1,5", "1.5")
    assert codes(problems(folder(tmp_path / "2", BASE | {"changes.csv": wrong}), "x")) == ["E121"]


def test_scenarios_are_listed_or_found(tmp_path: Path) -> None:
    rows = {"scenarios/z/lanes.csv": "origin,dest,material,fee\na,b,m,1\n"}
    listed = folder(tmp_path / "listed", BASE | rows)
    assert codes(problems(listed)) == ["E109"]
    free = folder(tmp_path / "free", BASE | rows | {"scenarios.csv": None})
    assert read(free).scenarios == ("z",) and balik.solve(free, "z").cost == 10
    with pytest.raises(CallError, match="'q' is not a scenario"):
        read(free, "q")


@pytest.mark.parametrize("name", NO_SCENARIOS)
@pytest.mark.parametrize(
    "files",
    [
        {"scenarios.csv": "scenario\nx\n{name}\n"},
        {"changes.csv": "scenario,table,column,op,value\n{name},lanes,fee,*=,2\n"},
        {"scenarios.csv": "scenario\nx\n", "scenarios/{name}/supply.csv": "place,material,amount\na,m,7\n"},
    ],
)
def test_no_scenario_bears_a_name_of_the_case_itself(tmp_path: Path, files: dict[str, str], name: str) -> None:
    case = folder(tmp_path, {file.format(name=name): text.format(name=name) for file, text in files.items()})
    (problem,) = problems(case)
    assert problem.code == "E207" and name in problem.found
    assert (problem.file or "").partition("/")[2] == list(files)[-1].format(name=name).removesuffix("/supply.csv")


def test_who_asks_for_the_base_by_name_is_told_how(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="The base is the case itself"):
        read(folder(tmp_path), "base")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"scenarios/x/changes.csv": "scenario,table\n"}, "E115"),
        ({"scenarios/x/expected.csv": "quantity\n"}, "E115"),
        ({"scenarios/x/lanes.csv": "origin,dest,material\n"}, "E102"),
        ({"scenarios/x/lanes.csv": "origin,dest,material,remove\na,q,m,yes\n"}, "E204"),
        ({"scenarios/x/lanes.csv": "origin,dest,material,remove\na,b,m,perhaps\n"}, "E125"),
        ({"scenarios/x/lanes.csv": "origin,dest,material,feee\na,b,m,1\n"}, "E104"),
        ({"scenarios/x/unknown.csv": "a\n1\n"}, "W101"),
    ],
)
def test_what_a_scenario_may_not_hold(tmp_path: Path, files: dict[str, str], code: str) -> None:
    case = folder(tmp_path, BASE | files)
    assert problems(case) == []
    (problem,) = problems(case, "x")
    assert problem.code == code and "scenarios/x/" in (problem.file or "")


def test_a_row_of_a_scenario_is_named_where_it_stands(tmp_path: Path) -> None:
    case = folder(tmp_path, BASE | {"scenarios/x/lanes.csv": "origin,dest,material,fee\nb,c,m,q\n"})
    assert short(problems(case, "x")) == [("E120", "scenarios/x/lanes.csv", 2, "fee")]


def test_frames_with_a_scenario(tmp_path: Path) -> None:
    frames = {
        "places": {"place": ["a", "b"]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": ["a"], "dest": ["b"], "fee": [2.0]},
        "supply": {"place": ["a"], "amount": [10]},
        "demand": {"place": ["b"]},
        "lanes@dear": {"origin": ["a"], "dest": ["b"], "fee": [3]},
    }
    assert balik.solve(frames).cost == 20
    assert balik.solve(frames, "dear").cost == 30
    assert typed(frames, "dear").labels["scenario"] == ["dear"]


def test_a_label_with_both_quotes_brackets_and_commas_can_be_named():
    """Quotes inside a quoted value are doubled."""
    place = "it's \"a\", [b]"
    case = {
        "places": {"place": [place, "p"]},
        "materials": {"material": ["m"]},
        "supply": {"place": [place], "material": ["m"], "amount": [3]},
        "lanes": {"origin": ["*"], "dest": ["p"], "fee": [2]},
        "demand": {"place": ["p"], "material": ["m"]},
    }
    assert balik.solve(case, set=["supply.amount[place=\"it's \"\"a\"\", [b]\"] = 5"]).cost == 10
    assert balik.solve(case, set=["supply.amount[place='it''s \"a\", [b]', material=m] = 5"]).cost == 10
