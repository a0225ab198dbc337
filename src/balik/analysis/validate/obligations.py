"""Rows that oblige something to move: where they stand, no plan exists without supply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...network.network import OPEN
from ...words import Sentence, say
from ..told import figure
from .bench import Bench

#: Rows of a table that are told.
_TOLD = 5
#: Variables that are 0 when nothing moves.
MOVING = (
    "flow",
    "haul",
    "collect",
    "deliver",
    "run",
    "trips",
    "rounds",
    "riding",
    "stock",
    "remaining",
    "nearest",
    "throughput",
)


@dataclass(frozen=True)
class Duty:
    """A row that obliges; not `certain` where a limit may be kept in another way."""

    sentence: Sentence
    certain: bool = True


def duties(bench: Bench) -> list[Duty]:
    """Every row that no plan without any movement keeps."""
    n, data = bench.prepared.network, bench.prepared.data
    label = n.labels["place"]

    def rows(table: str, record: Any, binding: np.ndarray) -> Iterator[tuple[int, str]]:
        for i in np.flatnonzero(binding)[:_TOLD].tolist():
            yield i, data[table].spot(int(record.row[i]))

    told = [
        say("{place} must be given {amount} ({spot}).",
            place=label[n.demand.place[i]], amount=figure(n.demand.least[i]), spot=spot)
        for i, spot in rows("demand", n.demand, (n.demand.least > 0) & np.isnan(n.demand.shortage_cost))
    ] + [
        say("{origin} – {dest} must carry {amount} ({spot}).",
            origin=label[n.lanes.origin[i]], dest=label[n.lanes.dest[i]], amount=figure(n.lanes.least[i]), spot=spot)
        for i, spot in rows("lanes", n.lanes, n.lanes.least > 0)
    ] + [
        say("{place} is forced open and must take {amount} ({spot}).",
            place=label[n.sites.place[i]], amount=figure(n.sites.least[i]), spot=spot)
        for i, spot in rows("sites", n.sites, (n.sites.least > 0) & (n.sites.status == OPEN))
    ] + [
        say("{place} must keep stock ({spot}).", place=label[n.stores.place[i]], spot=spot)
        for i, spot in rows("stores", n.stores, (np.nan_to_num(n.stores.end) > 0) | (n.stores.least > 0) | (n.stores.safety > 0))
    ]  # fmt: skip
    return [*map(Duty, told), *_limits(bench)]


def _limits(bench: Bench) -> list[Duty]:
    """Limits that are broken when nothing moves: for certain where nothing else can keep them."""
    program, variables = bench.prepared.model.program, bench.prepared.model.variables
    lower = np.concatenate([v.lower for v in program.variables.values()])
    upper = np.concatenate([v.upper for v in program.variables.values()])
    still = np.zeros(len(lower), bool)
    for name in MOVING:
        if name in program.variables:
            still[program.variables[name].cols] = True
    out = []
    for line in variables.limit_lines:
        limit = bench.prepared.network.limits[line.bound.limit]
        given = any(r.quantity in ("market", "people", "left") for r in limit.every_row)
        coef, col = line.sum.coef, line.sum.col
        free = ~still[col]
        top = (
            line.sum.constant
            + np.where(coef[free] > 0, coef[free] * upper[col[free]], coef[free] * lower[col[free]]).sum()
        )
        low = (
            line.sum.constant
            + np.where(coef[free] > 0, coef[free] * lower[col[free]], coef[free] * upper[col[free]]).sum()
        )
        spot = bench.prepared.data["limits"].spot(limit.row)
        said = say(
            "'{limit}' asks for at least {least} ({spot}).", limit=limit.name, least=figure(line.lower), spot=spot
        )
        if top < line.lower - 1e-9 and not given:
            out.append(Duty(said))
        elif (low < line.lower - 1e-9 or low > line.upper + 1e-9 or top > line.upper + 1e-9) and np.isfinite(
            line.lower
        ):
            out.append(Duty(said, certain=False))
    return out
