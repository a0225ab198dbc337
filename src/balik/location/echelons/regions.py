"""Regions of a plan: the sites near to one of its depots, within which the walk looks for a better one.

The other sites stay as they are, so a walk tries few swaps and knows soon whether any gains (a large neighbourhood in
the sense of Shaw 1998). Where no region of a size gained, they grow, until one is the whole network.
"""

from __future__ import annotations

import numpy as np

from ..problem import CLOSED, FREE, OPEN, Array
from .arrays import Data
from .flow import best_flow, flows, start_tree
from .search import Walk

#: Plants and depots of a region at first, and how they grow.
_PLANTS, _DEPOTS, _GROWTH = 8.0, 15.0, 1.5
#: A region gained when its plan is better by more than this share.
_BETTER = 1e-9


class Regions:
    """The regions around the open depots of a plan, each looked at once, and anew where a plan near it got better."""

    def __init__(self, data: Data, seed: int):
        self.plants, self.depots = data.first.shape[1:]
        self.random = np.random.default_rng(seed)
        self.begin()

    def begin(self) -> None:
        """Another plan: smallest regions first."""
        self.size, self.before, self.fruitless = 1.0, -np.inf, 0
        self.waiting = np.zeros(self.depots, bool)
        self.within = np.zeros(0, np.int8)

    def next(self, data: Data, walk: Walk, state: Array) -> Array | None:
        """States of the sites in the next region of the walk's best plan; None: all were looked at in vain.

        `before` is what the plan cost at the start of the last region, so that it is known whether that gained.
        """
        open_depots = walk.best[self.plants :]
        if not open_depots.any():
            return None
        if not len(self.within):
            self.waiting = open_depots.copy()
        elif walk.cost[1] < self.before - _BETTER * max(1.0, abs(self.before)):
            self.waiting |= self.within[self.plants :] == FREE
        self.waiting &= open_depots
        if not self.waiting.any():
            if self._is_whole():
                return None
            self.size *= _GROWTH
            self.fruitless += 1
            self.waiting = open_depots.copy()
        centre = int(self.random.choice(np.flatnonzero(self.waiting)))
        self.waiting[centre] = False
        if self._is_whole():
            self.waiting[:] = False
        near = self._near(data, walk, centre) | (state != FREE)
        self.within = np.where(near, state, np.where(walk.best, OPEN, CLOSED)).astype(np.int8)
        return self.within

    def _is_whole(self) -> bool:
        return _PLANTS * self.size >= self.plants and _DEPOTS * self.size >= self.depots

    def _near(self, data: Data, walk: Walk, centre: int) -> Array:
        """The depots that could serve at least cost what the centre serves, and the plants that could supply it so."""
        start_tree(data, walk.now, walk.best)
        best_flow(data, walk.now, walk.best)
        first, second, _ = flows(data, walk.now)
        plant = (data.first[:, :, centre] * first[:, :, centre].sum(1)[:, None]).sum(0)
        depot = np.einsum("ljk,lk->j", data.second, second[:, centre])
        near = np.zeros(self.plants + self.depots, bool)
        near[np.argsort(plant, kind="stable")[: int(_PLANTS * self.size)]] = True
        near[self.plants + np.argsort(depot, kind="stable")[: int(_DEPOTS * self.size)]] = True
        near[self.plants + centre] = True
        return near
