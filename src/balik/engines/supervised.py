"""HiGHS in a thread of its own: it hears of Ctrl-C and a stop, tells of its progress, and is given up if it does not end."""

from __future__ import annotations

import threading
import time
from typing import Any

import highspy

from ..errors import BalikError
from ..words import say
from .aside import Aside
from .result import Options, Progress

#: Seconds that a solver is waited for beyond its time limit, or once it was asked to stop, before it is given up.
_PATIENCE = 60.0
#: Seconds between two calls that tell of progress.
_PROGRESS_SECONDS = 0.1


class GivenUp(BalikError):
    """A solver that does not come back; it runs on in its thread, and ends with the program. Stopped before any plan."""

    exit_code = 4


def supervised(h: highspy.Highs, options: Options) -> bool:
    """Run in a thread, so that Ctrl-C and `options.stop` are heard; returns whether Ctrl-C ended it.

    Raises GivenUp where the solver neither keeps its time limit nor stops, and KeyboardInterrupt at a second Ctrl-C.
    """
    stop = threading.Event()
    told = 0.0

    def on_check(event: Any) -> None:
        if stop.is_set():
            event.interrupt()

    def on_progress(event: Any) -> None:  # HiGHS calls for its log only where it writes one
        nonlocal told
        if options.progress is not None and time.perf_counter() - told > _PROGRESS_SECONDS:
            told = time.perf_counter()
            options.progress(_progress(event.data_out))

    subscribed = [(event, [on_check]) for event in (h.cbMipInterrupt, h.cbSimplexInterrupt, h.cbIpmInterrupt)]
    if options.progress is not None:
        subscribed[0][1].append(on_progress)
    for event, calls in subscribed:
        for call in calls:
            event.subscribe(call)

    solver = Aside(h.run)
    interrupted, patience = False, _Patience(options.time_limit)
    while solver.running:
        try:
            solver.wait(0.2)
            if options.stop is not None and options.stop():
                stop.set()
            patience.ends(stop.is_set())
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            stop.set()
        except GivenUp:
            raise
        except BaseException:  # who asked is gone: the solver need not go on, and must not outlive the process
            stop.set()
            solver.wait(_PATIENCE)
            raise
    for event, calls in subscribed:  # the same object may run again
        for call in calls:
            event.unsubscribe(call)
    solver.result()
    return interrupted


class _Patience:
    """How long a solver is waited for: beyond its limit, and once it was asked to stop."""

    def __init__(self, limit: float | None):
        self.limit = None if limit is None else max(0.0, limit)
        self.start = time.perf_counter()
        self.asked: float | None = None

    def ends(self, stopped: bool) -> None:
        """Raise GivenUp when it has lasted too long."""
        now = time.perf_counter()
        if self.asked is None and stopped:
            self.asked = now
        if self.asked is not None and now > self.asked + _PATIENCE:
            raise GivenUp(say("The solver did not end {patience:g} s after it was stopped, and was given up: there is no plan.",
                              patience=_PATIENCE))  # fmt: skip
        if self.limit is not None and now > self.start + self.limit + _PATIENCE:
            raise GivenUp(say("The solver did not end within {limit:g} s, nor {patience:g} s after that, and was given up: there is no plan.",
                              limit=self.limit, patience=_PATIENCE))  # fmt: skip


def _progress(out: Any) -> Progress:
    def finite(value: float) -> float | None:
        return float(value) if abs(value) < 1e30 else None

    incumbent, bound = finite(out.mip_primal_bound), finite(out.mip_dual_bound)
    gap = None
    if incumbent is not None and bound is not None:
        gap = abs(incumbent - bound) / max(1.0, abs(incumbent))
    return Progress(float(out.running_time), incumbent, bound, gap, int(out.mip_node_count))
