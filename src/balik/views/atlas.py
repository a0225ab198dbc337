"""Near-optimal sets of sites as text for a terminal."""

from __future__ import annotations

from ..analysis.study import Study
from ..words import say
from .layout import MONEY, number, table

_MOST_ROWS = 40


def atlas_text(study: Study, language: str = "en") -> str:
    """A line for each set: what it costs above the best, and how it differs from it."""
    if not study.rows:
        return ""
    money = MONEY.get(study.currency, study.currency)
    heads = [
        say("set"),
        say("cost {currency}", currency=money),
        say("above the best"),
        say("sites"),
        say("in"),
        say("out"),
    ]
    lines = []
    for row in study.rows[:_MOST_ROWS]:
        percent = row["regret_percent"]
        above = number(row["regret"]) if percent is None else f"{percent:.4f} %"
        moved = [", ".join(row[name]) for name in ("sites_in", "sites_out")]
        lines.append([str(row["set"]), number(row["cost"]), above, str(len(row["sites"])), *moved])
    text = table([head.into(language) for head in heads], lines, left=(4, 5))
    if len(study.rows) <= _MOST_ROWS:
        return text
    return f"{text}\n  {say('… and {more} more (--json)', more=len(study.rows) - _MOST_ROWS).into(language)}"
