"""What an engine is asked, and what it answers: numbers exist only when a solution does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..words import Sentence

Array = np.ndarray


@dataclass(frozen=True)
class Progress:
    """State of a running search; `doing` says what is done before it can begin."""

    seconds: float
    incumbent: float | None
    bound: float | None
    gap: float | None
    nodes: int
    doing: Sentence | None = None


@dataclass(frozen=True)
class Options:
    """How to solve. `gap` is relative to max(1, |objective|); `certify`: a certificate is wanted, from who can give one.

    `second`: the engine that is asked for a second opinion, in what `engine` leaves of the time.
    `stop` is asked several times a second: True ends the search with the best plan and bound it has.
    """

    gap: float = 1e-6
    time_limit: float | None = None
    seed: int = 0
    threads: int | None = None
    engine: str = "auto"
    second: str | None = None
    progress: Callable[[Progress], None] | None = None
    prices: bool = True
    certify: bool = False
    stop: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Prices:
    """LP duals and reduced costs, with the range of each bound over which they hold."""

    row: Array
    column: Array
    row_range: tuple[Array, Array]
    column_range: tuple[Array, Array]


@dataclass(frozen=True)
class Result:
    """Answer of an engine.

    status: optimal | feasible (stopped with a plan) | infeasible | unbounded | stopped (without a plan).
    `x`, `objective` and `gap` are None without a solution; `bound` is None where none is known. `engine`: who answered;
    `notes`: why it was not the one that suits, for the user. `certificate`: a file that shows the bound.
    """

    status: str
    x: Array | None = None
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    integer: bool = False
    prices: Prices | None = None
    unique: bool | None = None
    basis: Any = None
    engine: str = "highs"
    notes: tuple[Sentence, ...] = ()
    certificate: bytes | None = None

    @property
    def has_plan(self) -> bool:
        """Whether there is a solution."""
        return self.x is not None
