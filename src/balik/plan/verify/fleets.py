"""Fleets: every trip of their mode has a vehicle that may make it, and there are as many vehicles as the hours need.

Hours of a trip: 2 × km / speed on a lane, Σ km of the legs / speed on a tour, and handling. A fleet serves trips that
begin or end at its base (of a tour: that begin there), or every trip of its mode. Vehicles are the least whole number
whose hours suffice; hours that are over by less than GRACE of a vehicle need no more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...words import NOTHING, Sentence, say
from .exact import Number, exact, exactly, share
from .resolve import Resolver, resolver
from .sheets import Sheet
from .tours import Runs
from .vehicles import Trips
from .verdict import TOLERANCE, Array, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World, ravel

KEYS = ("mode", "base", "period")
WAYS = ("mode", "origin", "dest", "tour", "period")
GRACE = 1e-5
_GRACE, _TOLERANCE = exactly(GRACE), exactly(TOLERANCE)


@dataclass(frozen=True)
class Fleets:
    """Every fleet of the case: its key and row, and what the plan says of it."""

    table: Resolver
    codes: dict[str, Array]
    row: Array
    said: dict[str, Array]  # trips, hours, vehicles, drivers

    def __len__(self) -> int:
        return len(self.row)

    def number(self, column: str) -> Array:
        """A column of the table of every fleet."""
        return self.table.number(column, self.row)

    @property
    def spots(self) -> dict[str, Array]:
        """The keys of the terms of every fleet: the base is the place."""
        return {"mode": self.codes["mode"], "place": self.codes["base"], "period": self.codes["period"]}

    def cost(self, world: World) -> Array:
        """What the vehicles of each fleet cost in one occurrence of its period."""
        return self.said["vehicles"] * self.number("fixed_cost") * world.length[self.codes["period"]]


@kept_verdict
def read_fleets(world: World, sheet: Sheet, court: Court) -> Fleets:
    """The fleets of the case with the plan's figures; figures of a fleet that is none are faults."""
    table = resolver(world, "fleets", KEYS)
    row, codes = table.every()
    if not len(table):
        codes = {c: np.zeros(0, np.int64) for c in KEYS}
    place = _places(world, codes, sheet.codes)
    for i in np.flatnonzero(place < 0):
        text = world.key(sheet.codes, int(i))
        court.fault("fleets", text, say("The table fleets has no such row: {keys} ({row}).", keys=place_word(text), row=place_word(sheet.place(int(i)))))
    on = place >= 0
    said = {c: np.bincount(place[on], values[on], len(row)) for c, values in sheet.number.items()}
    return Fleets(table, codes, row, said)


def _places(world: World, codes: dict[str, Array], asked: Mapping[str, Array]) -> Array:
    """The position of each asked fleet, -1 where there is none."""
    sizes = [world.n(c) for c in KEYS]
    known = {key: i for i, key in enumerate(ravel([codes[c] for c in KEYS], sizes).tolist())}
    return np.array([known.get(key, -1) for key in ravel([asked[c] for c in KEYS], sizes).tolist()], np.int64)


@dataclass(frozen=True)
class _Way:
    """Trips of a lane or a tour in a period: how many, of how many km (nan: unknown), and where they touch a base."""

    trips: Number
    km: Number
    ends: tuple[int, ...]


def _ways(trips: Trips, runs: Runs) -> dict[tuple[int, ...], _Way]:
    """Every lane and tour that is driven, by mode, origin, dest, tour and period."""
    found: dict[tuple[int, ...], _Way] = {}
    many, km = trips.trips.tolist(), trips.km.tolist()
    for i in range(len(trips)):
        mode, origin, dest, period = (int(trips.codes[c][i]) for c in ("mode", "origin", "dest", "period"))
        way = _Way(many[i], 2 * km[i], (origin, dest))
        found[mode, origin, dest, NONE, period] = way
    for tour, period in runs.every():
        stops = runs.tours.stops.get(tour, [])
        if stops:
            way = _Way(runs.trips.get((tour, period), 0), sum(stop.km for stop in stops[1:]), (stops[0].place,))
            found[runs.tours.mode(tour), NONE, NONE, tour, period] = way
    return found


@kept_verdict
def judge_fleets(world: World, fleets: Fleets, sheet: Sheet, trips: Trips, runs: Runs, court: Court) -> None:
    """Who makes which trip, and what the vehicles of each fleet must be; silent where the case has no fleets."""
    if not len(fleets):
        for i in range(len(sheet)):
            spot = sheet.place(i)
            court.fault("fleet trips", spot, say("The case has no fleets ({row}).", row=place_word(spot)))
        return
    ways = _ways(trips, runs)
    made: dict[tuple[int, ...], Number] = dict.fromkeys(ways, 0)
    total, hours = [exactly(0)] * len(fleets), [exactly(0)] * len(fleets)
    place = _places(world, fleets.codes, sheet.codes)
    speed, handling = (fleets.number(c).tolist() for c in ("speed", "handling"))
    said = sheet.number["trips"].tolist()
    for i in range(len(sheet)):
        key = tuple(int(sheet.codes[c][i]) for c in WAYS)
        way, fleet, many = ways.get(key), int(place[i]), said[i]
        if why := _wrong(world, fleets, way, fleet):
            spot, keys = sheet.place(i), place_word(world.key(sheet.codes, i))
            court.fault("fleet trips", spot, say("{keys}: {why} ({row}).", keys=keys, why=why, row=place_word(spot)))
            continue
        assert way is not None
        made[key] += many
        total[fleet] += many
        hours[fleet] += many * (handling[fleet] + share(way.km, speed[fleet]))
    _judge_all_made(world, fleets, ways, made, court)
    total_, hours_ = (exact(np.array(values, object)) for values in (total, hours))
    _judge_figures(world, fleets, total_, hours_, court)


def _wrong(world: World, fleets: Fleets, way: _Way | None, fleet: int) -> Sentence:
    """Why a fleet cannot make these trips; blank where it can."""
    if way is None:
        return say("nothing drives there")
    if fleet < 0:
        return say("the table fleets has no such row")
    base = int(fleets.codes["base"][fleet])
    serves = fleets.table.frame.text["serves"][int(fleets.row[fleet])]
    if serves != "all" and base not in way.ends:
        return say("it neither begins nor ends at {base}", base=world.name("base", base))
    return NOTHING


def _judge_all_made(
    world: World, fleets: Fleets, ways: dict[tuple[int, ...], _Way], made: dict[tuple[int, ...], Number], court: Court
) -> None:
    """The trips of a lane or tour are those that fleets make, where its mode has fleets in the period."""
    driven = set(zip(fleets.codes["mode"].tolist(), fleets.codes["period"].tolist(), strict=True))
    for key, way in ways.items():
        if (key[0], key[-1]) in driven:
            name = world.key({c: np.array([code]) for c, code in zip(WAYS, key, strict=True)}, 0)
            sentence = f"{name}: {show(way.trips)} trips, fleets make {show(made[key])}."
            court.number("equal", "fleet trips", made[key], way.trips, 0.0, name, sentence)


def _judge_figures(world: World, fleets: Fleets, trips: Array, hours: Array, court: Court) -> None:
    """trips, hours, vehicles and drivers of every fleet, and no more vehicles than there are."""
    said = fleets.said

    def where(i: int) -> str:
        return f"fleets: {world.key(fleets.codes, i)}"

    def differ(column: str, found: Array) -> None:
        court.equal(
            "fleets", said[column], found, 0.0, where,
            lambda i: f"{where(i)} says {show(float(said[column][i]))} {column}, its trips make {show(float(found[i]))}.",
        )  # fmt: skip

    differ("trips", trips)
    differ("hours", hours)
    differ("drivers", said["vehicles"] * fleets.number("drivers"))
    available = fleets.number("available")
    court.most(
        "fleet available", said["vehicles"], available, 0.0, where,
        lambda i: f"{where(i)} uses {show(float(said['vehicles'][i]))} vehicles, there are {show(float(available[i]))}.",
    )  # fmt: skip
    need = hours / (fleets.number("hours") * world.length[fleets.codes["period"]])
    for i, (has, needs) in enumerate(zip(said["vehicles"].tolist(), need.tolist(), strict=True)):
        court.laws += 1
        low, high = (math.ceil(needs - part) for part in (_GRACE + _TOLERANCE, _TOLERANCE))
        high = max(high, int(needs > 0))  # the smallest part of a vehicle may be one
        if not low - TOLERANCE <= has <= high + TOLERANCE or abs(has - round(has)) > TOLERANCE:
            court.laws -= 1
            sentence = f"{where(i)} has {show(has)} vehicles, its hours need {show(needs)}: the next whole number."
            court.fault("fleet vehicles", where(i), sentence, has, low)
