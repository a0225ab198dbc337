"""A plan folder: `plan.json`, one CSV for each table, and in `input/` the case as it was solved."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import CallError
from ...schema import PLAN
from ...tables import Data, read, type_tables
from ...words import say
from .judge import judge
from .verdict import TOLERANCE, Broken, Verdict


def read_plan(folder: str | os.PathLike[str]) -> tuple[Data, dict[str, dict[str, list[Any]]], dict[str, Any]]:
    """The case, the plan's tables and the document of a plan folder.

    Cells that are no number stay as they are written, so that the judge can name them. Raises CallError when the
    folder is no plan, InputError when the case in it is malformed.
    """
    root = Path(folder)
    document = _document(root)
    if not (root / "input").is_dir():
        raise CallError(say("{root}: the folder has no input/, the case that the plan is for.", root=root))
    tables = read(root / "input")
    data = type_tables(tables)
    tables.problems.stop_on_errors()
    plan = {name: _table(root / f"{name}.csv", name) for name in PLAN if (root / f"{name}.csv").is_file()}
    return data, plan, document


def verify_folder(folder: str | os.PathLike[str]) -> Verdict:
    """Judge the plan in a folder: the laws, and what plan.json claims of bound, gap, status and unchanged input."""
    data, plan, document = read_plan(folder)
    if document.get("status") in ("infeasible", "unbounded", "stopped"):
        return Verdict(
            1, [_fault("status", f"The folder holds no plan: the case is {document['status']}.")], None, None
        )
    verdict = judge(data, plan, document)
    faults = [*_proof_faults(document), *_changed_files(Path(folder), document)]
    return replace(verdict, laws=verdict.laws + 4, broken=[*verdict.broken, *faults])


def _proof_faults(document: dict[str, Any]) -> list[Broken]:
    """What the document says of status, bound and gap must fit its objective."""
    objective, bound, gap = (_number_of(document.get(k)) for k in ("objective", "bound", "gap"))
    out = []
    if document.get("status", "optimal") not in ("optimal", "feasible"):
        out.append(_fault("status", f"plan.json: status is {document.get('status')!r}, and here is a plan."))
    if document.get("verified") is False:
        out.append(_fault("status", "plan.json: the plan was written as not verified."))
    if objective is None or bound is None:
        return out
    scale = max(1.0, abs(objective))
    if bound > objective + TOLERANCE * scale:
        out.append(_fault("bound", f"plan.json: bound {bound:,} lies above the objective {objective:,}."))
    if gap is None or abs(gap - max(0.0, objective - bound) / scale) > TOLERANCE:
        out.append(
            _fault("gap", f"plan.json: gap is {gap!r}, and bound and objective give {(objective - bound) / scale:g}.")
        )
    return out


def _changed_files(root: Path, document: dict[str, Any]) -> list[Broken]:
    """What rests on nothing that the laws could judge: the bytes of input, prices and certificate must be those written."""
    digests = document.get("sha256")
    if not isinstance(digests, dict):
        return []  # a plan that was not written by balik claims nothing of its files
    found = {f"input/{p.name}" for p in (root / "input").iterdir() if p.is_file() and not p.name.startswith(".")}
    beside = {"prices.csv", "certificate.npz"}
    found |= beside & {p.name for p in root.iterdir()}
    kept = {name for name in digests if name.startswith("input/") or name in beside}
    out = []
    for name in sorted(found | kept):
        path = root / name
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        if digest is None or digest != digests.get(name):
            word = "is gone" if digest is None else "was changed" if name in digests else "was added"
            out.append(_fault("unchanged", f"{name} {word} since the plan was written."))
    return out


def _fault(law: str, sentence: str) -> Broken:
    return Broken(law, sentence.partition(":")[0], None, None, None, sentence)


def _number_of(value: Any) -> float | None:
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else None


def _document(root: Path) -> dict[str, Any]:
    path = root / "plan.json"
    if not path.is_file():
        raise CallError(say("{root}: no plan.json. Give the folder that solve --out wrote.", root=root))
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CallError(say("{path} cannot be read: {error}.", path=path, error=str(error))) from None
    if not isinstance(document, dict):
        raise CallError(say("{path} is no document of a plan.", path=path))
    return document


def _table(path: Path, name: str) -> dict[str, list[Any]]:
    """One table: numbers as floats where they are numbers, everything else as written."""
    columns = PLAN[name].columns
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if any(row)]
    if not rows:
        return {}
    out: dict[str, list[Any]] = {}
    for at, header in enumerate(rows[0]):
        cells: list[Any] = [row[at] if at < len(row) else "" for row in rows[1:]]
        out[header] = [_number(cell) for cell in cells] if header in columns and columns[header].is_number else cells
    return out


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell
