"""Workbooks as people keep them: the same tables and plans as a folder, guesses said, problems with their cell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import balik
from balik.errors import CallError, InputError, Problem
from balik.tables import read
from tables.booking import SMALL, book
from tables.casing import codes, problems


def spots(found: list[Problem]) -> list[tuple[str, str | None, str | None, str | None]]:
    """Code, sheet, cell and column."""
    return [(p.code, p.sheet, p.cell, p.column) for p in found]


def changed(path: Path, change: Any, sheets: Any = None) -> Path:
    """The small workbook after a change by hand."""
    file = book(path, sheets)
    made = load_workbook(file)
    change(made)
    made.save(file)
    return file


def test_the_same_plan_as_a_folder(tmp_path: Path) -> None:
    plan = balik.solve(book(tmp_path))
    assert (plan.status, plan.cost, plan.problems) == ("optimal", 20, [])
    assert plan.case == "book"


def test_settings_are_dotted_keys(tmp_path: Path) -> None:
    rows = [["key", "value"], ["title", "x"], ["currency", "EUR"], ["solve.gap", 0.001], ["solve.time_limit", "12,5"], ["objective.cost", 1]]
    assert read(book(tmp_path, {"case": rows})).settings == {
        "title": "x", "currency": "EUR", "solve": {"gap": 0.001, "time_limit": 12.5}, "objective": {"cost": 1},
    }  # fmt: skip


def test_wrong_settings_name_their_cell(tmp_path: Path) -> None:
    found = problems(book(tmp_path, {"case": [["title", "x"], ["solve.gab", 1], ["solve.gap", "x"], ["title", "y"]]}))
    assert ("E112", "case", "B2", "solve.gab") in spots(found)
    assert ("E113", "case", "B3", "solve.gap") in spots(found)
    assert "E112" in codes([p for p in found if p.cell == "A4"])


def test_a_workbook_without_settings(tmp_path: Path) -> None:
    assert codes(problems(book(tmp_path, {"case": None}))) == ["E100"]


def test_scenarios_on_sheets_of_their_own(tmp_path: Path) -> None:
    file = book(tmp_path, {"scenarios": [["scenario"], ["dear"]], "lanes@dear": [["origin", "dest", "material", "fee"], ["a", "b", "m", 5]]})
    assert balik.solve(file, "dear").cost == 50
    assert balik.solve(file).cost == 20


def test_other_sheets_are_named_and_own_ones_passed_over(tmp_path: Path) -> None:
    found = problems(book(tmp_path, {"Rekap": [["x", 1]], "_catatan": [["y"]], "suply": [["z"]]}))
    assert [(p.code, p.sheet) for p in found] == [("W101", "Rekap"), ("W101", "suply")]
    assert found[1].advice == "Did you mean 'supply'?"


class TestAsPeopleKeepThem:
    def test_titles_empty_rows_and_columns(self, tmp_path: Path) -> None:
        rows = [
            ["Tarif angkutan 2025"], [], [None, "diperbarui Januari"], [],
            [None, "asal", None, "tujuan", "material", "ongkos (catatan lama)"[:6]], [],
            [None, " a ", None, "b\u00a0", "m", 2], [], [None, None, None, None, None, None],
        ]  # fmt: skip
        found = balik.solve(book(tmp_path, {"lanes": rows}))
        assert found.cost == 20
        assert spots(found.problems) == [("W110", "lanes", "B5", None)]

    def test_numbers_as_text(self, tmp_path: Path) -> None:
        file = book(tmp_path, {"lanes": [["origin", "dest", "material", "fee"], ["a", "b", "m", " Rp 8.161.000 "]]})
        plan = balik.solve(file)
        assert plan.cost == 81_610_000
        assert spots(plan.problems) == [("W112", "lanes", "D2", "fee")]

    def test_a_doubtful_number(self, tmp_path: Path) -> None:
        found = problems(book(tmp_path, {"supply": [["place", "material", "amount"], ["a", "m", "1.250"]]}))
        assert spots(found) == [("E121", "supply", "C2", "amount")]

    def test_labels_that_are_numbers(self, tmp_path: Path) -> None:
        sheets = {
            "places": [["place"], [1], [2.0]],
            "lanes": [["origin", "dest", "fee"], [1, "2", 2]],
            "supply": [["place", "amount"], ["1", 10]],
            "demand": [["place"], [2]],
        }
        assert balik.solve(book(tmp_path, sheets)).cost == 20

    def test_dates_as_labels_and_as_mistakes(self, tmp_path: Path) -> None:
        day = datetime(2025, 1, 1)
        sheets = {"periods": [["period"], [day]], "supply": [["place", "material", "period", "amount"], ["a", "m", day, 10]]}
        assert balik.solve(book(tmp_path, sheets)).cost == 20
        found = problems(book(tmp_path, {"supply": [["place", "material", "amount"], ["a", "m", datetime(2025, 4, 3)]]}))
        assert spots(found) == [("E128", "supply", "C2", "amount")]

    def test_formulas_have_their_last_values_or_are_problems(self, tmp_path: Path) -> None:
        found = problems(book(tmp_path, {"supply": [["place", "material", "amount"], ["a", "m", "=2*5"]]}))
        assert spots(found) == [("E127", "supply", "C2", "amount")]  # never worked out by a spreadsheet program

    def test_errors_in_cells(self, tmp_path: Path) -> None:
        def change(made: Any) -> None:
            made["supply"]["C2"].value = "#REF!"
            made["supply"]["C2"].data_type = "e"

        assert spots(problems(changed(tmp_path, change))) == [("E127", "supply", "C2", "amount")]

    def test_hidden_sheets_are_read(self, tmp_path: Path) -> None:
        def change(made: Any) -> None:
            made["lanes"].sheet_state = "hidden"

        plan = balik.solve(changed(tmp_path, change))
        assert (plan.cost, spots(plan.problems)) == (20, [("W114", "lanes", None, None)])

    def test_formatted_cells_far_away_are_nothing(self, tmp_path: Path) -> None:
        def change(made: Any) -> None:
            made["lanes"]["XFD1048576"].number_format = "0.00"
            made["lanes"]["D900000"].number_format = "0.00"

        assert balik.solve(changed(tmp_path, change)).problems == []

    def test_cells_beside_the_table_are_named(self, tmp_path: Path) -> None:
        def change(made: Any) -> None:
            made["lanes"]["H2"] = "cek lagi"

        plan = balik.solve(changed(tmp_path, change))
        assert (plan.cost, spots(plan.problems)) == (20, [("W115", "lanes", "H2", None)])

    def test_a_column_without_header_in_the_table_is_a_problem(self, tmp_path: Path) -> None:
        def change(made: Any) -> None:
            made["lanes"]["C1"] = None

        assert ("E104", "lanes", "C2", None) in [(p.code, p.sheet, p.cell, None) for p in problems(changed(tmp_path, change))]

    def test_merged_cells_hold_for_every_row(self, tmp_path: Path) -> None:
        def change(made: Any) -> None:
            made["lanes"].merge_cells("A2:A3")

        lanes = [["origin", "dest", "material", "fee"], ["a", "b", "m", 2], [None, "b2", "m", 1]]
        sheets = {
            "places": [["place"], ["a"], ["b"], ["b2"]],
            "lanes": lanes,
            "demand": [["place", "material"], ["b", "m"], ["b2", "m"]],
        }
        file = changed(tmp_path, change, sheets)
        table = read(file)["lanes"]
        assert table is not None and table.columns["origin"] == ["a", "a"]
        plan = balik.solve(file)
        assert (plan.cost, codes(plan.problems)) == (10, ["W113"])

    def test_cells_merged_over_columns_are_a_problem(self, tmp_path: Path) -> None:
        def change(made: Any) -> None:
            made["lanes"].merge_cells("A2:B2")

        assert ("E119", "lanes", "A2", None) in spots(problems(changed(tmp_path, change)))


class TestWide:
    def test_tables_one_to_four_of_a_study(self, tmp_path: Path) -> None:
        """Periods down, sizes across, two rows of header with merged cells."""

        def change(made: Any) -> None:
            sheet = made["supply"]
            for area in ("A2:A3", "B2:B3", "C2:E2"):
                sheet.merge_cells(area)

        rows = [
            ["Tabel 1. Data permintaan grosir"],
            ["tempat", "periode", "jumlah", None, None],
            [None, None, "2L", "5L", "18L"],
            ["a", 1, 85, 20, 0],
            ["a", 2, 80, 30, 2],
        ]
        sheets = {
            "materials": [["material", "unit"], ["2L", "dus"], ["5L", "dus"], ["18L", "dus"]],
            "periods": [["period"], [1], [2]],
            "supply": rows,
            "lanes": [["origin", "dest", "fee"], ["a", "b", 2]],
            "demand": [["place"], ["b"]],
        }
        file = changed(tmp_path, change, sheets)
        table = read(file)["supply"]
        assert table is not None
        assert list(zip(*(table.columns[c] for c in ("period", "material", "amount")), strict=True)) == [
            ("1", "2L", "85"), ("1", "5L", "20"), ("1", "18L", "0"), ("2", "2L", "80"), ("2", "5L", "30"), ("2", "18L", "2"),
        ]  # fmt: skip
        assert [table.where(row, "amount")["cell"] for row in range(6)] == ["C4", "D4", "E4", "C5", "D5", "E5"]
        assert balik.solve(file).cost == 2 * (85 + 20 + 80 + 30 + 2)

    def test_more_labels_than_headers_beside_them(self, tmp_path: Path) -> None:
        """The row of the labels is the fuller one; the header is the row above it too, where cells are merged."""

        def change(made: Any) -> None:
            for area in ("A3:A4", "B3:F3", "G3:G4"):
                made["supply"].merge_cells(area)

        labels = ["m", "n", "o", "p", "q"]
        rows = [
            ["Jumlah"],
            [],
            ["tempat", "jumlah", None, None, None, None, "source"],
            [None, *labels, None],
            ["a", 1, 2, 3, 4, 5, "daftar"],
        ]
        sheets = {
            "materials": [["material"], *([label] for label in labels)],
            "supply": rows,
            "lanes": [["origin", "dest", "fee"], ["a", "b", 2]],
            "demand": [["place"], ["b"]],
        }
        plan = balik.solve(changed(tmp_path, change, sheets))
        assert (plan.cost, codes(plan.problems)) == (30, ["W110", "W111"])

    def test_labels_that_stand_twice_are_said_once(self, tmp_path: Path) -> None:
        rows = [[None, None, "least", None, "most", None], ["place", "material", 1, 2, 1, 2], ["a", "m", 3, 4, 10, 10]]
        file = book(tmp_path, {"periods": [["period"], [1], [2]], "supply": rows})
        said = [str(problem.found) for problem in balik.check(file) if problem.code == "W111"]
        assert said == ["The headers '1', '2' are read as labels of period: one row for each cell, its number is least, most."]

    def test_two_values_under_one_header(self, tmp_path: Path) -> None:
        rows = [[None, None, "least", None, "most", None], ["place", "material", 1, 2, 1, 2], ["a", "m", 3, 4, 10, 10]]
        file = book(tmp_path, {"periods": [["period"], [1], [2]], "supply": rows})
        assert balik.solve(file).cost == 2 * (3 + 4)

    def test_a_matrix_with_a_title(self, tmp_path: Path) -> None:
        sheets: dict[str, list[list[Any]]] = {
            "modes": [["mode", "full_rate"], ["truk", 1]],
            "lanes": [["origin", "dest", "material", "mode"], ["a", "b", "m", "truk"]],
            "distances": [["Jarak antar tempat (km)"], [], ["km", "a", "b"], ["a", 0, 7], ["b", 7, 0]],
        }
        plan = balik.solve(book(tmp_path, sheets))
        assert plan.cost == 70
        assert codes(plan.problems) == ["W110", "W111"]
        wrong = sheets | {"distances": [["km", "a", "b"], ["a", 0, "x"], ["b", 7, 0]]}
        assert ("E120", "distances", "C2", "km") in spots(problems(book(tmp_path, wrong)))


def test_dates_as_headers_are_periods(tmp_path: Path) -> None:
    days = [datetime(2025, 1, 1), datetime(2025, 2, 1)]
    sheets = {"periods": [["period"], *([day] for day in days)], "supply": [["place", "material", *days], ["a", "m", 3, 4]]}
    assert balik.solve(book(tmp_path, sheets)).cost == 2 * (3 + 4)


def test_a_setting_that_cannot_be_worked_out_is_no_default(tmp_path: Path) -> None:
    found = problems(book(tmp_path, {"case": [["title", "x"], ["objective.co2", "=1+1"]]}))
    assert ("E127", "case", "B2", "objective.co2") in spots(found)


def test_sheets_whose_names_differ_in_white_space_only(tmp_path: Path) -> None:
    assert "E116" in codes(problems(book(tmp_path, {"lanes ": [["origin", "dest", "fee"], ["a", "b", 9]]})))


def test_a_sheet_without_a_word(tmp_path: Path) -> None:
    def change(made: Any) -> None:
        sheet = made.create_sheet("stores")
        sheet["A1"].value, sheet["A1"].data_type = "#REF!", "e"

    assert {p.code for p in problems(changed(tmp_path, change))} & {"E102", "E104", "E127", "E140"}


def test_money_is_no_amount(tmp_path: Path) -> None:
    found = problems(book(tmp_path, {"supply": [["place", "material", "amount"], ["a", "m", "Rp 1.000.000"]]}))
    assert spots(found) == [("E120", "supply", "C2", "amount")]


def test_what_is_missing_names_its_sheet(tmp_path: Path) -> None:
    found = problems(book(tmp_path, {"supply": [["place", "material", "most"], ["a", "m", 10]]}))
    assert [(p.code, p.file, p.sheet) for p in found] == [("W201", "book.xlsx", "supply")]
    found = problems(book(tmp_path, {"case": [["title", "x"], ["objective.cosst", 1]]}))
    assert [(p.code, p.file, p.sheet) for p in found] == [("E352", "book.xlsx", "case")]


def test_problems_name_sheet_and_cell(tmp_path: Path) -> None:
    found = problems(book(tmp_path, {"lanes": [["origin", "dest", "material", "fee"], ["a", "bb", "m", 2]]}))
    assert spots([p for p in found if p.severity == "error"]) == [("E201", "lanes", "B2", "dest")]
    assert str(found[0]).startswith("book.xlsx lanes!B2 dest")


@pytest.mark.parametrize("name", ["none.xlsx", "book.xls"])
def test_no_such_workbook(tmp_path: Path, name: str) -> None:
    (tmp_path / "book.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises((CallError, InputError)):
        balik.solve(tmp_path / name)


def test_a_file_that_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_text("place,kind\na,b\n")
    assert codes(problems(tmp_path / "book.xlsx")) == ["E118"]


def test_small_is_sound() -> None:
    assert all(len({len(row) for row in rows}) == 1 for rows in SMALL.values())


def test_settings_of_a_scenario_are_named_and_not_read(tmp_path: Path) -> None:
    file = book(tmp_path, {"scenarios": [["scenario"], ["s"]], "case@s": [["objective.co2", 1]]})
    assert ("W101", "case@s") in [(p.code, p.sheet) for p in problems(file, "s")]
