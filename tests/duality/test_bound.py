"""Bounds from duals: never above the truth, whatever the duals are; and at the optimum for those of the optimum."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balik.algebra import Arrays
from balik.duality import bound_of, reach
from balik.duality.certificate import DualsError, duals_as_bytes, holds_duals, read_duals
from balik.engines import Options, run_highs
from balik.engines.highs import relaxation_duals


def arrays(dense: np.ndarray, cost, lower, upper, row_lower, row_upper, integer=None) -> Arrays:
    n = dense.shape[1]
    col, row = np.nonzero(dense.T)
    start = np.concatenate([[0], np.cumsum(np.bincount(col, minlength=n))]).astype(np.int32)
    whole = np.zeros(n, bool) if integer is None else np.asarray(integer, bool)
    return Arrays(
        np.asarray(cost, float), 0.0, np.asarray(lower, float), np.asarray(upper, float), whole,
        np.asarray(row_lower, float), np.asarray(row_upper, float), start, row.astype(np.int32), dense.T[col, row].astype(float),
    )  # fmt: skip


def random_program(seed: int, whole: bool = False) -> tuple[Arrays, float]:
    """A program that has a plan, with rows of every kind and columns with and without ends; and its least cost."""
    g = np.random.default_rng(seed)
    m, n = int(g.integers(1, 7)), int(g.integers(1, 9))
    dense = np.where(g.random((m, n)) < 0.6, np.round(g.uniform(-5, 5, (m, n)), 2), 0.0)
    x = np.round(g.uniform(-3, 3, n), 0 if whole else 2)
    lower = np.where(g.random(n) < 0.8, x - np.round(g.uniform(0, 4, n)), -np.inf)
    upper = np.where(g.random(n) < 0.6, x + np.round(g.uniform(0, 4, n)), np.inf)
    activity = dense @ x
    row_lower = np.where(g.random(m) < 0.6, activity - np.round(g.uniform(0, 3, m), 1), -np.inf)
    row_upper = np.where(g.random(m) < 0.6, activity + np.round(g.uniform(0, 3, m), 1), np.inf)
    equal = g.random(m) < 0.3
    row_lower[equal] = row_upper[equal] = activity[equal]
    cost = np.round(g.uniform(-3, 5, n), 2)
    a = arrays(dense, cost, lower, upper, row_lower, row_upper, np.full(n, whole) & (g.random(n) < 0.5))
    result = run_highs(a, Options(prices=False, gap=0.0))
    return a, math.nan if result.objective is None else result.objective


@pytest.mark.parametrize("seed", range(150))
def test_any_duals_stay_below_the_optimum(seed: int) -> None:
    a, least = random_program(seed, whole=seed % 3 == 0)
    if math.isnan(least):
        return  # unbounded below
    g = np.random.default_rng(seed)
    slack = 1e-6 * max(1.0, abs(least))  # HiGHS finds the optimum itself within its tolerances
    for scale in (0.0, 1e-3, 1.0, 1e3, 1e12):
        for cutoff in (least, least + 5.0, least - 5.0, 1e30, -1e30):
            assert bound_of(a, scale * g.normal(size=len(a.row_lower)), cutoff).bound <= least + slack


@pytest.mark.parametrize("seed", range(100))
def test_duals_of_the_optimum_show_it(seed: int) -> None:
    a, least = random_program(seed)
    if math.isnan(least):
        return
    duals = relaxation_duals(a, Options())
    assert duals is not None
    shown = bound_of(a, duals, least)
    assert shown.bound <= least + 1e-6 * max(1.0, abs(least))
    if math.isfinite(shown.bound):
        assert shown.bound == pytest.approx(least, rel=1e-6, abs=1e-6)
    else:  # only what has no end in any plan, and a price of nothing but rounding, is given up
        assert np.isinf(a.lower).any() or np.isinf(a.upper).any()


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=2, max_size=2), st.floats(allow_nan=False))
@settings(max_examples=200, deadline=None)
def test_the_bound_holds_to_the_last_bit(duals: list[float], cutoff: float) -> None:
    """min x + 0.1 y, x + y ≥ 0.3, x − y = 0.1, 0 ≤ x, y: x = 0.2, y = 0.1, cost 0.21; its duals sum in tenths."""
    a = arrays(np.array([[1.0, 1.0], [1.0, -1.0]]), [1.0, 0.1], [0, 0], [np.inf, np.inf], [0.3, 0.1], [np.inf, 0.1])
    assert bound_of(a, np.array(duals), cutoff).bound <= 0.21


def test_the_worse_end_counts() -> None:
    """A dual too high by a rounding makes a reduced cost negative, and its column has no end but that of the cutoff."""
    a = arrays(np.array([[1.0, 1.0]]), [1.0, 1.0], [0, 0], [np.inf, np.inf], [10.0], [np.inf])
    over = np.nextafter(1.0, 2.0)
    found = bound_of(a, np.array([over]), 10.0)
    assert found.ends == 2
    assert 10.0 - 1e-12 < found.bound <= 10.0
    free = replace(a, cost=np.array([1.0, 0.0]), row_upper=np.array([12.0]))
    assert bound_of(free, np.array([1e-13]), 0.0).bound <= 0.0  # the free column may go no farther than the row lets it


def test_a_column_without_any_end_shows_nothing_unless_its_price_is_nothing() -> None:
    a = arrays(np.array([[1.0, -1.0]]), [1.0, -1.0], [-np.inf] * 2, [np.inf] * 2, [2.0], [2.0])
    assert bound_of(a, np.array([1.0]), 5.0).bound == pytest.approx(2.0) or bound_of(a, np.array([1.0]), 5.0).bound == -math.inf
    assert bound_of(a, np.array([0.5]), 5.0).bound == -math.inf


@pytest.mark.parametrize("seed", range(60))
def test_reach_leaves_nothing_out(seed: int) -> None:
    """Every whole point that keeps the rows and costs no more than the cutoff lies within the ends."""
    g = np.random.default_rng(seed)
    dense = np.round(g.uniform(-3, 3, (3, 3)))
    row_upper, cost = np.round(g.uniform(0, 8, 3)), np.round(g.uniform(-1, 4, 3))
    a = arrays(dense, cost, [-4] * 3, [np.inf] * 3, [-np.inf] * 3, row_upper, g.random(3) < 0.5)
    cutoff = float(g.uniform(-3, 6))
    lower, upper = reach(a, cutoff)
    points = np.stack(np.meshgrid(*[np.arange(-4, 9)] * 3, indexing="ij"), -1).reshape(-1, 3)
    good = points[((points @ dense.T <= row_upper).all(1)) & (points @ cost <= cutoff)]
    assert ((good >= lower) & (good <= upper)).all()


def test_duals_as_a_file() -> None:
    duals = np.array([1.5, -0.1, 0.0])
    data = duals_as_bytes(duals)
    assert data == duals_as_bytes(duals)
    assert holds_duals(data)
    assert read_duals(data).tolist() == duals.tolist()
    for wrong in (b"", b"PK", data[:40], data[:-5]):
        if holds_duals(wrong):
            with pytest.raises(DualsError):
                read_duals(wrong)


def test_duals_of_the_wrong_number_count_as_none() -> None:
    a = arrays(np.array([[1.0, 1.0]]), [1.0, 1.0], [0, 0], [5, 5], [3.0], [np.inf])
    assert bound_of(a, np.array([1.0, 1.0]), 10.0).bound == pytest.approx(0.0, abs=1e-290)
    assert bound_of(a, np.array([1.0]), 10.0).bound == pytest.approx(3.0)
