"""The siting engine behind the common face of engines: a program in, a result out.

The search works on the siting problem; its answer becomes a plan of the program by a linear program with all whole
numbers fixed. That plan must cost what the search says. Where it does not, the program was misread, and HiGHS solves it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import replace
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..engines import Options, Progress, Result, run_highs
from ..engines.aside import Aside
from ..errors import CallError
from ..words import Sentence, say, sentences
from .answer import Answer
from .dispatch import Search, load, search_for
from .echelons.problem import TwoEchelon
from .generated import run_generated
from .problem import Siting
from .recognise import Recognised, recognise
from .watch import Watch, is_proved

Array = np.ndarray
#: By how much, relative to max(1, |objective|), the program's plan may differ from what the search says.
_AGREES = 1e-6
#: Seconds between two calls that tell of progress.
_PROGRESS_SECONDS = 0.2


def run_siting(a: Arrays, options: Options, basis: Any = None) -> Result:
    """Solve a program that is a siting problem; raises CallError where it is none."""
    start = time.perf_counter()
    found = recognise(a)
    if isinstance(found, Sentence):
        raise CallError(sentences(say("The siting engine does not solve this case: {reason}.", reason=found),
                                  say("Leave the choice to balik (engine auto).")))  # fmt: skip
    return run_recognised(a, found, options, start)


def run_recognised(a: Arrays, found: Recognised, options: Options, start: float) -> Result:
    """Solve a program by the siting problem that it was recognised to be; `start`: when the clock began to run.

    Loading the kernels is no part of the time limit. Raises ImportError where numba cannot be imported.
    """
    if options.progress is not None:
        once = say("The siting engine is made ready; the first time on a machine, this takes about a minute.")
        options.progress(replace(_progress(0.0, np.inf, -np.inf, 0), doing=once))
    loading = time.perf_counter()
    load(found.siting)
    start += time.perf_counter() - loading
    answer = _searched(search_for(found.siting), found.siting, options, start)
    if answer.status == "stopped":
        return Result("stopped", integer=True, engine="siting")
    left = None if options.time_limit is None else max(1.0, options.time_limit - (time.perf_counter() - start))
    rest = replace(options, time_limit=left)
    if answer.status == "infeasible":
        return _confirmed(a, rest, say("The siting engine found no plan, and HiGHS did: please report this case."))
    x = _plan(a, found, answer, options)
    if x is None and not found.complete:
        return replace(run_generated(a, rest), engine="network")
    if x is None or not _agrees(float(a.cost @ x) + a.offset, answer):
        note = say("The siting engine misread this case, and HiGHS solved it: please report it.")
        return replace(run_highs(a, rest), notes=(note,))
    objective = float(a.cost @ x) + a.offset
    bound = min(answer.bound, objective)
    known = bool(np.isfinite(bound))
    gap = (objective - bound) / max(1.0, abs(objective)) if known else np.inf
    status = "optimal" if is_proved(gap, options.gap) else "feasible"
    return Result(status, x, objective, bound if known else None, gap if known else None, True, engine="siting",
                  certificate=answer.certificate.as_bytes() if answer.certificate else None)  # fmt: skip


def _agrees(objective: float, answer: Answer) -> bool:
    """Whether the program's plan costs what the search says, and no less than what it proved."""
    assert answer.objective is not None
    slack = _AGREES * max(1.0, abs(objective))
    return answer.bound - slack <= objective <= answer.objective + slack


def _confirmed(a: Arrays, options: Options, note: Sentence) -> Result:
    """That there is no plan, as HiGHS sees it too (which is quick where there is none, and safe where there is)."""
    result = run_highs(a, options)
    return replace(result, notes=(note,)) if result.has_plan else replace(result, engine="siting")


# -- the search --------------------------------------------------------------------------------------------------


def _searched(solve: Search, siting: Siting | TwoEchelon, options: Options, start: float) -> Answer:
    """Search in a thread, so that Ctrl-C reaches us and progress is told even while nothing is new."""
    stop = threading.Event()
    news: deque[tuple[float, float, int]] = deque([(np.inf, -np.inf, 0)], maxlen=1)
    watch = Watch(options.gap, options.time_limit, options.threads or Watch.threads, options.seed,
                  lambda: stop.is_set() or (options.stop is not None and options.stop()),
                  lambda incumbent, bound, nodes: news.append((incumbent, bound, nodes)),
                  options.certify, start=start)  # fmt: skip

    search = Aside(lambda: solve(siting, watch))
    try:
        while search.running:
            try:
                if options.progress is not None:
                    options.progress(_progress(watch.seconds, *news[-1]))
                search.wait(_PROGRESS_SECONDS)
            except KeyboardInterrupt:
                stop.set()
    except BaseException:  # who is told of progress wants no more of it
        stop.set()
        raise
    return search.result()


def _progress(seconds: float, incumbent: float, bound: float, nodes: int) -> Progress:
    best, proved = (float(v) if np.isfinite(v) else None for v in (incumbent, bound))
    gap = None if best is None or proved is None else max(0.0, best - proved) / max(1.0, abs(best))
    return Progress(seconds, best, proved, gap, nodes)


# -- the plan ----------------------------------------------------------------------------------------------------


def _plan(a: Arrays, found: Recognised, answer: Answer, options: Options) -> Array | None:
    """All columns of the program at these sites: by the ways in use alone, else by all ways to open sites."""
    assert answer.open is not None and answer.objective is not None
    whole = _whole(a, found, answer)
    lower, upper = np.where(a.integer, whole, a.lower), np.where(a.integer, whole, a.upper)
    shut = np.ones(int(found.counts.max()) + 2, bool)  # the last for what no site counts
    shut[found.meter_of[np.asarray(answer.open, bool)[: len(found.meter_of)]]] = False
    shut[-1] = False
    upper = np.where(shut[found.counts], np.maximum(lower, 0.0), upper)
    used = _used(found, answer)
    for out in ([] if used is None else [used]) + [np.zeros(0, np.int64)]:
        narrow = upper.copy()
        narrow[out] = np.maximum(lower[out], 0.0)
        x = _rest(a, lower, narrow, options)
        if x is not None and _agrees(float(a.cost @ x) + a.offset, answer):
            return x
    return None


def _whole(a: Arrays, found: Recognised, answer: Answer) -> Array:
    """The binaries that follow from the open sites."""
    whole = np.zeros(len(a.cost))
    column, candidate = found.follows
    np.maximum.at(whole, column, np.asarray(answer.open, float)[candidate])
    whole[found.fixed] = 1.0
    column, customer, meter = found.assign
    if len(column):
        assert answer.assignment is not None
        whole[column] = found.meter_of[answer.assignment[customer], 0] == meter
    return whole


def _used(found: Recognised, answer: Answer) -> Array | None:
    """Columns of ways that the answer does not use, where it says which it uses."""
    if found.ways is None or (answer.flow is None and answer.assignment is None):
        return None
    column, customer, meter = found.ways
    n = len(found.meter_of)
    open_ = np.flatnonzero(np.asarray(answer.open, bool)[:n])
    at = np.full(int(found.counts.max()) + 1, -1)
    at[found.meter_of[open_, 0]] = open_
    here = at[meter]
    if answer.flow is not None:
        most = answer.flow.max(0)
        used = (here >= 0) & (answer.flow[here, customer] > 1e-9 * most[customer])
    else:
        assert answer.assignment is not None
        used = (here >= 0) & (answer.assignment[customer] == here)
    out: Array = column[~used]
    return out


def _rest(a: Arrays, lower: Array, upper: Array, options: Options) -> Array | None:
    """The best values of the columns that are not fixed; None where there are none."""
    free = upper > lower
    x = np.where(free, 0.0, lower)
    col = np.repeat(np.arange(len(x)), np.diff(a.start))
    settled = np.bincount(a.row, a.value * x[col], len(a.row_lower))
    on = free[col]
    rows = np.bincount(a.row[on], minlength=len(a.row_lower)) > 0
    size = 1e-9 * np.maximum(1.0, np.bincount(a.row, np.abs(a.value * x[col]), len(a.row_lower)))
    if ((settled > a.row_upper + size) | (settled < a.row_lower - size))[~rows].any():
        return None
    start = np.concatenate([[0], np.cumsum(np.bincount(col[on], minlength=len(x))[free])])
    small = Arrays(
        a.cost[free], 0.0, lower[free], upper[free], np.zeros(int(free.sum()), bool),
        (a.row_lower - settled)[rows], (a.row_upper - settled)[rows],
        start.astype(np.int32), (np.cumsum(rows) - 1)[a.row[on]].astype(np.int32), a.value[on],
    )  # fmt: skip
    result = run_highs(small, Options(seed=options.seed, threads=options.threads, prices=False))
    if result.x is None:
        return None
    x[free] = result.x
    return x
