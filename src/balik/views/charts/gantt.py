"""Sites over time: a row for each site, a cell for each period, filled while it is open."""

from __future__ import annotations

from ...words import Sentence, say
from ..figure import Box, Dot, Figure, Line, Mark, Text
from ..glyphs import clip, width
from ..language import Language
from ..palette import BLUE, FAINT, GREEN, INK, VERMILLION
from ..subject import Subject
from .axes import LABEL, axis_texts

_MOST, _ROW, _TOP = 60, 22.0, 40.0


def gantt(subject: Subject, speak: Language) -> Figure | None:
    """When sites open, are open and close. None where no site opens or closes over time."""
    found = subject.plan.columns.get("phases") if subject.plan else None
    if not found:
        return None
    periods = subject.data.labels["period"]
    states: dict[str, dict[str, tuple[bool, bool, bool]]] = {}
    columns = ("place", "size", "period", "open", "opened", "closed")
    for place, size, period, *flags in zip(*(found[c] for c in columns), strict=True):
        name = place if size in ("-", "", None) else f"{place} ({size})"
        opened = tuple(float(flag) > 0.5 for flag in flags)
        states.setdefault(name, {})[str(period)] = (opened[0], opened[1], opened[2])
    rows = list(states)[:_MOST]
    left = min(LABEL, max(width(name, 11) for name in rows)) + 14
    cell = max(9.0, min(64.0, 640.0 / len(periods)))
    marks: list[Mark] = _legend(speak)
    for i, name in enumerate(rows):
        marks += _row(name, states[name], periods, left, cell, _TOP + i * _ROW, speak)
    high = _TOP + len(rows) * _ROW
    marks += [Line(((left + i * cell, _TOP), (left + i * cell, high)), FAINT, 0.6) for i in range(len(periods) + 1)]
    marks += axis_texts([(left + (i + 0.5) * cell, str(p)) for i, p in enumerate(periods)], high + 14)
    notes: list[Sentence] = []
    if len(states) > _MOST:
        notes.append(say("Shown are {most} of {all} sites.", most=_MOST, all=len(states)))
    return Figure(
        name="gantt",
        title=speak(say("Sites over time")),
        about=speak(_about(len(states), len(periods))),
        width=max(left + cell * len(periods) + 16, 420.0),
        height=high + 24,
        marks=tuple(marks),
        head=tuple(map(speak, (say("site"), say("opens"), say("open in"), say("closes")))),
        rows=tuple((name, *_cells(states[name])) for name in rows),
        notes=tuple(map(speak, notes)),
    )


def _about(sites: int, periods: int) -> Sentence:
    if sites == 1:
        return say("One site over {periods} periods.", periods=periods)
    return say("{sites} sites over {periods} periods.", sites=sites, periods=periods)


def _row(
    name: str,
    state: dict[str, tuple[bool, bool, bool]],
    periods: list[str],
    left: float,
    cell: float,
    y: float,
    speak: Language,
) -> list[Mark]:
    marks: list[Mark] = [Text(left - 8, y + 15, clip(name, 11, LABEL), 11, "end")]
    for i, period in enumerate(periods):
        is_open, opened, closed = state.get(str(period), (False, False, False))
        x = left + i * cell
        if is_open:
            marks.append(
                Box(x + 0.5, y + 4, cell - 1, _ROW - 8, BLUE, INK, 0.5, tip=f"{name}: {period} · {speak(say('open'))}")
            )
        if opened:
            marks.append(Dot(x + 4, y + _ROW / 2, 3.6, GREEN, "diamond", f"{name}: {period} · {speak(say('opens'))}"))
        if closed:
            marks.append(
                Dot(x + 4, y + _ROW / 2, 3.6, VERMILLION, "square", f"{name}: {period} · {speak(say('closes'))}")
            )
    return marks


def _cells(state: dict[str, tuple[bool, bool, bool]]) -> tuple[str, str, str]:
    chosen = [", ".join(p for p, flags in state.items() if flags[which]) for which in (1, 0, 2)]
    return chosen[0], chosen[1], chosen[2]


def _legend(speak: Language) -> list[Mark]:
    marks: list[Mark] = [Box(8, 8, 14, 12, BLUE, INK, 0.5), Text(28, 18, speak(say("open")), 11)]
    x = 28 + width(speak(say("open")), 11) + 20
    for words, fill, shape in ((say("opens"), GREEN, "diamond"), (say("closes"), VERMILLION, "square")):
        marks += [Dot(x + 4, 14, 4, fill, shape), Text(x + 14, 18, speak(words), 11)]
        x += 14 + width(speak(words), 11) + 20
    return marks
