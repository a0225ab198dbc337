"""A scenario that was solved, as the audit reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...engines import Result
from ...network.network import Network
from ...plan.plan import Plan
from ...tables import Data
from .face import optimal_face

Array = np.ndarray
#: Digits from which two equal amounts are no chance.
_TELLING = 3


@dataclass
class Solved:
    """A case or scenario, its plan, and the point of the program (None without a verified plan)."""

    prepared: Prepared
    plan: Plan
    result: Result
    x: Array | None
    again: Callable[[list[str]], Plan] = field(repr=False)  # the same scenario with changes, solved
    base: Solved | None = None  # the case without its scenario, where that is another
    arrays: Arrays = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.arrays = self.prepared.model.program.arrays()

    @property
    def n(self) -> Network:
        """The network."""
        return self.prepared.network

    @property
    def data(self) -> Data:
        """The typed tables."""
        return self.prepared.data

    @property
    def scenario(self) -> str | None:
        """The scenario, None for the base."""
        return self.prepared.tables.scenario

    @cached_property
    def face(self) -> Arrays | None:
        """The program of all plans of least cost; None where it is not known."""
        return optimal_face(self.arrays, self.result) if self.x is not None else None


def amounts(s: Solved, name: str) -> Array:
    """Values of a variable in the plan; 0 without a plan."""
    v = s.prepared.model.variables
    if not v.has(name):
        return np.zeros(0)
    var = getattr(v, name)
    return np.zeros(len(var)) if s.x is None else np.asarray(s.x[var.cols])


def place_of(s: Solved, place: int) -> str:
    """The label of a place."""
    return s.n.labels["place"][int(place)]


def near(one: float, other: float) -> bool:
    """Whether two numbers are the same but for rounding."""
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def significant(value: float) -> bool:
    """Whether a number has enough digits that a second one like it is no chance."""
    return len(f"{abs(value):.6f}".replace(".", "").strip("0")) >= _TELLING
