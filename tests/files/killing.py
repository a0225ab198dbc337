"""Kills a process at every step that it takes on the disk, or at any moment, and looks at what it leaves.

    python killing.py FOLDER JOB HOW JOB HOW …        HOW: every so many steps (1, 37 …), or so many times (20x)

Run by test_whole.py. A process is forked for each. At steps, an audit hook of the interpreter kills it (SIGKILL) before
the step; at moments, its parent does, after a random part of the time that the work takes. What stands at the place
afterwards must be what was there before, or all of the new.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import balik
from balik.books import annotate
from balik.copies import convert, new
from balik.files import EMPTY, making, marks, room, whole
from balik.plan.store import write_plan
from balik.plan.verify import verify_folder
from balik.tables import read
from balik.views import browser, png
from balik.views.chapter import write_chapter
from balik.views.report import verb

solved, exchanged = cache(balik.solve), whole._exchanged
STEPS = ("os.", "open", "shutil.", "tempfile.", "fcntl.", "ctypes.", "sqlite3.")
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


def killed_within(seconds: float, work: Callable[[], object]) -> bool:
    """Whether a child that does the work was killed after this time; False: it was done before that."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    time.sleep(seconds)
    done, status = os.waitpid(child, os.WNOHANG)
    if not done:
        os.kill(child, signal.SIGKILL)  # nobody has waited for it: its number is still its own
        _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)


# -- what stands there -----------------------------------------------------------------------------------------------


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


OLD = b"old"
#: What a kind of file must hold to take the mark of balik.
ENDS = {".png": marks._IEND, ".geojson": b"{}\n", ".gpkg": EMPTY.encode()}


def file_at(place: Path) -> str:
    """Which file stands there; raises where it is half of one."""
    if not place.exists():
        return "nothing"
    content = place.read_bytes()
    if place.suffix == ".mps":
        assert content.rstrip().endswith(b"ENDATA"), content[-40:]
        return f"file of {len(content)}"
    if place.suffix == ".xlsx":
        with zipfile.ZipFile(place) as parts:
            assert parts.testzip() is None
            return f"workbook of {len(parts.namelist())}"
    assert marks.is_marked(place), content[-200:]
    if content.startswith(OLD):
        return "old"
    if place.suffix == ".geojson":
        return f"{len(json.loads(content)['features'])} features"
    if place.suffix == ".gpkg":
        base = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        layers = base.execute("SELECT count(*) FROM gpkg_contents").fetchone()
        base.close()
        return f"{layers[0]} layers"
    return f"file of {len(content)}"


# -- what is killed --------------------------------------------------------------------------------------------------


def jobs(folder: Path) -> dict[str, Callable[[], Job]]:
    """What is killed: where it writes, how, and what is looked at."""
    return plans(folder) | {
        "convert": lambda: (folder / "case", lambda: convert("jerigen-padang", folder / "case"), case_at),
        "new": lambda: (folder / "case", lambda: new(folder / "case"), case_at),
        "program": lambda: (folder / "a.mps", lambda: convert("jerigen-padang", folder / "a.mps"), file_at),
        "workbook": lambda: (folder / "a.xlsx", lambda: convert("jerigen-padang", folder / "a.xlsx"), file_at),
        "annotate": lambda: (folder / "a.xlsx", lambda: annotate("jerigen-padang", folder / "a.xlsx"), file_at),
        "given-back": lambda: (folder / "a.xlsx", lambda: balik.solve("jerigen-padang", out=folder / "a.xlsx"), file_at),
    } | views(folder)  # fmt: skip


def plans(folder: Path) -> dict[str, Callable[[], Job]]:
    """Plans as folders and zips."""

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
    }


def views(folder: Path) -> dict[str, Callable[[], Job]]:
    """Reports, pictures, maps and chapters, each over an old file of balik's own."""

    def over(name: str, write: Callable[[Path], object]) -> Job:
        place = folder / name
        write(place)  # what this imports is there afterwards, and none of the steps
        if place.suffix == ".xlsx":
            balik.report(solved("gudang-transit"), out=place)
        else:
            place.unlink()
            with making(place) as made:
                made.write_bytes(OLD + ENDS.get(place.suffix, b""))
        return place, lambda: write(place), file_at

    # Stand-ins for what other programs make: only the writing is looked at.
    browser.printed = lambda page: b"%PDF" + b"x" * 300_000 + b"%%EOF"
    png.png = lambda figure: b"x" * 300_000 + marks._IEND
    plan, java = solved("jerigen-padang"), solved("nmc-jawa-barat")
    return {
        "page": lambda: over("a.html", lambda place: verb._write("x" * 300_000 + "</html>", lambda _: None, place)),
        "pdf": lambda: over("a.pdf", lambda place: verb._write("", lambda _: None, place)),
        "book": lambda: over("a.xlsx", lambda place: balik.report(plan, out=place)),
        "svg": lambda: over("a.svg", lambda place: balik.draw(plan, out=place)),
        "png": lambda: over("a.png", lambda place: balik.draw(plan, out=place)),
        "geojson": lambda: over("a.geojson", lambda place: balik.map(java, out=place)),
        "geopackage": lambda: over("a.gpkg", lambda place: balik.map(java, out=place)),
        "chapter": lambda: over("a.md", lambda place: write_chapter(validated(), place)),
    }


@cache
def validated() -> balik.Validation:
    """A validation with its evidence."""
    return balik.validate("gudang-transit")


# -- killing ---------------------------------------------------------------------------------------------------------


def main(name: str, folder: Path, how: str) -> None:
    """Kill the job on and on, in one folder that fills with what it leaves."""
    place, work, look = jobs(folder)[name]()
    before, old = look(place), place.read_bytes() if place.is_file() else None
    seen: dict[str, int] = {}

    def count() -> None:
        if not place.exists() and before != "nothing":  # moved aside: the next writer puts it back
            with room(place):
                pass
            seen["put back"] = seen.get("put back", 0) + 1
        found = look(place)
        seen[found] = seen.get(found, 0) + 1
        if found != before and old is not None:
            place.write_bytes(old)
        elif found != before and before == "nothing":
            place.unlink() if place.is_file() else whole.shutil.rmtree(place)

    if how.endswith("x"):
        rng, span = random.Random(name), 0.02
        for _ in range(int(how[:-1])):
            span *= 1.5 if killed_within(rng.uniform(0, span), work) else 0.8
            count()
        while killed_within(span, work):  # at last it is done
            span *= 2
    else:
        step = 1
        while killed_at(step, work):
            count()
            step += int(how)
    after = look(place)
    assert set(seen) - {"put back"} <= {before, after}, (seen, before, after)
    still = [path.name for path in folder.iterdir() if path != place and path.name.startswith(".")]
    assert not still, still  # the last one, which was not killed, cleared away what the others had left
    print(f"{name}: killed {sum(seen.values())} times, {how}; {seen}; then {after}")


if __name__ == "__main__":
    os.chdir("/")
    for job, way in zip(sys.argv[2::2], sys.argv[3::2], strict=True):
        within = Path(sys.argv[1]) / f"{job}-{way}"
        within.mkdir()
        main(job, within, way)
