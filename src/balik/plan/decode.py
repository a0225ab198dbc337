"""Solution to answer tables, keyed as the inputs; the ledger; the measures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..algebra.program import Block
from ..model.goals import settle_deviations
from ..model.larger import settle
from ..model.setups import settled_setups
from ..model.statement import Model, Part
from ..network.network import CANDIDATE, Network
from ..network.phases import holds
from ..schema import PLAN

Array = np.ndarray
Columns = dict[str, list[Any]]
DECIMALS = 9
NOTHING = 1e-9
#: Amounts below this do not make a site used.
USED = 1e-6
#: Accounts that are paid once, also where a line belongs to a period.
ONE_OFF = ("opening", "closing", "expansion", "residual")


def tidy(m: Model, x: Array) -> Array:
    """The solution as it is written: maxima settled, whole numbers whole, 9 decimals, idle candidates closed."""
    x = x.copy()
    for var in m.program.variables.values():
        whole = np.broadcast_to(np.asarray(var.integer, bool), len(var))
        x[var.cols[whole]] = np.round(x[var.cols[whole]])
    x = settled_setups(m.network, m.variables, np.round(settle(m.network, m.variables, x), DECIMALS))
    x = settle_deviations(m.network, m.variables, _used_where_busy(m, x))
    x[np.abs(x) < NOTHING] = 0.0
    return _closed_where_idle(m, x)


def settled(m: Model, x: Array) -> Array:
    """A tidy solution whose amounts have changed, with the maxima that follow from them."""
    after = settle(m.network, m.variables, x)
    return np.where(after != x, np.round(after, DECIMALS), x)


def _used_where_busy(m: Model, x: Array) -> Array:
    """A place counts as used where something comes, and nowhere else: what counts uses is never a reason for more."""
    if m.variables.has("use"):
        x[m.variables.use.cols] = _busy(m, x)[m.network.site_places]
    return x


def _closed_where_idle(m: Model, x: Array) -> Array:
    """A candidate that carries nothing and costs nothing is reported closed, unless a limit needs it open."""
    n, v, program = m.network, m.variables, m.program
    if not len(n.sites):
        return x
    carries = np.bincount(np.repeat(np.arange(len(n.sites)), len(n.length)), x[v.throughput.cols], len(n.sites)) > USED
    active = np.zeros(len(n.site_of), bool)
    for name in ("run", "stock"):
        var = getattr(v, name)
        active[var.place[x[var.cols] > USED]] = True
    cost = program.cost()
    idle = (x[v.open.cols] > 0.5) & ~carries & ~active[n.sites.place] & (n.sites.status == CANDIDATE)
    names = ("limits", "spread", "goals", "served", "charged_amount", "to_open")
    blocks = [program.families[name] for name in names if name in program.families]
    for site in np.flatnonzero(idle & ~n.sites.starts):
        cols = _columns_of(m, x, int(site))
        if (cost[cols] == 0).all() and not any(_needs(block, cols, x) for block in blocks):
            x[cols] = 0.0
    return x


def _columns_of(m: Model, x: Array, site: int) -> Array:
    """The columns that say whether a site is open, when, and what it is extended by."""
    n, v = m.network, m.variables
    cols = [v.open.cols[[site]]]
    mine = np.flatnonzero(n.phases.site == site)
    if len(mine):
        cols += [getattr(v, name).cols[mine] for name in _STATES.values()]
    for name in ("lasting", "modules", "added", "dropped"):
        if v.has(name):
            var = getattr(v, name)
            cols.append(var.cols[(var.place == n.sites.place[site]) & (var.size == n.sites.size[site])])
    if v.has("ever") and x[v.open.cols[n.sites.place == n.sites.place[site]]].sum() < 1.5:
        cols.append(v.ever.cols[v.ever.place == n.sites.place[site]])
    return np.concatenate(cols)


def _needs(block: Block, cols: Array, x: Array) -> bool:
    """Whether a row would be broken if these columns were 0."""
    terms, rows = block.rows.terms, block.rows
    without = x.copy()
    without[cols] = 0.0
    at = np.unique(terms.row[np.isin(terms.col, cols)])
    after = block.activity(without)[at]
    return bool((after < rows.lower[at] - 1e-9).any() or (after > rows.upper[at] + 1e-9).any())


def tables_of(m: Model, x: Array) -> dict[str, Columns]:
    """Every answer table that has a row."""
    n, v = m.network, m.variables
    tables = {
        "flow": _amounts(n, v.flow, x),
        "backhaul": _amounts(n, v.riding, x),
        "trips": _trips(n, v, x),
        "tours": _amounts(n, v.rounds, x, "trips"),
        "tour_loads": _amounts(n, v.haul, x),
        "fleets": fleets_of(m, x),
        "fleet_trips": fleet_trips_of(m, x),
        "open": _keys(n, v.open, np.flatnonzero(x[v.open.cols] > 0.5), "open"),
        "phases": phases_of(m, x),
        "modules": modules_of(m, x),
        "offers": _keys(n, v.offer, np.flatnonzero(x[v.offer.cols] > 0.5), "offers") if v.has("offer") else {},
        "brought": _brought(n, v, x),
        "collect": _amounts(n, v.collect, x),
        "deliver": _amounts(n, v.deliver, x),
        "shortage": _amounts(n, v.shortage, x),
        "stock": _amounts(n, v.stock, x),
        "run": _amounts(n, v.run, x),
        "ledger": ledger_of(m, x),
    }
    order = {
        "tours": ("tour", "period", "trips"),
        "tour_loads": ("tour", "stop", "to", "material", "period", "amount"),
    }
    for name, shown in order.items():
        tables[name] = {c: tables[name][c] for c in shown} if tables[name] else {}
    return {name: columns for name, columns in tables.items() if any(map(len, columns.values()))}


def label(n: Network, column: str, codes: Array) -> list[Any]:
    """Labels of codes of a column; numbers of stops as they are."""
    if column in ("stop", "to"):
        return [int(c) for c in codes]
    names = n.labels["place" if column in ("origin", "dest") else column]
    return [names[c] for c in codes]


def _keys(n: Network, view: Any, rows: Array, table: str) -> Columns:
    keys = [k for k in PLAN[table].keys if k in view.codes] if table in PLAN else list(view.codes)
    return {k: label(n, k, view.codes[k][rows]) for k in keys}


def _amounts(n: Network, view: Any, x: Array, name: str = "amount") -> Columns:
    rows = np.flatnonzero(np.abs(x[view.cols]) > NOTHING)
    return {k: label(n, k, view.codes[k][rows]) for k in view.codes} | {name: x[view.cols][rows].tolist()}


def _brought(n: Network, v: Any, x: Array) -> Columns:
    """What people bring themselves, and where to."""
    if not v.has("nearest"):
        return {}
    amount = np.round(x[v.nearest.cols] * n.dropoff.amount, DECIMALS)
    rows = np.flatnonzero(amount > NOTHING)
    return _keys(n, v.nearest, rows, "brought") | {"amount": amount[rows].tolist()}


def _trips(n: Network, v: Any, x: Array) -> Columns:
    rows = np.flatnonzero(x[v.trips.cols] > NOTHING)
    trips, km = x[v.trips.cols][rows], n.trips.km[rows]
    total = [None if math.isnan(d) else round(float(2 * d * t), DECIMALS) for d, t in zip(km, trips, strict=True)]
    return _keys(n, v.trips, rows, "trips") | {"trips": trips.tolist(), "km": total}


def phases_of(m: Model, x: Array) -> Columns:
    """Phased sites in the periods in which they are open, or close."""
    n, v = m.network, m.variables
    if not len(n.phases):
        return {}
    found = {name: np.round(x[getattr(v, column).cols]) for name, column in _STATES.items()}
    rows = np.flatnonzero(np.any(list(found.values()), axis=0))
    return _keys(n, v.open_in, rows, "phases") | {name: values[rows].tolist() for name, values in found.items()}


#: Columns of the table phases, and their variables.
_STATES = {"open": "open_in", "opened": "opened", "closed": "closed"}


def modules_of(m: Model, x: Array) -> Columns:
    """Modules of every site in every period."""
    n, v = m.network, m.variables
    if not len(n.modules):
        return {}
    line, period = np.nonzero(holds(n) & (x[v.modules.cols] > NOTHING)[:, None])
    view = v.modules.where(line).at(period=period)
    return _keys(n, view, np.arange(len(line)), "modules") | {"number": x[view.cols].tolist()}


def fleet_trips_of(m: Model, x: Array) -> Columns:
    """Which vehicles make the trips of which lane or tour."""
    n, v = m.network, m.variables
    out: Columns = {c: [] for c in PLAN["fleet_trips"].columns}
    for view in (v.made, v.made_rounds):
        rows = np.flatnonzero(x[view.cols] > NOTHING)
        for c in PLAN["fleet_trips"].keys:
            out[c] += label(n, c, view.codes[c][rows]) if c in view.codes else [""] * len(rows)
        out["trips"] += x[view.cols][rows].tolist()
    return out


def fleets_of(m: Model, x: Array) -> Columns:
    """Trips, hours, vehicles and drivers of every fleet that has any."""
    n, v = m.network, m.variables
    trips, hours = np.zeros(len(n.fleets)), np.zeros(len(n.fleets))
    for duties, view in ((n.duties, v.made), (n.tour_duties, v.made_rounds)):
        made = x[view.cols]
        trips += np.bincount(duties.fleet, made, len(trips))
        hours += np.bincount(duties.fleet, made * duties.hours, len(trips))
    vehicles = x[v.vehicles.cols]
    rows = np.flatnonzero((vehicles > NOTHING) | (trips > NOTHING))
    found = {"trips": trips, "hours": hours, "vehicles": vehicles, "drivers": vehicles * n.fleets.drivers}
    return _keys(n, v.vehicles, rows, "fleets") | {c: np.round(a[rows], DECIMALS).tolist() for c, a in found.items()}


# -- money and measures ------------------------------------------------------------------------------------------


def ledger_of(m: Model, x: Array) -> Columns:
    """One line for each account and key: amount × rate."""
    n = m.network
    keys = [k for k in PLAN["ledger"].keys if k != "account"]
    out: Columns = {"account": [], **{k: [] for k in keys}, "amount": [], "unit": [], "rate": [], "cost": []}
    for account, parts in m.variables.ledger.items():
        for p in parts:
            recurs = "period" in p.codes and account not in ONE_OFF
            repeats = n.repeats[p.codes["period"]] if recurs else np.ones(len(p))
            amount = (p.offset + p.per * x[p.cols]) * repeats
            rate = _without_noise(p.rate * p.times / repeats)
            rows = np.flatnonzero(np.abs(amount) > NOTHING)
            out["account"] += [account] * len(rows)
            for k in keys:
                out[k] += label(n, k, p.codes[k][rows]) if k in p.codes else [""] * len(rows)
            out["amount"] += amount[rows].tolist()
            out["unit"] += [str(u) for u in p.unit[rows]]
            out["rate"] += rate[rows].tolist()
            out["cost"] += _without_noise((amount * rate)[rows]).tolist()
    return out if out["account"] else {}


def _without_noise(values: Array) -> Array:
    """To 15 digits where these lie next to the float: 651.339, where a product has 651.3390000000002."""
    size = np.abs(values)
    with np.errstate(divide="ignore"):
        places = 14.0 - np.floor(np.log10(size))
    fits = (places >= 0) & (places <= 22)  # powers of ten that are floats
    ten = 10.0 ** np.where(fits, places, 0.0)
    short = np.rint(values * ten) / ten
    return np.where(fits & (np.abs(short - values) <= 2.0 * np.spacing(size)), short, values)


def accounts_of(m: Model, ledger: Columns) -> dict[str, float]:
    """Sum of every account that the case has."""
    sums: dict[str, list[float]] = {
        account: [] for account, parts in m.variables.ledger.items() if any(map(len, parts))
    }
    for account, cost in zip(ledger.get("account", []), ledger.get("cost", []), strict=True):
        sums.setdefault(account, []).append(cost)
    return {account: rounded(math.fsum(costs)) for account, costs in sums.items()}


def rounded(value: float) -> float:
    """Money and totals as they are shown: 6 decimals, no negative zero."""
    return round(value, 6) + 0.0


def quantity(parts: list[Part], x: Array) -> float:
    """Value of a quantity over its lines."""
    if not parts:
        return 0.0
    values = np.concatenate([p.constant + p.coef * x[p.cols] for p in parts])
    return math.fsum(values[values != 0].tolist())


def measures_of(m: Model, x: Array) -> dict[str, float | None]:
    """km, tkm, co2, jobs and those of the user's own; None where a kilometre that counts is unknown."""
    n, v = m.network, m.variables
    values: dict[str, float | None] = {
        name: rounded(quantity(v.parts(name), x)) for name in ("km", "tkm", "co2", "jobs", *n.measures.names)
    }
    driven = np.isnan(n.trips.km) & (x[v.trips.cols] > NOTHING)
    rounds = np.isnan(n.legs.km) & (x[v.rounds.cols][n.legs.round] > NOTHING) if len(n.legs) else np.zeros(0, bool)
    if driven.any() or rounds.any():
        values["km"] = None
    moved = x[v.flow.cols] > NOTHING
    has_mass = ~np.isnan(n.mass[n.lanes.material])
    blind = moved & np.isnan(n.lanes.km) & has_mass
    carried = x[v.haul.cols] > NOTHING
    blind_tours = carried & np.isnan(n.hauls.km) & ~np.isnan(n.mass[n.hauls.material])
    if blind.any() or blind_tours.any() or (moved.any() and not has_mass[moved].any()):
        values["tkm"] = None
    return values


def totals_of(m: Model, x: Array) -> dict[str, dict[str, float]]:
    """Collected and delivered by material, trips by mode, over all periods and their repeats."""
    n, v = m.network, m.variables
    out: dict[str, dict[str, float]] = {}
    for name in ("collect", "deliver"):
        view = getattr(v, name)
        out[name] = _by(n, "material", view.material, x[view.cols] * n.repeats[view.period])
    counts = _by(n, "mode", v.trips.mode, x[v.trips.cols] * n.repeats[v.trips.period])
    first = n.legs.first
    if first.any():
        at = n.legs.round[first]
        rounds = _by(n, "mode", n.legs.mode[first], x[v.rounds.cols[at]] * n.repeats[n.rounds.period[at]])
        for mode, trips in rounds.items():
            counts[mode] = rounded(counts.get(mode, 0.0) + trips)
    out["trips"] = {mode: trips for mode, trips in counts.items() if mode}
    return out


def _by(n: Network, dimension: str, codes: Array, amounts: Array) -> dict[str, float]:
    sums = np.bincount(codes, amounts, len(n.labels[dimension]))
    return {n.labels[dimension][c]: rounded(float(sums[c])) for c in np.unique(codes)}


def used_of(m: Model, x: Array) -> list[str]:
    """Places of sites where something arrives or is collected."""
    busy = _busy(m, x)
    return [m.network.labels["place"][p] for p in m.network.site_places if busy[p]]


def _busy(m: Model, x: Array) -> Array:
    """By place: whether more arrives or is collected in a period than what makes a site used, as the site counts."""
    n, v = m.network, m.variables
    through = np.zeros((len(n.site_of), len(n.length)))
    for view, place in ((v.flow, n.lanes.dest), (v.haul, n.hauls.dest), (v.collect, n.supply.place)):
        at = np.flatnonzero((n.site_of[place] >= 0) & (x[view.cols] > 0))
        counted = x[view.cols][at] * n.site_weight[n.site_of[place[at]], view.material[at]]
        np.add.at(through, (place[at], view.period[at]), counted)
    return np.asarray((through > USED).any(axis=1))
