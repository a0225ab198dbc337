"""The conflict: facts that cannot all hold, of which none can be left out (an irreducible infeasible set).

A deletion filter (Chinneck and Dravnieks 1991) finds it, first over whole columns, then over their cells; it leaves out
several at once, more after each success and fewer after each failure. Every fact that is left was left out by itself,
and a plan appeared. All of it with whole numbers whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ...engines.elastic import Unanswered
from ...errors import BalikError
from .facts import Fact
from .lab import Lab

Piece = TypeVar("Piece")
#: Conflicts that are sought, one beside the other.
_MOST = 4


@dataclass(frozen=True)
class Conflict:
    """Facts that cannot all hold. `proved`: leaving out any one of them was shown to make a plan possible.

    `given`: those beside them that only tell what there is (see Kind.given); together with them nothing else is needed
    for the contradiction. Where a single other fact is left, they stand among the facts.
    """

    facts: tuple[Fact, ...]
    proved: bool
    given: tuple[Fact, ...] = ()


def conflicts(lab: Lab, facts: Sequence[Fact]) -> list[Conflict]:
    """Conflicts that share no fact, until the case without all of them has a plan (or four are found).

    None: even without any fact no plan exists. Raises Unanswered when not even that was answered.
    """
    if not lab.has_plan(facts):
        return []
    found: list[Conflict] = []
    gone: list[Fact] = []
    while len(found) < _MOST and (not found or lab.has_none(gone)):
        one = _conflict(lab, [fact for fact in facts if fact not in gone], gone)
        found.append(one)
        gone += one.facts
    return found


def _conflict(lab: Lab, facts: Sequence[Fact], gone: Sequence[Fact]) -> Conflict:
    """One conflict among these facts; those that are gone say nothing."""
    given = [fact for fact in facts if fact.kind.given]
    asked = [fact for fact in facts if not fact.kind.given]
    if not _shows_plan(lab, [*asked, *gone]):
        return Conflict(*_irreducible(lab, facts, gone))
    rows, proved = _irreducible(lab, asked, gone)
    others = [fact for fact in asked if fact not in rows]
    try:
        needed, sure = _irreducible(lab, given, [*gone, *others])
    except Unanswered:
        return Conflict(rows, proved)
    if len(rows) == 1:
        return Conflict(rows + needed, proved and sure)
    return Conflict(rows, proved, needed)


def _shows_plan(lab: Lab, dropped: Sequence[Fact]) -> bool:
    try:
        return lab.has_plan(dropped)
    except (Unanswered, BalikError):
        return False


def _irreducible(lab: Lab, facts: Sequence[Fact], gone: Sequence[Fact]) -> tuple[tuple[Fact, ...], bool]:
    """Those of the facts that are needed for the contradiction, and whether each was shown to be."""

    def impossible(kept: Sequence[Fact]) -> bool:
        stays = set(kept)
        return lab.has_none([*gone, *(fact for fact in facts if fact not in stays)])

    if impossible([]):
        return (), True
    columns: dict[str, list[Fact]] = {}
    for fact in facts:
        columns.setdefault(fact.kind.name, []).append(fact)
    groups = smallest(list(columns.values()), lambda kept: impossible([fact for group in kept for fact in group]))
    rows = smallest([fact for group in groups for fact in group], impossible)
    return _checked(lab, facts, gone, rows)


def smallest(parts: list[Piece], impossible: Callable[[list[Piece]], bool]) -> list[Piece]:
    """Parts that are impossible together, and none of which can be left out; earlier ones are preferred.

    All of them are impossible together; more parts are never less so. Where `impossible` cannot tell it says no, and
    more parts than needed may be left.
    """

    kept, end, size = parts, len(parts), max(1, len(parts) // 2)
    while end > 0:
        start = max(0, end - size)
        rest = kept[:start] + kept[end:]
        if impossible(rest):
            kept, end, size = rest, start, 2 * size
        elif end - start == 1:
            end = start  # it is needed
        else:
            size = (end - start) // 2
    return kept


def _checked(lab: Lab, facts: Sequence[Fact], gone: Sequence[Fact], rows: list[Fact]) -> tuple[tuple[Fact, ...], bool]:
    """Each fact left out by itself: it goes where no plan appears, and nothing is proved where that is not known."""
    kept, proved = list(rows), True
    for fact in rows:
        stays = {other for other in kept if other is not fact}
        try:
            if not lab.has_plan([*gone, *(other for other in facts if other not in stays)]):
                kept.remove(fact)
        except (Unanswered, BalikError):
            proved = False
    return tuple(kept), proved
