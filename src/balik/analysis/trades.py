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

#: What is kept of a value while another is sought, relative to max(1, |value|): also by how much a point may be beaten.
SLACK = 1e-7


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
        if len(points) > 2:
            rows[_knee(turned)]["knee"] = True
        for row, span in zip(rows, _weights(turned), strict=True):
            row["cheapest_at"] = span
    return rows


def _knee(turned: np.ndarray) -> int:
    """The point farthest below the line between the ends, both quantities scaled to their ranges (Das 1999)."""
    scaled = (turned - turned.min(axis=0)) / np.ptp(turned, axis=0)
    below = 1.0 - scaled.sum(axis=1)
    return int(np.argmax(below))


def _weights(turned: np.ndarray) -> list[dict[str, float | None] | None]:
    """For each point: at which prices of the second quantity in units of the first it is the best; None: at none.

    Points that lie above the line between two others are the best at no price (they are not supported).
    """
    hull: list[int] = []
    for i in range(len(turned)):
        while len(hull) > 1 and _turn(turned[hull[-2]], turned[hull[-1]], turned[i]) <= 0:
            hull.pop()
        hull.append(i)
    spans: list[dict[str, float | None] | None] = [None] * len(turned)
    for at, i in enumerate(hull):
        low = _slope(turned[hull[at - 1]], turned[i]) if at else 0.0
        high = _slope(turned[i], turned[hull[at + 1]]) if at + 1 < len(hull) else None
        spans[i] = {"from": low, "to": high}
    return spans


def _turn(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    """Above 0 where b lies below the line from a to c."""
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _slope(a: np.ndarray, b: np.ndarray) -> float:
    """What one unit less of the second quantity costs in the first."""
    return float((b[0] - a[0]) / (a[1] - b[1]))


def findings_of(aims: Sequence[Aim], rows: list[dict[str, Any]], complete: bool, status: str) -> list[str]:
    """What is said beside the rows. `status`: of the last solve."""
    a, b, *c = (quantity_name(aim.name) for aim in aims)
    out: list[str] = []
    if not rows and status in ("optimal", "feasible"):
        return [say("The plans that were found did not pass the verifier, so there is nothing to trade: solve the case by itself to see why.")]  # fmt: skip
    if not rows:
        return [say("No plan was found ({status}), so there is nothing to trade.", status=status_name(status))]
    if len(rows) == 1 and c:
        out.append(say("One plan is best in {a}, in {b} and in {c}: there is nothing to trade.", a=a, b=b, c=c[0]))
    elif len(rows) == 1:
        out.append(say("One plan is best in {a} and in {b}: there is nothing to trade.", a=a, b=b))
    elif complete and c:
        out.append(say("These are all: in {a}, {b} and {c} there are {count} plans that no other beats.", a=a, b=b, c=c[0], count=len(rows)))  # fmt: skip
    elif complete:
        out.append(say("These are all: between {a} and {b} there are {count} plans that no other beats.", a=a, b=b, count=len(rows)))  # fmt: skip
    else:
        out.append(say("These are {count} points of a frontier that has more: between them there are others.", count=len(rows)))  # fmt: skip
    for row in rows:
        if row.get("knee"):
            out.append(say("The knee is point {point}: farthest from the line between the ends.", point=row["point"]))
    proved = sum(row["proved"] for row in rows)
    out.append(
        say("{proved} of {count} points are solved to their end: by the engine's word no plan is better in one by more than {slack:g} of it without being worse in another.",
            proved=proved, count=len(rows), slack=SLACK)
    )  # fmt: skip
    return out
