"""The marks of a map: a place each, or, where there are too many, places close together that share a mark."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ..subject import Subject

OPEN, CLOSED, CANDIDATE, PLACE = "open", "closed", "candidate", "place"
#: Places up to which each has a mark of its own; beyond, those within a square of so many px share one.
_MOST, _CELL = 600, 22.0
#: Radius of the largest and the least site, and of other places, in px.
LARGE, SMALL, POINT = 12.0, 4.0, 2.6


@dataclass(frozen=True)
class Node:
    """A mark: its places in one state, the largest first; where it stands and how large it is, in px."""

    places: tuple[str, ...]
    state: str
    x: float
    y: float
    r: float

    @property
    def at(self) -> tuple[float, float]:
        """Where it stands."""
        return self.x, self.y

    @property
    def name(self) -> str:
        """Its place, and how many more there are."""
        return self.places[0] + (f" +{len(self.places) - 1}" if len(self.places) > 1 else "")

    @property
    def site(self) -> bool:
        """Whether its places are sites."""
        return self.state != PLACE


def states_of(subject: Subject, places: Mapping[str, object]) -> dict[str, str]:
    """What each place is: an open or closed site, a candidate where there is no plan, or a place."""
    sites, opened = set(subject.sites), set(subject.open)
    shut = CLOSED if subject.plan else CANDIDATE
    return {p: PLACE if p not in sites else OPEN if p in opened else shut for p in places}


def nodes_of(subject: Subject, at: Mapping[str, tuple[float, float]]) -> list[Node]:
    """The marks of all places, sites after other places and the open ones last, the small above the large."""
    states = states_of(subject, at)
    takes: dict[str, float] = {}
    for site in subject.plan.facts.get("sites", []) if subject.plan else []:
        takes[site["place"]] = takes.get(site["place"], 0.0) + float(site["throughput"] or 0.0)
    groups: dict[tuple[str, ...], list[str]] = {}
    for place, (x, y) in at.items():
        cell = (place,) if len(at) <= _MOST else (str(x // _CELL), str(y // _CELL))
        groups.setdefault((states[place], *cell), []).append(place)
    sums = {key: math.fsum(takes.get(place, 0.0) for place in found) for key, found in groups.items()}
    largest = max((value for (state, *_), value in sums.items() if state != PLACE), default=0.0)
    busiest = max(map(len, groups.values()), default=1)
    nodes = []
    for key, found in groups.items():
        if key[0] == PLACE:
            r = POINT * (1 + math.sqrt((len(found) - 1) / busiest))
        else:
            r = max(SMALL, LARGE * math.sqrt(sums[key] / largest)) if largest > 0 else SMALL
        x, y = (math.fsum(at[place][side] for place in found) / len(found) for side in (0, 1))
        nodes.append(Node(tuple(sorted(found, key=lambda p: -takes.get(p, 0.0))), key[0], x, y, r))
    order = (PLACE, CLOSED, CANDIDATE, OPEN)
    return sorted(nodes, key=lambda node: (order.index(node.state), -node.r))
