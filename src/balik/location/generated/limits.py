"""A search that is waited for no longer than it may go on, whatever step it is in.

Its steps look at the clock themselves; but a factorisation, a crossover or the general solver's presolve can last minutes
on a busy machine, and nothing can end them from without. Then the search is left behind with what it has found so far.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from ...engines.aside import Aside
from ..watch import Watch

T = TypeVar("T")

#: Seconds between two looks at the clock.
_LOOK = 0.05


def awaited(work: Callable[[], T], watch: Watch, patience: Callable[[], float]) -> T | None:
    """What `work` returns; None where it has not ended within so many seconds of patience after the watch was over.

    Ctrl-C asks it to stop, a second one is raised. Left behind, it is told to stop, and tells nobody anything any more.
    """
    asked = threading.Event()
    theirs = watch.stop
    watch.stop = lambda: asked.is_set() or (theirs is not None and theirs())
    search = Aside(work)
    over: float | None = None
    try:
        while search.running:
            try:
                search.wait(_LOOK)
                now = time.perf_counter()
                if over is None and watch.over():
                    over = now
                if over is not None and now > over + patience():
                    break
            except KeyboardInterrupt:
                if asked.is_set():
                    raise
                asked.set()
    finally:
        if search.running:
            watch.tell = None
            asked.set()
    return None if search.running else search.result()
