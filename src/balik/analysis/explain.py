"""Why there is no plan: which of the user's rows cannot hold together, and the least change of one that mends it.

First the limits: those that cannot hold together when everything else stands as written. Where no plan exists even
without limits, the same question is asked of obligations, capacities, bounds, statuses and single sourcing, column by
column. Every repair is rounded to the safe side, written as a change of the user's own cells, solved again and
verified. With a plan, `explain` says which limits bind and what the next unit of each would save.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..api import Case, Prepared, options_of, prepare, solve_prepared
from ..engines import Options
from ..engines.elastic import feasible, irreducible, least_excess, least_shortfall, without
from ..errors import BalikError
from ..network.limits import MATERIAL_QUANTITIES, is_money
from ..network.network import Demand, Limit, Supply
from ..plan.plan import Plan
from ..tables.units import mass_of
from .study import Study

#: Seconds that one question to the solver may take, unless the call says otherwise.
PATIENCE = 30.0
_COUNTS = ("use", "open", "trips")

#: Columns whose cells oblige or forbid something: what is asked when even no limit explains it.
_SOFT = (
    ("supply", "amount", "what must be collected"),
    ("supply", "least", "what must be collected"),
    ("supply", "most", "what may be collected"),
    ("demand", "amount", "what must be delivered"),
    ("demand", "least", "what must be delivered"),
    ("demand", "most", "what may be delivered"),
    ("sites", "capacity", "what sites can take"),
    ("sites", "least", "what open sites must take"),
    ("sites", "status", "which sites are open or closed"),
    ("lanes", "single", "single sourcing"),
    ("lanes", "within", "the radius"),
    ("lanes", "nearest", "the number of nearest destinations"),
    ("lanes", "least", "what lanes must carry"),
    ("lanes", "most", "what lanes can carry"),
    ("processes", "most", "what processes can do"),
    ("stores", "room", "what stores can keep"),
    ("stores", "end", "what must stay in stock"),
)


@dataclass(frozen=True)
class _Side:
    """One bound of a limit: its rows in the program."""

    limit: Limit
    upper: bool
    rows: np.ndarray

    @property
    def bound(self) -> float:
        return self.limit.most if self.upper else self.limit.least


def explain(case: Case, scenario: str | None = None, set: Sequence[str] = (), **options: Any) -> Study:
    """Why there is no plan, with repairs and their prices; with a plan, what binds.

    >>> import balik
    >>> study = balik.explain("jerigen-padang", scenario="biaya-plus-20")
    >>> [(r["change"], r["cost"]) for r in study.rows if r["mends"]]
    [('limits.least[limit=vcap] = 762', 9063600.0), ('limits.most[limit=trl-max] = 9793200', 9793200.0)]
    """
    prepared = prepare(case, scenario, set)
    asked = options_of(prepared.tables, **options)
    asked = replace(asked, time_limit=asked.time_limit or PATIENCE)
    ask = _Ask(case, scenario, tuple(set), prepared, asked)
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

    def __init__(self, case: Case, scenario: str | None, sets: tuple[str, ...], prepared: Prepared, options: Options):
        self.case, self.scenario, self.sets = case, scenario, sets
        self.prepared, self.options = prepared, options
        self.arrays = prepared.model.program.arrays()

    # -- no plan -------------------------------------------------------------------------------------------------

    def why_none(self, plan: Plan) -> Study:
        sides = self.sides()
        every = np.concatenate([s.rows for s in sides]) if sides else np.zeros(0, np.int64)
        findings, rows = ["No plan exists."], []
        evidence = [w for w in self.prepared.tables.problems.warnings if w.code in ("W209", "W210", "W211")]
        findings += [f"{w.found} ({w.file} line {w.line})" for w in evidence]
        if sides and feasible(without(self.arrays, every), self.options):
            core = self.core_of(sides)
            findings += self.tell_limits(core)
            for side in core:
                rows += self.mend_limit(side)
        else:
            groups = self.core_of_columns()
            findings += self.tell_columns(groups, bool(sides))
            for group in groups:
                rows += self.mend_column(group)
        findings += [_told(row, self.prepared.tables.currency) for row in rows]
        if not any(row["mends"] for row in rows):
            findings.append("No change of a single one of these mends it within the limits of this search.")
        return Study("explain", plan.case, plan.currency, rows, findings, False)

    def sides(self) -> list[_Side]:
        """Every bound of every limit, with its rows."""
        block = self.prepared.model.program.families.get("limits")
        if block is None:
            return []
        out = []
        for number, limit in enumerate(self.prepared.network.limits):
            rows = block.start + np.flatnonzero(block.rows.index.limit == number)
            out += [
                _Side(limit, upper, rows)
                for upper, bound in ((True, limit.most), (False, limit.least))
                if np.isfinite(bound)
            ]
        return out

    def core_of(self, sides: list[_Side]) -> list[_Side]:
        """Bounds of limits none of which can be left out of the contradiction."""

        def still(dropped: list[object]) -> bool:
            lower, upper = self.arrays.row_lower.copy(), self.arrays.row_upper.copy()
            for side in dropped:
                assert isinstance(side, _Side)
                (upper if side.upper else lower)[side.rows] = np.inf if side.upper else -np.inf
            return feasible(replace(self.arrays, row_lower=lower, row_upper=upper), self.options) is False

        return [s for s in irreducible(sides, still) if isinstance(s, _Side)]

    def tell_limits(self, core: list[_Side]) -> list[str]:
        count = {1: "This limit cannot hold", 2: "Two limits cannot both hold"}.get(
            len(core), f"These {len(core)} limits cannot all hold"
        )
        frame = self.prepared.data["limits"]
        return [f"{count} with everything else as it is written:"] + [
            f"  {s.limit.name}: {_words(s.limit)} {'at most' if s.upper else 'at least'} {_number(s.bound)}{_unit(self.prepared, s.limit)}"
            f" ({frame.spot(s.limit.row)})"
            for s in core
        ]

    def mend_limit(self, side: _Side) -> list[dict[str, Any]]:
        """The least change of this bound, rounded to the safe side and solved again."""
        excess = least_excess(self.arrays, side.rows, side.upper, self.options)
        column = "most" if side.upper else "least"
        where = self.cell_of_limit(side, column)
        if excess is None:
            return [_row(side.limit.name, f"limits.{column}{where}", None, None, "no change of it alone mends it")]
        target = side.bound + excess if side.upper else side.bound - excess
        for value in _safe(target, side.upper, self.is_counted(side.limit)):
            change = f"limits.{column}{where} = {_plain(value)}"
            again = self.solved([change])
            if again is not None and again.has_numbers:
                return [_row(side.limit.name, change, value - side.bound, again.cost, "", side.bound, value)]
        return [_row(side.limit.name, f"limits.{column}{where}", None, None, "the changed case was not solved")]

    def cell_of_limit(self, side: _Side, column: str) -> str:
        """Where-clause that names the one row of the table on which the bound stands."""
        frame = self.prepared.data["limits"]
        table = frame.table
        assert table is not None
        mine = [r.row for r in side.limit.rows if table.cell(r.row, column)]
        row = mine[0] if mine else side.limit.row
        cells = {c: table.cell(row, c) for c in ("limit", "quantity", *frame.schema.scopes) if c in table.columns}
        if len(side.limit.rows) == 1:
            cells = {"limit": cells["limit"]}
        return "[" + ",".join(f"{c}={_quoted(v)}" for c, v in cells.items()) + "]"

    def is_counted(self, limit: Limit) -> bool:
        """Whether the limit counts whole things: sites, trips, or units that are counts."""
        quantity = limit.rows[0].quantity
        if quantity in _COUNTS:
            return True
        if quantity not in MATERIAL_QUANTITIES:
            return False
        units = {str(u) for p in self.prepared.model.variables.parts(quantity) for u in set(p.unit)}
        return not limit.unit and all(mass_of(u) is None for u in units)

    # -- no plan even without limits -----------------------------------------------------------------------------

    def core_of_columns(self) -> list[tuple[str, str, str]]:
        """Columns of the tables none of which can be left out of the contradiction."""
        parts = [p for p in _SOFT if self.is_filled(*p[:2])]

        def still(dropped: list[object]) -> bool:
            columns = [part[:2] for part in dropped]  # type: ignore[index]
            try:
                arrays = self.relaxed(columns)
            except BalikError:
                return False  # without it the case says too little: it stays in the contradiction
            return feasible(arrays, self.options) is False

        return irreducible(parts, still)  # type: ignore[return-value]

    def relaxed(self, columns: list[tuple[str, str]]) -> Arrays:
        """The program without its limits and without what these columns oblige or forbid."""
        obligations = {("supply", "amount"), ("supply", "least"), ("demand", "amount"), ("demand", "least")}
        sets = [change for c in columns if c not in obligations for change in self.freed(*c)]
        prepared = prepare(self.case, self.scenario, (*self.sets, *sets))
        program, v = prepared.model.program, prepared.model.variables
        arrays, limits = program.arrays(), program.families.get("limits")
        for table, variable in (("supply", v.collect), ("demand", v.deliver)):
            if any(c in obligations and c[0] == table for c in columns):
                arrays.lower[variable.cols] = 0.0
        return arrays if limits is None else without(arrays, limits.start + np.arange(len(limits.rows)))

    def is_filled(self, table: str, column: str) -> bool:
        frame = self.prepared.data[table]
        given = frame.given.get(column)
        return bool(len(frame)) and given is not None and bool(given.any())

    def freed(self, table: str, column: str) -> list[str]:
        """Changes that take away what a column obliges or forbids."""
        if column == "status":
            return ["sites.status = candidate"]
        return [f"{table}.{column} = default"]

    def tell_columns(self, groups: list[tuple[str, str, str]], limits: bool) -> list[str]:
        if not groups:
            return ["The materials cannot be balanced: what is made or collected somewhere has no way out."]
        words = "; ".join(f"{words} ({table}.{column})" for table, column, words in groups)
        return [f"{'Even without the limits, these' if limits else 'These'} cannot hold together: {words}."]

    def mend_column(self, group: tuple[str, str, str]) -> list[dict[str, Any]]:
        table, column, words = group
        if table in ("supply", "demand") and column in ("amount", "least"):
            return self.mend_obligation(table, column)
        if (table, column) == ("sites", "capacity"):
            return self.mend_capacity()
        changes = self.freed(table, column)
        plan = self.solved(changes)
        mended = plan is not None and plan.has_numbers
        return [
            _row(
                words,
                "; ".join(changes),
                None,
                plan.cost if mended and plan else None,
                "" if mended else "alone mends nothing",
            )
        ]

    def mend_obligation(self, table: str, column: str) -> list[dict[str, Any]]:
        """The least total by which obligations must fall, place by place."""
        n, v = self.prepared.network, self.prepared.model.variables
        block, rows = (v.collect, n.supply) if table == "supply" else (v.deliver, n.demand)
        columns = block.cols[rows.least > 0]
        short = least_shortfall(self.arrays, columns, self.options)
        if short is None:
            return [_row(f"{table}.{column}", f"{table}.{column}", None, None, "no change of it alone mends it")]
        on = np.flatnonzero(rows.least > 0)
        change, total, plan = "", 0.0, None
        for step in (0, 1):  # the nearest value first, then the one further to the safe side
            changes, total = self.lowered(table, column, rows, on, short, step)
            change = "; ".join(changes)
            plan = self.solved(changes) if changes else None
            if plan is not None and plan.has_numbers:
                return [_row(f"{table}.{column}", change, -total, plan.cost, "")]
        return [_row(f"{table}.{column}", change, -total, None, "alone mends nothing")]

    def lowered(
        self, table: str, column: str, rows: Supply | Demand, on: np.ndarray, short: np.ndarray, step: int
    ) -> tuple[list[str], float]:
        """Changes that lower each obligation by what it falls short, and by how much in all."""
        n, frame = self.prepared.network, self.prepared.data[table]
        values: dict[int, float] = {}
        for i in np.flatnonzero(short > 1e-6):
            at = on[i]
            counted = mass_of(n.unit[rows.material[at]]) is None
            tries = _safe(float(rows.least[at] - short[i]), False, counted)
            row = int(rows.row[at])
            values[row] = min(values.get(row, np.inf), max(0.0, tries[min(step, len(tries) - 1)]))
        total = sum(float((rows.least[rows.row == row] - value).sum()) for row, value in values.items())
        return [f"{table}.{column}{_cell(frame, row)} = {_plain(value)}" for row, value in values.items()], total

    def mend_capacity(self) -> list[dict[str, Any]]:
        """The least factor on every capacity, to 0.1 %."""

        def works(thousandths: int) -> bool:
            plan_at = prepare(self.case, self.scenario, (*self.sets, f"sites.capacity *= {thousandths}/1000"))
            return feasible(plan_at.model.program.arrays(), self.options) is True

        low, high = 1000, 2000
        while not works(high):
            low, high = high, high * 2
            if high > 1_000_000:
                return [_row("sites.capacity", "sites.capacity", None, None, "no factor on it alone mends it")]
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if works(middle) else (middle, high)
        change = f"sites.capacity *= {high / 1000:g}"
        plan = self.solved([change])
        mended = plan is not None and plan.has_numbers
        return [
            _row(
                "sites.capacity",
                change,
                None,
                plan.cost if mended and plan else None,
                "" if mended else "alone mends nothing",
            )
        ]

    def solved(self, changes: Sequence[str]) -> Plan | None:
        """The case with changes, solved and verified; None when the changes do not fit it."""
        try:
            prepared = prepare(self.case, self.scenario, (*self.sets, *changes))
        except BalikError:
            return None
        return solve_prepared(prepared, replace(self.options, prices=False))[0]

    # -- with a plan ---------------------------------------------------------------------------------------------

    def what_binds(self, plan: Plan) -> Study:
        """Limits that bind, and what one more unit (1 % for money and masses) of each would save."""
        findings = [f"A plan exists ({plan.status}, cost {_number(plan.cost or 0.0)} {plan.currency})."]
        bound = {fact["limit"]: fact for fact in plan.facts.get("limits", []) if fact["binds"]}
        rows = []
        for side in self.sides():
            fact = bound.get(side.limit.name)
            if fact is None or fact["binds"] not in ("both", "most" if side.upper else "least"):
                continue
            step = 1.0 if self.is_counted(side.limit) else abs(side.bound) / 100 or 1.0
            column = "most" if side.upper else "least"
            change = f"limits.{column}{self.cell_of_limit(side, column)} += {_plain(step if side.upper else -step)}"
            again = self.solved([change])
            cost = again.cost if again is not None and again.has_numbers else None
            rows.append(_row(side.limit.name, change, step if side.upper else -step, cost, "", side.bound))
            saving = None if cost is None or plan.cost is None else plan.cost - cost
            findings.append(
                f"  {side.limit.name} binds ({'at most' if side.upper else 'at least'} {_number(side.bound)}): "
                + (
                    f"{change} saves {_number(saving)} {plan.currency}."
                    if saving is not None
                    else f"{change} could not be solved."
                )
            )
        full = [
            s["place"] for s in plan.facts.get("sites", []) if s["fullest"] is not None and s["fullest"] >= 1 - 1e-9
        ]
        if full:
            findings.append(f"  Full to their capacity: {', '.join(full)}.")
        if len(findings) == 1:
            findings.append("  No limit binds and no site is full: the plan follows from costs, obligations and lanes.")
        return Study("explain", plan.case, plan.currency, rows, findings, True)


def _row(
    what: str,
    change: str,
    by: float | None,
    cost: float | None,
    why_not: str,
    old: float | None = None,
    new: float | None = None,
) -> dict[str, Any]:
    return {
        "what": what,
        "change": change,
        "by": by,
        "from": old,
        "to": new,
        "cost": cost,
        "mends": cost is not None,
        "why_not": why_not,
    }


def _told(row: dict[str, Any], currency: str) -> str:
    if not row["mends"]:
        return f"Not enough alone: {row['change']} ({row['why_not']})."
    by = f" ({row['by']:+,.10g})" if row["by"] is not None else ""
    return f"This mends it: {row['change']}{by}. The plan then costs {_number(row['cost'])} {currency} (solved again and verified)."


def _words(limit: Limit) -> str:
    return " + ".join((f"{r.coef:g} × " if r.coef != 1 else "") + r.quantity for r in limit.rows)


def _unit(prepared: Prepared, limit: Limit) -> str:
    quantity = limit.rows[0].quantity
    if limit.unit:
        return f" {limit.unit}"
    if is_money(quantity):
        return f" {prepared.tables.currency}"
    units = {u for p in prepared.model.variables.parts(quantity) for u in map(str, p.unit)}
    unit = units.pop() if len(units) == 1 else ""
    plural = (
        "s"
        if unit in ("site", "trip", "job", "run") and abs(limit.most if np.isfinite(limit.most) else limit.least) != 1
        else ""
    )
    return f" {unit}{plural}" if unit else ""


def _number(value: float) -> str:
    return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}"


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _quoted(text: str) -> str:
    return f"'{text}'" if any(sign in text for sign in ",]=; ") else text


def _cell(frame: Any, row: int) -> str:
    """Where-clause of a row by its keys as written."""
    cells = {c: frame.table.cell(row, c) for c in frame.schema.keys if c in frame.table.columns}
    return "[" + ",".join(f"{c}={_quoted(v)}" for c, v in cells.items()) + "]"


def _safe(target: float, upward: bool, counted: bool) -> list[float]:
    """Values to try for a bound, from the nearest to the safe side."""
    exact = round(target)
    near = [float(exact)] if abs(target - exact) <= 1e-6 * max(1.0, abs(target)) else []
    if counted:
        return near or [float(math.ceil(target - 1e-9) if upward else math.floor(target + 1e-9))]
    if near:
        return [*near, float(exact + 1 if upward else exact - 1)]
    digits = max(0, 6 - len(str(int(abs(target)))))
    scale = 10.0**digits
    value = math.ceil(target * scale - 1e-9) / scale if upward else math.floor(target * scale + 1e-9) / scale
    return [value, value + (1 if upward else -1) / scale]
