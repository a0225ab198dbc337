"""`case.toml`: a title alone does; what else stands there must be known and fit."""

from __future__ import annotations

from pathlib import Path

import pytest

import balik
from balik.errors import CallError, InputError
from balik.tables import read
from tables.casing import codes, folder, problems, short


def test_a_title_alone_does(tmp_path: Path) -> None:
    plan = balik.solve(folder(tmp_path, {"case.toml": 'title = "x"'}))
    assert (plan.cost, plan.problems) == (20, [])
    assert plan.document()["currency"] == "IDR"


def test_every_setting(tmp_path: Path) -> None:
    text = """
title = "x"
source = "s"
licence = "l"
language = "id"
currency = "EUR"
period = "year"
[objective]
cost = 1
[distance]
detour = 1.3
[finance]
one_off = "once"
[solve]
gap = 0
time_limit = 60
engine = "auto"
"""
    assert problems(folder(tmp_path, {"case.toml": text})) == []


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "E111", None),
        ("source = 'x'", "E111", None),
        ("source = 'x'\ntitle = ' '", "E111", 2),
        ("title = 3", "E113", 1),
        ("title = 'x'\ncurrency = ''", "E113", 2),
        ("title = 'x'\ncurrency = 'ton'", "E113", 2),
        ("title = 'x'\nperiod = ' '", "E113", 2),
        ("title = 'x'\nperiod = 'rupiah'", "E113", 2),
        ("title = 'x'\nlanguge = 'id'", "E112", 2),
        ("title = 'x'\ncurrency = 5", "E113", 2),
        ("title = 'x'\nobjective = 3", "E112", 2),
        ("title = 'x'\n[solv]\ngap = 1", "E112", 2),
        ("title = 'x'\n[solve]\ngapp = 1", "E112", 3),
        ("title = 'x'\n[solve]\ngap = -0.5", "E113", 3),
        ("title = 'x'\n[solve]\ngap = 1e-400", "E113", 3),
        ("title = 'x'\n[solve]\ngap = nan", "E113", 3),
        ("title = 'x'\n[solve]\ngap = true", "E113", 3),
        ("title = 'x'\n[solve]\ntime_limit = 0", "E113", 3),
        ("title = 'x'\n[solve]\ntime_limit = 'long'", "E113", 3),
        ("title = 'x'\n[solve]\nengine = []", "E113", 3),
        ("title = 'x'\n[solve]\nengine = 'gurobi'", "E113", 3),
        ("title = 'x'\n[solve]\nengine = 'highs,highs'", "E113", 3),
        ("title = 'x'\n\nsolve = { engine = 'gurobi' }", "E113", 3),
        ("title = 'x'\n[solve]\nfix = 'today'", "E113", 3),
        ("title = 'x'\ngap = 0.1", "E112", 2),
        ("title = 'x'\n[[solve]]\ngap = 0.1", "E112", 2),
        ("title = 'x'\nperiod = 2023-01-01", "E113", 2),
        ("title = 'x'\n[solve]\ngap = 0,01", "E110", 3),
        ("title = 'x'\ncurrency = IDR", "E110", 2),
        ("title = “x”", "E110", 1),
        ("title = 'x'\n[solve]\ngap = 1\n[solve]\nfix = 'baseline'", "E110", 4),
        ("title = 'x'\n[distance]\ndetour = 0.9", "E113", 3),
        ("title = 'x'\n[distance]\ndetour = 'far'", "E113", 3),
        ("title = 'x'\n[distance]\ndetour = inf", "E113", 3),
        ("title = x", "E110", 1),
        ("title = 'x'\ntitle = 'y'\n\n", "E110", 2),
        ("title = 'x'\n[objective]\ncots = 1", "E352", 3),
        ("title = 'x'\n[objective]\nstock = 1", "E352", 3),
        ("title = 'x'\n[objective]\ncost = '1'", "E352", 3),
        ("title = 'x'\n[objective]\nuse = -1", "E352", 3),
        ("title = 'x'\n[finance]\none_off = 'soon'", "E351", 3),
        ("title = 'x'\n[finance]\none_off = 'annuity'\nrate = 0.1\nperiods_per_year = 12", "E351", 2),
        ("title = 'x'\n[finance]\none_off = 'annuity'\nrate = 1e-20\nyears = 5\nperiods_per_year = 12", "E351", 4),
        ("title = 'x'\n[finance]\none_off = 'npv'\nrate = 0.1\nyears = 7.3\nperiods_per_year = 1", "E351", 5),
        ("title = 'x'\n[finance]\none_off = 'npv'\nrate = -1\nperiods_per_year = 1", "E351", 4),
    ],
)
def test_settings_refused(tmp_path: Path, text: str, code: str, line: int | None) -> None:
    (problem,) = problems(folder(tmp_path, {"case.toml": text}))
    assert (problem.code, problem.line) == (code, line), str(problem)
    assert (problem.file or "").endswith("case.toml")
    told = problem.into("id")
    assert problem.advice and told.advice != problem.advice and told.found != problem.found, "in English only"
    assert "datetime" not in problem.found and "Expected" not in problem.found


@pytest.mark.parametrize("text", ["title = 'é'".encode("latin-1"), "title = 'x'".encode("utf-16")])
def test_settings_in_another_encoding(tmp_path: Path, text: bytes) -> None:
    (problem,) = problems(folder(tmp_path, {"case.toml": text}))
    assert (problem.code, problem.found) == ("E110", "The file is not UTF-8 text.")


@pytest.mark.parametrize(("factor", "code"), [("1.3", []), ("5", []), ("130", ["W334"])])
def test_roads_a_hundred_times_too_long_are_told(tmp_path: Path, factor: str, code: list[str]) -> None:
    found = problems(folder(tmp_path, {"case.toml": f"title = 'x'\n[distance]\ndetour = {factor}\n"}))
    assert codes(found) == code and all(problem.line == 3 for problem in found)


@pytest.mark.parametrize(("currency", "period"), [("TRY", "musim"), ("juta Rp", "4 minggu"), ("usd", "shift")])
def test_any_word_will_do_for_money_and_time(tmp_path: Path, currency: str, period: str) -> None:
    text = f"title = 'x'\ncurrency = '{currency}'\nperiod = '{period}'\n"
    assert problems(folder(tmp_path, {"case.toml": text})) == []


@pytest.mark.parametrize(("rate", "code"), [("0.12", []), ("1", []), ("12", ["W338"])])
def test_a_rate_in_per_cent_is_doubted(tmp_path: Path, rate: str, code: list[str]) -> None:
    text = f"title = 'x'\n[finance]\none_off = 'npv'\nrate = {rate}\nperiods_per_year = 12\n"
    found = problems(folder(tmp_path, {"case.toml": text}))
    assert codes(found) == code and all(problem.line == 4 for problem in found)
    assert balik.solve(folder(tmp_path, {"case.toml": text.replace("npv", "once")})).problems == []


def test_settings_of_the_call_lie_over_those_of_the_file_key_by_key(tmp_path: Path) -> None:
    text = "title = 'x'\n[solve]\ngap = 0.5\ntime_limit = 60\n[objective]\ncost = 1\nco2 = 3\n"
    case = folder(tmp_path, {"case.toml": text})
    more = {"solve": {"gap": 0.25, "time_limit": None}, "objective": {"cost": 2}}
    settings = read(case, settings=more).settings
    assert settings == {"title": "x", "solve": {"gap": 0.25}, "objective": {"cost": 2}}


def test_nearest_setting(tmp_path: Path) -> None:
    (problem,) = problems(folder(tmp_path, {"case.toml": "title = 'x'\n[distance]\ndetuor = 1.3"}))
    assert "'detour'" in problem.advice


def test_a_misspelt_detour_does_not_make_distances_missing(tmp_path: Path) -> None:
    files = {
        "case.toml": "title = 'x'\n[distance]\ndetour = -1.3",
        "places.csv": "place,lat,lon\na,-6,106\nb,-7,107\n",
        "modes.csv": "mode,full_rate\nv,2\n",
        "lanes.csv": "origin,dest,material,mode\na,b,m,v\n",
    }
    assert codes(problems(folder(tmp_path, files))) == ["E113"]
    assert codes(problems(folder(tmp_path / "2", files | {"case.toml": "title = 'x'"}))) == ["E301"]


def test_one_off_money_beside_other_money(tmp_path: Path) -> None:
    files = {"sites.csv": "place,capacity,opening_cost\nb,100,50\n"}
    assert codes(problems(folder(tmp_path / "1", files))) == ["E350"]
    alone = files | {"lanes.csv": "origin,dest,material\na,b,m\n"}
    assert balik.solve(folder(tmp_path / "2", alone)).cost == 50
    said = files | {"case.toml": "title = 'x'\n[finance]\none_off = 'once'"}
    assert balik.solve(folder(tmp_path / "3", said)).cost == 70


def test_a_missing_case_names_case_toml(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"case\.toml"):
        balik.solve(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"case\.toml") as caught:
        balik.solve(tmp_path)
    assert (caught.value.exit_code, caught.value.problems[0].code) == (2, "E100")
    (tmp_path / "file.txt").write_bytes(b"")
    for name in ("file.txt", "none.xlsx"):
        with pytest.raises(CallError, match=r"case\.toml"):
            balik.solve(tmp_path / name)
    for wrong in (None, 3, [1]):
        with pytest.raises(CallError):
            balik.solve(wrong)  # type: ignore[arg-type]


def test_a_path_wins_over_a_bundled_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "jerigen-padang")
    monkeypatch.chdir(tmp_path)
    assert balik.solve("jerigen-padang").cost == 20
    with pytest.raises(CallError, match="jerigen-padang"):
        balik.solve("jerigen-padan")


def test_a_folder_without_tables_and_with_strange_ones(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("title = 'x'")
    assert codes(problems(tmp_path)) == ["E108"]
    found = problems(folder(tmp_path / "unknown", {"lane.csv": "a\n1\n", "README.md": "x", "notes.txt": "y"}))
    assert short(found) == [("W101", "lane.csv", None, None)] and "'lanes'" in found[0].advice
    assert found[0].severity == "warning" and balik.solve(tmp_path / "unknown").cost == 20


def test_capital_letters_of_files(tmp_path: Path) -> None:
    files = {"lanes.csv": None, "Lanes.CSV": "origin,dest,material,fee\na,b,m,2\n"}
    assert balik.solve(folder(tmp_path, files)).cost == 20
    (tmp_path / "LANES.csv").write_text("origin,dest,material,fee\na,b,m,2\n")
    if len(list(tmp_path.glob("[Ll]*"))) > 1:  # not where capital letters make no difference
        assert codes(problems(tmp_path)) == ["E116"]


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    case = folder(tmp_path, {"lanes.csv": None})
    (case / "lanes.csv").mkdir()
    assert codes(problems(case)) == ["E101"]
