"""Files for users are written whole or not at all, whenever their writer is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import balik
from balik.errors import CallError
from balik.files import put, room, whole
from balik.plan.store import write_plan
from balik.plan.verify import verify_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")
KILLING = Path(__file__).parent / "killing.py"
JOBS = (
    "folder",
    "folder-again",
    "folder-moved",
    "zip",
    "zip-again",
    "convert",
    "new",
    "program",
    "workbook",
    "annotate",
    "given-back",
    "page",
    "pdf",
    "book",
    "svg",
    "png",
    "geojson",
    "geopackage",
    "chapter",
)


def kill(folder: Path, ways: dict[str, str]) -> None:
    """Kill jobs: at every n-th step (\"37\"), or so many times at random (\"6x\")."""
    command = [sys.executable, "-P", str(KILLING), str(folder), *(word for job in ways.items() for word in job)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": killed ") == len(ways)


def test_whoever_is_killed_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    kill(tmp_path, {"folder-again": "89", "folder-moved": "97", "zip-again": "101", "zip": "103", "program": "17", "new": "61",
                    "page": "2", "book": "5", "geopackage": "5"})  # fmt: skip


def test_whoever_is_killed_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    kill(tmp_path, dict.fromkeys(("folder-again", "zip-again", "book", "page", "geopackage", "svg"), "4x"))


@pytest.mark.slow
@pytest.mark.parametrize("job", JOBS)
def test_killed_at_every_step(job: str, tmp_path: Path) -> None:
    kill(tmp_path, {job: "1"})


@pytest.mark.slow
@pytest.mark.parametrize("job", JOBS)
def test_killed_at_any_moment(job: str, tmp_path: Path) -> None:
    kill(tmp_path, {job: "60x"})


@pytest.mark.slow
def test_the_command_is_killed_at_any_time(tmp_path: Path) -> None:
    """From outside, at random moments of a whole run: the plan that was there, or the new one."""
    place = tmp_path / "plan"
    balik.solve("plastik-jabodetabek", out=place)
    old = verify_folder(place).cost
    command = [sys.executable, "-m", "balik", "solve", "jerigen-padang", "--out", str(place)]
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    whole_run, rng = time.perf_counter() - start, random.Random(5)
    for _ in range(30):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole_run * rng.uniform(0.5, 1.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = verify_folder(place)
        assert found.ok and found.cost in (old, 8161000.0)


def test_what_a_killed_writer_left_is_cleared_away_and_said(tmp_path: Path) -> None:
    left = tmp_path / ".plan.balik-killed" / "new" / "plan"
    left.mkdir(parents=True)
    (left / "flow.csv").write_text("half")
    plan = balik.solve("jerigen-padang", out=tmp_path / "plan")
    told = [problem for problem in plan.problems if problem.code == "W191"]
    assert len(told) == 1 and ".plan.balik-killed" in told[0].found
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]
    assert not balik.solve("jerigen-padang", out=tmp_path / "plan").problems


def test_the_room_of_a_writer_that_lives_is_left_alone(tmp_path: Path) -> None:
    with room(tmp_path / "plan") as (made, _):
        with room(tmp_path / "plan") as (other, left):
            assert not left and other != made
        made.mkdir()
        put(made, tmp_path / "plan")
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_plan_that_was_moved_aside_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a system cannot exchange two names, a plan is aside for a moment: the next writer finds it."""
    monkeypatch.setattr(whole, "_exchanged", lambda one, other: False)
    aside = tmp_path / ".plan.balik-killed" / "old" / "plan"
    balik.solve("jerigen-padang", out=aside)
    with room(tmp_path / "plan") as (_, left):
        assert len(left) == 1 and verify_folder(tmp_path / "plan").ok
    balik.solve("plastik-jabodetabek", out=tmp_path / "plan")
    assert verify_folder(tmp_path / "plan").ok and len(list(tmp_path.iterdir())) == 1


def test_where_the_new_cannot_have_its_place_the_old_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "plan"
    balik.solve("jerigen-padang", out=place)
    rename = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(source).parent.name == "new":
            raise OSError(16, "Device or resource busy")
        rename(source, target)

    monkeypatch.setattr(whole, "_exchanged", lambda one, other: False)
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(CallError, match="cannot be written: Device or resource busy"):
        write_plan(balik.solve("plastik-jabodetabek"), place)
    assert verify_folder(place).cost == 8161000.0 and len(list(tmp_path.iterdir())) == 1


def test_names_that_are_long_or_odd(tmp_path: Path) -> None:
    for name in ("r" * 250, "é" * 120, "[a] * {b}", "rencana 100 %"):
        balik.solve("jerigen-padang", out=tmp_path / name)
        assert verify_folder(tmp_path / name).ok
    with pytest.raises(CallError, match="cannot be written"):
        balik.solve("jerigen-padang", out=tmp_path / ("r" * 300))
    assert len(list(tmp_path.iterdir())) == 4


def test_the_folder_that_somebody_is_in_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CallError, match="is the folder that you are in"):
        balik.solve("jerigen-padang", out=".")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    balik.solve("jerigen-padang", out="link")
    assert (tmp_path / "link").is_symlink() and verify_folder(tmp_path / "real").ok
