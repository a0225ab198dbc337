"""Rows that say the same as others, rows that others overrule everywhere, and rates below 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...words import say
from ..told import figure
from .finding import Finding
from .solved import Solved, amounts, near, place_of

#: Tables whose rows each make entries of the network, and the entries.
_MADE = {"lanes": "lanes", "supply": "supply", "demand": "demand", "sites": "sites"}
#: What is paid for work; below 0 the work would earn money.
_PAID = {
    "modes": ("full_rate", "loaded_rate", "empty_rate", "trip_cost"),
    "sites": ("running_cost",),
    "stores": ("holding",),
    "fleets": ("fixed_cost",),
}


def alike_findings(s: Solved) -> Iterator[Finding]:
    """Every finding of this page."""
    yield from _load_and_vehicle(s)
    yield from _fee_and_price(s)
    yield from _charges(s)
    yield from _limits(s)
    yield from _overruled(s)
    yield from _below_zero(s)


def _load_and_vehicle(s: Solved) -> Iterator[Finding]:
    """A vehicle whose loaded km cost what its full load costs already."""
    n, flow = s.n, amounts(s, "flow")
    for mode in np.unique(n.lanes.mode[n.lanes.trip >= 0]).tolist():
        driven = (n.lanes.mode == mode) & (n.lanes.trip >= 0) & np.isfinite(n.lanes.payload)
        for i in np.flatnonzero(driven & (flow > 0)).tolist() if len(flow) else ():
            full, rate = float(n.lanes.full_rate[i] * n.lanes.payload[i]), float(n.trips.loaded_rate[n.lanes.trip[i]])
            if not (full > 0 and near(full, rate)):
                continue
            money = float((amounts(s, "trips") * n.trips.km * n.trips.loaded_rate)[n.trips.mode == mode].sum())
            told = say(
                "A full load of '{mode}' pays {full_rate} × {payload} = {rate} per km, and the vehicle itself {rate} per km again (loaded_rate): {money} in this plan.",
                mode=n.labels["mode"][mode], full_rate=figure(n.lanes.full_rate[i]), payload=figure(n.lanes.payload[i]),
                rate=figure(rate), money=figure(money),
            )  # fmt: skip
            yield Finding("transport_twice", True, f"load {mode}", told, "modes", s.scenario, money)
            break


def _fee_and_price(s: Solved) -> Iterator[Finding]:
    """A lane that brings in, as a fee below 0, what demand at its end pays for the same material."""
    n, flow = s.n, amounts(s, "flow")
    paid = {(int(n.demand.place[i]), int(n.demand.material[i])): float(n.demand.price[i]) for i in range(len(n.demand))}
    for i in np.flatnonzero((n.lanes.fee < 0) & (flow > 0)).tolist() if len(flow) else ():
        price, fee = paid.get((int(n.lanes.dest[i]), int(n.lanes.material[i])), 0.0), float(n.lanes.fee[i])
        if price > 0 and near(price, -fee):
            told = say(
                "At {place} each '{material}' brings in {price} from demand, and {price} again as a fee below 0 of its lane: {price} × {amount} = {money} twice.",
                place=place_of(s, n.lanes.dest[i]), material=n.labels["material"][int(n.lanes.material[i])],
                price=figure(price), amount=figure(flow[i]), money=figure(price * flow[i]),
            )  # fmt: skip
            where = s.data["lanes"].spot(int(n.lanes.row[i]))
            yield Finding("revenue_twice", True, f"lane {i}", told, where, s.scenario, price * float(flow[i]))


def _same_rows(s: Solved, table: str, name: str, beside: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Rows of two names that agree in every other cell, where neither name has more rows than this."""
    cells = s.data[table].table
    if cells is None or not len(s.data[table]):
        return
    columns = [c for c in cells.columns if c not in (name, *beside, "note", "source") and not c.startswith("_")]
    names = [cells.cell(row, name) for row in range(len(s.data[table]))]
    first: dict[tuple[str, ...], int] = {}
    for row in range(len(names)):
        if names.count(names[row]) > 1:
            continue
        says = tuple(cells.cell(row, c) for c in columns)
        if says in first:
            yield first[says], row
        first.setdefault(says, row)


def _charges(s: Solved) -> Iterator[Finding]:
    """Two charges of the same at the same rate."""
    frame = s.data["charges"]
    for one, two in _same_rows(s, "charges", "charge", ("account",)):
        told = say(
            "The charges '{one}' and '{two}' are on the same {of} at the same rate, {rate}: it is charged twice.",
            one=frame.text["charge"][one], two=frame.text["charge"][two], of=frame.text["of"][two],
            rate=figure(float(frame.written("rate")[two])),
        )  # fmt: skip
        yield Finding("charged_twice", True, frame.text["charge"][two], told, frame.spot(two), s.scenario)


def _limits(s: Solved) -> Iterator[Finding]:
    """Two limits that say the same."""
    frame = s.data["limits"]
    for one, two in _same_rows(s, "limits", "limit", ()):
        told = say(
            "The limits '{one}' and '{two}' say the same: the second has no influence.",
            one=frame.text["limit"][one], two=frame.text["limit"][two],
        )  # fmt: skip
        yield Finding("dead_input", False, f"limit {frame.text['limit'][two]}", told, frame.spot(two), s.scenario)


def _overruled(s: Solved) -> Iterator[Finding]:
    """Rows that make nothing, since nearer rows say it of everything that they name."""
    for table, record in _MADE.items():
        made = set(getattr(s.n, record).row.tolist())
        idle = [row for row in range(len(s.data[table])) if row not in made]
        if made and idle:
            told = say(
                "{count} of {rows} rows of {table} have no influence: other rows say it of all that they name, or nothing is left of it.",
                count=len(idle), rows=len(s.data[table]), table=table,
            )  # fmt: skip
            yield Finding("dead_input", False, f"{table} rows", told, s.data[table].spot(idle[0]), s.scenario)


def _below_zero(s: Solved) -> Iterator[Finding]:
    """Rates of work below 0."""
    for table, columns in _PAID.items():
        frame = s.data[table]
        for column in columns:
            if not len(frame) or column not in frame.given:
                continue
            for row in np.flatnonzero(frame.given[column] & (np.nan_to_num(frame.written(column)) < 0)).tolist():
                told = say(
                    "{column} is {value}: below 0, what is paid for becomes income.",
                    column=f"{table}.{column}", value=figure(float(frame.written(column)[row])),
                )  # fmt: skip
                yield Finding("negative_rate", False, f"{table} {column} {row}", told, frame.spot(row), s.scenario)
