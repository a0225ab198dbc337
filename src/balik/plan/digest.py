"""What a reader of a plan asks first: how full the sites are, and where the limits stand."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..algebra import Rows
from ..model.statement import Model
from .decode import USED, Array, rounded


def sites_of(m: Model, x: Array) -> list[dict[str, Any]]:
    """Open or used sites with their throughput over the horizon, capacity, and the fullest period's share."""
    n, v = m.network, m.variables
    out: list[dict[str, Any]] = []
    if not len(n.sites):
        return out
    periods = len(n.length)
    through = x[v.throughput.cols].reshape(len(n.sites), periods)
    capacity = n.sites.capacity[:, None] * n.length[None, :]
    for site in np.flatnonzero(x[v.open.cols] > 0.5):
        total = float((through[site] * n.repeats).sum())
        finite = bool(np.isfinite(capacity[site]).all())
        share = float((through[site] / np.maximum(capacity[site], 1e-12)).max()) if finite else None
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
    """Every bound of every limit: its value, its bounds, and whether it binds."""
    n, block = m.network, m.program.families.get("limits")
    if block is None:
        return []
    value = block.activity(x)
    out = []
    for i in range(len(block.rows)):
        limit = n.limits[int(block.rows.index.limit[i])]
        low, high = float(block.rows.lower[i]), float(block.rows.upper[i])
        shift = constant_of(m, block.rows, i)
        scale = max(1.0, abs(value[i]))
        at_least = bool(np.isfinite(low) and value[i] - low <= 1e-6 * scale)
        at_most = bool(np.isfinite(high) and high - value[i] <= 1e-6 * scale)
        out.append(
            {
                "limit": limit.name,
                "each": block.rows.index.labels["each"][i],
                "quantity": limit.rows[0].quantity,
                "value": rounded(float(value[i] + shift)),
                "least": limit.least if np.isfinite(limit.least) else None,
                "most": limit.most if np.isfinite(limit.most) else None,
                "binds": "both" if at_least and at_most else "least" if at_least else "most" if at_most else None,
            }
        )
    return out


def constant_of(m: Model, rows: Rows, i: int) -> float:
    """What a limit's quantities come to when every column is 0: its bounds stand without it in the program."""
    limit = m.network.limits[int(rows.index.limit[i])]
    return float(limit.least - rows.lower[i] if np.isfinite(limit.least) else limit.most - rows.upper[i])


def great_circles_of(m: Model, x: Array) -> list[dict[str, Any]]:
    """The rounded great circles on which the km of used lanes rest: irrational inputs, recorded as they were used."""
    n, v = m.network, m.variables
    rests = ~np.isnan(n.straight) if len(n.straight) else np.zeros(len(n.lanes), bool)
    used = np.flatnonzero((x[v.flow.cols] > 0) & rests)
    pairs = {(int(n.lanes.origin[i]), int(n.lanes.dest[i])): float(n.straight[i]) for i in used}
    place = n.labels["place"]
    return [{"origin": place[o], "dest": place[d], "km": km} for (o, d), km in pairs.items()]
