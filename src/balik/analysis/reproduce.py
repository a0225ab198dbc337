"""Published figures beside ours, each with a verdict that is checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..api import Case, Prepared, options_of, prepare, solve_prepared
from ..errors import InputError, Problem
from ..model.limits import quantity_in_scope
from ..network.expected import expected_rows, expected_unit
from ..network.network import LimitRow, Network
from ..plan.decode import tidy
from ..plan.plan import Plan
from ..words import say
from .study import Study


def reproduce(case: Case = "all", settings: Mapping[str, Any] | None = None, **options: Any) -> Study:
    """Every row of the case's `expected`, with our value and whether its verdict holds; 'all': every bundled case.

    reproduced: we find the printed value within the tolerance. misprint, not_derivable: the data do not give it, and
    our value differs. infeasible: no plan exists there. not_unique: one optimum of many, so it is not compared.

    >>> import balik
    >>> study = balik.reproduce("jerigen-padang")
    >>> study.ok, len(study.rows)
    (True, 48)
    """
    if isinstance(case, str) and case == "all":
        from ..copies import cases

        studies = [reproduce(name, **options) for name in cases()]
        return Study(
            "reproduce", "all", studies[0].currency if studies else "", [r for s in studies for r in s.rows],
            [f for s in studies for f in s.findings], all(s.ok for s in studies),
        )  # fmt: skip
    base = prepare(case, settings=settings)
    frame = base.data["expected"]
    name = base.tables.name
    if not len(frame):
        problem = Problem(
            "E371", say("The case has no table expected."), say("Add expected.csv with printed figures."), file=name
        )
        raise InputError([problem])
    solved: dict[str | None, tuple[Prepared, Plan, np.ndarray | None]] = {}
    rows = []
    for row in range(len(frame)):
        scenario = frame.text["scenario"][row] or None
        if scenario not in solved:
            solved[scenario] = _solved(case, scenario, settings, options)
        rows.append(_row(name, frame, row, *solved[scenario]))
    findings = [f"{r['case']} {r['spot']}: {r['quantity']} {r['finding']}" for r in rows if not r["holds"]]
    broken = [f"{name} {plan.scenario or 'base'}: {b}" for _, plan, _ in solved.values() for b in plan.broken]
    return Study("reproduce", name, base.tables.currency, rows, findings + broken, not findings and not broken)


def _solved(
    case: Case, scenario: str | None, settings: Mapping[str, Any] | None, options: dict[str, Any]
) -> tuple[Prepared, Plan, np.ndarray | None]:
    prepared = prepare(case, scenario, settings=settings)
    plan, result = solve_prepared(prepared, options_of(prepared.tables, **options))
    return prepared, plan, tidy(prepared.model, result.x) if result.x is not None and plan.verified else None


def _row(name: str, frame: Any, row: int, prepared: Prepared, plan: Plan, x: np.ndarray | None) -> dict[str, Any]:
    printed, verdict = float(frame.number["value"][row]), frame.text["verdict"][row]
    tolerance = float(frame.number["tolerance"][row])
    if math.isnan(tolerance):
        tolerance = half_of_last_digit(frame.table.cell(row, "value"))
    ours = None if x is None else _ours(prepared, row, plan, x)
    holds, finding = judge(verdict, printed, tolerance, ours, plan)
    table = frame.table
    scope = {c: frame.text[c][row] for c in frame.schema.scopes if frame.text[c][row]}
    return {
        "case": name,
        "spot": frame.spot(row),
        "scenario": plan.scenario,
        "quantity": frame.text["quantity"][row],
        "scope": scope,
        "printed": None if math.isnan(printed) else printed,
        "ours": None if ours is None else round(ours, 9) + 0.0,
        "unit": frame.text["unit"][row],
        "verdict": verdict,
        "holds": holds,
        "finding": finding,
        "source": table.cell(row, "source"),
        "note": table.cell(row, "note"),
    }


def _ours(prepared: Prepared, row: int, plan: Plan, x: np.ndarray) -> float | None:
    problems_before = len(prepared.tables.problems)
    limit = expected_rows(prepared.data, prepared.network, row)
    if limit is None:
        raise InputError(list(prepared.tables.problems)[problems_before:])
    if limit.quantity == "use":  # has a variable only where a limit counts it
        return float(len(used_in_scope(prepared.network, limit, plan.used)))
    unit, times = expected_unit(prepared.data, prepared.network, row)
    return quantity_in_scope(prepared.network, prepared.model.variables, limit, unit, x) / times


def used_in_scope(n: Network, row: LimitRow, used: list[str]) -> list[str]:
    """Those of the used places that lie in the scope of a row."""
    kept = set(used)
    for column, codes in row.scope.items():
        if column == "place":
            kept &= {n.labels["place"][c] for c in codes}
        elif column == "kind":
            kept &= {p for i, p in enumerate(n.labels["place"]) if n.kind[i] in codes}
        else:
            kept &= {n.labels["place"][i] for c in codes for i in n.group_places[n.labels["group"][c]]}
    return sorted(kept)


def half_of_last_digit(text: str) -> float:
    """Half a unit of the last printed digit: 0.5 for 471319, 0.005 for 6.70."""
    _, _, decimals = text.partition(".")
    return 0.5 * 10.0 ** -len(decimals) if decimals.isdigit() or not decimals else 0.0


def judge(verdict: str, printed: float, tolerance: float, ours: float | None, plan: Plan) -> tuple[bool, str]:
    """Whether the verdict holds, and a sentence."""
    if verdict == "infeasible":
        said = "" if math.isnan(printed) else f"; printed {printed:,.10g}"
        return plan.status == "infeasible", f"no plan exists ({plan.status}){said}"
    if ours is None:
        return False, f"no plan to compare with ({plan.status})"
    same = abs(ours - printed) <= tolerance * (1 + 1e-9)
    if verdict == "not_unique":
        return plan.unique is not True, "one optimum of many" if plan.unique is not True else "the optimum is unique"
    if verdict == "reproduced":
        return same, "reproduced" if same else f"printed {printed:,.10g}, ours {ours:,.10g}"
    words = {"misprint": "misprint", "not_derivable": "not derivable from the data given"}
    return not same, words[verdict] if not same else "the printed value is found, so the verdict is wrong"
