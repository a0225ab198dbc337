"""Fleets: vehicles of a mode that stand at a base, and the trips of lanes and tours that they may make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kept import kept
from ..tables import Data, Frame
from ..words import Sentence, say
from . import network as net
from .distance import Distances
from .expand import Array, Expanded, expand, ravel

_NUMBERS = ("available", "fixed_cost", "hours", "drivers")


@dataclass(frozen=True)
class _Rides:
    """Trips of lanes, or rounds of tours: where each may find its vehicle, and how far it drives."""

    table: str
    mode: Array
    period: Array
    ends: tuple[Array, ...]  # places at which a base is touched
    km: Array  # of one trip: there and back, or all legs; nan: unknown
    row: Array  # in the table
    counted: Array  # whether the vehicle fills, so that there are trips


@kept
def encode_fleets(
    data: Data, shape: dict[str, int], distances: Distances, lanes: net.Lanes, trips: net.Trips,
    rounds: net.Rounds, legs: net.Legs, hauls: net.Hauls,
) -> tuple[net.Fleets, net.Duties, net.Duties]:  # fmt: skip
    """The fleets, and what each may drive on lanes and on tours."""
    frame = data["fleets"]
    found = expand(data, frame, {"mode": "mode", "base": "place", "period": "period"}, shape)
    number = {c: frame.number[c][found.row] for c in _NUMBERS}
    fleets = net.Fleets(**found.codes, **number, row=found.row)
    if not len(found):
        none = np.zeros(0, np.int64)
        nothing = net.Duties(none, none, np.zeros(0))
        return fleets, nothing, nothing
    _note_timeless(data, frame)
    _note_uncounted_lanes(data, found, lanes, shape)
    rides = _of_lanes(lanes, trips), _of_tours(data, rounds, legs, hauls)
    duties = [_duties(data, frame, found, ride, shape, distances) for ride in rides]
    _note_idle(data, frame, found, duties)
    return fleets, duties[0], duties[1]


def _of_lanes(lanes: net.Lanes, trips: net.Trips) -> _Rides:
    row = np.zeros(len(trips), np.int64)
    on = np.flatnonzero(lanes.trip >= 0)[::-1]
    row[lanes.trip[on]] = lanes.row[on]  # the first lane of each
    return _Rides(
        "lanes", trips.mode, trips.period, (trips.origin, trips.dest), 2 * trips.km, row, np.ones(len(trips), bool)
    )


def _of_tours(data: Data, rounds: net.Rounds, legs: net.Legs, hauls: net.Hauls) -> _Rides:
    size = len(rounds)
    mode, room = np.zeros(size, np.int64), np.full(size, np.inf)
    mode[legs.round[legs.first]] = legs.mode[legs.first]
    np.minimum.at(room, legs.round, legs.room)
    payload = np.full(size, np.inf)
    np.minimum.at(payload, hauls.round, hauls.payload)
    names = data["tours"].text["tour"]
    first = {names[row]: row for row in reversed(range(len(data["tours"])))}
    rows = np.array([first.get(data.labels["tour"][tour], 0) for tour in rounds.tour.tolist()], np.int64)
    km = np.bincount(legs.round, legs.km, size)
    counted = np.isfinite(payload) | np.isfinite(room)
    return _Rides("tours", mode, rounds.period, (rounds.base,), km, rows, counted)


def _duties(
    data: Data, frame: Frame, found: Expanded, rides: _Rides, shape: dict[str, int], distances: Distances
) -> net.Duties:
    """Every ride with every fleet of its mode and period that may make it; what none may is noted."""
    fleet, of = _pairs(frame, found, rides, shape)
    row = found.row[fleet]
    speed = frame.number["speed"][row]
    with np.errstate(invalid="ignore"):
        hours = np.where(np.isfinite(speed), rides.km[of] / speed, 0.0) + frame.number["handling"][row]
    lost = np.unique(of[np.isnan(hours)])
    for at in _first_of_rows(rides, lost) if distances.sound else ():
        _note_km(data, distances, rides, at)
    of_fleets = _key(found.codes["mode"], found.codes["period"], shape)
    driven = np.isin(_key(rides.mode, rides.period, shape), of_fleets)
    if data.sound("fleets", "modes"):
        for at in _first_of_rows(rides, np.flatnonzero(driven & ~rides.counted)):
            _note_uncounted(data, rides.table, rides.row[at], rides.mode[at])
        for at in _first_of_rows(rides, np.setdiff1d(np.flatnonzero(driven), of)):
            _note_nobody(data, rides, at)
    return net.Duties(fleet, of, np.nan_to_num(hours))


def _key(mode: Array, period: Array, shape: dict[str, int]) -> Array:
    return ravel([mode, period], [shape["mode"], shape["period"]]) if len(mode) else np.zeros(0, np.int64)


def _pairs(frame: Frame, found: Expanded, rides: _Rides, shape: dict[str, int]) -> tuple[Array, Array]:
    """Positions of fleets and of the rides that they may make, in order of the rides."""
    everywhere = np.array([frame.text["serves"][row] == "all" for row in found.row.tolist()], bool)
    mode, base, period = (found.codes[c] for c in ("mode", "base", "period"))
    at_base = np.full((shape["mode"], shape["place"], shape["period"]), -1, np.int64)
    own = np.flatnonzero(~everywhere)
    at_base[mode[own], base[own], period[own]] = own
    fleets, of = [], []
    for end in rides.ends:
        here = at_base[rides.mode, end, rides.period]
        fleets.append(here[here >= 0])
        of.append(np.flatnonzero(here >= 0))
    for one in np.flatnonzero(everywhere).tolist():
        all_of = np.flatnonzero((rides.mode == mode[one]) & (rides.period == period[one]))
        fleets.append(np.full(len(all_of), one))
        of.append(all_of)
    fleet, ride = np.concatenate(fleets), np.concatenate(of)
    order = np.lexsort((fleet, ride))
    return fleet[order], ride[order]


# -- what is wrong in the light of other rows --------------------------------------------------------------------


def _first_of_rows(rides: _Rides, which: Array) -> list[int]:
    """One of these rides for each row of their table."""
    _, first = np.unique(rides.row[which], return_index=True)
    at: list[int] = which[first].tolist()
    return at


def _name(data: Data, rides: _Rides, at: int) -> Sentence:
    if rides.table == "tours":
        return say("tour '{tour}'", tour=data["tours"].text["tour"][int(rides.row[at])])
    origin, dest = (data.labels["place"][int(end[at])] for end in rides.ends)
    return say("the lane from {origin} to {dest}", origin=origin, dest=dest)


def _note_timeless(data: Data, frame: Frame) -> None:
    """Speed and handling both blank: no number of vehicles follows."""
    for row in np.flatnonzero(frame.ok & np.isinf(frame.number["speed"]) & (frame.number["handling"] == 0)).tolist():
        data.problems.add(
            "E501", say("A trip of this fleet takes no time: speed and handling are both blank."),
            say("Write speed [km/hour], handling [hour/trip], or both."), **frame.where(row, "speed"),
        )  # fmt: skip


def _note_uncounted_lanes(data: Data, found: Expanded, lanes: net.Lanes, shape: dict[str, int]) -> None:
    """Lanes of a mode with fleets whose vehicle never fills."""
    of_fleets = _key(found.codes["mode"], found.codes["period"], shape)
    driven = (lanes.trip < 0) & np.isin(_key(lanes.mode, lanes.period, shape), of_fleets)
    rows, first = np.unique(lanes.row[driven], return_index=True)
    if data.sound("fleets", "modes"):
        for row, at in zip(rows, np.flatnonzero(driven)[first], strict=True):
            _note_uncounted(data, "lanes", row, lanes.mode[at])


def _note_uncounted(data: Data, table: str, row: int, mode: int) -> None:
    data.problems.add(
        "E502",
        say("'{mode}' has fleets, and here it never fills: payload and room are both blank, so nothing counts its trips.",
            mode=data.labels["mode"][mode - 1]),
        say("Write payload or room in modes."), **data[table].where(int(row), "mode"),
    )  # fmt: skip


def _note_nobody(data: Data, rides: _Rides, at: int) -> None:
    data.problems.add(
        "E500",
        say("'{mode}' has fleets, and none of them may drive {ride}.",
            mode=data.labels["mode"][int(rides.mode[at]) - 1], ride=_name(data, rides, at)),
        say("Add a fleet at a base that it touches, or one with serves = all."),
        **data[rides.table].where(int(rides.row[at]), "mode"),
    )  # fmt: skip


def _note_km(data: Data, distances: Distances, rides: _Rides, at: int) -> None:
    advice = say("Write km, or a row in distances.")
    if rides.table == "lanes":
        advice = distances.advice(int(rides.ends[0][at]), int(rides.ends[1][at]))
    found = say("No km for {ride}; the hours of its fleet need it.", ride=_name(data, rides, at))
    data.problems.add("E301", found, advice, **data[rides.table].where(int(rides.row[at]), "km"))


def _note_idle(data: Data, frame: Frame, found: Expanded, duties: list[net.Duties]) -> None:
    """Rows whose fleets may drive nothing."""
    if not data.sound("lanes", "modes", "tours", "places"):
        return
    busy = np.unique(np.concatenate([found.row[d.fleet] for d in duties]))
    for row in np.setdiff1d(np.unique(found.row), busy):
        data.problems.add(
            "W500", say("No lane or tour is for this fleet, so it drives nothing."),
            say("Check mode and base: a trip begins or ends at the base, a tour begins there."),
            **frame.where(int(row), "base"),
        )  # fmt: skip
