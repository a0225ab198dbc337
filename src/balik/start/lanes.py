"""Lanes: every pair that is used today, and between their kinds the pairs that planning may choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..tables.numbers import write_number
from ..words import Figure, say
from .distances import Distances
from .rows import Rate
from .settle import Settled
from .shipments import Shipment

#: A row with more than so many payloads is no single trip.
_OVERLOAD = 1.5
_DIGITS = 9

Lane = tuple[str, str, str, str]  # origin, dest (labels, or their kinds), material, mode


def lane_table(
    s: Settled,
    shipments: Sequence[Shipment],
    rates: Sequence[Rate],
    kinds: Mapping[str, str],
    distances: Distances,
    needs_km: bool,
) -> dict[str, list[str]]:
    """The table of lanes."""
    fill = _fills(s, shipments, rates, kinds)
    fee = {(rate.mode, rate.material): rate.values["fee"] for rate in rates if "fee" in rate.values}
    today = dict.fromkeys((x.origin, x.dest, x.material, x.mode) for x in shipments)
    groups = dict.fromkeys(_group(lane, kinds) for lane in today)
    rows = [(lane, fill.get(lane), "today") for lane in today]
    for group in _reachable(s, groups, kinds, distances, needs_km):
        for dest in _takers(group, shipments, kinds):
            rows.append(((f"kind:{group[0]}", dest, *group[2:]), fill.get(group), "candidate"))
    table = {name: [row[0][at] for row in rows] for at, name in enumerate(("origin", "dest", "material", "mode"))}
    if fill:
        table["fill"] = [write_number(row[1]) if row[1] is not None else "" for row in rows]
    if fee:
        fees = [fee.get((mode, material), fee.get((mode, ""))) for (_, _, material, mode), _, _ in rows]
        table["fee"] = [write_number(value) if value is not None else "" for value in fees]
    return table | {"note": [row[2] for row in rows]}


def _group(lane: Lane, kinds: Mapping[str, str]) -> Lane:
    origin, dest, material, mode = lane
    return kinds[origin], kinds[dest], material, mode


def _takers(group: Lane, shipments: Sequence[Shipment], kinds: Mapping[str, str]) -> list[str]:
    """The destinations of candidate lanes: the kind; where some of it are ends that take other materials, the rest."""
    here = [place for place, kind in kinds.items() if kind == group[1]]
    ends = {x.dest for x in shipments} - {x.origin for x in shipments}
    taking = {x.dest for x in shipments if x.material == group[2]}
    able = [place for place in here if place in taking or place not in ends]
    return [f"kind:{group[1]}"] if len(able) == len(here) else able


def _reachable(
    s: Settled, groups: Mapping[Lane, None], kinds: Mapping[str, str], distances: Distances, needs_km: bool
) -> list[Lane]:
    """Those kinds between which every distance is known, so that all their pairs can be lanes."""
    found, told = [], set()
    for group in groups:
        origins = [p for p, kind in kinds.items() if kind == group[0]]
        dests = [p for p, kind in kinds.items() if kind == group[1]]
        lost = next(((o, d) for o in origins for d in dests if o != d and not distances.known(o, d)), None)
        if needs_km and lost is not None:
            if group[:2] not in told:
                told.add(group[:2])
                s.remarks.append(say("From '{origin}' to '{dest}' only today's pairs are lanes, since not all distances are "
                                     "known (none from {one} to {other}).", origin=group[0], dest=group[1], one=lost[0],
                                     other=lost[1]))  # fmt: skip
        else:
            found.append(group)
    if found:
        pairs = dict.fromkeys(f"{group[0]} → {group[1]}" for group in found)
        s.remarks.append(say("Besides today's lanes every pair between the same kinds may be chosen: {pairs}.",
                             pairs=", ".join(pairs)))  # fmt: skip
    return found


def _fills(
    s: Settled, shipments: Sequence[Shipment], rates: Sequence[Rate], kinds: Mapping[str, str]
) -> dict[Lane, Fraction]:
    """How full the vehicles are on each of today's lanes, and on the average of each pair of kinds."""
    payload = {(rate.mode, rate.material): rate.values["payload"] for rate in rates if rate.values.get("payload")}

    def full(x: Shipment) -> Fraction | None:
        return payload.get((x.mode, x.material), payload.get((x.mode, "")))

    loaded = [(x, load) for x in shipments if (load := full(x)) is not None]
    if not loaded:
        return {}
    counted = s.values.entry("shipments", "trips") is not None
    dated = all(x.day is not None and x.day.day for x in shipments)
    times = [float(x.amount / load) for x, load in loaded]
    single = counted or (dated and max(times) <= _OVERLOAD)
    over = [pair for pair, full_by in zip(loaded, times, strict=True) if full_by > (pair[0].trips or 1)]
    _note_over(s, over, single)
    way = str(s.said.settings.get("fill") or ("list" if single else "full"))
    s.said.settings["fill"] = way
    if way == "full":
        s.remarks.append(say("Vehicles are taken to be full on every trip."))
        return {}
    loads: dict[Lane, Fraction] = {}
    trips: dict[Lane, Fraction] = {}
    for x, load in loaded:
        lane = (x.origin, x.dest, x.material, x.mode)
        loads[lane] = loads.get(lane, Fraction(0)) + x.amount / load
        trips[lane] = trips.get(lane, Fraction(0)) + (x.trips or 1)
    share = sum(loads.values()) / sum(trips.values())
    for lane in list(loads):
        group = _group(lane, kinds)
        loads[group] = loads.get(group, Fraction(0)) + loads[lane]
        trips[group] = trips.get(group, Fraction(0)) + trips[lane]
    if not counted:
        s.remarks.append(say("Each row of the shipments counts as one trip."))
    told = say("Vehicles were {share} full on average: each lane has its own fill, a lane that is not used today has the "
               "average of its kinds.", share=Figure(f"{float(share):.0%}"))  # fmt: skip
    s.remarks.append(told)
    return {key: round(loads[key] / trips[key], _DIGITS) for key in loads if loads[key]}


def _note_over(s: Settled, over: Sequence[tuple[Shipment, Fraction]], single: bool) -> None:
    if not over:
        return
    worst, payload = max(over, key=lambda pair: pair[0].amount / pair[1])
    told = say("Shipments of more than a full vehicle carries: {count}; the most is {amount} {unit} on '{mode}' with a "
               "payload of {payload}.", count=len(over), amount=Figure(f"{float(worst.amount):,.10g}"), unit=s.unit,
               mode=worst.mode, payload=Figure(f"{float(payload):,.10g}"))  # fmt: skip
    several = say("The rows are taken as several trips each. Check the unit of the payload.")
    advice = say("Vehicles may be overloaded, or the payload is in another unit.") if single else several
    entry = s.said.entry("shipments", "amount")
    s.problems.add("W400", told, advice, **worst.record.where(entry.column if entry else ""))
