"""The questions of one call: every solve is counted, and all of them together end at a stated time."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from ...algebra import Arrays
from ...api import Prepared, prepare_tables, solve_prepared
from ...engines import Options, Result
from ...errors import BalikError
from ...location.pick import ENGINES
from ...plan.plan import Plan
from ...tables import Tables
from ..compared import compared
from .warm import Warm

#: Gap of the searches, relative to max(1, |objective|), in programs up to so many columns; larger ones keep the gap asked,
#: but none wider than that of plans that are compared.
_TIGHT, _SMALL = 1e-9, 2_000
#: By how much, relative to max(1, |objective|), two costs must differ to be told apart.
APART = 2e-8


class OutOfTime(Exception):
    """The time for all questions together is over."""


class Stopped(Exception):
    """One search did not end within its time, so what was asked is not known."""


class Asking:
    """Solves for one call. `seconds`: for all questions together; `options.time_limit`: for each."""

    def __init__(self, options: Options, seconds: float):
        self.options = replace(compared(options), prices=False, progress=None, certify=False)
        self.engine = Warm(ENGINES[options.engine])
        self.seconds, self.until = seconds, time.monotonic() + seconds
        self.solves = 0

    def solve(self, arrays: Arrays, *, prices: bool = False) -> Result:
        """The best solution of a program, proved; `x` is None where there is none."""
        result = self.engine(arrays, replace(self._now(arrays), prices=prices))
        return self._proved(result)

    def plan(self, prepared: Prepared, arrays: Arrays | None = None) -> tuple[Plan, Result]:
        """A plan, proved and verified; without numbers where there is none.

        `arrays`: the program of the case with tighter bounds.
        """
        arrays = prepared.model.program.arrays() if arrays is None else arrays
        plan, result = solve_prepared(prepared, self._now(arrays), None, arrays, self.engine)
        self._proved(result)
        if plan.broken:
            raise BalikError(plan.broken[0])
        return plan, result

    def prepared(self, tables: Tables) -> Prepared | None:
        """A changed case; None where the change does not fit it."""
        if time.monotonic() >= self.until:
            raise OutOfTime
        try:
            return prepare_tables(tables)
        except BalikError:
            return None

    def _now(self, arrays: Arrays) -> Options:
        left = self.until - time.monotonic()
        if left <= 0:
            raise OutOfTime
        self.solves += 1
        gap = min(self.options.gap, _TIGHT) if len(arrays.cost) <= _SMALL else self.options.gap
        limit = self.options.time_limit
        return replace(self.options, gap=gap, time_limit=left if limit is None else min(limit, left))

    def proves(self, result: Result) -> bool:
        """Whether a solution is as near to its bound as one that is compared must be."""
        return result.gap is not None and _within(result.gap, self.options.gap)

    def _proved(self, result: Result) -> Result:
        """The result, if it is as near to its bound as one that is compared must be; tighter gaps are tried, not promised."""
        if result.status == "stopped" or (result.status == "feasible" and not _within(result.gap, self.options.gap)):
            raise OutOfTime if time.monotonic() >= self.until else Stopped
        return result


def _within(gap: float | None, asked: float) -> bool:
    return gap is not None and gap <= asked * (1 + 1e-6)


def cost_of(result: Result) -> float:
    """The objective; infinite where no plan exists."""
    return np.inf if result.objective is None else float(result.objective)


def margin(first: Result, second: Result) -> float:
    """By how much the objectives of two solutions must differ to be told apart."""
    scale = max(1.0, *(abs(r.objective) for r in (first, second) if r.objective is not None), 0.0)
    gaps = sum(r.objective - r.bound for r in (first, second) if r.objective is not None and r.bound is not None)
    return APART * scale + max(0.0, gaps)
