"""Why a plan needs a site: the rows of the user's that contradict each other where it is closed."""

from __future__ import annotations

from dataclasses import replace

from ...engines.elastic import Unanswered
from ...errors import BalikError
from ...words import say
from ..repair import where
from ..study import Study
from .conflict import conflicts
from .facts import facts_of
from .lab import Lab
from .report import rows_told
from .sentences import document

#: Seconds in which the rows are sought.
_SECONDS = 20.0


def with_need(lab: Lab, study: Study) -> Study:
    """The answer about a site, and, where no plan exists without it, the rows that cannot all hold then."""
    decided = next((row for row in study.rows if row["about"] == "decision"), None)
    if decided is None or not decided["in_every_best_plan"] or decided["cost_without"] is not None:
        return study
    what = decided["what"]
    place, _, size = (what, "", "") if what in lab.prepared.network.labels["place"] else what.rpartition("/")
    change = f"sites.status{where({'place': place} | ({'size': size} if size else {}))} = closed"
    try:
        closed = lab.again([change])
    except BalikError:
        return study  # its row stands for more places than this
    other = Lab(lab.case, lab.scenario, (*lab.sets, change), lab.settings, closed, lab.options)
    other.allow(_SECONDS)
    named = closed.data["sites"].text["place"]
    facts = [fact for fact in facts_of(closed) if fact.kind.name != "sites.status" or named[fact.row] != place]
    try:
        found = conflicts(other, facts)
    except (Unanswered, BalikError):
        return study
    if not found:
        return study
    one = found[0]
    head = (
        say("Without it this row cannot hold:")
        if len(one.facts) == 1
        else say("Without it these of your rows cannot all hold:")
    )
    at = study.findings.index(decided["sentence"]) + 1
    findings = [*study.findings[:at], head, *rows_told(closed, one), *study.findings[at:]]
    needed = {"needed_for": [document(closed, fact) for fact in one.facts], "proved_smallest": one.proved}
    return replace(study, findings=findings, more={**study.more, **needed})
