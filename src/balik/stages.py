"""A program solved in stages: the goals of each priority in their order, then the objective of the case.

Each stage minimises what the goals of its priority miss, and no later stage may miss more. A bound that is met to the
last digit can be out of reach of a solver that works to 1e-7, so where a stage finds no plan the bounds give way by a
little, step by step. Where that does not help either, the plan of the stage before stands: it is one, so no stage but
the first can say that there is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .algebra import Arrays
from .engines import Options, Result
from .errors import BalikError
from .model import Model
from .model.bounded import Sum
from .model.goals import misses, settle_deviations
from .words import Sentence, say

Engine = Callable[[Arrays, Options, Any], Result]

#: By how much the bounds of earlier stages give way, relative to what they miss or aim at: tried in this order.
SLACK = (0.0, 1e-9, 1e-7, 1e-6)
#: What a plan may miss beyond its bound through the tolerances of a solver, in the same measure.
_LEAK = 1e-6


@dataclass(frozen=True)
class Stage:
    """The goals of a priority: what they miss, weighed and scaled (1: one goal by its whole scale, at weight 1).

    `bound`: no plan misses less, given what was kept for the stages before (0 where the stage was not solved). `kept`:
    the most that later stages might miss. `seconds`: of its solve.
    """

    priority: int
    bound: float
    kept: float | None
    seconds: float


@dataclass
class _Served:
    """A stage that has a plan: what it counts, the size of its program's figures, and the most that may be missed."""

    missed: Sum
    size: float
    most: float
    unit: float  # what its slack is relative to


def run_stages(run: Engine, m: Model, a: Arrays, options: Options, basis: Any = None) -> tuple[Result, list[Stage]]:
    """Solve the program of a model, its goals one priority after the other, the objective last; whose result it is."""
    sums = misses(m.network, m.variables)
    if not sums:
        return run(a, options, basis), []
    search = _Search(run, m, a, options, basis)
    for priority, missed in sums.items():
        search.serve(priority, missed)
    result = search.finish()
    return result, search.stages()


class _Search:
    """Goes from stage to stage, each on the same program with another objective and other bounds."""

    def __init__(self, run: Engine, m: Model, a: Arrays, options: Options, basis: Any):
        self.run, self.m, self.a, self.options = run, m, a, options
        self.end = None if options.time_limit is None else time.perf_counter() + options.time_limit
        self.first = m.program.families["kept"].start
        self.served: list[_Served] = []
        self.told: list[tuple[int, float, _Served | None, float]] = []  # of every stage: priority, bound, seconds
        self.last = Result("stopped", basis=basis)  # of the last stage that found a plan
        self.lost: list[str] = []  # priorities of which the solver found no plan, where there is one
        self.over = False  # nothing more is to be solved

    def serve(self, priority: int, missed: Sum) -> None:
        """Minimise what the goals of a priority miss."""
        start = time.perf_counter()
        cost = np.zeros(len(self.a.cost))
        cost[missed.col] = missed.coef
        result = self._solved(
            replace(self.a, cost=cost, offset=0.0), replace(self.options, prices=False, certify=False)
        )
        bound, found = 0.0, None
        if result is not None and result.x is not None:
            x = settle_deviations(self.m.network, self.m.variables, result.x.copy())
            found = self._bounded(priority, missed, x)
            self._keep(x)
            self.last, bound = replace(result, x=x), max(0.0, result.bound or 0.0) / found.size
        elif self.served:
            if not self.over:  # the solver lost its plan: what comes later may miss no more than the plan before
                assert self.last.x is not None
                self._bounded(priority, missed, self.last.x)
                self.lost.append(str(priority))
        elif result is not None:  # the first stage has no plan, so the case has none
            self.last, self.over = result, True
        self.told.append((priority, bound, found, round(time.perf_counter() - start, 4)))

    def _bounded(self, priority: int, missed: Sum, x: np.ndarray) -> _Served:
        """Later stages may miss what this plan does, in the goals of a priority."""
        goals = self.m.network.goals
        on = goals.priority == priority
        size = float(goals.size[on][0])
        weight = np.maximum(goals.over[on], goals.under[on]) * size / goals.scale[on]
        aimed = float((weight * np.abs(goals.target[on])).max(initial=1.0))
        self.served.append(_Served(missed, size, missed.at(x), max(aimed, missed.at(x))))
        return self.served[-1]

    def finish(self) -> Result:
        """Minimise the objective of the case; where that finds no plan, that of the last stage."""
        result = self._solved(self.a, self.options) if self.served else self.last
        if result is not None:
            if result.x is not None:
                self._keep(result.x)
            return replace(result, notes=(*result.notes, *self._notes()))
        x, notes = self.last.x, (*self.last.notes, *self._notes())
        assert x is not None
        if not self.over:
            notes += (
                say("The solver lost the plan of an earlier stage, which stands; what comes later was not minimised."),
            )
        objective = float(self.a.cost @ x) + self.a.offset
        return Result("feasible", x, objective, integer=self.last.integer, engine=self.last.engine, notes=notes)

    def _notes(self) -> list[Sentence]:
        """Which stages were lost, whatever became of those after them."""
        if not self.lost:
            return []
        return [say("The solver lost its plan at the goals of priority {priorities}: they miss no more than in the plan before, and may miss more than they must.",
                    priorities=", ".join(self.lost))]  # fmt: skip

    def stages(self) -> list[Stage]:
        """What is known of every stage."""
        return [
            Stage(priority, bound, None if one is None else one.most / one.size, seconds)
            for priority, bound, one, seconds in self.told
        ]

    def _keep(self, x: np.ndarray) -> None:
        """Later stages may miss what this plan does, at least."""
        for one in self.served:
            one.most = max(one.most, one.missed.at(x))

    def _solved(self, a: Arrays, options: Options) -> Result | None:
        """The result of a stage, with as little slack as leads to a plan; None where there is none, or no time."""
        for slack in SLACK if self.served else SLACK[:1]:
            left = None if self.end is None else self.end - time.perf_counter()
            stopped = options.stop is not None and options.stop()
            self.over |= bool(self.served) and (stopped or (left is not None and left <= 0))
            if self.over:
                return None
            upper = a.row_upper.copy()
            for position, one in enumerate(self.served):
                upper[self.first + position] = one.most + slack * one.unit
            try:
                result = self.run(replace(a, row_upper=upper), replace(options, time_limit=left), self.last.basis)
            except BalikError:
                if not self.served:
                    raise
                continue  # the solver broke down: with a little more room it may not
            if not self.served or result.status == "unbounded":
                return result
            self.over = result.status == "stopped"
            if result.x is not None and self._keeps(result.x, slack):
                return result
        return None

    def _keeps(self, x: np.ndarray, slack: float) -> bool:
        """Whether a plan misses no more than it may."""
        return all(one.missed.at(x) <= one.most + max(slack, _LEAK) * one.unit for one in self.served)
