"""What stands beside the cost of a plan: goals, what is short, resources of places."""

from __future__ import annotations

from ...plan.plan import Plan
from ...words import say
from ..language import Language
from ..subject import Subject, repeats_of
from .parts import Grid

_MOST = 60


def goals(plan: Plan, speak: Language) -> Grid | None:
    """What each goal comes to beside its target, the first priority first. None where the case has none."""
    found = plan.facts.get("goals") or []
    if not found:
        return None
    rows = []
    for goal in found:
        target = speak.number(goal["target"])
        aims = {
            "at_most": say("at most {value}", value=target),
            "at_least": say("at least {value}", value=target),
            "equal": say("exactly {value}", value=target),
        }
        missed = "" if goal["attained"] else speak.number(goal["over"] + goal["under"])
        name = " ".join(part for part in (goal["goal"], goal["each"]) if part)
        rows.append(
            (
                str(goal["priority"]),
                name,
                speak.number(goal["amount"]),
                speak(aims[goal["sense"]]),
                goal["unit"],
                missed,
            )
        )
    head = (say("priority"), say("goal"), say("comes to"), say("target"), say("unit"), say("missed by"))
    return Grid(tuple(map(speak, head)), tuple(rows[:_MOST]), frozenset((2, 5)), speak(say("Goals")))


def short(subject: Subject, speak: Language) -> list[tuple[str, str]]:
    """What was to be handed over and is not, by material."""
    table = subject.plan.columns.get("shortage") if subject.plan else None
    if not table:
        return []
    times, sums = repeats_of(subject.data), dict[str, float]()
    for material, period, amount in zip(*(table[c] for c in ("material", "period", "amount")), strict=True):
        sums[material] = sums.get(material, 0.0) + amount * times.get(period, 1.0)
    ordered = sorted(sums.items(), key=lambda kv: -kv[1])[:3]
    return [
        (speak(say("short of {material}", material=m)), f"{speak.number(a)} {subject.units.get(m, '')}".rstrip())
        for m, a in ordered
    ]


def resources(plan: Plan, speak: Language) -> Grid | None:
    """How much of each resource is used, the fullest first. None where the case has none."""
    found = sorted(plan.facts.get("resources") or [], key=lambda r: -(r["share"] or 0.0))
    if not found:
        return None
    rows = [
        (
            r["place"],
            r["resource"],
            r["period"],
            speak.number(r["used"]),
            speak.number(r["capacity"]),
            r["unit"],
            speak.percent(r["share"]),
        )
        for r in found[:_MOST]
    ]
    head = (say("place"), say("resource"), say("period"), say("used"), say("at hand"), say("unit"), say("share"))
    more = speak(say("… and {count} more", count=len(found) - _MOST)) if len(found) > _MOST else ""
    return Grid(tuple(map(speak, head)), tuple(rows), frozenset((3, 4, 6)), speak(say("Resources")), more)
