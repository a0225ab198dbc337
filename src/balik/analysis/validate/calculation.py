"""Round 4: the calculation. The plan before an independent judge, parts of it solved anew, and the error that remains."""

from __future__ import annotations

import math

import numpy as np

from ...plan.verify import judge
from ...words import say
from ..told import figure
from .bench import Bench
from .record import Round, Trial
from .twin import parts_of, residual

#: Non-zeros up to which every row is added up in fractions.
_LARGE = 200_000


def calculation_round(bench: Bench) -> Round:
    """The plan, judged and calculated again."""
    title = say("Verification of the calculation")
    if not bench.plan.has_numbers or bench.x is None:
        told = say("no plan exists") if bench.plan.status == "infeasible" else say("no verified plan")
        return Round(4, title, [Trial(say("A plan"), say("a plan exists and is verified"), told, False)])
    return Round(4, title, [_judged(bench), _recalculated(bench), _proved(bench), _prices(bench), _error(bench)])


def _judged(bench: Bench) -> Trial:
    """The twin: the laws and the bill computed from the tables by code that shares nothing with the model."""
    columns = {k: v for k, v in bench.plan.columns.items() if k != "prices"}
    verdict = judge(bench.prepared.data, columns, bench.plan.document())
    cost = bench.plan.cost or 0.0
    off = abs((verdict.cost or 0.0) - cost)
    told = say("{laws} laws, {broken} broken; cost {theirs} by the judge, {ours} by the plan", laws=figure(verdict.laws),
               broken=figure(len(verdict.broken)), theirs=figure(verdict.cost), ours=figure(cost))  # fmt: skip
    expected = say("every law holds, and the cost computed from the tables and the plan alone is the same")
    return Trial(say("An independent judge"), expected, told, verdict.ok and off <= 1e-6 * max(1.0, abs(cost)))


def _recalculated(bench: Bench) -> Trial:
    """The program in fractions, or parts of it, solved by other code."""
    name = say("An independent calculation")
    assert bench.x is not None
    if bench.has("goals"):
        return Trial(name, say("not applicable, because the objective is a goal"))
    arrays = bench.prepared.model.program.arrays()
    parts = parts_of(arrays, bench.x)
    if not parts:
        return Trial(name, say("not applicable, because no part of the program is small enough to be enumerated"))
    gain = max(part.gain for part in parts)
    slack = bench.slack + (bench.plan.gap or 0.0) * max(1.0, abs(bench.plan.objective or 0.0))
    if len(parts) == 1 and parts[0].columns == len(arrays.cost):
        whole = parts[0]
        expected = say(
            "the whole program ({columns} decisions, {rows} rows) in fractions comes to the same",
            columns=figure(whole.columns),
            rows=figure(whole.rows),
        )
        told = say(
            "{least} in fractions, {planned} in the plan",
            least=figure(whole.least + arrays.offset),
            planned=figure(whole.planned + arrays.offset),
        )
        return Trial(name, expected, told, abs(gain) <= slack)
    expected = say(
        "{parts} parts of the program, solved by other code with their whole numbers enumerated, are nowhere cheaper than in the plan",
        parts=figure(len(parts)),
    )
    told = say("{columns} decisions and {settings} settings of whole numbers; cheaper by at most {gain}", columns=figure(sum(p.columns for p in parts)),
               settings=figure(sum(p.settings for p in parts)), gain=figure(max(0.0, gain), 3))  # fmt: skip
    return Trial(name, expected, told, gain <= slack)


def _proved(bench: Bench) -> Trial:
    """The bound that the search proved."""
    gap, plan = bench.plan.gap, bench.plan
    asked = bench.options.gap
    told = say(
        "objective {value}, bound {bound}, gap {gap}",
        value=figure(plan.objective),
        bound=figure(plan.bound),
        gap=figure(gap),
    )
    if plan.status != "optimal":
        return Trial(
            say("Optimality"),
            say("proved within {gap}, or said to be unproved", gap=figure(asked)),
            told,
            plan.status == "feasible",
        )
    return Trial(
        say("Optimality"),
        say("proved within {gap}", gap=figure(asked)),
        told,
        gap is not None and gap <= asked * (1 + 1e-9),
    )


def _prices(bench: Bench) -> Trial:
    """For a linear program: the bound that the prices give, added up anew."""
    name = say("The bound by prices")
    bound = None if bench.has("goals") else dual_bound(bench)
    if bound is None:
        return Trial(name, say("not applicable, because the program has whole numbers or no prices"))
    value = bench.plan.objective or 0.0
    told = say("{bound} by prices, {value} by the plan", bound=figure(bound), value=figure(value))
    expected = say("prices and reduced costs, added up over the bounds, give the cost from below")
    return Trial(name, expected, told, abs(bound - value) <= 1e-6 * max(1.0, abs(value)))


def dual_bound(bench: Bench) -> float | None:
    """Σ price × bound of its side, over rows and columns; None for programs with whole numbers.

    Any prices give a bound from below: reduced costs are computed anew from them. A column without a bound on the side
    that its reduced cost asks for counts 0 if that cost is rounding, else there is no bound.
    """
    a, prices = bench.prepared.model.program.arrays(), bench.result.prices
    if prices is None or a.integer.any():
        return None
    y = prices.row.copy()
    y[(y > 0) & ~np.isfinite(a.row_lower)] = 0.0
    y[(y < 0) & ~np.isfinite(a.row_upper)] = 0.0
    column = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
    reduced = a.cost - np.bincount(column, a.value * y[a.row], len(a.cost))
    rows = np.where(y > 0, a.row_lower, np.where(y < 0, a.row_upper, 0.0))
    sides = np.where(reduced > 0, a.lower, np.where(reduced < 0, a.upper, 0.0))
    noise = np.abs(reduced) <= 1e-7 * max(1.0, float(np.abs(a.cost).max(initial=0.0)))
    sides = np.where(np.isinf(sides) & noise, 0.0, sides)
    if np.isinf(sides).any():
        return None
    return math.fsum([*(y * np.where(y == 0, 0.0, rows)).tolist(), *(reduced * sides).tolist()]) + a.offset


def _error(bench: Bench) -> Trial:
    """By how much rounding breaks any row, added up in fractions; and what that can be worth."""
    name = say("Numerical error")
    arrays = bench.prepared.model.program.arrays()
    if len(arrays.value) > _LARGE:
        return Trial(name, say("not applicable, because the program is too large to be added up in fractions here"))
    assert bench.x is not None
    worst, many = residual(arrays, bench.x)
    size = max(1.0, float(np.abs(bench.x).max(initial=0.0)))
    told = say(
        "largest difference {worst} among {many} bounds, amounts up to {size}",
        worst=figure(worst, 3),
        many=figure(many),
        size=figure(size),
    )
    expected = say(
        "every row and bound, added up in exact fractions, holds within {tolerance} of the largest amount",
        tolerance=figure(1e-6),
    )
    return Trial(name, expected, told, worst <= 1e-6 * size)
