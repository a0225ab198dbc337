"""Goods that go out and come back: no place is their beginning or end, so that no supply and no demand follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..words import say
from .settle import Settled

_MOST_SHOWN = 5


def note_loops(s: Settled, pairs: Iterable[tuple[str, str, str]], obliged: set[str]) -> None:
    """Warn of places between which a material goes round.

    `pairs`: origin, dest and material of all that moved; `obliged`: materials that have supply or demand somewhere.
    A plan that leaves such a way out and back keeps every balance, and is cheaper.
    """
    by_material: dict[str, dict[tuple[str, str], None]] = {}
    for origin, dest, material in pairs:
        by_material.setdefault(material, {})[origin, dest] = None
    for material, links in by_material.items():
        for several in loops(links):
            shown = ", ".join(several[:_MOST_SHOWN]) + (" …" if len(several) > _MOST_SHOWN else "")
            if material in obliged:
                told = say("'{material}' goes out and comes back between {places}: nothing obliges these trips, and the "
                           "cheapest plan may leave them out.", material=material, places=shown)  # fmt: skip
            else:
                told = say("Nothing obliges '{material}' to move: it goes out and comes back between {places}, and the "
                           "cheapest plan is to do nothing.", material=material, places=shown)  # fmt: skip
            advice = say("Write in the table demand what must arrive at a place, and in supply what is to be taken back "
                         "from it. Or give what comes back a name of its own in the list, such as '{material} back': "
                         "both follow from the list then.", material=material)  # fmt: skip
            s.problems.add("W408", told, advice, file=s.lists["shipments"][0].title)
            s.remarks.append(say("The list does not tell what must arrive or be taken back where '{material}' goes out and "
                                 "comes back ({places}): no supply and no demand was made of it; fill them yourself.",
                                 material=material, places=shown))  # fmt: skip


def loops(links: Mapping[tuple[str, str], None]) -> list[list[str]]:
    """Places that can all be reached from one another.

    >>> loops(dict.fromkeys([("A", "Depot"), ("Depot", "B"), ("B", "Depot"), ("B", "C")]))
    [['Depot', 'B']]
    """
    origins, dests = {origin for origin, _ in links}, {dest for _, dest in links}
    ahead: dict[str, list[str]] = {}
    behind: dict[str, list[str]] = {}
    for origin, dest in links:
        if origin in dests and dest in origins:  # a place where goods only begin or end is in no loop
            ahead.setdefault(origin, []).append(dest)
            behind.setdefault(dest, []).append(origin)
    found: list[list[str]] = []
    seen: set[str] = set()
    for place in ahead:
        if place not in seen:
            together = _reached(ahead, place) & _reached(behind, place)
            seen |= together
            if len(together) > 1:
                found.append([p for p in ahead if p in together])
    return found


def _reached(links: Mapping[str, list[str]], start: str) -> set[str]:
    reached, todo = {start}, [start]
    while todo:
        new = [place for place in links.get(todo.pop(), []) if place not in reached]
        reached.update(new)
        todo += new
    return reached
