"""The most that every column can be, as far as the network tells: for switches that must be no larger than needed."""

from __future__ import annotations

import numpy as np

from ..network.bounds import reach
from ..network.network import Network
from .fleets import ways
from .siting import coming
from .statement import Variables
from .tours import floored, tour_shares
from .trips import carried

Array = np.ndarray


def most_of_columns(n: Network, v: Variables) -> Array:
    """Upper bounds of the columns stated so far; infinite where nothing bounds one.

    Whole trips have none by themselves: they count as what the most load fills.
    """
    high = np.concatenate([x.upper for x in v.program.variables.values()])
    for name in ("flow", "haul", "deliver", "collect", "run"):
        cols = getattr(v, name).cols
        table = {"flow": "lanes", "haul": "hauls", "run": "runs"}.get(name, name)
        high[cols] = np.minimum(high[cols], getattr(v.bounds, table))
    _stock(n, v, high)
    _throughput(n, v, high)
    _trips(n, v, high)
    _rounds(n, v, high)
    _vehicles(n, v, high)
    return high


def shared_bounds(n: Network, v: Variables) -> tuple[Array, Array]:
    """For every column a number of what it shares with others (-1: nothing), and the most that these can be together.

    What leaves a place by all its lanes and tours is no more than what can ever be there.
    """
    which = np.full(v.program.columns, -1)
    for view in (v.flow, v.haul):
        at = (view.origin * len(n.labels["material"]) + view.material) * len(n.length) + view.period
        which[view.cols] = at
    return which, reach(n, forward=True)[0]


def _stock(n: Network, v: Variables, high: Array) -> None:
    if np.isinf(high[v.stock.cols]).any():
        k = v.stock
        at = (k.place * len(n.labels["material"]) + k.material) * len(n.length) + k.period
        high[k.cols] = np.minimum(high[k.cols], reach(n, forward=True)[0][at])


def _throughput(n: Network, v: Variables, high: Array) -> None:
    h, periods = v.throughput, len(n.length)
    if np.isinf(high[h.cols]).any():
        total = np.zeros(len(n.site_places) * periods)
        for come in coming(n, v):
            total += np.bincount(come.at, come.weight * come.bound(v), len(total))
        high[h.cols] = np.minimum(high[h.cols], total[n.site_of[h.place] * periods + h.period])


def _trips(n: Network, v: Variables, high: Array) -> None:
    if not len(n.trips):
        return
    need = np.zeros(len(n.trips))
    for by in ("payload", "room"):
        found = carried(n, v, by)
        if found is not None:
            _, terms, which = found
            load = np.bincount(terms.row, _times(np.maximum(terms.val, 0.0), high[terms.col]), len(which))
            need[which] = np.maximum(need[which], load)
    high[v.trips.cols] = np.minimum(high[v.trips.cols], np.where(n.trips.whole, np.ceil(need), need))


def _rounds(n: Network, v: Variables, high: Array) -> None:
    if not len(n.rounds):
        return
    need = np.zeros(len(n.rounds))
    for kind in ("payload", "load", "room"):
        haul, share, at = tour_shares(n, kind)
        on = share > 0
        size = len(n.rounds) if kind == "payload" else len(n.legs)
        load = np.bincount(at[on], share[on] * high[v.haul.cols[haul[on]]], size)
        np.maximum.at(need, np.arange(size) if kind == "payload" else n.legs.round, load)
    high[v.rounds.cols] = np.minimum(high[v.rounds.cols], np.where(n.rounds.whole, np.ceil(need), need))
    which = floored(n)
    if len(which):
        high[v.leg.cols] = np.minimum(high[v.leg.cols], _pay(n, v, high)[which])


def _vehicles(n: Network, v: Variables, high: Array) -> None:
    """A fleet whose vehicles make every trip that they may."""
    if len(n.fleets):
        hours, need = n.fleets.hours * n.length[n.fleets.period], np.zeros(len(n.fleets))
        for duties, _, trips in ways(n, v):
            share = duties.hours / hours[duties.fleet]
            need += np.bincount(duties.fleet, _times(share, high[trips.cols[duties.of]]), len(need))
        high[v.vehicles.cols] = np.minimum(high[v.vehicles.cols], np.ceil(need))


def _pay(n: Network, v: Variables, high: Array) -> Array:
    """The most that each leg can pay: for its load, or empty."""
    km, rounds, a = np.nan_to_num(n.legs.km), high[v.rounds.cols[n.legs.round]], n.aboard
    load = np.bincount(a.leg, _times(km[a.leg] * a.full_rate, high[v.haul.cols[a.haul]]), len(n.legs))
    return np.maximum(load + _times(km * n.legs.loaded_rate, rounds), _times(km * n.legs.empty_rate, rounds))


def _times(rate: Array, most: Array) -> Array:
    """The product, 0 where the rate is 0."""
    return np.where(rate == 0, 0.0, np.where(rate == 0, 1.0, rate) * np.where(rate == 0, 0.0, most))
