"""Today's flows that cannot be: the rows of `baseline` that must change, and to what, so that a plan exists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..api import Prepared
from ..engines import Options
from ..engines.elastic import Unanswered, least_change
from ..errors import BalikError
from ..network.baseline import lanes_of_rows
from ..plan.plan import Plan
from ..words import say
from .repair import NOT_ALONE, STOPPED, joined, number, plain, repair, where_keys

NAME = "baseline.amount"
#: Decimals of the amounts that are tried: readable ones first, then as many as a plan has.
_DECIMALS = (6, 9)
_MOST_SPOTS = 6


def mend_baseline(
    prepared: Prepared,
    free: Callable[[Sequence[str]], Prepared],
    solved: Callable[[Sequence[str]], Plan | None],
    options: Options,
) -> list[dict[str, Any]]:
    """The least total by which today's amounts must change, row by row; lanes without a row stay empty.

    `free(changes)`: the case with these changes and without fixed flows; `solved(changes)`: with fixed flows.
    """
    rows, lane = lanes_of_rows(prepared.data, prepared.network)
    wanted = prepared.network.lanes.most[lane]
    try:
        nearest = _nearest(_without_bounds(prepared, free), lane, wanted, options)
    except Unanswered:
        return [repair(NAME, NAME, None, STOPPED)]
    except BalikError:
        nearest = None
    if nearest is None:
        return [repair(NAME, NAME, None, NOT_ALONE)]
    frame, change = prepared.data["baseline"], NAME
    ratio = np.array([frame.ratio("amount", int(m)) for m in prepared.network.lanes.material[lane]])
    was = wanted / ratio  # as the cells say it, in the unit of their header
    for decimals in _DECIMALS:
        values = np.maximum(np.round(nearest / ratio, decimals), 0.0) + 0.0
        moved = np.flatnonzero(np.abs(values - was) > 0.5 * 10.0**-decimals)
        changes = [f"{NAME}{where_keys(frame, int(rows[i]))} = {plain(float(values[i]))}" for i in moved]
        change = "; ".join(changes)
        plan = solved(changes) if changes else None
        if plan is not None and plan.has_numbers:
            spots = [
                say(
                    "{spot}: {old} → {new}",
                    spot=frame.spot(int(rows[i])),
                    old=number(float(was[i])),
                    new=number(float(values[i])),
                )
                for i in moved
            ]
            return [repair(NAME, change, plan, spots=joined(spots, _MOST_SPOTS))]
    return [repair(NAME, change, None)]


def _without_bounds(prepared: Prepared, free: Callable[[Sequence[str]], Prepared]) -> Prepared:
    """The case without fixed flows; bounds of lanes that today's flows break do not hold either."""
    broken = any(problem.code == "W392" for problem in prepared.problems)
    return free(["lanes.least = default", "lanes.most = default"] if broken else [])


def _nearest(prepared: Prepared, lane: np.ndarray, wanted: np.ndarray, options: Options) -> np.ndarray | None:
    """Amounts nearest to those of today with which a plan exists; every other lane is empty."""
    arrays, flow = prepared.model.program.arrays(), prepared.model.variables.flow.cols
    arrays.lower[flow] = arrays.upper[flow] = 0.0
    return least_change(arrays, flow[lane], wanted, options)
