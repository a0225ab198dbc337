"""Sites: sizes and statuses, stock that stands there at the start, and the unit of their capacity."""

from __future__ import annotations

import numpy as np

from ..tables import Data
from . import network as net
from .expand import Array, expand
from .materials import Materials

_STATUS = {"candidate": net.CANDIDATE, "open": net.OPEN, "closed": net.CLOSED, "existing": net.EXISTING}


def encode_sites(data: Data, shape: dict[str, int]) -> net.Sites:
    """Sites in each of their sizes, by place and size."""
    frame = data["sites"]
    found = expand(data, frame, {"place": "place", "size": "size"}, shape)
    order = np.lexsort((found.codes["size"], found.codes["place"]))
    found = found.take(order)
    status = np.array([_STATUS.get(level, 0) for level in frame.text["status"].levels])
    columns = ("capacity", "least", "opening_cost", "running_cost", "unit_cost", "closing_cost")
    return net.Sites(
        **found.codes,
        **{c: frame.number[c][found.row] for c in columns},
        status=status[frame.text["status"].codes[found.row]] if len(found) else np.zeros(0, np.int64),
        starts=np.zeros(len(found), bool),
        row=found.row,
    )


def with_starts(data: Data, sites: net.Sites, stores: net.Stores) -> net.Sites:
    """Mark the sites where stock stands at the start; at a closed one that is a problem."""
    standing = np.unique(stores.place[stores.start > 0])
    starts = np.isin(sites.place, standing)
    for place in np.intersect1d(standing, sites.place) if data.sound("sites") else ():
        if (sites.status[sites.place == place] == net.CLOSED).all():
            row = int(stores.row[np.flatnonzero((stores.place == place) & (stores.start > 0))[0]])
            data.problems.add(
                "E331", f"Stock starts at {data.labels['place'][place]}, a site that stays closed.",
                "Set start to 0 or another status.", **data["stores"].where(row, "start"),
            )  # fmt: skip
    values = {f: getattr(sites, f) for f in sites.__dataclass_fields__} | {"starts": starts}
    return net.Sites(**values)


def site_units(
    data: Data,
    sites: net.Sites,
    site_of: Array,
    lanes: net.Lanes,
    hauls: net.Hauls,
    supply: net.Supply,
    materials: Materials,
) -> tuple[Array, list[str]]:
    """What a unit of each material counts at each site, and the unit of the site's capacity.

    The common unit of the materials that arrive or are collected there, else their mass in kg.
    """
    places = np.flatnonzero(site_of >= 0)
    weight = np.ones((len(places), len(materials.unit)))
    units = ["qty"] * len(places)
    seen = np.zeros((len(places), len(materials.unit)), bool)
    for place, material in (
        (lanes.dest, lanes.material),
        (hauls.dest, hauls.material),
        (supply.place, supply.material),
    ):
        at = site_of[place] >= 0
        seen[site_of[place[at]], material[at]] = True
    counts = np.isfinite(sites.capacity) | (sites.least > 0) | (sites.unit_cost != 0)
    matters = np.zeros(len(places), bool)
    matters[site_of[sites.place[counts]]] = True
    patterns, which = np.unique(seen, axis=0, return_inverse=True)
    for pattern, members in enumerate(patterns):
        at = np.flatnonzero(which.ravel() == pattern)
        codes = np.flatnonzero(members)
        common = materials.same_unit(codes) if len(codes) else "qty"
        for p in at:
            units[p] = common or "kg"
        if common is not None or not matters[at].any():
            continue
        weight[at] = np.where(np.isnan(materials.mass), 0.0, materials.mass)
        for m in codes[np.isnan(materials.mass[codes])] if data.sound("materials") else ():
            first = int(sites.row[np.flatnonzero(np.isin(site_of[sites.place], at[matters[at]]))[0]])
            data.problems.add(
                "E311",
                f"Materials of different units come to {data.labels['place'][places[at[0]]]}, so its capacity counts mass, "
                f"and '{materials.labels[m]}' has none.",
                "Write mass [kg] in materials.",
                **data["sites"].where(first, "capacity"),
            )
    return weight, units
