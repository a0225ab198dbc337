"""A frontier as text for a terminal."""

from __future__ import annotations

from ..analysis.study import Study
from ..words import say
from .layout import number, table

_MOST_SITES = 6


def frontier_text(study: Study, language: str = "en") -> str:
    """A line for each point: its values, what the step from the point before costs, its sites."""
    if not study.rows:
        return ""
    over = study.more["over"]
    priced = any("price" in row for row in study.rows)
    heads = [say("point").into(language), *over]
    if priced:
        more = over[1] in study.more["most"]
        told = (say("{a} for one {b} more", a=over[0], b=over[1]) if more else say("{a} for one {b} less", a=over[0], b=over[1]))  # fmt: skip
        heads.append(told.into(language))
    lines = []
    for row in study.rows:
        mark = " *" if row.get("knee") else ""
        line = [f"{row['point']}{mark}", *(number(row["values"][name], 6) for name in over)]
        line += [number(row.get("price"), 6)] if priced else []
        lines.append([*line, _sites(row)])
    return table([*heads, say("sites").into(language)], lines, left=(len(heads),))


def _sites(row: dict[str, list[str]]) -> str:
    """All sites of the first point and of few; else what changes from the point before."""
    sites = row["sites"]
    if len(sites) <= _MOST_SITES:
        return ", ".join(sites)
    moved = [f"+{p}" for p in row.get("sites_in", [])] + [f"−{p}" for p in row.get("sites_out", [])]
    more = [*moved[:_MOST_SITES], "…"] if len(moved) > _MOST_SITES else moved
    return f"{len(sites)}: {', '.join(more)}" if more else str(len(sites))
