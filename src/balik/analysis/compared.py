"""How near to the best plans must be that are compared with each other, and what is said where they are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..engines import Options
from ..plan.plan import Plan
from ..words import Sentence, say
from .told import percent

#: Widest gap of a solve, relative to max(1, |objective|): two costs that are each known by a few per cent say nothing
#: about their difference, nor whether other sites are better.
WIDEST = 1e-6
#: By how much, in the same measure, what is proved of a plan may be wide without a word.
TELL = 1e-5


def compared(options: Options) -> Options:
    """The options of solves whose plans are compared, whatever gap was asked."""
    return replace(options, gap=min(options.gap, WIDEST))


def is_loose(plan: Plan) -> bool:
    """Whether a plan may lie above the best, or miss its goals by more than it must, by more than goes without a word."""
    return plan.has_numbers and not _away(plan) <= TELL


def loosely(plans: Iterable[Plan]) -> list[Sentence]:
    """What is to be said of plans side by side where each is known to be the best within a gap only."""
    away = max((_away(plan) for plan in plans if is_loose(plan)), default=0.0)
    if away == float("inf"):
        return [say("How far some of these plans lie above the best is not known: their differences say nothing.")]
    if away:
        return [say("The best may lie up to {part} below these plans: smaller differences say nothing.", part=percent(away))]  # fmt: skip
    return []


def _away(plan: Plan) -> float:
    """By how much a plan may lie above the best, relative to max(1, |objective|), of every stage; infinite: not known."""
    gaps = [plan.gap, *(stage["gap"] for stage in plan.facts["stages"])]
    return max(float("inf") if gap is None else gap for gap in gaps)
