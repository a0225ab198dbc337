"""Single sourcing against the compact program at gap 0, known optima, and what its bounds may never do."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from itertools import product
from pathlib import Path

import highspy
import numpy as np
import pytest

from balik.location.problem import CLOSED, FREE, OPEN, Siting, SitingError
from balik.location.single import solve_single
from balik.location.single.core import core_of, fewest_sites, filled
from balik.location.single.dual import evaluate, fix_sites, keep_pairs
from balik.location.single.knapsack import binary_knapsack, lists_of, work_of
from balik.location.watch import Watch

KINDS = ["plain", "decimals", "states", "counts", "sizes", "least", "lanes", "all"]


def made(seed: int, kind: str = "plain", n: int = 8, m: int = 20, ratio: float = 2.5) -> Siting:
    """A random problem of about this ratio of capacity to demand."""
    g = np.random.default_rng([seed, KINDS.index(kind)])
    demand = g.integers(5, 36, m).astype(float)
    capacity = g.integers(10, 161, n).astype(float)
    fixed = np.round(g.uniform(0, 90, n) + g.uniform(100, 110, n) * np.sqrt(capacity))
    capacity = np.round(np.maximum(capacity * ratio * demand.sum() / capacity.sum(), 36.0))
    away = np.hypot(*(g.random((n, 1, 2)) - g.random((1, m, 2))).transpose(2, 0, 1))
    cost = np.round(10 * away * demand)
    if kind == "decimals":
        demand, cost, fixed = demand + np.round(g.random(m), 3), cost + g.random((n, m)), fixed + g.random(n)
        capacity = capacity + 1.0
    p = Siting(cost / demand, demand, capacity, fixed, single=True)
    every = kind == "all"
    if kind == "states" or every:
        state = np.full(n, FREE)
        state[g.permutation(n)[:3]] = [OPEN, CLOSED, OPEN]
        p = replace(p, state=state)
    if kind == "counts" or every:
        p = replace(p, rows=np.vstack([np.ones(n), -np.ones(n), g.integers(0, 3, n)]), upper=np.array([5.0, -3.0, 6.0]))
    if kind == "sizes" or every:
        p = replace(p, place=np.arange(n) // 2 if not every else np.array([0, 1, 2, 3, 4, 5, 6, 6])[:n])
    if kind == "least" or every:
        p = replace(p, least=np.round(p.capacity * g.uniform(0.3, 0.9, n)))
    if kind == "lanes" or every:
        p = replace(
            p, unit_cost=np.where(g.random((n, m)) < 0.3, np.inf, p.unit_cost), capacity=np.r_[np.inf, p.capacity[1:]]
        )
    return p


def compact(p: Siting) -> float | None:
    """Optimum of the compact program by HiGHS, None where there is no plan."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 0.0)
    y = [h.addVariable(float(s == OPEN), float(s != CLOSED), float(f), type=highspy.HighsVarType.kInteger) for s, f in zip(p.state, p.fixed, strict=True)]  # fmt: skip
    lane = [(j, i) for j, i in product(range(p.n), range(p.m)) if np.isfinite(p.unit_cost[j, i]) and p.demand[i] > 0]
    x = {(j, i): h.addVariable(0.0, 1.0, float(p.unit_cost[j, i] * p.demand[i]), type=highspy.HighsVarType.kInteger) for j, i in lane}  # fmt: skip
    for i in np.flatnonzero(p.demand > 0):
        mine = [x[j, i] for j in range(p.n) if (j, i) in x]
        if not mine:
            return None
        h.addConstr(sum(mine) == 1.0)
    for j in range(p.n):
        load = [(x[j, i], float(p.demand[i])) for i in range(p.m) if (j, i) in x]
        total = sum((d * v for v, d in load), 0.0 * y[j])
        h.addConstr(total <= float(min(p.capacity[j], p.total)) * y[j])
        h.addConstr(total >= float(p.least[j]) * y[j])
        for v, _ in load:
            h.addConstr(v <= y[j])
    for row, upper in zip(p.rows, p.upper, strict=True):
        h.addConstr(sum(float(a) * v for a, v in zip(row, y, strict=True)) <= float(upper))
    for place in np.unique(p.place):
        h.addConstr(sum(y[j] for j in np.flatnonzero(p.place == place)) <= 1.0)
    h.run()
    if h.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    assert h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(h.getInfo().objective_function_value)


def assert_plan(p: Siting, answer) -> None:
    """The plan keeps every rule, and costs what it says."""
    opened, site = answer.open, answer.assignment
    served = p.demand > 0
    assert (site[served] >= 0).all() and (site[~served] == -1).all()
    who = np.flatnonzero(served)
    load = np.bincount(site[who], p.demand[who], p.n)
    assert opened[site[who]].all() and np.isfinite(p.unit_cost[site[who], who]).all()
    assert (load <= np.where(opened, p.capacity, 0.0) * (1 + 1e-8) + 1e-8).all()
    assert (load[opened] >= p.least[opened] - 1e-6).all()
    assert (p.rows @ opened <= p.upper + 1e-6).all()
    assert not opened[p.state == CLOSED].any() and opened[p.state == OPEN].all()
    assert np.bincount(p.place[opened]).max(initial=0) <= 1
    cost = p.fixed[opened].sum() + (p.unit_cost[site[who], who] * p.demand[who]).sum()
    assert cost == pytest.approx(answer.objective, rel=1e-9, abs=1e-9)


def assert_as_compact(p: Siting) -> None:
    optimum, answer = compact(p), solve_single(p, Watch())
    if optimum is None:
        assert answer.status == "infeasible" and answer.bound == np.inf and not answer.has_plan
        return
    assert answer.status == "optimal"
    assert_plan(p, answer)
    assert answer.objective == pytest.approx(optimum, rel=2e-6)
    assert optimum * (1 - 2e-6) <= answer.bound <= optimum + 1e-6 * abs(optimum)


@pytest.mark.parametrize("kind", KINDS)
def test_the_optimum_is_that_of_the_compact_program(kind):
    for seed in range(8):
        assert_as_compact(made(seed, kind, ratio=(1.3, 2.5, 4.0)[seed % 3]))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_optimum_is_that_of_the_compact_program_many_times(kind):
    for seed in range(100, 225):
        assert_as_compact(made(seed, kind, ratio=(1.15, 1.5, 2.5, 4.0)[seed % 4]))


# -- known optima -------------------------------------------------------------------------------------------------

INSTANCES = Path(os.environ.get("BALIK_INSTANCES", Path(__file__).parents[3] / "shared" / "instances"))


def known(problem_set: str) -> dict[str, float]:
    """File → published optimum of single sourcing."""
    table = INSTANCES / "optima.csv"
    rows = [line.split(",") for line in table.read_text().splitlines()[1:]] if table.exists() else []
    return {row[1]: float(row[3]) for row in rows if row[0] == problem_set and row[2] == "SSCFLP"}


def read(name: str) -> Siting:
    """n m, capacity and fixed cost of each site, demands, costs site by site."""
    path = INSTANCES / name
    data = path.read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode()
    number = np.array(text.replace("\x1a", "").split(), float)
    n, m = int(number[0]), int(number[1])
    site, rest = number[2 : 2 + 2 * n].reshape(n, 2), number[2 + 2 * n :]
    return Siting(rest[m : m + n * m].reshape(n, m) / rest[:m], rest[:m], site[:, 0], site[:, 1], single=True)


def assert_known(name: str, optimum: float) -> None:
    p = read(name)
    answer = solve_single(p, Watch())
    assert answer.status == "optimal" and answer.objective == pytest.approx(optimum, rel=1e-6)
    assert answer.bound == pytest.approx(optimum, rel=1e-6)
    assert_plan(p, answer)


@pytest.mark.skipif(not known("holmberg"), reason="the published instances are not here")
@pytest.mark.parametrize("number", [1, 5, 9, 14, 20, 26, 35, 41, 46, 50, 65])
def test_published_optima(number):
    assert_known(f"holmberg/p{number}", known("holmberg")[f"holmberg/p{number}"])


@pytest.mark.slow
@pytest.mark.parametrize("name", known("holmberg"))
def test_all_published_optima(name):
    assert_known(name, known("holmberg")[name])


# -- bounds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["plain", "decimals", "states", "counts", "sizes", "all"])
def test_no_bound_passes_the_optimum_and_no_optimal_plan_is_dropped(kind):
    g = np.random.default_rng(3)
    for seed in range(4):
        p = made(seed, kind, ratio=2.0)
        best = solve_single(p, Watch(gap=0.0))
        if not best.has_plan:
            continue
        core, state = core_of(p)
        lists, work = lists_of(core), work_of(core)
        cutoff = best.objective * (1 + 1e-7)
        for _ in range(30):
            scale = np.min(np.where(np.isfinite(core.cost), core.cost, np.inf), axis=0)
            u = np.r_[scale * g.uniform(0.5, 3.0) + g.uniform(0, 150, p.m), g.exponential(20.0, len(core.upper))]
            for exact in (False, True):
                here = state.copy()
                bound = evaluate(core, lists, here, u, work, exact)
                assert bound <= cutoff
                keep = np.isfinite(core.cost)
                keep_pairs(core, lists, here, u, work, bound, cutoff, keep)
                fix_sites(core, here, work, bound, cutoff)
                assert (here[best.open] != CLOSED).all() and (here[~best.open] != OPEN).all()
                assert keep[best.assignment, np.arange(p.m)].all()


def test_the_binary_knapsack_is_exact_or_above():
    g = np.random.default_rng(0)
    for _ in range(300):
        size = int(g.integers(1, 11))
        weight, profit = g.uniform(1, 9, size), g.uniform(1, 9, size)
        order = np.argsort(-profit / weight)
        weight, profit, capacity = weight[order], profit[order], g.uniform(0, 0.8) * weight.sum()
        chosen = np.array(list(product((0, 1), repeat=size)))
        best = (chosen @ profit)[chosen @ weight <= capacity].max()
        x = np.zeros(size)
        assert binary_knapsack(profit, weight, size, capacity, x, 10**6) == pytest.approx(best)
        assert x @ profit == pytest.approx(best) and x @ weight <= capacity
        assert binary_knapsack(profit, weight, size, capacity, x, 1) >= best - 1e-9


# -- the search ---------------------------------------------------------------------------------------------------


def test_the_same_problem_has_the_same_answer():
    p = made(4, "plain", n=15, m=50)
    one, two = solve_single(p, Watch(threads=1)), solve_single(p, Watch())
    assert one.status == two.status == "optimal" and one.objective == two.objective and one.work == two.work
    assert (one.open == two.open).all() and (one.assignment == two.assignment).all()


def test_a_wider_gap_is_reached_and_no_more_is_claimed():
    p = made(1, "plain", n=15, m=50, ratio=3.0)
    exact, wide = solve_single(p, Watch(gap=0.0)), solve_single(p, Watch(gap=0.05))
    assert wide.status == "optimal" and wide.gap <= 0.05
    assert wide.bound <= exact.objective <= wide.objective


def test_stopping_keeps_the_best_and_an_honest_bound():
    p = made(2, "plain", n=40, m=120, ratio=4.0)
    told: list[tuple[float, float, int]] = []
    watch = Watch(tell=lambda *news: told.append(news), stop=lambda: len(told) > 6)
    answer = solve_single(p, watch)
    assert answer.status == "feasible" and answer.bound < answer.objective
    assert_plan(p, answer)
    assert all(bound <= incumbent for incumbent, bound, _ in told)
    assert (
        told[-1][0] == answer.objective
        and (np.diff([incumbent for incumbent, _, _ in told if incumbent < np.inf]) <= 0).all()
    )


def test_stopped_at_once_there_is_no_plan_but_a_bound():
    p = made(2, "plain", n=40, m=120, ratio=4.0)
    answer = solve_single(p, Watch(stop=lambda: True))
    assert answer.status in ("stopped", "feasible")
    assert answer.bound < solve_single(p, Watch(gap=0.02)).objective


# -- odd input ----------------------------------------------------------------------------------------------------


def small(**change) -> Siting:
    base = {"unit_cost": [[1.0, 2.0, 3.0], [3.0, 1.0, 1.0]], "demand": [4.0, 3.0, 3.0], "capacity": [7.0, 6.0], "fixed": [5.0, 4.0]}  # fmt: skip
    return Siting(**{k: np.array(v) for k, v in (base | change).items()}, single=True)


def test_two_sites_by_hand():
    answer = solve_single(small(), Watch())
    assert answer.objective == 5 + 4 + 4 + 3 + 3 and answer.assignment.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"capacity": [5.0, 4.0]},  # less than demand
        {"capacity": [6.0, 4.0], "demand": [4.0, 4.0, 2.0], "least": [0.0, 5.0]},
        {"demand": [5.0, 5.0, 3.0]},  # enough in sum, but no customer may be split
        {"state": [CLOSED, CLOSED]},
        {"state": [OPEN, OPEN], "place": [1, 1]},
        {"unit_cost": [[1.0, 2.0, np.inf], [3.0, 1.0, np.inf]]},
        {"rows": [[1.0, 1.0]], "upper": [1.0]},
    ],
)
def test_no_plan_is_proved(change):
    answer = solve_single(small(**change), Watch())
    assert answer.status == "infeasible" and answer.bound == np.inf and not answer.has_plan


@pytest.mark.parametrize("change", [{"demand": [4.0, np.nan, 3.0]}, {"demand": [4.0, -3.0, 3.0]}, {"fixed": [5.0]}])
def test_arrays_that_make_no_problem_are_refused(change):
    with pytest.raises(SitingError):
        small(**change)


def test_customers_without_demand_have_no_site():
    answer = solve_single(small(demand=[4.0, 0.0, 3.0], unit_cost=[[1.0, np.inf, 3.0], [3.0, np.inf, 1.0]]), Watch())
    assert answer.objective == 5 + 4 + 4 + 3 and answer.assignment.tolist() == [0, -1, 1]
    nobody = solve_single(small(demand=[0.0, 0.0, 0.0], fixed=[-5.0, 4.0]), Watch())
    assert nobody.status == "optimal" and nobody.objective == -5.0 and nobody.open.tolist() == [True, False]


def test_numbers_far_apart():
    p = small(fixed=[1e12, 1e-6], capacity=[np.inf, 6.0])
    answer = solve_single(p, Watch())
    assert answer.status == "optimal" and answer.open[0]
    assert answer.objective == pytest.approx(1e12, rel=1e-9)
    assert solve_single(small(fixed=[1e-6, 1e-6]), Watch()).objective == pytest.approx(10 + 2e-6, rel=1e-9)


def test_capacities_are_cut_to_sums_of_demands():
    assert filled(np.array([10.0, 2.0, 0.0, 8.0, 30.0]), np.array([3.0, 5.0, 3.0])).tolist() == [8, 0, 0, 8, 11]
    assert filled(np.array([10.0]), np.array([3.5, 5.0])).tolist() == [10.0]


def test_the_fewest_sites():
    assert fewest_sites(np.array([4.0, 6.0, 5.0]), np.array([0, 0, 1]), 11.0) == 2
    assert fewest_sites(np.array([4.0, 6.0, 5.0]), np.arange(3), 5.5) == 1


def test_ties_do_not_cycle():
    p = Siting(np.ones((10, 30)), np.full(30, 3.0), np.full(10, 10.0), np.full(10, 7.0), single=True)
    answer = solve_single(p, Watch())
    assert answer.status == "optimal" and answer.objective == 90 + 70


@pytest.mark.parametrize("unit", [1e-9, 1e-6, 1.0, 1e6])
def test_the_unit_of_demand_does_not_matter(unit: float) -> None:
    cost = np.array([[1.0, 1.0], [9.0, 9.0]]) / unit
    p = Siting(cost, np.ones(2) * unit, np.ones(2) * unit, [1.0, 1.0], single=True)
    answer = solve_single(p, Watch())
    assert answer.status == "optimal" and answer.objective == pytest.approx(12.0)
