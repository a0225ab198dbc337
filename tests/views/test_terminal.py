"""What a terminal gets, and what files and pipes get: tables by rich there, plain text here, nothing with --quiet."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from balik.analysis.study import Study
from balik.cli import main
from balik.views.layout import table
from balik.views.terminal import on_terminal, tornado_text

from .test_charts import SWEEP


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_tables_of_a_terminal_wrap_and_carry_no_signs_of_the_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    before = table(["a", "b"], [["x" * 60, "1"]])
    with on_terminal(Screen()):
        drawn = table(["a", "b"], [["x" * 60, "1"], ["[red]\x1b[31mé", "1,000"]])
    assert max(map(len, before.splitlines())) > 60
    assert all(len(line.replace("\x1b[1m", "").replace("\x1b[0m", "")) <= 40 for line in drawn.splitlines())
    assert "[red][31mé" in drawn and "\x1b[3" not in drawn
    assert table(["a", "b"], [["x" * 60, "1"]]) == before


def test_a_tornado_of_a_terminal_has_bars_as_long_as_the_changes() -> None:
    lines = tornado_text(SWEEP, "id", 100).splitlines()
    assert lines[1].split()[0] == "large" and lines[2].split()[0] == "small"
    assert lines[1].count("░") > 20 * lines[2].count("█") and "−10 %" in lines[1]
    assert "– " in lines[1] or "… –" in lines[1]
    assert tornado_text(Study("compare", "c", "IDR", []), "en") == ""


def test_json_and_quiet_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "jerigen-padang", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["solve", "jerigen-padang", "--scenario", "biaya-plus-20", "--quiet"]) == 3
    assert capsys.readouterr().out == ""


def test_json_on_a_terminal_is_one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(["solve", "jerigen-padang", "--json"]) == 0
    assert json.loads(screen.getvalue())["cost"] == 8161000 and "\x1b" not in screen.getvalue()


def test_rich_is_imported_on_a_terminal_only() -> None:
    code = "import sys, balik.cli as c; c.main(['solve', 'jerigen-padang']); print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False" and "\x1b" not in done.stdout
