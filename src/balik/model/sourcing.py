"""§9 Single sourcing: all of a material from an origin goes to one destination."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var
from ..network.network import Network
from .statement import Variables, constraint, variable

Array = np.ndarray


def _single(n: Network, v: Variables) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Columns under single sourcing: (columns, origin, dest, material, period, bound)."""
    materials = len(n.labels["material"])
    marked = np.unique(n.lanes.origin[n.lanes.single] * materials + n.lanes.material[n.lanes.single])
    out = []
    for name, table, bound in (("flow", n.lanes, v.bounds.lanes), ("haul", n.hauls, v.bounds.hauls)):
        on = np.flatnonzero(np.isin(table.origin * materials + table.material, marked))
        cols = getattr(v, name).cols[on]
        out.append((cols, table.origin[on], table.dest[on], table.material[on], table.period[on], bound[on]))
    return tuple(np.concatenate(c) for c in zip(*out, strict=True))  # type: ignore[return-value]


@variable(r"a_{ijm} \in \{0, 1\}", unit="1", source="single-source facility location (Holmberg et al. 1999)")
def assign(n: Network, v: Variables) -> Var | None:
    """Whether all of material m from i goes to j."""
    if not n.lanes.single.any():
        return None
    _, origin, dest, material, _, _ = _single(n, v)
    keys = {"origin": origin, "dest": dest, "material": material}
    return v.program.variable(
        "assign", Index.union(n.labels, ("origin", "dest", "material"), [keys]), upper=1.0, integer=True
    )


@constraint(r"\sum_{j} a_{ijm} \le 1", unit="1", source="single-source facility location")
def one_destination(n: Network, v: Variables) -> Rows | None:
    """An origin sends a material to one destination."""
    if not v.has("assign"):
        return None
    at = Index.union(n.labels, ("origin", "material"), [v.assign.codes])
    return at.sum(v.assign) <= 1.0


@constraint(r"\sum_{v} x_{ijmvt} \le U_{ijmt}\, a_{ijm}", unit="qty", source="single-source facility location")
def sourcing(n: Network, v: Variables) -> Rows | None:
    """Nothing goes to a destination that is not the one."""
    if not v.has("assign"):
        return None
    cols, origin, dest, material, period, bound = _single(n, v)
    keys = {"origin": origin, "dest": dest, "material": material, "period": period}
    at = Index.union(n.labels, ("origin", "dest", "material", "period"), [keys])
    row = at.locate(keys)
    together = np.bincount(row, bound, len(at))
    return Terms(at, row, cols, np.ones(len(cols))) - at.take(v.assign, together) <= 0.0


@constraint(r"a_{ijm} \le \sum_{s} y_{js}", unit="1", source="strong linking of assignments to open sites")
def assigned_open(n: Network, v: Variables) -> Rows | None:
    """Only a site that is open (and used) is assigned to."""
    if not v.has("assign"):
        return None
    on = np.flatnonzero(n.site_of[v.assign.dest] >= 0)
    if not len(on):
        return None
    at = Index(n.labels, **{d: c[on] for d, c in v.assign.codes.items()})
    if v.has("use"):
        return at.take(v.assign) - at.take(v.use, place=at.dest) <= 0.0
    rows = at.take(v.assign)
    for size in np.unique(n.sites.size):
        has = np.isin(at.dest, n.sites.place[n.sites.size == size])
        which = v.open.index.locate({"place": at.dest[has], "size": np.full(int(has.sum()), size)})
        rows = rows - Terms(at, np.flatnonzero(has), v.open.cols[which], np.ones(int(has.sum())))
    return rows <= 0.0
