"""Goals: limits that may be missed, with what a miss weighs and when it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..kept import kept
from ..tables import Data, Frame
from ..words import NOTHING, say
from . import network as net
from .expand import Array
from .limits import check_twice, check_use, known_quantities, scoped_row, units_of_rows
from .ratios import has_sense

if TYPE_CHECKING:
    from .materials import Materials

#: What a goal says once, on any of its rows.
_SAID = ("target", "sense", "priority", "weight_over", "weight_under", "scale")
#: Sides that count, by sense: above the target, below it.
_SIDES = {"at_most": (True, False), "at_least": (False, True), "equal": (True, True)}


@kept
def encode_goals(data: Data, labels: dict[str, list[str]], materials: Materials) -> net.Goals:
    """Every goal with its rows; what is wrong with a row is noted."""
    frame = data["goals"]
    known = known_quantities(data)
    names: dict[str, list[int]] = {}
    for row in range(len(frame)):
        names.setdefault(frame.text["goal"][row], []).append(row)
    limits: list[net.Limit] = []
    said: list[dict[str, int]] = []
    for name, rows in names.items():
        check_twice(data, frame, rows)
        kept = [scoped_row(data, frame, row, len(limits), labels, known) for row in rows if frame.ok[row]]
        good = [r for r in kept if r is not None]
        where = _where_said(data, frame, name, rows)
        if len(good) < len(rows) or not name or where is None:
            continue
        above, over = ([r for r in good if frame.flag["over"][r.row] == below] for below in (False, True))
        if not has_sense(data, frame, above, over, np.inf):
            continue
        least, most = _aims(frame, where)
        check_use(data, frame, above, least, most)
        unit, over_unit, times = units_of_rows(data, frame, above, over, materials.unit)
        limits.append(
            net.Limit(name, least * times, most * times, unit, above, rows[0], times, np.inf, over, over_unit)
        )
        said.append(where)
    return _weighed(data, frame, limits, said)


def _where_said(data: Data, frame: Frame, name: str, rows: list[int]) -> dict[str, int] | None:
    """The row on which each of the facts of a goal stands (the first, where none does); None if one cannot be told."""
    where: dict[str, int] = {}
    for column in _SAID:
        given = [row for row in rows if frame.given[column][row] and frame.ok[row]]
        values = frame.text[column] if column == "sense" else frame.number[column]
        other = next((row for row in given if values[row] != values[given[0]]), None)
        if other is not None:
            found = say("{column} of '{goal}' differs from row to row: also at {spot}.", column=column, goal=name,
                        spot=frame.spot(given[0]))  # fmt: skip
            data.problems.add("E611", found, say("A goal has one: write it once."), **frame.where(other, column))
            return None
        if not given and column in ("target", "sense"):
            if all(frame.ok[row] for row in rows):
                found = say("The goal '{goal}' has no {column}.", goal=name, column=column)
                advice = say("Write it on one of its rows: sense is at_most, at_least or equal.")
                data.problems.add("E610", found, advice, **frame.where(rows[0], column))
            return None
        where[column] = given[0] if given else rows[0]
    return where


def _aims(frame: Frame, where: dict[str, int]) -> tuple[float, float]:
    """Least and most of what is aimed at."""
    target = float(frame.number["target"][where["target"]])
    over, under = _SIDES[frame.text["sense"][where["sense"]]]
    return target if under else -np.inf, target if over else np.inf


def _weighed(data: Data, frame: Frame, limits: list[net.Limit], said: list[dict[str, int]]) -> net.Goals:
    """Weights, scales and priorities of the goals."""

    def numbers(column: str) -> Array:
        return np.array([frame.number[column][where[column]] for where in said], float)

    priority = numbers("priority").astype(np.int64)
    sides = np.array([_SIDES[frame.text["sense"][where["sense"]]] for where in said], bool).reshape(-1, 2)
    over, under = (np.where(sides[:, k], numbers(c), 0.0) for k, c in enumerate(("weight_over", "weight_under")))
    target = np.array([limit.least if np.isfinite(limit.least) else limit.most for limit in limits], float)
    scale = numbers("scale") * np.array([limit.times for limit in limits], float)
    blank = np.isnan(scale)
    scale = np.where(blank, np.where(target != 0, np.abs(target), 1.0), scale)
    alone = np.array([(priority == p).sum() == 1 for p in priority], bool)
    for at, where in enumerate(said):
        _check_weights(data, frame, limits[at].name, where, sides[at], float(over[at] + under[at]))
        if blank[at] and target[at] == 0 and not alone[at]:
            found = say("The target of '{goal}' is 0, so nothing says how its deviation compares with those of the other goals of"
                        " priority {priority}.", goal=limits[at].name, priority=int(priority[at]))  # fmt: skip
            advice = say("Write a scale: the deviation that weighs as much as missing the others by the whole target.")
            data.problems.add("E612", found, advice, **frame.where(where["target"], "scale"))
    return net.Goals(limits, target, priority, over, under, scale, _sizes(priority, np.maximum(over, under), scale))


def _check_weights(data: Data, frame: Frame, name: str, where: dict[str, int], sides: Array, weight: float) -> None:
    """A weight on a side that counts nothing, and a goal that weighs nothing."""
    for counts, column in zip(sides.tolist(), ("weight_over", "weight_under"), strict=True):
        if not counts and frame.given[column][where[column]]:
            found = say("{column} of '{goal}' counts nothing: {sense} leaves that side free.", column=column, goal=name,
                        sense=frame.text["sense"][where["sense"]])  # fmt: skip
            data.problems.add(
                "W610", found, say("Leave it blank, or write equal."), **frame.where(where[column], column)
            )
    if weight == 0:
        found = say("The goal '{goal}' weighs nothing: it is told, and nothing is done for it.", goal=name)
        data.problems.add("W611", found, NOTHING, **frame.where(where["sense"], "sense"))


def _sizes(priority: Array, weight: Array, scale: Array) -> Array:
    """For each goal the least number, from 1 on, that makes all coefficients weight / scale of its priority 1 or more."""
    size = np.ones(len(priority))
    for p in np.unique(priority):
        on = (priority == p) & (weight > 0)
        if on.any():
            size[priority == p] = max(1.0, float((scale[on] / weight[on]).max()))
    return size
