"""Two echelons against the compact model: optima, bounds at any prices, flows, bad input, limits of time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from balik.algebra import Arrays
from balik.engines import Options, run_highs
from balik.location.echelons.arrays import prepare
from balik.location.echelons.bound import ascend, evaluate, new_room
from balik.location.echelons.choose import least_count
from balik.location.echelons.flow import best_flow, close_site, flows, new_tree, open_site, start_tree
from balik.location.echelons.links import link, no_links
from balik.location.echelons.problem import TwoEchelon
from balik.location.echelons.solve import solve_two_echelon
from balik.location.problem import CLOSED, FREE, OPEN, Array, SitingError
from balik.location.watch import Watch
from benchmarks.siting import generators
from benchmarks.siting.echelons import compact, echelons

SEEDS = range(72)


def small(seed: int) -> TwoEchelon:
    """One of many small problems: loose and tight, one to three materials, some with losses, fixed sites, revenue."""
    g = np.random.default_rng(1000 + seed)
    i, j, k, n = int(g.integers(1, 5)), int(g.integers(2, 7)), int(g.integers(3, 11)), int(g.integers(1, 4))
    p = echelons(i, j, k, n, "hard" if seed % 2 else "medium", seed)
    p = replace(p, plant_fixed=p.plant_fixed * g.uniform(0.1, 4.0), depot_fixed=p.depot_fixed * g.uniform(0.1, 4.0))
    if seed % 3 == 1:
        p = replace(p, output=g.uniform(0.6, 1.3, n), plant_capacity=p.plant_capacity * 1.7)
    if seed % 5 == 2:
        p = replace(p, plant_cost=p.plant_cost - 8.0, depot_fixed=p.depot_fixed - 300.0)
    if seed % 7 == 3:
        states = g.choice([CLOSED, FREE, FREE, FREE, OPEN], j).astype(np.int8)
        p = replace(p, depot_state=states, depot_capacity=p.depot_capacity * 2.0)
    return replace(p, plant_capacity=np.full((i, n), np.inf)) if seed % 11 == 4 else p


def optimum(p: TwoEchelon) -> float | None:
    """The optimum by the compact model; None: there is no plan."""
    result = run_highs(compact(p, strong=True), Options(gap=1e-9, prices=False, threads=1))
    return None if result.status == "infeasible" else result.objective


def paths(p: TwoEchelon) -> Arrays:
    """The relaxation by paths: Σ_i w_ijk ≤ D y_j, Σ_j w_ijk ≤ D z_i, capacities; materials are one after the other."""
    l, i, j, k = p.materials, p.plants, p.depots, p.customers
    way = i + j + np.arange(l * i * j * k).reshape(l, i, j, k)
    rows: list[tuple[float, float, list[tuple[Array, float]]]] = []
    for m in range(l):
        for c in range(k):
            d = float(p.demand[c, m])
            rows.append((d, d, [(way[m, :, :, c].ravel(), 1.0)]))
            rows += [(-np.inf, 0.0, [(way[m, a, :, c], 1.0), (np.array([a]), -d)]) for a in range(i)]
            rows += [(-np.inf, 0.0, [(way[m, :, b, c], 1.0), (np.array([i + b]), -d)]) for b in range(j)]
        for a in range(i):
            rows.append((-np.inf, 0.0, [(way[m, a].ravel(), 1.0), (np.array([a]), -float(p.plant_capacity[a, m]))]))
        for b in range(j):
            room = float(p.depot_capacity[b, m])
            rows.append((-np.inf, 0.0, [(way[m, :, b].ravel(), 1.0), (np.array([i + b]), -room)]))
    row = np.concatenate([np.full(len(at), r) for r, (_, _, terms) in enumerate(rows) for at, _ in terms])
    column = np.concatenate([at for _, _, terms in rows for at, _ in terms])
    value = np.concatenate([np.full(len(at), v) for _, _, terms in rows for at, v in terms])
    order, n = np.lexsort((row, column)), i + j + way.size
    cost = np.concatenate([p.fixed, (p.plant_cost[:, :, :, None] + p.customer_cost[:, None]).ravel()])
    upper = np.concatenate([np.ones(i + j), np.full(way.size, np.inf)])
    return Arrays(
        cost, 0.0, np.zeros(n), upper, np.zeros(n, bool), np.array([r[0] for r in rows]),
        np.array([r[1] for r in rows]), np.concatenate([[0], np.cumsum(np.bincount(column))]).astype(np.int32),
        row[order].astype(np.int32), value[order],
    )  # fmt: skip


def recomputed(p: TwoEchelon, answer: Any) -> float:
    """What the plan costs, after every statement of the problem was checked."""
    u, x, z, y = answer.plant_flow, answer.customer_flow, answer.open_plants, answer.open_depots
    assert u.min() >= 0 and x.min() >= 0
    assert np.allclose(x.sum(1), p.demand.T, rtol=1e-9, atol=1e-7)
    assert np.allclose(x.sum(2), p.output[:, None] * u.sum(1), rtol=1e-9, atol=1e-6)
    assert (u.sum(2) <= np.where(z, p.plant_capacity.T, 0.0) + 1e-6).all()
    assert (x.sum(2) <= np.where(y, p.depot_capacity.T, 0.0) + 1e-6).all()
    assert (answer.open[p.state == OPEN]).all() and not answer.open[p.state == CLOSED].any()
    lanes = (u * p.plant_cost).sum() + (x * p.customer_cost).sum()
    return float(p.plant_fixed[z].sum() + p.depot_fixed[y].sum() + lanes)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_a_gap_of_nothing_is_proved_as_far_as_rounding_lets_it(seed: int) -> None:
    p = small(seed)
    best, answer = optimum(p), solve_two_echelon(p, Watch(gap=0.0))
    assert answer.status == ("infeasible" if best is None else "optimal")
    assert best is None or answer.bound <= answer.objective == pytest.approx(best, rel=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_small_problems_are_closed_at_the_optimum(seed: int) -> None:
    p = small(seed)
    best, answer = optimum(p), solve_two_echelon(p, Watch())
    if best is None:
        assert answer.status == "infeasible" and answer.open is None
        return
    assert answer.status == "optimal" and answer.objective is not None
    near = 2e-6 * max(1.0, abs(best))
    assert answer.objective == pytest.approx(best, abs=near)
    assert answer.bound <= best + near and answer.gap <= 1.001e-6
    assert recomputed(p, answer) == pytest.approx(answer.objective, rel=1e-9)


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("seed", range(0, 72, 3))
def test_no_prices_give_a_bound_above_the_optimum(seed: int, linked: bool) -> None:
    p = small(seed)
    best = optimum(p)
    if best is None:
        return
    data, g, i = prepare(p), np.random.default_rng(seed), p.plants
    stop = np.zeros(1, np.int8)
    least = np.array([
        least_count(data.holds[:, :i], data.needs[0], p.plant_state, data.place[:i]),
        least_count(data.holds[:, i:], data.needs[1], p.depot_state, data.place[i:]),
    ])  # fmt: skip
    cutoff = best + 1e-6 * max(1.0, abs(best))
    for scale in (0.1, 1.0, 10.0, 100.0):
        links, prices = no_links(data), g.normal(scale, scale, data.demand.size + data.through.size)
        if linked:  # few pairs are held where prices are low, nearly all where they are high
            links, prices = link(data, p.state, prices)
        room = new_room(data, links)
        for _ in range(5):
            tried = prices + g.normal(0.0, scale, len(prices))
            bound = evaluate(data, links, tried, p.state.copy(), least, np.inf, room)
            assert bound <= best + 1e-9 * max(1.0, abs(best))
        point, state = (prices, np.zeros(len(prices)), np.zeros(len(p.state))), p.state.copy()
        memory, pace = np.array([-np.inf, 0.3, 0.0, 0.1]), (1.05, 0.8, 20.0, 0.9)
        ascend(data, links, point, state, least, -1, cutoff, cutoff, 300, pace, memory, room, stop)
        assert memory[0] <= best + 1e-9 * max(1.0, abs(best))
        fixed = replace(p, plant_state=state[: p.plants], depot_state=state[p.plants :])  # the optimum is in reach
        assert optimum(fixed) == pytest.approx(best, rel=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_links_come_near_the_relaxation_by_paths_and_not_above_it(seed: int) -> None:
    p = generators.two_echelon(5, 10, 20, 2, "hard", seed)
    data, stop = prepare(p), np.zeros(1, np.int8)
    least, state = np.zeros(2, np.int64), p.state.copy()
    prices, bounds = np.zeros(data.demand.size + data.through.size), []
    links = no_links(data)
    for _ in range(2):
        point, memory = (prices, np.zeros(len(prices)), np.zeros(len(state))), np.array([-np.inf, 0.3, 0.0, 0.1])
        pace, room = (1.05, 0.8, 20.0, 0.9), new_room(data, links)
        ascend(data, links, point, state, least, -1, np.inf, np.inf, 6000, pace, memory, room, stop)
        bounds.append(memory[0])
        if len(bounds) == 1:
            links, prices = link(data, state, prices)
    by_paths = run_highs(paths(p), Options(threads=1)).objective
    assert bounds[0] < bounds[1] <= by_paths * (1 + 1e-9) and bounds[1] >= by_paths * 0.995


@pytest.mark.parametrize("seed", range(6))
def test_flows_from_the_flows_of_other_sites_are_cheapest(seed: int) -> None:
    p, g = echelons(4, 7, 15, 2, "hard", seed), np.random.default_rng(seed)
    data = prepare(p)
    tree, cold = new_tree(data), new_tree(data)
    is_open = np.ones(11, np.bool_)
    start_tree(data, tree, is_open)
    for _ in range(40):
        s = int(g.integers(11))
        is_open[s] = not is_open[s]
        (open_site if is_open[s] else close_site)(data, tree, s)
        warm, served = best_flow(data, tree, is_open), flows(data, tree)[2]
        state = np.where(is_open, OPEN, CLOSED).astype(np.int8)
        best = optimum(replace(p, plant_state=state[:4], depot_state=state[4:]))
        assert served == (best is not None)
        if best is not None:
            start_tree(data, cold, is_open)
            assert warm == pytest.approx(best, rel=1e-9)
            assert best_flow(data, cold, is_open) == pytest.approx(best, rel=1e-9)


def test_the_same_answer_every_time_with_any_number_of_threads() -> None:
    p = echelons(6, 12, 25, 3, "hard", 1)
    one, two, again = (solve_two_echelon(p, Watch(threads=n)) for n in (1, 2, 2))
    assert one.status == "optimal" and one.work == two.work == again.work
    assert one.objective == two.objective == again.objective and one.bound == two.bound == again.bound
    assert (one.open == two.open).all() and (two.open == again.open).all()


def test_time_is_kept_and_the_best_is_told() -> None:
    told: list[tuple[float, float]] = []
    p = echelons(20, 40, 80, 4, "hard", 1)
    watch = Watch(time_limit=1.5, tell=lambda plan, bound, nodes: told.append((plan, bound)))
    answer = solve_two_echelon(p, watch)
    assert watch.seconds < 2.5
    assert answer.status == "feasible" and answer.objective is not None and 0.0 < answer.gap < 0.2
    assert recomputed(p, answer) == pytest.approx(answer.objective, rel=1e-9)
    plans, bounds = (np.array(values) for values in zip(*told, strict=True))
    assert (np.diff(plans[np.isfinite(plans)]) <= 0).all() and (np.diff(bounds) >= 0).all()
    assert (bounds <= plans).all()


def test_a_search_that_may_not_begin_says_so() -> None:
    answer = solve_two_echelon(echelons(4, 8, 10, 2, "hard", 1), Watch(stop=lambda: True))
    assert answer.status in ("stopped", "feasible") and answer.bound <= (answer.objective or np.inf)


def test_large_and_small_numbers_in_one_problem() -> None:
    p = echelons(3, 5, 8, 2, "hard", 4)
    cost = p.plant_cost.copy()
    cost[:, 0] = 1e7
    p = replace(p, plant_cost=cost, customer_cost=p.customer_cost * 1e-5)
    answer, best = solve_two_echelon(p, Watch()), optimum(p)
    assert best is not None and answer.objective == pytest.approx(best, rel=2e-6)


@pytest.mark.parametrize("dear", [1e6, 1e9, 1e12])
def test_forbidding_prices_hide_nothing_of_what_other_lanes_cost(dear: float) -> None:
    for seed in range(4):
        g = np.random.default_rng(seed)
        p = generators.two_echelon(8, 16, 50, 2, "hard", seed)
        p = replace(p, plant_cost=p.plant_cost * 1e-5, customer_cost=p.customer_cost * 1e-5, demand=p.demand / 7)
        never1, never2 = g.random(p.plant_cost.shape) < 0.3, g.random(p.customer_cost.shape) < 0.3
        mild, harsh = (
            replace(p, plant_cost=np.where(never1, c, p.plant_cost), customer_cost=np.where(never2, c, p.customer_cost))
            for c in (1.0, dear)
        )
        datas, is_open = (prepare(mild), prepare(harsh)), g.random(24) < 0.8
        trees = [new_tree(data) for data in datas]
        for data, tree in zip(datas, trees, strict=True):
            start_tree(data, tree, is_open)
        for _ in range(10):
            expected, found = (best_flow(d, t, is_open) for d, t in zip(datas, trees, strict=True))
            first, second, served = flows(datas[0], trees[0])
            if served and not first[never1].any() and not second[never2].any():
                lanes = p.fixed[is_open].sum()
                assert found - lanes == pytest.approx(expected - lanes, rel=1e-7)
            s = int(g.integers(24))
            is_open[s] = not is_open[s]
            for data, tree in zip(datas, trees, strict=True):
                (open_site if is_open[s] else close_site)(data, tree, s)


def test_nothing_is_asked_of_a_material() -> None:
    p = echelons(3, 4, 6, 2, "hard", 5)
    demand = p.demand.copy()
    demand[:, 1] = 0.0
    p = replace(p, demand=demand)
    assert solve_two_echelon(p, Watch()).objective == pytest.approx(optimum(p), rel=2e-6)
    none = solve_two_echelon(replace(p, demand=demand * 0.0), Watch())
    assert none.status == "optimal" and none.objective == 0.0 and none.open is not None and not none.open.any()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"plant_cost": np.zeros((2, 3, 3))}, "shape"),
        ({"demand": np.zeros((0, 2))}, "no customer"),
        ({"plant_fixed": np.zeros(0)}, "no candidate"),
        ({"customer_cost": np.full((2, 4, 6), np.nan)}, "NaN"),
        ({"customer_cost": np.full((2, 4, 6), np.inf)}, "finite"),
        ({"depot_capacity": np.full((4, 2), -1.0)}, "negative"),
        ({"output": np.zeros(2)}, "positive"),
        ({"depot_state": np.full(4, 3)}, "state"),
    ],
)
def test_arrays_that_are_no_problem_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(SitingError, match=words):
        replace(echelons(3, 4, 6, 2, "hard", 5), **change)


def test_too_little_capacity_is_infeasible() -> None:
    p = echelons(3, 4, 6, 2, "hard", 5)
    assert solve_two_echelon(replace(p, plant_capacity=p.plant_capacity * 0.2), Watch()).status == "infeasible"
    assert solve_two_echelon(replace(p, depot_state=np.full(4, CLOSED)), Watch()).status == "infeasible"
