"""§5d Drop-off: people bring a share of what waits with them to the nearest place that is open."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var, pairs
from ..network.network import Network
from .standing import open_columns
from .statement import Variables, constraint, variable

Array = np.ndarray


@variable(
    r"0 \le g_{ijmt} \le 1", unit="1", source="drop-off by distance: who goes where (de Figueiredo and Mayerle 2008)"
)
def nearest(n: Network, v: Variables) -> Var | None:
    """Share of the people of place i who bring material m to place j in period t: all of them, where j is nearest."""
    d = n.dropoff
    if not len(d):
        return None
    index = Index(n.labels, place=d.place, dest=d.dest, material=d.material, period=d.period)
    return v.program.variable("nearest", index, upper=1.0)


@constraint(
    r"q_{imt} + l_{imt} = A^+_{imt} + \sum_{k} \phi_{kim} A^+_{kmt}\, g_{kimt} - \sum_{j} \phi_{ijm} A^+_{imt}\, g_{ijmt}",
    unit="qty",
    source="drop-off by distance: what comes falls with the distance to the nearest open place",
)
def brought(n: Network, v: Variables) -> Rows | None:
    """What may be collected is what waits, with what people bring, without what they bring elsewhere."""
    if not v.has("nearest"):
        return None
    d = n.dropoff
    rows = np.unique(np.concatenate([d.giver, d.taker]))
    at = Index(n.labels, **{c: getattr(n.supply, c)[rows] for c in ("place", "material", "period")})
    away = Terms(at, np.searchsorted(rows, d.giver), v.nearest.cols, d.amount)
    here = Terms(at, np.searchsorted(rows, d.taker), v.nearest.cols, -d.amount)
    return Terms.joined([at.take(v.collect), at.take(v.remaining), away, here]).equals(n.supply.most[rows])


@constraint(r"\sum_{j} g_{ijmt} \le 1", unit="1", source="drop-off by distance: everybody goes to one place")
def one_way(n: Network, v: Variables) -> Rows | None:
    """People bring it to one place at most."""
    if not v.has("nearest"):
        return None
    at = Index.union(n.labels, ("place", "material", "period"), [v.nearest.codes])
    return at.sum(v.nearest) <= 1.0


@constraint(r"g_{ijmt} \le \sum_{s} y_{js}", unit="1", source="drop-off by distance: only to places that are open")
def to_open(n: Network, v: Variables) -> Rows | None:
    """Nobody brings anything to a site that is closed."""
    if not v.has("nearest") or not (on := np.flatnonzero(n.site_of[n.dropoff.dest] >= 0)).size:
        return None
    at = Index(n.labels, **{k: c[on] for k, c in v.nearest.codes.items()})
    own = Terms(at, np.arange(len(on)), v.nearest.cols[on], np.ones(len(on)))
    return Terms.joined([own, -_stands(n, v, at)]) <= 0.0


@constraint(
    r"\sum_{k:\, d_{ik} \le d_{ij}} g_{ikmt} \ge \sum_{s} y_{js}",
    unit="1",
    source="closest assignment (Wagner and Falkson 1975)",
)
def to_nearest(n: Network, v: Variables) -> Rows | None:
    """Where a place within reach is open, nobody goes farther; a place that is no site is always open."""
    if not v.has("nearest"):
        return None
    d, at = n.dropoff, v.nearest.index
    always = (n.site_of[d.dest] < 0).astype(float)
    return Terms.joined([_no_farther(n, at, v.nearest.cols), -_stands(n, v, at)]).between(always, np.inf)


def _no_farther(n: Network, at: Index, cols: Array) -> Terms:
    """For every way the ways of the same people that are no longer than it."""
    d = n.dropoff
    materials, periods = len(n.labels["material"]), len(n.length)
    people = (d.place.astype(np.int64) * materials + d.material) * periods + d.period
    order = np.lexsort((d.km, people))
    people, km = people[order], d.km[order]
    ends = np.flatnonzero(np.r_[(people[1:] != people[:-1]) | (km[1:] != km[:-1]), True])  # of those as far away
    first = np.searchsorted(people, people, "left")
    count = ends[np.searchsorted(ends, np.arange(len(people)))] + 1 - first
    row = np.repeat(order, count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return Terms(at, row, cols[order[np.repeat(first, count) + nth]], np.ones(len(row)))


def _stands(n: Network, v: Variables, at: Index) -> Terms:
    """Whether the destination of each row is open in its period, in any of its sizes."""
    row, site = pairs(at.dest, n.sites.place)
    return Terms(at, row, open_columns(n, v)[site * len(n.length) + at.period[row]], np.ones(len(row)))
