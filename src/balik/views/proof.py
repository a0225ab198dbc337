"""What is proved of a plan's bound, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..words import Sentence, say


def proof_text(proof: Mapping[str, Any] | None) -> Sentence | None:
    """The key `proof` of a plan's document as a sentence; None where there is none."""
    if proof is None:
        return None
    if proof["bound"] is None:
        return say("The bound is what the engine claims: nothing beside the plan shows it.")
    if proof["how"] == "root":
        return say("Proved at the root of the search: no plan comes to less than {bound:,.10g}, {percent:.2g} % below this one; the rest of the bound is what the engine claims.",
                   bound=proof["bound"], percent=100 * proof["gap"])  # fmt: skip
    return say("Proved: no plan comes to less than {bound:,.10g}; balik verify goes through what shows it.",
               bound=proof["bound"])  # fmt: skip
