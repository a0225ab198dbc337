"""Figures of one row, or of two tables, that make sense only in each other's place or in another unit."""

from __future__ import annotations

import numpy as np

from ...kept import kept
from ...tables import Data, Frame
from ...tables.units import mass_of, plain_unit
from ...words import say
from ..network import CLOSED, Array, Network

_CHEAPER = 10.0  # so many times dearer is an empty vehicle than a full one before it is said
_SAME = 3.0  # two rates that are within this factor of each other look alike
_MANY = 20.0  # so many times the vehicle's own rate is too much for its load, if both rates look alike
_ABSURD = 1000.0  # and if they do not
_LOAD = 50.0  # the least payload for which a rate per quantity differs clearly from one per vehicle
_ONCE = 10.0  # so many times the opening cost is too much to pay in each period
_DENSE, _AIRY = 20_000.0, 1.0  # kg/m3: heavier than any metal in use, lighter than foam
_PACKED = 1000.0  # kg: more than a hand can lift many times over
_PACKS = frozenset(
    "dus doos box kotak karton carton kardus karung sak zak krat crate botol bottle kaleng can pcs pc buah biji".split()
)
_TRIPS = 1000.0  # trips from one place in one period
_SMALL, _HUGE = 50.0, 500.0  # payload: kg below which, t above which it is looked at
_SHORT = 300.0  # so many times their capacity is too much for all sites


@kept
def note_rates(data: Data) -> None:
    """W322, W323, W324: rates of a vehicle and costs of a site that look swapped."""
    modes = data["modes"]
    loaded, empty = modes.number["loaded_rate"], modes.number["empty_rate"]
    full, payload = (_own(data, modes, c) for c in ("full_rate", "payload"))
    with np.errstate(invalid="ignore"):
        vehicle = np.where(np.isfinite(payload), full * payload, np.where(full > 0, np.inf, 0.0)) + loaded
        dear = modes.ok & (vehicle > 0) & (empty > _CHEAPER * vehicle)
    for row in np.flatnonzero(dear).tolist():
        data.problems.add(
            "W322",
            say(
                "A full vehicle costs {full:,.10g} per km (full_rate × payload + loaded_rate), an empty one {empty:,.10g}.",
                full=float(vehicle[row]),
                empty=float(empty[row]),
            ),
            say("Check whether rates stand in each other's column, and the unit of full_rate."),
            **modes.where(row, "empty_rate"),
        )
    own = np.maximum(loaded, empty)
    alike = (full * _SAME >= own) & (full <= own * _SAME)
    with np.errstate(invalid="ignore"):
        much = full * payload > np.where(alike, _MANY, _ABSURD) * own
    each = modes.ok & (own > 0) & much & np.isfinite(payload) & (payload >= _LOAD)
    for row in np.flatnonzero(each).tolist():
        data.problems.add(
            "W323",
            say(
                "full_rate is paid for every unit of the load: {full:,.10g} per km with a full payload, and the vehicle itself costs {own:,.10g}.",
                full=float(full[row] * payload[row]),
                own=float(own[row]),
            ),
            say("A rate of the vehicle stands in loaded_rate; divide by the payload for a rate of the load."),
            **modes.where(row, "full_rate"),
        )
    sites = data["sites"]
    opening, running = sites.number["opening_cost"], sites.number["running_cost"]
    for row in np.flatnonzero(sites.ok & (opening > 0) & (running > _ONCE * opening)).tolist():
        data.problems.add(
            "W324",
            say(
                "Opening costs {opening:,.10g} once, and being open {running:,.10g} in every {period}.",
                opening=float(opening[row]),
                running=float(running[row]),
                period=data.tables.period,
            ),
            say("Check whether opening_cost and running_cost stand in each other's column."),
            **sites.where(row, "running_cost"),
        )


#: Shares of a payload beyond which per cent were probably written for 1.
_OVERFULL, _NEARLY_EMPTY = 5, 0.02


@kept
def note_fills(data: Data) -> None:
    """W336: a share of the payload that looks like per cent, or like per cent taken twice."""
    for name in ("lanes", "tours"):
        frame = data[name]
        fill = frame.number["fill"]
        rows = np.flatnonzero(frame.ok & frame.given["fill"] & ((fill > _OVERFULL) | (fill < _NEARLY_EMPTY)))
        if len(rows):
            row = int(rows[0])
            data.problems.add(
                "W336",
                say("fill = {fill:g}: a vehicle is then {percent:g} % full; {count} rows are like it.", fill=float(fill[row]), percent=100 * float(fill[row]), count=len(rows)),
                say("Write 0.8, or 80 under the header fill [%]."),
                **frame.where(row, "fill"),
            )  # fmt: skip


def note_interest(data: Data) -> None:
    """W338: a rate of interest above 100 % a year, where one-off money is spread or discounted by it."""
    rate, way = data.tables.setting("finance", "rate"), data.tables.setting("finance", "one_off")
    if way in ("annuity", "npv") and isinstance(rate, (int, float)) and rate > 1:
        found = say("finance.rate = {rate:g} is {percent:g} % a year.", rate=rate, percent=100 * rate)
        data.problems.add(
            "W338", found, say("Write 0.08 for 8 %."), **data.tables.where("case", "finance.rate")
        )


@kept
def note_sizes(data: Data, n: Network) -> None:
    """W325 to W328: a mass, a payload or a capacity that fits another unit."""
    _densities(data)
    _payloads(data, n)
    _capacities(data, n)


def _densities(data: Data) -> None:
    materials = data["materials"]
    for row in np.flatnonzero(materials.ok).tolist():
        unit = plain_unit(materials.text["unit"][row])
        own = mass_of(unit)
        mass = float(materials.number["mass"][row]) if own is None else own
        volume = float(materials.number["volume"][row])
        if mass > 0 and volume > 0:
            if not _AIRY <= mass / volume <= _DENSE:
                data.problems.add(
                    "W325",
                    say("{mass:,.10g} kg in {volume:,.10g} m3 are {density:,.10g} kg/m3.", mass=mass, volume=volume, density=float(f"{mass / volume:.4g}")),
                    say("mass is in kg and volume in m3, both of one {unit}.", unit=unit),
                    **materials.where(row, "volume"),
                )  # fmt: skip
        elif unit.lower() in _PACKS and mass > _PACKED:
            data.problems.add(
                "W326",
                say("One {unit} has {mass:,.10g} kg.", unit=unit, mass=mass),
                say("mass is in kg, not in grams."),
                **materials.where(row, "mass"),
            )


def _payloads(data: Data, n: Network) -> None:
    """Payloads beside what waits in one place, for materials in kg and in t."""
    modes = data["modes"]
    payloads = _own(data, modes, "payload")
    for unit, other in (("kg", "t"), ("t", "kg")):
        mine = np.array([u == unit for u in n.unit])
        waiting = _waiting(n, mine)
        largest = float(waiting.max(initial=0.0))
        for row in np.flatnonzero(modes.ok & np.isfinite(payloads)).tolist():
            payload = float(payloads[row])
            if not _about(data, modes, row, mine) or largest == 0:
                continue
            few = unit == "t" and payload > _HUGE and payload > 10 * largest
            if (unit == "kg" and payload < _SMALL and largest > _TRIPS * payload) or few:
                data.problems.add(
                    "W327",
                    say(
                        "A payload of {payload:,.10g} {unit} beside {largest:,.10g} {unit} that wait at one place.",
                        payload=payload,
                        unit=unit,
                        largest=largest,
                    ),
                    say("payload is in the unit of the material, {unit}; these look like {other}.", unit=unit, other=other),
                    **modes.where(row, "payload"),
                )  # fmt: skip


def _waiting(n: Network, mine: Array) -> Array:
    """What is supplied of some of the materials at every place, in the period with most of it."""
    s = n.supply
    on = mine[s.material] if len(s) else np.zeros(0, bool)
    amount = np.where(np.isfinite(s.most), s.most, s.least)[on]
    at = s.place[on] * len(n.length) + s.period[on]
    return np.bincount(at, amount, len(n.labels["place"]) * len(n.length))


def _own(data: Data, frame: Frame, column: str) -> Array:
    """A column in the unit of a material that the row is about; nan where that has not what the header counts."""
    known, rows = data.labels["material"], np.arange(len(frame))
    named = [known.index(level) if level in known else 0 for level in frame.text["material"].levels]
    return frame.at(column, rows, np.array(named, np.int64)[frame.text["material"].codes])


def _about(data: Data, modes: Frame, row: int, mine: Array) -> bool:
    """Whether a row of modes is about some of these materials and no others."""
    label, known = modes.text["material"][row], data.labels["material"]
    if label in known:
        return bool(mine[known.index(label)])
    codes = data.groups.get(("material", label.removeprefix("group:")), []) if label.startswith("group:") else []
    return bool(mine[codes].all() if codes else mine.all())


def _capacities(data: Data, n: Network) -> None:
    """All that waits beside all that sites can take; not where it is said already that it does not fit."""
    if not len(n.sites) or any(p.code == "W210" for p in data.problems):
        return
    room = np.zeros(len(n.labels["place"]))
    able = n.sites.status != CLOSED
    np.maximum.at(room, n.sites.place[able], n.site_room[able])
    if not (n.site_weight == 1.0).all() or not np.isfinite(room).all() or not room.any():
        return
    going = np.unique(n.lanes.material[n.site_of[n.lanes.dest] >= 0])
    waiting = _waiting(n, np.isin(np.arange(len(n.unit)), going)).reshape(-1, len(n.length)).sum(0)
    period = int(np.argmax(waiting / n.length))
    taken = float(room.sum() * n.length[period])
    if waiting[period] > _SHORT * taken:
        row = int(n.sites.row[int(np.argmax(able & (n.site_room > 0)))])
        data.problems.add(
            "W328",
            say(
                "All sites together take {room:,.10g} in a period in which {waiting:,.10g} wait.",
                room=taken,
                waiting=float(waiting[period]),
            ),
            say("capacity is in the unit of the materials that come."),
            **data["sites"].where(row, "capacity"),
        )
