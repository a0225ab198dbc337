"""How many sites an echelon must open at least, by a small program of the sites alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...algebra import Arrays
from ...engines import Options, run_highs
from ..problem import CLOSED, OPEN
from .arrays import Data
from .problem import TwoEchelon


def fewest(data: Data, echelon: int, p: TwoEchelon, stop: Callable[[], bool] | None) -> int:
    """Fewest sites of an echelon that cover the demand of every material; one more than there are if none do."""
    on = slice(0, p.plants) if echelon == 0 else slice(p.plants, None)
    room, need, state = data.holds[:, on], data.needs[echelon], p.state[on]
    _, of = np.unique(data.place[on], return_inverse=True)
    n, rows, places = room.shape[1], len(need), int(of.max()) + 1
    lower, upper = (state == OPEN).astype(float), (state != CLOSED).astype(float)
    least, most = float(data.limits[echelon, 0]), float(data.limits[echelon, 1])
    every = np.concatenate([room, np.equal.outer(np.arange(places), of.ravel()), np.ones((1, n))])
    a = Arrays(
        np.ones(n), 0.0, lower, upper, np.ones(n, bool), np.concatenate([need * (1 - 1e-9), np.zeros(places), [least]]),
        np.concatenate([np.full(rows, np.inf), np.ones(places), [most]]), np.arange(n + 1, dtype=np.int32) * len(every),
        np.tile(np.arange(len(every), dtype=np.int32), n), np.ascontiguousarray(every.T).ravel(),
    )  # fmt: skip
    result = run_highs(a, Options(gap=1e-6, time_limit=5.0, threads=1, prices=False, stop=stop))
    if result.status == "infeasible":
        return n + 1
    return int(least) if result.bound is None else int(np.ceil(result.bound - 1e-6))
