"""The continuous knapsack: what a site takes, cheapest first, as far as its room goes."""

from __future__ import annotations

from ..kernel import kernel


@kernel
def _part(value, item, low, high):  # type: ignore[no-untyped-def]
    """Part items low..high by their middle value (Hoare); returns the last of the lower part."""
    pivot = value[(low + high) // 2]
    a, b = low - 1, high + 1
    while True:
        a += 1
        while value[a] < pivot:
            a += 1
        b -= 1
        while value[b] > pivot:
            b -= 1
        if a >= b:
            return b
        value[a], value[b] = value[b], value[a]
        item[a], item[b] = item[b], item[a]


@kernel
def _aim(value, item, low, high, left, used):  # type: ignore[no-untyped-def]
    """Put a value of about the rank left / used or somewhat above in the middle: the second least of a few."""
    count = min(16, (high - low) // 4)
    if count * left > 0.8 * used:
        count = int(0.8 * used / left)
    if count < 4:
        return
    pace = (high - low) // count
    least, second = low, low + pace
    if value[second] < value[least]:
        least, second = second, least
    for a in range(low + 2 * pace, low + count * pace, pace):
        if value[a] < value[least]:
            least, second = a, least
        elif value[a] < value[second]:
            second = a
    middle = (low + high) // 2
    value[middle], value[second] = value[second], value[middle]
    item[middle], item[second] = item[second], item[middle]


@kernel
def fill(value, item, n, size, room):  # type: ignore[no-untyped-def]
    """Continuous knapsack: min Σ value x, x ≤ size, Σ x ≤ room, of n items, all of which pay.

    Returns the optimum, how many items are used (first in `item`) and the units of the last; the others are used in full.
    """
    used, total = 0.0, 0.0
    for a in range(n):
        used += size[item[a]]
        total += value[a] * size[item[a]]
    if used <= room:
        return total, n, size[item[n - 1]] if n else 0.0
    low, high, left, total = 0, n - 1, room, 0.0
    while low < high:
        _aim(value, item, low, high, left, used)
        middle = _part(value, item, low, high)
        below = 0.0
        for a in range(low, middle + 1):
            below += size[item[a]]
        if below > left:
            high, used = middle, below
        else:
            for a in range(low, middle + 1):
                total += value[a] * size[item[a]]
            left -= below
            used -= below
            low = middle + 1
    last = min(left, size[item[low]])
    return total + value[low] * last, low + 1, last
