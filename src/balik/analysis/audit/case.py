"""The audit of a case: its base and its scenarios, each finding told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...api import Case, options_of, prepare, solve_prepared
from ...plan.decode import tidy
from ...plan.plan import Plan
from ...views.terms import status_name
from ...words import plain, say, sentences
from ..compared import compared
from ..stopping import as_a_whole
from .alike import alike_findings
from .bounds import limit_findings
from .dead import dead_findings, same_program
from .finding import Finding
from .forced import forced_findings
from .kilometres import kilometre_findings
from .mass import mass_findings
from .money import money_findings
from .reach import reach_findings
from .solved import Solved
from .twice import twice_findings

#: Warnings of the check that the audit tells in its own words, with the amounts of the plan.
_TOLD = ("W205",)
#: Warnings that speak of a plan that cannot exist, or of how a file is read.
_NO_FINDINGS = ("W111", "W209", "W210", "W211")


@dataclass(frozen=True)
class Audit:
    """What was found of a case; `ok`: no fault."""

    case: str
    currency: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def faults(self) -> list[Finding]:
        """Findings that say that something is wrong."""
        return [f for f in self.findings if f.fault]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def exit_code(self) -> int:
        """Exit code of the command: an audit that found something has done its work."""
        return 0

    def document(self, language: str = "en") -> dict[str, Any]:
        """The findings as JSON."""
        found = [f.document(language) for f in self.findings]
        return {"kind": "audit", "case": self.case, "currency": self.currency, "ok": self.ok, "findings": found}


@as_a_whole()
def audit(case: Case, settings: Mapping[str, Any] | None = None, **options: Any) -> Audit:
    """What is wrong in a case, or worth knowing beside its figures, in the base and every scenario; with arithmetic.

    Mass lost or made, disposal billed on the wrong mass, money or kilometres counted twice or not at all, one-off money
    beside recurring money, limits that never bind, inputs without influence, choices that are forced. What is certain
    to be a contradiction is a fault; the rest are facts.

    >>> import balik
    >>> [f.kind for f in balik.audit("jerigen-padang").findings][:1]
    ['limit_is_a_sum']
    """
    base = solved_case(case, None, settings, options)
    scenarios = [solved_case(case, name, settings, options, base) for name in base.data.tables.scenarios]
    return Audit(base.data.tables.name, base.data.tables.currency, audited([base, *scenarios], case, settings))


def solved_case(
    case: Case,
    scenario: str | None,
    settings: Mapping[str, Any] | None,
    options: Mapping[str, Any],
    base: Solved | None = None,
) -> Solved:
    """A case or scenario, solved."""
    prepared = prepare(case, scenario, settings=settings)
    plan, result = solve_prepared(prepared, compared(options_of(prepared.tables, **options)))
    x = tidy(prepared.model, result.x) if result.x is not None and plan.verified else None

    def again(sets: list[str]) -> Plan:
        changed = prepare(case, scenario, sets, settings)
        return solve_prepared(changed, compared(options_of(changed.tables, **options)))[0]

    return Solved(prepared, plan, result, x, again, base)


def audited(solved: Iterable[Solved], case: Case, settings: Mapping[str, Any] | None) -> list[Finding]:
    """Findings of the base (which comes first) and the faults of scenarios, each told once: in the base, else where most is
    found of it.
    """
    found: dict[tuple[str, str], Finding] = {}
    everything = list(solved)
    for s in everything:
        for finding in _findings(s):
            key = (finding.kind, finding.about)
            fuller = key not in found or (
                found[key].scenario is not None and _fullness(found[key]) < _fullness(finding)
            )
            if fuller and (finding.fault or s is everything[0]):
                found[key] = finding
    if everything:
        for finding in [*_deep(everything[0], case, settings), *_idle_scenarios(everything)]:
            found.setdefault((finding.kind, finding.about), finding)
    return sorted(found.values(), key=lambda f: not f.fault)


def _fullness(finding: Finding) -> tuple[int, int]:
    """How much a finding tells; of two that tell as much, that of the scenario with the shorter name tells more."""
    return len(finding.sentence), -len(finding.scenario or "")


def _findings(s: Solved) -> Iterator[Finding]:
    """What is read from tables and plan."""
    yield from mass_findings(s)
    yield from money_findings(s)
    yield from kilometre_findings(s)
    yield from twice_findings(s)
    yield from alike_findings(s)
    yield from limit_findings(s)
    for problem in s.prepared.tables.problems.warnings:
        if problem.code not in (*_TOLD, *_NO_FINDINGS):
            yield Finding(
                f"warning {problem.code}", False, problem.where, problem.found, plain(problem.where), s.scenario
            )


def _deep(s: Solved, case: Case, settings: Mapping[str, Any] | None) -> Iterator[Finding]:
    """What has to be tried: done for the base."""
    yield from _no_plan(s)
    yield from reach_findings(s)
    yield from dead_findings(s, case, settings)
    yield from forced_findings(s)


def _no_plan(s: Solved) -> Iterator[Finding]:
    """Where the base has no plan, nothing that is read from one is told."""
    if s.x is not None:
        return
    impossible = s.plan.status == "infeasible"
    told = (
        say("No plan exists: rows contradict each other, and `balik explain` names them.")
        if impossible
        else say("There is no plan that could be read: {status}.", status=status_name(s.plan.status))
    )
    rest = say("Only what the tables say by themselves is judged.")
    yield Finding("no_plan", impossible, "", sentences(told, rest), "", s.scenario)


def _idle_scenarios(solved: list[Solved]) -> Iterator[Finding]:
    """Scenarios that change nothing."""
    base = solved[0]
    for s in solved[1:]:
        if same_program(base.arrays, s.arrays):
            told = say(
                "The scenario '{name}' gives the same program as the base: it changes nothing that counts.",
                name=s.scenario,
            )
            yield Finding("idle_scenario", False, str(s.scenario), told, "scenarios", None)
