"""Where material comes from and goes to: supply, demand, what comes back, offers, the market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


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
    asked: Array  # all places with people; those without a pair are never served

    def __len__(self) -> int:
        return len(self.place)
