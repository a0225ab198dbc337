"""Offers: of the levels of each place and material the plan names one; its amount and its price hold there."""

from __future__ import annotations

import numpy as np

from ...words import say
from .exact import exact
from .places import PLACE_KEYS, Held
from .resolve import resolver
from .sheets import Sheet
from .verdict import Array, Court, show
from .whereabouts import place_word
from .world import World, ravel

KEYS = ("place", "material", "level")


class Offers:
    """The levels of a case, and which of them a plan chooses."""

    def __init__(self, world: World, sheet: Sheet):
        self.world, self.sheet = world, sheet
        self.table = resolver(world, "offers", KEYS)
        self.row, found = self.table.every()
        self.codes = found if len(self.table) else {c: np.zeros(0, np.int64) for c in KEYS}
        self.spot = self._key(self.codes, KEYS[:2])
        self.chosen = np.isin(self._key(self.codes, KEYS), self._key(sheet.codes, KEYS))
        spots, first = np.unique(self.spot, return_index=True)
        count = len(spots)
        at = {c: np.repeat(self.codes[c][first], world.n("period")) for c in KEYS[:2]}
        self.keys: dict[str, Array] = {**at, "period": np.tile(np.arange(world.n("period")), count)}

    def __len__(self) -> int:
        return len(self.row)

    def _key(self, codes: dict[str, Array], columns: tuple[str, ...]) -> Array:
        return ravel([codes[c] for c in columns], [self.world.n(c) for c in columns])

    def at(self, supply: Held, column: str) -> Array:
        """The price or the amount of the level that is chosen at each key of supply, 0 where nothing is offered."""
        value = self.table.number(column, self.row, 0.0, self.codes["material"]) * self.chosen
        spots = {c: supply.codes[c] for c in PLACE_KEYS[:2]}
        key = self._key(spots, KEYS[:2])
        known, at = np.unique(self.spot, return_inverse=True)
        total = np.bincount(at.ravel(), value, len(known))
        place = np.minimum(np.searchsorted(known, key), len(known) - 1)
        return np.where(known[place] == key, total[place], 0.0)

    def judge(self, court: Court) -> None:
        """Exactly one level for each place and material, and no level that the case does not offer."""
        known, first, at = np.unique(self.spot, return_index=True, return_inverse=True)
        count = exact(np.bincount(at.ravel(), self.chosen, len(known)))
        names = [
            f"place={self.world.name('place', int(self.codes['place'][i]))}, "
            f"material={self.world.name('material', int(self.codes['material'][i]))}"
            for i in first
        ]
        court.equal(
            "one level", count, exact(np.ones(len(known))), 0.0,
            lambda i: f"offers: {names[i]}",
            lambda i: f"The plan chooses {show(float(count[i]))} levels for {names[i]}; exactly one is chosen "
            f"({self.table.spot(int(self.row[first[i]]))}).",
        )  # fmt: skip
        for i in np.flatnonzero(~np.isin(self._key(self.sheet.codes, KEYS), self._key(self.codes, KEYS))):
            key = self.world.key(self.sheet.codes, int(i))
            court.fault(
                "one level", f"offers: {key}", say("The case offers no such level: {keys} ({row}).", keys=place_word(key), row=place_word(self.sheet.place(int(i))))
            )
