"""Backhaul: what rides on the empty way back of trips the other way, and that these have room for it.

It is part of the flow of a lane that says `backhaul`, needs no trip of its own, and fits payload × fill and room of the
trips from its dest to its origin, by the same mode in the same period.
"""

from __future__ import annotations

import numpy as np

from ...words import say
from .exact import exact, total
from .lanes import KEYS, Lanes, Moves
from .sheets import Sheet
from .vehicles import Modes, Trips
from .verdict import Array, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World, ravel


@kept_verdict
def read_backhaul(lanes: Lanes, moves: Moves, sheet: Sheet, court: Court) -> Array:
    """What rides of each move; what no flow is part of, or may not ride, is a fault."""
    world, rides = lanes.world, exact(np.zeros(len(moves)))
    if not len(sheet):
        return rides
    sizes = [world.n(c) for c in KEYS]
    known = {key: i for i, key in enumerate(ravel([moves.codes[c] for c in KEYS], sizes).tolist())}
    may = lanes.table.flag("backhaul", moves.row)
    ridden: list[tuple[int, int]] = []
    for i, key in enumerate(ravel([sheet.codes[c] for c in KEYS], sizes).tolist()):
        at, text = known.get(key, -1), world.key(sheet.codes, i)
        court.laws += 1
        if at < 0 or not may[at] or moves.codes["mode"][at] == NONE:
            why = (
                say("nothing moves there") if at < 0 else say("the lane does not say backhaul, or has no vehicle")
            )
            court.laws -= 1
            told = say("{keys} rides on a way back, but {why} ({row}).",
                       keys=place_word(text), why=why, row=place_word(sheet.place(i)))  # fmt: skip
            court.fault("backhaul", text, told)
        else:
            ridden.append((at, i))
    at_, of = np.array(ridden, np.int64).reshape(-1, 2).T
    return np.bincount(at_, sheet.number["amount"][of], len(moves))


@kept_verdict
def judge_backhaul(lanes: Lanes, modes: Modes, moves: Moves, rides: Array, trips: Trips, court: Court) -> None:
    """What rides is part of what moves, and fits the trips that come back this way."""
    world, at = lanes.world, np.flatnonzero(rides)
    if not len(at):
        return
    c, ride = {k: a[at] for k, a in moves.codes.items()}, rides[at]
    moved = moves.amount[at]
    court.most(
        "backhaul", ride, moved, 0.0, lambda i: f"backhaul: {world.key(c, i)}",
        lambda i: f"{world.key(c, i)}: {show(float(ride[i]))} ride on a way back, {show(float(moved[i]))} move.",
    )  # fmt: skip
    row = modes.find(c["mode"], c["material"], c["period"])
    fill = lanes.table.number("fill", moves.row[at], 1.0)
    payload = ride / (modes.number("payload", row, c["material"]) * fill)
    room = ride * world.volume[c["material"]] / modes.number("room", row)
    way = {"origin": c["dest"], "dest": c["origin"], "mode": c["mode"], "period": c["period"]}
    for what, share in (("payload and fill", payload), ("room", room)):
        _judge_ways(world, way, share, trips, what, court)


def _judge_ways(world: World, way: dict[str, Array], share: Array, trips: Trips, what: str, court: Court) -> None:
    """Σ share ≤ trips, for each way that is driven back."""
    sizes = [world.n(c) for c in way]
    key, first, of = np.unique(ravel(list(way.values()), sizes), return_index=True, return_inverse=True)
    need = np.bincount(of.reshape(-1), share, len(key))
    driven = ravel([trips.codes[c] for c in way], sizes)
    has = exact(np.array([total(trips.trips[driven == k]) for k in key], object))
    codes = {c: a[first] for c, a in way.items()}
    court.most(
        "backhaul", need, has, 0.0, lambda i: f"backhaul: {world.key(codes, i)}",
        lambda i: (
            f"{world.key(codes, i)}: {show(float(has[i]))} trips come back, what rides on them needs "
            f"{show(float(need[i]))} by {what}."
        ),
    )  # fmt: skip
