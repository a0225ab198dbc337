"""Colours that colour-blind eyes tell apart (Okabe and Ito 2008), and patterns that grey print tells apart."""

from __future__ import annotations

INK, QUIET, FAINT, PAPER = "#1a1a1a", "#555555", "#d0d0d0", "#ffffff"
BLUE, ORANGE, GREEN, VERMILLION = "#0072b2", "#e69f00", "#009e73", "#d55e00"
PURPLE, SKY, YELLOW, GREY = "#cc79a7", "#56b4e9", "#f0e442", "#999999"
#: Fills of series, in order; where they run out, patterns tell them apart.
SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW, GREY)
#: Strokes over a fill, in order; the first fill is plain.
PATTERNS = ("", "rising", "dots", "falling", "upright", "crossed", "level")
#: Contrast of a text with what is behind it (WCAG 2.2, AA).
CONTRAST = 4.5


def style_of(number: int) -> tuple[str, str]:
    """Colour and pattern of a series: neighbours differ in both, and the pairs repeat only after 56."""
    return SERIES[number % len(SERIES)], PATTERNS[(number + number // len(SERIES)) % len(PATTERNS)]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    light = sorted((_light(one), _light(other)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
