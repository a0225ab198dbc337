"""What the engine for networks does with large ones, on small ones; and that it ends when its time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from balik.algebra import Arrays
from balik.api import prepare
from balik.duality.tree import ends_of
from balik.engines import Options, Progress, run_highs
from balik.location.generated import engine, limits, run_generated
from balik.location.generated.links import with_links
from balik.location.generated.matrix import Matrix
from balik.location.generated.moves import Wanderer
from balik.location.generated.state import State
from balik.location.watch import Watch
from location.networks import Shape, arrays, tables
from location.test_generated import TOLERANCE, agree, keeps, shape_of


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small programs count as large."""
    monkeypatch.setattr(engine, "SMALL", 0)
    monkeypatch.setattr(engine, "CLOSABLE", 0)
    monkeypatch.setattr(engine, "BULKY", -1)


@pytest.mark.parametrize("seed", range(1, 16, 2))
def test_relaxations_that_begin_inside(seed: int) -> None:
    """Interior points alone at first, and plans from where they stand: the general solver's answers all the same."""
    agree(arrays(shape_of(seed)))


def test_an_interior_point_gives_a_bound_and_is_never_called_exact() -> None:
    for seed in range(6):
        a = arrays(Shape(12, 6, 3, materials=2, sizes=2, seed=seed))
        s = State(a, Watch(), Options())
        out = s.solve(s.lower, s.upper, root=True, inside=True)
        vertex = State(a, Watch(), Options()).solve(s.lower, s.upper, root=True)
        assert not out.exact and vertex.exact
        assert 0.9 * vertex.bound < out.bound <= vertex.bound + TOLERANCE * abs(vertex.bound)


def test_plans_begin_with_one_size_of_a_site() -> None:
    s = State(arrays(Shape(12, 6, 3, sizes=3, seed=2)), Watch(), Options())
    out = s.solve(s.lower, s.upper, root=True, inside=True)
    assert Wanderer(s, 0).begin(out.point) and s.best is not None and keeps(s.a, s.best)


# -- limits of a site ----------------------------------------------------------------------------------------------


def limited(seed: int) -> Arrays:
    """A network whose centres have a limit for each material: a share of what there is of it."""
    shape = Shape(5, 4, 2, materials=2, centre=9.0, plant=3.0, seed=seed)
    made = tables(shape)
    kinds = [(f"c{j}", f"m{k}") for j in range(shape.centres) for k in range(shape.materials)]
    share = np.random.default_rng(seed).uniform(0.3, 0.8, len(kinds))
    supply = np.zeros(2)
    np.add.at(supply, [int(m[1:]) for m in made["supply"]["material"]], made["supply"]["amount"])
    made["limits"] = {
        "limit": [f"{c} {m}" for c, m in kinds],
        "quantity": ["flow"] * len(kinds),
        "dest": [c for c, _ in kinds],
        "material": [m for _, m in kinds],
        "most": [round(float(supply[int(m[1:])] * share[k]), 1) for k, (_, m) in enumerate(kinds)],
    }
    return prepare(made, settings={"title": "limited", "finance": {"one_off": "once"}}).model.program.arrays()


def relaxed(a: Arrays) -> float:
    """The optimum where no whole number need be whole."""
    found = run_highs(replace(a, integer=np.zeros(len(a.cost), bool)), Options(prices=False)).objective
    assert found is not None
    return found


def test_a_limit_of_a_site_is_zero_with_the_site() -> None:
    """Σ a x ≤ b becomes Σ a x ≤ b y: that lifts the relaxation and takes no plan away."""
    lifted = 0
    for seed in range(3):
        a = limited(seed)
        m = Matrix(a)
        wide = with_links(m, *ends_of(a, np.inf)).arrays
        count = np.diff(Matrix(wide).by_row[0])
        held = (np.arange(len(count)) >= m.rows) & (count > 2) & (wide.row_upper == 0)
        assert held.sum() == 8  # four centres, two materials
        best = run_highs(a, Options(gap=0.0, prices=False))
        assert best.x is not None and best.objective is not None
        assert (Matrix(wide).activity(best.x)[held] <= 1e-5 * np.abs(best.x).max()).all()
        without = replace(wide, row_upper=np.where(held, np.inf, wide.row_upper))
        assert relaxed(without) <= relaxed(wide) + 1e-6 <= best.objective + 1e-5
        lifted += relaxed(wide) > relaxed(without) + 1e-3 * best.objective
        assert agree(a) == "optimal"
    assert lifted >= 2


# -- time ----------------------------------------------------------------------------------------------------------


def sleeps(*_: Any, **__: Any) -> bool:
    """A step that looks at no clock."""
    time.sleep(20.0)
    return False


def test_a_step_that_looks_at_no_clock_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the plan and the bound so far, and nothing is told from then on."""
    monkeypatch.setattr(engine, "dive", sleeps)
    told: list[Progress] = []
    a, start = arrays(Shape(40, 16, 8, materials=2, seed=3)), time.perf_counter()
    found = run_generated(a, Options(time_limit=1.0, progress=told.append))
    assert time.perf_counter() - start < 6.0
    assert found.status == "feasible" and found.x is not None and keeps(a, found.x)
    assert found.bound is not None and found.objective is not None and found.bound <= found.objective
    assert found.objective == pytest.approx(float(a.cost @ found.x) + a.offset)
    assert told and all(p.bound is None or p.bound <= found.objective for p in told)


def test_a_general_solver_that_is_left_behind_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Progress] = []

    def close(s: State, root: Any, tell: Callable[[Progress], None]) -> bool:
        tell(Progress(0.0, None, None, None, 1))
        while not s.watch.over():
            time.sleep(0.05)
        time.sleep(1.0)
        tell(Progress(0.0, None, None, None, 2))
        return True

    monkeypatch.setattr(engine, "CLOSABLE", 10**9)
    monkeypatch.setattr(engine, "close", close)
    monkeypatch.setattr(engine, "_PATIENCE", 0.1)
    run_generated(arrays(Shape(12, 6, 3, materials=2, seed=5)), Options(time_limit=2.0, progress=told.append))
    time.sleep(1.5)
    nodes = [p.nodes for p in told]
    assert 1 in nodes and 2 not in nodes


@pytest.mark.parametrize(
    "ask", [lambda e: Options(time_limit=0.2), lambda e: Options(stop=lambda: time.perf_counter() > e)]
)
def test_without_a_plan_it_is_left_behind_later(
    ask: Callable[[float], Options], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "opening", sleeps)
    monkeypatch.setattr(engine, "_NO_PLAN", 0.5)
    a, start = arrays(Shape(6, 3, 2)), time.perf_counter()
    found = run_generated(a, ask(start + 0.2))
    assert found.status == "stopped" and found.x is None and 0.5 < time.perf_counter() - start < 6.0


def test_what_goes_wrong_in_the_search_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(engine, "opening", fails)
    with pytest.raises(ZeroDivisionError):
        run_generated(arrays(Shape(6, 3, 2)), Options())


def test_who_is_waited_for_answers() -> None:
    watch = Watch(time_limit=0.0)
    assert limits.awaited(lambda: 7, watch, lambda: 5.0) == 7 and watch.stop is not None and not watch.stop()
    assert limits.awaited(lambda: time.sleep(3.0), watch, lambda: 0.1) is None and watch.stop()
