"""Plans: by diving along the relaxation, and by small searches around the best plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...engines import Options, run_highs
from .matrix import ranges
from .relaxation import Outcome
from .state import WHOLE, State

Array = np.ndarray

#: Nodes and seconds of a small search.
_NODES, _SECONDS = 200, 12.0
#: Switches that a dive fixes at once where they are as good as open.
_NEARLY = 0.95
#: A dive for a first plan fixes one more for so many switches that are part open.
_SHARE = 16


def opening(s: State) -> int:
    """A first plan, along the relaxation without its strong rows: that is small, so it is there early.

    How many strong rows its point breaks.
    """
    weak = s.solve(s.lower, s.upper, root=True, strong=False)
    broken = int(s.relaxation.broken(weak.point).sum())
    if weak.exact and not dive(s, weak, strong=False):
        around(s, s.lower, s.upper)
    s.relaxation.afresh()
    return broken


def dive(s: State, out: Outcome, strong: bool = True) -> bool:
    """Fix the most open switch, solve, and again, turning back once at each; whether it found a better plan.

    Not `strong`: without rows that come in, and several switches at a time until it turns back.
    """
    lower, upper = s.lower.copy(), s.upper.copy()
    turned = 0
    while not s.watch.over():
        free = s.leading[lower[s.leading] < upper[s.leading]]
        value = out.point[free]
        part = free[(value > WHOLE) & (value < 1 - WHOLE)]
        if not len(part):
            break
        kept = (lower.copy(), upper.copy())
        sure = free[value >= _NEARLY]
        order = part[np.argsort(-out.point[part], kind="stable")]
        one = order[0]
        lower[sure] = 1.0
        lower[order[: 1 if turned else 1 + len(order) // _SHARE]] = 1.0
        out = s.solve(lower, upper, rounds=3, strong=strong)
        if out.lacks or out.bound >= s.cutoff:
            turned += 1
            if turned > 8:
                return False
            lower, upper = kept
            upper[one] = 0.0
            out = s.solve(lower, upper, rounds=3, strong=strong)
    return settle(s, out.point)


def settle(s: State, point: Array, low: Array | None = None, high: Array | None = None) -> bool:
    """The best plan with the leading switches as in a point, rounded; whether it is better than the best.

    `low`, `high`: bounds to keep to, else those of the program.
    """
    lower, upper = (s.lower if low is None else low).copy(), (s.upper if high is None else high).copy()
    lead = s.leading
    lower[lead] = upper[lead] = np.clip(np.round(point[lead]), lower[lead], upper[lead])
    out = s.solve(lower, upper)
    if out.bound >= s.watch.cutoff:
        return False
    if out.exact and s.fraction(out.point).max(initial=0.0) <= WHOLE and s.offer(out.point):
        return True
    return around(s, lower, upper)[0]


def between(s: State, out: Outcome) -> bool:
    """Search where the best plan and the relaxation differ (Danna, Rothberg and Le Pape 2005); whether it found better."""
    if s.best is None:
        return False
    lower, upper = s.lower.copy(), s.upper.copy()
    same = s.leading[np.abs(out.point[s.leading] - s.best[s.leading]) < 1 - _NEARLY]
    lower[same] = upper[same] = np.clip(np.round(s.best[same]), lower[same], upper[same])
    return around(s, lower, upper)[0]


def around(s: State, lower: Array, upper: Array) -> tuple[bool, bool]:
    """Search among the present columns within these bounds by the general solver.

    Whether it found a better plan, and whether it ended by itself.
    """
    if s.watch.over():
        return False, False
    upper = s.follow(lower, upper)
    used = s.plenty if s.best is None else s.plenty | (s.best > 0)
    columns = np.flatnonzero((s.relaxation.columns | used) & ((upper > 0) | (lower < 0)))
    touched = np.bincount(s.m.row[s.m.entries(columns)[0]], minlength=s.m.rows) > 0
    keep = touched | ~s.relaxation.optional[: s.m.rows]
    kept = np.flatnonzero(keep)
    row_of = np.full(s.m.rows, -1)
    row_of[kept] = np.arange(len(kept))
    part = s.m.taken(columns)
    own = s.a.integer[columns]
    program = replace(
        part,
        lower=np.where(own, lower[columns], part.lower),
        upper=np.where(own, upper[columns], part.upper),
        row_lower=s.a.row_lower[kept],
        row_upper=s.a.row_upper[kept],
        row=row_of[part.row].astype(np.int32),
    )
    start = s.best[columns] if s.best is not None else None
    options = Options(
        gap=s.watch.gap,
        time_limit=min(_SECONDS, s.watch.left),
        seed=s.options.seed,
        threads=s.options.threads,
        prices=False,
        stop=s.watch.stop,
    )
    found = run_highs(program, options, start=start, nodes=_NODES)
    if found.x is None:
        return False, found.status == "infeasible"
    x = np.where((s.a.lower > 0), s.a.lower, np.minimum(0.0, s.a.upper))
    x[columns] = found.x
    better = s.offer(x)
    if better:
        settle(s, x)  # with columns that only these sites need
    return better, found.status == "optimal"


def kin(s: State) -> Array:
    """How much any two leading switches have to do with each other: rows that cheap columns of both stand in."""
    lead = np.full(len(s.a.cost), -1)
    lead[s.leading] = np.arange(len(s.leading))
    size = np.diff(s.groups.first)[s.by]
    at, count = ranges(s.groups.first[s.by], size)
    own = lead[s.groups.member[at]]
    col = np.repeat(s.held, count)
    keep = (own >= 0) & s.relaxation.columns[col]
    own, col = own[keep], col[keep]
    at, count = s.m.entries(col)
    own, row = np.repeat(own, count), s.m.row[at]
    near = ~s.relaxation.optional[row]
    shared = np.zeros((len(s.leading), s.m.rows), np.float32)
    shared[own[near], row[near]] = 1.0
    shared /= np.maximum(1.0, np.sqrt(shared.sum(0)))
    out: Array = shared @ shared.T
    return out
