"""The engine: statuses, honest bounds, whole numbers, what only linear programs have, stopping, writing."""

from __future__ import annotations

import _thread
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import balik
from balik.algebra import Arrays
from balik.engines import Options, run_highs, write_model
from balik.engines import highs as module
from balik.location.pick import ENGINES
from balik.tables import settings

INF = np.inf


def program(
    cost: list[float],
    matrix: list[list[float]],
    row_lower: list[float],
    row_upper: list[float],
    lower: list[float] | None = None,
    upper: list[float] | None = None,
    whole: list[bool] | None = None,
    offset: float = 0.0,
) -> Arrays:
    """A small program from its dense matrix."""
    n, dense = len(cost), np.array(matrix, float).reshape(len(row_lower), len(cost))
    on = [np.flatnonzero(dense[:, j]) for j in range(n)]
    return Arrays(
        np.array(cost, float),
        offset,
        np.array(lower or [0.0] * n),
        np.array(upper or [INF] * n),
        np.array(whole or [False] * n),
        np.array(row_lower, float),
        np.array(row_upper, float),
        np.cumsum([0, *map(len, on)]).astype(np.int32),
        np.concatenate([*on, np.zeros(0)]).astype(np.int32),
        np.concatenate([*(dense[rows, j] for j, rows in enumerate(on)), np.zeros(0)]),
    )


#: min 2x + 3y, x + y ≥ 4, x ≤ 3: x = 3, y = 1.
PLAIN = program([2, 3], [[1, 1]], [4], [INF], upper=[3, INF], offset=10)
#: As many of ten things as fit twice: the relaxation is fractional.
PACK = program([-5, -4, -3], [[2, 3, 1], [4, 1, 2], [3, 4, 2]], [-INF] * 3, [5, 11, 8], whole=[True] * 3)


def test_a_linear_program() -> None:
    found = run_highs(PLAIN, Options())
    assert (found.status, found.integer, found.unique) == ("optimal", False, True)
    assert found.x is not None and found.x.tolist() == pytest.approx([3, 1])
    assert found.objective == found.bound == pytest.approx(19)
    assert found.gap == 0.0


def test_prices_and_their_ranges() -> None:
    """One more unit costs 3, from 3 units on; one more x saves 1, up to 4."""
    found = run_highs(PLAIN, Options()).prices
    assert found is not None
    assert found.row.tolist() == pytest.approx([3]) and found.column.tolist() == pytest.approx([-1, 0])
    assert (found.row_range[0][0], found.row_range[1][0]) == pytest.approx((3, INF), abs=1e-9) or found.row_range[1][
        0
    ] >= 1e20
    assert (found.column_range[0][0], found.column_range[1][0]) == pytest.approx((0, 4))
    assert run_highs(PLAIN, Options(prices=False)).prices is None


def test_a_whole_program() -> None:
    found = run_highs(PACK, Options())
    best = min(
        -5 * x - 4 * y - 3 * z
        for x in range(4)
        for y in range(4)
        for z in range(6)
        if 2 * x + 3 * y + z <= 5 and 4 * x + y + 2 * z <= 11 and 3 * x + 4 * y + 2 * z <= 8
    )
    assert (found.status, found.objective) == ("optimal", pytest.approx(best))
    assert found.bound is not None and found.bound <= best + 1e-9
    assert found.prices is None and found.unique is None
    assert found.x is not None and (found.x == np.round(found.x)).all()


def test_whole_numbers_are_whole_and_do_not_leak() -> None:
    """A switch of 1e7 could let 1 pass at 1e-7 of its price: the polished plan pays in full."""
    leaky = program(
        [1000, 0, 5], [[-1e7, 1, 0], [0, 1, 1]], [-INF, 3], [0, INF], upper=[1, INF, INF], whole=[True, False, False]
    )
    found = run_highs(leaky, Options())
    assert found.status == "optimal" and found.objective == pytest.approx(15.0)
    assert found.x is not None and found.x.tolist() == pytest.approx([0, 0, 3])


@pytest.mark.parametrize("whole", [False, True])
def test_infeasible_and_unbounded_are_told_apart(whole: bool) -> None:
    kind = [whole] * 2
    never = program([1, 1], [[1, 1]], [5], [INF], upper=[2, 2], whole=kind)
    endless = program([-1, 0], [[1, -1]], [-INF], [3], whole=kind)
    both = program([-1, 0], [[1, -1], [0, 1]], [-INF, -INF], [3, -1], whole=kind)
    for case, status in ((never, "infeasible"), (endless, "unbounded"), (both, "infeasible")):
        found = run_highs(case, Options())
        assert found.status == status
        assert (found.x, found.objective, found.bound, found.gap) == (None, None, None, None)
        assert not found.has_plan


def test_a_plan_that_presolve_passes_over_is_found() -> None:
    """Presolve calls it infeasible (HiGHS 1.15.1); the assignment is one of 16: 2 × 1 + 5 × 13 = 67, fees 30 + 100."""
    fee, km = [[3, 15, 14, 15], [20, 12, 6, 3]], [[16, 1, 29, 27], [13, 14, 20, 25]]
    case = {
        "places": pd.DataFrame({"place": ["s0", "s1", "f0", "f1", "f2", "f3"]}),
        "materials": pd.DataFrame({"material": ["w"], "unit": ["t"]}),
        "supply": pd.DataFrame({"place": ["s0", "s1"], "material": "w", "amount": [2, 5]}),
        "modes": pd.DataFrame({"mode": ["truck"], "full_co2": [1.0]}),
        "lanes": pd.DataFrame(
            {"origin": f"s{i}", "dest": f"f{j}", "mode": "truck", "km": km[i][j], "fee": fee[i][j], "single": "yes"}
            for i in range(2)
            for j in range(4)
        ),
        "sites": pd.DataFrame({"place": ["f0", "f1", "f2", "f3"], "opening_cost": [98, 0, 89, 57]}),
        "processes": pd.DataFrame({"process": ["p"] * 4, "place": ["f0", "f1", "f2", "f3"]}),
        "recipes": pd.DataFrame({"process": ["p"], "material": ["w"], "rate": [-1.0]}),
        "limits": pd.DataFrame({"limit": ["c"], "quantity": ["co2"], "most": [67.000006]}),
    }
    plan = balik.solve(case, settings={"finance": {"one_off": "once"}}, engine="highs")
    assert (plan.status, plan.cost, plan.used) == ("optimal", 228.0, ["f0", "f1"])
    none = balik.solve(case, settings={"finance": {"one_off": "once"}}, engine="highs", set=["limits.most = 66.9"])
    assert none.status == "infeasible"


def test_what_has_a_solution_is_never_called_infeasible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a look finds one and the search without presolve does not, nothing is known."""
    monkeypatch.setattr(module, "_has_a_solution", lambda *_: True)
    found = run_highs(program([1, 1], [[1, 1]], [5], [INF], upper=[2, 2], whole=[True] * 2), Options())
    assert found.status == "stopped" and not found.has_plan


def test_bounds_that_cross_are_infeasible() -> None:
    assert run_highs(program([1], [[1]], [0], [9], lower=[5], upper=[2]), Options()).status == "infeasible"


def test_programs_without_rows_or_columns() -> None:
    alone = run_highs(program([1, -1], [], [], [], upper=[4, 4]), Options())
    assert alone.status == "optimal" and alone.objective == pytest.approx(-4)
    assert run_highs(program([-1], [], [], []), Options()).status == "unbounded"
    empty = run_highs(program([], [], [], [], offset=7), Options())
    assert empty.status == "optimal" and empty.objective == 7


# -- unique ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "unique"),
    [
        (program([1, 1], [[1, 1]], [4], [INF]), False),  # any split costs the same
        (program([1, 1], [[1, 1]], [4], [INF], upper=[2, 2]), True),  # only one split is left
        (program([1, 0], [[1, 1]], [4], [INF]), False),  # the second may be any amount above
        (program([1, 0], [[1, 1]], [4], [6], lower=[1, 0]), False),
        (program([1, 2, 0], [[1, 1, 0], [0, 1, 1]], [4, 2], [4, 2]), True),
        (program([1, 1, 0], [[1, 0, -1], [0, 1, -1]], [0, 0], [0, 0]), True),  # degenerate: all at 0
        (program([0, 0], [[1, -1]], [0], [0], upper=[1, 1]), False),
        (program([-1, -1], [[1, 2], [2, 1]], [-INF] * 2, [6, 6]), True),
        (program([-1, -2], [[1, 2], [2, 1]], [-INF] * 2, [6, 6]), False),
    ],
)
def test_unique_by_the_optimal_face(case: Arrays, unique: bool) -> None:
    assert run_highs(case, Options()).unique is unique


def test_what_is_settled_later_does_not_count() -> None:
    floating = program([1, 0], [[1, 0], [1, -1]], [4, -INF], [INF, 0])  # x = 4, y ≥ 4 for nothing
    assert run_highs(floating, Options()).unique is False
    settled = replace(floating, settled=np.array([False, True]))
    assert run_highs(settled, Options()).unique is True
    others = program([1, 1, 0], [[1, 1, 0], [1, 1, -1]], [4, -INF], [INF, 0])
    assert run_highs(replace(others, settled=np.array([False, False, True])), Options()).unique is False


# -- other ways to the same answer -------------------------------------------------------------------------------


def random_program(seed: int, rows: int = 12, columns: int = 20) -> Arrays:
    """A feasible and bounded linear program."""
    r = np.random.default_rng(seed)
    matrix = np.where(r.random((rows, columns)) < 0.4, r.integers(1, 9, (rows, columns)), 0)
    inside = r.integers(0, 5, columns)
    return program(
        r.integers(1, 20, columns).tolist(),
        matrix.tolist(),
        (matrix @ inside).tolist(),
        [INF] * rows,
        upper=[9.0] * columns,
    )


@pytest.mark.parametrize("seed", range(4))
def test_interior_point_and_repeats_agree_with_the_simplex(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    case = random_program(seed)
    simplex = run_highs(case, Options())
    again = run_highs(replace(case, cost=case.cost * 2), Options(), simplex.basis)
    assert again.objective == pytest.approx(2 * simplex.objective)  # type: ignore[operator]
    monkeypatch.setattr(module, "LARGE_LP", 0)
    interior = run_highs(case, Options())
    assert interior.objective == pytest.approx(simplex.objective)
    assert interior.unique == simplex.unique and interior.prices is not None


def test_every_engine_has_a_name() -> None:
    assert set(ENGINES) == {"auto", "highs", "scip", "siting", "network"} == set(settings.ENGINES)
    for name in ("auto", "highs"):
        assert ENGINES[name](PLAIN, Options(engine=name)).objective == pytest.approx(19)


# -- stopping ----------------------------------------------------------------------------------------------------


def hard(n: int = 50) -> Arrays:
    """A market split: easy to fill, hard to prove."""
    r = np.random.default_rng(7)
    matrix = r.integers(10, 100, (6, n)).astype(float)
    slack = np.hstack([matrix, np.eye(6), -np.eye(6)])
    half = np.floor(matrix.sum(1) / 2)
    return program(
        [0.0] * n + [1.0] * 12,
        slack.tolist(),
        half.tolist(),
        half.tolist(),
        upper=[1.0] * n + [INF] * 12,
        whole=[True] * n + [False] * 12,
    )


def honest(found: Any) -> None:
    """A stopped search with a plan: objective, a bound below it, and the gap between them."""
    assert found.status == "feasible"
    assert found.bound is not None and found.bound <= found.objective
    assert found.gap == pytest.approx((found.objective - found.bound) / max(1.0, abs(found.objective)))
    assert found.gap > 1e-6


def test_a_time_limit_keeps_the_best_plan() -> None:
    start = time.perf_counter()
    found = run_highs(hard(), Options(time_limit=0.5, threads=1))
    honest(found)
    assert time.perf_counter() - start < 5


def test_a_time_limit_before_any_plan_is_stopped() -> None:
    found = run_highs(random_program(1, 150, 300), Options(time_limit=1e-9))
    assert found.status in ("stopped", "optimal")  # presolve may be faster than the clock
    if found.status == "stopped":
        assert found.x is None and found.objective is None


def test_the_users_interrupt_keeps_the_best_plan() -> None:
    timer = threading.Timer(1.5, _thread.interrupt_main)
    timer.start()
    start = time.perf_counter()
    found = run_highs(hard(), Options(time_limit=20, threads=1))
    honest(found)
    assert time.perf_counter() - start < 10


def test_whoever_asks_to_stop_is_heard() -> None:
    """In the tree, and within a linear program; before anything was found there is no plan."""
    start = time.perf_counter()
    honest(run_highs(hard(), Options(time_limit=20, threads=1, stop=lambda: time.perf_counter() > start + 1.0)))
    assert time.perf_counter() - start < 4
    found = run_highs(random_program(1, 400, 800), Options(time_limit=20, stop=lambda: True, prices=False))
    assert found.status in ("stopped", "optimal") and (found.x is None) == (found.status == "stopped")


def test_progress_tells_of_incumbent_and_bound() -> None:
    seen: list[Any] = []
    run_highs(hard(), Options(time_limit=1.0, threads=1, progress=seen.append))
    known = [p for p in seen if p.incumbent is not None and p.bound is not None]
    assert known and all(p.bound <= p.incumbent + 1e-6 and p.gap >= 0 for p in known)


def test_a_gap_that_is_asked_for_is_kept() -> None:
    loose = run_highs(PACK, Options(gap=0.5))
    assert loose.status == "optimal" and loose.gap is not None and loose.gap <= 0.5


# -- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["lp", "mps"])
def test_a_program_is_written_with_its_names(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"plain.{suffix}"
    write_model(PLAIN, ["flow(a,b)", "flow(c,b)"], ["balance(b)"], path)
    text = path.read_text()
    assert "flow(a,b)" in text and "flow(c,b)" in text and "balance(b)" in text
