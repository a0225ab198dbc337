"""p-median, uncapacitated siting, p-centre and covering: against enumeration, against the compact program, and at the edges."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import highspy
import numpy as np
import pytest

from balik.location.answer import Answer
from balik.location.problem import CLOSED, FREE, OPEN, SitingError
from balik.location.spatial import cover_all, cover_most, p_centre, p_median
from balik.location.watch import Watch

ROOT = Path(__file__).resolve().parents[2]
EXACT = 1e-9


def money(rng: np.random.Generator, n: int, m: int, kind: int) -> np.ndarray:
    """Costs of several kinds: with ties, on the plane, weighted, hardly any differences, huge next to tiny."""
    if kind == 0:
        return rng.integers(0, 6, (n, m)).astype(float)
    if kind == 1:
        sites, customers = rng.random((n, 2)), rng.random((m, 2))
        return np.hypot(*(sites[:, None] - customers[None]).transpose(2, 0, 1)) * rng.integers(1, 50, m)
    if kind == 2:
        return np.round(rng.random((n, m)) * 1000, 2)
    if kind == 3:
        return 1e6 + rng.random((n, m))
    return 10.0 ** rng.uniform(-3, 5, (n, m))


def states(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.choice([CLOSED, FREE, FREE, FREE, OPEN], n)


def sets(state: np.ndarray, sizes: list[int]) -> list[np.ndarray]:
    """Every set of open sites that the states and the sizes allow."""
    forced, free = np.flatnonzero(state == OPEN), np.flatnonzero(state == FREE)
    found = []
    for size in sizes:
        for more in combinations(free, size - len(forced)) if len(forced) <= size <= len(forced) + len(free) else ():
            found.append(np.concatenate([forced, np.array(more, int)]).astype(int))
    return found


def served(cost: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return cost[chosen].min(axis=0) if len(chosen) else np.full(cost.shape[1], np.inf)


def same(answer: Answer, best: float, maximise: bool = False) -> None:
    """The answer is this value, proved; or none where there is none."""
    if not np.isfinite(best):
        assert answer.status == "infeasible" and answer.open is None and answer.objective is None
        return
    scale = max(1.0, abs(best))
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    beyond = (best - answer.bound) if maximise else (answer.bound - best)
    assert beyond <= EXACT * scale  # the bound is never better than the truth
    assert answer.gap <= 1e-6 * (1 + 1e-6)


def keeps(answer: Answer, state: np.ndarray, p: int | None) -> None:
    if answer.open is not None:
        assert answer.open[state == OPEN].all() and not answer.open[state == CLOSED].any()
        assert p is None or answer.open.sum() == p


# -- enumeration -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_median_is_the_best_of_all_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 9)), int(rng.integers(1, 12))
    cost, state = money(rng, n, m, seed % 5), states(rng, n) if seed % 3 else np.full(n, FREE)
    if seed % 4 == 1:
        cost[rng.random((n, m)) < 0.5] = np.inf
    p = int(rng.integers(0, n + 2)) if seed % 2 else None
    fixed = rng.random(n) * cost[np.isfinite(cost)].max(initial=1.0) if p is None or seed % 3 == 0 else None
    opening = np.zeros(n) if fixed is None else fixed
    values = [
        served(cost, s).sum() + opening[s].sum() for s in sets(state, list(range(1, n + 1)) if p is None else [p])
    ]
    answer = p_median(cost, p, Watch(), state, fixed)
    same(answer, min(values, default=np.inf))
    keeps(answer, state, p)
    if answer.open is not None:
        paid = cost[answer.assignment, np.arange(m)]
        assert answer.open[answer.assignment].all() and (paid == served(cost, np.flatnonzero(answer.open))).all()
        assert paid.sum() + opening[answer.open].sum() == pytest.approx(answer.objective)


@pytest.mark.parametrize("seed", range(60))
def test_centre_is_the_best_of_all_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 9)), int(rng.integers(1, 12))
    distance, state = money(rng, n, m, seed % 5), states(rng, n) if seed % 3 else np.full(n, FREE)
    if seed % 4 == 1:
        distance[rng.random((n, m)) < 0.5] = np.inf
    p = int(rng.integers(0, n + 2))
    best = min((served(distance, s).max() for s in sets(state, [p])), default=np.inf)
    answer = p_centre(distance, p, Watch(gap=0.0), state)
    same(answer, best)
    keeps(answer, state, p)
    if answer.open is not None:
        assert answer.objective == best == answer.bound == distance[answer.assignment, np.arange(m)].max()


@pytest.mark.parametrize("seed", range(60))
def test_cover_is_the_cheapest_of_all_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 10)), int(rng.integers(1, 16))
    reach, state = rng.random((n, m)) < rng.choice([0.2, 0.5]), states(rng, n) if seed % 3 else np.full(n, FREE)
    cost = None if seed % 2 else np.round(rng.random(n) * 10, int(rng.integers(0, 3)))
    opening = np.ones(n) if cost is None else cost
    values = [opening[s].sum() for s in sets(state, list(range(n + 1))) if reach[s].any(axis=0).all()]
    answer = cover_all(reach, cost, Watch(), state)
    same(answer, min(values, default=np.inf))
    keeps(answer, state, None)
    if answer.open is not None:
        assert reach[answer.assignment, np.arange(m)].all() and answer.open[answer.assignment].all()


@pytest.mark.parametrize("seed", range(60))
def test_most_is_the_best_of_all_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 10)), int(rng.integers(1, 16))
    reach, state = rng.random((n, m)) < rng.choice([0.2, 0.5]), states(rng, n) if seed % 3 else np.full(n, FREE)
    weight = None if seed % 2 else np.round(rng.random(m) * 10, int(rng.integers(0, 3)))
    weights, p = np.ones(m) if weight is None else weight, int(rng.integers(0, n + 2))
    best = max((weights[reach[s].any(axis=0)].sum() for s in sets(state, [p])), default=-np.inf)
    answer = cover_most(reach, weight, p, Watch(), state)
    same(answer, best, maximise=True)
    keeps(answer, state, p)
    if answer.open is not None:
        reached = answer.assignment >= 0
        assert (reached == reach[answer.open].any(axis=0)).all()
        assert reach[answer.assignment[reached], np.flatnonzero(reached)].all()


# -- the compact program -----------------------------------------------------------------------------------------


def compact(matrix: np.ndarray, lower: np.ndarray, upper: np.ndarray, cost: np.ndarray, whole: np.ndarray) -> float:
    """min cost·x, lower ≤ matrix x ≤ upper, 0 ≤ x ≤ 1, proved by HiGHS at gap 0."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 0.0)
    rows, columns = matrix.shape
    start = np.arange(0, rows * columns + 1, rows, dtype=np.int32)
    index = np.tile(np.arange(rows, dtype=np.int32), columns)
    h.passModel(
        columns, rows, rows * columns, int(highspy.MatrixFormat.kColwise), 1, 0.0, cost, np.zeros(columns),
        np.ones(columns), lower, upper, start, index, matrix.T.ravel().astype(float), whole.astype(np.int32),
    )  # fmt: skip
    h.run()
    assert h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(h.getInfo().objective_function_value)


def compact_median(cost: np.ndarray, p: int | None, fixed: np.ndarray) -> float:
    n, m = cost.shape
    rows = [np.concatenate([np.zeros(n), np.tile(np.arange(m) == i, n)]) for i in range(m)]
    for j in range(n):
        for i in range(m):
            row = np.zeros(n + n * m)
            row[n + j * m + i], row[j] = 1.0, -1.0
            rows.append(row)
    rows.append(np.concatenate([np.ones(n), np.zeros(n * m)]))
    lower = np.concatenate([np.ones(m), np.full(n * m, -np.inf), [1 if p is None else p]])
    upper = np.concatenate([np.ones(m), np.zeros(n * m), [n if p is None else p]])
    whole = np.arange(n + n * m) < n
    return compact(np.array(rows), lower, upper, np.concatenate([fixed, cost.ravel()]), whole)


def check_median(seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    n, m = int(rng.integers(8, 16)), int(rng.integers(10, 26))
    cost = money(rng, n, m, seed % 4)
    p = None if seed % 3 == 0 else int(rng.integers(2, n))
    fixed = rng.random(n) * cost.mean() * (m / 4) if seed % 3 == 0 else np.zeros(n)
    same(p_median(cost, p, Watch(), fixed=fixed), compact_median(cost, p, fixed))


def check_covers(seed: int) -> None:
    rng = np.random.default_rng(2000 + seed)
    n, m = int(rng.integers(15, 30)), int(rng.integers(20, 50))
    if seed % 2:
        sites, customers = rng.random((n, 2)), rng.random((m, 2))
        reach = np.hypot(*(sites[:, None] - customers[None]).transpose(2, 0, 1)) < 0.25
    else:
        reach = rng.random((n, m)) < 0.12
    reach[rng.integers(0, n, m), np.arange(m)] = True
    opening, weight = rng.integers(1, 9, n).astype(float), rng.integers(1, 99, m).astype(float)
    everyone, free = reach.T.astype(float), np.ones(n, bool)
    for cost in (np.ones(n), opening):
        best = compact(everyone, np.ones(m), np.full(m, np.inf), cost, free)
        same(cover_all(reach, cost, Watch()), round(best))
    p = int(rng.integers(2, max(3, n // 3)))
    matrix = np.block([[everyone, np.eye(m)], [np.ones((1, n)), np.zeros((1, m))]])
    missed = compact(matrix, np.append(np.ones(m), p), np.append(np.full(m, np.inf), p),
                     np.concatenate([np.zeros(n), weight]), np.arange(n + m) < n)  # fmt: skip
    same(cover_most(reach, weight, p, Watch()), weight.sum() - round(missed), maximise=True)


@pytest.mark.parametrize("seed", range(30))
def test_median_agrees_with_the_compact_program(seed: int) -> None:
    check_median(seed)


@pytest.mark.parametrize("seed", range(30))
def test_covers_agree_with_the_compact_program(seed: int) -> None:
    check_covers(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 400))
def test_many_agree_with_the_compact_program(seed: int) -> None:
    check_median(seed)
    check_covers(seed)


# -- larger ones that hang together ------------------------------------------------------------------------------


def plane(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    points = rng.random((n, 2)) * 1000
    return np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))


def test_a_centre_is_where_the_number_of_sites_changes() -> None:
    distance = plane(120, 1)
    answer = p_centre(distance, 8, Watch())
    assert answer.status == "optimal"
    below = np.unique(distance[distance < answer.objective])[-1]
    assert cover_all(distance <= answer.objective, None, Watch()).objective <= 8
    assert cover_all(distance <= below, None, Watch()).objective > 8
    assert cover_most(distance <= answer.objective, None, 8, Watch()).objective == 120


def test_bounds_hold_for_whole_and_broken_numbers_alike() -> None:
    whole = np.round(plane(150, 2))
    first, second = p_median(whole, 12, Watch()), p_median(whole * 0.1, 12, Watch())
    assert first.status == second.status == "optimal"
    assert first.objective == pytest.approx(10 * second.objective, rel=1e-6)
    assert first.bound == first.objective  # nothing lies between two whole numbers


def test_the_answer_is_the_same_every_time() -> None:
    cost = plane(150, 3) * np.random.default_rng(3).integers(1, 9, 150)
    first, again = p_median(cost, 15, Watch()), p_median(cost, 15, Watch(time_limit=600.0, threads=1))
    assert (first.open == again.open).all() and first.objective == again.objective and first.work == again.work


def test_the_search_is_told_and_can_be_stopped() -> None:
    rng = np.random.default_rng(4)
    cost = rng.integers(1000, 2000, (120, 120)).astype(float)  # no structure: a wide gap
    heard: list[tuple[float, float]] = []
    watch = Watch(tell=lambda value, bound, nodes: heard.append((value, bound)), stop=lambda: len(heard) > 30)
    answer = p_median(cost, None, watch, fixed=np.full(120, 3000.0))
    assert answer.status == "feasible" and answer.bound < answer.objective
    assert heard[-1][0] >= answer.objective and all(bound <= value for value, bound in heard)
    assert [value for value, _ in heard] == sorted((value for value, _ in heard), reverse=True)
    assert p_median(cost, 5, Watch(time_limit=0.0)).status in ("feasible", "stopped")


# -- edges -------------------------------------------------------------------------------------------------------


def test_what_is_no_problem_is_refused() -> None:
    good, reach = np.ones((2, 3)), np.ones((2, 3), bool)
    with pytest.raises(SitingError, match="NaN"):
        p_median(np.array([[np.nan, 1.0]]), 1, Watch())
    with pytest.raises(SitingError, match="p must be"):
        p_median(good, -1, Watch())
    with pytest.raises(SitingError, match="p must be"):
        p_centre(good, 1.5, Watch())  # type: ignore[arg-type]
    with pytest.raises(SitingError, match="negative"):
        p_centre(-good, 1, Watch())
    with pytest.raises(SitingError, match="shape"):
        p_median(good, 1, Watch(), fixed=np.ones(3))
    with pytest.raises(SitingError, match="shape"):
        p_median(np.ones(3), 1, Watch())
    with pytest.raises(SitingError, match="finite"):
        p_median(np.array([[-np.inf, 1.0]]), 1, Watch())
    with pytest.raises(SitingError, match="state"):
        cover_all(reach, None, Watch(), np.array([1, 3]))
    with pytest.raises(SitingError, match="negative"):
        cover_all(reach, np.array([1.0, -1.0]), Watch())
    with pytest.raises(SitingError, match="true and false"):
        cover_most(np.array([[0.5, 1.0]]), None, 1, Watch())
    with pytest.raises(SitingError, match="no candidate"):
        p_median(np.zeros((0, 3)), 1, Watch())
    with pytest.raises(SitingError, match="no customer"):
        cover_all(np.zeros((3, 0), bool), None, Watch())
    with pytest.raises(SitingError) as error:
        cover_most(reach, np.ones(2), 1, Watch())
    assert error.value.into("id") == "weight berbentuk (2,); yang diharapkan (3,)."


def test_where_nothing_serves_there_is_no_plan() -> None:
    lonely = np.array([[1.0, np.inf], [np.inf, 1.0]])
    assert p_median(lonely, 1, Watch()).status == p_centre(lonely, 1, Watch()).status == "infeasible"
    assert p_median(lonely, 2, Watch()).objective == 2.0
    shut = np.full(2, CLOSED)
    assert p_median(np.ones((2, 2)), 1, Watch(), shut).status == "infeasible"
    assert p_centre(np.ones((2, 2)), 1, Watch(), shut).status == "infeasible"
    assert cover_all(np.ones((2, 2), bool), None, Watch(), shut).status == "infeasible"
    assert cover_most(np.ones((2, 2), bool), None, 3, Watch()).status == "infeasible"
    nobody = cover_most(np.zeros((2, 2), bool), None, 1, Watch())
    assert nobody.status == "optimal" and nobody.objective == 0.0 and nobody.open.sum() == 1


def test_equal_sites_and_free_service_end() -> None:
    assert p_median(np.zeros((6, 6)), 2, Watch()).objective == 0.0
    assert p_centre(np.zeros((6, 6)), 2, Watch()).objective == 0.0
    assert p_median(np.full((8, 8), 7.0), 3, Watch()).objective == 56.0
    assert p_median(np.full((8, 8), 7.0), None, Watch(), fixed=np.full(8, 5.0)).objective == 61.0
    assert cover_all(np.ones((8, 8), bool), None, Watch()).objective == 1.0
    assert p_median(np.array([[1e12, 1e-6], [1e-6, 1e12]]), 2, Watch()).objective == 2e-6
