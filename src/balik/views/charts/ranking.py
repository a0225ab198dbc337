"""Alternatives judged by several criteria: how near each comes to the best of all, the first on top."""

from __future__ import annotations

from ...analysis.study import Study
from ...words import say
from ..figure import Figure, moved
from ..language import Language
from .axes import Bar, Part, bars

_MOST = 40


def ranking(study: Study, speak: Language) -> Figure | None:
    """None where the study is no ranking. Without closeness (TOPSIS) bars are priorities (AHP)."""
    rows = study.rows if study.kind == "rank" else []
    key = next((k for k in ("closeness", "priority") if any(row.get(k) is not None for row in rows)), None)
    if key is None:
        return None
    found = sorted((row for row in rows if row.get(key) is not None), key=lambda row: -row[key])
    shown = [Bar(r["alternative"], (Part(0, r[key], f"{r['alternative']}: {speak.number(r[key], 4)}"),), speak.number(r[key], 3))
             for r in found[:_MOST]]  # fmt: skip
    words = speak(say("closeness to the best of all, 0 to 1") if key == "closeness" else say("priority"))
    drawn, wide, high = bars(shown, speak.short, words)
    notes = [say("Shown are {most} of {all} alternatives.", most=_MOST, all=len(found))] if len(found) > _MOST else []
    if left := len(rows) - len(found):
        notes.append(say("Without a plan, not judged: {count}.", count=left))
    return Figure(
        name="ranking",
        title=speak(say("Alternatives, the best first")),
        about=speak(say("Alternatives: {count}; criteria that judge them: {criteria}.", count=len(found), criteria=len(found[0].get("scores") or {}))),
        width=wide + 16,
        height=high + 8,
        marks=tuple(moved(mark, 8, 4) for mark in drawn),
        head=(speak(say("alternative")), words),
        rows=tuple((r["alternative"], speak.number(r[key], 4)) for r in found[:_MOST]),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip
