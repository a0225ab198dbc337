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
    price: Array  # paid by the owner of dest to that of origin
    by_origin: Array  # bool: the owner of origin pays the transport, else that of dest
    least: Array
    most: Array
    single: Array
    full_rate: Array
    full_co2: Array
    payload: Array
    trip: Array  # position in Trips, -1: the vehicle is not counted
    back: Array  # position in Trips of the other way, on whose way back it may ride; -1: it may not
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
    base: Array  # place of the first stop
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
class Fleets:
    """Vehicles of a mode that stand at a base, in a period; money and hours per vehicle."""

    mode: Array
    base: Array
    period: Array
    available: Array
    fixed_cost: Array
    hours: Array
    drivers: Array
    row: Array

    def __len__(self) -> int:
        return len(self.mode)


@dataclass(frozen=True)
class Duties:
    """Trips of lanes (or of tours) that a fleet may make, and the hours of one such trip."""

    fleet: Array  # position in Fleets
    of: Array  # position in Trips (or in Rounds)
    hours: Array

    def __len__(self) -> int:
        return len(self.fleet)


@dataclass(frozen=True)
class Supply:
    """What waits to come back; `row` is -1 where only returns or offers make it so."""

    place: Array
    material: Array
    period: Array
    least: Array
    most: Array
    price: Array
    left_cost: Array
    row: Array
    follows: Array  # bool: what may be collected, beside `most`, follows from the plan

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
class Returns:
    """What comes back of what is handed over: one link for each row of demand and what it brings back later."""

    place: Array
    sold: Array  # material that is handed over
    material: Array  # material that comes back
    period: Array  # in which it is handed over
    due: Array  # period in which it comes back
    demand: Array  # position in Demand
    supply: Array  # position in Supply
    share: Array
    row: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Deposits:
    """Money taken on rows of demand, or paid back on rows of supply."""

    at: Array  # position in Demand or Supply
    material: Array
    amount: Array
    row: Array

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Offers:
    """Levels of what is asked for: one is chosen for each place and material, for the whole horizon."""

    place: Array
    material: Array
    level: Array
    price: Array
    amount: Array  # that may be collected in each period
    row: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Dropoff:
    """Ways in which people may bring what waits with them: the pairs within reach, period by period."""

    place: Array
    dest: Array
    material: Array
    period: Array
    km: Array
    amount: Array  # that all people of the place bring on this way
    giver: Array  # position in Supply of what waits
    taker: Array  # position in Supply of where it is brought
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
    lot: Array  # least activity when it runs, 0: none
    batch: Array  # activity is a multiple of it, 0: of none
    setup: Array  # position in Setups, -1: none
    row: Array

    def __len__(self) -> int:
        return len(self.process)


@dataclass(frozen=True)
class Setups:
    """What is paid in a period in which any of some processes runs at a place."""

    setup: Array
    place: Array
    period: Array
    process: Array  # -1: it is shared under a name
    cost: Array
    row: Array

    def __len__(self) -> int:
        return len(self.setup)


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
class Phases:
    """Sites that open and close over time, in every period: what holds there then.

    In `Sites` they bear no opening, closing or running cost, and the largest capacity and least of all periods.
    """

    site: Array  # position in Sites
    period: Array
    capacity: Array
    least: Array
    opening_cost: Array
    closing_cost: Array
    running_cost: Array
    residual: Array
    may_open: Array
    may_close: Array
    stood: Array  # bool: the site was open before the first period
    row: Array  # of phases, -1: none stands for this period

    def __len__(self) -> int:
        return len(self.site)


@dataclass(frozen=True)
class Modules:
    """What a site may be extended by: in every period where it is phased, else once, from the first period on."""

    site: Array  # position in Sites
    module: Array
    period: Array
    capacity: Array
    cost: Array
    running_cost: Array
    most: Array
    whole: Array
    row: Array

    def __len__(self) -> int:
        return len(self.site)


@dataclass(frozen=True)
class Resources:
    """How much of a resource is at hand, in a unit of time: at a site in one of its sizes, elsewhere outright."""

    place: Array
    resource: Array
    period: Array
    site: Array  # position in Sites, -1: the place is no site
    capacity: Array
    row: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Uses:
    """What one unit of activity of a run uses of a resource."""

    run: Array
    resource: Array
    rate: Array
    row: Array

    def __len__(self) -> int:
        return len(self.run)


@dataclass(frozen=True)
class Loads:
    """What one unit of a material uses of a resource where it arrives or is collected."""

    material: Array
    place: Array
    resource: Array
    rate: Array
    row: Array

    def __len__(self) -> int:
        return len(self.material)


@dataclass(frozen=True)
class Stores:
    """Where material is kept at the end of a period."""

    place: Array
    material: Array
    period: Array
    room: Array
    least: Array
    holding: Array
    start: Array  # in the first period only, else 0
    end: Array  # after the last period; nan: free
    row: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Market:
    """What is put on the market; periods before the plan are negative."""

    place: Array
    material: Array
    period: Array
    amount: Array
    row: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Coverage:
    """Pairs of a place with people and a place near enough to serve them."""

    place: Array
    site: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class LimitRow:
    """One row of a limit: coef × a quantity in a scope.

    `scope[column]`: codes that count; `each`: columns with one bound for every label; `once`: it is about single
    periods (one, or each), so that amounts are not multiplied by repeats. `lag`: the row is about so many periods
    before that of its label (its scope holds the earlier codes already; below 0: before the plan).
    """

    limit: int
    quantity: str
    coef: float
    scope: dict[str, Array]
    each: tuple[str, ...]
    row: int
    once: bool = False
    lag: int = 0


@dataclass(frozen=True)
class Measures:
    """Measures of the user's own: rows of rate × a quantity in a scope, added for each measure.

    `rows[k].limit` is the position of the measure of row k in `names`. The arrays hold one rate for each row and
    material that it may be about; for a quantity that is no amount of materials, one for each row.
    """

    names: list[str]
    units: list[str]
    rows: list[LimitRow]
    at: Array  # position in rows
    material: Array  # -1: none
    rate: Array

    def __len__(self) -> int:
        return len(self.at)

    def rows_of(self, name: str) -> list[LimitRow]:
        """Rows of a measure."""
        return [row for row in self.rows if self.names[row.limit] == name]


@dataclass(frozen=True)
class Limit:
    """A named limit with its bounds, in the unit of its quantity (or the unit given).

    `times`: by what the numbers in its cells are multiplied to be these bounds. `over`: rows below the line, by whose
    sum that of `rows` is divided; their amounts are counted in `over_unit`. `spread`: most by which the largest of its
    labels exceeds the smallest.
    """

    name: str
    least: float
    most: float
    unit: str
    rows: list[LimitRow]
    row: int
    times: float = 1.0
    spread: float = np.inf
    over: list[LimitRow] = field(default_factory=list)
    over_unit: str = ""

    @property
    def every_row(self) -> list[LimitRow]:
        """Rows above and below the line."""
        return [*self.rows, *self.over]


@dataclass(frozen=True)
class Charge:
    """Money on a quantity in a scope, booked in an account.

    `unit`: in what the amount is counted; `by`: mass or volume where amounts are counted so (blank: as they are);
    `sign`: -1 where what comes in is charged; `plain`: one rate for everything; `whole`: all pays the last rate.
    """

    name: str
    account: str
    scope: LimitRow
    unit: str
    by: str
    sign: float
    plain: bool
    whole: bool


@dataclass(frozen=True)
class Steps:
    """Steps of the charges: the rate of what lies between two amounts; `least` is the same in all steps of a charge."""

    charge: Array  # position among the charges
    start: Array
    end: Array
    rate: Array
    least: Array
    something: Array  # what is above 0 is at least this, where a least charge is due
    row: Array

    def __len__(self) -> int:
        return len(self.charge)


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
    stores: Stores
    resources: Resources
    uses: Uses
    loads: Loads
    market: Market
    coverage: Coverage
    people: Array  # who live at each place
    measures: Measures
    limits: list[Limit]
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
