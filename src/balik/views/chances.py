"""What a plan promises, as text: how likely what comes to each site fits, and how long it waits there."""

from __future__ import annotations

import math
from typing import Any

from ..plan.plan import Plan
from ..words import Figure, say
from .language import Language
from .layout import number, percent, table
from .terms import period_word

_MOST_ROWS = 30


def chances_text(plan: Plan, speak: Language) -> str:
    """One line for each site that has a chance (and period, if there are several)."""
    found = plan.facts.get("chances", [])
    if not found:
        return ""
    rows = [
        [
            *_named(r, found),
            number(r["mean"]),
            number(r["sd"]),
            number(r["capacity"]),
            _share(r["asked"]),
            _share(r["fits"]),
        ]
        for r in found[:_MOST_ROWS]
    ]
    heads = [say("on the average"), say("standard deviation"), say("capacity"), say("asked"), say("fits with")]
    block = _block(say("What comes fits with a probability"), found, rows, heads, speak)
    groups = {(r["together"], r["period"]): r for r in found if "together" in r}
    several = len({period for _, period in groups}) > 1
    told = [
        say("All of {group} fit at once with {share} (asked {asked})", group=f"{group} {period}" if several else group,
            share=_share(r["at_once"]), asked=_share(r["asked"]))
        for (group, period), r in groups.items()
    ]  # fmt: skip
    return "\n".join([block, *(f"  {speak(line)}" for line in told[:_MOST_ROWS])])


def waits_text(plan: Plan, speak: Language) -> str:
    """One line for each queue (and period, if there are several)."""
    found = plan.facts.get("waits", [])
    if not found:
        return ""
    rows = [
        [
            *_named(r, found),
            number(r["comes"]),
            number(r["most"]),
            number(r["serves"]),
            number(r["mean_wait"], 4),
            number(r["wait"], 4),
        ]
        for r in found[:_MOST_ROWS]
    ]
    heads = [say("comes"), say("most that may"), say("served"), say("mean wait"), say("longest mean")]
    return _block(say("Waiting, in parts of a {period}", period=period_word(plan.period)), found, rows, heads, speak)


def _named(row: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    several = len({r["period"] for r in rows}) > 1
    name = row["place"] if row["size"] == "-" else f"{row['place']} ({row['size']})"
    return [name, row["period"]] if several else [name]


def _share(value: float) -> Figure:
    return percent(math.floor(1e4 * value + 1e-6) / 100, ".4g")  # rounded down: no promise is larger than it is


def _block(title: str, found: list[dict[str, Any]], rows: list[list[str]], heads: list[Any], speak: Language) -> str:
    first = [say("site"), say("period")][: len(rows[0]) - len(heads)]
    more = len(found) - _MOST_ROWS
    rest = f"\n  {speak(say('… and {count} more (in plan.json)', count=more))}" if more > 0 else ""
    return f"{speak(title)}\n{table([*first, *heads], rows, left=tuple(range(len(first))), speak=speak)}{rest}"
