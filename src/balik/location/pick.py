"""Which engine: HiGHS for small programs and those without sites, the siting engine where the program is a siting problem,
the engine for networks where it has sites and is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..engines import ENGINES as GENERAL
from ..engines import Options, Result, run_highs, sound, with_cones
from ..errors import CallError
from ..words import Sentence, say

Engine = Callable[[Arrays, Options, Any], Result]

#: Below either, HiGHS needs no more than a few seconds, and no engine needs to be compiled or loaded.
_BINARIES, _FLOWS = 25, 2_000


def run_auto(a: Arrays, options: Options, basis: Any = None) -> Result:
    """Solve a program with the engine that suits it."""
    if _is_small(a):
        return run_highs(a, options, basis)
    from .engine import run_recognised
    from .recognise import recognise

    start = time.perf_counter()
    found = recognise(a)
    try:
        if isinstance(found, Sentence):
            return _network(a, options, basis)
        return run_recognised(a, found, options, start)
    except ImportError as error:
        note = say(
            "The engine for this case needs numba, which cannot be imported ({error}): HiGHS solved it.", error=error
        )
        return replace(run_highs(a, options, basis), notes=(note,))


def _is_small(a: Arrays) -> bool:
    """Whether HiGHS is the engine of this program."""
    whole = int(a.integer.sum())
    return whole < _BINARIES or len(a.cost) - whole < _FLOWS or not _switches(a)


def takes_start(a: Arrays, options: Options) -> bool:
    """Whether the engine of this name would ask HiGHS, which can begin with a known solution."""
    return options.engine == "highs" or (options.engine == "auto" and _is_small(a))


def run_siting(a: Arrays, options: Options, basis: Any = None) -> Result:
    """Solve a program that is a siting problem."""
    from .engine import run_siting as run

    return _importing(run, a, options, basis)


def run_network(a: Arrays, options: Options, basis: Any = None) -> Result:
    """Solve a program with sites in a network of any shape."""
    return _importing(_network, a, options, basis)


def _network(a: Arrays, options: Options, basis: Any = None) -> Result:
    from .generated import run_generated

    return run_generated(a, options, basis)


def _importing(run: Engine, a: Arrays, options: Options, basis: Any) -> Result:
    try:
        return run(a, options, basis)
    except ImportError as error:
        raise CallError(say("This engine needs numba, which cannot be imported ({error}).", error=error)) from error


def _switches(a: Arrays) -> bool:
    """Whether binaries close flows: at least as many rows x ≤ most × y as a siting problem of this size needs."""
    binary = a.integer & (a.lower >= 0) & (a.upper <= 1)
    whole = np.repeat(binary, np.diff(a.start))
    rows = len(a.row_lower)
    closed = (np.bincount(a.row[whole], minlength=rows) > 0) & (np.bincount(a.row[~whole], minlength=rows) > 0)
    return int((closed & ((a.row_upper == 0) | (a.row_lower == 0))).sum()) >= _BINARIES


_BY_NAME: dict[str, Engine] = {"auto": run_auto, **GENERAL, "siting": run_siting, "network": run_network}
#: Engines by name; `auto` picks. Whoever asks one gets an answer that fits, or an error in words.
ENGINES = {name: sound(with_cones(engine)) for name, engine in _BY_NAME.items()}
