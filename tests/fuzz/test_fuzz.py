"""Generated damage to folders and workbooks: a verified plan, a list of problems, or 'no plan exists'; nothing else.

55 mutations of the short list by default; all 440 of it and 20,000 of the long one with `-m slow`, or those that
BALIK_FUZZ names, such as `BALIK_FUZZ=3000:4000`. `python -m fuzz NAME` in the folder `tests` repeats one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import balik
from balik.schema import INPUT
from fuzz.bases import BASES, base, scenarios
from fuzz.books import BOOK_KINDS
from fuzz.columns import COLUMN_KINDS
from fuzz.draft import FORMS
from fuzz.judge import HANGS
from fuzz.mutations import Mutation, long_list, mutated, short_list
from fuzz.whole import FILE_KINDS, SETTING_KINDS, TABLE_KINDS

TESTS = Path(__file__).resolve().parents[1]
SHORT, BATCH = 440, 55
#: What went wrong once and may not again.
FOUND = (
    "everything.folder/places/-/rows-twice/1",
    "everything.book/tours/km/scale/0",
    "everything.folder/materials/volume/scale/3",
    "everything.folder/tours/-/rows-twice/6",
    "everything.folder/stores/end/fitting/12",
    "everything.folder/supply/left_cost/scale/22",
)
#: Part of the long list that `-m slow` runs, and how many of it one process takes.
START, STOP = map(int, os.environ.get("BALIK_FUZZ", "0:20000").split(":"))
LONG_BATCH = 250


def _judged(*arguments: str) -> Iterator[dict[str, Any]]:
    """Verdicts of a process that judges; a case at which it ends is a fault."""
    command = [sys.executable, "-m", "fuzz", *arguments]
    path = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
    answer = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, cwd=TESTS)
    begun = None
    for line in answer.stdout.splitlines():
        told = json.loads(line)
        if "begins" in told:
            begun = told["begins"]
        else:
            begun = None
            yield told
    if begun or answer.returncode:
        faults = [f"the process ended with {answer.returncode}: {answer.stderr[-2000:]}"]
        yield {"name": begun, "outcome": "fault", "faults": faults, "seconds": HANGS}


def _faults(verdicts: list[dict[str, Any]]) -> str:
    lines = [f"{v['name']}\n    " + "\n    ".join(v["faults"][:3]) for v in verdicts if v["faults"]]
    return "\n".join(lines[:20])


@pytest.mark.parametrize(
    "start", [pytest.param(k, marks=pytest.mark.slow) if k else k for k in range(0, SHORT, BATCH)]
)  # all batches take a minute more than a daily run has
def test_few_of_every_kind(start: int) -> None:
    verdicts = list(_judged("--short", str(start), str(start + BATCH)))
    assert not _faults(verdicts), _faults(verdicts)
    assert len(verdicts) == BATCH
    outcomes = Counter(v["outcome"] for v in verdicts)
    assert outcomes["input"] > BATCH / 10 and outcomes["optimal"] > BATCH / 10, outcomes
    assert not [word for word in outcomes if word.startswith("unwritten")], outcomes


def test_what_was_found_once() -> None:
    verdicts = list(_judged(*FOUND))
    assert [v["name"] for v in verdicts] == list(FOUND) and not _faults(verdicts), _faults(verdicts)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(START, STOP, LONG_BATCH))
def test_many(start: int, capsys: pytest.CaptureFixture[str]) -> None:
    stop = min(start + LONG_BATCH, STOP)
    verdicts = list(_judged("--range", str(start), str(stop)))
    with capsys.disabled():
        print(f"\n{start}:{stop} {dict(Counter(v['outcome'] for v in verdicts))}")
        print(_faults(verdicts), flush=True)
    assert not _faults(verdicts)
    assert len(verdicts) == stop - start


# -- the harness itself ------------------------------------------------------------------------------------------


def test_the_base_meets_every_column() -> None:
    met = {name: set(rows[0]) for name, rows in base("everything", "folder").tables.items()}
    missing = {name: sorted(set(schema.columns) - met.get(name, set())) for name, schema in INPUT.items()}
    assert not any(missing.values()), missing


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", BASES)
def test_bases_are_sound(name: str, form: str, tmp_path: Path) -> None:
    case = base(name, form).copy().write(tmp_path / "new")
    for scenario in dict.fromkeys(scenarios(name)):
        plan = balik.solve(case, scenario)
        assert (plan.status, plan.verified) == ("optimal", True), scenario
        if name == "today":
            break  # today's flows are those of the base


def test_the_short_list_meets_every_column_and_kind() -> None:
    chosen = [Mutation.parse(name) for name in short_list(SHORT)]
    assert len(chosen) == len(set(chosen)) == SHORT
    columns = {(m.table, m.column) for m in chosen}
    assert not {(t, c) for t, schema in INPUT.items() for c in schema.columns} - columns
    for form, own in zip(FORMS, (FILE_KINDS, BOOK_KINDS), strict=True):
        kinds = {m.kind for m in chosen if m.form == form} - {"line"}
        assert kinds == {*COLUMN_KINDS, *TABLE_KINDS, *SETTING_KINDS, *own} - {"line"}


def test_a_name_makes_the_same_case_again() -> None:
    names = long_list(30_000, 30_050)
    assert names == long_list(30_000, 30_050) and any("+" in name for name in names)
    for name in names:
        one, other = mutated(name)[1], mutated(name)[1]
        assert repr((one.tables, one.settings, one.delimiter)) == repr((other.tables, other.settings, other.delimiter))


def test_most_mutations_change_something() -> None:
    names = [name for name in short_list(SHORT) if name.split("/")[3] in (*COLUMN_KINDS, *TABLE_KINDS)]
    same = 0
    for name in names:
        first = Mutation.parse(name)
        same += repr(mutated(name)[1].tables) == repr(base(first.base, first.form).tables)
    assert same < 0.15 * len(names)
