"""What was decided, kept while a scenario or a draw comes: the case solved with its first stage as it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...api import Prepared
from ...engines import Options
from ...errors import CallError
from ...plan.plan import Plan
from ...words import say
from ..compared import compared
from ..many import Solver
from .draws import drawn
from .extensive import first_stage, fixed


class Decided(Solver):
    """Solves scenarios and draws, each with a first stage that is decided."""

    def scenario(self, scenario: str | None, sets: Sequence[str], first: Sequence[float] | None) -> Plan:
        """The plan of a scenario; `first`: what is decided, None where it is decided as suits the scenario."""
        world = self.prepared(scenario, sets)
        return self.solved(world) if first is None else self._with(world, first_stage(world)[0], first)

    def draw(
        self, k: int, scenario: str | None, sets: Sequence[str], draw: Sequence[str], first: Sequence[float],
        names: Sequence[tuple[str, str]], more: Sequence[str],
    ) -> tuple[str, float | None, float | None, bool, bool]:  # fmt: skip
        """Status, objective, cost of the plan of draw number k, whether it is verified, and whether no law is broken.

        `names`: what is decided; `more`: variables beside those of the first stage.
        """
        world = drawn(
            self.case, scenario, sets, draw, k, self.settings, lambda _, of, all_, __: self.prepared(of, all_)
        )
        cols, same = first_stage(world, tuple(more))
        if same != [tuple(name) for name in names]:
            raise CallError(say("Draw {k} chooses among other sites than the case as written.", k=k))
        plan = self._with(world, cols, first)
        return plan.status, plan.objective, plan.cost, plan.verified, not plan.broken

    def asked(self, prepared: Prepared) -> Options:
        """The options of a solve, whose objectives are compared with each other."""
        return compared(super().asked(prepared))

    def _with(self, world: Prepared, cols: np.ndarray, first: Sequence[float]) -> Plan:
        return self.solved(world, fixed(world.model.program.arrays(), cols, np.array(first)))


def decided_sites(plans: list[Plan]) -> list[str]:
    """Sites that open, with their size where it has a name; the same in all scenarios of one decision."""
    found: dict[str, None] = {}
    for plan in plans:
        for line in plan.open:
            found[line["place"] if line["size"] == "-" else f"{line['place']} {line['size']}"] = None
    return list(found)
