"""The engine for networks of any shape: relaxation, plans, and branch and bound, in turns."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ...algebra import Arrays
from ...engines import Options, Progress, Result, run_highs
from ..watch import Watch
from .moves import Wanderer
from .plans import around, dive
from .state import State
from .tree import Tree

#: Programs of fewer columns go to the general solver as they are.
SMALL = 1000
#: Programs of fewer columns, and those with whole numbers of other kinds, are closed by the general solver.
CLOSABLE = 5000
#: Nodes of the tree, and sets of switches of the local search, in turn.
_NODES, _SETS = 20, 250
#: Turns of the local search without a better plan that end it.
_FRUITLESS = 3
#: A reduced cost below which a column stays in the relaxation after its first solve, relative to the largest cost.
_SPARE = 1e-4
#: A relative gap that floating point cannot tell from none.
_NOISE = 1e-9


def run_generated(a: Arrays, options: Options, basis: Any = None) -> Result:
    """Solve a program with switches that open sites; any other goes to the general solver.

    A time limit or Ctrl-C keeps the best plan and the best bound. `optimal` is said within the gap asked for only.
    """
    if not a.integer.any() or len(a.cost) < SMALL:
        return run_highs(a, options, basis)
    watch = Watch(options.gap, options.time_limit, options.threads or 1, options.seed)
    watch.tell = _teller(watch, options.progress)
    s: State | None = None
    stopped = False
    try:
        s = State(a, watch, options)
        if not len(s.leading) or not _search(s):
            return _general(a, options, watch, s.best)
    except KeyboardInterrupt:
        stopped = True
    return _result(watch, None if s is None else s.best, stopped)


def _search(s: State) -> bool:
    """Root, dive, then local search and tree in turns; whether nothing is left to the general solver."""
    watch = s.watch
    root = s.solve(s.lower, s.upper)
    watch.news(bound=root.bound)
    if root.bound >= s.ceiling or watch.over():
        return True
    if not root.exact or not np.isfinite(root.bound):
        return False
    s.plenty = s.relaxation.columns.copy()
    s.relaxation.trim(root, _SPARE * float(np.abs(s.a.cost).max(initial=1.0)))
    root = s.solve(s.lower, s.upper)
    if not dive(s, root):
        around(s, s.lower, s.upper)
    wanderer, fruitless = Wanderer(s, s.options.seed), 0
    if len(s.whole) > len(s.leading) or len(s.a.cost) < CLOSABLE:  # the general solver's cuts are worth more
        wanderer.turn(_SETS)
        return watch.over() or watch.closed
    tree = Tree(s, root.bound)
    while not tree.done and not watch.over() and not watch.closed:
        if s.best is not None and fruitless < _FRUITLESS:
            fruitless = 0 if wanderer.turn(_SETS) else fruitless + 1
        tree.search(_NODES)
    if tree.done:
        watch.news(bound=min(tree.floor, watch.incumbent, s.ceiling))
    return watch.over() or watch.closed or tree.floor == np.inf


def _general(a: Arrays, options: Options, watch: Watch, best: np.ndarray | None) -> Result:
    """What the general solver makes of the program in the time that is left; the better plan and bound of both."""
    mine, tell = watch.incumbent, options.progress

    def joined(p: Progress) -> None:
        watch.news(bound=p.bound)
        if tell is not None:
            incumbent = min(mine, math.inf if p.incumbent is None else p.incumbent)
            tell(_progress(watch.seconds, incumbent, watch.bound, watch.nodes + p.nodes))

    left = None if options.time_limit is None else max(watch.left, 0.1)
    found = run_highs(a, replace(options, time_limit=left, progress=joined), start=best)
    if found.x is None and best is None:
        return found
    if found.bound is not None:
        watch.news(bound=found.bound)
    if found.x is not None and found.objective is not None and found.objective < mine:
        watch.news(incumbent=found.objective)
        best = found.x
    return _result(watch, best)


def _teller(watch: Watch, tell: Callable[[Progress], None] | None) -> Callable[[float, float, int], None] | None:
    if tell is None:
        return None
    return lambda incumbent, bound, nodes: tell(_progress(watch.seconds, incumbent, bound, nodes))


def _progress(seconds: float, incumbent: float, bound: float, nodes: int) -> Progress:
    has, known = math.isfinite(incumbent), math.isfinite(bound)
    gap = (incumbent - bound) / max(1.0, abs(incumbent)) if has and known else None
    return Progress(seconds, incumbent if has else None, bound if known else None, gap, nodes)


def _result(watch: Watch, x: np.ndarray | None, stopped: bool = False) -> Result:
    """An honest status: optimal within the gap asked for, infeasible where the bound is above every cost."""
    if x is None:
        return Result("stopped" if stopped or watch.over() else "infeasible", integer=True, engine="network")
    objective, known = watch.incumbent, math.isfinite(watch.bound)
    bound = min(watch.bound, objective)
    gap = (objective - bound) / max(1.0, abs(objective)) if known else None
    proved = gap is not None and gap <= max(watch.gap * (1 + 1e-6), _NOISE)
    status = "optimal" if proved else "feasible"
    return Result(status, x, objective, bound if known else None, gap, True, engine="network")
