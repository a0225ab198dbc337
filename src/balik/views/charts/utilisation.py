"""How full the sites are: a bar for each open site, as the share of its capacity in its fullest period."""

from __future__ import annotations

from typing import Any

from ...words import Sentence, say
from ..figure import Figure, moved
from ..language import Language
from ..span import share_words
from ..subject import Subject
from .axes import Bar, Part, bars

_MOST = 40


def utilisation(subject: Subject, speak: Language) -> Figure | None:
    """Sites with a capacity, the fullest first. None where no open site has one."""
    if subject.plan is None:
        return None
    facts = subject.plan.facts.get("sites", [])
    found = sorted((s for s in facts if s["fullest"] is not None), key=lambda s: -s["fullest"])
    if not found:
        return None
    rows = [_bar(site, speak) for site in found[:_MOST]]
    drawn, wide, high = bars(rows, lambda value: speak.percent(value, 0), speak(share_words(subject.plan)), full=1.0)
    notes: list[Sentence] = []
    if len(found) > _MOST:
        notes.append(say("Shown are the {most} fullest of {all} sites.", most=_MOST, all=len(found)))
    full = sum(site["fullest"] >= 1 - 1e-9 for site in found)
    return Figure(
        name="utilisation",
        title=speak(say("Capacity used")),
        about=speak(say("Sites with a capacity: {all}; full: {full}.", all=len(found), full=full)),
        width=wide + 16,
        height=high + 8,
        marks=tuple(moved(mark, 8, 4) for mark in drawn),
        head=tuple(map(speak, (say("site"), say("takes in"), say("capacity"), say("unit"), share_words(subject.plan)))),
        rows=tuple(
            (
                _label(s),
                speak.number(s["throughput"]),
                speak.number(s["capacity"]),
                s["unit"],
                speak.percent(s["fullest"]),
            )
            for s in found[:_MOST]
        ),
        notes=tuple(map(speak, notes)),
    )


def _label(site: dict[str, Any]) -> str:
    return str(site["place"]) if site["size"] == "-" else f"{site['place']} ({site['size']})"


def _bar(site: dict[str, Any], speak: Language) -> Bar:
    share = speak.percent(site["fullest"])
    amounts = f"{speak.number(site['throughput'])} / {speak.number(site['capacity'])} {site['unit']}"
    full = site["fullest"] >= 1 - 1e-9
    tip = f"{_label(site)}: {amounts} ({share})"
    return Bar(_label(site), (Part(1 if full else 0, site["fullest"], tip),), share)
