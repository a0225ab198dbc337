"""What a plan says when there is one, and what it does not say when there is none."""

from __future__ import annotations

import pytest

from model.making import amounts, solve
from model.test_laws import RING, SHOP, VAN

SELL = {
    "lanes": "origin dest material fee\na b tin 2",
    "supply": "place material price\na tin 1",
    "demand": "place material price\nb tin 9",
}


@pytest.mark.parametrize(
    ("case", "sets", "status"),
    [
        (SELL, (), "unbounded"),
        (SELL, ("demand.price=2",), "optimal"),
        (SELL, ("supply.least=5", "demand.most=4"), "infeasible"),
        (SELL, ("demand.least=4", "supply.most=3"), "infeasible"),
        (SHOP, ("supply.most=7",), "infeasible"),
    ],
)
def test_status_and_numbers(case: dict[str, str], sets: tuple[str, ...], status: str) -> None:
    plan = solve(case, None, *sets)
    assert plan.status == status
    document = plan.document()
    for name in ("objective", "cost", "bound", "gap", "ledger", "totals"):
        assert (document[name] is None) == (status != "optimal"), name
    assert plan.exit_code == (0 if status == "optimal" else 3)


def test_a_linear_optimum_is_proved() -> None:
    plan = solve(VAN)
    assert plan.status == "optimal" and plan.gap == 0.0 and plan.bound == pytest.approx(plan.objective)
    assert plan.unique is True


def test_unique_is_false_where_another_plan_costs_the_same() -> None:
    twins = SHOP | {
        "lanes": "origin dest material mode fee\na b tin . 2\na b tin cart 2",
        "modes": "mode payload\ncart .",
    }
    assert solve(twins).unique is False
    assert solve(twins, None, "lanes.fee[mode=cart]=2.001").unique is True


def test_unique_is_not_asked_of_whole_programs() -> None:
    assert solve(RING | {"supply": "place material amount\np tin 21"}, None, "modes.whole_trips=yes").unique is None


def test_a_search_stopped_at_its_limit_is_honest() -> None:
    """Cartons of odd sizes by lorries of odd payloads: many ways, and a proof takes long."""
    sizes = [17, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67]
    case = {
        "modes": "mode payload whole_trips trip_cost\n" + "\n".join(f"v{s} {s}.5 yes {s * s % 97 + s}" for s in sizes),
        "lanes": "origin dest material mode\n" + "\n".join(f"a{k} b tin v{s}" for k in range(12) for s in sizes),
        "supply": "place material amount\n" + "\n".join(f"a{k} tin {1009 + 101 * k}" for k in range(12)),
        "demand": "place material\nb tin",
        "limits": "limit quantity most\nfew trips 330",
    }
    plan = solve(case, None, time_limit=0.4, threads=1, gap=0.0)
    assert plan.status in ("optimal", "feasible", "stopped")
    if plan.status == "stopped":
        assert plan.cost is None and plan.exit_code == 4
        return
    assert plan.bound is not None and plan.objective is not None and plan.gap is not None
    assert plan.bound <= plan.objective
    assert plan.gap == pytest.approx((plan.objective - plan.bound) / max(1.0, abs(plan.objective)), abs=1e-9)
    assert (plan.gap <= 1e-9) == (plan.status == "optimal")
    assert sum(amounts(plan, "deliver", "place").values()) == pytest.approx(sum(1009 + 101 * k for k in range(12)))


def test_the_gap_that_was_asked_for_is_the_proof() -> None:
    plan = solve(VAN, None, "modes.whole_trips=yes", gap=0.2)
    assert plan.status == "optimal" and plan.gap is not None and plan.gap <= 0.2
