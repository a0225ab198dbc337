"""Small charts as SVG, made by hand: lines or points on logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560, 320
LEFT, RIGHT, TOP, BOTTOM = 62, 150, 34, 46
COLOURS = ("#0b6e4f", "#c1440e", "#27548a", "#8a6d1d", "#7a3e8a", "#555555", "#b03060", "#2a8a8a")


@dataclass(frozen=True)
class Line:
    """A named line; `steps`: it stays level until the next point. `marks`: points are shown."""

    name: str
    points: Sequence[tuple[float, float]]
    steps: bool = False
    marks: bool = True


@dataclass(frozen=True)
class Chart:
    """A chart with a logarithmic horizontal axis; the vertical one is logarithmic or shows shares from 0 to 1."""

    title: str
    x: str
    y: str
    lines: Sequence[Line]
    shares: bool = False

    def svg(self) -> str:
        """The drawing, which reads on light and dark ground."""
        points = [p for line in self.lines for p in line.points]
        left, right = _decades([x for x, _ in points])
        low, high = (0.0, 1.0) if self.shares else _decades([y for _, y in points])
        wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

        def at(x: float, y: float) -> tuple[float, float]:
            share = y if self.shares else (math.log10(max(y, 10**low)) - low) / (high - low)
            return LEFT + wide * (math.log10(max(x, 10**left)) - left) / (right - left), TOP + tall * (1 - share)

        out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'font-family="sans-serif" font-size="11">',
            f"<title>{_text(self.title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            f'<text x="{LEFT}" y="18" font-size="13" font-weight="bold">{_text(self.title)}</text>',
            f'<text x="{LEFT + wide / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{_text(self.x)}</text>',
            f'<text x="14" y="{TOP + tall / 2:.0f}" text-anchor="middle" '
            f'transform="rotate(-90 14 {TOP + tall / 2:.0f})">{_text(self.y)}</text>',
        ]
        for k in range(round(left), round(right) + 1):
            x, y = at(10.0**k, 10.0**low if not self.shares else 0.0)
            out.append(f'<path d="M{x:.1f} {TOP}V{TOP + tall}" stroke="#dddddd"/>')
            out.append(f'<text x="{x:.1f}" y="{TOP + tall + 15}" text-anchor="middle">{10.0**k:g}</text>')
        ticks = [0, 0.25, 0.5, 0.75, 1] if self.shares else [10.0**k for k in range(round(low), round(high) + 1)]
        for tick in ticks:
            y = at(10.0**left, tick)[1]
            out.append(f'<path d="M{LEFT} {y:.1f}H{LEFT + wide}" stroke="#dddddd"/>')
            label = f"{tick:.0%}" if self.shares else f"{tick:g}"
            out.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
        for k, line in enumerate(self.lines):
            out += self._line(line, COLOURS[k % len(COLOURS)], k, [at(*p) for p in line.points], LEFT + wide)
        return "\n".join([*out, "</svg>"]) + "\n"

    def _line(self, line: Line, colour: str, k: int, places: list[tuple[float, float]], edge: float) -> list[str]:
        path = ""
        for i, (x, y) in enumerate(places):
            path += f"M{x:.1f} {y:.1f}" if not i else f"H{x:.1f}V{y:.1f}" if line.steps else f"L{x:.1f} {y:.1f}"
        if line.steps and places:
            path += f"H{edge}"
        out = [f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
        if line.marks:
            out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        y = TOP + 10 + 16 * k
        out.append(f'<path d="M{edge + 10} {y - 4}h14" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{edge + 28}" y="{y}">{_text(line.name)}</text>')
        return out


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """Whole powers of ten around the values, at least one decade apart."""
    some = [math.log10(v) for v in values if v > 0] or [0.0]
    low, high = math.floor(min(some)), math.ceil(max(some))
    return float(low), float(max(high, low + 1))


def _text(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
