"""Goals as text: what each comes to beside its target, priority by priority, and what is not proved of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..plan.plan import Plan
from .layout import number, table

_WORDS = {"at_most": "at most", "at_least": "at least", "equal": "exactly"}
_MOST_ROWS = 30


def goals_text(plan: Plan) -> str:
    """A table of the goals; blank where the case has none."""
    goals = plan.facts.get("goals", [])
    if not goals:
        return ""
    rows = []
    for goal in goals:
        missed = "" if goal["attained"] else number(goal["over"] + goal["under"])
        side = "" if goal["attained"] else "over" if goal["over"] > 0 else "under"
        name = " ".join(part for part in (goal["goal"], goal["each"]) if part)
        aim = f"{_WORDS[goal['sense']]} {number(goal['target'])}"
        rows.append([str(goal["priority"]), name, number(goal["amount"]), aim, goal["unit"], missed, side])
    done = sum(goal["attained"] for goal in goals)
    head = f"Goals: {done} of {len(goals)} attained, the first priority first; cost comes last"
    more = f"\n  … and {len(rows) - _MOST_ROWS} more (table goals)" if len(rows) > _MOST_ROWS else ""
    body = table(
        ["priority", "goal", "comes to", "target", "unit", "missed by", ""], rows[:_MOST_ROWS], left=(0, 1, 3, 4, 6)
    )
    return "\n".join([head, body + more, *_unproved(plan)])


def attained_text(goals: Sequence[dict[str, Any]]) -> str:
    """How many of how many are attained: 2 of 3."""
    return f"{sum(goal['attained'] for goal in goals)} of {len(goals)}" if goals else ""


def _unproved(plan: Plan) -> list[str]:
    """What is not proved of the priorities."""
    return [
        f"  priority {stage['priority']} is not proved: it misses {number(stage['value'], 6)}, and no plan less than"
        f" {number(stage['bound'], 6)} (weighed; 1: a whole scale)"
        for stage in plan.facts.get("stages", [])
        if stage["status"] != "optimal"
    ]
