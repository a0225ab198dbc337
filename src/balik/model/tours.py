"""§3 Tours: milk runs that leave their first stop empty, load on the way, and are empty after the last stop.

What a leg pays is an equality whatever the objective, so a leg with a floor has a variable of its own (see larger).
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var, View
from ..network.network import Network
from .flow import Share
from .quantities import round_mode, units
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


def tour_shares(n: Network, kind: str) -> tuple[Array, Array, Array]:
    """Share of a trip that one unit takes: hauls, shares, and the leg of each (payload: the round).

    What is aboard a leg is left out where the payload row of the round, with the fill of the stops, implies it.
    """
    h, a = n.hauls, n.aboard
    whole = 1 / (h.payload * h.fill)
    if kind == "payload":
        return np.arange(len(h)), whole, h.round
    if kind == "room":
        return a.haul, np.nan_to_num(n.volume[h.material[a.haul]]) / n.legs.room[a.leg], a.leg
    share = 1 / a.payload
    tells = np.zeros(len(n.legs), bool)
    tells[a.leg[share > whole[a.haul] * (1 + 1e-12)]] = True
    on = tells[a.leg]
    return a.haul[on], share[on], a.leg[on]


def alone(n: Network) -> Array:
    """Fractional rounds that a single row binds: they equal it."""
    rows = np.zeros(len(n.rounds), np.int64)
    for kind in ("payload", "load", "room"):
        _, share, at = tour_shares(n, kind)
        found = np.unique(at[share > 0])
        np.add.at(rows, found if kind == "payload" else n.legs.round[found], 1)
    return ~n.rounds.whole & (rows == 1)


@constraint(r"\sum_{ss'm} x_{rss'mt} / (Q_{vm} f_{rsm}) \le n_{rt}", unit="trip",
            source="Suryana, F_k of the tour; equal if fractional and nothing else binds")  # fmt: skip
def tour_payload(n: Network, v: Variables) -> Rows | None:
    """Trips of a tour carry all its loads, each at the fill of its stop."""
    return _fitting(n, v, "payload")


@constraint(r"\sum_{s \le k < s'} x_{rss'mt} / Q_{vm} \le n_{rt}", unit="trip", source="ours: what is aboard fits")
def tour_load(n: Network, v: Variables) -> Rows | None:
    """What is aboard on a leg fits the payload (stated where the fill of the stops does not see to it)."""
    return _fitting(n, v, "load")


@constraint(r"\sum_{s \le k < s'} b_m\, x_{rss'mt} / R_v \le n_{rt}", unit="trip", source="ours: what is aboard fits")
def tour_room(n: Network, v: Variables) -> Rows | None:
    """What is aboard on a leg fits the room."""
    return _fitting(n, v, "room")


def _fitting(n: Network, v: Variables, kind: str) -> Rows | None:
    haul, share, at = tour_shares(n, kind)
    on = share > 0
    if not on.any():
        return None
    which, row = np.unique(at[on], return_inverse=True)
    rounds = which if kind == "payload" else n.legs.round[which]
    if kind == "payload":
        index = Index(n.labels, tour=n.rounds.tour[which], period=n.rounds.period[which])
    else:
        index = leg_index(n, which)
    terms = Terms(index, row.ravel(), v.haul.cols[haul[on]], share[on])
    trips = Terms(index, np.arange(len(which)), v.rounds.cols[rounds], np.ones(len(which)))
    return (terms - trips).between(np.where(alone(n)[rounds], 0.0, -np.inf), 0.0)


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
    at, haul = n.aboard.leg[on], n.aboard.haul[on]
    rate = np.nan_to_num(n.legs.km[at]) * n.aboard.full_rate[on]
    view = View(v.haul.cols[haul], _leg_keys(n, at))
    load = part(
        view, rate, times=n.money_times[view.period], unit=units(n, n.hauls.material[haul]), account="transport"
    )
    return [load, rounds]


@cost(r"\sum_{rst} w_{rst}", unit="money", source="ours: the floor")
def transport_floor(n: Network, v: Variables) -> list[Part]:
    """A leg with a floor pays at least what the empty leg would pay."""
    mode = n.legs.mode[floored(n)]
    return [part(v.leg, 1.0, times=n.money_times[v.leg.period], unit="money", account="transport", mode=mode)]


def _leg_keys(n: Network, legs: Array) -> dict[str, Array]:
    """What a line of a leg says: which tour, which stop it leads to, by which mode, when."""
    return {c: getattr(n.legs, c)[legs] for c in ("tour", "stop", "mode", "period")}


def _by_round(n: Network, v: Variables, legs: Array, rate: Array) -> Part:
    view = View(v.rounds.cols[n.legs.round[legs]], _leg_keys(n, legs))
    return part(view, rate, times=n.money_times[view.period], unit="trip", account="transport")


@cost(r"\sum_{rt} c^{n}_v\, n_{rt}", unit="money", source="ours: money for each trip")
def tour_trip_cost(n: Network, v: Variables) -> list[Part]:
    """Money for each trip of a tour."""
    view = v.rounds.at(mode=round_mode(n))
    return [part(view, n.rounds.trip_cost, times=n.money_times[view.period], unit="trip", account="trip")]


@measure(r"\sum_{rst} d_{rs}\, n_{rt}", unit="km", source="vehicle-km of all legs")
def km_tours(n: Network, v: Variables) -> list[Part]:
    """Kilometres of all legs of the tours."""
    view = View(v.rounds.cols[n.legs.round], _leg_keys(n, np.arange(len(n.legs))))
    return [part(view, np.nan_to_num(n.legs.km), times=n.repeats[view.period], unit="km")]


@measure(r"\sum_{rss'mt} w_m\, d_{rss'}\, x_{rss'mt} / 1000", unit="tkm", source="mass aboard × km of the legs")
def tkm_tours(n: Network, v: Variables) -> list[Part]:
    """Tonne-kilometres of the tours; materials without mass are left out."""
    heavy = np.flatnonzero(~np.isnan(n.mass[n.hauls.material]))
    rate = n.mass[n.hauls.material[heavy]] * np.nan_to_num(n.hauls.km[heavy]) / 1000
    view = v.haul.where(heavy).at(mode=round_mode(n)[n.hauls.round[heavy]])
    return [part(view, rate, times=n.repeats[view.period], unit="tkm")]


@measure(
    r"\sum_{rst} d_{rs}\bigl(\sum_{m} e^{f}_{vm} x_{rmt} + e_v n_{rt}\bigr)", unit="kg", source="GLEC; first leg empty"
)
def co2_tours(n: Network, v: Variables) -> list[Part]:
    """Emissions of the tours: the first leg empty, later legs with their load."""
    km, at = np.nan_to_num(n.legs.km), n.aboard.leg
    vehicle = View(v.rounds.cols[n.legs.round], _leg_keys(n, np.arange(len(n.legs))))
    load = View(v.haul.cols[n.aboard.haul], _leg_keys(n, at))
    out = []
    for view, rate in (
        (vehicle, km * np.where(n.legs.first, n.legs.empty_co2, n.legs.loaded_co2)),
        (load, km[at] * n.aboard.full_co2),
    ):
        emits = view.where(rate != 0)
        out.append(part(emits, rate[rate != 0], times=n.repeats[emits.period], unit="kg CO2e"))
    return out
