"""The choice among the sites of one echelon: at least so many of them, by what they gain."""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from ..problem import CLOSED, FREE, OPEN


@kernel
def settle(place, state):  # type: ignore[no-untyped-def]
    """Where a site is open, the other sizes of its place are closed."""
    for s in range(len(state)):
        if state[s] == OPEN:
            for r in range(len(state)):
                if r != s and place[r] == place[s] and state[r] == FREE:
                    state[r] = CLOSED


@kernel
def least_count(room, need, state, place):  # type: ignore[no-untyped-def]
    """Fewest sites of an echelon that any plan opens: room (rows, n) of those not closed must cover need (rows)."""
    rows, n = room.shape
    low = place.min()
    opened = 0
    for s in range(n):
        opened += state[s] == OPEN
    most = opened
    largest, free = np.empty(n), np.empty(n)
    for row in range(rows + 1):
        lacking = 1.0 * (need > 0.0).sum() if row == rows else need[row]
        largest[:] = 0.0
        for s in range(n):
            if state[s] == CLOSED:
                continue
            r = 0.0
            if row < rows:
                r = room[row, s]
            else:  # all rows together, each as a share of what is needed of it
                for one in range(rows):
                    r += min(1.0, room[one, s] / need[one]) if need[one] > 0.0 else 0.0
            if state[s] == OPEN:
                lacking -= r
            else:  # of a place, the largest size
                largest[place[s] - low] = max(largest[place[s] - low], r)
        m = 0
        for s in range(n):
            if largest[s] > 0.0:
                free[m] = -largest[s]
                m += 1
        free[:m].sort()
        count, a = opened, 0
        while lacking > 1e-9 * (1.0 + rows if row == rows else need[row]) and a < m:
            lacking += free[a]
            a += 1
            count += 1
        if a == m and lacking > 1e-6 * (1.0 + rows if row == rows else need[row]):
            return n + 1
        most = max(most, count)
    return most


@kernel
def _others(before, value, a, negative, free, low, high):  # type: ignore[no-untyped-def]
    """Least sum of the places but the one of rank a, of which at least `low` and at most `high` are taken."""
    if low > free - 1 or high < 0:
        return np.inf
    count = min(max(negative - (value[a] < 0.0), low, 0), high, free - 1)
    return before[count] if count <= a else before[count + 1] - value[a]


@kernel
def choose(gain, state, place, least, most, y, base, cutoff):  # type: ignore[no-untyped-def]
    """Open the sites of one echelon at least cost, one of a place, at least and at most so many; returns that cost.

    `gain`: cost of each site when open. With a finite cutoff, sites whose other state would lift base + cost over it
    are fixed. Uses that without a place the best choice is a prefix of the sorted others.
    """
    n, low = len(gain), place.min()
    best, second = np.full(n, -1), np.full(n, -1)
    total, opened, free, negative = 0.0, 0, 0, 0
    for s in range(n):
        y[s] = 0.0
        if state[s] == OPEN:
            y[s] = 1.0
            total += gain[s]
            opened += 1
            best[place[s] - low] = n  # no other size
    for s in range(n):
        p = place[s] - low
        if state[s] != FREE or best[p] == n:
            continue
        if best[p] < 0 or gain[s] < gain[best[p]]:
            second[p] = best[p]
            best[p] = s
        elif second[p] < 0 or gain[s] < gain[second[p]]:
            second[p] = s
    places = np.empty(n, np.int64)
    for p in range(n):
        if 0 <= best[p] < n:
            places[free] = p
            free += 1
    value = np.empty(free)
    for a in range(free):
        value[a] = gain[best[places[a]]]
    order = np.argsort(value)
    before, rank, value = np.zeros(free + 1), np.full(n, -1), value[order]
    for a in range(free):
        before[a + 1] = before[a] + value[a]
        rank[places[order[a]]] = a
        negative += value[a] < 0.0
    wanted, room = max(0, least - opened), most - opened
    if wanted > free or room < wanted:
        return np.inf
    count = min(max(negative, wanted), room, free)
    for a in range(count):
        y[best[places[order[a]]]] = 1.0
    found = total + before[count]
    if cutoff == np.inf:
        return found
    for s in range(n):
        p = place[s] - low
        if state[s] != FREE or rank[p] < 0:
            continue
        within = _others(before, value, rank[p], negative, free, wanted - 1, room - 1)
        without = _others(before, value, rank[p], negative, free, wanted, room)
        other = second[p] if best[p] == s else best[p]
        if other >= 0:
            without = min(without, gain[other] + within)
        if base + total + gain[s] + within > cutoff:
            state[s] = CLOSED
        elif base + total + without > cutoff:
            state[s] = OPEN
    return found


@kernel
def choose_both(gain, state, place, plants, least, most, y):  # type: ignore[no-untyped-def]
    """What it costs more to open no more than so many of both echelons: those go that gain least, down to the least."""
    opened, more = np.zeros(2, np.int64), 0.0
    for s in range(len(y)):
        opened[1 if s >= plants else 0] += y[s] > 0.0
    while opened.sum() > most:
        at = -1
        for s in range(len(y)):
            free = state[s] == FREE and y[s] > 0.0 and opened[1 if s >= plants else 0] > least[1 if s >= plants else 0]
            if free and (at < 0 or gain[s] > gain[at]):
                at = s
        if at < 0:
            return np.inf
        y[at] = 0.0
        opened[1 if at >= plants else 0] -= 1
        more -= gain[at]
    return more
