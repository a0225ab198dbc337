"""The benchmarks run, and what they compare is the same: never a time."""

from __future__ import annotations

import dataclasses

import pytest

from balik.api import prepare
from benchmarks import by_balik, measure, report
from benchmarks.__main__ import layers, main, same_optimum
from benchmarks.instances import INSTANCES, TINY


def test_the_smoke_mode_prints_the_whole_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--smoke"]) == 0
    page = capsys.readouterr().out
    for heading in (
        "# Speed",
        "## Arrays in memory",
        "## A folder",
        "## A workbook",
        "## A small case",
        "## The bundled cases",
    ):
        assert heading in page


@pytest.mark.parametrize("instance", TINY)
def test_every_layer_states_the_same_model(instance: str) -> None:
    assert {"hand", "balik"} <= set(layers())
    same_optimum(instance)


def test_the_record_is_as_encode_makes_it() -> None:
    ours, encoded = by_balik.data(INSTANCES["tiny siting"]()), prepare("nmc-jawa-barat").network
    for table in ("lanes", "supply", "demand", "sites", "stores"):
        for f in dataclasses.fields(getattr(ours, table)):
            kinds = [getattr(getattr(n, table), f.name).dtype for n in (ours, encoded)]
            assert kinds[0] == kinds[1], (table, f.name)


def test_the_median_is_over_all_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([{"seconds": [1.0, 9.0], "memory": 10.0}, {"seconds": [3.0, 4.0], "memory": 30.0}])
    monkeypatch.setattr(measure, "fresh", lambda **ask: next(answers))
    assert measure.interleaved([{"what": "build"}], 2) == [{"seconds": 3.5, "memory": 20.0}]


def test_ratios_are_beside_what_they_are_of() -> None:
    one = {"columns": 1, "nonzeros": 2, "seconds": 0.5, "memory": 10.0}
    figures = report.Figures(build={"x": {"hand": one, "balik": one | {"seconds": 1.0, "memory": 15.0}}})
    assert "| **balik** | 1 | 2 | 1.000 | 2.0 | 15 | 1.5 |" in report.page(figures)
