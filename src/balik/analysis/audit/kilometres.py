"""Kilometres: the way back counted twice or not at all, and tours that are costed on another basis than lanes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...errors import BalikError
from ...words import Sentence, say, sentences
from ..told import figure
from .finding import Finding
from .solved import Solved, amounts, near, place_of


def kilometre_findings(s: Solved) -> Iterator[Finding]:
    """Every finding about kilometres."""
    yield from _round_trips(s)
    yield from _free_way_back(s)
    yield from _empty_both_ways(s)
    yield from _tours(s)


def _round_trips(s: Solved) -> Iterator[Finding]:
    """Lanes whose km is twice the known distance, although their vehicle pays the way back as well.

    A row of lanes is accused only if every pair of it that is known elsewhere has just twice the distance.
    """
    n, t, known = s.n, s.n.trips, _known_km(s)
    trips = amounts(s, "trips")
    for row in np.unique(n.lanes.row[n.lanes.trip >= 0]).tolist():
        mine = np.unique(n.lanes.trip[(n.lanes.row == row) & (n.lanes.trip >= 0)])
        mine = np.array([i for i in mine.tolist() if frozenset((int(t.origin[i]), int(t.dest[i]))) in known], np.int64)
        single = np.array([known[frozenset((int(t.origin[i]), int(t.dest[i])))] for i in mine.tolist()])
        twice = len(mine) > 0 and all(
            km > 0 and near(float(t.km[i]), 2 * km) for i, km in zip(mine.tolist(), single.tolist(), strict=True)
        )
        if not twice or not (t.empty_rate[mine] > 0).all() or not trips[mine].sum() > 0:
            continue
        most = int(np.argmax(trips[mine] * single))
        extra = trips[mine] * single * (t.loaded_rate + t.empty_rate)[mine]
        load = sum(
            float(amounts(s, "flow")[k] * n.lanes.full_rate[k] * n.lanes.km[k] / 2)
            for k in np.flatnonzero(n.lanes.row == row).tolist()
        )
        money, i = float(extra.sum()) + load, int(mine[most])
        told = say(
            "From {origin} to {dest} the lane has {km} km, twice the {single} km that stand for the pair elsewhere, and the vehicle pays its empty way back besides: {extra} km too many in this plan, {money}.",
            origin=place_of(s, t.origin[i]), dest=place_of(s, t.dest[i]), km=figure(t.km[i]), single=figure(single[most]),
            extra=figure(float((2 * trips[mine] * single).sum())), money=figure(money),
        )  # fmt: skip
        yield Finding("round_trip_km", True, f"lanes {row}", told, s.data["lanes"].spot(row), s.scenario, money)


def _known_km(s: Solved) -> dict[frozenset[int], float]:
    """Kilometres of pairs that the table distances, or the lane the other way, or a tour, gives."""
    n, t = s.n, s.n.trips
    found: dict[frozenset[int], float] = {}
    ways = dict(zip(zip(t.origin.tolist(), t.dest.tolist(), strict=True), t.km.tolist(), strict=True))
    for (origin, dest), km in ways.items():
        if (dest, origin) in ways:
            found[frozenset((origin, dest))] = min(km, ways[dest, origin])
    code = {label: i for i, label in enumerate(n.labels["place"])}
    frame = s.data["distances"]
    for row in range(len(frame)):
        pair = [code.get(frame.text[c][row]) for c in ("origin", "dest")]
        if None not in pair:
            found[frozenset(p for p in pair if p is not None)] = float(frame.number["km"][row])
    stops = {(int(n.legs.tour[k]), int(n.legs.stop[k])): float(n.legs.km[k]) for k in range(len(n.legs))}
    for k in range(len(n.hauls)):
        tour, stop, to = int(n.hauls.tour[k]), int(n.hauls.stop[k]), int(n.hauls.to[k])
        if to == stop + 1 and (tour, to) in stops:
            found.setdefault(frozenset((int(n.hauls.origin[k]), int(n.hauls.dest[k]))), stops[tour, to])
    return found


def _free_way_back(s: Solved) -> Iterator[Finding]:
    """Vehicles that are paid loaded and whose way back costs nothing, although elsewhere in the case it does."""
    n, t = s.n, s.n.trips
    trips = amounts(s, "trips")
    paid = {int(m) for m in t.mode[t.empty_rate > 0]} | {int(m) for m in n.legs.mode[n.legs.empty_rate > 0]}
    free = (t.loaded_rate > 0) & (t.empty_rate == 0) & (t.km > 0)
    for mode in np.unique(t.mode[free]).tolist():
        mine = np.flatnonzero(free & (t.mode == mode))
        km = float((trips[mine] * t.km[mine]).sum())
        name = n.labels["mode"][mode]
        emits = bool((t.empty_co2[mine] > 0).any())
        others = [n.labels["mode"][m] for m in paid if m != mode]
        told = say("'{mode}' is paid {rate} per km loaded and nothing for the way back: {km} km in this plan cost nothing.",
                   mode=name, rate=figure(t.loaded_rate[mine[0]]), km=figure(km))  # fmt: skip
        if emits:
            told = say("'{mode}' is paid {rate} per km loaded and nothing for the way back, though it emits on it: {km} km in this plan cost nothing.",
                       mode=name, rate=figure(t.loaded_rate[mine[0]]), km=figure(km))  # fmt: skip
        elif others:
            told = say("'{mode}' is paid {rate} per km loaded and nothing for the way back, which '{other}' is paid for: {km} km in this plan cost nothing.",
                       mode=name, rate=figure(t.loaded_rate[mine[0]]), other=others[0], km=figure(km))  # fmt: skip
        where = "modes"
        yield Finding("free_way_back", emits or bool(others), name, told, where, s.scenario, km)


def _empty_both_ways(s: Solved) -> Iterator[Finding]:
    """Vehicles of a mode that run loaded both ways between two places and pay an empty way back each time."""
    n, t = s.n, s.n.trips
    trips = amounts(s, "trips")
    back = {(int(t.origin[i]), int(t.dest[i]), int(t.mode[i]), int(t.period[i])): i for i in range(len(t))}
    rides = {int(k) for k in n.lanes.back[n.lanes.back >= 0]}
    for (origin, dest, mode, period), i in back.items():
        j = back.get((dest, origin, mode, period))
        if j is None or j < i or not (t.empty_rate[i] > 0 and t.empty_rate[j] > 0) or i in rides or j in rides:
            continue
        both = float(min(trips[i], trips[j]))
        if both > 1e-6:
            money = both * float(t.km[i] * t.empty_rate[i] + t.km[j] * t.empty_rate[j])
            told = say(
                "Between {origin} and {dest} '{mode}' runs loaded both ways and pays {trips} empty ways back each way: {money} that the same vehicles, loaded both ways, would not pay.",
                origin=place_of(s, origin), dest=place_of(s, dest), mode=n.labels["mode"][mode], trips=figure(both), money=figure(money),
            )  # fmt: skip
            yield Finding(
                "empty_both_ways",
                False,
                f"{place_of(s, origin)} {place_of(s, dest)} {mode}",
                told,
                "lanes",
                s.scenario,
                money,
            )


def _tours(s: Solved) -> Iterator[Finding]:
    """Tours whose rates or fills are not those of their vehicle on lanes, so that the two cannot be compared."""
    n = s.n
    for tour in np.unique(n.legs.tour).tolist():
        said: list[Sentence] = []
        fills: dict[str, float] = {}
        legs = n.legs.tour[n.aboard.leg] == tour
        for k in np.flatnonzero(legs).tolist():
            leg, haul = int(n.aboard.leg[k]), int(n.aboard.haul[k])
            own = _own_rate(s, int(n.legs.mode[leg]), int(n.hauls.material[haul]))
            if own is not None and not near(own, float(n.aboard.full_rate[k])):
                said.append(say("stop {stop}: {rate} per quantity and km, '{mode}' has {own}", stop=int(n.legs.stop[leg]),
                                rate=figure(n.aboard.full_rate[k]), mode=n.labels["mode"][int(n.legs.mode[leg])], own=figure(own)))  # fmt: skip
        for k in np.flatnonzero(n.hauls.tour == tour).tolist():
            fill = _own_fill(s, k)
            if fill is not None and not near(fill, float(n.hauls.fill[k])):
                said.append(
                    say(
                        "{place}: fill {fill}, its lane has {own}",
                        place=place_of(s, n.hauls.origin[k]),
                        fill=figure(n.hauls.fill[k]),
                        own=figure(fill),
                    )
                )
                fills[place_of(s, n.hauls.origin[k])] = fill
        said += _cheaper_loaded(s, tour)
        if said:
            told: Sentence = said[0]
            for more in list(dict.fromkeys(said))[1:]:
                told = say("{first}; {second}", first=told, second=more)
            name = n.labels["tour"][tour]
            rows = s.data["tours"]
            where = rows.spot(next((r for r in range(len(rows)) if rows.text["tour"][r] == name), 0))
            told = say("The tour '{tour}' is not costed as lanes are: {what}.", tour=name, what=told)
            cost = _as_lanes(s, name, fills)
            now = (s.plan.accounts or {}).get("transport", 0.0)
            if cost is not None and not near(cost, now):
                by = say("{by} more", by=figure(cost - now)) if cost > now else say("{by} less", by=figure(now - cost))
                told = sentences(told, say("Costed as lanes are, transport comes to {cost} instead of {now}: {by}.",
                                           cost=figure(cost), now=figure(now), by=by))  # fmt: skip
            yield Finding("tour_basis", True, name, told, where, s.scenario, None if cost is None else cost - now)


def _as_lanes(s: Solved, tour: str, fills: dict[str, float]) -> float | None:
    """The transport of the scenario with this tour at the rates of its vehicle and the fills of the lanes; None: no plan."""
    rows = range(len(s.data["tours"]))
    given, name = s.data["tours"].given, _quoted(tour)
    sets = [f"tours.floor[tour={name}] = yes"]
    if "full_rate" in given and any(given["full_rate"][r] for r in rows):
        sets.append(f"tours.full_rate[tour={name}] = default")
    sets += [f"tours.fill[tour={name},place={_quoted(place)},do=load] = {fill!r}" for place, fill in fills.items()]
    try:
        plan = s.again(sets)
    except BalikError:
        return None
    return (plan.accounts or {}).get("transport") if plan.has_numbers else None


def _quoted(text: str) -> str:
    """A label as a where-clause takes it."""
    return "'" + text.replace("'", "''") + "'"


def _own_rate(s: Solved, mode: int, material: int) -> float | None:
    """The rate of the vehicle itself; None where the table modes has not one for all of it."""
    frame, n = s.data["modes"], s.n
    rows = [
        r for r in range(len(frame))
        if frame.text["mode"][r] == n.labels["mode"][mode] and frame.text["material"][r] in ("", "*", n.labels["material"][material])
    ]  # fmt: skip
    values = {float(frame.number["full_rate"][r]) for r in rows} if "full_rate" in frame.number else set()
    return values.pop() if len(values) == 1 else None


def _own_fill(s: Solved, haul: int) -> float | None:
    """The fill of the lane of the same origin, material and mode, in the base of the case or the scenario; None: no such lane."""
    h, lanes = s.n.hauls, s.n.lanes
    on = (lanes.origin == h.origin[haul]) & (lanes.material == h.material[haul]) & (lanes.mode == h.mode[haul])
    fills = {float(f) for f in lanes.fill[on]}
    if not fills and s.base is not None:
        n, labels = s.base.n, s.n.labels
        key = [
            labels[d][int(c)]
            for d, c in (("place", h.origin[haul]), ("material", h.material[haul]), ("mode", h.mode[haul]))
        ]
        fills = {
            float(n.lanes.fill[i]) for i in range(len(n.lanes))
            if key == [n.labels[d][int(c)] for d, c in (("place", n.lanes.origin[i]), ("material", n.lanes.material[i]), ("mode", n.lanes.mode[i]))]
        }  # fmt: skip
    return fills.pop() if len(fills) == 1 else None


def _cheaper_loaded(s: Solved, tour: int) -> list[Sentence]:
    """Legs on which a loaded vehicle pays less than an empty one would."""
    n, out = s.n, []
    rounds, loads = amounts(s, "rounds"), amounts(s, "haul")
    for leg in np.flatnonzero((n.legs.tour == tour) & ~n.legs.first & ~n.legs.floor).tolist():
        on = n.aboard.leg == leg
        trips = float(rounds[n.legs.round[leg]])
        loaded = float(n.legs.km[leg]) * (
            float((n.aboard.full_rate * loads[n.aboard.haul])[on].sum()) + trips * float(n.legs.loaded_rate[leg])
        )
        empty = float(n.legs.km[leg]) * trips * float(n.legs.empty_rate[leg])
        if loaded < empty * (1 - 1e-9):
            out.append(
                say(
                    "stop {stop}: {loaded} loaded, and {empty} for the same way empty",
                    stop=int(n.legs.stop[leg]),
                    loaded=figure(loaded),
                    empty=figure(empty),
                )
            )
    return out
