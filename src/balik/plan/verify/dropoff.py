"""Drop-off: what people bring themselves goes to the nearest place that is open, and is the share of that distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...words import say
from .distance import Roads
from .exact import Number, exact, exactly
from .places import PLACE_KEYS, Held
from .resolve import resolver
from .sheets import Sheet
from .sites import Sites
from .verdict import Array, Court, show
from .whereabouts import place_word
from .world import NONE, World, ravel

KEYS = ("place", "dest", "material", "step")
_AS_NEAR = exactly(1e-9)


@dataclass(frozen=True)
class _Way:
    """A place within reach: how far it is, and the share of what waits that is brought there when it is the nearest."""

    dest: int
    km: Number
    share: Number
    row: int


class Dropoff:
    """The ways of a case, and what a plan says was brought on them."""

    def __init__(self, world: World, roads: Roads, sheet: Sheet):
        self.world, self.sheet = world, sheet
        self.table = resolver(world, "dropoff", KEYS)
        self.ways = self._ways(roads) if len(self.table) else {}
        self.waits = self._waits()
        found = [(way.dest, m, t) for i, m, t in self.waits for way in self.ways[i, m]]
        codes = np.array(found, np.int64).reshape(-1, 3)
        self.keys: dict[str, Array] = {c: codes[:, k] for k, c in enumerate(PLACE_KEYS)}

    def __len__(self) -> int:
        return len(self.table)

    def _ways(self, roads: Roads) -> dict[tuple[int, int], list[_Way]]:
        """By place and material; of the steps that reach as far as the place the shortest counts."""
        row, codes = self.table.every()
        km = roads.between(codes["place"], codes["dest"])
        within, share = self.table.number("within", row), self.table.number("share", row)
        best: dict[tuple[int, int, int], tuple[Number, _Way]] = {}
        for at in np.flatnonzero(km <= within).tolist():
            i, j, m = (int(codes[c][at]) for c in KEYS[:3])
            way = _Way(j, km[at], share[at], int(row[at]))
            if (i, j, m) not in best or within[at] < best[i, j, m][0]:
                best[i, j, m] = (within[at], way)
        out: dict[tuple[int, int], list[_Way]] = {}
        for (i, _, m), (_, way) in best.items():
            out.setdefault((i, m), []).append(way)
        return out

    def _waits(self) -> dict[tuple[int, int, int], Number]:
        """What waits at each place with a way, by the table supply."""
        supply = resolver(self.world, "supply", PLACE_KEYS)
        out = {}
        for i, m in self.ways:
            for t in range(self.world.n("period")):
                key = {c: np.array([code]) for c, code in zip(PLACE_KEYS, (i, m, t), strict=True)}
                if len(supply) and (row := supply.find(**key))[0] != NONE:
                    out[i, m, t] = supply.number("most", row, 0.0, key["material"])[0]
        return out

    def beside(self, supply: Held) -> Array:
        """What was brought to each key of supply, less what was brought away from it."""
        sizes = [self.world.n(c) for c in PLACE_KEYS]
        key = ravel([supply.codes[c] for c in PLACE_KEYS], sizes)
        order, total = np.argsort(key), exact(np.zeros(len(key)))
        for column, sign in (("dest", 1.0), ("place", -1.0)):
            codes, amount = self.sheet.codes, self.sheet.number["amount"]
            asked = ravel([codes[column], codes["material"], codes["period"]], sizes)
            at = order[np.minimum(np.searchsorted(key[order], asked), len(key) - 1)]
            hit = key[at] == asked
            total = total + sign * np.bincount(at[hit], amount[hit], len(key))
        return total

    def judge(self, sites: Sites, court: Court) -> None:
        """All that people bring goes to the nearest open place within reach, and is its share of what waits."""
        said = self._said(court)
        stands = sites.stands().astype(bool)
        stands[np.setdiff1d(np.arange(len(stands)), sites.places)] = True  # a place that is no site is always open
        found: list[Number] = []
        due: list[Number] = []
        names, spots = [], []
        for (i, m, t), waits in self.waits.items():
            open_ = [way for way in self.ways[i, m] if stands[way.dest, t]]
            least = min((way.km for way in open_), default=np.inf)
            nearest = [way for way in open_ if way.km <= least + _AS_NEAR]
            name = self.world.key({c: np.array([k]) for c, k in zip(PLACE_KEYS, (i, m, t), strict=True)}, 0)

            def tell(way: _Way, brought: Number, owed: Number, what: str, name: str = name) -> None:
                found.append(brought)
                due.append(owed)
                names.append(f"{name}, to {self.world.name('place', way.dest)}, {what}")
                spots.append(way.row)

            for way in self.ways[i, m]:
                if way not in nearest:
                    tell(way, said.get((i, way.dest, m, t), 0), 0, "which is closed or not the nearest")
                elif not way.share:
                    tell(way, said.get((i, way.dest, m, t), 0), 0, "the nearest that is open")
            if giving := [way for way in nearest if way.share]:
                share = max(way.share for way in giving)  # of places as near as each other people choose one
                brought = sum(said.get((i, way.dest, m, t), 0) * (share / way.share) for way in giving)
                owed = share * waits if len(giving) == len(nearest) else min(brought, share * waits)
                tell(giving[0], brought, owed, "the nearest that is open")
        court.equal(
            "brought", exact(np.array(found, object)), exact(np.array(due, object)), 0.0,
            lambda k: f"brought: {names[k]}",
            lambda k: f"{show(found[k])} are brought ({names[k]}), by the table it is {show(due[k])} "
            f"({self.table.spot(spots[k])}).",
        )  # fmt: skip

    def _said(self, court: Court) -> dict[tuple[int, int, int, int], Number]:
        """What the plan says was brought, by place, dest, material and period; a way that is none is a fault."""
        codes, amount = self.sheet.codes, self.sheet.number["amount"].tolist()
        said = {}
        for k in range(len(self.sheet)):
            i, j, m, t = (int(codes[c][k]) for c in ("place", "dest", "material", "period"))
            said[i, j, m, t] = amount[k]
            if (i, m, t) not in self.waits or all(way.dest != j for way in self.ways[i, m]):
                text = self.world.key(codes, k)
                court.fault("brought", f"brought: {text}", say("Nobody can bring {keys} ({row}).", keys=place_word(text), row=place_word(self.sheet.place(k))))
        return said
