"""At which value of a price a decision turns: plans are lines over it, and the crossing of two is solved.

The cost of the best plan is a concave, piecewise linear function of a price, and every plan is a line above it. Where
two lines cross, either nothing is cheaper, and the lines are neighbours, or a third plan is, and the search goes on
beside it (Eisner and Severance 1976, J. ACM 23:619). The end is exact after finitely many solves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...algebra import Arrays
from ...engines import Result
from .asking import Asking, cost_of, margin

Array = np.ndarray
#: Most solves of one search.
_MOST = 60


@dataclass(frozen=True)
class Line:
    """A plan as a line over the values of a price."""

    value: float
    base: float  # cost at the value that the cell has now
    slope: float
    uses: bool
    result: Result

    def at(self, away: float) -> float:
        """What it costs so far from the present value."""
        return self.base + away * self.slope


#: The crossing, and the plans before and after it.
Crossing = tuple[float, Line, Line]


class Lines:
    """The plans of one program over the values of one price.

    `here`: the program at `now`; `cost` and `offset`: by what its costs grow with the price; `sign`: which way is gone;
    `own`: whether plans without the decision pay none of it; `uses`: whether a plan has the decision.
    """

    def __init__(
        self, asking: Asking, here: Arrays, cost: Array, offset: float, now: float, sign: float, *,
        own: bool, uses: Callable[[Result, Arrays], bool],
    ):  # fmt: skip
        self.asking, self.here, self.cost, self.offset = asking, here, cost, offset
        self.now, self.sign, self.own, self.uses = now, sign, own, uses
        self.left = _MOST

    def known(self, value: float, result: Result, uses: bool) -> Line:
        """The line of a plan that is best at this value."""
        base, slope = float(self.here.cost @ result.x) + self.here.offset, float(self.cost @ result.x) + self.offset
        return Line(value, base, slope, uses, result)

    def line(self, value: float, arrays: Arrays) -> Line | None:
        """The line of the best plan of a program; None where there is none."""
        result = self.asking.solve(arrays)
        self.left -= 1
        return self.known(value, result, self.uses(result, arrays)) if result.x is not None else None

    def solved(self, value: float) -> Line | None:
        """The line of the best plan at this value."""
        away, here = value - self.now, self.here
        arrays = replace(here, cost=here.cost + away * self.cost, offset=here.offset + away * self.offset)
        return self.line(value, arrays)

    def without_end(self) -> Line | None:
        """The line of the best plan that pays none of it."""
        return self.line(np.inf, replace(self.here, upper=np.where(self.cost > 0, 0.0, self.here.upper)))

    @property
    def ends(self) -> bool:
        """Whether a price without end says that nothing that pays it is done."""
        return bool((self.cost >= 0).all() and (self.here.lower[self.cost > 0] <= 0).all())

    def first(self, a: Line, b: Line) -> Crossing | None:
        """The crossing nearest to a at which a plan with another answer than a's begins."""
        steep = a.slope - b.slope
        if abs(steep) <= 1e-12 * max(1.0, abs(a.slope), abs(b.slope)) or self.left <= 0:
            return None
        away = (b.base - a.base) / steep
        value = self.now + away
        if (value - a.value) * self.sign < 0 and b.at(a.value - self.now) <= a.at(a.value - self.now):
            away, value = a.value - self.now, a.value  # as good as a where a begins, up to rounding
        if (value - a.value) * self.sign < 0 or (np.isfinite(b.value) and (b.value - value) * self.sign < 0):
            return None
        p = self.solved(value)
        if p is None or cost_of(p.result) >= a.at(away) - margin(p.result, a.result):
            return (value, a, b) if a.uses != b.uses else None
        near = self.first(a, p) if not (self.own and p.uses == a.uses) else None
        return near or self.first(p, b)
