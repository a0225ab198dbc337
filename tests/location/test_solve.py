"""Capacitated siting against a compact model, enumeration, and bounds that must never be wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
import pytest

from balik.location.bound import lagrangian
from balik.location.branch import cutoff_of
from balik.location.checker import check_certificate
from balik.location.cover import cover, fix
from balik.location.data import data_of, scratch_of
from balik.location.dispatch import search_for
from balik.location.fill import shorten
from balik.location.pace import Pace
from balik.location.problem import CLOSED, FREE, OPEN, Siting, SitingError
from balik.location.solve import Search, solve_siting
from balik.location.transport import Transport
from balik.location.watch import Watch
from location.siting_problems import KINDS, compact_optimum, cost_of, random_siting

Array = np.ndarray

#: 1,000 of each kind in the long run.
FEW, MANY = 9, 1000


def check(kind: str, seed: int, n: int = 8, m: int = 20) -> None:
    p = random_siting(kind, seed, n, m)
    true = compact_optimum(p)
    watch = Watch(gap=0.0)
    answer = solve_siting(p, watch)
    if true is None:
        assert answer.status == "infeasible"
        return
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(true, rel=1e-7, abs=1e-6)
    assert answer.bound <= true + 1e-7 * max(1.0, abs(true))
    assert cost_of(p, answer.open, answer.flow) == pytest.approx(answer.objective, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("seed", range(FEW))
@pytest.mark.parametrize("kind", KINDS)
def test_small_problems_have_the_optimum_of_the_compact_model(kind: str, seed: int) -> None:
    check(kind, seed)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_small_problems_of_each_kind(kind: str) -> None:
    for seed in range(FEW, MANY):
        check(kind, seed)


@pytest.mark.parametrize("kind", KINDS)
def test_transport_of_every_set_is_what_a_general_solver_finds(kind: str) -> None:
    p = random_siting(kind, 77, n=6, m=8)
    t = Transport(p)
    g = np.random.default_rng(1)
    for _ in range(12):
        open_ = g.random(p.n) < 0.6
        alone = Siting(p.unit_cost, p.demand, p.capacity, np.zeros(p.n), np.where(open_, OPEN, 0), p.least)
        true = compact_optimum(alone)
        assert t.cost(open_) == pytest.approx(np.inf if true is None else true, rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_no_prices_give_a_bound_above_the_optimum(kind: str) -> None:
    for seed in range(4):
        p = random_siting(kind, seed)
        true = compact_optimum(p)
        if true is None:
            continue
        data = data_of(p)
        w = scratch_of(data)
        g = np.random.default_rng(seed)
        for spread in (1.0, 10.0, 100.0):
            u = np.concatenate([g.normal(60, spread, p.m) * p.demand, np.abs(g.normal(0, 50, len(p.upper)))])
            bound = lagrangian(data, w, p.state.copy(), np.array([0.0, p.n]), u)
            assert bound <= true + 1e-6


def cheapest_by_number(p: Siting) -> Array:
    """Cost of the cheapest plan by the number of its open candidates, by enumeration; inf: none."""
    t, best = Transport(p), np.full(p.n + 1, np.inf)
    for bits in itertools.product([False, True], repeat=p.n):
        chosen = np.array(bits)
        lawful = (p.rows @ chosen <= p.upper).all() and (np.bincount(p.place, chosen) <= 1).all()
        if lawful and not chosen[p.state == CLOSED].any() and chosen[p.state == OPEN].all():
            best[chosen.sum()] = min(best[chosen.sum()], t.cost(chosen) + float(p.fixed[chosen].sum()))
    return best


@pytest.mark.parametrize("kind", KINDS)
def test_bounds_by_number_are_at_most_the_cheapest_plan_with_so_many_places(kind: str) -> None:
    for seed in range(3):
        p = random_siting(kind, seed, n=7, m=10)
        best, data, g = cheapest_by_number(p), data_of(p), np.random.default_rng(seed)
        w = scratch_of(data)
        for _ in range(6):
            near = np.sort(np.where(np.isfinite(p.unit_cost), p.unit_cost, 500.0), axis=0)[1] * g.uniform(0.8, 2.0, p.m)
            u = np.concatenate([near * p.demand, g.exponential(50, len(p.upper))])
            for low in range(p.n + 1):
                for high in range(low, p.n + 1):
                    bound = lagrangian(data, w, p.state.copy(), np.array([low, high], float), u)
                    true = best[low : high + 1].min()
                    assert bound <= true + 1e-9 * abs(true) if np.isfinite(true) else True


@pytest.mark.parametrize("kind", ["plain", "tight", "states", "sizes", "ties", "fractional"])
def test_the_cover_is_its_linear_program(kind: str) -> None:
    slack = 0
    for seed in range(6):
        p = random_siting(kind, seed, n=12)
        g, data = np.random.default_rng(seed), data_of(p)
        w = scratch_of(data)
        for high in range(1, p.n + 1):
            low = int(g.integers(0, high + 1))
            w.value[:] = np.round(g.normal(100.0, 200.0, p.n))
            found = cover(data, w, p.state, np.array([low, high], float))
            true = cover_by_program(p, w.value, low, high)
            if true is None:
                assert found >= 1e29
                continue
            assert found == pytest.approx(true, rel=1e-9, abs=1e-7)
            price, each = w.prices
            slack += each != 0.0
            assert float(w.value @ w.y) == pytest.approx(true, rel=1e-9, abs=1e-6)
            assert float(data.capacity @ w.y) >= p.total * (1 - 1e-9) and price >= 0.0
            assert low - 1e-6 <= w.y.sum() <= high + 1e-6
    assert slack > 10


def cover_by_program(p: Siting, value: Array, low: int, high: int) -> float | None:
    """The same by HiGHS; at least as many places as it takes to hold all demand."""
    inf, h = highspy.kHighsInf, highspy.Highs()
    h.setOptionValue("output_flag", False)
    capacity, places = np.minimum(p.capacity, p.total), np.unique(p.place)
    must = np.isin(places, p.place[p.state == OPEN])
    most = np.array([capacity[(p.place == g) & (p.state != CLOSED)].max(initial=0.0) for g in places])
    sizes = np.concatenate([capacity[p.state == OPEN], np.sort(most[~must])[::-1]])
    enough = np.flatnonzero(np.cumsum(sizes) >= p.total * (1 - 1e-12))
    if not len(enough):
        return None
    low = max(low, int(enough[0]) + 1, int(must.sum()))
    for j in range(p.n):
        open_ = p.state[j] == OPEN
        h.addVar(float(open_), float(open_ or (p.state[j] == FREE and not must[places == p.place[j]][0])))
        h.changeColCost(j, float(value[j]))
    every = list(range(p.n))
    h.addRow(p.total, inf, p.n, every, capacity.tolist())
    h.addRow(float(low), float(high), p.n, every, [1.0] * p.n) if low <= high else h.addRow(1.0, inf, 0, [], [])
    for g in places:
        mine = np.flatnonzero(p.place == g).tolist()
        h.addRow(-inf, 1.0, len(mine), mine, [1.0] * len(mine))
    h.run()
    done = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(h.getInfo().objective_function_value) if done else None


def best_with(p: Siting, j: int, open_: bool) -> float:
    """Optimum by enumeration of all sets in which candidate j is (not) open."""
    t, best = Transport(p), np.inf
    for bits in itertools.product([False, True], repeat=p.n):
        if bits[j] != open_:
            continue
        chosen = np.array(bits)
        if (p.rows @ chosen > p.upper).any() or (np.bincount(p.place, chosen) > 1).any():
            continue
        best = min(best, t.cost(chosen) + float(p.fixed[chosen].sum()))
    return best


@pytest.mark.parametrize("kind", ["plain", "sizes", "counts", "tight"])
def test_what_is_fixed_loses_no_better_plan(kind: str) -> None:
    fixed = 0
    for seed in range(3):
        p = random_siting(kind, seed, n=7, m=10)
        data = data_of(p)
        w = scratch_of(data)
        watch = Watch(gap=1e-6)
        answer = solve_siting(p, watch)
        if answer.objective is None:
            continue
        g = np.random.default_rng(seed)
        for _ in range(30):
            near = np.sort(p.unit_cost + (p.fixed / p.capacity)[:, None], axis=0)[1] * g.uniform(0.8, 1.3, p.m)
            u = np.concatenate([near * p.demand, np.zeros(len(p.upper))])
            state = p.state.copy()
            cutoff = answer.objective + g.uniform(0, 1000)
            bound = lagrangian(data, w, state, np.array([0.0, p.n]), u)
            if bound > cutoff:
                continue
            fix(data, w, state, bound, cutoff)
            for j in np.flatnonzero(state != FREE):
                fixed += 1
                assert best_with(p, int(j), state[j] != OPEN) >= cutoff - 1e-6
    assert fixed > 20


def test_the_same_every_time_and_with_one_thread_or_two() -> None:
    p = random_siting("plain", 5, n=30, m=60)
    answers = [solve_siting(p, Watch(threads=k)) for k in (2, 2, 1)]
    assert {a.status for a in answers} == {"optimal"}
    assert (answers[0].open == answers[1].open).all()
    assert answers[0].work == answers[1].work
    assert answers[0].objective == answers[1].objective == pytest.approx(answers[2].objective, rel=1e-6)


def test_a_time_limit_keeps_the_best_and_an_honest_bound() -> None:
    p = random_siting("plain", 6, n=40, m=80)
    proved = solve_siting(p, Watch())
    watch = Watch(stop=lambda: watch.incumbent < np.inf)
    stopped = solve_siting(p, watch)
    assert stopped.status in ("feasible", "optimal")
    assert stopped.objective >= proved.bound - 1e-6
    assert stopped.bound <= proved.objective + 1e-6


def test_the_incumbent_and_the_bound_are_told_from_the_start() -> None:
    told: list[tuple[float, float, int]] = []
    p = random_siting("plain", 7, n=30, m=60)
    answer = solve_siting(p, Watch(tell=lambda *news: told.append(news)))
    assert [n[0] for n in told] == sorted((n[0] for n in told), reverse=True)
    assert [n[1] for n in told] == sorted(n[1] for n in told)
    assert all(bound <= answer.objective + 1e-6 for _, bound, _ in told)


@pytest.mark.parametrize(
    "change",
    [
        {"demand": [-1.0, 1, 1]},
        {"capacity": [np.nan, 1]},
        {"unit_cost": np.full((2, 3), np.nan)},
        {"fixed": [np.inf, 0.0]},
        {"unit_cost": np.zeros((3, 2))},
        {"state": [7, 1]},
        {"demand": [1e-3, 1.0, 1e12]},
        {"unit_cost": np.full((2, 3), 1e200)},
        {"rows": [[1.0, 1.0]], "upper": [np.inf]},
        {"demand": []},
        {"fixed": []},
        {"unit_cost": np.full((2, 3), -np.inf)},
    ],
    ids=str,
)
def test_arrays_that_are_no_problem_are_refused(change: dict) -> None:
    good = {"unit_cost": np.ones((2, 3)), "demand": [1.0, 1, 1], "capacity": [3.0, 3.0], "fixed": [1.0, 2.0]}
    with pytest.raises(SitingError):
        Siting(**(good | change))


@pytest.mark.parametrize(
    "change",
    [
        {"capacity": [1.0, 1.0]},
        {"state": [0, 0]},
        {"unit_cost": np.array([[1.0, np.inf, 1.0], [1.0, np.inf, 1.0]])},
        {"least": [3.0, 3.0], "state": [2, 2]},
        {"least": [4.0, 0.0], "state": [2, 1]},
        {"least": [9.0, 9.0], "capacity": [10.0, 10.0]},
        {"rows": [[1.0, 1.0]], "upper": [0.0]},
        {"place": [0, 0], "state": [2, 2]},
    ],
    ids=str,
)
def test_no_plan_is_infeasible(change: dict) -> None:
    good = {"unit_cost": np.ones((2, 3)), "demand": [1.0, 1, 1], "capacity": [3.0, 3.0], "fixed": [1.0, 2.0]}
    assert solve_siting(Siting(**(good | change)), Watch()).status == "infeasible"


@pytest.mark.parametrize(
    ("p", "cost"),
    [
        (Siting([[1.0], [2.0]], [1.2], [0.7, 0.5], [1.0, 1.0]), 3.7),
        (Siting([[1.0], [2.0], [9.0]], [1.2], [0.7, 0.5, 5.0], [1.0, 1.0, 50.0]), 3.7),
        (Siting([[1.0, 1.0], [2.0, np.inf]], [1e12, 1.0], [np.inf] * 2, [1e14, 1.0]), 1e12 + 1.0 + 1e14),
        (Siting([[1.0, 1.0], [2.0, 3.0]], [1e12, 1e-1], [np.inf] * 2, [1e14, 1.0]), 2e12 + 1.0 + 0.3),
        (Siting(np.ones((4, 4)), np.ones(4), [0.7, 1.3, 1.1, 0.9], np.ones(4)), 8.0),
    ],
    ids=["one customer", "a dear third site", "far apart, no lane", "far apart", "all of every site"],
)
def test_capacities_that_just_suffice_and_demands_far_apart(p: Siting, cost: float) -> None:
    answer = solve_siting(p, Watch(gap=0.0))
    assert answer.status == "optimal" and answer.objective == pytest.approx(cost, rel=1e-12)


@pytest.mark.parametrize("most", [1.0, 6.0, 7.0, 8.0])
def test_a_count_limit_leaves_the_best_plan_of_so_few_sites_or_none(most: float) -> None:
    g = np.random.default_rng(5)
    capacity = g.integers(10, 30, 40).astype(float)
    demand = np.ones(60) * np.sort(capacity)[-7:].sum() / 60.0  # the seven largest sites are just enough
    p = Siting(g.random((40, 60)), demand, capacity, np.ones(40), rows=np.ones((1, 40)), upper=[most])
    answer = solve_siting(p, Watch(time_limit=60.0))
    if most < 7.0:
        assert answer.status == "infeasible"
    else:
        assert answer.status == "optimal" and answer.open.sum() <= most


def test_lanes_and_least_throughputs_that_together_leave_no_plan() -> None:
    g = np.random.default_rng(6)
    lanes = np.zeros((30, 60), bool)
    for i in range(60):  # two sites may serve a customer, and no site is wanted by enough of them
        lanes[[i // 2 % 30, (i // 2 + 1) % 30], i] = True
    cost = np.where(lanes, g.random((30, 60)), np.inf)
    p = Siting(cost, np.ones(60), np.full(30, 9.0), np.ones(30), least=np.full(30, 5.0))
    assert solve_siting(p, Watch(time_limit=60.0)).status == "infeasible"
    fewer = Siting(cost, np.ones(60), np.full(30, 9.0), np.ones(30), least=np.full(30, 4.0))
    assert solve_siting(fewer, Watch(time_limit=60.0)).status == "optimal"


def test_extreme_sizes_are_exact() -> None:
    p = Siting([[1e-6, 1e12], [1e12, 1e-6]], [1.0, 1e6], [1e12, 1e12], [1e-6, 1e3])
    answer = solve_siting(p, Watch())
    assert answer.status == "optimal" and answer.open.all()
    assert answer.objective == pytest.approx(1e-6 + 1.0 + 1e-6 + 1e3, rel=1e-9)


def test_customers_without_demand_and_none_at_all() -> None:
    p = Siting(np.ones((2, 3)), [0.0, 2.0, 0.0], [5.0, 5.0], [3.0, 1.0])
    answer = solve_siting(p, Watch())
    assert answer.objective == pytest.approx(3.0) and answer.flow.shape == (2, 3)
    nothing = Siting(np.ones((3, 2)), [0.0, 0.0], [5.0] * 3, [3.0, -1.0, 2.0], state=[2, 1, 1])
    answer = solve_siting(nothing, Watch())
    assert answer.status == "optimal" and answer.objective == pytest.approx(2.0)
    assert answer.open.tolist() == [True, True, False]


def test_a_least_throughput_beyond_reach_keeps_a_site_closed() -> None:
    p = Siting(
        np.array([[1.0, 1.0], [9.0, 9.0]]), [2.0, 2.0], [3.0, 5.0], [0.0, 1.0], least=[4.0, 0.0], place=[10**9, -4]
    )
    answer = solve_siting(p, Watch())
    assert answer.status == "optimal" and answer.open.tolist() == [False, True]
    assert answer.objective == pytest.approx(37.0)


def test_with_nothing_to_serve_no_site_opens_whatever_its_capacity() -> None:
    p = Siting(np.ones((3, 2)), [0.0, 0.0], [np.inf] * 3, [3.0, 1.0, 2.0])
    answer = search_for(p)(p, Watch())
    assert answer.status == "optimal" and answer.objective == 0.0 and not answer.open.any()


@pytest.mark.parametrize("share", [0.3, 0.7])
@pytest.mark.parametrize("dear", [1e6, 1e9, 1e12])
def test_forbidding_prices_hide_nothing_of_what_other_lanes_cost(dear: float, share: float) -> None:
    for seed in range(3):
        g = np.random.default_rng(seed)
        n, m = 40, 150
        cost, never = g.random((n, m)) * 10, g.random((n, m)) < share
        demand, capacity = g.uniform(1, 5, m), g.uniform(10, 60, n)
        capacity *= 2.2 * demand.sum() / capacity.sum()
        priced = Transport(Siting(np.where(never, dear, cost), demand, capacity, np.zeros(n)))
        absent = Transport(Siting(np.where(never, np.inf, cost), demand, capacity, np.zeros(n)))
        for _ in range(4):
            open_ = g.random(n) < 0.75
            expected = absent.cost(open_)
            if np.isfinite(expected):
                assert priced.cost(open_) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("kind", ["plain", "tight", "least", "counts", "missing", "sizes", "paying", "ties"])
def test_lists_that_remember_give_what_fresh_ones_give(kind: str) -> None:
    """Prices wander, states change and lists are cut: the bound is that of lists that hold all customers in order."""
    p = random_siting(kind, 5, n=24, m=120)
    g = np.random.default_rng(7)
    data = data_of(p, g.uniform(0.0, 30.0, p.m))
    w, prices, short = scratch_of(data), np.full(p.m, 60.0), 0
    for k in range(240):
        prices = np.maximum(0.0, prices + g.normal(0.0, 0.5 if k % 40 else 30.0, p.m))
        state = np.where(g.random(p.n) < 0.2, CLOSED, FREE).astype(np.int8)
        u = np.concatenate([prices * p.demand, g.uniform(0.0, 5.0, len(p.upper))])
        count = np.array([0.0, p.n])
        got = lagrangian(data, w, state, count, u)
        fresh = scratch_of(data)
        fresh.length[:] = fresh.look[:] = data.lanes
        fresh.order[:] = data.near
        fresh.own[:] = np.take_along_axis(data.cost, data.near, 1)
        wanted = lagrangian(data, fresh, state, count, u)
        assert got == pytest.approx(wanted, rel=1e-12)
        assert w.value[state == FREE] == pytest.approx(fresh.value[state == FREE], rel=1e-12)
        short += int((w.look < w.length).sum())
        if k % 15 == 14:
            shorten(data, w, state)
    assert short > 100  # else nothing was tested


def test_a_list_that_was_put_in_order_at_other_prices_is_looked_at_whole() -> None:
    """A customer whose price falls goes behind others while a list is cut; when it is back, it is found again."""
    p = Siting(np.zeros((1, 40)), np.ones(40), np.array([10.0]), np.zeros(1))
    data, state, count = data_of(p), np.array([FREE], np.int8), np.array([0.0, 1.0])
    usual = 40.0 - np.arange(40)
    fallen, back = usual.copy(), usual.copy()
    fallen[19], back[:19] = 0.5, 20.5
    w = scratch_of(data)
    for prices in (usual, usual, fallen):
        lagrangian(data, w, state, count, prices)
    assert w.look[0] == 19 < w.length[0] == 40
    shorten(data, w, state)
    lagrangian(data, w, state, count, back)
    assert w.value[0] == -(21.0 + 9 * 20.5)


def test_a_customer_whose_price_rises_behind_dearer_ones_is_found() -> None:
    """What a price has risen since its list was put in order counts, not what it is."""
    cost, prices = np.zeros((1, 40)), 40.0 - np.arange(40) / 10.0
    cost[0, 19], prices[20:] = prices[19] - 1.0, 0.5
    p = Siting(cost, np.ones(40), np.array([10.0]), np.zeros(1))
    data, w, state, count = data_of(p), scratch_of(data_of(p)), np.array([FREE], np.int8), np.array([0.0, 1.0])
    for _ in range(2):
        lagrangian(data, w, state, count, prices)
    assert w.look[0] == 19 < w.length[0] == 40
    before = w.value[0]
    prices[20] = 40.0
    lagrangian(data, w, state, count, prices)
    assert w.value[0] == pytest.approx(before - (40.0 - prices[9]))


@pytest.mark.parametrize("gap", [0.0, 1e-6, 0.4, 1.0, 1.5, 30.0])
def test_no_better_plan_raises_what_bounds_are_cut_off_at(gap: float) -> None:
    """What was cut off stays below it, whatever the gap; and the gap asked for is enough."""
    costs = [*np.geomspace(1e4, 1e-4, 60), 0.0, *-np.geomspace(1e-4, 1e4, 60)]
    cutoffs = [Watch(gap=gap, incumbent=cost).cutoff for cost in costs]
    assert cutoffs == [cutoff_of(cost, gap) for cost in costs]
    assert (np.diff(cutoffs) < 0.0).all() and (cutoffs < np.array(costs)).all()
    assert all(Watch(gap=gap, incumbent=c, bound=c - (gap - 1e-8) * max(1.0, abs(c))).closed for c in costs if gap)


@dataclass
class _Hurried(Watch):
    """Time goes by nodes."""

    most: int = 40

    @property
    def left(self) -> float:
        assert self.time_limit is not None
        return self.time_limit * (1.0 - self.nodes / self.most)


def test_a_stage_that_proves_less_for_want_of_time_claims_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    eased, given = [], Search._eased

    def counted(self: Search, gap: float, bound: float, begun: float) -> float:
        eased.append(given(self, gap, bound, begun) > gap)
        return given(self, gap, bound, begun)

    monkeypatch.setattr(Search, "_eased", counted)
    for kind in ("plain", "tight", "counts", "sizes", "ties"):
        for seed in range(3):
            p = random_siting(kind, seed, n=30, m=50)
            true = solve_siting(p, Watch(gap=0.0)).objective
            watch = _Hurried(gap=0.0, threads=1, time_limit=1e4, certify=True)
            answer = solve_siting(p, watch)
            if true is None:
                continue
            assert watch.closed or watch.over()  # the last stage proves no less: it ends with the proof or the time
            assert answer.certificate is not None and answer.bound <= true + 1e-7 * abs(true)
            assert check_certificate(answer.certificate, p).bound == pytest.approx(answer.bound, rel=1e-6)
    assert any(eased)


def test_a_better_plan_lets_a_short_stage_prove_as_much_and_it_claims_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    held, given = [], Search._held

    def counted(self: Search, gap: float, cutoff: float) -> float:
        got = given(self, gap, cutoff)
        held.append(got < gap)
        assert self._cutoff(got) <= cutoff
        return got

    monkeypatch.setattr(Search, "_held", counted)
    for kind in ("plain", "tight", "fractional"):
        for seed in range(2):
            p = random_siting(kind, seed, n=30, m=50)
            true = solve_siting(p, Watch(gap=0.0)).objective
            if true is None:
                continue
            line = []

            def one(self: Search, true: float = true, line: list = line) -> Iterator[float]:
                line.append(self.lower + 0.95 * (true - self.lower))
                yield (self.incumbent - line[0]) / max(1.0, abs(self.incumbent))

            monkeypatch.setattr(Search, "_gaps", one)
            search = Search(p, Watch(gap=0.0, threads=1, certify=True))
            search.short, search.searching = True, False  # the tree alone finds plans
            answer = search.run()
            assert answer.certificate is not None
            assert not line or answer.bound == pytest.approx(max(line[0], answer.bound), rel=1e-7)
            assert check_certificate(answer.certificate, p).bound == pytest.approx(answer.bound, rel=1e-7)
    assert any(held)


def test_a_stage_reaches_as_far_as_nodes_and_time_let_expect() -> None:
    """Nodes by the exponential of the bound: what takes so many times as long lies so far beyond."""
    ample = Pace()
    assert ample.reach(1000, 0.0, np.log(1000.0), 1.0, np.inf) == pytest.approx(np.log(20_000.0))
    assert not ample.short
    assert ample.reach(1500, 7.0, 8.0, 1.0, np.inf) == np.inf  # too like the last one to tell
    scarce = Pace()
    assert scarce.reach(1000, 0.0, np.log(1000.0), 1.0, 5.0) == pytest.approx(np.log(1000.0 * 0.8 * 5.0))
    assert scarce.short
    assert scarce.reach(1500, 7.0, 8.0, 1.0, 1.4) == 8.0  # no time for another
    assert Pace().reach(0, 0.0, 0.0, 1.0, 5.0) == np.inf
