"""Lanes: wildcards, kilometres, `within` and `nearest`, the rates of the vehicle, and shared trips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..kept import kept
from ..tables import Data, Frame
from ..tables.baseline import is_fixed
from ..words import Sentence, say
from . import network as net
from .backhaul import encode_backhaul
from .baseline import fix_lanes
from .counted import in_own_unit
from .distance import Distances
from .expand import Array, Expanded, expand, ravel

if TYPE_CHECKING:
    from .materials import Materials
    from .modes import Modes

_KEYS = {"origin": "place", "dest": "place", "material": "material", "mode": "mode", "period": "period"}
#: Columns of modes that belong to the vehicle: materials that share it must agree.
VEHICLE = ("room", "loaded_rate", "empty_rate", "trip_cost", "loaded_co2", "empty_co2")
#: Why a lane or a leg needs km.
RATES_NEED_KM = say("its rates need it")
MEASURES_NEED_KM = say("what is limited, aimed at, weighed or charged needs it")


@kept
def encode_lanes(
    data: Data, shape: dict[str, int], modes: Modes, distances: Distances, materials: Materials, wants: set[str]
) -> tuple[net.Lanes, net.Trips, int]:
    """Lanes and trips, and how many lanes `within` and `nearest` dropped."""
    frame = data["lanes"]
    found = expand(data, frame, _KEYS, shape, unlike=("origin", "dest"))
    km = _kilometres(frame, found, distances)
    stated = found
    found, km, dropped = _kept(data, frame, found, km, distances)
    vehicle = _vehicle(data, frame, found, modes)
    material = found.codes["material"]
    rate = {c: modes.of_load(c, vehicle, material) for c in ("full_rate", "full_co2")}
    payload = modes.of_load("payload", vehicle, material, np.inf)
    trips, trip = _trips(data, frame, found, km, vehicle, modes, payload, materials, shape)
    _note_missing_km(data, frame, found, km, distances, rate, trips, trip, wants, materials)
    number = {c: in_own_unit(data, frame, c, found.row, material) for c in ("fill", "fee", "price", "least", "most")}
    if is_fixed(data):
        number = fix_lanes(data, shape, stated, found, number)
    lanes = net.Lanes(
        **found.codes,
        km=km,
        **number,
        by_origin=_by_origin(frame)[found.row],
        single=frame.flag["single"][found.row],
        full_rate=rate["full_rate"],
        full_co2=rate["full_co2"],
        payload=payload,
        trip=trip,
        back=encode_backhaul(data, found, trips, trip, shape),
        row=found.row,
    )
    return lanes, trips, dropped


def _by_origin(frame: Frame) -> Array:
    """Rows whose transport the owner of origin pays."""
    text = frame.text["paid_by"]
    return np.array([level == "origin" for level in text.levels], bool)[text.codes]


def _kilometres(frame: Frame, found: Expanded, distances: Distances) -> Array:
    km = frame.number["km"][found.row].copy() if len(found) else np.zeros(0)
    blank = np.flatnonzero(np.isnan(km))
    km[blank] = distances.between(found.codes["origin"][blank], found.codes["dest"][blank])
    return km


def _kept(data: Data, frame: Frame, found: Expanded, km: Array, distances: Distances) -> tuple[Expanded, Array, int]:
    """`within` first, then the `nearest` dests of each origin, ties kept, among the lanes that one row made."""
    within, nearest = frame.number["within"][found.row], frame.number["nearest"][found.row]
    origin, dest = found.codes["origin"], found.codes["dest"]
    named = _names_both(frame)[found.row] if len(found) else np.zeros(0, bool)
    asks = ~named & (~np.isnan(within) | ~np.isnan(nearest))
    if not asks.any():
        return found, km, 0
    for row in np.unique(found.row[asks & np.isnan(km)]) if distances.sound else ():
        at = np.flatnonzero((found.row == row) & np.isnan(km))
        _missing(data, frame, int(row), at, origin, dest, distances, say("within and nearest need it"))
    keep = ~(asks & ~np.isnan(within) & ~(km <= within))
    counted = np.flatnonzero(keep & asks & ~np.isnan(nearest))
    codes = [found.row[counted], *(found.codes[c][counted] for c in ("origin", "material", "mode", "period"))]
    group = ravel(codes, [len(frame), *(int(c.max(initial=0)) + 1 for c in codes[1:])])
    order = np.lexsort((km[counted], group))
    ordered, distance = group[order], km[counted][order]
    start = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, np.int64)
    size = np.diff(np.r_[start, len(ordered)])
    k = nearest[counted][order][start].astype(np.int64) if len(start) else np.zeros(0, np.int64)
    last = distance[start + np.minimum(k, size) - 1] if len(start) else np.zeros(0)
    keep[counted[order]] = distance <= np.repeat(last, size)
    at = np.flatnonzero(keep)
    return found.take(at), km[at], int((~keep).sum())


def _names_both(frame: Frame) -> Array:
    """Rows that name both places by label: exempt from within and nearest."""
    named = np.ones(len(frame), bool)
    for column in ("origin", "dest"):
        text = frame.text[column]
        wild = np.array([level in ("", "*") or level.startswith(("kind:", "group:")) for level in text.levels])
        named &= ~wild[text.codes]
    return named


def _vehicle(data: Data, frame: Frame, found: Expanded, modes: Modes) -> Array:
    """Row of modes for every lane; -1 without a vehicle (and, noted, where the class has no row)."""
    mode, material, period = (found.codes[c] for c in ("mode", "material", "period"))
    rows = modes.row[mode, material, period] if len(found) else np.zeros(0, np.int64)
    lost = np.flatnonzero((rows < 0) & (mode > 0)) if data.sound("modes") else np.zeros(0, np.int64)
    for row in np.unique(found.row[lost]):
        at = lost[np.flatnonzero(found.row[lost] == row)[0]]
        data.problems.add(
            "E320",
            say(
                "The table modes has no row of '{mode}' for material '{material}' in period '{period}'.",
                mode=data.labels["mode"][mode[at] - 1],
                material=data.labels["material"][material[at]],
                period=data.labels["period"][period[at]],
            ),
            say("Add one, or blank its material and period."),
            **frame.where(row, "mode"),
        )
    return rows


def _trips(
    data: Data,
    frame: Frame,
    found: Expanded,
    km: Array,
    vehicle: Array,
    modes: Modes,
    payload: Array,
    materials: Materials,
    shape: dict[str, int],
) -> tuple[net.Trips, Array]:
    room = modes.value("room", vehicle, np.inf)
    rates = {c: modes.value(c, vehicle) for c in VEHICLE if c != "room"}
    _note_endless(data, modes)
    counted = np.flatnonzero(np.isfinite(payload) | np.isfinite(room))
    _note_volumes(data, frame, found, room, materials)
    codes = [found.codes[c][counted] for c in ("origin", "dest", "mode", "period")]
    key = ravel(codes, [shape["place"], shape["place"], shape["mode"], shape["period"]])
    _, first, member = np.unique(key, return_index=True, return_inverse=True)
    member = member.ravel()
    at = counted[first]
    columns = {"room": room, **rates, "km": km, "whole": modes.whole(vehicle)}
    for name, values in columns.items():
        mine, shared = values[counted], values[at][member]
        differs = ~((mine == shared) | (np.isnan(mine) & np.isnan(shared)))
        for row in np.unique(found.row[counted[differs]]):
            data.problems.add(
                "E321",
                say(
                    "Materials that share the trips of this lane differ in {column}.",
                    column=name if name != "whole" else "whole_trips",
                ),
                say("Give them one value, or modes of their own."),
                **frame.where(row, "km" if name == "km" else "mode"),
            )
    trip = np.full(len(found), -1)
    trip[counted] = member
    trips = net.Trips(
        *(found.codes[c][at] for c in ("origin", "dest", "mode", "period")), **{c: v[at] for c, v in columns.items()}
    )
    return trips, trip


def _note_endless(data: Data, modes: Modes) -> None:
    """Payload and room both infinite with a cost or emission per trip or per km of the vehicle."""
    frame = modes.frame
    endless = frame.ok & np.isinf(frame.written("payload")) & np.isinf(frame.number["room"])
    for column in ("loaded_rate", "empty_rate", "trip_cost", "loaded_co2", "empty_co2"):
        for row in np.flatnonzero(endless & (frame.number[column] != 0)).tolist():
            data.problems.add(
                "E322", say("{column} counts trips, but the vehicle never fills: payload and room are both blank.", column=column),
                say("Write payload or room."), **frame.where(row, column),
            )  # fmt: skip


def _note_volumes(data: Data, frame: Frame, found: Expanded, room: Array, materials: Materials) -> None:
    if not data.sound("materials") or not np.isfinite(room).any():
        return
    blind = np.isfinite(room) & np.isnan(materials.volume[found.codes["material"]])
    for m in np.unique(found.codes["material"][blind]):
        row = int(found.row[np.flatnonzero(blind & (found.codes["material"] == m))[0]])
        data.problems.add(
            "E312", say("The vehicle has room in m3, and '{material}' has no volume.", material=materials.labels[m]),
            say("Write volume [m3/unit] in materials (0 if it does not count)."), **frame.where(row, "mode"),
        )  # fmt: skip


def _note_missing_km(
    data: Data,
    frame: Frame,
    found: Expanded,
    km: Array,
    distances: Distances,
    rate: dict[str, Array],
    trips: net.Trips,
    trip: Array,
    wants: set[str],
    materials: Materials,
) -> None:
    """A lane needs km only where a rate, or a limit or weight on a measure, uses it."""
    if not distances.sound:
        return
    rated = (rate["full_rate"] != 0) | (rate["full_co2"] != 0)
    counted = np.zeros(len(rated), bool)
    if len(trips):
        per_km = sum(np.abs(getattr(trips, c)) for c in ("loaded_rate", "empty_rate", "loaded_co2", "empty_co2")) > 0
        rated |= (trip >= 0) & per_km[trip]
        counted |= (trip >= 0) & ("km" in wants)
    if "tkm" in wants:
        counted |= ~np.isnan(materials.mass[found.codes["material"]])
    lost = (rated | counted) & np.isnan(km)
    for row in np.unique(found.row[lost]):
        at = np.flatnonzero(lost & (found.row == row))
        why = RATES_NEED_KM if rated[at].any() else MEASURES_NEED_KM
        _missing(data, frame, int(row), at, found.codes["origin"], found.codes["dest"], distances, why)


def _missing(
    data: Data, frame: Frame, row: int, at: Array, origin: Array, dest: Array, distances: Distances, why: Sentence
) -> None:
    places = data.labels["place"]
    pairs = len(np.unique(origin[at].astype(np.int64) * len(places) + dest[at]))
    one, two = int(origin[at[0]]), int(dest[at[0]])
    found = say("No km from {origin} to {dest}; {why}.", origin=places[one], dest=places[two], why=why)
    if pairs > 1:
        found = say(
            "No km from {origin} to {dest} (and {count} more pairs); {why}.",
            origin=places[one],
            dest=places[two],
            count=pairs - 1,
            why=why,
        )
    data.problems.add("E301", found, distances.advice(one, two), **frame.where(row, "km"))
