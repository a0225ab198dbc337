"""Goals as text: what each comes to beside its target, priority by priority, and what is not proved of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..plan.plan import Plan
from ..words import Sentence, say
from .language import Language
from .layout import more_rows, number, table

_MOST_ROWS = 30
#: Gap up to which what a priority misses is told as the least.
_LEAST = 1e-5


def goals_text(plan: Plan, speak: Language) -> str:
    """A table of the goals; blank where the case has none."""
    goals = plan.facts.get("goals", [])
    if not goals:
        return ""
    rows: list[list[str]] = []
    for goal in goals:
        missed = "" if goal["attained"] else number(goal["over"] + goal["under"])
        side = "" if goal["attained"] else say("over") if goal["over"] > 0 else say("under")
        name = " ".join(part for part in (goal["goal"], goal["each"]) if part)
        rows.append([str(goal["priority"]), name, number(goal["amount"]), _aim(goal), goal["unit"], missed, side])
    done = sum(goal["attained"] for goal in goals)
    head = say("Goals: {done} of {all} attained, the first priority first; cost comes last", done=done, all=len(goals))
    heads = [say("priority"), say("goal"), say("comes to"), say("target"), say("unit"), say("missed by"), ""]
    body = table(heads, rows[:_MOST_ROWS], left=(0, 1, 3, 4, 6), speak=speak)
    more = more_rows(len(rows) - _MOST_ROWS, "goals", speak)
    return "\n".join([speak(head), body + more, *map(speak, unproved(plan))])


def _aim(goal: dict[str, Any]) -> Sentence:
    target = number(goal["target"])
    aims = {"at_most": say("at most {bound}", bound=target), "at_least": say("at least {bound}", bound=target)}
    return aims.get(goal["sense"]) or say("exactly {bound}", bound=target)


def attained_text(goals: Sequence[dict[str, Any]]) -> str:
    """How many of how many are attained: 2 of 3."""
    done = sum(goal["attained"] for goal in goals)
    return say("{done} of {all}", done=done, all=len(goals)) if goals else ""


def unproved(plan: Plan) -> list[Sentence]:
    """What is not proved of the priorities, of a plan within a wide gap, too."""
    return [
        say(
            "  priority {priority} is not proved: it misses {value}, and no plan less than {bound} (weighed; 1: a whole scale)",
            priority=stage["priority"],
            value=number(stage["value"], 6),
            bound=number(stage["bound"], 6),
        )
        for stage in plan.facts.get("stages", [])
        if stage["status"] != "optimal" or stage["gap"] > _LEAST
    ]
