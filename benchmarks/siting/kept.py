"""What ours did when it was last measured on this machine: a page of all classes need not be measured in one sitting."""

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
    mine = everyone.setdefault(records.machine(), {"cold": None, "classes": {}})
    mine["cold"] = run.cold or mine["cold"]
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
    """All that is kept of this machine, beside the peers as they are recorded now."""
    run, peers = Run(), records.load()
    mine = _everyone().get(records.machine(), {"cold": None, "classes": {}})
    run.cold = mine["cold"]
    for name, c in classes().items():
        kept = mine["classes"].get(name, {"rows": {}})
        rows = [
            Row(i, found, records.find(peers, i))
            for i in c.instances
            if (found := kept["rows"].get(i.name)) and found["sha"] == records.digest(i)
        ]
        if rows:
            run.classes[name], run.rows[name], run.warm[name] = c, rows, kept["warm"]
            if kept["live"] is not None:
                run.live[name] = kept["live"]
    return run


def _at(c: Class, row: Row) -> list[Any]:
    """The one moment of the search that the class asks about."""
    at = [t for t in row.ours.get("trace", []) if t[0] <= (c.aim.at or c.limit)]
    return at[-1:]


def _everyone() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8")) if PATH.is_file() else {}
    return found
