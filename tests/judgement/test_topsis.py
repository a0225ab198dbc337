"""Closeness to the ideal and how far weights may move, against published figures and a fine grid of weights."""

from __future__ import annotations

import numpy as np
import pytest

from balik.judgement import closeness, first_while
from balik.judgement.topsis import at_weight

SCORES = np.array([[5000, 4, 200, 9], [4000, 5, 150, 8], [2500, 9, 100, 7], [3000, 6, 120, 8]], float)
MOST = np.array([False, True, True, True])
WEIGHTS = np.array([0.423423423, 0.227227227, 0.122122122, 0.227227227])


def test_published_closeness() -> None:
    found = closeness(SCORES, MOST, WEIGHTS)
    assert found == pytest.approx([0.230366954, 0.360578789, 0.769633046, 0.627770837], abs=2e-9)


def test_the_ideal_is_1_and_its_opposite_0() -> None:
    found = closeness(np.array([[1.0, 9], [2, 5], [3, 1]]), np.array([False, True]), np.array([0.4, 0.6]))
    assert found[0] == 1 and found[2] == 0 and 0 < found[1] < 1


def test_alternatives_that_are_alike_have_none() -> None:
    assert np.isnan(closeness(np.array([[2.0, 1], [2, 1]]), np.array([True, True]), np.array([0.5, 0.5]))).all()


def test_units_of_the_scores_do_not_matter() -> None:
    scaled = SCORES * np.array([0.001, 7, 1e6, 3])
    assert closeness(scaled, MOST, WEIGHTS) == pytest.approx(closeness(SCORES, MOST, WEIGHTS), abs=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_spans_are_those_of_a_fine_grid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m, k = int(rng.integers(2, 7)), int(rng.integers(2, 6))
    scores, most = rng.integers(0, 10, (m, k)).astype(float), rng.random(k) < 0.6
    weights = rng.dirichlet(np.ones(k))
    close = closeness(scores, most, weights)
    if np.isnan(close).any() or np.sort(close)[-1] - np.sort(close)[-2] < 1e-9:
        return  # nobody is first alone
    first, grid = int(np.argmax(close)), np.linspace(0, 1, 4001)
    for c in range(k):
        span = first_while(scores, most, weights, c)
        assert span is not None
        stays = np.array([
            (found := closeness(scores, most, at_weight(weights, c, t)))[first] >= np.nanmax(found) - 1e-12
            for t in grid
        ])  # fmt: skip
        inside = (grid > span.low + 1e-9) & (grid < span.high - 1e-9)
        assert stays[inside].all()
        for edge, step, then in ((span.low, -1e-6, span.below), (span.high, 1e-6, span.above)):
            if then is not None:
                found = closeness(scores, most, at_weight(weights, c, edge + step))
                assert found[then] > found[first]


def test_a_criterion_with_all_the_weight_has_no_span() -> None:
    assert first_while(SCORES, MOST, np.array([1.0, 0, 0, 0]), 0) is None


def test_a_criterion_that_tells_nothing_apart_moves_nothing() -> None:
    scores, most = np.array([[1.0, 5], [2, 5], [3, 5]]), np.array([False, True])
    for k in range(2):
        span = first_while(scores, most, np.array([1 / 3, 2 / 3]), k)
        assert span is not None and (span.low, span.high, span.below, span.above) == (0, 1, None, None)


def test_a_tie_at_the_weight_itself_is_an_edge() -> None:
    """Dear and much against cheap and little: alike at a half, and above it the cheap one is first."""
    scores, most = np.array([[60.0, 60], [10, 10]]), np.array([False, True])
    span = first_while(scores, most, np.array([0.5, 0.5]), 0)
    assert span is not None and (span.low, span.high, span.below, span.above) == (0, 0.5, None, 1)
