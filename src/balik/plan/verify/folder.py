"""A plan folder: `plan.json`, one CSV for each table, and in `input/` the case as it was solved."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import CallError
from ...schema import PLAN
from ...tables import Data, read, type_tables
from ...tables.fits import CaseUnits
from ...tables.formats.large import LARGE, read_large
from ...tables.table import Floats
from ...words import Sentence, say
from .judge import judge
from .seal import CERTIFICATE_FILE, judge_seal, seal_of
from .shapes import FIGURES
from .verdict import TOLERANCE, Broken, Verdict

#: What may show a bound.
_HOW = ("lp", "tree", "part", "root", "claim")


def read_plan(folder: str | os.PathLike[str]) -> tuple[Data, dict[str, dict[str, list[Any]]], dict[str, Any]]:
    """The case, the plan's tables and the document of a plan folder.

    Cells that are no number stay as they are written, so that the judge can name them. Raises CallError when the
    folder is no plan, InputError when the case in it is malformed.
    """
    opened = open_folder(Path(folder))
    plan = {name: {c: _listed(cells) for c, cells in table.items()} for name, table in opened.tables.items()}
    return opened.data, plan, opened.document


def _listed(cells: Sequence[Any]) -> list[Any]:
    """The cells of a column; of a long one of numbers its floats, and its blanks."""
    return ["" if v != v else v for v in cells.values.tolist()] if isinstance(cells, Floats) else list(cells)


@dataclass(frozen=True)
class Opened:
    """What a plan folder holds: the case, the plan's tables, of which large ones are kept as they are read, the document."""

    data: Data
    tables: dict[str, dict[str, Sequence[Any]]]
    document: dict[str, Any]


def open_folder(root: Path) -> Opened:
    """Read a plan folder; raises what `read_plan` does."""
    document = _document(root)
    if not (root / "input").is_dir():
        raise CallError(say("{root}: the folder has no input/, the case that the plan is for.", root=root))
    tables = read(root / "input")
    data = type_tables(tables)
    tables.problems.stop_on_errors()
    plan = {name: _table(root / f"{name}.csv", name) for name in PLAN if (root / f"{name}.csv").is_file()}
    return Opened(data, plan, document)


def verify_folder(folder: str | os.PathLike[str], opened: Opened | None = None) -> Verdict:
    """Judge the plan in a folder: the laws, what plan.json claims of bound, gap and status, and the seal.

    A plan whose seal is broken is judged like any other; what was changed is one more broken law. `opened`: what it
    holds, where that is read already.
    """
    opened = open_folder(Path(folder)) if opened is None else opened
    document = opened.document
    unsealed, said = judge_seal(Path(folder), document)
    seal = seal_of(Path(folder)) if "sha256" in document and not unsealed else None
    if document.get("status") in ("infeasible", "unbounded", "stopped"):
        told = say("The folder holds no plan: the case is {status}.", status=document["status"])
        none = _fault("status", told)
        return Verdict(1, [none, *unsealed], None, None, seal=seal, said=said)
    verdict = judge(opened.data, opened.tables, document)
    digests = document.get("sha256")  # of one that is gone the seal says so
    certified = (Path(folder) / CERTIFICATE_FILE).is_file() or (
        isinstance(digests, dict) and CERTIFICATE_FILE in digests
    )
    broken = [
        *verdict.broken, *_bound_faults(document), *_proof_faults(document, certified), *_missing(document, verdict), *unsealed,
    ]  # fmt: skip
    return replace(verdict, laws=verdict.laws + 4, broken=broken, seal=seal, said=said)


def _missing(document: dict[str, Any], verdict: Verdict) -> list[Broken]:
    """Figures that a document of balik's own always has, and this one has not."""
    if "sha256" not in document:
        return []  # a plan that was not written by balik claims what it names
    lacking = [name for name in FIGURES if name not in document]
    told = document.get("measures")
    lacking += [f"measures.{name}" for name in verdict.measures if isinstance(told, dict) and name not in told]
    return [_fault("document", say("plan.json: {name} is missing.", name=name)) for name in lacking]


def _bound_faults(document: dict[str, Any]) -> list[Broken]:
    """What the document says of status, bound and gap must fit its objective."""
    objective, bound, gap = (_number_of(document.get(k)) for k in ("objective", "bound", "gap"))
    out = []
    if document.get("status", "optimal") not in ("optimal", "feasible"):
        claim = say("plan.json: status is {status!r}, and here is a plan.", status=document.get("status"))
        out.append(_fault("status", claim))
    if document.get("verified", True) is not True:
        out.append(_fault("status", say("plan.json: the plan was written as not verified.")))
    if bound is None and (
        document.get("bound") is not None or (document.get("status"), "bound" in document) == ("optimal", True)
    ):
        none = say("plan.json: {what} is {said!r}, which is no finite number.", what="bound", said=document["bound"])
        out.append(_fault("bound", none))
    if objective is None or bound is None:
        return out
    scale = max(1.0, abs(objective))
    if bound > objective + TOLERANCE * scale:
        above = say("plan.json: bound {bound:,} lies above the objective {objective:,}.", bound=bound, objective=objective)
        out.append(_fault("bound", above))
    if gap is None or abs(gap - max(0.0, objective - bound) / scale) > TOLERANCE:
        other = say("plan.json: gap is {gap!r}, and bound and objective give {found:g}.",
                    gap=gap, found=(objective - bound) / scale)  # fmt: skip
        out.append(_fault("gap", other))
    options = document.get("options")
    asked = _number_of(options.get("gap")) if isinstance(options, dict) else None
    if document.get("status") == "optimal" and asked is not None and objective - bound > (asked + TOLERANCE) * scale:
        wide = say("plan.json: status is 'optimal', and the gap is above the {asked:g} asked for.", asked=asked)
        out.append(_fault("status", wide))
    return out


def _proof_faults(document: dict[str, Any], certified: bool) -> list[Broken]:
    """What the document says of its proof must say something: whether it is shown is gone through where it is `certified`."""
    proof = document.get("proof")
    if proof is None:
        return []
    if not isinstance(proof, dict) or proof.get("how") not in _HOW:
        told = say("plan.json: proof is {proof!r:.60}, which does not say how the bound is shown.", proof=proof)
        return [_fault("proof", told)]
    bound, gap = proof.get("bound"), proof.get("gap")
    if any(x is not None and _number_of(x) is None for x in (bound, gap)):
        told = say("plan.json: proof is {proof!r:.120}, of which bound or gap is no finite number.", proof=proof)
        return [_fault("proof", told)]
    if (proof["how"] == "claim") != (bound is None) or (bound is None) != (gap is None):
        told = say("plan.json: proof is {proof!r:.120}, which does not say what is shown of the bound.", proof=proof)
        return [_fault("proof", told)]
    if proof["how"] != "claim" and not certified:
        return [_fault("proof", say("plan.json: proof says that a bound is shown, and there is no certificate."))]
    return []


def _fault(law: str, sentence: Sentence) -> Broken:
    return Broken(law, sentence.partition(":")[0], None, None, None, sentence)


def _number_of(value: Any) -> float | None:
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else None


def _document(root: Path) -> dict[str, Any]:
    path = root / "plan.json"
    if not path.is_file():
        raise CallError(say("{root}: no plan.json. Give the folder that solve --out wrote.", root=root))
    try:
        document = json.loads(path.read_text(encoding="utf-8"), parse_int=_whole, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise CallError(say("{path} cannot be read: {error}.", path=path, error=str(error))) from None
    if not isinstance(document, dict):
        raise CallError(say("{path} is no document of a plan.", path=path))
    return document


def _whole(digits: str) -> int | float:
    """A whole number of JSON; one that is beyond all floats is infinite."""
    return int(digits) if len(digits) < 300 else float(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a document; a key that stands there twice is a fault, as readers differ in which they take."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"'{next(key for key in keys if keys.count(key) > 1)}' stands there twice")
    return found


def _table(path: Path, name: str) -> dict[str, Sequence[Any]]:
    """One table: numbers as floats where they are numbers, everything else as written."""
    columns = PLAN[name].columns
    if (
        path.stat().st_size > LARGE
        and (large := read_large(path.read_bytes(), name, PLAN[name], CaseUnits())) is not None
    ):
        return dict(large.columns)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if any(row)]
        _check_rows(rows)
    except (csv.Error, ValueError) as error:
        raise CallError(say("{path} cannot be read: {error}.", path=path, error=str(error))) from None
    if not rows:
        return {}
    out: dict[str, Sequence[Any]] = {}
    for at, header in enumerate(rows[0]):
        cells: list[Any] = [row[at] if at < len(row) else "" for row in rows[1:]]
        out[header] = [_number(cell) for cell in cells] if header in columns and columns[header].is_number else cells
    return out


def _check_rows(rows: list[list[str]]) -> None:
    """Raises ValueError where a column stands there twice, or a cell under no column: it may be read otherwise.

    Blank columns, as spreadsheets leave them, are none.
    """
    header = rows[0] if rows else []
    if twice := [name for at, name in enumerate(header) if name and name in header[:at]]:
        raise ValueError(f"the column '{twice[0]}' stands there twice")
    nameless = [at for at, name in enumerate(header) if not name]
    for number, row in enumerate(rows):
        if any(row[len(header) :]) or any(row[at] for at in nameless if at < len(row)):
            raise ValueError(f"row {number} has a cell under no column")


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell
