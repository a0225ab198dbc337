"""The line of progress on a terminal."""

from __future__ import annotations

import io

import pytest

from balik.engines import Progress
from balik.views.progress import ProgressLine
from balik.words import say


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_says_what_is_done_before_the_search_and_then_how_it_stands() -> None:
    for progress, words in (
        (Progress(0.0, None, None, None, 0, say("There is no customer.")), "There is no customer."),
        (Progress(2.0, 1500.0, 1400.0, 0.066, 7), "best 1,500 · bound 1,400 · gap 6.600 % · 7 nodes · 2 s"),
        (Progress(2.0, None, 1400.0, None, 0), "best none yet · bound 1,400 · gap –"),
    ):
        stream = Terminal()
        line = ProgressLine(stream)
        line(progress)
        assert words in stream.getvalue()
        line.clear()
        assert stream.getvalue().endswith("\r")


def test_a_pipe_sees_nothing() -> None:
    stream = io.StringIO()
    ProgressLine(stream)(Progress(2.0, 1.0, 1.0, 0.0, 1))
    assert stream.getvalue() == ""


@pytest.mark.parametrize("columns", [20, 40, 80, 120])
def test_the_line_is_never_wider_than_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = Terminal()
    line = ProgressLine(stream, "id")
    line(Progress(2.0, -1_061_423_961.0, -1_064_099_404.0, 0.00252, 123_456))
    line.last = 0.0
    line(Progress(3.0, None, None, None, 0, say("There is no customer.")))
    line.clear()
    assert all(len(shown) < columns for shown in stream.getvalue().split("\r"))
    assert "terbaik -1.061.423.961" in stream.getvalue() or columns == 20
    assert ("celah" in stream.getvalue()) == (columns >= 80)
