"""Random small networks with sites over time and modules: balik and the twin agree, also on the rows of each other's plan."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from balik.api import solve
from twins.oracle import SmallCase, Twin
from twins.smallcases import network_case
from twins.test_general_twin import agree, changed

SEEDS = range(4000, 4050)


def phased_case(seed: int) -> SmallCase:
    """A random network of three periods whose sites open and close over time, some of them extended by modules."""
    r = Random(seed)
    case = network_case(seed)
    tables = case.tables
    if "periods" not in tables:
        tables["periods"] = [{"period": "1"}]
    if "stores" not in tables:
        tables["periods"].append({"period": "p3", "length": r.choice([0.5, 1, 2])})
    periods = [row["period"] for row in tables["periods"]]
    finance = case.settings["finance"]
    if finance["one_off"] == "npv":
        finance.pop("years", None)
    rows = tables["phases"] = []
    sites = tables.get("sites", [])
    for site in r.sample(sites, r.randint(min(1, len(sites)), len(sites))):
        keys = {"place": site["place"], "size": site.get("size") or "*"}
        rows.append(dict(keys))
        if len(site["place"].split(":")) > 1:
            continue
        for t in r.sample(periods, r.randint(0, len(periods))):
            row = keys | {"period": t}
            row |= {"opening_cost": r.randint(-5, 60)} if r.random() < 0.5 else {}
            row |= {"closing_cost": r.randint(-5, 20)} if r.random() < 0.4 else {}
            row |= {"running_cost": r.randint(-3, 20)} if r.random() < 0.4 else {}
            row |= {"capacity": max(r.randint(10, 80), site.get("least", 0))} if r.random() < 0.3 else {}
            row |= {"may_open": "no"} if r.random() < 0.2 and site.get("status") != "open" else {}
            row |= {"may_close": "no"} if r.random() < 0.2 else {}
            row |= {"residual": r.randint(-5, 30)} if r.random() < 0.5 and finance["one_off"] != "annuity" else {}
            rows.append(row)
        if site.get("capacity") and r.random() < 0.4:
            module = keys | {"module": "m", "capacity": r.randint(2, 15), "cost": r.randint(0, 20)}
            module |= {"running_cost": r.randint(0, 3)} if r.random() < 0.5 else {}
            module |= {"whole": "no"} if r.random() < 0.3 else {}
            module |= {"most": r.randint(1, 4)} if r.random() < 0.7 else {}
            tables.setdefault("modules", []).append(module)
    if not rows:
        del tables["phases"]
        return case
    if r.random() < 0.3:
        row = {"limit": "buka", "quantity": "open", "period": "each"} | r.choice([{"most": 1}, {"least": 1}])
        tables.setdefault("limits", []).append(row)
    if r.random() < 0.3:
        tables.setdefault("limits", []).append(
            {"limit": "modal", "quantity": "opening", "most": 60, "period": periods[-1]}
        )
    if r.random() < 0.2:
        case.settings["objective"] = {"cost": 1, "open": r.choice([-8, 8])}
    return case


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_with_sites_over_time_agree(seed: int) -> None:
    agree(phased_case(seed))


def test_the_seeds_cover_what_sites_do() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = phased_case(seed)
        plan = solve(case.columns(), settings=case.settings)
        found = plan.columns.get("phases", {"period": [], "opened": [], "closed": []})
        seen[plan.status] += 1
        seen["late"] += any(
            o and p != found["period"][0] for o, p in zip(found["opened"], found["period"], strict=True)
        )
        seen["closes"] += any(found["closed"])
        seen["modules"] += "modules" in plan.columns
        seen["stock"] += "stock" in plan.columns and "phases" in plan.columns
        seen["residual"] += bool((plan.accounts or {}).get("residual"))
    wanted = ("optimal", "infeasible", "late", "closes", "modules", "stock", "residual")
    assert not {word for word in wanted if not seen[word]}, seen


def test_the_twin_sees_a_changed_plan() -> None:
    seen = 0
    for seed in SEEDS:
        case = phased_case(seed)
        plan = solve(case.columns(), settings=case.settings)
        if "modules" in plan.columns and plan.objective is not None:
            twin = Twin(case)
            for at in range(len(plan.columns["modules"]["number"])):
                seen += 1
                assert twin.faults(changed(plan, "modules", at), plan.objective), (seed, at)
    assert seen
