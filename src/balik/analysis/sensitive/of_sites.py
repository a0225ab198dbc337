"""The study: from where to where the sites that are used stay the best, and which are next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...words import Sentence, say
from ..study import Study
from ..told import figure
from .asked import Range, asked, by, moved, no_plan, places, study, unit_of, unproved
from .bench import Bench
from .parts import UNPROVED, Question
from .selection import Move
from .sites import Side


def ask_sites(question: Question, over: Sequence[str], span: Range) -> Study:
    """From where to where the sites that are used stay the best, and which are next."""
    bench, varied = question.bench, moved(over)
    bench.refuse_no_sites()
    if (none := no_plan(bench, "steady", varied)) is not None:
        return none
    rows, findings = [], []
    numbers = asked(bench, over, span)
    for one, sides in zip(numbers, question.sides("side", over, span, len(numbers)), strict=True):
        if sides is None:
            findings.append(unproved(one.move.name))
            continue
        rows.append(_steady_row(bench, one.move, *sides))
        findings += _steady_told(bench, one.move, *sides)
    findings += _other_set(bench, question.ask("other", [()])[0])
    if bench.goals:
        findings.append(say("Sites stay the best where, with them, no goal of any priority is missed by more, and the plan then costs no more."))  # fmt: skip
    unsaid = [say("what happens when several of these move at once")]
    if any(not row["exact"] for row in rows):
        unsaid.append(say("that no other set is best at a point between those that were tried"))
    return study(bench, "steady", rows, findings, varied, unsaid)


def _steady_row(bench: Bench, move: Move, below: Side, above: Side) -> dict[str, Any]:
    row: dict[str, Any] = {"over": move.name, "unit": "%" if move.relative else unit_of(bench, move)}
    for name, side in (("from", below), ("to", above)):
        row[name] = None if side.value is None else by(move, side.value)
        row[f"{name}_why"] = side.why
        row[f"{name}_tried"] = by(move, side.tried)
        row[f"{name}_next"] = list(side.used)
        row[f"{name}_in"] = [p for p in side.used if p not in bench.used] if side.used else []
        row[f"{name}_out"] = [p for p in bench.used if p not in side.used] if side.used else []
        row[f"{name}_extra"] = None if side.extra is None else round(side.extra, 6)
        row[f"{name}_solved"] = [None if p is None else by(move, p) for p in (side.before, side.after)]
    row["exact"] = below.exact and above.exact
    row["confirmed"] = below.confirmed and above.confirmed
    return row


def _steady_told(bench: Bench, move: Move, below: Side, above: Side) -> list[Sentence]:
    low, high = (_end(move, side) for side in (below, above))
    told = [say("{over}: the sites used now stay the best from {low} to {high}.", over=move.name, low=low, high=high)]  # fmt: skip
    for side in (below, above):
        if side.value is None:
            continue
        at: Sentence = move.told(side.value)
        if not side.exact and side.after is not None:
            at = say("{near} … {far}", near=at, far=move.told(side.after))
        if side.why == "none":
            told.append(say("Beyond {at} there is no plan.", at=at))
            continue
        gone, come = [p for p in bench.used if p not in side.used], [p for p in side.used if p not in bench.used]
        if come and gone:
            told.append(say("Beyond {at}: {come} in place of {gone}.", at=at, come=places(come), gone=places(gone)))
        elif come:
            told.append(say("Beyond {at}: {come} as well.", at=at, come=places(come)))
        else:
            told.append(say("Beyond {at}: without {gone}.", at=at, gone=places(gone)))
        if side.exact:
            told.append(say("At {at} both cost the same.", at=at))
    if not (below.confirmed and above.confirmed):
        told.append(say("An end of {over} was not confirmed on both sides.", over=move.name))
    return told


def _end(move: Move, side: Side) -> Sentence:
    if side.value is not None:
        return say("{value}", value=move.told(side.value))
    if side.why == "ever":
        return say("any height") if side.up else say("nothing")
    return say("{value} (no farther was asked)", value=move.told(side.tried))


def _change(come: list[str], gone: list[str]) -> Sentence:
    """What comes in and what goes out; where only one of the two does, nothing stands for anything."""
    if not gone:
        return say("{come} as well", come=places(come))
    if not come:
        return say("without {gone}", gone=places(gone))
    return say("+{count_in} −{count_out}: {come} for {gone}", count_in=len(come), count_out=len(gone),
               come=places(come), gone=places(gone))  # fmt: skip


def _other_set(bench: Bench, found: Any) -> list[Sentence]:
    """Whether other sites are as good as things stand."""
    if found == UNPROVED:
        return [say("Whether other sites are as good as things stand is not known.")]
    if found is None:
        return [say("No other set of sites has a plan.")]
    used, extra, priority = found
    come, gone = [p for p in used if p not in bench.used], [p for p in bench.used if p not in used]
    change = _change(come, gone)
    if priority is not None:
        return [say("As things stand every other set of sites misses more of its goals; the next best that of priority {priority} ({change}).",
                    priority=priority, change=change)]  # fmt: skip
    if extra <= 4 * bench.margin(bench.now):
        return [say("As things stand another set of sites costs the same ({change}): the best set is not the only one.", change=change)]  # fmt: skip
    return [say("As things stand the next best set of sites costs {extra} {money} more ({change}).",
                extra=figure(round(extra, 4)), money=bench.money, change=change)]  # fmt: skip
