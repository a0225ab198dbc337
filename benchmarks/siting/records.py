"""What peers did, once per machine: a file that grows, so that nothing recorded is run again."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from . import peers
from .classes import Class, Family, Instance, Trial
from .generators import sha
from .models import FORMS
from .networks import Coordinates

PATH = Path(__file__).with_name("records.json")
Record = dict[str, Any]


def machine() -> str:
    """What makes times comparable: system, processor, cores, memory."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        told = dict(line.split(":", 1) for line in info.read_text().split("\n\n")[0].splitlines() if ":" in line)
        told = {key.strip(): value.strip() for key, value in told.items()}
        model = " ".join(told.get(k, "") for k in ("model name", "cpu family", "model")).strip() or model
    try:
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (AttributeError, ValueError, OSError):
        memory = ""
    return f"{platform.system()} {platform.machine()}, {model}, {os.cpu_count()} cores{memory}"


def load(where: str | None = None) -> list[Record]:
    """All records of a machine, by default of this one."""
    if not PATH.is_file():
        return []
    where = where or machine()
    return [r for r in json.loads(PATH.read_text(encoding="utf-8")) if r["machine"] == where]


def add(record: Record) -> None:
    """Append to the file, in one step for whoever reads it meanwhile."""
    kept = json.loads(PATH.read_text(encoding="utf-8")) if PATH.is_file() else []
    lines = ",\n".join(json.dumps(r, ensure_ascii=False) for r in [*kept, record])
    new = PATH.with_suffix(".new")
    new.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    new.replace(PATH)


@cache
def digest(instance: Instance) -> str:
    """SHA-256 of an instance: a record of other arrays under the same name does not count."""
    return sha(instance.make())


def find(records: list[Record], instance: Instance, trial: Trial | None = None) -> list[Record]:
    """The records of an instance (of one peer and form)."""
    same = [r for r in records if r["instance"] == instance.name and (trial is None or (r["peer"], r["form"]) == trial)]
    return [r for r in same if r["sha"] == digest(instance)]


def _merit(r: Record) -> tuple[float, float]:
    """The least seconds are best, at the limit the least gap."""
    open_gap = 0.0
    if r["status"] != "optimal":
        plan, bound = r.get("incumbent"), r.get("bound")
        open_gap = float("inf") if plan is None or bound is None else (plan - bound) / max(1.0, abs(plan))
    return (r["cpu"] if r["status"] == "optimal" else peers.LIMIT, open_gap)


def todo(some: Sequence[Class], commercial: Sequence[str] = ()) -> Iterator[tuple[Instance, Trial]]:
    """What is not recorded yet, in the order of worth; what comes later depends on what was recorded meanwhile.

    Commercial peers are tried in both forms on the first of a family, and in their better one on the others.
    """
    for c in some:
        families = [family for family in c.families if family.scouts]
        paid = {peer: tuple((peer, form) for form in FORMS) for peer in commercial}
        for family in families:
            for trial in [*family.scouts, *(trial for forms in paid.values() for trial in forms)]:
                yield from _missing(family.instances[:1], trial)
        for family in families:
            kept = best(family, family.scouts, family.keep)
            for trial in [*kept, *(trial for forms in paid.values() for trial in best(family, forms, 1))]:
                yield from _missing(family.instances[1:], trial)


def best(family: Family, trials: Sequence[Trial], count: int) -> list[Trial]:
    """Those that did best on the first instance."""
    ranked = [(r["peer"], r["form"]) for r in sorted(find(load(), family.instances[0]), key=_merit)]
    return [trial for trial in ranked if trial in trials][:count]


def _missing(instances: Sequence[Instance], trial: Trial) -> Iterator[tuple[Instance, Trial]]:
    for instance in instances:
        if not find(load(), instance, trial):
            yield instance, trial


def enough(instance: Instance) -> float:
    """Seconds after which a peer cannot be the quickest any more: another has proven the instance in as many."""
    proven = [r["cpu"] for r in find(load(), instance) if r["status"] == "optimal" and r["peer"] in peers.PEERS]
    return min([peers.LIMIT, *proven])


def record(instance: Instance, trial: Trial, limit: float = peers.LIMIT) -> Record:
    """Run a peer on an instance and say what it did."""
    peer, form = trial
    problem = instance.make()
    assert not isinstance(problem, Coordinates), "peers need a matrix"
    found = peers.run(problem, peer, form, limit)
    about = {"machine": machine(), "instance": instance.name, "sha": digest(instance), "peer": peer}
    return about | {"version": peers.version(peer), "form": form} | found
