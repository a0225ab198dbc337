"""Labels that look the same: one way to write a letter with its accent, and what differs is said where it is not seen."""

from __future__ import annotations

import os
from pathlib import Path
from unicodedata import normalize

import pytest

import balik
from balik.errors import did_you_mean
from balik.tables import read
from tables.casing import SMALL, codes, folder, problems

SAPE, APART = normalize("NFC", "Sapé"), normalize("NFD", "Sapé")


def of(place: str, apart: str = "") -> dict[str, str]:
    """The small case, whose place b has a name; in the table of demand it may have another."""
    files = {name: text.replace("b", place) for name, text in SMALL.items() if name not in ("case.toml", "demand.csv")}
    return files | {"demand.csv": f"place,material\n{apart or place},m\n"}


def test_a_letter_and_its_accent_are_one_sign_in_whatever_file(tmp_path: Path) -> None:
    assert SAPE != APART
    for case in (folder(tmp_path / "1", of(SAPE, APART)), folder(tmp_path / "2", of(APART, SAPE))):
        plan = balik.solve(case, set=[f"lanes.fee[dest={APART}] = 3"])
        assert (plan.cost, plan.problems) == (30, [])


def test_names_that_are_one_so_are_told_to_stand_twice(tmp_path: Path) -> None:
    files = of(SAPE) | {"places.csv": f"place\na\n{SAPE}\n{APART}\n"}
    assert codes(problems(folder(tmp_path, files))) == ["E202"]


def test_scenarios_and_settings_too(tmp_path: Path) -> None:
    files = {
        "scenarios.csv": f"scenario\n{SAPE}\n",
        f"scenarios/{APART}/lanes.csv": "origin,dest,material,fee\na,b,m,7\n",
        "processes.csv": f"process,place,cost,account\np,b,1,{SAPE}\n",
        "recipes.csv": "process,material,rate\np,m,-1\n",
        "case.toml": f'title = "x"\n[objective]\ncost = 1\n"{APART}" = 1\n',
    }
    case = folder(tmp_path, files)
    assert os.listdir(case / "scenarios") == [APART]
    for asked in (SAPE, APART):
        assert read(case, asked).problems.errors == []
        assert balik.solve(case, asked).cost == 70


@pytest.mark.parametrize(
    ("word", "known", "told"),
    [
        ("K\u043eta", "Kota", "In yours, sign 2 is U+043E CYRILLIC SMALL LETTER O."),
        ("Kota", "K\u043eta", "In it, sign 2 is U+043E CYRILLIC SMALL LETTER O."),
        ("grosir\u20131", "grosir-1", "In yours, sign 7 is U+2013 EN DASH."),
        ("Kota\u00adx", "Kotax", "In yours, sign 5 is U+00AD SOFT HYPHEN."),
        ("Kota  Baru", "Kota Baru", "In yours, sign 6 is U+0020 SPACE."),
        ("Kota Baru", "Kota-Baru", ""),
        ("Sape", SAPE, ""),
        ("kota", "Kota", ""),
    ],
)
def test_what_looks_alike_is_told_apart(word: str, known: str, told: str) -> None:
    said = did_you_mean(word, [known])
    assert said == f"Did you mean '{known}'? {told}".strip()
    assert not told or told.split(" is ")[1].rstrip(".") in said.into("id")


@pytest.mark.parametrize(
    ("word", "meant"), [("jenis:works", "kind:works"), ("kelompok: g", "group:g"), ("Kind:home", "kind:home")]
)
def test_kinds_and_groups_in_other_words(tmp_path: Path, word: str, meant: str) -> None:
    files = {
        "groups.csv": "column,label,group\nplace,a,g\n",
        "lanes.csv": f"origin,dest,material,fee\na,b,m,2\n{word},b,m,2\n",
    }
    (problem,) = problems(folder(tmp_path, files))
    assert (problem.code, problem.line, problem.advice) == ("E201", 3, f"Did you mean '{meant}'?")
