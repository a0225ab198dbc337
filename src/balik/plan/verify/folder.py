"""A plan folder: `plan.json`, one CSV for each table, and in `input/` the case as it was solved."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

from ...errors import CallError
from ...schema import PLAN
from ...tables import Data, read, type_tables
from .judge import judge
from .verdict import Verdict


def read_plan(folder: str | os.PathLike[str]) -> tuple[Data, dict[str, dict[str, list[Any]]], dict[str, Any]]:
    """The case, the plan's tables and the document of a plan folder.

    Cells that are no number stay as they are written, so that the judge can name them. Raises CallError when the
    folder is no plan, InputError when the case in it is malformed.
    """
    root = Path(folder)
    document = _document(root)
    if not (root / "input").is_dir():
        raise CallError(f"{root}: the folder has no input/, the case that the plan is for.")
    tables = read(root / "input")
    data = type_tables(tables)
    tables.problems.stop_on_errors()
    plan = {name: _table(root / f"{name}.csv", name) for name in PLAN if (root / f"{name}.csv").is_file()}
    return data, plan, document


def verify_folder(folder: str | os.PathLike[str]) -> Verdict:
    """Judge the plan in a folder."""
    return judge(*read_plan(folder))


def _document(root: Path) -> dict[str, Any]:
    path = root / "plan.json"
    if not path.is_file():
        raise CallError(f"{root}: no plan.json. Give the folder that solve --out wrote.")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CallError(f"{path} cannot be read: {error}.") from None
    if not isinstance(document, dict):
        raise CallError(f"{path} is no document of a plan.")
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
