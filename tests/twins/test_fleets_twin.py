"""Random small networks with fleets: balik and the twin agree, and the twin's rows hold for balik's plan."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from balik.api import solve
from twins.oracle import SmallCase, Twin
from twins.smallcases import network_case
from twins.test_general_twin import agree, changed

SEEDS = range(3000, 3036)
SHARED = 3016


def fleet_case(seed: int) -> SmallCase:
    """A random network whose vehicles stand at some of its places; some fleets serve all."""
    r = Random(seed)
    case = network_case(seed, tours=seed % 2 == 0)
    places = [row["place"] for row in case.tables["places"]]
    rows = case.tables["fleets"] = []
    driven = {row.get("mode", "") for t in ("lanes", "tours") for row in case.tables.get(t, [])} - {""}
    for mode in sorted(driven):
        bases = r.sample(places, r.randint(1, 3))
        for at, base in enumerate(bases):
            row = {"mode": mode, "base": base, "hours": r.choice([2, 5, 8]), "serves": "all" if at == 0 else "base"}
            row |= {"speed": r.choice([20, 40])} if r.random() < 0.8 else {"handling": 0.5}
            row |= {"handling": r.choice([0.25, 1])} if r.random() < 0.5 else {}
            row |= {"fixed_cost": r.choice([5, 20, 60])} if r.random() < 0.7 else {}
            row |= {"available": r.randint(2, 9)} if r.random() < 0.3 else {}
            rows.append(row)
        if len(case.tables.get("periods", [])) == 2 and r.random() < 0.4:
            rows.append(rows[-1] | {"period": "p2", "hours": 6})
    if r.random() < 0.4:
        case.settings["objective"] = {"cost": 1, "vehicles": r.choice([-8, -3, 4])}
    if r.random() < 0.2:
        bound = r.choice([{"most": 2}, {"least": 1}])
        scope = r.choice([{"place": "each"}, {"mode": "each"}])
        case.tables.setdefault("limits", []).append(
            {"limit": "armada", "quantity": "vehicles", "period": "each", **scope, **bound}
        )
    return case


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_with_fleets_agree(seed: int) -> None:
    agree(fleet_case(seed))


def test_the_seeds_cover_what_fleets_say() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = fleet_case(seed)
        plan = solve(case.columns(), settings=case.settings)
        found = plan.columns.get("fleets", {"vehicles": []})
        seen[plan.status] += 1
        seen["several"] += max(found["vehicles"], default=0) > 1
        seen["fewer"] += (case.settings.get("objective") or {}).get("vehicles", 0) < 0
        ways = plan.columns.get("fleet_trips", {"tour": [], "origin": []})
        seen["tours"] += any(ways["tour"])
        trips = Counter(zip(*(ways.get(c, []) for c in ("mode", "origin", "dest", "tour", "period")), strict=True))
        seen["shared"] += any(count > 1 for count in trips.values())
    assert not {w for w in ("optimal", "infeasible", "several", "fewer", "tours", "shared") if not seen[w]}, seen


def test_the_twin_sees_a_changed_fleet() -> None:
    case = fleet_case(SHARED)
    plan, twin = solve(case.columns(), settings=case.settings), Twin(case)
    assert plan.objective is not None and len(plan.columns["fleet_trips"]["trips"]) > 2
    for at in range(len(plan.columns["fleet_trips"]["trips"])):
        assert twin.faults(changed(plan, "fleet_trips", at), plan.objective), at
