"""What stands in the cells of a workbook, as people and programs keep them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import balik
from balik.workbook import limits
from balik.workbook.grid import Book, CellError, Date, NoValue, Value, WorkbookRefused
from balik.workbook.read import read_workbook
from workbook.parting import HEAD, MAIN, parts, relations, sheet, texts, write


def cells(path: Path, name: int = 0) -> dict[tuple[int, int], Value]:
    """The filled cells of a sheet by row and column."""
    return {(row, column): value for row, found in read_workbook(path).grids[name].rows for column, value in found}


def by_hand(folder: Path, rows: str, after: str = "", **more: str) -> list[Value]:
    """The values of a sheet that is made by hand, in order."""
    book = read_workbook(write(folder / "hand.xlsx", parts(rows, after, **more)))
    return [value for _, found in book.grids[0].rows for _, value in found]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A workbook as people keep them."""
    path = tmp_path / "kept.xlsx"
    book = xlsxwriter.Workbook(path)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    lanes = book.add_worksheet("lanes")
    lanes.merge_range("B2:D2", "Angkutan 2026")
    lanes.write_row("B5", ["asal", "tujuan\xa0", "  ton ", "ada", "tanggal"], bold)
    lanes.write_row("B8", ["Padang", "Bukittinggi", 12.5, True])
    lanes.write_datetime("F8", datetime(2026, 11, 22), day)
    lanes.write_string("D9", "12,5")
    lanes.write_formula("D10", "=D8*2", None, 25)
    lanes.write_formula("E10", "=NA()", None, "#N/A")
    lanes.write_rich_string("B11", "Pa", bold, "dang")
    lanes.write_blank("ZZ900000", None, bold)
    book.add_worksheet("catatan").hide()
    book.add_worksheet("rahasia").very_hidden()
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=lanes!$D$8:$D$9"})
    book.add_chartsheet("grafik").set_chart(chart)
    book.add_worksheet("données 数据 'x' & <y>").write("A1", "é\n✓")
    book.close()
    return path


def test_a_workbook_as_people_keep_it(kept: Path) -> None:
    book = read_workbook(kept)
    assert [(grid.name, grid.hidden) for grid in book.grids] == [
        ("lanes", False),
        ("catatan", True),
        ("rahasia", True),
        ("données 数据 'x' & <y>", False),  # the chart sheet is passed over
    ]
    lanes, _, _, last = book.grids
    assert lanes.merges == [(2, 2, 2, 4)]
    assert lanes.rows == [
        (2, [(2, "Angkutan 2026")]),
        (5, [(2, "asal"), (3, "tujuan\xa0"), (4, "  ton "), (5, "ada"), (6, "tanggal")]),
        (8, [(2, "Padang"), (3, "Bukittinggi"), (4, 12.5), (5, True), (6, Date("2026-11-22"))]),
        (9, [(4, "12,5")]),
        (10, [(4, 25), (5, CellError("#N/A"))]),
        (11, [(2, "Padang")]),
    ]
    assert last.rows == [(1, [(1, "é\n✓")])]
    assert book.remarks == []


def test_whole_numbers_are_whole_and_no_boolean(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>5</v></c><c r="B1"><v>5.0</v></c><c r="C1"><v>5.5E1</v></c><c r="D1" t="b"><v>1</v></c>'
    rows += '<c r="E1"><v>8.0999999999999996</v></c><c r="F1"><v>-0</v></c><c r="G1"><v>1e15</v></c></row>'
    found = by_hand(tmp_path, rows)
    assert found == [5, 5, 55, True, 8.1, 0, 1e15]
    assert [type(value) for value in found] == [int, int, int, bool, float, int, float]


@pytest.mark.parametrize("text", ["1e999", "-1e999", "NaN", "inf", "1_000", "0x10", "١٢", "1,5", "abc", " 1"])
def test_what_is_no_number_is_an_error_of_the_cell(tmp_path: Path, text: str) -> None:
    assert by_hand(tmp_path, f'<row r="1"><c r="A1"><v>{text}</v></c></row>') == [CellError("#NUM!")]


def test_formulas_count_with_their_last_value(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v/></c>'
    rows += (
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1" t="str"><f>"x"</f><v>x</v></c><c r="F1" t="str"><f>x</f></c>'
    )
    rows += '<c r="G1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="H1" t="b"><f>TRUE</f><v>1</v></c></row>'
    path = write(tmp_path / "formulas.xlsx", parts(rows))
    assert read_workbook(path).grids[0].rows[0][1] == [
        (1, 2),
        (2, NoValue()),
        (3, NoValue()),
        (5, "x"),  # D1 is the empty text, which is no value
        (6, NoValue()),
        (7, CellError("#DIV/0!")),
        (8, True),
    ]


def test_formulas_that_nobody_calculated_are_said(tmp_path: Path) -> None:
    path = tmp_path / "written.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("s")
        page.write_formula("B2", "=1+1")
        page.write_formula("B3", "=1+2")
        page.write_formula("B4", "=1+3", None, 4)
    (remark,) = read_workbook(path).remarks
    assert remark.startswith("2 formulas hold 0 (the first is s!B2)")
    assert "rumus bernilai 0" in remark.into("id")


STYLES = f"""{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="9">
<numFmt numFmtId="164" formatCode="[$-421]dddd, d mmmm yyyy"/><numFmt numFmtId="165" formatCode="[$Rp-421] #,##0"/>
<numFmt numFmtId="166" formatCode="0&quot; days&quot;"/><numFmt numFmtId="167" formatCode="[h]:mm"/>
<numFmt numFmtId="168" formatCode="[Red]0.00;[Blue]-0.00"/><numFmt numFmtId="169" formatCode="0\\ \\m\\s"/>
<numFmt numFmtId="170" formatCode="yyyy-mm-dd hh:mm"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs>{"".join(f'<xf numFmtId="{i}"/>' for i in (0, 14, 164, 165, 166, 167, 168, 169, 170, 20, 46, 9))}</cellXfs>
<dxfs><dxf><numFmt numFmtId="165" formatCode="yyyy"/></dxf></dxfs></styleSheet>"""


@pytest.mark.parametrize(
    ("style", "text", "value"),
    [
        (0, "46000", 46000),
        (1, "46000", Date("2025-12-09")),
        (2, "46000", Date("2025-12-09")),
        (3, "46000", 46000),
        (4, "46000", 46000),
        (5, "1.25", Date("30:00:00")),
        (5, "-0.5", Date("-12:00:00")),
        (6, "1.25", 1.25),
        (7, "3", 3),
        (8, "46000.354166666664", Date("2025-12-09T08:30:00")),
        (8, "46000.99999999999", Date("2025-12-10")),
        (9, "0.75", Date("18:00:00")),
        (10, "2", Date("48:00:00")),
        (11, "0.5", 0.5),
        (1, "1", Date("1900-01-01")),
        (1, "59", Date("1900-02-28")),
        (1, "60", CellError("#####")),
        (1, "61", Date("1900-03-01")),
        (1, "2958465", Date("9999-12-31")),
        (1, "2958465.9999999999", CellError("#####")),
        (1, "-1", CellError("#####")),
        (1, "1e300", CellError("#####")),
        (5, "1e300", CellError("#####")),
    ],
)
def test_numbers_that_are_shown_as_dates(tmp_path: Path, style: int, text: str, value: Value) -> None:
    assert by_hand(tmp_path, f'<row r="1"><c r="A1" s="{style}"><v>{text}</v></c></row>', styles=STYLES) == [value]


def test_the_other_calendar_and_dates_as_text(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>0</v></c><c r="B1" s="1"><v>44538.5</v></c>'
    rows += '<c r="C1" t="d"><v>2026-11-22T00:00:00Z</v></c></row>'
    found = by_hand(tmp_path, rows, styles=STYLES, workbook='<workbookPr date1904="1"/>')
    assert found == [Date("1904-01-01"), Date("2025-12-09T12:00:00"), Date("2026-11-22")]


def test_texts_in_all_their_forms(tmp_path: Path) -> None:
    shared = texts("Padang", "", " a\xa0", "a_x000D_b_x005F_x0041_", "_xD83D_").replace(
        "</sst>", "<si><r><t>Pa</t></r><r><t>dang</t></r><rPh><t>quiet</t></rPh></si></sst>"
    )
    rows = "".join(f'<row r="{i}"><c r="B{i}" t="s"><v>{i - 1}</v></c></row>' for i in range(1, 7))
    rows += '<row r="7"><c r="A7" t="inlineStr"><is><r><t>x</t></r><r><t> y</t></r></is></c><c r="B7" t="inlineStr"><is/></c>'
    rows += '<c r="C7" t="str"><v>&lt;z&gt;</v></c><c r="D7" s="1"/><c r="E7"><v/></c></row>'
    found = by_hand(tmp_path, rows, texts=shared)
    assert found == ["Padang", " a\xa0", "a\rb_x0041_", "\ufffd", "Padang", "x y", "<z>"]


def test_cells_that_do_not_say_where_they_are(tmp_path: Path) -> None:
    rows = '<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r="4"><c r="C4"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>'
    found = read_workbook(write(tmp_path / "bare.xlsx", parts(rows))).grids[0].rows
    assert found == [(1, [(1, 1), (3, 2)]), (4, [(3, 3), (4, 4)]), (5, [(1, 5)])]


def test_prefixes_and_the_strict_form(tmp_path: Path) -> None:
    content = parts()
    content["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}" xmlns="urn:other"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c><c r="B1">'
        "<v>8</v></c></x:row></x:sheetData></x:worksheet>"
    )
    assert cells(write(tmp_path / "prefix.xlsx", content)) == {(1, 1): 7}
    strict = {
        name: part.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main") for name, part in parts().items()
    }
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    strict = {
        name: part.replace(office, "http://purl.oclc.org/ooxml/officeDocument/relationships")
        for name, part in strict.items()
    }
    assert cells(write(tmp_path / "strict.xlsx", strict)) == {(1, 1): 1}


def test_names_of_parts_are_read_as_spreadsheet_programs_do(tmp_path: Path) -> None:
    content = {name.replace("/", "\\").replace("sheet1", "SHEET1"): part for name, part in parts().items()}
    assert cells(write(tmp_path / "names.xlsx", content)) == {(1, 1): 1}
    content = parts()
    content["xl/_rels/workbook.xml.rels"] = relations(("worksheet", "/xl/worksheets/sheet1.xml"))
    assert cells(write(tmp_path / "absolute.xlsx", content)) == {(1, 1): 1}


def test_utf_16(tmp_path: Path) -> None:
    content: dict[str, Any] = parts('<row r="1"><c r="A1" s="0"/><c r="B1" t="str"><v>数据</v></c></row>')
    text = content["xl/worksheets/sheet1.xml"].replace("UTF-8", "UTF-16")
    content["xl/worksheets/sheet1.xml"] = text.encode("utf-16")
    assert cells(write(tmp_path / "wide.xlsx", content)) == {(1, 2): "数据"}


def test_coloured_cells_are_left_out_and_nothing_else(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" s="1"/><c r="B1" s="1" /><c r="C1" t="str"><v><![CDATA[<c r="A1" s="1"/>]]></v></c></row>'
    )
    assert by_hand(tmp_path, rows) == ['<c r="A1" s="1"/>']
    rows = '<row r="1"><c r="A1" s="1"/><c><v>1</v></c></row>'
    with pytest.raises(WorkbookRefused, match="in row 1 a cell does not say where it is"):
        by_hand(tmp_path, rows)


def test_macros_and_links_are_said_and_not_used(tmp_path: Path) -> None:
    content = parts('<row r="1"><c r="A1"><f>[1]data!A1</f><v>7</v></c></row>')
    content |= {"xl/vbaProject.bin": "macro", "xl/externalLinks/externalLink1.xml": "<no xml"}
    book = read_workbook(write(tmp_path / "macros.xlsm", content))
    assert book.grids[0].rows == [(1, [(1, 7)])]
    assert [remark.split()[0:2] for remark in book.remarks] == [["The", "macros"], ["Cells", "that"]]


# -- against openpyxl --------------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=["Cs", "Cc"]), max_size=8),
    st.integers(-(10**12), 10**12),
    st.floats(-1e12, 1e12).map(lambda x: round(x, 6)),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2999, 12, 31)),
    st.datetimes(datetime(1901, 1, 1), datetime(2999, 12, 31)).map(lambda t: t.replace(microsecond=0)),
)
SHEETS = st.dictionaries(st.tuples(st.integers(1, 60), st.integers(1, 30)), VALUES, max_size=25)


def as_read(value: Any) -> Any:
    """A value of openpyxl as balik reads it."""
    match value:
        case datetime() if value.time() == time():
            return Date(value.date().isoformat())
        case datetime() | date():
            return Date(value.isoformat())
        case float() if value.is_integer():
            return int(value)
    return value


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(SHEETS, min_size=4, max_size=4))
def test_the_same_as_openpyxl_reads(tmp_path: Path, pages: list[dict[tuple[int, int], Any]]) -> None:
    path = tmp_path / "same.xlsx"
    with xlsxwriter.Workbook(
        path, {"default_date_format": "yyyy-mm-dd hh:mm", "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for page in pages:
            to = book.add_worksheet()
            for (row, column), value in page.items():
                to.write(row - 1, column - 1, value)
    theirs = openpyxl.load_workbook(path, data_only=True)
    for number, page in enumerate(theirs):
        found = {(c.row, c.column): as_read(c.value) for row in page for c in row if c.value not in (None, "")}
        assert cells(path, number) == found


# -- the process -------------------------------------------------------------------------------------------------


def test_no_module_beside_the_user_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "map dengan spasi é数"
    folder.mkdir()
    for name in ("numbers", "zipfile", "json", "sitecustomize", "balik"):
        (folder / f"{name}.py").write_text("raise SystemExit('imported')")
    path = write(folder / "buku kerja é数.xlsx", parts())
    folder.chmod(0o555)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    assert cells(Path(path.name)) == {(1, 1): 1}


def test_it_reads_where_it_is_installed(tmp_path: Path) -> None:
    home = tmp_path / "dua é" / "lib"
    ignored = shutil.ignore_patterns("__pycache__", "cases")
    shutil.copytree(Path(balik.__file__).parent, home / "balik", ignore=ignored)
    path = write(tmp_path / "b.xlsx", parts())
    code = (
        f"import sys; sys.path.insert(0, {str(home)!r}); from pathlib import Path; import balik.workbook.read as r;"
        f"print(r.__file__); print(r.read_workbook(Path({str(path)!r})).grids[0].rows)"
    )
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    out = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, env=env).stdout.decode()
    assert out.splitlines()[0].startswith(str(home)) and out.splitlines()[1] == "[(1, [(1, 1)])]"


def test_the_child_starts_with_the_standard_library_alone() -> None:
    code = "import sys; sys.path.append(sys.argv[1]); import balik.workbook.child, json; print(json.dumps(list(sys.modules)))"
    home = str(Path(balik.__file__).parents[1])
    out = subprocess.run([sys.executable, "-I", "-S", "-c", code, home], capture_output=True, check=True).stdout
    names = {name.split(".")[0] for name in json.loads(out)} - {"balik"}
    assert names <= sys.stdlib_module_names | {"__main__"}


def test_a_refusal_is_said_in_both_languages(tmp_path: Path) -> None:
    content = parts('<row r="1"><c r="A1" t="s"><v>3</v></c></row>')
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(write(tmp_path / "broken.xlsx", content))
    assert refused.value.why == "The workbook is damaged: sheet 's': cell 'A1' holds '3'."
    assert refused.value.why.into("id") == "Buku kerja ini rusak: lembar 's': sel 'A1' berisi '3'."
    assert refused.value.into("id").startswith("Buku kerja ini rusak: ")
    assert refused.value.advice and refused.value.exit_code == 2


def test_limits_leave_room_within_what_is_promised() -> None:
    assert limits.SECONDS < 10 and limits.MEMORY < 500 * limits.MB and limits.FILE_SIZE == 25 * limits.MB
    assert read_workbook.__annotations__["return"] == Book.__name__


def test_sheets_are_read_in_the_order_of_the_workbook(tmp_path: Path) -> None:
    content = parts()
    content["xl/worksheets/sheet2.xml"] = sheet('<row r="1"><c r="A1"><v>2</v></c></row>')
    content["xl/_rels/workbook.xml.rels"] = relations(
        ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")
    )
    found = '<sheet name="two" sheetId="2" r:id="rId2"/><sheet name="one" sheetId="1" r:id="rId1"/>'
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace('<sheet name="s" sheetId="1" r:id="rId1"/>', found)
    book = read_workbook(write(tmp_path / "order.xlsx", content))
    assert [(grid.name, grid.rows[0][1][0][1]) for grid in book.grids] == [("two", 2), ("one", 1)]
