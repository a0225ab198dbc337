"""The cover rows: the open sites together hold all demand, and are neither too few nor too many; and what they fix."""

from __future__ import annotations

import numpy as np

from .data import HUGE, Data, Scratch
from .kernel import kernel
from .problem import CLOSED, FREE, OPEN

Array = np.ndarray

#: Prices of the row of numbers that are tried in one evaluation.
_TRIED = 40
#: Largest of them, by what a site costs on average.
_LARGE = 1e3


@kernel
def _steps(data: Data, w: Scratch, state: Array, g: int, each: float, y: Array) -> tuple[float, float]:
    """The cheapest candidate of a place is taken (or none); steps up its lower convex hull are noted."""
    now, q, s = -1, 0.0, 0.0
    for e in range(data.first[g], data.first[g + 1]):
        j = data.member[e]
        if state[j] == OPEN:
            y[j] = 1.0
            return w.value[j] - each, data.capacity[j]
        if state[j] == FREE and w.value[j] - each < q:
            now, q = j, w.value[j] - each
    if now >= 0:
        y[now], s = 1.0, data.capacity[now]
    value, room = q, s
    while True:
        best, at = HUGE, -1
        for e in range(data.first[g], data.first[g + 1]):
            j = data.member[e]
            if state[j] == FREE and data.capacity[j] > s:
                slope = (w.value[j] - each - q) / (data.capacity[j] - s)
                if slope < best:
                    best, at = slope, j
        if at < 0 or best >= 0.1 * HUGE:
            return value, room
        c = w.steps[0]
        w.slope[c], w.base[c], w.top[c] = best, now, at
        w.steps[0] = c + 1
        now, q, s = at, w.value[at] - each, data.capacity[at]


@kernel
def _choices(data: Data, w: Scratch, state: Array, each: float, y: Array) -> tuple[float, float]:
    """Where every place has one candidate: those that pay are taken, the others are steps from nothing."""
    value, room, count = 0.0, 0.0, 0
    capacity, slope, base, top = data.capacity, w.slope, w.base, w.top
    for j in range(len(state)):
        y[j] = 0.0
        if state[j] != CLOSED:
            q = w.value[j] - each
            if state[j] == OPEN or q < 0.0:
                y[j] = 1.0
                value += q
                room += capacity[j]
            elif capacity[j] > 0.0:
                slope[count], base[count], top[count] = q / capacity[j], -1, j
                count += 1
    w.steps[0] = count
    return value, room


@kernel
def _level(value: Array, weight: Array, count: int, need: float) -> float:
    """The value up to which the smallest ones weigh as much as is needed. Both arrays are put in another order."""
    first, last, pivot = 0, count, 0.0
    while first < last:
        a, b, c = value[first], value[(first + last) // 2], value[last - 1]
        pivot = max(min(a, b), min(max(a, b), c))
        low, at, high, below, same = first, first, last, 0.0, 0.0
        while at < high:
            v, h = value[at], weight[at]
            if v < pivot:
                below += h
                value[at], weight[at], value[low], weight[low] = value[low], weight[low], v, h
                low += 1
                at += 1
            elif v > pivot:
                high -= 1
                value[at], weight[at], value[high], weight[high] = value[high], weight[high], v, h
            else:
                same += h
                at += 1
        if need <= below:
            last = low
        elif need <= below + same:
            break
        else:
            need -= below + same
            first = high
    return pivot


@kernel
def _room(data: Data, w: Scratch, state: Array, each: float, y: Array) -> tuple[float, float, float]:
    """min (q − each)·y under Σ s y ≥ Σ d: value, price of the row, Σ y; 1e30 where there is no cover."""
    value, room = 0.0, 0.0
    if len(data.first) == len(state) + 1:
        value, room = _choices(data, w, state, each, y)
    else:
        w.steps[0] = 0
        y[:] = 0.0
        for g in range(len(data.first) - 1):
            q, s = _steps(data, w, state, g, each, y)
            value += q
            room += s
    if room >= data.total * (1.0 - 1e-12):
        return value, 0.0, y.sum()
    slope, top, base, capacity, steps = w.slope, w.top, w.base, data.capacity, w.steps[0]
    most = room
    for c in range(steps):
        w.level[c], w.more[c] = slope[c], capacity[top[c]] - (capacity[base[c]] if base[c] >= 0 else 0.0)
        most += w.more[c]
    if most < data.total * (1.0 - 1e-12):
        return HUGE, 0.0, 0.0
    price = _level(w.level, w.more, steps, data.total - room)
    value += price * (data.total - room)
    left = data.total - room
    for c in range(steps):
        if slope[c] < price:
            more = capacity[top[c]] - (capacity[base[c]] if base[c] >= 0 else 0.0)
            value += (slope[c] - price) * more
            left -= more
            y[top[c]] = 1.0
            if base[c] >= 0:
                y[base[c]] = 0.0
    for c in range(steps):
        if slope[c] == price:
            more = capacity[top[c]] - (capacity[base[c]] if base[c] >= 0 else 0.0)
            share = min(1.0, max(0.0, left / more))
            left -= share * more
            y[top[c]] = share
            if base[c] >= 0:
                y[base[c]] = 1.0 - share
    return value, price, y.sum()


@kernel
def _fewest(data: Data, w: Scratch, state: Array) -> tuple[int, int]:
    """The fewest places whose candidates that are not closed hold all demand, all open ones among them; the most."""
    room, number, most = 0.0, 0, 0
    w.seen[:] = False
    for j in range(len(state)):
        if state[j] == OPEN:
            room += data.capacity[j]
            number += 1
            w.seen[data.place[j]] = True
    most = number
    enough = data.total * (1.0 - 1e-12)
    for j in data.large:
        if state[j] == FREE and not w.seen[data.place[j]]:
            w.seen[data.place[j]] = True
            most += 1
            if room < enough:
                room += data.capacity[j]
                number += 1
    return number, most


@kernel
def cover(data: Data, w: Scratch, state: Array, count: Array) -> float:
    """min q·y with room for all demand and at least count[0], at most count[1] places open; 1e30 where none are.

    y, the prices of both rows and the reduced values stay in the scratch. With the price θ of a place that is open, what
    is left is a cover row, and Σ y rises with θ: its best price is where two plans' lines cross, which are narrowed down.
    """
    fewest, most = _fewest(data, w, state)
    low, high = max(count[0], float(fewest)), min(count[1], float(most))
    if low > high:
        return HUGE
    value, price, each = 0.0, 0.0, 0.0
    if low < high:
        value, price, number = _room(data, w, state, 0.0, w.y)
        if value >= 0.1 * HUGE:
            return HUGE
        if number < low - 1e-9 * low or number > high + 1e-9 * high:
            value, price, each = _counted(data, w, state, low if number < low else high)
    else:
        value, price, each = _counted(data, w, state, low)
    w.prices[0], w.prices[1] = price, each
    for j in range(len(state)):
        if state[j] != CLOSED:
            w.reduced[j] = w.value[j] - price * data.capacity[j] - each
    return value


@kernel
def _counted(data: Data, w: Scratch, state: Array, wanted: float) -> tuple[float, float, float]:
    """The same with Σ y = wanted: value, price of room, price of a place. The search begins at the last price of a place.

    On either side of the best price stands a plan with fewer places or with more; its costs are a line over the price.
    Where the lines of both cross, no price can give more, and the next one is tried.
    """
    size, on = 0.0, 1
    for j in range(len(state)):
        if state[j] != CLOSED and w.value[j] < 0.1 * HUGE:  # else its least cannot be met
            size += abs(w.value[j])
            on += 1
    size = size / on + 1e-9
    best, best_price, best_each, each = -HUGE, 0.0, 0.0, w.prices[1]
    jump, fewer, more, cost_fewer, cost_more = 0.02 * (size + abs(each)), -1.0, -1.0, 0.0, 0.0
    for _ in range(_TRIED):
        got, price, number = _room(data, w, state, each, w.y)
        if got >= 0.1 * HUGE:
            return HUGE, 0.0, 0.0
        bound = got + each * wanted
        if bound > best:
            best, best_price, best_each = bound, price, each
        if abs(number - wanted) <= 1e-9 * wanted:
            return best, best_price, best_each
        if number < wanted:
            fewer, cost_fewer, w.y_fewer[:] = number, got + each * number, w.y
        else:
            more, cost_more, w.y_more[:] = number, got + each * number, w.y
        if fewer >= 0.0 and more >= 0.0:
            each = (cost_more - cost_fewer) / (more - fewer)
            if cost_fewer + each * (wanted - fewer) <= best + 1e-12 * abs(best):
                break
            continue
        if jump > _LARGE * size:  # no more than rounding is left to gain
            break
        each += jump if number < wanted else -jump
        jump *= 4.0
    if fewer >= 0.0 and more >= 0.0:
        share = (wanted - fewer) / (more - fewer)
        for j in range(len(state)):
            w.y[j] = w.y_fewer[j] + share * (w.y_more[j] - w.y_fewer[j])
    return best, best_price, best_each


@kernel
def fix(data: Data, w: Scratch, state: Array, bound: float, cutoff: float) -> int:
    """Fix candidates whose other state would lift the bound to the cutoff; how many."""
    fixed = 0
    for g in range(len(data.first) - 1):
        best, second, at, decided = 0.0, HUGE, -1, False
        for e in range(data.first[g], data.first[g + 1]):
            j = data.member[e]
            if state[j] == OPEN:
                decided = True
            elif state[j] == FREE:
                r = w.reduced[j]
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
                if bound + w.reduced[j] - best > cutoff:
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
