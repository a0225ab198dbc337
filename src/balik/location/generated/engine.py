"""The engine for networks of any shape: relaxation, plans, and branch and bound, in turns."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ...algebra import Arrays
from ...engines import Options, Progress, Result, run_highs
from ..watch import Watch, is_proved
from .certificate import certificate
from .closing import close, general, heard, state_of
from .cuts import tighten
from .limits import awaited
from .moves import Wanderer
from .plans import around, between, dive, opening
from .state import State
from .tree import Tree

#: Programs of fewer columns go to the general solver as they are.
SMALL = 1000
#: Programs of fewer columns, and those with whole numbers of other kinds, are closed by the general solver's cuts.
CLOSABLE = 20_000
#: Strong rows that the first point breaks, from which on interior points alone find most of them.
BULKY = 2000
#: Rounds of these before the first plans are made from them; by how much more, relatively, the bound must say before
#: plans are made from them once again.
_EARLY, _FURTHER = 4, 1e-3
#: Nodes of the tree, and sets of switches of the local search (or one descent), in turn.
_NODES, _SETS = 20, 250
#: Nodes before the search around the first plan.
_FIRST = 8
#: Turns of the local search without a better plan that end it.
_FRUITLESS = 3
#: Seconds that a search is waited for when its time is up: with a plan, and without one.
_PATIENCE, _NO_PLAN = 1.0, 10.0
#: A reduced cost below which a column stays in the relaxation after its first solve, relative to the largest cost.
_SPARE = 1e-4


def run_generated(a: Arrays, options: Options, basis: Any = None) -> Result:
    """Solve a program with switches that open sites; any other goes to the general solver.

    A time limit or Ctrl-C keeps the best plan and the best bound. `optimal` is said within the gap asked for only.
    """
    if not a.integer.any() or len(a.cost) < SMALL:
        return run_highs(a, options, basis)
    watch = Watch(options.gap, options.time_limit, options.threads or 1, options.seed, options.stop)
    watch.tell = _teller(watch, options.progress)
    options = replace(options, progress=_until_left(watch, options.progress))
    states: list[State] = []

    def patience() -> float:
        return _PATIENCE if states and states[0].best is not None else _NO_PLAN

    found = awaited(lambda: _run(a, options, watch, states), watch, patience)
    return _certified(_kept(a, watch, states) if found is None else found, states)


def _run(a: Arrays, options: Options, watch: Watch, states: list[State]) -> Result:
    """The search; its state stands in `states` as soon as there is one."""
    s = State(a, watch, options)
    states.append(s)
    if not len(s.leading) or not _search(s):
        return _general(a, options, watch, s.best)
    if s.best is None:
        return _without_plan(watch, watch.bound >= s.ceiling)
    return _result(a, watch, s.best)


def _certified(found: Result, states: list[State]) -> Result:
    """An answer with the tree of the search, where a certificate is asked for and it has a plan."""
    if not states or not states[0].options.certify or found.objective is None or found.bound is None:
        return found
    try:
        tree = certificate(states[0], found.bound, found.objective)
    except KeyboardInterrupt:  # the plan is there all the same
        return found
    return found if tree is None else replace(found, certificate=tree.as_bytes())


def _kept(a: Arrays, watch: Watch, states: list[State]) -> Result:
    """The best plan and bound of a search that did not end in time."""
    x = states[0].best if states else None
    return _without_plan(watch, False) if x is None else _result(a, watch, x)


def _search(s: State) -> bool:
    """A first plan, root, dive, local search, and what closes the gap; whether nothing is left to the general solver."""
    watch = s.watch
    broken = opening(s)
    wanderer = Wanderer(s, s.options.seed)
    spare = _SPARE * float(np.abs(s.a.cost).max(initial=1.0))
    begun = False
    if broken > BULKY and not watch.over():
        begun = _inside(s, wanderer, spare)
        if watch.over():
            return True
    root = s.solve(s.lower, s.upper, root=True)
    if root.bound >= s.ceiling or watch.over() or watch.closed:
        return True
    if not root.exact or not np.isfinite(root.bound):
        return False
    s.plenty = s.relaxation.columns.copy()
    s.relaxation.trim(root, spare)
    root = s.solve(s.lower, s.upper, root=True)
    if not begun and not dive(s, root):
        around(s, s.lower, s.upper)
    wanderer.turn(_SETS)
    if watch.over() or watch.closed:
        return True
    if len(s.whole) > len(s.leading) or len(s.a.cost) < CLOSABLE:
        return close(s, root, s.options.progress)
    return _branched(s, wanderer)


def _inside(s: State, wanderer: Wanderer, spare: float) -> bool:
    """Most of a large relaxation by interior points; whether a better plan was found from where they stand."""
    s.relaxation.widen()
    out = s.solve(s.lower, s.upper, rounds=_EARLY, root=True, inside=True)
    better = wanderer.begin(out.point)
    early, out = out.bound, s.solve(s.lower, s.upper, root=True, inside=True)
    if out.bound > early + _FURTHER * abs(early):
        better |= wanderer.begin(out.point)
    if not s.watch.over():
        s.relaxation.trim(out, spare)
    return better


def _branched(s: State, wanderer: Wanderer) -> bool:
    """Cuts at the root, then local search and tree in turns; whether nothing is left to the general solver."""
    watch, fruitless = s.watch, 0
    root = tighten(s, s.solve(s.lower, s.upper, root=True))
    tree = Tree(s, root.bound)
    tree.search(_FIRST)  # the first nodes gain most
    between(s, root)
    while not tree.done and not watch.over() and not watch.closed:
        if s.best is not None and fruitless < _FRUITLESS:
            fruitless = 0 if wanderer.turn(_SETS) else fruitless + 1
        tree.search(_NODES)
    if tree.done:
        watch.news(bound=min(tree.bound, s.ceiling))
    return watch.over() or watch.closed or tree.floor == np.inf


def _general(a: Arrays, options: Options, watch: Watch, best: np.ndarray | None) -> Result:
    """What the general solver makes of the program in the time that is left; the better plan and bound of both."""
    found = run_highs(a, general(options, watch, heard(watch, options.progress)), start=best)
    if found.x is None and best is None:
        return found
    if found.bound is not None:
        watch.news(bound=found.bound)
    if found.x is not None and found.objective is not None and found.objective < watch.incumbent:
        watch.news(incumbent=found.objective)
        best = found.x
    assert best is not None
    return _result(a, watch, best)


def _teller(watch: Watch, tell: Callable[[Progress], None] | None) -> Callable[[float, float, int], None] | None:
    if tell is None:
        return None
    return lambda incumbent, bound, nodes: tell(state_of(watch.seconds, incumbent, bound, nodes))


def _until_left(watch: Watch, tell: Callable[[Progress], None] | None) -> Callable[[Progress], None] | None:
    """For the general solver within: it tells nothing any more once the search is left behind."""
    return None if tell is None else lambda p: tell(p) if watch.tell is not None else None


def _without_plan(watch: Watch, none: bool) -> Result:
    """That there is no plan, where the bound is above what any costs; else that none was found."""
    if none:
        return Result("infeasible", integer=True, engine="network")
    known = math.isfinite(watch.bound)
    return Result("stopped", bound=watch.bound if known else None, integer=True, engine="network")


def _result(a: Arrays, watch: Watch, x: np.ndarray) -> Result:
    """An honest status: optimal within the gap asked for only. The watch of a search that was left behind may go on."""
    objective, bound = float(a.cost @ x) + a.offset, watch.bound
    known, bound = math.isfinite(bound), min(bound, objective)
    gap = (objective - bound) / max(1.0, abs(objective)) if known else None
    status = "optimal" if is_proved(gap, watch.gap) else "feasible"
    return Result(status, x, objective, bound if known else None, gap, True, engine="network")
