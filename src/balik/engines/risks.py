"""What sites that must fit at once risk: a convex function of what is assigned to each, made linear by its tangents.

What comes to a site is normal; s is what its mean leaves of the room, V = Σ σ² over what is assigned. Independent sites
fit at once with Π Φ(s / √V), which is to be at least p: Σ −ln Φ(e^l) ≤ −ln p with l = ln s − ½ ln V. Each term is convex:

* ln s is concave in columns, as s is linear in them;
* ½ ln V is a concave function of a sum, so submodular in yes-or-no columns: at any point it is at most by what it grows
  as these become 1 one after the other, the largest first, and the same where they are whole (Lovász 1983);
* −ln Φ(e^l) falls and is convex from z = 0.84 on: its second derivative is h z (z² + h z − 1) with h = φ / Φ. No plan goes
  below the z of p alone, so p must be at least 0.8 (z = 0.8416).

An empty site risks nothing, and its ln V is −∞. Its room is widened by so much that the least value with which ½ ln V
stays submodular gives a z far beyond that of p: the column that is largest at the point says that the site is not empty.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from ..algebra import Risk
from .result import Array

#: So many standard deviations beyond the z of p, a site risks less than 1e-10 of what all may.
_FAR = 6.0
#: What all that comes adds to a tangent in parts of so little may be left out of it: it says less by no more than this.
_FEW = 1e-9


def safe_share(risk: Risk) -> list[tuple[Array, Array, float]]:
    """Rows (columns, coefficients, least) of plans in which every site keeps an equal share of the probability."""
    z = 1e-9 - NormalDist().inv_cdf(-math.expm1(-risk.budget / risk.shares))
    fits = np.append(risk.room, risk.spread), np.append(risk.coef, -z), 0.0
    return [fits, (np.array([risk.bound]), np.ones(1), 1.0 / risk.shares)]


def risk_of(z: float) -> float:
    """−ln Φ(z)."""
    return -math.log1p(-0.5 * math.erfc(z / math.sqrt(2)))


def tangent(risk: Risk, x: Array) -> tuple[float, Array, Array]:
    """What a site risks at a point, as a share of what all may; columns and coefficients of the tangent there.

    The tangent is nowhere above the risk of a plan, and the same at a plan: share = value + coefficients × (x − point).
    """
    on = np.flatnonzero(risk.size)
    cols, size, at = risk.cols[on], risk.size[on], x[risk.cols[on]]
    order = np.argsort(-at, kind="stable")
    small = np.sort(size**2)[:2]
    base = 0.5 * (float(np.log(small).sum()) - math.log(small.sum())) if len(small) > 1 else math.log(size[0])
    step = np.empty(len(on))
    step[order] = np.diff(0.5 * np.log(np.cumsum(size[order] ** 2)), prepend=base)
    spread = base + float(step @ at)
    wide, first = (risk.least + _FAR) * math.exp(base), order[0]
    room = float(risk.coef @ x[risk.room]) + wide * (1.0 - at[first])
    near = max(room, math.exp(spread) * risk.least)  # the tangent is made where a plan may be
    z = min(near / math.exp(spread), 1e3)
    slope = -z * math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) / (1.0 - 0.5 * math.erfc(z / math.sqrt(2)))
    slope /= risk.budget
    step[first] += wide / near
    value = risk_of(z) / risk.budget + slope * (room / near - 1.0)
    more = -slope * step
    told = more > _FEW / len(on)  # solvers do not take numbers that are too far apart
    value -= float(more[~told] @ at[~told])
    return value, np.concatenate([risk.room, cols[told]]), np.concatenate([slope * risk.coef / near, more[told]])
