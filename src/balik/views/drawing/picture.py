"""The entity diagram as a figure: boxes in columns, flows forward solid, back dashed, to disposal dotted."""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

from ...words import Sentence, say
from ..figure import Box, Figure, Line, Mark, Text, moved
from ..glyphs import width, wrap
from ..language import Language
from ..palette import BLUE, GREEN, PAPER, QUIET, VERMILLION
from ..subject import Subject, title_of
from .entity import card, makes_nothing
from .layout import Link, arrange
from .scene import Scene, Stream, amount_texts, scene_of
from .ways import BACK, FORWARD, WASTE

_MARGIN = 16.0
#: Boxes above which only labels are written; streams above which lines have no text, or no amount.
_BRIEF, _MOST_TEXTS, _MOST_AMOUNTS = 60, 120, 400
_TEXT, _STEP, _WIDEST = 10.5, 12.5, 150.0


class _Way(NamedTuple):
    words: Sentence
    colour: str
    dash: str


def _ways() -> dict[str, _Way]:
    return {
        FORWARD: _Way(say("forward"), BLUE, ""),
        BACK: _Way(say("back"), GREEN, "7 4"),
        WASTE: _Way(say("to disposal"), VERMILLION, "2 3"),
    }


def diagram(subject: Subject, speak: Language, by: str | None = None) -> Figure:
    """The network of a case, or of a plan with its amounts, by kind or by place."""
    scene = scene_of(subject, by)
    units = subject.units
    brief = len(scene.entities) > _BRIEF
    texts = [_texts(stream, units, speak, len(scene.streams), brief) for stream in scene.streams]
    ports = Counter(end for stream in scene.streams for end in (stream.origin, stream.dest))
    cards = [card(e, units, speak, brief, scene.planned, ports[i]) for i, e in enumerate(scene.entities)]
    links = [
        Link(s.origin, s.dest, 3.0 if s.way == FORWARD else 1.0, _room(lines))
        for s, lines in zip(scene.streams, texts, strict=True)
    ]
    layout = arrange([(c.wide, c.high) for c in cards], links, apart=7.0 if brief else 16.0)
    marks: list[Mark] = []
    for stream, line, at, lines in zip(scene.streams, layout.lines, layout.texts, texts, strict=True):
        marks += _stream(scene, stream, units, speak, line)
        if at:
            top = at[1] - len(lines) * _STEP / 2 - 2
            marks += [Text(at[0], top + 9.5 + i * _STEP, text, _TEXT, "middle") for i, text in enumerate(lines)]
    for made, (x, y) in zip(cards, layout.boxes, strict=True):
        marks += made.at(x, y)
    legend, wide = _legend(scene, speak)
    width_ = max(layout.width, wide, 260.0) + 2 * _MARGIN
    shift = (width_ - layout.width) / 2
    marks = [moved(m, shift, _MARGIN) for m in marks] + [
        moved(m, _MARGIN, layout.height + 2 * _MARGIN + 8) for m in legend
    ]
    return Figure(
        name="network",
        title=title_of(subject),
        about=speak(_about(scene)),
        width=width_,
        height=layout.height + 2 * _MARGIN + 30,
        marks=tuple(marks),
        head=tuple(map(speak, (say("from"), say("to"), say("way"), say("material"), say("amount"), say("unit")))),
        rows=tuple(_rows(scene, units, speak)),
        notes=tuple(map(speak, scene.said)),
    )


def _about(scene: Scene) -> Sentence:
    counts = Counter(stream.way for stream in scene.streams)
    return say(
        "Network of {entities} entities with {streams} flows between them: {forward} forward, {back} back, {waste} to disposal.",
        entities=len(scene.entities), streams=len(scene.streams), forward=counts[FORWARD], back=counts[BACK],
        waste=counts[WASTE],
    )  # fmt: skip


def _texts(stream: Stream, units: dict[str, str], speak: Language, streams: int, brief: bool) -> list[str]:
    if streams > (_MOST_AMOUNTS if brief else _MOST_TEXTS):
        return []
    if brief:  # only the amount, where it is of one material
        amounts = [(m, a) for m, a in stream.amounts.items() if a is not None]
        return [f"{speak.number(a)} {units.get(m, '')}".rstrip() for m, a in amounts] if len(amounts) == 1 else []
    lines = [line for text in amount_texts(stream.amounts, units, speak) for line in wrap(text, _TEXT, _WIDEST)]
    return lines[:6]


def _room(lines: list[str]) -> tuple[float, float]:
    if not lines:
        return 0.0, 0.0
    return max(width(line, _TEXT) for line in lines) + 10, len(lines) * _STEP + 8


def _stream(
    scene: Scene, stream: Stream, units: dict[str, str], speak: Language, points: tuple[tuple[float, float], ...]
) -> list[Mark]:
    way = _ways()[stream.way]
    a, b = (scene.entities[end].label for end in (stream.origin, stream.dest))
    what = "; ".join(amount_texts(stream.amounts, units, speak, 12))
    tip = f"{a} → {b} ({speak(way.words)}): {what}"
    return [Line(points, way.colour, _thick(scene, stream, units), way.dash, True, True, tip)]


def _thick(scene: Scene, stream: Stream, units: dict[str, str]) -> float:
    """Lines are thicker for more, beside the largest flow in the same unit."""
    share = 0.0
    for material, amount in stream.amounts.items():
        if amount is None:
            return 1.5
        unit = units.get(material)
        most = max(a or 0.0 for s in scene.streams for m, a in s.amounts.items() if units.get(m) == unit)
        share += amount / most if most else 0.0
    return 1.2 + 2.6 * math.sqrt(min(1.0, share))


def _legend(scene: Scene, speak: Language) -> tuple[list[Mark], float]:
    """A sample of every kind of line and box that the picture has."""
    marks: list[Mark] = []
    x, there = 0.0, {stream.way for stream in scene.streams}
    for name, way in _ways().items():
        if name in there:
            marks.append(Line(((x, 8.0), (x + 34, 8.0)), way.colour, 2.0, way.dash, arrow=True))
            words = speak(way.words)
            marks.append(Text(x + 42, 12, words, 11))
            x += 42 + width(words, 11) + 22
    runs = (
        [run for entity in scene.entities for run in entity.processes.values()] if len(scene.entities) <= _BRIEF else []
    )
    ends = set(map(makes_nothing, runs))
    for end, words in ((False, say("process")), (True, say("process that makes nothing"))):
        if end in ends:
            dash, stroke, fill = ("2 2", QUIET, "#f3f3f3") if end else ("", "#d0d0d0", PAPER)
            marks += [Box(x, 1, 26, 14, fill, stroke, 1, 6, dash), Text(x + 32, 12, speak(words), 11)]
            x += 32 + width(speak(words), 11) + 22
    return marks, x


def _rows(scene: Scene, units: dict[str, str], speak: Language) -> list[tuple[str, ...]]:
    ways = _ways()
    return [
        (scene.entities[s.origin].label, scene.entities[s.dest].label, speak(ways[s.way].words), m,
         "" if a is None else speak.number(a), units.get(m, ""))
        for s in scene.streams for m, a in s.amounts.items()
    ]  # fmt: skip
