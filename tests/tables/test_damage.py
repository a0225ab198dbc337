"""Whatever is done to the files of a case: a plan, an honest status, or problems; never another exception."""

from __future__ import annotations

import random
import shutil
import warnings
from pathlib import Path

import pytest

import balik
from balik.errors import CallError, InputError
from tables.casing import folder
from tables.mutating import damage
from tables.test_checks import RICH

CASES = Path(__file__).resolve().parents[2] / "cases"
STATUSES = {"optimal", "feasible", "infeasible", "unbounded", "stopped"}


def _attempt(source: Path, work: Path, seed: int) -> str:
    rng = random.Random(seed)
    case = work / f"case-{seed}"
    shutil.copytree(source, case)
    done = [damage(case, rng) for _ in range(rng.choice((1, 1, 2, 4)))]
    scenarios = sorted(p.name for p in case.glob("scenarios/*"))
    scenario = rng.choice([None, None, *scenarios])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            plan = balik.solve(case, scenario, time_limit=10)
        except InputError as error:
            assert any(p.severity == "error" for p in error.problems), done
            assert all(p.found and p.file for p in error.problems), done
            return "input"
        except CallError as error:
            assert str(error), done
            return "call"
    assert plan.status in STATUSES, done
    return plan.status


@pytest.mark.parametrize("case", ["jerigen-padang", "plastik-jabodetabek", "rich"])
def test_damaged_cases(case: str, tmp_path: Path) -> None:
    source = folder(tmp_path / "rich", RICH) if case == "rich" else CASES / case
    answers = {_attempt(source, tmp_path, seed) for seed in range(60)}
    assert {"input", "optimal"} <= answers


@pytest.mark.slow
@pytest.mark.parametrize("case", ["jerigen-padang", "plastik-jabodetabek", "nmc-jawa-barat", "rich"])
def test_more_damaged_cases(case: str, tmp_path: Path) -> None:
    source = folder(tmp_path / "rich", RICH) if case == "rich" else CASES / case
    for seed in range(1000, 1500):
        _attempt(source, tmp_path, seed)
        shutil.rmtree(tmp_path / f"case-{seed}")
