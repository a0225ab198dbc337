"""Closing the gap by the general solver and its cuts: with our plan, what is proven, and the rows that matter."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...algebra import Arrays
from ...engines import Options, Progress, run_highs
from ..watch import Watch
from .relaxation import Outcome
from .state import State

Array = np.ndarray
Tell = Callable[[Progress], None]

#: Times that rows which a plan broke come in; then all are there.
_ROUNDS = 4
#: Part of the gap asked for that the general solver is to reach, so that what it proves is enough with our margin.
_WITHIN = 0.9


def close(s: State, root: Outcome, tell: Tell | None) -> bool:
    """Let the general solver search what is left; whether that is all that can be done.

    Rows that only tighten, and that neither the relaxation nor a plan has broken so far, are left out at first: the
    bound holds without them, and a plan that breaks one brings it in.
    """
    rows = s.relaxation.rows.copy()
    if len(s.whole) > len(s.leading):
        rows[: s.m.rows] = True
    for turn in range(_ROUNDS):
        if turn == _ROUNDS - 1:
            rows[: s.m.rows] = True
        cutoff, complete = s.cutoff, bool(rows[: s.m.rows].all())
        program = _program(s, rows, *fixed(s, root, cutoff))
        asked = general(s.options, s.watch, heard(s.watch, tell, cutoff, complete))
        asked = replace(asked, gap=_WITHIN * asked.gap)
        found = run_highs(program, asked, start=s.best, seek=s.best is None)
        if found.status == "infeasible":  # nothing is below the cutoff
            s.watch.news(bound=cutoff)
            return True
        if found.bound is not None:
            s.watch.news(bound=min(found.bound, cutoff))
        if found.x is not None:
            s.offer(found.x)
        if s.watch.closed or found.status != "optimal" or found.x is None:
            return found.status != "unbounded"
        if complete:
            return False
        broken = s.relaxation.broken(found.x) & ~rows
        rows |= broken
        if not broken.any():  # a plan that was not taken for another reason
            rows[: s.m.rows] = True
    return False


def general(options: Options, watch: Watch, progress: Tell) -> Options:
    """What the general solver is asked for in the time that is left."""
    left = None if watch.time_limit is None else max(watch.left, 0.1)
    return replace(options, time_limit=left, progress=progress, prices=False, stop=watch.stop)


def heard(watch: Watch, tell: Tell | None, cutoff: float = math.inf, complete: bool = True) -> Tell:
    """What is done with progress of the general solver on plans below the cutoff: bounds are kept, both are told on.

    Not `complete`: its plans may break rows that it was not given.
    """

    def joined(p: Progress) -> None:
        if p.bound is not None:
            watch.news(bound=min(p.bound, cutoff))
        if tell is not None:
            theirs = math.inf if p.incumbent is None or not complete else p.incumbent
            tell(state_of(watch.seconds, min(watch.incumbent, theirs), watch.bound, watch.nodes + p.nodes))

    return joined


def state_of(seconds: float, incumbent: float, bound: float, nodes: int) -> Progress:
    """State of a search with what is known of it."""
    has, known = math.isfinite(incumbent), math.isfinite(bound)
    gap = (incumbent - bound) / max(1.0, abs(incumbent)) if has and known else None
    return Progress(seconds, incumbent if has else None, bound if known else None, gap, nodes)


def fixed(s: State, root: Outcome, cutoff: float) -> tuple[Array, Array]:
    """Bounds with the switches that the reduced costs of the root fix: on their other side nothing is below the cutoff."""
    lower, upper = s.a.lower.copy(), s.a.upper.copy()
    if not np.isfinite(root.bound) or not np.isfinite(cutoff):
        return lower, upper
    free = s.whole[s.lower[s.whole] < s.upper[s.whole]]
    step, room = root.reduced[free], cutoff - root.bound
    upper[free[step > room]] = s.lower[free[step > room]]
    lower[free[step < -room]] = s.upper[free[step < -room]]
    return lower, upper


def _program(s: State, rows: Array, lower: Array, upper: Array) -> Arrays:
    """The program with these rows, and these bounds."""
    m = s.wide
    keep = rows[m.row]
    row_of = np.cumsum(rows) - 1
    start = np.concatenate([[0], np.cumsum(np.bincount(m.col[keep], minlength=m.columns))])
    return replace(
        m.a, lower=lower, upper=upper, row_lower=m.a.row_lower[rows], row_upper=m.a.row_upper[rows],
        start=start.astype(np.int32), row=row_of[m.row[keep]].astype(np.int32), value=m.value[keep],
    )  # fmt: skip
