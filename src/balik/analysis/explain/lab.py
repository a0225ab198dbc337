"""The case with some of its facts taken away, as a program, and whether that has a solution.

Facts are taken out of the network, which is then stated anew, so that every bound that follows from them goes too.
Where the network cannot do without a cell (a radius, a phase), the cell itself is changed and the case read again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...api import Case, Prepared, prepare, solve_prepared
from ...engines import Options
from ...engines.elastic import Unanswered, solution
from ...errors import BalikError
from ...model import Model, formulate
from ...network.network import Network
from ...plan.plan import Plan
from ..repair import plain, where, where_keys
from .facts import Fact, relocated
from .quick import Quick
from .ways import without_ways

#: Where nothing may be endless, "without end" is so many times all that the case speaks of.
_AMPLE = 10.0
#: A limit on what cannot be where a fact is gone (a shortage of what nobody asks for): 0, and no reason to stop.
_NO_TERM = "E367"
_WAYS = ("returns", "offers", "dropoff")


@dataclass
class Lab:
    """One case and its questions. Answers are kept; a question that takes too long raises Unanswered."""

    case: Case
    scenario: str | None
    sets: tuple[str, ...]
    settings: Mapping[str, Any] | None
    prepared: Prepared
    options: Options
    ends: float = np.inf  # on the clock of time.perf_counter
    known: dict[frozenset[Fact], bool] = field(default_factory=dict)
    quick: Quick = field(init=False)

    def __post_init__(self) -> None:
        self.quick = Quick(self.prepared.model.program)

    def has_plan(self, dropped: Iterable[Fact] = ()) -> bool:
        """Whether the case without these facts has a solution."""
        key = frozenset(dropped)
        for other, answer in self.known.items():  # more facts taken away never make a plan impossible
            if other <= key if answer else key <= other:
                return answer
        self.known[key] = self.possible(self.model(key))
        return self.known[key]

    def possible(self, model: Model) -> bool:
        """Whether a program has a solution. Raises Unanswered."""
        answer = self.quick.answer(model.program, self.patient())
        if answer is None:
            found = solution(model.program.arrays(), self.patient())
            if found is not None:
                self.quick.remember(found)
            return found is not None
        return answer

    def has_none(self, dropped: Iterable[Fact]) -> bool:
        """Whether it is shown that the case without these facts has none; what is not answered shows nothing."""
        try:
            return not self.has_plan(dropped)
        except (Unanswered, BalikError):
            return False

    def patient(self) -> Options:
        """The options of one question, with the time that is left."""
        left = self.ends - time.perf_counter()
        if left <= 0:
            raise Unanswered
        limit = self.options.time_limit
        return replace(self.options, time_limit=left if limit is None else min(limit, left))

    def allow(self, seconds: float) -> None:
        """All questions from now on may take so many seconds together."""
        self.ends = time.perf_counter() + seconds

    def hurried(self, seconds: float) -> Lab:
        """The same case, with at most so many seconds for a question."""
        limit = self.options.time_limit
        other = copy(self)
        other.options = replace(self.options, time_limit=seconds if limit is None else min(limit, seconds))
        return other

    def model(self, dropped: Iterable[Fact] = ()) -> Model:
        """The formulation without these facts. Raises BalikError where the case says too little without one."""
        dropped = list(dropped)
        written = [fact for fact in dropped if not fact.is_limit and fact.kind.free is None]
        others = [fact for fact in dropped if fact.is_limit or fact.kind.free is not None]
        n = self.prepared.network
        if written:
            changed = self.again([self.blanked(fact) for fact in written])
            n, others = changed.network, relocated(changed, others)
        for ample in (np.inf, _AMPLE * _spoken_of(self.prepared.network)):
            model = formulate(freed(n, others, ample))
            endless = any(note.code.startswith("E") and note.code != _NO_TERM for note in model.variables.notes)
            if not endless and np.isfinite(model.program.arrays().value).all():
                return model
        raise Unanswered

    def blanked(self, fact: Fact) -> str:
        """The change that takes away what a cell says; where it must say a number, one that is ample."""
        ample = plain(float(math.ceil(_AMPLE * _spoken_of(self.prepared.network))))
        return f"{self.cell(fact)} = {ample if fact.kind.blank == 'inf' else fact.kind.blank}"

    def cell(self, fact: Fact) -> str:
        """The cell as a change names it: `supply.amount[place=a,material=m]`."""
        frame = self.prepared.data[fact.kind.table]
        return f"{fact.kind.name}{where_keys(frame, fact.row)}"

    def again(self, changes: Sequence[str]) -> Prepared:
        """The case with more changes. Raises BalikError where they do not fit it."""
        return prepare(self.case, self.scenario, (*self.sets, *changes), self.settings)

    def solved(self, changes: Sequence[str]) -> Plan | None:
        """The case with changes, solved and verified; None when the changes do not fit it."""
        try:
            prepared = self.again(changes)
        except BalikError:
            return None
        return solve_prepared(prepared, replace(self.options, prices=False))[0]


def freed(n: Network, facts: Sequence[Fact], ample: float) -> Network:
    """The network without what these facts say; an end that is needed is `ample`."""
    limits, values = list(n.limits), dict[tuple[str, str], np.ndarray]()
    for fact in facts:
        if fact.is_limit:
            at, column = fact.at[0], fact.kind.column
            free: dict[str, Any] = {column: -np.inf if column == "least" else np.inf}
            limits[at] = replace(limits[at], **free)
            continue
        said = dict(fact.kind.free or {})
        if fact.kind.record == "supply" and "most" in said:
            said["left_cost"] = 0.0  # nothing is known to be left of what has no end
        for name, value in said.items():
            record = getattr(n, fact.kind.record)
            kept = values.setdefault((fact.kind.record, name), getattr(record, name).copy())
            kept[list(fact.at)] = ample if value == np.inf else value
    changed: dict[str, Any] = {}
    for (record, name), array in values.items():
        changed[record] = replace(changed.get(record, getattr(n, record)), **{name: array})
    n = replace(n, limits=limits, **changed)
    return without_ways(n, [fact for fact in facts if fact.kind.table in _WAYS], _open_ended(n, facts), ample)


def _open_ended(n: Network, facts: Sequence[Fact]) -> np.ndarray:
    """Positions of supply of which anything may be collected, and that follow from the plan."""
    most = [fact.at for fact in facts if fact.kind.record == "supply" and "most" in (fact.kind.free or {})]
    at = np.unique(np.concatenate([np.array(p, np.int64) for p in most])) if most else np.zeros(0, np.int64)
    return at[n.supply.follows[at]] if len(at) else at


def _spoken_of(n: Network) -> float:
    """The sum of all finite amounts of a case."""
    parts = (n.supply.most, n.demand.least, n.demand.most, n.sites.capacity, n.lanes.most, n.stores.start, n.runs.most)
    return max(1.0, sum(float(part[np.isfinite(part)].sum()) for part in parts))


def cell_of_limit(lab: Lab, fact: Fact) -> str:
    """The one cell of the table in which a bound stands: `limits.most[limit=…]`."""
    frame = lab.prepared.data["limits"]
    table = frame.table
    assert table is not None
    known = [c for c in ("quantity", "over", "lag", *frame.schema.scopes) if c in table.columns]
    cells = {"limit": table.cell(fact.row, "limit")}
    for c in [c for c in known if table.cell(fact.row, c)] + [c for c in known if not table.cell(fact.row, c)]:
        if len(table.rows(cells)) > 1:  # as few cells as tell the row from the others of its name
            cells[c] = table.cell(fact.row, c)
    return f"limits.{fact.kind.column}{where(cells)}"
