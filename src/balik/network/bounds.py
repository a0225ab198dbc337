"""How much can ever pass: finite bounds on flows, from what is supplied and from what is taken.

The bounds feed linking rows (siting, single sourcing) and nothing else; a tighter bound gives a tighter relaxation.
They start from infinity and go down, so a place on a circle of lanes keeps an infinite bound rather than a wrong one,
unless nothing need go round there (see circulation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..kept import kept
from ..tables import Data
from ..words import say
from .circulation import all_there_is, rounds_are_idle
from .comeback import returned
from .dropoff import most_brought
from .network import Array, Hauls, Lanes, Network
from .offers import offered
from .resources import bounded_by_resources

_ROUNDS = 200
Keys = Callable[[Array, Any], Array]


@dataclass(frozen=True)
class Bounds:
    """Upper bounds of amounts: by lane, by haul, by row of supply, by run, by row of demand."""

    lanes: Array
    hauls: Array
    collect: Array
    runs: Array
    deliver: Array


@kept
def bounds(n: Network) -> Bounds:
    """Bounds of a network; infinite where nothing bounds."""
    n = bounded_by_resources(n) if len(n.uses) or len(n.loads) else n
    at = _keys(n)
    available, runs = _reach(n, at, forward=True)
    wanted, absorbed = _reach(n, at, forward=False)
    lanes, hauls = n.lanes, n.hauls
    lane = np.minimum(lanes.most, np.minimum(available[at(lanes.origin, lanes)], wanted[at(lanes.dest, lanes)]))
    haul = np.minimum(available[at(hauls.origin, hauls)], wanted[at(hauls.dest, hauls)])
    if (np.isinf(lane).any() or np.isinf(haul).any()) and rounds_are_idle(n):
        total = all_there_is(n)
        lane, haul = np.minimum(lane, total[lanes.material]), np.minimum(haul, total[hauls.material])
    deliver = np.minimum(n.demand.most, available[at(n.demand.place, n.demand)])
    most = n.supply.most + returned(n, deliver) if len(n.returns) else n.supply.most
    most = most + offered(n) if len(n.offers) else most
    most = most + most_brought(n) if len(n.dropoff) else most
    collect = np.minimum(most, wanted[at(n.supply.place, n.supply)])
    run = np.minimum(n.runs.most, np.minimum(runs, absorbed))
    return Bounds(lane, haul, np.maximum(collect, n.supply.least), run, deliver)


def _keys(n: Network) -> Keys:
    """Position of (place, material, period) for the rows of a table; each worked out once."""
    materials, periods = len(n.labels["material"]), len(n.length)
    found: dict[tuple[int, int], Array] = {}

    def key(place: Array, table: Any) -> Array:
        known = (id(place), id(table))
        if known not in found:
            out = place.astype(np.intp)  # what fancy indexing and bincount work in
            if materials > 1:
                out = out * materials + table.material
            found[known] = out * periods + table.period if periods > 1 else out
        return found[known]

    return key


def reach(n: Network, forward: bool) -> tuple[Array, Array]:
    """What may be at (place, material, period), and the activity of each run that this allows.

    Forward: what can have come; backward: what can be got rid of.
    """
    return _reach(n, _keys(n), forward)


def _reach(n: Network, at: Keys, forward: bool) -> tuple[Array, Array]:
    size = len(n.labels["place"]) * len(n.labels["material"]) * len(n.length)
    ends = n.supply if forward else n.demand
    fixed: Array = np.bincount(at(ends.place, ends), ends.most, size)
    near, far = ("origin", "dest") if forward else ("dest", "origin")
    lane_from, lane_to = (at(getattr(n.lanes, end), n.lanes) for end in (near, far))
    haul_from, haul_to = (at(getattr(n.hauls, end), n.hauls) for end in (near, far))
    recipe, rate = at(n.recipe.place, n.recipe), n.recipe.rate if forward else -n.recipe.rate
    used, made = rate < 0, rate > 0
    if forward and len(n.offers):
        fixed = fixed + np.bincount(at(ends.place, ends), offered(n), size)
    if forward and len(n.dropoff):
        fixed = fixed + np.bincount(at(ends.place, ends), most_brought(n), size)
    comes = forward and len(n.returns) > 0
    store, moved, kept = _stock(n, at, forward)
    fixed = fixed + np.bincount(store, kept, size) + np.zeros(size)  # a count of nothing is of integers
    level, passing = np.full(size, np.inf), np.empty(len(n.lanes))
    activity = n.runs.most.copy()
    for _ in range(_ROUNDS):
        activity = n.runs.most.copy()
        if used.any():
            with np.errstate(invalid="ignore"):
                np.minimum.at(activity, n.recipe.run[used], level[recipe[used]] / -rate[used])
        np.take(level, lane_from, out=passing, mode="clip")
        np.minimum(n.lanes.most, passing, out=passing)
        new = fixed + np.bincount(lane_to, passing, size)
        if len(haul_to):
            new += np.bincount(haul_to, level[haul_from], size)
        if made.any():
            new += np.bincount(recipe[made], rate[made] * activity[n.recipe.run[made]], size)
        if len(moved[0]):
            new += np.bincount(moved[1], np.minimum(moved[2], level[moved[0]]), size)
        if comes:
            sold = np.minimum(n.demand.most, level[at(n.demand.place, n.demand)])
            new += np.bincount(at(n.supply.place, n.supply), returned(n, sold), size)
        new = np.minimum(new, level)
        if (new == level).all():
            break
        level = new
    return level, activity


def _stock(n: Network, at: Keys, forward: bool) -> tuple[Array, tuple[Array, Array, Array], Array]:
    """Stock as a lane in time: what stands at the start (or may stand at the end), and what is carried over."""
    stores, last = n.stores, len(n.length) - 1
    key = at(stores.place, stores)
    if forward:
        kept, inner = stores.start, stores.period < last
        return key, (key[inner], key[inner] + 1, stores.room[inner]), kept
    free = (stores.period == last) & np.isnan(stores.end)
    kept = np.where(free, stores.room, np.where(stores.period == last, np.nan_to_num(stores.end), 0.0))
    inner = stores.period < last
    return key, (key[inner] + 1, key[inner], stores.room[inner]), kept


def _sent(n: Network, table: Lanes | Hauls) -> Array:
    return table.origin * len(n.labels["material"]) + table.material


def _endless_origins(n: Network, limit: Bounds) -> Array:
    """Which (origin, material) can send without a bound, by some lane or tour."""
    endless = np.zeros(len(n.labels["place"]) * len(n.labels["material"]), bool)
    endless[_sent(n, n.lanes)[np.isinf(limit.lanes)]] = True
    endless[_sent(n, n.hauls)[np.isinf(limit.hauls)]] = True
    return endless


def note_unbounded(data: Data, n: Network, limit: Bounds) -> None:
    """Sites and single sourcing need a finite bound on what may come; say where there is none."""
    site = n.site_of[n.lanes.dest] >= 0
    endless = np.zeros(len(n.site_places), bool)
    endless[n.site_of[n.lanes.dest[site & np.isinf(limit.lanes)]]] = True
    endless[n.site_of[n.hauls.dest[(n.site_of[n.hauls.dest] >= 0) & np.isinf(limit.hauls)]]] = True
    at = n.site_of[n.supply.place] >= 0
    endless[n.site_of[n.supply.place[at & np.isinf(limit.collect)]]] = True
    for row in np.unique(n.sites.row[endless[n.site_of[n.sites.place]] & np.isinf(n.site_room)]):
        data.problems.add(
            "E380", say("Nothing bounds what may come to this site, so nothing says what it does when it is open."),
            say("Write a capacity, or a most on the supply or the lanes that lead to it."), **data["sites"].where(int(row), "capacity"),
        )  # fmt: skip
    for row in np.unique(n.lanes.row[n.lanes.single & _endless_origins(n, limit)[_sent(n, n.lanes)]]):
        data.problems.add(
            "E381", say("single needs a bound on what may leave the origin."), say("Write a most on the lane or the supply."),
            **data["lanes"].where(int(row), "single"),
        )  # fmt: skip
    idle = np.setdiff1d(np.arange(len(n.runs)), n.recipe.run[n.recipe.rate < 0])
    for run in idle[(n.site_of[n.runs.place[idle]] >= 0) & np.isinf(limit.runs[idle])]:
        data.problems.add(
            "E380", say("A process that uses nothing runs at a site, and nothing bounds it."),
            say("Write its most, or bound what it makes: a most of demand or of lanes, or a resource that it uses."),
            **data["processes"].where(int(n.runs.row[run]), "most"),
        )  # fmt: skip
