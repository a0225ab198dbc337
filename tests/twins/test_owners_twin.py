"""Random small networks with owners and limits on their margins: balik and the twin agree."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from balik.api import solve
from twins.oracle import SmallCase
from twins.smallcases import network_case
from twins.test_charges_twin import charge_case
from twins.test_general_twin import agree

SEEDS = range(6000, 6030)


def owner_case(seed: int) -> SmallCase:
    """A random network whose places belong to few; transfer prices, and limits on what remains."""
    r = Random(seed)
    case = charge_case(seed) if r.random() < 0.3 else network_case(seed, tours=seed % 2 == 0)
    for row in case.tables["places"]:
        row["owner"] = r.choice(["adi", "budi", "cici", ""])
    case.tables["places"][0]["owner"] = "adi"
    side = {}
    for row in case.tables["lanes"]:
        row["price"] = r.choice([0, 0, 1, 2.5])
        row["paid_by"] = side.setdefault(True, r.choice(["origin", "dest"]))
    kind = r.choice(["each", "one", "period", "weigh"])
    if kind == "weigh":
        case.settings["objective"] = {"cost": 1, "margin": r.choice([-2, 0.5])}
    else:
        bound = {"least": r.choice([-60, -20, -5])} if r.random() < 0.8 else {"most": r.choice([-10, 5])}
        scope = {"owner": "adi" if kind == "one" else "each"} | ({"period": "each"} if kind == "period" else {})
        rows = case.tables.setdefault("limits", [])
        rows.append({"limit": "sisa", "quantity": "margin", **scope, **bound})
    return case


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_with_owners_agree(seed: int) -> None:
    agree(owner_case(seed))


def test_the_seeds_cover_what_owners_say() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = owner_case(seed)
        plan = solve(case.columns(), settings=case.settings)
        found = plan.columns.get("margins", {"owner": [], "received": []})
        seen[plan.status] += 1
        seen["transfers"] += any(found["received"])
        seen["nobody"] += "" in found["owner"]
        seen["binds"] += any(limit["binds"] and limit["quantity"] == "margin" for limit in plan.facts.get("limits", []))
        seen["charges"] += "charges" in case.tables and plan.status == "optimal"
    assert not {w for w in ("optimal", "infeasible", "transfers", "nobody", "binds", "charges") if not seen[w]}, seen
