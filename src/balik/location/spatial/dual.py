"""Lower bounds by Lagrangian relaxation of "every customer is served once", and what they prove about single sites.

With a price λ_i for serving customer i the rest falls apart by site:

    θ(λ) = Σ_i λ_i + min_y { Σ_j ρ_j y_j : low ≤ Σ_j y_j ≤ high },    ρ_j = f_j + Σ_i min(0, c_ij − λ_i)

is a lower bound for every λ with λ_i ≤ u_i, the cost of leaving customer i unserved (Cornuéjols, Fisher, Nemhauser
1977; Beasley 1993). Its best value is that of the strong linear relaxation. The prices climb by the volume method
(Barahona, Anbil 2000), whose averages also estimate that relaxation's y.

Only pairs with c_ij < λ_i matter: each customer's sites stand in ascending order of cost (`start`, `site`, `cost`), so
that a bound touches a few sites a customer.
"""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from .lists import Array

#: States of a site, as in problem.py: constants that compiled code knows.
CLOSED, FREE, OPEN = 0, 1, 2
#: A step is no longer than if the averages were this share of the last violation: else prices run away.
LEAST = 0.01


@kernel
def choose(rho: Array, status: Array, low: int, high: int, y: Array) -> tuple[float, float, float, int]:
    """Open the sites of least Σ ρ y; returns that sum, worst taken and best left among the free, and how many taken.

    The count includes sites that are OPEN. Returns a sum of inf where the states leave no choice.
    """
    n = len(rho)
    free = np.empty(n)
    nfree = 0
    opened = 0
    total = 0.0
    for j in range(n):
        y[j] = 0
        if status[j] == OPEN:
            y[j] = 1
            opened += 1
            total += rho[j]
        elif status[j] == FREE:
            free[nfree] = rho[j]
            nfree += 1
    least = max(low - opened, 0)
    most = min(high - opened, nfree)
    if most < least or most < 0:
        return np.inf, 0.0, 0.0, 0
    negative = 0
    for k in range(nfree):
        if free[k] < 0.0:
            negative += 1
    take = min(max(negative, least), most)
    worst, best = -np.inf, np.inf
    if take > 0 and take < nfree:
        part = np.partition(free[:nfree], take)
        best = part[take]
        worst = part[:take].max()
    elif take > 0:
        worst = free[:nfree].max()
    elif nfree > 0:
        best = free[:nfree].min()
    if take > 0:
        left = take
        for j in range(n):  # all below the worst, then ties in order
            if status[j] == FREE and rho[j] < worst:
                y[j] = 1
                left -= 1
                total += rho[j]
        for j in range(n):
            if left > 0 and status[j] == FREE and rho[j] == worst:
                y[j] = 1
                left -= 1
                total += rho[j]
    return total, worst, best, take + opened


@kernel
def theta(
    start: Array, site: Array, cost: Array, fixed: Array, status: Array, low: int, high: int,
    lam: Array, rho: Array, y: Array, v: Array,
) -> tuple[float, float, float, int]:  # fmt: skip
    """θ(λ), the worst ρ taken, the best left and the count; fills ρ (n), y (n) and the violation v = 1 − Σ_j x_ij (m)."""
    rho[:] = fixed
    total = 0.0
    for i in range(len(lam)):
        price = lam[i]
        total += price
        for k in range(start[i], start[i + 1]):
            if cost[k] >= price:
                break
            rho[site[k]] += cost[k] - price
    value, worst, best, count = choose(rho, status, low, high, y)
    for i in range(len(lam)):
        price = lam[i]
        served = 0
        for k in range(start[i], start[i + 1]):
            if cost[k] >= price:
                break
            served += y[site[k]]
        v[i] = 1.0 - served
    return total + value, worst, best, count


@kernel
def flip(rho: float, taken: int, worst: float, best: float, count: int, low: int, high: int) -> float:
    """What θ rises by when a free site is decided the other way."""
    if taken:
        if count == low:
            return best - rho
        if count == high:
            return min(best, 0.0) - rho
        return -rho
    if count == high:
        return rho - worst
    if count == low:
        return rho - max(worst, 0.0)
    return rho


@kernel
def fix(
    bound: float, rho: Array, y: Array, worst: float, best: float, count: int, low: int, high: int,
    cutoff: float, status: Array,
) -> tuple[int, float]:  # fmt: skip
    """Decide free sites of which the other state is proved to cost `cutoff` or more; how many, and the least such bound."""
    fixed, least = 0, np.inf
    for j in range(len(rho)):
        if status[j] != FREE:
            continue
        other = bound + flip(rho[j], y[j], worst, best, count, low, high)
        if other >= cutoff:
            status[j] = OPEN if y[j] else CLOSED
            fixed += 1
            least = min(least, other)
    return fixed, least


@kernel
def climb(
    start: Array, site: Array, cost: Array, floor: Array, other: Array, fixed: Array, status: Array,
    low: int, high: int, target: float, cutoff: float, lam: Array, vbar: Array, ybar: Array,
    step: float, mix: float, rounds: int, patience: int,
) -> tuple[float, float, float, int, int]:  # fmt: skip
    """Raise θ by at most `rounds` volume steps; λ, the averages and the states of proved sites are changed in place.

    `floor` and `other`: least and greatest sensible λ. `target`: the value steps aim at. Stops at `cutoff`. Returns the
    bound, the factor of the step that it ended with, the least bound of a site's proof, sites proved and rounds done.
    """
    n, m = len(fixed), len(lam)
    rho, y, v = np.empty(n), np.empty(n, np.int64), np.empty(m)
    trial = lam.copy()
    bound, worst, best, count = theta(start, site, cost, fixed, status, low, high, lam, rho, y, v)
    proofs, least = 0, np.inf
    if bound >= cutoff:
        return bound, step, least, 0, 1
    proofs, least = fix(bound, rho, y, worst, best, count, low, high, cutoff, status)
    failures, done, stale = 0, 1, False
    fresh = True
    for i in range(m):
        if vbar[i] != 0.0:
            fresh = False
            break
    if fresh:
        vbar[:] = v
        for j in range(n):
            ybar[j] = y[j]
    last = 0.0
    for i in range(m):
        last += v[i] * v[i]
    while done < rounds:
        norm = 0.0
        for i in range(m):
            if (vbar[i] > 0.0 and lam[i] < other[i]) or (vbar[i] < 0.0 and lam[i] > floor[i]):
                norm += vbar[i] * vbar[i]
        if norm <= 1e-9:  # the averages say that nothing is to be gained: ask the best prices themselves
            if stale:
                break
            stale = True
            theta(start, site, cost, fixed, status, low, high, lam, rho, y, v)
            vbar[:] = v
            step *= 0.5
            done += 1
            continue
        stale = False
        size = step * max(target - bound, 1e-7 * max(1.0, abs(target))) / max(norm, LEAST * last)
        for i in range(m):
            trial[i] = min(max(lam[i] + size * vbar[i], floor[i]), other[i])
        value, worst, best, count = theta(start, site, cost, fixed, status, low, high, trial, rho, y, v)
        done += 1
        if value == np.inf:
            return value, step, least, proofs, done
        found, at = fix(value, rho, y, worst, best, count, low, high, cutoff, status)
        proofs += found
        least = min(least, at)
        up, across, last = 0.0, 0.0, 0.0
        for i in range(m):
            d = v[i] - vbar[i]
            up -= vbar[i] * d
            across += d * d
            last += v[i] * v[i]
        a = mix if across <= 0.0 else min(max(up / across, 0.1 * mix), mix)
        ahead = 0.0
        for i in range(m):
            ahead += v[i] * vbar[i]
            vbar[i] += a * (v[i] - vbar[i])
        for j in range(n):
            ybar[j] += a * (y[j] - ybar[j])
        if value > bound:
            bound = value
            lam[:] = trial
            failures = 0
            if ahead > 0.0:
                step *= 1.1
            if bound >= cutoff:
                break
        else:
            failures += 1
            if failures >= patience:
                failures = 0
                step *= 0.8
                if step < 1e-5:
                    break
    return bound, step, least, proofs, done
