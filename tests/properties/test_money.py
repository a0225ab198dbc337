"""What must move a minimum one way only: scaled money, further limits, tighter bounds, further lanes."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from balik.api import solve
from balik.plan.plan import Plan
from properties.editing import answer, bundled, dearer, edited, is_number
from twins.oracle import SmallCase
from twins.smallcases import GOOD, RAW, network_case

seeds = st.integers(0, 10_000)
networks = st.builds(network_case, seeds, st.booleans())
few = settings(max_examples=20, derandomize=True, deadline=None, database=None)


def value(plan: Plan) -> float:
    """The minimum; infinite without a plan."""
    assert plan.status in ("optimal", "infeasible")
    if plan.status == "infeasible":
        return math.inf
    assert plan.verified and plan.objective is not None
    return plan.objective


def slack(*plans: Plan) -> float:
    """What the gap leaves open, on the money that is added up."""
    return 2e-6 * max(1.0, *(sum(map(abs, (p.accounts or {}).values())) for p in plans))


@few
@given(networks, st.sampled_from([0.001, 0.1, 3.0, 1000.0]))
def test_money_in_another_unit_is_the_same_plan(case: SmallCase, factor: float) -> None:
    case.settings.pop("objective", None)
    one, two = answer(case, gap=1e-7), answer(dearer(case, factor), gap=1e-7)
    assert one.status == two.status
    if one.status == "optimal":
        # the gap is relative to max(1, |objective|), so that small money is held less tightly
        assert value(two) == pytest.approx(factor * value(one), abs=slack(one) * factor + slack(two))


@pytest.mark.parametrize("name", ["plastik-jabodetabek", "jerigen-padang", "nmc-jawa-barat"])
@pytest.mark.parametrize("factor", [0.25, 1000.0])
def test_money_of_a_bundled_case_scales(name: str, factor: float) -> None:
    case = bundled(name)
    one, two = answer(case), answer(dearer(case, factor))
    assert value(two) == pytest.approx(factor * value(one), rel=1e-6)
    assert set(one.used) == set(two.used)


@few
@given(networks, seeds)
def test_a_further_limit_never_lowers_a_minimum(case: SmallCase, seed: int) -> None:
    random, total = Random(seed), sum(float(r.get("most") or r.get("amount") or 0) for r in case.tables["supply"])
    offers = [
        {"quantity": "collect", "material": RAW, "most": total * random.uniform(0.1, 1)},
        {"quantity": "collect", "material": RAW, "least": total * random.uniform(0.05, 0.5)},
        {"quantity": "collect", "place": "each", "most": total * random.uniform(0.1, 0.5), "material": RAW},
        {"quantity": "deliver", "material": GOOD, "most": total * random.uniform(0.0, 0.3)},
        {"quantity": "flow", "dest": "each", "material": RAW, "most": total * random.uniform(0.1, 0.6)},
        {"quantity": "run", "most": total * random.uniform(0.1, 1)},
        {"quantity": "cost", "most": total * random.uniform(-5, 40)},
        {"quantity": "processing", "most": total * random.uniform(0, 4)},
    ]
    if all("account" in r for r in case.tables["processes"]):
        offers.pop()  # nothing is charged to the common account
    tables = case.tables | {"limits": [*case.tables.get("limits", []), {"limit": "lagi"} | random.choice(offers)]}
    one, two = answer(case), answer(SmallCase(tables, case.settings))
    assert value(two) >= value(one) - slack(one, two)


@few
@given(networks, seeds)
def test_a_tighter_bound_never_lowers_a_minimum(case: SmallCase, seed: int) -> None:
    random = Random(seed)
    columns = {
        "sites": ("capacity",),
        "lanes": ("most",),
        "processes": ("most",),
        "stores": ("room",),
        "limits": ("most",),
    }

    def tighten(table: str, row: dict[str, object]) -> dict[str, object]:
        for c in columns.get(table, ()):
            if is_number(row.get(c)) and random.random() < 0.6:
                bound = float(row[c])  # type: ignore[arg-type]
                row[c] = bound - abs(bound) * random.uniform(0.05, 0.4)
        return row

    one, two = answer(case), answer(edited(case, tighten))
    assert value(two) >= value(one) - slack(one, two)


@few
@given(networks, seeds)
def test_a_further_lane_never_raises_a_minimum(case: SmallCase, seed: int) -> None:
    # a lane that brings a site its first material of another unit would change what its capacity counts
    assume(len({m["unit"] for m in case.tables["materials"]}) == 1)
    random = Random(seed)
    of_kind = {
        kind: [r["place"] for r in case.tables["places"] if r["kind"] == kind] for kind in ("asal", "pusat", "pasar")
    }
    ends = random.choice([("asal", "pusat", RAW), ("pusat", "pasar", GOOD), ("asal", "pasar", RAW)])
    new = {"origin": random.choice(of_kind[ends[0]]), "dest": random.choice(of_kind[ends[1]]), "material": ends[2]}
    # a carrier of its own, so that the lane is beside the others and not instead of one
    mode = {
        "mode": "kurir",
        "payload": 5.0,
        "full_rate": random.choice([0.0, 0.1]),
        "trip_cost": random.choice([0.0, 2.0]),
    }
    new |= {"mode": "kurir", "km": 5.0, "fee": random.choice([0.0, 1.0])}
    tables = case.tables | {"lanes": [*case.tables["lanes"], new], "modes": [*case.tables["modes"], mode]}
    one, two = answer(case), answer(SmallCase(tables, case.settings))
    assert value(two) <= value(one) + slack(one, two)


def test_more_dealers_never_cost_more() -> None:
    """A chain of limits on a bundled case: 18, 19 … 27 dealers."""
    costs = [solve("nmc-jawa-barat", f"dealer-{k}" if k != 18 else None).cost for k in (18, 20, 22, 24, 27)]
    assert all(a is not None and b is not None and a >= b for a, b in pairwise(costs))


@pytest.mark.parametrize("column", ["supply.price", "processes.cost"])
def test_dearer_inputs_never_lower_a_minimum(column: str) -> None:
    costs = [solve("jerigen-padang", "biaya-minus-30", [f"{column} *= {f}"]).cost for f in (0.5, 1, 1.2, 1.4)]
    assert all(a is not None and b is not None and a < b for a, b in pairwise(costs))


BUDGETS = {
    "places": [{"place": "asal"}, {"place": "tujuan"}],
    "materials": [{"material": "botol"}],
    "modes": [{"mode": "truk", "payload": 5, "full_rate": 2, "full_co2": 0.1}],
    "lanes": [{"origin": "asal", "dest": "tujuan", "material": "botol", "mode": "truk", "km": 5}],
    "supply": [{"place": "asal", "material": "botol", "amount": 10, "price": 3}],
    "demand": [{"place": "tujuan", "material": "botol", "least": 0}],
    "limits": [
        {"limit": "anggaran", "quantity": "purchase", "most": 100},
        {"limit": "emisi", "quantity": "co2", "most": 100},
    ],
}


@pytest.mark.parametrize("factor", [1, 2, 0.001])
@pytest.mark.parametrize("column", ["supply.price", "modes.full_co2"])
def test_a_budget_that_does_not_bind_stays_quiet(column: str, factor: float) -> None:
    plan = answer(SmallCase(BUDGETS), set=[f"{column} *= {factor}"])
    assert plan.status == "optimal"


@pytest.mark.parametrize("column", ["supply.price", "modes.full_co2"])
def test_a_budget_on_what_costs_nothing_holds(column: str) -> None:
    """0 is a rate like any other: a sensitivity down to 0 must not end as malformed input."""
    plan = answer(SmallCase(BUDGETS), set=[f"{column} *= 0"])
    assert plan.status == "optimal"
