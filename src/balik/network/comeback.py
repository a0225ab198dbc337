"""What comes back of what was handed over: links from demand to supply, a lag of periods later.

Returns make the row of supply: where no row of the table says what may be collected, nothing may beside what comes
back.
"""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data
from ..words import say
from . import network as net
from .expand import Array, Expanded, expand

_KEYS = {"sold": "material", "returned": "material", "lag": "lag", "place": "place"}


@kept
def encode_returns(
    data: Data, shape: dict[str, int], repeats: Array, supply: net.Supply, demand: net.Demand
) -> tuple[net.Supply, net.Returns]:
    """The supply with a row for all that may come back, and every link: a delivery, and what it brings back."""
    frame = data["returns"]
    if not len(frame):
        none = np.zeros(0, np.int64)
        return supply, net.Returns(none, none, none, none, none, none, none, np.zeros(0), none)
    top = int(np.clip(np.nan_to_num(frame.number["lag"]), 0, shape["period"]).max(initial=0)) + 1
    found = expand(data, frame, _KEYS, shape | {"lag": top})
    _note_lags(data, found, repeats)
    which, sold = _deliveries(shape, found, demand)
    _note_unsold(data, found, np.unique(which))
    due = demand.period[sold] + found.codes["lag"][which]
    share = frame.number["share"][found.row[which]]
    on = np.flatnonzero((due < shape["period"]) & (share > 0))
    which, sold, due, share = which[on], sold[on], due[on], share[on]
    place, material = found.codes["place"][which], found.codes["returned"][which]
    supply, at = with_rows(shape, supply, place, material, due)
    rows = found.row[which]
    return supply, net.Returns(place, demand.material[sold], material, demand.period[sold], due, sold, at, share, rows)


def _deliveries(shape: dict[str, int], found: Expanded, demand: net.Demand) -> tuple[Array, Array]:
    """Which tuple brings back something of which row of demand: positions of both."""
    key = demand.place * shape["material"] + demand.material
    order = np.argsort(key, kind="stable")
    asked = found.codes["place"] * shape["material"] + found.codes["sold"]
    first, last = (np.searchsorted(key[order], asked, side) for side in ("left", "right"))
    which = np.repeat(np.arange(len(found)), last - first)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
    return which, order[first[which] + nth]


def with_rows(
    shape: dict[str, int], supply: net.Supply, place: Array, material: Array, period: Array
) -> tuple[net.Supply, Array]:
    """The supply with rows for these keys too, marked as following from the plan; and the position of each key."""

    def key(i: Array, m: Array, t: Array) -> Array:
        return np.asarray((i.astype(np.int64) * shape["material"] + m) * shape["period"] + t)

    known, asked = key(supply.place, supply.material, supply.period), key(place, material, period)
    fresh = np.setdiff1d(asked, known)
    spot, zero = fresh // shape["period"], np.zeros(len(fresh))
    new = net.Supply(
        spot // shape["material"], spot % shape["material"], fresh % shape["period"],
        zero, zero, zero, zero, np.full(len(fresh), -1), np.zeros(len(fresh), bool),
    )  # fmt: skip
    both = {f: np.concatenate([getattr(supply, f), getattr(new, f)]) for f in supply.__dataclass_fields__}
    everything = np.concatenate([known, fresh])
    order = np.argsort(everything)
    at = order[np.searchsorted(everything[order], asked)]
    both["follows"][at] = True
    return net.Supply(**both), at


# -- what comes at most ------------------------------------------------------------------------------------------


def returned(n: net.Network, level: Array) -> Array:
    """What comes back to each row of supply, where so much is handed over in each row of demand."""
    links = n.returns
    return np.bincount(links.supply, links.share * level[links.demand], len(n.supply))


def returned_of(n: net.Network, total: Array) -> Array:
    """The most of each material that can come back over the whole horizon, where there is so much of each in all.

    What is handed over counts at most once for each lag, at the largest share of any place.
    """
    links, materials = n.returns, len(total)
    each: Array = np.bincount(links.supply, links.share * n.demand.most[links.demand], len(n.supply))
    by_rows = np.bincount(n.supply.material, each, materials)
    lag = links.due - links.period
    key = np.stack([links.sold, links.material, lag], 1)
    kinds, at = np.unique(key, axis=0, return_inverse=True)
    share = np.zeros(len(kinds))
    np.maximum.at(share, at.ravel(), links.share)
    by_sums = np.bincount(kinds[:, 1], share * total[kinds[:, 0]], materials)
    return np.minimum(by_rows, by_sums)


# -- problems ----------------------------------------------------------------------------------------------------


def _note_lags(data: Data, found: Expanded, repeats: Array) -> None:
    frame = data["returns"]
    periods = data["periods"]
    repeated = np.flatnonzero(periods.ok & (periods.number["repeats"] != 1))
    late = np.unique(found.row[found.codes["lag"] > 0])
    if len(late) and len(repeated) and (repeats != 1).any():
        data.problems.add(
            "E532", say("repeats and returns with a lag cannot stand together: what comes back would have to repeat itself."),
            say("List the periods one by one."), **periods.where(int(repeated[0]), "repeats"),
        )  # fmt: skip
    for row in np.unique(found.row[found.codes["lag"] >= len(repeats)]).tolist():
        data.problems.add(
            "W531", say("Nothing comes back within the plan: it has {count} periods, and the lag is {lag}.",
                        count=len(repeats), lag=int(frame.number["lag"][row])),
            say("Write what was sold before the first period as supply, or plan more periods."), **frame.where(row, "lag"),
        )  # fmt: skip


def _note_unsold(data: Data, found: Expanded, matched: Array) -> None:
    """Rows that meet no demand: a row that stands for many places may miss some."""
    frame = data["returns"]
    for row in np.setdiff1d(found.row, found.row[matched]).tolist():
        data.problems.add(
            "W530", say("Nothing comes back by this row: no demand hands over '{sold}' there.", sold=frame.text["sold"][row]),
            say("Write demand for it at the place of the row."), **frame.where(row, "sold"),
        )  # fmt: skip


@kept
def check_supply(data: Data, supply: net.Supply) -> None:
    """Rows of supply beside returns: what may be collected beside them must be said, and exact amounts cannot be."""
    frame = data["supply"]
    _note_order(data, supply)
    mine = supply.follows & (supply.row >= 0)
    exact = frame.given["amount"] if len(frame) else np.zeros(0, bool)
    for row in np.unique(supply.row[mine]).tolist():
        if exact[row]:
            data.problems.add(
                "E531", say("amount stands beside returns, offers or drop-off, and does not say whether what they bring is part of it."),
                say("Write least, what must be collected, and most, what may be beside what they bring."),
                **frame.where(row, "amount"),
            )  # fmt: skip
    for row in np.unique(supply.row[mine & np.isinf(supply.most)]).tolist():
        data.problems.add(
            "E530", say("Without a most, anything may be collected here, and returns, offers and drop-off bound nothing."),
            say("Write most = 0 where only what they bring may be collected."), **frame.where(row, "most"),
        )  # fmt: skip
    _note_some_periods(data, supply)


def _note_some_periods(data: Data, supply: net.Supply) -> None:
    """A price that stands for some periods only, while what is brought may be collected in others too."""
    spot = supply.place.astype(np.int64) * len(data.labels["material"]) + supply.material
    free = supply.follows & (supply.row < 0)
    priced = (supply.row >= 0) & ((supply.price != 0) | (supply.left_cost != 0))
    for row in np.unique(supply.row[priced & np.isin(spot, spot[free])]).tolist():
        column = "price" if data["supply"].written("price")[row] else "left_cost"
        data.problems.add(
            "W534", say("In other periods returns, offers or drop-off bring the same, and no row of supply gives its {column}.", column=column),
            say("Leave period blank, or write a row for each period."), **data["supply"].where(row, column),
        )  # fmt: skip


def _note_order(data: Data, supply: net.Supply) -> None:
    """least above most, where nothing comes back beside most (elsewhere the table says it row by row)."""
    if not any(len(data[name]) for name in ("returns", "offers", "dropoff")):
        return
    wrong = np.flatnonzero(~supply.follows & (supply.least > supply.most))
    for at in wrong[np.unique(supply.row[wrong], return_index=True)[1]]:
        row = int(supply.row[at])
        found = say("{low} is above {high}: {first:g} > {second:g}.", low="least", high="most",
                    first=float(supply.least[at]), second=float(supply.most[at]))  # fmt: skip
        data.problems.add("E142", found, say("No amount can satisfy the row."), **data["supply"].where(row, "most"))
