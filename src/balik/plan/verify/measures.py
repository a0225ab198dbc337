"""Measures and amounts, as terms by key: vehicle-km, tonne-km, kg CO2e, jobs; and every quantity of `limits`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .exact import exact
from .places import Held, ends, short
from .sites import used
from .targets import covered, market, people
from .terms import Deeds, Terms, join, terms, times
from .verdict import Array

MEASURES = ("km", "tkm", "co2", "jobs")
AMOUNTS = "flow collect deliver run open use stock trips vehicles shortage left market people covered".split()


def measure(deeds: Deeds, name: str) -> Terms:
    """A measure over all repeats of each period; nan where it needs a distance that nobody knows."""
    parts = {"km": _km, "tkm": _tkm, "co2": _co2, "jobs": _jobs}[name](deeds)
    out = join(parts)
    period = np.maximum(out.codes["period"], 0)
    return Terms(out.codes, out.value * deeds.world.repeats[period], out.alive)


def _km(deeds: Deeds) -> list[Terms]:
    """trips × 2 × km on lanes, trips × Σ km of the legs on tours."""
    trips, legs = deeds.trips, deeds.runs.legs
    lanes = terms(trips.codes, times(trips.trips, np.full(len(trips), 2.0), trips.km), trips.counted)
    value = exact(np.array([leg.trips for leg in legs], object))
    km = exact(np.array([leg.stop.km for leg in legs], object))
    return [lanes, terms(_legs(deeds), times(value, np.ones(len(legs)), km))]


def _legs(deeds: Deeds) -> dict[str, Array]:
    legs = deeds.runs.legs
    return {
        "tour": np.array([leg.tour for leg in legs], np.int64),
        "mode": np.array([leg.stop.mode for leg in legs], np.int64),
        "period": np.array([leg.period for leg in legs], np.int64),
    }


def _tkm(deeds: Deeds) -> list[Terms]:
    """amount × mass × km in tonne-km, by whatever vehicle or none; what has no mass is left out."""
    out = []
    for moves in (deeds.moves, deeds.runs.moves):
        mass = deeds.world.mass[moves.codes["material"]]
        at = np.flatnonzero(~np.isnan(mass))
        codes = {c: a[at] for c, a in moves.codes.items()}
        out.append(terms(codes, times(moves.amount[at], mass[at] / 1000.0, moves.km[at])))
    return out


def _co2(deeds: Deeds) -> list[Terms]:
    """Of loads, of vehicles there and back, of tours leg by leg, and of activity, in kg."""
    moves, modes, trips = deeds.moves, deeds.modes, deeds.trips
    row = modes.find(moves.codes["mode"], moves.codes["material"], moves.codes["period"])
    full = modes.number("full_co2", row, moves.codes["material"])
    per_km = modes.number("loaded_co2", trips.row) + modes.number("empty_co2", trips.row)
    rate = deeds.activity.number("co2", 0.0) * deeds.counted
    emits = exact(np.array([leg.emits for leg in deeds.runs.legs], object))
    return [
        terms(moves.codes, times(moves.amount, full, moves.km), full != 0),
        terms(trips.codes, times(trips.trips, per_km, trips.km), per_km != 0),
        terms(_legs(deeds), emits),
        terms(deeds.activity.codes, deeds.activity.amount * rate, rate != 0),
    ]


def _jobs(deeds: Deeds) -> list[Terms]:
    rate = deeds.activity.number("jobs", 0.0) * deeds.counted
    return [terms(deeds.activity.codes, deeds.activity.amount * rate, rate != 0)]


# -- amounts -----------------------------------------------------------------------------------------------


def amounts(deeds: Deeds, name: str) -> Terms:
    """A quantity of amounts per period, without repeats, in each material's own unit."""
    if name == "flow":
        return join(terms(m.codes, m.amount) for m in (deeds.moves, deeds.runs.moves))
    if name == "trips":
        return join([terms(deeds.trips.codes, deeds.trips.trips, deeds.trips.counted), _tour_trips(deeds)])
    if name == "vehicles":
        return terms(deeds.fleets.spots, deeds.fleets.said["vehicles"])
    if name == "covered":
        return covered(deeds)
    if name in ("market", "people"):
        return (market if name == "market" else people)(deeds.world)
    if name in ("open", "use"):
        return _sites(deeds, name)
    if name == "left":
        return terms(deeds.supply.codes, *_left(deeds))
    if name == "shortage":
        return terms(deeds.demand.codes, short(deeds.demand), _may_fall_short(deeds.demand))
    held = {"collect": "supply", "deliver": "demand", "stock": "stores", "run": "activity"}
    of: Held = getattr(deeds, held[name])
    return terms(of.codes, of.amount)


def _may_fall_short(demand: Held) -> Array:
    """Where something is asked for, and shortage is allowed."""
    return ~np.isnan(demand.number("shortage_cost")) & (ends(demand)[0] > 0)


def _left(deeds: Deeds) -> tuple[Array, Array]:
    """most − collected, where most is finite."""
    most = ends(deeds.supply)[1]
    finite = np.isfinite(most)
    return np.where(finite, most, 0.0) - np.where(finite, deeds.supply.amount, 0.0), finite


def open_as_asked(deeds: Deeds, scope: Mapping[str, str]) -> Terms:
    """What is open, as a scope tells it apart: in each period, else in each size, else at each place."""
    sites, periods = deeds.sites, deeds.world.n("period")
    codes = {"place": sites.place, "size": sites.size}
    if scope.get("period"):
        each = {c: np.repeat(a, periods) for c, a in codes.items()} | {
            "period": np.tile(np.arange(periods), len(sites))
        }
        return terms(each, sites.when.ravel())
    return terms(codes, sites.open) if scope.get("size") else _sites(deeds, "open")


def _tour_trips(deeds: Deeds) -> Terms:
    ran = deeds.runs.every()
    codes = {
        "tour": np.array([k[0] for k in ran], np.int64),
        "mode": np.array([deeds.tours.mode(k[0]) for k in ran], np.int64),
        "period": np.array([k[1] for k in ran], np.int64),
    }
    return terms(codes, np.array([deeds.runs.trips.get(k, 0) for k in ran], object))


def _sites(deeds: Deeds, name: str) -> Terms:
    """Distinct places of sites that are open, or where something arrives or is collected."""
    sites = deeds.sites
    if name == "open":
        place = sites.places
        each = np.bincount(sites.place, sites.open, deeds.world.n("place"))[place]
        return terms({"place": place}, np.minimum(1.0, each))
    places = sites.places
    return terms({"place": places}, np.isin(places, used(sites)[0]))
