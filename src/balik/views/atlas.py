"""Near-optimal sets of sites as text for a terminal."""

from __future__ import annotations

from ..analysis.study import Study
from ..words import say
from .language import Language
from .layout import MONEY, number, percent, table

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
    lines: list[list[str]] = []
    for row in study.rows[:_MOST_ROWS]:
        share = row["regret_percent"]
        above = number(row["regret"]) if share is None else percent(share, ".4f")
        moved = [", ".join(row[name]) for name in ("sites_in", "sites_out")]
        lines.append([number(row["set"]), number(row["cost"]), above, number(len(row["sites"])), *moved])
    text = table(heads, lines, left=(4, 5), speak=Language(language))
    if len(study.rows) <= _MOST_ROWS:
        return text
    return f"{text}\n  {say('… and {more} more (--json)', more=len(study.rows) - _MOST_ROWS).into(language)}"
