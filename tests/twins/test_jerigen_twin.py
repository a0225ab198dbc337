"""The model of Ramadhany et al. (equations 1 to 5) in plain PuLP, with the values of the case's files."""

from __future__ import annotations

from typing import Any

import pulp
import pytest

from balik.api import solve
from twins.rawcases import amounts, by_cbc, changes, removed, rows

CASE = "jerigen-padang"
SCENARIOS = [None, *(r["scenario"] for r in rows(CASE, "scenarios"))]
INFEASIBLE = {"biaya-plus-20", "biaya-plus-30", "kenaikan-terlalu-tinggi"}


def model(scenario: str | None) -> tuple[pulp.LpProblem, dict[tuple[str, str, str], Any], dict[str, Any]]:
    """min Σ (return + recovery) X; X ≤ what was sold; Σ = Vcap; Σ_g ≤ TD_g; cost ≤ TRLmax, at each collection."""
    changed = changes(CASE, scenario)

    def factor(table: str, column: str) -> float:
        op, value = changed.get((table, column, ""), ("*=", "1"))
        assert op == "*="
        return float(value)

    back = factor("supply", "price")
    recovery = {
        r["process"].split("-")[1]: float(r["cost"]) * factor("processes", "cost") for r in rows(CASE, "processes")
    }
    base = {(r["place"], r["material"]): r for r in rows(CASE, "supply")}
    later = rows(CASE, "supply", scenario) if scenario else []
    periods = [r["period"] for r in rows(CASE, "periods", scenario)] if scenario else []
    limits = {
        r["limit"]: r for r in rows(CASE, "limits") if r["limit"] not in removed(CASE, "limits", scenario, "limit")
    }
    problem = pulp.LpProblem("jerigen", pulp.LpMinimize)
    x: dict[tuple[str, str, str], Any] = {}
    cost: dict[str, Any] = {}
    for t in periods or ["1"]:
        offers = base | {(r["place"], r["material"]): r for r in later if r["period"] == t}
        for (g, m), r in offers.items():
            x[g, m, t] = pulp.LpVariable(f"x{len(x)}", 0, float(r["most"]))
        cost[t] = pulp.lpSum(
            (float(r["price"]) * back + recovery[m.split("-")[1]]) * x[g, m, t] for (g, m), r in offers.items()
        )
        full = float(changed.get(("limits", "most", "limit=vcap"), ("=", limits["vcap"]["most"]))[1])
        problem += pulp.lpSum(v for k, v in x.items() if k[2] == t) == full
        if "trl-max" in limits:
            problem += cost[t] <= float(limits["trl-max"]["most"])
        for r in limits.values():
            if r["limit"].startswith("td-"):
                problem += pulp.lpSum(v for k, v in x.items() if k[2] == t and k[0] == r["place"]) <= float(r["most"])
    problem.setObjective(pulp.lpSum(cost.values()))
    return problem, x, cost


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_plan_agrees_with_the_model_of_the_paper(scenario: str | None) -> None:
    problem, x, cost = model(scenario)
    plan = solve(CASE, scenario)
    expected = "infeasible" if scenario in INFEASIBLE else "optimal"
    assert by_cbc(problem) == expected
    assert plan.status == expected
    if expected == "infeasible":
        assert plan.cost is None and not plan.columns
        return
    assert plan.verified
    assert plan.cost == pytest.approx(pulp.value(problem.objective), rel=1e-6)
    by_period = amounts(plan, "ledger", "period", value="cost")
    by_package = amounts(plan, "collect", "material", "period")
    for t, value in cost.items():
        assert by_period[(t,)] == pytest.approx(pulp.value(value), rel=1e-6)
        for m in ("kosong-2L", "kosong-5L", "kosong-18L"):  # which package is unique, which wholesaler is not
            ours = sum(v.varValue for k, v in x.items() if k[1:] == (m, t))
            assert by_package.get((m, t), 0.0) == pytest.approx(ours, abs=1e-6)


def test_the_split_over_wholesalers_is_marked_as_not_unique() -> None:
    assert solve(CASE).unique is False
