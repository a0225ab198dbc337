"""Polishing: amounts that were rounded balance again, and nothing else is pressed."""

from fractions import Fraction

import numpy as np
import pytest

from balik import api
from balik.algebra import Arrays
from balik.polish import polish


def program(rows: list[tuple[dict[int, float], float, float]], upper: list[float], whole: tuple[int, ...] = ()) -> Arrays:
    n = len(upper)
    columns: list[list[tuple[int, float]]] = [[] for _ in range(n)]
    for i, (terms, _, _) in enumerate(rows):
        for col, value in terms.items():
            columns[col].append((i, value))
    integer = np.zeros(n, bool)
    integer[list(whole)] = True
    return Arrays(
        np.zeros(n), 0.0, np.zeros(n), np.array(upper, float), integer,
        np.array([r[1] for r in rows]), np.array([r[2] for r in rows]),
        np.cumsum([0, *map(len, columns)]).astype(np.int32),
        np.array([i for c in columns for i, _ in c], np.int32), np.array([v for c in columns for _, v in c], float),
    )  # fmt: skip


def off(a: Arrays, x: np.ndarray) -> list[Fraction]:
    """What every row comes to, in fractions, less its right side."""
    out = [-Fraction(repr(float(v))) for v in a.row_lower]
    for col in range(len(x)):
        for k in range(a.start[col], a.start[col + 1]):
            out[a.row[k]] += Fraction(repr(float(a.value[k]))) * Fraction(repr(float(x[col])))
    return out


INF = np.inf
#: Collected = moved; 0.85 of what is moved is sold: what is sold ends the chain.
CHAIN = [({0: 1.0, 1: -1.0}, 0.0, 0.0), ({1: 0.85, 2: -1.0}, 0.0, 0.0)]


def test_what_is_over_leaves_where_the_chain_ends() -> None:
    a = program(CHAIN, [INF, INF, INF])
    x = np.array([123.456789012, 123.456789011, 104.938270660])
    found = polish(a, x)
    assert (found.missed, found.left) == (2, 0)
    assert off(a, found.x) == [0, 0]
    assert np.abs(found.x - x).max() < 1e-8


def test_what_is_at_its_bound_stays() -> None:
    a = program(CHAIN, [INF, INF, 104.938270660])
    x = np.array([123.456789012, 123.456789012, 104.938270660])
    found = polish(a, x)
    assert found.x[2] == x[2]
    assert (found.missed, found.left) == (1, 1)  # 0.85 of anything written is not that bound
    assert np.array_equal(found.x, x)


def test_a_tight_row_is_not_pressed() -> None:
    tight = [*CHAIN, ({2: 1.0}, -INF, 104.938270660)]
    x = np.array([123.456789012, 123.456789012, 104.938270660])
    assert polish(program(tight, [INF, INF, INF]), x).left == 1
    loose = [*CHAIN, ({2: 1.0}, -INF, 200.0)]
    assert polish(program(loose, [INF, INF, INF]), x).left == 0


def test_whole_numbers_stay_whole() -> None:
    a = program([({0: 1.0, 1: -3.0}, 0.0, 0.0)], [INF, INF], whole=(1,))
    found = polish(a, np.array([6.000000001, 2.0]))
    assert found.x.tolist() == [6.0, 2.0]
    a = program([({0: 1.0, 1: -3.0}, 0.0, 0.0)], [INF, INF], whole=(0, 1))
    assert polish(a, np.array([6.000000001, 2.0])).left == 1


def test_what_misses_more_than_rounding_is_left_alone() -> None:
    found = polish(program(CHAIN, [INF, INF, INF]), np.array([100.0, 90.0, 76.5]))
    assert found.missed == 0
    assert found.x.tolist() == [100.0, 90.0, 76.5]


@pytest.mark.parametrize("seed", range(20))
def test_networks_balance(seed: int) -> None:
    """Layers of places with losses of three decimals: every balance that was rounded holds again."""
    g = np.random.default_rng(seed)
    rows: list[tuple[dict[int, float], float, float]] = [({}, 0.0, 0.0) for _ in range(12)]
    n, x = 0, []
    carried = np.zeros(12)
    for i in range(12):
        rows[i][0][n] = 1.0  # collected
        x.append(g.uniform(1, 1000))
        carried[i] += x[-1]
        n += 1
        for j in range(i + 1, 12):
            if g.random() < 0.4:
                amount = carried[i] * g.uniform(0.1, 0.3)
                keep = round(g.uniform(0.7, 1.0), 3)
                rows[i][0][n], rows[j][0][n] = -1.0, keep
                carried[i] -= amount
                carried[j] += keep * amount
                x.append(amount)
                n += 1
        rows[i][0][n] = -1.0  # handed over
        x.append(carried[i])
        n += 1
    a = program(rows, [INF] * n)
    found = polish(a, np.round(x, 9))
    assert found.left == 0
    assert set(off(a, found.x)) == {0}


def test_a_case_whose_rates_have_decimals() -> None:
    told = api.solve("weee-dua-target").document()["exactness"]
    assert told["mended"] >= 10
    assert "balance" not in {entry["law"] for entry in told["missed"]}
