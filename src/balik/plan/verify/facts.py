"""What `plan.json` tells beside the tables: how full sites and resources are, where limits stand, factors, distances."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...words import say
from .books import Figures, sited
from .bounds import Limit, Value
from .distance import Roads
from .exact import Array, Number, total
from .money import Finance
from .resources import at_hand, used_of
from .sheets import Sheet
from .terms import Deeds
from .verdict import TOLERANCE, Court, kept_verdict
from .whereabouts import place_word
from .world import NONE, World

#: Great circles are written to three decimals; two ways of computing one may round apart.
_KM = 1.001e-3
#: Decimals of shares.
_SHARE = 1e-6
#: A limit, what it comes to under a label, how that is called, and the row that tells it.
_Row = tuple[Limit, Value | None, str, Mapping[str, Any]]


def judge_facts(
    world: World, limits: Mapping[str, tuple[Limit, list[Value]]], document: Mapping[str, Any], court: Court
) -> None:
    """The currency, the period, and what limits come to; a key that is absent claims nothing."""
    for name, own in (("currency", world.data.tables.currency), ("period", world.data.tables.period)):
        if document.get(name, own) != own:
            told = say("plan.json: {name} is {said!r}, the case has {own!r}.", name=name, said=document[name], own=own)
            court.fault("document", name, told)
    if "limits" in document:
        _judge_limits(limits, document["limits"], court)


def judge_places(deeds: Deeds, finance: Finance, document: Mapping[str, Any], sheet: Sheet, court: Court) -> None:
    """Sites, resources, factors and great circles, each where it is told."""
    if "sites" in document:
        _judge_sites(deeds, document["sites"], sheet, court)
    _judge_rest(deeds, finance, document, court)


@kept_verdict
def _judge_rest(deeds: Deeds, finance: Finance, document: Mapping[str, Any], court: Court) -> None:
    world = deeds.world
    if "resources" in document:
        _judge_resources(deeds, document["resources"], court)
    if "money_factors" in document:
        _judge_factors(world, finance, document["money_factors"], court)
    if "great_circles" in document:
        _judge_circles(world, deeds.lanes.roads, document["great_circles"], court)


@kept_verdict
def _judge_sites(deeds: Deeds, said: Sequence[Mapping[str, Any]], sheet: Sheet, court: Court) -> None:
    """Every site that is open, with what passes it, its capacity and how much of that the fullest period takes."""
    world, sites, judge = deeds.world, deeds.sites, Figures(court)
    place, size = ([world.name(c, int(code)) for code in sheet.codes[c]] for c in ("place", "size"))
    listed = list(zip(place, size, strict=True))
    claimed = [(str(row.get("place")), str(row.get("size"))) for row in said]
    if odd := sorted({*claimed} ^ {*listed}):
        court.fault("document", "sites", say("plan.json: sites and the table open differ: {names}.", names=sited(odd)))
    if len(set(claimed)) < len(claimed):
        court.fault("document", "sites", say("plan.json: {name} names a site twice.", name="sites"))
    if not len(sites):
        return
    at = {(world.name("place", int(p)), world.name("size", int(s))): i
          for i, (p, s) in enumerate(zip(sites.place, sites.size, strict=True))}  # fmt: skip
    room = np.where(sites.when > 0, sites.room(), 0.0) * world.length
    for name, row in zip(claimed, said, strict=True):
        if name not in at:
            continue
        i, where = at[name], f"site {name[0]}" + (f" (size {name[1]})" if name[1] != "-" else "")
        through, capacity = np.where(sites.when[i] > 0, sites.through[sites.place[i]], 0.0), room[i]
        largest = np.abs(through).max(initial=0.0)
        judge.must(row, "throughput", total(through * world.repeats), largest, f"throughput of {where}")
        bounded = bool(np.isfinite(capacity).all())
        _judge_known(judge, row, "capacity", where, total(capacity * world.repeats) if bounded else None)
        full = np.flatnonzero(capacity > 0) if bounded else np.zeros(0, np.int64)
        share = (through[full] / capacity[full]).max(initial=0.0) if len(full) else 0
        _judge_share(judge, row, "fullest", where, share if bounded else None)
        unit, busy = sites.count[int(sites.place[i])].unit, ((through > 0).any(), (through > 2 * TOLERANCE).any())
        if row.get("unit") != unit and (busy[0] or row.get("unit") != "qty"):  # where nothing may come, nothing counts
            told = say("plan.json: {where} counts in {unit}, not in {said!r}.",
                       where=place_word(where), unit=unit, said=row.get("unit"))  # fmt: skip
            court.fault("document", where, told)
        if not (isinstance(row.get("used"), bool) and busy[1] <= row["used"] <= busy[0]):
            told = say("plan.json: used of {where} is {said!r}, which is not what comes to it.",
                       where=place_word(where), said=row.get("used"))  # fmt: skip
            court.fault("document", where, told)


def _judge_known(
    judge: Figures, row: Mapping[str, Any], key: str, where: str, found: Number | None, scale: Number = 0
) -> None:
    """A figure that is null where there is none; `scale`: the largest term of it."""
    if found is None and row.get(key) is None:
        judge.court.laws += 1
    else:
        judge.must(row, key, found, scale, f"{key} of {where}")


def _judge_share(judge: Figures, row: Mapping[str, Any], key: str, where: str, found: Number | None) -> None:
    """A share, which is written to six decimals; null where there is none."""
    said = row.get(key)
    near = isinstance(said, (int, float)) and found is not None and abs(said - found) <= _SHARE
    judge.court.laws += 1
    if not near and not (said is None and found is None):
        judge.court.laws -= 1
        what = place_word(f"{key} of {where}")
        told = (
            say("plan.json: {what} is {said!r}, and there is none.", what=what, said=said)
            if found is None
            else say("plan.json: {what} is {said!r}, and the plan as written gives {found:.6f}.",
                     what=what, said=said, found=float(found))
        )  # fmt: skip
        judge.court.fault("document", where, told)


def _judge_limits(
    limits: Mapping[str, tuple[Limit, list[Value]]], said: Sequence[Mapping[str, Any]], court: Court
) -> None:
    """What each limit comes to, its bounds, and which of them binds: a row for every label, and one for its spread."""
    told: dict[str, list[Mapping[str, Any]]] = {}
    for row in said:
        told.setdefault(str(row.get("limit")), []).append(row)
    found: list[_Row] = []
    for name in dict.fromkeys([*limits, *told]):
        rows = told.get(name, [])
        if name not in limits:
            court.fault("document", f"limit {name}", say("plan.json: limit {name} is no limit of the case.", name=name))
            continue
        limit, values = limits[name]
        if math.isfinite(limit.spread) and values:
            rows = _judge_spread(limit, values, rows, court)
        labelled = {",".join(v.at[d] for d in sorted(v.at)): v for v in reversed(values)}
        for label in sorted(labelled.keys() - {str(row.get("each")) for row in rows}):
            silent = say("plan.json: limits says nothing of {name}.", name=_under(name, label))
            court.fault("document", f"limit {name}", silent)
        labels = [str(row.get("each")) for row in rows]
        under = [f"limit {_under(name, label)}" for label in labels]
        found += zip([limit] * len(rows), map(labelled.get, labels), under, rows, strict=True)
    _judge_rows(found, court)


@kept_verdict
def _judge_rows(rows: list[_Row], court: Court) -> None:
    """What limits come to under their labels; they are kept by halves (see `in_halves`)."""
    if len(rows) > 1:
        _judge_rows(rows[: len(rows) // 2], court)
        _judge_rows(rows[len(rows) // 2 :], court)
    elif rows:
        _judge_limit(*rows[0], court)


def _under(name: str, label: str) -> str:
    return f"{name} ({label})" if label else name


def _judge_spread(
    limit: Limit, values: list[Value], rows: list[Mapping[str, Any]], court: Court
) -> list[Mapping[str, Any]]:
    """How far the labels of a limit lie apart, which the last row without a label tells; the rows without that."""
    where, judge = f"limit {limit.name}", Figures(court)
    at = max((i for i, row in enumerate(rows) if not row.get("each")), default=None)
    if at is None:
        told = say("plan.json: limits says nothing of the spread of {name}.", name=limit.name)
        court.fault("document", where, told)
        return rows
    row = rows[at]
    known = [v.total / v.below for v in values if v.below]
    gap, scale = max(known, default=0) - min(known, default=0), max(map(abs, known), default=0)
    judge.equal(f"value of {where}", row.get("value"), gap, scale)
    _judge_about(limit, where, row, court)
    _judge_known(judge, row, "least", where, None)
    _judge_known(judge, row, "most", where, limit.spread)
    _judge_binds(row, {"spread"} if limit.spread - gap <= _edge(scale) else set(), where, court)
    return rows[:at] + rows[at + 1 :]


def _judge_limit(limit: Limit, found: Value | None, where: str, row: Mapping[str, Any], court: Court) -> None:
    """What a limit comes to under a label, its bounds, and whether it binds."""
    judge = Figures(court)
    _judge_about(limit, where, row, court)
    for word, bound in (("least", limit.least), ("most", limit.most)):
        _judge_known(judge, row, word, where, bound if math.isfinite(bound) else None)
    if found is None:
        judge.equal(f"value of {where}", row.get("value"), 0)
        return
    value, scale = (found.total / found.below, found.scale / abs(found.below)) if found.below else (None, 0)
    _judge_known(judge, row, "value", where, value, scale)
    near = set()  # what a limit misses by a little, it is near to
    if value is not None:
        rooms = {"least": value - limit.least, "most": limit.most - value}
        near = {word for word, room in rooms.items() if room <= _edge(scale, value)}
    _judge_binds(row, near, where, court)


def _judge_about(limit: Limit, where: str, row: Mapping[str, Any], court: Court) -> None:
    """What a limit counts, and what that is divided by; a key that is absent claims nothing."""
    for key, rows in (("quantity", limit.rows), ("over", limit.over)):
        found = rows[0].quantity if rows else None
        if row.get(key, found) != found:
            told = say("plan.json: {key} of {where} is {said!r}, the case has {found!r}.",
                       key=key, where=place_word(where), said=row[key], found=found)  # fmt: skip
            court.fault("document", where, told)


def _edge(*terms: Number) -> float:
    """How near to its bound a limit may be said to bind."""
    return 3 * TOLERANCE * max(1.0, *(abs(float(term)) for term in terms))


def _judge_binds(row: Mapping[str, Any], near: set[str], where: str, court: Court) -> None:
    """No bound is said to bind but those that the limit is near to."""
    binds = row.get("binds")
    told = {"least", "most"} if binds == "both" else {str(binds)}
    if binds is not None and not told <= near:
        bound = say("plan.json: {where} binds at {binds!r}, and it does not.", where=place_word(where), binds=binds)
        court.fault("document", where, bound)


@kept_verdict
def _judge_resources(deeds: Deeds, said: Sequence[Mapping[str, Any]], court: Court) -> None:
    """What is used of each resource, and what is at hand."""
    world, frame, judge = deeds.world, deeds.world.data["resources"], Figures(court)
    if not said and not len(frame):
        return
    (used, _), here = used_of(deeds), at_hand(deeds)
    lacking = {key for key, (capacity, _) in here.items() if capacity > 0}
    for row in said:
        names = {c: str(row.get(c)) for c in ("place", "resource", "period")}
        where = ", ".join(f"{c}={name}" for c, name in names.items())
        if any(name not in world.code[c] for c, name in names.items()):
            told = say("plan.json: resources names {where}, which the case has not.", where=place_word(where))
            court.fault("document", where, told)
            continue
        key = tuple(world.code[c][name] for c, name in names.items())
        lacking.discard(key)
        capacity = here[key][0] if key in here else 0
        _judge_known(judge, row, "used", where, used.get(key, 0))
        bounded = math.isfinite(capacity)
        _judge_known(judge, row, "capacity", where, capacity if bounded else None)
        _judge_share(judge, row, "share", where, used.get(key, 0) / capacity if bounded and capacity else None)
        unit = frame.text["unit"][here[key][1]] if key in here else ""
        if unit and (row.get("unit") or "") != unit:
            told = say("plan.json: {where} is counted in {said!r}, the case says {unit!r}.",
                       where=place_word(where), said=row.get("unit"), unit=unit)  # fmt: skip
            court.fault("document", where, told)
    if lacking:
        court.fault("document", "resources", say("plan.json: resources does not name all that is at hand."))


@kept_verdict
def _judge_factors(world: World, finance: Finance, said: Mapping[str, Any], court: Court) -> None:
    """By what money counts: one-off money, and that of each period."""
    judge = Figures(court)
    for key, found in (("one_off", finance.once), ("residual", finance.end)):
        judge.equal(f"money factor {key}", said.get(key), found)
    for key, values in (("recurring", finance.period), ("one_off_at", finance.begins)):
        told = said.get(key, {})
        for t, period in enumerate(world.labels["period"]):
            found = told.get(period, "none" if key == "recurring" else None) if isinstance(told, Mapping) else "none"
            judge.equal(f"money factor {key} of {period}", found, values[t])


def _float(value: Any) -> float:
    """A number that is no float; nan where it is none."""
    return float(value) if isinstance(value, int) else math.nan


def _places(world: World, names: list[Any]) -> Array:
    """The code of each place, NONE where the case has none of that name."""
    code = world.code["place"]
    try:
        return np.fromiter(map(code.__getitem__, names), np.int64, len(names))
    except (KeyError, TypeError):
        return np.array([code.get(name, NONE) if isinstance(name, str) else NONE for name in names], np.int64)


@kept_verdict
def _judge_circles(world: World, roads: Roads, said: Sequence[Mapping[str, Any]], court: Court) -> None:
    """Every great circle is that between the coordinates of its places."""
    ends = [_places(world, [row.get(c) for row in said]) for c in ("origin", "dest")]
    km = np.array([k if type(k := row.get("km")) is float else _float(k) for row in said], float)
    known = (ends[0] >= 0) & (ends[1] >= 0)
    found = np.full(len(km), np.nan)
    found[known] = roads.circle(*(roads.root[end[known]] for end in ends))
    court.laws += len(km)
    for i in np.flatnonzero(~(np.abs(found - km) <= _KM)).tolist():
        court.laws -= 1
        way = f"{said[i].get('origin')} → {said[i].get('dest')}"
        told = say("plan.json: the great circle {way} is {km!r} km, its coordinates give {found:.3f}.",
                   way=way, km=said[i].get("km"), found=float(found[i]))  # fmt: skip
        court.fault("document", f"great circle {way}", told)
