"""p-centre: the farthest customer as near as p sites can bring it."""

from __future__ import annotations

import numpy as np

from ...words import say
from ..answer import Answer, Status
from ..problem import CLOSED, FREE, OPEN, SitingError
from ..watch import Watch
from .cover import cover
from .inputs import fill, fits, matrix, number, part_of, states
from .lists import Array


def p_centre(distance: Array, p: int, watch: Watch, state: Array | None = None) -> Answer:
    """Open exactly p sites so that the greatest distance of a customer from its nearest open site is least.

    `distance` (n, m): from site j to customer i; inf where there is no lane. `state` (n): CLOSED, FREE or OPEN. Raises
    SitingError. Bisection over the distances that occur; each step asks whether p sites reach all (Minieka 1970).
    """
    distance = matrix("distance", distance)
    if (distance < 0).any():
        raise SitingError(say("{name} must not be negative.", name="distance"))
    n, p, ones = len(distance), number(p), np.ones(len(distance))
    state = states(state, n)
    usable = distance[state != CLOSED]
    if not usable.size or np.isinf(usable.min(axis=0)).any() or p == 0 or not fits(p, state):
        return Answer("infeasible", None, None, float("inf"))
    nearest = float(usable.min(axis=0).max())
    values = np.unique(usable[np.isfinite(usable) & (usable >= nearest)])  # nothing below reaches all, even from all
    best = _spread(distance, state, p)
    radius = _radius(distance, best)
    low, high = 0, int(np.searchsorted(values, radius))  # values[high] can be had (or is none); below low, nothing
    watch.news(radius, float(values[0]))
    work = {"radii": 0}
    while low < high and not watch.over():
        middle = (low + high) // 2
        found = cover(distance <= values[middle], ones, state, part_of(watch), p)
        work["radii"] += 1
        if found.open is not None:
            best, radius = found.open, _radius(distance, found.open)
            high = int(np.searchsorted(values, radius))
            watch.news(incumbent=radius)
        elif found.status == "infeasible":
            low = middle + 1
            watch.news(bound=float(values[low]) if low < len(values) else float("inf"))
        else:
            break
    if low == len(values):
        return Answer("infeasible", None, None, float("inf"), work)
    if np.isinf(radius):
        return Answer("stopped", None, None, float(values[low]), work)
    status: Status = "optimal" if low >= high else "feasible"
    assignment = np.flatnonzero(best)[distance[best].argmin(axis=0)]
    return Answer(status, best, radius, float(values[low]), work, assignment)


def _spread(distance: Array, state: Array, p: int) -> Array:
    """Sites to begin with: again and again the one nearest to the customer that is now farthest (Gonzalez 1985)."""
    chosen = state == OPEN
    near = distance[chosen].min(axis=0, initial=np.inf)
    for _ in range(p - int(chosen.sum())):
        i = int(near.argmax())
        j = int(np.where((state == FREE) & ~chosen, distance[:, i], np.inf).argmin())
        if chosen[j] or state[j] == CLOSED:
            break
        chosen[j] = True
        near = np.minimum(near, distance[j])
    fill(chosen, state, p)
    return chosen


def _radius(distance: Array, chosen: Array) -> float:
    """Distance of the farthest customer from its nearest open site."""
    return float(distance[chosen].min(axis=0).max())
