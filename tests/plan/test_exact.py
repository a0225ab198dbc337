"""Exact numbers: what numpy would make of floats, made of fractions."""

import math
import operator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balik.plan.verify import integers
from balik.plan.verify.exact import Exact, exact, exactly, floats, peak, share, total, worst

DECIMALS = st.decimals(-10**9, 10**9, places=9, allow_nan=False).map(float)
LONG = st.floats(-1e15, 1e15, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-30)
NUMBERS = st.one_of(DECIMALS, LONG, st.integers(-10**6, 10**6).map(float), st.sampled_from([0.0, 1.0, 0.1, 1e-7]))
ODD = st.one_of(NUMBERS, st.sampled_from([math.nan, math.inf, -math.inf]))
LISTS = st.lists(ODD, min_size=1, max_size=12)


@pytest.fixture(params=[1, integers._MANY], ids=["wide", "few"], autouse=True, scope="module")
def many(request: pytest.FixtureRequest) -> object:
    """Numbers beyond 64 bits as wide ones, and as Python's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(integers, "_MANY", request.param)
        yield


def same(one: object, two: object) -> bool:
    return one == two or (one != one and two != two)


@given(LISTS)
@settings(max_examples=200, deadline=None)
def test_a_float_is_the_decimal_that_names_it(values: list[float]) -> None:
    found = exact(np.array(values)).tolist()
    for value, number in zip(values, found, strict=True):
        assert same(number, Fraction(repr(value)) if math.isfinite(value) else value)
    assert np.array_equal(floats(exact(np.array(values))), np.array(values), equal_nan=True)


@given(st.lists(st.tuples(LONG, st.integers(0, 17)), min_size=1, max_size=40), st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_many_floats_of_all_lengths_are_told_alike(found: list[tuple[float, int]], times: int) -> None:
    values = [float(f"{value:.{digits + 1}g}") for value, digits in found] * times
    assert exact(np.array(values)).tolist() == [Fraction(repr(value)) for value in values]


def by_floats(how: object, x: object, y: object) -> object:
    """What floats make of it where one is nan or infinite, or what is divided by is 0."""
    sign = [v if isinstance(v, float) else float((v > 0) - (v < 0)) for v in (x, y)]
    with np.errstate(all="ignore"):
        return float(how(np.float64(sign[0]), np.float64(sign[1])))


@pytest.mark.parametrize("how", [operator.add, operator.sub, operator.mul, operator.truediv])
@given(pairs=st.lists(st.tuples(ODD, ODD), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_arithmetic(how: object, pairs: list[tuple[float, float]]) -> None:
    one, two = (exact(np.array([p[k] for p in pairs])) for k in range(2))
    for found, a, b in zip(how(one, two).tolist(), one.tolist(), two.tolist(), strict=True):
        odd = isinstance(a, float) or isinstance(b, float) or (how is operator.truediv and b == 0)
        assert same(found, by_floats(how, a, b) if odd else how(a, b)), (a, b)


@given(pairs=st.lists(st.tuples(ODD, ODD), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_comparisons_and_extremes(pairs: list[tuple[float, float]]) -> None:
    one, two = (exact(np.array([p[k] for p in pairs])) for k in range(2))
    both = list(zip(one.tolist(), two.tolist(), strict=True))
    for how in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert how(one, two).tolist() == [how(a, b) for a, b in both]
    a, b = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    for function in (np.maximum, np.minimum):
        assert np.array_equal(floats(function(one, two)), function(a, b), equal_nan=True)
    assert np.array_equal(floats(np.where(a > b, one, two)), np.where(a > b, a, b), equal_nan=True)
    assert np.array_equal(np.isnan(one), np.isnan(a))
    assert np.array_equal(np.isfinite(one), np.isfinite(a))


@given(st.lists(st.tuples(st.integers(0, 4), NUMBERS), min_size=1, max_size=30))
@settings(max_examples=150, deadline=None)
def test_sums_and_peaks_by_group(entries: list[tuple[int, float]]) -> None:
    at, values = np.array([e[0] for e in entries]), exact(np.array([e[1] for e in entries]))
    groups = [[v for k, v in zip(at.tolist(), values.tolist(), strict=True) if k == g] for g in range(5)]
    assert np.bincount(at, values, 5).tolist() == [sum(g) for g in groups]
    assert peak(at, np.abs(values), 5).tolist() == [max(map(abs, g), default=0) for g in groups]
    assert total(values) == sum(values.tolist())
    by, where = worst(values)
    assert by == max(0, *values.tolist())
    assert where == -1 or values[where] == by


def test_what_is_spread_over_many_denominators_stays_exact() -> None:
    many = exact(np.arange(1, 400).astype(float) + 0.125)
    inverse = 1.0 / many
    assert (inverse * many == 1.0).all()
    assert total(inverse) == sum(Fraction(1) / v for v in many.tolist())
    assert floats(inverse)[0] == 1 / 1.125


def test_rounding_and_differences() -> None:
    values = exact(np.array([[0.0, 1.5, 2.25], [3.0, 2.0, 7.5]]))
    assert np.round(values[0]).tolist() == [0, 2, 2]
    assert np.ceil(values[1]).tolist() == [3, 2, 8]
    assert floats(np.diff(values, axis=1, prepend=0.0)).tolist() == [[0.0, 1.5, 0.75], [3.0, -1.0, 5.5]]
    assert values.max() == Fraction(15, 2)
    assert values.max(axis=1).tolist() == [Fraction(9, 4), Fraction(15, 2)]


def test_it_never_rounds_in_passing() -> None:
    with pytest.raises(TypeError):
        np.asarray(exact(np.array([0.1])))
    with pytest.raises(TypeError):
        np.zeros(1)[:] = exact(np.array([0.1]))


def test_cells_are_set_and_read() -> None:
    values = exact(np.zeros(3))
    values[1] = Fraction(1, 3)
    values[np.array([0, 2])] = exact(np.array([math.inf, 0.1]))
    assert values.tolist() == [math.inf, Fraction(1, 3), Fraction(1, 10)]
    assert isinstance(values, Exact)
    assert share(Fraction(1), math.inf) == 0
    assert exactly(0.1) == Fraction(1, 10)


def test_cells_set_among_numbers_beyond_64_bits_stay_pythons_own() -> None:
    """Not machine words, whose products would wrap."""
    values = exact(np.array([Fraction(2**130), Fraction(-(2**140))], object))
    values[0] = Fraction(2**40 + 1)
    assert {type(n) for n in values.num.tolist()} == {int}
    product = values * exact(np.array([Fraction(2**40), Fraction(3)], object))
    assert product.tolist() == [2**80 + 2**40, -3 * 2**140]
