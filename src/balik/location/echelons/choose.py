"""The choice among the sites of one echelon: at least so many of them, by what they gain."""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from ..problem import CLOSED, FREE, OPEN


@kernel
def least_count(room, need, state):  # type: ignore[no-untyped-def]
    """Fewest sites of an echelon that any plan opens: room (L, n) of those not closed must cover need (L)."""
    materials, n = room.shape
    opened = 0
    for s in range(n):
        opened += state[s] == OPEN
    most = opened
    free = np.empty(n)
    for row in range(materials + 1):
        m, lacking = 0, 1.0 * (need > 0.0).sum() if row == materials else need[row]
        for s in range(n):
            if state[s] == CLOSED:
                continue
            r = 0.0
            if row < materials:
                r = room[row, s]
            else:  # all materials together, each as a share of what is needed of it
                for mat in range(materials):
                    r += min(1.0, room[mat, s] / need[mat]) if need[mat] > 0.0 else 0.0
            if state[s] == OPEN:
                lacking -= r
            else:
                free[m] = -r
                m += 1
        free[:m].sort()
        count, a = opened, 0
        while lacking > 1e-9 * (1.0 + materials if row == materials else need[row]) and a < m:
            lacking += free[a]
            a += 1
            count += 1
        if a == m and lacking > 1e-6 * (1.0 + materials if row == materials else need[row]):
            return n + 1
        most = max(most, count)
    return most


@kernel
def choose(gain, state, least, y, base, cutoff):  # type: ignore[no-untyped-def]
    """Open the sites of one echelon at least cost, at least so many; returns that cost.

    `gain`: cost of each site when open. With a finite cutoff, sites whose other state would lift base + cost over it
    are fixed. Uses that without site s the best choice is a prefix of the sorted others.
    """
    n = len(gain)
    order = np.argsort(gain)
    total, opened, negative, free = 0.0, 0, 0, 0
    rank = np.empty(n, np.int64)
    before = np.zeros(n + 1)
    for s in order:
        y[s] = 0.0
        if state[s] == OPEN:
            y[s] = 1.0
            total += gain[s]
            opened += 1
        elif state[s] == FREE:
            rank[free] = s
            before[free + 1] = before[free] + gain[s]
            negative += gain[s] < 0.0
            free += 1
    wanted = max(0, least - opened)
    if wanted > free:
        return np.inf
    count = max(negative, wanted)
    for a in range(count):
        y[rank[a]] = 1.0
    best = total + before[count]
    if cutoff < np.inf:
        for a in range(free):
            s = rank[a]
            others = negative - (gain[s] < 0.0)
            if a < count:
                m = max(others, wanted)
                other = np.inf if m > free - 1 else total + (before[m + 1] - gain[s] if a < m else before[m])
                if base + other > cutoff:
                    state[s] = OPEN
            else:
                m = max(others, wanted - 1)
                other = total + gain[s] + (before[m + 1] - gain[s] if a < m else before[m])
                if base + other > cutoff:
                    state[s] = CLOSED
    return best
