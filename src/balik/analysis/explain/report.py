"""The answer in words: the conflict, by how much its rows miss each other, what mends it, and what does not alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...api import Prepared
from ...engines.elastic import Unanswered
from ...errors import BalikError, Problem
from ...tables import read
from ...views.layout import money
from ...words import NOTHING, Sentence, plain, say
from ..repair import STOPPED, UNSOLVED, joined
from ..study import Study
from .conflict import Conflict, conflicts
from .facts import Fact, facts_of, marked
from .lab import Lab
from .least import can_give, least_together
from .mend import Repairs
from .sentences import amount, counted, document, label, says, spot

#: Rows of one column, and cells of one repair, that are told one by one.
_ROWS = 4
#: Warnings of the check that say why no plan exists.
_EVIDENCE = ("W209", "W210", "W211", "W391", "W393")


def why_none(lab: Lab, seconds: float) -> Study:
    """Why there is no plan, and what it would take; each of the two may take so many seconds."""
    p = lab.prepared
    facts = facts_of(p)
    if lab.scenario is not None or lab.sets:
        facts = marked(p, facts, read(lab.case, None, (), lab.settings))
    head = say("No plan exists.")
    evidence = [_evidence(w) for w in p.tables.problems.warnings if w.code in _EVIDENCE]
    nothing: dict[str, Any] = {"conflict": [], "given": [], "conflicts": [], "proved_smallest": None}
    lab.allow(seconds)
    try:
        found = conflicts(lab, facts)
    except (Unanswered, BalikError):
        told = say("The search was stopped before it was known which rows are the reason.")
        return Study("explain", p.tables.name, p.tables.currency, [], [head, *evidence, told], False, nothing)
    if not found:
        told = say("The materials cannot be balanced: what is made or collected somewhere has no way out.")
        return Study("explain", p.tables.name, p.tables.currency, [], [head, *evidence, told], False, nothing)
    lab.allow(seconds)
    findings: list[str] = [head]
    for nth, one in enumerate(found):
        findings += _conflict(p, one, nth)
        if not evidence:
            findings += _missed(lab, one)
    rows = Repairs(lab, facts).all(found)
    findings += [*evidence, *_repairs(rows, p.tables.currency)]
    for row in rows:
        row["sentence"] = joined(row.pop("told"), _ROWS)
    more = {
        "conflict": [document(p, fact) for fact in found[0].facts],
        "given": [document(p, fact) for fact in found[0].given],
        "conflicts": [[document(p, fact) for fact in one.facts] for one in found],
        "proved_smallest": all(one.proved for one in found),
    }
    return Study("explain", p.tables.name, p.tables.currency, rows, findings, False, more)


def _evidence(warning: Problem) -> Sentence:
    """What a warning of the check says of it, with `supply.csv line 5`; in a workbook `supply!C5`."""
    where = say("{file} line {line}", file=warning.file, line=warning.line)
    if warning.sheet:
        where = plain(f"{warning.sheet}!{warning.cell}")
    return say("{found} ({spot})", found=warning.found, spot=where)


# -- the conflict ------------------------------------------------------------------------------------------------


def _conflict(p: Prepared, one: Conflict, nth: int) -> list[Sentence]:
    return [_heading(len(one.facts), nth), *rows_told(p, one)]


def rows_told(p: Prepared, one: Conflict) -> list[Sentence]:
    """The rows of a conflict, column by column."""
    out: list[Sentence] = []
    for facts in _by_column(one.facts):
        out += _column(p, facts)
    for facts in _by_column(one.given):
        values = {"means": facts[0].kind.means, "column": facts[0].kind.name, "spots": _spots(p, facts)}
        out.append(say("  given {means} ({column}: {spots})", **values))
    if not one.proved:
        out.append(say("The search for fewer was stopped, so some of these may not be needed: not proved smallest."))
    return out


def _by_column(facts: Sequence[Fact]) -> list[list[Fact]]:
    columns: dict[str, list[Fact]] = {}
    for fact in facts:
        columns.setdefault("limits" if fact.is_limit else fact.kind.name, []).append(fact)
    return list(columns.values())


def _heading(count: int, nth: int) -> Sentence:
    if nth:
        return say("Besides, this cannot hold:") if count == 1 else say("Besides, these cannot all hold:")
    if count == 1:
        return say("This row cannot hold, with everything else as it is written:")
    if count == 2:
        return say("Two of your rows cannot both hold:")
    return say("These {count} of your rows cannot all hold:", count=count)


def _column(p: Prepared, facts: Sequence[Fact]) -> list[Sentence]:
    """The facts of one column, the first ones one by one."""
    lines = [say("{sentence} ({spot})", sentence=says(p, fact), spot=spot(p, fact)) for fact in facts]
    if facts[0].is_limit:
        return [say("  {line}", line=line) for line in lines]
    kind = facts[0].kind
    out = [say("  {means} ({column}):", means=kind.means, column=kind.name)]
    out += [say("    {line}", line=line) for line in lines[:_ROWS]]
    if len(lines) > _ROWS:
        rest = _spots(p, facts[_ROWS:])
        if kind.variable and not np.isnan(total := sum(fact.value for fact in facts)):
            together = amount(p, facts[0], total)
            out.append(
                say(
                    "    and {count} more ({spots}), {total} in all",
                    count=len(lines) - _ROWS,
                    spots=rest,
                    total=together,
                )
            )
        else:
            out.append(say("    and {count} more ({spots})", count=len(lines) - _ROWS, spots=rest))
    return out


def _spots(p: Prepared, facts: Sequence[Fact]) -> Sentence:
    """Where these rows stand: `supply.csv lines 2, 5, 8`, `supply.csv lines 2–25`; in a workbook `supply!C2, supply!C5`."""
    wheres = [p.data[fact.kind.table].where(fact.row, fact.kind.column) for fact in facts]
    lines = sorted(where["line"] or 0 for where in wheres)
    if (
        len(facts) == 1
        or any(fact.changed for fact in facts)
        or len({where["file"] for where in wheres}) > 1
        or wheres[0].get("sheet")
    ):
        return joined([spot(p, fact) for fact in facts], _ROWS)
    span = f"{lines[0]}–{lines[-1]}"
    if lines[-1] - lines[0] != len(lines) - 1:
        if len(lines) > 2 * _ROWS:
            return say("{file}, {count} of the lines {span}", file=wheres[0]["file"], count=len(lines), span=span)
        span = ", ".join(map(str, lines))
    return say("{file} lines {span}", file=wheres[0]["file"], span=span)


def _missed(lab: Lab, one: Conflict) -> list[Sentence]:
    """By how much the rows miss each other: the nearest that one of them can come to while all else stands."""
    for fact in sorted(one.facts, key=lambda fact: (not fact.is_limit, not fact.upper)):
        alone = fact.is_limit or sum(other.kind is fact.kind for other in one.facts) == 1 == len(fact.at)
        if not alone or not can_give(lab, fact):
            continue
        try:
            found = least_together(lab, [fact])
        except (Unanswered, BalikError):
            continue
        if found and found[0] and found[1]:
            told = _quantified(lab.prepared, fact, found[0][0][1], [other for other in one.facts if other is not fact])
            return [told] if told else []
    return []


def _quantified(p: Prepared, fact: Fact, nearest: float, others: Sequence[Fact]) -> Sentence:
    values: dict[str, Any] = {
        "name": label(p, fact), "nearest": amount(p, fact, nearest), "bound": amount(p, fact, fact.value),
        "spot": spot(p, fact),
    }  # fmt: skip
    if fact.is_limit:
        if fact.upper and (asked := _collected(p, fact, others)):
            return say(
                "Collecting {asked} costs at least {nearest}; {name} allows {bound} ({spot}).", asked=asked, **values
            )
        what = counted(p, fact)
        if fact.upper:
            return say(
                "As all else stands, {what} is at least {nearest}; {name} allows {bound} ({spot}).", what=what, **values
            )
        return say(
            "As all else stands, {what} is at most {nearest}; {name} asks for {bound} ({spot}).", what=what, **values
        )
    if fact.kind.name == "sites.capacity":
        return say("As all else stands, {name} must take {nearest}; it takes at most {bound} ({spot}).", **values)
    if fact.kind.table == "supply" and nearest < fact.value:
        return say(
            "As all else stands, at most {nearest} can be collected ({name}); {bound} must be ({spot}).", **values
        )
    if fact.kind.table == "demand" and nearest < fact.value:
        return say(
            "As all else stands, at most {nearest} can be delivered ({name}); {bound} must be ({spot}).", **values
        )
    return NOTHING


def _collected(p: Prepared, fact: Fact, others: Sequence[Fact]) -> str:
    """`800 dus`, where a bound on the whole cost meets nothing but the least that must be collected in all."""
    limits = p.network.limits
    if len(others) != 1 or not others[0].is_limit or others[0].kind.column != "least":
        return ""
    rows, costs = limits[others[0].at[0]].every_row, limits[fact.at[0]].every_row
    plainly = len(rows) == len(costs) == 1 and rows[0].coef == costs[0].coef == 1 and not rows[0].scope
    same = plainly and rows[0].quantity == "collect" and costs[0].quantity == "cost" and not costs[0].scope
    return amount(p, others[0], others[0].value) if same else ""


# -- repairs -----------------------------------------------------------------------------------------------------


def _repairs(rows: Sequence[dict[str, Any]], currency: str) -> list[Sentence]:
    mends = [row for row in rows if row["mends"]]
    out: list[Sentence] = []
    if len(mends) == 1:
        out.append(say("This mends it (solved again and verified):"))
    elif mends:
        out.append(say("Any one of these mends it (each solved again and verified):"))
    for nth, row in enumerate(mends, 1):
        values = {"nth": nth, "change": joined(row["told"], _ROWS), "cost": money(row["cost"], currency)}
        if row["proved"]:
            out.append(say("  {nth}  {change}. The plan then costs {cost}.", **values))
        else:
            out.append(say("  {nth}  {change}. The plan then costs at most {cost}.", **values))
        if not row["least"]:
            out.append(say("     (less may do: the search for the least was stopped)"))
        out.append(plain("     " + " ".join(f'--set "{change}"' for change in row["changes"])))
    out += [
        say("Not known: {change} ({why}).", change=joined(row["told"], _ROWS), why=row["why_not"])
        for row in rows
        if row["why_not"] in (STOPPED, UNSOLVED)
    ]
    fails = [
        sentence
        for row in rows
        if not row["mends"] and row["why_not"] not in (STOPPED, UNSOLVED)
        for sentence in row["told"]
    ]
    if fails:
        out.append(say("Not enough alone: {changes}.", changes=joined(fails, _ROWS)))
    if not mends:
        out.append(say("No change of these was found that mends it, within the limits of this search."))
    return out
