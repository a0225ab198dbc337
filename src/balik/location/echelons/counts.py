"""How many sites of each echelon must be open, as the checker of certificates sees it: by counting, and a few covers."""

from __future__ import annotations

import numpy as np

from ..problem import CLOSED, FREE, OPEN, Array
from .problem import TwoEchelon

#: Room that is short by this part of the need is rounding.
_SHORT = 1e-9
#: States that are looked at for whether a number of sites holds what is needed.
_LOOKED = 500
_MANY = 2**40


class Counts:
    """A problem by its sites, plants first: `most` (materials, sites) a site takes of a material, in the customers' units;
    `room` and `weight` (materials, sites) of what materials share; `least` and `limits` by echelon: fewest, most open;
    `state`: as given, but closed where a site can never take in its least.
    """

    def __init__(self, p: TwoEchelon) -> None:
        self.total, self.place, n = p.demand.sum(0), p.place, p.plants + p.depots
        self.on = (slice(0, p.plants), slice(p.plants, n))
        self.weight = np.concatenate([p.plant_weight / p.output, p.depot_weight]).T
        self.room = np.minimum(np.concatenate([p.plant_room, p.depot_room]), self.total @ self.weight)
        most = np.concatenate([p.plant_capacity * p.output, p.depot_capacity]).T
        if p.shared:  # what is shared bounds each material
            with np.errstate(divide="ignore", invalid="ignore"):
                most = np.minimum(most, np.where(self.weight > 0.0, self.room / self.weight, np.inf))
        self.most = np.minimum(most, self.total[:, None])
        self.state = self._first_state(p)
        self.covers = [self._covers(on, p.shared) for on in self.on]
        self.limits = [int(np.floor(min(limit, _MANY) + _SHORT)) for limit in p.most_open]
        self.least = [int(np.ceil(limit - _SHORT)) for limit in p.least_open]
        self.least = [self._least(echelon, self.state[on]) for echelon, on in enumerate(self.on)]

    def _first_state(self, p: TwoEchelon) -> Array:
        inner = np.minimum(self.room, (self.weight * self.most).sum(0)) * (1.0 + _SHORT)
        starved = np.concatenate([p.plant_least, p.depot_least]) > inner
        return np.where((p.state == FREE) & starved, CLOSED, p.state).astype(np.int8)

    def of(self, state: Array) -> tuple[int, int] | None:
        """No plan of a state opens fewer sites of each echelon than these; None where there is no plan."""
        found = []
        for echelon, on in enumerate(self.on):
            count = fewest(*self.covers[echelon], state[on], self.place[on])
            if count is None:
                return None
            found.append(max(count, self.least[echelon]))
            if found[-1] > min(self.limits[echelon], int((state[on] != CLOSED).sum())):
                return None
        return None if sum(found) > self.limits[2] else (found[0], found[1])

    def _covers(self, on: slice, shared: bool) -> tuple[Array, Array]:
        """Rows of what sites hold, and what of it is needed: of each material, of all rows as shares of that, of shared room."""
        rows, needs = [*self.most[:, on]], [*self.total]
        if shared:
            least = self.weight[:, on].min(1)
            rows.append(np.minimum(self.room[on], self.total @ least))
            needs.append(float(self.total @ least))
        held, need = np.array(rows), np.array(needs)
        share = np.where(need[:, None] > 0.0, np.minimum(1.0, held / np.maximum(need, 1e-300)[:, None]), 0.0)
        at = len(self.total)
        return np.insert(held, at, share.sum(0), axis=0), np.insert(need, at, float((need > 0.0).sum()))

    def _least(self, echelon: int, state: Array) -> int:
        """The fewest sites of an echelon, as far as few states show it."""
        held, need = self.covers[echelon]
        place = self.place[self.on[echelon]]
        count, looked = max(self.least[echelon], fewest(held, need, state, place) or 0), 0
        stack = [state]
        while stack and looked < _LOOKED:  # for a cover by so many
            here = stack.pop()
            looked += 1
            known = fewest(held, need, here, place)
            if known is not None and known <= count:
                site = int(np.where(may_open(here, place), held[len(self.total)], -1.0).argmax())
                if (here == OPEN).sum() >= known:
                    return count  # what stands open is one
                with_it, without = here.copy(), here.copy()
                with_it[site], without[site] = OPEN, CLOSED
                stack += [without, with_it]
            if not stack and count <= len(state):
                count, stack = count + 1, [state]
        return count


def may_open(state: Array, place: Array) -> Array:
    """Sites that may still open: free, and no other size of their place stands open."""
    taken = np.zeros(int(place.max(initial=0)) + 1, bool)
    taken[place[state == OPEN]] = True
    out: Array = (state == FREE) & ~taken[place]
    return out


def fewest(held: Array, need: Array, state: Array, place: Array) -> int | None:
    """The fewest sites that hold what is needed in every row, or fewer; None where all together do not, or where two of
    a place stand open.

    `held` (rows, sites), `need` (rows). Of a place, the largest that is not closed may open.
    """
    opened = state == OPEN
    free = may_open(state, place)
    most, of = held[:, free].T, place[free]
    if (np.bincount(of) > 1).any():
        one, at = np.unique(of, return_inverse=True)
        most = np.zeros((len(one), len(need)))
        np.maximum.at(most, at.ravel(), held[:, free].T)
    most = -np.sort(-most, axis=0)
    filled = np.cumsum(np.concatenate([held[:, opened].sum(1)[None], most]), axis=0)
    enough = filled >= need * (1.0 - _SHORT)
    if not enough[-1].all() or (np.bincount(place[opened]) > 1).any():
        return None
    return int(opened.sum()) + int(enough.argmax(0).max(initial=0))
