"""What a plan promises: how likely what comes to a site fits, and how long it waits there."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from ..engines.cones import norm
from ..model.chance import spreads
from ..model.siting import extended
from ..model.standing import open_columns
from ..model.statement import Model
from ..network.phases import over_time
from ..tables.normal import cdf
from .decode import Array, rounded


def chances_of(m: Model, x: Array) -> list[dict[str, Any]]:
    """Every open site with a chance in every period: what comes on the average, its standard deviation, the room for it.

    `asked`: the probability for the place alone, at least (of places that hold at once and do not vary independently,
    their safe share); `fits`: what it is; `at_once`: with which probability all of `together` fit.
    """
    n, v = m.network, m.variables
    if not len(n.chances):
        return []
    spread = {key: norm(cone, np.round(x[cone.cols]))[0] for key, cone in spreads(n, v).items()}
    asked = dict(zip(n.chances.place.tolist(), n.chances.level.tolist(), strict=True))
    group = dict(zip(n.chances.place.tolist(), n.chances.group.tolist(), strict=True))
    at_once: dict[tuple[int, int], float] = defaultdict(lambda: 1.0)
    room = over_time(n, "capacity") * n.length[v.throughput.period]
    if len(n.modules):
        more = extended(n, v, v.throughput.index)
        room = room + np.bincount(more.row, more.val * x[more.col], len(room))
    out: list[dict[str, Any]] = []
    keys = []
    for at in _open(m, x):
        place, period = int(v.throughput.place[at]), int(v.throughput.period[at])
        if place not in asked:
            continue
        mean, sd = float(x[v.throughput.cols[at]]), spread.get((place, period), 0.0)
        fits = cdf((room[at] - mean) / sd) if sd > 0 else 1.0
        out.append(
            _named(m, at)
            | {"mean": rounded(mean), "sd": rounded(sd), "capacity": rounded(float(room[at]))}
            | {"asked": rounded(asked[place]), "fits": _down(fits) if sd > 0 else 1.0}
        )
        keys.append((group[place], period))
        at_once[keys[-1]] *= fits
    return [
        row | ({"together": n.chances.words[key[0]], "at_once": _down(at_once[key])} if key[0] >= 0 else {})
        for row, key in zip(out, keys, strict=True)
    ]


def _down(probability: float) -> float:
    """6 decimals, rounded down: what varies never fits for certain."""
    return min(math.floor(1e6 * probability), 999_999) / 1e6


def waits_of(m: Model, x: Array) -> list[dict[str, Any]]:
    """Every open queue in every period: what comes in a unit of time, the most that may, and the mean wait as it is.

    In units of what arrives.
    """
    n, v = m.network, m.variables
    if not len(n.waits):
        return []
    found = {int(site): k for k, site in enumerate(n.waits.site)}
    out = []
    for at in _open(m, x):
        site, period = divmod(at, len(n.length))
        if site not in found:
            continue
        k = found[site]
        one = float(n.waits.one[k])
        rate = float(n.sites.serves[site]) / one
        comes = float(x[v.throughput.cols[at]]) / float(n.length[period]) / one
        variation, limit = float(n.waits.variation[k]), float(n.waits.wait[k])
        mean = 1 / rate + comes * (1 + variation**2) / (2 * rate * (rate - comes)) if comes < rate else None
        out.append(
            _named(m, at)
            | {"comes": rounded(comes), "most": rounded(float(n.waits.most[k]) / one), "serves": rounded(rate)}
            | {"mean_wait": mean if mean is None else rounded(mean), "wait": None if np.isnan(limit) else limit}
        )
    return out


def _open(m: Model, x: Array) -> list[int]:
    """Positions of the throughputs of open sites: site by site, period by period."""
    return np.flatnonzero(x[open_columns(m.network, m.variables)] > 0.5).tolist()


def _named(m: Model, at: int) -> dict[str, Any]:
    labels, h = m.network.labels, m.variables.throughput
    return {c: labels[c][int(getattr(h, c)[at])] for c in ("place", "size", "period")}
