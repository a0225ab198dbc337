"""§10a Targets: the people who live near enough to an open site.

Rates of collection and recovery are limits with rows below the line; what is put on the market is data.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Var, View, pairs
from ..network.network import Network
from .standing import open_sometime
from .statement import Variables, constraint, variable


@variable(r"0 \le w_i \le 1", unit="1", source="Church and ReVelle 1974, maximal covering")
def covered(n: Network, v: Variables) -> Var | None:
    """Whether the people of place i are served: 1 where an open site is near enough."""
    if not len(n.coverage.asked) or not _is_asked(n):
        return None
    place = n.coverage.asked
    always = np.isin(place, n.coverage.place[n.site_of[n.coverage.site] < 0])  # what is no site is always there
    near = np.isin(place, n.coverage.place)  # whoever lives near no place is never served
    index = Index(n.labels, place=place)
    return v.program.variable("covered", index, lower=always.astype(float), upper=near.astype(float))


def _is_asked(n: Network) -> bool:
    rows = (*n.counted_rows, *n.measures.rows)
    return "covered" in n.weights or any(row.quantity == "covered" for row in rows)


@constraint(r"w_i \le \sum_{j:\, d_{ij} \le r_{ij}} \sum_s y_{js}", unit="1", source="Church and ReVelle 1974, eq. (2)")
def served(n: Network, v: Variables) -> Rows | None:
    """People are served only by a site that is open and near enough."""
    found = _choices(n, v)
    if found is None:
        return None
    pair, cols = found
    at = Index(n.labels, place=np.unique(n.coverage.place[pair]))
    sites = at.sum(View(cols, {"place": n.coverage.place[pair]}))
    return at.take(v.covered) - sites <= 0.0


@constraint(r"w_i \ge \sum_s y_{js} \ (d_{ij} \le r_{ij})", unit="1", source="ours: exact under every objective")
def serving(n: Network, v: Variables) -> Rows | None:
    """An open site serves all who are near enough."""
    found = _choices(n, v)
    if found is None:
        return None
    pair, cols = found
    at = Index(n.labels, place=n.coverage.place[np.unique(pair)], site=n.coverage.site[np.unique(pair)])
    codes = {"place": n.coverage.place[pair], "site": n.coverage.site[pair]}
    return at.take(v.covered) - at.sum(View(cols, codes)) >= 0.0


def _choices(n: Network, v: Variables) -> tuple[np.ndarray, np.ndarray] | None:
    """Pairs whose place is not served anyway, with the columns that say whether their site is open, at some time."""
    if not v.has("covered"):
        return None
    free = v.covered.lower == 0
    near = np.flatnonzero(np.isin(n.coverage.place, v.covered.index.place[free]))
    at, site = pairs(n.coverage.site[near], n.sites.place)
    if not len(at):
        return None
    cols, counts = open_sometime(n, v, site)
    return near[at[counts]], cols[counts]
