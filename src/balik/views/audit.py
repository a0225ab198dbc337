"""An audit in print: what the verdicts rest on, and what is found beside the printed figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..analysis.audit.finding import Finding
from ..words import Sentence, named, plain, say, sentences
from .language import Language
from .layout import number
from .terms import column_name, quantity_name, verdict_name

_KEPT = 4  # most figures of one verdict whose arithmetic is told one by one


def summary_text(rows: Sequence[dict[str, Any]], language: str = "en") -> str:
    """How many figures have which verdict, and why those that are not reproduced are not."""
    speak, out = Language(language), []
    for case in dict.fromkeys(r["case"] for r in rows):
        mine = [r for r in rows if r["case"] == case]
        counts: dict[Sentence, int] = {}
        for r in mine:
            word = verdict_name(r["verdict"]) if r["holds"] else say("DOES NOT HOLD")
            counts[word] = counts.get(word, 0) + 1
        figures = speak(say("1 figure") if len(mine) == 1 else say("{count} figures", count=len(mine)))
        shown = sentences(*(sentences(number(n), word) for word, n in counts.items()), between=", ")
        out.append(f"{case}: {figures}; {speak(shown)}")
        out += [f"  {line}" for line in _reasons(mine, speak)]
    return "\n".join(out)


def _reasons(rows: Sequence[dict[str, Any]], speak: Language) -> Iterator[str]:
    """One line for each published figure that is not reproduced, or whose stated verdict is not the one found."""
    told: dict[str, int] = {}
    for r in rows:
        odd = r["found"] != r["verdict"]
        if not odd and (r["found"] == "reproduced" or not r["published"]):
            continue
        told[r["found"]] = told.get(r["found"], 0) + 1
        if told[r["found"]] > _KEPT and not odd:
            continue
        what = speak(figure_name(r)) + (f" [{r['scenario']}]" if r["scenario"] else "")
        stated = speak(say(" (stated: {verdict})", verdict=verdict_name(r["verdict"]))) if odd else ""
        why, found = speak(r["why"]), speak(verdict_name(r["found"]))
        yield f"{found}{stated}: {what} {speak.number(r['printed'], 6)}{': ' + why if why else ''}"
    for verdict, count in told.items():
        if count > _KEPT:
            yield speak(
                say("{verdict}: {count} more of this kind (--json names each)", verdict=verdict_name(verdict), count=count - _KEPT)
            )


def figure_name(row: Mapping[str, Any]) -> Sentence:
    """What a published figure counts: collect (place grosir-1, material kosong-2L)."""
    scope = sentences(*(sentences(column_name(k), v) for k, v in row["scope"].items()), between=", ")
    what = quantity_name(row["quantity"])
    return say("{quantity} ({scope})", quantity=what, scope=scope) if scope else what


def findings_text(findings: Sequence[Finding], language: str = "en", beside: bool = False) -> str:
    """Faults first, then facts; each with its arithmetic and its rows."""
    speak = Language(language)
    faults, facts = [f for f in findings if f.fault], [f for f in findings if not f.fault]
    lines = []
    if beside and findings:
        lines.append(speak(say("Beside the figures:")))
    for f in (*faults, *facts):
        name = kind_name(f.kind)
        head = say("fault {kind}", kind=name) if f.fault else say("fact {kind}", kind=name)
        lines.append(f"  {speak(head)}{_where(f, speak)}\n    {speak(f.sentence)}")
    if not beside:
        wrong = say("1 fault") if len(faults) == 1 else say("{count} faults", count=len(faults))
        known = say("1 fact") if len(facts) == 1 else say("{count} facts", count=len(facts))
        lines.append(speak(say("{faults}, {facts}.", faults=wrong, facts=known)))
    return "\n".join(lines)


def _where(finding: Finding, speak: Language) -> str:
    where = speak(finding.where) if isinstance(finding.where, Sentence) else finding.where
    scenario = f"[{finding.scenario}]" if finding.scenario else ""
    parts = [part for part in (where, scenario) if part]
    return f" ({' '.join(parts)})" if parts else ""


def kind_name(kind: str) -> Sentence:
    """The kind of a finding: English shows the word that the docs list, another language says it."""
    words = {
        "mass_lost": say("mass lost"),
        "mass_made": say("mass made"),
        "billed_on_sorted": say("billed on the sorted mass"),
        "supplied_twice": say("supplied twice"),
        "sum_of_periods": say("a period that is the sum of others"),
        "transport_twice": say("transport counted twice"),
        "handling_twice": say("handling counted twice"),
        "revenue_twice": say("revenue counted twice"),
        "capital_twice": say("capital counted twice"),
        "emissions_twice": say("emissions counted twice"),
        "one_off_mixed": say("one-off money beside recurring money"),
        "charged_twice": say("charged twice"),
        "negative_rate": say("a rate below 0"),
        "round_trip_km": say("kilometres there and back"),
        "way_back_twice": say("the way back counted twice"),
        "free_way_back": say("a way back that is free"),
        "empty_both_ways": say("empty both ways"),
        "tour_basis": say("a tour costed otherwise than lanes"),
        "counted_twice": say("counted twice"),
        "counted_on_output": say("counted on what comes out"),
        "limit_never_binds": say("a limit that never binds"),
        "limit_is_a_sum": say("a limit that is a sum"),
        "headroom": say("room until no plan is left"),
        "dead_input": say("input without influence"),
        "forced_sites": say("sites that are forced"),
        "no_plan": say("no plan to be read"),
        "nothing_to_decide": say("nothing to decide"),
        "idle_scenario": say("a scenario that changes nothing"),
    }
    head, _, code = kind.partition(" ")  # warnings of the check have their code with them
    return named(kind, words.get(kind) or (say("warning {code}", code=code) if head == "warning" else plain(kind)))
