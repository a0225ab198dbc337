"""Whole numbers beyond 64 bits, as residues beside floats: what Python's integers make of them, or a word that they do not tell."""

import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balik.plan.verify import integers
from balik.plan.verify.wide import WIDEST, Wide

#: Of every size, also those that 64 bits, or wide numbers, just hold or just do not.
WHOLE = st.one_of(
    st.integers(-(2**70), 2**70),
    st.integers(-(10**6), 10**6),
    st.integers(0, 130).flatmap(lambda k: st.integers(-2, 2).map(lambda d: 2**k + d)),
    st.integers(0, 130).flatmap(lambda k: st.integers(-2, 2).map(lambda d: -(2**k) + d)),
    st.integers(-(2**120), 2**120),
)
LISTS = st.lists(WHOLE, min_size=1, max_size=40)
PAIRS = st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=40)


def held(values: list[int]) -> object:
    """Numbers in what holds them: 64 bits, wide ones, Python's own."""
    if all(abs(v) < 2**62 for v in values):
        return np.array(values, np.int64)
    if all(v.bit_length() <= WIDEST for v in values):
        return Wide.of_integers(values)
    out = np.empty(len(values), object)
    out[:] = values
    return out


def wide(values: list[int]) -> Wide:
    found = integers._wide(held(values))
    assert found is not None
    return found


@pytest.fixture(autouse=True, scope="module")
def few() -> object:
    """Wide numbers also where there are few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(integers, "_MANY", 1)
        yield


@given(PAIRS)
@settings(max_examples=300, deadline=None)
def test_sums_products_and_order(pairs: list[tuple[int, int]]) -> None:
    one, two = (held([p[k] for p in pairs]) for k in range(2))
    assert integers.plus(one, two).tolist() == [a + b for a, b in pairs]
    assert integers.times(one, two).tolist() == [a * b for a, b in pairs]
    for how, same in (
        (np.less, operator.lt),
        (np.less_equal, operator.le),
        (np.equal, operator.eq),
        (np.not_equal, operator.ne),
    ):
        assert integers.ordered(how, one, two).tolist() == [same(a, b) for a, b in pairs]
    mask = np.arange(len(pairs)) % 2 == 0
    assert integers.chosen(mask, one, two).tolist() == [p[i % 2] for i, p in enumerate(pairs)]
    assert integers.joined([one, two]).tolist() == [p[0] for p in pairs] + [p[1] for p in pairs]


@given(LISTS, st.lists(st.integers(0, 3), min_size=40, max_size=40), st.integers(1, 10**25))
@settings(max_examples=300, deadline=None)
def test_what_is_made_of_many(values: list[int], bins: list[int], factor: int) -> None:
    num, at = held(values), np.array(bins[: len(values)])
    assert integers.summed(num) == sum(values)
    assert integers.binned(at, num, 4).tolist() == [
        sum(v for v, b in zip(values, bins, strict=False) if b == k) for k in range(4)
    ]
    assert integers.argmax(num) == values.index(max(values))
    assert integers.signs(num).tolist() == [(v > 0) - (v < 0) for v in values]
    assert integers.grown(num, factor).tolist() == [v * factor for v in values]
    assert abs(num).tolist() == [abs(v) for v in values]
    assert (-num).tolist() == [-v for v in values]
    assert num[::-1].tolist() == values[::-1]
    assert num[len(values) - 1] == values[-1]


@given(st.lists(st.integers(-(2**40), 2**40), min_size=2, max_size=30), st.integers(2**60, 2**68))
@settings(max_examples=200, deadline=None)
def test_what_differs_by_little_is_told_apart(steps: list[int], far: int) -> None:
    """Numbers alike in their first 30 digits, of which floats say nothing."""
    values = [far * far // 2**30 + s for s in steps]
    num = wide(values)
    assert num.argmax() == values.index(max(values))
    assert (num - wide(values[1:] + values[:1])).tolist() == [
        a - b for a, b in zip(values, values[1:] + values[:1], strict=True)
    ]
    assert integers.ordered(np.greater, num, wide(sorted(values))).tolist() == [
        a > b for a, b in zip(values, sorted(values), strict=True)
    ]


def test_what_wide_numbers_do_not_tell_is_left_to_pythons_own() -> None:
    big = held([2**100, -(2**100) + 1])
    assert isinstance(big, Wide)
    assert not (big * big).told
    assert not big.times(10**400).told
    assert isinstance(integers.times(big, big), np.ndarray)
    assert integers.times(big, big).tolist() == [2**200, (2**100 - 1) ** 2]
    assert integers.grown(big, 10**400).tolist() == [2**100 * 10**400, (1 - 2**100) * 10**400]


def test_the_bound_on_the_float_holds_through_many_steps() -> None:
    """A long chain of sums and products: never told wrongly, and left to Python's own before it could be."""
    g = np.random.default_rng(3)
    values = [int(v) for v in g.integers(-(2**50), 2**50, 200)]
    num, exact = Wide.of(np.array(values)), values
    for step in range(60):
        other = [int(v) for v in g.integers(-(2 ** (step % 7)), 2 ** (step % 7) + 1, 200)]
        beside = Wide.of(np.array(other))
        num, exact = (
            (num * beside, [a * b for a, b in zip(exact, other, strict=True)])
            if step % 3
            else (num + beside, [a + b for a, b in zip(exact, other, strict=True)])
        )
        off = max(abs(int(n) - v) for n, v in zip(num.near.tolist(), exact, strict=True))
        assert off <= num.off
        if not num.told:
            break
        assert num.tolist() == exact
    assert step > 15
