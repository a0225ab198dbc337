"""What a search over sites found, and what it proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

Array = np.ndarray

#: optimal: within the gap asked for; feasible: stopped with a plan; infeasible: proved that there is none; stopped:
#: ended before any was found.
Status = Literal["optimal", "feasible", "infeasible", "stopped"]


class ShowsBound(Protocol):
    """A certificate: what shows `bound` without the search."""

    @property
    def bound(self) -> float:
        """Money that no plan costs less than."""

    def as_bytes(self) -> bytes:
        """The file of it."""


@dataclass(frozen=True)
class Answer:
    """Sites that are open, what they cost in all, and a proven bound.

    `open` (n, bool) and `objective` are None where there is no plan; `bound` is never better than what is proved
    (below when minimising, above when maximising). `work` counts what was done (iterations, nodes, fixed sites), never
    seconds. `assignment` (m): the site that serves each customer, -1 for none. `flow` (n, m): units from each site to
    each customer, or None where every customer has one site, or where `lanes` (site, customer, units) lists what flows.
    `certificate`: where one was asked for, and can be given.
    """

    status: Status
    open: Array | None
    objective: float | None
    bound: float
    work: Mapping[str, int] = field(default_factory=dict)
    assignment: Array | None = None
    flow: Array | None = None
    lanes: tuple[Array, Array, Array] | None = None
    certificate: ShowsBound | None = None

    @property
    def has_plan(self) -> bool:
        """Whether any sites were found that serve."""
        return self.open is not None

    @property
    def gap(self) -> float:
        """Distance of objective and bound, relative to max(1, |objective|); inf without a plan."""
        if self.objective is None:
            return float("inf")
        return abs(self.objective - self.bound) / max(1.0, abs(self.objective))
