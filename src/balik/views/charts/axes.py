"""Parts that charts share: round ticks, a legend, bars in rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..figure import Box, Line, Mark, Text
from ..glyphs import clip, width
from ..palette import FAINT, INK, QUIET, style_of

PLOT, ROW, LABEL = 440.0, 26.0, 190.0
_SIZE = 11.0


@dataclass(frozen=True)
class Part:
    """A part of a bar: its series, its value, what it says."""

    series: int
    value: float
    tip: str


@dataclass(frozen=True)
class Bar:
    """A row: its label, its parts (below 0 to the left), and what stands at its end."""

    label: str
    parts: tuple[Part, ...]
    end: str = ""


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values from at most `low` to at least `high`, and 0 where it lies between.

    >>> ticks(0, 87)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    """
    if not high > low:
        low, high = min(low, 0.0), max(high, low + (abs(low) or 1.0) * 1e-9, 0.0)
        high = high if high > low else low + 1.0
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * f for f in (1, 2, 2.5, 5, 10) if power * f >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * i for i in range(first, last + 1)]


def legend(names: Sequence[str], styles: Sequence[tuple[str, str]], room: float) -> tuple[list[Mark], float]:
    """Samples with their words, in lines of this width; and the height that they take."""
    marks: list[Mark] = []
    x, y = 0.0, 0.0
    for name, (fill, pattern) in zip(names, styles, strict=True):
        shown = clip(name, _SIZE, 180)
        wide = 18 + width(shown, _SIZE) + 18
        if x and x + wide > room:
            x, y = 0.0, y + 18
        marks += [Box(x, y, 13, 13, fill, INK, 0.5, pattern=pattern), Text(x + 18, y + 10.5, shown, _SIZE)]
        x += wide
    return marks, (y + 24 if names else 0.0)


def bars(
    rows: Sequence[Bar],
    say_value: Callable[[float], str],
    unit: str = "",
    plot: float = PLOT,
    full: float | None = None,
) -> tuple[list[Mark], float, float]:
    """Stacked bars in rows with an axis below; marks, width and height. `full`: where the axis ends at least."""
    wide = min(LABEL, max((width(bar.label, _SIZE) for bar in rows), default=0.0)) + 10
    up = [sum(p.value for p in bar.parts if p.value > 0) for bar in rows]
    down = [sum(p.value for p in bar.parts if p.value < 0) for bar in rows]
    steps = ticks(min([0.0, *down]), max([0.0, *up, full or 0.0]))
    low, high = steps[0], steps[-1]
    per = plot / (high - low)

    def at(value: float) -> float:
        return wide + (value - low) * per

    tall = ROW * len(rows)
    marks: list[Mark] = []
    for step in steps:
        marks.append(Line(((at(step), 0.0), (at(step), tall)), QUIET if step == 0 else FAINT, 1.0))
    marks += axis_texts([(at(step), say_value(step)) for step in steps], tall + 14)
    if unit:
        marks.append(Text(wide + plot / 2, tall + 31, unit, _SIZE, "middle", fill=QUIET))
    most = 0.0
    for i, bar in enumerate(rows):
        y = i * ROW + 4
        marks.append(Text(wide - 8, y + 13, clip(bar.label, _SIZE, LABEL), _SIZE, "end"))
        left = right = at(0.0)
        for part in bar.parts:
            long = abs(part.value) * per
            fill, pattern = style_of(part.series)
            x = right if part.value >= 0 else left - long
            right, left = (right + long, left) if part.value >= 0 else (right, left - long)
            marks.append(Box(x, y, max(long, 0.4), ROW - 8, fill, INK, 0.5, pattern=pattern, tip=part.tip))
        if bar.end:
            marks.append(Text(right + 6, y + 13, bar.end, _SIZE))
            most = max(most, right + 6 + width(bar.end, _SIZE))
    return marks, max(wide + plot + 30, most + 8), tall + (40 if unit else 24)


def axis_texts(found: Sequence[tuple[float, str]], y: float, size: float = 10.0) -> list[Mark]:
    """Texts below an axis; those that would run into the one before are left out."""
    marks: list[Mark] = []
    free = -math.inf
    for x, text in found:
        half = width(text, size) / 2
        if x - half >= free:
            marks.append(Text(x, y, text, size, "middle", fill=QUIET))
            free = x + half + 6
    return marks
