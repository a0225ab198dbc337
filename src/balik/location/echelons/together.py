"""Cheapest flows through open sites where materials share the room of a site: a linear program."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...algebra import Arrays
from ...engines import Options, run_highs
from ..problem import Array
from .arrays import Data

_ONE = np.ones(1)


def cheapest(
    data: Data, is_open: Array, stop: Callable[[], bool] | None = None
) -> tuple[float, tuple[Array, Array] | None]:
    """What they cost, fixed costs included, and flows (L, I, J) and (L, J, K) on the customers' side.

    None and inf: there are none; None and NaN: it is not known, as when `stop` said so.
    """
    materials, plants = data.first.shape[:2]
    customers = data.demand.shape[1]
    on, through = np.flatnonzero(is_open[:plants]), np.flatnonzero(is_open[plants:])
    i, j = len(on), len(through)
    if not data.demand.any():
        return float(data.fixed[is_open].sum()), (np.zeros(data.first.shape), np.zeros(data.second.shape))
    if not i or not j:
        return np.inf, None
    u = np.arange(materials * i * j).reshape(materials, i, j)
    x = u.size + np.arange(materials * j * customers).reshape(materials, j, customers)
    # rows: demand, balance of depots, plants and depots by material, plants and depots together
    ends = np.cumsum([0, materials * customers, materials * j, materials * i, materials * j, i, j])
    demand, balance, plant, depot = (
        begin + np.arange(materials * n).reshape(materials, n)
        for begin, n in zip(ends, (customers, j, i, j), strict=False)
    )
    room, shape_u, shape_x = data.room, u.shape, x.shape
    at_plant, at_depot = ends[4] + np.arange(i), ends[5] + np.arange(j)
    one, two = data.weight[:, on][:, :, None], data.weight[:, plants + through][:, :, None]
    entries: list[tuple[Array, Array, Array]] = [
        (u, balance[:, None, :], -_ONE), (u, plant[:, :, None], _ONE), (u, at_plant[None, :, None], one),
        (x, demand[:, None, :], _ONE), (x, balance[:, :, None], _ONE), (x, depot[:, :, None], _ONE),
        (x, at_depot[None, :, None], two),
    ]  # fmt: skip
    full = [np.broadcast_arrays(*entry) for entry in entries]
    col, row, value = (np.concatenate([entry[k].ravel() for entry in full]) for k in range(3))
    order = np.lexsort((row, col))
    need = data.demand.ravel()
    lower = np.concatenate([need, np.zeros(materials * j), np.full(int(ends[6] - ends[2]), -np.inf)])
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
    result = run_highs(a, Options(threads=1, prices=False, stop=stop))
    if result.x is None or result.objective is None or result.status != "optimal":
        return np.inf if result.status == "infeasible" else np.nan, None
    first, second = np.zeros(data.first.shape), np.zeros(data.second.shape)
    first[:, on[:, None], through] = np.maximum(result.x[: u.size], 0.0).reshape(shape_u)
    second[:, through] = np.maximum(result.x[u.size :], 0.0).reshape(shape_x)
    return float(result.objective + data.fixed[is_open].sum()), (first, second)
