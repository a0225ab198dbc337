"""What a case leaves to decide: nothing at all, or which sites are forced open or shut by its data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...engines import Options
from ...engines.elastic import Unanswered, feasible
from ...engines.highs import run_highs
from ...network.network import CANDIDATE, EXISTING, OPEN
from ...words import say
from .finding import Finding
from .solved import Solved, place_of

#: Most sites that are tried, most columns of a program for which they are, and seconds for each.
_SITES, _LARGE, _SECONDS = 40, 5000, 2.0


def forced_findings(s: Solved) -> Iterator[Finding]:
    """Every finding about forced choices."""
    if s.x is None or len(s.arrays.cost) > _LARGE:
        return
    if _one_plan(s):
        told = say(
            "The tables leave nothing to decide: one plan alone is possible, and its cost is arithmetic, not an optimum."
        )
        yield Finding("nothing_to_decide", False, "plan", told, "", s.scenario)
        return
    yield from _open_by_status(s)
    yield from _forced_sites(s)


def _one_plan(s: Solved) -> bool:
    """Whether only one plan exists: a weight of its own for each column has its least and its most there."""
    random = np.random.default_rng(20221209)
    weights = random.uniform(0.5, 1.5, len(s.arrays.cost))
    settled = s.arrays.settled
    if settled is not None:
        weights[settled] = 0.0
    ends = []
    for sign in (1.0, -1.0):
        options = Options(gap=1e-9, time_limit=_SECONDS, prices=False)
        result = run_highs(replace(s.arrays, cost=sign * weights, offset=0.0), options)
        if result.status != "optimal" or result.objective is None:
            return False
        ends.append(sign * result.objective)
    return ends[1] - ends[0] <= 1e-6 * max(1.0, abs(ends[0]))


def _open_by_status(s: Solved) -> Iterator[Finding]:
    """Sites that their status opens, so that nothing is chosen there."""
    n = s.n
    names = list(dict.fromkeys(place_of(s, p) for p in n.sites.place[n.sites.status == OPEN].tolist()))
    if names:
        values = {"sites": len(n.site_places), "names": ", ".join(names[:6]) + (" …" if len(names) > 6 else "")}
        told = say(
            "{forced} of {sites} sites are open by their status: {names}. Nothing is chosen there.",
            forced=len(names),
            **values,
        )
        if len(names) == 1:
            told = say("1 of {sites} sites is open by its status: {names}. Nothing is chosen there.", **values)
        row = int(n.sites.row[np.flatnonzero(n.sites.status == OPEN)[0]])
        yield Finding("forced_sites", False, "status", told, s.data["sites"].spot(row), s.scenario)


def _forced_sites(s: Solved) -> Iterator[Finding]:
    """Sites without which no plan exists."""
    n = s.n
    free = [
        p for p in n.site_places.tolist() if np.isin(n.sites.status[n.sites.place == p], (CANDIDATE, EXISTING)).any()
    ]
    if not free or len(free) > _SITES:
        return
    column = s.prepared.model.variables.open
    forced = []
    for place in free:
        upper = s.arrays.upper.copy()
        upper[column.cols[n.sites.place == place]] = 0.0
        if (s.arrays.lower[column.cols[n.sites.place == place]] > 0).any():
            continue
        try:
            if not feasible(replace(s.arrays, upper=upper), Options(time_limit=_SECONDS)):
                forced.append(place_of(s, place))
        except Unanswered:
            continue
    if forced:
        rest, names = len(free) - len(forced), ", ".join(forced[:6]) + (" …" if len(forced) > 6 else "")
        values = {"forced": len(forced), "sites": len(free), "names": names, "rest": rest}
        if not rest:
            told = say(
                "Every site is forced: without {names} no plan exists. There is no choice among the sites.", names=names
            )
        elif len(forced) == 1:
            told = say(
                "1 of {sites} sites is forced: without {names} no plan exists. The choice is among the other {rest}.",
                **values,
            )
        else:
            told = say(
                "{forced} of {sites} sites are forced: without {names} no plan exists. The choice is among the other {rest}.",
                **values,
            )
        yield Finding("forced_sites", False, "sites", told, "sites", s.scenario)
