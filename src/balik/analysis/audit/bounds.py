"""Limits that can never bind, that hold what the data add up to, that count something twice; and how far money may rise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...engines import Options
from ...engines.elastic import without
from ...engines.highs import run_highs
from ...model.bounded import Line, Sum
from ...network.limits import is_money
from ...network.network import Limit
from ...words import Sentence, say
from ..told import figure, percent
from .finding import Finding
from .printed import lines_of_row
from .solved import Solved, near

Array = np.ndarray
#: Most terms of a sum that are written out.
_WRITTEN = 6


def limit_findings(s: Solved) -> Iterator[Finding]:
    """Every finding about limits."""
    yield from _never_bind(s)
    yield from _overlaps(s)
    yield from _headroom(s)


def _bounds(s: Solved) -> tuple[Array, Array]:
    variables = list(s.prepared.model.program.variables.values())
    lower, upper = (np.concatenate([getattr(v, k) for v in variables]) for k in ("lower", "upper"))
    return lower, upper


def _extreme(s: Solved, of: Sum, upward: bool) -> float:
    """The most (or least) that a sum can be while every column, and every balance of supply, keeps to its bounds."""
    lower, upper = _bounds(s)
    up = of.coef > 0 if upward else of.coef < 0
    ends = np.where(up, upper[of.col], lower[of.col])
    with np.errstate(invalid="ignore"):
        terms = np.where(of.coef == 0, 0.0, of.coef * ends)
    return float(of.constant + terms.sum())


def _never_bind(s: Solved) -> Iterator[Finding]:
    """Upper bounds that the bounds of what they add up already keep."""
    n = s.n
    for line in s.prepared.model.variables.limit_lines:
        limit = n.limits[line.bound.limit]
        if limit.over or not np.isfinite(line.upper) or line.lower == line.upper:
            continue
        most = _most(s, line, limit)
        if most is None or most > line.upper + 1e-9 * max(1.0, abs(line.upper)):
            continue
        values = {
            "limit": limit.name,
            "bound": figure(line.upper),
            "most": figure(most),
            "sum": _sum_of(s, line.sum, most),
        }
        where = s.data["limits"].spot(limit.row)
        if near(most, line.upper) and is_money(limit.rows[0].quantity, n.measures.names):
            told = say(
                "'{limit}' is no budget of its own: {bound} is what everything on offer costs at these prices ({sum}). It moves with the prices.",
                **values,
            )
            yield Finding("limit_is_a_sum", False, limit.name, told, where, s.scenario)
        elif near(most, line.upper):
            told = say("'{limit}' never binds: {bound} is the sum of what it bounds ({sum}).", **values)
            yield Finding("limit_never_binds", False, limit.name, told, where, s.scenario)
        else:
            told = say("'{limit}' never binds: what it bounds cannot exceed {most} ({sum}), below {bound}.", **values)
            yield Finding("limit_never_binds", False, limit.name, told, where, s.scenario)


def _most(s: Solved, line: Line, limit: Limit) -> float | None:
    """The most that a line can be: by its columns' bounds, else with all other limits left out; None where it has none."""
    most = _extreme(s, line.sum, True)
    if np.isfinite(most):
        return most
    block = s.prepared.model.program.families.get("limits")
    if block is None or s.arrays.integer.any() or len(s.arrays.cost) > 5000:
        return None
    free = without(s.arrays, np.arange(block.start, block.start + len(block.rows)))
    cost = np.zeros(len(free.cost))
    cost[line.sum.col] = -line.sum.coef
    result = run_highs(replace(free, cost=cost, offset=0.0), Options(time_limit=5.0, prices=False))
    return line.sum.at(result.x) if result.status == "optimal" and result.x is not None else None


def _sum_of(s: Solved, of: Sum, most: float) -> Sentence:
    """165 + 50 + 2, or how many amounts are added."""
    _, upper = _bounds(s)
    ends = upper[of.col]
    if len(of.col) <= _WRITTEN and np.isfinite(ends).all() and (of.coef > 0).all():
        one = bool((of.coef == 1).all())
        terms = [
            figure(e) if one else say("{rate} × {amount}", rate=figure(c), amount=figure(e))
            for c, e in zip(of.coef, ends, strict=True)
        ]
        joined: Sentence = terms[0]
        for more in terms[1:]:
            joined = say("{first} + {second}", first=joined, second=more)
        return joined
    total = float(s.n.supply.most[np.isfinite(s.n.supply.most)].sum())
    return (
        say("all {amount} that may be collected", amount=figure(total))
        if np.isfinite(total) and total
        else figure(most)
    )


def _overlaps(s: Solved) -> Iterator[Finding]:
    """Limits two rows of which count the same."""
    for limit in s.n.limits:
        rows = limit.rows
        for i, one in enumerate(rows):
            for other in rows[i + 1 :]:
                if one.quantity != other.quantity or one.lag != other.lag or one.coef * other.coef <= 0:
                    continue
                mine, theirs = (lines_of_row(s.prepared, r, None) for r in (one, other))
                both = mine & theirs
                if not both or one.each != other.each:
                    continue
                amount = _value(s, both)
                told = say(
                    "'{limit}' counts {quantity} twice where its rows overlap ({first}, {second}): {amount} in this plan stand in both.",
                    limit=limit.name, quantity=one.quantity, first=s.data["limits"].spot(one.row), second=s.data["limits"].spot(other.row), amount=figure(amount),
                )  # fmt: skip
                yield Finding(
                    "counted_twice", True, limit.name, told, s.data["limits"].spot(other.row), s.scenario, amount
                )


def _value(s: Solved, lines: frozenset[tuple[int, int]]) -> float:
    if s.x is None:
        return 0.0
    v = s.prepared.model.variables
    known = {id(p): p for name in (*v._lines_of, *v.ledger) for p in v.parts(name)}
    return float(sum(known[k].constant[i] + known[k].coef[i] * s.x[known[k].cols[i]] for k, i in lines if k in known))


def _headroom(s: Solved) -> Iterator[Finding]:
    """By how much all money may rise until a limit on the cost leaves no plan."""
    n = s.n
    if s.plan.status != "optimal" or s.plan.cost is None or set(n.weights) != {"cost"} or s.plan.cost <= 0:
        return
    on_cost = [
        m for m in n.limits if len(m.rows) == 1 and not m.over and not m.rows[0].scope and m.rows[0].quantity == "cost"
    ]
    money = [m for m in n.limits if any(is_money(r.quantity, n.measures.names) for r in m.every_row)]
    if len(money) != 1 or len(on_cost) != 1 or not np.isfinite(on_cost[0].most) or np.isfinite(on_cost[0].least):
        return
    if len(n.length) > 1 and on_cost[0].rows[0].each:
        return
    limit = on_cost[0]
    told = say(
        "All prices together may rise by {share} ({most} / {cost}) until '{limit}' leaves no plan: the limit does not rise with them.",
        share=percent(limit.most / s.plan.cost - 1), most=figure(limit.most), cost=figure(s.plan.cost), limit=limit.name,
    )  # fmt: skip
    yield Finding("headroom", False, limit.name, told, s.data["limits"].spot(limit.row), s.scenario)
