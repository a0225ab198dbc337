"""The report: what stands on the page, in the workbook and in print, and that nothing comes from outside."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import balik
from balik.cli import main
from balik.errors import CallError
from balik.views.browser import browser
from balik.views.report.assumed import notes_of
from balik.words import say

from .pictures import solved
from .test_draw import odd

ADDRESSES = {"src", "href", "action", "data", "srcset", "poster", "xlink:href"}
LONE = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """A page as it is parsed: its tags balanced, its texts, its links."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.texts: list[str] = []
        self.scripts = 0
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in LONE:
            self.open.append(tag)
        self.scripts += tag == "script"
        self.links += [value for name, value in attrs if name in ADDRESSES]
        self.ids += [value for name, value in attrs if name == "id"]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.links += [value for name, value in attrs if name in ADDRESSES]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def page() -> Page:
    """The report on a chain of several stages, with studies."""
    studies = [
        balik.compare("jerigen-padang", ["biaya-plus-10", "biaya-plus-20"]),
        balik.sensitivity("jerigen-padang", ["supply.price", "processes.cost"], "-10%:+10%:10%"),
    ]
    return Page(balik.report("jerigen-padang", studies=studies, language="id"))


def test_the_page_asks_for_nothing_and_holds_together(page: Page) -> None:
    assert page.links and all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert len(page.ids) == len(set(page.ids))
    assert page.scripts == 1


def test_the_page_says_what_the_plan_says(page: Page) -> None:
    for text in (
        "Rp 8.161.000",
        "Rp 5.646.000",
        "Optimal",
        "terbukti hingga",
        "biaya-plus-20",
        "tidak ada rencana",
        "Yang diasumsikan",
    ):
        assert text in page.text
    plan = solved("jerigen-padang")
    assert f"{plan.laws} hukum" in page.text
    assert "vcap 3: jumlah yang dikumpulkan tepat 800" in page.text or "vcap" in page.text


def test_nothing_of_the_frame_stays_english(page: Page) -> None:
    frame = page.text.split(say("Notes and sources of the tables").into("id"))[0]  # then come words of the case
    for word in ("stage", "account", "collected", "handed over", "What ", "Sources", "period "):
        assert not re.search(rf"\b{word}\b", frame), word


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "n" * 200, "\"'&amp;", "a\x07\u200bb"])
def test_names_of_users_are_texts(name: str) -> None:
    found = Page(balik.report(odd(name, material=name), settings={"title": name}, language="id"))
    assert found.scripts == 1


@pytest.mark.parametrize("amount", [1e-6, 1e12])
def test_amounts_of_any_size(amount: float) -> None:
    Page(balik.report(odd("a", amount)))


def test_without_a_plan_the_report_says_so_and_shows_no_number(tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    assert main(["report", "jerigen-padang", "--scenario", "biaya-plus-20", "--out", str(out)]) == 3
    text = Page(out.read_text(encoding="utf-8")).text
    assert "No plan exists: the rows of the case contradict each other." in text and "balik explain" in text
    assert "Rp " not in text.split("Formulation")[0] and "grosir-1" in text


def test_a_plan_folder_gives_the_same_page(tmp_path: Path) -> None:
    plan = balik.solve("plastik-jabodetabek-rinci", out=tmp_path / "plan")
    kept, fresh = balik.report(tmp_path / "plan"), balik.report(plan)
    laws = re.compile(r"[\d,]+ laws")  # a folder has a few more: that nothing in it was changed
    assert laws.sub("", kept) == laws.sub("", fresh)
    assert "By owner" in kept and "pickup" in kept and "vehicles needed" in kept
    with pytest.raises(CallError, match="as it is"):
        balik.report(plan, scenario="cetak")


def test_costs_per_tonne_add_up_over_the_stages() -> None:
    from balik.views.language import Language
    from balik.views.report.money import basis_of, by_stage
    from balik.views.subject import of_plan

    from .test_language import read

    subject = of_plan(solved("plastik-jabodetabek-rinci"))
    basis, grid = basis_of(subject), by_stage(subject, Language("en"))
    assert basis is not None and grid is not None and (basis.unit, basis.amount) == ("t", pytest.approx(16.55))
    per = [read(row[2].replace("Rp ", ""), Language("en")) for row in grid.rows]
    assert sum(per[:-1]) == pytest.approx(per[-1], abs=len(per))
    assert per[-1] == pytest.approx(182697242 / 16.55, abs=1)


def test_assumptions_are_told_by_the_words_of_the_notes() -> None:
    plan = solved("nmc-jawa-barat")
    assert plan.tables is not None
    notes = notes_of(plan.tables)
    owned = {note.table for note in notes if note.owned}
    assert {"supply", "sites", "modes", "lanes"} <= owned
    assert sum(note.rows for note in notes if note.table == "supply") == 27
    assert not any(note.owned for note in notes if note.text.startswith("a dealer accepts"))


def test_what_is_short_and_what_is_full_stands_on_the_page() -> None:
    case = odd("a")
    case["demand"] |= {"least": [8.0], "shortage_cost": [100.0]}
    facts = Page(balik.report(case, language="id")).text
    assert "kurang m 3 kg" in facts and "kekurangan" in facts
    assert "Sumber daya" in Page(balik.report(solved("weee-dua-target"), language="id")).text


def test_goals_are_told_instead_of_the_least_cost() -> None:
    text = Page(balik.report(solved("aki-delapan-pelaku"))).text
    assert (
        "1 of 3 goals attained" in text and "at least 900" in text and "proved within" not in text.split("By stage")[0]
    )


# -- workbook ----------------------------------------------------------------------------------------------------


def evaluated(path: Path) -> tuple[float, dict[str, float], float]:
    """Cost, accounts and difference of the first sheet, worked out from the ledger's amounts and rates."""
    book = openpyxl.load_workbook(path)
    short, ledger = book.worksheets[0], book.worksheets[1]
    heads = [str(cell.value).split(" [")[0] for cell in ledger[1]]
    account, amount, rate, cost = (heads.index(name) for name in (heads[0], "amount", "rate", "cost"))
    sums: dict[str, float] = {}
    for i, cells in enumerate(ledger.iter_rows(min_row=2), 2):
        assert cells[cost].value == f"={cells[amount].column_letter}{i}*{cells[rate].column_letter}{i}"
        sums[cells[account].value] = sums.get(cells[account].value, 0.0) + cells[amount].value * cells[rate].value
    last = ledger.max_row
    shown: dict[str, float] = {}
    row = 5
    while str(short.cell(row, 2).value).startswith("=SUMPRODUCT"):
        formula = f"=SUMPRODUCT(EXACT('Ledger'!$A$2:$A${last},A{row})*'Ledger'!${cells[cost].column_letter}$2:${cells[cost].column_letter}${last})"
        assert short.cell(row, 2).value == formula
        shown[short.cell(row, 1).value] = sums[short.cell(row, 1).value]
        row += 1
    assert (
        short.cell(row, 2).value == f"=SUM('Ledger'!${cells[cost].column_letter}$2:${cells[cost].column_letter}${last})"
    )
    return sum(sums.values()), shown, short.cell(row + 1, 2).value


def test_the_workbook_adds_the_cost_up_again(tmp_path: Path) -> None:
    plan = solved("plastik-jabodetabek-rinci")
    out = tmp_path / "r.xlsx"
    balik.report(plan, out=out)
    total, accounts, stated = evaluated(out)
    assert total == pytest.approx(plan.cost) == stated
    assert accounts == pytest.approx(dict(plan.accounts or {}))
    values = openpyxl.load_workbook(out, data_only=True)  # what shows before anything is calculated
    assert values.worksheets[0].cell(5 + len(accounts), 2).value == pytest.approx(plan.cost)
    with zipfile.ZipFile(out) as parts:
        names = parts.namelist()
    assert sum(name.startswith("xl/charts/chart") for name in names) == 3
    assert not any("externalLink" in name for name in names)


def test_sheets_have_units_and_all_rows(tmp_path: Path) -> None:
    plan = solved("plastik-jabodetabek-rinci")
    balik.report(
        plan, out=tmp_path / "r.xlsx", language="id", studies=[balik.compare("jerigen-padang", ["biaya-plus-10"])]
    )
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames[:2] == ["Ringkasan", "Buku besar"] and "Skenario" in book.sheetnames
    flow = book["flow"]
    assert [cell.value for cell in flow[1]] == ["asal", "tujuan", "material", "moda", "periode", "jumlah", "satuan"]
    assert flow.max_row == 1 + len(plan.columns["flow"]["amount"])
    assert "biaya [IDR]" in [cell.value for cell in book["Buku besar"][1]]
    assert "km [km]" in [cell.value for cell in book["trips"][1]]


def test_names_that_look_like_formulas_stay_texts(tmp_path: Path) -> None:
    case = odd("=1+1", material="@SUM(A1)")
    case["places"]["kind"] = ["a*", "-2", "=x"]
    balik.report(case, out=tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert [cell.value for cell in book["collect"][2]][:2] == ["=1+1", "@SUM(A1)"]
    assert all(cell.data_type != "f" or "Ledger" in str(cell.value) or "!" not in str(cell.value) for cell in cells)
    assert book["collect"]["A2"].data_type == "s"


def test_a_workbook_of_the_user_is_not_written_over(tmp_path: Path) -> None:
    book = tmp_path / "mine.xlsx"
    openpyxl.Workbook().save(book)
    before = book.read_bytes()
    with pytest.raises(CallError, match="did not write"):
        balik.report("jerigen-padang", out=book)
    assert book.read_bytes() == before
    own = tmp_path / "own.xlsx"
    balik.report("jerigen-padang", out=own)
    balik.report("jerigen-padang", out=own)  # its own it replaces
    book = openpyxl.load_workbook(own)
    book.worksheets[0]["J1"] = "mine"
    book.save(own)
    with pytest.raises(CallError, match="was changed since"):
        balik.report("jerigen-padang", out=own)
    assert openpyxl.load_workbook(own).worksheets[0]["J1"].value == "mine"


# -- the verb and the browser ------------------------------------------------------------------------------------


def test_the_command_adds_the_studies_that_are_asked(tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    words = [
        "report",
        "gudang-transit",
        "--compare",
        "--over",
        "processes.cost",
        "--range",
        "-10%:+10%:10%",
        "--out",
        str(out),
    ]
    assert main(words) == 0
    text = out.read_text(encoding="utf-8")
    assert 'id="compare"' in text and 'id="sensitivity"' in text and "processes.cost" in text
    assert len(text) < 3_000_000
    balik.solve("gudang-transit", out=tmp_path / "plan")
    assert main(["report", str(tmp_path / "plan"), "--compare", "--out", str(out)]) == 2


def test_without_a_browser_pdf_is_refused_and_html_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balik.views.browser.browser", lambda: None)
    with pytest.raises(CallError, match="Chromium"):
        balik.report("jerigen-padang", out=tmp_path / "r.pdf")
    balik.report("jerigen-padang", out=tmp_path / "r.html")


@pytest.mark.slow
@pytest.mark.skipif(browser() is None, reason="no Chromium")
def test_chromium_prints_it_and_reports_no_fault(tmp_path: Path) -> None:
    balik.report("jerigen-padang", language="id", out=tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes()[:5] == b"%PDF-"
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", str(tmp_path / "r.pdf"), "-"], capture_output=True, check=True
        ).stdout.decode()
        assert "Rp 8.161.000" in text and "Ringkasan" in text
    balik.report("jerigen-padang", out=tmp_path / "r.html")
    words = [
        str(browser()),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        f"--user-data-dir={tmp_path}/p",
    ]
    done = subprocess.run(
        [*words, "--dump-dom", (tmp_path / "r.html").as_uri()], capture_output=True, timeout=120, check=True
    )
    assert b"CONSOLE" not in done.stderr
    assert b'class="m"' in done.stdout and b".m&gt;title" not in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(browser() is None or not shutil.which("pdftotext"), reason="no Chromium, or nothing that reads PDF")
@pytest.mark.parametrize("case", ["lingkar-pembongkar", "pusat-daur-ulang"])
def test_the_summary_is_one_page_of_paper(case: str, tmp_path: Path) -> None:
    """Also with fourteen stages, or twelve rows of trips."""
    balik.report(solved(case), out=tmp_path / "r.pdf")
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "r.pdf"), "-"], capture_output=True, check=True)
    first, second, *_ = text.stdout.decode().split("\f")
    assert "What was assumed" in first and "The network" in second
