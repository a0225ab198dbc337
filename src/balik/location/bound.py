"""The Lagrangian bound: demand is priced, each site is a continuous knapsack, the sites together cover all demand.

With prices u (money for all of customer i's demand) and σ ≥ 0 for the rows A y ≤ b,

    L(u, σ) = Σ_i u_i − σ·b + min { Σ_j q_j y_j : w·y ≥ W, at most one candidate of a place, 0 ≤ y ≤ 1 }
    q_j = f_j + σ·A_j + min { Σ_i (c_ij − u_i / d_i) x_i : l_j ≤ Σ_i x_i ≤ s_j, 0 ≤ x_i ≤ d_i }

which for every u and σ is at most the optimum. The cover row w·y ≥ W is that of capacity, Σ s_j y_j ≥ Σ d, which at best
gives the strong linear relaxation with the aggregate row (Cornuéjols, Sridharan and Thizy 1991), or that of numbers,
Σ y_j ≥ the fewest candidates that hold all demand; whichever gives more. The maximum is approached by the volume
algorithm (Barahona and Anbil 2000).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from .journal import Journal, note
from .problem import CLOSED, FREE, OPEN, Siting

Array = np.ndarray

_HUGE = 1e30


class Data(NamedTuple):
    """What the kernels read: n candidates, m customers with demand, k rows on the candidates."""

    cost: Array  # (n, m) money per unit; where there is no lane, a number that is not read
    near: Array  # (n, m) customers by cost less `usual`; those with a lane first
    usual: Array  # (m) prices per unit near which most evaluations are; any prices do
    lanes: Array  # (n) customers with a lane
    demand: Array
    capacity: Array  # (n) at most all demand
    least: Array
    fixed: Array
    first: Array  # (places + 1) where the candidates of a place begin in `member`
    member: Array  # (n) candidates by place
    place: Array  # (n)
    large: Array  # (n) candidates by descending capacity
    rows: Array  # (k, n)
    upper: Array
    total: float
    ceiling: float  # no plan costs more


class Scratch(NamedTuple):
    """What one thread writes while it evaluates."""

    order: Array  # (n, m) customers of a site in the order of its last knapsack
    length: Array  # (n) how many of them are looked at
    profit: Array  # (m) per unit, in this order
    price: Array  # (m) per unit
    value: Array  # (n) q
    full: Array  # (n) customers served in full
    part: Array  # (n) share served of the next one
    y: Array  # (n)
    y_number: Array  # (n) the same under the row of numbers
    weight: Array  # (n) of the candidates in the cover row that holds
    seen: Array  # (places) bool
    slope: Array  # (n) of the steps up to larger candidates
    base: Array  # (n) candidate that the step starts from, −1: none
    top: Array  # (n) candidate that it leads to
    steps: Array  # (1) how many there are


def data_of(p: Siting, usual: Array | None = None) -> Data:
    """Arrays of a problem for the kernels."""
    usual = np.zeros(p.m) if usual is None else usual
    near = np.argsort(p.unit_cost - usual, axis=1, kind="stable").astype(np.int32)
    member = np.lexsort((p.capacity, p.place)).astype(np.int32)
    places, place = np.unique(p.place, return_inverse=True)
    first = np.searchsorted(p.place[member], np.append(places, places[-1] + 1)).astype(np.int32)
    lanes = np.isfinite(p.unit_cost).sum(1).astype(np.int32)
    capacity = np.minimum(p.capacity, p.total)
    return Data(p.unit_cost, near, usual, lanes, p.demand, capacity, np.minimum(p.least, capacity), p.fixed, first, member,
                place.astype(np.int32), np.argsort(-capacity, kind="stable").astype(np.int32), p.rows, p.upper, p.total, _ceiling(p))  # fmt: skip


def _ceiling(p: Siting) -> float:
    """More than any plan costs: every customer at its dearest lane, and all that costs to open open."""
    dearest = np.where(np.isfinite(p.unit_cost), p.unit_cost, -np.inf).max(0)
    most = float(p.demand @ np.where(np.isfinite(dearest), dearest, 0.0) + np.maximum(p.fixed, 0.0).sum())
    return most + 1e-6 * max(1.0, abs(most))


def scratch_of(data: Data) -> Scratch:
    """Working memory of one thread."""
    n, m = data.cost.shape
    ahead = np.cumsum(data.demand[data.near[:, : min(m, 4096)]], axis=1)
    length = np.minimum(data.lanes, (ahead < 2.5 * data.capacity[:, None]).sum(1) + 2).astype(np.int32)

    def numbers() -> Array:
        return np.zeros(n)

    def candidates() -> Array:
        return np.zeros(n, np.int32)

    return Scratch(data.near.copy(), length, np.zeros(m), np.zeros(m), numbers(), candidates(), numbers(), numbers(),
                   numbers(), numbers(), np.zeros(len(data.first) - 1, np.bool_), numbers(), candidates(), candidates(),
                   np.zeros(1, np.int32))  # fmt: skip


@njit(cache=True, nogil=True)
def _sorted_profits(order: Array, cost: Array, price: Array, profit: Array, length: int) -> None:
    """Profit per unit of the listed customers, put in descending order by insertion: it hardly changes between calls."""
    for k in range(length):
        i = order[k]
        p = price[i] - cost[i]
        h = k - 1
        while h >= 0 and profit[h] < p:
            profit[h + 1], order[h + 1] = profit[h], order[h]
            h -= 1
        profit[h + 1], order[h + 1] = p, i


@njit(cache=True, nogil=True)
def _best_outside(near: Array, cost: Array, usual: Array, length: int, rise: float) -> float:
    """No customer that is not looked at has more profit per unit."""
    i = near[length]
    return rise + usual[i] - cost[i]


@njit(cache=True, nogil=True)
def _knapsack(
    order: Array, near: Array, cost: Array, price: Array, usual: Array, profit: Array, demand: Array, capacity: float,
    least: float, length: int, lanes: int, rise: float,
) -> tuple[float, int, float, int]:  # fmt: skip
    """Most profit of a site, customers served in full, share of the next, customers looked at.

    Only the cheapest customers are looked at; the list grows until no other could enter. −1e30: its least is not met.
    """
    while True:
        _sorted_profits(order, cost, price, profit, length)
        room, owed, gain, k = capacity, least, 0.0, 0
        while k < length:  # what pays, and what is owed, as far as there is room
            p, d = profit[k], demand[order[k]]
            if p <= 0.0:
                if owed <= 0.0:
                    break
                if d > owed:
                    room = owed
            if d > room:
                break
            room -= d
            owed -= d
            gain += p * d
            k += 1
        else:
            if length == lanes:
                return (gain if owed <= 1e-9 * least else -_HUGE), k, 0.0, length
        if k < length:
            stops = profit[k] <= 0.0 and owed <= 0.0
            if length == lanes or _best_outside(near, cost, usual, length, rise) <= (0.0 if stops else profit[k]):
                if stops:
                    return gain, k, 0.0, length
                return gain + profit[k] * room, k, room / demand[order[k]], length
        more = min(lanes, 2 * length + 4)
        order[length:more] = near[length:more]
        length = more


@njit(cache=True, nogil=True)
def knapsack(data: Data, w: Scratch, j: int, rise: float) -> float:
    """Most profit of a site at the prices; how it is filled is noted in w.full and w.part."""
    gain, full, part, length = _knapsack(
        w.order[j], data.near[j], data.cost[j], w.price, data.usual, w.profit, data.demand, data.capacity[j],
        data.least[j], w.length[j], data.lanes[j], rise,
    )  # fmt: skip
    w.full[j], w.part[j], w.length[j] = full, part, length
    return gain


@njit(cache=True, nogil=True)
def shorten(data: Data, w: Scratch, state: Array) -> None:
    """Look at no more customers of a site than could enter at about these prices; the lists grow again by themselves."""
    rise = (w.price - data.usual).max()
    for j in range(len(state)):
        length = w.length[j]
        if state[j] == CLOSED or length < 12:
            continue
        knapsack(data, w, j, rise)
        least = w.profit[w.full[j]] if w.full[j] < w.length[j] else 0.0
        near, needed = data.near[j], 0
        while needed < length and _best_outside(near, data.cost[j], data.usual, needed, rise) > least:
            needed += 1
        if 5 * needed // 4 + 4 < length:
            w.length[j] = min(data.lanes[j], 9 * needed // 8 + 2)
            w.order[j, : w.length[j]] = near[: w.length[j]]


@njit(cache=True, nogil=True)
def _steps(data: Data, w: Scratch, state: Array, g: int) -> tuple[float, float]:
    """The cheapest candidate of a place is taken (or none); steps up its lower convex hull are noted."""
    now, q, s = -1, 0.0, 0.0
    for e in range(data.first[g], data.first[g + 1]):
        j = data.member[e]
        if state[j] == OPEN:
            w.y[j] = 1.0
            return w.value[j], data.capacity[j]
        if state[j] == FREE and w.value[j] < q:
            now, q = j, w.value[j]
    if now >= 0:
        w.y[now], s = 1.0, data.capacity[now]
    value, room = q, s
    while True:
        best, at = _HUGE, -1
        for e in range(data.first[g], data.first[g + 1]):
            j = data.member[e]
            if state[j] == FREE and data.capacity[j] > s:
                slope = (w.value[j] - q) / (data.capacity[j] - s)
                if slope < best:
                    best, at = slope, j
        if at < 0 or best >= 0.1 * _HUGE:
            return value, room
        c = w.steps[0]
        w.slope[c], w.base[c], w.top[c] = best, now, at
        w.steps[0] = c + 1
        now, q, s = at, w.value[at], data.capacity[at]


@njit(cache=True, nogil=True)
def _choices(data: Data, w: Scratch, state: Array) -> tuple[float, float]:
    """Where every place has one candidate: those that pay are taken, the others are steps from nothing."""
    value, room, count = 0.0, 0.0, 0
    q, capacity, y, slope, base, top = w.value, data.capacity, w.y, w.slope, w.base, w.top
    for j in range(len(state)):
        y[j] = 0.0
        if state[j] == OPEN or (state[j] == FREE and q[j] < 0.0):
            y[j] = 1.0
            value += q[j]
            room += capacity[j]
        elif state[j] == FREE and capacity[j] > 0.0:
            slope[count], base[count], top[count] = q[j] / capacity[j], -1, j
            count += 1
    w.steps[0] = count
    return value, room


@njit(cache=True, nogil=True)
def _cover(data: Data, w: Scratch, state: Array) -> tuple[float, float]:
    """min q·y under the cover row that gives more; value and price of the row. 1e30 where there is no cover."""
    value, price = _cover_capacity(data, w, state)
    if value < 0.1 * _HUGE:
        other, other_price = _cover_number(data, w, state)
        if other > value:
            w.y[:] = w.y_number
            w.weight[:] = 1.0
            return other, other_price
    w.weight[:] = data.capacity
    return value, price


@njit(cache=True, nogil=True)
def _cover_capacity(data: Data, w: Scratch, state: Array) -> tuple[float, float]:
    """min q·y under Σ s y ≥ Σ d."""
    value, room = 0.0, 0.0
    if len(data.first) == len(state) + 1:
        value, room = _choices(data, w, state)
    else:
        w.steps[0] = 0
        w.y[:] = 0.0
        for g in range(len(data.first) - 1):
            q, s = _steps(data, w, state, g)
            value += q
            room += s
    slope, top, base, capacity, y = w.slope, w.top, w.base, data.capacity, w.y
    count, price = w.steps[0], 0.0
    enough = data.total * (1.0 - 1e-12)
    while room < enough:  # few steps are needed: the least is looked for each time
        at, low = -1, 0.1 * _HUGE
        for c in range(count):
            if slope[c] < low:
                at, low = c, slope[c]
        if at < 0:
            return _HUGE, 0.0
        to, before = top[at], base[at]
        more = capacity[to] - (capacity[before] if before >= 0 else 0.0)
        share = min(1.0, (data.total - room) / more)
        y[to] = share
        if before >= 0:
            y[before] = 1.0 - share
        room += share * more
        value += share * more * low
        price = low
        slope[at] = _HUGE
    return value, price


@njit(cache=True, nogil=True)
def _fewest(data: Data, w: Scratch, state: Array) -> int:
    """The fewest places whose candidates that are not closed hold all demand, all open ones among them."""
    room, number = 0.0, 0
    w.seen[:] = False
    for j in range(len(state)):
        if state[j] == OPEN:
            room += data.capacity[j]
            number += 1
            w.seen[data.place[j]] = True
    enough = data.total * (1.0 - 1e-12)
    for j in data.large:
        if room >= enough:
            break
        if state[j] == FREE and not w.seen[data.place[j]]:
            w.seen[data.place[j]] = True
            room += data.capacity[j]
            number += 1
    return number


@njit(cache=True, nogil=True)
def _cover_number(data: Data, w: Scratch, state: Array) -> tuple[float, float]:
    """min q·y under Σ y ≥ the fewest candidates that hold all demand."""
    value, number, count = 0.0, 0, 0
    y, slope, top = w.y_number, w.slope, w.top
    y[:] = 0.0
    for g in range(len(data.first) - 1):
        at = -1
        for e in range(data.first[g], data.first[g + 1]):
            j = data.member[e]
            if state[j] == OPEN:
                at = j
                break
            if state[j] == FREE and (at < 0 or w.value[j] < w.value[at]):
                at = j
        if at < 0:
            continue
        if state[at] == OPEN or w.value[at] < 0.0:
            y[at] = 1.0
            value += w.value[at]
            number += 1
        else:
            slope[count], top[count] = w.value[at], at
            count += 1
    price, fewest = 0.0, _fewest(data, w, state)
    while number < fewest:
        at, low = -1, 0.1 * _HUGE
        for c in range(count):
            if slope[c] < low:
                at, low = c, slope[c]
        if at < 0:
            return _HUGE, 0.0
        y[top[at]] = 1.0
        value += low
        price = low
        number += 1
        slope[at] = _HUGE
    return value, price


@njit(cache=True, nogil=True)
def lagrangian(data: Data, w: Scratch, state: Array, u: Array) -> tuple[float, float]:
    """L at the prices u (m + k), and the price of the cover row; y, knapsacks and values stay in the scratch."""
    n, m = data.cost.shape
    total, rise = 0.0, -_HUGE
    for i in range(m):
        total += u[i]
        w.price[i] = u[i] / data.demand[i]
        rise = max(rise, w.price[i] - data.usual[i])
    for k in range(len(data.upper)):
        total -= u[m + k] * data.upper[k]
    for j in range(n):
        if state[j] != CLOSED:
            value = data.fixed[j] - knapsack(data, w, j, rise)
            for k in range(len(data.upper)):
                value += u[m + k] * data.rows[k, j]
            w.value[j] = value
    value, price = _cover(data, w, state)
    return (_HUGE if value >= 0.1 * _HUGE else total + value), price


@njit(cache=True, nogil=True)
def take(data: Data, w: Scratch, j: int, share: float, violation: Array) -> None:
    """Take what a site serves in its knapsack, times a share, off the violation of the demand rows."""
    full, order = w.full[j], w.order[j]
    for k in range(full):
        violation[order[k]] -= share
    if w.part[j] > 0.0:
        violation[order[full]] -= share * w.part[j]


@njit(cache=True, nogil=True)
def violation_of(data: Data, w: Scratch, violation: Array) -> None:
    """Subgradient at the last evaluation: share of each demand not served, excess of each row."""
    n, m = data.cost.shape
    violation[:m] = 1.0
    for k in range(len(data.upper)):
        excess = -data.upper[k]
        for j in range(n):
            excess += data.rows[k, j] * w.y[j]
        violation[m + k] = excess
    for j in range(n):
        if w.y[j] > 0.0:
            take(data, w, j, w.y[j], violation)


@njit(cache=True, nogil=True)
def fix(data: Data, w: Scratch, state: Array, bound: float, price: float, cutoff: float) -> int:
    """Fix candidates whose other state would lift the bound to the cutoff; how many."""
    fixed = 0
    for g in range(len(data.first) - 1):
        best, second, at, decided = 0.0, _HUGE, -1, False
        for e in range(data.first[g], data.first[g + 1]):
            j = data.member[e]
            if state[j] == OPEN:
                decided = True
            elif state[j] == FREE:
                r = w.value[j] - price * w.weight[j]
                if r < best:
                    best, second, at = r, best, j
                elif r < second:
                    second = r
        if decided:
            continue
        if at >= 0:
            second = min(second, 0.0)
        for e in range(data.first[g], data.first[g + 1]):
            j = data.member[e]
            if state[j] == FREE and j != at:
                if bound + (w.value[j] - price * w.weight[j]) - best > cutoff:
                    state[j] = CLOSED
                    fixed += 1
        if at >= 0 and bound + second - best > cutoff:
            open_in_place(data, state, at)
            fixed += 1
    return fixed


@njit(cache=True, nogil=True)
def open_in_place(data: Data, state: Array, j: int) -> None:
    """Open a candidate: the other sizes of its place are closed."""
    g = data.place[j]
    for e in range(data.first[g], data.first[g + 1]):
        state[data.member[e]] = CLOSED
    state[j] = OPEN


@njit(cache=True, nogil=True)
def mix(bar: Array, new: Array, most: float) -> float:
    """Weight of the newest subgradient that makes the average shortest, within [most / 10, most]."""
    both, ours, theirs = 0.0, 0.0, 0.0
    for i in range(len(bar)):
        both += new[i] * bar[i]
        ours += bar[i] * bar[i]
        theirs += new[i] * new[i]
    width = theirs + ours - 2.0 * both
    return most if width <= 1e-12 else min(most, max(0.1 * most, (ours - both) / width))


@njit(cache=True, nogil=True)
def step(u: Array, bar: Array, length: float, m: int, out: Array) -> None:
    """out = u + length · bar, rounded to float32 as a journal notes it; prices of rows stay at 0 or above."""
    for i in range(len(u)):
        out[i] = np.float32(u[i] + length * bar[i])
    for k in range(m, len(u)):
        out[k] = max(0.0, out[k])


@njit(cache=True, nogil=True)
def volume(
    data: Data, w: Scratch, state: Array, u: Array, bar: Array, y_bar: Array, cutoff: float, target: float,
    steps: int, factor: float, best: float, journal: Journal,
) -> tuple[float, float, int]:  # fmt: skip
    """Volume algorithm from the prices u, which become the best; returns bound, step factor, evaluations.

    `bar` and `y_bar` are the averages so far (an all-zero `bar`: none yet). Fixes candidates against the cutoff on its
    way, which is noted in the journal; `target` sets the length of the steps.
    """
    n, m = data.cost.shape
    trial, violation = u.copy(), np.zeros(len(u))
    failures = 0
    fresh = True
    for i in range(len(bar)):
        if bar[i] != 0.0:
            fresh = False
    for it in range(steps):
        if not fresh:
            norm = 0.0
            for i in range(len(bar)):
                norm += bar[i] * bar[i]
            step(u, bar, factor * max(target - best, 1e-9 * abs(target)) / max(norm, 1e-9), m, trial)
        bound, price = lagrangian(data, w, state, trial)
        if bound >= 0.1 * _HUGE:
            note(journal, 0, trial, price)
            return bound, factor, it + 1
        if cutoff < _HUGE and (fix(data, w, state, bound, price, cutoff) > 0 or bound > cutoff):
            note(journal, 0, trial, price)
        violation_of(data, w, violation)
        if it % 25 == 10:
            shorten(data, w, state)
        a = 1.0 if fresh else mix(bar, violation, 0.1)
        toward = 0.0
        for i in range(len(bar)):
            toward += violation[i] * bar[i]
            bar[i] += a * (violation[i] - bar[i])
        for j in range(n):
            y_bar[j] += a * (w.y[j] - y_bar[j])
        fresh = False
        if bound > best:
            best, failures = bound, 0
            u[:] = trial
            if toward > 0.0:
                factor = min(2.0, factor * 1.1)
            if best > cutoff:
                return best, factor, it + 1
        else:
            failures += 1
            if failures >= 20:
                factor, failures = factor * 0.66, 0
        if factor < 1e-4:
            return best, factor, it + 1
    return best, factor, steps
