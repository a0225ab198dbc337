"""What a frontier says: its points, the price of each step, the knee, and which weights pick which point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..plan.plan import Plan
from ..views.terms import quantity_name, status_name
from ..words import say
from .differences import open_places
from .weights import regions, spans

#: What is kept of a value while another is sought, relative to max(1, |value|): also by how much a point may be beaten.
SLACK = 1e-7
#: Relative to the range of a quantity over the points: points nearer than that are one.
SAME = 1e-5


@dataclass(frozen=True)
class Aim:
    """A quantity, and whether the most of it is best."""

    name: str
    most: bool

    @property
    def sign(self) -> float:
        """1, or -1 where the most is best: what turns values so that less is better."""
        return -1.0 if self.most else 1.0


@dataclass(frozen=True)
class Point:
    """A verified plan, its values by aim (as they are, not turned), and whether each step to it was proved.

    `first`: the plan of the first step, best in the first aim alone.
    """

    values: np.ndarray
    plan: Plan
    proved: bool
    first: Point | None = None


def rows_of(aims: Sequence[Aim], scale: Sequence[float], points: Sequence[Point]) -> list[dict[str, Any]]:
    """A row for each point; `scale`: by how much the values of each aim are counted finer."""
    rows: list[dict[str, Any]] = []
    for at, point in enumerate(points):
        names = [a.name for a in aims]
        row: dict[str, Any] = {
            "point": at + 1,
            "values": {
                name: round(float(v), 9 + round(math.log10(finer))) + 0.0
                for name, v, finer in zip(names, point.values, scale, strict=True)
            },
            "sites": open_places(point.plan),
            "proved": point.proved,
            "verified": point.plan.verified,
        }
        if at:
            before = points[at - 1]
            here, there = open_places(point.plan), open_places(before.plan)
            row["sites_in"] = [p for p in here if p not in there]
            row["sites_out"] = [p for p in there if p not in here]
            if len(names) == 2:
                row["price"] = float(abs(point.values[0] - before.values[0]) / abs(point.values[1] - before.values[1]))
        rows.append(row)
    if len(aims) == 2 and len(points) > 1:
        turned = np.array([[a.sign * float(v) for a, v in zip(aims, p.values, strict=True)] for p in points])
        knee = _knee(turned)
        if knee is not None:
            rows[knee]["knee"] = True
        for row, span in zip(rows, spans(turned), strict=True):
            row["cheapest_at"] = span
    elif len(points) > 1:
        signs, turned = np.array([a.sign for a in aims]), np.array([p.values for p in points])
        for row, region in zip(rows, regions(turned * signs), strict=True):
            row["picked_by"] = None if region is None else region.told([a.name for a in aims], signs)
    return rows


def _knee(turned: np.ndarray) -> int | None:
    """The point farthest below the line between the ends, both quantities scaled to their ranges (Das 1999).

    None where no point lies below it by more than points may be apart and still count as one.
    """
    scaled = (turned - turned.min(axis=0)) / np.ptp(turned, axis=0)
    below = 1.0 - scaled.sum(axis=1)
    farthest = int(np.argmax(below))
    return farthest if below[farthest] > SAME else None


def findings_of(aims: Sequence[Aim], rows: list[dict[str, Any]], complete: tuple[bool, bool], status: str) -> list[str]:
    """What is said beside the rows. `complete`: whether these are all, and whether the checker saw it; `status`: how the search of an end ended."""
    a, b, *c = (quantity_name(aim.name) for aim in aims)
    out: list[str] = []
    if not rows and status in ("optimal", "feasible"):
        return [say("The plans that were found did not pass the verifier, so there is nothing to trade: solve the case by itself to see why.")]  # fmt: skip
    if not rows:
        return [say("No plan was found ({status}), so there is nothing to trade.", status=status_name(status))]
    if len(rows) == 1 and not complete[0]:
        out.append(say("One plan was found; whether others trade one quantity for another is not known."))
    elif len(rows) == 1 and c:
        out.append(say("One plan is best in {a}, in {b} and in {c}: there is nothing to trade.", a=a, b=b, c=c[0]))
    elif len(rows) == 1:
        out.append(say("One plan is best in {a} and in {b}: there is nothing to trade.", a=a, b=b))
    elif complete[0] and c:
        out.append(say("These are all: in {a}, {b} and {c} there are {count} plans that no other beats.", a=a, b=b, c=c[0], count=len(rows)))  # fmt: skip
    elif complete[0]:
        out.append(say("These are all: between {a} and {b} there are {count} plans that no other beats.", a=a, b=b, count=len(rows)))  # fmt: skip
    else:
        out.append(say("These are {count} points of a frontier: between them there may be others.", count=len(rows)))  # fmt: skip
    if all(complete):
        out.append(say("That there is no other is shown by trees of bounds, which the checker went through."))
    elif complete[0]:
        out.append(say("That there is no other is the engine's word."))
    if complete[0] and len(rows) > 1:
        out.append(
            say("Plans nearer to a point than {same:g} of the range of a quantity count as that point.", same=SAME)
        )
    for row in rows:
        if row.get("knee"):
            out.append(say("The knee is point {point}: farthest from the line between the ends.", point=row["point"]))
    if unpicked := [str(row["point"]) for row in rows if "picked_by" in row and row["picked_by"] is None]:
        out.append(say("No weights pick these points alone, only bounds find them: {points}.", points=", ".join(unpicked)))  # fmt: skip
    if not complete[0] and len(rows) > 1:
        out.append(say("Which weights or prices pick a point is told among these points alone: a plan between them may be better still."))  # fmt: skip
    proved = sum(row["proved"] for row in rows)
    if len(rows) == 1:
        solved = say("The one point is solved to its end: by the engine's word no plan is better in one by more than {slack:g} of it without being worse in another.",
                     slack=SLACK)  # fmt: skip
        return [*out, solved if proved else say("The one point is not solved to its end.")]
    out.append(
        say("{proved} of {count} points are solved to their end: by the engine's word no plan is better in one by more than {slack:g} of it without being worse in another.",
            proved=proved, count=len(rows), slack=SLACK)
    )  # fmt: skip
    return out
