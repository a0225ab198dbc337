"""Branch and bound over sites, depth first, with the Lagrangian bound: proves what the root leaves open.

Each node climbs from the prices and averages of its parent. Deciding site b moves the average violation at once, by what
b serves at these prices, so that the first step already raises the prices of customers that b lost. Sites to branch on
are chosen by what deciding them raised the bound by so far, and are probed until that is known well enough
(reliability branching; Achterberg, Koch, Martin 2005).
"""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from .dual import CLOSED, FREE, OPEN, climb, theta
from .lists import Array

#: Volume steps of a node, of a probe, and how many probes make a site's history count.
NODE_STEPS, PROBE_STEPS, RELIABLE, CANDIDATES = 30, 8, 4, 8
#: Reasons for which a dive returns.
MORE, DONE, BETTER = 0, 1, 2


@kernel
def plan_cost(start: Array, site: Array, cost: Array, other: Array, fixed: Array, y: Array) -> float:
    """What the open sites and the service of every customer cost."""
    total = 0.0
    for j in range(len(fixed)):
        if y[j]:
            total += fixed[j]
    for i in range(len(other)):
        d = other[i]
        for k in range(start[i], start[i + 1]):
            if y[site[k]]:
                d = cost[k]
                break
        total += d
    return total


@kernel
def decide(
    start: Array, site: Array, cost: Array, b: int, into: int, status: Array, lam: Array, vbar: Array, ybar: Array
) -> None:
    """Set the state of site b and move the averages accordingly."""
    new = 1.0 if into == OPEN else 0.0
    shift = new - ybar[b]
    for i in range(len(lam)):
        for k in range(start[i], start[i + 1]):
            if cost[k] >= lam[i]:
                break
            if site[k] == b:
                vbar[i] -= shift
                break
    ybar[b] = new
    status[b] = into


@kernel
def dive(
    start: Array, site: Array, cost: Array, floor: Array, other: Array, fixed: Array, low: int, high: int,
    target: float, cutoff: float, size: float, top: int, s_status: Array, s_lam: Array, s_v: Array, s_y: Array,
    s_bound: Array, history: Array, found: Array, nodes: int,
) -> tuple[int, int, int, float, float]:  # fmt: skip
    """Work off the stack for at most `nodes` nodes, or until a plan below `target` is found (put in `found`).

    `history` (n, 4): Σ rise per unit and count, when closed and when opened. Returns the reason, the new top of the
    stack, nodes done, the least bound at which something was pruned, and the cost of `found`.
    """
    n, m = len(fixed), len(other)
    status, lam, v, ybar = np.empty(n, np.int8), np.empty(m), np.empty(m), np.empty(n)
    c_status, c_lam, c_v, c_y = status.copy(), lam.copy(), v.copy(), ybar.copy()
    rho, y, viol = np.empty(n), np.empty(n, np.int64), np.empty(m)
    done, least = 0, np.inf
    while top > 0 and done < nodes:
        top -= 1
        bound = s_bound[top]
        if bound >= cutoff:
            least = min(least, bound)
            continue
        done += 1
        status[:], lam[:], v[:], ybar[:] = s_status[top], s_lam[top], s_v[top], s_y[top]
        value, _, at, _, _ = climb(
            start, site, cost, floor, other, fixed, status, low, high, target, cutoff, lam, v, ybar,
            size, 0.1, NODE_STEPS, 5,
        )  # fmt: skip
        least = min(least, at)
        bound = max(bound, value)
        if bound >= cutoff:
            least = min(least, bound)
            continue
        free = 0
        for j in range(n):
            free += status[j] == FREE
        theta(start, site, cost, fixed, status, low, high, lam, rho, y, viol)
        worth = plan_cost(start, site, cost, other, fixed, y)
        if worth < target:
            found[:] = y
            s_status[top], s_lam[top], s_v[top], s_y[top], s_bound[top] = status, lam, v, ybar, bound
            return BETTER, top + 1, done, least, worth
        if free == 0:
            least = min(least, max(bound, worth))
            continue
        b, bound = _branch(
            start, site, cost, floor, other, fixed, low, high, target, cutoff, size, status, lam, v, ybar,
            c_status, c_lam, c_v, c_y, history, bound,
        )  # fmt: skip
        if b < 0:  # probes decided sites, or proved the node
            if bound >= cutoff:
                least = min(least, bound)
            else:
                least = min(least, cutoff)
                s_status[top], s_lam[top], s_v[top], s_y[top], s_bound[top] = status, lam, v, ybar, bound
                top += 1
            continue
        first = OPEN if ybar[b] >= 0.5 else CLOSED
        for turn in range(2):  # the likelier child last, so that it comes first off the stack
            into = first if turn else OPEN + CLOSED - first
            c_status[:], c_lam[:], c_v[:], c_y[:] = status, lam, v, ybar
            decide(start, site, cost, b, into, c_status, c_lam, c_v, c_y)
            s_status[top], s_lam[top], s_v[top], s_y[top], s_bound[top] = c_status, c_lam, c_v, c_y, bound
            top += 1
    return (MORE if top else DONE), top, done, least, np.inf


@kernel
def _branch(
    start: Array, site: Array, cost: Array, floor: Array, other: Array, fixed: Array, low: int, high: int,
    target: float, cutoff: float, size: float, status: Array, lam: Array, v: Array, ybar: Array,
    c_status: Array, c_lam: Array, c_v: Array, c_y: Array, history: Array, bound: float,
) -> tuple[int, float]:  # fmt: skip
    """The site to branch on; -1 where a probe decided one (then `status` has changed) or both its states are too dear."""
    n = len(fixed)
    means = np.ones(2)
    for side in range(2):
        total, count = 0.0, 0.0
        for j in range(n):
            total += history[j, 2 * side]
            count += history[j, 2 * side + 1]
        if count > 0:
            means[side] = max(total / count, 1e-12)
    guess = np.full(n, -1.0)
    for j in range(n):
        if status[j] == FREE:
            share = min(max(ybar[j], 0.01), 0.99)
            down = history[j, 0] / history[j, 1] if history[j, 1] > 0 else means[0]
            up = history[j, 2] / history[j, 3] if history[j, 3] > 0 else means[1]
            guess[j] = max(down * share, 1e-12) * max(up * (1.0 - share), 1e-12)
    order = np.argsort(-guess)
    best, top = -1, -1.0
    for at in range(min(CANDIDATES, n)):
        j = order[at]
        if status[j] != FREE:
            break
        score = guess[j]
        if min(history[j, 1], history[j, 3]) < RELIABLE:
            rises = np.zeros(2)
            for side in range(2):
                c_status[:], c_lam[:], c_v[:], c_y[:] = status, lam, v, ybar
                decide(start, site, cost, j, OPEN if side else CLOSED, c_status, c_lam, c_v, c_y)
                value, _, _, _, _ = climb(
                    start, site, cost, floor, other, fixed, c_status, low, high, target, cutoff, c_lam, c_v, c_y,
                    size, 0.1, PROBE_STEPS, 5,
                )  # fmt: skip
                rises[side] = max(value - bound, 0.0)
                if value >= cutoff:
                    decide(start, site, cost, j, CLOSED if side else OPEN, status, lam, v, ybar)
                    return -1, bound
                share = min(max(1.0 - ybar[j] if side else ybar[j], 0.01), 0.99)
                history[j, 2 * side] += rises[side] / share
                history[j, 2 * side + 1] += 1.0
            score = max(rises[0], 1e-12) * max(rises[1], 1e-12)
        if score > top:
            best, top = j, score
    return best, bound
