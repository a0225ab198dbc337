"""The engine for networks of any shape: the general solver's answers, bounds that no optimum refutes, honest stops."""

from __future__ import annotations

import _thread
import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from balik.algebra import Arrays
from balik.api import prepare
from balik.duality.tree import ends_of
from balik.engines import Options, Progress, Result, run_highs
from balik.location.generated import engine, relaxation, run_generated
from balik.location.generated.bound import certified
from balik.location.generated.closing import fixed
from balik.location.generated.cuts import cuts, tighten
from balik.location.generated.links import with_links
from balik.location.generated.matrix import Matrix
from balik.location.generated.plans import dive, opening
from balik.location.generated.state import State
from balik.location.watch import Watch
from location.networks import Shape, arrays
from twins.smallcases import network_case

TOLERANCE = 2e-6


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small programs go through all that large ones do: few columns at first, a few at a time."""
    monkeypatch.setattr(engine, "SMALL", 0)
    monkeypatch.setattr(engine, "CLOSABLE", 0)
    monkeypatch.setattr(relaxation, "_MANY", 3)
    monkeypatch.setattr(relaxation, "_START", 1)
    monkeypatch.setattr(relaxation, "_MORE", 2)


def shape_of(seed: int) -> Shape:
    """A small network with some of everything."""
    rng = np.random.default_rng(seed)
    made = Shape(
        sources=int(rng.integers(3, 8)),
        centres=int(rng.integers(2, 6)),
        plants=int(rng.integers(1, 4)),
        materials=int(rng.integers(1, 3)),
        periods=int(rng.integers(1, 3)),
        sizes=int(rng.integers(1, 4)),
        centre=float(rng.uniform(0.9, 4)),
        plant=float(rng.uniform(0.9, 4)),
        losses=bool(rng.random() < 0.5),
        least=bool(rng.random() < 0.3),
        single=bool(rng.random() < 0.3),
        count=int(rng.integers(2, 8)) if rng.random() < 0.3 else None,
        seed=seed,
    )
    return replace(made, periods=1, sizes=min(made.sizes, 2), materials=1) if made.single else made


def agree(a: Arrays) -> str:
    """Both engines say the same, and no bound on the way was above the optimum; returns the status."""
    plain = run_highs(a, Options(prices=False))
    told: list[Progress] = []
    found = run_generated(a, Options(progress=told.append))
    assert found.status == plain.status
    if plain.objective is None:
        assert (found.x, found.objective, found.bound) == (None, None, None)
        return found.status
    scale = max(1.0, abs(plain.objective))
    assert found.objective == pytest.approx(plain.objective, abs=TOLERANCE * scale)
    assert found.x is not None and found.bound is not None
    assert keeps(a, found.x) and float(a.cost @ found.x) + a.offset == pytest.approx(found.objective)
    for p in told:
        assert p.bound is None or p.bound <= plain.objective + TOLERANCE * scale
        assert p.incumbent is None or p.incumbent >= plain.objective - TOLERANCE * scale
    return found.status


def keeps(a: Arrays, x: np.ndarray) -> bool:
    """Whether a point keeps rows, bounds and whole numbers."""
    activity = Matrix(a).activity(x)
    slack = 1e-5 * np.maximum(1.0, np.abs(activity))
    rows = (activity <= a.row_upper + slack).all() and (activity >= a.row_lower - slack).all()
    own = (x >= a.lower - 1e-7).all() and (x <= a.upper + 1e-7).all()
    return bool(rows and own and (x[a.integer] == np.round(x[a.integer])).all())


@pytest.mark.parametrize("seed", range(24))
def test_networks_of_two_echelons(seed: int) -> None:
    agree(arrays(shape_of(seed)))


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_networks_of_every_feature(seed: int) -> None:
    case = network_case(seed)
    agree(prepare(case.columns(), settings=case.settings).model.program.arrays())


def test_the_seeds_hold_what_they_should() -> None:
    shapes = [shape_of(seed) for seed in range(24)]
    for has in ("losses", "least", "single", "count"):
        assert sum(bool(getattr(s, has)) for s in shapes) >= 4
    assert {s.sizes for s in shapes} == {1, 2, 3} and {s.periods for s in shapes} == {1, 2}


def test_too_little_capacity_is_infeasible() -> None:
    assert agree(arrays(Shape(6, 3, 2, centre=0.9))) == "infeasible"


# -- bounds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_holds_however_early_the_relaxation_stops(seed: int) -> None:
    a = arrays(replace(shape_of(seed), centre=2.5, plant=2.5, count=None))
    best = run_highs(a, Options(prices=False)).objective
    assert best is not None
    s = State(a, Watch(), Options())
    last = -np.inf
    for _ in range(60):
        out = s.solve(s.lower, s.upper, rounds=1)
        assert out.bound <= best + TOLERANCE * abs(best)
        last = max(last, out.bound)
        if out.exact:
            break
    assert out.exact
    whole = replace(s.wide.a, integer=np.zeros(len(a.cost), bool))
    strong = run_highs(whole, Options(prices=False)).objective
    assert last == pytest.approx(strong, rel=1e-6)  # with every row and column, though not all were present


@pytest.mark.parametrize("seed", range(6))
def test_any_prices_give_a_bound(seed: int) -> None:
    a = arrays(replace(shape_of(seed), centre=2.5, plant=2.5, count=None))
    best = run_highs(a, Options(prices=False)).objective
    assert best is not None
    m = Matrix(a)
    lower, upper = ends_of(a, np.inf)
    rng = np.random.default_rng(seed)
    for scale in (0.0, 1.0, 100.0):
        found, _, _ = certified(m, scale * rng.normal(size=m.rows), lower, upper)
        assert found <= best


@pytest.mark.parametrize("seed", range(12))
def test_what_is_derived_takes_no_plan_away(seed: int) -> None:
    a = arrays(replace(shape_of(seed), centre=3.0, plant=3.0, count=None))
    m = Matrix(a)
    lower, upper = ends_of(a, np.inf)
    linked = with_links(m, lower, upper)
    wide, groups, held = linked.arrays, linked.groups, linked.held.col
    assert len(groups) and len(held) and len(wide.row_lower) > len(a.row_lower)
    for turn in range(3):  # plans that are best for some cost or other
        cost = a.cost * np.random.default_rng(turn).uniform(0.0, 2.0, len(a.cost))
        x = run_highs(replace(a, cost=cost), Options(prices=False)).x
        assert x is not None
        assert (x >= lower - 1e-6).all() and (x <= upper + 1e-6 * np.maximum(1.0, np.abs(upper))).all()
        activity = Matrix(wide).activity(x)
        assert (activity <= wide.row_upper + 1e-5 * np.maximum(1.0, np.abs(upper).max())).all()


def small_shape(seed: int) -> Shape:
    """A network that a general solver proves in a blink, and that has a plan."""
    rng = np.random.default_rng(seed)
    return Shape(
        sources=int(rng.integers(3, 6)),
        centres=int(rng.integers(2, 5)),
        plants=int(rng.integers(1, 3)),
        materials=int(rng.integers(1, 3)),
        sizes=int(rng.integers(1, 3)),
        centre=float(rng.uniform(1.1, 4)),
        plant=float(rng.uniform(1.1, 4)),
        losses=bool(rng.random() < 0.4),
        least=bool(rng.random() < 0.3),
        seed=seed,
    )


@pytest.mark.parametrize(
    "seeds", [range(100), pytest.param(range(100, 200), marks=pytest.mark.slow)], ids=["few", "more"]
)
def test_neither_cuts_nor_fixed_switches_take_an_optimum_away(seeds: range) -> None:
    """What is cut off from the relaxation is no plan; what the root fixes leaves the best plan, or we have it."""
    made = gone = 0
    for seed in seeds:
        a = arrays(small_shape(seed))
        exact = Options(gap=0.0, prices=False)
        best = run_highs(a, exact)
        assert best.objective is not None and best.x is not None
        near = TOLERANCE * max(1.0, abs(best.objective))
        s = State(a, Watch(gap=0.0), exact)
        opening(s)
        assert s.best is not None and s.watch.bound <= best.objective + near
        root = s.solve(s.lower, s.upper, root=True)
        for cut in cuts(s.relaxation, s.lower, s.upper):
            made += 1
            assert cut.value @ root.point[cut.column] < cut.end <= cut.value @ best.x[cut.column] + 1e-6
        root = tighten(s, root)
        assert s.watch.bound <= best.objective + near
        dive(s, root)
        lower, upper = fixed(s, root, s.cutoff)
        gone += int((lower > a.lower).sum() + (upper < a.upper).sum())
        left = run_highs(replace(a, lower=lower, upper=upper), exact).objective
        assert min(s.watch.incumbent, np.inf if left is None else left) == pytest.approx(best.objective, abs=near)
    assert made > 100 and gone > 200


@pytest.mark.parametrize("seed", range(10))
def test_cuts_keep_every_plan(seed: int) -> None:
    a = arrays(replace(shape_of(seed), centre=3.0, plant=3.0, count=None))
    s = State(a, Watch(), Options())
    tighten(s, s.solve(s.lower, s.upper))
    for turn in range(3):  # plans that are best for some cost or other
        cost = a.cost * np.random.default_rng(turn).uniform(0.0, 2.0, len(a.cost))
        x = run_highs(replace(a, cost=cost), Options(prices=False)).x
        assert x is not None
        for cut in s.relaxation.cuts:
            assert cut.value @ x[cut.column] >= cut.end - 1e-6 * max(1.0, abs(cut.end))


def test_a_simplex_that_stalls_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaxation, "_STEPS", 1)
    monkeypatch.setattr(relaxation, "_STEPS_PER_ROW", 0)
    for seed in range(0, 12, 3):
        agree(arrays(shape_of(seed)))


def test_sites_lead_and_lanes_do_not() -> None:
    """However many lanes lie behind a single plant; a lane's own switch decides nothing but the lane."""
    for shape in (Shape(40, 5, 1, sizes=2, plant=1.2), Shape(8, 4, 2, single=True)):
        a = arrays(shape)
        assert len(State(a, Watch(), Options()).leading) == (shape.centres + shape.plants) * shape.sizes
    assert a.integer.sum() > (shape.centres + shape.plants) * shape.sizes


def test_a_lane_out_of_a_closed_site_is_known_to_be_closed() -> None:
    """Stated is only what comes to a site; what leaves it follows through the balance."""
    a = arrays(Shape(5, 3, 2, losses=True))
    s = State(a, Watch(), Options())
    upper = s.upper.copy()
    upper[s.leading] = 0.0
    followed = s.follow(s.lower, upper)
    closed = run_highs(
        replace(a, cost=-np.ones(len(a.cost)), lower=np.where(a.integer, 0, np.minimum(a.lower, 0)),
                upper=np.where(a.integer, 0.0, np.minimum(a.upper, 1e4)), integer=np.zeros(len(a.cost), bool)),
        Options(prices=False),
    ).x  # fmt: skip
    assert closed is not None
    assert (
        followed[np.setdiff1d(np.arange(len(closed)), s.leading)]
        >= closed[np.setdiff1d(np.arange(len(closed)), s.leading)] - 1e-6
    ).all()
    assert (followed == 0).sum() > len(s.leading)


# -- stopping, and what is not for this engine ---------------------------------------------------------------------


def test_a_time_limit_keeps_plan_and_bound() -> None:
    a = arrays(Shape(40, 16, 8, materials=2, seed=3))
    found = run_generated(a, Options(time_limit=2.0))
    assert found.status in ("feasible", "optimal") and found.x is not None and keeps(a, found.x)
    assert found.bound is not None and found.objective is not None and found.bound <= found.objective


def test_a_large_network_has_a_plan_and_a_bound_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the relaxation is solved; and a linear program that is cut off gives a bound all the same."""
    monkeypatch.undo()
    a = arrays(Shape(100, 30, 12, materials=3, periods=2, sizes=3, losses=True, seed=19))
    assert len(a.cost) > 20_000
    s = State(a, Watch(), Options())
    opening(s)
    assert s.best is not None and keeps(a, s.best) and np.isfinite(s.watch.bound)
    assert not s.relaxation.rows[s.m.rows :].all()
    cut_off = State(a, Watch(stop=lambda: True), Options())
    assert np.isfinite(cut_off.solve(cut_off.lower, cut_off.upper, root=True).bound)
    assert np.isfinite(cut_off.watch.bound) and cut_off.watch.bound <= s.watch.incumbent
    start = time.perf_counter()
    found = run_generated(a, Options(time_limit=4.0))
    assert time.perf_counter() - start < 8.0
    assert found.status == "feasible" and found.x is not None and keeps(a, found.x)
    assert found.bound is not None and found.objective is not None and found.bound <= found.objective


@pytest.mark.parametrize("closable", [0, 10**9])
@pytest.mark.parametrize("after", [0.5, 3.0])
def test_whoever_asks_to_stop_is_heard(closable: int, after: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the search, and while the general solver runs within it."""
    monkeypatch.undo()
    monkeypatch.setattr(engine, "CLOSABLE", closable)
    a = arrays(Shape(80, 30, 12, materials=2, periods=2, sizes=3, losses=True, seed=4))
    start = time.perf_counter()
    found = run_generated(a, Options(stop=lambda: time.perf_counter() > start + after, threads=1))
    assert time.perf_counter() - start < after + 2.0
    assert found.status in ("feasible", "stopped") and (found.x is None or keeps(a, found.x))


def test_ctrl_c_keeps_plan_and_bound() -> None:
    a = arrays(Shape(60, 24, 12, materials=3, seed=4))
    seen: list[Progress] = []

    def stop(p: Progress) -> None:
        if p.incumbent is not None and not seen:
            seen.append(p)
            threading.Timer(0.3, _thread.interrupt_main).start()

    found = run_generated(a, Options(time_limit=60.0, progress=stop))
    assert seen and found.status == "feasible" and found.x is not None and keeps(a, found.x)
    assert found.gap is not None and 0 < found.gap < 1


def test_what_the_general_solver_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the best plan so far to start from; its plan and bound are joined with ours."""
    monkeypatch.setattr(engine, "CLOSABLE", 10**9)
    for seed in range(0, 24, 2):
        agree(arrays(shape_of(seed)))


def test_a_search_that_is_left_behind_changes_nothing_of_its_answer() -> None:
    """It finds a cheaper plan while the answer is made of the one before."""
    a = arrays(shape_of(3))
    s, x = State(a, Watch(), Options()), run_highs(a, Options(prices=False)).x
    assert x is not None
    s.best, cost = x, float(a.cost @ x) + a.offset

    class Racing(Watch):
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, cost - 1.0 if name == "incumbent" else value)

    found = engine._kept(a, Racing(bound=cost - 2.0), [s])
    assert (found.status, found.objective, found.bound) == ("feasible", cost, cost - 2.0)


def test_the_same_answer_every_time() -> None:
    a = arrays(Shape(12, 6, 3, materials=2, seed=5))
    first, second = (run_generated(a, Options()) for _ in range(2))
    assert first.status == second.status == "optimal" and first.objective == second.objective
    assert first.x is not None and second.x is not None and (first.x == second.x).all()


def test_programs_without_sites_go_to_the_general_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def general(a: Arrays, options: Options, *rest: Any, **more: Any) -> Result:
        asked.append(a)
        return run_highs(a, options, *rest, **more)

    monkeypatch.setattr(engine, "run_highs", general)
    n = 3
    plain = Arrays(
        np.array([-5.0, -4, -3]), 0.0, np.zeros(n), np.full(n, np.inf), np.zeros(n, bool), np.full(n, -np.inf),
        np.array([5.0, 11, 8]), np.array([0, 3, 6, 9]), np.tile(np.arange(3, dtype=np.int32), 3),
        np.array([2.0, 4, 3, 3, 1, 4, 1, 2, 2]),
    )  # fmt: skip
    assert run_generated(plain, Options()).objective == pytest.approx(-13)
    whole = replace(plain, integer=np.ones(n, bool))
    assert run_generated(whole, Options()).objective == run_highs(whole, Options()).objective
    assert len(asked) == 2


def test_a_search_that_ends_without_a_plan_or_a_proof_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_search", lambda s: True)  # as where the general solver gives up
    result = run_generated(arrays(Shape(6, 3, 2)), Options())
    assert result.status == "stopped" and result.x is None and result.objective is None


@pytest.mark.parametrize("closable", [0, 20_000])
def test_gap_zero_is_proved(closable: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CLOSABLE", closable)
    for seed in (670174, 655927):
        result = run_generated(
            arrays(Shape(8, 4, 3, losses=True, least=True, single=True, seed=seed)), Options(gap=0.0)
        )
        assert result.status == "optimal"
