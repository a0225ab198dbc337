"""Cells moved over a range, alone or two selections at a time, the case solved again and verified at every point."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ...api import Case, prepare
from ...errors import CallError, InputError, did_you_mean, listed
from ...network.own import own_measures
from ...plan.plan import Plan
from ...tables import Data
from ...tables.frame import ACCOUNTS
from ...words import Figure, Sentence, say, sentences
from ..compare import row_of
from ..compared import is_loose, loosely
from ..study import Work
from ..sweep import Sweep
from .asked import Range
from .selection import Move, accounts_of, default_columns, moves_of, parse_range

DEFAULT_RANGE, OVER_RANGE = "-10%:+10%:10%", "-30%:+30%:10%"
_EDGE = Fraction(1, 10_000)
_OWNER = "owner:"
_MEASURES = ("km", "tkm", "co2", "jobs")


class Swept:
    """The solves of one call, and what is read of each plan besides its cost."""

    def __init__(self, sweep: Sweep, data: Data, read: str):
        self.sweep, self.data, self.read = sweep, data, read
        self.plans: dict[tuple[str, ...], Plan] = {(): sweep.base}
        self.check_read()

    def check_read(self) -> None:
        """What is read must be an account, a measure or an owner of the case."""
        owners = [f"{_OWNER}{name}" for name in self.data.labels["owner"]]
        known = ["cost", *ACCOUNTS, *accounts_of(self.data), *self.data.labels["account"], *_MEASURES, *own_measures(self.data), *owners]  # fmt: skip
        if self.read not in known:
            near = did_you_mean(self.read, known) or say("Known: {words}", words=", ".join(dict.fromkeys(known)))
            raise CallError(sentences(say("'{word}' is no account, measure or owner that can be read.", word=self.read), near))  # fmt: skip

    def at(self, *moves: tuple[Move, Fraction]) -> Plan:
        """The plan with these moves."""
        sets = tuple(one for move, point in moves if point or not move.relative for one in move.sets(point))
        if sets not in self.plans:
            self.plans[sets] = self.sweep.solve(sets)
        return self.plans[sets]

    def ahead(self, points: Sequence[Sequence[tuple[Move, Fraction]]]) -> None:
        """Have the plans of these points at hand, side by side where that pays."""
        asked = [tuple(s for move, point in moves if point or not move.relative for s in move.sets(point)) for moves in points]  # fmt: skip
        self.sweep.ahead([sets for sets in asked if sets])

    def value(self, plan: Plan) -> float | None:
        """What is read of a plan."""
        if not plan.has_numbers or self.read == "cost":
            return plan.cost
        if self.read.startswith(_OWNER):
            margins = plan.columns["margins"]
            return float(margins["margin"][margins["owner"].index(self.read.removeprefix(_OWNER))])
        if self.read in plan.measures:
            return plan.measures[self.read]
        return dict(plan.accounts or {}).get(self.read, 0.0)

    def row(self, plan: Plan) -> dict[str, Any]:
        """A plan as a row."""
        found = row_of(plan, self.sweep.base)
        return found if self.read == "cost" else found | {"read": self.read, "value": self.value(plan)}

    def work(self, varied: Sentence, seconds: float, *unsaid: Sentence) -> Work:
        """What the answer rests on."""
        proved = sum(plan.status in ("optimal", "infeasible", "unbounded") for plan in self.plans.values())
        return Work(varied, len(self.plans), proved, seconds, unsaid)


def data_of(case: Case, scenario: str | None, sets: Sequence[str], settings: Any) -> Data:
    """The typed tables of a case."""
    return prepare(case, scenario, sets, settings).data


def swept(one: Swept, over: Sequence[str], range: Range) -> tuple[list[dict[str, Any]], list[Sentence], dict[str, Any]]:
    """A row for every point of every selection, findings, and the tornado."""
    points, relative = parse_range(range or (OVER_RANGE if over else DEFAULT_RANGE))
    rows: list[dict[str, Any]] = []
    findings: list[Sentence] = []
    ends: list[dict[str, Any]] = []
    moves = moves_of(list(over) or default_columns(one.data), one.data, relative)
    one.ahead([[(move, p)] for move in moves for p in points])
    for move in moves:
        try:
            found = [(p, one.at((move, p))) for p in points]
        except InputError as error:
            if over:
                raise
            why = error.problems[0].found
            findings.append(say("{over} cannot move alone, and is left out: {why}", over=move.name, why=why))
            continue
        rows += [{"over": move.name, "at": move.shown(p), **one.row(plan)} for p, plan in found]
        findings += _edges(one, move, found) + _flat(one, move, found)
        ends.append(_swing(one, move, found))
    order = sorted(ends, key=lambda end: -(end["swing"] or 0.0))
    return rows, findings + loosely(one.plans.values()), {"tornado": order, "read": one.read}


def _swing(one: Swept, move: Move, found: list[tuple[Fraction, Plan]]) -> dict[str, Any]:
    """What is read at both ends of the range, and how far these lie apart; an end without a plan is none."""
    (low, first), (high, last) = found[0], found[-1]
    values = [one.value(first), one.value(last)]
    known = [v for v in (*values, one.value(one.sweep.base)) if v is not None]
    return {
        "over": move.name,
        "low": move.shown(low),
        "low_value": values[0],
        "low_status": first.status,
        "high": move.shown(high),
        "high_value": values[1],
        "high_status": last.status,
        "swing": round(max(known) - min(known), 6) if known else None,
    }


def _edges(one: Swept, move: Move, found: list[tuple[Fraction, Plan]]) -> list[Sentence]:
    """Between a point with a plan and one without: the last with a plan, to 0.01 %."""
    out = []
    for (a, first), (b, second) in pairwise(found):
        if first.has_numbers == second.has_numbers or "infeasible" not in (first.status, second.status):
            continue
        unknown = False
        good, bad = (a, b) if first.has_numbers else (b, a)
        step = _EDGE if move.relative else abs(b - a) / 1000
        low, high = 0, max(1, int(abs(bad - good) / step))
        sign = 1 if bad > good else -1
        while high - low > 1:
            middle = (low + high) // 2
            plan = one.at((move, good + sign * step * middle))
            if unknown := not plan.has_numbers and plan.status != "infeasible":
                break
            low, high = (middle, high) if plan.has_numbers else (low, middle)
        ends = [Figure(move.shown(good + sign * step * at)) for at in (low, high)]
        values = {"over": move.name, "good": ends[0], "bad": ends[1], "why": ""}
        out.append(say("{over}: a plan exists up to {good}, none at {bad}{why}.", **values) if sign > 0 else
                   say("{over}: a plan exists down to {good}, none at {bad}{why}.", **values))  # fmt: skip
        if unknown:
            out.append(say("{over}: from where between them none exists is not known, a solve did not end in its time.", over=move.name))  # fmt: skip
    return out


def _flat(one: Swept, move: Move, found: list[tuple[Fraction, Plan]]) -> list[Sentence]:
    values, base = {one.value(plan) for _, plan in found}, one.value(one.sweep.base)
    if any(is_loose(plan) for plan in (one.sweep.base, *(plan for _, plan in found))):
        return []
    if len(found) > 1 and values == {base} and base is not None:
        if one.read == "cost":
            return [say("{over}: no influence on the cost in this range.", over=move.name)]
        return [say("{over}: no influence on {read} in this range.", over=move.name, read=one.read)]
    return []


# -- two at a time -----------------------------------------------------------------------------------------------


def two_way(one: Swept, over: str, range: Range, against: str, against_range: Range) -> tuple[list[dict[str, Any]], list[Sentence], dict[str, Any]]:  # fmt: skip
    """A row for every pair of points, and the sets of sites by the letter that stands in the rows."""
    if over == against:
        raise CallError(say("The two that move must differ."))
    (across, one_relative), (down, other_relative) = (parse_range(r or OVER_RANGE) for r in (range, against_range))
    first, second = (
        moves_of([text], one.data, relative)[0] for text, relative in ((over, one_relative), (against, other_relative))
    )
    pairs = [((first, p), (second, q)) for p in across for q in down]
    one.ahead(pairs)
    sets: dict[tuple[str, ...], str] = {}
    rows = []
    for (move, p), (other, q) in pairs:
        plan = one.at((move, p), (other, q))
        letter = sets.setdefault(tuple(plan.used), _letter(len(sets))) if plan.has_numbers else ""
        rows.append({"over": first.name, "at": first.shown(p), "against": second.name, "against_at": second.shown(q), **one.row(plan), "set": letter})  # fmt: skip
    none = sum(row["status"] == "infeasible" for row in rows)
    unknown = sum(row["cost"] is None for row in rows) - none
    findings = loosely(one.plans.values())
    if any(sets) and not findings and (len(sets) > 1 or not unknown):  # else it is not known which are best
        findings.append(
            say("One set of sites is best everywhere in this table.") if len(sets) == 1
            else say("{count} sets of sites are best somewhere in this table.", count=len(sets))
        )  # fmt: skip
    if none:
        findings.append(say("{count} of {all} pairs have no plan.", count=none, all=len(rows)))
    if unknown:
        findings.append(say("{count} of {all} pairs gave no figure: they were stopped, cost less without end, or failed the verifier.", count=unknown, all=len(rows)))  # fmt: skip
    return rows, findings, {"sets": {letter: list(used) for used, letter in sets.items()}, "read": one.read}


def _letter(number: int) -> str:
    """A, B … Z, AA."""
    text = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def moved_over(names: Sequence[str], points: str) -> Sentence:
    """What was varied: `supply.price over -30%:+30%:10%`."""
    if len(names) == 1:
        return say("{over} over {range}", over=names[0], range=points)
    return say("{over} over {range}, one after the other", over=listed(names), range=points)
