"""The sites of each customer in ascending order of cost: what all searches of this folder read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Lists:
    """min Σ_j f_j y_j + Σ_i min(u_i, min over open j of c_ij), low ≤ Σ_j y_j ≤ high.

    Customer i's sites are site[start[i]:start[i + 1]], in ascending order of `cost`; those that cost u_i or more are
    left out. `other` (m) is u, inf where the customer must be served; `fixed` (n) is f; `status` (n): CLOSED, FREE, OPEN.
    """

    start: Array
    site: Array
    cost: Array
    other: Array
    fixed: Array
    status: Array
    low: int
    high: int

    @property
    def n(self) -> int:
        """Number of sites."""
        return len(self.fixed)

    @property
    def m(self) -> int:
        """Number of customers."""
        return len(self.other)

    def value(self, open_: Array) -> float:
        """Cost of a set of open sites (n, bool); inf where a customer cannot be served."""
        return float(self.fixed[open_].sum() + self.nearest(open_)[1].sum())

    def nearest(self, open_: Array, but: Array | None = None) -> tuple[Array, Array]:
        """The cheapest open site of each customer (-1: left unserved) and what it costs; `but` (m): not these."""
        customer = np.repeat(np.arange(self.m), np.diff(self.start))
        fit = open_[self.site] if but is None else open_[self.site] & (self.site != but[customer])
        at = np.flatnonzero(fit)
        customer = customer[at]
        found, first = np.unique(customer, return_index=True)
        site, cost = np.full(self.m, -1), self.other.copy()
        site[found], cost[found] = self.site[at[first]], self.cost[at[first]]
        return site, cost

    def without(self, keep: Array) -> Lists:
        """Only these sites (n, bool), renumbered in order; the others are closed."""
        number = np.cumsum(keep) - 1
        mask = keep[self.site]
        count = np.concatenate([[0], np.cumsum(mask)])
        return Lists(
            count[self.start], number[self.site[mask]].astype(np.int32), self.cost[mask], self.other,
            self.fixed[keep], self.status[keep], self.low, self.high,
        )  # fmt: skip


def lists(cost: Array, other: Array, fixed: Array, status: Array, low: int, high: int) -> Lists:
    """Lists from a matrix (n, m) of costs; inf where there is no lane."""
    by_customer = np.ascontiguousarray(cost.T)
    order = np.argsort(by_customer, axis=1, kind="stable").astype(np.int32)
    ascending = np.take_along_axis(by_customer, order, axis=1)
    keep = (ascending < other[:, None]) & (status[order] != 0)
    start = np.concatenate([[0], np.cumsum(keep.sum(axis=1))])
    return Lists(start, order[keep], ascending[keep], other, fixed, status.astype(np.int8), low, high)
