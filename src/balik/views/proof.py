"""What is proved of a plan's bound, and by whose word the rest is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plan.plan import Plan
from ..words import Figure, Sentence, say


def nearness(plan: Plan) -> tuple[Figure, bool]:
    """How near the plan is to its bound, as 1e-9, and whether that is shown (else it is the engine's word)."""
    proof = plan.facts.get("proof") or {}
    shown = proof.get("how") in ("lp", "tree") and proof.get("gap") is not None
    gap = max(plan.gap or 0.0, 1e-9, proof["gap"] if shown else 0.0)
    return Figure(f"{gap:.0e}".replace("e-0", "e-")), shown


def proof_text(proof: Mapping[str, Any] | None) -> Sentence | None:
    """The key `proof` of a plan's document as a sentence; None where there is none."""
    if proof is None:
        return None
    if proof["bound"] is None:
        return say("The bound is what the engine claims: nothing beside the plan shows it.")
    if proof["how"] == "root":
        return say("Proved at the root of the search: no plan comes to less than {bound:,.10g}, {percent:.2g} % below this one; the rest of the bound is what the engine claims.",
                   bound=proof["bound"], percent=100 * proof["gap"])  # fmt: skip
    if proof["how"] == "part":
        return say("Proved by as much of the search as there was time for: no plan comes to less than {bound:,.10g}, {percent:.2g} % below this one; the rest of the bound is what the engine claims.",
                   bound=proof["bound"], percent=100 * proof["gap"])  # fmt: skip
    return say("Proved: no plan comes to less than {bound:,.10g}; balik verify goes through what shows it.",
               bound=proof["bound"])  # fmt: skip
