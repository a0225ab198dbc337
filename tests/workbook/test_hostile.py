"""Files that are broken, or made to do harm: each is read or refused, within ten seconds and 500 MB."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from balik.workbook import child, read, wire
from balik.workbook.grid import WorkbookRefused
from balik.workbook.limits import SECONDS
from balik.workbook.read import read_workbook
from workbook.parting import HEAD, MAIN, parts, sheet, texts, write

SHEET = "xl/worksheets/sheet1.xml"
#: Reads one file in a process of its own, and tells what came of it, how long it took, the most memory (MB) that the
#: reader's process took, and whether that process has ended.
MEASURE = """
import json, os, resource, sys, time
from pathlib import Path
from balik.workbook.read import read_workbook
from balik.workbook.grid import WorkbookRefused
start = time.monotonic()
try:
    book = read_workbook(Path(sys.argv[1]))
    said = "read " + str(sum(len(cells) for grid in book.grids for _, cells in grid.rows))
except WorkbookRefused as refused:
    said = str(refused.why)
try:
    ended = os.waitpid(-1, os.WNOHANG) and False
except ChildProcessError:
    ended = True
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
print(json.dumps([said, time.monotonic() - start, peak, ended]))
"""


def cell(content: str, place: str = "A1", kind: str = "") -> str:
    """A row of one cell."""
    return f'<row r="1"><c r="{place}"{kind}>{content}</c></row>'


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


def laughing(part: str, **more: str) -> dict[str, str]:
    """A workbook with an entity bomb in this part."""
    content = parts(**more)
    content[part] = content[part].replace(HEAD, HEAD + LAUGHS)
    return content


def large(path: Path, row: str, times: int, head: str = "", tail: str = "", **more: str) -> None:
    """A sheet of many rows that are alike; `{0}` in a row is its number."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts(**more).items():
            if name != SHEET:
                archive.writestr(name, part)
        with archive.open(SHEET, "w") as out:
            out.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{head}'.encode())
            for start in range(2, times + 2, 1000):
                some = range(start, min(start + 1000, times + 2))
                out.write("".join(row.replace("{0}", str(number)) for number in some).encode())
            out.write(f"{tail}</sheetData></worksheet>".encode())


def bomb(path: Path) -> None:
    """A sheet of 400 MB, in a file of less than one."""
    large(path, '<row><c t="str"><v>x</v></c></row>' * 1000, 11_800)


def lying(path: Path) -> None:
    """A sheet of 70 MB that says that it unpacks to a few bytes."""
    large(path, '<row><c t="str"><v>x</v></c></row>' * 1000, 2_000)
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 5000)))


def truncated(path: Path) -> None:
    write(path, parts())
    path.write_bytes(path.read_bytes()[:-40])


def encrypted(path: Path) -> None:
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le"))


def many_sheets(path: Path) -> None:
    content = parts()
    for n in range(10_000):
        content[f"xl/worksheets/sheet{n + 2}.xml"] = "<x/>"
    write(path, content, level=0)


def one_sheet_many_times(path: Path) -> None:
    content = parts("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 30_000)))
    again = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2, 1500))
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace("</sheets>", f"{again}</sheets>")
    write(path, content)


def other_zip(path: Path) -> None:
    write(path, {"word/document.xml": "<w/>"})


def open_document(path: Path) -> None:
    write(path, {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"})


def of(content: dict[str, str]) -> Callable[[Path], None]:
    return lambda path: void(write(path, content))


def rows(*cells_: str) -> Callable[[Path], None]:
    return of(parts("".join(cells_)))


def raw(content: bytes) -> Callable[[Path], None]:
    return lambda path: void(path.write_bytes(content))


def void(_: object) -> None:
    return None


DEEP = "<a>" * 1_000_000
#: How the file is made, and how what is said of it begins.
HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a zip bomb": (bomb, "Part 'xl/worksheets/sheet1.xml' of the workbook is made to unpack to"),
    "a lying zip bomb": (lying, "The workbook is damaged: part 'xl/worksheets/sheet1.xml' cannot be unpacked"),
    "an entity bomb in a sheet": (of(laughing(SHEET)), "Part 'xl/worksheets/sheet1.xml' of the workbook declares"),
    "an entity bomb in the texts": (
        of(laughing("xl/sharedStrings.xml", texts=texts("&j;"))),
        "Part 'xl/sharedStrings.xml' of the workbook declares",
    ),
    "an entity bomb in the list of sheets": (
        of(laughing("xl/workbook.xml")),
        "Part 'xl/workbook.xml' of the workbook declares",
    ),
    "an entity that names a file": (
        of({**parts(), SHEET: HEAD + '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + "<x>&a;</x>"}),
        "Part 'xl/worksheets/sheet1.xml' of the workbook declares",
    ),
    "a cell in the last corner": (
        rows('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'),
        "read 2",
    ),
    "a cell beyond the last row": (rows('<row r="1048577"><c r="A1048577"><v>2</v></c></row>'), "The workbook is damaged"),
    "a truncated zip": (truncated, "The workbook is damaged: its zip cannot be opened"),
    "random bytes": (raw(random.Random(1).randbytes(100_000)), "The file is no Excel workbook."),
    "random bytes after the head of a zip": (
        raw(b"PK\3\4" + random.Random(2).randbytes(100_000)),
        "The workbook is damaged: its zip cannot be opened",
    ),
    "a table of the web": (raw(b"<html><table><tr><td>1</td></tr></table>"), "The file is no Excel workbook."),
    "an empty file": (raw(b""), "The file is empty."),
    "a zip of another program": (other_zip, "The file is no Excel workbook."),
    "an open document": (open_document, "The file has the format .ods."),
    "a binary workbook": (of({**parts(), "xl/workbook.bin": ""}), "The file has the format .xlsb."),
    "an old workbook": (raw(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 2000), "The file has the format .xls."),
    "an encrypted workbook": (encrypted, "The workbook is protected by a password."),
    "a workbook with no list of sheets": (
        of({k: v for k, v in parts().items() if k != "xl/workbook.xml"}),
        "The workbook is damaged: part 'xl/workbook.xml' is missing.",
    ),
    "a list of sheets that is none": (of({**parts(), "xl/workbook.xml": "<workbook/>"}), "The file is no Excel workbook."),
    "a sheet that is not there": (
        of({k: v for k, v in parts().items() if k != SHEET}),
        "The workbook is damaged: part 'xl/worksheets/sheet1.xml' is missing.",
    ),
    "a sheet outside the file": (
        of({**parts(), "xl/_rels/workbook.xml.rels": parts()["xl/_rels/workbook.xml.rels"].replace('"/>', '" TargetMode="External"/>')}),
        "The workbook is damaged: sheet 's' is listed, but is not there.",
    ),
    "a part above the file": (
        of({**parts(), "xl/_rels/workbook.xml.rels": parts()["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "../../../etc/passwd")}),
        "The workbook is damaged: part 'etc/passwd' is missing.",
    ),
    "10,000 sheets": (many_sheets, "The workbook has more than 2,000 sheets."),
    "deeply nested": (rows(DEEP), "The workbook is damaged: part"),
    "deeply nested in a cell": (rows(cell(f"<v>1{DEEP}{DEEP.replace('<', '</')}</v>")), "read 1"),
    "a cell twice": (rows('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "The workbook is damaged: sheet 's': cell 'A1' stands twice"),
    "a row twice": (rows(cell("<v>1</v>"), cell("<v>1</v>")), "The workbook is damaged: sheet 's': row '1' follows row 1."),
    "row 0": (rows('<row r="0"><c r="A0"><v>1</v></c></row>'), "The workbook is damaged: sheet 's': row '0' follows"),
    "row -1": (rows('<row r="-1"><c r="A-1"><v>1</v></c></row>'), "The workbook is damaged: sheet 's': row '-1' follows"),
    "a cell of another row": (rows(cell("<v>1</v>", "A2")), "The workbook is damaged: sheet 's': cell 'A2' stands in row 1."),
    "column XFE": (rows(cell("<v>1</v>", "XFE1")), "The workbook is damaged: sheet 's': cell 'XFE1' stands in row 1."),
    "a cell with no column": (rows(cell("<v>1</v>", "1")), "The workbook is damaged: sheet 's': cell '1' stands"),
    "a cell of no place": (rows(cell("<v>1</v>", "é" * 90_000)), "The workbook is damaged: sheet 's': cell 'éé"),
    "a cell in no row": (rows('<c r="A1"><v>1</v></c>'), "The workbook is damaged: sheet 's': cell 'A1' stands in row 0."),
    "a row that is too wide": (rows(f"<row>{'<c/>' * 16_385}</row>"), "The workbook is damaged: sheet 's': a row has more"),
    "a text of no number": (rows(cell("<v>-1</v>", kind=' t="s"')), "The workbook is damaged: sheet 's': cell 'A1' holds"),
    "an unknown kind of value": (rows(cell("<v>1</v>", kind=' t="z"')), "The workbook is damaged: sheet 's': cell 'A1' holds"),
    "an infinite number": (rows(cell("<v>1e999</v>")), "read 1"),
    "a number of a million digits": (rows(cell(f"<v>{'9' * 1_000_000}</v>")), "read 1"),
    "a text of five million letters": (rows(cell(f"<v>{'9x' * 2_500_000}</v>", kind=' t="str"')), "read 1"),
    "an area that is none": (of(parts(after='<mergeCells><mergeCell ref="B2:A0"/></mergeCells>')), "The workbook is damaged: sheet 's': 'B2:A0' is no"),
    "unusual letters": (
        of({**parts(), SHEET: sheet("").replace("UTF-8", "utf-7")}),
        "The workbook is damaged: part 'xl/worksheets/sheet1.xml' is written in 'utf-7'.",
    ),
    "an unfinished sheet": (of({**parts(), SHEET: sheet(cell("<v>1</v>"))[:-20]}), "The workbook is damaged: part"),
    "a million rows with a colour": (
        lambda path: large(path, '<row r="{0}" s="1" customFormat="1"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>', 1_048_000, cell("<v>1</v>")),
        "read 1",
    ),
}  # fmt: skip
SLOW: dict[str, tuple[Callable[[Path], None], str]] = {
    "one sheet listed 1,500 times": (one_sheet_many_times, "Up to sheet '"),
    "more cells than are read": (
        lambda path: large(path, '<row><c t="str"><v>x{0}</v></c><c><v>{0}</v></c></row>', 600_000),
        "Up to sheet 's' the workbook has more than 1,000,000 filled cells.",
    ),
    "more letters than are read": (
        lambda path: large(path, '<row><c t="str"><v>{0} ' + "x" * 500 + "</v></c></row>", 90_000),
        "The workbook holds more than 40 million letters.",
    ),
    "a tag that does not end": (
        lambda path: large(path, "{0}" + "x" * 300, 900_000, '<row r="', '"/>'),
        "Reading the workbook takes",  # too long or too much, as the version of expat has it
    ),
    "nothing but tags": (
        lambda path: large(path, "<a>{0}" + "<b/>" * 100 + "</a>", 700_000),
        f"Reading the workbook takes longer than {SECONDS} seconds.",
    ),
}


def measured(path: Path) -> tuple[str, float, float, bool]:
    """What came of the file, the seconds, the memory, and whether the reader's process has ended."""
    pytest.importorskip("resource")
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    out = subprocess.run([sys.executable, "-P", "-c", MEASURE, str(path)], capture_output=True, env=env)
    assert not out.stderr, out.stderr.decode()
    said, seconds, peak, ended = json.loads(out.stdout)
    return said, seconds, peak, ended


def judge(path: Path, said: str) -> None:
    found, seconds, peak, ended = measured(path)
    assert found.startswith(said)
    assert seconds < 10 and peak < 500 and ended


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_read_or_refused(tmp_path: Path, name: str) -> None:
    make, said = HOSTILE[name]
    make(tmp_path / "hostile.xlsx")
    judge(tmp_path / "hostile.xlsx", said)


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_what_takes_long_is_refused_in_time(tmp_path: Path, name: str) -> None:
    make, said = SLOW[name]
    make(tmp_path / "hostile.xlsx")
    judge(tmp_path / "hostile.xlsx", said)


# -- files that are none -----------------------------------------------------------------------------------------


def refused(path: Path) -> str:
    with pytest.raises(WorkbookRefused) as error:
        read_workbook(path)
    return str(error.value.why)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert refused(tmp_path) == "This is a folder."
    assert refused(tmp_path / "none.xlsx") == "There is no such file."
    assert refused(tmp_path / ("x" * 5000)).startswith("The file cannot be read: ")
    assert refused(Path("a\0b.xlsx")) in ("There is no such file.", "The file cannot be read: embedded null byte.")
    assert refused(tmp_path / "~$plan.xlsx").startswith("This is only the mark")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.xlsx")
        assert refused(tmp_path / "pipe.xlsx") == "There is no such file."


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as out:
        out.truncate(26_000_000)
    monkeypatch.setattr(Path, "open", None)
    assert refused(path) == "The workbook has 26 MB; 25 MB are read."


def test_a_file_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "open.xlsx", parts())
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(WorkbookRefused, match="Close it in the program that has it open"):
        read_workbook(path)


# -- the process -------------------------------------------------------------------------------------------------


def children() -> bool:
    """Whether this process has any child left that nobody waited for."""
    try:
        return os.waitpid(-1, os.WNOHANG) != (0, 0)
    except ChildProcessError:
        return False


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import time; time.sleep(60)", "Reading the workbook takes longer than 0.4 seconds."),
        ("print('{}', flush=True); import time; time.sleep(60)", "Reading the workbook takes longer than 0.4 seconds."),
        ("raise KeyError('x')", "The reader of workbooks stopped early (code 1). KeyError: 'x'"),
        ("import os; os.abort()", "The reader of workbooks stopped early (code -6). "),
        ("import sys; sys.stdout.write('{\"texts\":')", "The reader of workbooks stopped early (code 0). "),
        ("print('{\"texts\":[]}')", "The reader of workbooks stopped early (code 0). "),
    ],
)
def test_a_reader_that_fails_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, why: str) -> None:
    monkeypatch.setattr(read, "_CODE", code)
    monkeypatch.setattr(read, "SECONDS", 0.4)
    assert refused(write(tmp_path / "b.xlsx", parts())) == why
    assert not children()


def test_no_process_is_left_when_the_user_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(read, "_CODE", "import time; time.sleep(60)")
    monkeypatch.setattr(read, "book", stopped)
    with pytest.raises(KeyboardInterrupt):
        read_workbook(write(tmp_path / "b.xlsx", parts()))
    assert not children()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep the limit")
def test_the_memory_of_the_reader_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take = "from balik.workbook import child; child._read = lambda *_: bytearray(460_000_000); child.main()"
    monkeypatch.setattr(read, "_CODE", f"import sys; sys.path.append(sys.argv[1]); {take}")
    assert refused(write(tmp_path / "b.xlsx", parts())) == "Reading the workbook takes more than 450 MB of memory."


# -- damage by chance --------------------------------------------------------------------------------------------


def sound() -> dict[str, bytes]:
    """The parts of a small workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("a")
        page.write_row(0, 0, ["x", 1, 2.5, True, "=A1"])
        page.write_rich_string(1, 0, "a", book.add_format({"bold": True}), "b")
        page.merge_range("A5:C6", "m")
        book.add_worksheet("b").hide()
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def damaged(rng: random.Random, content: bytes) -> bytes:
    """The same bytes after an accident: letters changed, lost, or copied to another place."""
    found = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 5])):
        at, other = rng.randrange(len(found)), rng.randrange(len(found))
        match rng.randrange(3):
            case 0:
                found[at] = rng.randrange(256)
            case 1:
                del found[at : at + rng.randrange(1, 20)]
            case 2:
                found[at:at] = found[other : other + rng.randrange(1, 60)]
    return bytes(found)


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """In this process, as each start of another one would cost more than the reading."""
    rng = random.Random(seed)
    content = sound()
    path = tmp_path / "damaged.xlsx"
    outcomes = set()
    for _ in range(150):
        hit = rng.choice([None, *content])
        write(path, {name: damaged(rng, part) if name == hit else part for name, part in content.items()})
        if hit is None:
            path.write_bytes(damaged(rng, path.read_bytes()))
        lines: list[bytes] = []
        with path.open("rb") as file:
            try:
                child._read(file, lines.append)
                outcomes.add(wire.book(lines) is not None)
            except WorkbookRefused as error:
                assert wire.sentence(json.loads(json.dumps(wire.flat(error.why)))) == error.why
                outcomes.add("refused")
    assert outcomes == {True, "refused"}
