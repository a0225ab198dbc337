"""What is settled of a siting problem before any search: states, whether it may have a plan, prices to start from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .answer import Answer, Status
from .first import cheapest_sites
from .problem import CLOSED, FREE, OPEN, Siting
from .watch import Watch

Array = np.ndarray


def first_state(p: Siting) -> Array:
    """States as given; closed are also other sizes of an open one, and what can never reach its least throughput."""
    state = p.state.copy()
    state[(state == FREE) & _starved(p)] = CLOSED
    taken = np.unique(p.place[state == OPEN])
    state[(state == FREE) & np.isin(p.place, taken)] = CLOSED
    return state


def _starved(p: Siting) -> Array:
    """Candidates whose least throughput is above their capacity, or above all demand."""
    return p.least > np.minimum(p.capacity, p.total) * (1.0 + 1e-9)


def is_hopeless(p: Siting) -> bool:
    """Whether capacity, lanes or least throughputs cannot do, whatever is opened."""
    if (_starved(p) & (p.state == OPEN)).any():
        return True
    on = p.state != CLOSED
    twice = len(np.unique(p.place[p.state == OPEN])) < int((p.state == OPEN).sum())
    if twice or not on.any() or not np.isfinite(p.unit_cost[on]).any(0).all():
        return True
    places, place = np.unique(p.place, return_inverse=True)
    most = np.zeros(len(places))
    np.maximum.at(most, place[on], np.minimum(p.capacity[on], p.total))
    return bool(most.sum() < p.total * (1.0 - 1e-12))


def first_prices(p: Siting) -> Array:
    """Prices per unit to start from: the second cheapest way to be served, with its share of the fixed cost."""
    share = np.where(
        p.capacity > 0, np.maximum(p.fixed, 0.0) / np.maximum(np.minimum(p.capacity, p.total), 1e-300), 0.0
    )
    on = p.state != CLOSED
    ways = p.unit_cost[on] + share[on, None]
    second = np.partition(ways, 1, axis=0)[1] if len(ways) > 1 else ways[0]
    return np.where(np.isfinite(second), second, ways.min(0))


def cut(p: Siting, at: Array, served: Array, state: Array) -> Siting:
    """The problem with these candidates and customers only."""
    whole = len(served) == p.m
    cost = p.unit_cost[at] if whole else p.unit_cost[np.ix_(at, served)]
    return replace(
        p, unit_cost=cost, demand=p.demand[served], capacity=p.capacity[at], fixed=p.fixed[at], state=state,
        least=p.least[at], place=p.place[at], rows=p.rows[:, at],
    )  # fmt: skip


def without_customers(p: Siting, watch: Watch, work: dict[str, int]) -> Answer:
    """Nothing to serve: only what must be open, or pays, opens."""
    p = replace(p, state=first_state(p))
    if (p.least[p.state == OPEN] > 0.0).any():
        return Answer("infeasible", None, None, np.inf, work)
    result = cheapest_sites(p, watch)
    if result.status == "stopped":
        return Answer("stopped", None, None, watch.bound, work)
    if result.x is None:
        return Answer("infeasible", None, None, np.inf, work)
    watch.news(result.objective, result.bound)
    status: Status = "optimal" if result.status == "optimal" else "feasible"
    bound = -np.inf if result.bound is None else result.bound
    return Answer(status, result.x > 0.5, result.objective, bound, work, flow=np.zeros((p.n, p.m)))
