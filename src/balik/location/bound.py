"""The Lagrangian bound: demand is priced, each site is a continuous knapsack, the sites together cover all demand.

With prices u (money for all of customer i's demand) and σ ≥ 0 for the rows A y ≤ b,

    L(u, σ) = Σ_i u_i − σ·b + min { Σ_j q_j y_j : s·y ≥ Σ d, K ≤ Σ y ≤ K', at most one candidate of a place, 0 ≤ y ≤ 1 }
    q_j = f_j + σ·A_j + min { Σ_i (c_ij − u_i / d_i) x_i : l_j ≤ Σ_i x_i ≤ s_j, 0 ≤ x_i ≤ d_i }

which for every u and σ is at most the cost of any plan with K to K' places open. At best it gives the strong linear
relaxation with both rows (Cornuéjols, Sridharan and Thizy 1991, for that of room). The maximum is approached by the
volume algorithm (Barahona and Anbil 2000).
"""

from __future__ import annotations

import numpy as np

from .cover import cover, fix
from .data import HUGE, Data, Scratch
from .fill import knapsacks, shorten
from .journal import Journal, note
from .kernel import kernel
from .problem import CLOSED

Array = np.ndarray


@kernel
def lagrangian(data: Data, w: Scratch, state: Array, count: Array, u: Array) -> float:
    """L at the prices u (m + k); y, knapsacks, values and the prices of the cover rows stay in the scratch."""
    n, m = data.cost.shape
    total, rise = 0.0, -HUGE
    for i in range(m):
        total += u[i]
        w.price[i] = u[i] / data.demand[i]
        rise = max(rise, w.price[i] - data.usual[i])
    for k in range(len(data.upper)):
        total -= u[m + k] * data.upper[k]
    knapsacks(data, w, state, rise)
    for k in range(len(data.upper)):
        for j in range(n):
            if state[j] != CLOSED:
                w.value[j] += u[m + k] * data.rows[k, j]
    value = cover(data, w, state, count)
    return HUGE if value >= 0.1 * HUGE else total + value


@kernel
def take(data: Data, w: Scratch, j: int, share: float, violation: Array) -> None:
    """Take what a site serves in its knapsack, times a share, off the violation of the demand rows."""
    full, order = w.full[j], w.order[j]
    for k in range(full):
        violation[order[k]] -= share
    if w.part[j] > 0.0:
        violation[order[full]] -= share * w.part[j]


@kernel
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


@kernel
def mix(bar: Array, new: Array, most: float) -> float:
    """Weight of the newest subgradient that makes the average shortest, within [most / 10, most]."""
    both, ours, theirs = 0.0, 0.0, 0.0
    for i in range(len(bar)):
        both += new[i] * bar[i]
        ours += bar[i] * bar[i]
        theirs += new[i] * new[i]
    width = theirs + ours - 2.0 * both
    return most if width <= 1e-12 else min(most, max(0.1 * most, (ours - both) / width))


@kernel
def step(u: Array, bar: Array, length: float, m: int, out: Array) -> None:
    """out = u + length · bar, rounded to float32 as a journal notes it; prices of rows stay at 0 or above."""
    for i in range(len(u)):
        out[i] = np.float32(u[i] + length * bar[i])
    for k in range(m, len(u)):
        out[k] = max(0.0, out[k])


@kernel
def volume(
    data: Data, w: Scratch, state: Array, count: Array, u: Array, bar: Array, y_bar: Array, cutoff: float,
    target: float, steps: int, factor: float, best: float, journal: Journal, name: int,
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
        bound = lagrangian(data, w, state, count, trial)
        if bound >= 0.1 * HUGE:
            note(journal, name, trial, w.prices)
            return bound, factor, it + 1
        if cutoff < HUGE and (fix(data, w, state, bound, cutoff) > 0 or bound > cutoff):
            note(journal, name, trial, w.prices)
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
