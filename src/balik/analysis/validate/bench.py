"""The bench on which a case is tried: it solves the case as it is and as it is varied, and remembers the answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...algebra import Arrays
from ...api import Prepared, prepare, solve_prepared
from ...engines import Options, Result
from ...engines.highs import run_highs
from ...errors import BalikError, InputError
from ...location.pick import ENGINES
from ...plan.decode import tidy
from ...plan.plan import Plan
from ...words import Sentence, plain, say
from ..many.retold import Told, retold, telling
from ..told import figure
from .record import Trial
from .vary import Cells, cells_of

#: Seconds that a program beside the case's own may take.
PATIENCE = 5.0
#: Why a trial is left open.
STOPPED = say("not applicable, because the search was stopped before its end")


@dataclass(frozen=True)
class Outcome:
    """What a varied case came to: its plan, or why it could not be asked."""

    plan: Plan | None
    refused: Sentence | None = None

    @property
    def status(self) -> str:
        """optimal, feasible, infeasible, unbounded, stopped or invalid."""
        return self.plan.status if self.plan is not None else "invalid"

    @property
    def has_plan(self) -> bool:
        """Whether there is a verified plan."""
        return self.plan is not None and self.plan.has_numbers

    @property
    def ends(self) -> tuple[float, float]:
        """Between what the optimum lies: its bound and its objective; infinite where no plan exists, or no least."""
        if self.status in ("infeasible", "unbounded"):
            return (math.inf, math.inf) if self.status == "infeasible" else (-math.inf, -math.inf)
        if self.plan is None or self.plan.objective is None:
            return -math.inf, math.inf
        bound = self.plan.bound if self.plan.bound is not None else -math.inf
        return min(bound, self.plan.objective), self.plan.objective

    @property
    def width(self) -> float:
        """How far these two ends lie apart."""
        low, high = self.ends
        return high - low if high > low else 0.0

    @property
    def is_open(self) -> bool:
        """Whether the search was stopped before its end, with or without a plan."""
        return self.status == "stopped" or (self.status == "feasible" and self.has_plan)

    @property
    def told(self) -> Sentence:
        """The objective, or the status."""
        if self.has_plan and self.plan is not None:
            return figure(self.plan.objective)
        return say("no plan exists") if self.status == "infeasible" else plain(self.status)


class Bench:
    """A case and its answers. `slack` is what an optimum may be off by, in the objective."""

    def __init__(self, prepared: Prepared, options: Options, told: Told | None = None):
        """`told`: the results of the case as it is, where another bench has found them; else they are sought, and kept."""
        self.prepared, self.options = prepared, options
        if told is None:
            self.told: Told = []
            engine = telling(ENGINES[options.engine], self.told)
            self.plan, self.result = solve_prepared(prepared, replace(options, certify=True), engine=engine)
        else:
            self.told = told
            self.plan, self.result = solve_prepared(prepared, replace(options, second=None), engine=retold(told))
        self.x = tidy(prepared.model, self.result.x) if self.result.x is not None and self.plan.verified else None
        self.cells: Cells = cells_of(prepared.tables)
        self.base = Outcome(self.plan)

    @property
    def is_costed(self) -> bool:
        """Whether cost alone is minimised."""
        return set(self.prepared.network.weights) == {"cost"} and not self.has("goals")

    @property
    def slack(self) -> float:
        """By how much two optima may seem apart."""
        size = max(1.0, abs(self.plan.objective or 0.0))
        return (2 * self.options.gap + 1e-7) * size

    @property
    def without(self) -> Sentence:
        """Why a trial of the plan does not apply where there is none."""
        return STOPPED if self.base.is_open else say("not applicable, because no plan exists")

    def weighed(self, name: Sentence, expected: Sentence, out: Outcome, surely: bool, possibly: bool) -> Trial:
        """A trial of two optima. `surely`, `possibly`: whether what must happen did, wherever between its ends each lies.

        Where these differ, and a search was stopped before its end, the trial is left open.
        """
        if possibly and not surely and (out.is_open or self.base.is_open):
            return Trial(name, STOPPED)
        return Trial(name, expected, out.told, possibly and (out.has_plan or out.status not in ("optimal", "feasible")))

    def same(self, name: Sentence, expected: Sentence, out: Outcome, factor: float = 1.0) -> Trial:
        """A trial whose optimum must be that of the case, times a factor."""
        slack = factor * self.slack
        (low, high), (least, most) = (factor * end for end in self.base.ends), out.ends
        return self.weighed(name, expected, out, surely=low - slack <= least and most <= high + slack and not self.base.is_open,
                            possibly=low - slack <= most and least <= high + slack)  # fmt: skip

    def has(self, table: str) -> bool:
        """Whether the case has a table."""
        return table in self.prepared.tables

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table, as mappings from column to cell."""
        columns = self.cells.get(table, {})
        plain = [header.partition(" [")[0] for header in columns]
        return [dict(zip(plain, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def is_ratio(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of limits belongs to a limit that is a ratio: its bounds are no money."""
        return any(r.get("limit") == row.get("limit") and r.get("over") == "yes" for r in self.rows("limits"))

    def solve(self, cells: Cells) -> Outcome:
        """The case with other cells, solved and verified."""
        try:
            prepared = prepare(cells, settings=self._settings())
        except InputError as error:
            errors = [p for p in error.problems if p.severity == "error"]
            return Outcome(None, errors[0].found if errors else plain(str(error)))
        except BalikError as error:
            return Outcome(None, plain(str(error)))
        return Outcome(solve_prepared(prepared, replace(self.options, progress=None))[0])

    def run(self, arrays: Arrays) -> Result:
        """A program beside the case's own, solved within PATIENCE seconds."""
        return run_highs(arrays, replace(self.options, prices=False, progress=None, time_limit=PATIENCE))

    def _settings(self) -> Mapping[str, Any]:
        settings = dict(self.prepared.tables.settings)
        solve = {k: v for k, v in dict(settings.get("solve", {})).items() if k != "fix"}
        return settings | ({"solve": solve} if solve else {})
