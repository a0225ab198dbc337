"""Large plans: places share marks, the largest flows are drawn, and what is left out is said; pages that zoom."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

import balik
from balik.views.browser import browser
from balik.views.figure import Area, Line
from balik.views.language import Language
from balik.views.map import site_map
from balik.views.map.coast import clip_line, provinces
from balik.views.map.nodes import OPEN, PLACE, nodes_of
from balik.views.subject import of_plan
from benchmarks.pictures import large

from .pictures import assert_sound
from .test_report import Page

ZOOM = """
var figure = document.querySelector("figure.zoom"), svg = figure.querySelector("svg"), out = [];
function note() { out.push(svg.getAttribute("viewBox").split(" ").map(Number).map(Math.round).join(" ")); }
function key(name) { figure.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true })); note(); }
function wheel(ctrl) {
  var event = new WheelEvent("wheel", { deltaY: -1, clientX: 60, clientY: 300, ctrlKey: ctrl, bubbles: true, cancelable: true });
  out.push(svg.dispatchEvent(event) ? "page" : "picture"); note();
}
note(); wheel(false); figure.querySelector("[data-do=in]").click(); note();
key("ArrowRight"); wheel(false); key("0"); wheel(true);
var marks = svg.querySelectorAll(".m"); marks[marks.length - 1].focus();
out.push(figure.querySelector("[role=status]").textContent, figure.querySelector(".tools").hidden);
document.title = out.join("|");
"""


@pytest.fixture(scope="module")
def plan() -> balik.Plan:
    """300 sites and 1,500 flows."""
    return large(300, 1500)


def test_places_close_together_share_a_mark_and_none_is_lost(plan: balik.Plan) -> None:
    figure = site_map(of_plan(plan), Language("id"))
    assert figure is not None
    assert_sound(figure)
    assert len(figure.rows) == 1800
    assert any("berbagi satu tanda" in note for note in figure.notes) and any("300" in note for note in figure.notes)
    assert sum(isinstance(m, Area) and "→" in m.tip for m in figure.marks) == 300
    at = {f"p{i}": (i % 50 * 3.0, i // 50 * 3.0) for i in range(1800)} | {"titik-0": (500.0, 500.0)}
    nodes = nodes_of(of_plan(plan), at)
    assert sorted(place for node in nodes for place in node.places) == sorted(at)
    assert {node.state for node in nodes} == {OPEN, PLACE} and len(nodes) < 100
    assert max(len(node.places) for node in nodes) > 20 and all(" +" in n.name for n in nodes if len(n.places) > 1)


def test_few_places_have_a_mark_each(plan: balik.Plan) -> None:
    nodes = nodes_of(of_plan(plan), {"sumber-1": (1.0, 1.0), "titik-1": (1.0, 1.0)})
    assert [node.name for node in nodes] == ["sumber-1", "titik-1"]


def test_a_large_plan_gives_a_page_and_a_workbook_that_hold_together(plan: balik.Plan, tmp_path: Path) -> None:
    page = balik.report(plan, out=tmp_path / "r.xlsx")
    found = Page(page)
    assert len(page) < 3_000_000 and "zoom in" in page and "The largest flows" in found.text
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    ledger = book.worksheets[1]
    assert ledger.max_row == 1501 and ledger["A1"].value == "account"
    heads = [cell.value.split(" [")[0] for cell in ledger[1]]
    amount, rate = (chr(65 + heads.index(name)) for name in ("amount", "rate"))
    assert ledger.cell(1501, len(heads)).value == f"={amount}1501*{rate}1501"
    cached = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)
    assert sum(row[-1] for row in cached.worksheets[1].iter_rows(min_row=2, values_only=True)) == pytest.approx(
        plan.cost
    )
    assert [c.value for c in book["flow"][2]][:3] == ["sumber-0", "titik-0", "botol"]
    with zipfile.ZipFile(tmp_path / "r.xlsx") as parts:
        assert b'<dimension ref="A1:' in parts.read("xl/worksheets/sheet2.xml")


def test_borders_of_provinces_lie_on_land_and_are_cut_to_the_window() -> None:
    java = provinces((105.0, -9.0, 115.0, -5.0))
    assert java and all(105 <= x <= 115 and -9 <= y <= -5 for line in java for x, y in line)
    west = provinces((106.0, -7.9, 109.0, -5.9))  # between Jawa Barat and Jawa Tengah, about 108.6° east
    assert any(108.2 < x < 109 and -7.5 < y < -6.8 for line in west for x, y in line)
    assert provinces((0.0, 40.0, 10.0, 50.0)) == []
    assert clip_line([(0.0, 0.0), (3.0, 3.0), (3.0, 9.0)], (1.0, 1.0, 2.0, 2.0)) == [[(1.0, 1.0), (2.0, 2.0)]]
    figure = site_map(of_plan(balik.solve("nmc-jawa-barat")), Language("en"))
    assert figure is not None and any(isinstance(m, Line) and m.dash == "4 2 1 2" for m in figure.marks)
    assert any("before 2012" in note for note in figure.notes)


def test_small_pictures_have_no_buttons_and_maps_do(tmp_path: Path) -> None:
    balik.map("nmc-jawa-barat", out=tmp_path / "m.html", language="id")
    page = Page((tmp_path / "m.html").read_text(encoding="utf-8"))
    assert "perbesar" in (tmp_path / "m.html").read_text(encoding="utf-8") and page.scripts == 1
    balik.draw("jerigen-padang", out=tmp_path / "d.html")
    assert "<button" not in (tmp_path / "d.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(browser() is None, reason="no Chromium")
def test_in_chromium_keys_buttons_and_wheel_move_the_picture(tmp_path: Path) -> None:
    balik.map("nmc-jawa-barat", out=tmp_path / "m.html")
    page = tmp_path / "m.html"
    page.write_text(
        page.read_text(encoding="utf-8").replace("</body>", f"<script>{ZOOM}</script></body>"), encoding="utf-8"
    )
    words = [
        str(browser()),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        f"--user-data-dir={tmp_path}/p",
    ]
    done = subprocess.run([*words, "--dump-dom", page.as_uri()], capture_output=True, timeout=120, check=True)
    assert b"CONSOLE" not in done.stderr
    found = re.search(rb"<title>(.*?)</title>", done.stdout)
    assert found is not None
    whole, way, same, near, right, held, nearer, back, zoomed, ctrl, status, hidden = found[1].decode().split("|")
    assert same == whole == back and way == "page" and held == zoomed == "picture" and hidden == "false"
    assert [int(v) for v in near.split()][2] == 600 and int(right.split()[0]) == int(near.split()[0]) + 120
    assert int(nearer.split()[2]) == 500 and int(ctrl.split()[2]) == 750 and status == "120 %"
