"""Units of the numbers of a network, and the same case counted in other base units.

Counts have no unit: a trip, a site, a share. So payload and room are amounts, and rates of a vehicle are money per km.
All amounts are per period, so `qty` and `qty/period × length` are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np

from ..tables.fits import QUANTITY_UNITS
from ..tables.units import mass_of, volume_of
from . import network as net
from .network import Array, Network

#: Unit of every number. `qty` is the unit of the row's material (of a site: what its capacity is counted in).
UNITS: dict[type, dict[str, str]] = {
    net.Lanes: {
        "km": "km",
        "fill": "1",
        "fee": "money/qty",
        "price": "money/qty",
        "least": "qty",
        "most": "qty",
        "full_rate": "money/qty/km",
        "full_co2": "kg/qty/km",
        "payload": "qty",
    },
    net.Trips: {
        "km": "km",
        "room": "m3",
        "loaded_rate": "money/km",
        "empty_rate": "money/km",
        "trip_cost": "money",
        "loaded_co2": "kg/km",
        "empty_co2": "kg/km",
    },
    net.Rounds: {"trip_cost": "money"},
    net.Legs: {
        "km": "km",
        "room": "m3",
        "loaded_rate": "money/km",
        "empty_rate": "money/km",
        "loaded_co2": "kg/km",
        "empty_co2": "kg/km",
    },
    net.Hauls: {"payload": "qty", "fill": "1", "km": "km"},
    net.Aboard: {"full_rate": "money/qty/km", "full_co2": "kg/qty/km", "payload": "qty"},
    net.Fleets: {
        "available": "vehicle",
        "fixed_cost": "money/period",
        "hours": "hour/period",
        "drivers": "1",
    },
    net.Duties: {"hours": "hour"},
    net.Supply: {"least": "qty", "most": "qty", "price": "money/qty", "left_cost": "money/qty"},
    net.Demand: {"least": "qty", "most": "qty", "price": "money/qty", "shortage_cost": "money/qty"},
    net.Returns: {"share": "qty/qty"},
    net.Deposits: {"amount": "money/qty"},
    net.Dropoff: {"km": "km", "amount": "qty"},
    net.Offers: {"price": "money/qty", "amount": "qty"},
    net.Runs: {"cost": "money/run", "most": "run", "co2": "kg/run", "jobs": "job/run", "per": "qty/run",
               "lot": "run", "batch": "run"},
    net.Setups: {"cost": "money"},
    net.Chances: {"level": "1", "quantile": "1"},
    net.Varying: {"sd": "qty", "tie": "1"},
    net.Waits: {"most": "qty/period", "wait": "period", "variation": "1", "one": "qty"},
    net.Recipe: {"rate": "qty/run"},
    net.Sites: {
        "capacity": "qty/period",
        "least": "qty/period",
        "opening_cost": "money",
        "running_cost": "money/period",
        "unit_cost": "money/qty",
        "serves": "qty/period",
        "closing_cost": "money",
    },
    net.Phases: {
        "capacity": "qty/period",
        "least": "qty/period",
        "opening_cost": "money",
        "closing_cost": "money",
        "running_cost": "money/period",
        "residual": "money",
    },
    net.Modules: {
        "capacity": "qty/period",
        "cost": "money",
        "running_cost": "money/period",
        "most": "1",
    },
    net.Steps: {"start": "charged", "end": "charged", "something": "charged", "rate": "money/charged", "least": "money"},
    net.Measures: {"rate": "measured/qty"},
    net.Goals: {"target": "aimed", "scale": "aimed", "over": "1", "under": "1", "size": "1"},
    net.Resources: {"capacity": "resource/period"},
    net.Uses: {"rate": "resource/run"},
    net.Loads: {"rate": "resource/qty"},
    net.Stores: {"room": "qty", "least": "qty", "safety": "qty", "holding": "money/qty/period", "start": "qty", "end": "qty"},
    net.Market: {"amount": "qty"},
    Network: {
        "people": "1",
        "length": "period",
        "repeats": "1",
        "money_times": "1",
        "one_off_times": "1",
        "one_off_at": "1",
        "end_times": "1",
        "mass": "kg/qty",
        "volume": "m3/qty",
        "site_weight": "site qty/qty",
        "straight": "km",
    },
}
#: Units that stand for others, and counts, which have none.
_SAME = {"tkm": "kg·km", "kg CO2e": "kg", "trip": "1", "site": "1", "person": "1", "vehicle": "1", "module": "1", "setup": "1"}


def powers(unit: str) -> dict[str, int]:
    """Exponent of each base unit: `money/qty/km` is {money: 1, qty: -1, km: -1}."""
    over, *under = _SAME.get(unit, unit).split("/")
    found: dict[str, int] = {}
    for word, power in [*((w, 1) for w in over.split("·")), *((w, -1) for w in under)]:
        if word != "1":
            found[word] = found.get(word, 0) + power
    return {word: power for word, power in found.items() if power}


def base_units(n: Network) -> list[str]:
    """Base units of a case: those of the table, and what its materials and sites are counted in."""
    known = {word for units in UNITS.values() for unit in units.values() for word in powers(unit)}
    own = {word for unit in (*n.measures.units, *n.resource_unit) for word in powers(unit)}
    return sorted((known - {"qty", "site qty", "charged", "measured", "resource", "aimed"}) | set(n.unit) | set(n.site_unit) | own)


def numbers(n: Network) -> Iterator[tuple[str, str, str]]:
    """Every column of numbers: where it stands in the network (blank: by itself), its name, and its unit."""
    yield from (("", name, unit) for name, unit in UNITS[Network].items())
    for part in fields(Network):
        units = UNITS.get(type(getattr(n, part.name)), {})
        yield from ((part.name, name, unit) for name, unit in units.items())


def column(n: Network, table: str, name: str) -> Array:
    """A column of numbers."""
    return np.asarray(getattr(getattr(n, table) if table else n, name), float)


def times(n: Network, factors: dict[tuple[str, str], Array | float]) -> Network:
    """The same network with columns (table, name) multiplied."""
    changes: dict[str, dict[str, Any]] = {}
    for (table, name), factor in factors.items():
        value = column(n, table, name) * factor
        changes.setdefault(table, {})[name] = value if value.ndim else float(value)
    own = changes.pop("", {})
    return replace(n, **{table: replace(getattr(n, table), **new) for table, new in changes.items()}, **own)


def recounted(n: Network, base: str, factor: float) -> Network:
    """The same case in a base unit that is `factor` times smaller."""
    found: dict[tuple[str, str], Array | float] = {}
    for table, name, unit in numbers(n):
        power = _power(n, table, name, unit, base)
        if np.any(power != 0):
            found[table, name] = factor ** np.asarray(power, float)
    return times(n, found)


def _power(n: Network, table: str, name: str, unit: str, base: str) -> Array:
    """Power of a base unit in every number of a column."""
    own = powers(unit)
    power = np.asarray(own.get(base, 0))
    if name == "site_weight":
        counted = np.array(n.site_unit, object) == base
        return np.asarray(counted, int)[:, None] - np.asarray(np.array(n.unit, object) == base, int)
    if name == "share":  # of what comes back, for what was handed over
        counted = np.array(n.unit, object) == base
        return np.asarray(counted, int)[n.returns.material] - np.asarray(counted, int)[n.returns.sold]
    if "charged" in own:
        charged = np.array([powers(c.unit).get(base, 0) for c in n.charges], int)
        power = power + own["charged"] * charged[n.steps.charge]
    if table == "measures":
        units = np.array([powers(unit).get(base, 0) for unit in n.measures.units], int)
        rows = n.measures.rows
        which = np.array([row.limit for row in rows], int)[n.measures.at]
        of = np.array([powers(_unit_of(n, row.quantity)).get(base, 0) for row in rows], int)[n.measures.at]
        material = np.array([*(unit == base for unit in n.unit), False], int)[n.measures.material]
        return np.asarray(units[which] - np.where(n.measures.material < 0, of, material))
    if "aimed" in own:
        return np.array([powers(unit).get(base, 0) for unit in goal_units(n)], int)
    if "resource" in own:
        words = np.array([powers(unit).get(base, 0) for unit in n.resource_unit], int)
        power = power + words[getattr(n, table).resource]
    if "qty" in own:
        power = power + own["qty"] * (_counted(n, table) == base).astype(int)
    return power


def goal_units(n: Network) -> list[str]:
    """What each goal is counted in, in base units; a ratio in those of what stands above and below its line."""
    found = []
    for goal in n.goals.limits:
        over = f"/{_counted_in(n, goal.over, goal.over_unit)}" if goal.over else ""
        found.append(_counted_in(n, goal.rows, goal.unit) + over)
    return found


def _counted_in(n: Network, rows: list[net.LimitRow], unit: str) -> str:
    """What the sum of rows is counted in, as `counted_alike` does: in one unit, else as mass."""
    if rows[0].quantity not in _MATERIALS:
        return _unit_of(n, rows[0].quantity)
    if unit:
        return "kg" if mass_of(unit) else "m3" if volume_of(unit) else unit
    units = set()
    for row in rows:
        some = np.concatenate([np.unique(getattr(n, table).material) for table in _MATERIALS[row.quantity]])
        units |= {n.unit[m] for m in np.intersect1d(some, row.scope.get("material", some)).tolist()}
    return units.pop() if len(units) == 1 else "kg"


#: Tables of the amounts of each quantity.
_MATERIALS = {
    "flow": ("lanes", "hauls"), "collect": ("supply",), "left": ("supply",), "deliver": ("demand",), "shortage": ("demand",),
    "stock": ("stores",), "market": ("market",),
}  # fmt: skip


def _unit_of(n: Network, quantity: str) -> str:
    """What a quantity is counted in that is no amount of materials."""
    own = dict(zip(n.measures.names, n.measures.units, strict=True))
    return own.get(quantity) or QUANTITY_UNITS.get(quantity, "money")


def _counted(n: Network, table: str) -> Array:
    """What the amounts of each row are counted in."""
    unit = np.array([*n.unit, "run"], object)
    if not table:
        return unit[:-1]
    rows = getattr(n, table)
    if table == "sites":
        return np.array([*n.site_unit, ""], object)[n.site_of[rows.place]]
    if table in ("phases", "modules", "waits"):
        return np.array([*n.site_unit, ""], object)[n.site_of[n.sites.place[rows.site]]]
    if table == "runs":  # -1: by activity itself
        return unit[rows.counted]
    return unit[n.hauls.material[rows.haul] if table == "aboard" else rows.material]
