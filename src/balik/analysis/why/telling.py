"""What was found about a decision, in sentences and as rows of a document."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import listed
from ...tables import Tables
from ...words import Sentence, say, sentences
from ..told import figure, unit_word
from .cells import Cell, Times
from .inputs import Inputs
from .turn import Turn

#: So many are named in a sentence, and the rest counted.
SHOWN = 8


def row_of(turn: Turn, what: str, tables: Tables, used: bool, idle: bool) -> dict[str, Any]:
    """A threshold as a row: at `threshold` the decision turns, `before` and `after` were solved and verified.

    `idle`: it is open and takes in nothing.
    """
    cell = turn.cell
    return {
        "about": "threshold",
        "what": what,
        "input": cell.name,
        "table": cell.table,
        "column": cell.column,
        "row": cell.spot(tables) or None,
        "now": cell.now,
        "side": side(turn),
        "threshold": turn.value,
        "unit": cell.unit,
        "makes": "not open" if idle else "not used" if used else "used",
        "before": turn.before,
        "after": turn.after,
        "change": None if turn.after is None else cell.change(tables, turn.after),
        "exact": turn.exact,
        "confirmed": turn.confirmed,
        "tried": None if turn.value is not None or not np.isfinite(turn.tried) else turn.tried,
        "proved": turn.proved,
        "sentence": threshold(turn, tables) if turn.value is not None else nothing(turn),
    }


def threshold(turn: Turn, tables: Tables) -> Sentence:
    """`its capacity were at least 1,373 unit (now 1,350; sites.csv line 4)`."""
    cell = turn.cell
    assert turn.value is not None
    values = {
        "input": cell.name, "value": figure(safe(turn.value, turn.up)), "now": figure(cell.now),
        "spot": cell.spot(tables) or say("no row says it yet"),
    }  # fmt: skip
    if isinstance(cell, Times):
        return {
            "at least": say("  {input} were at least {value} times what they are ({spot})", **values),
            "above": say("  {input} were above {value} times what they are ({spot})", **values),
            "at most": say("  {input} were at most {value} times what they are ({spot})", **values),
            "below": say("  {input} were below {value} times what they are ({spot})", **values),
        }[side(turn)]
    values["value"] = sentences(values["value"], unit_word(cell.unit, safe(turn.value, turn.up)))
    return {
        "at least": say("  {input} were at least {value} (now {now}; {spot})", **values),
        "above": say("  {input} were above {value} (now {now}; {spot})", **values),
        "at most": say("  {input} were at most {value} (now {now}; {spot})", **values),
        "below": say("  {input} were below {value} (now {now}; {spot})", **values),
    }[side(turn)]


def safe(value: float, up: bool) -> float:
    """The value with at most six decimals, rounded to the side on which the decision has turned."""
    steps = 10.0 ** (6 if abs(value) >= 1 or value == 0 else 6 - math.ceil(math.log10(abs(value))))
    return (math.ceil if up else math.floor)(round(value * steps, 3)) / steps


def side(turn: Turn) -> str:
    """On which side of the threshold the decision has turned; at the value itself only where it was reached there."""
    if turn.up:
        return "at least" if turn.reached else "above"
    return "at most" if turn.reached else "below"


def nothing(turn: Turn) -> Sentence:
    """An input that turns nothing, and how far that was asked."""
    cell = turn.cell
    if not np.isfinite(turn.tried):
        return say("{input} (even without end)", input=cell.name)
    if isinstance(cell, Times):
        return say("{input} (even {tried} times what they are)", input=cell.name, tried=figure(turn.tried, 6))
    tried = sentences(figure(turn.tried, 6), unit_word(cell.unit, turn.tried))
    values = {"input": cell.name, "tried": tried, "now": figure(cell.now)}
    if turn.below:
        return say("{input} (even {tried}, now {now}; below 0 was not asked)", **values)
    return say("{input} (even {tried}, now {now})", **values)


def told(turns: list[Turn], used: bool, idle: bool, tables: Tables) -> list[Sentence]:
    """Thresholds first, then what is not enough alone."""
    found = [t for t in turns if t.value is not None and t.confirmed]
    doubtful = [t for t in turns if t.value is not None and not t.confirmed]
    nowhere = [t for t in turns if t.value is None and t.tried != t.cell.now]  # it can move, and turns nothing
    never = [t for t in nowhere if t.proved]
    tried = [t for t in nowhere if not t.proved]
    out: list[Sentence] = []
    if found:
        out.append(
            say("It would no longer be open if, all else equal,")
            if idle
            else say("It would no longer be used if, all else equal,")
            if used
            else say("It would be used if, all else equal,")
        )
        out += [threshold(t, tables) for t in found]
    if never:
        names: str = listed([nothing(t) for t in never])
        out.append(
            say("No value alone throws it out: {inputs}.", inputs=names)
            if used
            else say("No value alone brings it in: {inputs}.", inputs=names)
        )
    if tried:
        out.append(
            say("Nothing was found, not every value was tried: {inputs}.", inputs=listed([nothing(t) for t in tried]))
        )
    if doubtful:
        names = listed([t.cell.name for t in doubtful])
        out.append(say("A threshold was found and not confirmed on both sides: {inputs}.", inputs=names))
    return out


def left_out(stopped: list[Cell], unasked: list[Cell], inputs: Inputs, seconds: float) -> list[Sentence]:
    """What is not known: a search was stopped, the time was over, or more could turn it than is asked about."""
    out = []
    if inputs.passed == 1:
        out.append(say("One more road, supply or demand around it was not asked about."))
    elif inputs.passed:
        out.append(say("Around it are {count} more roads, supplies and demands, with smaller amounts, that were not asked about.",
                       count=figure(inputs.passed)))  # fmt: skip
    if inputs.on_tours:
        out.append(say("What the milk runs that stop there cost was not asked about."))
    if inputs.elsewhere:
        out.append(
            say(
                "What stands elsewhere (other sites, roads and amounts) may turn it too; one by one it was not asked about."
            )
        )
    if stopped:
        out.append(say("Not known, the search was stopped: {inputs}.", inputs=_names(stopped)))
    if unasked:
        names = _names(unasked)
        out.append(
            say("Not asked, the {seconds:g} s for all questions were over: {inputs}.", seconds=seconds, inputs=names)
        )
    return out


def shortened(names: Sequence[str], shown: int = SHOWN) -> str:
    """The first of the names, and how many more there are."""
    if len(names) <= shown:
        return listed(names)
    return say("{names} and {count} more", names=listed(names[:shown]), count=figure(len(names) - shown))


def not_known(stopped: Sequence[str], unasked: Sequence[str]) -> list[Sentence]:
    """What a search was stopped over, and what there was no time for."""
    out = []
    if stopped:
        out.append(say("  not known, the search was stopped: {names}", names=shortened(stopped)))
    if unasked:
        out.append(say("  not asked, the time was over: {names}", names=shortened(unasked)))
    return out


def _names(cells: list[Cell]) -> str:
    """Each once, also where both ways of it were meant."""
    return listed(list(dict.fromkeys(cell.name for cell in cells)))
