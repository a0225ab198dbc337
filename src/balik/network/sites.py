"""Sites: sizes and statuses, stock that stands there at the start, and the unit of their capacity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..kept import kept
from ..tables import Data
from ..tables.capacity import BESIDE, COUNTING, SiteCount, counted_in, counts, home, numbers, site_count
from ..tables.settled import no_size
from ..words import say
from . import network as net
from .expand import Array, expand
from .materials import Materials

_STATUS = {"candidate": net.CANDIDATE, "open": net.OPEN, "closed": net.CLOSED, "existing": net.EXISTING}


@kept
def encode_sites(data: Data, shape: dict[str, int]) -> net.Sites:
    """Sites in each of their sizes, by place and size; what they count is settled by `site_units`."""
    frame = data["sites"]
    found = expand(data, frame, {"place": "place", "size": "size"}, shape)
    order = np.lexsort((found.codes["size"], found.codes["place"]))
    found = found.take(order)
    status = np.array([_STATUS.get(level, 0) for level in frame.text["status"].levels])
    money = ("opening_cost", "running_cost", "closing_cost")
    return net.Sites(
        **found.codes,
        **{c: numbers(data, c)[found.row] for c in COUNTING},
        **{c: frame.number[c][found.row] for c in money},
        status=status[frame.text["status"].codes[found.row]] if len(found) else np.zeros(0, np.int64),
        starts=np.zeros(len(found), bool),
        row=found.row,
    )


@kept
def with_starts(data: Data, sites: net.Sites, stores: net.Stores) -> net.Sites:
    """Mark the sites where stock stands at the start; at a closed one that is a problem."""
    standing = np.unique(stores.place[stores.start > 0])
    starts = np.isin(sites.place, standing)
    for place in np.intersect1d(standing, sites.place) if data.sound("sites") else ():
        if (sites.status[sites.place == place] == net.CLOSED).all():
            row = int(stores.row[np.flatnonzero((stores.place == place) & (stores.start > 0))[0]])
            data.problems.add(
                "E331", say("Stock starts at {place}, a site that stays closed.", place=data.labels['place'][place]),
                say("Set start to 0 or another status."), **data["stores"].where(row, "start"),
            )  # fmt: skip
    values = {f: getattr(sites, f) for f in sites.__dataclass_fields__} | {"starts": starts}
    return net.Sites(**values)


@kept
def site_units(
    data: Data,
    sites: net.Sites,
    site_of: Array,
    lanes: net.Lanes,
    hauls: net.Hauls,
    supply: net.Supply,
    materials: Materials,
    beside: dict[str, tuple[Array, Array]],
) -> tuple[net.Sites, Array, list[str], dict[str, Array]]:
    """The sites in the units in which they count, what a unit of each material counts there, and those units.

    `beside`: for every table beside `sites` that counts what comes, the positions of sites that its rows are about, and
    the rows. The last of the answer: by what its columns are multiplied to be in those units, by site.

    That is the common unit of the materials that arrive or are collected there, else their mass in kg; or what a
    header of `sites` says.
    """
    places = np.flatnonzero(site_of >= 0)
    weight, units = np.ones((len(places), len(materials.unit))), ["qty"] * len(places)
    seen = np.zeros((len(places), len(materials.unit)), bool)
    for place, material in (
        (lanes.dest, lanes.material),
        (hauls.dest, hauls.material),
        (supply.place, supply.material),
    ):
        at = site_of[place] >= 0
        seen[site_of[place[at]], material[at]] = True
    every = (*COUNTING, *BESIDE)
    rows_of = {"sites": (np.arange(len(sites)), sites.row)} | beside
    filled = np.zeros((len(places), len(every)), bool)
    for c, (column, fills) in enumerate(counts(data).items()):
        site, row = rows_of[home(column)[0]]
        filled[site_of[sites.place[site[fills[row]]]], c] = True
    times = np.ones((len(places), len(every)))
    patterns, which = np.unique(np.concatenate([seen, filled], 1), axis=0, return_inverse=True)
    for pattern, members in enumerate(patterns):
        at = np.flatnonzero(which.ravel() == pattern)
        comes = np.flatnonzero(members[: len(materials.unit)]).tolist()
        columns = [column for column, on in zip(every, members[len(materials.unit) :], strict=True) if on]
        found = site_count(data, materials.unit, comes, columns)
        weight[at] = np.nan_to_num(found.weight)
        times[at] = [found.times.get(column, 1.0) for column in every]
        for p in at:
            units[p] = found.unit
        if data.sound("materials"):
            here = {table: row[site_of[sites.place[site]] == at[0]] for table, (site, row) in rows_of.items()}
            _note_count(data, found, data.labels["place"][places[at[0]]], here, materials)
    scaled = {c: numbers(data, c)[sites.row] * times[site_of[sites.place], k] for k, c in enumerate(COUNTING)}
    more = {c: times[site_of[sites.place], k] for k, c in enumerate(every) if c in BESIDE}
    return replace(sites, **scaled), weight, units, more


def _note_count(data: Data, found: SiteCount, place: str, rows: dict[str, Array], materials: Materials) -> None:
    """Note that a site cannot count what comes to it; `rows`: those of each table that are about it."""
    if found.mixed:
        told = say(
            "What comes to {place} has no common ratio between what {column} counts and what the other columns count.",
            place=place,
            column=found.mixed,
        )
        table, name = home(found.mixed)
        where = data[table].where(int(rows[table][0]), name)
        data.problems.add("E313", told, say("Give these columns one unit."), **where)
    column, lost = found.lost
    for material in lost:
        if counted_in(data, column) is not None:
            table, name = home(column)
            frame = data[table]
            told, advice = no_size(frame, name, materials.labels[material], materials.unit[material])
            data.problems.add("E313", told, advice, **frame.where(int(rows[table][0]), name))
            continue
        told = say(
            "Materials of different units come to {place}, so its capacity counts mass, and '{material}' has none.",
            place=place,
            material=materials.labels[material],
        )
        where = data["sites"].where(int(rows["sites"][0]), "capacity")
        data.problems.add("E311", told, say("Write mass [kg] in materials."), **where)
