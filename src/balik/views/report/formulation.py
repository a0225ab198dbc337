"""The formulation of the case that a plan is for."""

from __future__ import annotations

from ...plan.store import effective
from ..paper import math
from ..subject import Subject

#: Rows of lanes beyond which the program is not stated again for print.
_MOST_LANES = 20_000


def formulation(subject: Subject, language: str) -> str:
    """Notation, objective and constraints as text; '' where the case is too large to be stated once more."""
    lanes = subject.plan.facts.get("size", {}).get("lanes", 0) if subject.plan else 0
    if lanes > _MOST_LANES:
        return ""
    tables = effective(subject.tables)
    frames = {name: table.headed() for name, table in tables.tables.items()}
    return math(frames, settings=tables.settings, language=language)
