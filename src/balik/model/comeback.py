"""§5a What comes back: of what is handed over, a share returns to the same place some periods later."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms
from ..network.network import Network
from .statement import Variables, constraint


@constraint(
    r"q_{imt} + l_{imt} = A^+_{imt} + \sum_{m'\lambda} \sigma_{im'm\lambda}\, s_{im',t-\lambda}",
    unit="qty",
    source="Ramadhany et al., X_t ≤ DX_{t-1} + DX_{t-2}: what was sold comes back after a lag",
)
def comes_back(n: Network, v: Variables) -> Rows | None:
    """What may be collected, beside what waits, is a share of what was handed over there; the rest is left."""
    links = n.returns
    if not len(links):
        return None
    rows, at_row = np.unique(links.supply, return_inverse=True)
    at = Index(n.labels, **{d: getattr(n.supply, d)[rows] for d in ("place", "material", "period")})
    sold = Terms(at, at_row.ravel(), v.deliver.cols[links.demand], -links.share)
    return Terms.joined([at.take(v.collect), at.take(v.remaining), sold]).equals(n.supply.most[rows])
