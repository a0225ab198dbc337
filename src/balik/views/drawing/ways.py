"""Which flows run forward, which come back, and which carry what is thrown away: told from the tables.

* To disposal: what a process made, where it arrives only to be used up or to be handed over for a fee.
* Forward: new goods and what is bought to make them; and what a process made and no process makes into anything
  further, or arrives where it is handed over.
* Back: all other flows. They carry what was collected, or what was made of it on its way to recovery.

What is collected is used, unless the case is a loop. With `returns`, only what they return is. Without, where goods
that were made are handed over at a place that is also collected from, that is where used things come from; what is
collected at other places is bought new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..subject import Move, Run, Subject

FORWARD, BACK, WASTE = "forward", "back", "waste"
#: (place, material)
Spots = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Ways:
    """What is made, used and handed over where. `fresh`: materials that are only ever new; `bought`: new there."""

    fresh: frozenset[str]
    bought: Spots
    made: frozenset[str]
    raw: frozenset[str]  # what some process makes into something
    uses: Spots  # what a process there makes into something
    ends: Spots  # what a process there uses up
    handed: Mapping[tuple[str, str], float]
    sold: frozenset[str]  # handed over anywhere, and not for a fee
    leaves: Spots
    known: dict[tuple[str, str, bool], str] = field(default_factory=dict)

    def of(self, move: Move) -> str:
        """The way of a flow."""
        key = (move.dest, move.material, (move.origin, move.material) in self.bought)
        if key not in self.known:
            self.known[key] = self._of(*key)
        return self.known[key]

    def _of(self, dest: str, material: str, bought: bool) -> str:
        at = (dest, material)
        price = self.handed.get(at)
        goes_on = at in self.uses or at in self.leaves or (price is not None and not price < 0)
        if (at in self.ends or (price is not None and price < 0)) and not goes_on and material in self.made:
            return WASTE
        ready = material in self.made and material in self.sold
        to_market = price is not None and at not in self.uses
        return (
            FORWARD if bought or material in self.fresh or (ready and (material not in self.raw or to_market)) else BACK
        )


def ways_of(subject: Subject) -> Ways:
    """The ways of the flows of a case."""
    runs, handed = subject.runs, subject.handed()
    makers = [run for run in runs if any(rate > 0 for rate in run.recipe.values())]
    made = frozenset(m for run in makers for m, rate in run.recipe.items() if rate > 0)
    bought = _bought(subject, made, handed)
    return Ways(
        fresh=frozenset(_fresh(subject, makers, made, bought)),
        bought=bought,
        made=made,
        raw=frozenset(m for run in makers for m, rate in run.recipe.items() if rate < 0),
        uses=frozenset(_used(makers)),
        ends=frozenset(_used(run for run in runs if not any(rate > 0 for rate in run.recipe.values()))),
        handed=handed,
        sold=frozenset(m for (_, m), price in handed.items() if not price < 0),
        leaves=frozenset((move.origin, move.material) for move in subject.moves),
    )


def _used(runs: Iterable[Run]) -> Iterable[tuple[str, str]]:
    return ((run.place, m) for run in runs for m, rate in run.recipe.items() if rate < 0)


def _bought(subject: Subject, made: frozenset[str], handed: Mapping[tuple[str, str], float]) -> Spots:
    """Where new things come into a loop."""
    collected = {(spot.place, spot.material) for spot in subject.collected}
    returned = {label for label in subject.data["returns"].text["returned"] if label}
    if returned:
        return frozenset(spot for spot in collected if spot[1] not in returned)
    users = {place for place, material in handed if material in made and (place, material) not in collected}
    loop = {place for place, _ in collected} & users
    return frozenset(spot for spot in collected if spot[0] not in loop) if loop else frozenset()


def _fresh(subject: Subject, makers: Iterable[Run], made: frozenset[str], bought: Spots) -> set[str]:
    """Sold goods of `returns`, what is bought new and never made, and what is made of only that."""
    used = {spot.material for spot in subject.collected if (spot.place, spot.material) not in bought}
    fresh = {label for label in subject.data["returns"].text["sold"] if label}
    fresh |= {material for _, material in bought} - made - used
    recipes = {run.process: run.recipe for run in makers}.values()
    for _ in recipes:
        more = {m for r in recipes for m, rate in r.items() if rate > 0 and {i for i, k in r.items() if k < 0} <= fresh}
        if more <= fresh:
            break
        fresh |= more
    return fresh
