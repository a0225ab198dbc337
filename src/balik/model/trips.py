"""§2 Trips: vehicles between two places, shared by the materials they carry.

Fractional trips equal the larger of the load by payload and the volume by room; whole trips are at least that.
Unrounded trips understate what a seldom used lane costs: use whole_trips where vehicles go half empty.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var
from ..network.network import Network
from .statement import Part, Variables, constraint, cost, measure, part, variable

Array = np.ndarray


def carried(n: Network, v: Variables, by: str) -> tuple[Index, Terms, Array] | None:
    """Trips needed by payload or by room: rows (one a trip that is so bound), terms, and which trips."""
    lane, trips = n.lanes, n.trips
    if not len(trips):
        return None
    share = share_of_trip(n, by)
    on = np.flatnonzero(share > 0)
    bound = np.zeros(len(trips), bool)
    bound[lane.trip[on]] = True
    which = np.flatnonzero(bound)
    if not len(which):
        return None
    at = trip_index(n, which)
    row = np.full(len(trips), -1, np.int32)
    row[which] = np.arange(len(which))
    terms = Terms(at, row[lane.trip[on]], v.flow.cols[on], share[on])
    if len(v.riding):  # what rides on the way back of other trips needs none of its own
        back = np.flatnonzero(lane.back >= 0)
        rides = np.flatnonzero(share[back] > 0)
        terms -= Terms(at, row[lane.trip[back[rides]]], v.riding.cols[rides], share[back[rides]])
    return at, terms, which


def share_of_trip(n: Network, by: str) -> Array:
    """Share of a trip that one unit on each lane takes; 0 where it takes none."""
    lane = n.lanes
    share, on = np.zeros(len(lane)), np.flatnonzero(lane.trip >= 0)
    if by == "payload":
        share[on] = 1 / (lane.payload[on] * lane.fill[on])
    else:
        share[on] = np.nan_to_num(n.volume[lane.material[on]]) / n.trips.room[lane.trip[on]]
    return share


def trip_index(n: Network, which: Array) -> Index:
    """Index over some of the trips."""
    t = n.trips
    return Index(n.labels, origin=t.origin[which], dest=t.dest[which], mode=t.mode[which], period=t.period[which])


def fractional_alone(n: Network) -> Array:
    """Fractional trips that only payload, or only room, binds: they equal it."""
    bound = np.zeros((2, len(n.trips)), bool)
    for k, by in enumerate(("payload", "room")):
        bound[k, n.lanes.trip[share_of_trip(n, by) > 0]] = True
    return ~n.trips.whole & (bound[0] != bound[1])


@variable(r"n_{ijvt} \ge 0 \ (\in \mathbb{Z} \text{ if whole})", unit="trip", source="Suryana, F_k = W_k / (TQT_k f_k)")
def trips(n: Network, v: Variables) -> Var:
    """Trips of mode v from i to j in period t."""
    return v.program.variable("trips", trip_index(n, np.arange(len(n.trips))), integer=n.trips.whole)


@constraint(
    r"\sum_{m} x_{ijmvt} / (Q_{vm} f_{ijmv}) \le n_{ijvt}", unit="trip", source="Suryana, F_k; equal if fractional"
)
def payload(n: Network, v: Variables) -> Rows | None:
    """Trips carry the load: each material uses its share of the payload."""
    return _fitting(n, v, "payload")


@constraint(
    r"\sum_{m} b_m\, x_{ijmvt} / R_v \le n_{ijvt}", unit="trip", source="ours: volume; fill does not touch room"
)
def room(n: Network, v: Variables) -> Rows | None:
    """Trips hold the volume."""
    return _fitting(n, v, "room")


def _fitting(n: Network, v: Variables, by: str) -> Rows | None:
    found = carried(n, v, by)
    if found is None:
        return None
    at, terms, which = found
    exact = fractional_alone(n)[which]
    return (terms - at.take(v.trips)).between(np.where(exact, 0.0, -np.inf), 0.0)


@cost(r"\sum_{ijvt} d_{ij}\,(c^{l}_v + c^{e}_v)\, n_{ijvt}", unit="money", source="Suryana, TCT: W/(T f)·d·C (empty)")
def transport_vehicle(n: Network, v: Variables) -> list[Part]:
    """The vehicle pays by km: loaded one way, empty the other."""
    rate = np.nan_to_num(n.trips.km) * (n.trips.loaded_rate + n.trips.empty_rate)
    return [part(v.trips, rate, times=n.money_times[v.trips.period], unit="trip", account="transport")]


@cost(r"\sum_{ijvt} c^{n}_v\, n_{ijvt}", unit="money", source="ours: money for each trip")
def trip_cost(n: Network, v: Variables) -> list[Part]:
    """Money for each trip, whatever the distance."""
    return [part(v.trips, n.trips.trip_cost, times=n.money_times[v.trips.period], unit="trip", account="trip")]


@measure(r"\sum_{ijvt} 2\, d_{ij}\, n_{ijvt}", unit="km", source="vehicle-km, loaded and empty")
def km_trips(n: Network, v: Variables) -> list[Part]:
    """Kilometres of the vehicles, there and back."""
    return [_measured(n, v, 2 * np.nan_to_num(n.trips.km), "km")]


@measure(r"\sum_{ijvt} d_{ij}\,(e^{l}_v + e^{e}_v)\, n_{ijvt}", unit="kg", source="GLEC: vehicle × distance × factor")
def co2_vehicle(n: Network, v: Variables) -> list[Part]:
    """Emissions that go with the vehicle."""
    return [_measured(n, v, np.nan_to_num(n.trips.km) * (n.trips.loaded_co2 + n.trips.empty_co2), "kg CO2e")]


def _measured(n: Network, v: Variables, rate: Array, unit: str) -> Part:
    counts = rate != 0
    view = v.trips.where(counts)
    return part(view, rate[counts], times=n.repeats[view.period], unit=unit)
