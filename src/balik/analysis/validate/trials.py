"""Trials that do not hang on each other: each is made by itself, here or elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...api import Case, options_of, prepare
from ..compared import compared
from ..many.answerer import Answerer
from ..many.retold import Told
from .behaviour import BEHAVIOURS, todays_plan
from .bench import Bench
from .extremes import EXTREMES
from .record import Trial

#: How many there are of each round.
COUNTS = {3: len(EXTREMES), 5: len(BEHAVIOURS) + 1}


class Trials(Answerer):
    """Makes the trials of a case. `told`: the results of the case as it is, where somebody has found them."""

    def __init__(
        self, case: Case, scenario: str | None, sets: Sequence[str], settings: Mapping[str, Any] | None,
        options: dict[str, Any], told: Told | None = None,
    ):  # fmt: skip
        self.case, self.scenario, self.sets, self.settings = case, scenario, tuple(sets), settings
        prepared = prepare(case, scenario, sets, settings)
        self.bench = Bench(prepared, compared(options_of(prepared.tables, **options)), told)
        super().__init__(self.bench, options)

    def made(self, number: int, k: int) -> list[Trial]:
        """Trial k of a round, which may be several."""
        rounds = {3: EXTREMES, 5: BEHAVIOURS}
        if k < len(rounds[number]):
            found = rounds[number][k](self.bench)
        else:
            found = todays_plan(self.bench, self.case, self.settings, self.scenario, self.sets)
        return [found] if isinstance(found, Trial) else found
