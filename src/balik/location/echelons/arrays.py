"""The problem as the kernels want it: units of the customers' side, capacities clipped, neighbours in order of cost."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..problem import CLOSED, FREE, Array
from .problem import TwoEchelon

#: A reduced cost below this share of the numbers that it is made of is rounding.
RELATIVE = 1e-12
#: A least above what a site can take in by more than this share of that is never met.
_STARVED = 1e-9


class Data(NamedTuple):
    """Materials l, plants i, depots j, customers k. Sites are numbered plants first."""

    fixed: Array  # (I + J) money
    supply: Array  # (L, I) most of a plant
    through: Array  # (L, J) most of a depot
    demand: Array  # (L, K)
    first: Array  # (L, I, J) money per unit, plant to depot
    second: Array  # (L, J, K) money per unit, depot to customer
    first_order: Array  # (L, I, J) depots of a plant, cheapest first
    first_sorted: Array  # (L, I, J) their costs
    second_order: Array  # (L, J, K) customers of a depot, cheapest first
    second_sorted: Array  # (L, J, K) their costs
    place: Array  # (I + J) first site of the place, of which at most one is open
    limits: Array  # (3, 2) least and most open: plants, depots, both
    room: Array  # (I + J) units of all materials together; none where no site's is shared
    weight: Array  # (L, I + J) what a unit takes of that
    holds: Array  # (L or L + 1, I + J) of what a cover counts, most of a site: each material, and of all together
    needs: Array  # (2, L or L + 1) and what all sites of an echelon must hold
    penalty: float  # money per unit that no way can cost
    tiny: float  # money per unit that rounding may hide


def prepare(p: TwoEchelon) -> Data:
    """Arrays of the kernels.

    A plant's units are counted as what they come to at the customers: u' = ρ u makes the balance of a depot pure and
    the flows of a material a transport problem. No site can use more than all demand of a material.
    """
    total = p.demand.sum(0)
    supply = np.minimum(p.plant_capacity * p.output, total)
    through = np.minimum(p.depot_capacity, total)
    first = p.plant_cost / p.output[:, None, None]
    second = p.customer_cost
    by_plant, by_depot = np.argsort(first, 2, kind="stable"), np.argsort(second, 2, kind="stable")
    room, weight, _ = counted(p) if p.shared else (np.zeros(0), np.zeros((p.materials, 0)), None)
    with np.errstate(divide="ignore", invalid="ignore"):  # what is shared bounds each material
        most = np.where(weight > 0.0, room / weight, np.inf) if p.shared else np.full((p.materials, 1), np.inf)
    held = np.minimum(np.concatenate([supply, through]).T, most)
    holds, needs = _covers(p, held, total, room, weight)
    longest = 2.0 * (p.plants + 2 * p.depots + p.customers)  # no way round the network has more arcs
    nearest = [np.abs(first).min(1).ravel(), np.abs(second).min(1).ravel()]  # forbidding prices are not usual
    usual = float(np.median(np.concatenate(nearest)))
    dearest = max(float(np.abs(first).max()), float(np.abs(second).max()), 1e-6)
    return Data(
        p.fixed,
        np.ascontiguousarray(held[:, : p.plants]),
        np.ascontiguousarray(held[:, p.plants :]),
        np.ascontiguousarray(p.demand.T),
        np.ascontiguousarray(first),
        np.ascontiguousarray(second),
        by_plant.astype(np.int32),
        np.ascontiguousarray(np.take_along_axis(first, by_plant, 2)),
        by_depot.astype(np.int32),
        np.ascontiguousarray(np.take_along_axis(second, by_depot, 2)),
        p.place,
        np.stack(
            [np.ceil(np.append(p.least_open, 0.0) - 1e-9), np.floor(np.minimum(p.most_open, 2.0**40) + 1e-9)], 1
        ).astype(int),
        room,
        weight,
        holds,
        needs,
        longest * dearest,
        RELATIVE * usual,  # of a usual lane: a forbidding price must not hide what other lanes cost
    )


def counted(p: TwoEchelon) -> tuple[Array, Array, Array]:
    """Room of each site, what a unit at the customers takes of it (L, I + J), and the least that is to be taken.

    All by what an average unit takes. Rooms beyond what can come are as large as that.
    """
    total = p.demand.sum(0)
    weight = np.concatenate([p.plant_weight / p.output, p.depot_weight]).T
    mean = total @ weight / max(1e-300, float(total.sum()))
    mean[mean <= 0.0] = 1.0
    weight = weight / mean
    room, least = (
        np.concatenate(ends) / mean for ends in ((p.plant_room, p.depot_room), (p.plant_least, p.depot_least))
    )
    return np.minimum(room, total @ weight), np.ascontiguousarray(weight), least


def without_starved(p: TwoEchelon, data: Data) -> TwoEchelon:
    """The problem with sites closed that can never take in their least."""
    room, weight, least = counted(p)
    most = np.minimum(room, (weight * np.concatenate([data.supply, data.through], axis=1)).sum(0))
    state = np.where((p.state == FREE) & (least > most * (1.0 + _STARVED)), CLOSED, p.state)
    return replace(p, plant_state=state[: p.plants], depot_state=state[p.plants :])


def _covers(p: TwoEchelon, held: Array, total: Array, room: Array, weight: Array) -> tuple[Array, Array]:
    """What open sites of an echelon must hold together: of each material, and, where room is shared, of all.

    Where a unit weighs more at one site than at another, it is counted as where it weighs least.
    """
    needs = np.tile(total, (2, 1))
    if not len(room):
        return np.ascontiguousarray(held), needs
    mean = (np.concatenate([p.plant_weight / p.output, p.depot_weight]) @ total) / max(1e-300, float(total.sum()))
    scale = np.where(mean > 0.0, mean, 1.0)
    row, need = np.zeros(len(room)), np.zeros((2, 1))
    for echelon, on in enumerate((slice(0, p.plants), slice(p.plants, None))):
        least = (weight[:, on] * scale[on]).min(1)
        need[echelon] = total @ least
        row[on] = np.minimum(room[on] * scale[on], need[echelon])
        if not np.isfinite(np.concatenate([p.plant_room, p.depot_room])[on]).any():
            row[on] = need[echelon]
    return np.concatenate([held, row[None]]), np.concatenate([needs, need], axis=1)


def split(data: Data, used: Array | None = None) -> Data:
    """The problem without shared room: each site's is split among materials, as demand is.

    `used` (L, I + J): units that are kept for a material beforehand. What the split problem allows, the other does.
    """
    if not len(data.room):
        return data
    held = np.concatenate([data.supply, data.through], axis=1)
    kept = np.minimum(held, np.zeros(held.shape) if used is None else used)
    taken = (data.weight * kept).sum(0)
    kept = kept * np.where(taken > data.room, data.room / np.maximum(taken, 1e-300), 1.0)
    left = np.maximum(0.0, data.room - (data.weight * kept).sum(0))
    mix = data.demand.sum(1)[:, None]
    for _ in range(len(held)):  # until what one cannot take has gone to the others
        open_ = np.where(held > kept, mix, 0.0)
        per = (data.weight * open_).sum(0)
        grown = np.where(per > 0.0, kept + left / np.maximum(per, 1e-300) * open_, held)
        kept = np.where(open_ > 0.0, np.minimum(held, grown), kept)
        left = np.maximum(0.0, data.room - (data.weight * kept).sum(0))
    plants = data.supply.shape[1]
    return data._replace(
        supply=np.ascontiguousarray(kept[:, :plants]), through=np.ascontiguousarray(kept[:, plants:]),
        room=np.zeros(0), weight=np.zeros((len(held), 0)), holds=np.ascontiguousarray(kept), needs=np.tile(mix.ravel(), (2, 1)),
    )  # fmt: skip
