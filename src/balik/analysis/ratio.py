"""The least change of a ratio: what stands below its line follows from the plan, so it is sought by halving."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..algebra import Arrays
from ..engines import Options, run_highs
from ..engines.elastic import Unanswered, feasible
from ..model import formulate
from ..model.bounded import Bound
from ..network.network import Limit, Network

_HALVINGS = 40
_NEAR = 1e-9  # relative to the bound


def least_ratio(
    n: Network, limit: Limit, column: str, bounds: list[Bound], freed: Arrays, options: Options
) -> float | None:
    """By how much this bound (least or most) of a ratio must give way; None: without it, too, no plan exists.

    `freed`: the program without the bound. Raises Unanswered when a search was stopped before it was known.
    """
    result = run_highs(freed, replace(options, prices=False, progress=None))
    if result.x is None:
        if result.status in ("stopped", "feasible"):
            raise Unanswered
        return None
    values = [value for b in bounds if (value := b.value(result.x)) is not None]
    refused = float(getattr(limit, column))
    good = min([*values, refused]) if column == "least" else max([*values, refused])

    def moved(value: float) -> Limit:
        return replace(limit, least=value) if column == "least" else replace(limit, most=value)

    def holds(value: float) -> bool:
        changed = [moved(value) if other is limit else other for other in n.limits]
        return feasible(formulate(replace(n, limits=changed)).program.arrays(), options)

    for _ in range(_HALVINGS):
        if abs(refused - good) <= _NEAR * max(1.0, abs(refused)):
            break
        middle = (good + refused) / 2
        if holds(middle):
            good = middle
        else:
            refused = middle
    return float(np.abs(good - float(getattr(limit, column))))
