"""The cover rows: the open sites together hold all demand; and what they fix."""

from __future__ import annotations

import numpy as np

from .data import HUGE, Data, Scratch
from .kernel import kernel
from .problem import CLOSED, FREE, OPEN

Array = np.ndarray


@kernel
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
        best, at = HUGE, -1
        for e in range(data.first[g], data.first[g + 1]):
            j = data.member[e]
            if state[j] == FREE and data.capacity[j] > s:
                slope = (w.value[j] - q) / (data.capacity[j] - s)
                if slope < best:
                    best, at = slope, j
        if at < 0 or best >= 0.1 * HUGE:
            return value, room
        c = w.steps[0]
        w.slope[c], w.base[c], w.top[c] = best, now, at
        w.steps[0] = c + 1
        now, q, s = at, w.value[at], data.capacity[at]


@kernel
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


@kernel
def _least(slope: Array, count: int) -> tuple[int, float]:
    """Number and slope of the least step, −1 for none."""
    at, low = -1, 0.1 * HUGE
    for c in range(count):
        if slope[c] < low:
            at, low = c, slope[c]
    return at, low


@kernel
def cover(data: Data, w: Scratch, state: Array) -> tuple[float, float]:
    """min q·y under the cover row that gives more; value and price of the row. 1e30 where there is no cover."""
    value, price = _cover_capacity(data, w, state)
    if value < 0.1 * HUGE:
        other, other_price = _cover_number(data, w, state)
        if other > value:
            w.y[:] = w.y_number
            w.weight[:] = 1.0
            return other, other_price
    w.weight[:] = data.capacity
    return value, price


@kernel
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
        at, low = _least(slope, count)
        if at < 0:
            return HUGE, 0.0
        to, before = top[at], base[at]
        more = capacity[to] - (capacity[before] if before >= 0 else 0.0)
        share = min(1.0, (data.total - room) / more)
        y[to] = share
        if before >= 0:
            y[before] = 1.0 - share
        room += share * more
        value += share * more * low
        price = low
        slope[at] = HUGE
    return value, price


@kernel
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


@kernel
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
        at, low = _least(slope, count)
        if at < 0:
            return HUGE, 0.0
        y[top[at]] = 1.0
        value += low
        price = low
        number += 1
        slope[at] = HUGE
    return value, price


@kernel
def fix(data: Data, w: Scratch, state: Array, bound: float, price: float, cutoff: float) -> int:
    """Fix candidates whose other state would lift the bound to the cutoff; how many."""
    fixed = 0
    for g in range(len(data.first) - 1):
        best, second, at, decided = 0.0, HUGE, -1, False
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


@kernel
def open_in_place(data: Data, state: Array, j: int) -> None:
    """Open a candidate: the other sizes of its place are closed."""
    g = data.place[j]
    for e in range(data.first[g], data.first[g + 1]):
        state[data.member[e]] = CLOSED
    state[j] = OPEN
