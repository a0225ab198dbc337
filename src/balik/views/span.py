"""What stretch of time the figures of a plan are of: one unit of time, one period, or all periods with their repeats."""

from __future__ import annotations

import math

from ..plan.plan import Plan
from ..tables.numbers import NotANumber, read_fraction
from ..words import Sentence, say
from .terms import period_word

#: Accounts of what is paid, or comes back, once.
_ONE_OFF = ("opening", "closing", "expansion", "residual")


def occurrences(plan: Plan) -> dict[str, float]:
    """How often each period of the plan recurs."""
    table = plan.tables["periods"] if plan.tables is not None else None
    if table is None:
        return {}
    return {label: _count(table.cell(i, "repeats")) for i, label in enumerate(table.columns["period"])}


def one_unit(plan: Plan) -> bool:
    """Whether it is of one unit of time: a single period of length 1, once, and no other of the past."""
    table = plan.tables["periods"] if plan.tables is not None else None
    cells = [cell for name in ("length", "repeats") for cell in (table.columns.get(name, []) if table else [])]
    return periods_of(plan) == 1 and all(_count(cell) == 1 for cell in cells)


def is_present_value(plan: Plan) -> bool:
    """Whether its money is that of many years, discounted: then it is not that of the amounts of the plan."""
    return plan.tables is not None and plan.tables.setting("finance", "one_off") == "npv"


def recurs(plan: Plan) -> bool:
    """Whether its cost comes again in every unit of time: it is of one, and nothing in it is paid but once."""
    way = plan.tables.setting("finance", "one_off") if plan.tables is not None else None
    once = way != "annuity" and any((plan.accounts or {}).get(account) for account in _ONE_OFF)
    return one_unit(plan) and way != "npv" and not once


def periods_of(plan: Plan) -> int:
    """How many periods it has."""
    return int(plan.facts.get("size", {}).get("periods", 1))


def cost_words(plan: Plan) -> Sentence:
    """What the cost of the plan is the cost of."""
    if is_present_value(plan):
        return say("cost, as a present value")
    if recurs(plan):
        return say("cost per {period}", period=period_word(plan.period))
    if periods_of(plan) > 1 and set(occurrences(plan).values()) <= {1.0}:
        return say("cost of {periods} periods", periods=periods_of(plan))
    return say("cost of the whole plan")


def share_words(plan: Plan) -> Sentence:
    """The share of the capacity of a site, which counts in the period in which it is the largest."""
    return (
        say("share of the capacity") if periods_of(plan) == 1 else say("share of the capacity, in the fullest period")
    )


def _count(cell: str) -> float:
    """The number of a cell of `periods`, 1 where it is blank; nan where only its table can tell what is meant."""
    try:
        return float(read_fraction(cell)) if cell.strip() else 1.0
    except NotANumber:
        return math.nan
