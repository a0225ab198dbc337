"""Places and rows of demand to which nothing can come: no lane, tour or process leads there from what waits anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...words import say
from .dead import on_a_spot
from .finding import Finding
from .solved import Array, Solved, place_of


def reach_findings(s: Solved) -> Iterator[Finding]:
    """Demand that nothing can meet although none of it must be, and places where nothing can ever be."""
    n, there = s.n, reached(s)
    many = len(n.labels["material"])
    vain = np.flatnonzero(~np.isin(n.demand.place * many + n.demand.material, there))
    for row in dict.fromkeys(n.demand.row[vain].tolist()):
        mine = vain[n.demand.row[vain] == row]
        if len(mine) < (n.demand.row == row).sum() or (n.demand.least[mine] > 0).any():
            continue  # another place or material of the row can be served, or what is short counts
        one = int(mine[0])
        told = say(
            "Nothing can bring '{material}' to {place}: no lane, tour or process leads there from where it is. The row has no influence.",
            material=n.labels["material"][int(n.demand.material[one])], place=place_of(s, n.demand.place[one]),
        )  # fmt: skip
        yield Finding("dead_input", False, f"demand {row}", told, s.data["demand"].spot(row), s.scenario)
    ways = np.unique(np.concatenate([n.lanes.origin, n.lanes.dest]))
    others = (n.hauls.origin, n.hauls.dest, n.runs.place, n.fleets.base, n.coverage.site, np.flatnonzero(n.people > 0))
    busy = np.unique(np.concatenate([there // many, *others]))
    idle = [name for p in ways[~np.isin(ways, busy)].tolist() if not on_a_spot(s, name := place_of(s, p))]
    if idle:
        told = say(
            "Lanes join {names}, and nothing waits, is made or can arrive there: no influence on any figure.",
            names=", ".join(repr(x) for x in idle[:5]),
        )
        frame = s.data["places"]
        where = frame.spot(next((r for r in range(len(frame)) if frame.text["place"][r] == idle[0]), 0))
        yield Finding("dead_input", False, "places that nothing reaches", told, where, s.scenario)


def reached(s: Solved) -> Array:
    """Places with a material that can be there in some period, as place × materials + material."""
    n, many = s.n, len(s.n.labels["material"])
    may = n.supply.most > 0
    seen = np.unique(
        np.concatenate(
            [
                (n.supply.place * many + n.supply.material)[may | n.supply.follows],
                n.dropoff.dest * many + n.dropoff.material,
                (n.stores.place * many + n.stores.material)[n.stores.start > 0],
            ]
        )
    )
    ways = [(n.lanes.origin, n.lanes.dest, n.lanes.material), (n.hauls.origin, n.hauls.dest, n.hauls.material)]
    start, end = (np.concatenate([way[k] * many + way[2] for way in ways]) for k in (0, 1))
    used, made = n.recipe.rate < 0, n.recipe.rate > 0
    spot = n.recipe.place * many + n.recipe.material
    while True:
        lacks = np.zeros(len(n.runs), bool)
        lacks[n.recipe.run[used & ~np.isin(spot, seen)]] = True
        more = np.concatenate([end[np.isin(start, seen)], spot[made & ~lacks[n.recipe.run]]])
        grown = np.union1d(seen, more)
        if len(grown) == len(seen):
            return seen
        seen = grown
