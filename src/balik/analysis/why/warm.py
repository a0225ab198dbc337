"""An engine that is asked many questions about much the same program, and remembers the plans that it gave."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

import numpy as np

from ...algebra import Arrays
from ...engines import Options, Result, run_highs, sound
from ...location.pick import Engine

Array = np.ndarray
#: Plans that are remembered; by how much, relative to its size, one may miss a bound and still be one of another program.
_KEPT, _MISSES = 8, 1e-9
#: Columns up to which HiGHS finds plans by its tree alone soon enough (measured: half the time of a question).
_SMALL = 2_000


class Warm:
    """The engine, and after its first answer by HiGHS, HiGHS from the cheapest plan that is known to hold.

    With such a plan, and in small programs, no effort goes into searches for plans beside the tree.
    """

    def __init__(self, engine: Engine):
        self.engine, self.is_highs = engine, False
        self.plans: deque[Array] = deque(maxlen=_KEPT)

    def __call__(self, a: Arrays, options: Options, basis: Any = None) -> Result:
        """The best solution of a program."""
        suits = self.is_highs and a.integer.any() and not a.cones
        start = self.start(a) if suits else None
        if suits and (start is not None or len(a.cost) <= _SMALL):
            result = sound(partial(run_highs, start=start, seek=False))(a, options, basis)
        else:
            result = self.engine(a, options, basis)
        self.is_highs |= result.engine == "highs"
        if result.x is not None:
            self.plans.append(result.x)
        return result

    def start(self, a: Arrays) -> Array | None:
        """The cheapest plan that is known and holds in this program."""
        return min((x for x in self.plans if holds(a, x)), key=lambda x: float(a.cost @ x), default=None)


def holds(a: Arrays, x: Array, misses: float = _MISSES) -> bool:
    """Whether a point keeps all bounds and rows of a program, its whole numbers whole."""
    if len(x) != len(a.cost) or np.abs(x - np.round(x))[a.integer].max(initial=0.0) > misses:
        return False
    col = np.repeat(np.arange(len(x)), np.diff(a.start))
    rows = np.bincount(a.row, a.value * x[col], len(a.row_lower))
    return all(
        bool(((lower - value <= misses * (1 + np.abs(value))) & (value - upper <= misses * (1 + np.abs(value)))).all())
        for lower, value, upper in ((a.lower, x, a.upper), (a.row_lower, rows, a.row_upper))
    )
