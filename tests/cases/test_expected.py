"""Every row of every case's expected.csv, computed from the tables of the plan alone.

A row's scope cells pick rows of the table that the quantity stands in; what they hold is added up.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from balik.api import solve
from balik.plan.plan import Plan
from twins.rawcases import CASES, rows

SCOPES = ("place", "origin", "dest", "material", "process", "tour", "period", "mode", "owner")
TABLES = {"run": "run", "deliver": "deliver", "collect": "collect", "stock": "stock"}
ACCOUNTS = (
    "transport", "sorting", "disposal", "production", "purchase", "processing", "opening", "running", "holding", "variable"
)  # fmt: skip
ROWS = [(case.name, at, r) for case in sorted(CASES.iterdir()) for at, r in enumerate(rows(case.name, "expected"), 2)]


@cache
def plan_of(case: str, scenario: str) -> Plan:
    """The plan of a scenario."""
    return solve(case, scenario or None)


def added(plan: Plan, table: str, value: str, scope: dict[str, str]) -> float:
    """Sum of a column over the rows of a table in the scope; 0 where the table has no such column."""
    columns = plan.columns.get(table, {})
    meant = {k: labels(plan.case, label) for k, label in scope.items()}
    total = 0.0
    for at, v in enumerate(columns.get(value, [])):
        total += float(v) if all(k in columns and str(columns[k][at]) in found for k, found in meant.items()) else 0.0
    return total


def labels(case: str, label: str) -> set[str]:
    """The label itself, the places of a kind, or the labels of a group."""
    word, _, name = label.rpartition(":")
    if word == "kind":
        return {r["place"] for r in rows(case, "places") if r["kind"] == name}
    return {r["label"] for r in rows(case, "groups") if r["group"] == name} if word == "group" else {label}


def ours(plan: Plan, quantity: str, scope: dict[str, str]) -> float:
    """A quantity of the plan."""
    if quantity == "use":
        carried = {
            j for j, v in zip(plan.columns["flow"]["dest"], plan.columns["flow"]["amount"], strict=True) if v > 1e-6
        }
        sites = {r["place"] for r in rows(plan.case, "sites")}
        sites |= {r["place"] for r in rows(plan.case, "sites", plan.scenario)} if plan.scenario else set()
        return float(len(carried & sites))
    if quantity == "trips":
        return added(plan, "trips", "trips", scope) + added(plan, "tours", "trips", scope)
    if quantity == "cost":
        return added(plan, "ledger", "cost", scope)
    if quantity == "vehicles":
        return added(plan, "fleets", "vehicles", {"base" if k == "place" else k: label for k, label in scope.items()})
    if quantity == "margin":
        return added(plan, "margins", "margin", scope)
    if quantity == "flow":
        return added(plan, "flow", "amount", scope) + added(plan, "tour_loads", "amount", scope)
    if plan.measures and quantity in plan.measures and not scope:
        return float(plan.measures[quantity] or 0)
    if quantity in ACCOUNTS or quantity in (plan.accounts or {}):
        return added(plan, "ledger", "cost", scope | {"account": quantity})
    return added(plan, TABLES[quantity], "amount", scope)


@pytest.mark.parametrize(("case", "line", "row"), ROWS, ids=[f"{case}:{line}" for case, line, _ in ROWS])
def test_the_row_holds_with_its_verdict(case: str, line: int, row: dict[str, str]) -> None:
    plan = plan_of(case, row["scenario"])
    printed, tolerance, verdict = float(row["value"] or "nan"), float(row["tolerance"] or "nan"), row["verdict"]
    if verdict == "infeasible":
        assert plan.status == "infeasible"
        assert plan.cost is None and plan.objective is None and not plan.columns
        return
    assert plan.status == "optimal" and plan.verified
    found = ours(plan, row["quantity"], {k: row[k] for k in SCOPES if row.get(k)})
    if verdict == "reproduced":
        assert abs(found - printed) <= tolerance
    elif verdict in ("misprint", "not_derivable"):
        assert abs(found - printed) > tolerance
    else:
        assert verdict == "not_unique" and plan.unique is False


def test_every_verdict_is_there() -> None:
    assert {r["verdict"] for _, _, r in ROWS} == {"reproduced", "misprint", "infeasible", "not_derivable", "not_unique"}
    assert len(ROWS) > 150


@pytest.mark.parametrize("case", sorted({case for case, _, _ in ROWS}))
def test_the_ledger_adds_up(case: str) -> None:
    """The parts of the money are the cost, in every scenario that expected.csv speaks of."""
    for scenario in sorted({r["scenario"] for name, _, r in ROWS if name == case}):
        plan = plan_of(case, scenario)
        if plan.status != "optimal":
            continue
        assert plan.cost is not None and plan.accounts is not None
        assert sum(plan.accounts.values()) == pytest.approx(plan.cost, rel=1e-9)
        for account, value in plan.accounts.items():
            assert added(plan, "ledger", "cost", {"account": account}) == pytest.approx(value, rel=1e-9, abs=1e-6)
        ledger = plan.columns["ledger"]
        for amount, rate, cost in zip(ledger["amount"], ledger["rate"], ledger["cost"], strict=True):
            assert amount * rate == pytest.approx(cost, rel=1e-9)


def with_printed_split(scenario_rows: list[dict[str, str]]) -> dict[str, Any]:
    """The Padang case with the printed amounts of each wholesaler as further limits."""
    tables: dict[str, list[dict[str, str]]] = {}
    for path in sorted((CASES / "jerigen-padang").glob("*.csv")):
        if path.stem not in ("expected", "scenarios", "changes"):
            tables[path.stem] = rows("jerigen-padang", path.stem)
    for at, r in enumerate(scenario_rows):
        scope = {k: r[k] for k in ("place", "material") if r[k]}
        tables["limits"].append(
            {"limit": f"printed-{at}", "quantity": "collect", "least": r["value"], "most": r["value"]} | scope
        )
    names = {name: list(dict.fromkeys(k for r in table for k in r)) for name, table in tables.items()}
    return {name: {k: [r.get(k, "") for r in table] for k in names[name]} for name, table in tables.items()}


def test_a_figure_that_is_not_unique_is_one_optimum_of_many() -> None:
    """The printed split costs the same as ours; so does the one that takes all of the first wholesaler."""
    marked = [r for case, _, r in ROWS if r["verdict"] == "not_unique"]
    assert len(marked) == 8
    assert all(case == "jerigen-padang" for case, _, r in ROWS if r["verdict"] == "not_unique")
    best = plan_of("jerigen-padang", "").cost
    assert solve(with_printed_split(marked)).cost == pytest.approx(best)
    other = [{"place": "grosir-1", "material": "kosong-5L", "value": "50"}]
    assert solve(with_printed_split(other)).cost == pytest.approx(best)
