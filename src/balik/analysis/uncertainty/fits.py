"""How often what comes to each site fits: the assignments of a plan tried on many draws, without solving again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...api import Prepared
from .draws import Draws

#: So many draws; a share of them is within 0.1 percentage points of the probability in 95 of 100 cases (at 0.95).
DRAWS = 200_000
_AT_ONCE = 20_000


def fits(
    prepared: Prepared, promised: Sequence[dict[str, Any]], x: np.ndarray, draws: Draws, seed: int
) -> list[dict[str, Any]]:
    """For every open site with a chance (and period), and for sites that hold together: the share of draws that fit.

    `promised`: as the plan says it (`plan.facts["chances"]`). Rows: site, asked, fits (by the normal law; None where the
    sites do not vary independently), share; `together`: all of a group at once.
    """
    n, a, varying = prepared.network, prepared.model.variables.assign, prepared.network.varying
    place_of = {label: i for i, label in enumerate(n.labels["place"])}
    period_of = {label: t for t, label in enumerate(n.labels["period"])}
    chosen = np.flatnonzero(x[a.cols] > 0.5)
    goes = {(int(a.origin[k]), int(a.material[k])): int(a.dest[k]) for k in chosen}
    dest = np.array([goes.get(key, -1) for key in zip(varying.place.tolist(), varying.material.tolist(), strict=True)])
    size = np.zeros((len(promised), len(draws.factor)))  # what a standard draw of each variable adds to each site
    room = np.array([row["capacity"] - row["mean"] for row in promised])
    for r, row in enumerate(promised):
        place, period = place_of[row["place"]], period_of[row["period"]]
        on = np.flatnonzero((dest == place) & (varying.period == period))
        weight = n.site_weight[n.site_of[place], varying.material[on]]
        np.add.at(size[r], varying.variable[on], varying.sd[on] * weight)
    rng, groups = np.random.default_rng(seed), _groups(prepared, promised)
    alone, at_once = np.zeros(len(promised)), np.zeros(len(groups))
    for _ in range(DRAWS // _AT_ONCE):
        holds = rng.standard_normal((_AT_ONCE, len(draws.factor))) @ draws.factor.T @ size.T <= room + 1e-9
        alone += holds.sum(axis=0)
        at_once += [holds[:, rows].all(axis=1).sum() for rows, _, _ in groups]
    several = len(n.length) > 1
    named = [row["place"] + (f" {row['period']}" if several else "") for row in promised]
    out: list[dict[str, Any]] = [
        {"site": name, "asked": row["asked"], "fits": row["fits"], "share": share / DRAWS}
        for name, row, share in zip(named, promised, alone.tolist(), strict=True)
    ]
    return out + [
        {"site": name, "asked": asked, "fits": promised[rows[0]].get("at_once"), "share": share / DRAWS}
        | {"together": True}
        for (rows, name, asked), share in zip(groups, at_once.tolist(), strict=True)
    ]


def _groups(prepared: Prepared, promised: Sequence[dict[str, Any]]) -> list[tuple[list[int], str, float]]:
    """Sites that hold together in a period: their rows, the name of the group, and what is asked of it."""
    frame, n = prepared.data["sites"], prepared.network
    row_of = {n.labels["place"][int(p)]: int(r) for p, r in zip(n.chances.place, n.chances.row, strict=True)}
    found: dict[tuple[str, str], list[int]] = {}
    for r, row in enumerate(promised):
        if group := frame.text["together"][row_of[row["place"]]]:
            found.setdefault((group, row["period"]), []).append(r)
    several = len(n.length) > 1
    return [
        (
            rows,
            f"{group} {period}" if several else group,
            float(frame.number["chance"][row_of[promised[rows[0]]["place"]]]),
        )
        for (group, period), rows in found.items()
    ]
