"""Which weights pick which point of a frontier: a span of prices of two quantities, a region in the triangle of three.

Values are turned so that less is better. A point is picked by weights under which its weighted sum is less than that of
every other point; a point that no weights pick is not supported (Ehrgott 2005, Multicriteria Optimization, ch. 3).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..engines import Options, run_highs

Array = np.ndarray

#: By how much of the ranges a point must be less than every other to be picked.
_MARGIN = 1e-6
_TRIANGLE = np.eye(3)


def spans(turned: np.ndarray) -> list[dict[str, float | None] | None]:
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


@dataclass(frozen=True)
class Region:
    """The weights that pick a point of three quantities.

    `centre`: weights of the quantities as they are counted, under which the least margin to another point, and the
    least weight, is largest; the first is 1. `corners` (k, 3): of the polygon of weights of the quantities counted in
    their ranges, which sum to 1; `share`: of the triangle of all such weights.
    """

    centre: Array
    corners: Array
    share: float

    def told(self, names: Sequence[str], signs: Array) -> dict[str, Any]:
        """As it stands in a row; weights bear the signs that [objective] takes."""
        return {
            "weights": dict(zip(names, (self.centre * signs).tolist(), strict=True)),
            "share": round(self.share, 9),
            "corners": (np.round(self.corners, 9) + 0.0).tolist(),
        }


def regions(turned: Array) -> list[Region | None]:
    """For each point (a row of three values) the weights that pick it alone; None: there are none."""
    size = np.ptp(turned, axis=0)
    size = np.where(size > 0, size, 1.0)
    scaled = (turned - turned.min(axis=0)) / size
    out: list[Region | None] = []
    for i in range(len(scaled)):
        lead = np.delete(scaled, i, axis=0) - scaled[i]
        centre = _centre(lead)
        corners = None if centre is None else _clipped(lead)
        if centre is None or corners is None:
            out.append(None)
        else:
            weights = centre / size
            out.append(Region(weights / weights[0], corners, _area(corners) / _area(_TRIANGLE)))
    return out


def _centre(lead: Array) -> Array | None:
    """Weights w ≥ t, Σ w = 1, of the largest t ≤ lead · w; None where that is nothing. `lead`: by how much others are worse."""
    rows = np.vstack([np.hstack([np.vstack([lead, _TRIANGLE]), -np.ones((len(lead) + 3, 1))]), [[1.0, 1.0, 1.0, 0.0]]])
    m = len(rows)
    ends = np.zeros(m), np.full(m, np.inf)
    for end in ends:
        end[-1] = 1.0
    found = run_highs(
        Arrays(
            np.array([0.0, 0.0, 0.0, -1.0]), 0.0, np.array([0.0, 0.0, 0.0, -np.inf]), np.ones(4), np.zeros(4, bool), *ends,
            np.arange(5, dtype=np.int32) * m, np.tile(np.arange(m, dtype=np.int32), 4), rows.T.ravel(),
        ),
        Options(prices=False),
    )  # fmt: skip
    if found.x is None or found.x[3] < _MARGIN:
        return None
    return np.asarray(found.x[:3] / found.x[:3].sum())


def _clipped(lead: Array) -> Array | None:
    """Corners of the triangle of weights, cut by every lead · w ≥ 0 (Sutherland and Hodgman 1974); None: nothing is left."""
    corners = list(_TRIANGLE)
    for normal in lead:
        kept: list[Array] = []
        for a, b in itertools.pairwise([*corners, *corners[:1]]):
            at_a, at_b = float(normal @ a), float(normal @ b)
            if at_a >= 0:
                kept.append(a)
            if at_a * at_b < 0:
                kept.append((a * at_b - b * at_a) / (at_b - at_a))
        corners = kept
    return np.array(corners) if len(corners) > 2 else None


def _area(corners: Array) -> float:
    """Of a polygon in the triangle, counted in its first two weights."""
    x, y = corners[:, 0], corners[:, 1]
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
