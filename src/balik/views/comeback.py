"""Offers that are chosen and what people bring themselves, as text for a terminal."""

from __future__ import annotations

from typing import Any

from ..plan.plan import Plan
from ..words import Sentence, say
from .language import Language
from .layout import number, table
from .terms import column_name

_MOST_ROWS = 30


def comeback_text(plan: Plan, speak: Language) -> str:
    """Both, as far as the plan has them."""
    return "\n\n".join(block for block in (_offers(plan, speak), _brought(plan, speak)) if block)


def _offers(plan: Plan, speak: Language) -> str:
    """The level that is chosen for each place and material."""
    return _shown(say("Offers"), plan.columns.get("offers", {}), ["place", "material", "level"], speak)


def _brought(plan: Plan, speak: Language) -> str:
    """Who brings how much where."""
    brought = dict(plan.columns.get("brought", {}))
    if not brought:
        return ""
    columns = ["place", "dest", "material", "period", "amount", "unit"]
    brought["unit"] = [_unit_of(plan, material) for material in brought["material"]]
    if len(set(brought["period"])) == 1:
        columns.remove("period")
    return _shown(say("What people bring themselves"), brought, columns, speak)


def _shown(title: Sentence, cells: dict[str, list[Any]], columns: list[str], speak: Language) -> str:
    if not cells:
        return ""
    every = zip(*(cells[c] for c in columns), strict=True)
    rows = [[number(cell, 3) if isinstance(cell, float) else str(cell) for cell in row] for row in every]
    more = f"\n  {speak(say('… and {count} more', count=len(rows) - _MOST_ROWS))}" if len(rows) > _MOST_ROWS else ""
    left = [at for at, column in enumerate(columns) if column != "amount"]
    ends = {"place": say("from"), "dest": say("to")} if "dest" in columns else {}
    heads = [ends.get(column) or column_name(column) for column in columns]
    return f"{speak(title)}\n{table(heads, rows[:_MOST_ROWS], left=left, speak=speak)}{more}"


def _unit_of(plan: Plan, material: str) -> str:
    frame = plan.tables["materials"] if plan.tables is not None else None
    names = list(frame.columns["material"]) if frame is not None else []
    return (frame.cell(names.index(material), "unit") or "kg") if frame is not None and material in names else ""
