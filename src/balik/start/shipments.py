"""The records of the list of shipments, in the units of the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..errors import did_you_mean
from ..words import say
from .dates import Day
from .rows import Rate, spot
from .settle import Settled
from .values import Record


@dataclass(frozen=True)
class Shipment:
    """Something that was moved; `trips` where the list counts them, or a trip that several rows share."""

    record: Record
    day: Day | None
    number: str
    origin: str
    dest: str
    material: str
    mode: str
    amount: Fraction
    km: Fraction | None
    trips: Fraction | None
    cost: Fraction | None


def read_shipments(s: Settled, records: Sequence[Record], rates: Sequence[Rate]) -> list[Shipment]:
    """The shipments; rows in which nothing moved are passed over and counted."""
    v = s.values
    days = v.dates(records, "shipments", s.period)
    numbers = v.labels(records, "shipments", "id", needed=False)
    text = {name: v.labels(records, "shipments", name) for name in ("origin", "dest", "material", "mode")}
    amounts = v.numbers(records, "shipments", "amount", needed=True)
    extra = {name: v.numbers(records, "shipments", name) for name in ("km", "trips", "cost")}
    modes = {rate.mode for rate in rates}
    only = next(iter(modes)) if len(modes) == 1 else ""
    found: list[Shipment] = []
    for at, record in enumerate(records):
        label = {name: v.spelled("place" if name in ("origin", "dest") else name, text[name][at]) for name in text}
        label["mode"] = label["mode"] or only
        label["material"] = label["material"] or s.one_material
        _note_loop(s, record, label["origin"], label["dest"])
        _note_mode(s, record, label["mode"], modes)
        km, trips, cost = (s.in_case(n, "shipments", name) if (n := ns[at]) else None for name, ns in extra.items())
        amount = amounts[at]
        here = s.amount_in_case(amount, record) if amount is not None else Fraction(-1)
        places = label["origin"], label["dest"], label["material"], label["mode"]
        found.append(Shipment(record, days[at], numbers[at], *places, here, km, trips, cost))
    found = _in_one_trip(s, found)
    _note_same(s, found)
    _tell_zeros(s, found)
    return [shipment for shipment in found if shipment.amount > 0]


def _note_loop(s: Settled, record: Record, origin: str, dest: str) -> None:
    if origin and origin == dest:
        found = say("The shipment leads from '{place}' to itself.", place=origin)
        s.problems.add("E409", found, say("Correct one of the two places, or take the row out."),
                       **spot(s.values, record, "shipments", "dest"))  # fmt: skip


def _note_mode(s: Settled, record: Record, mode: str, modes: set[str]) -> None:
    if mode and modes and mode not in modes:
        found = say("'{mode}' is not in the rate sheet.", mode=mode)
        advice = did_you_mean(mode, modes) or say("It has: {names}.", names=", ".join(sorted(modes)))
        s.problems.add("E410", found, advice, **spot(s.values, record, "shipments", "mode"))


def _in_one_trip(s: Settled, shipments: Sequence[Shipment]) -> list[Shipment]:
    """Several goods under one number, on one day between the same places, share a trip; else a number stands once."""
    by_number: dict[str, list[Shipment]] = {}
    for shipment in shipments:
        if shipment.number:
            by_number.setdefault(shipment.number, []).append(shipment)
    share: dict[int, Fraction] = {}  # by the identity of the record
    for several in by_number.values():
        first, goods = several[0], set()
        for x in several:
            same = (x.day, x.origin, x.dest, x.mode) == (first.day, first.origin, first.dest, first.mode)
            if not same or x.material in goods:
                found = say("The shipment '{label}' stands already in row {row}.", label=x.number, row=first.record.row)
                advice = say("Take one of them out, or correct its number.")
                s.problems.add("E408", found, advice, **spot(s.values, x.record, "shipments", "id"))
            goods.add(x.material)
        total = sum((x.amount for x in several if x.amount > 0), Fraction(0))
        if len(several) > 1 and total:
            share |= {id(x.record): x.amount / total * (x.trips or 1) for x in several}
    if share:
        s.remarks.append(say("Rows with one number are one trip with several goods ({count} rows).", count=len(share)))
    return [replace(x, trips=share.get(id(x.record), x.trips)) for x in shipments]


def _note_same(s: Settled, shipments: Sequence[Shipment]) -> None:
    """Rows without a number that say the same: perhaps entered twice."""
    first: dict[tuple[object, ...], Shipment] = {}
    again: list[Shipment] = []
    for x in shipments:
        if not x.number and x.day is not None and x.day.day:
            key = (x.day, x.origin, x.dest, x.material, x.mode, x.amount)
            if key in first:
                again.append(x)
            first.setdefault(key, x)
    if again:
        found = say("Rows that say the same as another row: {count}; this is the first of them.", count=len(again))
        advice = say("They are counted; take out what was entered twice.")
        s.problems.add("W405", found, advice, **spot(s.values, again[0].record, "shipments", "origin"))


def _tell_zeros(s: Settled, shipments: Sequence[Shipment]) -> None:
    idle = [x.record for x in shipments if x.amount == 0]
    if idle:
        s.remarks.append(say("Rows with the amount 0 were passed over ({count}), the first is {spot}.", count=len(idle),
                             spot=idle[0].spot))  # fmt: skip
    near = [x.record for x in shipments if x.km == 0]
    if near:
        s.remarks.append(say("0 km are taken as not known ({count} rows), the first is {spot}.", count=len(near),
                             spot=near[0].spot))  # fmt: skip
