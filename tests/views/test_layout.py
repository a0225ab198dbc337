"""The layout of networks, on random graphs and against brute force."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from balik.views.drawing.heights import pooled
from balik.views.drawing.layers import against, layers
from balik.views.drawing.layout import Link, arrange
from balik.views.drawing.order import crossings, ordered

EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda e: e[0] != e[1]), max_size=30)


@given(EDGES)
def test_turned_edges_leave_no_cycle_and_all_run_to_the_right(edges: list[tuple[int, int]]) -> None:
    turned = against(12, edges, [1.0] * len(edges))
    straight = [(b, a) if back else (a, b) for (a, b), back in zip(edges, turned, strict=True)]
    column = layers(12, straight)
    assert all(column[a] < column[b] for a, b in straight)


@given(EDGES)
def test_a_network_without_cycles_is_left_as_it_is(edges: list[tuple[int, int]]) -> None:
    acyclic = [(min(e), max(e)) for e in edges]
    assert not any(against(12, acyclic, [1.0] * len(acyclic)))


def test_heavy_edges_are_rather_kept() -> None:
    assert against(2, [(0, 1), (1, 0)], [1.0, 3.0]) == [True, False]
    assert against(3, [(0, 1), (1, 2), (2, 0)], [5.0, 5.0, 1.0]) == [False, False, True]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(5, 9)), max_size=12))
def test_crossings_are_counted_as_by_hand(edges: list[tuple[int, int]]) -> None:
    right: list[list[int]] = [[] for _ in range(10)]
    for a, b in edges:
        right[a].append(b)
    by_hand = sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(edges, 2))
    assert crossings([range(5), range(5, 10)], right) == by_hand


def test_the_order_of_a_small_network_has_no_crossing_that_could_be_spared() -> None:
    edges = [(0, 6), (1, 5), (2, 4), (3, 7), (0, 5)]
    found = ordered([[0, 1, 2, 3], [4, 5, 6, 7]], edges)
    right = [[b for a, b in edges if a == i] for i in range(8)]
    least = min(crossings([one, two], right) for one in permutations(range(4)) for two in permutations(range(4, 8)))
    assert crossings(found, right) == least == 0


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(0.1, 5)), min_size=1, max_size=9))
def test_pooling_gives_the_nearest_rising_values(pairs: list[tuple[float, float]]) -> None:
    wanted, weights = (np.array(v) for v in zip(*pairs, strict=True))
    found = np.array(pooled(wanted.tolist(), weights.tolist()))
    assert (np.diff(found) >= -1e-9).all()
    slope = weights * (found - wanted)  # optimal: no block may move as a whole, and no part of one up or down
    assert abs(slope.sum()) < 1e-6
    assert (np.cumsum(slope) <= 1e-6).all()


ROOMS = st.lists(st.tuples(st.floats(20, 90), st.floats(8, 30)), min_size=30, max_size=30)


@settings(max_examples=40)
@given(EDGES, ROOMS)
def test_nothing_overlaps_and_lines_keep_off_boxes_and_texts(
    edges: list[tuple[int, int]], rooms: list[tuple[float, float]]
) -> None:
    sizes = [(40.0 + 5 * i, 20.0 + 3 * i) for i in range(12)]
    links = [Link(a, b, 1.0, room) for (a, b), room in zip(edges, rooms, strict=False)]
    found = arrange(sizes, links)
    areas = [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for (x, y), (w, h) in zip(found.boxes, sizes, strict=True)]
    texts = [(x - link.room[0] / 2, y - link.room[1] / 2, x + link.room[0] / 2, y + link.room[1] / 2)
             for link, at in zip(links, found.texts, strict=True) if at for x, y in [at]]  # fmt: skip
    assert all(at is not None for at in found.texts)
    for one, other in combinations([*areas, *texts], 2):
        assert (
            min(one[2], other[2]) - max(one[0], other[0]) < 1e-6 or min(one[3], other[3]) - max(one[1], other[1]) < 1e-6
        )
    for link, line in zip(links, found.lines, strict=True):
        left, right = found.boxes[link.origin][0], found.boxes[link.dest][0]
        xs = [x for x, _ in (line if left < right else tuple(reversed(line)))]
        assert xs == sorted(xs)
        for i, area in enumerate(areas):
            if i not in (link.origin, link.dest):
                assert not any(crosses(a, b, area) for a, b in pairwise(line))
    assert all(a[0] >= -1e-6 and a[1] >= -1e-6 and a[2] <= found.width + 1e-6 for a in areas)


def crosses(a: tuple[float, float], b: tuple[float, float], area: tuple[float, float, float, float]) -> bool:
    """Whether a piece of a line runs through an area: level pieces at their height, others between columns."""
    low, high = sorted((a[0], b[0]))
    if high <= area[0] + 1e-6 or low >= area[2] - 1e-6:
        return False
    return area[1] + 1e-6 < a[1] < area[3] - 1e-6 if a[1] == b[1] else True
