"""§3 Tours: milk runs that leave their first stop empty, load on the way, and are empty after the last stop.

What a leg pays is an equality whatever the objective, so a leg with a floor has a variable of its own (see larger).
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var
from ..network.network import Network
from .flow import Share
from .quantities import units
from .statement import Part, Variables, balances, constraint, cost, measure, part, variable

Array = np.ndarray


@variable(r"x_{rss'mt} \ge 0", unit="qty", source="Suryana, alternatives 2 and 3 (5-4-3-5, 5-3-4-5)")
def haul(n: Network, v: Variables) -> Var:
    """Amount of m that tour r loads at stop s and unloads at stop s' in period t."""
    h = n.hauls
    index = Index(
        n.labels, tour=h.tour, stop=h.stop, to=h.to, origin=h.origin, dest=h.dest, material=h.material, mode=h.mode,
        period=h.period,
    )  # fmt: skip
    return v.program.variable("haul", index)


@variable(r"n_{rt} \ge 0 \ (\in \mathbb{Z} \text{ if whole})", unit="trip", source="Suryana, F of the merged load")
def rounds(n: Network, v: Variables) -> Var:
    """Trips of tour r in period t."""
    index = Index(n.labels, tour=n.rounds.tour, period=n.rounds.period)
    return v.program.variable("rounds", index, integer=n.rounds.whole)


@variable(r"w_{rst} \ge 0", unit="money", source="ours: a leg never pays less than the same leg empty")
def leg(n: Network, v: Variables) -> Var:
    """What the leg into stop s of tour r pays in period t, where the floor holds."""
    which = floored(n)
    return v.program.variable("leg", leg_index(n, which))


def floored(n: Network) -> Array:
    """Legs whose pay is the larger of what the load pays and what the empty leg would pay."""
    return np.flatnonzero(~n.legs.first & n.legs.floor & (np.nan_to_num(n.legs.km) * n.legs.empty_rate > 0))


def leg_index(n: Network, which: Array) -> Index:
    """Index over some of the legs."""
    return Index(n.labels, tour=n.legs.tour[which], stop=n.legs.stop[which], period=n.legs.period[which])


@balances(r"+ \sum_{r s} x_{rss'mt} - \sum_{r s'} x_{rss'mt}", unit="qty", source="ours: what tours unload and load")
def milk_runs(n: Network, v: Variables) -> Share:
    """What tours unload less what they load."""
    yield v.haul.at(place=v.haul.dest), 1.0
    yield v.haul.at(place=v.haul.origin), -1.0


# -- vehicles ----------------------------------------------------------------------------------------------------


def _nonzero(at: Index, terms: Terms, which: Array) -> tuple[Index, Terms, Array]:
    keep = terms.val > 0
    rows = np.unique(terms.row[keep])
    new = np.full(len(at), -1)
    new[rows] = np.arange(len(rows))
    small = Index(at.labels, **{d: c[rows] for d, c in at.codes.items()})
    return small, Terms(small, new[terms.row[keep]], terms.col[keep], terms.val[keep]), which[rows]


@constraint(r"\sum_{ss'm} x_{rss'mt} / (Q_{vm} f_{rsm}) \le n_{rt}", unit="trip", source="Suryana, F_k of the tour")
def tour_payload(n: Network, v: Variables) -> Rows | None:
    """Trips of a tour carry all its loads, each at the fill of its stop."""
    return _fitting(n, v, 0)


@constraint(r"\sum_{s \le k < s'} x_{rss'mt} / Q_{vm} \le n_{rt}", unit="trip", source="ours: what is aboard fits")
def tour_load(n: Network, v: Variables) -> Rows | None:
    """What is aboard on a leg fits the payload."""
    return _fitting(n, v, 1)


@constraint(r"\sum_{s \le k < s'} b_m\, x_{rss'mt} / R_v \le n_{rt}", unit="trip", source="ours: what is aboard fits")
def tour_room(n: Network, v: Variables) -> Rows | None:
    """What is aboard on a leg fits the room."""
    return _fitting(n, v, 2)


def _fitting(n: Network, v: Variables, kind: int) -> Rows | None:
    if not len(n.hauls):
        return None
    h, a = n.hauls, n.aboard
    if kind == 0:
        at = Index(n.labels, tour=n.rounds.tour, period=n.rounds.period)
        share = np.where(np.isfinite(h.payload), 1 / (h.payload * h.fill), 0.0)
        terms, which = Terms(at, h.round, v.haul.cols, share), np.arange(len(n.rounds))
    else:
        at = leg_index(n, np.arange(len(n.legs)))
        by_payload = np.where(np.isfinite(a.payload), 1 / a.payload, 0.0)
        share = by_payload if kind == 1 else np.nan_to_num(n.volume[h.material[a.haul]]) / n.legs.room[a.leg]
        terms, which = Terms(at, a.leg, v.haul.cols[a.haul], share), n.legs.round
    if not (terms.val > 0).any():
        return None
    at, terms, which = _nonzero(at, terms, which)
    return terms - Terms(at, np.arange(len(at)), v.rounds.cols[which], np.ones(len(at))) <= 0.0


# -- money and measures ------------------------------------------------------------------------------------------


@cost(r"\sum_{rt} d_{r2}\, c^{e}_v\, n_{rt}", unit="money", source="Suryana, TCT_54 of alternative 2: first leg empty")
def transport_first_leg(n: Network, v: Variables) -> list[Part]:
    """The first leg is driven empty."""
    first = np.flatnonzero(n.legs.first)
    return [_by_round(n, v, first, np.nan_to_num(n.legs.km[first]) * n.legs.empty_rate[first])]


@cost(r"\sum_{rst} \bigl(\sum_{m} d_{rs} c^{f}_{rsm} x_{rmt} + d_{rs} c^{l}_v n_{rt}\bigr)", unit="money",
      source="Suryana, TCT_43 and TCT_35")  # fmt: skip
def transport_legs(n: Network, v: Variables) -> list[Part]:
    """A later leg pays what its load pays (legs without a floor)."""
    plain = np.setdiff1d(np.flatnonzero(~n.legs.first), floored(n))
    rounds = _by_round(n, v, plain, np.nan_to_num(n.legs.km[plain]) * n.legs.loaded_rate[plain])
    on = np.flatnonzero(np.isin(n.aboard.leg, plain))
    at, haul_of = n.aboard.leg[on], n.aboard.haul[on]
    view = v.haul.where(haul_of).at(stop=n.legs.stop[at])
    rate = np.nan_to_num(n.legs.km[at]) * n.aboard.full_rate[on]
    keys = {k: c for k, c in view.codes.items() if k != "to"}
    view = type(view)(view.cols, keys)
    load = part(view, rate, times=n.money_times[view.period], unit=units(n, view.material), account="transport")
    return [load, rounds]


@cost(r"\sum_{rst} w_{rst}", unit="money", source="ours: the floor")
def transport_floor(n: Network, v: Variables) -> list[Part]:
    """A leg with a floor pays at least what the empty leg would pay."""
    return [part(v.leg, 1.0, times=n.money_times[v.leg.period], unit="money", account="transport")]


def _by_round(n: Network, v: Variables, legs: Array, rate: Array) -> Part:
    view = v.rounds.where(n.legs.round[legs]).at(stop=n.legs.stop[legs])
    return part(view, rate, times=n.money_times[view.period], unit="trip", account="transport")


@cost(r"\sum_{rt} c^{n}_v\, n_{rt}", unit="money", source="ours: money for each trip")
def tour_trip_cost(n: Network, v: Variables) -> list[Part]:
    """Money for each trip of a tour."""
    return [part(v.rounds, n.rounds.trip_cost, times=n.money_times[v.rounds.period], unit="trip", account="trip")]


@measure(r"\sum_{rst} d_{rs}\, n_{rt}", unit="km", source="vehicle-km of all legs")
def km_tours(n: Network, v: Variables) -> list[Part]:
    """Kilometres of all legs of the tours."""
    km = np.bincount(n.legs.round, np.nan_to_num(n.legs.km), len(n.rounds))
    return [part(v.rounds, km, times=n.repeats[v.rounds.period], unit="km")]


@measure(r"\sum_{rss'mt} w_m\, d_{rss'}\, x_{rss'mt} / 1000", unit="tkm", source="mass aboard × km of the legs")
def tkm_tours(n: Network, v: Variables) -> list[Part]:
    """Tonne-kilometres of the tours; materials without mass are left out."""
    rate = np.nan_to_num(n.mass[n.hauls.material]) * np.nan_to_num(n.hauls.km) / 1000
    return [part(v.haul, rate, times=n.repeats[v.haul.period], unit="tkm")]


@measure(
    r"\sum_{rst} d_{rs}\bigl(\sum_{m} e^{f}_{vm} x_{rmt} + e_v n_{rt}\bigr)", unit="kg", source="GLEC; first leg empty"
)
def co2_tours(n: Network, v: Variables) -> list[Part]:
    """Emissions of the tours: the first leg empty, later legs with their load."""
    km = np.nan_to_num(n.legs.km)
    vehicle = np.bincount(n.legs.round, km * np.where(n.legs.first, n.legs.empty_co2, n.legs.loaded_co2), len(n.rounds))
    load = np.bincount(n.aboard.haul, km[n.aboard.leg] * n.aboard.full_co2, len(n.hauls))
    return [
        part(v.haul, load, times=n.repeats[v.haul.period], unit="kg CO2e"),
        part(v.rounds, vehicle, times=n.repeats[v.rounds.period], unit="kg CO2e"),
    ]
