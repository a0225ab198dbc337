"""The tables of a case from shipments, rates, sites and invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..tables.numbers import write_number
from ..words import Figure, say
from .dates import Day, months_between, period_of, periods_between
from .distances import Distances, find_distances
from .lanes import lane_table
from .loops import note_loops
from .places import Columns, places, site_table
from .rows import RATES, Invoice, Rate, Site
from .settle import Settled
from .shipments import Shipment
from .stock import stock_table

_PER_KM = ("full_rate", "loaded_rate", "empty_rate")


@dataclass
class Flows:
    """What moved: (origin, dest, material, mode, period) → amount, cost."""

    amount: dict[tuple[str, str, str, str, str], Fraction]
    cost: dict[tuple[str, str, str, str, str], Fraction]


def build(
    s: Settled, shipments: Sequence[Shipment], rates: Sequence[Rate], sites: Sequence[Site], invoices: Sequence[Invoice]
) -> dict[str, Columns]:
    """Every table that the lists give, in the order of the schema; problems are noted."""
    periods = _periods(s, shipments)
    flows = _flows(s, shipments)
    needs_km = _needs_km(rates)
    distances = find_distances(s, shipments, sites, needs_km)
    table_of_places, kinds = places(s, shipments, sites)
    supply, demand, stores = _ends(s, flows, kinds, periods)
    note_loops(s, (key[:3] for key in flows.amount), {*supply["material"], *demand["material"]})
    tables: dict[str, Columns] = {
        "places": table_of_places,
        "materials": _materials(s, shipments),
        "periods": _period_table(s, shipments, periods),
        "modes": _modes(rates),
        "lanes": lane_table(s, shipments, rates, kinds, distances, needs_km),
        "distances": _distance_table(distances),
        "supply": supply,
        "demand": demand,
        "sites": site_table(s, sites, shipments),
        "stores": stores,
        "baseline": _baseline(flows, periods),
        "invoices": _invoices(s, invoices, shipments),
    }
    _note_full_sites(s, sites, flows)
    _note_idle(s, rates, sites, shipments, kinds)
    return {name: columns for name, columns in tables.items() if columns and any(len(c) for c in columns.values())}


def look(s: Settled, shipments: Sequence[Shipment], rates: Sequence[Rate], sites: Sequence[Site]) -> None:
    """Note what else is wrong where other problems keep the tables from being made."""
    find_distances(s, shipments, sites, _needs_km(rates))
    site_table(s, sites, shipments)


def _needs_km(rates: Sequence[Rate]) -> bool:
    return any(rate.values.get(name) for rate in rates for name in _PER_KM)


# -- time --------------------------------------------------------------------------------------------------------


def _label(s: Settled, day: Day | None) -> str:
    return "1" if day is None or s.period == "all" else period_of(day, s.period)


def _periods(s: Settled, shipments: Sequence[Shipment]) -> list[str]:
    """All periods from the first shipment to the last, in order."""
    days = sorted(x.day for x in shipments if x.day is not None)
    if not days or s.period == "all":
        return ["1"]
    found = periods_between(days[0], days[-1], s.period)
    used = {_label(s, day) for day in days}
    if gaps := [period for period in found if period not in used]:
        s.remarks.append(say("Periods without a shipment, {count} of {all}: {names}.", count=len(gaps), all=len(found),
                             names=", ".join(gaps[:3]) + (" …" if len(gaps) > 3 else "")))  # fmt: skip
    return found


def _period_table(s: Settled, shipments: Sequence[Shipment], periods: Sequence[str]) -> Columns:
    if s.period != "all":
        return {"period": list(periods)}
    days = sorted(x.day for x in shipments if x.day is not None)
    if not days:
        return {}
    months = months_between(days[0], days[-1])
    s.remarks.append(say("The whole list is one period of {count} months.", count=months))
    return {"period": ["1"], "length": [str(months)]}


# -- amounts -----------------------------------------------------------------------------------------------------


def _flows(s: Settled, shipments: Sequence[Shipment]) -> Flows:
    flows = Flows({}, {})
    for x in shipments:
        key = (x.origin, x.dest, x.material, x.mode, _label(s, x.day))
        flows.amount[key] = flows.amount.get(key, Fraction(0)) + x.amount
        if x.cost is not None:
            flows.cost[key] = flows.cost.get(key, Fraction(0)) + x.cost
    s.remarks.append(say("Shipments: {count}, with {amount} {unit} in all; periods: {periods}.", count=len(shipments),
                         amount=Figure(f"{float(sum(flows.amount.values())):,.10g}"), unit=s.unit,
                         periods=len({key[-1] for key in flows.amount})))  # fmt: skip
    return flows


def _ends(s: Settled, flows: Flows, kinds: dict[str, str], periods: Sequence[str]) -> tuple[Columns, Columns, Columns]:
    """Where material begins and ends: by place and material, out of nowhere or into nothing; what passes may wait."""
    out: dict[tuple[str, str], dict[str, Fraction]] = {}
    into: dict[tuple[str, str], dict[str, Fraction]] = {}
    for (origin, dest, material, _, period), amount in flows.amount.items():
        for side, place in ((out, origin), (into, dest)):
            mine = side.setdefault((place, material), {})
            mine[period] = mine.get(period, Fraction(0)) + amount
    order = list(kinds)
    supply = {key: mine for key, mine in out.items() if key not in into}
    demand = {key: mine for key, mine in into.items() if key not in out}
    stores = stock_table(s, {key: (into[key], out[key]) for key in out if key in into}, kinds, periods)
    return _by_period(supply, order, periods), _by_period(demand, order, periods), stores


def _by_period(
    amounts: dict[tuple[str, str], dict[str, Fraction]], order: Sequence[str], periods: Sequence[str]
) -> Columns:
    keys = sorted(amounts, key=lambda key: (order.index(key[0]), key[1]))
    rows = [(place, material, period, amounts[place, material][period])
            for place, material in keys for period in periods if period in amounts[place, material]]  # fmt: skip
    return {
        "place": [row[0] for row in rows],
        "material": [row[1] for row in rows],
        "period": [row[2] for row in rows],
        "amount": [write_number(row[3]) for row in rows],
    }


def _materials(s: Settled, shipments: Sequence[Shipment]) -> Columns:
    names = list(dict.fromkeys(x.material for x in shipments))
    return {"material": names, "unit": [s.unit] * len(names)}


def _baseline(flows: Flows, periods: Sequence[str]) -> Columns:
    order = {period: at for at, period in enumerate(periods)}
    keys = sorted(flows.amount, key=lambda key: (order[key[-1]], key))
    table = {
        name: [key[at] for key in keys] for at, name in enumerate(("origin", "dest", "material", "mode", "period"))
    }
    table["amount"] = [write_number(flows.amount[key]) for key in keys]
    if flows.cost:
        table["cost"] = [write_number(flows.cost[key]) if key in flows.cost else "" for key in keys]
    return table


# -- rates, distances, invoices ----------------------------------------------------------------------------------


def _modes(rates: Sequence[Rate]) -> Columns:
    table: Columns = {"mode": [rate.mode for rate in rates]}
    if any(rate.material for rate in rates):
        table["material"] = [rate.material for rate in rates]
    for name in RATES:
        if name != "fee" and any(name in rate.values for rate in rates):
            table[name] = [write_number(rate.values[name]) if name in rate.values else "" for rate in rates]
    return table


def _distance_table(distances: Distances) -> Columns:
    pairs = sorted(distances.km)
    return {
        "origin": [origin for origin, _ in pairs],
        "dest": [dest for _, dest in pairs],
        "km": [write_number(distances.km[pair]) for pair in pairs],
    }


def _invoices(s: Settled, invoices: Sequence[Invoice], shipments: Sequence[Shipment]) -> Columns:
    days = [x.day for x in shipments if x.day is not None]
    first, last = (min(days), max(days)) if days else (None, None)
    total: dict[str, Fraction] = {}
    for invoice in invoices:
        if invoice.day is not None and first is not None and last is not None and not _within(invoice.day, first, last):
            entry = s.said.entry("invoices", "date")
            told = say("The invoice lies outside the time of the shipments, {first} to {last}.",
                       first=period_of(first, "month"), last=period_of(last, "month"))  # fmt: skip
            s.problems.add("E407", told, say("Take it out, or add the shipments of that time."),
                           **invoice.record.where(entry.column if entry else ""))  # fmt: skip
        total[invoice.account] = total.get(invoice.account, Fraction(0)) + invoice.amount
    return {"account": list(total), "amount": [write_number(amount) for amount in total.values()]}


def _within(day: Day, first: Day, last: Day) -> bool:
    """Whether an invoice falls into a month (or year) of the shipments."""
    if not day.month or not first.month or not last.month:
        return first.year <= day.year <= last.year
    return (first.year, first.month) <= (day.year, day.month) <= (last.year, last.month)


# -- what looks wrong --------------------------------------------------------------------------------------------


def _note_full_sites(s: Settled, sites: Sequence[Site], flows: Flows) -> None:
    """Sites to which the list brings more than they take in a period."""
    capacity = {site.place: site for site in sites if "capacity" in site.values}
    arrived: dict[tuple[str, str], Fraction] = {}
    for (_, dest, _, _, period), amount in flows.amount.items():
        if dest in capacity:
            arrived[dest, period] = arrived.get((dest, period), Fraction(0)) + amount
    for place, site in capacity.items():
        most, period = max(((amount, p) for (d, p), amount in arrived.items() if d == place), default=(Fraction(0), ""))
        room = site.values["capacity"]
        if most > room and s.period != "all":
            told = say("'{place}' takes {room} {unit} by the site list, and the shipments bring {most} in {period}.",
                       place=place, room=Figure(f"{float(room):,.10g}"), unit=s.unit, most=Figure(f"{float(most):,.10g}"), period=period)  # fmt: skip
            entry = s.said.entry("sites", "capacity")
            s.problems.add("W403", told, say("Correct the capacity, or its unit: today's flows do not fit into it."),
                           **site.record.where(entry.column if entry else ""))  # fmt: skip


def _note_idle(
    s: Settled, rates: Sequence[Rate], sites: Sequence[Site], shipments: Sequence[Shipment], kinds: dict[str, str]
) -> None:
    """Vehicles and sites that take part in nothing."""
    used = {kinds[p] for x in shipments for p in (x.origin, x.dest)}
    for site in sites:
        if kinds[site.place] not in used:
            told = say("No shipment has to do with a place of the kind '{kind}', so no lane leads to '{place}'.",
                       kind=kinds[site.place], place=site.place)  # fmt: skip
            entry = s.said.entry("sites", "kind") or s.said.entry("sites", "place")
            s.problems.add("W402", told, say("Give it the kind of the places that it could stand for."),
                           **site.record.where(entry.column if entry else ""))  # fmt: skip
    idle = sorted({rate.mode for rate in rates} - {x.mode for x in shipments})
    if idle:
        s.remarks.append(say("Vehicles of the rate sheet that no shipment uses: {names}.", names=", ".join(idle)))
