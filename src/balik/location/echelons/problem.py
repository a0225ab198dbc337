"""The arrays of a siting problem with two echelons of sites and several materials."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...words import Sentence, say
from ..problem import CLOSED, FREE, OPEN, Array, SitingError


@dataclass(frozen=True)
class TwoEchelon:
    """Plants i, depots j, customers k, materials l; raises SitingError where the arrays make no such problem.

        min  Σ_i f_i z_i + Σ_j g_j y_j + Σ_lij c_lij u_lij + Σ_ljk d_ljk x_ljk
        s.t. Σ_j x_ljk = D_kl,   Σ_k x_ljk = ρ_l Σ_i u_lij,
             Σ_j u_lij ≤ P_il z_i,   Σ_k x_ljk ≤ Q_jl y_j,   z, y binary, u, x ≥ 0
             M_i z_i ≤ Σ_lj v_il u_lij ≤ R_i z_i,   N_j y_j ≤ Σ_lk w_jl x_ljk ≤ S_j y_j

    Read backwards the same arrays are a reverse network: customers hold used things (D), depots are the collection
    points that take them in (x), plants the recyclers to which they are passed on (u); P, Q are what these can take.

    `plant_cost` c (materials, plants, depots) and `customer_cost` d (materials, depots, customers): money per unit.
    `demand` (customers, materials), `plant_capacity` (plants, materials), `depot_capacity` (depots, materials; counted
    on the customers' side): units; inf for no limit. `plant_fixed`, `depot_fixed`: money of an open site. `output`
    (materials): units on the customers' side per unit on the plants' side, such as 1/0.9 where a tenth is lost on the
    way from customer to plant. `plant_state`, `depot_state`: CLOSED, FREE or OPEN.

    `plant_room` R, `depot_room` S: what a site holds of all materials together, inf for no limit, of which a unit of a
    material takes `plant_weight` v (plants, materials) or `depot_weight` w (depots, materials). `plant_least` M,
    `depot_least` N: what an open site takes in at least, counted so; finite. `plant_place`,
    `depot_place`: candidates of an echelon with the same number are sizes of one place, of which at most one opens.
    `least_open` (2) plants and depots at least, `most_open` (3) plants, depots, and both together at most; inf: no limit.
    """

    plant_cost: Array
    customer_cost: Array
    plant_capacity: Array
    depot_capacity: Array
    plant_fixed: Array
    depot_fixed: Array
    demand: Array
    output: Array = field(default_factory=lambda: np.zeros(0))
    plant_state: Array = field(default_factory=lambda: np.zeros(0, np.int8))
    depot_state: Array = field(default_factory=lambda: np.zeros(0, np.int8))
    plant_room: Array = field(default_factory=lambda: np.zeros(0))
    depot_room: Array = field(default_factory=lambda: np.zeros(0))
    plant_weight: Array = field(default_factory=lambda: np.zeros(0))
    depot_weight: Array = field(default_factory=lambda: np.zeros(0))
    plant_place: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    depot_place: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    least_open: Array = field(default_factory=lambda: np.zeros(0))
    most_open: Array = field(default_factory=lambda: np.zeros(0))
    plant_least: Array = field(default_factory=lambda: np.zeros(0))
    depot_least: Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        plants, depots = np.size(self.plant_fixed), np.size(self.depot_fixed)
        materials = np.shape(self.demand)[1] if np.ndim(self.demand) == 2 else 0
        absent = {
            "output": np.ones(materials),
            "plant_state": np.full(plants, FREE, np.int8),
            "depot_state": np.full(depots, FREE, np.int8),
            "plant_room": np.full(plants, np.inf),
            "depot_room": np.full(depots, np.inf),
            "plant_weight": np.ones((plants, materials)),
            "depot_weight": np.ones((depots, materials)),
            "plant_place": np.arange(plants),
            "depot_place": np.arange(depots),
            "least_open": np.zeros(2),
            "most_open": np.full(3, np.inf),
            "plant_least": np.zeros(plants),
            "depot_least": np.zeros(depots),
        }
        for name in self.__dataclass_fields__:
            given = getattr(self, name)
            value = absent[name] if name in absent and not np.size(given) else given
            kind = np.int8 if name.endswith("state") else np.int64 if name.endswith("place") else np.float64
            object.__setattr__(self, name, np.ascontiguousarray(value, dtype=kind))
        problem = _problem(self)
        if problem is not None:
            raise SitingError(problem)

    @property
    def plants(self) -> int:
        """Number of plants."""
        return len(self.plant_fixed)

    @property
    def depots(self) -> int:
        """Number of depots."""
        return len(self.depot_fixed)

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.demand)

    @property
    def materials(self) -> int:
        """Number of materials."""
        return self.demand.shape[1]

    @property
    def fixed(self) -> Array:
        """Money of an open site, plants first."""
        return np.concatenate([self.plant_fixed, self.depot_fixed])

    @property
    def state(self) -> Array:
        """States of the sites, plants first."""
        return np.concatenate([self.plant_state, self.depot_state])

    @property
    def place(self) -> Array:
        """By site, plants first: the first site of its place."""
        first = [np.unique(a, return_index=True, return_inverse=True)[1:] for a in (self.plant_place, self.depot_place)]
        return np.concatenate([at[of.ravel()] + begin for (at, of), begin in zip(first, (0, self.plants), strict=True)])

    @property
    def shared(self) -> bool:
        """Whether materials share what a site holds."""
        return bool(np.isfinite(self.plant_room).any() or np.isfinite(self.depot_room).any())

    @property
    def has_least(self) -> bool:
        """Whether any site takes in a least."""
        return bool(self.plant_least.any() or self.depot_least.any())

    @property
    def plain(self) -> bool:
        """Whether no site has several sizes, room is not shared, no site has a least, and any number of them may open."""
        alone = len(np.unique(self.place)) == self.plants + self.depots and not self.has_least
        return alone and not self.shared and not self.least_open.any() and bool(np.isinf(self.most_open).all())


def _problem(p: TwoEchelon) -> Sentence | None:
    """What is wrong with the arrays, if anything."""
    if p.demand.ndim != 2 or 0 in p.demand.shape:
        return say("There is no customer.")
    if p.plant_fixed.size == 0 or p.depot_fixed.size == 0:
        return say("There is no candidate site.")
    i, j, k, n = p.plants, p.depots, p.customers, p.materials
    shapes = {
        "plant_cost": (n, i, j), "customer_cost": (n, j, k), "plant_capacity": (i, n), "depot_capacity": (j, n),
        "plant_fixed": (i,), "depot_fixed": (j,), "output": (n,), "plant_state": (i,), "depot_state": (j,),
        "plant_room": (i,), "depot_room": (j,), "plant_weight": (i, n), "depot_weight": (j, n), "plant_place": (i,),
        "depot_place": (j,), "least_open": (2,), "most_open": (3,), "plant_least": (i,), "depot_least": (j,),
    }  # fmt: skip
    for name, shape in shapes.items():
        found = getattr(p, name).shape
        if found != shape:
            return say("{name} has the shape {found}; {shape} was expected.", name=name, found=found, shape=shape)
    for name in shapes | {"demand": ()}:
        values = getattr(p, name)
        if np.isnan(values).any():
            return say("{name} holds a number that is none (NaN).", name=name)
        if np.isinf(values).any() and not name.endswith(("capacity", "room", "most_open")):
            return say("{name} must be finite.", name=name)
        if (values < 0).any() and not name.endswith(("fixed", "cost", "place")):
            return say("{name} must not be negative.", name=name)
    if not (p.output > 0).all():
        return say("output must be positive.")
    if not np.isin(p.state, (CLOSED, FREE, OPEN)).all():
        return say("state must be 0 (closed), 1 (free) or 2 (open).")
    return None
