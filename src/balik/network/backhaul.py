"""Backhaul: lanes whose load may ride on the empty way back of trips the other way."""

from __future__ import annotations

import numpy as np

from ..tables import Data
from ..words import say
from . import network as net
from .expand import Array, Expanded, ravel

_KEYS = {"origin": "place", "dest": "place", "mode": "mode", "period": "period"}
_OTHER = {"origin": "dest", "dest": "origin"}


def encode_backhaul(data: Data, found: Expanded, trips: net.Trips, trip: Array, shape: dict[str, int]) -> Array:
    """For every lane the position of the trips that come back its way; -1 where it may not ride on them."""
    back = np.full(len(found), -1)
    flag = data["lanes"].flag["backhaul"]
    asks = np.flatnonzero(flag[found.row]) if len(found) else back
    if not len(asks):
        return back
    counted = asks[trip[asks] >= 0]
    sizes = [shape[d] for d in _KEYS.values()]
    known = ravel([getattr(trips, c) for c in _KEYS], sizes)
    asked = ravel([found.codes[_OTHER.get(c, c)][counted] for c in _KEYS], sizes)
    order = np.argsort(known)
    at = np.searchsorted(known[order], asked)
    at = order[np.minimum(at, len(known) - 1)] if len(known) else at
    hit = known[at] == asked if len(known) else np.zeros(len(asked), bool)
    back[counted[hit]] = at[hit]
    _note_room(data, found, trips, trip, back)
    if data.sound("modes", "lanes"):
        _note_uncounted(data, found, np.setdiff1d(asks, counted))
        _note_alone(data, found, counted, back)
    return back


def _note_room(data: Data, found: Expanded, trips: net.Trips, trip: Array, back: Array) -> None:
    """What rides shares the vehicle of the trips the other way."""
    on = np.flatnonzero(back >= 0)
    for row in np.unique(found.row[on[trips.room[trip[on]] != trips.room[back[on]]]]):
        data.problems.add(
            "E321",
            say("Materials that share the trips of this lane differ in {column}.", column="room"),
            say("Give them one value, or modes of their own."), **data["lanes"].where(int(row), "mode"),
        )  # fmt: skip


def _note_uncounted(data: Data, found: Expanded, lanes: Array) -> None:
    """Lanes without trips, as of no vehicle: nothing says what fits."""
    for row in np.unique(found.row[lanes]):
        data.problems.add(
            "E504",
            say("backhaul on a lane that has no trips: its mode is blank, or payload and room of the mode are."),
            say("Give it the mode of the trips the other way."), **data["lanes"].where(int(row), "backhaul"),
        )  # fmt: skip


def _note_alone(data: Data, found: Expanded, lanes: Array, back: Array) -> None:
    """Rows of which no lane has trips the other way."""
    rows, first = np.unique(found.row[lanes], return_index=True)
    ridden = set(found.row[back >= 0].tolist())
    for row, at in zip(rows.tolist(), lanes[first].tolist(), strict=True):
        if row not in ridden:
            origin, dest = (data.labels["place"][int(found.codes[c][at])] for c in ("origin", "dest"))
            mode = data.labels["mode"][int(found.codes["mode"][at]) - 1]
            data.problems.add(
                "E503",
                say("backhaul from {origin} to {dest}, and no trip of '{mode}' leads from {dest} to {origin}.",
                    origin=origin, dest=dest, mode=mode),
                say("Add a lane the other way with this mode, or blank backhaul."),
                **data["lanes"].where(row, "backhaul"),
            )  # fmt: skip
