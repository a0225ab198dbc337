"""What an audit finds: a fault, or an observation that a reader of the figures should know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...words import Sentence


@dataclass(frozen=True)
class Finding:
    """One thing found. `fault`: figures or rows contradict each other; else it is a fact beside the figures.

    `kind` is a word of the list in the docs; `about` tells findings of a kind apart; `sentence` carries the arithmetic;
    `where` names the rows; `amount` is the money (or the amount) that is at stake, where one is known.
    """

    kind: str
    fault: bool
    about: str
    sentence: Sentence
    where: str = ""
    scenario: str | None = None
    amount: float | None = None

    def document(self, language: str = "en") -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "kind": self.kind,
            "fault": self.fault,
            "about": self.about,
            "scenario": self.scenario,
            "amount": self.amount,
            "found": self.sentence.into(language),
            "where": self.where.into(language) if isinstance(self.where, Sentence) else self.where,
        }
