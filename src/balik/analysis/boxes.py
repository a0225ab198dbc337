"""Bounds on two quantities, such that every pair of them is answered: rectangles of bounds, the largest first.

Where the third quantity is least within bounds (u, v), and the two then come to (a, b), every pair between (a, b) and
(u, v) has the same answer; what is left of a rectangle is what lies below a or below b. (Rectangles as in Boland,
Charkhgard and Savelsbergh 2017, Eur. J. Oper. Res. 260:873; that the largest is next is ours.) Where the answer stops
at a bound, the frontier slopes there, and the rectangle is halved.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Pair = tuple[float, float]
#: So many rectangles are asked at once, on however many processes: with more, points are found twice.
_AT_ONCE = 4


@dataclass(frozen=True)
class Box:
    """Bounds from `low` to `high`; `at`: what the two quantities come to at `high`, where that is known."""

    low: Pair
    high: Pair
    at: Pair | None = None


@dataclass
class Boxes:
    """Rectangles that may hold more. `low`, `top`: least and largest of the two; `step`: nearer values are one.

    `slopes`: somewhere the answer stopped at a bound, so that between two points there are always others.
    """

    low: Pair
    top: Pair
    step: Pair
    slopes: bool = False
    left: list[tuple[float, int, Box]] = field(default_factory=list)
    number: itertools.count[int] = field(default_factory=itertools.count)

    def cover(self, ask: Callable[[Sequence[Pair]], Sequence[Pair | None]], wanted: Callable[[], int]) -> bool:
        """Ask for what the two come to within bounds (None: nothing is), until no more points are wanted.

        Whether every pair of bounds is answered then: all points were found.
        """
        self._push(Box(self.low, (math.inf, math.inf)))
        while self.left and (more := wanted()) > 0:
            boxes: list[Box] = []
            while self.left and len(boxes) < min(_AT_ONCE, more):
                box = heapq.heappop(self.left)[2]
                if box.at is None:
                    boxes.append(box)
                else:
                    self._split(box, box.at)
            for box, at in zip(boxes, ask([box.high for box in boxes]), strict=True):
                if at is not None:
                    self._split(box, at)
        return not self.left and not self.slopes

    def _push(self, box: Box) -> None:
        sides = (
            max(0.0, min(high, top) - low) / max(top - least, step)
            for low, high, top, least, step in zip(box.low, box.high, self.top, self.low, self.step, strict=True)
        )
        heapq.heappush(self.left, (-math.prod(sides), next(self.number), box))

    def _split(self, box: Box, at: Pair) -> None:
        """What is left of a rectangle of which the answer at its upper corner is known."""
        low, stops = box.low, []
        for k in (0, 1):
            if at[k] >= box.high[k] - 0.5 * self.step[k]:
                stops.append(k)
                continue
            below = at[k] - self.step[k]
            if below >= low[k]:
                self._push(Box(low, _with(box.high, k, below)))
            low = _with(low, k, max(low[k], at[k]))
        if not stops:
            return
        self.slopes = True
        size = {k: (box.high[k] - low[k]) / self.step[k] for k in stops}
        longest = max(stops, key=lambda k: size[k])
        if size[longest] > 2:
            middle = (low[longest] + box.high[longest]) / 2
            self._push(Box(low, _with(box.high, longest, middle)))
            self._push(Box(_with(low, longest, middle), box.high, at))


def _with(pair: Pair, k: int, value: float) -> Pair:
    return (value, pair[1]) if k == 0 else (pair[0], value)
