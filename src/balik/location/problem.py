"""The arrays of a siting problem: candidates, customers, and what it costs to serve one from the other.

Capacitated facility location (CFLP) in the field's terms:

    min  Σ_j f_j y_j + Σ_ij c_ij x_ij
    s.t. Σ_j x_ij = d_i,  l_j y_j ≤ Σ_i x_ij ≤ s_j y_j,  x_ij ≤ min(d_i, s_j) y_j,  A y ≤ b,  y binary

where at most one candidate of a place is open (its candidates are sizes), and with single sourcing x_ij ∈ {0, d_i}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import BalikError
from ..words import Sentence, say

Array = np.ndarray

#: Most that the largest demand may be of the least, and that a plan may cost.
_APART, _MOST = 1e13, 1e26
#: States of a candidate.
CLOSED, FREE, OPEN = 0, 1, 2


class SitingError(BalikError):
    """Arrays that are no siting problem."""


@dataclass(frozen=True)
class Siting:
    """A siting problem with n candidates and m customers; raises SitingError where the arrays make none.

    `unit_cost` (n, m): money per unit of a customer's demand; inf where there is no lane. `demand` (m), `capacity` (n;
    inf for none), `fixed` (n): money of an open candidate. `state` (n): CLOSED, FREE or OPEN. `least` (n): least
    throughput when open. `place` (n): candidates with the same number are sizes of one place, of which at most one
    opens. `rows` (k, n) and `upper` (k): Σ rows·y ≤ upper, such as a count limit. `single`: each customer has one site.
    """

    unit_cost: Array
    demand: Array
    capacity: Array
    fixed: Array
    state: Array = field(default_factory=lambda: np.zeros(0, np.int8))
    least: Array = field(default_factory=lambda: np.zeros(0))
    place: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    rows: Array = field(default_factory=lambda: np.zeros((0, 0)))
    upper: Array = field(default_factory=lambda: np.zeros(0))
    single: bool = False

    def __post_init__(self) -> None:
        n, m = len(np.atleast_1d(self.fixed)), len(np.atleast_1d(self.demand))
        defaults = {
            "state": np.full(n, FREE, np.int8),
            "least": np.zeros(n),
            "place": np.arange(n),
            "rows": np.zeros((0, n)),
        }
        for name, kind in (("unit_cost", float), ("demand", float), ("capacity", float), ("fixed", float),
                           ("least", float), ("rows", float), ("upper", float), ("state", np.int8),
                           ("place", np.int64)):  # fmt: skip
            given = getattr(self, name)
            value = defaults[name] if not np.size(given) and name in defaults else given
            object.__setattr__(self, name, np.ascontiguousarray(value, dtype=kind))
        problem = _problem(self, n, m)
        if problem is not None:
            raise SitingError(problem)

    @property
    def n(self) -> int:
        """Number of candidates."""
        return len(self.fixed)

    @property
    def m(self) -> int:
        """Number of customers."""
        return len(self.demand)

    @property
    def total(self) -> float:
        """All demand."""
        return float(self.demand.sum())


def _problem(p: Siting, n: int, m: int) -> Sentence | None:
    """What is wrong with the arrays, if anything."""
    shapes = {"unit_cost": (n, m), "demand": (m,), "capacity": (n,), "fixed": (n,), "state": (n,), "least": (n,),
              "place": (n,), "rows": (len(p.upper), n)}  # fmt: skip
    numbers = ("unit_cost", "demand", "capacity", "fixed", "least", "rows", "upper")
    problem = array_problem(p, shapes, numbers, ("demand", "fixed", "least", "rows", "upper"), ("demand", "capacity", "least"))
    if problem is None and np.isneginf(p.unit_cost).any():
        return say("{name} must be finite.", name="unit_cost")
    return problem or _too_large(p)


def _too_large(p: Siting) -> Sentence | None:
    """Costs that floating point cannot add up."""
    highest = float(np.max(p.unit_cost, initial=0.0, where=p.unit_cost < np.inf))
    most = max(highest, -float(p.unit_cost.min())) * p.total + float(np.abs(p.fixed).sum())
    if not most < _MOST:
        return say("Costs of this size ({most:g}) are too large to be added.", most=most)
    return None


def array_problem(
    p: Any, shapes: dict[str, tuple[int, ...]], numbers: Sequence[str], finite: Sequence[str], positive: Sequence[str]
) -> Sentence | None:
    """What is wrong with the arrays of a problem with candidates and customers, if anything."""
    for name, shape in shapes.items():
        found = getattr(p, name).shape
        if found != shape:
            return say("{name} has the shape {found}; {shape} was expected.", name=name, found=found, shape=shape)
    if not len(p.fixed):
        return say("There is no candidate site.")
    if not len(p.demand):
        return say("There is no customer.")
    for name in numbers:
        if np.isnan(getattr(p, name)).any():
            return say("{name} holds a number that is none (NaN).", name=name)
    for name in finite:
        if np.isinf(getattr(p, name)).any():
            return say("{name} must be finite.", name=name)
    for name in positive:
        if (np.asarray(getattr(p, name)) < 0).any():
            return say("{name} must not be negative.", name=name)
    some = p.demand[p.demand > 0.0]
    if len(some) and some.max() > _APART * some.min():
        return say("demand holds {low:g} beside {high:g}: too far apart to be added.", low=some.min(), high=some.max())
    if not np.isin(p.state, (CLOSED, FREE, OPEN)).all():
        return say("state must be 0 (closed), 1 (free) or 2 (open).")
    return None
