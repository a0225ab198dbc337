"""Vehicles on lanes: rates of a mode, and the trips that a load needs.

trips ≥ Σ amount / (payload × fill) and ≥ Σ volume / room, over all materials that share the vehicle; equal to the
larger unless trips are whole. A blank mode is no vehicle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...words import say
from .exact import exact
from .lanes import Lanes, Moves
from .resolve import resolver
from .sheets import Sheet
from .verdict import Array, Ask, Court, Words, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World, grouped, ravel

KEYS = ("origin", "dest", "mode", "period")
_BLANK = {"payload": np.inf, "room": np.inf}


class Modes:
    """The table `modes`, asked on demand."""

    def __init__(self, world: World):
        self.world = world
        self.table = resolver(world, "modes", ("mode", "material", "period"))

    def find(self, mode: Array, material: Array, period: Array) -> Array:
        """The row of each mode, material and period; NONE for no vehicle."""
        return self.table.find(mode=mode, material=material, period=period)

    def number(self, column: str, row: Array, material: Array | None = None) -> Array:
        """A rate (0 without a vehicle), payload or room (without end) of these rows.

        `material`: the load, in whose unit payload and the rates of the load count.
        """
        return self.table.number(column, row, _BLANK.get(column, 0.0), material)

    def whole(self, row: Array) -> Array:
        """Whether trips are whole numbers."""
        return self.table.flag("whole_trips", row)


@dataclass(frozen=True)
class Trips:
    """Trips by lane and vehicle: keys, trips, km one way, the row of `modes`, and what the load needs."""

    codes: dict[str, Array]
    trips: Array
    km: Array
    row: Array
    by_payload: Array
    by_room: Array
    counted: Array  # whether payload or room is finite for anything that may ride: only then trips exist

    def __len__(self) -> int:
        return len(self.trips)

    @property
    def need(self) -> Array:
        """The least number of trips that the load allows."""
        return np.maximum(self.by_payload, self.by_room)


def lane_trips(lanes: Lanes, modes: Modes, moves: Moves, sheet: Sheet | None) -> Trips:
    """Trips of every (origin, dest, mode, period) that carries or that the plan names."""
    world = lanes.world
    riding = moves.take(np.flatnonzero((moves.row >= 0) & (moves.codes["mode"] != NONE)))
    named = sheet.codes if sheet is not None else {c: np.zeros(0, np.int64) for c in KEYS}
    codes = {c: np.concatenate([riding.codes[c], named[c]]) for c in KEYS}
    first, at = grouped([codes[c] for c in KEYS])
    n, m = len(first), len(riding)
    codes = {c: a[first] for c, a in codes.items()}
    said = sheet.number["trips"] if sheet is not None else exact(np.zeros(0))
    trips = np.bincount(at[m:], said, n)

    row = modes.find(riding.codes["mode"], riding.codes["material"], riding.codes["period"])
    payload, room = modes.number("payload", row, riding.codes["material"]), modes.number("room", row)
    volume = riding.amount * world.volume[riding.codes["material"]]
    fill = lanes.table.number("fill", riding.row, 1.0)
    by_payload = np.bincount(at[:m], riding.amount / (payload * fill), n)
    by_room = np.bincount(at[:m], volume / room, n)

    finite = np.isfinite(payload) | np.isfinite(room)
    mode_row, km = np.full(n, NONE, np.int64), exact(np.full(n, np.nan))
    counted = np.bincount(at[:m], finite, n) > 0
    mode_row[at[:m][::-1]] = row[::-1]
    known = np.flatnonzero(~np.isnan(riding.km))[::-1]
    km[at[known]] = riding.km[known]
    empty = np.flatnonzero((mode_row == NONE) | (~counted & (trips != 0)))
    if sheet is not None:
        _fill_in(lanes, modes, codes, empty, km, mode_row, counted)
    return Trips(codes, trips, km, mode_row, by_payload, by_room, counted)


def _fill_in(
    lanes: Lanes, modes: Modes, codes: dict[str, Array], empty: Array, km: Array, row: Array, counted: Array
) -> None:
    """Length and rates of vehicles that run without a load: those of any material that the lane may carry."""
    materials = lanes.world.n("material")
    if not len(empty) or not materials:
        return
    many = {c: np.repeat(codes[c][empty], materials) for c in KEYS}
    many["material"] = np.tile(np.arange(materials), len(empty))
    found = lanes.find(many)
    rates = np.where(found.row >= 0, modes.find(many["mode"], many["material"], many["period"]), NONE)
    payload = modes.number("payload", rates, many["material"])
    finite = np.isfinite(payload) | np.isfinite(modes.number("room", rates))
    known = np.flatnonzero(rates >= 0)[::-1]  # of several materials the first holds, as it is laid on last
    here, blank = empty[known // materials], row == NONE
    row[here] = np.where(blank[here], rates[known], row[here])
    far = np.isnan(km)[here] & ~np.isnan(found.km[known])
    km[here[far]] = found.km[known[far]]
    counted[here[finite[known]]] = True


@kept_verdict
def judge_trips(lanes: Lanes, modes: Modes, moves: Moves, trips: Trips, sheet: Sheet, court: Court) -> None:
    """Trips by lane: enough, whole where they must be, none where there is no vehicle; and their kilometres."""
    world = lanes.world
    _judge_vehicles(lanes, modes, moves, court)
    whole = modes.whole(trips.row)

    def where(i: int) -> str:
        return f"trips: {world.key(trips.codes, i)}"

    def way(i: int) -> str:
        c = {k: int(a[i]) for k, a in trips.codes.items()}
        return (
            f"{world.name('origin', c['origin'])} → {world.name('dest', c['dest'])} by {world.name('mode', c['mode'])}"
            f"{world.when(c['period'])}"
        )

    def load(i: int) -> str:
        why = "payload and fill" if trips.by_payload[i] >= trips.by_room[i] else "room"
        return f"{way(i)}: {show(float(trips.trips[i]))} trips, the load needs {show(float(trips.need[i]))} by {why}."

    court.laws += len(trips)
    for i in np.flatnonzero((trips.row == NONE) & (trips.trips != 0)):
        court.laws -= 1
        court.fault(
            "trips",
            where(int(i)),
            f"{way(int(i))}: trips on a lane that does not exist.",
            float(trips.trips[i]),
            0.0,
        )
    none = (trips.row != NONE) & ~trips.counted
    _part(
        court.equal,
        trips.trips,
        exact(np.zeros(len(trips))),
        none,
        where,
        lambda i: f"{way(i)}: {show(float(trips.trips[i]))} trips, but neither payload nor room is finite.",
    )
    _part(court.least, trips.trips, trips.need, trips.counted & whole, where, load)
    _part(court.equal, trips.trips, trips.need, trips.counted & ~whole, where, load)
    at = np.flatnonzero(trips.counted & whole)
    court.whole(
        "whole trips",
        trips.trips[at],
        lambda i: where(int(at[i])),
        lambda i: f"{way(int(at[i]))}: {show(float(trips.trips[at[i]]))} trips are not a whole number.",
    )
    _judge_km(world, trips, sheet, court)


def _part(ask: Ask, found: Array, allowed: Array, mask: Array, where: Words, tell: Words) -> None:
    """Ask the law of trips of some elements only."""
    at = np.flatnonzero(mask)
    ask("trips", found[at], allowed[at], 0.0, lambda i: where(int(at[i])), lambda i: tell(int(at[i])))


def _judge_vehicles(lanes: Lanes, modes: Modes, moves: Moves, court: Court) -> None:
    """A vehicle carries only what `modes` has a row for."""
    world, c = lanes.world, moves.codes
    row = modes.find(c["mode"], c["material"], c["period"])
    riding = (moves.row >= 0) & (c["mode"] != NONE) & (moves.amount != 0)
    court.laws += int(riding.sum())
    for i in np.flatnonzero(riding & (row == NONE)):
        mode, material = world.name("mode", int(c["mode"][i])), world.name("material", int(c["material"][i]))
        court.laws -= 1
        told = say("The table modes says nothing of {mode} with {material}.", mode=mode, material=material)
        court.fault("vehicle", f"flow: {world.key(c, int(i))}", told)


def _judge_km(world: World, trips: Trips, sheet: Sheet, court: Court) -> None:
    """km = trips × 2 × km one way (loaded there, empty back); blank where no distance is known."""
    sizes = [world.n(c) for c in KEYS]
    order = ravel([trips.codes[c] for c in KEYS], sizes)
    at = np.searchsorted(order, ravel([sheet.codes[c] for c in KEYS], sizes)) if len(order) else np.zeros(0, np.int64)
    if not len(at):
        return
    one_way, said = trips.km[at], sheet.number["km"]
    km = sheet.number["trips"] * 2 * one_way

    def where(i: int) -> str:
        return f"trips: {world.key(sheet.codes, i)}"

    both = np.flatnonzero(~np.isnan(km) & ~np.isnan(said))
    court.equal(
        "trip km",
        said[both],
        km[both],
        0.0,
        lambda i: where(int(both[i])),
        lambda i: (
            f"{sheet.place(int(both[i]))}: {show(float(said[both[i]]))} km, but "
            f"{show(float(sheet.number['trips'][both[i]]))} trips × 2 × {show(float(one_way[both[i]]))} km "
            f"make {show(float(km[both[i]]))}."
        ),
    )
    blank = np.isnan(said)
    for i in np.flatnonzero(np.isnan(km) != blank):
        if blank[i] and km[i] == 0:
            continue
        row = place_word(sheet.place(int(i)))
        if blank[i]:
            told = say("{row}: km is blank, but the distance is known.", row=row)
        else:
            told = say("{row}: km is stated, but no distance is known.", row=row)
        court.fault("trip km", where(int(i)), told)
