"""Random small cases with backhaul: balik and the twin agree, and the twin's rows hold for balik's plan."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from balik.api import solve
from twins.oracle import SmallCase, Twin
from twins.test_general_twin import agree, changed

SEEDS = range(4000, 4030)


def backhaul_case(seed: int) -> SmallCase:
    """A depot delivers full boxes to shops and takes empties and scrap back, by vans that ride both ways."""
    r = Random(seed)
    shops = [f"T{k}" for k in range(1, r.randint(1, 3) + 1)]
    tables: dict[str, list[dict[str, Any]]] = {
        "places": [{"place": "D", "kind": "depot"}, *({"place": s, "kind": "toko"} for s in shops)],
        "materials": [{"material": m, "volume": v} for m, v in (("isi", 0.1), ("kosong", 0.2), ("rongsok", 0.05))],
        "modes": [{"mode": "van", "payload": r.choice([8, 10, 12])}],
        "lanes": [{"origin": "D", "dest": "kind:toko", "material": "isi", "mode": "van", "km": r.randint(5, 20)}],
        "demand": [{"place": "kind:toko", "material": "isi"}, {"place": "D"}],
        "supply": [],
    }
    van = tables["modes"][0]
    van |= {"room": r.choice([1, 1.5])} if r.random() < 0.5 else {}
    van |= {"whole_trips": "yes"} if r.random() < 0.4 else {}
    van |= {"trip_cost": r.choice([0, 5]), "empty_rate": r.choice([1, 2]), "full_rate": r.choice([0, 0.05])}
    km = tables["lanes"][0]["km"]
    for m in ("kosong", "rongsok"):
        lane = {"origin": "kind:toko", "dest": "D", "material": m, "mode": "van", "km": km, "backhaul": "yes"}
        lane |= {"fill": r.choice([0.5, 0.8])} if r.random() < 0.4 else {}
        tables["lanes"].append(lane)
    if r.random() < 0.2:
        tables["lanes"][0]["backhaul"] = "yes"
    for s in shops:
        tables["supply"].append({"place": s, "material": "kosong", "amount": r.randint(5, 60)})
        tables["supply"].append({"place": s, "material": "rongsok", "most": r.randint(5, 30), "left_cost": 3})
        tables["demand"].append({"place": s, "material": "isi", "amount": r.randint(0, 50)})
    tables["supply"].append({"place": "D", "material": "isi", "most": 500})
    settings: dict[str, Any] = {"title": f"random {seed}"}
    if r.random() < 0.4:
        settings["objective"] = {"cost": 1, r.choice(["trips", "km", "collect"]): r.choice([-20, -3, 4])}
        if van.get("whole_trips"):
            tables["limits"] = [{"limit": "sedikit", "quantity": "trips", "most": 40}]
    if r.random() < 0.4:
        tables["fleets"] = [{"mode": "van", "base": "D", "hours": 9, "speed": 20, "fixed_cost": r.choice([5, 40])}]
    return SmallCase(tables, settings)


@pytest.mark.parametrize("seed", SEEDS)
def test_cases_with_backhaul_agree(seed: int) -> None:
    agree(backhaul_case(seed))


def test_the_seeds_cover_what_backhaul_says() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = backhaul_case(seed)
        plan = solve(case.columns(), settings=case.settings)
        seen[plan.status] += 1
        seen["rides"] += bool(plan.columns.get("backhaul"))
        seen["own trips"] += "D" in plan.columns.get("trips", {"dest": []})["dest"]
        seen["whole"] += bool(case.tables["modes"][0].get("whole_trips"))
        seen["room"] += bool(case.tables["modes"][0].get("room"))
    assert not {w for w in ("optimal", "rides", "own trips", "whole", "room") if seen[w] < 5}, seen


def test_the_twin_sees_a_changed_ride() -> None:
    case = backhaul_case(4001)
    plan, twin = solve(case.columns(), settings=case.settings), Twin(case)
    assert plan.objective is not None and plan.columns["backhaul"]["amount"]
    for at in range(len(plan.columns["backhaul"]["amount"])):
        assert twin.faults(changed(plan, "backhaul", at), plan.objective), at
