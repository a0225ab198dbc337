"""The siting engine as an engine: who picks it, honest statuses, plans that hold, stopping, and when it is not there."""

from __future__ import annotations

import _thread
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from balik.algebra import Arrays
from balik.api import options_of, prepare, solve, solve_prepared, verify
from balik.engines import Options, Progress, Result, run_highs
from balik.errors import CallError
from balik.location import engine, pick
from balik.location import engine as module
from balik.location.answer import Answer
from balik.location.dispatch import is_uncapacitated, search_for
from balik.location.problem import Siting
from balik.location.watch import Watch
from benchmarks.siting_folder import write_siting_folder
from location import standin
from location.siting_problems import compact_optimum, random_siting
from location.sitingcases import KINDS, siting_case

Search = Callable[[Siting, Watch], Answer]


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Callable[[Search], None]:
    """Puts a search in the place of the real one."""

    def put(instead: Search) -> None:
        monkeypatch.setattr(engine, "load", lambda like: None)
        monkeypatch.setattr(engine, "search_for", lambda p: instead)

    put(standin.solve_siting)
    return put


def arrays(kind: str, seed: int = 0) -> Arrays:
    """The program of a random case."""
    tables, settings = siting_case(kind, seed)
    return prepare(tables, settings=settings).model.program.arrays()


def holds(a: Arrays, found: Result) -> None:
    """The solution keeps every row and bound, and costs what is said."""
    assert found.x is not None and found.objective is not None
    x, slack = found.x, 1e-6
    activity = np.bincount(a.row, a.value * x[np.repeat(np.arange(len(x)), np.diff(a.start))], len(a.row_lower))
    assert (activity >= a.row_lower - slack).all() and (activity <= a.row_upper + slack).all()
    assert (x >= a.lower - slack).all() and (x <= a.upper + slack).all()
    assert (np.round(x[a.integer]) == x[a.integer]).all()
    assert float(a.cost @ x) + a.offset == pytest.approx(found.objective)


@pytest.mark.usefixtures("search")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "wildcard"])
def test_its_plan_is_a_plan_of_the_program_and_costs_the_same(kind: str) -> None:
    a = arrays(kind)
    ours, known = module.run_siting(a, Options()), run_highs(a, Options(gap=1e-9))
    assert (ours.status, ours.engine, ours.integer, ours.notes) == (known.status, "siting", True, ())
    if known.objective is not None:
        holds(a, ours)
        assert ours.objective == pytest.approx(known.objective, rel=1e-6)
        assert ours.bound is not None and ours.gap is not None and ours.bound <= ours.objective + 1e-9


@pytest.mark.usefixtures("search")
@pytest.mark.parametrize("kind", ["chain", "sizes", "use", "optional_part", "vehicles", "single"])
def test_its_plan_passes_the_verifier(kind: str) -> None:
    tables, settings = siting_case(kind, 1)
    plan = solve(tables, engine="siting", settings=settings)
    assert plan.verified and plan.status == "optimal", plan.broken
    assert plan.cost == pytest.approx(solve(tables, engine="highs", settings=settings).cost, rel=1e-6)
    assert plan.facts["options"]["engine"] == plan.facts["options"]["picked"] == "siting"


# -- who picks it ------------------------------------------------------------------------------------------------


def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every program counts as large."""
    monkeypatch.setattr(pick, "_BINARIES", 2)
    monkeypatch.setattr(pick, "_FLOWS", 2)


@pytest.mark.usefixtures("search")
def test_a_large_siting_problem_picks_the_siting_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    tables, settings = siting_case("plain", 0)
    small = solve(tables, settings=settings)
    large(monkeypatch)
    plan = solve(tables, settings=settings)
    assert (small.facts["options"]["picked"], plan.facts["options"]["picked"]) == ("highs", "siting")
    assert plan.facts["options"]["engine"] == "auto" and plan.cost == pytest.approx(small.cost, rel=1e-6)


@pytest.mark.usefixtures("search")
def test_a_large_network_that_is_no_siting_problem_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    large(monkeypatch)
    asked: list[str] = []

    def network(a: Arrays, options: Options, basis: Any) -> Result:
        asked.append(options.engine)
        return replace(run_highs(a, options), engine="network")

    monkeypatch.setattr(pick, "_network", network)
    tables, settings = siting_case("plain", 0)
    tables["demand"]["most"] = [20, ""]
    assert solve(tables, settings=settings).facts["options"]["picked"] == "network" and asked == ["auto"]
    assert solve("jerigen-padang").facts["options"]["picked"] == "highs" and asked == ["auto"]


@pytest.mark.parametrize("case", ["nmc-jawa-barat", "first-hour", "jerigen-padang", "plastik-jabodetabek"])
def test_the_bundled_cases_stay_with_highs(case: str) -> None:
    assert solve(case).facts["options"]["picked"] == "highs"


def test_asked_for_by_name_it_says_why_it_does_not_fit() -> None:
    with pytest.raises(CallError, match="does not solve this case: it has no sites") as told:
        solve("jerigen-padang", engine="siting")
    assert "tidak ada lokasi" in told.value.into("id")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(CallError, match="'sitting' is not an engine"):
        solve("jerigen-padang", engine="sitting")


def test_nothing_of_it_is_loaded_for_a_small_case() -> None:
    code = (
        "import sys, balik; balik.solve('nmc-jawa-barat');"
        "print([m for m in sys.modules if m.split('.')[0] in ('numba', 'llvmlite') or m.startswith('balik.location.') "
        "and m != 'balik.location.pick'])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_without_numba_highs_solves_and_the_plan_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    large(monkeypatch)
    monkeypatch.setitem(sys.modules, "balik.location.solve", None)  # an import of it fails
    tables, settings = siting_case("plain", 0)
    plan = solve(tables, settings=settings)
    assert plan.verified and plan.facts["options"]["picked"] == "highs"
    assert [p.code for p in plan.problems] == ["W190"] and "numba" in plan.problems[0].found
    with pytest.raises(CallError, match="needs numba"):
        solve(tables, engine="siting", settings=settings)


# -- honest answers ----------------------------------------------------------------------------------------------


def changed(**fields: Any) -> Search:
    """The stand-in's answer with some of it changed."""

    def search(p: Siting, watch: Watch) -> Answer:
        found = standin.solve_siting(p, watch)
        return replace(found, **{k: v(found) if callable(v) else v for k, v in fields.items()})

    return search


def test_a_plan_that_costs_something_else_means_that_the_case_was_misread(search: Callable[[Search], None]) -> None:
    search(changed(objective=lambda found: found.objective * (1 - 1e-4), bound=-np.inf))
    a = arrays("plain")
    found = module.run_siting(a, Options())
    assert found.engine == "highs" and found.status == "optimal" and "misread" in found.notes[0]


def test_a_plan_below_the_bound_means_that_the_case_was_misread(search: Callable[[Search], None]) -> None:
    search(
        changed(bound=lambda found: found.objective * (1 + 1e-4), objective=lambda found: found.objective * (1 + 2e-4))
    )
    found = module.run_siting(arrays("plain"), Options())
    assert found.engine == "highs" and found.notes


def test_that_there_is_no_plan_is_seen_by_highs_too(search: Callable[[Search], None]) -> None:
    search(lambda p, watch: Answer("infeasible", None, None, np.inf))
    tables, settings = siting_case("plain", 0)
    tables["sites"]["capacity"] = [5, 5, 5, 5]
    found = module.run_siting(prepare(tables, settings=settings).model.program.arrays(), Options())
    assert (found.status, found.engine, found.notes, found.x) == ("infeasible", "siting", (), None)
    found = module.run_siting(arrays("plain"), Options())  # the search is wrong
    assert (found.status, found.engine) == ("optimal", "highs") and found.notes


def test_no_plan_before_the_end_is_stopped(search: Callable[[Search], None]) -> None:
    search(lambda p, watch: Answer("stopped", None, None, 12.0))
    found = module.run_siting(arrays("plain"), Options())
    assert (found.status, found.x, found.objective, found.gap) == ("stopped", None, None, None)


def test_a_wide_gap_is_not_optimal(search: Callable[[Search], None]) -> None:
    search(changed(status="feasible", bound=lambda found: 0.9 * found.objective))
    found = module.run_siting(arrays("plain"), Options(gap=0.05))
    assert found.status == "feasible" and found.gap == pytest.approx(0.1)
    assert module.run_siting(arrays("plain"), Options(gap=0.2)).status == "optimal"


def test_flows_that_are_not_the_best_are_made_so(search: Callable[[Search], None]) -> None:
    """A search may hand over sites alone, or flows through ways that are not the cheapest."""
    search(changed(flow=None))
    a = arrays("chain")
    found = module.run_siting(a, Options())
    assert found.engine == "siting" and found.status == "optimal"
    holds(a, found)


def test_ways_that_are_not_used_are_left_out_of_the_last_program(
    search: Callable[[Search], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def counted(small: Arrays, options: Options) -> Result:
        sizes.append(len(small.cost))
        return run_highs(small, options)

    monkeypatch.setattr(module, "run_highs", counted)
    module.run_siting(arrays("plain", 1), Options())
    search(changed(flow=None))
    module.run_siting(arrays("plain", 1), Options())
    assert len(sizes) == 2 and sizes[0] < sizes[1]


# -- stopping and telling ----------------------------------------------------------------------------------------


def endless(p: Siting, watch: Watch) -> Answer:
    """Finds a plan at once and proves nothing until it is stopped."""
    found = standin.solve_siting(p, watch)
    watch.bound = -np.inf
    watch.news(found.objective, 0.5 * float(found.objective or 0.0))
    while not watch.over():
        time.sleep(0.01)
    return replace(found, status="feasible", bound=watch.bound)


def test_a_time_limit_keeps_the_best_plan(search: Callable[[Search], None]) -> None:
    search(endless)
    start = time.perf_counter()
    found = module.run_siting(arrays("plain"), Options(time_limit=0.5))
    assert found.status == "feasible" and found.gap == pytest.approx(0.5)
    assert 0.4 < time.perf_counter() - start < 5


def test_the_users_interrupt_keeps_the_best_plan(search: Callable[[Search], None]) -> None:
    search(endless)
    threading.Timer(0.7, _thread.interrupt_main).start()
    start = time.perf_counter()
    found = module.run_siting(arrays("plain"), Options(time_limit=30))
    assert found.status == "feasible" and found.x is not None and found.bound is not None
    assert time.perf_counter() - start < 10


def test_progress_is_told_from_the_start_and_while_nothing_is_new(search: Callable[[Search], None]) -> None:
    search(endless)
    seen: list[Progress] = []
    module.run_siting(arrays("plain"), Options(time_limit=1.2, progress=seen.append))
    assert seen[0].seconds < 0.3 and seen[0].incumbent is None
    assert len(seen) >= 4 and seen[-1].seconds > seen[1].seconds
    assert seen[-1].gap == pytest.approx(0.5) and seen[-1].bound is not None


def test_who_is_told_may_stop_it(search: Callable[[Search], None]) -> None:
    search(endless)

    def enough(p: Progress) -> None:
        if p.incumbent is not None:
            raise RuntimeError("enough")

    start = time.perf_counter()
    with pytest.raises(RuntimeError, match="enough"):
        module.run_siting(arrays("plain"), Options(time_limit=30, progress=enough))
    assert time.perf_counter() - start < 10


def test_an_error_of_the_search_is_not_swallowed(search: Callable[[Search], None]) -> None:
    def fails(p: Siting, watch: Watch) -> Answer:
        raise ZeroDivisionError

    search(fails)
    with pytest.raises(ZeroDivisionError):
        module.run_siting(arrays("plain"), Options())


@pytest.mark.usefixtures("search")
def test_options_reach_the_search(search: Callable[[Search], None]) -> None:
    seen: list[Watch] = []

    def look(p: Siting, watch: Watch) -> Answer:
        seen.append(watch)
        return standin.solve_siting(p, watch)

    search(look)
    tables, settings = siting_case("plain", 0)
    prepared = prepare(tables, settings=settings)
    options = options_of(prepared.tables, gap=1e-4, time_limit=7.0, engine="siting", seed=3, threads=1)
    solve_prepared(prepared, options)
    watch = seen[0]
    assert (watch.gap, watch.time_limit, watch.seed, watch.threads) == (1e-4, 7.0, 3, 1)


# -- the whole way -----------------------------------------------------------------------------------------------


def test_a_folder_of_lanes_is_solved_by_the_real_search_and_verified(tmp_path: Path) -> None:
    rows = write_siting_folder(tmp_path / "case", 30, 12, ratio=3.0)
    ours = solve(tmp_path / "case", engine="siting", out=tmp_path / "plan")
    known = solve(tmp_path / "case", engine="highs")
    assert rows == 30 * 12 + 12 and (ours.status, known.status) == ("optimal", "optimal")
    assert ours.verified and ours.cost == pytest.approx(known.cost, rel=2e-6) and not ours.problems
    assert verify(tmp_path / "plan").ok
    again = solve(tmp_path / "case", engine="siting", threads=1)
    assert (again.cost, again.used) == (ours.cost, ours.used)


@pytest.mark.parametrize("kind", ["chain", "sizes", "optional", "single", "least", "count", "forward"])
def test_the_real_search_finds_the_optimum_of_cases_of_every_kind(kind: str) -> None:
    a = arrays(kind, 2)
    ours, known = module.run_siting(a, Options()), run_highs(a, Options(gap=1e-9))
    assert (ours.status, ours.engine) == (known.status, "siting")
    if known.objective is not None:
        holds(a, ours)
        assert ours.objective == pytest.approx(known.objective, rel=1e-6)


@pytest.mark.parametrize("most", [None, 3])
@pytest.mark.parametrize("seed", range(4))
def test_uncapacitated_problems_and_medians_have_the_optimum_of_the_compact_model(seed: int, most: int | None) -> None:
    g = np.random.default_rng(seed)
    p = random_siting("uncapacitated", seed)
    fixed = p.fixed if most is None else np.zeros(p.n)
    state = np.where(g.random(p.n) < 0.8, 1, 0).astype(np.int8)
    rows, upper = (np.zeros((0, p.n)), []) if most is None else (np.ones((1, p.n)), [most])
    p = Siting(p.unit_cost, p.demand, p.capacity, fixed, state, rows=rows, upper=upper)
    assert is_uncapacitated(p)
    assert not is_uncapacitated(Siting(p.unit_cost, p.demand, np.full(p.n, 30.0), fixed))
    answer = search_for(p)(p, Watch(gap=0.0))
    assert answer.objective == pytest.approx(compact_optimum(p), rel=1e-7)
