"""The box of an entity: its label, what comes in and goes out of the network there, and its processes."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...words import Sentence, say
from ..figure import Box, Mark, Text, moved
from ..glyphs import width, wrap
from ..language import Language
from ..palette import FAINT, GREY, INK, PAPER, QUIET
from ..subject import Run
from .scene import Entity, amount_texts

_PAD, _LEAST, _MOST = 9.0, 84.0, 215.0
_IN, _INDENT = "\t", 9.0  # lines that are set in
_TINT, _DUMP = "#eef3f7", "#f3f3f3"


@dataclass
class Card:
    """A box that has been written: its size, and its marks with their origin in its upper left corner."""

    wide: float
    high: float
    marks: list[Mark] = field(default_factory=list)

    def at(self, x: float, y: float) -> list[Mark]:
        """The marks with the middle of the box there."""
        return [moved(mark, x - self.wide / 2, y - self.high / 2) for mark in self.marks]


def card(entity: Entity, units: dict[str, str], speak: Language, brief: bool, planned: bool, ports: int) -> Card:
    """The box of an entity; `brief`: only its label; `ports`: how many lines meet its busier side."""
    most = 130.0 if brief else _MOST
    size = 11 if brief else 13
    title = wrap(entity.label, size, most - 2 * _PAD, 1 if brief else 3, bold=True)
    below = (
        [] if brief else [line for note in _notes(entity, speak, planned) for line in wrap(note, 11, most - 2 * _PAD)]
    )
    facts = [] if brief else [line for fact in _facts(entity, units, speak) for line in _wrapped(fact, most - 2 * _PAD)]
    chips = [] if brief else [_chip(run, units, speak, most - 4 * _PAD) for run in entity.processes.values()]
    hidden, chips = len(chips) - 6, chips[:6]
    widths = [width(line, size, True) for line in title] + [width(line, 11) + _INDENT for line in (*below, *facts)]
    inner = max([*widths, *(w + 2 * _PAD for w, _, _ in chips), _LEAST - 2 * _PAD])
    marks: list[Mark] = []
    y = _PAD + (6 if brief else 10)
    for line in title:
        marks.append(Text(_PAD, y, line, size, bold=True, over=_TINT))
        y += 16
    for line in below:
        marks.append(Text(_PAD, y - 1, line, 11, fill=QUIET, over=_TINT))
        y += 14
    for line in facts:
        marks.append(Text(_PAD + (_INDENT if line[0] == _IN else 0.0), y, line.strip(_IN), 11, over=_TINT))
        y += 14
    for _, high, lines in chips:
        top = y - 8
        marks.append(_chip_box(lines, top, inner, high))
        marks += [
            Text(2 * _PAD, top + 13 + 13 * i, text, 11 if first else 10, fill=INK if first else QUIET, over=PAPER)
            for i, (text, first, _) in enumerate(lines)
        ]
        y += high + 5
    if hidden > 0:
        marks.append(Text(_PAD, y + 2, speak(say("… and {count} more", count=hidden)), 11, over=_TINT))
        y += 14
    high = max(y - 10 + _PAD - 3 - (4 if brief else 0), (6.0 if brief else 9.0) * ports + 8)
    shut = planned and entity.sites and not entity.open
    frame = Box(
        0,
        0,
        inner + 2 * _PAD,
        high,
        _TINT,
        GREY if shut else INK,
        2.2 if entity.open else 1.1,
        5,
        "4 3" if shut else "",
    )
    return Card(inner + 2 * _PAD, high, [frame, *marks])


def _notes(entity: Entity, speak: Language, planned: bool) -> list[str]:
    """How many places it stands for, and how many of them are open sites."""
    notes: list[str] = [entity.name] if entity.name else []
    if len(entity.places) > 1:
        notes.append(speak(say("{count} places", count=speak.number(len(entity.places)))))
    if entity.sites == 1 and len(entity.places) == 1:
        notes += (
            [speak(say("open site") if entity.open else say("closed site"))]
            if planned
            else [speak(say("site to choose"))]
        )
    elif entity.sites and planned:
        notes.append(speak(say("{open} of {sites} sites open", open=entity.open, sites=entity.sites)))
    elif entity.sites:
        one = entity.sites == 1
        notes.append(speak(say("1 site to choose") if one else say("{sites} sites to choose from", sites=entity.sites)))
    return notes


def _facts(entity: Entity, units: dict[str, str], speak: Language) -> list[str]:
    heads: list[tuple[str, dict[str, float | None], Sentence]] = [
        ("+", entity.collected, say("collected")),
        ("→", entity.delivered, say("handed over")),
        ("=", entity.stocked, say("kept in stock")),
        ("·", entity.within, say("among themselves")),
    ]
    lines = []
    for sign, amounts, words in heads:
        if amounts:
            lines.append(f"{sign} {speak(words)}:")
            lines += [f"{_IN}{text}" for text in amount_texts(amounts, units, speak)]
    return lines


def _wrapped(fact: str, most: float) -> list[str]:
    lead = _IN if fact.startswith(_IN) else ""
    return [lead + line for line in wrap(fact, 11, most - (_INDENT if lead else 0.0))]


def _chip(
    run: Run, units: dict[str, str], speak: Language, most: float
) -> tuple[float, float, list[tuple[str, bool, bool]]]:
    """Width, height and lines of a process: its label and activity, and what it makes of what."""
    used = [m for m, rate in run.recipe.items() if abs(rate + 1) < 1e-9]
    unit = units.get(used[0], "") if len(used) == 1 else ""  # one unit of activity uses one unit of that
    label = run.process if run.amount is None else f"{run.process} {speak.number(run.amount)} {unit}".rstrip()
    ends = makes_nothing(run)
    lines = [(text, True, ends) for text in wrap(label, 11, most)]
    lines += [(text, False, ends) for text in wrap(recipe_text(run, speak), 10, most, 3) if text]
    return max(width(text, 11) for text, *_ in lines), 13.0 * len(lines) + 6, lines


def _chip_box(lines: list[tuple[str, bool, bool]], top: float, inner: float, high: float) -> Box:
    ends = lines[0][2]
    return Box(
        _PAD, top, inner, high, _DUMP if ends else PAPER, QUIET if ends else FAINT, 1.0, 8, "2 2" if ends else ""
    )


def makes_nothing(run: Run) -> bool:
    """Whether a process only uses up: where material leaves the network."""
    return any(rate < 0 for rate in run.recipe.values()) and not any(rate > 0 for rate in run.recipe.values())


def recipe_text(run: Run, speak: Language) -> str:
    """`campur → 0.9 pilah + 0.1 residu`, or what is used up."""
    used, made = (
        [(m, rate) for m, rate in run.recipe.items() if (rate < 0) == below and rate] for below in (True, False)
    )
    one = len(used) == 1 and abs(used[0][1] + 1) < 1e-9

    def side(parts: list[tuple[str, float]]) -> str:
        return " + ".join(m if abs(rate) == 1 else f"{speak.number(abs(rate))} {m}" for m, rate in parts)

    if not made:
        return speak(say("uses up {materials}", materials=side(used) if not one else used[0][0])) if used else ""
    return f"{side(used)} → {side(made)}" if used else f"→ {side(made)}"
