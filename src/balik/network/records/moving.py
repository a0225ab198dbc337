"""What moves: lanes, vehicles, milk runs, fleets."""

from __future__ import annotations

from dataclasses import dataclass

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
