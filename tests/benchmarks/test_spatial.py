"""The comparison of p-median, p-centre and covering runs, and all find the same optima: never a time."""

from __future__ import annotations

import pytest

from benchmarks.spatial import main


def test_it_prints_a_row_for_each_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sizes", "60", "--draws", "1", "--limit", "2", "--only", "balik", "HiGHS"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "| question | balik | HiGHS |"
    assert len(rows) == 2 + 8
