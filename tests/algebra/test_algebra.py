"""The algebra against dense numpy: sum, take, +, −, ≤, ≥, =, and the arrays that solvers receive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balik.algebra import Index, MissingRow, Program, Rows, Terms, View

LABELS = {"a": ["a0", "a1", "a2", "a3"], "b": ["b0", "b1", "b2"], "c": ["c0", "c1"]}
SIZES = {d: len(names) for d, names in LABELS.items()}
#: Labels so many that rows are found by sorting, not in a table of all tuples.
WIDE = {"a": [""] * 70_000, "b": [""] * 70_000, "c": [""] * 3}

FEW = settings(deadline=None, max_examples=40)

tuples = st.lists(st.tuples(*(st.integers(0, SIZES[d] - 1) for d in "abc")), min_size=1, max_size=24, unique=True)
numbers = st.integers(-9, 9).map(float)


def index(rows: list[tuple[int, ...]], dims: str = "abc", labels: dict[str, list[str]] = LABELS) -> Index:
    """An index of these tuples."""
    codes = np.array(rows, np.int32).reshape(-1, len(dims)).T
    return Index(labels, **dict(zip(dims, codes, strict=True)))


def dense(terms: Terms, columns: int) -> np.ndarray:
    """The matrix of some terms, by numpy."""
    out = np.zeros((len(terms.index), columns))
    np.add.at(out, (terms.row, terms.col), terms.val)
    return out


def matrix(program: Program) -> np.ndarray:
    """The matrix that a solver receives."""
    a = program.arrays()
    out = np.zeros((program.rows, program.columns))
    for col in range(program.columns):
        at = slice(a.start[col], a.start[col + 1])
        np.add.at(out, (a.row[at], col), a.value[at])
    return out


@FEW
@given(tuples, st.data())
def test_sum_adds_every_member_into_the_row_of_its_keys(rows: list[tuple[int, ...]], data: st.DataObject) -> None:
    program = Program()
    program.variable("w", index([(0,), (1,)], "a"))
    var = program.variable("x", index(rows))
    coef = np.array(data.draw(st.lists(numbers, min_size=len(rows), max_size=len(rows))))
    keep = data.draw(st.sampled_from(["a", "ab", "ba", "c", "abc"]))
    at = Index.union(LABELS, tuple(keep), [var.codes])
    found = dense(at.sum(var, coef), program.columns)
    for r in range(len(at)):
        for k, row in enumerate(rows):
            same = all(at.codes[d][r] == row["abc".index(d)] for d in keep)
            assert found[r, 2 + k] == (coef[k] if same else 0.0)
    assert not found[:, :2].any()


@FEW
@given(tuples, st.data())
def test_take_puts_the_named_member_into_each_row(rows: list[tuple[int, ...]], data: st.DataObject) -> None:
    program = Program()
    small = Index.union(LABELS, ("b", "a"), [index(rows).codes])
    var = program.variable("y", small)
    at = index(rows)
    coef = np.array(data.draw(st.lists(numbers, min_size=len(rows), max_size=len(rows))))
    found = dense(at.take(var, coef), len(small))
    for r, row in enumerate(rows):
        for k in range(len(small)):
            same = small.a[k] == row[0] and small.b[k] == row[1]
            assert found[r, k] == (coef[r] if same else 0.0)


@FEW
@given(tuples)
def test_take_under_other_keys(rows: list[tuple[int, ...]]) -> None:
    """A variable over a, named by the rows' b."""
    program = Program()
    var = program.variable("y", index([(i,) for i in range(4)], "a"))
    at = index(rows)
    found = dense(at.take(var, 2.0, a=at.b), 4)
    assert (found == 2.0 * (np.array([row[1] for row in rows])[:, None] == np.arange(4))).all()


def test_take_needs_a_whole_variable() -> None:
    var = Program().variable("x", index([(0, 0, 0)]))
    with pytest.raises(TypeError):
        index([(0, 0, 0)]).take(View(var.cols, var.codes))


@FEW
@given(tuples, tuples)
def test_a_term_without_a_row_is_never_dropped(rows: list[tuple[int, ...]], others: list[tuple[int, ...]]) -> None:
    view = Program().variable("x", index(others))
    for labels in (LABELS, WIDE):
        at = index(rows, labels=labels)
        if set(others) <= set(rows):
            assert [rows[i] for i in at.locate(view.codes)] == others
            continue
        with pytest.raises(MissingRow, match=r"no row for a=.*, b=.*, c="):
            at.sum(view)


@FEW
@given(tuples, tuples)
def test_rows_are_found_alike_in_a_table_and_by_sorting(
    rows: list[tuple[int, ...]], asked: list[tuple[int, ...]]
) -> None:
    codes = index(asked).codes
    narrow, wide = index(rows).find(codes), index(rows, labels=WIDE).find(codes)
    expected = [rows.index(t) if t in rows else -1 for t in asked]
    assert narrow.tolist() == wide.tolist() == expected


def test_codes_beyond_the_labels_are_no_rows() -> None:
    at = index([(0, 0, 0), (3, 2, 1)])
    codes = {"a": np.array([4, 3, -1]), "b": np.array([0, 2, 0]), "c": np.array([0, 1, 0])}
    assert at.find(codes).tolist() == [-1, 1, -1]


@FEW
@given(st.lists(tuples, min_size=1, max_size=3), st.sampled_from(["abc", "cb", "a"]))
def test_union_holds_every_tuple_once_in_order(parts: list[list[tuple[int, ...]]], dims: str) -> None:
    codes = [index(rows).codes for rows in parts]
    at = ["abc".index(d) for d in dims]
    expected = sorted({tuple(row[k] for k in at) for rows in parts for row in rows})
    for labels in (LABELS, WIDE):
        found = Index.union(labels, tuple(dims), codes)
        assert list(zip(*(found.codes[d].tolist() for d in dims), strict=True)) == expected
        for part in codes:  # each part finds its rows again, as itself and as a copy
            copy = {d: part[d].copy() for d in dims}
            assert found.locate(part).tolist() == found.locate(copy).tolist()


def test_union_of_nothing_is_empty() -> None:
    nothing = np.zeros(0, np.int32)
    assert len(Index.union(LABELS, ("a", "b"), [{"a": nothing, "b": nothing}])) == 0


# -- arithmetic --------------------------------------------------------------------------------------------------


@st.composite
def programs(draw: Any) -> tuple[Program, list[np.ndarray], list[Rows]]:
    """A program of two variables and some rows, with the dense matrix of each block of rows."""
    program = Program()
    rows = draw(tuples)
    x = program.variable("x", index(rows), lower=-1.0, upper=np.arange(len(rows)) + 1.0)
    y = program.variable("y", Index.union(LABELS, ("a",), [x.codes]), integer=True)
    blocks, stated = [], []
    for k in range(draw(st.integers(1, 3))):
        at = Index.union(LABELS, ("a",), [x.codes]) if k % 2 else x.index
        sign = float(draw(st.integers(1, 3)))
        left = at.sum(x, sign) if k % 2 else at.take(x, sign)
        terms = draw(st.sampled_from(["plus", "minus", "negative", "joined"]))
        right = at.take(y, 5.0)
        made = {
            "plus": lambda a, b: a + b,
            "minus": lambda a, b: a - b,
            "negative": lambda a, b: -(a + b) + a,
            "joined": lambda a, b: Terms.joined([a, b, a]),
        }[terms](left, right)
        first, second = dense(left, program.columns), dense(right, program.columns)
        blocks.append(
            {"plus": first + second, "minus": first - second, "negative": -second, "joined": 2 * first + second}[terms]
        )
        stated.append(made <= draw(numbers))
        program.constrain(f"block{k}", stated[-1])
    return program, blocks, stated


@FEW
@given(programs())
def test_arrays_are_the_dense_matrix(made: tuple[Program, list[np.ndarray], list[Rows]]) -> None:
    program, blocks, stated = made
    assert (matrix(program) == np.concatenate(blocks)).all()
    a = program.arrays()
    assert a.row_upper.tolist() == np.concatenate([r.upper for r in stated]).tolist()
    assert (a.row_lower == -np.inf).all()
    x, y = program.variables["x"], program.variables["y"]
    assert a.lower.tolist() == [-1.0] * len(x) + [0.0] * len(y)
    assert a.upper.tolist() == [i + 1.0 for i in range(len(x))] + [np.inf] * len(y)
    assert a.integer.tolist() == [False] * len(x) + [True] * len(y)


@FEW
@given(st.lists(st.tuples(st.integers(0, 5), numbers), max_size=12), st.floats(-5, 5))
def test_the_objective_adds_up(lines: list[tuple[int, float]], offset: float) -> None:
    program = Program()
    program.variable("x", index([(i,) for i in range(4)], "a"))
    program.variable("y", index([(i,) for i in range(2)], "c"))
    expected = np.zeros(6)
    for start in range(0, len(lines), 4):
        part = lines[start : start + 4]
        program.minimise(np.array([c for c, _ in part], np.int32), np.array([v for _, v in part]), offset)
        for col, value in part:
            expected[col] += value
    assert program.cost() == pytest.approx(expected)
    assert program.arrays().offset == pytest.approx(offset * len(range(0, len(lines), 4)))


ROWS = index([(0,), (1,), (2,)], "a")
X = Program().variable("x", ROWS)
TERMS = ROWS.take(X)
BOUND = np.array([1.0, np.inf, -2.0])


@pytest.mark.parametrize(
    ("rows", "lower", "upper"),
    [
        (TERMS <= 3.0, [-np.inf] * 3, [3.0] * 3),
        (TERMS >= 3.0, [3.0] * 3, [np.inf] * 3),
        (TERMS.equals(3.0), [3.0] * 3, [3.0] * 3),
        (TERMS <= BOUND, [-np.inf] * 3, BOUND),
        (TERMS >= -BOUND, -BOUND, [np.inf] * 3),
        (TERMS.between(-1.0, BOUND), [-1.0] * 3, BOUND),
    ],
)
def test_bounds_of_rows(rows: Rows, lower: Any, upper: Any) -> None:
    assert rows.lower.tolist() == list(lower) and rows.upper.tolist() == list(upper)
    assert dense(rows.terms, 3).tolist() == np.eye(3).tolist()


def test_terms_on_both_sides_move_to_the_left() -> None:
    for rows, low, high in ((TERMS <= TERMS + TERMS, -np.inf, 0.0), (TERMS >= TERMS + TERMS, 0.0, np.inf)):
        assert (rows.lower == low).all() and (rows.upper == high).all()
        assert dense(rows.terms, 3).tolist() == (-np.eye(3)).tolist()
    assert dense(TERMS.equals(-TERMS).terms, 3).tolist() == (2 * np.eye(3)).tolist()


def test_terms_of_different_row_sets_cannot_be_added() -> None:
    other = index([(0,), (1,), (2,)], "a").take(X)
    with pytest.raises(ValueError, match="different row sets"):
        _ = TERMS + other
    with pytest.raises(ValueError, match="different row sets"):
        Terms.joined([TERMS, other])


def test_arithmetic_leaves_its_operands_alone() -> None:
    a, b = ROWS.take(X, 2.0), ROWS.take(X, 3.0)
    _ = a + b, -a, a - b, a.col, (a + b).val
    assert dense(a, 3).tolist() == (2 * np.eye(3)).tolist() and dense(b, 3).tolist() == (3 * np.eye(3)).tolist()


def test_views_keep_their_columns() -> None:
    view = X.at(b=np.array([5, 6, 7])).where(np.array([True, False, True]))
    assert view.cols.tolist() == [0, 2] and view.a.tolist() == [0, 2] and view.b.tolist() == [5, 7]
    assert X.where(np.array([2, 0])).a.tolist() == [2, 0]


def test_names_are_distinct_and_plain() -> None:
    program = Program()
    labels = {"a": ["Kota Bandung", "Kota_Bandung", "<b>", "-"]}
    var = program.variable("x", Index(labels, a=np.arange(4)))
    program.constrain("least", var.index.take(var) >= 1.0)
    for names in (program.column_names(), program.row_names()):
        assert len(set(names)) == 4
        assert not any(sign in name for name in names for sign in " <>")
    assert program.where_column(2) == ("x", 2)
