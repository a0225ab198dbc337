"""The risk curve of a plan: how likely it is to cost no more than so much, over the draws of a simulation."""

from __future__ import annotations

from ...analysis.study import Study
from ...words import Sentence, say
from ..figure import Dot, Figure, Line
from ..language import Language, money_sign
from ..palette import BLUE, VERMILLION
from .axes import ticks
from .plane import LEFT, TALL, WIDE, Plane

_MOST = 400


def risk(study: Study, speak: Language) -> Figure | None:
    """None where the study is no simulation with at least two draws that have a plan."""
    costs = sorted(row["cost"] for row in study.rows if row["cost"] is not None) if study.kind == "simulate" else []
    if len(costs) < 2:
        return None
    plane = Plane(
        [(step, speak.short(step)) for step in ticks(costs[0], costs[-1])],
        [(step, speak.percent(step, 0)) for step in ticks(0.0, 1.0)],
    )
    cost = f"{speak(say('cost'))} ({money_sign(study.currency)})"
    marks = plane.marks(cost, speak(say("chance of no more than that")))
    step = max(1, len(costs) // _MOST)
    stairs = [(value, share / len(costs)) for i, value in enumerate(costs) if i % step == 0 for share in (i, i + 1)]
    marks.append(Line(tuple(plane.at(*p) for p in [*stairs, (costs[-1], 1.0)]), BLUE, 2.0))
    levels = [
        (share, costs[min(len(costs) - 1, max(0, round(share * len(costs)) - 1))]) for share in (0.05, 0.5, 0.9, 0.95)
    ]
    for share, value in levels:
        tip = f"{speak.percent(share, 0)}: {speak.money(value, study.currency)}"
        marks.append(Dot(*plane.at(value, share), 4.5, VERMILLION, "diamond", tip))
    none = len(study.rows) - len(costs)
    notes: list[Sentence] = [say("Draws without a plan, not in the curve: {count}.", count=none)] if none else []
    return Figure(
        name="risk",
        title=speak(say("How much it may cost")),
        about=speak(say("{draws} draws of what is uncertain; the sites stay.", draws=len(study.rows))),
        width=LEFT + WIDE + 40,
        height=TALL,
        marks=tuple(marks),
        head=(speak(say("chance of no more than that")), cost),
        rows=tuple((speak.percent(share, 0), speak.money(value, study.currency)) for share, value in levels),
        notes=tuple(map(speak, notes)),
    )
