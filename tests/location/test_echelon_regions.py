"""Regions of a plan of two echelons: what is near is free, all else stays, and they grow until nothing is left."""

from __future__ import annotations

import numpy as np

from balik.location.echelons.arrays import prepare
from balik.location.echelons.flow import best_flow, start_tree
from balik.location.echelons.regions import Regions
from balik.location.echelons.search import Walk, new_walk
from balik.location.problem import CLOSED, FREE, OPEN
from benchmarks.siting.echelons import echelons

P = echelons(20, 40, 30, 2, "hard", 3)
DATA = prepare(P)


def standing() -> Walk:
    """A walk whose best plan opens every second site."""
    walk = new_walk(DATA, 0)
    walk.best[::2] = True
    start_tree(DATA, walk.now, walk.best)
    walk.cost[1] = best_flow(DATA, walk.now, walk.best)
    return walk


def test_a_region_frees_what_is_near_and_keeps_the_plan_elsewhere() -> None:
    walk, state = standing(), P.state.copy()
    state[3], state[4] = OPEN, CLOSED
    within = Regions(DATA, 0).next(DATA, walk, state)
    assert within is not None and within[3] == OPEN and within[4] == CLOSED
    free = within == FREE
    assert free[:20].any() and free[20:].any() and not free.all()
    others = ~free & (np.arange(60) != 3) & (np.arange(60) != 4)
    assert (within[others] == np.where(walk.best, OPEN, CLOSED)[others]).all()


def test_regions_in_vain_grow_to_the_whole_network_and_end() -> None:
    walk, regions, sizes = standing(), Regions(DATA, 0), []
    while (within := regions.next(DATA, walk, P.state)) is not None:
        regions.before = float(walk.cost[1])
        sizes.append(int((within == FREE).sum()))
        assert len(sizes) < 200
    assert sizes[-1] == 60 and sorted(sizes) == sizes
    depots = int(walk.best[20:].sum())
    assert sizes.count(60) == 1 and len(sizes) % depots == 1  # each depot once a size, and the network once


def test_what_gained_has_its_depots_looked_at_anew() -> None:
    walk, regions = standing(), Regions(DATA, 0)
    within = regions.next(DATA, walk, P.state)
    assert within is not None
    left = int(regions.waiting.sum())
    regions.before = float(walk.cost[1])
    walk.cost[1] -= 1.0
    regions.next(DATA, walk, P.state)
    assert regions.waiting.sum() >= left  # the centre and its neighbours wait again, less the one that is looked at


def test_a_plan_without_depots_has_no_region() -> None:
    assert Regions(DATA, 0).next(DATA, new_walk(DATA, 0), P.state) is None
