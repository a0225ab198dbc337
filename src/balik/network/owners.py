"""Owners of places, and what may not be said of them."""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data
from ..words import say
from . import network as net
from .expand import Array, ravel


@kept
def encode_owners(data: Data, lanes: net.Lanes, hauls: net.Hauls) -> Array:
    """Owner of each place, -1: nobody."""
    frame, known = data["places"], {label: code for code, label in enumerate(data.labels["owner"])}
    code = {label: i for i, label in enumerate(data.labels["place"])}
    owner = np.full(len(code), -1)
    for row in range(len(frame)):
        if (place := code.get(frame.text["place"][row])) is not None:
            owner[place] = known.get(frame.text["owner"][row], -1)
    if known:
        _note_payers(data, lanes)
        _note_unpaid(data, owner, lanes, hauls)
    else:
        _note_nobody(data)
    return owner


def _note_payers(data: Data, lanes: net.Lanes) -> None:
    """Between two places one owner pays: trips are shared, and so is what is charged on them."""
    size = len(data.labels["place"])
    pair = ravel([lanes.origin, lanes.dest], [size, size])
    _, first, at = np.unique(pair, return_index=True, return_inverse=True)
    odd = lanes.by_origin != lanes.by_origin[first][at.ravel()]
    frame = data["lanes"]
    for row in np.unique(lanes.row[odd]).tolist():
        found = say("Other lanes between these places say otherwise who pays the transport.")
        data.problems.add("E520", found, say("Write the same paid_by on all of them."), **frame.where(row, "paid_by"))


def _note_unpaid(data: Data, owner: Array, lanes: net.Lanes, hauls: net.Hauls) -> None:
    """Tours between places whose lanes have a transfer price: what they carry is not paid for."""
    size, materials = len(data.labels["place"]), max(len(data.labels["material"]), 1)
    shape = [size, size, materials]
    priced = ravel([lanes.origin, lanes.dest, lanes.material], shape)[lanes.price != 0]
    carried = ravel([hauls.origin, hauls.dest, hauls.material], shape)
    unpaid = np.isin(carried, priced) & (owner[hauls.origin] != owner[hauls.dest])
    frame = data["tours"]
    for tour in np.unique(hauls.tour[unpaid]).tolist():
        name = data.labels["tour"][tour]
        row = next(row for row in range(len(frame)) if frame.text["tour"][row] == name)
        found = say("Lanes between stops of the tour have a transfer price, and what the tour carries is not paid for.")
        advice = say("Leave out the tour or the price, or read the margins of these owners with that in mind.")
        data.problems.add("W521", found, advice, **frame.where(row, "tour"))


def _note_nobody(data: Data) -> None:
    """What needs owners, in a case without any."""
    advice = say("Write who owns the places in places.owner.")
    lanes = data["lanes"]
    given = lanes.ok & (lanes.given["paid_by"] | (np.nan_to_num(lanes.written("price")) != 0))
    for row in np.flatnonzero(given)[:1].tolist():
        found = say("No place has an owner, so nobody is paid and nobody pays.")
        data.problems.add("W520", found, advice, **lanes.where(row, "price"))
    found = say("margin is that of an owner, and no place has one.")
    for name in ("limits", "goals"):
        frame = data[name]
        for row in np.flatnonzero(frame.ok).tolist():
            if frame.text["quantity"][row] == "margin":
                data.problems.add("E521", found, advice, **frame.where(row, "quantity"))
    section = data.tables.settings.get("objective")
    if isinstance(section, dict) and "margin" in section:
        data.problems.add("E521", found, advice, **data.tables.where("case", "objective.margin"))
