"""Offers that are chosen and what people bring themselves, as text for a terminal."""

from __future__ import annotations

from typing import Any

from ..plan.plan import Plan
from .layout import number, table

_MOST_ROWS = 30


def comeback_text(plan: Plan) -> str:
    """Both, as far as the plan has them."""
    return "\n\n".join(block for block in (_offers(plan), _brought(plan)) if block)


def _offers(plan: Plan) -> str:
    """The level that is chosen for each place and material."""
    return _shown("Offers", plan.columns.get("offers", {}), ["place", "material", "level"])


def _brought(plan: Plan) -> str:
    """Who brings how much where."""
    brought = dict(plan.columns.get("brought", {}))
    if not brought:
        return ""
    columns = ["from", "to", "material", "period", "amount", "unit"]
    brought |= {"from": brought["place"], "to": brought["dest"]}
    brought["unit"] = [_unit_of(plan, material) for material in brought["material"]]
    if len(set(brought["period"])) == 1:
        columns.remove("period")
    return _shown("What people bring themselves", brought, columns)


def _shown(title: str, cells: dict[str, list[Any]], columns: list[str]) -> str:
    if not cells:
        return ""
    every = zip(*(cells[c] for c in columns), strict=True)
    rows = [[number(cell, 3) if isinstance(cell, float) else str(cell) for cell in row] for row in every]
    more = f"\n  … and {len(rows) - _MOST_ROWS} more" if len(rows) > _MOST_ROWS else ""
    left = [at for at, column in enumerate(columns) if column != "amount"]
    return f"{title}\n{table(columns, rows[:_MOST_ROWS], left=left)}{more}"


def _unit_of(plan: Plan, material: str) -> str:
    frame = plan.tables["materials"] if plan.tables is not None else None
    names = list(frame.columns["material"]) if frame is not None else []
    return (frame.cell(names.index(material), "unit") or "kg") if frame is not None and material in names else ""
