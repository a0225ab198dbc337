"""Siting of points against the same problem with its matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import balik.location.points.solve as points_solve
from balik.location.points.ascent import Ascent, field_of
from balik.location.points.groups import grouped, groups_of
from balik.location.points.problem import EARTH_KM, Points
from balik.location.points.solve import memory_of, solve_points
from balik.location.problem import CLOSED, FREE, OPEN, SitingError
from balik.location.solve import solve_siting
from balik.location.watch import Watch

Array = np.ndarray


def points(seed: int, n: int = 12, m: int = 40, r: float = 3.0, globe: bool = False, states: bool = False) -> Points:
    g = np.random.default_rng(seed)
    sites, customers = g.random((n, 2)), g.random((m, 2))
    demand = g.integers(0, 30, m).astype(float)
    size = g.integers(10, 160, n).astype(float)
    capacity = np.ceil(size * r * demand.sum() / size.sum())
    state = g.choice([CLOSED, FREE, OPEN], n, p=[0.1, 0.75, 0.15]) if states else np.full(n, FREE)
    rate = 10.0 / (EARTH_KM if globe else 1.0)
    return Points(sites, customers, rate, demand, capacity, 50.0 * np.sqrt(size), state, 1.3, globe)


def matrix_of(p: Points) -> Any:
    return p.siting(np.arange(p.n), np.arange(p.m), p.state)


def cost_of(p: Points, open_: Array, lanes: tuple[Array, Array, Array]) -> float:
    site, customer, amount = lanes
    s = matrix_of(p)
    assert open_[site].all()
    assert np.bincount(customer, amount, p.m) == pytest.approx(p.demand)
    assert (np.bincount(site, amount, p.n) <= p.capacity * (1 + 1e-9)).all()
    return float((s.unit_cost[site, customer] * amount).sum() + p.fixed[open_].sum())


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems go the way of the large ones."""
    monkeypatch.setattr(points_solve, "_DIRECT", 0)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("globe", "states"), [(False, False), (True, True)])
def test_points_have_the_optimum_of_their_matrix(seed: int, globe: bool, states: bool) -> None:
    p = points(seed, globe=globe, states=states)
    true = solve_siting(matrix_of(p), Watch(gap=0.0))
    answer = solve_points(p, Watch(gap=0.0))
    assert answer.status == true.status
    if true.objective is None:
        return
    assert answer.objective == pytest.approx(true.objective, rel=1e-9)
    assert answer.bound <= true.objective * (1 + 1e-9)
    assert cost_of(p, answer.open, answer.lanes) == pytest.approx(answer.objective, rel=1e-9)


def test_a_small_problem_is_handed_over_with_its_lanes() -> None:
    p = points(3)
    answer = solve_points(p, Watch(gap=0.0))
    assert answer.flow is None
    assert cost_of(p, answer.open, answer.lanes) == pytest.approx(answer.objective, rel=1e-9)


@pytest.mark.usefixtures("large")
def test_without_room_for_any_search_there_is_still_a_bound() -> None:
    p = points(4)
    true = solve_siting(matrix_of(p), Watch(gap=0.0))
    answer = solve_points(p, Watch(gap=0.0), memory_of(p))
    assert answer.status == "stopped"
    assert 0.8 * true.objective < answer.bound <= true.objective


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("seed", range(3))
def test_prices_of_fewer_customers_first_lead_to_the_same_optimum(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points_solve, "_FEW", 12)
    monkeypatch.setattr(points_solve, "_FEWER", 2)
    p = points(seed, m=70, globe=seed == 1)
    answer = solve_points(p, Watch(gap=0.0))
    assert answer.objective == pytest.approx(solve_siting(matrix_of(p), Watch(gap=0.0)).objective, rel=1e-9)
    assert cost_of(p, answer.open, answer.lanes) == pytest.approx(answer.objective, rel=1e-9)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("lanes", [120, 300, 420])
def test_with_little_room_bound_and_plan_are_honest(lanes: int) -> None:
    p = points(5)
    true = solve_siting(matrix_of(p), Watch(gap=0.0))
    answer = solve_points(p, Watch(gap=0.0), memory_of(p) + lanes * points_solve._LANE)
    assert answer.bound <= true.objective * (1 + 1e-9)
    if answer.objective is not None:
        assert answer.objective >= true.objective * (1 - 1e-9)
        assert cost_of(p, answer.open, answer.lanes) == pytest.approx(answer.objective, rel=1e-9)


def ascent_of(p: Points, width: int, threads: int = 1) -> Ascent:
    return Ascent(field_of(p, np.flatnonzero(p.demand > 0)), p.state.copy(), width, p.m, threads)


@pytest.mark.parametrize("seed", range(4))
def test_no_prices_give_a_bound_above_the_optimum(seed: int) -> None:
    p = points(seed, states=seed % 2 == 1, r=4.0)
    true = solve_siting(matrix_of(p), Watch(gap=0.0))
    if true.objective is None:
        return
    a, g = ascent_of(p, 5), np.random.default_rng(seed)
    for _ in range(60):
        prices = a.price * g.uniform(0.0, 2.0, len(a.price)) + g.uniform(-1.0, 1.0, len(a.price))
        assert a.exact(prices)[0] <= true.objective * (1 + 1e-9)
    for _ in range(30):
        a.round(true.objective)
        assert a.bound <= true.objective * (1 + 1e-9)
    a.close()


@pytest.mark.parametrize("seed", range(4))
def test_fixing_keeps_a_plan_better_than_the_cutoff(seed: int) -> None:
    p = points(seed)
    true = solve_siting(matrix_of(p), Watch(gap=0.0))
    a, fixed = ascent_of(p, 8), 0
    for _ in range(15):
        a.round(true.objective)
        state = a.state.copy()
        a.fix_in(state, true.objective * (1 + 1e-9))
        fixed += int((state != FREE).sum())
        left = replace(matrix_of(p), state=state)
        assert solve_siting(left, Watch(gap=0.0)).objective == pytest.approx(true.objective, rel=1e-9)
    assert fixed > 0
    a.close()


def test_short_lists_grow_and_do_not_change_the_bound() -> None:
    p = points(1, n=10, m=80, r=2.0)
    narrow, wide = ascent_of(p, 1), ascent_of(p, p.m)
    assert narrow.lists.who.shape[1] > 1
    assert narrow.bound == pytest.approx(wide.bound, rel=1e-12)
    narrow.close()
    wide.close()


def test_two_threads_give_the_same_prices_as_one() -> None:
    p = points(2, n=20, m=100)
    one, two = ascent_of(p, 20, 1), ascent_of(p, 20, 2)
    for a in (one, two):
        for _ in range(8):
            a.round(1.02 * a.bound)
        a.close()
    assert one.bound == two.bound
    assert (one.price == two.price).all()


def test_a_plan_with_groups_costs_no_less_than_without() -> None:
    p = points(6, m=60)
    f = field_of(p, np.flatnonzero(p.demand > 0))
    assert len(np.unique(groups_of(f.customers, 9))) == 9
    at = np.arange(p.n)
    true = solve_siting(matrix_of(p), Watch(gap=0.0)).objective
    costs = [solve_siting(grouped(f, at, p.state, k), Watch(gap=0.0)).objective for k in (4, 16, 1000)]
    assert costs[0] > costs[1] > true * (1 - 1e-9)
    assert costs[2] == pytest.approx(true, rel=1e-9)


def test_kilometres_on_the_globe_are_those_of_the_great_circle() -> None:
    quarter = np.pi / 2
    p = Points([[0.0, 0.0]], [[0.0, quarter], [quarter, 0.0], [0.0, np.pi]], 2.0, [1.0] * 3, [9.0], [0.0], globe=True)
    km = matrix_of(p).unit_cost[0] / 2.0
    assert km == pytest.approx(EARTH_KM * np.array([quarter, quarter, np.pi]), rel=1e-12)


def test_memory_is_counted_before_it_is_used() -> None:
    p = points(1)
    with pytest.raises(SitingError, match="MB"):
        solve_points(p, Watch(), memory_of(p) - 1)
    assert solve_points(p, Watch()).work["memory"] >= memory_of(p)
    g = np.random.default_rng(1)
    far = Points(g.random((2000, 2)), g.random((50_000, 2)), 1.0, np.ones(50_000), np.full(2000, 125.0), np.ones(2000))
    assert memory_of(far) < 500_000_000


@pytest.mark.usefixtures("large")
def test_capacity_below_demand_is_infeasible() -> None:
    p = points(1)
    assert solve_points(replace(p, capacity=p.capacity * 0.1), Watch()).status == "infeasible"


def test_without_any_demand_nothing_opens() -> None:
    p = points(1)
    answer = solve_points(replace(p, demand=np.zeros(p.m)), Watch())
    assert answer.status == "optimal"
    assert answer.objective == 0.0


@pytest.mark.parametrize(
    "bad",
    [
        {"site_xy": np.zeros((3, 2))}, {"customer_xy": np.full((40, 2), np.nan)}, {"rate": -1.0}, {"rate": np.inf},
        {"detour": np.nan}, {"demand": np.full(40, -1.0)}, {"capacity": np.full(12, np.nan)},
        {"fixed": np.full(12, np.inf)}, {"state": np.full(12, 7)}, {"site_xy": np.full((12, 2), 90.0), "globe": True},
    ],
)  # fmt: skip
def test_arrays_that_make_no_problem_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(SitingError):
        replace(points(1), **bad)
