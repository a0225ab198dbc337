"""How long a search may go on, whom it tells, and how it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

#: Pruning keeps this relative distance from the cutoff, so that rounding in float64 never prunes an optimum.
MARGIN = 1e-9


def is_proved(gap: float | None, asked: float) -> bool:
    """Whether a relative gap is within the one asked for, or so small that pruning does not tell it from none."""
    return gap is not None and gap <= max(asked, MARGIN) * (1.0 + 1e-6)


@dataclass
class Watch:
    """Gap asked for (relative to max(1, |objective|)), limits, and the incumbent and bound so far.

    `stop` is asked between steps: True ends the search with what it has. `tell(incumbent, bound, nodes)` is called
    whenever one of them is better. `certify`: notes are taken for a certificate, where the search can give one.
    """

    gap: float = 1e-6
    time_limit: float | None = None
    threads: int = 2
    seed: int = 0
    stop: Callable[[], bool] | None = None
    tell: Callable[[float, float, int], None] | None = None
    certify: bool = False
    incumbent: float = float("inf")
    bound: float = float("-inf")
    nodes: int = 0
    start: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.start

    def stage(self, name: str) -> None:
        """Book the seconds since the last call under this name."""
        self.stages[name] = self.stages.get(name, 0.0) + self.seconds - sum(self.stages.values())

    @property
    def left(self) -> float:
        """Seconds left; inf without a limit."""
        return float("inf") if self.time_limit is None else self.time_limit - self.seconds

    def over(self) -> bool:
        """Whether time is up or the caller asked to stop."""
        return self.left <= 0.0 or (self.stop is not None and self.stop())

    def news(self, incumbent: float | None = None, bound: float | None = None, nodes: int = 0) -> None:
        """Take a better incumbent or bound, count nodes, and tell."""
        better = False
        self.nodes += nodes
        if incumbent is not None and incumbent < self.incumbent:
            self.incumbent, better = incumbent, True
        if bound is not None and bound > self.bound:
            self.bound, better = bound, True
        if self.tell is not None and (better or nodes):
            self.tell(self.incumbent, min(self.bound, self.incumbent), self.nodes)

    @property
    def cutoff(self) -> float:
        """Bounds from here on prune: short of the gap asked for by a margin for rounding (which is what gap 0 means).

        It never rises as plans get better, as it would with a gap above 1: then what was pruned would lie below it.
        """
        return self._short_by(min(self.gap, 1.0))

    @property
    def closed(self) -> bool:
        """Whether the gap asked for is proved."""
        return self.incumbent < float("inf") and self.bound >= self._short_by(self.gap)

    def _short_by(self, gap: float) -> float:
        """The incumbent less a gap, but for the margin; inf without an incumbent."""
        if self.incumbent == float("inf"):
            return float("inf")
        size = max(1.0, abs(self.incumbent))
        return self.incumbent - max(gap * size - MARGIN * size, MARGIN * size)
