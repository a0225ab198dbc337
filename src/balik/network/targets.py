"""What is put on the market, in the plan and before it; who is near enough to which site."""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data
from ..words import NOTHING, say
from . import network as net
from .counted import in_own_unit
from .distance import Distances
from .expand import Array, expand


@kept
def encode_market(data: Data, shape: dict[str, int]) -> net.Market:
    """Amounts put on the market; a period before the first of the plan is -1, the one before it -2."""
    frame = data["market"]
    found = expand(data, frame, {"place": "place", "material": "material", "period": "when"}, shape)
    amount = in_own_unit(data, frame, "amount", found.row, found.codes["material"])
    period = found.codes["period"] - (shape["when"] - shape["period"])
    return net.Market(found.codes["place"], found.codes["material"], period, amount, found.row)


@kept
def encode_people(data: Data) -> Array:
    """People of every place, 0 where nothing is said."""
    frame, labels = data["places"], data.labels["place"]
    code = {label: i for i, label in enumerate(labels)}
    people = np.zeros(len(labels))
    for row in np.flatnonzero(frame.given["people"] & frame.ok).tolist():
        if (place := code.get(frame.text["place"][row])) is not None:
            people[place] = frame.number["people"][row]
    return people


@kept
def encode_coverage(data: Data, shape: dict[str, int], distances: Distances, people: Array) -> net.Coverage:
    """Every pair within its radius; a pair without a distance is noted, as is a place without people."""
    frame = data["coverage"]
    found = expand(data, frame, {"place": "place", "site": "place"}, shape)
    _check_people(data, found.row, people[found.codes["place"]])
    found = found.take(np.flatnonzero(people[found.codes["place"]] > 0))
    place, site = found.codes["place"], found.codes["site"]
    km = distances.between(place, site)
    if distances.sound:
        _check_known(data, distances, found.row, place, site, km)
    near = np.flatnonzero(km <= frame.number["within"][found.row])
    asked = np.flatnonzero(people > 0) if len(frame) else np.zeros(0, np.int64)
    return net.Coverage(place[near], site[near], asked)


def _check_people(data: Data, rows: Array, people: Array) -> None:
    """A row that serves nobody says nothing."""
    frame = data["coverage"]
    most = np.zeros(len(frame))
    np.maximum.at(most, rows, people)
    for row in np.unique(rows[most[rows] == 0]).tolist():
        found = say("No place of this row has people.")
        data.problems.add("E571", found, say("Write how many in places.people."), **frame.where(row, "place"))


def _check_known(data: Data, distances: Distances, rows: Array, place: Array, site: Array, km: Array) -> None:
    """Whether somebody is near enough cannot be told without a distance."""
    frame, labels, unknown = data["coverage"], data.labels["place"], np.flatnonzero(np.isnan(km))
    for row, first in zip(*np.unique(rows[unknown], return_index=True), strict=True):
        i, j = int(place[unknown[first]]), int(site[unknown[first]])
        count = int((rows[unknown] == row).sum())
        found = say("Nothing says how far it is from {place} to {site}.", place=labels[i], site=labels[j])
        if count > 1:
            found = say("{found} Nor of {count} other pairs of this row.", found=found, count=count - 1)
        data.problems.add("E572", found, distances.advice(i, j) or NOTHING, **frame.where(int(row), "within"))
