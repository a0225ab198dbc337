"""§3a Fleets: vehicles that stand at a base, and the trips that they make.

A trip of a mode that has fleets is made by one of those that may make it; whose it is, is chosen. How many vehicles
that takes stands in the section of vehicles.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var
from ..network.network import Duties, Network
from .statement import Part, Variables, constraint, cost, part, variable

Array = np.ndarray


@variable(r"0 \le w_{vbt} \le N_{vbt},\ w_{vbt} \in \mathbb{Z}", unit="vehicle", source="ours: vehicles of a fleet")
def vehicles(n: Network, v: Variables) -> Var:
    """Vehicles of mode v at base b that period t needs."""
    f = n.fleets
    index = Index(n.labels, mode=f.mode, base=f.base, period=f.period)
    return v.program.variable("vehicles", index, upper=f.available, integer=~_only_told(n))


def _only_told(n: Network) -> Array:
    """Fleets whose vehicles cost nothing, have no end, and are counted by nothing: their number is made whole later."""
    rows = n.counted_rows + [c.scope for c in n.charges] + n.measures.rows
    free: Array = np.isinf(n.fleets.available) & (n.fleets.fixed_cost == 0)
    return free & ("vehicles" not in {*n.weights, *(row.quantity for row in rows)})


@variable(r"a_{vbijt} \ge 0", unit="trip", source="ours: which fleet makes a trip")
def made(n: Network, v: Variables) -> Var:
    """Trips from i to j that vehicles of mode v from base b make in period t."""
    d, f, t = n.duties, n.fleets, n.trips
    index = Index(
        n.labels, mode=f.mode[d.fleet], base=f.base[d.fleet], origin=t.origin[d.of], dest=t.dest[d.of],
        period=f.period[d.fleet],
    )  # fmt: skip
    return v.program.variable("made", index, integer=t.whole[d.of])


@variable(r"a_{vbrt} \ge 0", unit="trip", source="ours: which fleet makes a trip")
def made_rounds(n: Network, v: Variables) -> Var:
    """Trips of tour r that vehicles of mode v from base b make in period t."""
    d, f = n.tour_duties, n.fleets
    index = Index(
        n.labels, mode=f.mode[d.fleet], base=f.base[d.fleet], tour=n.rounds.tour[d.of], period=f.period[d.fleet]
    )
    return v.program.variable("made_rounds", index, integer=n.rounds.whole[d.of])


@cost(
    r"\sum_{vbt} F^{v}_{vbt}\, \tau_t\, w_{vbt}", unit="money", source="ours: a vehicle costs whether it drives or not"
)
def fleet(n: Network, v: Variables) -> list[Part]:
    """A vehicle that is used costs for the length of the period."""
    view = v.vehicles.at(place=v.vehicles.base)
    rate = n.fleets.fixed_cost * n.length[view.period]
    return [part(view, rate, times=n.money_times[view.period], unit="vehicle", account="fleet")]


# -- who makes which trip ----------------------------------------------------------------------------------------


@constraint(r"\sum_{b} a_{vbijt} = n_{ijvt}", unit="trip", source="ours: each trip has its vehicle")
def trips_made(n: Network, v: Variables) -> Rows | None:
    """Every trip of a lane is made by one of the fleets that may make it."""
    return _shared(n.duties, v.made, v.trips)


@constraint(r"\sum_{b} a_{vbrt} = n_{rt}", unit="trip", source="ours: each trip has its vehicle")
def rounds_made(n: Network, v: Variables) -> Rows | None:
    """Every trip of a tour is made by one of the fleets that may make it."""
    return _shared(n.tour_duties, v.made_rounds, v.rounds)


def _shared(duties: Duties, shares: Var, trips: Var) -> Rows | None:
    if not len(duties):
        return None
    which, row = np.unique(duties.of, return_inverse=True)
    at = Index(trips.index.labels, **{d: c[which] for d, c in trips.codes.items()})
    own = Terms(at, np.arange(len(which)), trips.cols[which], -np.ones(len(which)))
    return Terms.joined([Terms(at, row.ravel(), shares.cols, np.ones(len(duties))), own]).equals(0.0)


def ways(n: Network, v: Variables) -> list[tuple[Duties, Var, Var]]:
    """What fleets may drive, the trips that they make of it, and all trips: on lanes and on tours."""
    return [(n.duties, v.made, v.trips), (n.tour_duties, v.made_rounds, v.rounds)]
