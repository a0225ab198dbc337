"""Warnings: what is allowed but probably not meant, with the evidence in the user's labels."""

from __future__ import annotations

import numpy as np

from ..kept import in_halves, kept
from ..tables import Data
from ..tables.baseline import is_fixed
from ..words import say
from .baseline import audit_baseline
from .bounds import reach
from .network import CLOSED, Array, Network, Supply
from .offers import said_by
from .resources import note_resources
from .suspects import suspects

_MANY = 1000


@kept
def audit(data: Data, n: Network) -> None:
    """Note every warning about a network that is sound in itself."""
    every = (
        _nothing_moves, _stranded, _recipes, _too_much_for_one, _too_much_for_all, _out_of_reach, _massless,
        note_resources, suspects,
    )  # fmt: skip
    in_halves(*every)(data, n)
    if is_fixed(data):
        audit_baseline(data, n)


def _key(n: Network, place: Array, material: Array) -> Array:
    return place * len(n.labels["material"]) + material


@kept
def _nothing_moves(data: Data, n: Network) -> None:
    obliged = (n.supply.least > 0).any() or (n.demand.least > 0).any() or (n.lanes.least > 0).any()
    obliged |= (n.stores.start > 0).any() or (np.nan_to_num(n.stores.end) > 0).any()
    obliged |= (n.stores.least > 0).any() or (n.stores.safety > 0).any()
    obliged |= any(np.isfinite(limit.least) and limit.least > 0 for limit in (*n.limits, *n.goals.limits)) or bool(
        (n.sites.least > 0).any()
    )
    obliged |= any(limit.most < 0 for limit in n.goals.limits)
    pays = (n.demand.price > 0).any() or (n.supply.price < 0).any() or (n.supply.left_cost > 0).any()
    pays |= (n.taken.amount > 0).any() or (n.offers.price < 0).any()
    pays |= (n.runs.cost < 0).any() or (n.lanes.fee < 0).any() or any(weight < 0 for weight in n.weights.values())
    if not obliged and not pays:
        data.problems.add(
            "W201", say("Nothing obliges anything to move, and nothing pays for it: the cheapest plan is to do nothing."),
            say("Write an amount or least in supply or demand, or a limit."), **data.tables.where("supply"),
        )  # fmt: skip


def _takers(n: Network) -> Array:
    """Which (place, material) has a way out: a lane or tour, a process that uses it, demand, a store."""
    out = np.zeros(len(n.labels["place"]) * len(n.labels["material"]), bool)
    out[_key(n, n.lanes.origin, n.lanes.material)] = True
    out[_key(n, n.hauls.origin, n.hauls.material)] = True
    uses = n.recipe.rate < 0
    out[_key(n, n.recipe.place[uses], n.recipe.material[uses])] = True
    out[_key(n, n.demand.place, n.demand.material)] = True
    out[_key(n, n.stores.place, n.stores.material)] = True
    out[_key(n, n.dropoff.place, n.dropoff.material)] = True
    return out


@kept
def _stranded(data: Data, n: Network) -> None:
    takers = _takers(n)
    places, materials = n.labels["place"], n.labels["material"]
    made = n.recipe.rate > 0
    key = _key(n, n.recipe.place, n.recipe.material)
    for k in np.unique(key[made & ~takers[key]])[:_MANY]:
        place, material = places[k // len(materials)], materials[k % len(materials)]
        run = int(n.recipe.run[np.flatnonzero(made & (key == k))[0]])
        data.problems.add(
            "W207", say("{place} makes '{material}', and no lane, process, demand or store takes it away: the process cannot run.", place=place, material=material),
            say("Add a lane, a disposal process, or demand for it."), **data["processes"].where(int(n.runs.row[run]), "place"),
        )  # fmt: skip
    key = _key(n, n.supply.place, n.supply.material)
    for k in np.unique(key[~takers[key] & ((n.supply.most > 0) | n.supply.follows)])[:_MANY]:
        table, row = said_by(n, int(np.flatnonzero(key == k)[0]))
        data.problems.add(
            "W206", say("'{material}' at {place} reaches nothing: no lane, process or demand takes it.", material=materials[k % len(materials)], place=places[k // len(materials)]),
            say("Add a lane from there."), **data[table].where(row, "place"),
        )  # fmt: skip
    lanes_in = np.unique(_key(n, n.lanes.dest, n.lanes.material))
    for k in lanes_in[~takers[lanes_in]][:_MANY]:
        row = int(n.lanes.row[np.flatnonzero(_key(n, n.lanes.dest, n.lanes.material) == k)[0]])
        data.problems.add(
            "W208", say("'{material}' that arrives at {place} goes nowhere, so nothing will arrive.", material=materials[k % len(materials)], place=places[k // len(materials)]),
            say("Add demand, a process, a store or a lane from there."), **data["lanes"].where(row, "dest"),
        )  # fmt: skip


@kept
def _recipes(data: Data, n: Network) -> None:
    """Where a recipe loses or makes mass (a process that only uses material is a disposal)."""
    if not len(n.recipe):
        return
    mass = n.mass[n.recipe.material] * n.recipe.rate
    runs = len(n.runs)
    net = np.bincount(n.recipe.run, np.nan_to_num(mass), runs)
    gross = np.bincount(n.recipe.run, np.abs(np.nan_to_num(mass)), runs)
    blind = np.bincount(n.recipe.run, np.isnan(mass), runs) > 0
    makes = np.bincount(n.recipe.run, n.recipe.rate > 0, runs) > 0
    off = ~blind & makes & (np.abs(net) > 1e-9 * np.maximum(gross, 1e-12))
    for row in np.unique(n.runs.row[off])[:_MANY]:
        run = int(np.flatnonzero(off & (n.runs.row == row))[0])
        name, kg = n.labels["process"][n.runs.process[run]], float(abs(net[run]))
        if net[run] > 0:
            found = say("The recipe of '{process}' makes {mass:g} kg per unit of activity.", process=name, mass=kg)
        else:
            found = say("The recipe of '{process}' loses {mass:g} kg per unit of activity.", process=name, mass=kg)
        advice = say("Losses are materials: give them a row.")
        data.problems.add("W205", found, advice, **data["processes"].where(int(row), "process"))


def _capacity(n: Network) -> Array:
    """Largest capacity of each place in a period of length 1; infinite where it is no site."""
    capacity = np.full(len(n.labels["place"]), np.inf)
    places = n.site_places
    capacity[places] = 0.0
    able = n.sites.status != CLOSED
    np.maximum.at(capacity, n.sites.place[able], n.site_room[able])
    return capacity


@kept
def _too_much_for_one(data: Data, n: Network) -> None:
    """Single sourcing of more than any one destination can take."""
    lanes = n.lanes
    if not lanes.single.any():
        return
    site = n.site_of[lanes.dest] >= 0
    weight = np.ones(len(lanes))
    weight[site] = n.site_weight[n.site_of[lanes.dest[site]], lanes.material[site]]
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(weight > 0, _capacity(n)[lanes.dest] * n.length[lanes.period] / weight, np.inf)
    room = np.minimum(room, lanes.most)
    periods = len(n.length)
    key = _key(n, lanes.origin, lanes.material) * periods + lanes.period
    top = np.zeros(len(n.labels["place"]) * len(n.labels["material"]) * periods)
    np.maximum.at(top, key, room)
    single = np.zeros(len(top), bool)
    single[key[lanes.single]] = True
    supply = _key(n, n.supply.place, n.supply.material) * periods + n.supply.period
    for at in np.flatnonzero(single[supply] & (n.supply.least > top[supply]) & ~_stays(n, n.supply))[:_MANY]:
        place, material = n.labels["place"][n.supply.place[at]], n.labels["material"][n.supply.material[at]]
        unit = n.unit[n.supply.material[at]]
        data.problems.add(
            "W209",
            say(
                "All {amount:,.10g} {unit} of '{material}' at {place} must go to one place, and no place takes more than {most:,.10g}.",
                amount=n.supply.least[at],
                unit=unit,
                material=material,
                place=place,
                most=top[supply[at]],
            ),
            say("Split the place, raise a capacity, or drop single there."),
            **data["supply"].where(int(n.supply.row[at]), "amount"),
        )


def _stays(n: Network, table: Supply) -> Array:
    """Whether what is there may also be used, kept or handed over on the spot."""
    there = np.zeros(len(n.labels["place"]) * len(n.labels["material"]), bool)
    uses = n.recipe.rate < 0
    there[_key(n, n.recipe.place[uses], n.recipe.material[uses])] = True
    there[_key(n, n.demand.place, n.demand.material)] = True
    there[_key(n, n.stores.place, n.stores.material)] = True
    return there[_key(n, table.place, table.material)]


@kept
def _too_much_for_all(data: Data, n: Network) -> None:
    """More must be collected than all the sites that it can go to may take."""
    if not len(n.sites) or not len(n.supply):
        return
    key = _key(n, n.lanes.origin, n.lanes.material)
    open_end = np.zeros(len(n.labels["place"]) * len(n.labels["material"]), bool)
    open_end[key[n.site_of[n.lanes.dest] < 0]] = True
    open_end[_key(n, n.hauls.origin, n.hauls.material)] = True
    bound = (
        (n.site_of[n.supply.place] < 0) & ~_stays(n, n.supply) & ~open_end[_key(n, n.supply.place, n.supply.material)]
    )
    capacity = _capacity(n)
    for period in range(len(n.length)):
        mine = bound & (n.supply.period == period) & (n.supply.least > 0)
        sources = np.unique(_key(n, n.supply.place, n.supply.material)[mine])
        dests = np.unique(n.lanes.dest[np.isin(key, sources) & (n.lanes.period == period)])
        plain = len(dests) and (n.site_weight[n.site_of[dests]] == 1.0).all()
        room = float(capacity[dests].sum() * n.length[period]) if plain else np.inf
        total = float(n.supply.least[mine].sum())
        if total > room * (1 + 1e-12):
            row = int(n.supply.row[np.flatnonzero(mine)[0]])
            data.problems.add(
                "W210", say("{total:,.10g} must be collected, and the sites within reach take {room:,.10g}: no plan can exist.", total=total, room=room),
                say("Raise capacities, add sites, or lower least."), **data["supply"].where(row),
            )  # fmt: skip


@kept
def _out_of_reach(data: Data, n: Network) -> None:
    """Demand that must be met and cannot be: too little can ever arrive."""
    must = (n.demand.least > 0) & np.isnan(n.demand.shortage_cost)
    if not must.any():
        return
    level, _ = reach(n, forward=True)
    at = _key(n, n.demand.place, n.demand.material) * len(n.length) + n.demand.period
    for i in np.flatnonzero(must & (n.demand.least > level[at] * (1 + 1e-12)))[:_MANY]:
        place, material = n.labels["place"][n.demand.place[i]], n.labels["material"][n.demand.material[i]]
        data.problems.add(
            "W211", say("{place} must be given {amount:,.10g} of '{material}', and at most {most:,.10g} can ever come: no plan can exist.", place=place, amount=n.demand.least[i], material=material, most=level[at][i]),
            say("Add supply or lanes, or write a shortage_cost."), **data["demand"].where(int(n.demand.row[i])),
        )  # fmt: skip


@kept
def _massless(data: Data, n: Network) -> None:
    wanted = {r.quantity for r in n.counted_rows} | {q for q, w in n.weights.items() if w}
    wanted |= {r.quantity for r in n.measures.rows}
    if "tkm" not in wanted:
        return
    for m in np.unique(n.lanes.material[np.isnan(n.mass[n.lanes.material])]):
        data.problems.add(
            "W310",
            say("tkm leaves out '{material}', which has no mass.", material=n.labels["material"][m]),
            say("Write mass [kg] in materials."),
            **data.tables.where("materials", "mass"),
        )
