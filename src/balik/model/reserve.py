"""§7a Reserve: the least that must be in stock."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms
from ..network.network import Array, Network
from .standing import open_at
from .statement import Variables, constraint


@constraint(
    r"k_{imt} \ge V^-_{imt} \sum_{s} y_{is}",
    unit="qty",
    source="Masudin et al. 2019: end stock ≥ safety stock; ours: of a site that is open",
)
def reserve(n: Network, v: Variables) -> Rows | None:
    """At the end of a period there is at least the reserve in stock; at a site, while it is open."""
    return _kept(n, v, n.stores.least)


@constraint(
    r"k_{imt} \ge z(\zeta_{imt})\, \hat\sigma_{imt} \sqrt{\Lambda_{imt}} \sum_{s} y_{is}",
    unit="qty",
    source="Silver, Pyke and Peterson 1998, ch. 7: z σ √L; ours: rounded up at 6 decimals",
)
def safety(n: Network, v: Variables) -> Rows | None:
    """At the end of a period there is at least the safety stock of the service level; at a site, while it is open."""
    return _kept(n, v, n.stores.safety)


def _kept(n: Network, v: Variables, least: Array) -> Rows | None:
    """Stock is at least so much, where the end does not say exactly how much."""
    on = np.flatnonzero((least > 0) & np.isnan(n.stores.end))
    if not len(on):
        return None
    at = Index(n.labels, place=n.stores.place[on], material=n.stores.material[on], period=n.stores.period[on])
    least, site = least[on], n.site_of[n.stores.place[on]] >= 0
    row, which = np.nonzero(at.place[:, None] == n.sites.place[None, :])  # the sizes of each place
    switch = Terms(at, row, open_at(n, v, which, at.period[row]), -least[row])
    return Terms.joined([at.take(v.stock), switch]) >= np.where(site, 0.0, least)
