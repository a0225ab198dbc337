"""Records of what holds with a probability: capacities, what varies, and waits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Chances:
    """Places of `sites` whose capacity must do with a probability.

    `level`: that of the place alone, at least: that of its group, which holds at once, or its safe share of it.
    """

    place: Array
    level: Array
    quantile: Array  # how many standard deviations that are
    group: Array  # which places hold at once, exactly; -1: this one alone
    row: Array
    words: tuple[str, ...] = ()  # the name of each group

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

    @property
    def independent(self) -> bool:
        """Whether each of these supplies varies by itself, in every period."""
        used = np.unique(self.variable)
        once = len(np.unique(np.stack([self.variable, self.period]), axis=1).T) == len(self)
        return once and np.array_equal(self.tie[np.ix_(used, used)], np.eye(len(used)))


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
