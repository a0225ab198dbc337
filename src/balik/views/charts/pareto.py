"""A frontier of two quantities: every point a plan that none beats in both, with its sites."""

from __future__ import annotations

from typing import Any

from ...analysis.study import Study
from ...words import Sentence, say
from ..bill import with_currency
from ..figure import Dot, Figure, Line, Mark, Text
from ..glyphs import width
from ..language import Language
from ..palette import BLUE, GREY
from ..terms import quantity_word
from .axes import ticks
from .plane import LEFT, TALL, WIDE, Plane

#: Room for the names of sites beside a point, in px.
_NAMES = 100.0


def pareto(study: Study, speak: Language) -> Figure | None:
    """None where the study is no frontier of two quantities with at least two points."""
    if study.kind != "frontier" or len(study.rows) < 2 or len(study.rows[0]["values"]) != 2:
        return None
    names = list(study.rows[0]["values"])
    points = [tuple(row["values"][name] for name in names) for row in study.rows]
    across, up = (speak(with_currency(name, study.currency)) for name in names)
    axes = [[(step, speak.short(step)) for step in ticks(min(v), max(v))] for v in zip(*points, strict=True)]
    plane = Plane(*axes)
    marks = plane.marks(across, up)
    marks.append(Line(tuple(plane.at(*p) for p in sorted(points)), GREY, 1.2, "4 3"))
    for row, point in zip(study.rows, points, strict=True):
        x, y = plane.at(*point)
        marks.append(Dot(x, y, 4.5, BLUE, "circle" if row.get("proved", True) else "diamond", _tip(row, names, speak)))
    marks += _labels(study, [plane.at(*p) for p in points], speak)
    return Figure(
        name="pareto",
        title=speak(say("What one costs in the other")),
        about=speak(say("{points} plans, each better in one than all others are that match it in the other.", points=len(points))),
        width=LEFT + WIDE + 110,
        height=TALL,
        marks=tuple(marks),
        head=(across, up, speak(say("sites in use")), speak(say("sites"))),
        rows=tuple((*(speak.number(v) for v in point), speak.number(len(row["sites"] or [])), ", ".join(row["sites"] or [])) for row, point in zip(study.rows, points, strict=True)),
    )  # fmt: skip


def _tip(row: dict[str, Any], names: list[str], speak: Language) -> str:
    values = ", ".join(f"{speak(quantity_word(name))} {speak.number(row['values'][name])}" for name in names)
    sites = row["sites"] or []
    return f"{values} · {', '.join(sites[:8])}{' …' if len(sites) > 8 else ''}"


def _counted(sites: int) -> Sentence:
    return say("{count} site", count=1) if sites == 1 else say("{count} sites", count=sites)


def _labels(study: Study, at: list[tuple[float, float]], speak: Language) -> list[Mark]:
    """The sites of a point where they are short, else how many there are; where there is room beside it."""
    marks: list[Mark] = []
    taken: list[tuple[float, float, float, float]] = []
    for row, (x, y) in list(zip(study.rows, at, strict=True)):
        if not row["sites"]:
            continue
        names = ", ".join(row["sites"])
        text = names if width(names, 10) <= _NAMES else speak(_counted(len(row["sites"])))
        box = (x + 7, y - 14, x + 7 + width(text, 10), y)
        if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            taken.append(box)
            marks.append(Text(x + 7, y - 4, text, 10))
    return marks
