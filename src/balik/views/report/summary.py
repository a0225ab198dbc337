"""The first page: the verdict, the figures that count, what binds, what was assumed."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.study import Study
from ...plan.plan import Plan
from ...words import NOTHING, Sentence, say, sentences
from ..goals import unproved
from ..language import Language
from ..proof import nearness
from ..span import cost_words, is_present_value, periods_of
from ..subject import Subject
from ..terms import quantity_word, status_word
from .assumed import notes_of
from .beside import goals, short
from .money import basis_of, by_account, by_stage, per_words
from .parts import Block, Facts, Paragraph, Points, Section
from .studies import title_of
from .transport import per_day, trips
from .turns import of_study, turns

_MOST_POINTS = 8
#: Signs of an amount of money that a box holds without breaking it between digits.
_WIDEST = 19
_FULL = 1 - 1e-9


def summary(subject: Subject, plan: Plan, studies: Sequence[Study], speak: Language) -> Section:
    """One page for those who read one page."""
    blocks: list[Block] = [Paragraph(speak(verdict(plan, speak)), strong=True, bad=not plan.has_numbers)]
    if subject.plan is not None:
        blocks.append(Facts(tuple(_facts(subject, plan, speak))))
        aims = goals(plan, speak)
        blocks += [aims] if aims else []
        loose = unproved(plan)
        blocks += [Points(tuple(speak(one).strip() for one in loose))] if loose else []
        stages = by_stage(subject, speak)
        blocks += [stages if stages and len(stages.rows) > 2 else by_account(subject, speak)]
        moved = trips(subject, speak)
        if moved and len(moved.rows) <= 12:
            blocks.append(moved)
        bound = binding(plan, speak)
        if bound:
            blocks.append(Points(tuple(bound), speak(say("What binds"))))
    turning = turns(subject.plan, studies, speak)
    blocks += [turning] if turning else []
    blocks.append(Points(tuple(_assumed(subject, plan, speak)), speak(say("What was assumed (table and rows)"))))
    return Section("summary", speak(say("In short")), blocks)


def study_summary(studies: Sequence[Study], speak: Language) -> Section:
    """What studies say in a few lines each, and of what."""
    blocks: list[Block] = []
    for study in studies:
        head = f"{speak(title_of(study))} · {study.case}"
        words = _counted(study)
        blocks.append(Paragraph(f"{head}: {speak(words)}" if words else head, strong=True))
        lines = of_study(study, speak)
        blocks += [Points(tuple(lines))] if lines else []
    return Section("summary", speak(say("In short")), blocks)


def _counted(study: Study) -> Sentence:
    """How many answers a study has, and how many of them are good."""
    rows = len(study.rows)
    if study.kind == "validate":
        trials = [trial["verdict"] for found in study.more.get("rounds", []) for trial in found["trials"]]
        return say("{passed} trials passed, {failed} failed.", passed=trials.count("pass"), failed=trials.count("fail"))
    if study.kind == "frontier":
        proved = sum(bool(row.get("proved")) for row in study.rows)
        if rows == 1:
            return say("1 plan, solved to its end.") if proved else say("1 plan, not solved to its end.")
        return say(
            "{rows} plans of which none is beaten by another, {proved} of them solved to their end.",
            rows=rows,
            proved=proved,
        )
    if study.kind == "reproduce":
        holds = sum(bool(row.get("holds")) for row in study.rows)
        return say("{rows} printed figures; of {holds} the verdict holds that the case states.", rows=rows, holds=holds)
    if any("cost" in row for row in study.rows) and study.kind != "explain":
        solved = sum(row.get("cost") is not None for row in study.rows)
        if rows == 1:
            return say("1 answer, with a plan.") if solved else say("1 answer, without a plan.")
        return say("{rows} answers, {solved} of them with a plan.", rows=rows, solved=solved)
    return NOTHING


def verdict(plan: Plan, speak: Language) -> Sentence:
    """Status, cost and proof in a sentence."""
    if not plan.has_numbers:
        if plan.status in ("optimal", "feasible"):
            return say("The plan found fails its verification, so no number of it is shown.")
        return _no_plan(plan.status)
    cost = speak.money(plan.cost, plan.currency)
    gap = speak.percent(plan.gap, 4) if plan.gap is not None else None
    laws = speak.number(plan.laws)
    aims = plan.facts.get("goals") or []
    if aims:
        values = {"done": sum(goal["attained"] for goal in aims), "all": len(aims), "cost": cost, "laws": laws}
        if plan.status == "optimal" and not unproved(plan):
            return say("{done} of {all} goals attained, in the order of their priority, at {cost}. Verified: {laws} laws hold.",
                       **values)  # fmt: skip
        return say("{done} of {all} goals attained, at {cost}; not proved to be the best plan. Verified: {laws} laws hold.",
                   **values)  # fmt: skip
    if plan.status == "optimal":
        gap, shown = nearness(plan)
        values = {"cost": cost, "gap": gap, "laws": laws}
        if shown:
            return say("Optimal: {cost}, proved within {gap}. Verified: {laws} laws hold.", **values)
        return say("Optimal: {cost}, within {gap} by the engine's word. Verified: {laws} laws hold.", **values)
    if gap is None:
        return say(
            "Feasible: {cost}. How far from the best is not known. Verified: {laws} laws hold.", cost=cost, laws=laws
        )
    return say(
        "Feasible: {cost}, at most {gap} above the best. Verified: {laws} laws hold.", cost=cost, gap=gap, laws=laws
    )


def _no_plan(status: str) -> Sentence:
    """Why there is no plan, as far as its status tells."""
    why = say("`balik explain` says why, and what would mend it.")
    if status == "infeasible":
        return sentences(say("No plan exists: the rows of the case contradict each other."), why)
    if status == "unbounded":
        return sentences(say("There is no best plan: the cost can fall without end."), why)
    return say("There is no plan: {status}.", status=status_word(status))


def _facts(subject: Subject, plan: Plan, speak: Language) -> list[tuple[str, str]]:
    facts = [(speak(cost_words(plan)), _brief(plan.cost, plan.currency, speak))]
    if plan.objective is not None and plan.objective != plan.cost:
        facts.append((speak(say("objective")), speak.number(plan.objective)))
    basis = basis_of(subject)
    if basis and basis.amount and plan.cost is not None:
        if not is_present_value(plan):
            rate = _brief(plan.cost / basis.amount, plan.currency, speak)
            facts.append((speak(per_words(basis, plan.currency)), rate))
        facts.append((speak(basis.words), f"{speak.number(basis.amount)} {basis.unit}"))
    if subject.sites:
        facts.append(
            (
                speak(say("sites open")),
                speak(say("{open} of {sites}", open=len(subject.open), sites=len(subject.sites))),
            )
        )
    facts += short(subject, speak)
    trips_made = sum((plan.totals or {}).get("trips", {}).values())
    if trips_made:
        facts.append((speak(say("trips")), speak.number(trips_made)))
        daily = per_day(subject)
        often = say("trips per day") if periods_of(plan) == 1 else say("trips per day, in the busiest period")
        facts += [(speak(often), speak.number(daily))] if daily is not None else []
    vehicles = plan.columns.get("fleets", {})
    if vehicles:
        per: dict[str, float] = {}
        for at, count in zip(vehicles["period"], vehicles["vehicles"], strict=True):
            per[at] = per.get(at, 0.0) + count
        facts.append((speak(say("vehicles needed")), speak.number(max(per.values()))))
    units = {"km": say("vehicle-km"), "tkm": say("tonne-km"), "co2": say("kg CO2e"), "jobs": say("jobs")}
    facts += [
        (speak(words), speak.number(plan.measures[name])) for name, words in units.items() if plan.measures.get(name)
    ]
    return facts


def _brief(value: float | None, currency: str, speak: Language) -> str:
    """Money as it fits beside others; the verdict and the tables have all its digits."""
    text = speak.money(value, currency)
    return text if value is None or len(text) <= _WIDEST else speak.short_money(value, currency)


def binding(plan: Plan, speak: Language) -> list[str]:
    """Limits that stand at a bound, and sites that are full."""
    found: list[Sentence] = []
    for limit in plan.facts.get("limits", []):
        if not limit["binds"]:
            continue
        name = f"{limit['limit']} {limit['each']}".strip()
        what: Sentence = quantity_word(limit["quantity"])
        if limit["over"]:
            what = say("{quantity} over {other}", quantity=what, other=quantity_word(limit["over"]))
        most, least = speak.number(limit["most"]), speak.number(limit["least"])
        words = {
            "most": say("{name}: {what} at most {value}", name=name, what=what, value=most),
            "least": say("{name}: {what} at least {value}", name=name, what=what, value=least),
            "both": say("{name}: {what} exactly {value}", name=name, what=what, value=most),
            "spread": say("{name}: {what} at most {value} apart", name=name, what=what, value=most),
        }
        found.append(words[limit["binds"]])
    full = [s["place"] for s in plan.facts.get("sites", []) if s["fullest"] is not None and s["fullest"] >= _FULL]
    if full:
        names = ", ".join(full[:6]) + (" …" if len(full) > 6 else "")
        found.append(say("Full sites ({count}): {names}", count=len(full), names=names))
    more = len(found) - _MOST_POINTS
    kept = found if more <= 0 else [*found[:_MOST_POINTS], say("… and {count} more", count=more)]
    return [speak(sentence) for sentence in kept]


def _assumed(subject: Subject, plan: Plan, speak: Language) -> list[str]:
    owned: dict[str, dict[str, int]] = {}
    for note in notes_of(subject.tables):
        if note.owned:
            tables = owned.setdefault(note.text, {})
            tables[note.table] = tables.get(note.table, 0) + note.rows
    ordered = sorted(owned.items(), key=lambda kv: -sum(kv[1].values()))
    found = [
        speak(
            say(
                "{text} ({where})",
                text=text,
                where=", ".join(f"{name} {speak.number(n)}" for name, n in tables.items()),
            )
        )
        for text, tables in ordered
    ]
    found = (
        found
        if len(found) <= 6
        else [*found[:5], speak(say("… and {count} more, under Sources", count=len(found) - 5))]
    )
    straight = len(plan.facts.get("great_circles", []))
    if straight:
        detour = subject.tables.setting("distance", "detour")
        found.append(
            speak(
                say(
                    "Distances that are great circles × {detour}, not roads: {count}.",
                    count=straight,
                    detour=speak.number(float(detour)) if detour else "1",
                )
            )
        )
    if plan.unique is False:
        found.append(speak(say("Other plans cost the same: this is one of several.")))
    if not found:
        found.append(speak(say("The notes of the case name no assumption.")))
    return found
