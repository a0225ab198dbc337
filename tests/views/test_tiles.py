"""Tiles behind the map: only where a case asks for them, at the right place, and nothing else from outside."""

from __future__ import annotations

import base64
import http.server
import math
import re
import struct
import subprocess
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import balik
from balik.api import prepare
from balik.errors import InputError
from balik.tables.tiles import TileSource, wrong_tiles
from balik.views.browser import browser
from balik.views.figure import Figure, Tiles
from balik.views.language import Language
from balik.views.map import site_map, tiles
from balik.views.map.places import plane_of
from balik.views.subject import of_case
from balik.views.svg import svg

from .test_map import JAVA, tables

WEB = "https://tile.example/{z}/{x}/{y}.png"
POLICY = re.compile(r'Content-Security-Policy" content="([^"]*)"')
IMAGE = re.compile(r'<image [^>]*href="([^"]*)"')


def square(shade: int = 200, side: int = 8) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([shade]) * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def asked(tiles: str, **more: Any) -> dict[str, Any]:
    return {"title": "t", "map": {"tiles": tiles, **more}}


def figure(settings: dict[str, Any], spots: Any = JAVA, page: bool = True) -> Figure:
    found = prepare(tables(spots), settings=settings)
    drawn = site_map(of_case(found.tables, found.data, found.network), Language("en"), page=page)
    assert drawn is not None
    return drawn


def tiles_in(drawn: Figure) -> list[Tiles]:
    return [mark for mark in drawn.marks if isinstance(mark, Tiles)]


def laid(folder: Path, levels: range, content: bytes, spots: Any = JAVA) -> str:
    """Tiles in a folder that cover the map of these places; its template."""
    plane = plane_of(spots.values(), 900, 320, 760, mercator=True)
    for level in levels:
        for x, y in tiles._spots(plane, level):
            path = folder / str(level) / str(x) / f"{y}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return f"{folder}/{{z}}/{{x}}/{{y}}.png"


# -- the setting -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "template",
    [WEB, "http://127.0.0.1:8080/{z}/{x}/{-y}.png?key=a&b=c", "HTTPS://Tile.Example/{z}/{y}/{x}@2x.jpg",
     "tiles/{z}/{x}/{y}.png", "../ubin peta/{z}-{x}-{y}.webp", r"C:\ubin\{z}\{x}\{y}.PNG"],
)  # fmt: skip
def test_addresses_and_paths_are_taken(template: str) -> None:
    assert wrong_tiles("tiles", template) is None


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("https://tile.example/{x}/{y}.png", "lacks {z}"),
        ("https://tile.example/map.png", "lacks {z}, {x}, {y}"),
        ("", "lacks {z}, {x}, {y}"),
        ("https://{s}.tile.example/{z}/{x}/{y}.png", "'{s}'"),
        ("https://tile.example/{z}/{x}/{y}{r}.png", "'{r}'"),
        ("javascript:alert(1)//{z}/{x}/{y}.png", "'javascript:'"),
        ("data:image/png;base64,{z}{x}{y}", "'data:'"),
        ("file:///tiles/{z}/{x}/{y}.png", "'file:'"),
        ("ftp://tile.example/{z}/{x}/{y}.png", "'ftp:'"),
        ('https://tile.example/{z}/{x}/{y}.png" onload="alert(1)', "no address"),
        ("https://tile.example/{z}/{x}/{y}'.png", "no address"),
        ("https://tile.example; script-src */{z}/{x}/{y}.png", "no address"),
        ("https://*/{z}/{x}/{y}.png", "no address"),
        ("https://name:word@tile.example/{z}/{x}/{y}.png", "no address"),
        ("https://tile.example/{z}/{x}/ {y}.png", "no address"),
        ("https:tile.example/{z}/{x}/{y}.png", "no address"),
        ("tiles/{z}/{x}/{y}.html", "no path of pictures"),
        ("/etc/{z}{x}{y}/passwd", "no path of pictures"),
        ("//tile.example/{z}/{x}/{y}.png", "no address"),
        (r"\\tile.example\{z}\{x}\{y}.png", "no address"),
        (3, "not text"),
    ],
)  # fmt: skip
def test_others_are_a_problem_of_the_setting_with_advice(template: object, word: str, tmp_path: Path) -> None:
    found = wrong_tiles("tiles", template)
    assert found is not None and word in found[0] and found[1]
    with pytest.raises(InputError) as error:
        prepare(tables(JAVA), settings={"title": "t", "map": {"tiles": template}})
    (problem,) = error.value.problems
    assert problem.code == "E113" and problem.column == "map.tiles" and problem.advice


def test_a_problem_says_the_line_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(
        'title = "t"\n[map]\ntiles = "https://a.example/{z}.png"\ntiles_max_zoom = 99\ntile = 3\n'
    )
    found = balik.check(tmp_path)
    told = [(p.code, p.line, p.column) for p in found if (p.column or "").startswith("map")]
    assert told == [("E113", 3, "map.tiles"), ("E113", 4, "map.tiles_max_zoom"), ("E112", 5, "map.tile")]


def test_the_setting_travels_with_a_plan(tmp_path: Path) -> None:
    settings = asked(WEB, tiles_credit="© penyumbang", tiles_max_zoom=14)
    found = prepare(tables(JAVA), settings=settings)
    assert found.tables.setting("map", "tiles_max_zoom") == 14
    plan = balik.solve(tables(JAVA), settings=settings, out=tmp_path / "plan")
    assert tiles_in(figure(settings))[0].finest == 14
    assert POLICY.findall(balik.report(tmp_path / "plan")) == POLICY.findall(balik.report(plan))


# -- where they lie ----------------------------------------------------------------------------------------------


def degrees(z: int, x: int, y: int) -> tuple[float, float]:
    """Longitude and latitude of the north-west corner of a tile, as the servers say."""
    n = 2**z
    return x / n * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / n))))


@pytest.mark.parametrize(
    "spots", [JAVA, {"a": (95.3, 5.6), "hub": (140.7, -2.5)}, {"a": (29.0, 41.0), "hub": (30.5, 36.5)},
              {"a": (107.60, -6.90), "hub": (107.63, -6.92)}, {"a": (5.0, 60.4), "hub": (25.0, 71.0)},
              {"a": (178.5, -18.1), "hub": (179.9, -16.5)}],
)  # fmt: skip
def test_corners_of_tiles_are_where_the_map_has_their_degrees(spots: dict[str, tuple[float, float]]) -> None:
    """Coast, places and tiles agree to a hundredth of a px at every scale and latitude."""
    (found,) = tiles_in(figure(asked(WEB), spots))
    plane = plane_of(spots.values(), 900, 320, 760, mercator=True)
    ((level, shown),) = found.levels
    assert 4 <= len(shown) <= 80
    for tile in shown:
        z, x, y = map(int, re.findall(r"\d+", tile.address))
        assert z == level and 0 <= x < 2**z and 0 <= y < 2**z
        lon, lat = degrees(z, x, y)
        lon += 360 * round((plane.back((tile.x, 0))[0] - lon) / 360)
        assert (tile.x, tile.y) == pytest.approx(plane.at(lon, lat), abs=0.01)
        lon, lat = degrees(z, x + 1, y + 1)
        lon += 360 * round((plane.back((tile.x + tile.w, 0))[0] - lon) / 360)
        assert (tile.x + tile.w, tile.y + tile.h) == pytest.approx(plane.at(lon, lat), abs=0.01)
    covered = [
        min(t.x for t in shown),
        min(t.y for t in shown),
        max(t.x + t.w for t in shown),
        max(t.y + t.h for t in shown),
    ]
    assert covered[0] <= 0 and covered[1] <= 0 and covered[2] >= plane.width and covered[3] >= plane.height
    assert 150 <= shown[0].w <= 400


def test_a_plane_of_web_mercator_goes_there_and_back_and_has_true_kilometres() -> None:
    plane = plane_of([(5.0, 60.4), (25.0, 71.0)], 900, 320, 760, mercator=True)
    for point in ((6.0, 61.0), (24.0, 70.5), (12.34, 65.43)):
        assert plane.back(plane.at(*point)) == pytest.approx(point, abs=1e-9)
    lat = plane.back((0, plane.height / 2))[1]
    ring = plane.circle(15.0, lat, 30)
    assert max(x for x, _ in ring) - min(x for x, _ in ring) == pytest.approx(60 * plane.px_per_km, rel=1e-3)
    assert max(y for _, y in ring) - min(y for _, y in ring) == pytest.approx(60 * plane.px_per_km, rel=1e-2)


def test_rows_from_the_south_and_columns_around_the_world() -> None:
    assert (
        TileSource("{z}/{x}/{-y}").address(3, -1, 0) == "3/7/7"
        and TileSource("{z}/{x}/{y}").address(3, 9, 2) == "3/1/2"
    )


# -- only where they are asked for -------------------------------------------------------------------------------


def test_without_the_setting_nothing_is_asked_for() -> None:
    page = balik.report(tables(JAVA), settings={"title": "t"})
    assert not IMAGE.findall(page) and "tiles" not in page
    assert POLICY.findall(page) == [
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    ]


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_page_may_ask_that_host_for_pictures_and_nothing_else(language: str) -> None:
    page = balik.report(tables(JAVA), settings=asked(WEB, tiles_credit="© <b>penyumbang</b>"), language=language)
    (policy,) = POLICY.findall(page)
    assert policy.endswith("; img-src data: https://tile.example") and policy.count("http") == 1
    addresses = IMAGE.findall(page)
    assert addresses and all(a.startswith("https://tile.example/") for a in addresses)
    assert page.count("© &lt;b&gt;penyumbang&lt;/b&gt;") == 2  # on the map, and below it for those who zoom
    told = {"en": "The page asks tile.example for tiles", "id": "meminta ubin peta dari tile.example"}
    assert told[language] in page
    outside = re.sub(r"https://tile\.example[^\"\s;]*", "", page).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://", outside)


def test_files_of_pictures_ask_for_nothing_and_say_so(tmp_path: Path) -> None:
    text = balik.map(tables(JAVA), settings=asked(WEB), out=tmp_path / "m.svg")
    assert "<image" not in text and "tile.example are not drawn here" in text
    assert figure(asked(WEB), page=False).height == figure({"title": "t"}, page=False).height
    balik.map(tables(JAVA), settings=asked(WEB), out=tmp_path / "m.html")
    page = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert IMAGE.findall(page) and "not drawn here" not in page and ">Tiles: tile.example<" in page


def test_the_credit_covers_no_name() -> None:
    drawn = figure(asked(WEB, tiles_credit="© " + "x" * 300))
    texts = drawn.texts()
    credit = next(t for t in texts if t.text.startswith("Tiles: "))
    assert credit.box[0] > 0 and credit.box[2] <= drawn.width
    for text in texts:
        a, b = text.box, credit.box
        assert text is credit or not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def test_beyond_the_square_of_the_world_there_are_no_tiles() -> None:
    drawn = figure(asked(WEB), {"a": (20.0, 88.0), "hub": (25.0, 80.0)})
    assert not tiles_in(drawn) and any("85 degrees" in note for note in drawn.notes)


# -- tiles of the user's own -------------------------------------------------------------------------------------


def test_tiles_of_a_folder_are_in_the_file(tmp_path: Path) -> None:
    template = laid(tmp_path / "ubin", range(6, 10), square())
    page = balik.report(tables(JAVA), settings=asked(template, tiles_credit="© BIG"))
    assert POLICY.findall(page)[0].endswith("img-src data:") and str(tmp_path) not in page
    found = IMAGE.findall(page)
    assert found and {base64.b64decode(a.removeprefix("data:image/png;base64,")) for a in found} == {square()}
    assert page.count('display="none"') == 2  # levels 8 and 9: finer than what is shown
    assert len(page) < 3_000_000
    picture = balik.map(tables(JAVA), settings=asked(template))
    assert "<image" in picture and 'display="none"' not in picture and "not drawn" not in picture


def test_a_path_is_beside_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid(tmp_path / "case" / "ubin", range(7, 8), square())
    for name, columns in tables(JAVA).items():
        lines = [
            ",".join(columns),
            *(",".join("" if c is None else str(c) for c in row) for row in zip(*columns.values(), strict=True)),
        ]
        (tmp_path / "case" / f"{name}.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "case" / "case.toml").write_text('title = "t"\n[map]\ntiles = "ubin/{z}/{x}/{y}.png"\n')
    monkeypatch.chdir(tmp_path)
    assert "<image" in balik.map("case")
    balik.convert("case", "case/case.xlsx")
    assert "<image" in balik.map("case/case.xlsx")


def test_what_is_no_picture_or_not_there_is_left_out_and_said(tmp_path: Path) -> None:
    template = laid(tmp_path / "ubin", range(7, 8), b"<html>secret</html>")
    drawn = figure(asked(template))
    assert not tiles_in(drawn) and "secret" not in svg(drawn)
    missing = figure(asked(f"{tmp_path}/none/{{z}}/{{x}}/{{y}}.png"))
    assert any("only the coast is drawn" in note for note in missing.notes)
    assert missing.height == figure({"title": "t"}).height


def test_large_tiles_leave_a_report_small(tmp_path: Path) -> None:
    template = laid(tmp_path / "ubin", range(6, 9), square() + b"\0" * 30_000)
    drawn = figure(asked(template))
    (found,) = tiles_in(drawn)
    assert [level for level, _ in found.levels] == [7] and any("Finer tiles" in note for note in drawn.notes)
    assert len(svg(drawn, alone=False)) < tiles.ROOM * 1.1
    huge = laid(tmp_path / "besar", range(6, 8), square() + b"\0" * 400_000)
    assert any("too large" in note for note in figure(asked(huge)).notes)


# -- in a browser ------------------------------------------------------------------------------------------------

ZOOMED = """
var near = document.querySelector('[data-do=in]'), count = 0;
near.click(); near.click(); near.click();
setTimeout(function () {
  var shown = Array.from(document.querySelectorAll('g.tiles > g')).filter(function (g) { return g.getAttribute('display') !== 'none'; });
  document.title = shown.map(function (g) { return g.getAttribute('data-level') + ':' + g.children.length; }).join(' ');
}, 1500);
"""


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A server of tiles on this machine, and what it was asked for; odd columns it does not have."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            odd = int(self.path.split("/")[2]) % 2
            self.send_response(404 if odd else 200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(b"" if odd else square())

        def log_message(self, *_: object) -> None:
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}", seen
    running.shutdown()
    running.server_close()


@pytest.mark.slow
@pytest.mark.skipif(browser() is None, reason="no Chromium")
def test_in_chromium_tiles_are_asked_for_finer_ones_when_zoomed(server: tuple[str, list[str]], tmp_path: Path) -> None:
    root, seen = server
    balik.map(tables(JAVA), settings=asked(f"{root}/{{z}}/{{x}}/{{y}}.png"), out=tmp_path / "m.html")
    page = tmp_path / "m.html"
    text = page.read_text(encoding="utf-8")
    first = {a.removeprefix(root) for a in IMAGE.findall(text)}
    page.write_text(text.replace("</body>", f"<script>{ZOOMED}</script></body>"), encoding="utf-8")
    words = [str(browser()), "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
             f"--user-data-dir={tmp_path}/p", "--virtual-time-budget=8000"]  # fmt: skip
    done = subprocess.run([*words, "--dump-dom", page.as_uri()], capture_output=True, timeout=120, check=True)
    assert b"Refused" not in done.stderr and b"Error" not in b"".join(
        line for line in done.stderr.splitlines() if b"CONSOLE" in line
    )
    level = int(next(iter(first)).split("/")[1])
    assert first <= set(seen) and {int(path.split("/")[1]) for path in seen} == {level, level + 2}
    found = re.search(r"<title>(\d+):(\d+) (\d+):(\d+)</title>", done.stdout.decode())
    assert found is not None and (int(found[1]), int(found[3])) == (level, level + 2)
    assert 0 < int(found[2]) < len(first) and int(found[4]) > 0  # those that failed are gone, the coast shows
