"""One node of the search tree: raise its bound, fix what it proves, and pick the site to branch on.

The dual step carries over from the parent (prices, averaged violations and y); the site is picked by what fixing it
has gained so far (pseudo-costs), tried by a few steps until known well enough (reliability branching, Achterberg,
Koch, Martin 2005).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..kernel import kernel
from ..problem import CLOSED, FREE, OPEN, Array
from .bound import ascend
from .choose import least_count, settle
from .noted import refute, stand_on

#: Growth and decay of the step, failures before it decays, decay of the averaging: in nodes.
_PACE = (1.3, 0.75, 1.0, 1.0)
#: Start of the step and of the averaging in nodes.
_STEP, _AVERAGE = 0.1, 0.1
#: Steps of a node and of a trial; trials of a site before its past is relied on; sites looked at.
EFFORT = (20, 10, 16, 12)


class Point(NamedTuple):
    """Where the ascent of a node has come to."""

    prices: Array
    mean: Array  # averaged violations
    share: Array  # averaged y


@kernel
def explore(data, links, point, state, least, branched, cutoff, goal, pseudo, effort, room, trial, noted, stop):  # type: ignore[no-untyped-def]
    """Bound of a node, the site to branch on (-1: none is free), and bounds of its two children, closed and open.

    `point`, `state` and `pseudo` (gains closed, open; counts closed, open) are changed in place.
    """
    plants, depots = data.first.shape[1:]
    steps, tried, reliable, looked_at = effort
    n = plants + depots
    low = np.empty(2, np.int64)
    settle(data.place, state)
    low[0] = max(least[0], least_count(data.holds[:, :plants], data.needs[0], state[:plants], data.place[:plants]))
    low[1] = max(least[1], least_count(data.holds[:, plants:], data.needs[1], state[plants:], data.place[plants:]))
    most = data.limits[:, 1]
    if low[0] > min(plants, most[0]) or low[1] > min(depots, most[1]) or low[0] + low[1] > most[2]:
        return np.inf, -1, np.inf, np.inf
    memory, begun, noting = np.array([-np.inf, _STEP, 0.0, _AVERAGE]), state.copy(), len(noted.site) > 0
    bound = ascend(data, links, point, state, low, branched, cutoff, goal, steps, _PACE, memory, room, stop)
    if noting:
        state[:] = begun
        if bound > cutoff or bound == np.inf:
            bound = refute(data, links, room.trial, state, low, cutoff, room, noted, -1, False)
        if not (bound > cutoff or bound == np.inf) or noted.rows[0] == 0:
            bound = stand_on(data, links, point.prices, state, low, cutoff, room, noted, False)
    if bound > cutoff or bound == np.inf:
        return bound, -1, bound, bound
    score = np.full(n, -1.0)
    for s in range(n):
        if state[s] == FREE:
            score[s] = min(point.share[s], 1.0 - point.share[s]) * data.fixed[s] + 1e-9
    pick, best, child = -1, -1.0, np.full((n, 2), bound)
    trial_state = state.copy()
    for _ in range(looked_at):
        s = int(np.argmax(score))
        if score[s] < 0.0:
            break
        score[s] = -1.0
        if state[s] != FREE:
            continue
        share = min(0.95, max(0.05, point.share[s]))
        for way in range(2):
            if pseudo[2 + way, s] >= reliable or stop[0] != 0:
                continue
            trial_state[:] = state
            trial_state[s] = OPEN if way == 1 else CLOSED
            trial.prices[:] = point.prices
            trial.mean[:] = point.mean
            trial.share[:] = point.share
            memory[:] = (-np.inf, _STEP, 0.0, _AVERAGE)
            found = ascend(data, links, trial, trial_state, low, s, cutoff, goal, tried, _PACE, memory, room, stop)
            if noting and (found > cutoff or found == np.inf):
                trial_state[:] = state
                trial_state[s] = OPEN if way == 1 else CLOSED
                found = refute(data, links, room.trial, trial_state, low, cutoff, room, noted, s, way == 1)
            child[s, way] = max(bound, found)
            if found == np.inf:
                state[s] = CLOSED if way == 1 else OPEN
                break
            gain = max(0.0, min(found, cutoff + 0.3 * (cutoff - bound)) - bound)
            pseudo[way, s] += gain / (share if way == 0 else 1.0 - share)
            pseudo[2 + way, s] += 1.0
            if found > cutoff:
                state[s] = CLOSED if way == 1 else OPEN
                break
        if state[s] != FREE:
            continue
        closing = max(pseudo[0, s] / max(1.0, pseudo[2, s]) * share, child[s, 0] - bound, 1e-6)
        opening = max(pseudo[1, s] / max(1.0, pseudo[3, s]) * (1.0 - share), child[s, 1] - bound, 1e-6)
        if closing * opening > best:
            pick, best = s, closing * opening
    settle(data.place, state)
    if pick < 0 or state[pick] != FREE:  # all that were looked at are settled
        pick = -1
        for s in range(n):
            if state[s] == FREE and (pick < 0 or abs(point.share[s] - 0.5) < abs(point.share[pick] - 0.5)):
                pick = s
    if pick < 0 or noting:  # of trials that refute nothing, no prices are noted
        return bound, pick, bound, bound
    return bound, pick, child[pick, 0], child[pick, 1]
