"""Random small networks: balik and a plain PuLP program built from the same rows agree in status and objective.

Beyond the objective, every plan of balik is put into the twin's rows, which must all hold and price it alike.
"""

from __future__ import annotations

from collections import Counter

import pytest

from balik.api import solve
from balik.plan.plan import Plan
from twins.oracle import SmallCase, Twin
from twins.smallcases import network_case

NETWORKS = range(90)
TOURS = range(1000, 1040)
GAP = 1e-6


def agree(case: SmallCase) -> str:
    """Both answers are the same; returns the status."""
    plan, twin = solve(case.columns(), settings=case.settings, gap=GAP), Twin(case)
    status, objective = twin.solve()
    assert plan.status == status
    if status != "optimal":
        assert plan.objective is None and plan.cost is None
        return status
    assert plan.verified, plan.broken
    assert plan.objective is not None and plan.accounts is not None and objective is not None
    # money that comes in and goes out may nearly cancel: the solvers' tolerances go with what is added up
    scale = max(1.0, sum(map(abs, plan.accounts.values())))
    assert plan.objective == pytest.approx(objective, abs=2 * GAP * scale)
    assert twin.faults(plan.columns, plan.objective) == []
    return status


@pytest.mark.parametrize("seed", NETWORKS)
def test_networks_agree(seed: int) -> None:
    agree(network_case(seed))


@pytest.mark.parametrize("seed", TOURS)
def test_networks_with_milk_runs_agree(seed: int) -> None:
    agree(network_case(seed, tours=True))


def test_the_seeds_cover_every_feature() -> None:
    """Each feature stands in more than one of the cases, so that agreement says something about it."""
    cases = [network_case(seed) for seed in NETWORKS] + [network_case(seed, tours=True) for seed in TOURS]
    seen: Counter[str] = Counter()
    for case in cases:
        found = {
            f"{table}.{column}"
            for table, rows in case.tables.items()
            for row in rows
            for column, v in row.items()
            if v not in ("", None)
        }
        found |= {f"limit {row['quantity']}" for row in case.tables.get("limits", [])}
        found |= {f"limit each {k}" for row in case.tables.get("limits", []) for k, v in row.items() if v == "each"}
        found |= {f"status {row.get('status')}" for row in case.tables.get("sites", [])}
        found |= {f"one-off {case.settings['finance']['one_off']}"}
        found |= {
            f"periods {len(case.tables.get('periods', [1]))}",
            f"units {len({m['unit'] for m in case.tables['materials']})}",
        }
        seen.update(found)
    wanted = """modes.payload modes.room modes.full_rate modes.loaded_rate modes.empty_rate modes.trip_cost modes.whole_trips
        modes.material modes.period modes.full_co2 lanes.km lanes.fill lanes.fee lanes.least lanes.most lanes.single lanes.period distances.km
        supply.amount supply.least supply.most supply.price supply.left_cost supply.period demand.least demand.most demand.price
        demand.shortage_cost processes.per processes.most processes.account processes.jobs recipes.place sites.size
        sites.capacity sites.least sites.opening_cost sites.running_cost sites.unit_cost sites.closing_cost
        stores.room stores.holding stores.start stores.end periods.length periods.repeats limits.coef tours.fill tours.full_rate
        materials.mass"""
    phrases = """status existing, status open, status closed, one-off once, one-off annuity, one-off npv, periods 1,
        periods 2, units 3, limit use, limit open, limit trips, limit cost, limit flow, limit stock, limit shortage,
        limit co2, limit each place, limit each dest, limit each period"""
    words = [*wanted.split(), *(" ".join(p.split()) for p in phrases.split(","))]
    few = {word: seen[word] for word in words if seen[word] < 2}
    assert not few


def changed(plan: Plan, table: str, at: int) -> dict[str, dict[str, list[object]]]:
    """The plan's tables with one amount changed."""
    columns = {name: {k: list(v) for k, v in cells.items()} for name, cells in plan.columns.items()}
    named = {"trips": "trips", "tours": "trips", "fleet_trips": "trips", "modules": "number"}
    name = named.get(table, "amount")
    columns[table][name][at] = float(columns[table][name][at]) * 1.01 + 0.01
    return columns


@pytest.mark.parametrize("seed", [0, 3, 4, 1004])
def test_the_twin_sees_a_changed_plan(seed: int) -> None:
    """The twin's rows are sharp: no amount of a plan can be changed without a fault."""
    case = network_case(seed, tours=seed >= 1000)
    plan, twin = solve(case.columns(), settings=case.settings), Twin(case)
    assert plan.objective is not None
    for table in ("flow", "collect", "deliver", "run", "stock", "trips", "tours", "tour_loads"):
        for at in range(len(next(iter(plan.columns.get(table, {}).values()), []))):
            assert twin.faults(changed(plan, table, at), plan.objective), (table, at)


WHOLE = SmallCase(
    {
        "places": [{"place": p} for p in ("S1", "S2", "H1", "D")],
        "materials": [{"material": "bekas"}, {"material": "bersih"}],
        "modes": [{"mode": "truk", "payload": 8, "trip_cost": 15.5, "whole_trips": "yes"}],
        "lanes": [{"mode": "truk"}],
        "supply": [{"place": "S1"}, {"place": "S2", "material": "bekas", "amount": 17.5}],
        "recipes": [{"rate": -1}],
        "processes": [{"process": "pilah", "place": "H1"}],
        "demand": [{"place": "D", "price": -3}],
    },
    {"title": "whole trips"},
)


def test_a_search_that_ended_by_itself_is_optimal() -> None:
    """`feasible` is for a plan that a limit or the user stopped, even when the gap asked is 0."""
    plan = solve(WHOLE.columns(), settings=WHOLE.settings, gap=0)
    assert plan.objective == pytest.approx(82)  # 16 units at H1 with as many from S1, 1.5 to D: 5 trips and the gate fee
    assert plan.status == "optimal"
