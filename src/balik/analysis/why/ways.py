"""Beside a way: the other ways of what leaves its origin, with what a unit costs on each; or why there is no such way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ...api import Prepared, prepare_tables
from ...errors import BalikError, Problems, listed
from ...views.terms import currency_name
from ...words import Sentence, say
from ..told import figure
from .decision import Decision
from .telling import shortened

Array = np.ndarray
_SHOWN = 4


def per_unit(prepared: Prepared) -> Array:
    """What one unit costs on every lane by itself: fee, rates by km, and its share of a full trip."""
    n = prepared.network
    lanes, trips = n.lanes, n.trips
    km = np.nan_to_num(lanes.km)
    cost = lanes.fee + km * lanes.full_rate
    on = np.flatnonzero(lanes.trip >= 0)
    at = lanes.trip[on]
    trip = km[on] * (trips.loaded_rate[at] + trips.empty_rate[at]) + trips.trip_cost[at]
    with np.errstate(divide="ignore", invalid="ignore"):
        load = lanes.payload[on] * lanes.fill[on]
        volume = n.volume[lanes.material[on]] / trips.room[at]
        share = np.fmax(np.where(np.isfinite(load), 1.0 / load, 0.0), np.nan_to_num(volume))
    cost[on] += trip * share
    return np.asarray(cost)


def ways_told(prepared: Prepared, decision: Decision, x: Array) -> tuple[list[Sentence], list[dict[str, Any]]]:
    """The way that is asked about and the used ways of the same material from the same origin: cost per unit of each."""
    n, flow = prepared.network, prepared.model.variables.flow
    cost, carried, currency = per_unit(prepared), x[flow.cols], currency_name(prepared.tables.currency)
    mine = np.flatnonzero(np.isin(flow.cols, decision.columns(prepared.model)))
    said, rows = [], []
    for material in np.unique(n.lanes.material[mine]).tolist():
        asked = mine[n.lanes.material[mine] == material]
        origin = int(n.lanes.origin[asked[0]])
        others = np.flatnonzero((n.lanes.origin == origin) & (n.lanes.material == material) & (carried > 1e-6))
        others = np.setdiff1d(others, asked)
        dests = {int(n.lanes.dest[lane]): 0.0 for lane in others.tolist()}
        for lane in others.tolist():
            dests[int(n.lanes.dest[lane])] += float(carried[lane])
        cheapest = asked[np.argmin(cost[asked])]
        values = {
            "material": n.labels["material"][material], "origin": n.labels["place"][origin], "currency": currency,
            "unit": n.unit[material], "cost": figure(float(cost[cheapest])),
        }  # fmt: skip
        shown: list[str] = [
            say("{dest} ({amount} {unit}, {cost} {currency} each)", dest=n.labels["place"][dest], amount=figure(amount), unit=n.unit[material],
                currency=currency, cost=figure(float(cost[others[n.lanes.dest[others] == dest]].min())))
            for dest, amount in sorted(dests.items(), key=lambda d: -d[1])[:_SHOWN]
        ]  # fmt: skip
        said.append(
            say("On the way itself a {unit} of {material} costs {cost} {currency}; from {origin} it also goes to {ways}.",
                ways=listed(shown), **values)
            if shown
            else say("On the way itself a {unit} of {material} costs {cost} {currency}; nothing else of it leaves {origin}.",
                     **values)
        )  # fmt: skip
        said += _rest(prepared, asked, others, cost, currency)
        for lane in [*asked.tolist(), *others.tolist()]:
            rows.append(
                {
                    "about": "way",
                    "origin": n.labels["place"][origin],
                    "dest": n.labels["place"][n.lanes.dest[lane]],
                    "material": n.labels["material"][material],
                    "mode": n.labels["mode"][n.lanes.mode[lane]],
                    "period": n.labels["period"][n.lanes.period[lane]],
                    "amount": round(float(carried[lane]), 9),
                    "unit": n.unit[material],
                    "km": None if np.isnan(n.lanes.km[lane]) else float(n.lanes.km[lane]),
                    "cost_per_unit": round(float(cost[lane]), 9),
                }
            )
    return said, rows


def _rest(prepared: Prepared, asked: Array, others: Array, cost: Array, currency: str) -> list[Sentence]:
    """Ways on which nothing goes, the cheapest first, and whether all must go one way."""
    n = prepared.network
    lane, material = int(asked[0]), int(n.lanes.material[asked[0]])
    origin = n.labels["place"][n.lanes.origin[lane]]
    mine = np.flatnonzero((n.lanes.origin == n.lanes.origin[lane]) & (n.lanes.material == material))
    taken = np.unique(n.lanes.dest[np.concatenate([asked, others])])
    free = mine[~np.isin(n.lanes.dest[mine], taken)]
    best: dict[int, float] = {}
    for at in free[np.argsort(cost[free], kind="stable")].tolist():
        best.setdefault(int(n.lanes.dest[at]), float(cost[at]))
    said = []
    if best:
        ways = shortened([
            say("{dest} ({cost} {currency})", dest=n.labels["place"][dest], cost=figure(each), currency=currency)
            for dest, each in best.items()
        ], _SHOWN)  # fmt: skip
        said.append(say("None of it goes to {ways}.", ways=ways))
    if n.lanes.single[mine].any():
        row = int(n.lanes.row[mine[np.argmax(n.lanes.single[mine])]])
        said.append(
            say("All {material} from {origin} goes to one place, as it must ({spot}).",
                material=n.labels["material"][material], origin=origin, spot=prepared.data["lanes"].spot(row))
        )  # fmt: skip
    return said


def no_way(prepared: Prepared, decision: Decision) -> Sentence:
    """Why no lane leads there."""
    tables = prepared.tables
    table, keys = tables["lanes"], decision.keys
    if table is not None and any(c in table.columns for c in ("within", "nearest")):
        free = table
        for column in ("within", "nearest"):
            free = free.with_column(column, [""] * len(free))
        try:
            without = prepare_tables(replace(tables, tables={**tables.tables, "lanes": free}, problems=Problems()))
        except BalikError:
            without = prepared
        cols = decision.columns(without.model)
        if len(cols):
            lane = int(np.flatnonzero(np.isin(without.model.variables.flow.cols, cols))[0])
            row, km = int(without.network.lanes.row[lane]), float(without.network.lanes.km[lane])
            return say("{way} is no lane of this plan: 'within' or 'nearest' drops it ({km} km; {spot}).",
                       way=decision.label, km=figure(km), spot=table.spot(row))  # fmt: skip
    return say("{way} is no lane: no row of lanes leads from {origin} to {dest}.", way=decision.label,
               origin=keys["origin"], dest=keys["dest"])  # fmt: skip
