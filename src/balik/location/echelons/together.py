"""Cheapest flows through open sites where materials share the room of a site, or it has a least: a linear program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...algebra import Arrays
from ...engines import Options, run_highs
from ...engines.highs import relaxation_duals
from ..problem import Array
from .arrays import Data, counted
from .problem import TwoEchelon

_ONE = np.ones(1)


def cheapest(
    p: TwoEchelon, data: Data, is_open: Array, stop: Callable[[], bool] | None = None
) -> tuple[float, tuple[Array, Array] | None]:
    """What they cost, fixed costs included, and flows (L, I, J) and (L, J, K) on the customers' side.

    None and inf: there are none; None and NaN: it is not known, as when `stop` said so.
    """
    plants = data.first.shape[1]
    on, through = np.flatnonzero(is_open[:plants]), np.flatnonzero(is_open[plants:])
    if not data.demand.any() and not counted(p)[2][is_open].any():
        return float(data.fixed[is_open].sum()), (np.zeros(data.first.shape), np.zeros(data.second.shape))
    if not len(on) or not len(through):
        return np.inf, None
    a, u, x = _program(p, data, on, through)
    result = run_highs(a, Options(threads=1, prices=False, stop=stop))
    if result.x is None or result.objective is None or result.status != "optimal":
        return np.inf if result.status == "infeasible" else np.nan, None
    first, second = np.zeros(data.first.shape), np.zeros(data.second.shape)
    first[:, on[:, None], through] = np.maximum(result.x[u], 0.0)
    second[:, through] = np.maximum(result.x[x], 0.0)
    return float(result.objective + data.fixed[is_open].sum()), (first, second)


def duals(p: TwoEchelon, data: Data, is_open: Array, penalty: float) -> Array:
    """Prices of demand, of balances and of room (below zero: of a least) of the cheapest flows; what is missed, of
    demand or of a least, costs the penalty by unit.
    """
    materials, plants, depots = data.first.shape
    on, through = np.flatnonzero(is_open[:plants]), np.flatnonzero(is_open[plants:])
    a, _, _ = _program(p, data, on, through)
    sites, need = len(on) + len(through), data.demand.size
    rows = np.concatenate([np.arange(need), np.arange(len(a.row_lower) - sites, len(a.row_lower))])
    more = len(rows)
    a = replace(
        a, cost=np.append(a.cost, np.full(more, penalty)), lower=np.append(a.lower, np.zeros(more)),
        upper=np.append(a.upper, np.full(more, np.inf)), integer=np.append(a.integer, np.zeros(more, bool)),
        start=np.append(a.start, a.start[-1] + np.arange(1, more + 1)).astype(np.int32),
        row=np.append(a.row, rows).astype(np.int32), value=np.append(a.value, np.ones(more)),
    )  # fmt: skip
    found = relaxation_duals(a, Options(threads=1))
    row = np.zeros(len(a.row_lower)) if found is None else found
    balance, room = np.zeros((materials, depots)), np.zeros(len(is_open))
    balance[:, through] = -row[need : need + materials * len(through)].reshape(materials, len(through))
    room[np.concatenate([on, plants + through])] = -row[len(row) - sites :]
    return np.concatenate([row[:need], balance.ravel(), room])


def _program(p: TwoEchelon, data: Data, on: Array, through: Array) -> tuple[Arrays, Array, Array]:
    """The linear program of the flows through open plants and depots; its columns by material, plant and depot, and by
    material, depot and customer. Rows: demand, balances, sites by material, sites of all materials together.
    """
    materials, plants = data.first.shape[:2]
    customers, i, j = data.demand.shape[1], len(on), len(through)
    room, weight, least = counted(p)
    u = np.arange(materials * i * j).reshape(materials, i, j)
    x = u.size + np.arange(materials * j * customers).reshape(materials, j, customers)
    # rows: demand, balance of depots, plants and depots by material, plants and depots together
    ends = np.cumsum([0, materials * customers, materials * j, materials * i, materials * j, i, j])
    demand, balance, plant, depot = (
        begin + np.arange(materials * n).reshape(materials, n)
        for begin, n in zip(ends, (customers, j, i, j), strict=False)
    )
    at_plant, at_depot = ends[4] + np.arange(i), ends[5] + np.arange(j)
    one, two = weight[:, on][:, :, None], weight[:, plants + through][:, :, None]
    entries: list[tuple[Array, Array, Array]] = [
        (u, balance[:, None, :], -_ONE), (u, plant[:, :, None], _ONE), (u, at_plant[None, :, None], one),
        (x, demand[:, None, :], _ONE), (x, balance[:, :, None], _ONE), (x, depot[:, :, None], _ONE),
        (x, at_depot[None, :, None], two),
    ]  # fmt: skip
    full = [np.broadcast_arrays(*entry) for entry in entries]
    col, row, value = (np.concatenate([entry[k].ravel() for entry in full]) for k in range(3))
    order = np.lexsort((row, col))
    need = data.demand.ravel()
    at_least = np.where(least > 0.0, least, -np.inf)
    lower = np.concatenate([
        need, np.zeros(materials * j), np.full(int(ends[4] - ends[2]), -np.inf), at_least[:plants][on],
        at_least[plants:][through],
    ])  # fmt: skip
    upper = np.concatenate([
        need, np.zeros(materials * j), data.supply[:, on].ravel(), data.through[:, through].ravel(), room[:plants][on],
        room[plants:][through],
    ])  # fmt: skip
    cost = np.concatenate([data.first[:, on][:, :, through].ravel(), data.second[:, through].ravel()])
    n = len(cost)
    a = Arrays(
        cost, 0.0, np.zeros(n), np.full(n, np.inf), np.zeros(n, bool), lower, upper,
        np.concatenate([[0], np.cumsum(np.bincount(col, minlength=n))]).astype(np.int32), row[order].astype(np.int32),
        value[order].astype(float),
    )  # fmt: skip
    return a, u, x
