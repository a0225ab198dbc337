"""Sites and customers as points; what a lane costs is computed where it is needed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...words import Sentence, say
from ..kernel import kernel
from ..problem import FREE, Siting, SitingError, array_problem

Array = np.ndarray

#: Mean radius of the Earth, km.
EARTH_KM = 6371.0088


@dataclass(frozen=True)
class Points:
    """A siting problem of n candidates and m customers in the plane or on the globe; SitingError where it is none.

    `site_xy` (n, 2), `customer_xy` (m, 2): kilometres, or with `globe` latitude and longitude in radians. A unit of
    demand costs `rate` (money per unit and km) × `detour` × the straight line (on the globe: the great circle).
    `demand`, `capacity`, `fixed` and `state` as in Siting.
    """

    site_xy: Array
    customer_xy: Array
    rate: float
    demand: Array
    capacity: Array
    fixed: Array
    state: Array = field(default_factory=lambda: np.zeros(0, np.int8))
    detour: float = 1.0
    globe: bool = False

    def __post_init__(self) -> None:
        n = len(np.atleast_1d(self.fixed))
        state = self.state if np.size(self.state) else np.full(n, FREE, np.int8)
        object.__setattr__(self, "state", np.ascontiguousarray(state, np.int8))
        for name in ("site_xy", "customer_xy", "demand", "capacity", "fixed"):
            object.__setattr__(self, name, np.ascontiguousarray(getattr(self, name), float))
        problem = _problem(self)
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

    @property
    def per_length(self) -> float:
        """Money per unit of demand and unit of length of `places`."""
        return float(self.rate * self.detour * (EARTH_KM if self.globe else 1.0))

    def places(self) -> tuple[Array, Array]:
        """Sites (3, n) and customers (3, m) in space: the plane, or the unit sphere."""
        return _space(self.site_xy, self.globe), _space(self.customer_xy, self.globe)

    def siting(self, at: Array, served: Array, state: Array) -> Siting:
        """The problem of these candidates and customers, with its matrix."""
        sites, customers = self.places()
        cost = np.empty((len(at), len(served)))
        matrix(sites, customers, at, served, self.per_length, self.globe, cost)
        return Siting(cost, self.demand[served], self.capacity[at], self.fixed[at], state)


def _problem(p: Points) -> Sentence | None:
    """What is wrong with the arrays, if anything."""
    n, m = len(np.atleast_1d(p.fixed)), len(np.atleast_1d(p.demand))
    shapes = {"site_xy": (n, 2), "customer_xy": (m, 2), "demand": (m,), "capacity": (n,), "fixed": (n,), "state": (n,)}
    finite = ("site_xy", "customer_xy", "rate", "detour", "demand", "fixed")
    problem = array_problem(p, shapes, (*finite, "capacity"), finite, ("rate", "detour", "demand", "capacity"))
    if problem is not None:
        return problem
    for name in ("site_xy", "customer_xy"):
        given = np.abs(getattr(p, name))
        if p.globe and ((given[:, 0] > np.pi / 2 + 1e-9).any() or (given[:, 1] > 2 * np.pi + 1e-9).any()):
            return say("{name} must hold latitude and longitude in radians.", name=name)
    return None


def _space(xy: Array, globe: bool) -> Array:
    out = np.zeros((3, len(xy)))
    if globe:
        latitude, longitude = xy[:, 0], xy[:, 1]
        out[:] = np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)
    else:
        out[:2] = xy.T
    return out


@kernel
def unit_cost(sites: Array, customers: Array, j: int, i: int, per_length: float, globe: bool) -> float:
    """Money per unit from site j to customer i."""
    x, y, z = sites[0, j] - customers[0, i], sites[1, j] - customers[1, i], sites[2, j] - customers[2, i]
    line = np.sqrt(x * x + y * y + z * z)
    if globe:  # the chord of an angle is 2 sin(angle / 2)
        line = 2.0 * np.arcsin(min(1.0, 0.5 * line))
    return float(per_length * line)


@kernel
def matrix(
    sites: Array, customers: Array, at: Array, served: Array, per_length: float, globe: bool, out: Array
) -> None:
    """Costs of these sites and customers."""
    for a in range(len(at)):
        for b in range(len(served)):
            out[a, b] = unit_cost(sites, customers, at[a], served[b], per_length, globe)
