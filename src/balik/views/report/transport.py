"""Trips and vehicles of a plan, mode by mode and period by period."""

from __future__ import annotations

from ...words import say
from ..language import Language
from ..subject import Subject
from .parts import Grid

_MOST = 60
#: Days of the calendar in a period.
_DAYS = {"week": 7.0, "month": 365 / 12, "quarter": 365 / 4, "year": 365.0}


def trips(subject: Subject, speak: Language) -> Grid | None:
    """Trips, vehicle-km and, where fleets are given, vehicles, hours and drivers of each mode in each period."""
    plan = subject.plan
    if plan is None:
        return None
    found: dict[tuple[str, str], list[float]] = {}
    table = plan.columns.get("trips", {})
    known = True
    for mode, period, count, km in zip(*(table.get(c, []) for c in ("mode", "period", "trips", "km")), strict=True):
        row = found.setdefault((mode, period), [0.0, 0.0])
        row[0] += count
        known &= isinstance(km, (int, float))
        row[1] += km if isinstance(km, (int, float)) else 0.0
    rounds = plan.columns.get("tours", {})
    first = _first_modes(subject)
    for tour, period, count in zip(*(rounds.get(c, []) for c in ("tour", "period", "trips")), strict=True):
        found.setdefault((first.get(tour, tour), period), [0.0, 0.0])[0] += count
        known = False
    fleets = _fleets(subject)
    if not found and not fleets:
        return None
    keys = sorted({*found, *fleets}, key=lambda key: (subject.data.labels["period"].index(key[1]), key[0]))
    head = [say("period"), say("vehicle"), say("trips")]
    head += [say("vehicle-km")] if known and found else []
    head += [say("vehicles"), say("hours"), say("drivers")] if fleets else []
    rows = []
    for mode, period in keys[:_MOST]:
        count, km = found.get((mode, period), [None, None])
        cells = [period, mode or speak(say("(no vehicle)")), speak.number(count)]
        cells += [speak.number(km)] if known and found else []
        cells += [speak.number(v) for v in fleets.get((mode, period), (None, None, None))] if fleets else []
        rows.append(tuple(cells))
    more = (
        speak(say("… and {count} more (table {table})", count=len(keys) - _MOST, table="trips"))
        if len(keys) > _MOST
        else ""
    )
    return Grid(
        tuple(map(speak, head)),
        tuple(rows),
        frozenset(range(2, len(head))),
        speak(say("Trips and vehicles in each period")),
        more,
    )


def per_day(subject: Subject) -> float | None:
    """Trips on a day of the calendar, in the busiest period. None where periods are days, or are no time at all."""
    plan = subject.plan
    days = _DAYS.get(plan.period) if plan else None
    if plan is None or days is None:
        return None
    frame = subject.data["periods"]
    length = dict(zip(frame.text["period"], frame.number["length"].tolist(), strict=True))
    sums: dict[str, float] = {}
    for name in ("trips", "tours"):
        table = plan.columns.get(name, {})
        for period, count in zip(table.get("period", []), table.get("trips", []), strict=True):
            sums[period] = sums.get(period, 0.0) + count
    return max((count / (days * length.get(period, 1.0)) for period, count in sums.items()), default=None)


def _first_modes(subject: Subject) -> dict[str, str]:
    """The vehicle of each milk run."""
    frame = subject.data["tours"]
    modes: dict[str, str] = {}
    for tour, mode in zip(frame.text["tour"], frame.text["mode"], strict=True):
        if mode and tour not in modes:
            modes[tour] = mode
    return modes


def _fleets(subject: Subject) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Vehicles, hours and drivers by mode and period, over all bases."""
    table = subject.plan.columns.get("fleets", {}) if subject.plan else {}
    sums: dict[tuple[str, str], tuple[float, float, float]] = {}
    names = ("mode", "period", "vehicles", "hours", "drivers")
    for mode, period, *values in zip(*(table.get(c, []) for c in names), strict=True):
        before = sums.get((mode, period), (0.0, 0.0, 0.0))
        sums[mode, period] = (before[0] + values[0], before[1] + values[1], before[2] + values[2])
    return sums
