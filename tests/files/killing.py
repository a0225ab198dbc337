"""Kills a process at every step that it takes on the disk, and looks at what it leaves. Run by test_whole.py.

    python killing.py FOLDER JOB STRIDE JOB STRIDE …

A process is forked for each step; an audit hook of the interpreter kills it (SIGKILL) before that step. What stands at
the place afterwards must be what was there before, or all of the new.
"""

from __future__ import annotations

import os
import signal
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import balik
from balik.books import annotate
from balik.copies import convert, new
from balik.files import room, whole
from balik.plan.store import write_plan
from balik.plan.verify import verify_folder
from balik.tables import read

solved, exchanged = cache(balik.solve), whole._exchanged
STEPS = ("os.", "open", "shutil.", "tempfile.", "fcntl.", "ctypes.")
#: Where, the work, and what to look at afterwards.
Job = tuple[Path, Callable[[], object], Callable[[Path], str]]


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Whether a child that does the work was killed before its n-th step on the disk; False: it was done before that."""
    child = os.fork()
    if child == 0:
        count = 0

        def hook(event: str, _: object) -> None:
            nonlocal count
            if event.startswith(STEPS):
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)


def plan_at(place: Path) -> str:
    """Which plan stands there, whole and sealed; raises where it is half of one or a mixture."""
    if not place.exists():
        return "nothing"
    verdict = balik.verify(place) if place.is_file() else verify_folder(place)
    assert verdict.ok and verdict.seal, [b.sentence for b in verdict.broken]
    return f"plan of {verdict.cost}"


def case_at(place: Path) -> str:
    """Whether a case stands there that can be read."""
    if not place.exists():
        return "nothing"
    tables = read(place)
    assert not tables.problems.errors
    return f"case of {sum(map(len, tables.tables.values()))} rows"


def file_at(place: Path) -> str:
    """Whether a file stands there, and how long it is."""
    if place.suffix == ".xlsx" and place.exists():
        assert zipfile.ZipFile(place).testzip() is None
        return "workbook"
    return f"file of {place.stat().st_size}" if place.exists() else "nothing"


def jobs(folder: Path) -> dict[str, Callable[[], Job]]:
    """What is killed: where it writes, how, and what is looked at."""

    def plan(name: str, before: bool, exchange: bool = True) -> Job:
        place, done = folder / name, solved("jerigen-padang")
        if before:
            write_plan(solved("plastik-jabodetabek"), place)
        whole._exchanged = exchanged if exchange else lambda one, other: False  # type: ignore[assignment]
        return place, lambda: write_plan(replace(done), place), plan_at

    return {
        "folder": lambda: plan("plan", before=False),
        "folder-again": lambda: plan("plan", before=True),
        "folder-moved": lambda: plan("plan", before=True, exchange=False),
        "zip": lambda: plan("plan.zip", before=False),
        "zip-again": lambda: plan("plan.zip", before=True),
        "convert": lambda: (folder / "case", lambda: convert("jerigen-padang", folder / "case"), case_at),
        "new": lambda: (folder / "case", lambda: new(folder / "case"), case_at),
        "program": lambda: (folder / "a.mps", lambda: convert("jerigen-padang", folder / "a.mps"), file_at),
        "workbook": lambda: (folder / "a.xlsx", lambda: convert("jerigen-padang", folder / "a.xlsx"), file_at),
        "annotate": lambda: (folder / "a.xlsx", lambda: annotate("jerigen-padang", folder / "a.xlsx"), file_at),
    }


def main(name: str, folder: Path, stride: int) -> None:
    """Kill the job at every `stride`-th step, on and on, in one folder that fills with what it leaves."""
    place, work, look = jobs(folder)[name]()
    before = look(place)
    seen: dict[str, int] = {}
    step = 1
    while killed_at(step, work):
        if not place.exists() and before != "nothing":  # moved aside: the next writer puts it back
            with room(place):
                pass
            seen["put back"] = seen.get("put back", 0) + 1
        found = look(place)
        seen[found] = seen.get(found, 0) + 1
        if found != before and place.exists() and before == "nothing":
            place.unlink() if place.is_file() else whole.shutil.rmtree(place)
        step += stride
    after = look(place)
    assert set(seen) - {"put back"} <= {before, after}, (seen, before, after)
    still = [path.name for path in folder.iterdir() if path != place and path.name.startswith(".")]
    assert not still, still  # the last one, which was not killed, cleared away what the others had left
    print(f"{name}: killed at {sum(seen.values())} of {step} steps; {seen}; then {after}")


if __name__ == "__main__":
    os.chdir("/")
    for job, stride in zip(sys.argv[2::2], sys.argv[3::2], strict=True):
        folder = Path(sys.argv[1]) / job
        folder.mkdir()
        main(job, folder, int(stride))
