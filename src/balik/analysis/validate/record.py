"""What a validation answers: rounds of trials, each with what must happen, what happened, and whether that is the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...words import NOTHING, Sentence, said
from ..many.coded import record
from ..sayings import sayings

if TYPE_CHECKING:
    from ..dimensions import Dimensions
    from .shape import Shape


@record
@dataclass(frozen=True)
class Trial:
    """One experiment. `passed` is None where it does not apply; then `expected` says why."""

    name: Sentence
    expected: Sentence
    found: Sentence = NOTHING
    passed: bool | None = None

    def document(self) -> dict[str, Any]:
        """The trial, with its sentences."""
        verdict = {True: "pass", False: "fail", None: "not applicable"}[self.passed]
        return {"name": self.name, "expected": self.expected, "found": self.found, "verdict": verdict}


@dataclass(frozen=True)
class Round:
    """One of the five rounds."""

    number: int
    title: Sentence
    trials: list[Trial]

    @property
    def ok(self) -> bool:
        """Whether no trial failed."""
        return all(trial.passed is not False for trial in self.trials)


@dataclass(frozen=True)
class Validation:
    """The five rounds of a case, and its characterisation; `ok`: no trial failed, of a case with a plan.

    `stopped`: the search was, before it found a plan, so that little was tried.
    """

    case: str
    title: str
    scenario: str | None
    currency: str
    period: str
    rounds: list[Round]
    shape: Shape
    dimensions: Dimensions
    stopped: bool = False

    @property
    def ok(self) -> bool:
        """Whether every round passed, with a plan to be tried."""
        return not self.stopped and all(r.ok for r in self.rounds)

    @property
    def exit_code(self) -> int:
        """Exit code of the command."""
        return 0 if self.ok else 4 if self.stopped and all(r.ok for r in self.rounds) else 3

    def document(self, language: str = "en") -> dict[str, Any]:
        """The validation as JSON; `said` is what it takes to read it in another language."""
        document = {
            "kind": "validate",
            "case": self.case,
            "scenario": self.scenario,
            "currency": self.currency,
            "ok": self.ok,
            "rounds": [
                {"round": r.number, "title": r.title, "ok": r.ok, "trials": [t.document() for t in r.trials]}
                for r in self.rounds
            ],
        }
        return dict(said(document, language)) | sayings(document, language)
