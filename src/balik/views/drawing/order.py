"""The order of boxes within their columns, so that few edges cross (Sugiyama, Tagawa and Toda 1981)."""

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from collections.abc import Sequence

Pair = tuple[int, int]
_SWEEPS = 12


def ordered(columns: Sequence[Sequence[int]], edges: Sequence[Pair]) -> list[list[int]]:
    """Columns of boxes in a good order; every edge joins neighbouring columns, from left to right.

    Sweeps to and fro put each box at the mean place of its neighbours; the best order met is kept.
    """
    size = 1 + max((box for column in columns for box in column), default=-1)
    left: list[list[int]] = [[] for _ in range(size)]
    right: list[list[int]] = [[] for _ in range(size)]
    for a, b in edges:
        right[a].append(b)
        left[b].append(a)
    order = [list(column) for column in columns]
    best, least = [list(column) for column in order], crossings(order, right)
    for sweep in range(_SWEEPS):
        if not least:
            break
        forth = sweep % 2 == 0
        places = _places(order, size)
        for column in order[1:] if forth else reversed(order[:-1]):
            beside = left if forth else right
            _by_mean(column, beside, places)
        count = crossings(order, right)
        if count < least:
            best, least = [list(column) for column in order], count
    return best


def _places(order: Sequence[Sequence[int]], size: int) -> list[float]:
    places = [0.0] * size
    for column in order:
        for at, box in enumerate(column):
            places[box] = float(at)
    return places


def _by_mean(column: list[int], beside: Sequence[Sequence[int]], places: list[float]) -> None:
    """Sort a column in place; boxes without neighbours there keep their place."""
    means = {
        box: sum(places[b] for b in beside[box]) / len(beside[box]) if beside[box] else places[box] for box in column
    }
    column.sort(key=lambda box: (means[box], places[box]))
    for at, box in enumerate(column):
        places[box] = float(at)


def crossings(order: Sequence[Sequence[int]], right: Sequence[Sequence[int]]) -> int:
    """How many pairs of edges cross.

    >>> crossings([[0, 1], [2, 3]], [[3], [2], [], []])
    1
    """
    total = 0
    for column, after in itertools.pairwise(order):
        place = {box: at for at, box in enumerate(after)}
        seen: list[int] = []
        for box in column:
            ends = sorted(place[b] for b in right[box])
            for end in ends:
                total += len(seen) - bisect_left(seen, end + 1)
            for end in ends:
                insort(seen, end)
    return total
