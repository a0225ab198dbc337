"""Two axes at right angles with their ticks: what charts of points and lines stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..figure import Line, Mark, Text
from ..palette import FAINT, QUIET
from .axes import axis_texts

LEFT, WIDE, HIGH, TOP = 74.0, 420.0, 260.0, 28.0
#: Height of a figure on the plane.
TALL = TOP + HIGH + 46


@dataclass(frozen=True)
class Plane:
    """`x`, `y`: ticks with their texts, in order; the first and the last are the ends of the axes."""

    x: Sequence[tuple[float, str]]
    y: Sequence[tuple[float, str]]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies, in px."""
        (left, _), (right, _) = self.x[0], self.x[-1]
        (low, _), (high, _) = self.y[0], self.y[-1]
        return LEFT + (x - left) * WIDE / ((right - left) or 1.0), TOP + HIGH - (y - low) * HIGH / ((high - low) or 1.0)

    def marks(self, across: str, up: str) -> list[Mark]:
        """Lines and texts of the axes; `across`, `up`: what they are of."""
        out: list[Mark] = []
        for value, text in self.y:
            y = self.at(self.x[0][0], value)[1]
            out += [Line(((LEFT, y), (LEFT + WIDE, y)), FAINT), Text(LEFT - 8, y + 4, text, 10, "end", fill=QUIET)]
        out += axis_texts([(self.at(value, 0.0)[0], text) for value, text in self.x], TOP + HIGH + 18)
        out.append(Text(LEFT + WIDE / 2, TOP + HIGH + 36, across, 11, "middle", fill=QUIET))
        return [*out, Text(4, 12, up, 11, fill=QUIET)]
