"""A plan out of the folder that `solve --out` wrote, judged anew before any number of it is shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..errors import CallError, Problem
from ..files import unpacked
from ..plan.plan import Plan
from ..plan.store import PLAN_FILE
from ..plan.verify import verify_folder
from ..plan.verify.folder import read_plan
from ..words import plain, say

#: What of plan.json stands in fields of a plan; the rest are its facts.
_FIELDS = (
    "case title scenario status currency period objective cost bound gap measures used totals seconds "
    "verified laws unique"
).split()
_OTHERS = ("ledger", "open", "broken", "problems", "versions", "sha256")


def kept_plan(folder: str | os.PathLike[str]) -> Plan:
    """The plan in a folder or zip, as `solve` wrote it. Raises CallError where it is none, or fails its verification."""
    if Path(folder).is_file():
        with unpacked(Path(folder), PLAN_FILE) as root:
            return _kept(root, folder)
    return _kept(Path(folder), folder)


def _kept(root: Path, folder: str | os.PathLike[str]) -> Plan:
    """`root`: where its files are; `folder`: where they are for the user."""
    data, columns, document = read_plan(root)
    fields: dict[str, Any] = {name: document.get(name) for name in _FIELDS if document.get(name) is not None}
    fields |= {
        "scenario": document.get("scenario"),
        "case": document.get("case", ""),
        "title": document.get("title", ""),
    }
    if fields.get("cost") is not None:
        verdict = verify_folder(root)
        if not verdict.ok:
            first = verdict.broken[0].told
            raise CallError(say("The plan in {folder} fails its verification: {first}", folder=folder, first=first))
        fields |= {"verified": True, "laws": verdict.laws}
    return Plan(
        **fields,
        accounts=document.get("ledger"),
        problems=[_problem(found) for found in document.get("problems", [])],
        columns={name: {c: list(v) for c, v in table.items()} for name, table in columns.items() if any(table.values())},
        tables=data.tables,
        facts={key: value for key, value in document.items() if key not in (*_FIELDS, *_OTHERS)},
    )  # fmt: skip


def _problem(found: dict[str, Any]) -> Problem:
    kept = {name: found.get(name) for name in ("file", "line", "column", "sheet", "cell")}
    return Problem(str(found["code"]), plain(str(found["found"])), plain(str(found.get("advice") or "")), **kept)
