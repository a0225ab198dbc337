"""A case that is solved again and again while one number moves: every solve is counted, and every plan verified."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...algebra import Arrays
from ...api import Case, Prepared, options_of, prepare_tables, solve_prepared
from ...engines import Options, Result
from ...engines.elastic import Unanswered, feasible
from ...errors import BalikError, CallError, InputError
from ...location.pick import ENGINES, Engine
from ...model.goals import misses, settle_deviations
from ...plan.decode import used_of
from ...plan.plan import Plan
from ...stages import Stage, run_stages
from ...views.terms import currency_name
from ...words import Sentence, say
from ..compared import compared, is_loose
from ..many import Solver
from ..many.retold import Told, retold, telling
from ..study import Work
from ..why.cells import Cell
from ..why.warm import Warm
from .selection import Move

#: Gap of the searches, relative to max(1, |objective|), in programs up to so many columns; larger ones keep the gap asked,
#: but none wider than that of plans that are compared.
_TIGHT, _SMALL = 1e-9, 2_000
#: By how much, relative to max(1, |objective|), two costs must differ to be told apart.
APART = 2e-8
#: The same of what goals miss, counted as stages count it: more than a stage may give way for the sake of the solver.
MISSED = 1e-5


@dataclass(frozen=True)
class CellMove:
    """One cell that is set to a value, in a row of its own where its row says more than that."""

    cell: Cell
    relative: bool = False


class Unproved(BalikError):
    """A search did not end within the time of one solve, so what was asked is not known."""

    exit_code = 4

    def __init__(self) -> None:
        super().__init__(say("A solve did not end in its time, so what was asked is not known."))


class Bench:
    """One case and its program; `now`: the engine's answer to it as it stands, `base`: the same as a verified plan.

    Both are there once it has begun with the results of `first`: its own, or those of another bench.
    """

    base: Plan
    now: Result

    def __init__(
        self, case: Case, scenario: str | None, sets: Sequence[str], settings: Mapping[str, Any] | None,
        options: dict[str, Any],
    ):  # fmt: skip
        self.case, self.scenario, self.sets, self.settings = case, scenario, tuple(sets), settings
        self.start = time.perf_counter()
        self.solves = self.proved = 0
        self.ok = True
        self.solver = Solver(case, settings)
        self.prepared = self.solver.prepared(scenario, self.sets)
        self.goals = bool(self.prepared.network.goals.limits)
        asked = options_of(self.prepared.tables, **options)
        self.options = replace(compared(asked), prices=False, progress=None, certify=False)
        self.engine = Warm(ENGINES[self.options.engine])

    def stopped_by(self, stop: Callable[[], bool]) -> Bench:
        """The same; a solve ends when this says so."""
        self.options = replace(self.options, stop=stop)
        return self

    def first(self) -> Told:
        """The results of the case as it stands, one for each stage; raises Unproved where one was not proved in time."""
        told: Told = []
        engine = telling(self.engine, told)
        program = self.prepared.model.program.arrays()
        result, _ = run_stages(engine, self.prepared.model, program, self._tight(len(program.cost)))
        self._proves(result)
        return told

    def begin(self, told: Told) -> Bench:
        """With these results of the case as it stands."""
        self.base, self.now = self._planned(self.prepared, None, retold(told))
        return self

    # -- solving -----------------------------------------------------------------------------------------------------

    def solve(self, arrays: Arrays, *, prices: bool = False) -> Result:
        """The best solution of a program; raises Unproved where it was not found or not proved in time."""
        result = self.engine(arrays, replace(self._tight(len(arrays.cost)), prices=prices))
        return self._counted(result)

    def best(self, prepared: Prepared, arrays: Arrays) -> Result:
        """The best solution of the program of a case with tighter bounds: its goals first, in their order."""
        if not self.goals:
            return self.solve(arrays)
        result, stages = run_stages(self.engine, prepared.model, arrays, self._tight(len(arrays.cost)))
        self._counted(result)
        self._serves(result, stages)
        return result

    def served_first(self) -> Arrays:
        """The program of the case as it stands, of which only the plans are left that serve its goals as well as can be."""
        asked: list[Arrays] = []

        def engine(a: Arrays, options: Options, basis: Any = None) -> Result:
            asked.append(a)
            return self.engine(a, options, basis)

        program = self.prepared.model.program.arrays()
        result, stages = run_stages(engine, self.prepared.model, program, self._tight(len(program.cost)))
        self._counted(result)
        self._serves(result, stages)
        return asked[-1]

    def feasible(self, arrays: Arrays) -> bool:
        """Whether a program has any solution; raises Unproved where that was not known in time."""
        self.solves += 1
        try:
            found = feasible(arrays, self.options)
        except Unanswered:
            raise Unproved from None
        self.proved += 1
        return found

    def plan(self, prepared: Prepared, arrays: Arrays | None = None) -> tuple[Plan, Result]:
        """The best plan of a case, verified; without numbers where there is none. `arrays`: with tighter bounds."""
        return self._planned(prepared, arrays, self.engine)

    def _planned(self, prepared: Prepared, arrays: Arrays | None, engine: Engine) -> tuple[Plan, Result]:
        asked = self._tight(prepared.model.program.columns)
        plan, result = solve_prepared(prepared, asked, None, arrays, engine)
        self.ok &= plan.verified or not plan.broken
        self._counted(result)
        if is_loose(plan):  # of its goals: what it misses of one that was cut short
            raise Unproved
        return plan, result

    def _tight(self, columns: int) -> Options:
        """The options of a search in a program of this size."""
        return replace(self.options, gap=min(self.options.gap, _TIGHT)) if columns <= _SMALL else self.options

    def _counted(self, result: Result) -> Result:
        self.solves += 1
        self._proves(result)
        self.proved += 1
        return result

    def _proves(self, result: Result) -> None:
        """Raise Unproved where a result proves nothing."""
        within = result.gap is not None and result.gap <= self.options.gap * (1 + 1e-6)
        if result.status not in ("optimal", "infeasible", "unbounded") and not within:
            raise Unproved

    def _serves(self, result: Result, stages: Sequence[Stage]) -> None:
        """Raise Unproved where it is not known that the goals of a stage miss as little as they can."""
        for stage in stages if result.has_plan else ():
            if stage.kept is None or stage.kept - stage.bound > MISSED * max(1.0, stage.kept):
                raise Unproved

    def with_sets(self, sets: Sequence[str]) -> Prepared | None:
        """The case with more changes; None where it does not take them."""
        try:
            return self.solver.prepared(self.scenario, (*self.sets, *sets))
        except InputError:
            return None

    def taken(self, sets: Sequence[str]) -> None:
        """Raise InputError where the case does not take these changes: cells that are not there, or say nothing."""
        self.solver.prepared(self.scenario, (*self.sets, *sets))

    def refused(self, sets: Sequence[str]) -> list[Sentence]:
        """Why the case does not take these changes."""
        try:
            self.solver.prepared(self.scenario, (*self.sets, *sets))
        except InputError as error:
            return [problem.found for problem in error.problems if problem.severity == "error"][:3]
        return []

    def at(self, move: Move | CellMove, point: float) -> Prepared | None:
        """The case with the cells of a move at a point; None where it does not take that."""
        if move.relative and point == 0:
            return self.prepared
        if isinstance(move, Move):
            return self.with_sets(move.sets(point))
        try:
            return prepare_tables(move.cell.at(self.prepared.tables, point), self.solver.typed)
        except BalikError:
            return None

    # -- what is compared ----------------------------------------------------------------------------------------------

    def margin(self, *results: Result) -> float:
        """By how much the objectives of these solutions must differ to be told apart."""
        known = [r for r in results if r.objective is not None]
        scale = max(1.0, *(abs(float(r.objective or 0.0)) for r in known), 0.0)
        return APART * scale + sum(max(0.0, float(r.objective or 0.0) - r.bound) for r in known if r.bound is not None)

    def served(self, prepared: Prepared, result: Result, best: Result) -> int | None:
        """The first priority whose goals a solution misses by more than another does; None where there is none."""
        if result.x is None or best.x is None:
            return None
        n, v = prepared.network, prepared.model.variables
        one, other = (settle_deviations(n, v, np.array(r.x)) for r in (result, best))
        for priority, missed in misses(n, v).items():
            size = float(n.goals.size[n.goals.priority == priority][0])
            if missed.at(one) - missed.at(other) > MISSED * max(size, missed.at(other)):
                return priority
        return None

    @property
    def slack(self) -> float:
        """By how much two costs may differ and be the same, relative to max(1, |cost|)."""
        small = self.prepared.model.program.columns <= _SMALL
        return 4 * APART + 2 * (min(self.options.gap, _TIGHT) if small else self.options.gap)

    @cached_property
    def used(self) -> tuple[str, ...]:
        """The sites that the base uses."""
        return self.used_in(self.prepared, self.now)

    @staticmethod
    def used_in(prepared: Prepared, result: Result) -> tuple[str, ...]:
        """The sites that a solution uses."""
        assert result.x is not None
        return tuple(used_of(prepared.model, result.x))

    @property
    def money(self) -> str:
        """What the objective counts."""
        weights = {k: w for k, w in self.prepared.network.weights.items() if w != 0}
        return currency_name(self.prepared.tables.currency) if weights == {"cost": 1.0} else say("of the objective")

    def refuse_no_sites(self) -> None:
        """Questions about sites need some."""
        if not len(self.prepared.network.sites):
            raise CallError(say("The case has no sites to choose among."))

    def work(self, varied: Sentence, *unsaid: Sentence) -> Work:
        """What the answer rests on."""
        return Work(varied, self.solves, self.proved, time.perf_counter() - self.start, unsaid)


def goals_first() -> CallError:
    """That no cost of one more is told where the plan also pays for its goals."""
    return CallError(say("The case has goals, which come before the cost: as a number moves, the plan pays for what its goals then miss less or more, so no cost of one more is told. Sweep it with --range, or ask --find edge or --find sites."))  # fmt: skip


def cost_of(result: Result) -> float:
    """The objective; infinite where no plan exists."""
    return math.inf if result.objective is None else float(result.objective)


def is_whole(arrays: Arrays) -> bool:
    """Whether anything of a program must be a whole number and is not decided yet."""
    return bool((arrays.integer & (arrays.lower < arrays.upper)).any())


def tightened(arrays: Arrays, x: np.ndarray) -> Arrays:
    """The program with every whole number at what it is in a solution."""
    whole = np.round(x)
    lower, upper = np.where(arrays.integer, whole, arrays.lower), np.where(arrays.integer, whole, arrays.upper)
    return replace(arrays, lower=lower, upper=upper)


def with_sites_as_they_are(prepared: Prepared, x: np.ndarray) -> Arrays:
    """The linear program that is left of a case when every whole number stays what it is in a solution.

    What the whole numbers say in the rows is moved into their bounds, so that only bounds and costs are left to move.
    Rows that only tighten the relaxation say nothing more then, and go; capacities count in full, not only as far as
    anything can come: so neither comes and goes as amounts change.
    """
    arrays = prepared.model.program.arrays()
    if not arrays.integer.any():
        return arrays
    whole = np.where(arrays.integer, np.round(x), 0.0)
    rows = len(arrays.row_lower)
    col = np.repeat(np.arange(len(arrays.cost)), np.diff(arrays.start))
    shift = np.bincount(arrays.row, arrays.value * whole[col], rows)
    _in_full(prepared, whole, shift)
    kept = np.ones(rows, bool)
    if (linking := prepared.model.program.families.get("linking")) is not None:
        kept[linking.start : linking.start + len(linking.rows)] = False
    stays = kept[arrays.row] & ~arrays.integer[col]
    return replace(
        arrays,
        cost=np.where(arrays.integer, 0.0, arrays.cost),
        offset=arrays.offset + float(arrays.cost @ whole),
        lower=np.where(arrays.integer, 0.0, arrays.lower),
        upper=np.where(arrays.integer, 0.0, arrays.upper),
        integer=np.zeros(len(arrays.cost), bool),
        row_lower=np.where(
            np.isfinite(arrays.row_lower), arrays.row_lower - np.where(np.isfinite(shift), shift, 0.0), -np.inf
        )[kept],
        row_upper=np.where(np.isfinite(arrays.row_upper), arrays.row_upper - shift, np.inf)[kept],
        start=np.concatenate([[0], np.cumsum(np.bincount(col[stays], minlength=len(arrays.cost)))]).astype(
            arrays.start.dtype
        ),
        row=(np.cumsum(kept) - 1)[arrays.row[stays]].astype(arrays.row.dtype),
        value=arrays.value[stays],
    )


def _in_full(prepared: Prepared, whole: np.ndarray, shift: np.ndarray) -> None:
    """Into `shift`, what whole numbers say in each row: the capacity of sites without any other bound of what comes."""
    n, v, families = prepared.network, prepared.model.variables, prepared.model.program.families
    if "capacity" not in families or len(n.modules) or len(n.phases):
        return
    periods = len(n.length)
    full = np.repeat(n.sites.capacity, periods) * np.tile(n.length, len(n.sites))
    start = families["capacity"].start
    on = whole[np.repeat(v.open.cols, periods)] > 0
    shift[start : start + len(full)][on] = -full[on]
    if "used_capacity" in families:
        most = np.zeros(len(n.site_places) * periods)
        np.maximum.at(most, n.site_of[v.throughput.place] * periods + v.throughput.period, full)
        start, used = families["used_capacity"].start, whole[np.repeat(v.use.cols, periods)] > 0
        shift[start : start + len(most)][used] = -most[used]
