"""That nothing lies below a line, or nothing at all, is shown where it is so, and never where it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from balik import proved
from balik.algebra import Arrays
from balik.duality.tree import check_tree
from balik.engines import Options
from balik.errors import BalikError
from balik.proved import none_below
from balik.proving import prove
from duality.test_bound import arrays
from duality.test_tree import whole_program


def shown(a: Arrays, line: float | None) -> bool:
    try:
        return none_below([(a, line)], 0.0, Options())
    except BalikError as error:  # a plan below it was found
        assert "cannot be true" in str(error)
        return False


def emptied(a: Arrays, least: float) -> Arrays:
    """The program with a row that no plan keeps: to cost half a unit less than the least."""
    n, m = len(a.cost), len(a.row_lower)
    dense = np.zeros((m + 1, n))
    dense[a.row, np.repeat(np.arange(n), np.diff(a.start))] = a.value
    dense[m] = a.cost
    lower, upper = np.append(a.row_lower, -np.inf), np.append(a.row_upper, least - 0.5)
    return arrays(dense, a.cost, a.lower, a.upper, lower, upper, a.integer)


def test_lines_below_the_least_are_shown_and_no_others() -> None:
    """Of random programs, of which every plan is known."""
    for seed in range(60):
        a, _, least = whole_program(seed)
        for line in (least - 1.0, least - 1e-6):
            assert shown(a, line), (seed, line)
        for line in (least + 1e-3, least + 1.0, least + 100.0, None):
            assert not shown(a, line), (seed, line)
        if a.cost.any():
            assert shown(emptied(a, least), None), seed


def test_a_relaxation_without_a_plan_is_shown_by_a_ray() -> None:
    """x + y ≥ 3, x − y ≥ 1, x ≤ 1.5: no plan, whole or not; ends that follow from the rows do not tell it."""
    rows = np.array([[1.0, 1.0, 1.0], [1.0, -1.0, 0.0], [0.0, 1.0, -1.0], [1.0, 0.0, 1.0]])
    a = arrays(rows, np.ones(3), np.zeros(3), np.full(3, 9.0), np.array([3.0, 0.0, 0.0, -np.inf]),
               np.array([np.inf, np.inf, np.inf, 1.5]), np.array([True, False, False]))  # fmt: skip
    tree = prove(a, 10.0, 10.0, 5.0)
    assert tree is not None and check_tree(tree, a, 10.0).bound == 10.0 and shown(a, None)
    wider = replace(a, row_upper=np.array([np.inf, np.inf, np.inf, 4.0]))
    assert not shown(wider, None)


def test_a_relaxation_without_a_plan_whose_ends_tell_nothing() -> None:
    """Of x, y, z from 0 to 1 any two are at most 1 together, so all are at most 1.5; they must be 1.6."""
    rows = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
    a = arrays(rows, np.ones(3), np.zeros(3), np.ones(3), np.array([-np.inf, -np.inf, -np.inf, 1.6]),
               np.array([1.0, 1.0, 1.0, np.inf]), np.array([True, False, False]))  # fmt: skip
    tree = prove(a, 10.0, 10.0, 5.0)
    assert tree is not None and len(tree.row) and check_tree(tree, a, 10.0).bound == 10.0 and shown(a, None)
    assert not shown(replace(a, row_lower=np.array([-np.inf, -np.inf, -np.inf, 1.0])), None)


def test_what_has_no_end_is_not_shown_to_have_no_plan() -> None:
    a = arrays(np.ones((1, 1)), np.array([1.0]), np.zeros(1), np.full(1, np.inf), np.array([1.0]), np.array([np.inf]), np.ones(1, bool))  # fmt: skip
    assert not shown(a, None) and shown(a, 1.0 - 1e-6) and not shown(a, 1.5)


def test_without_time_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    a, _, least = whole_program(0)
    monkeypatch.setattr(proved, "_SECONDS", 0.0)
    assert not shown(a, least - 1.0) and none_below([], 0.0, Options())
