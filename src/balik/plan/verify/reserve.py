"""The reserve: what must be in stock at the end of each period, at a site while it is open."""

from __future__ import annotations

import numpy as np

from .places import Held
from .sites import Sites
from .verdict import Court, show
from .world import World


def judge_reserve(world: World, stores: Held, sites: Sites, court: Court) -> None:
    """Stock ≥ least at the end of each period."""
    least = stores.number("least", 0.0)
    stands = sites.stands()
    stands[np.setdiff1d(np.arange(world.n("place")), sites.place)] = True
    on, c = np.flatnonzero((least > 0) & stands[stores.codes["place"], stores.codes["period"]]), stores.codes
    court.least(
        "reserve",
        stores.amount[on],
        least[on],
        0.0,
        lambda i: f"stock: {world.key(c, int(on[i]))}",
        lambda i: (
            f"{world.name('place', int(c['place'][on[i]]))} keeps {show(float(stores.amount[on[i]]))} "
            f"{world.amount(int(c['material'][on[i]]))}{world.when(int(c['period'][on[i]]))}, at least "
            f"{show(float(least[on[i]]))} must be in stock ({stores.table.spot(int(stores.row[on[i]]))})."
        ),
    )
