"""Resources of a plan as text: what is used of each, and how full that is."""

from __future__ import annotations

from ..plan.plan import Plan
from .layout import number, table

_MOST_ROWS = 30


def resources_text(plan: Plan) -> str:
    """One line for each resource of a place (and period, if there are several)."""
    found = plan.facts.get("resources", [])
    if not found:
        return ""
    several = len({r["period"] for r in found}) > 1
    rows = []
    for r in found[:_MOST_ROWS]:
        share = (
            "–"
            if r["share"] is None
            else f"{'█' * max(0, min(10, round(10 * r['share']))):<10} {100 * r['share']:.0f} %"
        )
        unit = r["unit"] if r["unit"] != r["resource"] else ""
        period = [r["period"]] if several else []
        rows.append([r["place"], r["resource"], *period, number(r["used"]), number(r["capacity"]), unit, share])
    headers = ["place", "resource", *(["period"] if several else []), "used", "at hand", "unit", "share used"]
    more = f"\n  … and {len(found) - _MOST_ROWS} more (resources in plan.json)" if len(found) > _MOST_ROWS else ""
    left = tuple(c for c, header in enumerate(headers) if header not in ("used", "at hand"))
    return "Resources\n" + table(headers, rows, left=left) + more
