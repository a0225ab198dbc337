"""Limits that divide: what stands below the line, in which units, and rows about earlier periods."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..tables import Data, Frame
from ..words import Sentence, say
from . import network as net

#: A unit as the network counts a quantity of a kind, and the factor to it; None where it does not fit.
UnitOf = Callable[[int, str, str], "tuple[str, float] | None"]


def has_sense(data: Data, frame: Frame, above: list[net.LimitRow], over: list[net.LimitRow], spread: float) -> bool:
    """Whether something stands above the line, and there are labels to compare where the limit has a spread."""

    def refuse(code: str, row: int, column: str, found: Sentence, advice: Sentence) -> bool:
        data.problems.add(code, found, advice, **frame.where(row, column))
        return False

    name = frame.text[frame.schema.keys[0]][(above or over)[0].row]
    if not above:
        found = say("Every row of '{name}' stands below the line.", name=name)
        return refuse("E573", over[0].row, "over", found, say("Leave over blank where the amount is to be divided."))
    uncounted = [r for r in over if r.quantity == "use"]
    if uncounted:
        found = say("use cannot stand below the line: unused places might count.")
        return refuse("E573", uncounted[0].row, "over", found, say("Write open."))
    if np.isfinite(spread) and not any(r.each for r in above):
        found = say("A spread compares labels, and no row of '{name}' has each.", name=name)
        advice = say("Write each under place, period or another scope.")
        return refuse("E574", above[0].row, "spread", found, advice)
    if np.isfinite(spread) and any(r.quantity == "use" for r in above):
        found = say("A spread on use is refused: use cannot be forced.")
        return refuse("E574", above[0].row, "spread", found, say("Write open."))
    return True


def is_lagged(
    data: Data, frame: Frame, row: int, quantity: str, lag: int, scope: dict[str, np.ndarray], each: list[str]
) -> bool:
    """Whether a lag has a period to count from; a named one is moved back."""
    if "period" in each:
        return True
    if len(scope.get("period", ())) != 1 or frame.text["period"][row].startswith("group:"):
        found = say("A lag counts from one period, and this row is about all together.")
        data.problems.add("E575", found, say("Write a period, or each."), **frame.where(row, "lag"))
        return False
    scope["period"] = scope["period"] - lag
    if scope["period"][0] < first_period(data, quantity):
        values = {"lag": lag, "period": frame.text["period"][row], "quantity": quantity}
        found = say("{lag} periods before '{period}' nothing is known of {quantity}.", **values)
        advice = say("Only market has amounts of the past: add periods with past = yes.")
        data.problems.add("E575", found, advice, **frame.where(row, "lag"))
        return False
    return True


def first_period(data: Data, quantity: str) -> int:
    """The first period of which something is known: below 0 before the plan."""
    return len(data.labels["period"]) - len(data.labels["when"]) if quantity == "market" else 0


def ratio_unit(row: int, text: str, kinds: tuple[str, str], unit_of: UnitOf) -> tuple[str, str, float] | None:
    """Units above and below the line, and by what the bounds are multiplied to be in them; None: they do not fit.

    `kg/unit`: the one is counted in kg, the other in units; one unit alone stands for both where both are amounts.
    """
    one, slash, two = text.rpartition("/")
    if not slash:
        one, two = text, text if kinds == ("qty", "qty") else ""
    first = unit_of(row, one, kinds[0])
    second = unit_of(row, two, kinds[1]) if two else ("", 1.0)
    return (first[0], second[0], first[1] / second[1]) if first and second else None
