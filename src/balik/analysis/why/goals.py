"""Goals that a plan misses: what each could come to by itself, and what that would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...api import Prepared
from ...errors import listed
from ...plan.plan import Plan
from ...views.terms import currency_name
from ...words import Sentence, say
from ..told import figure
from .asking import Asking

#: By how much, relative to max(1, the miss), two misses must differ to be told apart.
_APART = 1e-6
#: What the cheapest plan may miss beyond the least, in the same measure.
_SLACK = 1e-9


def missed_goals(prepared: Prepared, plan: Plan, asking: Asking) -> Iterator[tuple[dict[str, Any], Sentence]]:
    """Of each goal that is missed: by what, the least that it could be missed by if it stood alone, and why it is not.

    Raises what `asking` raises where a question has no answer in time.
    """
    known, aims = plan.facts["goals"], prepared.network.goals
    for position, limit in enumerate(aims.limits):
        rows = [goal for goal in known if goal["goal"] == limit.name]
        sides = [side for side in ("over", "under") if getattr(aims, side)[position] > 0]
        missed = sum(goal[side] for goal in rows if not goal["attained"] for side in sides)
        cols = _deviations(prepared, position)
        if missed == 0 or not len(cols):
            continue
        arrays = prepared.model.program.arrays()
        cost = np.zeros(len(arrays.cost))
        cost[cols] = 1.0
        found = asking.solve(replace(arrays, cost=cost, offset=0.0))
        if found.x is None or found.objective is None:
            continue
        least, money = max(0.0, found.objective), None
        worth = missed - least > _APART * max(1.0, missed)
        if worth and len(cols) == 1 and prepared.network.weights == {"cost": 1.0}:
            upper = arrays.upper.copy()
            upper[cols] = least + _SLACK * max(1.0, least)
            money = asking.solve(replace(arrays, upper=upper)).objective
        row = {"what": limit.name, "kind": "goal", "missed": missed, "alone": least if worth else missed, "cost": money,
               "unit": rows[0]["unit"], "priority": rows[0]["priority"]}  # fmt: skip
        yield row, _told(row, [goal for goal in known if goal["goal"] != limit.name], plan.currency, worth)


def _deviations(prepared: Prepared, position: int) -> np.ndarray:
    """Columns of what a goal is missed by."""
    v = prepared.model.variables
    some = [getattr(v, name) for name in ("over", "under") if v.has(name)]
    return np.concatenate([np.zeros(0, np.int64), *(var.cols[var.index.goal == position] for var in some)])


def _told(row: dict[str, Any], others: list[dict[str, Any]], currency: str, worth: bool) -> Sentence:
    values = {"goal": row["what"], "missed": figure(row["missed"]), "unit": row["unit"], "alone": figure(row["alone"])}
    if not worth:
        return say(
            "  {goal} is missed by {missed} {unit}, and by no less in any plan, whatever the other goals.", **values
        )
    before = dict.fromkeys(g["goal"] for g in others if g["priority"] < row["priority"])
    beside = dict.fromkeys(g["goal"] for g in others if g["priority"] == row["priority"])
    values["others"] = listed([*before, *beside])
    if row["cost"] is None:
        return say(
            "  {goal} is missed by {missed} {unit} for the sake of {others}; alone by {alone} at least.", **values
        )
    values |= {"cost": figure(row["cost"]), "currency": currency_name(currency)}
    return say(
        "  {goal} is missed by {missed} {unit} for the sake of {others}; alone by {alone}, at a cost of {cost} {currency} or more.",
        **values,
    )
