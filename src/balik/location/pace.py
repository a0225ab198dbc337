"""How far the next stage of a tree may reach: the number of its nodes grows with the exponential of the bound."""

from __future__ import annotations

import math

#: So many times more nodes are expected of a stage at most, where the last one took more than a number that tells.
_GROWTH, _KNOWN = 20.0, 500
#: Share of the time left that a stage is expected to take at most, where it could not end otherwise; so many times more
#: nodes that another stage is worth its time.
_AFFORDED, _WORTH = 0.8, 1.2


class Pace:
    """What the stages so far let expect of the next one; `short`: that it may be as long as the time allows, no longer."""

    def __init__(self) -> None:
        self.nodes, self.rate, self.short = 1, math.nan, False

    def reach(self, nodes: int, low: float, bound: float, seconds: float, left: float) -> float:
        """The bound that the next stage proves at most; inf: nothing is known; `bound`: time is too short for another.

        Told of a stage: its nodes, the bound before and after it, its seconds, and those that are left.
        """
        tells = nodes > max(_KNOWN, 2 * self.nodes) and bound > low
        if tells:
            self.rate = math.log(nodes / self.nodes) / (bound - low)
        self.nodes = max(1, nodes)
        times = _AFFORDED * left / max(seconds, 1e-3)
        self.short = self.rate > 0.0 and times < _GROWTH
        if not tells and not self.short:
            return math.inf
        return bound if times < _WORTH else bound + math.log(min(_GROWTH, times)) / self.rate
