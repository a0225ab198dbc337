"""The sizes of sites of two echelons as candidates, what all sizes have in common being read already."""

from __future__ import annotations

import numpy as np

from ...words import say
from ..entries import Unfit
from ..problem import CLOSED, FREE, OPEN
from ..ways import SAME
from .problem import TwoEchelon
from .read import Stages

Array = np.ndarray

#: A lane that is missing costs this many times what the dearest way costs, at most.
_FORBIDDING = 1e5


def problem_of(
    s: Stages, of: Array, place: Array, by_unit: Array, capacity: Array, taken: Array, fixed: Array, state: Array,
    least: Array, most: Array, offset: float,
) -> tuple[TwoEchelon, Array, bool]:  # fmt: skip
    """Candidates by the site that they are a size of (`of`, plants first; `place`: any number of it), what a unit that they
    count of a material costs, their capacity and the least to be `taken` where it is counted (all materials, candidates),
    opening and state, and counts of those open; `offset`: money that is always paid.

    Returns the problem, which of the candidates each of its sites is (-1: a plant and a depot that stand open for what is
    left), and whether no lane is missing. A lane that is missing costs more than any way round, as far as that can be
    told in floating point.
    """
    n1 = int((of < len(s.plants)).sum())
    one_of, two_of = of[:n1], of[n1:] - len(s.plants)
    more = s.weight[:, of] * by_unit
    first = s.plant_cost[:, one_of][:, :, two_of] + more[:, :n1, None]
    second = s.customer_cost[:, two_of] + more[:, n1:, None]
    held, room, weight, floor = _rooms(s, of, capacity, taken, second, n1)
    held[:, n1:][~np.isfinite(second).any(2)] = 0.0
    held[:, :n1][~np.isfinite(first).any(2)] = 0.0
    used = s.demand.T[:, None, :] > 0.0
    one, two = held[:, :n1, None], held[:, None, n1:]
    complete = bool(
        (np.isfinite(second) | ~used | (held[:, n1:, None] == 0.0)).all()
        and (np.isfinite(first) | (one == 0.0) | (two == 0.0)).all()
    )
    who = np.arange(len(of))
    if s.optional.any():
        complete = False  # what must go may have no way
        first, second, who = _with_nowhere(s, first, second, n1)
        held, room, weight, floor, fixed = (
            _spread(a, who, empty)
            for a, empty in ((held, np.inf), (room, np.inf), (weight, 1.0), (floor, 0.0), (fixed, 0.0))
        )
        state, place = _spread(state, who, OPEN), _spread(place, who, int(place.max()) + 1)
        n1, least, most = n1 + 1, least + 1.0, most + np.array([1.0, 1.0, 2.0])
    dearest = sum(float(np.abs(c[np.isfinite(c)]).max(initial=0.0)) for c in (first, second))
    smallest = float(s.demand[s.demand > 0.0].min())
    forbidding = max(1.0, min(10.0 * dearest + float(np.abs(fixed).sum()) / smallest, _FORBIDDING * max(dearest, 1e-6)))
    first, second = (np.where(np.isfinite(c), c, forbidding) for c in (first, second))
    found = TwoEchelon(
        first, second + offset / s.demand.sum(), held[:, :n1].T, held[:, n1:].T, fixed[:n1], fixed[n1:], s.demand,
        plant_state=state[:n1], depot_state=state[n1:], plant_room=room[:n1], depot_room=room[n1:],
        plant_weight=weight[:, :n1].T, depot_weight=weight[:, n1:].T, plant_place=place[:n1], depot_place=place[n1:],
        least_open=least, most_open=most, plant_least=floor[:n1], depot_least=floor[n1:],
    )  # fmt: skip
    return found, who, complete


def _rooms(
    s: Stages, of: Array, capacity: Array, taken: Array, second: Array, n1: int
) -> tuple[Array, Array, Array, Array]:
    """What a candidate holds of each material, and of all together whose unit then takes a weight of that; the least of it.

    What one meter counts is held of a material alone where no other comes to it, or all have room.
    """
    total, weight, held, meter = s.demand.sum(0), s.weight[:, of], s.held[:, of], s.meter[:, of]
    reach = np.repeat(total[:, None], len(of), axis=1)
    reach[:, n1:] = np.where(np.isfinite(second), s.demand.T[:, None, :], 0.0).sum(2)
    most = np.minimum(reach, held)
    come = (weight > 0.0) & (most > 0.0)
    if ((taken > 0.0).any(0) & ~(come & (taken > 0.0)).any(0)).any():
        raise Unfit(say("nothing comes to the sites"))
    room, floor, told = np.full(len(of), np.inf), np.zeros(len(of)), np.full(len(of), -1)
    for site, one in sorted({(c, int(m)) for c in range(len(of)) for m in meter[come[:, c], c]}):
        on = np.flatnonzero(come[:, site] & (meter[:, site] == one))
        limit, least = capacity[on[0], site], taken[on[0], site]
        slack = (weight * most)[on, site].sum() <= limit * (1 + SAME)
        if len(on) == 1 and not slack:
            held[on, site] = np.minimum(held[on, site], limit / weight[on, site])
            slack = True
        if slack and least <= 0.0:
            continue
        if told[site] >= 0:
            raise Unfit(say("periods differ, and share their sites"))
        told[site], room[site], floor[site] = one, np.inf if slack else limit, least
    weight = np.where((told < 0) | (meter == told), weight, 0.0)
    return held, room, weight, floor


def _with_nowhere(s: Stages, first: Array, second: Array, n1: int) -> tuple[Array, Array, Array]:
    """Lanes with a plant and a depot more, at which amounts that may be left are left; the candidates that sites are."""
    materials, plants, depots = first.shape
    left = np.where(s.optional.T | (s.demand.T == 0.0), 0.0, np.inf)[:, None]
    on = np.full((materials, plants + 1, depots + 1), np.inf)
    on[:, :plants, :depots], on[:, plants, depots] = first, 0.0
    who = np.concatenate([np.arange(n1), [-1], n1 + np.arange(depots), [-1]])
    return on, np.concatenate([second, left], axis=1), who


def _spread(value: Array, who: Array, empty: float) -> Array:
    """By site instead of by candidate (the last axis)."""
    return np.where(who >= 0, value[..., np.maximum(who, 0)], empty).astype(value.dtype)


def counts(rows: Array, upper: Array, state: Array, plants: int) -> tuple[Array, Array]:
    """Rows Σ rows·open ≤ upper as the least of plants and depots, and the most of plants, depots and both; raises Unfit."""
    least, most = np.zeros(2), np.full(3, np.inf)
    free, stands = state == FREE, state == OPEN
    echelon = np.arange(len(state)) >= plants
    groups = (~echelon, echelon, np.ones(len(state), bool))
    for row, limit in zip(rows, upper, strict=True):
        on = (row != 0.0) & (state != CLOSED)
        settled, loose = float(row[stands].sum()), on & free
        if not loose.any():
            if settled > limit + SAME * max(1.0, abs(limit)):
                raise Unfit(say("a limit counts only some of the sites"))
            continue
        which = [k for k, group in enumerate(groups) if ((group & free) == loose).all()]
        coef = row[loose]
        if not which or (coef != coef[0]).any() or (coef[0] < 0 and which[0] == 2):
            raise Unfit(say("a limit counts only some of the sites"))
        k, open_ = which[0], float((stands & groups[which[0]]).sum())
        many = (limit - settled) / coef[0]
        if coef[0] > 0:
            most[k] = min(most[k], max(np.floor(many + 1e-9), -1.0) + open_)
        else:
            least[k] = max(least[k], np.ceil(many - 1e-9) + open_)
    if (most < 0).any():
        raise Unfit(say("a limit counts only some of the sites"))
    return least, most
