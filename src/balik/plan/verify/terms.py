"""Terms: numbers with the keys that they belong to, so that they can be summed by account, scope or label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from .exact import Number, exact
from .fleets import Fleets
from .lanes import Lanes, Moves
from .places import Held, Recipes
from .sites import Sites
from .tours import Runs, Tours
from .vehicles import Modes, Trips
from .verdict import Array
from .world import NONE, World, once, stacked, taken

KEYS = "account origin dest place size process material mode tour stop period".split()


@dataclass(frozen=True)
class Terms:
    """Keys (NONE where a term lacks one), values, and whether a term is there at all (its coefficient is not 0)."""

    codes: dict[str, Array]
    value: Array
    alive: Array

    def __len__(self) -> int:
        return len(self.value)

    @property
    def largest(self) -> Number:
        """The largest of the values, by size."""
        return np.abs(self.value).max(initial=0.0)

    def take(self, at: Array) -> Terms:
        """The terms at these positions."""
        return Terms({c: taken(a, at) for c, a in self.codes.items()}, self.value[at], self.alive[at])

    def part(self, at: slice) -> Terms:
        """These terms, which stand together."""
        return Terms({c: a[at] for c, a in self.codes.items()}, self.value[at], self.alive[at])


@dataclass(frozen=True)
class Deeds:
    """All that a plan does, laid on the tables of the case."""

    world: World
    lanes: Lanes
    modes: Modes
    tours: Tours
    recipes: Recipes
    moves: Moves  # by lanes
    riding: Array  # of each move, what rides on the way back of trips the other way
    trips: Trips
    runs: Runs  # of tours
    fleets: Fleets
    supply: Held
    demand: Held
    stores: Held
    activity: Held
    counted: Array  # of a unit of activity, as `per` says
    sites: Sites


def terms(codes: Mapping[str, Array | int], value: Array, alive: Array | bool = True) -> Terms:
    """Terms with these keys and no others."""
    n = len(value)
    full = {c: once(NONE, n) for c in KEYS}
    for c, a in codes.items():
        if c in full:
            full[c] = once(a, n) if isinstance(a, int) else np.asarray(a, np.int64)
    return Terms(full, exact(value), np.broadcast_to(np.asarray(alive, bool), n).copy())


def join(parts: Iterable[Terms]) -> Terms:
    """All terms of all parts."""
    listed = [p for p in parts if len(p)]
    if len(listed) < 2:
        return listed[0] if listed else terms({}, np.zeros(0))
    return Terms(
        {c: stacked([p.codes[c] for p in listed]) for c in KEYS},
        np.concatenate([p.value for p in listed]),
        np.concatenate([p.alive for p in listed]),
    )


def times(amount: Array, rate: Array, km: Array | float = 1.0) -> Array:
    """amount × rate × km; nothing needs no distance, so nan appears only where one is missing."""
    nothing = (amount == 0) | (rate == 0)
    return np.where(nothing, 0.0, np.where(nothing, 0.0, amount * rate) * np.where(nothing, 0.0, km))
