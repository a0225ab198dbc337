"""The legend of a map and its scale, in the corner where they cover the fewest marks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .. import glyphs
from ..figure import Box, Line, Mark, Text
from ..language import Language
from ..palette import FAINT, INK, PAPER
from .labels import SIZE
from .places import Plane

_ROW, _EDGE = 16.0, 8.0
Corners = tuple[float, float, float, float]


@dataclass(frozen=True)
class Key:
    """A mark around a point, and what it means."""

    text: str
    marks: Callable[[float, float], Sequence[Mark]]


@dataclass(frozen=True)
class Legend:
    """Keys and a scale in a box."""

    keys: Sequence[Key]
    box: Corners
    km: float
    px: float
    told: str

    def marks(self) -> list[Mark]:
        """What is drawn."""
        left, top, right, bottom = self.box
        found: list[Mark] = [Box(left, top, right - left, bottom - top, PAPER, FAINT, 0.8, 3)]
        for i, key in enumerate(self.keys):
            x, y = left + 18, top + 14 + _ROW * i
            found += [*key.marks(x, y), Text(left + 34, y + 4, key.text, SIZE)]
        y = bottom - 12
        found += [
            Line(((left + 10, y), (left + 10 + self.px, y)), INK, 2.0),
            Text(left + 16 + self.px, y + 4, self.told, SIZE),
        ]
        return found


def legend(
    keys: Sequence[Key], plane: Plane, speak: Language, points: Iterable[tuple[float, float]], taken: Sequence[Corners]
) -> Legend:
    """The legend of a plane with marks at these points; `taken`: where it may not lie."""
    km = _scale(plane)
    px, told = km * plane.px_per_km, f"{speak.number(km)} km"
    widths = [30 + glyphs.width(key.text, SIZE) for key in keys] + [px + 12 + glyphs.width(told, SIZE)]
    wide, high = max(widths) + 16, _ROW * len(keys) + 34
    found = list(points)
    right, low = plane.width - _EDGE - wide, plane.height - _EDGE - high
    spots = [(x, y, x + wide, y + high) for x, y in ((_EDGE, low), (_EDGE, _EDGE), (right, _EDGE), (right, low))]
    free = [box for box in spots if not any(_meet(box, other) for other in taken)] or spots
    return Legend(keys, min(free, key=lambda box: sum(_within(box, p) for p in found)), km, px, told)


def _scale(plane: Plane) -> float:
    """A round number of km that takes 60 to 150 px."""
    km = 130 / plane.px_per_km
    power = 10.0 ** math.floor(math.log10(km))
    return max(step * power for step in (1, 2, 5) if step * power <= km)


def _within(box: Corners, point: tuple[float, float]) -> bool:
    return box[0] - 6 < point[0] < box[2] + 6 and box[1] - 6 < point[1] < box[3] + 6


def _meet(one: Corners, other: Corners) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
