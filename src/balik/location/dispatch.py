"""Which search suits a siting problem; compiled kernels are loaded only here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .answer import Answer
from .echelons.problem import TwoEchelon
from .problem import CLOSED, OPEN, Siting
from .watch import Watch

Search = Callable[[Any, Watch], Answer]


def search_for(p: Siting | TwoEchelon) -> Search:
    """Two echelons, uncapacitated siting and p-medians, single sourcing, or capacitated siting.

    Raises ImportError without numba.
    """
    if isinstance(p, TwoEchelon):
        from .echelons.solve import solve_two_echelon

        return solve_two_echelon
    if is_uncapacitated(p):
        return _uncapacitated
    if p.single:
        from .single import solve_single

        return solve_single
    from .solve import solve_siting

    return solve_siting


def is_uncapacitated(p: Siting) -> bool:
    """Whether any open site serves all, and at most a number of sites that cost nothing to open is limited."""
    on = p.state != CLOSED
    some = p.total > 0.0  # with nothing to serve, not even one site need open
    free = bool(some and (p.capacity[on] >= p.total).all() and not p.least.any() and len(np.unique(p.place)) == p.n)
    if not free or not len(p.upper):
        return free
    counted = p.rows[0, on] == 1.0
    others_open = bool((p.state[on][~counted] == OPEN).all() and not p.rows[0, on][~counted].any())
    return len(p.upper) == 1 and others_open and p.upper[0] >= 1.0 and not p.fixed[on].any()


def _uncapacitated(p: Siting, watch: Watch) -> Answer:
    """The p-median of a problem in which a limited number of sites may open, else as many as pay."""
    from .spatial import p_median

    count = None
    if len(p.upper):  # another open site never costs more: all that may open do
        on = p.state != CLOSED
        count = min(int(p.upper[0] + 1e-9) + int((p.rows[0, on] == 0.0).sum()), int(on.sum()))
    served = p.demand > 0.0
    cost = np.where(served, p.unit_cost * np.where(served, p.demand, 1.0), 0.0)
    return p_median(cost, count, watch, p.state, p.fixed)


def load(like: Siting | TwoEchelon) -> None:
    """Solve a small problem of the same kind, which loads the kernels, or compiles them (about half a minute) where no
    run on this machine has done so yet: the clock of a search then runs for the search alone.
    """
    small = _two_echelons() if isinstance(like, TwoEchelon) else _one_echelon(like)
    search_for(small)(small, Watch(threads=1, certify=True))  # notes have kernels of their own


def _one_echelon(like: Siting) -> Siting:
    g = np.random.default_rng(0)
    n, m = 10, 24
    demand, capacity = g.integers(5, 36, m).astype(float), g.integers(60, 200, n).astype(float)
    fixed = 90.0 * np.sqrt(capacity)
    cost = 10.0 * np.hypot(*(g.random((2, n, 1)) - g.random((2, 1, m))))
    room = np.full(n, np.inf) if is_uncapacitated(like) else capacity
    return Siting(cost, demand, room, fixed, single=like.single)


def _two_echelons() -> TwoEchelon:
    g = np.random.default_rng(0)
    plants, depots, customers, materials = 4, 8, 16, 2  # enough that the root does not end it
    demand = g.integers(5, 36, (customers, materials)).astype(float)
    first, second = (g.uniform(1.0, 9.0, shape) for shape in ((materials, plants, depots), (materials, depots, customers)))
    room, through = (np.ceil(demand.sum(0) * g.uniform(0.4, 0.9, (n, materials))) for n in (plants, depots))
    return TwoEchelon(first, second, room, through, np.full(plants, 900.0), np.full(depots, 300.0), demand)
