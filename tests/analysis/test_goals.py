"""Goals in the questions that are asked of a plan: explain, compare, sensitivity; and what cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

import balik
from balik.cli import main
from balik.errors import CallError

CASE = "aki-delapan-pelaku"


def test_explain_says_what_a_missed_goal_could_be() -> None:
    """By hand: 15 t are reached at 262,752,819, all 900 at 262,282,400, whatever the budget."""
    study = balik.explain(CASE)
    found = {row["what"]: row for row in study.rows if row.get("kind") == "goal"}
    assert set(found) == {"lingkungan", "jumlah"}
    assert found["lingkungan"]["alone"] == pytest.approx(0, abs=1e-6)
    assert found["lingkungan"]["cost"] == pytest.approx(262752819.21, abs=1)
    assert found["jumlah"]["missed"] == pytest.approx(180) and found["jumlah"]["cost"] == pytest.approx(
        262282400, abs=1
    )
    said = "\n".join(study.findings)
    assert "jumlah is missed by 180 unit for the sake of biaya, lingkungan" in said


def test_explain_says_what_no_plan_could() -> None:
    study = balik.explain(CASE, set=["goals.target[goal=jumlah] = 1000", "goals.priority[goal=jumlah] = 1"])
    assert any("jumlah is missed by 100 unit, and by no less in any plan" in finding for finding in study.findings)


def test_compare_sets_goals_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    study = balik.compare(CASE, ["dibobot", "tanpa-sasaran"])
    assert [sum(g["attained"] for g in row.get("goals", [])) for row in study.rows] == [1, 2, 0]
    assert main(["compare", CASE, "dibobot"]) == 0
    assert "2 of 3" in capsys.readouterr().out


def test_sensitivity_moves_targets() -> None:
    """Half a million more melts 500,000 / 18,280 batteries that would be sold: 29.853 kg each."""
    study = balik.sensitivity(CASE, "goals.target[goal=biaya]", "256.5:257:0.5")
    first, last = (row["measures"]["dampak"] for row in study.rows)
    assert first - last == pytest.approx(29.853 * 5e5 / 18280, rel=1e-6)


def test_one_program_does_not_say_goals(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="one after the other"):
        balik.convert(CASE, tmp_path / "x.mps")
    assert not (tmp_path / "x.mps").exists()


def test_a_workbook_keeps_the_goals(tmp_path: Path) -> None:
    book = balik.convert(CASE, tmp_path / "aki.xlsx")
    plan = balik.solve(book, "lingkungan-dahulu")
    assert plan.cost == pytest.approx(262752819.21, abs=0.01)
