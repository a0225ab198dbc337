"""What is left of a problem as a mixed-integer program, and HiGHS within a number of nodes."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from ...algebra import Arrays
from ...engines.highs import pass_arrays
from ..problem import CLOSED, FREE, OPEN
from ..watch import Watch
from .core import Core

Array = np.ndarray
INF = float("inf")


@dataclass(frozen=True)
class Found:
    """Of a program: whether it was searched through, a bound of its plans below the cutoff, and the best such plan.

    `opened` (n, bool) and `site` (m) are None where none was found; the bound is inf where there is none at all.
    """

    done: bool
    bound: float
    opened: Array | None = None
    site: Array | None = None
    nodes: int = 0


def arrays_of(core: Core, state: Array, keep: Array) -> tuple[Arrays, Array, Array, Array]:
    """The program over these states and pairs (n, m); also the sites of its first columns, and the pairs of the rest."""
    sites = np.flatnonzero(state != CLOSED)
    place_of = np.full(len(state), -1)
    place_of[sites] = np.arange(len(sites))
    at, i = np.nonzero(keep[sites])
    n, m, pairs = len(sites), len(core.demand), len(at)
    column = np.arange(pairs) + n
    free = state[sites] == FREE
    link = np.flatnonzero(free[at])
    least = np.flatnonzero(core.least[sites] > 0.0)
    side = len(core.upper)
    places, group = np.unique(core.place[sites], return_inverse=True)
    shared = np.flatnonzero(np.bincount(group) > 1)
    number = np.full(len(places), -1)
    number[shared] = np.arange(len(shared))
    in_group = np.flatnonzero(number[group] >= 0)

    served = float(core.demand.sum())
    total = served or 1.0  # amounts are shares of it, whatever their unit
    r_capacity, r_cover = m, m + n
    r_link = r_cover + 1
    r_least = r_link + len(link)
    r_side = r_least + len(least)
    r_place = r_side + side
    rows = r_place + len(shared)
    row_of_least = np.full(n, -1)
    row_of_least[least] = r_least + np.arange(len(least))
    in_least = np.flatnonzero(row_of_least[at] >= 0)
    ka, kj = np.nonzero(core.rows[:, sites])

    row = [i, r_capacity + at, r_capacity + np.arange(n), np.full(n, r_cover), r_link + np.arange(len(link)),
           r_link + np.arange(len(link)), row_of_least[at[in_least]], row_of_least[least], r_side + ka,
           r_place + number[group[in_group]]]  # fmt: skip
    col = [column, column, np.arange(n), np.arange(n), column[link], at[link], column[in_least], least, kj, in_group]
    demand, capacity, lowest = core.demand / total, core.capacity / total, core.least / total
    val = [np.ones(pairs), demand[i], -capacity[sites], capacity[sites], np.ones(len(link)),
           -np.ones(len(link)), demand[i[in_least]], -lowest[sites[least]], core.rows[ka, sites[kj]],
           np.ones(len(in_group))]  # fmt: skip
    r, c, v = np.concatenate(row), np.concatenate(col), np.concatenate(val).astype(float)
    order = np.lexsort((r, c))
    start = np.concatenate([[0], np.cumsum(np.bincount(c, minlength=n + pairs))]).astype(np.int32)

    lower, upper = np.full(rows, -INF), np.zeros(rows)
    lower[:m] = upper[:m] = 1.0
    lower[r_cover], upper[r_cover] = served / total * (1.0 - 1e-9), INF
    lower[r_least : r_least + len(least)], upper[r_least : r_least + len(least)] = 0.0, INF
    upper[r_side : r_side + side] = core.upper
    upper[r_place:] = 1.0
    cost = np.concatenate([core.fixed[sites], core.cost[sites[at], i]])
    low = np.zeros(n + pairs)
    low[:n] = state[sites] == OPEN
    whole = np.ones(n + pairs, bool)
    arrays = Arrays(cost, 0.0, low, np.ones(n + pairs), whole, lower, upper, start, r[order].astype(np.int32), v[order])
    return arrays, sites, sites[at], i


def search_program(
    core: Core, state: Array, keep: Array, watch: Watch, cutoff: float, nodes: int, gap: float = 0.0
) -> Found:
    """Search a program for plans below the cutoff with at most so many nodes (0: without limit)."""
    if not keep.any(axis=0).all():
        return Found(True, INF)
    if (state == CLOSED).all():
        return Found(True, INF) if (core.upper < 0.0).any() else Found(True, 0.0, state == OPEN, np.zeros(0, np.int64))
    a, sites, at, i = arrays_of(core, state, keep)
    h = highspy.Highs()
    options: dict[str, bool | int | float] = {
        "output_flag": False, "random_seed": watch.seed, "mip_rel_gap": gap, "mip_abs_gap": 1e-9,
        "mip_feasibility_tolerance": 1e-9, "primal_feasibility_tolerance": 1e-9,
    }  # fmt: skip
    for name, value in options.items():
        h.setOptionValue(name, value)
    if nodes:
        h.setOptionValue("mip_max_nodes", nodes)
    if watch.left < INF:
        h.setOptionValue("time_limit", max(0.01, watch.left))
    if cutoff < INF:
        h.setOptionValue("objective_bound", cutoff)
    pass_arrays(h, a)

    def check(event: object) -> None:
        if watch.over():
            event.interrupt()  # type: ignore[attr-defined]

    h.cbMipInterrupt += check
    h.run()
    status, kinds, info = h.getModelStatus(), highspy.HighsModelStatus, h.getInfo()
    count = max(0, int(info.mip_node_count))
    if status in (kinds.kInfeasible, kinds.kObjectiveBound):
        return Found(True, INF, nodes=count)
    bound = float(info.mip_dual_bound)
    bound = bound if np.isfinite(bound) and abs(bound) < 1e30 else -INF
    done = status == kinds.kOptimal
    if info.primal_solution_status != 2:
        return Found(done, INF if done else bound, nodes=count)
    x = np.array(h.getSolution().col_value)
    if done and float(a.cost @ np.round(x)) >= cutoff:  # found on the way: all below the cutoff was searched
        return Found(True, INF, nodes=count)
    opened = np.zeros(len(state), bool)
    opened[sites] = x[: len(sites)] > 0.5
    site = np.full(len(core.demand), -1)
    chosen = x[len(sites) :] > 0.5
    site[i[chosen]] = at[chosen]
    return Found(done, bound, opened, site, count)
