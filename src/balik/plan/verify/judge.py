"""The order in which a plan is judged; each law stands in the file of its subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...kept import Book, kept
from ...tables import Data
from ...words import say
from .backhaul import judge_backhaul, read_backhaul
from .books import judge_document, judge_ledger, sums_by_account
from .bounds import Limit, Value, judge_limits
from .chance import judge_chance, judge_waiting
from .comeback import Returns
from .counted_in import judge_units
from .distance import Roads
from .dropoff import Dropoff
from .exact import Number, exact, floats, total
from .facts import judge_facts, judge_places
from .fleets import judge_fleets, read_fleets
from .goals import judge_goals
from .invoices import judge_invoices
from .lanes import KEYS, Lanes, Moves, judge_lanes, judge_single
from .limits import Quantities, Sums, objective
from .measures import MEASURES
from .money import Finance, read_finance
from .offers import Offers
from .owners import judge_margins
from .places import (
    PLACE_KEYS,
    RUN_KEYS,
    Held,
    Recipes,
    hold,
    judge_balance,
    judge_demand,
    judge_runs,
    judge_stock,
    judge_supply,
    per_run,
)
from .prices import judge_prices
from .promised import judge_promises
from .reserve import judge_reserve
from .resources import judge_resources
from .setups import judge_setups
from .shapes import in_shape
from .sheets import Plan, Sheet, read_sheets
from .sites import judge_sites, read_sites
from .terms import Deeds, Terms
from .tours import Load, Runs, Tours, judge_tours, read_runs
from .vehicles import Modes, judge_trips, lane_trips
from .verdict import Court, Verdict, kept_verdict, unit_of
from .whereabouts import place_word
from .world import NONE, World

_world, _modes, _recipes = kept(World), kept(Modes), kept(Recipes)
_tours = kept(Tours)


@kept
def _lanes(world: World) -> Lanes:
    return Lanes(world, Roads(world))


def judge(data: Data, plan: Plan, document: Mapping[str, Any] | None = None) -> Verdict:
    """Judge a plan from the tables of its case; the laws are those of the contract, each within TOLERANCE.

    `plan[table][column]`: sequences of equal length; a table without rows may be absent. `document`: the content of
    `plan.json`; figures that are absent or null claim nothing, except a null cost or objective.
    """
    court, world, plan = Court(), _world(data), Book(plan)
    document = None if document is None else in_shape(document, court)
    sheets = read_sheets(world, plan, court)
    deeds = _judged_deeds(world, sheets, court)
    finance = read_finance(world, court)
    sums = Sums(Quantities(deeds, finance))
    everything = Everything(deeds, finance)
    lines = sums.quantities.lines
    _need_distances(sums, court)
    lines = replace(lines, value=np.nan_to_num(lines.value))
    limits = judge_limits(sums, everything, court)
    beside = Court()  # what is told beside what is done: it counts where it is wrong
    _judge_beside(deeds, finance, limits, document, sheets, beside)
    judge_goals(sums, everything, plan.get("goals"), document, court)
    judge_ledger(world, lines, sheets["ledger"], court)
    told = (plan.get("ledger", {}).get("unit"), plan.get("margins"), document)
    _judge_about_money(deeds, finance, lines, sheets["ledger"], *told, court)
    ledger = sums_by_account(world, lines)
    cost = sum(ledger.values(), Fraction(0))
    goal = _objective(sums, everything, court)
    measures = _measures(sums.quantities)
    if document is not None:
        figures = (cost, goal, lambda: lines.largest)
        judge_document(world, document, sums.quantities, ledger, measures, sheets, figures, court)
        judge_facts(world, limits, document, beside)
    return Verdict(
        court.laws + len(beside.broken),
        [*court.broken, *beside.broken],
        float(cost),
        None if goal is None else float(goal),
        {account: float(money) for account, money in ledger.items()},
        {name: None if value is None else float(value) for name, value in measures.items()},
        residuals={law: r.counted_in(_unit(world, law, r.where)) for law, r in court.residuals.items()},
    )


@kept_verdict
def _judge_beside(
    deeds: Deeds,
    finance: Finance,
    limits: dict[str, tuple[Limit, list[Value]]],
    document: Mapping[str, Any] | None,
    sheets: dict[str, Sheet],
    court: Court,
) -> None:
    """What is told beside what is done: prices, and figures of places, resources and promises."""
    judge_prices(deeds, limits, sheets, court)
    if document is not None:
        judge_places(deeds, finance, document, sheets["open"], court)
        judge_promises(deeds, document, court)


@kept_verdict
def _judge_about_money(
    deeds: Deeds,
    finance: Finance,
    lines: Terms,
    ledger: Sheet,
    units: Sequence[Any] | None,
    margins: Mapping[str, Sequence[Any]] | None,
    document: Mapping[str, Any] | None,
    court: Court,
) -> None:
    """What is told about money beside the ledger: what its lines are counted in, margins and invoices."""
    judge_units(deeds.world, ledger, units, court)
    judge_margins(deeds, finance, lines, margins, court)
    if document is not None:
        judge_invoices(deeds.world, document, lines, finance.period, court)


def _unit(world: World, law: str, where: str) -> str:
    """What a kind of law is missed in at a row: the unit of its material, the currency, or the kind of unit."""
    kind = unit_of(law)
    if kind == "money":
        return world.data.tables.currency
    if kind == "quantity" and (at := where.partition("material=")[2]):
        named = [m for m, label in enumerate(world.labels["material"]) if f"{at}, ".startswith(f"{label}, ")]
        if named:
            return world.unit[max(named, key=lambda m: len(world.labels["material"][m]))]
    return kind


def ledger_of(data: Data, plan: Plan) -> dict[str, list[Any]]:
    """The ledger of a plan as the verifier computes it, in the columns of the table `ledger` (rate 1, no unit)."""
    court, world = Court(), World(data)
    deeds = _read(world, read_sheets(world, plan, court), court)
    lines = Quantities(deeds, read_finance(world, court)).lines
    lines = lines.take(np.flatnonzero(np.nan_to_num(lines.value)))
    out: dict[str, list[Any]] = {
        c: ["" if code == NONE else world.name(c, int(code)) for code in codes] for c, codes in lines.codes.items()
    }
    out["stop"] = [int(code) if code != NONE else None for code in lines.codes["stop"]]
    money = floats(lines.value)
    return out | {
        "amount": money.tolist(),
        "rate": [1.0] * len(money),
        "cost": money.tolist(),
    }


@kept
def _measures(quantities: Quantities) -> dict[str, Number | None]:
    return {name: _total(quantities.terms(name).value) for name in (*MEASURES, *quantities.own)}


@kept_verdict
def _judged_deeds(world: World, sheets: dict[str, Sheet], court: Court) -> Deeds:
    """What the plan does, after all laws that are not about money."""
    deeds = _read(world, sheets, court)
    _judge_deeds(deeds, sheets, court)
    return deeds


@kept_verdict
def _read(world: World, sheets: dict[str, Sheet], court: Court) -> Deeds:
    """Lay the plan's tables on those of the case."""
    modes, lanes = _modes(world), _lanes(world)
    tours = _tours(world, lanes.roads, modes)
    flow = sheets["flow"]
    moves = lanes.find({c: flow.codes[c] for c in KEYS}, flow.number["amount"])
    riding = read_backhaul(lanes, moves, sheets["backhaul"], court)
    runs = read_runs(tours, sheets["tours"], sheets["tour_loads"], court)
    recipes = _recipes(world)
    demand = hold(world, "demand", PLACE_KEYS, sheets["deliver"], court)
    dropoff = Dropoff(world, lanes.roads, sheets["brought"])
    supply = _supply(world, sheets, demand, dropoff, court)
    activity = hold(world, "processes", RUN_KEYS, sheets["run"], court)
    return Deeds(
        world=world,
        lanes=lanes,
        modes=modes,
        tours=tours,
        recipes=recipes,
        moves=moves,
        riding=riding,
        trips=lane_trips(lanes, modes, replace(moves, amount=moves.amount - riding), sheets["trips"]),
        runs=runs,
        fleets=read_fleets(world, sheets["fleets"], court),
        supply=supply,
        demand=demand,
        stores=hold(world, "stores", PLACE_KEYS, sheets["stock"], court),
        activity=activity,
        counted=per_run(world, activity, recipes),
        sites=read_sites(lanes, tours, (moves, runs.moves), supply, sheets, court),
    )


def _supply(world: World, sheets: dict[str, Sheet], demand: Held, dropoff: Dropoff, court: Court) -> Held:
    """What is collected, and what may be: by the table supply, what comes back, what is offered for or brought."""
    returns, offers = Returns(world, demand), Offers(world, sheets["offers"])
    keys = {c: np.concatenate([x.keys[c] for x in (returns, offers, dropoff)]) for c in PLACE_KEYS}
    supply = hold(world, "supply", PLACE_KEYS, sheets["collect"], court, keys if len(keys["place"]) else None)
    offers.judge(court)
    beside = exact(np.zeros(len(supply)))
    if len(returns):
        beside = beside + returns.due(supply)
    if len(dropoff):
        beside = beside + dropoff.beside(supply)
    if not len(offers):
        return replace(supply, beside=beside) if len(returns) or len(dropoff) else supply
    return replace(supply, beside=beside + offers.at(supply, "amount"), paid=offers.at(supply, "price"))


@kept_verdict
def _judge_deeds(deeds: Deeds, sheets: dict[str, Sheet], court: Court) -> None:
    """All laws of what is done, before money."""
    world, both = deeds.world, (deeds.moves, deeds.runs.moves)
    judge_lanes(deeds.lanes, deeds.moves, sheets["flow"], court)
    judge_trips(deeds.lanes, deeds.modes, deeds.moves, deeds.trips, sheets["trips"], court)
    judge_backhaul(deeds.lanes, deeds.modes, deeds.moves, deeds.riding, deeds.trips, court)
    judge_tours(deeds.runs, court)
    judge_fleets(world, deeds.fleets, sheets["fleet_trips"], deeds.trips, deeds.runs, court)
    judge_single(deeds.lanes, _joined(both), court)
    judge_supply(world, deeds.supply, court)
    judge_demand(world, deeds.demand, sheets["shortage"], court)
    judge_runs(world, deeds.activity, deeds.counted, court)
    judge_stock(world, deeds.stores, court)
    judge_sites(world, deeds.sites, sheets, deeds.stores, court)
    Dropoff(world, deeds.lanes.roads, sheets["brought"]).judge(deeds.sites, court)
    judge_reserve(world, deeds.stores, deeds.sites, court)
    judge_setups(world, deeds.activity, deeds.counted, court)
    judge_resources(deeds, court)
    judge_chance(deeds, court)
    judge_waiting(deeds, court)
    judge_balance(world, both, sheets, deeds.stores, deeds.recipes, court)


def _joined(both: tuple[Moves, Moves]) -> Moves:
    codes = {c: np.concatenate([m.codes[c] for m in both]) for c in KEYS}
    amount, row, km = (np.concatenate([getattr(m, f) for m in both]) for f in ("amount", "row", "km"))
    return Moves(codes, amount, row, km)


class Everything:
    """The same plan with every lane and tour of the case in it, carrying nothing: made once, and only when asked."""

    def __init__(self, deeds: Deeds, finance: Finance):
        self.deeds, self.finance = deeds, finance

    def __call__(self) -> Sums:
        return self.sums

    @cached_property
    def sums(self) -> Sums:
        """What could be done, as sums."""
        deeds = self.deeds
        moves = deeds.lanes.every()
        periods = range(deeds.world.n("period"))
        loads = [Load(tour, a, b, m, t, 0) for tour, a, b, m in deeds.tours.pairs for t in periods]
        runs = Runs(deeds.tours, {(tour, t): 0 for tour, *_ in deeds.tours.pairs for t in periods}, loads)
        trips = lane_trips(deeds.lanes, deeds.modes, moves, None)
        return Sums(Quantities(replace(deeds, moves=moves, trips=trips, runs=runs), self.finance))


def _need_distances(sums: Sums, court: Court) -> None:
    """Money that needs a distance has one."""
    lines, world = sums.quantities.lines, sums.world
    for i in np.flatnonzero(np.isnan(lines.value)):
        text = world.key(lines.codes, int(i))
        told = say("Nothing says how far it is, and the cost needs it: {keys}.", keys=place_word(text))
        court.fault("distance", text, told)


def _objective(sums: Sums, everything: Callable[[], Sums], court: Court) -> Number | None:
    """Σ weight × quantity of `[objective]`, by default the cost."""
    weights = sums.world.data.tables.settings.get("objective") or {"cost": 1.0}
    for name, weight in weights.items():
        if not sums.quantities.known(name) or name == "stock" or not isinstance(weight, (int, float)):
            told = say("[objective] {name} = no number: no weight of a quantity of a sum.", name=name)
            court.fault("objective", name, told)
            return None
    return objective(sums, everything, weights)


def _total(values: np.ndarray[Any, Any]) -> Number | None:
    """A sum, None where a part of it is unknown."""
    return total(values) if not np.isnan(values).any() else None
