"""What would change the answer, for the first page: as far as studies were asked, or prices of the plan tell."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...analysis.study import Study
from ...plan.plan import Plan
from ...words import Sentence, plain, say, sentences
from ..charts.scenarios import scenario_word
from ..charts.swept import point, swept
from ..language import Language
from ..terms import quantity_word, status_word
from .parts import Points

_MOST = 4
_TITLE = say("What would change the answer")
_LABELS = ("place", "origin", "dest", "process", "size", "resource", "material", "mode", "period")


def turns(plan: Plan | None, studies: Sequence[Study], speak: Language) -> Points | None:
    """A few lines; without studies of the plan's case the prices of a linear program, else how to ask. None where there is no plan."""
    mine = [study for study in studies if plan is None or study.case == plan.case]
    found = [line for study in mine for line in of_study(study, speak)]
    if not found and plan is not None and plan.has_numbers:
        found = _prices(plan, speak) or [
            speak(say("Nothing was varied. `balik report CASE --over 'table.column'` moves inputs and solves again; "
                      "`balik explain` says what one more of each row that binds is worth."))
        ]  # fmt: skip
    return Points(tuple(found), speak(_TITLE)) if found else None


def of_study(study: Study, speak: Language) -> list[str]:
    """What a study says in a few lines."""
    if study.kind == "sensitivity":
        return _moved(study, speak)
    if study.kind == "compare":
        return [speak(line) for line in _scenarios(study, speak)]
    if study.kind == "explain":
        told = [line.strip() for line in study.findings[1:] if not line.endswith(":")]
        return [speak(line) for line in _worth(study) or told[:_MOST]]
    return [speak(line).strip() for line in study.findings if not line.startswith(" ")][:1]


def _worth(study: Study) -> list[str]:
    """What one more of each row that binds is worth: the lines below the first heading that are about a row."""
    lines: list[str] = []
    for line in study.findings:
        if line.startswith(" "):
            lines += [line.strip()] if ": " in line else []
        elif lines:
            break
    return lines[:_MOST]


def _moved(study: Study, speak: Language) -> list[str]:
    """The inputs that move the cost most, and those beyond which there is no plan."""
    lines = []
    for one in swept(study)[0][:_MOST]:
        costs = [cost for *_, cost in one.points if cost is not None]
        if not costs:
            continue
        low, high = (speak.money(value, study.currency) for value in (min(costs), max(costs)))
        words = say("{input}, {first} to {last}: the cost is {low} to {high}.", input=one.over, first=point(one.points[0][1], speak),
                    last=point(one.points[-1][1], speak), low=low, high=high)  # fmt: skip
        none = [point(text, speak) for _, text, cost in one.points if cost is None]
        without = speak(say("no plan at {points}", points=", ".join(none)))
        lines.append(speak(words) + (f" {without[:1].upper()}{without[1:]}." if none else ""))
    return lines


def _scenarios(study: Study, speak: Language) -> list[Sentence]:
    """The scenarios that cost least and most, and how many have no plan."""
    solved = sorted((row for row in study.rows if row["cost"] is not None), key=lambda row: row["cost"])
    ends = [solved[0], solved[-1]] if len(solved) > 1 else solved
    lines = [
        say("{scenario} costs {cost}.", scenario=scenario_word(row["scenario"]), cost=speak.money(row["cost"], study.currency))
        for row in ends
    ]  # fmt: skip
    none = [row for row in study.rows if row["cost"] is None]
    names = ", ".join(
        f"{speak(scenario_word(row['scenario']))} ({speak(status_word(row['status']))})" for row in none[:_MOST]
    )
    return lines + ([say("Without a plan: {names}", names=names + (" …" if len(none) > _MOST else ""))] if none else [])


def _prices(plan: Plan, speak: Language) -> list[str]:
    """What one more unit of the dearest bounds is worth, and how far that holds."""
    alone = not plan.facts.get("goals") and plan.objective == plan.cost  # else a price is not of the cost
    table = (plan.columns.get("prices") or {}) if alone else {}
    rows = [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
    kept = [
        row for row in rows if row["from"] != row["to"] and row["to"] != row["bound"] and row["statement"] != "balance"
    ]
    many = plan.facts.get("size", {}).get("periods", 1) > 1
    names = [name for name in _LABELS if many or name != "period"]
    lines = []
    for row in sorted(kept, key=lambda row: -abs(row["price"]))[:_MOST]:
        labels = " ".join(str(row[name]) for name in names if row.get(name))
        what = sentences(plain(row["limit"]) if row["limit"] else quantity_word(row["statement"]), labels)
        values = {
            "what": what,
            "bound": speak.number(row["bound"]),
            "price": speak.money(abs(row["price"]), plan.currency),
        }
        words = (
            say("{what}, {bound}: one more costs {price}", **values)
            if row["price"] > 0
            else say("{what}, {bound}: one more saves {price}", **values)
        )
        reach = row["to"]
        far = (
            say(", up to {value}", value=speak.number(reach))
            if reach is not None and math.isfinite(reach)
            else plain("")
        )
        lines.append(f"{speak(words)}{speak(far)}")
    return lines
