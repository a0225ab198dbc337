"""§10c Goals: what is aimed at and may be missed; priorities are served one after the other, cost comes last.

Goal programming (Charnes and Cooper 1961): a goal is a limit with columns for its deviations. Within a priority the
deviations are weighed and divided by their scales; between priorities the order is strict (lexicographic): what one
has reached is kept by the next. The stages are gone through outside, on this one program.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var
from ..network.network import Network
from ..words import say
from .bounded import Bound, Sum
from .limits import bounds_of, check_below
from .statement import Note, Variables, constraint, variable

Array = np.ndarray


@variable(r"\delta^+_{g} \ge 0", unit="of the quantity", source="Charnes and Cooper 1961, goal programming")
def over(n: Network, v: Variables) -> Var | None:
    """By what a goal is exceeded, where that counts; stated with the goals."""
    return None


@variable(r"\delta^-_{g} \ge 0", unit="of the quantity", source="Charnes and Cooper 1961, goal programming")
def under(n: Network, v: Variables) -> Var | None:
    """By what a goal is fallen short of, where that counts; stated with the goals."""
    return None


@constraint(r"T_g - \delta^-_{g} \le \Xi_g = \sum_{r \in g} a_r\, \xi_r \le T_g + \delta^+_{g}", unit="of the quantity",
            source="Charnes and Cooper 1961, goal programming")  # fmt: skip
def goals(n: Network, v: Variables) -> Rows | None:
    """A sum of quantities, or its ratio to another sum, keeps to its target but for its deviation."""
    noted = len(v.notes)
    found = bounds_of(n, v, n.goals.limits)
    check_below(v, n.goals.limits, found)
    for row in dict.fromkeys(n.goals.limits[b.limit].over[0].row for b in found if b.varies):
        told = say("A goal needs what stands below the line to be known, and here it follows from the plan.")
        advice = say(
            "Aim at a sum instead: bring what stands below the line over with coef = minus the target; target 0."
        )
        v.note(Note("E613", told, advice, row, "over"))
    v.name_table(noted, "goals")
    v.state("bounds_of_goals", [b for b in found if not b.varies])
    if not v.bounds_of_goals:
        return None
    _deviations(n, v)
    return _rows(n, v)


def _deviations(n: Network, v: Variables) -> None:
    """A column for each side that counts, goal by goal and label by label."""
    which = np.array([b.limit for b in v.bounds_of_goals])
    labels = [b.label for b in v.bounds_of_goals]
    for name, weight in (("over", n.goals.over), ("under", n.goals.under)):
        on = np.flatnonzero(weight[which] > 0)
        if len(on):
            v.program.variable(name, Index({**n.labels, "each": labels}, goal=which[on], each=on))


def _rows(n: Network, v: Variables) -> Rows:
    """What is aimed at, with deviations; a ratio is multiplied by what stands below its line, which is known."""
    found = v.bounds_of_goals
    labels, which = [b.label for b in found], np.array([b.limit for b in found])
    at = Index({**n.labels, "each": labels}, goal=which, each=np.arange(len(found)))
    below = np.array([_below(b) for b in found])
    row = [np.repeat(np.arange(len(found)), [len(b.above.col) for b in found])]
    col, val = [np.concatenate([b.above.col for b in found])], [np.concatenate([b.above.coef for b in found])]
    ends = {"under": np.full(len(found), -np.inf), "over": np.full(len(found), np.inf)}
    for name, sign in (("over", -1.0), ("under", 1.0)):
        if v.has(name):
            here = getattr(v, name).index.each
            row.append(here)
            col.append(getattr(v, name).cols)
            val.append(sign * below[here])
            ends[name][here] = [_target(n, found[k]) for k in here.tolist()]
    terms = Terms(at, *map(np.concatenate, (row, col, val)))
    return terms.between(ends["under"], ends["over"])


def _below(bound: Bound) -> float:
    return 1.0 if bound.below is None else bound.below.constant


def _target(n: Network, bound: Bound) -> float:
    """What the columns of a goal should add up to."""
    return float(n.goals.target[bound.limit]) * _below(bound) - bound.above.constant


@constraint(r"\sum_{g \in p} (w^+_g\, \delta^+_{g} + w^-_g\, \delta^-_{g}) / s_g \le Z_p", unit="1",
            source="ours: lexicographic goal programming")  # fmt: skip
def kept(n: Network, v: Variables) -> Rows | None:
    """What the goals of a priority miss, weighed and scaled, stays at what its stage found; no bound before that."""
    sums = misses(n, v)
    if not sums:
        return None
    labels = [str(p) for p in sums]
    at = Index({**n.labels, "priority": labels}, priority=np.arange(len(sums)))
    row = np.repeat(np.arange(len(sums)), [len(s.col) for s in sums.values()])
    col, val = (np.concatenate([getattr(s, k) for s in sums.values()]) for k in ("col", "coef"))
    return Terms(at, row, col, val) <= np.inf


def misses(n: Network, v: Variables) -> dict[int, Sum]:
    """For each priority, the first first, what its goals miss: Σ size × weight / scale × deviation."""
    found: dict[int, Sum] = {}
    for p in sorted(set(n.goals.priority.tolist())):
        cols, coefs = [np.zeros(0, np.int64)], [np.zeros(0)]
        for name, weight in (("over", n.goals.over), ("under", n.goals.under)):
            if v.has(name):
                var = getattr(v, name)
                here = np.flatnonzero(n.goals.priority[var.index.goal] == p)
                goal = var.index.goal[here]
                cols.append(var.cols[here])
                coefs.append(n.goals.size[goal] * weight[goal] / n.goals.scale[goal])
        if sum(map(len, cols)):
            found[p] = Sum.of(np.concatenate(cols), np.concatenate(coefs), 0.0)
    return found


def floating_deviations(v: Variables) -> list[Array]:
    """Columns that `settle_deviations` sets."""
    return [getattr(v, name).cols for name in ("over", "under") if v.has(name)]


def settle_deviations(n: Network, v: Variables, x: Array) -> Array:
    """The solution with every deviation what it must be: nothing presses it down once its priority is served."""
    for name, sign in (("over", 1.0), ("under", -1.0)):
        if v.has(name):
            var = getattr(v, name)
            for col, k in zip(var.cols.tolist(), var.index.each.tolist(), strict=True):
                bound = v.bounds_of_goals[k]
                value = bound.value(x)
                assert value is not None
                x[col] = max(0.0, sign * (value - float(n.goals.target[bound.limit])))
    return x
