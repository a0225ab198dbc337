"""The least choice among the sites of an echelon, as the checker of certificates sees it, and what a site adds to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..problem import OPEN, Array
from .counts import may_open


@dataclass(frozen=True)
class Choice:
    """`value`: of the least choice; by site, of the least choice with it `opened`, and with it `closed` (inf: there is
    none); `by_count`: the least choice of so many sites, from `count` on.
    """

    value: float
    opened: Array
    closed: Array
    by_count: Array
    count: int


def chosen(gain: Array, state: Array, place: Array, least: int, most: int) -> Choice:
    """The least sum of gains over sites, those that stand open among them, one of a place, at least and at most so many."""
    n, opened = len(gain), state == OPEN
    total, many = float(gain[opened].sum()), int(opened.sum())
    free = np.flatnonzero(may_open(state, place))
    order = free[np.lexsort((gain[free], place[free]))]
    begins = np.concatenate([[True], place[order][1:] != place[order][:-1]]) if len(order) else np.zeros(0, bool)
    best = order[begins]
    places = len(best)
    rank_of = np.argsort(gain[best], kind="stable")
    value = gain[best][rank_of]
    before = np.concatenate([[0.0], np.cumsum(value)])
    wanted, room = max(0, least - many), min(most - many, places)
    none = np.full(n, np.inf)
    if wanted > places or room < wanted:
        return Choice(np.inf, none, none, np.zeros(0), many)
    negative = int((value < 0.0).sum())

    def least_sum(count: int, left: int) -> float:
        return total + float(before[min(max(negative, count), left)])

    found = least_sum(wanted, room)
    rank = np.empty(places, np.int64)
    rank[rank_of] = np.arange(places)
    group = np.cumsum(begins) - 1
    a = rank[group]  # by site that is free, the rank of its place
    after = order[np.minimum(np.arange(len(order)) + 1, len(order) - 1)]
    # the best site of the place but this one
    first = best[group]
    second = np.where(begins, after, first)
    alone = begins & (np.append(begins[1:], True) if len(begins) else begins)
    within, without = (_others(before, value, a, negative, places, wanted - k, most - many - k) for k in (1, 0))
    opens, shuts = none.copy(), none.copy()
    opens[order] = total + gain[order] + within
    shuts[order] = total + np.minimum(without, np.where(alone, np.inf, gain[second] + within))
    return Choice(found, opens, shuts, total + before[wanted : room + 1], many + wanted)


def _others(before: Array, value: Array, a: Array, negative: int, places: int, low: int, high: int) -> Array:
    """Least sum of the places but the one of rank a, of which at least `low` and at most `high` are taken."""
    if low > places - 1 or high < 0 or not len(a):
        return np.full(len(a), np.inf)
    count = np.minimum(np.maximum(negative - (value[a] < 0.0), max(low, 0)), min(high, places - 1))
    out: Array = np.where(count <= a, before[count], before[np.minimum(count + 1, places)] - value[a])
    return out


def together(one: Choice, two: Choice, most: int) -> float:
    """The least of both choices with at most so many sites."""
    if not (np.isfinite(one.value) and np.isfinite(two.value)):
        return np.inf
    counts = one.count + np.arange(len(one.by_count)), two.count + np.arange(len(two.by_count))
    best = np.minimum.accumulate(two.by_count)
    left = most - counts[0] - two.count
    some = left >= 0
    if not some.any():
        return np.inf
    return float((one.by_count[some] + best[np.minimum(left[some], len(best) - 1)]).min())
