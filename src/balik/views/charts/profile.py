"""Along the chain: what arrives at each stage, how much goes on, and how much is lost, used up or thrown away there."""

from __future__ import annotations

from collections.abc import Iterable

from ...words import say
from ..drawing.layers import against, layers
from ..drawing.scene import scene_of
from ..figure import Figure, moved
from ..language import Language
from ..palette import style_of
from ..subject import Run, Subject
from ..weigh import Scale, scale_of
from .axes import Bar, Part, bars, legend

_MOST = 30
_GOES_ON, _LOST = 0, 5


def profile(subject: Subject, speak: Language) -> Figure | None:
    """Stages in the order of the chain. None without flows, or where they have no common unit."""
    scale = scale_of(subject)
    if subject.plan is None or scale is None or not subject.moves:
        return None
    scene = scene_of(subject, "kind")
    pairs = [(stream.origin, stream.dest) for stream in scene.streams]
    back = against(len(scene.entities), pairs, [1.0] * len(pairs))
    column = layers(
        len(scene.entities), [(b, a) if turned else (a, b) for (a, b), turned in zip(pairs, back, strict=True)]
    )
    order = sorted(range(len(scene.entities)), key=lambda i: column[i])[:_MOST]
    taken = {i: 0.0 for i in order}
    for stream in scene.streams:
        if stream.dest in taken:
            taken[stream.dest] += sum(scale.of(m, a or 0.0) for m, a in stream.amounts.items())
    rows, cells = [], []
    for i in order:
        entity = scene.entities[i]
        comes = taken[i] + sum(scale.of(m, a or 0.0) for m, a in entity.collected.items())
        lost = min(comes, max(0.0, lost_in(entity.processes.values(), scale)))
        lost = lost if lost > 1e-9 * comes else 0.0
        goes = comes - lost
        share = f" · {speak.percent(lost / comes)}" if lost and comes else ""
        on = Part(_GOES_ON, goes, f"{entity.label}: {speak(say('goes on'))} {speak.number(goes)} {scale.unit}")
        off = Part(_LOST, lost, f"{entity.label}: {speak(say('ends here'))} {speak.number(lost)} {scale.unit}{share}")
        parts = (on, off) if lost else (on,)
        rows.append(Bar(entity.label, parts, f"{speak.number(comes)} {scale.unit}"))
        cells.append((entity.label, speak.number(comes), speak.number(goes), speak.number(lost), scale.unit))
    drawn, wide, high = bars(rows, speak.short, scale.unit)
    words = [speak(say("goes on"))] + ([speak(say("ends here"))] if any(len(row.parts) > 1 for row in rows) else [])
    keys, top = legend(words, [style_of(_GOES_ON), style_of(_LOST)][: len(words)], wide)
    notes = (
        [say("Without {materials}: they have no {unit}.", materials=", ".join(scale.without), unit=scale.unit)]
        if scale.without
        else []
    )
    return Figure(
        name="profile",
        title=speak(say("Amounts and losses along the chain")),
        about=speak(say("What comes to each stage ({stages}), in {unit}, and what is lost there.", stages=len(rows), unit=scale.unit)),
        width=wide + 16,
        height=top + high + 8,
        marks=tuple([*(moved(m, 8, 4) for m in keys), *(moved(m, 8, top + 4) for m in drawn)]),
        head=tuple(map(speak, (say("stage"), say("comes in"), say("goes on"), say("ends here"), say("unit")))),
        rows=tuple(cells),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip


def lost_in(runs: Iterable[Run], scale: Scale) -> float:
    """What processes use more than they make, in the common unit: disposal, and mass that a recipe loses."""
    return -sum((run.amount or 0.0) * scale.of(m, rate) for run in runs for m, rate in run.recipe.items())
