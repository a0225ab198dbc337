"""One mistake is one problem, where it was made: what merely follows from it elsewhere is not told."""

from __future__ import annotations

from pathlib import Path

import pytest

from balik.tables import read, type_tables
from tables.casing import SMALL, folder, problems, short

CHANGES = "scenario,table,column,where,op,value\n" + "".join(f"x,lanes,fee,,*=,{i}\n" for i in range(2, 9))
TWO = {
    "places.csv": "place,kind\na,home\nb,works\nc,works\n",
    "lanes.csv": "origin,dest,material,fee\na,b,m,2\na,c,m,3\n",
    "changes.csv": CHANGES,
}


@pytest.mark.parametrize(
    ("lanes", "told"),
    [
        ('origin,dest,material,fee\na,b,m,"6,000"\na,c,m,3\n', ("E120", "lanes.csv", 2, "fee")),
        ("origin,dest,material,fee\na,b,m,Rp 6000\na,c,m,3\n", ("E120", "lanes.csv", 2, "fee")),
        ("origin,dest,material,fee,fee\na,b,m,1,2\na,c,m,1,3\n", None),  # the first holds
        ("origin,dest,material,qwerty\na,b,m,2\na,c,m,3\n", ("E104", "lanes.csv", 1, "qwerty")),
        ("asal|tujuan|fee\na|b|2\na|c|2\n", ("E101", "lanes.csv", None, None)),
        ("asal\ttujuan\tfee\na\tb\t2\na\tc\t2\n", ("E101", "lanes.csv", None, None)),
        ("origin,dest,fee\na,b,m,2\na,c,m,3\n", ("E103", "lanes.csv", 1, None)),
        ("origin;dest;fee\na,b,2\na,c,3\n", ("E103", "lanes.csv", 1, None)),
        ("origin,dest,fee\na;b;2\na;c;3\n", ("E103", "lanes.csv", 1, None)),
    ],
)
def test_a_wrong_cell_or_header_is_told_once(
    tmp_path: Path, lanes: str, told: tuple[str, str, int, str] | None
) -> None:
    case = folder(tmp_path, TWO | {"lanes.csv": lanes})
    for scenario in (None, "x"):
        assert short(problems(case, scenario)) == [told or ("E106", "lanes.csv", 1, "fee")]


def test_blanks_that_one_change_meets_are_told_together(tmp_path: Path) -> None:
    lanes = "origin,dest,material,fee\na,b,m,\na,c,m,\n"
    found = problems(folder(tmp_path, TWO | {"lanes.csv": lanes}), "x")
    assert short(found) == [("E133", "changes.csv", line, "value") for line in range(2, 9)]
    assert "lanes.csv line 2 and in 1 more rows: the cell is blank" in found[0].found


def test_what_a_scenario_removes_may_be_the_row_that_could_not_be_read(tmp_path: Path) -> None:
    files = TWO | {
        "changes.csv": None,
        "lanes.csv": "origin,dest,material,fee\na,b,m,2,5\na,c,m,3\n",
        "scenarios/x/lanes.csv": "origin,dest,material,remove\na,b,m,yes\n",
    }
    assert short(problems(folder(tmp_path, files), "x")) == [("E103", "lanes.csv", 2, None)]


def test_keys_that_nobody_knows_meet_no_rows_of_a_scenario(tmp_path: Path) -> None:
    files = TWO | {
        "changes.csv": None,
        "lanes.csv": "asl1,tujn2,material,fee\na,b,m,2\na,c,m,3\n",
        "scenarios/x/lanes.csv": "origin,dest,material,fee\na,b,m,9\n",
    }
    for scenario in (None, "x"):
        found = short(problems(folder(tmp_path, files), scenario))
        assert {code for code, *_ in found} <= {"E104", "E140"} and {line for _, _, line, _ in found} <= {1, None}


@pytest.mark.parametrize("rows", ["a,home\nb,works\nc,works\n", "a;home\nb;works\nc;works\n"])
def test_a_header_that_fits_no_row_makes_no_label_unknown(tmp_path: Path, rows: str) -> None:
    header = "place\n" if "," in rows else "place,kind\n"
    case = folder(tmp_path, TWO | {"changes.csv": None, "places.csv": header + rows})
    assert short(problems(case)) == [("E103", "places.csv", 1, None)]


@pytest.mark.parametrize("table", ["places", "materials"])
def test_a_table_of_labels_that_is_missing_is_told_once(tmp_path: Path, table: str) -> None:
    files = {f"{table}.csv": None, "expected.csv": "quantity,material,value,unit\ncollect,m,10,kg\n"}
    (problem,) = type_tables(read(folder(tmp_path, dict.fromkeys(SMALL) | SMALL | files))).problems
    assert problem.code == "E201" and f"no table {table}" in problem.found and problem.line == 2


def test_a_table_that_changes_lack_is_told_once(tmp_path: Path) -> None:
    changes = (
        "scenario,table,column,where,op,value\nx,sites,capacity,,*=,2\nx,sites,capacity,,*=,3\nx,lanes,fee,,*=,2\n"
    )
    assert short(problems(folder(tmp_path, {"changes.csv": changes}), "x")) == [("E204", "changes.csv", 2, "table")]
