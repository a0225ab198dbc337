"""What stands and happens at places: processes, sites, stores, resources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


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
    serves: Array
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
    safety: Array  # the safety stock of a service level; 0 without one
    holding: Array
    start: Array  # in the first period only, else 0
    end: Array  # after the last period; nan: free
    row: Array

    def __len__(self) -> int:
        return len(self.place)
