"""Rounds 1 and 2: the dimensions of every statement; data, keys and balances."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...schema import INPUT
from ...words import say
from ..audit.mass import mass_findings
from ..audit.solved import Solved
from ..dimensions import Dimensions
from ..told import figure
from .bench import Bench
from .record import Round, Trial

_KINDS = ("variable", "cost", "measure", "objective", "balance", "constraint")


def dimension_round(found: Dimensions) -> Round:
    """Left and right of every statement that the case uses."""
    names = {
        "variable": say("Units of the variables"), "cost": say("Units of the costs"), "measure": say("Units of the measures"),
        "objective": say("Unit of the objective"), "balance": say("Units of the balances"), "constraint": say("Units of the constraints"),
    }  # fmt: skip
    trials = []
    for kind in _KINDS:
        mine = [s for s in found.statements if s.statement.kind == kind]
        if not mine:
            continue
        terms = sum(len(s.terms) for s in mine)
        off = [s.statement.name for s in mine if not s.ok]
        told = say(
            "{terms} terms of {statements} statements: all agree", terms=figure(terms), statements=figure(len(mine))
        )
        if off:
            told = say("these differ: {names}", names=", ".join(off))
        trials.append(Trial(names[kind], say("every term on the left has the unit on the right"), told, not off))
    return Round(1, say("Dimensions"), trials)


def data_round(bench: Bench) -> Round:
    """What was read, its keys, and the balances of the plan."""
    return Round(2, say("Data, keys and balances"), [_read(bench), _keys(bench), *_balances(bench)])


def _read(bench: Bench) -> Trial:
    tables = bench.prepared.tables
    rows = sum(len(t) for t in tables.tables.values())
    warnings = tables.problems.warnings
    values = {"rows": figure(rows), "tables": figure(len(tables.tables)), "warnings": figure(len(warnings)),
              "codes": ", ".join(dict.fromkeys(w.code for w in warnings))}  # fmt: skip
    told = (
        say("{rows} rows of {tables} tables, {warnings} warnings", **values)
        if not warnings
        else say("{rows} rows of {tables} tables, 1 warning: {codes}", **values)
        if len(warnings) == 1
        else say("{rows} rows of {tables} tables, {warnings} warnings: {codes}", **values)
    )
    return Trial(
        say("Reading"), say("every cell is read, none is guessed, no problem remains"), told, not tables.problems.errors
    )


def _keys(bench: Bench) -> Trial:
    """Every label that a row names stands in the table that owns it (the check refuses the case otherwise)."""
    count = 0
    for name, table in bench.prepared.tables.tables.items():
        for column in INPUT[name].columns.values():
            if column.kind == "ref" and column.name in table.columns:
                count += sum(1 for cell in table.columns[column.name] if cell not in ("", "*"))
    told = say("{count} references, all found; no key stands twice", count=figure(count))
    return Trial(
        say("Keys"),
        say("every label that a row names stands in the table that owns it, once"),
        told,
        not bench.prepared.tables.problems.errors,
    )


def _balances(bench: Bench) -> list[Trial]:
    """Mass in and out for every material, the bill, and what recipes lose."""
    name, expected = (
        say("Balance of every material"),
        say("collected + made + stock before = delivered + used + stock after"),
    )
    if not bench.plan.has_numbers:
        return [Trial(name, bench.without)]
    worst, material, told = _worst_balance(bench)
    trials = [
        Trial(
            name,
            expected,
            say("largest difference {worst} ('{material}'): {told}", worst=figure(worst), material=material, told=told),
            worst <= 1e-6 * _size(bench),
        )
    ]
    ledger = bench.plan.columns.get("ledger", {})
    total = math.fsum(ledger.get("cost", []))
    cost = bench.plan.cost or 0.0
    lines = len(ledger.get("cost", []))
    trials.append(Trial(say("The bill"), say("the lines of the ledger sum to the cost"),
                        say("{lines} lines sum to {total}, the cost is {cost}", lines=figure(lines), total=figure(total), cost=figure(cost)),
                        abs(total - cost) <= 1e-6 * max(1.0, abs(cost))))  # fmt: skip
    lost = list(mass_findings(Solved(bench.prepared, bench.plan, bench.result, bench.x, lambda sets: bench.plan)))
    lost = [f for f in lost if f.kind in ("mass_lost", "mass_made")]
    name, expected = say("Mass of the recipes"), say("what a recipe uses it makes: losses are materials with a row")
    if not len(bench.prepared.network.recipe):
        trials.append(Trial(name, say("not applicable, because the case has no recipe")))
    elif np.isnan(bench.prepared.network.mass[bench.prepared.network.recipe.material]).all():
        trials.append(Trial(name, say("not applicable, because the materials are counted and have no mass")))
    else:
        trials.append(
            Trial(name, expected, lost[0].sentence if lost else say("no recipe loses or makes mass"), not lost)
        )
    return trials


def _worst_balance(bench: Bench) -> tuple[float, str, Any]:
    """The material whose books are off by most, and its sums, from the tables of the plan."""
    n, columns = bench.prepared.network, bench.plan.columns
    sums: dict[str, dict[str, float]] = {m: {} for m in n.labels["material"]}

    def add(table: Mapping[str, Any], word: str) -> None:
        for material, amount in zip(table.get("material", []), table.get("amount", []), strict=True):
            sums[material][word] = sums[material].get(word, 0.0) + amount

    add(columns.get("collect", {}), "collected")
    add(columns.get("deliver", {}), "delivered")
    for run, rate, material in zip(
        n.recipe.run.tolist(), n.recipe.rate.tolist(), n.recipe.material.tolist(), strict=True
    ):
        x = bench.x[bench.prepared.model.variables.run.cols[run]] if bench.x is not None else 0.0
        mine = sums[n.labels["material"][material]]
        word = "made" if rate > 0 else "used"
        mine[word] = mine.get(word, 0.0) + abs(rate) * float(x)
    last = n.labels["period"][-1] if n.labels["period"] else ""
    stock = columns.get("stock", {})
    for material, period, amount in zip(
        stock.get("material", []), stock.get("period", []), stock.get("amount", []), strict=True
    ):
        if period == last:
            sums[material]["after"] = sums[material].get("after", 0.0) + amount
    for material, start in zip(n.stores.material.tolist(), n.stores.start.tolist(), strict=True):
        mine = sums[n.labels["material"][material]]
        mine["before"] = mine.get("before", 0.0) + start
    off = {m: _in(v) - _out(v) for m, v in sums.items()}
    worst = max(off, key=lambda m: (abs(off[m]), _in(sums[m]))) if off else ""
    mine = sums.get(worst, {})
    value = {k: figure(mine.get(k, 0.0)) for k in ("collected", "made", "before", "delivered", "used", "after")}
    return (
        abs(off.get(worst, 0.0)),
        worst,
        say("{collected} + {made} + {before} = {delivered} + {used} + {after}", **value),
    )


def _in(sums: Mapping[str, float]) -> float:
    return sums.get("collected", 0.0) + sums.get("made", 0.0) + sums.get("before", 0.0)


def _out(sums: Mapping[str, float]) -> float:
    return sums.get("delivered", 0.0) + sums.get("used", 0.0) + sums.get("after", 0.0)


def _size(bench: Bench) -> float:
    return max(1.0, float(np.abs(bench.x).max(initial=0.0)) if bench.x is not None else 1.0)
