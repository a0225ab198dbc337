"""What a second engine says of a plan, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..words import Sentence, say


def opinion_text(opinion: Mapping[str, Any] | None) -> Sentence | None:
    """The key `second_opinion` of a plan's document as a sentence; None where a problem of the plan says it."""
    if opinion is None or opinion["agrees"] is False or opinion["status"] == "failed":
        return None
    engine, status = opinion["engine"], opinion["status"]
    if opinion["agrees"] is None:
        return say("Second opinion: {engine} came to no end in its time; nothing that it found speaks against this answer.",
                   engine=engine)  # fmt: skip
    if status == "infeasible":
        return say("Second opinion: {engine} finds no plan either.", engine=engine)
    if status == "unbounded":
        return say("Second opinion: for {engine}, too, the cost can fall without end.", engine=engine)
    return say("Second opinion: {engine} agrees; its own plan comes to {objective:,.10g}, and none is below {bound:,.10g}.",
               engine=engine, objective=opinion["objective"], bound=opinion["bound"])  # fmt: skip
