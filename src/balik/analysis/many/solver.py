"""One case that is solved many times, each time a little changed: what is the same is done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...algebra import Arrays
from ...api import Case, Prepared, options_of, prepare_tables, solve_prepared, with_fix
from ...engines import Options, Result, sound
from ...kept import Kept
from ...plan.plan import Plan
from ...tables import Tables, Typed, read, with_sets
from .family import Family


class Solver:
    """A case in memory, its tables typed, its program in the solver.

    `settings` and `options` are those of the call; every answer is verified. `stop` ends a solve (see Options).
    """

    stop: Callable[[], bool] | None = None

    def __init__(self, case: Case, settings: Mapping[str, Any] | None = None, options: Mapping[str, Any] | None = None):
        self.case, self.settings, self.options = case, settings, dict(options or {})
        self.typed, self.family, self.kept = Typed(), Family(), Kept()
        self._read: dict[tuple[str | None, str | None], Tables] = {}

    def prepared(self, scenario: str | None = None, sets: Sequence[str] = (), fix: str | None = None) -> Prepared:
        """The case with these changes; raises InputError with every problem."""
        known = self._read.get((scenario, fix))
        tables = read(self.case, scenario, (), with_fix(self.settings, fix)) if known is None else known
        with self.kept("prepare"):
            found = prepare_tables(with_sets(tables, sets), self.typed)
        if known is None:
            rest = {name: table for name, table in tables.tables.items() if name != "expected"}  # once sound, it stays so
            self._read[scenario, fix] = replace(tables, tables=rest)
        return found

    def plan(self, scenario: str | None = None, sets: Sequence[str] = (), fix: str | None = None) -> Plan:
        """The plan with these changes, without prices."""
        return self.solved(self.prepared(scenario, sets, fix))

    def solved(self, prepared: Prepared, arrays: Arrays | None = None) -> Plan:
        """The plan of a prepared case, from what the solves before have shown; `arrays`: see solve_prepared."""
        with self.kept("solve"):
            return solve_prepared(prepared, self.asked(prepared), None, arrays, self._run)[0]

    def _run(self, a: Arrays, options: Options, basis: Any = None) -> Result:
        """What the family answers; raises KeyboardInterrupt where it was stopped, as nobody wants the rest then."""
        result = sound(self.family.run)(a, options, basis)
        if self.stop is not None and self.stop():
            raise KeyboardInterrupt
        return result

    def asked(self, prepared: Prepared) -> Options:
        """The options of a solve."""
        return replace(options_of(prepared.tables, **self.options), prices=False, stop=self.stop)
