"""One solver that lives on: a linear program that differs from the last in a few numbers is told what differs.

HiGHS keeps the program, its factors and its basis. Costs, bounds, right-hand sides and coefficients that changed are
passed on (changeColsCost, changeColsBounds, changeRowBounds, changeCoeff), and the simplex goes on from where it was.
"""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np

from ..algebra import Arrays
from .highs import LARGE_LP, _model
from .result import Array, Options, Result
from .supervised import supervised

#: Coefficients that are changed one by one; where more differ, the program is passed anew with the last basis.
_MOST_COEFFICIENTS = 10_000


class Living:
    """A linear program in the solver, and its last basis."""

    def __init__(self) -> None:
        self.h: highspy.Highs | None = None
        self.a: Arrays | None = None
        self.asked = Options()

    def run(self, a: Arrays, options: Options) -> Result | None:
        """The optimum of a linear program; None where this way finds none: a solver that starts anew says why."""
        quiet = replace(options, progress=None, stop=None)
        if self.h is None or self.a is None or quiet != self.asked or not self._told(self.h, self.a, a):
            basis = self._last_basis(a)
            self.h, self.asked = _model(a, options), quiet
            if basis is not None:
                self.h.setBasis(basis)
            elif len(a.cost) >= LARGE_LP:
                self.h.setOptionValue("solver", "ipm")
        h, self.h, self.a = self.h, None, a  # one that does not come back is not asked again
        if options.time_limit is not None:  # the solver's clock runs on over all that it solved
            h.setOptionValue("time_limit", h.getRunTime() + max(0.0, float(options.time_limit)))
        supervised(h, options)
        if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        h.setOptionValue("solver", "choose")
        self.h = h
        x = np.array(h.getSolution().col_value)
        objective = float((a.cost * x).sum()) + a.offset  # in this thread: others may use the processors
        return Result("optimal", x, objective, objective, 0.0, False, basis=h.getBasis())

    def _last_basis(self, a: Arrays) -> highspy.HighsBasis | None:
        """The basis of the program before, where it has the shape of this one."""
        if self.h is None or self.a is None:
            return None
        same = len(a.cost) == len(self.a.cost) and len(a.row_lower) == len(self.a.row_lower)
        return self.h.getBasis() if same else None

    def _told(self, h: highspy.Highs, old: Arrays, new: Arrays) -> bool:
        """Tell the solver what differs; False where the programs are not alike enough."""
        if not (_same(old.start, new.start) and _same(old.row, new.row) and len(old.row_lower) == len(new.row_lower)):
            return False
        changed = np.flatnonzero(old.value != new.value)
        if len(changed) > _MOST_COEFFICIENTS:
            return False
        cols = _at(old.cost != new.cost)
        h.changeColsCost(len(cols), cols, new.cost[cols])
        cols = _at((old.lower != new.lower) | (old.upper != new.upper))
        h.changeColsBounds(len(cols), cols, new.lower[cols], new.upper[cols])
        for row in np.flatnonzero((old.row_lower != new.row_lower) | (old.row_upper != new.row_upper)).tolist():
            h.changeRowBounds(row, float(new.row_lower[row]), float(new.row_upper[row]))
        of = np.searchsorted(new.start, changed, side="right") - 1
        for at, col in zip(changed.tolist(), of.tolist(), strict=True):
            h.changeCoeff(int(new.row[at]), col, float(new.value[at]))
        return True


def _same(one: Array, other: Array) -> bool:
    return one is other or np.array_equal(one, other)


def _at(mask: Array) -> Array:
    return np.flatnonzero(mask).astype(np.int32)
