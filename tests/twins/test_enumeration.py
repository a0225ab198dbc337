"""Small siting cases against every open set there is, each priced by a transport program in PuLP."""

from __future__ import annotations

import itertools

import pulp
import pytest

from balik.api import solve
from twins.oracle import SmallCase
from twins.smallcases import siting_case


def transport(case: SmallCase, chosen: dict[str, dict[str, float]]) -> float | None:
    """Least cost of bringing everything to these sites; None where it does not fit."""
    need = {r["place"]: r["amount"] for r in case.tables["supply"]}
    least = sum(r.get("least", 0) for r in chosen.values())
    if not least <= sum(need.values()) <= sum(r["capacity"] for r in chosen.values()):
        return None
    rate = case.tables["modes"][0]["full_rate"]
    km = {(r["origin"], r["dest"]): r["km"] for r in case.tables["lanes"]}
    problem = pulp.LpProblem("transport", pulp.LpMinimize)
    x = {(i, j): pulp.LpVariable(f"x{a}_{b}", 0) for a, i in enumerate(need) for b, j in enumerate(chosen)}
    problem += pulp.lpSum((rate * km[k] + chosen[k[1]]["unit_cost"]) * v for k, v in x.items())
    for i, amount in need.items():
        problem += pulp.lpSum(x[i, j] for j in chosen) == amount
    for j, r in chosen.items():
        problem += pulp.lpSum(x[i, j] for i in need) <= r["capacity"]
        problem += pulp.lpSum(x[i, j] for i in need) >= r.get("least", 0)
    problem.solve(pulp.PULP_CBC_CMD(msg=False))
    if problem.status != pulp.LpStatusOptimal:
        return None
    return float(pulp.value(problem.objective)) + sum(r["opening_cost"] + r["running_cost"] for r in chosen.values())


def every_set(case: SmallCase) -> list[tuple[float, frozenset[tuple[str, str]]]]:
    """Cost of every feasible set of open sites in their sizes, the cheapest first."""
    most = case.tables["limits"][0]["most"] if "limits" in case.tables else len(case.tables["sites"])
    by_place: dict[str, list[dict[str, float]]] = {}
    for r in case.tables["sites"]:
        by_place.setdefault(r["place"], []).append(r)
    found = []
    for choice in itertools.product(*([None, *sizes] for sizes in by_place.values())):
        chosen = {p: r for p, r in zip(by_place, choice, strict=True) if r is not None}
        if 0 < len(chosen) <= most and (cost := transport(case, chosen)) is not None:
            found.append((cost, frozenset((p, str(r["size"])) for p, r in chosen.items())))
    return sorted(found, key=lambda f: f[0])


@pytest.mark.parametrize(("seed", "sizes"), [*((s, False) for s in range(12)), *((s, True) for s in range(50, 58))])
def test_the_best_open_set_is_found(seed: int, sizes: bool) -> None:
    case = siting_case(seed, sizes)
    plan = solve(case.columns(), settings=case.settings)
    sets = every_set(case)
    if not sets:
        assert plan.status == "infeasible"
        return
    best, chosen = sets[0]
    assert plan.status == "optimal" and plan.verified
    assert plan.objective == pytest.approx(best, rel=1e-6)
    if len(sets) == 1 or sets[1][0] > best * (1 + 1e-5):
        assert {(s["place"], s["size"]) for s in plan.open} == chosen
