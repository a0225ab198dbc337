"""Scenarios side by side: the cost of each, stacked by account, with today's plan where there is one."""

from __future__ import annotations

from typing import Any

from ...analysis.study import Study
from ...words import Sentence, plain, say
from ..figure import Figure, moved
from ..language import Language, money_sign
from ..palette import style_of
from ..terms import account_word, status_word
from .axes import Bar, Part, bars, legend

_MOST = 40


def scenarios(study: Study, speak: Language) -> Figure | None:
    """A bar for each scenario of a comparison. None for another study."""
    if study.kind != "compare" or not study.rows:
        return None
    shown = study.rows[:_MOST]
    names = list(dict.fromkeys(name for row in shown for name, cost in row["accounts"].items() if cost))
    words = [speak(account_word(name)) for name in names]
    rows = []
    for row in shown:
        label = speak(scenario_word(row["scenario"]))
        parts = tuple(
            Part(names.index(a), c, f"{label} · {words[names.index(a)]}: {speak.money(c, study.currency)}")
            for a, c in row["accounts"].items() if c
        )  # fmt: skip
        rows.append(Bar(label, parts, _end(row, study.currency, speak)))
    drawn, wide, high = bars(rows, speak.short, money_sign(study.currency))
    keys, top = legend(words, [style_of(i) for i in range(len(names))], wide)
    notes = (
        [say("Shown are {most} of {all} scenarios.", most=_MOST, all=len(study.rows))]
        if len(study.rows) > _MOST
        else []
    )
    solved = sum(row["cost"] is not None for row in study.rows)
    return Figure(
        name="scenarios",
        title=speak(say("Scenarios side by side")),
        about=speak(say("Scenarios: {all}; with a plan: {solved}.", all=len(study.rows), solved=solved)),
        width=wide + 16,
        height=top + high + 8,
        marks=tuple([*(moved(m, 8, 4) for m in keys), *(moved(m, 8, top + 4) for m in drawn)]),
        head=tuple(map(speak, (say("scenario"), say("status"), say("cost"), say("change"), say("sites in use")))),
        rows=tuple(_cells(row, study.currency, speak) for row in shown),
        notes=tuple(map(speak, notes)),
    )


def scenario_word(name: str) -> Sentence:
    """A scenario's name; the base and today's plan in words."""
    return {"base": say("base"), "baseline (today)": say("today")}.get(name, plain(name))


def _end(row: dict[str, Any], currency: str, speak: Language) -> str:
    if row["cost"] is None:
        return speak(status_word(row["status"]))
    change = row.get("change_percent")
    return speak.short_money(row["cost"], currency) + (
        f" ({speak.percent(change / 100, 1, signed=True)})" if change else ""
    )


def _cells(row: dict[str, Any], currency: str, speak: Language) -> tuple[str, ...]:
    change = row.get("change_percent")
    return (
        speak(scenario_word(row["scenario"])),
        speak(status_word(row["status"])),
        speak.money(row["cost"], currency),
        "" if change is None else speak.percent(change / 100, 2, signed=True),
        "" if not row.get("sites_used") else speak.number(row["sites_used"]),
    )
