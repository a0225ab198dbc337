"""What is put on the market, who lives where, and whom an open site serves: from the tables and the plan."""

from __future__ import annotations

import numpy as np

from .exact import exact
from .resolve import resolver
from .terms import Deeds, Terms, terms
from .verdict import Array
from .world import NONE, World


def market(world: World) -> Terms:
    """Amounts put on the market, each in its material's unit; the last period of the past is NONE - 1."""
    table = resolver(world, "market", ("place", "material", "period"))
    if not len(table):
        return terms({}, np.zeros(0))
    row, codes = table.every()
    period = codes["period"] - world.past
    return terms(codes | {"period": np.where(period < 0, NONE + period, period)},
                 table.number("amount", row, 0.0, codes["material"]))  # fmt: skip


def people(world: World) -> Terms:
    """People of every place that has any."""
    count = _people(world)
    place = np.flatnonzero(count)
    return terms({"place": place}, count[place])


def covered(deeds: Deeds) -> Terms:
    """People with an open site, or a place that is no site, within the radius of the row that holds for the pair."""
    world, count = deeds.world, _people(deeds.world)
    table = resolver(world, "coverage", ("place", "site"))
    if not len(table):
        return terms({}, np.zeros(0))
    row, codes = table.every()
    lived = count[codes["place"]] > 0
    row, place, site = row[lived], codes["place"][lived], codes["site"][lived]
    near = deeds.lanes.roads.between(place, site) <= table.number("within", row)
    stands = np.ones(world.n("place"), bool)
    stands[deeds.sites.place] = False
    stands[deeds.sites.place[deeds.sites.open > 0]] = True
    served = np.zeros(world.n("place"), bool)
    served[place[near & stands[site]]] = True
    at = np.flatnonzero(count)
    return terms({"place": at}, np.where(served[at], count[at], 0.0))


def _people(world: World) -> Array:
    frame, count = world.data["places"], exact(np.zeros(world.n("place")))
    at: list[int] = []
    rows: list[int] = []
    for row in np.flatnonzero(frame.given["people"] & frame.ok).tolist():
        place = world.code["place"].get(frame.text["place"][row], NONE)
        if place != NONE:
            at.append(place)
            rows.append(row)
    if at:
        count[at] = world.numbers.at("places", "people", np.array(rows))
    return count
