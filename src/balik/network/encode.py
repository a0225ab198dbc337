"""Typed tables to the network of arrays: wildcards, distances, rates, units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..kept import kept
from ..tables import Data, Frame
from ..tables.baseline import is_fixed
from ..words import say
from . import network as net
from .baseline import keep_sites
from .chances import Ways, encode_chances, encode_varying, sharing
from .charges import encode_charges, has_charges
from .comeback import check_supply, encode_returns
from .counted import in_own_unit
from .deposits import encode_deposits
from .distance import Distances
from .dropoff import encode_dropoff
from .expand import Array, Expanded, expand
from .expected import check_expected
from .finance import dated_factors, money_factors
from .fleets import encode_fleets
from .goals import encode_goals
from .lanes import encode_lanes
from .limits import encode_limits
from .materials import Materials, encode_materials
from .measures import encode_measures
from .modes import Modes
from .modules import encode_modules
from .offers import encode_offers
from .owners import encode_owners
from .phases import encode_phases, spread
from .processes import encode_processes
from .reserve import note_reserve, safety_stock
from .resources import encode_resources
from .setups import setup_labels
from .sites import encode_sites, site_units, with_starts
from .targets import encode_coverage, encode_market, encode_people
from .tours import encode_tours
from .waits import encode_waits, sizes_of_arrivals
from .weights import encode_weights

#: Tables about sites, and their keys beside place and size.
_OVER_TIME = {"phases": ("period",), "modules": ("module", "period")}


def encode(data: Data) -> net.Network:
    """The network of a typed case. Rows with a problem are left out; further problems are noted."""
    labels = dict(data.labels)
    labels["mode"] = ["", *data.labels["mode"]]
    shape = {dimension: len(names) for dimension, names in labels.items()}
    length, repeats = _periods(data)
    moved, materials, distances = _moved(data, shape, length)
    n = moved | _ends(data, shape, repeats, distances, moved["demand"])
    beside = _beside(data, labels, shape, length, repeats, materials, distances, n, _has_recurring(data))
    return net.Network(
        **n | beside, length=length, repeats=repeats, mass=materials.mass, volume=materials.volume, unit=materials.unit
    )


@kept
def _beside(
    data: Data,
    labels: dict[str, list[str]],
    shape: dict[str, int],
    length: Array,
    repeats: Array,
    materials: Materials,
    distances: Distances,
    n: dict[str, Any],
    recurring: bool,
) -> dict[str, Any]:
    """What stands beside what moves and is handed over: sites, by what money counts, what is counted, places, names."""
    standing = _standing(data, shape, length, materials, n)
    money_times, one_off = money_factors(data, length, repeats, _has_one_off(data), recurring)
    one_off_at, end_times = dated_factors(data, length, repeats, one_off, standing["phases"])
    labels = _all_labels(data, labels)
    counted = _counted(data, labels, materials)
    return {
        **standing,
        **counted,
        **_places(data, shape, distances, n["lanes"], n["hauls"]),
        "labels": _with_names(labels, counted["limits"], counted["goals"], counted["charges"]),
        "money_times": money_times,
        "one_off_times": one_off,
        "one_off_at": one_off_at,
        "end_times": end_times,
    }


@kept
def _moved(data: Data, shape: dict[str, int], length: Array) -> tuple[dict[str, Any], Materials, Distances]:
    """What moves and is made, what stands there before, and what is handed over."""
    materials = encode_materials(data)
    distances = Distances(data)
    modes = Modes(data, shape)
    weights = encode_weights(data)
    wants = _wanted_distances(data, weights)
    lanes, trips, dropped = encode_lanes(data, shape, modes, distances, materials, wants)
    rounds, legs, hauls, aboard = encode_tours(data, shape, modes, distances, materials, wants)
    fleets, duties, tour_duties = encode_fleets(data, shape, distances, lanes, trips, rounds, legs, hauls)
    runs, recipe, setups = encode_processes(data, shape, length)
    sites, starts = encode_sites(data, shape), _stores(data, shape)
    sites = with_starts(data, keep_sites(sites) if is_fixed(data) else sites, starts)
    found = {
        "weights": weights,
        "lanes": lanes,
        "trips": trips,
        "dropped": dropped,
        "rounds": rounds,
        "legs": legs,
        "hauls": hauls,
        "aboard": aboard,
        "fleets": fleets,
        "duties": duties,
        "tour_duties": tour_duties,
        "runs": runs,
        "recipe": recipe,
        "setups": setups,
        "sites": sites,
        "stores": starts,
        "demand": _demand(data, shape),
    }
    return found, materials, distances


def _ends(
    data: Data, shape: dict[str, int], repeats: Array, distances: Distances, demand: net.Demand
) -> dict[str, Any]:
    """What waits to come back, and what it is made of."""
    supply, back, offers, dropoff = _coming(data, shape, repeats, distances, _supply(data, shape), demand)
    check_supply(data, supply)
    taken, paid = encode_deposits(data, shape, supply, demand)
    return {"supply": supply, "returns": back, "offers": offers, "dropoff": dropoff, "taken": taken, "paid": paid}


@kept
def _coming(
    data: Data, shape: dict[str, int], repeats: Array, distances: Distances, supply: net.Supply, demand: net.Demand
) -> tuple[net.Supply, net.Returns, net.Offers, net.Dropoff]:
    """What comes back, is offered for and brought, and with it the supply."""
    supply, back = encode_returns(data, shape, repeats, supply, demand)
    supply, offers = encode_offers(data, shape, supply, back)
    supply, dropoff = encode_dropoff(data, shape, distances, supply)
    return supply, back, offers, dropoff


def _standing(
    data: Data, shape: dict[str, int], length: Array, materials: Materials, n: dict[str, Any]
) -> dict[str, Any]:
    """Sites as they count what comes, over time; what varies there, and what they have at hand."""
    handed = (n["lanes"], n["hauls"], n["supply"], n["runs"])
    found = _sites(data, shape, length, materials, n["sites"], *handed)
    ways = Ways(n["lanes"], n["hauls"], n["runs"], n["recipe"], n["stores"], n["demand"], shape["place"])
    varying = encode_varying(data, found["chances"], n["supply"], ways)
    return found | {"varying": varying, "chances": sharing(found["chances"], varying)}


@kept
def _sites(
    data: Data,
    shape: dict[str, int],
    length: Array,
    materials: Materials,
    sites: net.Sites,
    lanes: net.Lanes,
    hauls: net.Hauls,
    supply: net.Supply,
    runs: net.Runs,
) -> dict[str, Any]:
    places = np.unique(sites.place)
    site_of = np.full(shape["place"], -1)
    site_of[places] = np.arange(len(places))
    over_time = {name: spread(data, shape, name, sites, *keys) for name, keys in _OVER_TIME.items()}
    beside = {name: (found.site, found.row) for name, found in over_time.items()}
    counted = site_units(data, sites, site_of, lanes, hauls, supply, materials, beside)
    sites, site_weight, site_unit, times = counted
    sites, phases = encode_phases(data, sites, over_time["phases"], times, length)
    phased = np.isin(np.arange(len(sites)), phases.site)
    modules = encode_modules(data, sites, phased, over_time["modules"], times, len(length))
    comes = ((lanes.dest, lanes.material), (hauls.dest, hauls.material), (supply.place, supply.material))
    sizes = sizes_of_arrivals(site_of, site_weight, comes) if data["sites"].given["wait"].any() else {}
    resources, uses, loads, resource_unit = encode_resources(data, shape, sites, runs)
    return {
        "sites": sites,
        "phases": phases,
        "modules": modules,
        "chances": encode_chances(data, sites),
        "waits": encode_waits(data, sites, sizes),
        "resources": resources,
        "uses": uses,
        "loads": loads,
        "resource_unit": resource_unit,
        "site_weight": site_weight,
        "site_unit": site_unit,
        "site_of": site_of,
    }


@kept
def _all_labels(data: Data, labels: dict[str, list[str]]) -> dict[str, list[str]]:
    return labels | {
        "kind": list(data.kinds),
        "group": [g for d, g in data.groups if d == "place"],
        "limit": [],
        "setup": setup_labels(data),
        "origin": labels["place"],
        "dest": labels["place"],
        "site": labels["place"],
        "base": labels["place"],
    }


@kept
def _with_names(
    labels: dict[str, list[str]], limits: list[net.Limit], goals: net.Goals, charges: list[net.Charge]
) -> dict[str, list[str]]:
    names: dict[str, Sequence[net.Limit | net.Charge]] = {"limit": limits, "goal": goals.limits, "charge": charges}
    return labels | {dimension: [one.name for one in found] for dimension, found in names.items()}


@kept
def _counted(data: Data, labels: dict[str, list[str]], materials: Materials) -> dict[str, Any]:
    """Measures, limits, goals and charges."""
    measures = encode_measures(data, labels)
    check_expected(data, materials.unit)
    limits = encode_limits(data, labels, materials)
    labels = labels | {"limit": [limit.name for limit in limits]}
    goals = encode_goals(data, labels, materials)
    labels = labels | {"goal": [goal.name for goal in goals.limits]}
    charges, steps = encode_charges(data, labels, materials)
    return {"measures": measures, "limits": limits, "goals": goals, "charges": charges, "steps": steps}


@kept
def _places(
    data: Data, shape: dict[str, int], distances: Distances, lanes: net.Lanes, hauls: net.Hauls
) -> dict[str, Any]:
    """What places are: their kind, owner and people, and whom they serve."""
    kind, people = np.full(shape["place"], -1), encode_people(data)
    for number, codes in enumerate(data.kinds.values()):
        kind[codes] = number
    return {
        "kind": kind,
        "owner": encode_owners(data, lanes, hauls),
        "people": people,
        "market": encode_market(data, shape),
        "coverage": encode_coverage(data, shape, distances, people),
        "group_places": {g: np.array(c, np.int64) for (d, g), c in data.groups.items() if d == "place"},
        "straight": _straight(data, distances, lanes),
    }


def _straight(data: Data, distances: Distances, lanes: net.Lanes) -> Array:
    """For every lane the great circle that its km rests on; nan where km was given."""
    given = ~np.isnan(data["lanes"].number["km"][lanes.row])
    return np.where(given, np.nan, distances.straight(lanes.origin, lanes.dest))


# -- periods and materials ---------------------------------------------------------------------------------------


@kept
def _periods(data: Data) -> tuple[Array, Array]:
    frame = data["periods"]
    first = {label: row for row, label in reversed(list(enumerate(frame.text["period"]))) if frame.ok[row]}
    rows = [first.get(label, -1) for label in data.labels["period"]]
    length, repeats = (np.r_[frame.number[c], 1.0][rows] for c in ("length", "repeats"))
    return length, repeats


@kept
def _wanted_distances(data: Data, weights: dict[str, float]) -> set[str]:
    """Measures that a limit, goal, weight, charge or another measure uses."""
    wanted = {q for q, w in weights.items() if w}
    for name, column in (("limits", "quantity"), ("goals", "quantity"), ("measures", "of"), ("charges", "of")):
        wanted |= set(data[name].text[column].levels) if len(data[name]) else set()
    return wanted & {"km", "tkm", "co2"}


# -- supply, demand, stores --------------------------------------------------------------------------------------

_PMT = {"place": "place", "material": "material", "period": "period"}


def _numbers(data: Data, frame: Frame, found: Expanded, *columns: str) -> dict[str, Array]:
    """Columns of every tuple, in the unit of its material."""
    return {c: in_own_unit(data, frame, c, found.row, found.codes["material"]) for c in columns}


def _bounds(data: Data, frame: Frame, found: Expanded) -> tuple[Array, Array]:
    amount, least, most = _numbers(data, frame, found, "amount", "least", "most").values()
    exact = ~np.isnan(amount)
    return np.where(exact, amount, least), np.where(exact, amount, most)


@kept
def _supply(data: Data, shape: dict[str, int]) -> net.Supply:
    frame = data["supply"]
    found = expand(data, frame, _PMT, shape)
    least, most = _bounds(data, frame, found)
    number = _numbers(data, frame, found, "price", "left_cost")
    follows = np.zeros(len(found), bool)
    return net.Supply(**found.codes, least=least, most=most, **number, row=found.row, follows=follows)


@kept
def _demand(data: Data, shape: dict[str, int]) -> net.Demand:
    frame = data["demand"]
    found = expand(data, frame, _PMT, shape)
    least, most = _bounds(data, frame, found)
    number = _numbers(data, frame, found, "price", "shortage_cost")
    return net.Demand(**found.codes, least=least, most=most, **number, row=found.row)


@kept
def _stores(data: Data, shape: dict[str, int]) -> net.Stores:
    frame = data["stores"]
    found = expand(data, frame, _PMT, shape)
    period, last = found.codes["period"], shape["period"] - 1
    for column, at in (("start", 0), ("end", last)):
        given = ~np.isnan(frame.written(column)[found.row]) & frame.given[column][found.row]
        stray = found.row[(period != at) & given & ~_reaches(frame, found, at)]
        for row in np.unique(stray):
            if column == "start":
                told = say("'start' holds before the first period, and the row does not stand for that period.")
            else:
                told = say("'end' holds after the last period, and the row does not stand for that period.")
            data.problems.add(
                "E330", told,
                say("Write it on a row of period '{period}'.", period=data.labels['period'][at]), **frame.where(row, column),
            )  # fmt: skip
    number = _numbers(data, frame, found, "room", "least", "holding", "start", "end")
    number["start"] = np.where(period == 0, number["start"], 0.0)
    number["end"] = np.where(period == last, number["end"], np.nan)
    number["safety"] = safety_stock(data, found)
    note_reserve(data, found.row, number)
    return net.Stores(**found.codes, **number, row=found.row)


def _reaches(frame: Frame, found: Expanded, period: int) -> Array:
    """Whether the row of each tuple also stands for this period."""
    rows = np.zeros(len(frame), bool)
    rows[found.row[found.codes["period"] == period]] = True
    return rows[found.row]


# -- which money stands in the case ------------------------------------------------------------------------------


def _any(frame: Frame, *columns: str) -> bool:
    written = (frame.written(c)[frame.ok] for c in columns)
    return any(bool(((x != 0) & ~np.isnan(x)).any()) for x in written)


@kept
def _has_one_off(data: Data) -> bool:
    phases = _any(data["phases"], "opening_cost", "closing_cost", "residual") or _any(data["modules"], "cost")
    return _any(data["sites"], "opening_cost", "closing_cost") or phases or has_charges(data, once=True)


@kept
def _has_recurring(data: Data) -> bool:
    recurring: dict[str, tuple[str, ...]] = {
        "sites": ("running_cost", "unit_cost"),
        "phases": ("running_cost",),
        "modules": ("running_cost",),
        "lanes": ("fee",),
        "modes": ("full_rate", "loaded_rate", "empty_rate", "trip_cost"),
        "supply": ("price", "left_cost"),
        "demand": ("price", "shortage_cost"),
        "deposits": ("amount",),
        "offers": ("price",),
        "processes": ("cost", "setup_cost"),
        "stores": ("holding",),
        "tours": ("full_rate",),
        "fleets": ("fixed_cost",),
    }
    found = any(_any(data[name], *columns) for name, columns in recurring.items())
    return found or has_charges(data, once=False)
