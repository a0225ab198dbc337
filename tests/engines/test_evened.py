"""Numbers that lie far apart: what a solver calls infeasible, or gives up, is solved once more, written closer."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from balik.algebra import Arrays
from balik.engines import Options, run_highs
from balik.engines.evened import _factors, with_evened
from balik.engines.result import Result
from balik.engines.supervised import GivenUp
from balik.errors import BalikError
from balik.words import plain, say

INF = np.inf

#: 30,000,000,000 wait; 21,000,000,000 of them may be brought, or all remain. HiGHS 1.15.1 calls it infeasible.
FAR = np.array([
    [-1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    [1, 0, -1, -2, 0, 1, 0, 0, 0, 0, 0],
    [0, -1, 0.2, 0.5, 0, 0, 0, 0, 0, 0, 0],
    [0, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0],
    [0, 0, 0, 0, 1, 0, 1, 0, 21e9, 0, 0],
    [0, 0, 0, 0, 0, 1, 0, 1, -21e9, 0, 0],
])  # fmt: skip


def arrays(
    matrix: np.ndarray, *, sides: np.ndarray, upper: np.ndarray, integer: np.ndarray, cost: np.ndarray
) -> Arrays:
    columns = matrix.shape[1]
    column, row = np.nonzero(matrix.T)
    start = np.searchsorted(column, np.arange(columns + 1))
    return Arrays(
        cost, 0.0, np.zeros(columns), upper, integer, sides, sides, start.astype(np.int32), row.astype(np.int32),
        matrix.T[column, row],
    )  # fmt: skip


def far() -> Arrays:
    upper, integer = np.full(11, INF), np.zeros(11, bool)
    upper[[8, 9, 10]], integer[10] = (1, 5, 1), True
    return arrays(FAR, sides=np.array([0, 0, 0, 0, 3e10, 0]), upper=upper, integer=integer, cost=np.zeros(11))


def test_what_exists_is_not_called_infeasible_because_its_numbers_lie_far_apart() -> None:
    found = run_highs(far(), Options())
    assert found.x is not None and found.x[10] in (0, 1)
    assert FAR @ found.x == pytest.approx([0, 0, 0, 0, 3e10, 0], rel=1e-12, abs=1e-6)


def test_what_does_not_exist_stays_infeasible() -> None:
    a = far()
    none = replace(a, upper=np.where(np.arange(11) == 6, 0.0, a.upper))  # nothing may remain, and only 21e9 be brought
    none = replace(none, upper=np.where(np.arange(11) == 4, 1.0, none.upper))
    assert run_highs(none, Options()).status == "infeasible"


def unwilling(calls: list[Arrays]) -> Callable[..., Result]:
    """An engine that fails at the first program that it sees, as solvers do, and solves the second."""

    def engine(a: Arrays, options: Options, basis: Any = None, **more: Any) -> Result:
        calls.append(a)
        if len(calls) == 1:
            raise BalikError(say("The solver ended without an answer ({status}).", status="Solve error"))
        return run_highs(a, options, basis, **more)

    return with_evened(engine)


def test_a_plan_on_which_two_searches_do_not_agree_has_no_bound() -> None:
    found = unwilling([])(far(), Options())
    assert (found.status, found.objective, found.bound, found.gap) == ("feasible", 0.0, None, None)


def test_prices_of_the_evened_program_are_those_of_the_other_one() -> None:
    """min 3x + 5y with 1e6 x + 2e6 y = 4e6 and y at most 1: x = 2, y = 1, at a price of 3e-6 a unit."""
    a = arrays(
        np.array([[1e6, 2e6], [0, 1e-3]]), sides=np.array([4e6, 0]), upper=np.array([INF, 1.0]),
        integer=np.zeros(2, bool), cost=np.array([3.0, 5.0]),
    )  # fmt: skip
    a = replace(a, row_lower=np.array([4e6, -INF]), row_upper=np.array([4e6, 1e-2]))
    calls: list[Arrays] = []
    found, plainly = unwilling(calls)(a, Options()), run_highs(a, Options())
    assert len(calls) == 2 and abs(calls[1].value).max() < 1e6
    assert found.status == "optimal" and found.objective == pytest.approx(11) == plainly.objective
    assert found.x == pytest.approx([2, 1])
    assert found.prices is not None and plainly.prices is not None
    assert found.prices.row == pytest.approx(plainly.prices.row) and found.prices.row[0] == pytest.approx(3e-6)
    assert found.prices.column == pytest.approx(plainly.prices.column)
    for mine, theirs in ((found.prices.row_range, plainly.prices.row_range),
                         (found.prices.column_range, plainly.prices.column_range)):  # fmt: skip
        for side in (0, 1):
            assert mine[side] == pytest.approx(theirs[side])


def test_where_the_second_try_fails_too_the_first_failure_is_told() -> None:
    def engine(a: Arrays, options: Options, basis: Any = None, **more: Any) -> Result:
        raise BalikError(say("The solver ended without an answer ({status}).", status=f"range {abs(a.value).max():g}"))

    with pytest.raises(BalikError) as told:
        with_evened(engine)(far(), Options())
    assert "2.1e+10" in plain(told.value.args[0])


def test_beside_a_solver_that_was_given_up_no_second_one_is_begun() -> None:
    calls = []

    def engine(a: Arrays, options: Options, basis: Any = None, **more: Any) -> Result:
        calls.append(a)
        raise GivenUp(say("The solver ended without an answer ({status}).", status="given up"))

    with pytest.raises(GivenUp):
        with_evened(engine)(far(), Options())
    assert len(calls) == 1


def test_factors_are_powers_of_two_and_leave_whole_numbers_as_they_are() -> None:
    a = far()
    by_row, by_column = _factors(a)
    for factors in (by_row, by_column):
        assert (np.frexp(factors)[0] == 0.5).all()
    assert by_column[10] == 1
    of = np.repeat(np.arange(11), np.diff(a.start))
    size = np.abs(a.value) * by_row[a.row] * by_column[of]
    assert size.max() / size.min() < 1e3
