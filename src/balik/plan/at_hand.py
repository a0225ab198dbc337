"""How much of each resource a plan uses, beside what is at hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.resources import VARIABLES
from ..model.standing import open_at
from ..model.statement import Model
from ..network.expand import ravel
from ..network.resources import used_at
from .decode import Array, rounded


def resources_of(m: Model, x: Array) -> list[dict[str, Any]]:
    """Every resource of a place and period that is at hand or used: its use, its capacity (None: without end)."""
    n, v, r = m.network, m.variables, m.network.resources
    if not len(r):
        return []
    dims = ("place", "resource", "period")
    sizes = [len(n.labels[d]) for d in dims]
    here = ravel([getattr(r, d) for d in dims], sizes)
    used, capacity = np.zeros(int(np.prod(sizes))), np.zeros(int(np.prod(sizes)))
    for which, key, _, rate, _, table in used_at(n):
        np.add.at(used, key, rate * x[getattr(v, VARIABLES[table]).cols[which]])
    there = r.site < 0
    there[~there] = x[open_at(n, v, r.site[~there], r.period[~there])] > 0.5
    np.add.at(capacity, here[there], r.capacity[there] * n.length[r.period[there]])
    out = []
    for key in np.unique(here[there | (np.abs(used[here]) > 1e-9)]).tolist():
        place, resource, period = key // (sizes[1] * sizes[2]), key // sizes[2] % sizes[1], key % sizes[2]
        most = float(capacity[key]) if np.isfinite(capacity[key]) else None
        out.append(
            {
                "place": n.labels["place"][place],
                "resource": n.labels["resource"][resource],
                "period": n.labels["period"][period],
                "used": rounded(float(used[key])),
                "capacity": most if most is None else rounded(most),
                "share": round(float(used[key]) / most, 6) if most else None,
                "unit": n.resource_unit[resource],
            }
        )
    return out
