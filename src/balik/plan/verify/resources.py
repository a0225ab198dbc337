"""Resources, judged row by row: what activity and materials use of each at a place is at most what is at hand there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import numpy as np

from ...tables import Frame
from .exact import Number
from .terms import Deeds
from .verdict import Court, kept_verdict, show
from .world import World

_Key = tuple[int, ...]
_PLAIN = ("", "*", "-")  # sizes of a row that may be about a place that is no site


class _Rows:
    """The rows of a table by the labels that they stand for: the nearest row holds."""

    def __init__(self, world: World, frame: Frame, keys: tuple[str, ...]):
        self.world, self.frame, self.keys = world, frame, keys
        self.best: dict[_Key, tuple[int, int]] = {}  # key → how far in all, and the row

    def add(self, row: int) -> None:
        """One more row: it holds where no nearer one does."""
        cells = [list(self._covers(column, self.frame.text[column][row])) for column in self.keys]
        for choice in product(*cells):
            key, far = tuple(code for code, _ in choice), sum(away for _, away in choice)
            if key not in self.best or far < self.best[key][0]:
                self.best[key] = far, row

    def _covers(self, column: str, cell: str) -> Iterator[tuple[int, int]]:
        """Labels that a cell stands for, and how far it is from them."""
        data, known = self.world.data, self.world.code[column]
        if cell in known:
            yield known[cell], 0
        elif cell.startswith("group:"):
            yield from ((code, 1) for code in data.groups.get((column, cell[6:]), []))
        elif cell.startswith("kind:") and column == "place":
            yield from ((code, 2) for code in data.kinds.get(cell[5:], []))
        elif cell in ("", "*"):
            yield from ((code, 3) for code in known.values())


@kept_verdict
def judge_resources(deeds: Deeds, court: Court) -> None:
    """For each place, resource and period: Σ rate × activity + Σ rate × what comes ≤ capacity × length, if open."""
    frame = deeds.world.data["resources"]
    if not len(frame) and not len(deeds.world.data["uses"]):
        return
    world, here = deeds.world, at_hand(deeds)
    used, largest = used_of(deeds)
    for key in sorted(used.keys() | here.keys()):
        place, resource, period = key
        name, what = world.name("place", place), world.name("resource", resource)
        where = f"place={name}, resource={what}, period={world.name('period', period)}"
        if key not in here:
            sentence = (
                f"{name} uses {show(used[key])} of {what}{world.when(period)}, and resources has no row for it there."
            )
            court.fault("resources", where, sentence, used[key], 0.0)
            continue
        capacity, row = here[key]
        unit = f"{frame.text['unit'][row]} of " if frame.text["unit"][row] else ""
        sentence = (
            f"{name} uses {show(used.get(key, 0))} {unit}{what}{world.when(period)}, at most {show(capacity)} is at "
            f"hand ({frame.spot(row)})."
        )
        court.number("most", "resources", used.get(key, 0), capacity, largest.get(key, 0), where, sentence)


def at_hand(deeds: Deeds) -> dict[_Key, tuple[Number, int]]:
    """Capacity × length of every place, resource and period that has a row; a site has that of its open size."""
    world, frame, sites = deeds.world, deeds.world.data["resources"], deeds.sites
    keys = ("place", "resource", "period")
    sized, plain = _Rows(world, frame, (*keys, "size")), _Rows(world, frame, keys)
    for row in np.flatnonzero(frame.ok).tolist():
        sized.add(row)
        if frame.text["size"][row] in _PLAIN:
            plain.add(row)
    places = set(sites.places.tolist())
    found = {k: (_capacity(world, frame, k, row), row) for k, (_, row) in plain.best.items() if k[0] not in places}
    is_open = dict(zip(zip(sites.place.tolist(), sites.size.tolist(), strict=True), sites.when.tolist(), strict=True))
    for (place, resource, period, size), (_, row) in sized.best.items():
        key = (place, resource, period)
        if (place, size) in is_open and is_open[place, size][period]:
            found[key] = _capacity(world, frame, key, row), row
        elif (place, size) in is_open:
            found.setdefault(key, (0, row))
    return found


def _capacity(world: World, frame: Frame, key: _Key, row: int) -> Number:
    return world.numbers.cell(frame.name, "capacity", row) * world.length[key[2]]


def used_of(deeds: Deeds) -> tuple[dict[_Key, Number], dict[_Key, Number]]:
    """What is used of each resource at each place in each period, and the largest term of it."""
    world, frame = deeds.world, deeds.world.data["uses"]
    rates = {user: _Rows(world, frame, (user, "place", "resource")) for user in ("process", "material")}
    for row in np.flatnonzero(frame.ok).tolist():
        for user, rows in rates.items():
            if frame.text[user][row]:
                rows.add(row)
    rate_of = world.numbers.column("uses", "rate").tolist()
    by_user: dict[tuple[str, int, int], list[tuple[int, Number]]] = defaultdict(list)
    for user, rows in rates.items():
        for (code, place, resource), (_, row) in rows.best.items():
            by_user[user, code, place].append((resource, rate_of[row]))
    total: dict[_Key, Number] = defaultdict(int)
    largest: dict[_Key, Number] = defaultdict(int)
    for user, code, place, period, amount in _deeds(deeds):
        for resource, rate in by_user.get((user, code, place), ()):
            key = (place, resource, period)
            total[key] += rate * amount
            largest[key] = max(largest[key], abs(rate * amount))
    return dict(total), dict(largest)


def _deeds(deeds: Deeds) -> Iterator[tuple[str, int, int, int, Number]]:
    """Activity as it is counted, and materials that arrive or are collected: who, where, when, how much."""
    run = deeds.activity
    rows = zip(*(run.codes[c].tolist() for c in ("process", "place", "period")), strict=True)
    for (process, place, period), amount in zip(rows, (run.amount * deeds.counted).tolist(), strict=True):
        yield "process", process, place, period, amount
    come = [
        (m.codes["material"], m.codes["dest"], m.codes["period"], m.amount) for m in (deeds.moves, deeds.runs.moves)
    ]
    c = deeds.supply.codes
    for columns in (*come, (c["material"], c["place"], c["period"], deeds.supply.amount)):
        for material, place, period, amount in zip(*(column.tolist() for column in columns), strict=True):
            yield "material", material, place, period, amount
