"""Records of what holds with a probability: capacities, what varies, and waits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Chances:
    """Places of `sites` whose capacity must do with a probability."""

    place: Array
    level: Array  # the probability for the place alone; its share of a joint one
    quantile: Array  # how many standard deviations that are
    row: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Varying:
    """Supply that varies as a normal variable and may come to such a place: its standard deviation.

    `tie[variable, variable]`: correlations. Rows of one variable move as one.
    """

    place: Array
    material: Array
    period: Array
    sd: Array
    variable: Array
    tie: Array

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Waits:
    """Sites (positions) that are queues with a longest wait: the most that may come in a unit of time.

    `wait`: the longest mean wait, nan where a share of waits is bounded; `variation` of a service; `one`: what an arrival
    counts at the site.
    """

    site: Array
    most: Array
    wait: Array
    variation: Array
    one: Array
    row: Array

    def __len__(self) -> int:
        return len(self.site)
