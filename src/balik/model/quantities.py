"""Quantities that users may limit, weigh and read: which variables they are made of, and their units.

Amounts add over periods, each × the repeats of its period.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..algebra import View
from ..network.limits import MATERIAL_QUANTITIES
from ..network.network import Network
from ..words import say
from .standing import open_lines, open_periods, open_sizes
from .statement import Note, Part, Variables, part


def units(n: Network, material: np.ndarray) -> np.ndarray | str:
    """Unit of each material: one text where all materials have the same."""
    return n.unit[0] if len(set(n.unit)) == 1 else np.array(n.unit, object)[material]


def each(values: np.ndarray, period: np.ndarray) -> np.ndarray | float:
    """The value of each period: one number where all periods have the same."""
    return float(values[0]) if (values == values[0]).all() else values[period]


def known(km: np.ndarray) -> np.ndarray:
    """Kilometres, 0 where they are unknown."""
    blank = np.isnan(km)
    return np.where(blank, 0.0, km) if blank.any() else km


def round_mode(n: Network) -> np.ndarray:
    """Mode of each round: the one that leaves its first stop."""
    mode = np.zeros(len(n.rounds), np.int64)
    mode[n.legs.round[n.legs.first]] = n.legs.mode[n.legs.first]
    return mode


def _amounts(n: Network, view: View) -> Part:
    return part(view, times=each(n.repeats, view.period), unit=units(n, view.material))


def _flow(n: Network, v: Variables) -> list[Part]:
    return [_amounts(n, v.flow), _amounts(n, v.haul.at(mode=round_mode(n)[n.hauls.round]))]


def _trips(n: Network, v: Variables) -> list[Part]:
    rounds = v.rounds.at(mode=round_mode(n))
    return [part(x, times=n.repeats[x.period], unit="trip") for x in (v.trips, rounds)]


def _vehicles(n: Network, v: Variables) -> list[Part]:
    view = v.vehicles.at(place=v.vehicles.base)
    return [part(view, times=n.repeats[view.period], unit="vehicle")]


def _run(n: Network, v: Variables) -> list[Part]:
    return [part(v.run, times=n.repeats[v.run.period], unit="run")]


def _left(n: Network, v: Variables) -> list[Part]:
    """left = most − collected, where most is finite; a variable of its own where most follows from the plan."""
    known = np.isfinite(n.supply.most) & ~n.supply.follows
    view = v.collect.where(known)
    rest = [_amounts(n, v.remaining)] if v.has("remaining") else []
    return [
        part(view, times=n.repeats[view.period], unit=units(n, view.material), per=-1.0, offset=n.supply.most[known]),
        *rest,
    ]


def _market(n: Network, v: Variables) -> list[Part]:
    """What is put on the market: no column, known whatever the plan."""
    of = n.market
    view = View(np.full(len(of), -1), {"place": of.place, "material": of.material, "period": of.period})
    times = np.where(of.period >= 0, n.repeats[np.maximum(of.period, 0)], 1.0)
    return [part(view, times=times, per=0.0, offset=of.amount, unit=units(n, of.material))]


def _people(n: Network, v: Variables) -> list[Part]:
    """People of every place: no column, known whatever the plan."""
    place = np.flatnonzero(n.people > 0)
    return [part(View(np.full(len(place), -1), {"place": place}), per=0.0, offset=n.people[place], unit="person")]


def _covered(n: Network, v: Variables) -> list[Part]:
    """People who live near enough to an open site."""
    return [part(v.covered, per=n.people[v.covered.index.place], unit="person")] if v.has("covered") else []


QUANTITIES: dict[str, Callable[[Network, Variables], list[Part]]] = {
    "flow": _flow,
    "trips": _trips,
    "collect": lambda n, v: [_amounts(n, v.collect)],
    "deliver": lambda n, v: [_amounts(n, v.deliver)],
    "shortage": lambda n, v: [_amounts(n, v.shortage)],
    "left": _left,
    "stock": lambda n, v: [_amounts(n, v.stock)],
    "run": _run,
    "open": open_lines,
    "open in a size": open_sizes,
    "open in a period": open_periods,
    "use": lambda n, v: [part(v.use, unit="site")] if v.has("use") else [],
    "market": _market,
    "people": _people,
    "covered": _covered,
    "vehicles": _vehicles,
}


def in_one_unit(n: Network, v: Variables, quantity: str) -> list[Part]:
    """Lines of a quantity that can be added: in the common unit of the materials, else as mass in kg.

    Where a material has no mass the difference of units is noted as a problem.
    """
    parts = v.parts(quantity)
    if quantity not in MATERIAL_QUANTITIES or len({u for p in parts for u in set(p.unit)}) <= 1:
        return parts
    for p in parts:
        massless = np.flatnonzero(np.isnan(n.mass[p.codes["material"]]))
        if len(massless):
            name = n.labels["material"][int(p.codes["material"][massless[0]])]
            found = say(
                "The objective weighs {quantity} of materials in different units, and '{name}' has no mass.",
                quantity=quantity,
                name=name,
            )
            v.note(Note("E366", found, say("Write mass [kg] in materials."), -1, ""))
            return parts
    return [replace(p, rate=p.rate * n.mass[p.codes["material"]]) for p in parts]
