"""What is paid, supplied or driven twice because two rows say the same: fees, trips, gate fees, spots, ways back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from ...words import say
from ..told import figure
from .finding import Finding
from .solved import Solved, amounts, near, place_of, significant


def twice_findings(s: Solved) -> Iterator[Finding]:
    """Every finding about what two rows say."""
    yield from _trip_and_km(s)
    yield from _fee_and_site(s)
    yield from _gate_fee(s)
    yield from _spot(s)
    yield from _way_back(s)
    yield from _long_legs(s)


def _trip_and_km(s: Solved) -> Iterator[Finding]:
    """A cost per trip that is what the rates per km come to on the way."""
    n, t = s.n, s.n.trips
    trips = amounts(s, "trips")
    by_km = t.km * (t.loaded_rate + t.empty_rate)
    for mode in np.unique(t.mode).tolist():
        mine = [i for i in np.flatnonzero((t.mode == mode) & (trips > 0)).tolist()
                if t.trip_cost[i] > 0 and near(float(t.trip_cost[i]), float(by_km[i])) and significant(float(by_km[i]))]  # fmt: skip
        if mine:
            i, money = mine[0], float((trips * t.trip_cost)[mine].sum())
            told = say(
                "From {origin} to {dest} a trip of '{mode}' costs {cost}, and that is what its rates come to over {km} km there: the way is paid twice, {money} in this plan.",
                origin=place_of(s, t.origin[i]), dest=place_of(s, t.dest[i]), mode=n.labels["mode"][mode],
                cost=figure(t.trip_cost[i]), km=figure(t.km[i]), money=figure(money),
            )  # fmt: skip
            yield Finding("transport_twice", True, f"trips {mode}", told, "modes", s.scenario, money)


def _fee_and_site(s: Solved) -> Iterator[Finding]:
    """A fee on the way into a site that is what the site itself takes for each unit."""
    n, flow = s.n, amounts(s, "flow")
    for i in np.flatnonzero(n.sites.unit_cost > 0).tolist():
        place, rate = int(n.sites.place[i]), float(n.sites.unit_cost[i])
        same = [k for k in np.flatnonzero(n.lanes.dest == place).tolist() if near(float(n.lanes.fee[k]), rate)]
        moved = float(flow[same].sum())
        if not moved > 0 or not significant(rate):
            continue
        told = say(
            "What arrives at {place} pays a fee of {rate} on its lane and {rate} again at the site: {rate} × {amount} = {money}, perhaps for the same work.",
            place=place_of(s, place), rate=figure(rate), amount=figure(moved), money=figure(rate * moved),
        )  # fmt: skip
        where = s.data["sites"].spot(int(n.sites.row[i]))
        yield Finding("handling_twice", True, f"{place_of(s, place)} fee", told, where, s.scenario, rate * moved)


def _gate_fee(s: Solved) -> Iterator[Finding]:
    """A gate fee that the supply pays, and the process that takes the material earns again."""
    n, activity = s.n, amounts(s, "run")
    for run in np.flatnonzero((n.runs.cost < 0) & (activity > 0)).tolist():
        for at in np.flatnonzero((n.recipe.run == run) & (n.recipe.rate < 0)).tolist():
            material, earned = int(n.recipe.material[at]), float(n.runs.cost[run] / n.recipe.rate[at])
            paid = n.supply.price[(n.supply.material == material) & (n.supply.price < 0)]
            if len(paid) and near(float(-paid[0]), earned):
                name, money = n.labels["process"][int(n.runs.process[run])], float(-n.runs.cost[run] * activity[run])
                told = say(
                    "'{process}' earns {price} for each '{material}' that it takes, and its supply pays {price} already: {money} of income twice in this plan.",
                    process=name, price=figure(earned), material=n.labels["material"][material], money=figure(money),
                )  # fmt: skip
                where = s.data["processes"].spot(int(n.runs.row[run]))
                yield Finding("revenue_twice", True, f"{name} in", told, where, s.scenario, money)


def _spot(s: Solved) -> Iterator[Finding]:
    """Two places on one spot from which the same amount of the same material waits; halves of one may do so, too."""
    n, frame = s.n, s.data["places"]
    at = {frame.text["place"][r]: frame.text["at"][r] for r in range(len(frame)) if frame.text["at"][r]}
    spots: dict[tuple[str, int, int], list[int]] = {}
    for i in range(len(n.supply)) if at else ():
        spot = place_of(s, n.supply.place[i])
        spots.setdefault((at.get(spot, spot), int(n.supply.material[i]), int(n.supply.period[i])), []).append(i)
    for mine in spots.values():
        for one, other in combinations(mine, 2):
            amount = float(n.supply.most[one])
            if near(amount, float(n.supply.most[other])) and significant(amount):
                told = say(
                    "{place} and {other} are on one spot, and {amount} of '{material}' wait at each: one of the two may be the other, counted twice.",
                    place=place_of(s, n.supply.place[one]), other=place_of(s, n.supply.place[other]),
                    amount=figure(amount), material=n.labels["material"][int(n.supply.material[one])],
                )  # fmt: skip
                where = s.data["supply"].spot(int(n.supply.row[other]))
                about = f"{place_of(s, n.supply.place[one])} {place_of(s, n.supply.place[other])}"
                yield Finding("supplied_twice", False, about, told, where, s.scenario, amount)


def _way_back(s: Solved) -> Iterator[Finding]:
    """A vehicle whose rate loaded is that of an equal one there and back, and that pays the way back besides."""
    n, t = s.n, s.n.trips
    trips = amounts(s, "trips")
    first = {int(m): int(np.flatnonzero(t.mode == m)[0]) for m in np.unique(t.mode).tolist()}
    payload = {m: set(n.lanes.payload[n.lanes.mode == m].tolist()) for m in first}
    for one, i in first.items():
        for other, j in first.items():
            there_and_back = float(t.loaded_rate[j] + t.empty_rate[j])
            if one == other or payload[one] != payload[other] or not (t.empty_rate[j] > 0 and t.empty_rate[i] > 0):
                continue
            if not near(float(t.loaded_rate[i]), there_and_back) or t.loaded_rate[j] <= 0:
                continue
            mine = t.mode == one
            money = float((trips * t.km * t.empty_rate)[mine].sum())
            told = say(
                "'{mode}' is paid {rate} per km loaded, which is what '{other}' is paid there and back ({loaded} + {empty}), and {back} for the way back besides: {money} in this plan.",
                mode=n.labels["mode"][one], other=n.labels["mode"][other], rate=figure(t.loaded_rate[i]),
                loaded=figure(t.loaded_rate[j]), empty=figure(t.empty_rate[j]), back=figure(t.empty_rate[i]), money=figure(money),
            )  # fmt: skip
            yield Finding("way_back_twice", True, n.labels["mode"][one], told, "modes", s.scenario, money)


def _long_legs(s: Solved) -> Iterator[Finding]:
    """Legs of a tour that are twice as long as the lane between the two places."""
    n, t = s.n, s.n.trips
    known = {(int(t.origin[i]), int(t.dest[i])): float(t.km[i]) for i in range(len(t)) if t.km[i] > 0}
    legs = {(int(n.legs.tour[k]), int(n.legs.stop[k])): float(n.legs.km[k]) for k in range(len(n.legs))}
    for k in range(len(n.hauls)):
        tour, stop, to = int(n.hauls.tour[k]), int(n.hauls.stop[k]), int(n.hauls.to[k])
        single = known.get((int(n.hauls.origin[k]), int(n.hauls.dest[k])))
        if to != stop + 1 or single is None or not near(legs.get((tour, to), 0.0), 2 * single):
            continue
        told = say(
            "On the tour '{tour}' the leg from {origin} to {dest} has {km} km, twice the {single} km of the lane between them: a tour pays each leg one way.",
            tour=n.labels["tour"][tour], origin=place_of(s, n.hauls.origin[k]), dest=place_of(s, n.hauls.dest[k]),
            km=figure(legs[tour, to]), single=figure(single),
        )  # fmt: skip
        yield Finding("round_trip_km", True, f"tour {tour} {to}", told, "tours", s.scenario)
