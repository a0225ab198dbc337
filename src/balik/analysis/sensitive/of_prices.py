"""The study: what one more and one less of each binding number is worth, how far that holds, and what a way lacks."""

from __future__ import annotations

from typing import Any

from ...errors import listed
from ...words import Sentence, say
from ..study import Study
from .asked import no_plan, refuse_goals, study, unproved
from .bench import Bench
from .parts import UNPROVED, Question
from .prices import Holds, Price, Way

#: So many binding numbers and ways are told.
_MOST_PRICES, _MOST_WAYS = 10, 5


def ask_prices(question: Question) -> Study:
    """What one more and one less of each binding number is worth, and how far; what a way lacks."""
    bench = question.bench
    refuse_goals(bench)
    varied = say("each binding number by itself, and the cost of single ways")
    if (none := no_plan(bench, "prices", varied)) is not None:
        return none
    (priced,) = question.ask("priced", [(_MOST_WAYS,)])
    if priced == UNPROVED:
        return study(bench, "prices", [], [unproved(say("prices"))], varied, [])
    many, lanes, more_ways, whole = priced
    asked = _bounds(question, many)
    ways: list[Any] = question.ask("way", [(lane,) for lane in lanes])
    if asked is None or UNPROVED in ways:
        return study(bench, "prices", [], [unproved(say("prices"))], varied, [])
    bounds, more = asked
    rows = [_price_row(bench, one) for one in bounds] + [_way_row(bench, one) for one in ways]
    findings: list[Sentence] = []
    if whole:
        findings.append(say("The case has whole numbers: these prices hold for the sites, and all other whole numbers, as they are."))  # fmt: skip
    doubled = [one.name for one in bounds if one.degenerate]
    if doubled:
        findings.append(say("Degenerate: one more and one less are not worth the same of {inputs}; both are shown.", inputs=listed(doubled)))  # fmt: skip
    doubtful = [one.name for one in bounds if not (one.more.confirmed and (one.less is None or one.less.confirmed))]
    if doubtful:
        findings.append(say("Not confirmed at both ends: {inputs}.", inputs=listed(doubtful)))
    if more or more_ways:
        findings.append(say("Not shown: {bounds} more binding numbers and {ways} more ways.", bounds=more, ways=more_ways))  # fmt: skip
    unsaid = [say("what two of these are worth together")]
    if whole:
        unsaid.append(say("what they are worth when other sites may be chosen: ask --find curve or --find sites"))
    return study(bench, "prices", rows, findings, varied, unsaid)


def _bounds(question: Question, count: int) -> tuple[list[Price], int] | None:
    """Binding numbers that are worth something, those first that weigh most; and how many were not asked."""
    found: list[Price] = []
    done = 0
    while done < count and len(found) < _MOST_PRICES:
        wave = range(done, min(count, done + _MOST_PRICES - len(found)))
        done = wave.stop
        answers = question.ask("bound", [(k,) for k in wave])
        if UNPROVED in answers:
            return None
        found += [
            p for p in answers if p is not None and (p.more.cost != 0 or (p.less is not None and p.less.cost != 0))
        ]
    return found, count - done


def _price_row(bench: Bench, one: Price) -> dict[str, Any]:
    def side(name: str, held: Holds | None) -> dict[str, Any]:
        if held is None:
            return dict.fromkeys((f"{name}_costs", f"{name}_until", f"{name}_why"))
        cost = None if held.cost is None else float(f"{held.cost:.10g}") + 0.0
        return {f"{name}_costs": cost, f"{name}_until": held.until, f"{name}_why": held.why}

    confirmed = one.more.confirmed and (one.less is None or one.less.confirmed)
    return {"about": "bound", "input": one.name, "now": one.now, "unit": one.unit, **side("less", one.less),
            **side("more", one.more), "degenerate": one.degenerate, "confirmed": confirmed}  # fmt: skip


def _way_row(bench: Bench, one: Way) -> dict[str, Any]:
    return {
        "about": "way used" if one.amount > 0 else "way not used",
        **one.keys,
        "amount": round(one.amount, 9) + 0.0,
        "unit": one.unit,
        "cheaper_by": one.less,
        "dearer_by": one.more,
        "confirmed": one.confirmed,
    }
