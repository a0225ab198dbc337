"""A case solved again and again with some cells changed, each answer verified."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..api import Case
from ..plan.plan import Plan
from .many import Jobs, Many, Solver


class Sweep:
    """Solves the case again and again, each time with what the solves before have shown (see `many`).

    `options`: those of the solver, and how many solves are run (workers, cluster, resume, progress). `with Sweep(…)`
    ends what it started.
    """

    def __init__(
        self,
        case: Case,
        scenario: str | None,
        sets: tuple[str, ...],
        settings: Mapping[str, Any] | None,
        options: dict[str, Any],
    ):
        self.case, self.scenario, self.sets, self.settings, self.asked = case, scenario, sets, settings, dict(options)
        jobs = Jobs.taken(self.asked)
        self.many = Many("sweep", Solver, case, (settings, self.asked), jobs, settings)
        self.ok = True
        try:
            self.base = self.solve(())
        except BaseException:
            self.many.__exit__(*sys.exc_info())
            raise

    def __enter__(self) -> Sweep:
        return self

    def __exit__(self, *error: Any) -> None:
        self.many.__exit__(*error)

    def solve(self, sets: Sequence[str]) -> Plan:
        """The plan with these changes, as in --set, after those of the call."""
        plan: Plan = self.many.one("plan", self.scenario, (*self.sets, *sets))
        self.ok &= plan.verified or not plan.broken
        return plan

    def ahead(self, asked: Sequence[Sequence[str]]) -> None:
        """Have the plans at hand that `solve` will be asked for: solved together, side by side where that pays."""
        self.many.ahead("plan", [(self.scenario, (*self.sets, *sets)) for sets in _ends_first(list(asked))])


def _ends_first(asked: list[Sequence[str]]) -> list[Sequence[str]]:
    """The first, the last, what lies between them, and so on: what lies between two known answers is soon proved."""
    order, spans = [*asked[:1], *asked[1:][-1:]], [(0, len(asked) - 1)]
    for low, high in spans:
        if high - low > 1:
            middle = (low + high) // 2
            order.append(asked[middle])
            spans += [(low, middle), (middle, high)]
    return order
