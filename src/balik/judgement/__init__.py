"""Judging alternatives by several criteria: weights from comparisons in pairs, and who comes nearest to the ideal."""

from .ahp import Priorities, priorities
from .hierarchy import Alternative, Criterion, Judgement, judgement_of
from .topsis import Span, closeness, first_while

__all__ = [
    "Alternative",
    "Criterion",
    "Judgement",
    "Priorities",
    "Span",
    "closeness",
    "first_while",
    "judgement_of",
    "priorities",
]
