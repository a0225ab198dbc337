"""A plan as sheets of the user's own workbook."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from ..errors import CallError
from ..plan.plan import Plan
from ..plan.store import versions
from ..schema import PLAN
from ..tables import find_case
from ..tables.formats.as_written import write_folder
from ..tables.formats.workbook import BOOKS
from ..views.terms import ledger_unit
from ..words import Sentence, said, say, sentences, spoken
from ..workbook.paint import name_of
from ..workbook.results import MARK, Cell, Formula, ResultSheet, add_results
from ..workbook.saving import put_aside, save


def source_of(case: Any, out: Path) -> Path:
    """The folder or workbook of a case; raises CallError where it cannot be given back as the workbook `out`."""
    if not isinstance(case, (str, os.PathLike)):
        raise CallError(say("Only a folder or a workbook can be given back with its plan, not data frames."))
    source = find_case(case)
    if source.is_file() and source.suffix.lower() not in BOOKS:
        raise CallError(say("Only a folder or a workbook can be given back with its plan, not {path}.", path=source))
    own = source.suffix.lower() if source.is_file() else BOOKS[0]
    if out.suffix.lower() != own:
        raise CallError(say("The workbook with the plan must end in {suffix}.", suffix=own))
    return source


def give_back(source: Path, plan: Plan, out: Path) -> list[Sentence]:
    """Write a case as a workbook with the plan's tables on sheets of their own; returns what to say of where it is.

    A workbook is given back as it is, with the sheets added; a folder is written as one. Without a plan nothing is
    written. Nothing is overwritten: where `out` is taken, the result goes to the next free name.
    """
    if not plan.has_numbers:
        return []
    sheets = sheets_of(plan)
    if source.is_file():
        path = save(out, lambda beside: add_results(source, beside, sheets))
    else:
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / f"{source.name or 'case'}.xlsx"
            write_folder(source, written)
            path = save(out, lambda beside: add_results(written, beside, sheets))
    aside = put_aside(out, path)
    return [sentences(aside, say("The workbook with the plan is {path}.", path=path))] if aside else []


def sheets_of(plan: Plan) -> list[ResultSheet]:
    """The summary, then every answer table that has rows; the ledger multiplies and adds up by formulas."""
    title = f"{MARK}: {plan.case}" + (f" ({plan.scenario})" if plan.scenario else "")
    tables = [
        ResultSheet(f"_{name}", title, _heads(name, plan), _rows(name, columns))
        for name, columns in _told(plan).items()
        if name in PLAN and columns and len(next(iter(columns.values())))
    ]
    heads = said([say("what"), say("value")], spoken())
    return [ResultSheet("_plan", title, heads, _summary(plan)), *tables]


def _told(plan: Plan) -> dict[str, Any]:
    """The tables of the plan, the units of the ledger in the language that is spoken."""
    tables = dict(plan.columns)
    if ledger := tables.get("ledger"):
        units = said([ledger_unit(str(unit), plan.currency) for unit in ledger["unit"]], spoken())
        tables["ledger"] = {**ledger, "unit": units}
    return tables


def _heads(name: str, plan: Plan) -> list[str]:
    """Headers with their units, in the language that is spoken."""
    columns = PLAN[name].columns
    units = {c: column.unit.replace("money", plan.currency) for c, column in columns.items()}
    own = {c: column.indonesian if spoken() == "id" else c for c, column in columns.items()}
    return [f"{own.get(c) or c} [{units[c]}]" if units.get(c) else own.get(c) or c for c in plan.columns[name]]


def _rows(name: str, columns: Any) -> list[list[Cell]]:
    rows: list[list[Cell]] = [list(row) for row in zip(*columns.values(), strict=True)]
    if name == "ledger":
        names = list(columns)
        amount, rate, cost = (names.index(c) for c in ("amount", "rate", "cost"))
        for at, row in enumerate(rows, 3):
            value = row[cost]
            if isinstance(value, (int, float)):
                row[cost] = Formula(f"{name_of((at, amount + 1))}*{name_of((at, rate + 1))}", float(value))
    return rows


def _summary(plan: Plan) -> list[list[Cell]]:
    """Status, proof and money; the cost also as the sum of the ledger's formulas."""
    document = plan.document()
    names = {
        "status": say("status"), "objective": say("objective"), "cost": say("cost"), "bound": say("bound"), "gap": say("gap"),
        "currency": say("currency"), "period": say("period"), "scenario": say("scenario"), "verified": say("verified"),
        "laws": say("laws"), "unique": say("unique"),
    }  # fmt: skip
    rows: list[list[Any]] = [[told, document[name]] for name, told in names.items()]
    ledger = plan.columns.get("ledger")
    if ledger and len(ledger["cost"]):
        at = list(ledger).index("cost") + 1
        last = len(ledger["cost"]) + 2
        column = f"{name_of((3, at))}:{name_of((last, at))}"
        rows.append([say("cost: sum of _ledger"), Formula(f"SUM('_ledger'!{column})", float(plan.cost or 0.0))])
    rows += [[say("ledger: {name}", name=account), value] for account, value in (document["ledger"] or {}).items()]
    rows += [[say("measure: {name}", name=name), value] for name, value in document["measures"].items()]
    rows += [[say("site used"), place] for place in document["used"]]
    rows += [[say("version: {name}", name=name), str(version)] for name, version in versions().items()]
    return [said(row, spoken()) for row in rows]
