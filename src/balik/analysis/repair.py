"""Repairs in words: a change of the user's own cells, by how much, and what the plan then costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..api import Prepared
from ..network.limits import MATERIAL_QUANTITIES, is_money
from ..network.network import Limit, LimitRow
from ..plan.plan import Plan
from ..tables import Frame
from ..tables.units import mass_of
from ..views.terms import quantity_name
from ..words import NOTHING, Figure, Sentence, say, sentences

#: Why a repair is not told.
STOPPED = say("the search was stopped before its least change was known")
NOT_ALONE, UNSOLVED = say("no change of it alone mends it"), say("the changed case was not solved")
_COUNTS = ("use", "open", "trips", "vehicles")


def repair(
    what: str,
    change: str,
    plan: Plan | None = None,
    why_not: str = NOT_ALONE,
    *,
    by: float | None = None,
    old: float | None = None,
    new: float | None = None,
    spots: str = "",
) -> dict[str, Any]:
    """One row of the answer: it mends where the changed case has a verified plan."""
    mends = plan is not None and plan.has_numbers
    return {
        "what": what,
        "change": change,
        "by": by,
        "from": old,
        "to": new,
        "spots": spots,
        "cost": plan.cost if plan is not None and mends else None,
        "mends": mends,
        "proved": plan.status == "optimal" if plan is not None and mends else None,
        "why_not": "" if mends else why_not,
    }


def words(limit: Limit) -> Sentence:
    """What a limit bounds: `use`, or `flow − 0.5 × collect`."""
    above, below = (_sum(rows) for rows in (limit.rows, limit.over))
    return say("{quantity} over {over}", quantity=above, over=below) if below else above


def _sum(rows: list[LimitRow]) -> Sentence:
    told = NOTHING
    for row in rows:
        term = quantity_name(row.quantity)
        if abs(row.coef) != 1:
            term = say("{weight:g} × {quantity}", weight=abs(row.coef), quantity=term)
        if row.lag:
            term = say("{term} ({lag} before)", term=term, lag=row.lag)
        sign = "−" if row.coef < 0 else "+"
        told = sentences(told, sign, term) if told else sentences(sign.replace("+", ""), term, between="")
    return told


def unit_after(prepared: Prepared, limit: Limit, bound: float | None = None) -> str:
    """The unit in which a limit's bounds (this one of them) are written, a blank before it; '' where it has none."""
    quantity = limit.rows[0].quantity
    if limit.over:
        return ""
    if limit.times != 1:  # not that of the network, in which they are counted: t CO2e, not kg CO2e
        written = prepared.data["limits"].text["unit"]
        return next(f" {written[row.row]}" for row in limit.every_row if written[row.row])
    if limit.unit:
        return f" {limit.unit}"
    if is_money(quantity, prepared.network.measures.names):
        return f" {prepared.tables.currency}"
    units = {u for p in prepared.model.variables.parts(quantity) for u in map(str, p.unit)}
    unit = units.pop() if len(units) == 1 else ""
    one = abs(bound if bound is not None else limit.most if np.isfinite(limit.most) else limit.least) == 1
    return f" {unit}{'s' if unit in ('site', 'trip', 'job', 'run') and not one else ''}" if unit else ""


def is_counted(prepared: Prepared, limit: Limit) -> bool:
    """Whether the limit counts whole things: sites, trips, or units that are counts."""
    quantity = limit.rows[0].quantity
    if limit.over:
        return False
    if quantity in _COUNTS:
        return True
    if quantity not in MATERIAL_QUANTITIES:
        return False
    units = {str(u) for p in prepared.model.variables.parts(quantity) for u in set(p.unit)}
    return not limit.unit and all(mass_of(u) is None for u in units)


def joined(told: Sequence[Sentence], most: int) -> Sentence:
    """Sentences side by side, the first ones."""
    shown = [*told[:most], *([say("and {count} more", count=len(told) - most)] if len(told) > most else [])]
    out = shown[0] if shown else NOTHING
    for part in shown[1:]:
        out = say("{one}; {more}", one=out, more=part)
    return out


def number(value: float) -> Figure:
    """A number to be read."""
    return Figure(f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}")


def plain(value: float) -> str:
    """A number as it stands in a cell."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def where(cells: dict[str, str]) -> str:
    """Where-clause of a change: cells as written, in quotes where they need them."""
    return "[" + ",".join(f"{c}={_quoted(v)}" for c, v in cells.items()) + "]"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if any(sign in text for sign in ",]=; '\"") else text


def where_keys(frame: Frame, row: int) -> str:
    """Where-clause of a row by its keys as written."""
    assert frame.table is not None
    return where({c: frame.table.cell(row, c) for c in frame.schema.keys if c in frame.table.columns})


def safe(target: float, upward: bool, counted: bool) -> list[float]:
    """Values to try for a bound, from the nearest to the safe side."""
    exact = round(target)
    near = [float(exact)] if abs(target - exact) <= 1e-6 * max(1.0, abs(target)) else []
    if counted:
        return near or [float(math.ceil(target - 1e-9) if upward else math.floor(target + 1e-9))]
    if near:
        return [*near, float(exact + 1 if upward else exact - 1)]
    digits = max(0, 3 - math.floor(math.log10(abs(target)))) if target else 0
    scale = 10.0**digits
    value = math.ceil(target * scale - 1e-9) / scale if upward else math.floor(target * scale + 1e-9) / scale
    return [value, value + (1 if upward else -1) / scale]
