"""The user's own workbook with the plan on sheets of its own: what was there stays, what is added adds up."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import balik
from balik.cli import main

BOOK = Path(__file__).resolve().parents[2] / "cases" / "workbooks" / "jerigen-padang.xlsx"


def cells(book: Any, sheet: str) -> list[list[Any]]:
    """Values of a sheet."""
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def test_the_user_s_sheets_keep_every_byte_and_the_plan_stands_beside(tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    plan = balik.solve(BOOK, out=out)
    with zipfile.ZipFile(BOOK) as old, zipfile.ZipFile(out) as new:
        kept = [n for n in old.namelist() if n.startswith(("xl/worksheets/", "xl/sharedStrings"))]
        assert kept and all(old.read(n) == new.read(n) for n in kept)
    before, after = openpyxl.load_workbook(BOOK), openpyxl.load_workbook(out)
    assert after.sheetnames[: len(before.sheetnames)] == before.sheetnames
    assert {"_plan", "_flow", "_collect", "_ledger"} <= set(after.sheetnames)
    rows = cells(after, "_collect")[2:]
    assert sorted(r[3] for r in rows) == sorted(plan.columns["collect"]["amount"])


def test_formulas_multiply_and_add_up_to_the_cost(tmp_path: Path) -> None:
    plan = balik.solve(BOOK, out=tmp_path / "hasil.xlsx")
    book = openpyxl.load_workbook(tmp_path / "hasil.xlsx")
    ledger = cells(book, "_ledger")
    at = {name.split(" [")[0]: i for i, name in enumerate(ledger[1])}
    total = 0.0
    for number, row in enumerate(ledger[2:], 3):
        letters = [openpyxl.utils.get_column_letter(at[c] + 1) for c in ("amount", "rate")]
        assert row[at["cost"]] == f"={letters[0]}{number}*{letters[1]}{number}"
        total += row[at["amount"]] * row[at["rate"]]
    assert total == pytest.approx(plan.cost)
    summary = {row[0]: row[1] for row in cells(book, "_plan")[1:]}
    column = openpyxl.utils.get_column_letter(at["cost"] + 1)
    assert summary["cost: sum of _ledger"] == f"=SUM('_ledger'!{column}3:{column}{len(ledger)})"
    stored = openpyxl.load_workbook(tmp_path / "hasil.xlsx", data_only=True)
    assert {r[0]: r[1] for r in cells(stored, "_plan")}["cost: sum of _ledger"] == plan.cost


@pytest.mark.parametrize("sheet", ["_ledger", "Buku besar"])
def test_units_of_the_ledger_are_said_in_the_language(tmp_path: Path, sheet: str) -> None:
    case, out = tmp_path / "kasus", tmp_path / "hasil.xlsx"
    case.mkdir()
    tables = {"case.toml": 'title = "x"', "places.csv": "place\na\nb", "materials.csv": "material,unit\nm,dus",
              "modes.csv": "mode,payload,trip_cost\nv,10,7", "lanes.csv": "origin,dest,material,mode\na,b,m,v",
              "supply.csv": "place,material,amount,price\na,m,20,1", "demand.csv": "place,material\nb,m",
              "sites.csv": "place,running_cost\nb,5", "charges.csv": "charge,of,rate,from\npajak,purchase,0.1,5"}  # fmt: skip
    for name, text in tables.items():
        (case / name).write_text(text + "\n", encoding="utf-8")
    verb = "solve" if sheet == "_ledger" else "report"
    assert main([verb, str(case), "--out", str(out), "--lang", "id"]) == 0
    rows = cells(openpyxl.load_workbook(out), sheet)
    heads = next(row for row in rows if "satuan" in row)
    at = heads.index("satuan")
    assert {row[at] for row in rows[rows.index(heads) + 1 :]} == {"dus", "rit", "lokasi", "rupiah"}


def test_the_result_is_a_case_again_and_a_later_plan_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    balik.solve(BOOK, out=first)
    plan = balik.solve(first, scenario="biaya-plus-10", out=second)
    assert plan.cost == 8977100
    assert not [p for p in plan.problems if p.code == "W101"]  # its own sheets are passed over in silence
    book = openpyxl.load_workbook(second)
    assert book.sheetnames == openpyxl.load_workbook(first).sheetnames
    assert cells(book, "_plan")[0][0] == "balik solve: a (biaya-plus-10)"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    out.write_bytes(b"mine")
    plan = balik.solve(BOOK, out=out)
    assert out.read_bytes() == b"mine" and (tmp_path / "hasil-2.xlsx").is_file()
    assert [p.code for p in plan.problems if p.code == "W192"] == ["W192"]


def test_a_folder_is_given_back_as_a_workbook(tmp_path: Path) -> None:
    plan = balik.solve("gudang-transit", out=tmp_path / "g.xlsx")
    again = balik.solve(tmp_path / "g.xlsx")
    assert again.cost == plan.cost == 775
    assert "_stock" in openpyxl.load_workbook(tmp_path / "g.xlsx").sheetnames


def test_without_a_plan_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "hasil.xlsx"
    assert main(["solve", str(BOOK), "--scenario", "biaya-plus-20", "--out", str(out)]) == 3
    assert not out.exists() and "Written" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["hasil.xlsm", "hasil.xls"])
def test_another_suffix_is_refused_or_a_folder(tmp_path: Path, name: str) -> None:
    if name.endswith("m"):
        with pytest.raises(balik.CallError, match=r"\.xlsx"):
            balik.solve(BOOK, out=tmp_path / name)
    else:
        balik.solve(BOOK, out=tmp_path / name)
        assert (tmp_path / name / "plan.json").is_file()  # no workbook that balik knows: a folder of that name


def test_data_frames_cannot_be_given_back(tmp_path: Path) -> None:
    with pytest.raises(balik.CallError, match="data frames"):
        balik.solve({"places": {"place": ["a"]}}, out=tmp_path / "x.xlsx")


def test_a_sheet_of_the_user_s_with_such_a_name_is_kept(tmp_path: Path) -> None:
    own = tmp_path / "own.xlsx"
    book = openpyxl.load_workbook(BOOK)
    book.create_sheet("_flow")["A1"] = "my notes"
    book.save(own)
    balik.solve(own, out=tmp_path / "hasil.xlsx")
    after = openpyxl.load_workbook(tmp_path / "hasil.xlsx")
    assert after["_flow"]["A1"].value == "my notes" and "_flow-2" in after.sheetnames


def test_heads_and_the_summary_are_in_the_language_of_the_command(tmp_path: Path) -> None:
    out = tmp_path / "hasil.xlsx"
    assert main(["solve", str(BOOK), "--out", str(out), "--lang", "id", "--quiet"]) == 0
    book = openpyxl.load_workbook(out)
    flow, summary = cells(book, "_flow")[1], [row[0] for row in cells(book, "_plan")]
    assert flow[:2] == ["asal", "tujuan"] and "terverifikasi" in summary and "status" in summary
    assert balik.solve(out).cost == balik.solve(BOOK).cost  # it is a case as before


def test_a_notebook_speaks_the_language_of_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = balik.solve("jerigen-padang")
    assert "8,161,000" in plan._repr_html_() and "laws checked" in plan._repr_html_()
    monkeypatch.setenv("BALIK_LANG", "id")
    assert "8.161.000" in plan._repr_html_() and "hukum diperiksa" in plan._repr_html_()
