"""A frontier as text for a terminal."""

from __future__ import annotations

import math
from typing import Any

from ..analysis.study import Study
from ..words import Figure, say
from .language import Language
from .layout import number, percent, table
from .terms import quantity_name

_MOST_SITES = 6


def frontier_text(study: Study, language: str = "en") -> str:
    """A line for each point: its values, what the step from the point before costs, its sites."""
    if not study.rows:
        return ""
    over = study.more["over"]
    priced, picked = (any(key in row for row in study.rows) for key in ("price", "picked_by"))
    a, b = quantity_name(over[0]), quantity_name(over[1])
    heads: list[str] = [say("point"), *map(quantity_name, over)]
    if priced:
        more = over[1] in study.more["most"]
        heads.append(say("{a} for one {b} more", a=a, b=b) if more else say("{a} for one {b} less", a=a, b=b))
        heads.append(say("best where one {b} counts", b=b))
    if picked:
        heads += [say("best where one {b} counts", b=b), say("and one {c}", c=quantity_name(over[2])), say("of all weights")]
    lines: list[list[str]] = []
    sizes = {name: max(abs(row["values"][name]) for row in study.rows) for name in over}
    decimals = {name: 6 - min(0, math.floor(math.log10(size))) if size else 6 for name, size in sizes.items()}
    for row in study.rows:
        mark = " *" if row.get("knee") else ""
        line: list[str] = [Figure(f"{row['point']}{mark}"), *(number(row["values"][name], decimals[name]) for name in over)]
        line += [number(row.get("price"), 6), _prices(row["cheapest_at"])] if priced else []
        line += _picked(row["picked_by"], over) if picked else []
        lines.append([*line, _sites(row)])
    return table([*heads, say("sites")], lines, left=(len(heads),), speak=Language(language))


def _prices(span: dict[str, float | None] | None) -> Figure:
    """The prices of the second quantity at which a point is best; blank: there is none."""
    if span is None:
        return Figure("")
    low, high = number(span["from"], 6), span["to"]
    return Figure(f"≥ {low}") if high is None else Figure(f"{low} … {number(high, 6)}")


def _picked(by: dict[str, Any] | None, over: list[str]) -> list[Figure]:
    """Prices of the second and third quantity at which a point is best, and how many of all weights pick it; blank: none."""
    if by is None:
        return [Figure("")] * 3
    return [*(number(abs(by["weights"][name]), 6) for name in over[1:]), percent(100 * by["share"], ".3g")]


def _sites(row: dict[str, list[str]]) -> str:
    """All sites of the first point and of few; else what changes from the point before."""
    sites = row["sites"]
    if len(sites) <= _MOST_SITES:
        return ", ".join(sites)
    moved = [f"+{p}" for p in row.get("sites_in", [])] + [f"−{p}" for p in row.get("sites_out", [])]
    more = [*moved[:_MOST_SITES], "…"] if len(moved) > _MOST_SITES else moved
    return f"{len(sites)}: {', '.join(more)}" if more else str(len(sites))
