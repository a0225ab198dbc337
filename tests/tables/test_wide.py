"""Wide tables: a square matrix of distances, periods or materials side by side, read to one row for each cell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import balik
from balik.tables import read
from tables.casing import codes, folder, problems, short

THREE = {
    "places.csv": "place\na\nb\nc\n",
    "lanes.csv": "origin,dest,material,mode\n*,*,m,truk\n",
    "modes.csv": "mode,full_rate\ntruk,1\n",
    "demand.csv": "place,material\nc,m\n",
}


def rows(case: Path, table: str, *columns: str) -> list[tuple[str, ...]]:
    found = read(case)[table]
    assert found is not None
    return list(zip(*(found.columns[c] for c in columns), strict=True))


@pytest.mark.parametrize("corner", ["", "km", "dari \\ ke", "origin", "asal", "distance matrix"])
def test_a_square_matrix(tmp_path: Path, corner: str) -> None:
    text = f"{corner},a,b,c\na,0,5,7\nb,5,0,3\nc,7,-,0\n"
    case = folder(tmp_path, THREE | {"distances.csv": text})
    found = rows(case, "distances", "origin", "dest", "km")
    # where the first column has a header of its own, the diagonal is written as it stands
    assert [r for r in found if r[0] != r[1]] == [
        ("a", "b", "5"), ("a", "c", "7"), ("b", "a", "5"), ("b", "c", "3"), ("c", "a", "7"),
    ]  # fmt: skip
    plan = balik.solve(case)
    assert plan.cost == 10 * 7
    assert "W111" in codes(plan.problems)


def test_a_matrix_of_the_other_way_round(tmp_path: Path) -> None:
    case = folder(tmp_path, THREE | {"distances.csv": "dest,a,b\nc,7,3\n"})
    assert rows(case, "distances", "origin", "dest", "km") == [("a", "c", "7"), ("b", "c", "3")]


def test_decimal_commas_in_a_matrix(tmp_path: Path) -> None:
    case = folder(tmp_path, THREE | {"distances.csv": ";a;b;c\na;;5,5;7,25\nb;;;3\n"})
    assert rows(case, "distances", "origin", "dest", "km") == [("a", "b", "5.5"), ("a", "c", "7.25"), ("b", "c", "3")]


def test_periods_side_by_side(tmp_path: Path) -> None:
    case = folder(
        tmp_path, {"periods.csv": "period\n2025-1\n2025-2\n", "supply.csv": "place,material,2025-1,2025-2,price\na,m,10,4,3\n"}
    )
    assert rows(case, "supply", "period", "amount", "price") == [("2025-1", "10", "3"), ("2025-2", "4", "3")]
    assert balik.solve(case).cost == (10 + 4) * (2 + 3)


@pytest.mark.parametrize("sign", [",", ";"])
def test_periods_side_by_side_with_a_unit_in_each_header(tmp_path: Path, sign: str) -> None:
    periods = {"periods.csv": "period\np1\np2\n"}
    text = "place,material,p1 [t],p2 (t)\na,m,5,2\n".replace(",", sign)
    case = folder(tmp_path, periods | {"supply.csv": text})
    found = read(case)["supply"]
    assert found is not None and dict(found.units) == {"amount": "t"}
    assert rows(case, "supply", "period", "amount") == [("p1", "5"), ("p2", "2")]
    assert balik.solve(case).totals["collect"] == {"m": 7000}
    for header, told in (("p1 [t],p2 [kg]", "different units"), ("p1 [t],p2", "different units"), ("p1 [Rp],p2 [Rp]", "is money")):
        case = folder(tmp_path / header, periods | {"supply.csv": f"place,material,{header}\na,m,5,2\n"})
        assert [p.code for p in problems(case) if told in p.found] == ["E105"], header


def test_materials_side_by_side_and_a_total(tmp_path: Path) -> None:
    files = {"materials.csv": "material\n2L\n5L\n", "lanes.csv": "origin,dest,fee\na,b,2\n", "demand.csv": "place\nb\n"}
    case = folder(tmp_path, files | {"supply.csv": "tempat,2L,5L\na,85,20\n"})
    assert rows(case, "supply", "material", "amount") == [("2L", "85"), ("5L", "20")]
    totalled = folder(tmp_path, files | {"supply.csv": "tempat,2L,5L,Total\na,85,20,105\n"})
    assert ("E104", "supply.csv", 1, "Total") in short(problems(totalled))


def test_a_cell_of_a_wide_table_has_its_place(tmp_path: Path) -> None:
    found = problems(folder(tmp_path, THREE | {"distances.csv": ",a,b,c\na,0,5,x\nb,5,0,3\n"}))
    assert ("E120", "distances.csv", 2, "km") in short(found)


def test_what_stands_below_is_never_guessed(tmp_path: Path) -> None:
    text = "origin,material,b\na,m,3\n"  # fee? km? most?
    assert ("E117", "lanes.csv", 1, None) in short(problems(folder(tmp_path, {"lanes.csv": text})))


def test_headers_of_two_meanings(tmp_path: Path) -> None:
    files = {"periods.csv": "period\n1\n2\n", "materials.csv": "material\n1\n2\n", "supply.csv": "place,1,2\na,3,4\n"}
    assert "E117" in codes(problems(folder(tmp_path, files)))


def test_a_wide_data_frame() -> None:
    frames = {
        "places": pd.DataFrame({"place": ["a", "b"]}),
        "materials": pd.DataFrame({"material": ["m"]}),
        "modes": pd.DataFrame({"mode": ["truk"], "full_rate": [1]}),
        "lanes": pd.DataFrame({"origin": ["a"], "dest": ["b"], "mode": ["truk"]}),
        "supply": pd.DataFrame({"place": ["a"], "m": [10]}),
        "demand": pd.DataFrame({"place": ["b"]}),
        "distances": pd.DataFrame({"": ["a", "b"], "a": [0, 5], "b": ["4,5", 0]}),
    }
    assert balik.solve(frames).cost == 45


def test_an_overlay_may_be_wide(tmp_path: Path) -> None:
    case = folder(
        tmp_path,
        THREE
        | {
            "lanes.csv": "origin,dest,material,mode\na,c,m,truk\n",
            "distances.csv": "origin,dest,km\na,c,7\n",
            "scenarios/far/distances.csv": ",a,c\na,0,9\n",
        },
    )
    assert balik.solve(case, "far").cost == 90


def test_a_header_that_stands_twice_is_a_problem(tmp_path: Path) -> None:
    files = {"periods.csv": "period\n1\n2\n", "supply.csv": "place,1,2,2\na,1,10,100\n"}
    assert ("E106", "supply.csv", 1, "2") in short(problems(folder(tmp_path, files)))


def test_an_unknown_label_of_a_matrix_is_named_once(tmp_path: Path) -> None:
    text = ",a,b,pasar\na,0,5,7\nb,5,0,3\npasar,7,3,0\n"
    found = short([p for p in problems(folder(tmp_path, THREE | {"distances.csv": text})) if p.severity == "error"])
    assert ("E104", "distances.csv", 1, "pasar") in found and ("E201", "distances.csv", 4, "origin") in found
    assert {code for code, *_ in found} <= {"E104", "E201", "E301"}


def test_zeros_that_fill_up_a_triangle_are_doubted(tmp_path: Path) -> None:
    text = "km,a,b,c\na,0,0,0\nb,5,0,0\nc,10,7,0\n"
    plan = balik.solve(folder(tmp_path, THREE | {"distances.csv": text}))
    assert ("W335", "distances.csv", 2, "km") in short(plan.problems)
    blank = text.replace("a,0,0,0", "a,0,,").replace("b,5,0,0", "b,5,0,")
    assert "W335" not in codes(balik.solve(folder(tmp_path / "blank", THREE | {"distances.csv": blank})).problems)


def test_a_wide_table_with_nothing_in_it_is_a_problem(tmp_path: Path) -> None:
    assert codes(problems(folder(tmp_path, {"supply.csv": "place,m\na,-\n"}))) == ["E102", "W111"]
