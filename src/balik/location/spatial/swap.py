"""Good sets of sites by interchange: the cheapest swap, opening or closing, again and again.

The profit of opening f and closing r is gain(f) − loss(r) + extra(f, r) (Resende, Werneck 2007): gain sums what
customers save at f, loss what those of r pay at their second site, extra what f spares them of that. After a move only
the sums of customers whose first or second site changed are renewed, and of each only the sites below its second.
"""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from .dual import CLOSED, OPEN
from .lists import Array


@kernel
def _two(start: Array, site: Array, i: int, slot: Array) -> tuple[int, int]:
    """Positions in the list of the customer's cheapest two open sites; -1 for none."""
    first = -1
    for k in range(start[i], start[i + 1]):
        if slot[site[k]] >= 0:
            if first >= 0:
                return first, k
            first = k
    return first, -1


@kernel
def _count(
    sign: float, i: int, start: Array, site: Array, cost: Array, other: float, first: int, second: int, slot: Array,
    gain: Array, loss: Array, extra: Array,
) -> None:  # fmt: skip
    """Add (or take back) what customer i has to say about every move."""
    d1 = cost[first] if first >= 0 else other
    d2 = cost[second] if second >= 0 else other
    r = slot[site[first]] if first >= 0 else -1
    if r >= 0:
        loss[r] += sign * (d2 - d1)
    for k in range(start[i], start[i + 1]):
        c = cost[k]
        if c >= d2:
            break
        f = site[k]
        if slot[f] >= 0:
            continue
        if c < d1:
            gain[f] += sign * (d1 - c)
            c = d1
        if r >= 0:
            extra[f, r] += sign * (d2 - c)


@kernel
def improve(
    start: Array, site: Array, cost: Array, other: Array, fixed: Array, status: Array, low: int, high: int,
    y: Array, most: int,
) -> tuple[float, int]:  # fmt: skip
    """Make the best move while there is one, at most `most` times; changes y (n). Returns the cost and the moves.

    `other` must be finite: what an unserved customer costs.
    """
    n, m = len(fixed), len(other)
    limit = 1
    for j in range(n):
        limit += y[j]
    limit = min(high, max(2 * limit + 8, low)) if low < high else max(limit, 2)
    slot, where = np.full(n, -1), np.full(limit + 1, -1)
    count = 0
    for j in range(n):
        if y[j]:
            slot[j], where[count] = count, j
            count += 1
    gain, loss, extra = np.zeros(n), np.zeros(limit + 1), np.zeros((n, limit + 1))
    first, second = np.empty(m, np.int64), np.empty(m, np.int64)
    total = 0.0
    for j in range(n):
        if y[j]:
            total += fixed[j]
    for i in range(m):
        first[i], second[i] = _two(start, site, i, slot)
        total += cost[first[i]] if first[i] >= 0 else other[i]
        _count(1.0, i, start, site, cost, other[i], first[i], second[i], slot, gain, loss, extra)
    moves = 0
    touched = np.zeros(m, np.bool_)
    while moves < most:
        least = 1e-9 * max(1.0, abs(total))
        profit, into, out = least, -1, -1
        for f in range(n):
            if slot[f] >= 0 or status[f] == CLOSED:
                continue
            own = gain[f] - fixed[f]
            if count < high and count < limit and own > profit:
                profit, into, out = own, f, -1
            for r in range(count):
                p = own - loss[r] + extra[f, r] + fixed[where[r]]
                if p > profit and status[where[r]] != OPEN:
                    profit, into, out = p, f, r
        if count > low:
            for r in range(count):
                p = fixed[where[r]] - loss[r]
                if p > profit and status[where[r]] != OPEN:
                    profit, into, out = p, -1, r
        if into < 0 and out < 0:
            break
        # which customers change: those that use the closed site, or to which the new one is nearer than their second
        leaving = where[out] if out >= 0 else -1
        for i in range(m):
            touched[i] = leaving >= 0 and (
                (first[i] >= 0 and site[first[i]] == leaving) or (second[i] >= 0 and site[second[i]] == leaving)
            )
            if into >= 0 and not touched[i]:
                stop = second[i] if second[i] >= 0 else start[i + 1]
                for k in range(start[i], stop):
                    if site[k] == into:
                        touched[i] = True
                        break
        for i in range(m):
            if touched[i]:
                _count(-1.0, i, start, site, cost, other[i], first[i], second[i], slot, gain, loss, extra)
                total -= cost[first[i]] if first[i] >= 0 else other[i]
        # a site that opens has no say as a newcomer, one that closes has it again
        if out >= 0 and into >= 0:
            slot[leaving], slot[into], where[out] = -1, out, into
        elif into >= 0:
            slot[into], where[count] = count, into
            count += 1
        else:
            slot[leaving] = -1
            count -= 1
            last = where[count]
            if out != count:
                where[out], slot[last] = last, out
                loss[out] = loss[count]
                extra[:, out] = extra[:, count]
            loss[count] = 0.0
            extra[:, count] = 0.0
        if into >= 0:
            total += fixed[into]
        if leaving >= 0:
            total -= fixed[leaving]
        for i in range(m):
            if touched[i]:
                first[i], second[i] = _two(start, site, i, slot)
                total += cost[first[i]] if first[i] >= 0 else other[i]
                _count(1.0, i, start, site, cost, other[i], first[i], second[i], slot, gain, loss, extra)
        moves += 1
    y[:] = 0
    for r in range(count):
        y[where[r]] = 1
    return total, moves


@kernel
def pick(seed: Array, below: int) -> int:
    """The next whole number in 0 … below − 1 (a linear congruence, so that runs repeat); changes seed (1)."""
    seed[0] = seed[0] * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    return int((seed[0] >> np.uint64(33)) % np.uint64(below))


@kernel
def shake(
    start: Array, site: Array, cost: Array, other: Array, fixed: Array, status: Array, low: int, high: int,
    y: Array, total: float, rounds: int, seed: Array,
) -> float:  # fmt: skip
    """Iterated interchange: replace a few neighbouring sites at random, improve, keep what is not worse; changes y."""
    n, m = len(fixed), len(other)
    trial = y.copy()
    for turn in range(rounds):
        trial[:] = y
        for _ in range(2 + turn % 3):  # close a site that serves somebody and open another of his
            i = pick(seed, m)
            into, out = -1, -1
            length = 0
            for k in range(start[i], start[i + 1]):
                if trial[site[k]] and status[site[k]] != OPEN:
                    out = site[k]
                    break
                length += 1
            if out < 0 or length == 0:
                continue
            into = site[start[i] + pick(seed, length)]
            if trial[into] or status[into] == CLOSED:
                continue
            trial[out], trial[into] = 0, 1
        value, _ = improve(start, site, cost, other, fixed, status, low, high, trial, 10 * n)
        if value <= total:
            total = value
            y[:] = trial
    return total
