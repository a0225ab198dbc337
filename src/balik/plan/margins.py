"""What each owner earns: a table of the plan, where places have owners."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from ..model.owners import owned, transfers
from ..model.statement import Model, Part
from .decode import Array, Columns, rounded


def margins_of(m: Model, x: Array) -> Columns:
    """Revenue, costs, transfer prices received and paid, and margin of every owner; the last is nobody."""
    n, v = m.network, m.variables
    if (n.owner < 0).all():
        return {}
    lines, moved = list(owned(n, v)), list(transfers(n, v))
    earned = _by_owner(m, (p for p in lines if p.account == "revenue"), x)
    spent = _by_owner(m, (p for p in lines if p.account != "revenue"), x)
    received, paid = _by_owner(m, moved[:1], x), _by_owner(m, moved[1:], x)
    out: Columns = {"owner": [*n.labels["owner"], ""]}
    for name, values in (("revenue", -earned), ("costs", spent), ("received", received), ("paid", -paid)):
        out[name] = [rounded(float(value)) for value in values]
    parts = zip(out["revenue"], out["costs"], out["received"], out["paid"], strict=True)
    out["margin"] = [rounded(got - cost + took - gave) for got, cost, took, gave in parts]
    idle = not any(out[name][-1] for name in ("revenue", "costs", "received", "paid"))
    return {name: values[:-1] if idle else values for name, values in out.items()}


def _by_owner(m: Model, parts: Iterable[Part], x: Array) -> Array:
    """Sums of lines by owner; nobody stands last."""
    found: list[list[float]] = [[] for _ in range(len(m.network.labels["owner"]) + 1)]
    for p in parts:
        values = p.constant + p.coef * x[p.cols]
        for code in np.unique(p.codes["owner"]).tolist():
            found[code].append(math.fsum(values[p.codes["owner"] == code].tolist()))
    return np.array([math.fsum(values) for values in found])
