"""Sites over time in print: when each opens, is open and closes, and what it is extended by."""

from __future__ import annotations

from ..plan.plan import Plan
from ..words import say
from .language import Language
from .layout import more_rows, number, table
from .terms import column_name

_MOST_ROWS = 40


def phases_text(plan: Plan, speak: Language) -> str:
    """Phased sites with their periods, and modules by site; blank where there are none."""
    return "\n\n".join(part for part in (_phases(plan, speak), _modules(plan, speak)) if part)


def _phases(plan: Plan, speak: Language) -> str:
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
    heads = [say("site"), say("opens"), say("open in"), say("closes")]
    return f"{speak(say('Sites over time'))}\n{table(heads, rows[:_MOST_ROWS], left=(0, 1, 2, 3), speak=speak)}"


def _few(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 8 else f"{', '.join(names[:4])} … {names[-1]}"


def _modules(plan: Plan, speak: Language) -> str:
    found = plan.columns.get("modules")
    if not found:
        return ""
    keys = ["place", "size", "module", "period"]
    rows = [[*(str(found[k][i]) for k in keys), number(n, 3)] for i, n in enumerate(found["number"])]
    heads = [*map(column_name, keys), say("number")]
    body = table(heads, rows[:_MOST_ROWS], left=(0, 1, 2, 3), speak=speak)
    return f"{speak(say('Modules'))}\n{body}{more_rows(len(rows) - _MOST_ROWS, 'modules', speak)}"
