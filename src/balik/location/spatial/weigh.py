"""Covers by local search with weights: take a site out, reach a missed customer again, and value the missed ones more.

After Gao, Weise, Li (2015): a customer's weight grows with every step in which nobody reaches it; sites are taken out
by least weight lost per cost and put in by most weight won per cost, of equals the one that has not moved for longest.
"""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from .lists import Array
from .swap import pick


@kernel
def _flip(
    j: int, start: Array, site: Array, first: Array, reached: Array, weight: Array, times: Array, score: Array,
    now: Array, opened: Array, missed: Array, sizes: Array,
) -> None:  # fmt: skip
    """Open or close site j, and renew who reaches whom, the scores, and the sets of open sites and missed customers.

    A set stands in an array of 2 k numbers: its members, then from k on each one's place in it; sizes: of both sets.
    """
    n, m = len(now), len(weight)
    if now[j]:
        last = opened[sizes[0] - 1]
        opened[opened[n + j]], opened[n + last] = last, opened[n + j]
        sizes[0] -= 1
    else:
        opened[sizes[0]], opened[n + j] = j, sizes[0]
        sizes[0] += 1
    sign = 1.0 if now[j] else -1.0
    now[j] = 1 - now[j]
    for k in range(first[j], first[j + 1]):
        i = reached[k]
        before = times[i]
        times[i] += 1 if now[j] else -1
        if min(before, times[i]) == 0:  # missed now or before: all its other sites could win it
            if now[j]:
                last = missed[sizes[1] - 1]
                missed[missed[m + i]], missed[m + last] = last, missed[m + i]
                sizes[1] -= 1
            else:
                missed[sizes[1]], missed[m + i] = i, sizes[1]
                sizes[1] += 1
            for q in range(start[i], start[i + 1]):
                if site[q] != j:
                    score[site[q]] += sign * weight[i]
        elif min(before, times[i]) == 1:  # the one other site that reaches it
            for q in range(start[i], start[i + 1]):
                if site[q] != j and now[site[q]]:
                    score[site[q]] += sign * weight[i]
                    break


@kernel
def _least(score: Array, cost: Array, moved: Array, opened: Array, size: int, but: int) -> int:
    """The open site that loses least weight per cost; -1 where there is none but `but`."""
    out = -1
    for k in range(size):
        j = opened[k]
        if j == but:
            continue
        if out < 0:
            out = j
            continue
        a, b = score[j] * cost[out], score[out] * cost[j]
        if a < b or (a == b and (moved[j] < moved[out] or (moved[j] == moved[out] and j < out))):
            out = j
    return out


@kernel
def lighten(
    start: Array, site: Array, first: Array, reached: Array, cost: Array, y: Array, target: float, steps: int,
    seed: Array,
) -> float:  # fmt: skip
    """Complete y (n) greedily to a cover and make it cheaper, in at most `steps` moves; stops at a cost of `target`.

    site[start[i]:start[i + 1]] reach customer i; reached[first[j]:first[j + 1]] are site j's customers; each
    customer has a site, and costs are positive. Changes y, and returns its cost.
    """
    n, m = len(cost), len(start) - 1
    now, moved = np.zeros(n, np.int64), np.zeros(n, np.int64)
    weight, times, score = np.ones(m), np.zeros(m, np.int64), np.zeros(n)
    opened, missed, sizes = np.zeros(2 * n, np.int64), np.zeros(2 * m, np.int64), np.zeros(2, np.int64)
    for i in range(m):
        missed[i] = missed[m + i] = i
        for k in range(start[i], start[i + 1]):
            score[site[k]] += 1.0
    sizes[1] = m
    for j in range(n):
        if y[j]:
            _flip(j, start, site, first, reached, weight, times, score, now, opened, missed, sizes)
    while sizes[1] > 0:
        into = -1
        for j in range(n):
            if not now[j] and score[j] > 0.0 and (into < 0 or score[j] * cost[into] > score[into] * cost[j]):
                into = j
        _flip(into, start, site, first, reached, weight, times, score, now, opened, missed, sizes)
    best, fresh = np.inf, -1
    for turn in range(1, steps + 1):
        while sizes[1] == 0:  # a cover: keep it, and take out what is least useful
            best = 0.0
            for j in range(n):
                y[j] = now[j]
                best += cost[j] * now[j]
            if best <= target:
                return best
            out = _least(score, cost, moved, opened, sizes[0], -1)
            _flip(out, start, site, first, reached, weight, times, score, now, opened, missed, sizes)
        out = _least(score, cost, moved, opened, sizes[0], fresh)
        if out >= 0:
            _flip(out, start, site, first, reached, weight, times, score, now, opened, missed, sizes)
            moved[out] = turn
        total = 0.0
        for k in range(sizes[0]):
            total += cost[opened[k]]
        i = missed[pick(seed, sizes[1])]
        into = -1
        for k in range(start[i], start[i + 1]):
            j = site[k]
            if j == out or total + cost[j] >= best:
                continue
            if into < 0:
                into = j
                continue
            a, b = score[j] * cost[into], score[into] * cost[j]
            if a > b or (a == b and (moved[j] < moved[into] or (moved[j] == moved[into] and j < into))):
                into = j
        if into >= 0:
            _flip(into, start, site, first, reached, weight, times, score, now, opened, missed, sizes)
            moved[into] = turn
        fresh = into
        for k in range(sizes[1]):
            i = missed[k]
            weight[i] += 1.0
            for q in range(start[i], start[i + 1]):
                score[site[q]] += 1.0
    return best
