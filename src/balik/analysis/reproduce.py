"""Published figures beside ours, each with the verdict that the case states and the one that is found; then the audit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from ..api import Case, Prepared, prepare
from ..errors import InputError, Problem
from ..network.network import LimitRow, Network
from ..plan.plan import Plan
from ..views.terms import status_name
from ..words import Sentence, say
from .audit.case import audited, solved_case
from .audit.figures import cell, printed_row, verdicts
from .audit.finding import Finding
from .audit.printed import Printed, limit_row, value_of
from .audit.solved import Solved
from .audit.verdicts import Found
from .stopping import as_a_whole
from .study import Study, status_among


@dataclass(frozen=True)
class Reproduction(Study):
    """Figures with their verdicts; `beside` is what the audit of the case finds beside them."""

    beside: list[Finding] = field(default_factory=list)

    def document(self, language: str = "en") -> dict[str, Any]:
        """The study as JSON."""
        told = self.into(language)
        return Study.document(told) | {"beside": [f.document(language) for f in self.beside]}


@as_a_whole()
def reproduce(case: Case = "all", settings: Mapping[str, Any] | None = None, **options: Any) -> Reproduction:
    """Every row of the case's `expected`, with our value and whether its verdict holds; 'all': every bundled case.

    reproduced: we find the printed value within the tolerance. misprint, not_derivable: the data do not give it, and
    our value differs. infeasible: no plan exists there. not_unique: one optimum of many, so it is not compared.
    `found` is the verdict found without looking at the stated one, `implied` the value that the other printed figures
    (else the tables) imply, `why` the arithmetic. `beside`: findings of the audit, which see; none of 'all'.

    >>> import balik
    >>> study = balik.reproduce("jerigen-padang")
    >>> study.ok, len(study.rows), {r["verdict"] == r["found"] for r in study.rows}
    (True, 48, {True})
    """
    if isinstance(case, str) and case == "all":
        from ..copies import cases

        studies = [figures_of(name, None, options)[0] for name in cases()]
        return Reproduction(
            "reproduce", "all", studies[0].currency if studies else "", [r for s in studies for r in s.rows],
            [f for s in studies for f in s.findings], all(s.ok for s in studies),
        )  # fmt: skip
    study, solved = figures_of(case, settings, options)
    return replace(study, beside=audited(solved, case, settings))


def figures_of(
    case: Case, settings: Mapping[str, Any] | None, options: Mapping[str, Any]
) -> tuple[Reproduction, list[Solved]]:
    """The figures of a case with their verdicts, without the audit; and the scenarios that were solved for them."""
    base = solved_base(case, settings, options)
    frame, name = base.data["expected"], base.data.tables.name
    solved: dict[str | None, Solved] = {None: base}
    figures = []
    for row in range(len(frame)):
        scenario = frame.text["scenario"][row] or None
        if scenario not in solved:
            solved[scenario] = solved_case(case, scenario, settings, options, base)
        figures.append(_figure(solved[scenario], row))
    found = verdicts(figures, solved)
    rows = [_row(name, frame, one, f, solved[one.scenario].plan) for one, f in zip(figures, found, strict=True)]
    findings: list[str] = [
        say("{spot}: {quantity} {finding}", spot=f"{r['case']} {r['spot']}", quantity=r["quantity"], finding=r["finding"])
        for r in rows
        if not r["holds"]
    ]
    findings += [
        say("{case} {scenario}: {fault}", case=name, scenario=s.plan.scenario or say("base"), fault=fault)
        for s in solved.values()
        for fault in s.plan.broken
    ]
    status = status_among(s.plan.status for s in solved.values())  # that none exists may be what was printed
    study = Reproduction("reproduce", name, base.data.tables.currency, rows, findings, not findings,
                         status="stopped" if status == "stopped" else "optimal")  # fmt: skip
    return study, list(solved.values())


def solved_base(case: Case, settings: Mapping[str, Any] | None, options: Mapping[str, Any]) -> Solved:
    """The base of a case that has printed figures, solved."""
    tables = prepare(case, settings=settings).tables
    if "expected" not in tables:
        problem = Problem(
            "E371",
            say("The case has no table expected."),
            say("Add expected.csv with printed figures."),
            file=tables.name,
        )
        raise InputError([problem])
    return solved_case(case, None, settings, options)


def _figure(s: Solved, row: int) -> Printed:
    frame = s.data["expected"]
    tolerance = float(frame.number["tolerance"][row])
    if math.isnan(tolerance):
        tolerance = half_of_last_digit(cell(frame, row, "value"))
    known = s.x is not None and s.plan.status == "optimal"  # another plan than the best has other figures
    return printed_row(s, row, _ours(s.prepared, row, s.plan, s) if known else None, tolerance)


def _row(name: str, frame: Any, one: Printed, found: Found, plan: Plan) -> dict[str, Any]:
    holds, finding = judge(one.verdict, one.value, one.tolerance, one.ours, plan)
    return {
        "case": name,
        "spot": one.spot,
        "scenario": one.scenario,
        "quantity": one.quantity,
        "scope": one.scope,
        "printed": None if math.isnan(one.value) else one.value,
        "ours": None if one.ours is None else round(one.ours, 9) + 0.0,
        "unit": frame.text["unit"][one.row],
        "verdict": one.verdict,
        "holds": holds,
        "finding": finding,
        "found": found.verdict,
        "implied": None if found.implied is None else round(found.implied, 9) + 0.0,
        "why": found.why,
        "published": not one.ours_only,
        "source": one.source,
        "note": cell(frame, one.row, "note"),
    }


def _ours(prepared: Prepared, row: int, plan: Plan, s: Solved) -> float:
    before = len(prepared.tables.problems)
    limit = limit_row(prepared, row)
    if limit is None:
        raise InputError(list(prepared.tables.problems)[before:])
    if limit.quantity == "use":  # has a variable only where a limit counts it
        return float(len(used_in_scope(prepared.network, limit, plan.used)))
    assert s.x is not None
    return value_of(prepared, row, limit, s.x)


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
    """Half a unit of the last printed digit: 0.5 for 471319, 0.005 for 6.70, 50 for 2.1e3; 0 for a fraction."""
    try:
        exponent = Decimal(text).as_tuple().exponent
    except InvalidOperation:
        return 0.0
    return float(f"0.5e{exponent}") if isinstance(exponent, int) else 0.0


def judge(verdict: str, printed: float, tolerance: float, ours: float | None, plan: Plan) -> tuple[bool, Sentence]:
    """Whether the stated verdict holds, and a sentence."""
    status = status_name(plan.status)
    if verdict == "infeasible" and plan.status in ("optimal", "feasible"):
        return False, say("a plan exists")
    if verdict == plan.status == "infeasible":
        none = say("no plan exists ({status})", status=status)
        return True, none if math.isnan(printed) else say("{none}; printed {printed:,.10g}", none=none, printed=printed)
    if ours is None and plan.has_numbers:
        return False, say("the plan is not proved to be the best, so it is not compared")
    if ours is None and plan.status == "stopped":
        return False, say("the search was stopped before a plan was found, so it is not compared")
    if ours is None:
        return False, say("no plan to compare with ({status})", status=status)
    same = abs(ours - printed) <= tolerance * (1 + 1e-9)
    if verdict == "not_unique":
        many = plan.unique is not True
        return many, say("one optimum of many") if many else say("the optimum is unique")
    if verdict == "reproduced":
        differ = say("printed {printed:,.10g}, ours {ours:,.10g}", printed=printed, ours=ours)
        return same, say("reproduced") if same else differ
    words = {"misprint": say("misprint"), "not_derivable": say("not derivable from the data given")}
    return not same, words[verdict] if not same else say("the printed value is found, so the verdict is wrong")
