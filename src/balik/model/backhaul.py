"""§3c Backhaul: load that rides on the empty way back of trips the other way, as far as there is room.

What rides needs no trip of its own. Trips that may be fractions are as many as their own load needs (see larger), so
nothing is driven for the sake of what rides; whole trips may be.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var
from ..network.network import Network
from .statement import Variables, constraint, variable
from .trips import share_of_trip, trip_index

Array = np.ndarray


@variable(r"x'_{ijmvt} \ge 0", unit="qty", source="ours: vehicle routing with backhauls, between two places")
def riding(n: Network, v: Variables) -> Var:
    """Amount of m from i to j that rides on the way back of trips from j to i."""
    lane, on = n.lanes, np.flatnonzero(n.lanes.back >= 0)
    index = Index(
        n.labels, origin=lane.origin[on], dest=lane.dest[on], material=lane.material[on], mode=lane.mode[on],
        period=lane.period[on],
    )  # fmt: skip
    return v.program.variable("riding", index)


@constraint(r"x'_{ijmvt} \le x_{ijmvt}", unit="qty", source="ours: what rides is part of the flow")
def riding_part(n: Network, v: Variables) -> Rows | None:
    """What rides on a way back is part of what moves; only the rest counts in the rows of payload and room."""
    at = v.riding.index
    return at.take(v.flow) - at.take(v.riding) >= 0.0 if len(v.riding) else None


@constraint(r"\sum_{m} x'_{ijmvt} / (Q_{vm} f_{ijmv}) \le n_{jivt}", unit="trip", source="ours: the way back carries")
def backhaul_payload(n: Network, v: Variables) -> Rows | None:
    """The ways back carry what rides on them."""
    return _fitting(n, v, "payload")


@constraint(r"\sum_{m} b_m\, x'_{ijmvt} / R_v \le n_{jivt}", unit="trip", source="ours: the way back holds")
def backhaul_room(n: Network, v: Variables) -> Rows | None:
    """The ways back hold the volume of what rides on them."""
    return _fitting(n, v, "room")


def _fitting(n: Network, v: Variables, by: str) -> Rows | None:
    lanes = np.flatnonzero(n.lanes.back >= 0)
    share = share_of_trip(n, by)[lanes] if len(lanes) else np.zeros(0)
    on = np.flatnonzero(share > 0)
    if not len(on):
        return None
    which, row = np.unique(n.lanes.back[lanes[on]], return_inverse=True)
    at = trip_index(n, which)
    return Terms(at, row.ravel(), v.riding.cols[on], share[on]) - at.take(v.trips) <= 0.0


def ridden(n: Network) -> Array:
    """Trips on whose way back something may ride."""
    found = np.zeros(len(n.trips), bool)
    found[n.lanes.back[n.lanes.back >= 0]] = True
    return found
