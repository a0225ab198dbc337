"""What tests ask of every picture: that it can be read, drawn, and holds nothing from outside."""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree

import balik
from balik.views.figure import Figure, Text
from balik.views.palette import CONTRAST, contrast
from balik.views.svg import sized, svg


@cache
def solved(case: str, scenario: str | None = None, fix: str | None = None) -> balik.Plan:
    """The plan of a bundled case, solved once for all tests."""
    return balik.solve(case, scenario, fix=fix)


def overlapping(figure: Figure, slack: float = 1.0) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other."""
    boxes = sorted((text.box, text.text) for text in figure.texts() if text.text.strip())
    out = []
    for i, ((left, top, right, bottom), one) in enumerate(boxes):
        for (left2, top2, right2, bottom2), other in boxes[i + 1 :]:
            if left2 > right - slack:
                break
            if min(right, right2) - max(left, left2) > slack and min(bottom, bottom2) - max(top, top2) > slack:
                out.append((one, other))
    return out


def outside(figure: Figure) -> list[Text]:
    """Texts that leave the picture."""
    return [
        text
        for text in figure.texts()
        if text.box[0] < -0.5
        or text.box[1] < -0.5
        or text.box[2] > figure.width + 0.5
        or text.box[3] > figure.height + 0.5
    ]


def assert_sound(figure: Figure) -> ElementTree.Element:
    """Well-formed, readable, inside its frame, without addresses; returns the parsed SVG."""
    text = svg(figure)
    root = ElementTree.fromstring(text)
    assert not overlapping(figure)
    assert not outside(figure)
    assert figure.title and figure.about
    assert all(contrast(t.fill, t.over) >= CONTRAST for t in figure.texts())
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|<script|<image|<style|href|url\((?!#)", text)
    wide, high = sized(figure)
    assert wide >= figure.width and high >= figure.height
    return root
