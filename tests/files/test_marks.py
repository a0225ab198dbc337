"""No single file is replaced but one that balik wrote and nobody changed since."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import balik
from balik.errors import CallError
from balik.files import marks
from balik.plan.plan import Plan
from balik.views import browser, png
from balik.views.chapter import write_chapter

PICTURE = b"\x89PNG\r\n\x1a\n" + b"x" * 5000 + marks._IEND


@pytest.fixture(scope="module")
def writers() -> dict[str, Callable[[Path], object]]:
    """What writes single files, by the name that it is given."""
    plan, java = balik.solve("jerigen-padang"), balik.solve("nmc-jawa-barat")
    found = balik.validate("gudang-transit")
    return {
        "a.svg": lambda path: balik.draw(plan, out=path),
        "a.PNG": lambda path: balik.draw(plan, out=path),
        "a.html": lambda path: balik.draw(plan, out=path),
        "m.geojson": lambda path: balik.map(java, out=path),
        "m.gpkg": lambda path: balik.map(java, out=path),
        "r.html": lambda path: balik.report(plan, out=path),
        "r.pdf": lambda path: balik.report(plan, out=path),
        "r.xlsx": lambda path: balik.report(plan, out=path),
        "c.md": lambda path: write_chapter(found, path),
    }


NAMES = ("a.svg", "a.PNG", "a.html", "m.geojson", "m.gpkg", "r.html", "r.pdf", "r.xlsx", "c.md")


def held(name: str, data: bytes) -> object:
    """What a file holds: its bytes; of a workbook its parts, whatever their dates and packing."""
    if not name.endswith(".xlsx"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return {part: parts.read(part) for part in parts.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, struct.error):
        return data


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other programs make is not what is looked at."""
    monkeypatch.setattr(browser, "printed", lambda page: b"%PDF-1.4\n" + b"x" * 5000 + b"\n%%EOF\n")
    monkeypatch.setattr(png, "png", lambda figure: PICTURE)


@pytest.mark.parametrize("name", NAMES)
def test_only_what_balik_wrote_and_nobody_changed_is_replaced(
    name: str, tmp_path: Path, writers: dict[str, Callable[[Path], object]]
) -> None:
    path, write, rng = tmp_path / name, writers[name], random.Random(name)
    write(path)
    assert marks.is_marked(path)
    write(path)
    whole = path.read_bytes()
    flipped = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in rng.sample(range(len(whole)), 12)]
    changed = [data for data in (b"mine" + whole, *flipped) if held(name, data) != held(name, whole)]
    assert len(changed) > 5
    for mine in (b"mine", whole[: len(whole) // 2], *changed):
        path.write_bytes(mine)
        with pytest.raises(CallError, match=r"balik did not write it|was changed since balik wrote it"):
            write(path)
        assert path.read_bytes() == mine and [p.name for p in tmp_path.iterdir()] == [name]
    path.write_bytes(b"")  # holds nothing that could be lost
    write(path)
    assert marks.is_marked(path)


def test_a_picture_that_is_the_users_own_by_another_programs_hand(tmp_path: Path) -> None:
    """A workbook, a base and a picture that were opened, changed and kept by the programs that they are made for."""
    java = balik.solve("nmc-jawa-barat")
    balik.map(java, out=tmp_path / "m.gpkg")
    with sqlite3.connect(tmp_path / "m.gpkg") as base:
        base.execute("UPDATE places SET name = 'mine' WHERE fid = 1")
    base.close()
    balik.map(java, out=tmp_path / "m.geojson")
    found = json.loads((tmp_path / "m.geojson").read_text(encoding="utf-8"))
    found["features"].pop()
    (tmp_path / "m.geojson").write_text(json.dumps(found), encoding="utf-8")
    balik.report(java, out=tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    book.create_sheet("mine")
    book.save(tmp_path / "r.xlsx")
    for name, write in (("m.gpkg", balik.map), ("m.geojson", balik.map), ("r.xlsx", balik.report)):
        with pytest.raises(CallError, match="was changed since balik wrote it"):
            write(java, out=tmp_path / name)


def test_what_came_in_the_meantime_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.html"

    def meanwhile(*args: object) -> str:
        path.write_text("mine")
        return "page"

    monkeypatch.setattr("balik.views.report.verb.html", meanwhile)
    with pytest.raises(CallError, match="did not write"):
        balik.report("jerigen-padang", out=path)
    assert path.read_text() == "mine"


def test_it_is_said_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "r.html").write_text("mine")
    solved: list[Plan] = []
    monkeypatch.setattr("balik.views.report.verb.solve", lambda *args, **options: solved.append(args[0]))
    with pytest.raises(CallError, match="Give another name, or move it away"):
        balik.report("jerigen-padang", out=tmp_path / "r.html")
    assert not solved


def test_marked_files_are_what_they_were(tmp_path: Path, writers: dict[str, Callable[[Path], object]]) -> None:
    """The mark is a remark: other programs read the files as ever."""
    from xml.etree import ElementTree

    for name in ("a.svg", "m.geojson", "m.gpkg", "r.xlsx"):
        writers[name](tmp_path / name)
    assert ElementTree.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")
    assert json.loads((tmp_path / "m.geojson").read_text(encoding="utf-8"))["type"] == "FeatureCollection"
    base = sqlite3.connect(tmp_path / "m.gpkg")
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    base.close()
    with zipfile.ZipFile(tmp_path / "r.xlsx") as parts:
        assert parts.testzip() is None
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").properties.description.startswith("balik-sha256:")


def test_names_that_lead_nowhere_are_refused_for_what_they_are(tmp_path: Path) -> None:
    """Neither is there already, and neither is a fault of balik."""
    (tmp_path / "one.svg").symlink_to("other.svg")
    (tmp_path / "other.svg").symlink_to("one.svg")
    for name in ("one.svg", "a" * 300 + ".svg"):
        with pytest.raises(CallError, match="cannot be written"):
            balik.map("aki-timbal", out=tmp_path / name)
    with pytest.raises(CallError, match="cannot be written"):
        balik.solve("aki-timbal", out=tmp_path / "one.svg")
