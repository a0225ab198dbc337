"""p-median and uncapacitated siting: each customer is served wholly by the cheapest open site."""

from __future__ import annotations

import numpy as np

from ..answer import Answer
from ..problem import CLOSED
from ..watch import Watch
from .cover import cover
from .engine import Search
from .inputs import fits, matrix, number, part_of, quantum, states, vector
from .lists import Array, lists


def p_median(
    cost: Array, p: int | None, watch: Watch, state: Array | None = None, fixed: Array | None = None
) -> Answer:
    """Open exactly p sites (None: as many as pay) at the least cost of serving every customer from the cheapest one.

    `cost` (n, m): serving customer i wholly from site j, such as weight times distance; inf where there is no lane.
    `fixed` (n): cost of opening; without it 0. `state` (n): CLOSED, FREE or OPEN. Raises SitingError.
    """
    cost = matrix("cost", cost)
    n, m = cost.shape
    state, fixed = states(state, n), vector("fixed", fixed, n, 0.0, negative=True)
    p = None if p is None else number(p)
    lanes = np.isfinite(cost) & (state != CLOSED)[:, None]
    if not lanes.any(axis=0).all() or p == 0 or (p is not None and not fits(p, state)):
        return Answer("infeasible", None, None, float("inf"))
    low, high = (p, p) if p is not None else (1, n)
    problem = lists(cost, np.full(m, np.inf), fixed, state, low, high)
    search = Search(problem, watch, quantum=quantum(problem.cost, fixed))
    if p is not None and not lanes[state != CLOSED].all():  # p sites that serve all need not exist, or be easy to find
        found = cover(lanes, np.ones(n), state, part_of(watch), p)
        if found.open is None:
            bound = float("inf") if found.status == "infeasible" else float("-inf")
            return Answer(found.status, None, None, bound, found.work)
        search.start = found.open
    return search.run()
