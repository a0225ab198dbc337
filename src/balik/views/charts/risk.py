"""The risk curve of a plan: how likely it is to cost no more than so much, over draws or scenarios."""

from __future__ import annotations

import itertools
import math

from ...analysis.study import Study
from ...words import Sentence, say
from ..figure import Dot, Figure, Line
from ..language import Language, money_sign
from ..palette import BLUE, VERMILLION
from .axes import ticks
from .plane import LEFT, TALL, WIDE, Plane

#: Points of the curve; scenarios up to which each is a point; chances that are told of many.
_MOST, _FEW = 400, 12
_SHARES = (0.05, 0.5, 0.9, 0.95)


def risk(study: Study, speak: Language) -> Figure | None:
    """None where the study draws nothing and knows no scenarios, or fewer than two of them have a plan."""
    found = sorted(_cases(study))
    if len(found) < 2:
        return None
    whole = math.fsum(weight for _, weight in found)
    rising = list(itertools.accumulate((weight / whole for _, weight in found), initial=0.0))
    costs = [cost for cost, _ in found]
    plane = Plane(
        [(step, speak.short(step)) for step in ticks(costs[0], costs[-1])],
        [(step, speak.percent(step, 0)) for step in ticks(0.0, 1.0)],
    )
    cost = f"{speak(say('cost'))} ({money_sign(study.currency)})"
    marks = plane.marks(cost, speak(say("chance of no more than that")))
    step = max(1, len(costs) // _MOST)
    stairs = [(costs[i], share) for i in range(0, len(costs), step) for share in (rising[i], rising[i + 1])]
    marks.append(Line(tuple(plane.at(*p) for p in [*stairs, (costs[-1], 1.0)]), BLUE, 2.0))
    levels = _levels(study, costs, rising)
    for share, value in levels:
        tip = f"{speak.percent(share, 0)}: {speak.money(value, study.currency)}"
        marks.append(Dot(*plane.at(value, share), 4.5, VERMILLION, "diamond", tip))
    none = len(study.rows) - len(costs)
    notes: list[Sentence] = [say("Without a plan, not in the curve: {count}.", count=none)] if none else []
    return Figure(
        name="risk",
        title=speak(say("How much it may cost")),
        about=speak(_about(study)),
        width=LEFT + WIDE + 40,
        height=TALL,
        marks=tuple(marks),
        head=(speak(say("chance of no more than that")), cost),
        rows=tuple((speak.percent(share, 0), speak.money(value, study.currency)) for share, value in levels),
        notes=tuple(map(speak, notes)),
    )


def _cases(study: Study) -> list[tuple[float, float]]:
    """Cost and weight of every draw, or of every scenario of a decision, that has a plan."""
    if study.kind not in ("simulate", "stochastic"):
        return []
    return [(row["cost"], row.get("probability", 1.0)) for row in study.rows if row["cost"] is not None]


def _levels(study: Study, costs: list[float], rising: list[float]) -> list[tuple[float, float]]:
    """What is not exceeded with so much chance: round shares of draws, and every one of a few scenarios."""
    if study.kind == "stochastic" and len(costs) <= _FEW:
        return list(zip(rising[1:], costs, strict=True))
    return [(share, costs[next(i for i, sum_ in enumerate(rising[1:]) if sum_ > share - 1e-9)]) for share in _SHARES]


def _about(study: Study) -> Sentence:
    if study.kind == "stochastic":
        return say("{count} scenarios with their probability; the sites are those decided now.", count=len(study.rows))
    return say("{draws} draws of what is uncertain; the sites stay.", draws=len(study.rows))
