"""What a reader of a plan asks first: how full the sites are, and where the limits stand."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.statement import Model
from ..network.phases import holds, over_time
from .decode import USED, Array, rounded


def capacity_of(m: Model, x: Array) -> Array:
    """What every site can take in every period: while it is open, where that changes, and with the modules it has."""
    n, v = m.network, m.variables
    capacity = over_time(n, "capacity")
    if len(n.phases):
        at = n.phases.site * len(n.length) + n.phases.period
        capacity[at] = np.where(x[v.open_in.cols] > 0.5, capacity[at], 0.0)
    capacity = capacity.reshape(len(n.sites), -1)
    if len(n.modules):
        np.add.at(capacity, n.modules.site, np.where(holds(n), (x[v.modules.cols] * n.modules.capacity)[:, None], 0.0))
    return np.asarray(capacity * n.length)


def _fullest(through: Array, capacity: Array) -> float:
    """The largest share of its capacity that a site takes in, of the periods in which it has one."""
    return float(np.max(through / np.where(capacity > 0, np.maximum(capacity, 1e-12), np.inf)))


def sites_of(m: Model, x: Array) -> list[dict[str, Any]]:
    """Open or used sites with their throughput over the horizon, capacity, and the fullest period's share."""
    n, v = m.network, m.variables
    out: list[dict[str, Any]] = []
    if not len(n.sites):
        return out
    periods = len(n.length)
    through = x[v.throughput.cols].reshape(len(n.sites), periods)
    capacity = capacity_of(m, x)
    for site in np.flatnonzero(x[v.open.cols] > 0.5):
        total = float((through[site] * n.repeats).sum())
        finite = bool(np.isfinite(capacity[site]).all())
        share = _fullest(through[site], capacity[site]) if finite else None
        out.append(
            {
                "place": n.labels["place"][n.sites.place[site]],
                "size": n.labels["size"][n.sites.size[site]],
                "throughput": rounded(total),
                "capacity": rounded(float((capacity[site] * n.repeats).sum())) if finite else None,
                "fullest": None if share is None else round(share, 6),
                "unit": n.site_unit[n.site_of[n.sites.place[site]]],
                "used": bool((through[site] > USED).any()),
            }
        )
    return out


def limits_of(m: Model, x: Array) -> list[dict[str, Any]]:
    """Every bound of every limit: its value, its bounds, and whether it binds. None: something divided by nothing."""
    out = []
    for bound in m.variables.bounds_of_limits:
        limit, value = m.network.limits[bound.limit], bound.value(x)
        near = 1e-6 * max(1.0, abs(value or 0.0))
        at_least = value is not None and np.isfinite(limit.least) and value - limit.least <= near
        at_most = value is not None and np.isfinite(limit.most) and limit.most - value <= near
        out.append(
            {
                "limit": limit.name,
                "each": bound.label,
                "quantity": limit.rows[0].quantity,
                "over": limit.over[0].quantity if limit.over else None,
                "value": None if value is None else rounded(value),
                "least": limit.least if np.isfinite(limit.least) else None,
                "most": limit.most if np.isfinite(limit.most) else None,
                "binds": "both" if at_least and at_most else "least" if at_least else "most" if at_most else None,
            }
        )
    return out + _spreads(m, x)


def _spreads(m: Model, x: Array) -> list[dict[str, Any]]:
    """How far the labels of a limit lie apart, where it bounds that."""
    out = []
    for number, limit in enumerate(m.network.limits):
        bounds = [b for b in m.variables.bounds_of_limits if b.limit == number]
        if not bounds or not np.isfinite(limit.spread):
            continue
        values = [value for b in bounds if (value := b.value(x)) is not None]
        gap = max(values, default=0.0) - min(values, default=0.0)
        out.append(
            {
                "limit": limit.name,
                "each": "",
                "quantity": limit.rows[0].quantity,
                "over": limit.over[0].quantity if limit.over else None,
                "value": rounded(gap),
                "least": None,
                "most": limit.spread,
                "binds": "spread" if limit.spread - gap <= 1e-6 * max(1.0, abs(gap)) else None,
            }
        )
    return out


def great_circles_of(m: Model, x: Array) -> list[dict[str, Any]]:
    """The rounded great circles on which the km of used lanes rest: irrational inputs, recorded as they were used."""
    n, v = m.network, m.variables
    rests = ~np.isnan(n.straight) if len(n.straight) else np.zeros(len(n.lanes), bool)
    used = np.flatnonzero((x[v.flow.cols] > 0) & rests)
    pairs = {(int(n.lanes.origin[i]), int(n.lanes.dest[i])): float(n.straight[i]) for i in used}
    place = n.labels["place"]
    return [{"origin": place[o], "dest": place[d], "km": km} for (o, d), km in pairs.items()]
