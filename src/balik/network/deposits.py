"""Deposits: money taken on what is handed over, and paid back on what is collected, each by the unit."""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data
from ..words import say
from . import network as net
from .counted import in_own_unit
from .expand import Array, Expanded, expand

_KEYS = {"sold": "material", "returned": "material", "place": "place", "period": "period"}


@kept
def encode_deposits(
    data: Data, shape: dict[str, int], supply: net.Supply, demand: net.Demand
) -> tuple[net.Deposits, net.Deposits]:
    """What is taken on rows of demand, and what is paid back on rows of supply."""
    frame = data["deposits"]
    if not len(frame):
        none = np.zeros(0, np.int64)
        return net.Deposits(none, none, np.zeros(0), none), net.Deposits(none, none, np.zeros(0), none)
    found = expand(data, frame, _KEYS, shape)
    sold, back = found.codes["sold"], found.codes["returned"]
    taken = in_own_unit(data, frame, "amount", found.row, sold)
    paid = in_own_unit(data, frame, "amount", found.row, back)
    _note_doubt(data, shape, found, paid)
    out = []
    for table, material, amount in ((demand, sold, taken), (supply, back, paid)):
        asked = _key(shape, found.codes["place"], material, found.codes["period"])
        at, which = _positions(_key(shape, table.place, table.material, table.period), asked)
        _note_idle(data, found, which, table is demand)
        at, first = np.unique(at, return_index=True)  # several that are sold share what comes back
        which = which[first]
        on = amount[which] != 0
        out.append(net.Deposits(at[on], material[which][on], amount[which][on], found.row[which][on]))
    return out[0], out[1]


def _key(shape: dict[str, int], place: Array, material: Array, period: Array) -> Array:
    return np.asarray((place.astype(np.int64) * shape["material"] + material) * shape["period"] + period)


def _positions(known: Array, asked: Array) -> tuple[Array, Array]:
    """Where the keys asked for stand among those known, and which of them do."""
    if not len(known):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known[order], asked), len(known) - 1)]
    which = np.flatnonzero(known[at] == asked)
    return at[which], which


def _note_doubt(data: Data, shape: dict[str, int], found: Expanded, amount: Array) -> None:
    """What is sold has one deposit, and so has what comes back, wherever and whenever both may stand."""
    frame, c = data["deposits"], found.codes
    by_sold = _key(shape, c["place"], c["sold"], c["period"])
    by_back = _key(shape, c["place"], c["returned"], c["period"])
    for row, spot in _clashes(data, by_sold, c["returned"].astype(float), found.row):
        told = say(
            "Two materials give back the deposit on '{sold}': also at {spot}.", sold=frame.text["sold"][row], spot=spot
        )
        advice = say("Let one material come back, and sort it by a process; then the deposit is taken once.")
        data.problems.add("E536", told, advice, **frame.where(row, "returned"))
    for row, spot in _clashes(data, by_back, amount, found.row):
        told = say("The deposits paid back on '{returned}' differ: also at {spot}.",
                   returned=frame.text["returned"][row], spot=spot)  # fmt: skip
        advice = say("Give them one amount, or let materials of their own come back.")
        data.problems.add("E537", told, advice, **frame.where(row, "amount"))


def _clashes(data: Data, key: Array, value: Array, rows: Array) -> list[tuple[int, str]]:
    """Rows that have another value than an earlier row at the same key, once each, and where that one stands."""
    order = np.lexsort((rows, key))
    first = np.r_[True, key[order][1:] != key[order][:-1]] if len(key) else np.zeros(0, bool)
    owner = order[np.maximum.accumulate(np.where(first, np.arange(len(key)), 0))]
    clash = np.flatnonzero(value[order] != value[owner])
    _, once = np.unique(rows[order[clash]], return_index=True)
    return [(int(rows[order[i]]), data["deposits"].spot(int(rows[owner[i]]))) for i in clash[once]]


def _note_idle(data: Data, found: Expanded, which: Array, taken: bool) -> None:
    """Rows of deposits that no money goes by."""
    frame = data["deposits"]
    for row in np.setdiff1d(found.row, found.row[which]).tolist():
        if taken:
            told = say("Nobody pays this deposit: no demand hands over '{sold}' there.", sold=frame.text["sold"][row])
        else:
            told = say("Nobody gets this deposit back: no '{returned}' can be collected there.",
                       returned=frame.text["returned"][row])  # fmt: skip
        advice = say("Check the materials, the place and the period of the row.")
        data.problems.add("W533", told, advice, **frame.where(row, "sold" if taken else "returned"))
