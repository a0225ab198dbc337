"""The workbook that `new --xlsx` makes: it solves, explains itself in two languages, and guides what is typed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import balik
from balik import cli
from balik.books.first_case import SAID
from balik.books.guide import ABOUT
from balik.books.template import GUIDE
from balik.copies import new
from balik.errors import CallError
from balik.schema import INPUT
from balik.tables import read
from balik.tables.formats.naming import column_name, split_unit
from balik.words import Sentence

LANGUAGES = ["en", "id"]
TEMPLATE = Path(balik.__file__).parent / "template"


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """The template in every language."""
    folder = tmp_path_factory.mktemp("books")
    return {language: new(folder / f"kasus-{language}", xlsx=True, language=language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def opened(books):
    """The same, as openpyxl sees them."""
    return {language: openpyxl.load_workbook(path) for language, path in books.items()}


def rules(sheet) -> dict:
    """Validations by column letter."""
    return {str(v.sqref).partition("2")[0]: v for v in sheet.data_validations.dataValidation}


def letter(sheet, word: str) -> str:
    """Column of a header, with or without its unit."""
    return next(c.column_letter for c in sheet[1] if split_unit(str(c.value))[0] == word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_solves_as_the_folder_does_and_has_no_problem(books, language):
    assert books[language].suffix == ".xlsx"
    plan = balik.solve(books[language])
    assert plan.verified and plan.cost == balik.solve(TEMPLATE).cost
    assert balik.check(books[language]) == balik.check(TEMPLATE) == []


def test_both_languages_hold_the_same_tables(books):
    english, indonesian = (read(books[language]) for language in LANGUAGES)
    assert english.tables.keys() == indonesian.tables.keys() == read(TEMPLATE).tables.keys()
    for name, table in english.tables.items():
        other = indonesian.tables[name]
        assert list(table.columns) == list(other.columns)
        for column, cells in table.columns.items():
            assert column == "note" or list(cells) == list(other.columns[column]), (name, column)
    assert english.title != indonesian.title and english.currency == indonesian.currency


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_there_with_every_column(opened, language):
    book = opened[language]
    for name in ABOUT:
        sheet = book[name] if name in book.sheetnames else book[f"_{name}"]
        words = [split_unit(str(cell.value))[0] for cell in sheet[1]]
        assert [column_name(word, INPUT[name]) for word in words if word != "note"] != []
        assert {column_name(word, INPUT[name]) for word in words} >= set(INPUT[name].columns)
        for cell in sheet[1]:
            known = INPUT[name].columns.get(column_name(split_unit(str(cell.value))[0], INPUT[name]) or "")
            if known is not None:
                assert split_unit(str(cell.value))[0] == (known.indonesian if language == "id" else known.name)
    assert set(INPUT) == set(ABOUT)


def test_every_header_and_column_explains_itself(opened):
    for language, book in opened.items():
        for name in ABOUT:
            sheet = book[name] if name in book.sheetnames else book[f"_{name}"]
            for cell in sheet[1]:
                known = INPUT[name].columns.get(column_name(split_unit(str(cell.value))[0], INPUT[name]) or "")
                if known is None:
                    continue
                meaning = Sentence(known.description).into(language)
                assert cell.comment and meaning in cell.comment.text, (name, cell.value)
                rule = rules(sheet)[cell.column_letter]
                assert rule.prompt.startswith(meaning[:200]), (name, cell.value)
                assert len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32


def test_lists_and_numbers_guide_what_is_typed(opened):
    for language, book in opened.items():
        word = {
            name: {c.name: c.indonesian if language == "id" else c.name for c in INPUT[name].columns.values()}
            for name in INPUT
        }
        lanes, sites, limits = (book[name] for name in ("lanes", "sites", "limits"))
        origin = rules(lanes)[letter(lanes, word["lanes"]["origin"])]
        assert origin.type == "list" and "'places'!$A$2" in origin.formula1 and origin.errorStyle == "warning"
        assert "'modes'" in rules(lanes)[letter(lanes, word["lanes"]["mode"])].formula1
        single = rules(lanes)[letter(lanes, word["lanes"]["single"])]
        assert single.formula1 == ('"ya,tidak"' if language == "id" else '"yes,no"')
        status = rules(sites)[letter(sites, word["sites"]["status"])]
        assert status.formula1 == '"candidate,open,closed,existing"'
        capacity = rules(sites)[letter(sites, word["sites"]["capacity"])]
        assert (capacity.type, capacity.operator, float(capacity.formula1)) == ("decimal", "greaterThanOrEqual", 0)
        nearest = rules(lanes)[letter(lanes, word["lanes"]["nearest"])]
        assert (nearest.type, nearest.operator, float(nearest.formula1)) == ("whole", "greaterThan", 0)
        lat = rules(book["places"])[letter(book["places"], word["places"]["lat"])]
        assert (float(lat.formula1), float(lat.formula2)) == (-90, 90)
        quantity = rules(limits)[letter(limits, word["limits"]["quantity"])].formula1
        listed = {c.value for c in book["_lists"]["A"]}
        assert "'_lists'" in quantity and {"flow", "open", "cost", "co2", "transport"} <= listed
        assert not [
            v for sheet in book for v in sheet.data_validations.dataValidation if v.type and v.errorStyle != "warning"
        ]
        assert book["_lists"].sheet_state == "hidden"


def test_what_is_seldom_needed_is_folded_away(opened):
    sheet = opened["en"]["supply"]
    hidden = {c.value for c in sheet[1] if sheet.column_dimensions[c.column_letter].hidden}
    shown = {c.value for c in sheet[1]} - hidden
    assert {"place", "material", "amount [kg]", "price [Rp/kg]", "note"} <= shown
    folded = sheet.column_dimensions[letter(sheet, "period")]  # openpyxl knows columns alike by the first of them
    assert (folded.hidden, folded.outlineLevel) == (True, 1)


def test_the_guide_names_tables_columns_and_commands_in_its_language(opened):
    for language, book in opened.items():
        assert book.sheetnames[0] == GUIDE[language]
        said = {str(cell) for row in book[GUIDE[language]].iter_rows(values_only=True) for cell in row if cell}
        assert {*ABOUT, "least", "kapasitas"} <= said
        assert f"balik check kasus-{language}.xlsx" in said and f"balik solve kasus-{language}.xlsx" in said
        assert ("Cara kerja buku ini" in said) == (language == "id")


def test_every_text_of_the_first_case_is_known_in_every_language():
    tables = read(TEMPLATE)
    notes = {cell for table in tables.tables.values() for cell in table.columns.get("note", ()) if cell}
    assert notes | {tables.title, tables.settings["source"]} == set(SAID)


def test_a_ready_table_is_read_once_its_name_says_so(books, tmp_path):
    book = openpyxl.load_workbook(books["id"])
    sheet = book["_groups"]
    sheet.title = "groups"
    sheet.append(["place", "desa-a", "barat"])
    book.save(tmp_path / "book.xlsx")
    assert read(tmp_path / "book.xlsx")["groups"].columns["label"] == ["desa-a"]
    assert balik.solve(tmp_path / "book.xlsx").cost == balik.solve(TEMPLATE).cost


def test_a_bundled_case_can_be_the_start(tmp_path):
    path = new(tmp_path / "mine.xlsx", like="jerigen-padang", xlsx=True)
    assert balik.solve(path).cost == 8161000
    assert read(path).scenarios == read("jerigen-padang").scenarios


def test_a_workbook_can_be_the_start_of_a_folder(books, tmp_path):
    made = new(tmp_path / "folder", like=books["en"])
    assert balik.solve(made).cost == balik.solve(TEMPLATE).cost
    assert "# Columns of this case" in (made / "COLUMNS.md").read_text(encoding="utf-8")


def test_a_name_of_a_workbook_makes_one(tmp_path, capsys):
    assert cli.main(["new", str(tmp_path / "kasus.xlsx")]) == 0
    assert "COLUMNS.md" not in capsys.readouterr().out
    assert GUIDE["en"] in openpyxl.load_workbook(tmp_path / "kasus.xlsx").sheetnames


def test_nothing_is_overwritten(books):
    with pytest.raises(CallError, match="exists already"):
        new(books["en"], xlsx=True)


def test_the_command_makes_one(tmp_path, capsys):
    assert cli.main(["new", str(tmp_path / "kasus"), "--xlsx", "--lang", "id"]) == 0
    assert "Berikutnya: balik solve" in capsys.readouterr().out
    assert GUIDE["id"] in openpyxl.load_workbook(tmp_path / "kasus.xlsx").sheetnames
