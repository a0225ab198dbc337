"""Lanes in a circle: why nothing need go round, and what bounds a flow there.

Any flow falls into paths from where material comes in and rounds along circles. A round moves nothing from one place
to another, so where it earns nothing and no bound calls for it, some best plan has none; and without rounds no lane
carries more of a material than there is of it in all.
"""

from __future__ import annotations

import numpy as np

from .comeback import returned_of
from .dropoff import most_brought
from .network import Array, Network
from .offers import offered

#: Quantities that a round along a circle adds to.
_ROUND = frozenset("flow trips vehicles km tkm co2 transport trip fleet fee unit cost".split())


def rounds_are_idle(n: Network) -> bool:
    """Whether going round earns nothing (no negative rate or weight) and no bound calls for it."""
    rates = (
        n.lanes.fee, n.lanes.full_rate, n.lanes.full_co2, n.trips.loaded_rate, n.trips.empty_rate, n.trips.trip_cost,
        n.trips.loaded_co2, n.trips.empty_co2, n.rounds.trip_cost, n.legs.loaded_rate, n.legs.empty_rate,
        n.legs.loaded_co2, n.legs.empty_co2, n.aboard.full_rate, n.aboard.full_co2, n.sites.unit_cost,
        n.fleets.fixed_cost,
    )  # fmt: skip
    adds, either = _own_measures(n)
    if any(name in either for name in (*n.weights, *(r.quantity for r in n.counted_rows))):
        return False
    earns = any((rate < 0).any() for rate in rates) or any(w < 0 for q, w in n.weights.items() if q in adds)
    earns |= bool((n.loads.rate < 0).any())
    called = (n.lanes.least > 0).any() or (n.sites.least > 0).any()
    called |= _rides_call(n)
    for limit in (*n.limits, *n.goals.limits):
        apart = bool(limit.over) or np.isfinite(limit.spread) or bool((n.lanes.back >= 0).any())
        called |= apart and any(row.quantity in adds for row in limit.every_row)
        for row in limit.rows:
            if row.quantity in adds:
                called |= (row.coef > 0 and np.isfinite(limit.least)) or (row.coef < 0 and np.isfinite(limit.most))
    return not (earns or called)


def _rides_call(n: Network) -> bool:
    """Whether a round may pay for the sake of its ways back: not where trips of its own cost a load the same."""
    on = n.lanes.back >= 0
    own, other = n.lanes.trip[on], n.lanes.back[on]
    rates = (n.trips.km, n.trips.loaded_rate + n.trips.empty_rate, n.trips.trip_cost,
             n.trips.loaded_co2 + n.trips.empty_co2)  # fmt: skip
    uneven = any(not np.array_equal(rate[own], rate[other], equal_nan=True) for rate in rates)
    return bool(on.any()) and (uneven or bool(n.charges))


def _own_measures(n: Network) -> tuple[set[str], set[str]]:
    """Every quantity that a round adds to, measures of the user's own with it; and those that it may also take from."""
    adds, either = set(_ROUND), set[str]()
    for _ in n.measures.names:  # a measure may count others
        for at, row in enumerate(n.measures.rows):
            name = n.measures.names[row.limit]
            if row.quantity in adds:
                adds.add(name)
                if row.quantity in either or (n.measures.rate[n.measures.at == at] < 0).any():
                    either.add(name)
    return adds, either


def all_there_is(n: Network) -> Array:
    """The most of each material that can come into being anywhere, over the whole horizon.

    What is supplied and in stock, and what processes make of it; infinite where a recipe leads back to its input.
    """
    materials, recipe = len(n.labels["material"]), n.recipe
    given: Array = np.bincount(n.supply.material, n.supply.most, materials).astype(float)  # of no row: integers
    given += np.bincount(n.stores.material, n.stores.start, materials)
    if len(n.offers):
        given += np.bincount(n.supply.material, offered(n), materials)
    if len(n.dropoff):
        given += np.bincount(n.supply.material, most_brought(n), materials)
    total = np.full(materials, np.inf)
    used = recipe.rate < 0
    for _ in range(materials + 2):
        activity = n.runs.most.copy()  # of each run, as if it got all there is
        np.minimum.at(activity, recipe.run[used], total[recipe.material[used]] / -recipe.rate[used])
        new = given.copy()
        for material in np.unique(recipe.material[~used]):
            made = np.flatnonzero(~used & (recipe.material == material) & (recipe.rate > 0))
            new[material] += _made(n, made, activity, total)
        if len(n.returns):
            new += returned_of(n, total)
        new = np.minimum(new, total)
        if (new == total).all():
            break
        total = new
    return total


def _made(n: Network, made: Array, activity: Array, total: Array) -> float:
    """The most that these rows of recipes can make together: all runs of a process share its inputs."""
    recipe = n.recipe
    out = 0.0
    for process in np.unique(recipe.process[made]):
        rows = made[recipe.process[made] == process]
        each = float((recipe.rate[rows] * activity[recipe.run[rows]]).sum())
        inputs = np.flatnonzero((recipe.process == process) & (recipe.rate < 0))
        best = float(recipe.rate[rows].max())
        shared = [
            float(total[m]) * best / float(-recipe.rate[inputs][recipe.material[inputs] == m].max())
            for m in np.unique(recipe.material[inputs])
            if _every_run_uses(n, process, m)
        ]
        out += min([each, *shared])
    return out


def _every_run_uses(n: Network, process: int, material: int) -> bool:
    """Whether every run of the process uses the material, so that they share what there is of it."""
    runs = np.flatnonzero(n.runs.process == process)
    uses = n.recipe.run[(n.recipe.rate < 0) & (n.recipe.material == material)]
    return bool(np.isin(runs, uses).all())
