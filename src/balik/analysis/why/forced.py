"""Decisions that were none: what only one way or one site can do, and what every plan near the best does."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...api import Prepared
from ...engines import Result
from ...network.network import OPEN
from ...words import Sentence, say
from ..told import percent
from .asking import Asking, OutOfTime, Stopped, cost_of, margin
from .decision import Decision
from .telling import not_known, shortened

Array = np.ndarray
#: A plan is near the best if it costs at most so much more.
NEAR = 0.01
#: What counts as use of a site that is asked about, in its unit: little, as no plan is to use it at all; as a share of
#: what the fullest site takes in where that is less than one.
_LITTLE = 1e-3


def only_ways(prepared: Prepared) -> list[dict[str, Any]]:
    """What waits somewhere and can leave over one lane to one place only; before anything is solved."""
    n = prepared.network
    rows, seen = [], set()
    for at in np.flatnonzero((n.supply.row >= 0) & (n.supply.most > 0)).tolist():
        place, material = int(n.supply.place[at]), int(n.supply.material[at])
        if (place, material) in seen:
            continue
        seen.add((place, material))
        lanes = np.flatnonzero((n.lanes.origin == place) & (n.lanes.material == material))
        dests = np.unique(n.lanes.dest[lanes])
        if len(dests) != 1 or _has_other_way(prepared, place, material):
            continue
        spot = prepared.data["lanes"].spot(int(n.lanes.row[lanes[0]]))
        place_, dest, material_ = n.labels["place"][place], n.labels["place"][dests[0]], n.labels["material"][material]
        sentence = say(
            "{material} at {place} can only go to {dest} ({spot})",
            material=material_,
            place=place_,
            dest=dest,
            spot=spot,
        )
        rows.append({"about": "forced", "when": "before", "what": f"{place_} → {dest}", "material": material_,
                     "row": str(spot), "sentence": sentence})  # fmt: skip
    return rows


def _has_other_way(prepared: Prepared, place: int, material: int) -> bool:
    """Whether it may be used, handed over, kept or fetched by a milk run there."""
    n = prepared.network
    used = n.runs.place[n.recipe.run[(n.recipe.material == material) & (n.recipe.rate < 0)]]
    return bool(
        (used == place).any()
        or ((n.demand.place == place) & (n.demand.material == material)).any()
        or ((n.stores.place == place) & (n.stores.material == material)).any()
        or ((n.hauls.origin == place) & (n.hauls.material == material)).any()
    )


def open_by_status(prepared: Prepared) -> list[dict[str, Any]]:
    """Sites that are open because their status says so."""
    n = prepared.network
    rows = []
    for at in np.flatnonzero(n.sites.status == OPEN).tolist():
        place, spot = n.labels["place"][n.sites.place[at]], prepared.data["sites"].spot(int(n.sites.row[at]))
        sentence = say("{place} is open by its status ({spot})", place=place, spot=spot)
        rows.append({"about": "forced", "when": "before", "what": place, "row": str(spot), "sentence": sentence})
    return rows


class NearBest:
    """Sites that every plan near the best uses, and those that none does: each asked by one solve."""

    def __init__(self, asking: Asking, prepared: Prepared, now: Result):
        self.asking, self.prepared, self.now = asking, prepared, now
        self.limit = cost_of(now) + NEAR * abs(cost_of(now))
        self.always: list[str] = []
        self.opened: list[str] = []  # always, and taking in nothing in the plan
        self.never: list[str] = []
        self.stopped: list[str] = []
        self.unasked: list[str] = []

    def rows(self) -> list[dict[str, Any]]:
        """One row for each site that was asked about."""
        n, model = self.prepared.network, self.prepared.model
        arrays, found = model.program.arrays(), []
        assert self.now.x is not None
        fullest = float(self.now.x[model.variables.throughput.cols].max(initial=0.0))
        little = _LITTLE * min(1.0, fullest or 1.0)  # with nothing at all in the plan, of a unit
        places = [n.labels["place"][p] for p in n.site_places]
        for at, place in enumerate(places):
            decision = Decision("site", {"place": place})
            used, shown = decision.holds(model, self.now.x), decision.shows(model, self.now.x)
            try:
                changed = (
                    decision.unused(model, arrays)
                    if used
                    else decision.without(model, arrays)
                    if shown
                    else decision.with_it(model, arrays, little)
                )
                _, other = self.asking.plan(self.prepared, changed)
            except Stopped:
                self.stopped.append(place)
                continue
            except OutOfTime:
                self.unasked = places[at:]
                break
            fixed = cost_of(other) > self.limit + margin(self.now, other)
            (self.always if used else self.opened if shown else self.never).extend([place] if fixed else [])
            found.append(
                {
                    "about": "forced",
                    "when": "after",
                    "what": place,
                    "used": used,
                    "within": NEAR,
                    "in_every_plan": shown and fixed,
                    "in_no_plan": fixed and not shown,
                    "more": None if other.x is None else round(cost_of(other) - cost_of(self.now), 6),
                }
            )
        return found

    def told(self) -> list[Sentence]:
        """Which sites are settled."""
        near, some = percent(NEAR), [shortened(places) for places in (self.always, self.opened, self.never)]
        out = [
            say("  every plan that costs at most {near} more uses {places}", near=near, places=some[0]),
            say("  every plan that costs at most {near} more opens {places}", near=near, places=some[1]),
            say("  no plan that costs at most {near} more uses {places}", near=near, places=some[2]),
        ]
        out = [one for one, places in zip(out, some, strict=True) if places]
        return out + not_known(self.stopped, self.unasked)
