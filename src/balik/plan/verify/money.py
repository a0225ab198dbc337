"""Money, priced again from the tables: one term for each account and key, after repeats and finance.

A lane pays amount × (km × full_rate + fee) + trips × (km × (loaded_rate + empty_rate) + trip_cost).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...kept import in_halves, kept
from ...words import say
from .comeback import deposits
from .events import events
from .exact import Array, Number, exact, exactly, floats, total
from .places import Held, ends, short
from .setups import setup_terms
from .terms import Deeds, Terms, join, terms, times
from .verdict import Court, kept_verdict
from .world import NONE, World

FACTOR_DECIMALS = 12


@dataclass(frozen=True)
class Finance:
    """What one-off money counts, and the recurring money of each period (repeats, or discounted occurrences).

    `begins`: what one-off money counts that is paid as a period begins; `end`: as the last one ends.
    """

    once: Number
    period: Array
    begins: Array
    end: Number = 1

    @cached_property
    def often(self) -> Array:
        """What money of each period counts, and at the end that of none."""
        return np.concatenate([self.period, exact(np.array([self.once], object))])


@kept_verdict
def read_finance(world: World, court: Court) -> Finance:
    """The factors of `[finance]`; settings that are missing are a fault and leave the money as it is."""
    setting = world.data.tables.setting
    way = setting("finance", "one_off")
    plain = Finance(1, world.repeats, exact(np.ones(world.n("period"))))
    if way is None or way == "once":
        return plain
    given = {key: setting("finance", key) for key in ("rate", "years", "periods_per_year")}
    needed = ["rate", "years", "periods_per_year"] if way == "annuity" else ["rate", "periods_per_year"]
    lacking = [key for key in needed if not isinstance(given[key], (int, float))]
    if way not in ("annuity", "npv") or lacking:
        what = (
            say("{keys} of [finance] is no number", keys=", ".join(lacking))
            if lacking
            else say("one_off = {way!r} is unknown", way=way)
        )
        court.fault("finance", "case.toml", say("Money cannot be recomputed: {what}.", what=what))
        return plain
    rate, per_year = float(given["rate"]), float(given["periods_per_year"])
    long = world.length * world.repeats
    span, gone = total(long), [total(long[:t]) for t in range(world.n("period"))]
    if way == "annuity":
        yearly = exactly(annuity(rate, float(given["years"]))) / exactly(per_year)
        begins = exact(np.array([yearly * (span - past) for past in gone], object))
        return Finance(yearly * span, plain.period, begins)
    horizons = 1 if given["years"] is None else max(1, round(float(given["years"]) * per_year / float(span)))
    later = [round((1.0 + rate) ** (-float(past) / per_year), FACTOR_DECIMALS) for past in (*gone, span)]
    worth = discounts(floats(world.length), floats(world.repeats), rate, per_year, horizons)
    return Finance(1, exact(worth), exact(np.array(later[:-1])), exactly(later[-1]))


def annuity(rate: float, years: float) -> float:
    """a = r / (1 − (1 + r)^−years), or 1 / years without interest; rounded to 12 decimals."""
    a = 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** -years)
    return round(a, FACTOR_DECIMALS)


def discounts(length: Array, repeats: Array, rate: float, per_year: float, horizons: int) -> Array:
    """For each period Σ (1 + rate)^(−e / per_year) over its occurrences, e being the time at which each ends.

    Period 1 as often as it repeats, then period 2, …; the whole horizon recurs `horizons` times.
    """
    sums: list[list[float]] = [[] for _ in length]
    elapsed = 0.0
    for _ in range(horizons):
        for t, (long, often) in enumerate(zip(length.tolist(), repeats.tolist(), strict=True)):
            left = often
            while left > 1e-9:  # a part of an occurrence counts in part
                part = min(1.0, left)
                elapsed += part * long
                sums[t].append(part * (1.0 + rate) ** (-elapsed / per_year))
                left -= part
    return np.array([round(math.fsum(s), FACTOR_DECIMALS) for s in sums])


def price(deeds: Deeds, finance: Finance) -> Terms:
    """Every line of the ledger, in money; nan where a rate needs a distance that nobody knows."""
    return join(in_halves(_moved, *_ENDS, _activity, _stands, _events)(deeds, finance))


def _counted(finance: Finance, found: Iterable[Terms]) -> Terms:
    """Money of periods as it counts over the horizon; what has no period counts as one-off money."""
    lines = join(found)
    period = lines.codes["period"]
    factor = finance.often[np.where(period == NONE, len(finance.period), np.maximum(period, 0))]
    return Terms(lines.codes, lines.value * factor, lines.alive)


@kept
def _moved(deeds: Deeds, finance: Finance) -> Terms:
    return _counted(finance, [*_lanes(deeds), *_tours(deeds)])


@kept
def _stands(deeds: Deeds, finance: Finance) -> Terms:
    return _counted(finance, [*_sites(deeds), *setup_terms(deeds), _fleets(deeds)])


@kept
def _events(deeds: Deeds, finance: Finance) -> Terms:
    return join(events(deeds, finance))


def _account(deeds: Deeds, name: str) -> int:
    return deeds.world.code["account"][name]


def _lanes(deeds: Deeds) -> list[Terms]:
    moves, modes = deeds.moves.take(np.flatnonzero(deeds.moves.row >= 0)), deeds.modes
    row = modes.find(moves.codes["mode"], moves.codes["material"], moves.codes["period"])
    full = modes.number("full_rate", row, moves.codes["material"])
    fee = deeds.lanes.table.number("fee", moves.row, 0.0, moves.codes["material"])
    load = terms(
        moves.codes | {"account": _account(deeds, "transport")},
        times(moves.amount, full, moves.km),
        (full != 0) & (moves.km != 0),
    )
    fees = terms(moves.codes | {"account": _account(deeds, "fee")}, moves.amount * fee, fee != 0)
    trips = deeds.trips
    per_km = modes.number("loaded_rate", trips.row) + modes.number("empty_rate", trips.row)
    each = modes.number("trip_cost", trips.row)
    run = terms(
        trips.codes | {"account": _account(deeds, "transport")},
        times(trips.trips, per_km, trips.km),
        (per_km != 0) & (trips.km != 0),
    )
    trip = terms(trips.codes | {"account": _account(deeds, "trip")}, trips.trips * each, each != 0)
    return [load, fees, run, trip]


def _tours(deeds: Deeds) -> list[Terms]:
    runs, tours = deeds.runs, deeds.tours
    legs = runs.legs
    codes: dict[str, Array | int] = {
        "tour": np.array([leg.tour for leg in legs], np.int64),
        "stop": np.array([leg.stop.number for leg in legs], np.int64),
        "mode": np.array([leg.stop.mode for leg in legs], np.int64),
        "period": np.array([leg.period for leg in legs], np.int64),
        "account": _account(deeds, "transport"),
    }
    pays = terms(codes, np.array([leg.pays for leg in legs], object), np.array([leg.rated for leg in legs], bool))
    ran = runs.every()
    each = exact(np.array([tours.vehicle("trip_cost", tours.mode(k[0]), *k) for k in ran], object))
    trip = exact(np.array([runs.trips.get(k, 0) for k in ran], object)) * each
    codes = {
        "tour": np.array([k[0] for k in ran], np.int64),
        "mode": np.array([tours.mode(k[0]) for k in ran], np.int64),
        "period": np.array([k[1] for k in ran], np.int64),
        "account": _account(deeds, "trip"),
    }
    return [pays, terms(codes, trip, each != 0)]


def _fleets(deeds: Deeds) -> Terms:
    """Vehicles that are used, for the length of the period."""
    fleets = deeds.fleets
    charged = fleets.number("fixed_cost") != 0
    return terms(fleets.spots | {"account": _account(deeds, "fleet")}, fleets.cost(deeds.world), charged)


def _at(deeds: Deeds, account: str, where: Held, amount: Array, rate: Array) -> Terms:
    return terms(where.codes | {"account": _account(deeds, account)}, times(amount, rate), rate != 0)


def _due(deeds: Deeds, finance: Finance, account: str, where: Held, amount: Array, rate: Array) -> Terms:
    return _counted(finance, [_at(deeds, account, where, amount, rate)])


@kept
def _deposit(deeds: Deeds, finance: Finance) -> Terms:
    found = deposits(deeds.world, deeds.demand, deeds.supply)
    return _counted(finance, [_at(deeds, "deposit", held, held.amount, rate) for held, rate in found])


@kept
def _purchase(deeds: Deeds, finance: Finance) -> Terms:
    supply, rate = deeds.supply, deeds.supply.number("price", 0.0)
    return _due(deeds, finance, "purchase", supply, supply.amount, rate if supply.paid is None else rate + supply.paid)


@kept
def _left(deeds: Deeds, finance: Finance) -> Terms:
    supply, rate = deeds.supply, deeds.supply.number("left_cost", 0.0)
    left = np.where(rate != 0, ends(supply)[1], 0.0) - np.where(rate != 0, supply.amount, 0.0)
    return _due(deeds, finance, "left", supply, left, rate)


@kept
def _revenue(deeds: Deeds, finance: Finance) -> Terms:
    return _due(deeds, finance, "revenue", deeds.demand, deeds.demand.amount, -deeds.demand.number("price", 0.0))


@kept
def _shortage(deeds: Deeds, finance: Finance) -> Terms:
    rate = np.nan_to_num(deeds.demand.number("shortage_cost", 0.0))
    return _due(deeds, finance, "shortage", deeds.demand, short(deeds.demand), rate)


@kept
def _holding(deeds: Deeds, finance: Finance) -> Terms:
    rate = deeds.stores.number("holding", 0.0) * deeds.world.length[deeds.stores.codes["period"]]
    return _due(deeds, finance, "holding", deeds.stores, deeds.stores.amount, rate)


#: What is paid to holders, for what is left, for what is handed over, for what is short, and for stock.
_ENDS = (_deposit, _purchase, _left, _revenue, _shortage, _holding)


@kept
def _activity(deeds: Deeds, finance: Finance) -> Terms:
    activity, world = deeds.activity, deeds.world
    rate = activity.number("cost", 0.0) * deeds.counted
    names = activity.table.frame.text["account"]
    account = np.array([world.code["account"][n] for n in names.levels], np.int64)[names.codes]
    mine = account[activity.row] if len(activity) else np.zeros(0, np.int64)
    return _counted(finance, [terms(activity.codes | {"account": mine}, activity.amount * rate, rate != 0)])


def _sites(deeds: Deeds) -> list[Terms]:
    """Opening and closing once; running by time; unit by what arrives and is collected."""
    sites, world = deeds.sites, deeds.world
    existing = np.array([s == "existing" for s in sites.status()], bool)
    site = {"place": sites.place, "size": sites.size}
    opening, closing = sites.number("opening_cost"), sites.number("closing_cost")
    phased = sites.phases.phased
    opens, closes = ~phased & ~existing & (opening != 0), ~phased & existing & (closing != 0)
    out = [
        terms(site | {"account": _account(deeds, "opening")}, np.where(opens, sites.open * opening, 0.0), opens),
        terms(
            site | {"account": _account(deeds, "closing")},
            np.where(closes, (1 - sites.open) * closing, 0.0),
            closes,
        ),
    ]
    for t in range(world.n("period")):
        at = site | {"period": t}
        running, unit = sites.over_time("running_cost")[:, t], sites.number("unit_cost")
        through = sites.through[sites.place, t] if len(sites) else exact(np.zeros(0))
        out.append(
            terms(
                at | {"account": _account(deeds, "running")},
                sites.when[:, t] * running * world.length[t],
                running != 0,
            )
        )
        out.append(terms(at | {"account": _account(deeds, "unit")}, sites.when[:, t] * through * unit, unit != 0))
        out.append(_modules(deeds, t))
    return out


def _modules(deeds: Deeds, t: int) -> Terms:
    """What modules cost for the length of a period."""
    modules, sites = deeds.sites.modules, deeds.sites
    rate = modules.number("running_cost")[:, t]
    codes: dict[str, Array | int] = {"place": sites.place[modules.site], "size": sites.size[modules.site], "period": t}
    return terms(
        codes | {"account": _account(deeds, "running")}, modules.said[:, t] * rate * deeds.world.length[t], rate != 0
    )
