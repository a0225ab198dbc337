"""Why there is no plan: which of the user's rows cannot hold together, and the least change of one that mends it.

First the limits: those that cannot hold together when everything else stands as written. Where no plan exists even
without limits, the same question is asked of obligations, capacities, bounds, statuses and single sourcing, column by
column. Every repair is rounded to the safe side, written as a change of the user's own cells, solved again and
verified. With a plan, `explain` says which limits bind and what the next unit of each would save.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..api import Case, Prepared, options_of, prepare, solve_prepared, with_fix
from ..engines import Options
from ..engines.elastic import Unanswered, feasible, irreducible, least_excess, least_shortfall, without
from ..errors import BalikError, Problem
from ..network.network import Demand, Limit, Supply
from ..plan.plan import Plan
from ..tables.baseline import is_fixed
from ..tables.units import mass_of
from .comeback import is_in_rows, loosened
from .ratio import least_ratio
from .repair import STOPPED, is_counted, number, plain, repair, safe, told, unit_after, where, where_keys, words
from .study import Study
from .today import mend_baseline

#: Seconds that one question to the solver may take, unless the call says otherwise.
PATIENCE = 30.0

#: Columns whose cells oblige or forbid something: what is asked when even no limit explains it.
_SOFT = (
    ("supply", "amount", "what must be collected"),
    ("supply", "least", "what must be collected"),
    ("supply", "most", "what may be collected"),
    ("returns", "share", "what comes back of what was handed over"),
    ("offers", "amount", "what may be collected at each level of an offer"),
    ("dropoff", "share", "what people bring themselves, and take away from where it waits"),
    ("demand", "amount", "what must be delivered"),
    ("demand", "least", "what must be delivered"),
    ("demand", "most", "what may be delivered"),
    ("sites", "capacity", "what sites can take"),
    ("sites", "least", "what open sites must take"),
    ("sites", "status", "which sites are open or closed"),
    ("phases", "capacity", "what sites can take in each period"),
    ("phases", "least", "what open sites must take in each period"),
    ("phases", "may_open", "when sites may open"),
    ("phases", "may_close", "when sites may close"),
    ("modules", "most", "how many modules a site may have"),
    ("lanes", "single", "single sourcing"),
    ("lanes", "within", "the radius"),
    ("lanes", "nearest", "the number of nearest destinations"),
    ("lanes", "least", "what lanes must carry"),
    ("lanes", "most", "what lanes can carry"),
    ("processes", "most", "what processes can do"),
    ("fleets", "available", "how many vehicles there are"),
    ("processes", "lot", "what a process must do where it runs"),
    ("processes", "batch", "whole batches"),
    ("resources", "capacity", "what resources are at hand"),
    ("stores", "room", "what stores can keep"),
    ("stores", "end", "what must stay in stock"),
    ("stores", "least", "what must always be in stock"),
    ("baseline", "amount", "today's flows"),
)


#: What takes away a bound whose blank cell is another bound: that of the table sites.
_WITHOUT = {("phases", "capacity"): "inf", ("phases", "least"): "0"}


@dataclass(frozen=True)
class _Side:
    """One bound of a limit, by its column: its rows in the program."""

    limit: Limit
    column: str  # least, most or spread
    rows: np.ndarray

    @property
    def upper(self) -> bool:
        return self.column != "least"

    @property
    def bound(self) -> float:
        return float(getattr(self.limit, self.column))

    @property
    def word(self) -> str:
        return {"least": "at least", "most": "at most"}.get(self.column, "apart at most")


def explain(
    case: Case,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    fix: str | None = None,
    **options: Any,
) -> Study:
    """Why there is no plan, with repairs and their prices; with a plan, what binds. `fix="baseline"`: of today's plan.

    >>> import balik
    >>> study = balik.explain("jerigen-padang", scenario="biaya-plus-20")
    >>> [(r["change"], r["cost"]) for r in study.rows if r["mends"]]
    [('limits.least[limit=vcap] = 762', 9063600.0), ('limits.most[limit=trl-max] = 9793200', 9793200.0)]
    """
    settings = with_fix(settings, fix)
    prepared = prepare(case, scenario, set, settings)
    asked = options_of(prepared.tables, **options)
    asked = replace(asked, time_limit=asked.time_limit or PATIENCE)
    ask = _Ask(case, scenario, tuple(set), settings, prepared, asked)
    plan, _ = solve_prepared(prepared, asked)
    if plan.has_numbers:
        return ask.what_binds(plan)
    if plan.status != "infeasible":
        sentence = {
            "unbounded": "The cost can fall without end: something is paid for and nothing bounds it.",
            "stopped": "The search was stopped before it was known whether a plan exists.",
        }.get(plan.status, "A plan was found, and it fails its verification: " + "; ".join(plan.broken[:3]))
        return Study("explain", plan.case, plan.currency, [], [sentence], False)
    return ask.why_none(plan)


class _Ask:
    """Questions about one case."""

    def __init__(
        self,
        case: Case,
        scenario: str | None,
        sets: tuple[str, ...],
        settings: Mapping[str, Any] | None,
        prepared: Prepared,
        options: Options,
    ):
        self.case, self.scenario, self.sets, self.settings = case, scenario, sets, settings
        self.prepared, self.options = prepared, options
        self.arrays = prepared.model.program.arrays()
        self.unsure = False

    # -- no plan -------------------------------------------------------------------------------------------------

    def why_none(self, plan: Plan) -> Study:
        sides = self.sides()
        every = np.concatenate([s.rows for s in sides]) if sides else np.zeros(0, np.int64)
        findings, rows = ["No plan exists."], []
        evidence = [
            w for w in self.prepared.tables.problems.warnings if w.code in ("W209", "W210", "W211", "W391", "W393")
        ]
        findings += [f"{w.found} ({_spot(w)})" for w in evidence]
        try:
            by_limits = bool(sides) and feasible(without(self.arrays, every), self.options)
        except Unanswered:
            findings.append("The search was stopped before it was known whether the limits are the reason.")
            return Study("explain", plan.case, plan.currency, [], findings, False)
        if by_limits:
            core = self.core_of(sides)
            findings += self.tell_limits(core)
            for side in core:
                rows += self.mend_limit(side)
        else:
            groups = self.core_of_columns()
            findings += self.tell_columns(groups, bool(sides))
            for group in groups:
                rows += self.mend_column(group)
        if self.unsure:
            findings.append("The search for fewer was stopped, so some of these may not be needed.")
        findings += [told(row, self.prepared.tables.currency) for row in rows]
        if not any(row["mends"] for row in rows):
            findings.append("No change of a single one of these mends it within the limits of this search.")
        return Study("explain", plan.case, plan.currency, rows, findings, False)

    def sides(self) -> list[_Side]:
        """Every bound of every limit, with its rows."""
        out = []
        for position, limit in enumerate(self.prepared.network.limits):
            for column in ("most", "least", "spread"):
                block = self.prepared.model.program.families.get("spread" if column == "spread" else "limits")
                if block is None or not np.isfinite(getattr(limit, column)):
                    continue
                says = np.isfinite(block.rows.lower if column == "least" else block.rows.upper)
                out.append(_Side(limit, column, block.start + np.flatnonzero((block.rows.index.limit == position) & says)))
        return out

    def core_of(self, sides: list[_Side]) -> list[_Side]:
        """Bounds of limits none of which can be left out of the contradiction."""

        def still(dropped: list[_Side]) -> bool:
            lower, upper = self.arrays.row_lower.copy(), self.arrays.row_upper.copy()
            for side in dropped:
                (upper if side.upper else lower)[side.rows] = np.inf if side.upper else -np.inf
            return self.is_infeasible(replace(self.arrays, row_lower=lower, row_upper=upper))

        return irreducible(sides, still)

    def is_infeasible(self, arrays: Arrays) -> bool:
        """Whether it is shown that there is no solution; a question that was stopped shows nothing."""
        try:
            return not feasible(arrays, self.options)
        except Unanswered:
            self.unsure = True
            return False

    def tell_limits(self, core: list[_Side]) -> list[str]:
        count = {1: "This limit cannot hold", 2: "Two limits cannot both hold"}.get(
            len(core), f"These {len(core)} limits cannot all hold"
        )
        frame = self.prepared.data["limits"]
        return [f"{count} with everything else as it is written:"] + [
            f"  {s.limit.name}: {words(s.limit)} {s.word} {number(s.bound)}{unit_after(self.prepared, s.limit)}"
            f" ({frame.spot(s.limit.row)})"
            for s in core
        ]

    def mend_limit(self, side: _Side) -> list[dict[str, Any]]:
        """The least change of this bound, rounded to the safe side and solved again."""
        name, cell = side.limit.name, self.cell_of_limit(side)
        try:
            excess = self.least_excess(side)
        except Unanswered:
            return [repair(name, cell, None, STOPPED)]
        if excess is None:
            return [repair(name, cell, None, "no change of it alone mends it")]
        target = side.bound + excess if side.upper else side.bound - excess
        for value in safe(target, side.upper, is_counted(self.prepared, side.limit)):
            change = f"{cell} = {plain(value / side.limit.times)}"
            again = self.solved([change])
            if again is not None and again.has_numbers:
                old, new = side.bound / side.limit.times, value / side.limit.times
                return [repair(name, change, again, by=new - old, old=old, new=new)]
        return [repair(name, cell, None, "the changed case was not solved")]

    def least_excess(self, side: _Side) -> float | None:
        """By how much the bound must give way for a plan to exist; None: it alone mends nothing."""
        v = self.prepared.model.variables
        mine = [b for b in v.bounds_of_limits if self.prepared.network.limits[b.limit] is side.limit]
        if side.column == "spread" or not any(b.varies for b in mine):
            return least_excess(self.arrays, side.rows, side.upper, self.options)
        return least_ratio(self.prepared.network, side.limit, side.column, mine, without(self.arrays, side.rows), self.options)

    def cell_of_limit(self, side: _Side) -> str:
        """The one cell of the table in which the bound stands: `limits.most[limit=…]`."""
        column = side.column
        frame = self.prepared.data["limits"]
        table = frame.table
        assert table is not None
        mine = [r.row for r in side.limit.every_row if table.cell(r.row, column)]
        row = mine[0] if mine else side.limit.row
        known = [c for c in ("quantity", "over", "lag", *frame.schema.scopes) if c in table.columns]
        cells = {"limit": table.cell(row, "limit")}
        for c in [c for c in known if table.cell(row, c)] + [c for c in known if not table.cell(row, c)]:
            if len(table.rows(cells)) > 1:  # as few cells as tell the row from the others of its name
                cells[c] = table.cell(row, c)
        return f"limits.{column}{where(cells)}"

    # -- no plan even without limits -----------------------------------------------------------------------------

    def core_of_columns(self) -> list[tuple[str, str, str]]:
        """Columns of the tables none of which can be left out of the contradiction."""
        fixed = is_fixed(self.prepared.data)
        parts = [p for p in _SOFT if self.is_filled(*p[:2]) and (fixed or p[0] != "baseline")]

        def still(dropped: list[tuple[str, str, str]]) -> bool:
            try:
                arrays = self.relaxed([part[:2] for part in dropped])
            except BalikError:
                return False  # without it the case says too little: it stays in the contradiction
            return self.is_infeasible(arrays)

        return irreducible(parts, still)

    def relaxed(self, columns: list[tuple[str, str]]) -> Arrays:
        """The program without its limits and without what these columns oblige or forbid."""
        obligations = {("supply", "amount"), ("supply", "least"), ("demand", "amount"), ("demand", "least")}
        sets = [change for c in columns if c not in obligations and not self.is_in_rows(c) for change in self.freed(*c)]
        settings = self.settings if ("baseline", "amount") not in columns else self.free_settings()
        prepared = prepare(self.case, self.scenario, (*self.sets, *sets), settings)
        program, v = prepared.model.program, prepared.model.variables
        arrays, limits = program.arrays(), [program.families[k] for k in ("limits", "spread") if k in program.families]
        for table, variable in (("supply", v.collect), ("demand", v.deliver)):
            if any(c in obligations and c[0] == table for c in columns):
                arrays.lower[variable.cols] = 0.0
        arrays = loosened(prepared.model, arrays, [c for c in columns if self.is_in_rows(c)])
        for block in limits:
            arrays = without(arrays, block.start + np.arange(len(block.rows)))
        return arrays

    def is_in_rows(self, column: tuple[str, str]) -> bool:
        return is_in_rows(self.prepared.network, column)

    def is_filled(self, table: str, column: str) -> bool:
        frame = self.prepared.data[table]
        given = frame.given.get(column)
        return bool(len(frame)) and given is not None and bool(given.any())

    def freed(self, table: str, column: str) -> list[str]:
        """Changes that take away what a column obliges or forbids."""
        if column == "status":
            return ["sites.status = candidate"]
        if (table, column) in _WITHOUT:
            return [f"{table}.{column} = {_WITHOUT[table, column]}"]
        if table == "baseline":
            return []  # flows are freed by a setting
        return [f"{table}.{column} = default"]

    def tell_columns(self, groups: list[tuple[str, str, str]], limits: bool) -> list[str]:
        if not groups:
            return ["The materials cannot be balanced: what is made or collected somewhere has no way out."]
        named = "; ".join(f"{meaning} ({table}.{column})" for table, column, meaning in groups)
        return [f"{'Even without the limits, these' if limits else 'These'} cannot hold together: {named}."]

    def mend_column(self, group: tuple[str, str, str]) -> list[dict[str, Any]]:
        table, column, meaning = group
        if table in ("supply", "demand") and column in ("amount", "least"):
            return self.mend_obligation(table, column)
        if (table, column) == ("sites", "capacity") or self.is_in_rows((table, column)):
            return self.mend_all(f"{table}.{column}", "+=" if table == "supply" else "*=")
        if table == "baseline":
            return mend_baseline(self.prepared, self.not_fixed, self.solved, self.options)
        changes = self.freed(table, column)
        return [repair(meaning, "; ".join(changes), self.solved(changes))]

    def mend_obligation(self, table: str, column: str) -> list[dict[str, Any]]:
        """The least total by which obligations must fall, place by place."""
        n, v, name = self.prepared.network, self.prepared.model.variables, f"{table}.{column}"
        block, rows = (v.collect, n.supply) if table == "supply" else (v.deliver, n.demand)
        on = np.flatnonzero(rows.least > 0)
        try:
            short = least_shortfall(self.arrays, block.cols[on], self.options)
        except Unanswered:
            return [repair(name, name, None, STOPPED)]
        if short is None:
            return [repair(name, name, None, "no change of it alone mends it")]
        change, total = name, 0.0
        for step in (0, 1):  # the nearest value first, then the one further to the safe side
            changes, total = self.lowered(table, column, rows, on, short, step)
            change = "; ".join(changes)
            plan = self.solved(changes) if changes else None
            if plan is not None and plan.has_numbers:
                return [repair(name, change, plan, by=-total)]
        return [repair(name, change, None, by=-total)]

    def lowered(
        self, table: str, column: str, rows: Supply | Demand, on: np.ndarray, short: np.ndarray, step: int
    ) -> tuple[list[str], float]:
        """Changes that lower each obligation by what it falls short, and by how much in all.

        Both in the unit of the cells.
        """
        n, frame = self.prepared.network, self.prepared.data[table]
        values: dict[int, float] = {}
        for i in np.flatnonzero(short > 1e-6):
            at = on[i]
            counted = mass_of(n.unit[rows.material[at]]) is None
            tries = safe(float(rows.least[at] - short[i]), False, counted)
            row, ratio = int(rows.row[at]), frame.ratio(column, int(rows.material[at]))
            values[row] = min(values.get(row, np.inf), max(0.0, tries[min(step, len(tries) - 1)]) / ratio)
        total = 0.0
        for row, value in values.items():
            for at in np.flatnonzero(rows.row == row).tolist():
                total += float(rows.least[at]) / frame.ratio(column, int(rows.material[at])) - value
        return [f"{table}.{column}{where_keys(frame, row)} = {plain(value)}" for row, value in values.items()], total

    def mend_all(self, name: str, op: str) -> list[dict[str, Any]]:
        """The least factor on every cell of a column, to 0.1 %; or the least whole number to add to each."""
        unit = 1000 if op == "*=" else 1

        def works(steps: int) -> bool:
            try:
                changed = prepare(self.case, self.scenario, (*self.sets, f"{name} {op} {steps}/{unit}"), self.settings)
            except BalikError:
                return False  # beyond what the column may say
            return feasible(changed.model.program.arrays(), self.options)

        low, high = (1000, 2000) if op == "*=" else (0, 1)
        try:
            while not works(high):
                low, high = high, high * 2
                if high > 1_000_000:
                    return [repair(name, name, None, "no factor on it alone mends it")]
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if works(middle) else (middle, high)
        except Unanswered:
            return [repair(name, name, None, STOPPED)]
        change = f"{name} {op} {high / unit:g}"
        return [repair(name, change, self.solved([change]))]

    def not_fixed(self, changes: Sequence[str]) -> Prepared:
        """The case with changes and without fixed flows."""
        return prepare(self.case, self.scenario, (*self.sets, *changes), self.free_settings())

    def free_settings(self) -> dict[str, Any]:
        """The settings of the call, and flows that are not fixed."""
        return {**(self.settings or {}), "solve": {**(self.settings or {}).get("solve", {}), "fix": None}}

    def solved(self, changes: Sequence[str]) -> Plan | None:
        """The case with changes, solved and verified; None when the changes do not fit it."""
        try:
            prepared = prepare(self.case, self.scenario, (*self.sets, *changes), self.settings)
        except BalikError:
            return None
        return solve_prepared(prepared, replace(self.options, prices=False))[0]

    # -- with a plan ---------------------------------------------------------------------------------------------

    def what_binds(self, plan: Plan) -> Study:
        """Limits that bind, and what one more unit (1 % for money and masses) of each would save."""
        findings = [f"A plan exists ({plan.status}, cost {number(plan.cost or 0.0)} {plan.currency})."]
        binding = {(fact["limit"], side) for fact in plan.facts["limits"] for side in _sides_of(fact["binds"])}
        rows = []
        for side in self.sides():
            if (side.limit.name, side.column) not in binding:
                continue
            size = 1.0 if is_counted(self.prepared, side.limit) else abs(side.bound) / 100 or 1.0
            step = size if side.upper else -size
            by, old = step / side.limit.times, side.bound / side.limit.times  # as the cell counts
            change = f"{self.cell_of_limit(side)} += {plain(by)}"
            again = self.solved([change])
            rows.append(repair(side.limit.name, change, again, "could not be solved", by=by, old=old))
            findings.append(
                f"  {side.limit.name} binds ({side.word} {number(side.bound)}): {_saves(change, plan, again)}."
            )
        full = [s["place"] for s in plan.facts["sites"] if s["fullest"] is not None and s["fullest"] >= 1 - 1e-9]
        if full:
            findings.append(f"  Full to their capacity: {', '.join(full)}.")
        spent = [r for r in plan.facts["resources"] if r["share"] is not None and r["share"] >= 1 - 1e-9]
        if spent:
            named = dict.fromkeys(f"{r['resource']} at {r['place']}" for r in spent)
            findings.append(f"  Used up: {', '.join(named)}.")
        if len(findings) == 1:
            findings.append("  No limit binds and no site is full: the plan follows from costs, obligations and lanes.")
        return Study("explain", plan.case, plan.currency, rows, findings, True)


def _spot(problem: Problem) -> str:
    """`supply.csv line 5`; in a workbook `book.xlsx supply!C5`."""
    return f"{problem.file} {problem.sheet}!{problem.cell}" if problem.sheet else f"{problem.file} line {problem.line}"


def _sides_of(binds: str | None) -> tuple[str, ...]:
    return ("least", "most") if binds == "both" else (binds,) if binds else ()


def _saves(change: str, plan: Plan, again: Plan | None) -> str:
    if again is None or again.cost is None or plan.cost is None:
        return f"{change} could not be solved"
    proved = "" if plan.status == again.status == "optimal" else " (not proved: a search was stopped)"
    return f"{change} saves {number(plan.cost - again.cost)} {plan.currency}{proved}"
