"""Sensitivity: cells moved over a range, the case solved again at every point, never at frozen flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from ..api import Case, options_of, prepare, solve_prepared
from ..errors import CallError, InputError
from ..plan.plan import Plan
from ..schema import INPUT
from ..tables.changes import parse_selection, split_selections
from ..tables.numbers import NotANumber, read_fraction, write_number
from ..words import NOTHING, say
from .compare import row_of
from .study import Study

#: Columns that are moved when none is named: rates, amounts and capacities, as far as the case fills them.
DEFAULT_COLUMNS = {
    "modes": ("full_rate", "loaded_rate", "empty_rate", "trip_cost", "payload"),
    "lanes": ("fee", "km"),
    "distances": ("km",),
    "supply": ("amount", "most", "price"),
    "demand": ("amount", "least", "price"),
    "returns": ("share",),
    "deposits": ("amount",),
    "offers": ("price", "amount"),
    "dropoff": ("share",),
    "processes": ("cost", "most", "setup_cost"),
    "sites": ("capacity", "opening_cost", "running_cost", "unit_cost"),
    "modules": ("capacity", "cost"),
    "stores": ("room", "holding"),
    "resources": ("capacity",),
    "fleets": ("hours", "fixed_cost"),
    "charges": ("rate",),
    "market": ("amount",),
    "limits": ("least", "most"),
    "goals": ("target",),
}
DEFAULT_RANGE = "-10%:+10%:10%"
OVER_RANGE = "-30%:+30%:10%"
_MOST_POINTS = 1000
_EDGE = Fraction(1, 10_000)


def sensitivity(
    case: Case,
    over: str | Sequence[str] = (),
    range: str | tuple[float, float, float] | None = None,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> Study:
    """What the plan costs when cells move: each selection over the range, solved again and verified at each point.

    `over`: selections `table.column[key=value,…]`; several joined by commas move together; several selections are
    swept one after the other. `range`: "-30%:+30%:10%" (cells × 1 + p), "100:500:50" (cells set to the value), or a
    tuple of fractions (-0.3, 0.3, 0.1). Between a point with a plan and one without, the edge is found to 0.01 %.

    >>> import balik
    >>> study = balik.sensitivity("jerigen-padang", "supply.price,processes.cost", "0%:+20%:10%")
    >>> [(r["at"], r["cost"]) for r in study.rows]
    [('+0 %', 8161000.0), ('+10 %', 8977100.0), ('+20 %', None)]
    >>> study.findings
    ['supply.price,processes.cost: a plan exists up to +11.17 %, none at +11.18 %.']
    """
    sweep = _Sweep(case, scenario, tuple(set), settings, options)
    selections = [over] if isinstance(over, str) else list(over)
    if not selections:
        selections = _defaults(sweep)
        points, relative = parse_range(range or DEFAULT_RANGE)
    else:
        points, relative = parse_range(range or OVER_RANGE)
    rows: list[dict[str, Any]] = []
    findings: list[str] = []
    for selection in selections:
        parts = _parts(selection)
        try:
            found = [(p, sweep.at(parts, p, relative)) for p in points]
        except InputError as error:
            if over:
                raise
            why = error.problems[0].found
            findings.append(say("{over} cannot move alone, and is left out: {why}", over=selection, why=why))
            continue
        rows += [{"over": selection, "at": _shown(p, relative), **row_of(plan, sweep.base)} for p, plan in found]
        findings += sweep.edges(selection, parts, found, relative)
        findings += _flat(selection, found, sweep.base)
    return Study("sensitivity", sweep.base.case, sweep.base.currency, rows, findings, sweep.ok)


class _Sweep:
    """Solves the case again and again, each time from the last basis where the program has the same shape."""

    def __init__(
        self,
        case: Case,
        scenario: str | None,
        sets: tuple[str, ...],
        settings: Mapping[str, Any] | None,
        options: dict[str, Any],
    ):
        self.case, self.scenario, self.sets, self.settings, self.asked = case, scenario, sets, settings, options
        self.basis: tuple[tuple[int, int], Any] | None = None
        self.ok = True
        self.base = self.solve(())
        self.seen: dict[tuple[str, ...], Plan] = {}

    def solve(self, sets: Sequence[str]) -> Plan:
        prepared = prepare(self.case, self.scenario, (*self.sets, *sets), self.settings)
        program = prepared.model.program
        shape = (program.columns, program.rows)
        options = replace(options_of(prepared.tables, **self.asked), prices=False)
        basis = self.basis[1] if self.basis and self.basis[0] == shape else None
        plan, result = solve_prepared(prepared, options, basis)
        if result.basis is not None:
            self.basis = (shape, result.basis)
        self.ok &= plan.verified or not plan.broken
        return plan

    def at(self, parts: list[str], point: Fraction, relative: bool) -> Plan:
        factor = write_number(1 + point if relative else point)
        sets = tuple(f"{part} {'*=' if relative else '='} {factor}" for part in parts)
        if relative and point == 0:
            return self.base
        if sets not in self.seen:
            self.seen[sets] = self.solve(sets)
        return self.seen[sets]

    def edges(self, selection: str, parts: list[str], found: list[tuple[Fraction, Plan]], relative: bool) -> list[str]:
        """Between a point with a plan and one without: the last with a plan, to 0.01 %."""
        out = []
        for (a, first), (b, second) in pairwise(found):
            if first.has_numbers == second.has_numbers or "infeasible" not in (first.status, second.status):
                continue
            good, bad = (a, b) if first.has_numbers else (b, a)
            step = _EDGE if relative else abs(b - a) / 1000
            low, high = 0, max(1, int(abs(bad - good) / step))
            sign = 1 if bad > good else -1
            while high - low > 1:
                middle = (low + high) // 2
                if self.at(parts, good + sign * step * middle, relative).has_numbers:
                    low = middle
                else:
                    high = middle
            last, first_bad = good + sign * step * low, good + sign * step * high
            word = "up to" if sign > 0 else "down to"
            out.append(
                f"{selection}: a plan exists {word} {_shown(last, relative)}, none at {_shown(first_bad, relative)}."
            )
        return out


def _flat(selection: str, found: list[tuple[Fraction, Plan]], base: Plan) -> list[str]:
    costs = {plan.cost for _, plan in found}
    if len(found) > 1 and costs == {base.cost} and base.cost is not None:
        return [f"{selection}: no influence on the cost in this range."]
    return []


def _parts(selection: str) -> list[str]:
    """Selections joined by commas; each must be table.column[…] of a column of numbers."""
    parts = split_selections(selection)
    for part in parts:
        parsed = parse_selection(part)
        if parsed is None or parsed[3] is not None:
            raise CallError(
                say("'{part}' is not a selection. Write table.column or table.column[key=value].", part=part)
            )
        table, column = parsed[0], parsed[1]
        if table not in INPUT:
            raise CallError(say("'{table}' is not a table.", table=table))
        known = INPUT[table].columns.get(INPUT[table].names.get(column.lower(), column))
        if known is None or not known.is_number:
            raise CallError(say("'{table}.{column}' is not a column of numbers.", table=table, column=column))
    return parts


def parse_range(text: str | tuple[float, float, float]) -> tuple[list[Fraction], bool]:
    """Points of a range "start:stop:step", and whether they are percentages."""
    if isinstance(text, tuple):
        bounds, relative = [Fraction(str(v)) for v in text], True
    else:
        tokens = text.replace(" ", "").split(":")
        relative = "%" in text
        try:
            if len(tokens) != 3:
                raise NotANumber(NOTHING)
            bounds = [read_fraction(t.rstrip("%")) / (100 if relative else 1) for t in tokens]
        except NotANumber:
            raise CallError(
                say("'{text}' is not a range. Write start:stop:step, as -30%:+30%:10%.", text=text)
            ) from None
    start, stop, step = bounds
    if step <= 0 or stop < start or (stop - start) / step > _MOST_POINTS or (relative and start <= -1):
        raise CallError(
            say("'{text}' is not a range that can be swept: start ≤ stop, step > 0, above -100 %.", text=text)
        )
    return [start + i * step for i in np.arange(int((stop - start) / step) + 1).tolist()], relative


def _shown(point: Fraction, relative: bool) -> str:
    if not relative:
        return write_number(point)
    percent = float(point * 100)
    return f"{percent:+.10g} %"


def _defaults(sweep: _Sweep) -> list[str]:
    """Columns of rates, amounts and capacities that the case fills."""
    tables = prepare(sweep.case, sweep.scenario, sweep.sets, sweep.settings).data
    found = []
    for table, columns in DEFAULT_COLUMNS.items():
        frame = tables[table]
        for column in columns:
            given = frame.given[column]
            if len(frame) and given.any():
                if given.all() and np.isfinite(frame.written(column)).all():
                    found.append(f"{table}.{column}")
    if not found:
        raise CallError(say("No column of rates, amounts or capacities is filled in every row; name one with --over."))
    return found
