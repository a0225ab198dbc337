"""Reports of studies alone: as objects, as saved documents, as page and workbook; and what a study does not say."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import balik
from balik.analysis.saved import is_study, study_of
from balik.analysis.study import Study, Work
from balik.cli import main
from balik.errors import CallError
from balik.views import charts
from balik.views.browser import browser
from balik.views.language import Language
from balik.views.report.parts import Paragraph
from balik.views.report.studies import OF_SENSITIVITY, chapter, columns, grids
from balik.views.report.summary import study_summary
from balik.words import plain

from .pictures import assert_sound
from .test_report import Page

EN, ID = Language("en"), Language("id")
STOCHASTIC: dict[str, Any] = {
    "kind": "stochastic", "case": "c", "currency": "IDR", "ok": True, "findings": ["Decided now: a."],
    "rows": [
        {"scenario": "low", "probability": 0.25, "objective": 100.0, "cost": 100.0, "alone": 90.0, "regret": 10.0, "sites_alone": ["a"]},
        {"scenario": "high", "probability": 0.75, "objective": 300.0, "cost": 300.0, "alone": 300.0, "regret": 0.0, "sites_alone": ["a", "b"]},
    ],
    "RP": 250.0, "WS": 247.5, "VSS": 5.0, "level": 0.9,
    "persistence": [{"site": "a", "opens_now": True, "alone": 1.0}, {"site": "b", "opens_now": False, "alone": 0.75}],
    "work": {"varied": "two scenarios", "solves": 4, "proved": 4, "seconds": 0.5, "unsaid": ["what other scenarios cost"]},
}  # fmt: skip
RANK: dict[str, Any] = {
    "kind": "rank", "case": "c", "currency": "IDR", "findings": [], "ok": True,
    "rows": [{"alternative": n, "rank": i + 1, "closeness": 0.9 - 0.2 * i, "scores": {"biaya": 10.0 * i, "emisi": 5.0}, "cost": 1.0}
             for i, n in enumerate(("satu", "dua"))],
    "weights": [{"criterion": "biaya", "under": "", "weight": 0.6, "low": 0.2, "high": 1.0, "below": "dua", "above": None}],
}  # fmt: skip


def faults(page: str, folder: Path) -> bytes:
    """What Chromium complains of when it opens a page."""
    (folder / "p.html").write_text(page, encoding="utf-8")
    words = [
        str(browser()),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        f"--user-data-dir={folder}/p",
    ]
    done = subprocess.run(
        [*words, "--dump-dom", (folder / "p.html").as_uri()], capture_output=True, timeout=120, check=True
    )
    assert b"</html>" in done.stdout
    return b"".join(line for line in done.stderr.splitlines() if b"CONSOLE" in line)


@pytest.mark.slow
@pytest.mark.skipif(browser() is None, reason="no Chromium")
@pytest.mark.parametrize("language", ["en", "id"])
def test_chromium_has_no_fault_to_report(language: str, swept: Study, tmp_path: Path) -> None:
    page = balik.report(swept, studies=[study_of(RANK), study_of(STOCHASTIC)], language=language)
    assert not faults(page, tmp_path)


@pytest.fixture(scope="module")
def swept() -> Study:
    """One small sweep."""
    return balik.sensitivity("jerigen-padang", ["supply.price"], "-10%:+10%:10%")


def test_a_study_alone_is_a_report_with_pictures_tables_and_what_it_does_not_say(swept: Study) -> None:
    page = Page(balik.report(swept, language="id"))
    assert page.scripts == 1 and all(link.startswith("#") for link in page.links)
    for text in ("Rp 7.596.400 sampai Rp 8.725.600", "supply.price", "−10 %", "Yang paling mengubah biaya"):
        assert text in page.text
    assert swept.work is not None and "Yang tidak dikatakannya" in page.text


def test_a_saved_study_gives_the_page_of_the_study(swept: Study, tmp_path: Path) -> None:
    saved = tmp_path / "study.json"
    saved.write_text(json.dumps(swept.document()), encoding="utf-8")
    assert is_study(saved) and study_of(saved).rows == swept.rows
    assert balik.report(saved) == balik.report(swept)
    out = tmp_path / "s.html"
    assert main(["report", str(saved), "--out", str(out), "--study", str(saved)]) == 0
    assert out.read_text(encoding="utf-8").count("<section") == 3
    assert main(["report", str(saved), "--over", "supply.price", "--out", str(out)]) == 2
    with pytest.raises(CallError, match="as it is"):
        balik.report(saved, scenario="biaya-plus-10")


def test_a_study_of_another_case_says_so_and_does_not_speak_for_the_plan() -> None:
    other = balik.sensitivity("jerigen-padang", find="prices")
    page = balik.report("turki-enam-kota", studies=[other])
    assert "What would change the answer · jerigen-padang" in page
    assert other.findings and not any(told in page.split('id="network"')[0] for told in other.findings)


def test_a_sheet_of_another_case_names_it_and_its_currency(tmp_path: Path) -> None:
    studies = [balik.compare("jerigen-padang", ["biaya-plus-10"]), balik.compare("turki-enam-kota")]
    balik.report("jerigen-padang", studies=studies, out=tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    own, other = (sheet for sheet in book.worksheets if sheet.title.startswith("Scenarios"))
    assert own["A1"].value == "scenario" and other["A1"].value == "Scenarios · turki-enam-kota"
    assert other["A3"].value == "scenario" and other["A4"].value == "base"
    looks = [[cell.number_format.split('"') for row in sheet for cell in row] for sheet in (own, other)]
    assert [{look[1] for look in of if look[1:]} for of in looks] == [{"Rp"}, {"USD"}]


def test_what_is_no_study_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    for text in ("{", "[]", '{"kind": 3}', '{"parameters": {}}'):
        other.write_text(text, encoding="utf-8")
        assert not is_study(other)
        with pytest.raises(CallError, match="no study"):
            study_of(other)
    with pytest.raises(CallError, match="no study"):
        study_of({"kind": "x"})


def test_uncertainty_shows_its_values_how_likely_sites_open_and_the_curve() -> None:
    study = study_of(STOCHASTIC)
    page = Page(balik.report(study, language="en"))
    for text in (
        "worth of planning with scenarios Rp 5",
        "25.00 %",
        "does not open now",
        "what other scenarios cost",
        "Varied: two scenarios.",
    ):
        assert text in page.text
    risk, frequency = charts.risk(study, EN), charts.frequency(study, EN)
    assert risk is not None and frequency is not None
    assert_sound(risk)
    assert_sound(frequency)
    assert risk.rows == (("25 %", "Rp 100"), ("100 %", "Rp 300"))
    assert frequency.rows == (("a", "100 %", "opens now"), ("b", "75 %", "does not open now"))


def test_a_ranking_shows_the_best_first_and_how_far_weights_may_move() -> None:
    study = study_of(RANK)
    figure = charts.ranking(study, ID)
    assert figure is not None
    assert_sound(figure)
    assert [row[0] for row in figure.rows] == ["satu", "dua"]
    page = Page(balik.report(study))
    assert "60.00 % 20.00 % 100.00 % dua" in page.text and charts.ranking(study_of(STOCHASTIC), EN) is None


def test_a_validation_is_shown_round_by_round_the_failed_trials_first() -> None:
    trials = [
        {"name": "one", "expected": "e", "found": "f", "verdict": "pass"},
        {"name": "two", "expected": "e", "found": "f", "verdict": "fail"},
    ]
    study = study_of(
        {
            "kind": "validate",
            "case": "c",
            "ok": False,
            "rounds": [{"round": 1, "title": "Dimensions", "ok": False, "trials": trials}],
        }
    )
    text = Page(balik.report(study)).text
    assert "1 trials passed, 1 failed." in text and text.index("FAIL two") < text.index("PASS one")


@pytest.mark.parametrize("kind", [*OF_SENSITIVITY, "explain", "unheard-of"])
def test_every_other_kind_of_study_has_a_chapter(kind: str) -> None:
    section = chapter(Study(kind, "c", "IDR", [], ["head", "  of it", "alone"]), EN)
    assert [getattr(block, "title", "") for block in section.blocks] == ["Findings", "head"]
    assert columns(Study("unheard-of", "c", "IDR", [{"a": 1, "b": {}}]))[0].values == [1]


def test_the_frontier_lists_the_sites_of_each_point_and_an_infeasible_row_no_number() -> None:
    rows = [
        {"values": {"cost": 1.0, "co2": 2.0}, "sites": ["a", "b"], "cost": 1.0},
        {"values": {"cost": 2.0, "co2": 1.0}, "sites": ["a"]},
    ]
    assert "a, b" in Page(balik.report(Study("frontier", "c", "IDR", rows))).text
    none = Study("compare", "c", "IDR", [{"scenario": "base", "status": "infeasible", "cost": None, "accounts": {}}])
    text = Page(balik.report(none)).text
    assert "no plan exists" in text and "Rp 0" not in text


def test_a_study_as_a_workbook_keeps_numbers_as_numbers(swept: Study, tmp_path: Path) -> None:
    out = tmp_path / "s.xlsx"
    work = Work(plain("v"), 1, 1, 0.1, (plain("anything else"),))
    more = Study(
        "compare", "c", "IDR", [{"scenario": "=1+1", "status": "optimal", "cost": 5.0, "accounts": {}}], work=work
    )
    balik.report(swept, studies=[study_of(RANK), study_of(STOCHASTIC), more, more], out=out)
    book = openpyxl.load_workbook(out)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    cost = heads.index("cost [IDR]")
    assert [row[cost].value for row in sheet.iter_rows(min_row=2, max_row=4)] == [row["cost"] for row in swept.rows]
    assert len(book.sheetnames) == 5 and len(set(book.sheetnames)) == 5
    assert (
        book.worksheets[3]["A1"].value == "Scenarios · c" and sheet["A1"].value == heads[0]
    )  # of another case than the first
    assert book.worksheets[3]["A4"].value == "=1+1" and book.worksheets[3]["A4"].data_type == "s"
    assert "anything else" in [cell.value for row in book.worksheets[3].iter_rows() for cell in row]


# -- what would change the answer --------------------------------------------------------------------------------


def test_the_first_page_says_what_one_more_is_worth_where_the_plan_knows() -> None:
    from balik.views.report.turns import turns

    from .pictures import solved

    linear = turns(solved("jerigen-padang"), (), EN)
    assert linear is not None and any("kosong-2L" in line and "saves Rp 7,000" in line for line in linear.points)
    for case in ("nmc-jawa-barat", "aki-delapan-pelaku"):  # whole numbers, and goals: a price would say too much
        found = turns(solved(case), (), EN)
        assert found is not None and len(found.points) == 1 and "balik explain" in found.points[0]
    assert turns(None, (), EN) is None


def test_the_verb_asks_what_one_more_is_worth(tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    assert main(["report", "gudang-transit", "--out", str(out)]) == 0
    page = Page(out.read_text(encoding="utf-8"))
    assert 'id="explain"' in out.read_text(encoding="utf-8")
    first = page.text.split("What would change the answer", 1)[1].split("What was assumed")[0]
    assert "one more" in first and "Nothing was varied" not in first


def test_letters_of_a_table_of_pairs_are_told_below_it() -> None:
    cells = [{"over": "a.x", "against": "b.y", "at": at, "against_at": "0%", "cost": 5.0, "set": letter, "status": "optimal"}
             for at, letter in (("-10%", "A"), ("+10%", "B"))]  # fmt: skip
    study = Study(
        "two-way", "c", "IDR", cells, [], more={"read": "cost", "sets": {"A": ["hub", "depot"], "B": ["hub"]}}
    )
    (grid,) = grids(study, EN)
    assert grid.more == "A hub, depot · B hub" and [row[1] for row in grid.rows] == ["5 A", "5 B"]


def test_a_frontier_says_the_currency_of_its_cost_and_one_answer_is_no_answers() -> None:
    rows = [{"values": {"cost": c, "co2": 9 - c}, "sites": ["hub"], "proved": True} for c in (1.0, 2.0)]
    figure = charts.pareto(Study("frontier", "c", "USD", rows), EN)
    assert figure is not None and figure.head[:2] == ("cost (USD)", "kg CO2e")
    assert grids(Study("frontier", "c", "USD", rows), EN)[0].head[:2] == ("cost (USD)", "kg CO2e")
    for kind, told in (("frontier", "1 plan, solved to its end."), ("atlas", "1 answer, with a plan.")):
        one = study_summary([Study(kind, "c", "USD", [rows[0] | {"cost": 1.0}])], EN).blocks[0]
        assert isinstance(one, Paragraph) and one.text.endswith(told)
