"""The frozen network of arrays: what the statements of the model are written on.

Codes are positions in `labels[dimension]`; in the dimension `mode`, code 0 is "no vehicle". All amounts are per
period, rates are money (or kg CO2e) per unit of the amount. `row` arrays lead back to the rows of the tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Lanes:
    """What may move where: one lane for each origin, dest, material, mode and period."""

    origin: Array
    dest: Array
    material: Array
    mode: Array
    period: Array
    km: Array  # nan: unknown
    fill: Array
    fee: Array
    least: Array
    most: Array
    single: Array
    full_rate: Array
    full_co2: Array
    payload: Array
    trip: Array  # position in Trips, -1: the vehicle is not counted
    row: Array

    def __len__(self) -> int:
        return len(self.origin)


@dataclass(frozen=True)
class Trips:
    """Vehicles between two places: shared by the materials of the lanes that name them."""

    origin: Array
    dest: Array
    mode: Array
    period: Array
    km: Array
    room: Array
    loaded_rate: Array
    empty_rate: Array
    trip_cost: Array
    loaded_co2: Array
    empty_co2: Array
    whole: Array

    def __len__(self) -> int:
        return len(self.origin)


@dataclass(frozen=True)
class Rounds:
    """Milk runs in each period."""

    tour: Array
    period: Array
    trip_cost: Array
    whole: Array

    def __len__(self) -> int:
        return len(self.tour)


@dataclass(frozen=True)
class Legs:
    """Legs of the milk runs: the way into `stop`, in a period."""

    tour: Array
    stop: Array
    period: Array
    round: Array  # position in Rounds
    mode: Array
    km: Array
    room: Array
    loaded_rate: Array
    empty_rate: Array
    loaded_co2: Array
    empty_co2: Array
    floor: Array  # bool: never pays less than the same leg empty
    first: Array  # bool: the leg out of stop 1, always empty

    def __len__(self) -> int:
        return len(self.tour)


@dataclass(frozen=True)
class Hauls:
    """What a milk run carries: loaded at stop `stop`, unloaded at stop `to`, by material and period."""

    tour: Array
    stop: Array
    to: Array
    origin: Array
    dest: Array
    material: Array
    mode: Array
    period: Array
    payload: Array
    fill: Array
    round: Array  # position in Rounds
    km: Array  # of the legs between the stops

    def __len__(self) -> int:
        return len(self.tour)


@dataclass(frozen=True)
class Aboard:
    """Which hauls are aboard on which legs, and the rate that they pay there."""

    haul: Array
    leg: Array
    full_rate: Array
    full_co2: Array
    payload: Array

    def __len__(self) -> int:
        return len(self.haul)


@dataclass(frozen=True)
class Supply:
    """What waits to come back."""

    place: Array
    material: Array
    period: Array
    least: Array
    most: Array
    price: Array
    left_cost: Array
    row: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Demand:
    """What is handed over, sold or accepted."""

    place: Array
    material: Array
    period: Array
    least: Array
    most: Array
    price: Array
    shortage_cost: Array  # nan: shortage is forbidden
    row: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Runs:
    """Processes where and when they may run; money, most, co2 and jobs per unit of activity."""

    process: Array
    place: Array
    period: Array
    cost: Array
    most: Array
    co2: Array
    jobs: Array
    per: Array  # quantity of the material that `per` names, in one unit of activity
    counted: Array  # that material, -1: activity itself is counted
    account: Array
    row: Array

    def __len__(self) -> int:
        return len(self.process)


@dataclass(frozen=True)
class Recipe:
    """Materials of every run: negative rate used, positive made."""

    run: Array
    process: Array
    place: Array
    material: Array
    period: Array
    rate: Array

    def __len__(self) -> int:
        return len(self.run)


@dataclass(frozen=True)
class Sites:
    """Places that do nothing unless they are open, in each of their sizes."""

    place: Array
    size: Array
    capacity: Array
    least: Array
    opening_cost: Array
    running_cost: Array
    unit_cost: Array
    closing_cost: Array
    status: Array  # 0 candidate, 1 open, 2 closed, 3 existing
    starts: Array  # bool: stock stands there before the first period
    row: Array

    def __len__(self) -> int:
        return len(self.place)


CANDIDATE, OPEN, CLOSED, EXISTING = range(4)


@dataclass(frozen=True)
class Stores:
    """Where material is kept at the end of a period."""

    place: Array
    material: Array
    period: Array
    room: Array
    holding: Array
    start: Array  # in the first period only, else 0
    end: Array  # after the last period; nan: free
    row: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class LimitRow:
    """One row of a limit: coef × a quantity in a scope.

    `scope[column]`: codes that count; `each`: columns with one bound for every label; `once`: it is about single
    periods (one, or each), so that amounts are not multiplied by repeats.
    """

    limit: int
    quantity: str
    coef: float
    scope: dict[str, Array]
    each: tuple[str, ...]
    row: int
    once: bool = False


@dataclass(frozen=True)
class Limit:
    """A named limit with its bounds, in the unit of its quantity (or the unit given).

    `times`: by what the numbers in its cells are multiplied to be these bounds.
    """

    name: str
    least: float
    most: float
    unit: str
    rows: list[LimitRow]
    row: int
    times: float = 1.0


@dataclass(frozen=True)
class Network:
    """A case as arrays; see the classes above."""

    labels: dict[str, list[str]]
    lanes: Lanes
    trips: Trips
    rounds: Rounds
    legs: Legs
    hauls: Hauls
    aboard: Aboard
    supply: Supply
    demand: Demand
    runs: Runs
    recipe: Recipe
    sites: Sites
    stores: Stores
    limits: list[Limit]
    weights: dict[str, float]
    length: Array  # of each period, in units of the case's period
    repeats: Array
    money_times: Array  # by what recurring money of each period counts: repeats, or discount factors
    one_off_times: float  # by what opening and closing money counts
    mass: Array  # kg in one unit of each material, nan: unknown
    volume: Array  # m3 in one unit of each material, nan: unknown
    unit: list[str]  # unit of each material
    site_weight: Array  # [site place, material] → what one unit counts against the capacity
    site_unit: list[str]  # unit of the capacity of each place of sites
    site_of: Array  # place → position among the distinct site places, -1
    kind: Array  # kind code of each place, -1
    group_places: dict[str, Array]
    dropped: int = 0  # lanes between kinds that within and nearest dropped
    straight: Array = field(default_factory=lambda: np.zeros(0))  # great circle that a lane's km rests on, nan: given

    @property
    def site_places(self) -> Array:
        """Distinct places of sites, in order."""
        return np.flatnonzero(self.site_of >= 0)
