"""Capacitated siting of the West Java dealers in plain PuLP, with the values of the case's files."""

from __future__ import annotations

from typing import Any

import pulp
import pytest

from balik.api import solve
from twins.rawcases import amounts, by_cbc, changes, removed, rows

CASE = "nmc-jawa-barat"
FEASIBLE = ["dealer-20", "dealer-27", "kapasitas-plus-10", "kapasitas-plus-20", "biaya-plus-20", "biaya-tetap"]
FEASIBLE += ["biaya-tetap-kurang", "satu-dealer-banyak"]
INFEASIBLE = ["dealer-17", "kapasitas-minus-10", "satu-dealer"]


def model(scenario: str | None) -> tuple[pulp.LpProblem, dict[tuple[str, str], Any], dict[str, Any]]:
    """min Σ c d x + Σ f y; Σ_j x = D; Σ_i x ≤ K y; x ≤ D y; Σ y ≤ p; whole regions where one dealer is asked."""
    changed = changes(CASE, scenario)

    def change(table: str, column: str, where: str, value: float) -> float:
        op, by = changed.get((table, column, where), ("*=", "1"))
        return float(by) if op == "=" else value * float(by)

    def over(table: str, key: str) -> dict[str, dict[str, str]]:
        later = rows(CASE, table, scenario) if scenario else []
        return {r[key]: r for r in [*rows(CASE, table), *later]}

    spot = {p: r["at"] or p for p, r in over("places", "place").items()}
    demand = {p: float(r["amount"]) for p, r in over("supply", "place").items()}
    sites = over("sites", "place")
    capacity = {p: change("sites", "capacity", "", float(r["capacity"])) for p, r in sites.items()}
    fixed = {p: change("sites", "opening_cost", "", float(r["opening_cost"])) for p, r in sites.items()}
    rate = change("modes", "full_rate", "mode=antar", float(rows(CASE, "modes")[0]["full_rate"]))
    most = change("limits", "most", "limit=maks-dealer", float(rows(CASE, "limits")[0]["most"]))
    single = changed.get(("lanes", "single", "")) == ("=", "yes")
    km = {(r["origin"], r["dest"]): float(r["km"]) for r in rows(CASE, "distances")}
    km |= {(j, i): d for (i, j), d in km.items()}

    problem = pulp.LpProblem("cflp", pulp.LpMinimize)
    y = {j: pulp.LpVariable(f"y{k}", cat="Binary") for k, j in enumerate(sites)}
    x: dict[tuple[str, str], Any] = {}
    cost = []
    for i, need in demand.items():
        for j in sites:
            # the share of the region that goes to the dealer; all or nothing where it must be one dealer
            share = pulp.LpVariable(f"s{len(x)}", 0, 1, "Binary" if single else "Continuous")
            x[i, j] = need * share
            d = 0.0 if spot[i] == spot[j] else km[spot[i], spot[j]]
            cost.append(rate * d * x[i, j])
            problem += share <= y[j]
    for i, need in demand.items():
        problem += pulp.lpSum(x[i, j] for j in sites) == need
    for j in sites:
        problem += pulp.lpSum(x[i, j] for i in demand) <= capacity[j] * y[j]
    if "maks-dealer" not in removed(CASE, "limits", scenario, "limit"):
        problem += pulp.lpSum(y.values()) <= most
    problem.setObjective(pulp.lpSum(cost) + pulp.lpSum(fixed[j] * y[j] for j in sites))
    return problem, x, y


def at_seats(amount: dict[str, float]) -> dict[str, float]:
    """What arrives by seat: two dealers at one seat may change places."""
    out: dict[str, float] = {}
    for place, v in amount.items():
        if v > 1e-6:
            seat = place.removesuffix(" bagian 2")
            out[seat] = out.get(seat, 0.0) + v
    return out


@pytest.mark.parametrize("scenario", [None, *FEASIBLE], ids=str)
def test_the_plan_agrees_with_the_location_model(scenario: str | None) -> None:
    problem, x, y = model(scenario)
    plan = solve(CASE, scenario)
    assert plan.status == by_cbc(problem, 1e-7) == "optimal"
    assert plan.verified
    assert plan.cost == pytest.approx(pulp.value(problem.objective), rel=1e-6)
    # on these distances the best set, and what comes to each seat, is unique
    ours = at_seats({j: sum(pulp.value(v) for (_, k), v in x.items() if k == j) for j in y})
    arrives = at_seats({k[0]: v for k, v in amounts(plan, "flow", "dest").items()})
    assert arrives == pytest.approx(ours, abs=1e-3)
    assert set(plan.used) >= {k[0] for k in amounts(plan, "flow", "dest")}
    assert sum(arrives.values()) == pytest.approx(23772)


@pytest.mark.parametrize("scenario", INFEASIBLE)
def test_neither_finds_a_plan(scenario: str) -> None:
    problem, _, _ = model(scenario)
    assert by_cbc(problem) == "infeasible"
    plan = solve(CASE, scenario)
    assert plan.status == "infeasible"
    assert plan.cost is None
