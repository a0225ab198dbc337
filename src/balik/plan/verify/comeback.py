"""What comes back of what a plan hands over, reckoned from the plan's deliveries; and deposits on both."""

from __future__ import annotations

import numpy as np

from .exact import exact
from .places import PLACE_KEYS, Held
from .resolve import resolver
from .verdict import Array
from .world import World, ravel

KEYS = ("sold", "returned", "lag", "place")


class Returns:
    """Every pair of a delivery and what it brings back: the delivery's share comes to (place, material, period)."""

    def __init__(self, world: World, demand: Held):
        self.world = world
        self.table = resolver(world, "returns", KEYS)
        none = np.zeros(0, np.int64)
        self.keys: dict[str, Array] = {c: none for c in PLACE_KEYS}
        self.amount = exact(np.zeros(0))
        if len(self.table):
            self._fill(demand)

    def __len__(self) -> int:
        return len(self.amount)

    def _fill(self, demand: Held) -> None:
        """Ask of each delivery which row holds for it, for every lag and every material that may come back."""
        kinds = self.table.every()[1]
        found: list[tuple[Array, ...]] = []
        for lag, returned in sorted(set(zip(kinds["lag"].tolist(), kinds["returned"].tolist(), strict=True))):
            at = np.flatnonzero(demand.codes["period"] + lag < self.world.n("period"))
            place, sold, period = (demand.codes[c][at] for c in PLACE_KEYS)
            full = {"lag": np.full(len(at), lag), "returned": np.full(len(at), returned)}
            share = self.table.number("share", self.table.find(sold=sold, place=place, **full), 0.0)
            on = np.flatnonzero(share > 0)
            back = share[on] * demand.amount[at][on]
            found.append((place[on], full["returned"][on], period[on] + lag, back))
        place, material, period, self.amount = map(np.concatenate, zip(*found, strict=True))
        self.keys = dict(zip(PLACE_KEYS, (place, material, period), strict=True))

    def due(self, supply: Held) -> Array:
        """What comes back to each key of supply."""
        sizes = [self.world.n(c) for c in PLACE_KEYS]
        key = ravel([supply.codes[c] for c in PLACE_KEYS], sizes)
        order = np.argsort(key)
        at = order[np.searchsorted(key[order], ravel([self.keys[c] for c in PLACE_KEYS], sizes))]
        return np.bincount(at, self.amount, len(key))


def deposits(world: World, demand: Held, supply: Held) -> list[tuple[Held, Array]]:
    """What is taken for each unit of every delivery (negative), and paid back for each unit collected."""
    if not len(world.data["deposits"]):
        return []
    return [(demand, -_rates(world, demand, "sold")), (supply, _rates(world, supply, "returned"))]


def _rates(world: World, held: Held, side: str) -> Array:
    """The deposit at each key of demand (side `sold`) or of supply (side `returned`), 0 where there is none."""
    table = resolver(world, "deposits", ("sold", "returned", "place", "period"))
    out = exact(np.zeros(len(held)))
    place, material, period = (held.codes[c] for c in PLACE_KEYS)
    kinds = table.every()[1]
    other = "returned" if side == "sold" else "sold"
    for code in np.unique(kinds[other]).tolist():
        pair = {side: material, other: np.full(len(held), code)}
        row = table.find(place=place, period=period, **pair)
        known = row >= 0
        out[known] = table.number("amount", row, 0.0, material)[known]
    return out
