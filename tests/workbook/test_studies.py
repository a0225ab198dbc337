"""The three studies as workbooks, as a planner would keep them: they state the same programs as their folders."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import balik
from balik.api import prepare
from balik.errors import Problem
from balik.tables import read
from balik.workbook.read import read_workbook

ROOT = Path(__file__).resolve().parents[2]
BOOKS = ROOT / "cases" / "workbooks"
STUDIES = ["jerigen-padang", "nmc-jawa-barat", "plastik-jabodetabek"]
SCENARIOS = [(study, scenario) for study in STUDIES for scenario in (None, *read(study).scenarios)]
#: How a sheet was read: titles, wide tables, merged cells and the like.
HOW = {"W110", "W111", "W112", "W113", "W114", "W115"}


once = cache(read_workbook)


@pytest.fixture(autouse=True)
def each_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every scenario reads the whole workbook; here its grids are kept."""
    monkeypatch.setattr("balik.workbook.read.read_workbook", once)


@cache
def made(room: Path) -> Path:
    """The workbooks as the script writes them now."""
    subprocess.run([sys.executable, str(ROOT / "tools" / "make_study_workbooks.py"), str(room)], check=True)
    return room


def test_every_study_has_a_workbook_and_none_is_a_case_of_its_own() -> None:
    assert sorted(path.stem for path in BOOKS.glob("*.xlsx")) == STUDIES
    assert "workbooks" not in balik.cases()


@pytest.mark.parametrize("study", STUDIES)
def test_the_script_writes_what_is_kept(study: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = made(tmp_path_factory.getbasetemp() / "books") / f"{study}.xlsx"
    assert read_workbook(again) == read_workbook(BOOKS / again.name)
    assert (BOOKS / again.name).stat().st_size < 200_000


def test_the_check_says_how_it_was_read_and_nothing_else() -> None:
    problems = balik.check(BOOKS / "jerigen-padang.xlsx")
    assert {(p.code, p.severity) for p in problems} == {("W110", "warning"), ("W111", "warning")}


@pytest.mark.parametrize(("study", "scenario"), SCENARIOS)
def test_the_same_program_as_the_folder(study: str, scenario: str | None) -> None:
    """And the same warnings, but for those that say how a sheet was read; an error would raise."""
    book, folder = prepare(BOOKS / f"{study}.xlsx", scenario), prepare(study, scenario)
    assert {p.code for p in book.problems} & HOW == {"W110", "W111"}
    assert said(book.problems) == said(folder.problems)
    assert book.tables.settings == folder.tables.settings
    assert book.tables.scenarios == folder.tables.scenarios
    one, other = book.model.program, folder.model.program
    assert (one.column_names(), one.row_names()) == (other.column_names(), other.row_names())
    for mine, theirs in zip(astuple(one.arrays()), astuple(other.arrays()), strict=True):
        assert mine is theirs or np.array_equal(mine, theirs)


def said(problems: list[Problem]) -> list[tuple[str, str]]:
    """What was found, but for how the sheets were read."""
    return [(problem.code, str(problem.found)) for problem in problems if problem.code not in HOW]


@pytest.mark.parametrize("study", STUDIES)
def test_the_same_figures_are_expected(study: str) -> None:
    book, folder = read(BOOKS / f"{study}.xlsx"), read(study)
    for name in ("expected", "limits", "scenarios", "changes"):
        mine, theirs = book[name], folder[name]
        assert (mine is None) == (theirs is None)
        assert mine is None or theirs is None or plain(mine.columns) == plain(theirs.columns)


def plain(columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Columns with numbers as a workbook keeps them: without zeros at their end."""
    return {name: [_short(cell) for cell in cells] for name, cells in columns.items()}


def _short(cell: str) -> str:
    return cell.rstrip("0") if cell.replace(".", "", 1).isdigit() and "." in cell else cell


@pytest.mark.parametrize("study", STUDIES)
def test_they_are_kept_as_a_planner_keeps_them(study: str) -> None:
    """Indonesian headers with units, titles, cells merged over two rows; source and licence on a sheet of their own."""
    book = read_workbook(BOOKS / f"{study}.xlsx")
    texts = {str(value) for grid in book.grids for _, cells in grid.rows for _, value in cells}
    assert {"tempat", "skenario"} <= texts and not {"place", "origin", "dest"} & texts
    assert any(text.endswith("]") and "Rp/" in text for text in texts)
    assert bool([area for grid in book.grids for area in grid.merges]) == (study != "nmc-jawa-barat")
    assert {"Sumber", "Lisensi"} <= {cells[0][1] for g in book.grids if g.name == "_sumber" for _, cells in g.rows}
