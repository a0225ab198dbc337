"""p-centre: the farthest customer as near as p sites can bring it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...words import say
from ..answer import Answer, Status
from ..problem import CLOSED, FREE, OPEN, SitingError
from ..watch import Watch
from .cover import cover
from .inputs import fill, fits, matrix, number, part_of, states
from .lists import Array


def p_centre(distance: Array, p: int, watch: Watch, state: Array | None = None) -> Answer:
    """Open exactly p sites so that the greatest distance of a customer from its nearest open site is least.

    `distance` (n, m): from site j to customer i; inf where there is no lane. `state` (n): CLOSED, FREE or OPEN. Raises
    SitingError. Bisection over the distances that occur: can p sites reach all within one (Minieka 1970)?
    """
    distance = matrix("distance", distance)
    if (distance < 0).any():
        raise SitingError(say("{name} must not be negative.", name="distance"))
    p, state = number(p), states(state, len(distance))
    usable = distance[state != CLOSED]
    if not usable.size or np.isinf(usable.min(axis=0)).any() or p == 0 or not fits(p, state):
        return Answer("infeasible", None, None, float("inf"))
    nearest = float(usable.min(axis=0).max())
    values = np.unique(usable[np.isfinite(usable) & (usable >= nearest)])  # nothing below reaches all, even from all
    return _Centre(distance, p, state, values, watch).run()


@dataclass
class _Centre:
    """Bisection over `values`: below `low` nothing is possible; values[high] can be had (len(values): not yet any)."""

    distance: Array
    p: int
    state: Array
    values: Array
    watch: Watch
    low: int = 0
    work: dict[str, int] = field(default_factory=lambda: {"radii": 0, "proofs": 0})

    def run(self) -> Answer:
        """Ask what is quickly known from either side first, then what is left between."""
        self._take(_spread(self.distance, self.state, self.p))
        self.watch.news(bound=float(self.values[0]))
        unknown = self._bisect(self.low, upwards=False)
        self._bisect(unknown, upwards=True)
        self._bisect(self.low, upwards=True, exact=True)
        if self.low == len(self.values):
            return Answer("infeasible", None, None, float("inf"), self.work)
        bound = float(self.values[self.low])
        if np.isinf(self.radius):
            return Answer("stopped", None, None, bound, self.work)
        status: Status = "optimal" if self.low >= self.high or self.watch.closed else "feasible"
        assignment = np.flatnonzero(self.best)[self.distance[self.best].argmin(axis=0)]
        return Answer(status, self.best, self.radius, bound, self.work, assignment)

    def _take(self, chosen: Array) -> None:
        self.best, self.radius = chosen, _radius(self.distance, chosen)
        self.high = int(np.searchsorted(self.values, self.radius))
        self.watch.news(incumbent=self.radius)

    def _bisect(self, first: int, upwards: bool, exact: bool = False) -> int:
        """Halve first … high; where the answer is not known, look further up (or down). Returns the last one unknown."""
        last, unknown = self.high, first
        while first < min(last, self.high) and not self.watch.over() and not self.watch.closed:
            middle = (first + min(last, self.high)) // 2
            reach = self.distance <= self.values[middle]
            found = cover(reach, np.ones(len(reach)), self.state, part_of(self.watch), self.p, exact)
            self.work["proofs" if exact else "radii"] += 1
            if found.open is not None:
                self._take(found.open)
            elif found.status == "infeasible":
                first = self.low = middle + 1
                self.watch.news(bound=float(self.values[self.low]) if self.low < len(self.values) else float("inf"))
            elif exact:
                break
            elif upwards:
                first = middle + 1
            else:
                last, unknown = middle, max(unknown, middle + 1)
        return unknown


def _spread(distance: Array, state: Array, p: int) -> Array:
    """Sites to begin with: again and again the one nearest to the customer that is now farthest (Gonzalez 1985)."""
    chosen = state == OPEN
    near = distance[chosen].min(axis=0, initial=np.inf)
    for _ in range(p - int(chosen.sum())):
        i = int(near.argmax())
        j = int(np.where((state == FREE) & ~chosen, distance[:, i], np.inf).argmin())
        if chosen[j] or state[j] == CLOSED:
            break
        chosen[j] = True
        near = np.minimum(near, distance[j])
    fill(chosen, state, p)
    return chosen


def _radius(distance: Array, chosen: Array) -> float:
    """Distance of the farthest customer from its nearest open site."""
    return float(distance[chosen].min(axis=0).max())
