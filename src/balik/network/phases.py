"""Sites that open and close over time: what holds for them in every period, and the modules that extend sites.

A site with a row in `phases` is phased. A blank cell takes the value of the site's row in `sites`, and so does a period
for which no row stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..kept import kept
from ..tables import Data
from ..tables.capacity import numbers
from ..words import say
from . import network as net
from .expand import Array, expand, ravel

_MANY = 1000
_MONEY = ("opening_cost", "closing_cost", "running_cost")
_COUNTS = ("capacity", "least")


@dataclass(frozen=True)
class Spread:
    """Rows of a table over the sites that they are about: the position of the site, further codes, and the row."""

    site: Array
    codes: dict[str, Array]
    row: Array

    def __len__(self) -> int:
        return len(self.row)


def spread(data: Data, shape: dict[str, int], name: str, sites: net.Sites, *keys: str) -> Spread:
    """A table by site and these keys, in their order; rows about no site are a problem."""
    frame = data[name]
    none = np.zeros(0, np.int64)
    if not len(frame):
        return Spread(none, {k: none for k in keys}, none)
    found = expand(data, frame, {k: k for k in ("place", "size", *keys)}, shape)
    size = [shape["place"], shape["size"]]
    known = ravel([sites.place, sites.size], size)
    asked = ravel([found.codes["place"], found.codes["size"]], size)
    at = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    hit = np.flatnonzero(known[at] == asked) if len(known) else none
    _note_no_site(data, name, sites, np.unique(found.row[hit]))
    codes = {k: found.codes[k][hit] for k in keys}
    order = np.lexsort((*(codes[k] for k in reversed(keys)), at[hit]))
    return Spread(at[hit][order], {k: c[order] for k, c in codes.items()}, found.row[hit][order])


def _note_no_site(data: Data, name: str, sites: net.Sites, used: Array) -> None:
    """Rows that are about no site in that size; one that nearer rows beat everywhere is about some."""
    frame = data[name]
    lost = frame.ok & data.sound("sites", "places", "groups")
    lost[used] = False
    known = list(zip(sites.place.tolist(), sites.size.tolist(), strict=True)) if lost.any() else []
    for row in np.flatnonzero(lost)[:_MANY].tolist():
        place, size = frame.text["place"][row], frame.text["size"][row]
        places, sizes = _meant(data, "place", place), _meant(data, "size", size)
        if any(p in places and s in sizes for p, s in known):
            continue
        found = say("{place} is no site.", place=place or "*")
        if any(p in places for p, _ in known):
            found = say("{place} is no site of size '{size}'.", place=place or "*", size=size)
        data.problems.add(
            "E580", found, say("Sites and their sizes stand in the table sites."), **frame.where(row, "place")
        )


def _meant(data: Data, dimension: str, label: str) -> set[int]:
    """The codes that a cell stands for."""
    known = {name: code for code, name in enumerate(data.labels[dimension])}
    if label in ("", "*"):
        return set(known.values())
    if label.startswith("group:"):
        return set(data.groups.get((dimension, label[6:]), []))
    if label.startswith("kind:") and dimension == "place":
        return set(data.kinds.get(label[5:], []))
    return {known[label]} if label in known else set()


# -- phases ------------------------------------------------------------------------------------------------------


@kept
def encode_phases(
    data: Data, sites: net.Sites, found: Spread, times: dict[str, Array], length: Array
) -> tuple[net.Sites, net.Phases]:
    """The phased sites in every period, and all sites as `Phases` leaves them.

    `sites`: in the units in which they count; `times`: by what `phases.capacity` and `phases.least` are multiplied to be
    in these, by site.
    """
    frame, periods = data["phases"], len(length)
    phased = np.unique(found.site)
    site = np.repeat(phased, periods)
    row = np.full(len(site), -1)
    row[np.searchsorted(phased, found.site) * periods + found.codes.get("period", found.site)] = found.row
    stands, at = row >= 0, np.maximum(row, 0)

    def own(values: Array, other: Array) -> Array:
        """What the row says, else what the site says."""
        mine = np.where(stands, values[at], np.nan) if len(values) else np.full(len(site), np.nan)
        return np.where(np.isnan(mine), other[site], mine)

    counts = {}
    for c in _COUNTS:
        name = f"phases.{c}"
        scaled = own(numbers(data, name), np.full(len(sites), np.nan)) * times[name][site] if len(site) else site * 1.0
        counts[c] = np.where(np.isnan(scaled), getattr(sites, c)[site], scaled)
    status = data["sites"].text["status"]
    stood = np.array([level == "existing" for level in status.levels], bool)[status.codes[sites.row]]
    phases = net.Phases(
        site=site,
        period=np.tile(np.arange(periods), len(phased)),
        **counts,
        **{c: own(frame.number[c], getattr(sites, c)) for c in _MONEY},
        residual=np.where(stands, frame.number["residual"][at], 0.0) if len(frame) else np.zeros(len(site)),
        **{c: ~stands | frame.flag[c][at] if len(frame) else stands for c in ("may_open", "may_close")},
        stood=stood[site] if len(site) else np.zeros(0, bool),
        row=row,
    )
    if len(phases):
        _note_phases(data, sites, phases)
    return _left(sites, phases), phases


def _left(sites: net.Sites, phases: net.Phases) -> net.Sites:
    """The sites, those that are phased without money and with their largest capacity and least."""
    if not len(phases):
        return sites
    values = {c: getattr(sites, c).copy() for c in (*_MONEY, *_COUNTS)}
    for c in values:
        values[c][phases.site] = 0.0
    for c in _COUNTS:
        np.maximum.at(values[c], phases.site, getattr(phases, c))
    return replace(sites, **values)


def _note_phases(data: Data, sites: net.Sites, phases: net.Phases) -> None:
    """What a status and the periods of a site, or its numbers, say against each other."""
    frame = data["phases"]
    status, first = sites.status[phases.site], phases.period == 0
    forced = first & (status == net.OPEN) & ~phases.stood & ~phases.may_open
    for at in np.flatnonzero(forced).tolist():
        found = say("The site is open (status), and may not open in the first period.")
        data.problems.add(
            "E581",
            found,
            say("Write another status, or may_open = yes."),
            **frame.where(int(phases.row[at]), "may_open"),
        )
    above = (phases.least > phases.capacity) & (phases.row >= 0) & (len(data["modules"]) == 0)
    for at in np.flatnonzero(above)[:_MANY].tolist():
        first, second = float(phases.least[at]), float(phases.capacity[at])
        found = say(
            "{low} is above {high}: {first:g} > {second:g}.", low="least", high="capacity", first=first, second=second
        )
        data.problems.add(
            "E142", found, say("No amount can satisfy the row."), **frame.where(int(phases.row[at]), "least")
        )
    for row in np.unique(phases.row[(status == net.CLOSED) & (phases.row >= 0)]).tolist():
        found = say("The site stays closed (status), so this row says nothing of it.")
        data.problems.add("W580", found, say("Write another status, or drop the row."), **frame.where(row, "place"))


# -- what they come to -------------------------------------------------------------------------------------------


def over_time(n: net.Network, column: str) -> Array:
    """capacity or least of every site in every period, in a unit of time: site by site."""
    periods = len(n.length)
    out: Array = np.repeat(getattr(n.sites, column), periods)
    if len(n.phases):
        out[n.phases.site * periods + n.phases.period] = getattr(n.phases, column)
    return out


def rooms(n: net.Network) -> Array:
    """The most that every site can take in every period, in a unit of time, with all the modules that it may have."""
    room = over_time(n, "capacity")
    if len(n.modules):
        added = np.where(holds(n), (n.modules.capacity * n.modules.most)[:, None], 0.0)
        np.add.at(room.reshape(len(n.sites), -1), n.modules.site, added)
    return room


def holds(n: net.Network) -> Array:
    """For every line of modules the periods in which it stands: its own, or all where the site is not phased."""
    own = n.modules.period[:, None] == np.arange(len(n.length))
    return np.asarray(own | ~n.phased[n.modules.site][:, None])
