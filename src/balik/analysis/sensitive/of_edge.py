"""The study: how far a number may go before no plan exists, and which rows are in the way then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...words import NOTHING, Sentence, say
from ..study import Study
from .asked import Range, asked, by, moved, no_plan, study, unit_of, unproved
from .edge import Edge
from .parts import Question
from .selection import Move


def ask_edge(question: Question, over: Sequence[str], span: Range) -> Study:
    """How far each number may go before no plan exists, and which rows are in the way then."""
    bench, varied = question.bench, moved(over)
    if (none := no_plan(bench, "edge", varied)) is not None:
        return none
    rows, findings = [], []
    numbers = asked(bench, over, span)
    for one, sides in zip(numbers, question.sides("edge", over, span, len(numbers), True), strict=True):
        if sides is None:
            findings.append(unproved(one.move.name))
            continue
        unit = "%" if one.move.relative else unit_of(bench, one.move)
        for edge in sides:
            rows.append(_edge_row(one.move, edge, unit))
            findings.append(_edge_told(one.move, edge))
            if edge.last is not None and edge.last != edge.value:
                findings.append(say("{over}: with gaps, plans exist as far as {at}.", over=one.move.name, at=one.move.told(edge.last)))  # fmt: skip
    unsaid = [say("what a plan costs on the way there")]
    if any(not row["exact"] for row in rows):
        unsaid.append(say("that there is no gap without a plan between the points that were tried"))
    if any(not row["exact"] and row["last"] is None for row in rows):
        unsaid.append(say("whether a plan exists again farther beyond"))
    return study(bench, "edge", rows, findings, varied, unsaid)


def _edge_row(move: Move, edge: Edge, unit: str) -> dict[str, Any]:
    return {
        "over": move.name,
        "side": "most" if edge.up else "least",
        "value": None if edge.value is None else by(move, edge.value),
        "unit": unit,
        "ever": edge.ever,
        "tried": by(move, edge.tried),
        "exact": edge.exact,
        "last": None if edge.last is None else by(move, edge.last),
        "solved": [None if p is None else by(move, p) for p in (edge.good, edge.bad)],
        "confirmed": edge.confirmed,
        "reasons": edge.reasons,
    }


def _edge_told(move: Move, edge: Edge) -> Sentence:
    if edge.value is None:
        told = {"over": move.name, "at": move.told(edge.tried)}
        if edge.up:
            return say("{over}: a plan exists however high it is.", over=move.name) if edge.ever else say("{over}: a plan exists up to {at}; no higher was asked.", **told)  # fmt: skip
        return say("{over}: a plan exists however low it is.", over=move.name) if edge.ever else say("{over}: a plan exists down to {at}; no lower was asked.", **told)  # fmt: skip
    assert edge.bad is not None
    values = {"over": move.name, "good": move.told(edge.value), "bad": move.told(edge.bad), "why": reasons_told(edge.reasons)}  # fmt: skip
    if edge.up:
        return say("{over}: a plan exists up to {good}, none at {bad}{why}.", **values)
    return say("{over}: a plan exists down to {good}, none at {bad}{why}.", **values)


def reasons_told(reasons: list[dict[str, Any]]) -> Sentence:
    """`: maks-dealer: use at most 17 sites; supply.amount (27 rows)`: limits one by one, other columns once."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for one in reasons:
        kinds.setdefault(f"{one['table']}.{one['column']}" if "table" in one else "", []).append(one)
    told: list[Sentence] = []
    for kind, found in kinds.items():
        if kind.startswith("limits.") or not kind or len(found) == 1:
            told += [one["sentence"] for one in found]
        else:
            told.append(say("{kind} ({count} rows)", kind=kind, count=len(found)))
    if not told:
        return NOTHING
    out = told[0]
    for part in told[1:]:
        out = say("{one}; {more}", one=out, more=part)
    return say(" ({reasons})", reasons=out)
