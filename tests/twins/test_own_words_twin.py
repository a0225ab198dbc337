"""Words that users add to a random network: balik and the plain PuLP program agree with them too."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from balik.api import solve
from twins.oracle import SmallCase
from twins.smallcases import network_case
from twins.test_general_twin import agree

#: What a measure may count in every case of the twin, and the scope column that a row of it may fill.
_COUNTED = {
    "flow": "period", "collect": "place", "deliver": "material", "run": "process", "trips": "mode", "km": "period",
    "co2": "period", "jobs": "place", "open": "place", "cost": "account", "transport": "mode", "purchase": "material",
    "tkm": "material",
}  # fmt: skip


def with_measures(seed: int, tours: bool = False) -> SmallCase:
    """A case with three measures, one of which counts the others."""
    case, chance = network_case(seed, tours), Random(seed)
    labels: dict[str, list[str]] = {
        "material": [r["material"] for r in case.tables["materials"]],
        "period": [str(r["period"]) for r in case.tables.get("periods", [{"period": "1"}])],
        "account": ["transport", "purchase", "fee"],
    }
    rows: list[dict[str, Any]] = []
    for name in ("one", "two"):
        for of in chance.sample(sorted(_COUNTED), 3):
            row = {"measure": name, "of": of, "rate": round(chance.uniform(-2, 5), 2)}
            column = _COUNTED[of]
            if column in labels and chance.random() < 0.5:
                row[column] = chance.choice(labels[column])
            rows.append(row)
    rows += [{"measure": "both", "of": "one", "rate": 2}, {"measure": "both", "of": "two", "rate": -0.5}]
    case.tables["measures"] = rows
    return case


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_measures_agree_as_weights_and_limits(seed: int) -> None:
    case = with_measures(seed, tours=seed % 8 == 0)
    plan = solve(case.columns(), settings=case.settings)
    if plan.status != "optimal":
        assert agree(case) == plan.status
        return
    assert plan.verified, plan.broken
    value = plan.measures["both"]
    assert value is not None and value == pytest.approx(2 * plan.measures["one"] - 0.5 * plan.measures["two"], abs=1e-4)
    case.settings["objective"] = {"cost": 1, "one": 0.5}
    agree(case)
    case.tables["limits"] = [
        *case.tables.get("limits", []),
        {"limit": "own", "quantity": "both", "most": round(value - 0.05 * abs(value), 2)},
    ]
    agree(case)


def with_resources(seed: int, tours: bool = False) -> SmallCase:
    """A case whose places share hours between what they do and what comes, tight enough to bind."""
    case, chance = network_case(seed, tours), Random(1000 + seed)
    sites = [(r["place"], r.get("size") or "-") for r in case.tables.get("sites", [])]
    places = [r["place"] for r in case.tables["places"]]
    case.tables["resources"] = [{"resource": "hours", "capacity": chance.choice([4, 9, 20, ""])}]
    for place, size in sites[:2]:
        if not place.startswith("kind:"):
            case.tables["resources"].append({"place": place, "size": size, "resource": "hours", "capacity": 12})
    case.tables["resources"].append({"place": chance.choice(places), "resource": "points", "capacity": 30})
    spot = case.tables["resources"][-1]["place"]
    case.tables["uses"] = [
        {"material": "*", "resource": "hours", "rate": round(chance.uniform(0.05, 0.4), 2)},
        {"material": case.tables["materials"][0]["material"], "place": spot, "resource": "points", "rate": 1.5},
    ]
    for process in {r["process"] for r in case.tables.get("processes", [])}:
        rate = round(chance.uniform(-0.1, 0.5), 2)
        case.tables["uses"].append({"process": process, "resource": "hours", "rate": rate})
    return case


@pytest.mark.parametrize("seed", range(40))
def test_resources_agree(seed: int) -> None:
    agree(with_resources(seed, tours=seed % 5 == 0))


def test_resources_bind_in_some_of_the_cases() -> None:
    """With them some plans cost more, and some cases have none."""
    dearer = {"optimal": 0, "infeasible": 0}
    for seed in range(40):
        case = with_resources(seed, tours=seed % 5 == 0)
        free = network_case(seed, tours=seed % 5 == 0)
        one, two = (solve(c.columns(), settings=c.settings) for c in (free, case))
        if one.status == "optimal" and two.status in dearer:
            assert one.objective is not None
            dearer[two.status] += two.objective is None or two.objective > one.objective + 1e-3
    assert min(dearer.values()) >= 3


def with_setups(seed: int, tours: bool = False) -> SmallCase:
    """A case whose processes have set-ups, some of them shared, lots, or batches."""
    case, chance = network_case(seed, tours), Random(2000 + seed)
    shared = chance.random() < 0.5
    for row in case.tables.get("processes", []):
        if shared:
            row |= {"setup": "line", "setup_cost": 25}
        elif chance.random() < 0.7:
            row["setup_cost"] = chance.choice([5, 20, 60])
        if chance.random() < 0.5:
            row["lot"] = round(chance.uniform(0.5, 4), 1)
        if chance.random() < 0.3:
            row["batch"] = chance.choice([0.5, 2])
    return case


@pytest.mark.parametrize("seed", range(40))
def test_setups_agree(seed: int) -> None:
    agree(with_setups(seed, tours=seed % 5 == 0))


def test_setups_are_paid_in_some_of_the_cases() -> None:
    found = [solve(c.columns(), settings=c.settings) for c in map(with_setups, range(1, 40, 3))]
    assert sum((plan.accounts or {}).get("setup", 0) > 0 for plan in found) >= 3


def with_reserves(seed: int, tours: bool = False) -> SmallCase:
    """A case in which something must stay in stock."""
    case, chance = network_case(seed, tours), Random(3000 + seed)
    for row in case.tables.get("stores", []):
        most = min((float(row[c]) for c in ("room", "end") if row.get(c) not in (None, "", "free")), default=3.0)
        row["least"] = round(chance.uniform(0.2, 0.9) * most, 2)
    return case


@pytest.mark.parametrize("seed", range(40))
def test_reserves_agree(seed: int) -> None:
    agree(with_reserves(seed, tours=seed % 5 == 0))


def test_reserves_bind_in_some_of_the_cases() -> None:
    kept = []
    for seed in range(40):
        free, held = network_case(seed), with_reserves(seed)
        one, two = (solve(case.columns(), settings=case.settings) for case in (free, held))
        if one.objective is not None and two.objective is not None:
            kept.append(two.objective > one.objective + 1e-3)
    assert sum(kept) >= 3


def with_service_levels(seed: int, tours: bool = False) -> SmallCase:
    """A case in which stock must last for a share of the lead times, beside a least or alone."""
    case, chance = with_reserves(seed, tours), Random(4000 + seed)
    for row in case.tables.get("stores", []):
        most = min((float(row[c]) for c in ("room", "end") if row.get(c) not in (None, "", "free")), default=3.0)
        row["service_level"] = chance.choice([0.5, 0.8, 0.95, 0.99, 0.999])
        row["lead_time"] = chance.choice([0.25, 1, 1.7])
        row["sd"] = round(chance.uniform(0.1, 0.9) * most / 3.1 / row["lead_time"] ** 0.5, 3)
        if chance.random() < 0.5:
            del row["least"]
    return case


#: Cases that keep stock: most of the others have no store.
_STORED = (4, 7, 15, 22, 31, 32, 37, 42, 45, 49)


@pytest.mark.parametrize("seed", _STORED)
def test_service_levels_agree(seed: int) -> None:
    agree(with_service_levels(seed, tours=seed % 5 == 0))


def test_service_levels_bind_in_some_of_the_cases() -> None:
    kept = []
    for seed in _STORED[:5]:
        one, two = (solve(c.columns(), settings=c.settings) for c in (network_case(seed), with_service_levels(seed)))
        if one.objective is not None and two.objective is not None:
            kept.append(two.objective > one.objective + 1e-3)
    assert sum(kept) >= 3
