"""A first plan by a general solver, where rounding finds none: the compact model, with or without its costs.

Rows on sites, least throughputs and missing lanes can make it hard to find any plan, or leave none; a bound that grows
without end would show that too, but late.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Arrays
from ..engines import Options, Result, run_highs
from .problem import CLOSED, OPEN, Siting
from .watch import Watch

Array = np.ndarray

#: Numbers of a row up to this are nothing to HiGHS: what they could come to together is not asked for.
_PASSED_OVER = 1e-9


def any_plan(p: Siting, watch: Watch) -> Result:
    """Sites that can serve all customers, whatever they cost; `infeasible` where there are none."""
    flows = not np.isfinite(p.unit_cost[p.state != CLOSED]).all() or bool((p.least > 0.0).any())
    return _solved(_arrays(p, np.zeros(p.n), flows), watch)


def cheapest_sites(p: Siting, watch: Watch) -> Result:
    """Least fixed cost of sites, where there is nothing to serve."""
    return _solved(_arrays(p, p.fixed, False), watch)


def _solved(a: Arrays, watch: Watch) -> Result:
    limit = None if watch.time_limit is None else max(watch.left, 0.1)
    return run_highs(a, Options(watch.gap, limit, watch.seed, watch.threads, prices=False, stop=watch.stop))


def _arrays(p: Siting, cost: Array, flows: bool) -> Arrays:
    """Columns: sites, then shares of demand by lane where they are asked for. Rows: rows, places, all demand, then
    least and most of each site, and each customer."""
    places, place = np.unique(p.place, return_inverse=True)
    k, sites = len(p.upper) + len(places) + 1, np.arange(p.n)
    most = np.minimum(p.capacity, p.total)
    size = np.maximum(np.abs(p.rows).max(1, initial=0.0), 1e-300)  # the rows of sites in a scale that HiGHS takes
    dense = np.vstack([p.rows / size[:, None], np.arange(len(places))[:, None] == place, most / max(p.total, 1e-300)])
    row, column = (x.astype(np.int64) for x in np.nonzero(dense))
    entries = [(row, column, dense[row, column])]
    lower = [np.full(k - 1, -np.inf), np.full(1, 1.0 - _PASSED_OVER * (p.n + 1) if p.total > 0.0 else 0.0)]
    upper = [np.where(np.any(p.rows, 1), p.upper / size, p.upper), np.ones(len(places)), np.full(1, np.inf)]
    lanes = 0
    if flows:
        site, customer = np.nonzero(np.isfinite(p.unit_cost) & (p.state != CLOSED)[:, None])
        lanes, at, amount = len(site), p.n + np.arange(len(site)), p.demand[customer]
        least = np.minimum(p.least, most)
        full, owed = (np.where(x > 0.0, x, p.total) for x in (most, least))  # each row in the scale of its site
        entries += [
            (k + site, at, amount / full[site]), (k + sites, sites, -most / full),
            (k + p.n + site, at, amount / owed[site]), (k + p.n + sites, sites, -least / owed),
            (k + 2 * p.n + customer, at, np.ones(lanes)),
        ]  # fmt: skip
        lower += [np.full(p.n, -np.inf), np.full(p.n, -_PASSED_OVER * p.m), np.ones(p.m)]
        upper += [np.zeros(p.n), np.full(p.n, np.inf), np.ones(p.m)]
    r, c, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    order = np.lexsort((r, c))
    start = np.concatenate([[0], np.cumsum(np.bincount(c, minlength=p.n + lanes))])
    state = np.concatenate([p.state, np.zeros(lanes, np.int8)])
    return Arrays(
        np.concatenate([cost, np.zeros(lanes)]), 0.0, np.where(state == OPEN, 1.0, 0.0),
        np.where((state != CLOSED) | (np.arange(len(state)) >= p.n), 1.0, 0.0), np.arange(len(state)) < p.n,
        np.concatenate(lower), np.concatenate(upper), start.astype(np.int32), r[order].astype(np.int32), value[order],
    )  # fmt: skip
