"""A case as a workbook: it reads back as the same tables, whatever stands in them."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import balik
from balik.books import write_workbook
from balik.copies import convert
from balik.errors import CallError
from balik.tables import Tables, read
from balik.tables.case import read_overlays
from balik.tables.formats.frames import as_text
from balik.tables.formats.texts import clean
from balik.workbook.saving import save

SMALL = {
    "places": {"place": ["a", "b"]},
    "materials": {"material": ["m"]},
    "lanes": {"origin": ["a"], "dest": ["b"], "material": ["m"]},
}
TEMPLATE = Path(balik.__file__).parent / "template"


def files(folder: Path) -> dict[str, bytes]:
    """Contents of every file of a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("case", [*balik.cases(), TEMPLATE], ids=lambda case: Path(case).name)
def test_folder_to_workbook_to_folder_is_the_identity(case, tmp_path):
    first = convert(case, tmp_path / "first")
    book = convert(first, tmp_path / "book.xlsx")
    assert files(convert(book, tmp_path / "second")) == files(first)
    assert (read(book).settings, read(book).scenarios) == (read(case).settings, read(case).scenarios)


def written(tmp_path: Path, tables: dict[str, dict[str, list[str]]], more: dict | None = None) -> tuple[Tables, Path]:
    """Tables (beside a small case) as a workbook; what is read back from it, and where it is."""
    case = read(SMALL | tables, None, (), {"title": "t", **(more or {})})
    assert not case.problems.errors, list(case.problems)
    path = write_workbook(tmp_path / "book.xlsx", case, {})
    return read(path), path


ODD = [
    "007", "1e5", "1.0", "1.5", "TRUE", "yes", "1-2", "3/4", "2024-01-31", "=1+1", "+1", "-x", "@x", "'a", 'say "x"', "a\nb",
    "a\tb", "a\r\nb", "<r>x</r>", "<r><t>x</t></r>", "&amp;", "<b>", "_x0041_", "_x000D_", "Kota  Bandung", "数", "😀",
    "http://a.b/c", "mailto:a@b", "#N/A", "#REF!", "inf", "nan", "-0", "0", "12", "1234567890", "123456789012345678", "x" * 32_767,
    "{=1}", "{x}", "*", "kind:desa", "a, b", "a;b", "x\u0085y", "\ue000",
]  # fmt: skip


def test_odd_texts_read_back_as_they_are(tmp_path):
    again, _ = written(
        tmp_path, {"materials": {"material": [f"m{i}" for i in range(len(ODD))] + ["m"], "name": [*ODD, "m"]}}
    )
    assert list(again.tables["materials"].columns["name"]) == [*ODD, "m"]


LABELS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from("\n\t=+-@'\"0123456789eE._x"), max_size=12
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(LABELS.map(str.strip).filter(lambda t: "\ufffe" not in t and "\uffff" not in t), min_size=1, max_size=40)
)
def test_any_text_reads_back_as_it_is(tmp_path_factory, texts):
    texts = [t for t in texts if clean(t) == t]
    names = {"material": [*(f"m{i}" for i in range(len(texts))), "m"], "name": [*texts, "m"]}
    again, _ = written(tmp_path_factory.mktemp("odd"), {"materials": names})
    assert list(again.tables["materials"].columns["name"]) == names["name"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(min_value=0, max_value=1e19), min_size=1, max_size=60))
def test_every_digit_of_a_number_is_kept(tmp_path_factory, values):
    lanes = {"origin": ["a"] * len(values), "dest": ["b"] * len(values), "material": ["m"] * len(values)}
    lanes |= {"fee": [as_text(value) for value in values]}
    again, _ = written(tmp_path_factory.mktemp("digits"), {"lanes": lanes})
    assert list(again.tables["lanes"].columns["fee"]) == lanes["fee"]


def test_numbers_are_numbers_where_that_reads_back_the_same(tmp_path):
    cells = [
        "0.1",
        "0.30000000000000004",
        "1.50",
        "-10/9",
        "1e6",
        "1e-7",
        "1234567",
        "00",
        "inf",
        "",
        "1.500",
        "-1.230",
    ]
    lanes = {"origin": ["a"] * 12, "dest": ["b"] * 12, "material": ["m"] * 12, "fee": ["0"] * 12, "note": cells}
    again, path = written(tmp_path, {"lanes": {**lanes, "fee": cells}})
    fee = list(again.tables["lanes"].columns["fee"])
    assert fee[:10] == cells[:10] and fee[10:] == ["1.5", "-1.23"]  # as text these two would be doubtful
    assert list(again.tables["lanes"].columns["note"]) == cells  # in a text they are kept
    sheet = openpyxl.load_workbook(path)["lanes"]
    kinds = [sheet.cell(row, 4).data_type for row in range(2, 12)]
    assert kinds == ["n", "n", "s", "s", "s", "s", "n", "s", "s", "n"]


def test_sheets_are_easy_to_read(tmp_path):
    path = convert(TEMPLATE, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:4] == ["case", "places", "materials", "modes"]
    assert dict(book["case"].iter_rows(values_only=True))["currency"] == "IDR"
    sites = book["sites"]
    assert sites.freeze_panes == "A2" and sites.auto_filter.ref == "A1:D3" and sites["A1"].font.b
    assert sites["C2"].value == 400000 and sites["C2"].number_format == "[$Rp-421] #,##0"
    assert sites["B2"].number_format == "#,##0"
    assert book["recipes"]["C3"].value == 0.9  # a format never hides digits
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_a_rate_with_decimals_shows_them(tmp_path):
    modes = {"mode": ["v", "w"], "payload": ["1", "1"], "full_rate": ["4.5", "0.000001234"]}
    _, path = written(tmp_path, {"modes": modes})
    sheet = openpyxl.load_workbook(path)["modes"]
    assert [sheet.cell(row, 3).number_format for row in (2, 3)] == ["[$Rp-421] #,##0.0", "General"]


def test_headers_keep_their_units(tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "case.toml").write_text('title = "t"\n')
    (folder / "places.csv").write_text("place\na\nb\n")
    (folder / "materials.csv").write_text("material\nm\n")
    (folder / "supply.csv").write_text("place,material,amount [t],price [Rp/kg]\na,m,2,5\n")
    (folder / "demand.csv").write_text("place,material\nb,m\n")
    (folder / "lanes.csv").write_text("origin,dest,material\na,b,m\n")
    book = convert(folder, tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(book)["supply"]
    assert [c.value for c in sheet[1]] == ["place", "material", "amount [t]", "price [Rp/kg]"]
    assert sheet["D2"].number_format == "General"  # the header says the unit
    assert (convert(book, tmp_path / "again") / "supply.csv").read_text() == (folder / "supply.csv").read_text()


def test_settings_read_back(tmp_path):
    more = {
        "source": "=1+1",
        "objective": {"cost": 1, "co2": 0.25},
        "solve": {"gap": 1e-9},
        "distance": {"detour": 1.3},
    }
    again, _ = written(tmp_path, {}, more | {"licence": "2024", "currency": "USD"})
    assert again.settings == {"title": "t", "licence": "2024", "currency": "USD", **more}


def test_the_case_of_a_scenario_is_written(tmp_path):
    path = convert("jerigen-padang", tmp_path / "plus.xlsx", "biaya-plus-10")
    assert balik.solve(path).cost == 8977100
    names = openpyxl.load_workbook(path).sheetnames
    assert "changes" not in names and not [name for name in names if "@" in name]


# -- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_control_characters_are_refused_by_name(tmp_path, sign):
    with pytest.raises(CallError, match=rf"materials B2.*U\+{ord(sign):04X}"):
        written(tmp_path, {"materials": {"material": ["m"], "name": [f"a{sign}b"]}})
    assert not list(tmp_path.iterdir())


def test_texts_that_are_too_long_are_refused(tmp_path):
    with pytest.raises(CallError, match=r"materials B2.*32,767"):
        written(tmp_path, {"materials": {"material": ["m"], "name": ["x" * 32_768]}})


def scenario_case(tmp_path: Path, *names: str, listed: tuple[str, ...] = ()) -> Path:
    """A folder with rows of these scenarios."""
    folder = tmp_path / "case"
    for name in names:
        (folder / "scenarios" / name).mkdir(parents=True)
        (folder / "scenarios" / name / "lanes.csv").write_text("origin,dest,material,fee\na,b,m,5\n")
    (folder / "case.toml").write_text('title = "t"\n')
    for table, columns in SMALL.items():
        rows = zip(*columns.values(), strict=True)
        (folder / f"{table}.csv").write_text("\n".join([",".join(columns), *(",".join(row) for row in rows)]) + "\n")
    if listed:
        (folder / "scenarios.csv").write_text("scenario\n" + "\n".join(listed) + "\n")
    return folder


LONG = "skenario-yang-namanya-panjang"


def test_long_names_of_scenarios_are_cut_off_where_one_begins_so(tmp_path):
    folder = scenario_case(tmp_path, LONG, f"{LONG}-sekali", "pendek", listed=("pendek", LONG))
    (folder / "scenarios" / f"{LONG}-sekali").rename(tmp_path / "away")
    book = convert(folder, tmp_path / "book.xlsx")
    assert openpyxl.load_workbook(book).sheetnames[-2:] == ["lanes@pendek", f"lanes@{LONG}"[:31]]
    assert list(read_overlays(book)) == ["pendek", LONG]
    assert read(book, LONG)["lanes"].columns["fee"] == ["5"]


@pytest.mark.parametrize(
    ("names", "listed", "said"),
    [
        ((LONG,), (), LONG),
        ((LONG, f"{LONG}-sekali"), (LONG, f"{LONG}-sekali"), LONG),
        (("a'",), ("a'",), "a'"),
        (("a[b]",), ("a[b]",), "a[b]"),
        (("Plus", "plus"), ("Plus", "plus"), "Plus"),
    ],
)
def test_scenarios_without_a_name_of_a_sheet_are_refused(tmp_path, names, listed, said):
    folder = scenario_case(tmp_path, *names, listed=listed)
    with pytest.raises(CallError) as refused:
        convert(folder, tmp_path / "book.xlsx")
    assert said in str(refused.value) and not (tmp_path / "book.xlsx").exists()


def test_a_cut_off_name_that_fits_two_scenarios_is_a_problem(tmp_path):
    folder = scenario_case(tmp_path, LONG, listed=(LONG,))
    book = convert(folder, tmp_path / "book.xlsx")
    sheets = openpyxl.load_workbook(book)
    sheets["scenarios"]["A3"] = f"{LONG}-sekali"
    sheets.save(book)
    assert "E109" in [p.code for p in read(book).problems]


def test_rows_without_a_cell_are_refused(tmp_path):
    with pytest.raises(CallError, match="lanes would have other columns or rows"):
        written(tmp_path, {"lanes": {"origin": ["a", ""], "dest": ["b", ""], "material": ["m", ""]}})


def test_files_that_exist_and_macros_are_refused_before_any_work(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_text("mine")
    with pytest.raises(CallError, match="exists already"):
        convert("no such case", path)
    with pytest.raises(CallError, match="macros"):
        convert(TEMPLATE, tmp_path / "book.xlsm")
    assert path.read_text() == "mine"


def test_the_functions_stay_functions():
    balik.cases()
    assert callable(balik.convert) and callable(balik.new)


# -- saving ------------------------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_left_alone(tmp_path):
    path = tmp_path / "check.xlsx"
    path.write_text("mine")
    assert save(path, lambda beside: beside.write_text("new")) == tmp_path / "check-2.xlsx"
    assert save(path, lambda beside: beside.write_text("newer")).name == "check-3.xlsx"
    assert sorted(p.read_text() for p in tmp_path.iterdir()) == ["mine", "new", "newer"]


def test_a_name_that_cannot_be_had_does_not_lose_the_result(tmp_path, monkeypatch):
    replace = os.replace

    def busy(source, target):
        if Path(target).name == "check.xlsx":
            raise PermissionError(13, "in use")
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy)
    assert save(tmp_path / "check.xlsx", lambda beside: beside.write_text("new")) == tmp_path / "check-2.xlsx"
    assert [p.name for p in tmp_path.iterdir()] == ["check-2.xlsx"]


def test_a_folder_that_takes_nothing_is_said(tmp_path, monkeypatch):
    def busy(source, target):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(os, "replace", busy)
    with pytest.raises(CallError, match=r"cannot be written: in use"):
        save(tmp_path / "check.xlsx", lambda beside: beside.write_text("new"))
    (tmp_path / "file").write_text("")
    with pytest.raises(CallError, match="cannot be written"):
        save(tmp_path / "file" / "check.xlsx", lambda beside: None)


def test_what_fails_leaves_nothing_behind(tmp_path):
    def fails(beside):
        beside.write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        save(tmp_path / "check.xlsx", fails)
    assert not list(tmp_path.iterdir())
