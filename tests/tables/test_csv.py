"""Files as people save them: dialects, byte order marks, line ends, quotes, blank lines, trailing delimiters."""

from __future__ import annotations

from pathlib import Path

import pytest

import balik
from balik.tables import read
from balik.tables.formats.large import LARGE
from tables.casing import codes, folder, problems, short, typed

SEMICOLON = {
    "places.csv": "place;kind\na;home\nb;works\n",
    "materials.csv": "material\nm\n",
    "lanes.csv": "origin;dest;material;fee\na;b;m;2,5\n",
    "supply.csv": "place;material;amount\na;m;10,0\n",
    "demand.csv": "place;material\nb;m\n",
}


def cost(case: Path) -> float | None:
    return balik.solve(case).cost


def test_both_dialects_are_one_case(tmp_path: Path) -> None:
    assert cost(folder(tmp_path / "p", {"lanes.csv": "origin,dest,material,fee\na,b,m,2.5\n"})) == 25
    assert cost(folder(tmp_path / "s", SEMICOLON)) == 25


@pytest.mark.parametrize(
    "text",
    [
        "\ufefforigin,dest,material,fee\na,b,m,2\n",
        "origin,dest,material,fee\r\na,b,m,2\r\n",
        "origin,dest,material,fee\ra,b,m,2\r",
        "origin,dest,material,fee\na,b,m,2",
        "\n\norigin,dest,material,fee\n\na,b,m,2\n\n,,,\n",
        "origin,dest,material,fee,\na,b,m,2,\n",
        "origin,dest,material,fee,,\na,b,m,2,,\n",
        "origin,dest,material,fee\na,b,m,2,,,\n",
        " origin , dest ,material,fee\n a ,b\u00a0, m,2 \n",
        'origin,dest,material,fee,note\na,b,m,2,"a note, with a comma\nand a line"\n',
        '"origin","dest","material","fee"\n"a","b","m","2"\n',
        "ORIGIN,Dest,MATERIAL,Fee\na,b,m,2\n",
        "asal,tujuan,material,ongkos\na,b,m,2\n",
        "sep=;\norigin;dest;material;fee\na;b;m;2\n",
        'origin,dest,material,fee,"_a;b"\na,b,m,2,x\n',
        "origin,dest,material,fee,source,_own,note\na,b,m,2,page 3,7,\n",
        "fee,material,dest,origin\n2,m,b,a\n",
    ],
)
def test_ways_to_save_one_table(tmp_path: Path, text: str) -> None:
    case = folder(tmp_path, {"lanes.csv": text})
    assert problems(case) == []
    assert cost(case) == 20


def test_lines_are_those_where_rows_begin(tmp_path: Path) -> None:
    text = 'origin,dest,material,fee,note\n\na,b,m,x,"two\nlines"\na,b,m,y,\n'
    found = problems(folder(tmp_path, {"lanes.csv": text}))
    assert [p[:4] for p in short(found) if p[0] == "E120"] == [
        ("E120", "lanes.csv", 3, "fee"),
        ("E120", "lanes.csv", 5, "fee"),
    ]


def test_kept_columns_and_labels_that_look_like_numbers(tmp_path: Path) -> None:
    files = {
        "places.csv": "place,kind,_mine\n1,home,x\n02,works,y\n",
        "lanes.csv": "origin,dest,material,fee,note,source\n1,02,m,2,n,s\n",
        "supply.csv": "place,material,amount\n1,m,10\n",
        "demand.csv": "place,material\n02,m\n",
    }
    data = typed(folder(tmp_path, files))
    assert data.labels["place"] == ["1", "02"]
    assert data.tables["places"].columns["_mine"] == ["x", "y"]  # type: ignore[union-attr]
    assert data.tables["lanes"].columns["note"] == ["n"]  # type: ignore[union-attr]
    assert balik.solve(tmp_path).cost == 20


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("1.234", "point"),
        ("1.234,5", "point"),
        ("1,234,567", "more than one comma"),
        ("1 234,5", "'1 234,5'"),
        ("1,5 kg", "'1,5 kg'"),
        ("Rp 5,0", "'Rp 5,0'"),
    ],
)
def test_numbers_refused_between_semicolons(tmp_path: Path, cell: str, word: str) -> None:
    files = SEMICOLON | {"supply.csv": f"place;material;amount\na;m;{cell}\n"}
    (problem,) = problems(folder(tmp_path, files))
    assert problem.code in ("E120", "E121")
    assert (problem.line, problem.column) == (2, "amount")
    assert cell in problem.found and word in problem.found


def test_one_refused_number_brings_no_other_problem(tmp_path: Path) -> None:
    """A required cell, a blank one for `left_cost`, a distance that a rate needs: all stay silent."""
    files = SEMICOLON | {
        "recipes.csv": "process;material;rate\np;m;-1.5\n",
        "processes.csv": "process;place;per\np;b;m\n",
        "supply.csv": "place;material;most;left_cost\na;m;1.000;3\n",
        "distances.csv": "origin;dest;km\na;b;1.5\n",
        "modes.csv": "mode;full_rate\nv;2\n",
        "lanes.csv": "origin;dest;material;mode\na;b;m;v\n",
    }
    assert codes(problems(folder(tmp_path, files))) == ["E121"] * 3


@pytest.mark.parametrize(
    ("cell", "value"),
    [("10", 10), ("10.", 10), (".5", 0.5), ("+3", 3), ("1e2", 100), ("-10/9", -10 / 9), ("1/3", 1 / 3), ("0.1", 0.1)],
)
def test_numbers_read(tmp_path: Path, cell: str, value: float) -> None:
    data = typed(folder(tmp_path, {"lanes.csv": f"origin,dest,material,fee\na,b,m,{cell}\n"}))
    assert data["lanes"].number["fee"][0] == value


@pytest.mark.parametrize("cell", ["0", "0e-400", "-0.000", "1e-300"])
def test_what_is_0_or_near_it_is_no_number_that_is_too_small(tmp_path: Path, cell: str) -> None:
    data = typed(folder(tmp_path, {"lanes.csv": f"origin,dest,material,fee\na,b,m,{cell}\n"}))
    assert data["lanes"].number["fee"][0] == float(cell) and not list(data.problems)


@pytest.mark.parametrize("change", ["= 1e-999999999", "*= 1e-400", "= -1e-400"])
def test_no_change_makes_a_number_that_is_too_small(tmp_path: Path, change: str) -> None:
    (problem,) = problems(folder(tmp_path), sets=(f"lanes.fee {change}",))
    assert problem.code == "E133" and "too small" in problem.found


def test_fractions_with_commas(tmp_path: Path) -> None:
    files = SEMICOLON | {"lanes.csv": "origin;dest;material;fee\na;b;m;-0,5/1,5\n"}
    assert typed(folder(tmp_path, files))["lanes"].number["fee"][0] == pytest.approx(-1 / 3, abs=0)


@pytest.mark.parametrize(
    "cell",
    ["12,5", "1,234,567", "1.2.3", "Rp 5", "10 kg", "nan", "inf", "1/0", "0x10", "1_000", "1e400", "1e25", "1e-400", "-1E-999999999", "." + "0" * 400 + "1", "9" * 5000, "٣", "--1", "1e", "=1+1"],
)  # fmt: skip
def test_numbers_refused(tmp_path: Path, cell: str) -> None:
    (problem,) = problems(folder(tmp_path, {"lanes.csv": f'origin,dest,material,fee\na,b,m,"{cell}"\n'}))
    assert (problem.code, problem.line, problem.column) == ("E120", 2, "fee")
    assert cell[:10] in problem.found and problem.advice


def test_infinite_only_where_it_means_something(tmp_path: Path) -> None:
    lanes = "origin,dest,material,fee,least,most\na,b,m,2,{},{}\n"
    assert problems(folder(tmp_path / "1", {"lanes.csv": lanes.format("", "inf")})) == []
    assert problems(folder(tmp_path / "2", {"lanes.csv": lanes.format("", "INF")})) == []
    for least, most in (("inf", ""), ("", "-inf")):
        (problem,) = problems(folder(tmp_path / f"x{least}", {"lanes.csv": lanes.format(least, most)}))
        assert problem.code in ("E120", "E122")
    limits = "limit,quantity,least,most\nx,flow,{},{}\n"
    assert problems(folder(tmp_path / "3", {"limits.csv": limits.format("-inf", "20")})) == []
    assert codes(problems(folder(tmp_path / "4", {"limits.csv": limits.format("inf", "")}))) == ["E120"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E102"),
        ("\n \n", "E102"),
        ("origin,dest,material,fee\n", "E102"),
        ("origin,dest,material,fee\n,,,\n", "E102"),
        (b"\xff\xfeo\x00r\x00i\x00", "E101"),
        (b"origin,dest\n\xe9,b\n", "E101"),
        (b"origin,dest\na\x00,b\n", "E101"),
        ('origin,dest,material,fee\na,"b,m,2\na,b,m,3\n', "E114"),
        ("origin,dest,material,fee\na,b,m,12,5\n", "E103"),
        ("origin,dest,material,fee,asal\na,b,m,2,a\n", "E106"),
        ("origin,dest,material,fee [Rp/km]\na,b,m,2\n", "E105"),
        ("origin,dest,material,ongkos (Rp/km)\na,b,m,2\n", "E105"),
        ("origin,dest,material,feee\na,b,m,2\n", "E104"),
        ("origin,dest,material,qwertyuiop\na,b,m,2\n", "E104"),
        ("origin,,dest,material,fee\na,x,b,m,2\n", "E104"),
        ("orign,dest,material,fee\na,b,m,2\n", "E104"),
        (f"origin,dest,material,fee\na,b,m,2\n{'x' * 200_000},b,m,2\n", "E101"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_once(tmp_path: Path, text: str | bytes, code: str) -> None:
    found = problems(folder(tmp_path, {"lanes.csv": text}))
    assert codes(found) == [code], [str(p) for p in found]
    assert (found[0].file or "").endswith("lanes.csv") and found[0].advice


def test_nearest_name_of_a_column(tmp_path: Path) -> None:
    (problem,) = problems(folder(tmp_path, {"supply.csv": "place,material,amout\na,m,10\n"}))
    assert (problem.code, problem.line, problem.column) == ("E104", 1, "amout")
    assert "'amount'" in problem.advice


@pytest.mark.parametrize("broken", ["places", "materials", "periods", "processes", "modes", "groups"])
@pytest.mark.parametrize("how", ["", "header", "not utf-8", "no key"])
def test_a_table_that_cannot_be_read_makes_nothing_unknown(tmp_path: Path, broken: str, how: str) -> None:
    files = {
        "periods.csv": "period,length\np1,1\np2,1\n",
        "groups.csv": "column,label,group\nplace,a,g\n",
        "modes.csv": "mode,payload,full_rate\nv,5,1\n",
        "processes.csv": "process,place,per\np,b,m\n",
        "recipes.csv": "process,material,rate\np,m,-1\n",
        "lanes.csv": "origin,dest,material,mode,period,km\nkind:home,kind:works,m,v,p1,3\ngroup:g,b,m,v,p2,3\n",
        "supply.csv": "place,material,amount,period\na,m,10,p1\n",
        "limits.csv": "limit,quantity,most,mode,period\nx,trips,5,v,p1\n",
    }
    whole = folder(tmp_path / "whole", files)
    assert problems(whole) == []
    header = (whole / f"{broken}.csv").read_text().partition("\n")[0] + "\n"
    text = {"": "", "header": header, "not utf-8": b"\xff\xfe", "no key": "note\nx\n"}[how]
    found = problems(folder(tmp_path / "broken", files | {f"{broken}.csv": text}))
    assert {p.file.rpartition("/")[2] for p in found if p.file} == {f"{broken}.csv"}, [str(p) for p in found]


# -- large files go another way and say the same -----------------------------------------------------------------


def large(path: Path, change: dict[int, str], head: str = "origin,dest,material,km,fee,note") -> Path:
    """A case whose lanes are read by the compiled parser, with lines replaced."""
    places = [f"p{i}" for i in range(230)]
    lines = [head] + [f"{o},{d},m,{i + 0.1},2.5,{o}-{d}" for i, o in enumerate(places) for d in places if o != d]
    for line, text in change.items():
        lines[line - 1] = text
    text = "\n".join(lines) + "\n"
    assert len(text) > LARGE
    return folder(
        path,
        {
            "places.csv": "place\n" + "\n".join(places) + "\n",
            "supply.csv": "place,material,amount\np0,m,10\n",
            "demand.csv": "place,material\np1,m\n",
            "lanes.csv": text,
        },
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("p0,p1,m,12,5,2.5,x", ("E103", 2, None)),
        ("p0,p1,m,0.1,nan,x", ("E120", 2, "fee")),
        ("p0,p1,m,0.1,1e400,x", ("E120", 2, "fee")),
        ("p0,p1,m,0.1,1e-400,x", ("E120", 2, "fee")),
        ("p0,p1,m,0.1,Infinity,x", ("E120", 2, "fee")),
        ("p0,p1,m,0.1,inf,x", ("E120", 2, "fee")),
        ("p0,p1,m,0.1,1e30,x", ("E120", 2, "fee")),
        ("p0,p1,m,-0.1,2,x", ("E122", 2, "km")),
        ("p0,p7777,m,0.1,2,x", ("E201", 2, "dest")),
        ('p0,p1,m,0.1,"2,5",x', ("E120", 2, "fee")),
    ],
)
def test_large_files_report_the_same(tmp_path: Path, line: str, expected: tuple[str, int, str | None]) -> None:
    (problem,) = problems(large(tmp_path, {2: line}))
    assert (problem.code, problem.line, problem.column) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2,5", None),
        ("-0,25", None),
        ("1e3", None),
        ("2.5", "E121"),
        ("1.234,5", "E121"),
        ("1,2,3", "E121"),
        ("2,5 kg", "E120"),
    ],
)
def test_large_files_with_semicolons(tmp_path: Path, cell: str, code: str | None) -> None:
    case = large(tmp_path, {2: f"p0,p1,m,0.1,{cell.replace(',', '§')},x"})
    text = (case / "lanes.csv").read_text().replace(",", ";").replace("§", ",")
    head, second, rest = text.split("\n", 2)
    (case / "lanes.csv").write_text("\n".join([head, second.replace("0.1", "0,1"), rest.replace(".", ",")]))
    found = [p for p in problems(case) if p.severity == "error"]
    assert [(p.code, p.line, p.column) for p in found] == ([(code, 2, "fee")] if code else [])
    data = typed(case)
    assert data["lanes"].number["km"][:2].tolist() == [0.1, 0.1] and data["lanes"].number["fee"][1] == 2.5


def test_large_files_read_the_same(tmp_path: Path) -> None:
    changes = {2: "p0,p1,m,1/3,2,x", 3: "", 4: ",,,,,", 5: " p0 ,p4,m, 0.1 ,,x,,", 6: 'p0,p5,m,7,2,"a\nb"'}
    data = typed(large(tmp_path, changes))
    assert not data.problems.errors
    frame = data["lanes"]
    assert frame.number["km"][0] == 1 / 3 and list(frame.table.line[:4]) == [2, 5, 6, 8]  # type: ignore[union-attr]
    assert frame.number["fee"][1] == 0 and frame.text["origin"][1] == "p0" and not frame.given["fee"][1]


def test_text_in_a_frame_that_can_be_two_numbers_is_refused():
    """`1.234` as text is 1234 to one reader: a problem, unless another cell of the column decides."""

    def found(amounts):
        supply = {"place": ["a"] * len(amounts), "material": [f"m{i}" for i in range(len(amounts))], "amount": amounts}
        materials = {"material": supply["material"]}
        tables = read({"places": {"place": ["a"]}, "materials": materials, "supply": supply})
        return [p.code for p in tables.problems.errors]

    assert found(["1.234"]) == ["E121"]
    assert found(["1.234", "12"]) == ["E121"]
    assert found(["8.161.000"]) == [] and found(["8.161.000", "1.234"]) == []
    assert found(["1.234", "0.5"]) == [] and found(["0.500"]) == []
    assert found([1.234]) == [] and found(["1234"]) == []
