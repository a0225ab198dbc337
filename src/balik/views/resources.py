"""Resources of a plan as text: what is used of each, and how full that is."""

from __future__ import annotations

from ..plan.plan import Plan
from ..words import Figure, say
from .language import Language
from .layout import number, table

_MOST_ROWS = 30


def resources_text(plan: Plan, speak: Language) -> str:
    """One line for each resource of a place (and period, if there are several)."""
    found = plan.facts.get("resources", [])
    if not found:
        return ""
    several = len({r["period"] for r in found}) > 1
    rows: list[list[str]] = []
    for r in found[:_MOST_ROWS]:
        share = (
            number(None)
            if r["share"] is None
            else Figure(f"{'█' * max(0, min(10, round(10 * r['share']))):<10} {100 * r['share']:.0f} %")
        )
        unit = r["unit"] if r["unit"] != r["resource"] else ""
        period = [r["period"]] if several else []
        rows.append([r["place"], r["resource"], *period, number(r["used"]), number(r["capacity"]), unit, share])
    heads = [say("place"), say("resource"), *([say("period")] if several else [])]
    left = (*range(len(heads)), len(heads) + 2, len(heads) + 3)
    heads += [say("used"), say("at hand"), say("unit"), say("share used")]
    more = len(found) - _MOST_ROWS
    rest = f"\n  {speak(say('… and {count} more (resources in plan.json)', count=more))}" if more > 0 else ""
    return f"{speak(say('Resources'))}\n{table(heads, rows, left=left, speak=speak)}{rest}"
