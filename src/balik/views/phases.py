"""Sites over time in print: when each opens, is open and closes, and what it is extended by."""

from __future__ import annotations

from ..plan.plan import Plan
from .layout import number, table

_MOST_ROWS = 40


def phases_text(plan: Plan) -> str:
    """Phased sites with their periods, and modules by site; blank where there are none."""
    return "\n\n".join(part for part in (_phases(plan), _modules(plan)) if part)


def _phases(plan: Plan) -> str:
    found = plan.columns.get("phases")
    if not found:
        return ""
    periods: dict[str, dict[str, list[str]]] = {}
    for i, place in enumerate(found["place"]):
        name = place if found["size"][i] == "-" else f"{place} ({found['size'][i]})"
        states = periods.setdefault(name, {"opened": [], "open": [], "closed": []})
        for state, names in states.items():
            if found[state][i] > 0.5:
                names.append(str(found["period"][i]))
    rows = [[name, *(_few(names) for names in states.values())] for name, states in periods.items()]
    return "Sites over time\n" + table(["site", "opens", "open in", "closes"], rows[:_MOST_ROWS], left=(0, 1, 2, 3))


def _few(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 8 else f"{', '.join(names[:4])} … {names[-1]}"


def _modules(plan: Plan) -> str:
    found = plan.columns.get("modules")
    if not found:
        return ""
    keys = ["place", "size", "module", "period"]
    rows = [[*(str(found[k][i]) for k in keys), number(n, 3)] for i, n in enumerate(found["number"])]
    more = f"\n  … and {len(rows) - _MOST_ROWS} more (table modules)" if len(rows) > _MOST_ROWS else ""
    return "Modules\n" + table([*keys, "number"], rows[:_MOST_ROWS], left=(0, 1, 2, 3)) + more
