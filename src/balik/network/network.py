"""The frozen network of arrays: what the statements of the model are written on.

Codes are positions in `labels[dimension]`; in the dimension `mode`, code 0 is "no vehicle". All amounts are per
period, rates are money (or kg CO2e) per unit of the amount. `row` arrays lead back to the rows of the tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .records.chances import Chances, Varying, Waits
from .records.counting import Charge, Goals, Limit, LimitRow, Measures, Steps
from .records.ends import Coverage, Demand, Deposits, Dropoff, Market, Offers, Returns, Supply
from .records.moving import Aboard, Duties, Fleets, Hauls, Lanes, Legs, Rounds, Trips
from .records.places import (
    CANDIDATE,
    CLOSED,
    EXISTING,
    OPEN,
    Loads,
    Modules,
    Phases,
    Recipe,
    Resources,
    Runs,
    Setups,
    Sites,
    Stores,
    Uses,
)

__all__ = [
    "CANDIDATE",
    "CLOSED",
    "EXISTING",
    "OPEN",
    "Aboard",
    "Array",
    "Chances",
    "Charge",
    "Coverage",
    "Demand",
    "Deposits",
    "Dropoff",
    "Duties",
    "Fleets",
    "Goals",
    "Hauls",
    "Lanes",
    "Legs",
    "Limit",
    "LimitRow",
    "Loads",
    "Market",
    "Measures",
    "Modules",
    "Network",
    "Offers",
    "Phases",
    "Recipe",
    "Resources",
    "Returns",
    "Rounds",
    "Runs",
    "Setups",
    "Sites",
    "Steps",
    "Stores",
    "Supply",
    "Trips",
    "Uses",
    "Varying",
    "Waits",
]

Array = np.ndarray


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
    fleets: Fleets
    duties: Duties  # on lanes
    tour_duties: Duties
    supply: Supply
    demand: Demand
    returns: Returns
    taken: Deposits  # on what is handed over
    paid: Deposits  # on what is collected
    offers: Offers
    dropoff: Dropoff
    runs: Runs
    recipe: Recipe
    setups: Setups
    sites: Sites
    phases: Phases
    modules: Modules
    chances: Chances
    varying: Varying
    waits: Waits
    stores: Stores
    resources: Resources
    uses: Uses
    loads: Loads
    market: Market
    coverage: Coverage
    people: Array  # who live at each place
    measures: Measures
    limits: list[Limit]
    goals: Goals
    charges: list[Charge]
    steps: Steps
    weights: dict[str, float]
    length: Array  # of each period, in units of the case's period
    repeats: Array
    money_times: Array  # by what recurring money of each period counts: repeats, or discount factors
    one_off_times: float  # by what opening and closing money counts
    one_off_at: Array  # the same, where it is paid when a period begins
    end_times: float  # the same, where it is paid when the last period ends
    mass: Array  # kg in one unit of each material, nan: unknown
    volume: Array  # m3 in one unit of each material, nan: unknown
    unit: list[str]  # unit of each material
    site_weight: Array  # [site place, material] → what one unit counts against the capacity
    resource_unit: list[str]  # of each resource
    site_unit: list[str]  # unit of the capacity of each place of sites
    site_of: Array  # place → position among the distinct site places, -1
    kind: Array  # kind code of each place, -1
    owner: Array  # owner code of each place, -1: nobody
    group_places: dict[str, Array]
    dropped: int = 0  # lanes between kinds that within and nearest dropped
    straight: Array = field(default_factory=lambda: np.zeros(0))  # great circle that a lane's km rests on, nan: given

    @property
    def counted_rows(self) -> list[LimitRow]:
        """Rows of the limits and of the goals."""
        return [row for limit in (*self.limits, *self.goals.limits) for row in limit.every_row]

    @property
    def phased(self) -> Array:
        """Which sites (a place in a size) open and close over time."""
        out = np.zeros(len(self.sites), bool)
        out[self.phases.site] = True
        return out

    @property
    def site_room(self) -> Array:
        """The largest capacity that each site can ever have in a unit of time, with all its modules."""
        added = np.zeros((len(self.sites), len(self.length)))
        np.add.at(added, (self.modules.site, self.modules.period), self.modules.capacity * self.modules.most)
        return np.asarray(self.sites.capacity + added.max(axis=1, initial=0.0))

    @property
    def site_places(self) -> Array:
        """Distinct places of sites, in order."""
        return np.flatnonzero(self.site_of >= 0)
