"""Lanes: which exist, how long they are, what they may carry, and that a single source has one destination."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .baseline import fixed, judge_today
from .distance import Roads
from .exact import exact, floats
from .resolve import LABEL, resolver
from .sheets import Sheet
from .verdict import TOLERANCE, Array, Court, Words, kept_verdict, show, slack
from .world import NONE, World, ravel

KEYS = ("origin", "dest", "material", "mode", "period")
_AT_ONCE = 2_000_000  # destinations compared at once, to keep memory small


@dataclass(frozen=True)
class Moves:
    """Amounts by lane: keys, amount (qty), the row of `lanes` that holds (NONE: no lane) and km one way."""

    codes: dict[str, Array]
    amount: Array
    row: Array
    km: Array

    def __len__(self) -> int:
        return len(self.row)

    def take(self, at: Array) -> Moves:
        """The moves at these positions."""
        return Moves({c: a[at] for c, a in self.codes.items()}, self.amount[at], self.row[at], self.km[at])


class Lanes:
    """The table `lanes`, asked on demand."""

    def __init__(self, world: World, roads: Roads):
        self.world, self.roads = world, roads
        self.table = resolver(world, "lanes", KEYS)
        both = np.zeros(len(self.table.frame), bool)
        if len(self.table):
            both = (self.table.near["origin"] == LABEL) & (self.table.near["dest"] == LABEL)
        self.wild = ~both  # only rows that a wildcard spreads are thinned by `within` and `nearest`
        number = self.table.frame.number
        self.thin = bool(self.wild.any()) and not all(np.isnan(number[c]).all() for c in ("within", "nearest"))

    def km(self, row: Array, codes: dict[str, Array]) -> Array:
        """km one way: the lane's own, else by the distances; nan where unknown."""
        own = self.table.number("km", row)
        asked = np.flatnonzero(np.isnan(own) & (row >= 0))
        if len(asked):
            own = own.copy()
            own[asked] = self.roads.between(codes["origin"][asked], codes["dest"][asked])
        return own

    def find(self, codes: dict[str, Array], amount: Array | None = None) -> Moves:
        """The lane of each key; row NONE where none is, or where `within` or `nearest` left it out."""
        row = self.table.find(**{c: codes[c] for c in KEYS})
        row = np.where(codes["origin"] == codes["dest"], NONE, row)
        km = self.km(row, codes)
        row = np.where(self._kept(row, codes, floats(km)), row, NONE)
        carried = exact(np.zeros(len(row)) if amount is None else amount)
        return Moves({c: codes[c] for c in KEYS}, carried, row, km)

    def of_rows(self, rows: Array) -> Moves:
        """Every lane that these rows of the table make, carrying nothing."""
        _, codes = self.table.won(rows)
        moves = self.find(codes)
        return moves.take(np.flatnonzero(moves.row >= 0))

    def every(self) -> Moves:
        """Every lane of the case, carrying nothing: only for bounds that must be met where nothing moves."""
        return self.of_rows(self.table.rows)

    # -- within and nearest --------------------------------------------------------------------------------

    def _kept(self, row: Array, codes: dict[str, Array], km: Array) -> Array:
        """Whether a lane is near enough: `within` first, then among the `nearest` k destinations, ties kept."""
        if not self.thin:
            return np.asarray(row >= 0)
        within, nearest = (floats(self.table.number(c, row)) for c in ("within", "nearest"))
        thinned = (row >= 0) & self.wild[np.maximum(row, 0)] if len(self.wild) else np.zeros(len(row), bool)
        kept = (row >= 0) & (~thinned | np.isnan(within) | _up_to(km, within))
        asked = np.flatnonzero(kept & thinned & ~np.isnan(nearest))
        if len(asked):
            kept[asked] = self._among_nearest(row[asked], {c: a[asked] for c, a in codes.items()}, km[asked])
        return kept

    def _among_nearest(self, row: Array, codes: dict[str, Array], km: Array) -> Array:
        """Whether km is no more than that of the k-th nearest destination of the same row, origin, material, mode
        and period. Only destinations as near as the farthest one asked about are looked up."""
        rest = [c for c in KEYS if c != "dest"]
        key = ravel([row, *(codes[c] for c in rest)], [len(self.table.frame), *(self.world.n(c) for c in rest)])
        _, first, group = np.unique(key, return_index=True, return_inverse=True)
        group = group.reshape(-1)
        farthest = np.zeros(len(first))
        np.maximum.at(farthest, group, km)
        reach = np.zeros(len(first))
        many = self.table.columns["dest"].flat[2][self.table.columns["dest"].level[row[first]]]
        parts = np.cumsum(many) // _AT_ONCE
        for part in np.unique(parts):
            at = np.flatnonzero(parts == part)
            here = {c: codes[c][first[at]] for c in rest}
            reach[at] = self._reach(row[first[at]], here, farthest[at])
        return _up_to(km, reach[group])

    def _reach(self, row: Array, codes: dict[str, Array], farthest: Array) -> Array:
        """For each row, origin, material, mode and period: km to its k-th nearest destination, at most `farthest`."""
        column = self.table.columns["dest"]
        flat, start, count = column.flat
        level = column.level[row]
        many = count[level]
        of = np.repeat(np.arange(len(row)), many)
        dest = flat[start[level[of]] + np.arange(len(of)) - np.repeat(np.cumsum(many) - many, many)]
        km = floats(self.km(row[of], {"origin": codes["origin"][of], "dest": dest}))
        within = floats(self.table.number("within", row))[of]
        near = _up_to(km, farthest[of]) & (np.isnan(within) | _up_to(km, within)) & (codes["origin"][of] != dest)
        of, dest, km = of[near], dest[near], km[near]
        mine = self.table.find(**{c: a[of] for c, a in codes.items()}, dest=dest) == row[of]
        of, km = of[mine], km[mine]
        order = np.lexsort((km, of))
        of, km = of[order], km[order]
        begin, end = (np.searchsorted(of, np.arange(len(row)), side=side) for side in ("left", "right"))
        last = begin + floats(self.table.number("nearest", row)).astype(np.int64) - 1
        if not len(km):
            return farthest
        return np.where(last < end, km[np.minimum(last, len(km) - 1)], farthest)


def _up_to(km: Array, bound: Array) -> Array:
    """km ≤ bound, within the tolerance; an unknown distance is not near."""
    return np.asarray(km <= bound + slack(0.0, km, bound))


# -- laws --------------------------------------------------------------------------------------------------


@kept_verdict
def judge_lanes(lanes: Lanes, moves: Moves, sheet: Sheet, court: Court) -> None:
    """Each flow has a lane and keeps its least and most; a lane with a least that carries nothing breaks it.

    Where today's flows are fixed, a lane carries those instead.
    """
    world, table = lanes.world, lanes.table
    court.laws += len(moves)
    for i in np.flatnonzero((moves.row < 0) & (np.abs(moves.amount) > 0)):
        court.laws -= 1
        court.fault(
            "lane",
            _at(world, moves, int(i)),
            _no_lane(lanes, moves, sheet, int(i)),
            float(moves.amount[i]),
            0.0,
        )
    if fixed(world):
        judge_today(world, moves.codes, moves.amount, court)
        return
    used = moves.take(np.flatnonzero(moves.row >= 0))
    _bounds(lanes, used, court)
    rows = table.rows[table.frame.written("least")[table.rows] > 0] if len(table) else table.rows
    if not len(rows):
        return
    idle = lanes.of_rows(rows)
    sizes = [world.n(c) for c in KEYS]
    have = ravel([used.codes[c] for c in KEYS], sizes) if len(used) else np.zeros(0, np.int64)
    keys = ravel([idle.codes[c] for c in KEYS], sizes) if len(idle) else have
    _bounds(lanes, idle.take(np.flatnonzero(~np.isin(keys, have))), court)


def _bounds(lanes: Lanes, moves: Moves, court: Court) -> None:
    world, table = lanes.world, lanes.table

    def say(word: str, bound: Array) -> Words:
        def sentence(i: int) -> str:
            c = moves.codes
            return (
                f"{_way(world, c, i)} carries {show(float(moves.amount[i]))} {world.amount(int(c['material'][i]))}"
                f"{world.when(int(c['period'][i]))}, the lane's {word} is {show(float(bound[i]))} "
                f"({table.spot(int(moves.row[i]))})."
            )

        return sentence

    for word, ask in (("least", court.least), ("most", court.most)):
        bound = table.number(word, moves.row, material=moves.codes["material"])
        ask(f"lane {word}", moves.amount, bound, 0.0, lambda i: _at(world, moves, i), say(word, bound))


def _at(world: World, moves: Moves, i: int) -> str:
    return f"lanes: {world.key(moves.codes, i)}"


def _way(world: World, codes: dict[str, Array], i: int) -> str:
    mode = f" by {world.name('mode', int(codes['mode'][i]))}" if int(codes["mode"][i]) != NONE else ""
    return f"{world.name('origin', int(codes['origin'][i]))} → {world.name('dest', int(codes['dest'][i]))}{mode}"


def _no_lane(lanes: Lanes, moves: Moves, sheet: Sheet, i: int) -> str:
    world, c = lanes.world, {k: a[i : i + 1] for k, a in moves.codes.items()}
    row = int(lanes.table.find(**c)[0])
    carried = f"{show(float(moves.amount[i]))} {world.amount(int(c['material'][0]))}"
    start = f"{_way(world, c, 0)} carries {carried}{world.when(int(c['period'][0]))}"
    if int(c["origin"][0]) == int(c["dest"][0]):
        return f"{start}, but no lane leads from a place to itself ({sheet.place(i)})."
    if row < 0:
        return f"{start}, but the table lanes has no such lane ({sheet.place(i)})."
    km = f"{show(float(moves.km[i]))} km" if moves.km[i] == moves.km[i] else "of unknown length"
    return f"{start}, but the lane, {km}, is left out by within or nearest ({lanes.table.spot(row)})."


@kept_verdict
def judge_single(lanes: Lanes, moves: Moves, court: Court) -> None:
    """Single sourcing: of a marked (origin, material) everything goes to one place, over the whole horizon.

    `moves` are all amounts that leave: by lanes, by every mode, and by tours.
    """
    world, table = lanes.world, lanes.table
    if not len(table) or not table.frame.flag["single"].any() or not len(moves):
        return
    sizes = [world.n("place"), world.n("material")]
    key = ravel([moves.codes["origin"], moves.codes["material"]], sizes)
    for pair in np.unique(key):
        mine = moves.take(np.flatnonzero(key == pair))
        noise = TOLERANCE * max(1.0, float(np.abs(mine.amount).max()))
        dests, at = np.unique(mine.codes["dest"], return_inverse=True)
        sums = np.bincount(at.reshape(-1), mine.amount, len(dests))
        reached = dests[sums > noise]
        origin, material = int(mine.codes["origin"][0]), int(mine.codes["material"][0])
        if len(reached) < 2:
            court.laws += 1
        elif marked := _marked(lanes, origin, material):
            names = ", ".join(world.name("dest", int(d)) for d in reached)
            sentence = (
                f"{world.name('origin', origin)} sends {world.name('material', material)} to {len(reached)} places "
                f"({names}); it may go to one ({marked})."
            )
            where = f"origin={world.name('origin', origin)}, material={world.name('material', material)}"
            court.fault("single", where, sentence, float(len(reached)), 1.0)


def _marked(lanes: Lanes, origin: int, material: int) -> str:
    """Where a lane of this origin and material is marked single; '' when none is."""
    table = lanes.table
    rows = table.rows[table.frame.flag["single"][table.rows]]
    for c, label in (("origin", origin), ("material", material)):
        column = table.columns[c]
        holds = np.array([bool((codes == label).any()) for codes in column.covers], bool)
        rows = rows[holds[column.level[rows]]]
    for row in rows:
        rest = [table.columns[c].covers[table.columns[c].level[row]] for c in ("dest", "mode", "period")]
        dest, mode, period = (g.reshape(-1) for g in np.meshgrid(*rest, indexing="ij"))
        same = np.ones(len(dest), np.int64)
        found = lanes.find(
            {
                "origin": origin * same,
                "dest": dest,
                "material": material * same,
                "mode": mode,
                "period": period,
            }
        )
        if (found.row == row).any():
            return table.spot(int(row))
    return ""
