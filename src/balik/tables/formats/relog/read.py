"""A file of RELOG as a case."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ....errors import Problems
from ....words import say
from .instance import Instance
from .new import read_new
from .old import read_old
from .parts import Notes, Part, load
from .rows import disposing, gas_measure, office, tables, works

Frames = dict[str, dict[str, list[object]]]


def read_relog(path: Path, problems: Problems) -> tuple[Frames, dict[str, Any]]:
    """The tables and settings of an instance; none where something of it is not understood, which is noted."""
    notes = Notes(problems, path.name)
    value = load(path, notes)
    settings = {"title": path.stem, "source": f"RELOG instance {path.name}", "currency": "USD", "period": "year",
                "finance": {"one_off": "once"}}  # fmt: skip
    if value is None:
        return {}, settings
    if not isinstance(value, dict) or not {"parameters", "products", "plants"} <= set(value):
        found = say("This JSON is no instance of RELOG: it lacks parameters, products or plants.")
        advice = say("RELOG (releases 0.5 to 0.7) is the only JSON that balik reads as a case.")
        notes.add("E601", "", found, advice)
        return {}, settings
    years = value["parameters"].get("time horizon (years)") if isinstance(value["parameters"], dict) else None
    if isinstance(years, bool) or not isinstance(years, (int, float)) or years != years // 1 or not 1 <= years <= 1000:
        found = say("The years of the horizon are not known: a number from 1 on is expected.")
        notes.add("E604", "parameters/time horizon (years)", found)
        return {}, settings
    root = Part(value, "", int(years), notes)
    instance = (read_new if "centers" in value else read_old)(root, int(years))
    _check_names(instance, notes)
    return ({}, settings) if problems.errors else (tables(instance), settings)


def _check_names(it: Instance, notes: Notes) -> None:
    """Labels must tell things apart: places, processes and measures that would bear one name."""
    plants = [p.name for p in it.plants]
    more = [f"{p.name} store" for p in it.plants if p.stores] + [office(c) for c in it.centers]
    more += [works(p) for p in it.plants if p.room > 0 and not it.recent]
    processes = [*dict.fromkeys(p.process for p in it.plants), "expand", *(disposing(p) for p in it.products)]
    kinds = ["center", "store", "office", "works", *dict.fromkeys(p.process for p in it.plants)]
    gases = {g for p in it.products.values() for g in p.gases} | {g for p in it.plants for g in p.gases}
    for names in (
        [c.name for c in it.centers] + plants + more,
        processes,
        kinds,
        sorted(gas_measure(g) for g in gases),
    ):
        for name in sorted(n for n, times in Counter(names).items() if times > 1):
            found = say("Two things would be called '{name}' in the tables.", name=name)
            notes.add("E608", "", found, say("Give one of them another name."))
