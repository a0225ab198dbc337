"""Reaching the most weight with p sites: maximal covering location (MCLP)."""

from __future__ import annotations

import numpy as np

from ..answer import Answer
from ..problem import FREE, OPEN
from ..watch import Watch
from .core import finish
from .engine import Search
from .inputs import fill, fits, number, quantum, serving, states, vector, yes_or_no
from .lists import Array, lists
from .reduce import dominated

#: Nodes of the own tree before the general solver is asked.
NODES = 300


def cover_most(reach: Array, weight: Array | None, p: int, watch: Watch, state: Array | None = None) -> Answer:
    """Open exactly p sites so that customers of the most weight are reached (maximal covering location).

    `reach` (n, m, bool), `weight` (m; without it each customer counts 1), `state` (n). The objective is the weight that is
    reached, the bound lies above it; the watch, which minimises, is told minus that weight. Raises SitingError.
    """
    reach = yes_or_no("reach", reach)
    n, m = reach.shape
    weight, state, p = vector("weight", weight, m, 1.0), states(state, n), number(p)
    if not fits(p, state):
        return Answer("infeasible", None, None, float("-inf"))
    chosen = state == OPEN
    count = p - int(chosen.sum())
    had = reach[chosen].any(axis=0)
    asked = np.flatnonzero(~had & (weight > 0) & reach[state == FREE].any(axis=0))
    sites, part, merged = _smaller(reach[:, asked], weight[asked], np.flatnonzero(state == FREE))
    most = float(weight[had].sum() + merged.sum())
    if len(sites) <= count or not len(merged):
        found = Answer("optimal", np.arange(len(sites)) < count, -most, -most)
    else:
        lanes = np.where(part, 0.0, np.inf)
        problem = lists(lanes, merged, np.zeros(len(sites)), np.full(len(sites), FREE, np.int8), count, count)
        found = Search(problem, watch, -most, quantum(merged), nodes=NODES, rest=finish).run()
    if found.open is not None:
        chosen[sites[found.open]] = True
    fill(chosen, state, p)
    assignment = serving(reach, chosen)
    objective = float(weight[assignment >= 0].sum())
    watch.news(-objective, min(found.bound, -objective))
    return Answer(found.status, chosen, objective, max(-found.bound, objective), found.work, assignment)


def _smaller(reach: Array, weight: Array, sites: Array) -> tuple[Array, Array, Array]:
    """Sites that no other one makes needless, whom they reach, and weights: customers with the same sites are one."""
    part = reach[sites]
    if not part.shape[1]:
        return sites[:0], part[:0], weight
    _, first, same = np.unique(np.packbits(part, axis=0), axis=1, return_index=True, return_inverse=True)
    merged = np.bincount(same.ravel(), weight, len(first))
    part = part[:, first]
    keep = ~dominated(part, np.zeros(len(sites)))
    return sites[keep], np.ascontiguousarray(part[keep]), merged
