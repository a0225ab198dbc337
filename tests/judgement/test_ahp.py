"""Weights from comparisons in pairs, against closed forms, published figures and properties."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balik.judgement import priorities
from balik.judgement.ahp import together


def reciprocal(upper: dict[tuple[int, int], float], n: int) -> np.ndarray:
    """A matrix of comparisons from its upper half."""
    matrix = np.ones((n, n))
    for (i, j), ratio in upper.items():
        matrix[i, j], matrix[j, i] = ratio, 1 / ratio
    return matrix


def test_published_weights_of_a_consistent_matrix() -> None:
    a, b, c = 1.863436123, 3.467213115, 1.860655738
    found = priorities(reciprocal({(0, 1): a, (0, 2): b, (0, 3): a, (1, 2): c, (1, 3): 1, (2, 3): 1 / c}, 4))
    assert found.weights == pytest.approx([0.423423423, 0.227227227, 0.122122122, 0.227227227], abs=5e-10)
    assert found.largest == pytest.approx(4, abs=1e-9)
    assert found.ratio == 0 and found.worst is None


def test_three_things_have_a_closed_form() -> None:
    """n = 3: λ = 1 + k + 1/k with k = (a12 a23 / a13)^(1/3), and the weights are geometric means of the rows."""
    matrix = reciprocal({(0, 1): 2, (0, 2): 8, (1, 2): 2}, 3)
    k = (2 * 2 / 8) ** (1 / 3)
    means = np.prod(matrix, axis=1) ** (1 / 3)
    found = priorities(matrix)
    assert found.largest == pytest.approx(1 + k + 1 / k, abs=1e-12)
    assert found.weights == pytest.approx(means / means.sum(), abs=1e-12)
    assert found.index == pytest.approx((found.largest - 3) / 2, abs=1e-12)
    assert found.ratio == pytest.approx(found.index / ((2.7699 * 3 - 4.3513 - 3) / 2), abs=1e-12)


def test_the_random_index_is_that_of_random_matrices() -> None:
    """The mean index of reciprocal matrices with entries 1/9 … 9 drawn at random (seed fixed), within 3 %."""
    rng, scale = np.random.default_rng(5), np.array([1 / k for k in range(9, 1, -1)] + list(range(1, 10)))
    for n in (4, 6, 9):
        drawn = []
        for _ in range(1500):
            upper = {pair: float(rng.choice(scale)) for pair in itertools.combinations(range(n), 2)}
            drawn.append(priorities(reciprocal(upper, n)).index)
        expected = (2.7699 * n - 4.3513 - n) / (n - 1)
        assert np.mean(drawn) == pytest.approx(expected, rel=0.03)


def test_the_worst_comparison_is_the_one_that_was_spoilt() -> None:
    weights = np.array([0.5, 0.3, 0.15, 0.05])
    matrix = weights[:, None] / weights[None, :]
    for i, j in itertools.combinations(range(4), 2):
        spoilt = matrix.copy()
        spoilt[i, j], spoilt[j, i] = 9 * matrix[i, j], 1 / (9 * matrix[i, j])
        found = priorities(spoilt)
        assert found.worst == (i, j) and found.ratio > 0.1
        mended = spoilt.copy()
        mended[i, j], mended[j, i] = found.fitting, 1 / found.fitting
        assert priorities(mended).ratio < found.ratio


@given(st.lists(st.floats(0.05, 1), min_size=1, max_size=7))
def test_weights_come_back_from_their_ratios(weights: list[float]) -> None:
    w = np.array(weights)
    found = priorities(w[:, None] / w[None, :])
    assert found.weights == pytest.approx(w / w.sum(), abs=1e-9)
    assert found.ratio == 0 and found.worst is None


def test_two_things_are_always_consistent() -> None:
    found = priorities(reciprocal({(0, 1): 3}, 2))
    assert found.weights == pytest.approx([0.75, 0.25]) and found.ratio == 0 and found.worst is None


@pytest.mark.parametrize("apart", [1e-2, 1e-15, 1e-90])
def test_things_that_lie_far_apart_keep_their_weights(apart: float) -> None:
    """Of ratios to the last digit: the eigenvalue of a consistent matrix is n, and a spoilt one is still found."""
    w = np.array([1.0, apart, apart**2, 0.5])
    found = priorities(w[:, None] / w[None, :])
    assert found.weights == pytest.approx(w / w.sum(), rel=1e-12, abs=0)
    assert found.largest == pytest.approx(4, abs=1e-12)
    spoilt = w[:, None] / w[None, :]
    spoilt[0, 1], spoilt[1, 0] = 9 * spoilt[0, 1], spoilt[1, 0] / 9
    assert priorities(spoilt).worst == (0, 1) and priorities(spoilt).ratio > 0.1


def test_a_group_keeps_reciprocals_and_what_all_agree_on() -> None:
    one, other = reciprocal({(0, 1): 2, (0, 2): 5, (1, 2): 4}, 3), reciprocal({(0, 1): 8, (0, 2): 5, (1, 2): 1 / 4}, 3)
    both = together(np.array([one, other]))
    assert both[0, 1] == pytest.approx(4) and both[0, 2] == pytest.approx(5) and both[1, 2] == pytest.approx(1)
    assert both * both.T == pytest.approx(np.ones((3, 3)))
