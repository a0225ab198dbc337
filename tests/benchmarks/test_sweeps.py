"""The benchmark of many solves runs, and compares the same answers: never a time."""

from __future__ import annotations

from benchmarks import sweeps


def test_a_line_compares_a_sweep_with_solves_anew() -> None:
    lines = [
        sweeps.line("network", 0.15, sweeps.network((4, 2, 2, 3), 2, 2), "modes.full_rate", (0.9, 1.1), 3),
        sweeps.line("sites", None, sweeps.sites(6, 4), "sites.running_cost", (0.5, 1.5), 9),
    ]
    assert lines[0].anew > 0 and lines[1].proved > 0
    page = sweeps.page(lines, sweeps.Two(3.0, 2.0, 3.0, 2.0, True))
    assert "not measured" in sweeps.page(lines, None)
    assert "| network | " in page and "1.50" in page and page.count("\n| ") == 3
