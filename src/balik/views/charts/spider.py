"""A spider chart: the cost over the change of each input, a line for each, as the studies of this field plot it."""

from __future__ import annotations

from ...analysis.study import Study
from ...words import Sentence, say
from ..drawing.heights import pooled
from ..figure import Dot, Figure, Line, Mark, Text
from ..glyphs import clip, width
from ..language import Language, money_sign
from ..palette import SERIES
from .axes import ticks
from .plane import LEFT, TALL, WIDE, Plane
from .swept import Swept, swept

_MOST = 8
_SHAPES = ("circle", "square", "diamond")
_DASHES = ("", "7 3", "2 3", "9 3 2 3")


def spider(study: Study, speak: Language) -> Figure | None:
    """None where the study is no sensitivity in per cent with at least one input that has two points."""
    found, base = swept(study)
    lines = [one for one in found if one.relative and sum(cost is not None for *_, cost in one.points) > 1]
    shown = lines[:_MOST]
    if base is None or not shown:
        return None
    xs = sorted({x for one in shown for x, _, _ in one.points})
    steps = ticks(*_range([cost for one in shown for *_, cost in one.points if cost is not None]))
    plane = Plane(
        [(x, speak.percent(x / 100, 0, signed=True)) for x in xs], [(step, speak.short(step)) for step in steps]
    )
    marks = plane.marks(speak(say("change of the input")), f"{speak(say('cost'))} ({money_sign(study.currency)})")
    ends = []
    for i, one in enumerate(shown):
        points = [(x, cost) for x, _, cost in one.points if cost is not None]
        colour, shape = SERIES[i], _SHAPES[i % len(_SHAPES)]
        marks.append(Line(tuple(plane.at(x, c) for x, c in points), colour, 2.0, _DASHES[i % len(_DASHES)]))
        for x, cost in points:
            tip = f"{one.over} {speak.percent(x / 100, 0, signed=True)}: {speak.money(cost, study.currency)}"
            marks.append(Dot(*plane.at(x, cost), 3.6, colour, shape, tip))
        ends.append((plane.at(*points[-1])[1], i, one.over))
    marks += _names(sorted(ends))
    notes: list[Sentence] = []
    if len(lines) > len(shown):
        notes.append(say("{count} more inputs move the cost less, or not at all.", count=len(lines) - len(shown)))
    room = max(width(clip(over, 11, 200), 11) for *_, over in ends) + 34
    return Figure(
        name="spider",
        title=speak(say("Cost over the change of each input")),
        about=speak(say("Inputs, each changed by a share and solved again: {inputs}; the base costs {cost}.", inputs=len(lines), cost=speak.money(base, study.currency))),
        width=LEFT + WIDE + room,
        height=TALL,
        marks=tuple(marks),
        head=(speak(say("input")), speak(say("change")), speak(say("cost"))),
        rows=tuple(row for one in shown for row in _cells(one, study.currency, speak)),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip


def _range(costs: list[float]) -> tuple[float, float]:
    return min(costs), max(costs)


def _names(ends: list[tuple[float, int, str]]) -> list[Mark]:
    """The name of each line at its end, pushed apart where they would overlap."""
    free = pooled([y - 15.0 * k for k, (y, _, _) in enumerate(ends)], [1.0] * len(ends))
    marks: list[Mark] = []
    for k, ((_, i, over), y) in enumerate(zip(ends, free, strict=True)):
        x = LEFT + WIDE + 12
        marks += [
            Dot(x, y + 15.0 * k, 4.0, SERIES[i], _SHAPES[i % len(_SHAPES)]),
            Text(x + 10, y + 15.0 * k + 4, clip(over, 11, 200), 11),
        ]
    return marks


def _cells(one: Swept, currency: str, speak: Language) -> list[tuple[str, ...]]:
    none = speak(say("no plan"))
    return [
        (one.over, speak.percent(x / 100, 0, signed=True), none if cost is None else speak.money(cost, currency))
        for x, _, cost in one.points
    ]
