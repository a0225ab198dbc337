"""Scenarios side by side, each solved and verified."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..api import Case
from ..errors import listed
from ..plan.baseline import distrust
from ..plan.plan import Plan
from ..tables import read
from ..tables.case import NO_SCENARIOS, no_scenario
from ..views.terms import status_name
from ..words import Sentence, say
from .compared import loosely
from .differences import differences, in_words
from .many import Jobs, Many, Solver
from .study import Study, Work, status_among

#: A gap that floating point cannot tell from none: what is left of it hangs on who proved the plan, a search or others.
_NONE = 1e-9

BASE, TODAY = NO_SCENARIOS


def compare(
    case: Case,
    scenarios: Sequence[str] = (),
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> Study:
    """The base and the named scenarios (without names: all of them) side by side.

    Rows: scenario, status, cost, change against the base, accounts, measures, goals, sites used, and `differences` by
    account, site and flow, also in words. Differences in cost are between proved optima only as far
    as the gap says. With a table baseline the first row is today's plan, and every
    row has its saving against it; a finding warns where today's plan is too far from the invoices.

    >>> import balik
    >>> study = balik.compare("jerigen-padang", ["biaya-plus-10", "biaya-plus-20"])
    >>> [(r["scenario"], r["status"], r["cost"]) for r in study.rows]
    [('base', 'optimal', 8161000.0), ('biaya-plus-10', 'optimal', 8977100.0), ('biaya-plus-20', 'infeasible', None)]
    """
    start = time.perf_counter()
    tables, jobs = read(case, None, set, settings), Jobs.taken(options)
    sets = tables.sets
    known, has_today = tables.scenarios, "baseline" in tables
    for name in scenarios:
        if name not in known:
            raise no_scenario(name, known, tables.name)
    asks: list[tuple[Any, ...]] = [(name, sets) for name in (None, *(scenarios or known))]
    as_today: list[tuple[Any, ...]] = [(None, sets, "baseline"), (None, (), "baseline")] if has_today else []
    with Many("compare", Solver, case, (settings, options), jobs, settings) as many:
        answers = many.map("plan", [*asks, *as_today])
    plans = answers[: len(asks)]
    base = plans[0]
    rows = [row_of(plan, base) for plan in plans]
    for row, plan in zip(rows[1:], plans[1:], strict=True):
        if plan.has_numbers and base.has_numbers:
            found = differences(plan, base)
            row["differences"] = found | {"words": in_words(row["scenario"], found, plan, base, tables)}
    if has_today:
        today, as_paid = answers[len(asks) :]
        plans.append(today)
        rows = [row_of(today, base) | {"scenario": TODAY}, *rows]
        _add_savings(rows, today.cost)
        doubts = _doubts(today, as_paid)
    else:
        doubts = []
    findings: list[str] = [*doubts]
    findings += [_without(plan) for plan in answers[: len(asks)] if plan.status in ("infeasible", "unbounded")]
    findings += loosely(plans)
    ok = all(plan.verified or not plan.columns for plan in plans) and not any(plan.broken for plan in plans)
    varied = say("what sets scenarios apart: {names}", names=listed([_name(row["scenario"]) for row in rows]))
    unsaid = say("how likely each of them is, or what happens between them")
    work = Work.of(varied, [plan.status for plan in answers], start, unsaid)
    status = status_among(plan.status for plan in plans)
    return Study("compare", base.case, base.currency, rows, findings, ok, status=status, work=work)


def _without(plan: Plan) -> Sentence:
    """A scenario without a plan, and the call that says why."""
    status = status_name(plan.status)
    if plan.scenario is None:
        return say("{scenario}: no plan ({status}); ask explain.", scenario=say("base"), status=status)
    return say("{scenario}: no plan ({status}); ask explain --scenario {typed}.", scenario=plan.scenario, status=status,
               typed=shlex.quote(plan.scenario))  # fmt: skip


def _name(scenario: str) -> str:
    """A scenario as it is called; the two that are no user's own in words."""
    return {BASE: say("base"), TODAY: say("baseline (today)")}.get(scenario, scenario)


def _add_savings(rows: list[dict[str, Any]], today: float | None) -> None:
    """What each plan saves against today's."""
    for row in rows:
        known = today is not None and row["cost"] is not None
        row["saving"] = round(today - row["cost"], 6) + 0.0 if known else None
        row["saving_percent"] = round(100 * row["saving"] / abs(today), 4) + 0.0 if known and today else None


def _doubts(today: Plan, as_paid: Plan) -> list[Sentence]:
    """Why there are no savings, or why they are not to be trusted. `as_paid`: today's plan without changes."""
    if today.status == "stopped":
        return [say("{row}: the search was stopped before a plan was found, so no savings.", row=TODAY)]
    if not today.has_numbers:
        return [
            say("{row}: no plan ({status}), so no savings; ask explain --fix baseline.", row=TODAY, status=status_name(today.status))
        ]
    if as_paid.status == "stopped":
        return [say("Without the changes the search for today's plan was stopped, so it is not set beside the invoices.")]
    if as_paid.baseline is None:
        return [say("Without the changes today's flows have no plan, so they are not set beside the invoices.")]
    return distrust(as_paid.baseline)


def row_of(plan: Plan, base: Plan | None) -> dict[str, Any]:
    """One plan as a row of a comparison."""
    row: dict[str, Any] = {"scenario": plan.scenario or BASE, "status": plan.status, "cost": plan.cost}
    if plan.cost is not None and base is not None and base.cost is not None:
        row["change"] = round(plan.cost - base.cost, 6) + 0.0
        row["change_percent"] = round(100 * (plan.cost - base.cost) / abs(base.cost), 4) + 0.0 if base.cost else None
    else:
        row["change"] = row["change_percent"] = None
    row["gap"] = plan.gap if plan.gap is None or plan.gap > _NONE else 0.0
    row["sites_used"] = len(plan.used) if plan.has_numbers else None
    row["accounts"] = dict(plan.accounts) if plan.accounts is not None else {}
    row["measures"] = dict(plan.measures)
    if goals := plan.facts.get("goals"):
        row["goals"] = [{k: goal[k] for k in ("goal", "each", "amount", "over", "under", "attained")} for goal in goals]
    if base is not None and base.has_numbers and plan.has_numbers:
        row["sites_in"] = [p for p in plan.used if p not in base.used]
        row["sites_out"] = [p for p in base.used if p not in plan.used]
    row["verified"] = plan.verified
    return row
