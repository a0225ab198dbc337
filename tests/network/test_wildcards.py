"""Wildcards: what they stand for, which row wins, and which rows tie."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import balik
from balik.network import encode
from balik.tables import read, type_tables
from tables.casing import codes, folder, lanes, network, problems

PLACES = "place,kind\na1,a\na2,a\nb1,b\nb2,b\nc,\n"
GROUPS = "column,label,group\nplace,a1,g\nplace,b1,g\nplace,kind:b,works\nmaterial,m,stream\nperiod,1,early\n"


def case(path: Path, rows: str, **files: str) -> Path:
    return folder(
        path,
        {
            "places.csv": PLACES,
            "groups.csv": GROUPS,
            "lanes.csv": rows,
            "supply.csv": "place,material,amount\na1,m,1\n",
            "demand.csv": "place,material\nkind:b,m\n",
        }
        | {f"{name}.csv": text for name, text in files.items()},
    )


def fees(path: Path, rows: str) -> dict[tuple[str, str], float]:
    return {pair: lane["fee"] for pair, lane in lanes(case(path, "origin,dest,fee\n" + rows)).items()}


@pytest.mark.parametrize(
    ("origin", "dest", "pairs"),
    [
        ("a1", "b1", {("a1", "b1")}),
        ("kind:a", "b1", {("a1", "b1"), ("a2", "b1")}),
        ("kind:a", "kind:b", set(itertools.product(("a1", "a2"), ("b1", "b2")))),
        ("group:g", "kind:b", {("a1", "b1"), ("a1", "b2"), ("b1", "b2")}),
        ("a1", "group:works", {("a1", "b1"), ("a1", "b2")}),
        ("*", "c", {(p, "c") for p in ("a1", "a2", "b1", "b2")}),
        ("a1", "", {("a1", p) for p in ("a2", "b1", "b2", "c")}),
        ("kind:a", "kind:a", {("a1", "a2"), ("a2", "a1")}),
    ],
)
def test_what_a_wildcard_stands_for(tmp_path: Path, origin: str, dest: str, pairs: set[tuple[str, str]]) -> None:
    assert set(fees(tmp_path, f"{origin},{dest},1\n")) == pairs


def test_no_lane_leads_from_a_place_to_itself(tmp_path: Path) -> None:
    found = problems(case(tmp_path, "origin,dest,fee\na1,a1,1\na1,b1,1\n"))
    assert codes(found) == ["E206"] and (found[0].line, found[0].column) == (2, "dest")


def test_nearer_wins_column_by_column(tmp_path: Path) -> None:
    rows = ["*,*,1", "kind:a,*,2", "group:g,*,3", "a1,*,4"]
    for n, (low, high) in enumerate(itertools.combinations(rows, 2)):
        for m, order in enumerate(((low, high), (high, low))):
            assert fees(tmp_path / f"{n}{m}", "\n".join(order) + "\n")["a1", "b1"] == float(high[-1])


def test_the_winner_replaces_the_whole_row(tmp_path: Path) -> None:
    found = lanes(case(tmp_path, "origin,dest,fee,most\nkind:a,kind:b,5,7\na1,b1,,\n"))
    assert found["a1", "b1"]["fee"] == 0 and found["a1", "b1"]["most"] == float("inf")
    assert found["a1", "b2"] == pytest.approx({"fee": 5, "most": 7, "km": float("nan")}, nan_ok=True)


def test_ties_and_a_third_that_beats_both(tmp_path: Path) -> None:
    tie = "origin,dest,fee\nkind:a,b1,1\na1,kind:b,2\n"
    (problem,) = problems(case(tmp_path / "1", tie))
    assert problem.code == "E202" and "origin=a1, dest=b1" in problem.found and "line 2" in problem.found
    assert fees(tmp_path / "2", "kind:a,b1,1\na1,kind:b,2\na1,b1,3\n")["a1", "b1"] == 3
    assert codes(problems(case(tmp_path / "3", tie + "group:g,b1,3\n"))) == ["E202"]  # beats the first only
    assert codes(problems(case(tmp_path / "4", tie + "a1,b1,3\na1,b1,4\n"))) == ["E202"]  # two thirds tie
    assert codes(problems(case(tmp_path / "5", "origin,dest,fee\na1,b1,1\na1,b1,1\n"))) == ["E202"]
    assert codes(problems(case(tmp_path / "6", tie + "a1,b1,x\n"))) == [
        "E120"
    ]  # its values are wrong, its keys are not


def test_a_place_that_stands_twice_is_one_problem_and_no_row_ties_with_itself() -> None:
    labels = {"place": ["a", "b", "a"], "kind": ["x", "y", "x"]}
    case = {"places": labels, "materials": {"material": ["m"]}, "lanes": {"origin": ["kind:x"], "dest": ["b"]}}
    found = [problem for problem in balik.check(case) if problem.severity == "error"]
    assert [(problem.code, problem.column) for problem in found] == [("E202", "place")]


def test_each_row_that_a_wildcard_makes_has_its_own_bounds(tmp_path: Path) -> None:
    found = lanes(case(tmp_path, "origin,dest,fee,most\nkind:a,kind:b,1,7\n"))
    assert [lane["most"] for lane in found.values()] == [7.0] * 4


def test_a_blank_mode_is_no_vehicle_and_a_star_is_every_vehicle(tmp_path: Path) -> None:
    files = {"modes": "mode,payload\nv,1\nw,2\n", "groups": "column,label,group\nmode,v,fleet\nmode,w,fleet\n"}
    for mode, found in (("", [0]), ("*", [1, 2]), ("group:fleet", [1, 2]), ("w", [2])):
        n, notes = network(case(tmp_path / f"m{mode[:1]}", f"origin,dest,mode\na1,b1,{mode}\n", **files))
        assert not notes and n.lanes.mode.tolist() == found
    n, _ = network(case(tmp_path / "both", "origin,dest,mode,fee\na1,b1,,1\na1,b1,*,2\na1,b1,w,3\n", **files))
    assert sorted(zip(n.lanes.mode.tolist(), n.lanes.fee.tolist(), strict=True)) == [(0, 1), (1, 2), (2, 3)]


def test_wildcards_of_other_columns_and_tables(tmp_path: Path) -> None:
    files = {
        "materials": "material\nm\nr\n",
        "periods": "period\n1\n2\n",
        "supply": "place,material,period,amount\nkind:a,group:stream,group:early,1\na2,,2,5\n",
        "processes": "process,place\np,kind:b\n",
        "recipes": "process,material,place,rate\n*,m,,-1\np,r,,1\np,r,b2,0.5\n",
        "sites": "place,size,capacity\nkind:b,,10\nb1,,20\nb1,*,25\nb1,big,30\n",
        "stores": "place,material,room\ngroup:works,*,9\n",
    }
    data = type_tables(read(case(tmp_path, "origin,dest\nkind:a,kind:b\n", **files)))
    n = encode(data)
    assert not data.problems.errors, [str(p) for p in data.problems]
    assert len(n.lanes) == 2 * 2 * 2 * 2
    place, material = n.labels["place"], n.labels["material"]
    waits = zip(n.supply.place, n.supply.material, n.supply.period, n.supply.most, strict=True)
    assert {(place[p], material[m], int(t), x) for p, m, t, x in waits} == {
        ("a1", "m", 0, 1), ("a2", "m", 0, 1), ("a2", "m", 1, 5), ("a2", "r", 1, 5),
    }  # fmt: skip
    made = zip(n.recipe.place, n.recipe.material, n.recipe.rate, strict=True)
    assert {(place[p], material[m], r) for p, m, r in made} == {
        ("b1", "m", -1), ("b1", "r", 1), ("b2", "m", -1), ("b2", "r", 0.5),
    }  # fmt: skip
    sizes = zip(n.sites.place, n.sites.size, n.sites.capacity, strict=True)
    assert {(place[p], n.labels["size"][s], c) for p, s, c in sizes} == {
        ("b1", "-", 20), ("b1", "big", 30), ("b2", "-", 10),
    }  # fmt: skip
    assert len(n.stores) == 2 * 2 * 2


def test_too_many_tuples_are_refused_and_not_tried(tmp_path: Path) -> None:
    many = "place\n" + "".join(f"p{i}\n" for i in range(8000))
    found = problems(
        folder(
            tmp_path,
            {
                "places.csv": many,
                "lanes.csv": "origin,dest\n*,*\n",
                "supply.csv": "place,amount\np0,1\n",
                "demand.csv": "place\np1\n",
            },
        )
    )
    assert codes(found) == ["E205"] and "64,000,000" in found[0].found


# -- against the sentence of the contract ------------------------------------------------------------------------

_CELLS = ["a1", "a2", "b1", "group:g", "group:works", "kind:a", "kind:b", "*"]


def _means(cell: str) -> tuple[int, set[str]]:
    meaning = {
        "group:g": {"a1", "b1"}, "group:works": {"b1", "b2"}, "kind:a": {"a1", "a2"}, "kind:b": {"b1", "b2"},
        "*": {"a1", "a2", "b1", "b2", "c"},
    }  # fmt: skip
    near = 3 if cell == "*" else 2 if cell.startswith("kind") else 1 if cell.startswith("group") else 0
    return near, meaning.get(cell, {cell})


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_CELLS), st.sampled_from(_CELLS)), min_size=1, max_size=6))
def test_winners_and_ties_as_the_contract_says(rows: list[tuple[str, str]]) -> None:
    frames = {
        "places": {"place": ["a1", "a2", "b1", "b2", "c"], "kind": ["a", "a", "b", "b", ""]},
        "groups": {"column": ["place"] * 3, "label": ["a1", "b1", "kind:b"], "group": ["g", "g", "works"]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": [o for o, _ in rows], "dest": [d for _, d in rows], "fee": list(range(len(rows)))},
    }
    data = type_tables(read(frames))
    n = encode(data)
    place = n.labels["place"]
    got = {(place[o], place[d]): int(f) for o, d, f in zip(n.lanes.origin, n.lanes.dest, n.lanes.fee, strict=True)}
    tied = False
    for o, d in itertools.permutations(place, 2):
        near = {
            r: (_means(x)[0], _means(y)[0]) for r, (x, y) in enumerate(rows) if o in _means(x)[1] and d in _means(y)[1]
        }
        best = [
            r for r, mine in near.items()
            if all(all(a <= b for a, b in zip(mine, other, strict=True)) and mine != other for s, other in near.items() if s != r)
        ]  # fmt: skip
        assert ((o, d) in got) == bool(near)
        if near and best:
            assert got[o, d] == best[0]
        tied |= bool(near) and not best
    assert tied == ("E202" in [p.code for p in data.problems])


def test_rows_of_the_past_that_say_the_same_are_told_by_their_period() -> None:
    data = type_tables(read("weee-dua-target", None, ["market.material = default"]))
    encode(data)
    assert any("period=20" in str(p) for p in data.problems.errors)
