"""Offers: levels of a price and of what may be collected at it, one of which is chosen for each place and material."""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data
from ..words import say
from . import network as net
from .comeback import with_rows
from .counted import in_own_unit
from .expand import Array, expand

_KEYS = {"place": "place", "material": "material", "level": "level"}


@kept
def encode_offers(
    data: Data, shape: dict[str, int], supply: net.Supply, back: net.Returns
) -> tuple[net.Supply, net.Offers]:
    """The supply with a row in each period for all that is offered, and every level by place and material."""
    frame = data["offers"]
    found = expand(data, frame, _KEYS, shape)
    place, material, level = found.codes.values()
    order = np.lexsort((level, material, place))
    found = found.take(order)
    number = {c: in_own_unit(data, frame, c, found.row, found.codes["material"]) for c in ("price", "amount")}
    offers = net.Offers(**found.codes, **number, row=found.row)
    if not len(offers):
        return supply, offers
    _note_both(data, shape, offers, back)
    periods = np.tile(np.arange(shape["period"]), len(offers))
    each = np.repeat(np.arange(len(offers)), shape["period"])
    supply, at = with_rows(shape, supply, offers.place[each], offers.material[each], periods)
    _note_said_twice(data, supply, at)
    return supply, offers


def offered(n: net.Network) -> Array:
    """The most that any level lets be collected of each row of supply, 0 where nothing is offered."""
    offers, materials = n.offers, len(n.labels["material"])
    best = np.zeros(len(n.labels["place"]) * materials)
    np.maximum.at(best, offers.place * materials + offers.material, offers.amount)
    return best[n.supply.place * materials + n.supply.material]


def said_by(n: net.Network, supply: int) -> tuple[str, int]:
    """The table and the row that say what may be collected in a row of the supply."""
    row, links, offers = int(n.supply.row[supply]), n.returns, n.offers
    if row >= 0:
        return "supply", row
    if (found := np.flatnonzero(links.supply == supply)).size:
        return "returns", int(links.row[found[0]])
    if (ways := np.flatnonzero(n.dropoff.taker == supply)).size:
        return "dropoff", int(n.dropoff.row[ways[0]])
    mine = (offers.place == n.supply.place[supply]) & (offers.material == n.supply.material[supply])
    return "offers", int(offers.row[np.flatnonzero(mine)[0]])


def _note_both(data: Data, shape: dict[str, int], offers: net.Offers, back: net.Returns) -> None:
    """What is offered for does not come back by itself too: which of it would be paid for?"""
    mine, theirs = (t.place.astype(np.int64) * shape["material"] + t.material for t in (offers, back))
    for row in np.unique(offers.row[np.isin(mine, theirs)]).tolist():
        at = int(np.flatnonzero((offers.row == row) & np.isin(mine, theirs))[0])
        material, place = data.labels["material"][offers.material[at]], data.labels["place"][offers.place[at]]
        data.problems.add(
            "E534", say("'{material}' at {place} comes back by the table returns and is asked for by offers.",
                        material=material, place=place),
            say("Keep one, or give what comes back another name."), **data["offers"].where(row, "material"),
        )  # fmt: skip


def _note_said_twice(data: Data, supply: net.Supply, at: Array) -> None:
    """Offers say what may be collected and what is paid: supply may say the least and what leaving costs."""
    frame = data["supply"]
    rows, mine = supply.row[at], supply.row[at] >= 0
    for column, wrong in (("most", (supply.most > 0) & np.isfinite(supply.most)), ("price", supply.price != 0)):
        for row in np.unique(rows[mine & wrong[at]]).tolist():
            if column == "most" and frame.given["amount"][row]:
                continue  # told of its amount
            data.problems.add(
                "E533", say("{column} stands in supply beside offers, which say it level by level.", column=column),
                say("Write most = 0 and no price; least and left_cost may stand."), **frame.where(row, column),
            )  # fmt: skip
