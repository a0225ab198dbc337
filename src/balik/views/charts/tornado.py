"""A tornado: for every input the cost at the ends of its range, solved again; the widest on top."""

from __future__ import annotations

from collections.abc import Callable

from ...analysis.study import Study
from ...words import Sentence, say
from ..figure import Box, Figure, Line, Mark, Text, moved
from ..glyphs import clip, width
from ..language import Language, money_sign
from ..palette import FAINT, INK, QUIET, style_of
from .axes import LABEL, PLOT, ROW, axis_texts, legend, ticks
from .swept import Swept, point, swept

_MOST, _LOW, _HIGH = 20, 4, 1


def tornado(study: Study, speak: Language) -> Figure | None:
    """None where the study is no sensitivity, or its base has no plan."""
    found, base = swept(study)
    if base is None or not found:
        return None
    shown = [one for one in found if one.span or any(cost is None for *_, cost in one.points)][:_MOST] or found[:_MOST]
    costs = [base, *(cost for one in shown for cost in _ends(one) if cost is not None)]
    steps = ticks(min(costs), max(costs))
    left = min(LABEL, max(width(one.over, 11) for one in shown)) + 10
    room = max(width(text, 10) for one in shown for text in _texts(one, speak)) + 10
    none = width(speak(say("no plan at {points}", points="+10,0 %")), 10) + 10
    beyond = max(room, none) if any(cost is None for one in shown for cost in _ends(one)) else room
    per = (PLOT - room - beyond) / (steps[-1] - steps[0])

    def at(cost: float) -> float:
        return left + room + (cost - steps[0]) * per

    tall = ROW * len(shown)
    marks: list[Mark] = [Line(((at(step), 0), (at(step), tall)), FAINT, 1.0) for step in steps]
    marks += axis_texts([(at(step), speak.short(step)) for step in steps], tall + 14)
    marks.append(
        Text(
            left + PLOT / 2, tall + 31, f"{speak(say('cost'))} ({money_sign(study.currency)})", 11, "middle", fill=QUIET
        )
    )
    for i, one in enumerate(shown):
        marks += _row(one, i * ROW, left, base, at, study.currency, speak)
    marks.append(Line(((at(base), -4), (at(base), tall)), INK, 1.6))
    words = [speak(say("least of the range")), speak(say("most of the range"))]
    keys, top = legend(words, [style_of(_LOW), style_of(_HIGH)], PLOT)
    notes: list[Sentence] = []
    if len(found) > len(shown):
        notes.append(say("{count} more inputs move the cost less, or not at all.", count=len(found) - len(shown)))
    return Figure(
        name="tornado",
        title=speak(say("What would change the cost most")),
        about=speak(say("Inputs, each moved over its range and solved again: {inputs}; the base costs {cost}.", inputs=len(found), cost=speak.money(base, study.currency))),
        width=left + PLOT + 24,
        height=top + tall + 48,
        marks=tuple([*(moved(m, 8, 4) for m in keys), *(moved(m, 8, top + 8) for m in marks)]),
        head=tuple(map(speak, (say("input"), say("least of the range"), say("cost"), say("most of the range"), say("cost")))),
        rows=tuple(_cells(one, study.currency, speak) for one in shown),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip


def _ends(one: Swept) -> tuple[float | None, float | None]:
    return one.points[0][2], one.points[-1][2]


def _texts(one: Swept, speak: Language) -> tuple[str, str]:
    return point(one.points[0][1], speak), point(one.points[-1][1], speak)


def _row(
    one: Swept, y: float, left: float, base: float, at: Callable[[float], float], currency: str, speak: Language
) -> list[Mark]:
    marks: list[Mark] = [Text(left - 8, y + 17, clip(one.over, 11, LABEL), 11, "end")]
    right, missing = at(base), []
    for series, (_, text, cost) in ((_LOW, one.points[0]), (_HIGH, one.points[-1])):
        shown = point(text, speak)
        if cost is None:
            missing.append(shown)
            continue
        a, b = sorted((at(base), at(cost)))
        change = speak.percent((cost - base) / abs(base) if base else None, 2, signed=True)
        tip = f"{one.over} {shown}: {speak.money(cost, currency)} ({change})"
        if b > a:
            fill, pattern = style_of(series)
            marks.append(Box(a, y + 5, b - a, ROW - 10, fill, INK, 0.5, pattern=pattern, tip=tip))
            marks.append(Text(a - 4, y + 17, shown, 10, "end") if cost < base else Text(b + 4, y + 17, shown, 10))
            right = max(right, b + 8 + width(shown, 10)) if cost > base else right
    if missing:
        marks.append(Text(right + 4, y + 17, speak(say("no plan at {points}", points=", ".join(missing))), 10))
    return marks


def _cells(one: Swept, currency: str, speak: Language) -> tuple[str, ...]:
    low, high = one.points[0], one.points[-1]
    none = speak(say("no plan"))
    return (
        one.over,
        point(low[1], speak), none if low[2] is None else speak.money(low[2], currency),
        point(high[1], speak), none if high[2] is None else speak.money(high[2], currency),
    )  # fmt: skip
