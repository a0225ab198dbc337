"""Drop-off: people bring a share of what waits with them to the nearest place that is open, less the farther it is."""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data
from ..words import NOTHING, say
from . import network as net
from .comeback import with_rows
from .distance import Distances
from .expand import Array, Expanded, expand, ravel

_KEYS = {"place": "place", "dest": "place", "material": "material", "step": "step"}


@kept
def encode_dropoff(
    data: Data, shape: dict[str, int], distances: Distances, supply: net.Supply
) -> tuple[net.Supply, net.Dropoff]:
    """The supply with a row wherever something may be brought, and every way of bringing it, period by period."""
    frame = data["dropoff"]
    found = expand(data, frame, _KEYS, shape)
    if not len(found):
        none = np.zeros(0, np.int64)
        return supply, net.Dropoff(none, none, none, none, np.zeros(0), np.zeros(0), none, none, none)
    km = _known(data, distances, found)
    found, km, share = _steps(data, shape, found, km)
    which, giver = _waiting(data, shape, found, supply)
    keys = found.take(which)
    place, dest, material = (keys.codes[c] for c in ("place", "dest", "material"))
    period = supply.period[giver]
    waits = supply.most[giver]
    amount = share[which] * np.where(np.isfinite(waits), waits, 0.0)  # an endless one is noted
    before = supply
    supply, taker = with_rows(shape, supply, dest, material, period)
    supply, _ = with_rows(shape, supply, place, material, period)
    _note_others(data, before, keys.row, giver, taker)
    return supply, net.Dropoff(place, dest, material, period, km[which], amount, giver, taker, keys.row)


def _known(data: Data, distances: Distances, found: Expanded) -> Array:
    """km of every pair; one that nobody knows is noted."""
    place, dest = found.codes["place"], found.codes["dest"]
    km = distances.between(place, dest)
    unknown = np.flatnonzero(np.isnan(km))
    if distances.sound:
        for row, first in zip(*np.unique(found.row[unknown], return_index=True), strict=True):
            i, j = int(place[unknown[first]]), int(dest[unknown[first]])
            labels = data.labels["place"]
            told = say("Nothing says how far it is from {place} to {site}.", place=labels[i], site=labels[j])
            where = data["dropoff"].where(int(row), "within")
            data.problems.add("E538", told, distances.advice(i, j) or NOTHING, **where)
    return km


def _steps(data: Data, shape: dict[str, int], found: Expanded, km: Array) -> tuple[Expanded, Array, Array]:
    """Of every pair and material the step that holds at its distance; pairs out of reach are left out."""
    frame = data["dropoff"]
    within = frame.number["within"][found.row]
    near = np.flatnonzero(km <= within)
    found, km, within = found.take(near), km[near], within[near]
    pair = ravel(
        [found.codes[c] for c in ("place", "dest", "material")], [shape["place"], shape["place"], shape["material"]]
    )
    order = np.lexsort((within, pair))
    first = np.r_[True, pair[order][1:] != pair[order][:-1]] if len(order) else np.zeros(0, bool)
    again = np.flatnonzero(~first)
    twice = again[first[again - 1] & (within[order][again] == within[order][again - 1])]
    for row in np.unique(found.row[order[twice]]).tolist():
        told = say("Another step reaches as far, and brings another share.")
        data.problems.add(
            "E539", told, say("Keep one, or give them distances of their own."), **frame.where(row, "within")
        )
    kept = order[first]
    return found.take(kept), km[kept], frame.number["share"][found.row[kept]]


def _waiting(data: Data, shape: dict[str, int], found: Expanded, supply: net.Supply) -> tuple[Array, Array]:
    """Which pair brings what waits in which row of supply: positions of both."""
    size = [shape["place"], shape["material"]]
    key = ravel([supply.place, supply.material], size)
    order = np.argsort(key, kind="stable")
    asked = ravel([found.codes["place"], found.codes["material"]], size)
    first, last = (np.searchsorted(key[order], asked, side) for side in ("left", "right"))
    which = np.repeat(np.arange(len(found)), last - first)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
    giver = order[first[which] + nth]
    said = np.flatnonzero(supply.row[giver] >= 0)  # what comes back there, or is offered for, is another matter
    which, giver = which[said], giver[said]
    for row in np.setdiff1d(found.row, found.row[which]).tolist():
        told = say("Nobody brings anything by this row: no supply waits there.")
        where = data["dropoff"].where(row, "place")
        data.problems.add("W532", told, say("Write what waits with people in supply, with its most."), **where)
    return which, giver


def _note_others(data: Data, before: net.Supply, rows: Array, giver: Array, taker: Array) -> None:
    """What is brought neither comes back by itself nor is offered for: what may be collected must have one reason."""
    known = len(before)
    other = before.follows[giver]
    old = np.flatnonzero(taker < known)
    other[old] |= before.follows[taker[old]]
    for row in np.unique(rows[other]).tolist():
        told = say("What is brought by this row also comes back by returns, or is asked for by offers.")
        data.problems.add(
            "E535", told, say("Keep one, or give it another name."), **data["dropoff"].where(row, "material")
        )


def most_brought(n: net.Network) -> Array:
    """The most that people may bring to each row of supply."""
    return np.bincount(n.dropoff.taker, n.dropoff.amount, len(n.supply)) + np.zeros(len(n.supply))
