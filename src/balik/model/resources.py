"""§8c Resources: hours, areas, points that several processes and materials share at a place."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms
from ..network.expand import ravel
from ..network.network import Network
from ..network.resources import used_at
from ..words import say
from .standing import open_at
from .statement import Note, Variables, constraint

Array = np.ndarray
_DIMENSIONS = ("place", "resource", "period")
#: The variable of each table of users.
VARIABLES = {"runs": "run", "lanes": "flow", "hauls": "haul", "collect": "collect"}


@constraint(
    r"\sum_{p} \alpha_{pi\kappa}\, z_{pit} + \sum_{m} \alpha_{mi\kappa} \bigl(\sum_{jv} x_{jimvt} + q_{imt}\bigr)"
    r" \le \sum_{s} G_{ist\kappa}\, \tau_t\, y_{is}",
    unit="of the quantity",
    source="ours: activities and materials share a capacity; resources of sizes after Suryana, W_k",
)
def resources(n: Network, v: Variables) -> Rows | None:
    """What is used of a resource at a place is at most its capacity there, in the size that is open."""
    if not len(n.resources):
        return None
    size = [len(n.labels[d]) for d in _DIMENSIONS]
    there = ravel([getattr(n.resources, d) for d in _DIMENSIONS], size)
    users = used_at(n)
    used = [key for _, key, *_ in users]
    keys = np.intersect1d(there, np.concatenate(used)) if used else np.zeros(0, np.int64)
    if not len(keys):
        return None
    at = Index(n.labels, place=keys // (size[1] * size[2]), resource=keys // size[2] % size[1], period=keys % size[2])
    terms, most = [], np.zeros(len(keys))
    for which, key, _, rate, _, table in users:
        on = np.flatnonzero(np.isin(key, keys))  # what has no row is a problem
        which, rate, row = which[on], rate[on], np.searchsorted(keys, key[on])
        terms.append(Terms(at, row, getattr(v, VARIABLES[table]).cols[which], rate))
        bound = np.where(rate > 0, getattr(v.bounds, table)[which], 0.0)
        most += np.bincount(row, rate * bound, len(keys))
    return _within(n, v, at, terms, most, np.searchsorted(keys, there), np.isin(there, keys))


def _within(
    n: Network, v: Variables, at: Index, terms: list[Terms], most: Array, row: Array, used: Array
) -> Rows | None:
    """Rows Σ uses − Σ capacity × open ≤ capacity of places that are no sites.

    A size without end, beside another that has one, counts as what can ever be used.
    """
    capacity = n.resources.capacity * n.length[n.resources.period]
    upper = np.zeros(len(at))
    plain = np.flatnonzero((n.resources.site < 0) & used)
    upper[row[plain]] = capacity[plain]
    sized = np.flatnonzero((n.resources.site >= 0) & used)
    least = np.minimum(capacity[sized], most[row[sized]])
    bounded = np.bincount(row[sized], np.isfinite(capacity[sized]), len(at)) > 0
    for i in np.unique(row[sized][np.isinf(least) & bounded[row[sized]]]):
        told = int(n.resources.row[sized[np.flatnonzero(row[sized] == i)[0]]])
        found = say("Nothing bounds what may be used here in a size without end, beside another that has a capacity.")
        advice = say("Write the capacity of every size, or a most on the process, the supply or the lanes.")
        v.note(Note("E559", found, advice, told, "capacity", "resources"))
    upper[row[sized[~bounded[row[sized]]]]] = np.inf
    on = np.flatnonzero(np.isfinite(least) & bounded[row[sized]])
    switch = open_at(n, v, n.resources.site[sized[on]], n.resources.period[sized[on]])
    terms.append(Terms(at, row[sized[on]], switch, -least[on]))
    rows = Terms.joined(terms) <= upper
    keep = np.flatnonzero(np.isfinite(upper))
    return rows if len(keep) == len(at) else _kept(n, rows, keep)


def _kept(n: Network, rows: Rows, keep: Array) -> Rows | None:
    """Only these rows."""
    if not len(keep):
        return None
    place = np.full(len(rows), -1)
    place[keep] = np.arange(len(keep))
    index = Index(n.labels, **{d: c[keep] for d, c in rows.index.codes.items()})
    on = np.flatnonzero(place[rows.terms.row] >= 0)
    terms = Terms(index, place[rows.terms.row[on]], rows.terms.col[on], rows.terms.val[on])
    return terms.between(rows.lower[keep], rows.upper[keep])
