"""The user's own workbook back with the problems on its cells: nothing of theirs changes."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
import zlib
from pathlib import Path
from xml.dom import minidom

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

import balik
from balik import cli
from balik.books import annotate
from balik.errors import BalikError, CallError, InputError, Problem
from balik.words import plain
from balik.workbook import annotate as marking
from balik.workbook.listing import ERROR, NAME
from balik.workbook.paint import Painter
from balik.workbook.read import read_workbook

TEMPLATE = Path(balik.__file__).parent / "template"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def picture() -> bytes:
    """A PNG of one point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + chunk(b"IEND", b"")
    )


def workbook(path: Path, case: bool = True) -> Path:
    """A case with problems, in a workbook full of what people put into workbooks."""
    book = xlsxwriter.Workbook(str(path))
    if case:
        sheet = book.add_worksheet("case")
        sheet.write_row(0, 0, ["title", "uji"])
    places = book.add_worksheet("places")
    for row, cells in enumerate([["place", "kind"], ["a", "desa"], ["b", "desa"], ["c", "desa"]]):
        places.write_row(row, 0, cells)
    sheet = book.add_worksheet("materials")
    sheet.write_column(0, 0, ["material", "m"])
    lanes = book.add_worksheet("lanes")
    pink = book.add_format({"bg_color": "#FF00FF", "bold": True, "num_format": "0.00"})
    lanes.write_row(0, 0, ["origin", "dest", "material", "fee", "note"])
    lanes.write_row(1, 0, ["a", "bb", "m"], pink)
    lanes.write_formula(1, 3, "=2*5", None, 10)
    lanes.write_row(2, 0, ["a", "b", "m", "1.250"])
    lanes.write_rich_string(2, 4, "a ", pink, "bold", " c")
    lanes.write_comment(1, 1, "catatan <saya> & Anda")
    lanes.write_comment(1, 4, "lain")
    lanes.insert_image("H2", "titik.png", {"image_data": io.BytesIO(picture())})
    lanes.insert_textbox("H8", "kotak")
    lanes.insert_button("H12", {"caption": "tekan"})
    lanes.set_header("&L&G", {"image_left": "kop.png", "image_data_left": io.BytesIO(picture())})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=lanes!$D$2:$D$3"})
    lanes.insert_chart("J2", chart)
    lanes.add_sparkline("G2", {"range": "lanes!D2:D3"})
    lanes.data_validation("A2:A9", {"validate": "list", "source": ["a", "b"]})
    lanes.conditional_format("D2:D9", {"type": "data_bar", "bar_solid": True})
    book.define_name("tarif", "=lanes!$D$2")
    supply = book.add_worksheet("supply")
    supply.write_row(0, 0, ["place", "material", "amount", "note"])
    supply.write_row(1, 0, ["a", "m", 5, "x"])
    supply.write_row(2, 1, ["m", -3, "y"])
    supply.add_table("F1:G3", {"columns": [{"header": "_p"}, {"header": "_q"}]})
    demand = book.add_worksheet("demand")
    demand.write_row(0, 0, ["place", "material"])
    demand.write_row(1, 0, ["b", "m"])
    demand.merge_range("A3:A4", "x")
    demand.write("B3", "m")
    demand.write("B4", "m")
    own = book.add_worksheet("Catatan 'saya' 1")
    own.write(0, 0, "x")
    book.close()
    return path


@pytest.fixture
def book(tmp_path):
    """A workbook with problems."""
    return workbook(tmp_path / "buku.xlsx")


def opened(path: Path):
    """A workbook as openpyxl sees it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, rich_text=True)


def stored(sheet: Worksheet) -> list[Cell]:
    """Cells that stand in the file; `iter_rows` would make all others, up to the last column."""
    return list(sheet._cells.values())


def marks(path: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """Colour and note of every cell that has one, on the user's sheets."""
    found = {}
    for sheet in opened(path):
        for cell in stored(sheet) if sheet.title != NAME else ():
            colour = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type == "solid" else ""
            if colour or cell.comment:
                found[sheet.title, cell.coordinate] = (colour, cell.comment.text if cell.comment else "")
    return found


def cells(path: Path) -> dict[tuple[str, str], object]:
    """Value or formula of every filled cell of the user's sheets, with its number format and font."""
    found = {}
    for sheet in opened(path):
        for c in stored(sheet) if sheet.title != NAME else ():
            if c.value is not None:
                value = getattr(c.value, "text", None) or str(c.value)
                found[sheet.title, c.coordinate] = (value, c.data_type, c.number_format, c.font.b)
    return found


def parts(path: Path) -> dict[str, bytes]:
    """Every part of the file."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def listed(path: Path) -> list[tuple]:
    """Rows of the list."""
    rows = list(opened(path)[NAME].iter_rows(values_only=True))
    start = next(at for at, row in enumerate(rows) if row[0] in ("code", "kode"))
    return rows[start + 1 :]


def test_problems_stand_on_their_cells(book, tmp_path):
    done = annotate(book, tmp_path / "periksa.xlsx")
    found = marks(done.path)
    assert found["lanes", "B2"][0] == ERROR
    assert found["lanes", "B2"][1].startswith("catatan <saya> & Anda\nbalik ✖ E201: 'bb' is not a place.")
    assert found["lanes", "D3"][1].startswith("balik ✖ E121: '1.250' is text and can be")
    assert found["supply", "C3"][0] == ERROR and "E122" in found["supply", "C3"][1]
    assert found["demand", "A3"][0] == ERROR and found["demand", "A3"][1].count("E201") == 2  # both rows of the merge
    assert found["lanes", "E2"] == ("", "lain") and found["lanes", "A2"] == ("FF00FF", "")
    assert {(p.code, p.cell) for p in done.problems if p.cell} <= {(r[0], r[3]) for r in listed(done.path)}
    assert len(listed(done.path)) == len(done.problems)
    assert done.lost == []


def test_nothing_of_the_users_changes(book, tmp_path):
    before, mine = book.read_bytes(), cells(book)
    out = annotate(book, tmp_path / "periksa.xlsx").path
    assert book.read_bytes() == before
    assert cells(out) == mine
    old, new = parts(book), parts(out)
    kept = [name for name in old if old[name] == new[name]]
    for kind in (
        "drawing1.xml",
        "chart1.xml",
        "image",
        "table1.xml",
        "sharedStrings",
        "theme",
        "ctrlProp",
        "vmlDrawing2",
    ):
        assert any(kind in name for name in kept) or not any(kind in name for name in old), kind
    for name, data in new.items():
        if name.endswith((".xml", ".rels", ".vml")):
            minidom.parseString(data)
    sheet = new["xl/worksheets/sheet4.xml"]
    for word in (
        b"x14:sparkline",
        b"x14:conditionalFormatting",
        b"legacyDrawingHF",
        b"<controls",
        b"<f>2*5</f><v>10</v>",
        b"<drawing ",
    ):
        assert word in sheet or word not in old["xl/worksheets/sheet4.xml"], word
    assert read_workbook(out).grids[:-1] == read_workbook(book).grids


def test_the_list_leads_to_the_cells(book, tmp_path):
    out = annotate(book, tmp_path / "periksa.xlsx").path
    sheet = opened(out)[NAME]
    links = {c.hyperlink.location for row in sheet.iter_rows() for c in row if c.hyperlink}
    assert {"'lanes'!B2", "'Catatan ''saya'' 1'!A1"} <= links
    assert opened(out).sheetnames[-1] == NAME and sheet["A1"].value == "balik check: buku.xlsx"


def test_the_copy_is_checked_as_the_workbook_is(book, tmp_path):
    out = annotate(book, tmp_path / "periksa.xlsx").path
    assert [(p.code, p.sheet, p.cell) for p in balik.check(out)] == [
        (p.code, p.sheet, p.cell) for p in balik.check(book)
    ]


def test_marks_are_not_doubled_and_go_when_the_problems_do(book, tmp_path):
    first = annotate(book, tmp_path / "one.xlsx").path
    second = annotate(first, tmp_path / "two.xlsx").path
    assert marks(second) == marks(first) and opened(second).sheetnames == opened(first).sheetnames
    marking.annotate(second, tmp_path / "clean.xlsx", [])
    assert marks(tmp_path / "clean.xlsx") == marks(book) and cells(tmp_path / "clean.xlsx") == cells(book)
    shapes = parts(tmp_path / "clean.xlsx")["xl/drawings/vmlDrawing1.vml"]
    assert shapes.count(b"<v:shape ") == 3  # two notes and a button


def test_marks_go_also_after_another_program_has_saved_the_copy(book, tmp_path):
    out = annotate(book, tmp_path / "one.xlsx").path
    again = opened(out)
    again.save(tmp_path / "saved.xlsx")  # other numbers of styles, other runs of text
    marking.annotate(tmp_path / "saved.xlsx", tmp_path / "clean.xlsx", [])
    assert marks(tmp_path / "clean.xlsx") == marks(book)


def test_a_note_that_was_written_behind_ours_is_kept(book, tmp_path):
    out = annotate(book, tmp_path / "one.xlsx").path
    again = opened(out)
    comment = again["lanes"]["D3"].comment
    comment.text = f"{comment.text}\nsudah saya tanyakan"
    again.save(tmp_path / "saved.xlsx")
    marking.annotate(tmp_path / "saved.xlsx", tmp_path / "clean.xlsx", [])
    assert marks(tmp_path / "clean.xlsx")["lanes", "D3"] == ("", "\nsudah saya tanyakan")


def test_it_speaks_indonesian(book, tmp_path):
    out = annotate(book, tmp_path / "periksa.xlsx", language="id").path
    assert "tidak dikenal sebagai place" in marks(out)["lanes", "B2"][1]
    assert ("E201", "kesalahan", "lanes", "B2") in {row[:4] for row in listed(out)}


def test_a_workbook_without_settings_is_given_back_too(tmp_path):
    book = workbook(tmp_path / "buku.xlsx", case=False)
    done = annotate(book, tmp_path / "periksa.xlsx")
    assert [row[0] for row in listed(done.path)] == ["E100"] and marks(done.path) == marks(book)


def test_what_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "buku.xlsx"
    path.write_text("no zip")
    with pytest.raises(InputError) as refused:
        annotate(path, tmp_path / "periksa.xlsx")
    assert refused.value.problems[0].code == "E118" and len(list(tmp_path.iterdir())) == 1


def test_the_copy_never_takes_the_place_of_a_file(book, tmp_path):
    before = book.read_bytes()
    done = annotate(book, book)
    assert done.path == tmp_path / "buku-2.xlsx" and book.read_bytes() == before
    assert any("left as it is" in sentence or "was left" in sentence for sentence in done.said)


def test_macros_ask_for_a_name_that_keeps_them(book, tmp_path):
    macros = book.rename(tmp_path / "buku.xlsm")
    with pytest.raises(CallError, match=r"must end in \.xlsm"):
        annotate(macros, tmp_path / "periksa.xlsx")
    assert annotate(macros, tmp_path / "periksa").path.name == "periksa.xlsm"
    with pytest.raises(CallError, match="not data frames"):
        annotate({"places": {"place": ["a"]}}, tmp_path / "x.xlsx")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<f>2*5</f>", b"<f>2*6</f>"),
        (b"<v>10</v>", b"<v>11</v>"),
        (b'sqref="A2:A9"', b'sqref="A2:A8"'),
        (b'<c r="A3" ', b'<c r="A3" s="1" '),  # a cell without a problem
        (b"</sheetData>", b'<row r="90" ht="40"/></sheetData>'),
    ],
)
def test_a_copy_that_would_differ_is_not_kept(book, tmp_path, monkeypatch, old, new):
    write = marking.Painter.painted
    monkeypatch.setattr(marking.Painter, "painted", lambda *a: write(*a).replace(old, new))
    with pytest.raises(BalikError, match=r"sheet4\.xml"):
        annotate(book, tmp_path / "periksa.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["buku.xlsx"]


def test_only_so_many_cells_are_marked(book, tmp_path, monkeypatch):
    monkeypatch.setattr(marking, "MOST_MARKED", 2)
    done = annotate(book, tmp_path / "periksa.xlsx")
    assert len(marks(done.path).keys() - marks(book).keys()) <= 2
    assert "The first 2 cells are marked" in done.lost[0] and len(listed(done.path)) == len(done.problems)


def test_a_sheet_of_the_users_that_bears_our_name_stays(tmp_path):
    book = workbook(tmp_path / "buku.xlsx")
    again = opened(book)
    again.create_sheet("_Balik")["A1"] = "punya saya"
    again.save(book)
    out = annotate(book, tmp_path / "periksa.xlsx").path
    assert opened(out)["_Balik"]["A1"].value == "punya saya" and f"{NAME}-2" in opened(out).sheetnames


# -- workbooks as other programs write them -------------------------------------------------------------------------


def package(path: Path, sheet: str, more: dict[str, str] | None = None, prefix: str = "x:") -> Path:
    """A workbook of one sheet, by hand: every name with a prefix, and no styles."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    spread = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    p, ns = prefix, f'xmlns{":" + prefix[:-1] if prefix else ""}="{MAIN}"'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{spread}.sheet.main+xml"/>'
        f'<Override PartName="/xl/s.xml" ContentType="{spread}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<{p}workbook {ns} xmlns:q="{office}"><{p}sheets><{p}sheet name="lanes" sheetId="7" q:id="r9"/></{p}sheets></{p}workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{rels}"><Relationship Id="r9" Type="{office}/worksheet" Target="s.xml"/></Relationships>',
        "xl/s.xml": f"<?xml version='1.0'?>\n<{p}worksheet {ns}>{sheet.replace('<', f'<{p}').replace(f'<{p}/', f'</{p}')}</{p}worksheet>",
    }
    with zipfile.ZipFile(path, "w") as file:
        for name, text in (files | (more or {})).items():
            file.writestr(name, text)
    return path


def problem(cell: str, severity: str = "E") -> Problem:
    """A problem on a cell."""
    return Problem(f"{severity}103", plain("what is wrong"), sheet="lanes", cell=cell)


@pytest.mark.parametrize("prefix", ["x:", ""])
@pytest.mark.parametrize(
    "sheet",
    [
        "<sheetData/>",
        '<sheetData><row r="2"/><row r="5" spans="1:2"><c r="B5"><v>1</v></c></row></sheetData><pageMargins left="1"/>',
        '<cols><col min="1" max="3" width="9"/></cols><sheetData><row r="1" s="0" customFormat="1"><c r="C1"/></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:B2"/></mergeCells><extLst><ext uri="u"/></extLst>',
    ],
)
def test_sheets_of_other_programs_are_marked_too(tmp_path, sheet, prefix):
    source = package(tmp_path / "a.xlsx", sheet, prefix=prefix)
    wanted = ["A1", "B1", "A2", "B2", "C3", "A5", "C5", "XFD9"]
    marking.annotate(source, tmp_path / "b.xlsx", [problem(cell) for cell in wanted])
    found = marks(tmp_path / "b.xlsx")
    merged = {"A1", "C3", "A5", "C5", "XFD9"}
    assert {cell for _, cell in found} == (merged if "mergeCell" in sheet else set(wanted))
    assert {colour for colour, _ in found.values()} == {ERROR}
    assert cells(tmp_path / "b.xlsx") == cells(source)
    rows = [
        int(r.getAttribute("r") or 0)
        for r in minidom.parseString(parts(tmp_path / "b.xlsx")["xl/s.xml"]).getElementsByTagName(f"{prefix}row")
    ]
    assert 0 in rows or rows == sorted(set(rows))
    body = parts(tmp_path / "b.xlsx")["xl/s.xml"]
    if b"extLst" in body:
        assert body.index(b"legacyDrawing") < body.index(b"extLst")
    marking.annotate(tmp_path / "b.xlsx", tmp_path / "c.xlsx", [])
    assert marks(tmp_path / "c.xlsx") == {}


def test_rows_and_cells_that_do_not_say_where_they_are_are_counted():
    sheet = b"<w><sheetData><row><c/><c><v>1</v></c></row><row/><row><c s='4'/></row></sheetData></w>"
    painter = Painter(sheet, "s", [(1, 2), (1, 3), (2, 1), (3, 1), (4, 1)])
    done = painter.painted(lambda cell, old: old + 10 * cell[0])
    assert done == (
        b'<w><sheetData><row><c/><c s="10"><v>1</v></c><c r="C1" s="10"/></row><row><c r="A2" s="20"/></row>'
        b'<row><c s="34"/></row><row r="4"><c r="A4" s="40"/></row></sheetData></w>'
    )


@pytest.mark.parametrize(
    "part",
    [
        '<?xml version="1.0" encoding="iso-8859-1"?><worksheet><sheetData/></worksheet>',
        '<!DOCTYPE w [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>',
        "<worksheet/>",
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="3"/><row r="1"/></sheetData></worksheet>',
    ],
)
def test_what_is_built_in_an_unusual_way_is_refused(tmp_path, part):
    source = package(tmp_path / "a.xlsx", "", {"xl/s.xml": part})
    with pytest.raises(BalikError) as refused:
        marking.annotate(source, tmp_path / "b.xlsx", [problem("A1")])
    assert refused.value.exit_code == 2 and not (tmp_path / "b.xlsx").exists()


def test_conversations_and_signatures_are_spoken_of(tmp_path):
    book = workbook(tmp_path / "buku.xlsx")
    office = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    with zipfile.ZipFile(book, "a") as file:
        file.writestr(
            "xl/threadedComments/t1.xml", '<ThreadedComments><threadedComment ref="B2" id="{1}"/></ThreadedComments>'
        )
        file.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    old = parts(book)
    rels = "xl/worksheets/_rels/sheet4.xml.rels"
    old[rels] = old[rels].replace(
        b"</Relationships>",
        f'<Relationship Id="rId99" Type="{office}" Target="../threadedComments/t1.xml"/></Relationships>'.encode(),
    )
    with zipfile.ZipFile(book, "w") as file:
        for name, data in old.items():
            file.writestr(name, data)
    done = annotate(book, tmp_path / "periksa.xlsx")
    assert marks(done.path)["lanes", "B2"] == (ERROR, "catatan <saya> & Anda")
    assert any("lanes!B2" in sentence for sentence in done.lost) and any(
        "signature" in sentence for sentence in done.lost
    )
    assert any("lanes!B2" in str(row[0]) for row in opened(done.path)[NAME].iter_rows(values_only=True))


# -- folders ---------------------------------------------------------------------------------------------------------


def folder(tmp_path: Path) -> Path:
    """The template with problems of many kinds."""
    path = tmp_path / "kasus"
    balik.new(path)
    text = (path / "distances.csv").read_text(encoding="utf-8")
    (path / "distances.csv").write_text(text.replace("desa-b,bank-1,9,", "desa-b,bank-9,9,"), encoding="utf-8")
    (path / "sites.csv").write_text("tempat;kapasitas;_x\nbank-1;2,5;1\nbank-2;1.500;2\n")
    (path / "case.toml").write_text('title = "=t"\n[solve]\ngapp = 1\n')
    (path / "groups.csv").write_bytes(b"\xff\xfe")
    (path / "scenarios" / "harga-turun").mkdir(parents=True)
    (path / "scenarios" / "harga-turun" / "demand.csv").write_text("place,material,priice\npabrik,plastik-bersih,5\n")
    return path


def test_a_folder_is_given_back_as_a_workbook(tmp_path):
    source = folder(tmp_path)
    before = {p: p.read_bytes() for p in source.rglob("*") if p.is_file()}
    done = annotate(source, tmp_path / "periksa")
    found = marks(done.path)
    assert found["distances", "B4"][0] == ERROR and "'bank-9' is not a place" in found["distances", "B4"][1]
    assert found["sites", "B3"][0] == ERROR and "E121" in found["sites", "B3"][1]
    assert found["case", "B2"][0] == ERROR and "E112" in found["case", "B2"][1]
    assert "E104" in found["demand@harga-turun", "C1"][1]
    sheets = opened(done.path)
    assert (
        sheets["sites"]["B2"].value == 2.5
        and sheets["sites"]["B3"].value == "1.500"
        and sheets["case"]["B1"].value == "=t"
    )
    assert "groups" not in sheets.sheetnames and "E101" in [row[0] for row in listed(done.path)]
    assert {p: p.read_bytes() for p in source.rglob("*") if p.is_file()} == before


def test_a_case_without_problems_can_be_given_back(tmp_path):
    done = annotate(TEMPLATE, tmp_path / "periksa.xlsx")
    assert done.problems == [] and listed(done.path) == []
    assert balik.solve(done.path).cost == balik.solve(TEMPLATE).cost


def test_lines_and_columns_are_found_behind_quotes_and_in_indonesian(tmp_path):
    source = tmp_path / "kasus"
    balik.new(source)
    (source / "supply.csv").write_text(
        '_c,tempat,material,jumlah\n"a\nb\nc",desa-a,plastik,5\n\n"d",desa-b,plastik,-1\n', encoding="utf-8"
    )
    found = marks(annotate(source, tmp_path / "periksa.xlsx").path)
    assert "E122" in found["supply", "D3"][1]


# -- the command -----------------------------------------------------------------------------------------------------


def test_the_command_writes_it_and_says_where(book, tmp_path, capsys):
    out = tmp_path / "periksa.xlsx"
    assert cli.main(["check", str(book), "--annotate", str(out), "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["annotated"] == str(out) and said["lost"] == [] and said["problems"] and not said["ok"]
    assert cli.main(["check", str(book), "--annotate", str(out), "--lang", "id"]) == 2
    printed = capsys.readouterr().out
    assert f"Ditulis: {tmp_path / 'periksa-2.xlsx'}" in printed and f"{out} sudah ada" in printed
    assert cli.main(["check", str(TEMPLATE), "--annotate", str(tmp_path / "bersih.xlsx")]) == 0
