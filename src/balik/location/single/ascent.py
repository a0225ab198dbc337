"""Better multipliers, and on the way an average of the sites and violations that they lead to."""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from ..problem import CLOSED, OPEN
from .dual import evaluate, fix_sites, slope_of
from .knapsack import fill_site

#: Paces of the ascent: quick for a bound, even for averages that are the better plans' marks, and in a node.
QUICK, EVEN, NODE = (0.1, 1.3, 0.75, 2.0, 0.1), (0.2, 1.1, 0.9, 3.0, 0.1), (0.1, 1.3, 0.75, 1.0, 0.1)


@kernel
def blend(core, lists, state, work, a, mix):  # type: ignore[no-untyped-def]
    """Move the averaged assignments (n, m) by a towards those of the last evaluation."""
    for j in range(state.shape[0]):
        for b in range(lists.many[j]):
            mix[j, lists.near[j, b]] *= 1.0 - a
        if state[j] != CLOSED:
            for b in range(work.length[j]):
                mix[j, lists.near[j, b]] += a * work.y[j] * work.fill[j, b]


@kernel
def ascend(core, lists, state, u, mean, share, work, cutoff, reach, steps, exact, pace, quit, turned, mix):  # type: ignore[no-untyped-def]
    """Raise θ by a volume-type ascent (Barahona and Anbil 2000); returns the best bound, inf once the cutoff is met.

    `u` becomes the best multipliers, `mean` (m + k) the averaged violation and `share` (n) the averaged y; `mean` all
    zero starts afresh. `pace` is (step, up, down, patience, weight): the step is `step` × (cutoff − bound, at most `reach`) / |mean|², times `up` after a success and `down` after
    `patience` failures. Averages take up to `weight` of the new point. Sites are fixed on the way. A node gives up
    after `quit` steps without hope of the cutoff. Where site `turned` has just been opened or closed (−1: none), the
    first direction is the parent's mean with the site's customers added or taken out. `mix` (n, m, or of size 0):
    the averaged assignments.
    """
    step, up, down, patience, weight = pace
    m, trial, g = core.demand.shape[0], work.trial, work.slope
    size = u.shape[0]
    trial[:] = u
    best, begin, failures, length = -np.inf, 0.0, 0.0, 0.0
    for it in range(steps + 1):
        if it > 0:
            norm = 1e-10
            for i in range(size):
                norm += mean[i] * mean[i]
            length = step * min(cutoff - best, reach) / norm
            for i in range(size):
                trial[i] = u[i] + length * mean[i]
                if i >= m and trial[i] < 0.0:
                    trial[i] = 0.0
        bound = evaluate(core, lists, state, trial, work, exact)
        if bound >= cutoff:
            u[:] = trial
            return np.inf
        fix_sites(core, state, work, bound, cutoff)
        if it == 0 and turned >= 0:
            best = begin = bound
            if state[turned] == CLOSED:
                fill_site(core, lists, turned, trial, np.inf, work, False)
            change = (1.0 if state[turned] == OPEN else 0.0) - share[turned]
            for a in range(work.length[turned]):
                mean[lists.near[turned, a]] -= change * work.fill[turned, a]
            for k in range(core.upper.shape[0]):
                mean[m + k] += change * core.rows[k, turned]
            share[turned] += change
            continue
        slope_of(core, lists, state, work, g)
        gv, gg, vv = 0.0, 0.0, 0.0
        for i in range(size):
            gv += g[i] * mean[i]
            gg += g[i] * g[i]
            vv += mean[i] * mean[i]
        part = weight
        if vv == 0.0:
            part = 1.0
        elif gg + vv - 2.0 * gv > 1e-12:
            part = min(weight, max(0.1 * weight, (vv - gv) / (gg + vv - 2.0 * gv)))
        for i in range(size):
            mean[i] += part * (g[i] - mean[i])
        for j in range(state.shape[0]):
            share[j] += part * (work.y[j] - share[j])
        if mix.size > 0:
            blend(core, lists, state, work, part, mix)
        if bound > best:
            if it > 0:
                step = min(1.5, step * up)
            else:
                begin = bound
            best = bound
            u[:] = trial
            failures = 0.0
        else:
            failures += 1.0
            if failures >= patience:
                step *= down
                failures = 0.0
        if it == quit and (best - begin) * (steps / (quit + 1.0)) < 0.3 * (cutoff - begin):
            break
    return best
