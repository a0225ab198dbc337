"""What ours did when it was last measured: a page of all classes need not be measured in one sitting, or on one machine."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from . import records
from .classes import Class, classes
from .report import Run
from .results import Row

PATH = Path(__file__).with_name("measured.json")


def save(run: Run) -> None:
    """Keep the rows of a run in place of older ones of the same instances."""
    everyone = _everyone()
    mine = everyone.setdefault(records.machine(), {"classes": {}})
    for name, rows in run.rows.items():
        c = run.classes[name]
        kept = mine["classes"].setdefault(name, {"warm": 0.0, "live": None, "rows": {}})
        kept["warm"] = run.warm.get(name, kept["warm"])
        kept["live"] = run.live.get(name, kept["live"])
        for row in rows:
            about = {"date": datetime.date.today().isoformat(), "sha": records.digest(row.instance)}
            kept["rows"][row.instance.name] = about | row.ours | {"trace": _at(c, row)}
    text = json.dumps(everyone, indent=0, ensure_ascii=False)
    PATH.write_text(text + "\n", encoding="utf-8")


def load() -> Run:
    """Of each class the machine that measured most of it and recorded most peers, the last of those; with its peers."""
    run, everyone = Run(), _everyone()
    peers = {where: records.load(where) for where in everyone}
    for name, c in classes().items():
        found = {where: _rows(c, of["classes"].get(name), peers[where]) for where, of in everyone.items()}
        where = max(found, key=lambda machine: _worth(found[machine]), default="")
        if not where or not found[where]:
            continue
        of = everyone[where]["classes"][name]
        run.classes[name], run.rows[name], run.warm[name], run.where[name] = c, found[where], of["warm"], where
        if of["live"] is not None:
            run.live[name] = of["live"]
    return run


def _worth(rows: list[Row]) -> tuple[int, int, str]:
    """What rows are better than others by: how many there are, how many have a peer beside, when they were measured."""
    return len(rows), sum(bool(r.peers) for r in rows), max((r.ours["date"] for r in rows), default="")


def _rows(c: Class, of: dict[str, Any] | None, peers: list[records.Record]) -> list[Row]:
    """What a machine did on a class, as far as its instances are still the same."""
    kept = of["rows"] if of else {}
    return [
        Row(i, found, records.find(peers, i))
        for i in c.instances
        if (found := kept.get(i.name)) and found["sha"] == records.digest(i)
    ]


def _at(c: Class, row: Row) -> list[Any]:
    """The one moment of the search that the class asks about."""
    at = [t for t in row.ours.get("trace", []) if t[0] <= (c.aim.at or c.limit)]
    return at[-1:]


def _everyone() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8")) if PATH.is_file() else {}
    return found
