"""§3b Vehicles: how many of a fleet its trips need.

They are the least whole number whose hours suffice, whatever the objective: where nothing calls for more, that is
settled after the solve; where something does, a row says so. A need above a whole number by less than GRACE counts as
that number there, so that the two rows leave exactly one whole number to every need.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms
from ..network.network import Network
from .calling import called_for
from .charges import called_amounts
from .fleets import ways
from .statement import Variables, constraint

Array = np.ndarray
#: Part of a vehicle by which hours may be short: some seconds of a month.
GRACE = 1e-5
#: The same where nothing calls for more: less than a solver takes for a whole number, for it has paid for all above.
NOISE = 1e-7


def _called(n: Network, v: Variables) -> Array:
    """Fleets of which something may want more vehicles than they need, or counts them to the last."""
    found: Array = called_amounts(n, v, called_for(v))[v.vehicles.cols]
    return found


@constraint(
    r"\sum_{ij} \bigl(2 d_{ij} / s_{vbt} + e_{vbt}\bigr) a_{vbijt}"
    r" + \sum_{r} \bigl(d_r / s_{vbt} + e_{vbt}\bigr) a_{vbrt} \le H_{vbt}\, \tau_t\, w_{vbt}",
    unit="vehicle", source="ours: hours of the trips; per vehicle, so divided by H τ",
)  # fmt: skip
def fleet_hours(n: Network, v: Variables) -> Rows | None:
    """The hours of its vehicles suffice for the trips of a fleet."""
    if not len(n.fleets):
        return None
    over = np.where(_called(n, v), GRACE, 0.0)
    return _need(n, v) - v.vehicles.index.take(v.vehicles) <= over


@constraint(r"H_{vbt}\, \tau_t\, (w_{vbt} - 1) < \text{hours of the trips}", unit="vehicle",
            source="ours: no vehicle too many, where something calls for more")  # fmt: skip
def no_more_vehicles(n: Network, v: Variables) -> Rows | None:
    """A fleet has no vehicle that its trips do not need, where something calls for more."""
    at = np.flatnonzero(_called(n, v))
    if not len(at):
        return None
    need = _need(n, v)
    row = np.full(len(n.fleets), -1)
    row[at] = np.arange(len(at))
    on = np.flatnonzero(row[need.row] >= 0)
    index = Index(n.labels, **{d: c[at] for d, c in v.vehicles.codes.items()})
    some = Terms(index, row[need.row[on]], need.col[on], need.val[on])
    own = Terms(index, np.arange(len(at)), v.vehicles.cols[at], np.ones(len(at)))
    return own - some <= 1.0 - GRACE


def _need(n: Network, v: Variables) -> Terms:
    """Vehicles that the trips of each fleet need, in fractions."""
    hours = n.fleets.hours * n.length[n.fleets.period]
    pieces = [Terms(v.vehicles.index, d.fleet, shares.cols, d.hours / hours[d.fleet]) for d, shares, _ in ways(n, v)]
    return Terms.joined(pieces)


# -- what is settled after the solve -----------------------------------------------------------------------------


def more_trips(n: Network, v: Variables, wants: Array) -> Array:
    """Where something calls for more vehicles, more trips would do: these must be exact too."""
    for duties, _, trips in ways(n, v):
        more = wants[v.vehicles.cols[duties.fleet]]
        wants[trips.cols[duties.of[more]]] = True
    return wants


def floating_fleets(n: Network, v: Variables, wants: Array) -> list[Array]:
    """Columns that follow from the others: vehicles that nothing calls for, and trips that one fleet alone may make."""
    found = [v.vehicles.cols[~wants[v.vehicles.cols]]]
    for duties, shares, trips in ways(n, v):
        found.append(shares.cols[np.bincount(duties.of, minlength=len(trips))[duties.of] == 1])
    return found


def settle_fleets(n: Network, v: Variables, x: Array, wants: Array) -> Array:
    """The solution with as many trips of the fleets as there are, and the vehicles that these need."""
    for duties, shares, trips in ways(n, v):
        if not len(duties):
            continue
        here = x[shares.cols]
        before = np.cumsum(here) - here
        first = np.r_[True, duties.of[1:] != duties.of[:-1]]
        before -= np.repeat(before[first], np.diff(np.r_[np.flatnonzero(first), len(here)]))
        x[shares.cols] = np.clip(x[trips.cols][duties.of] - before, 0.0, here)
    need = _need(n, v)
    needed = np.bincount(need.row, need.val * x[need.col], len(n.fleets))
    least = np.maximum(np.ceil(needed - NOISE), needed > 0)  # a small part of a vehicle is one
    cols = v.vehicles.cols
    fewer = np.where(v.vehicles.integer, np.minimum(least, x[cols]), least)
    x[cols] = np.where(wants[cols], x[cols], np.maximum(fewer, 0.0))
    return x
