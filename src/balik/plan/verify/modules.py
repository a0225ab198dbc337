"""Modules: how many a site has in each period, what they add to its capacity, and what is bought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...tables.capacity import SiteCount
from ...words import say
from .exact import exact, floats
from .resolve import Resolver, resolver
from .sheets import Sheet
from .verdict import Array, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World

KEYS = ("place", "size", "module")


@dataclass(frozen=True)
class Modules:
    """Every (site, module) of the case: the row that holds in each period, and how many the plan says there are."""

    table: Resolver
    site: Array  # position in sites
    module: Array
    row: Array  # [line, period]
    said: Array  # [line, period]

    def __len__(self) -> int:
        return len(self.site)

    def number(self, column: str) -> Array:
        """A column in every period."""
        return self.table.number(column, self.row.ravel()).reshape(self.row.shape)

    def capacity(self, place: Array, count: dict[int, SiteCount]) -> Array:
        """What one module adds, as its place counts."""
        values = self.table.world.numbers.counting("modules.capacity")
        times = [count[p].ratios.get("modules.capacity", 1) for p in place[self.site].tolist()]
        return values[self.row[:, 0]] * exact(np.array(times, object)) if len(self) else exact(np.zeros(0))

    def adds(self, place: Array, count: dict[int, SiteCount]) -> Array:
        """What modules add to the capacity of each site in each period, in a unit of time."""
        shape = (len(place), self.said.shape[1])
        spot = (self.site[:, None] * shape[1] + np.arange(shape[1])).ravel()
        added = (self.said * self.capacity(place, count)[:, None]).ravel()
        return np.bincount(spot, added, shape[0] * shape[1]).reshape(shape)

    def bought(self, phased: Array) -> Array:
        """How many are bought in each period; where the site is not phased all in the first."""
        rise = np.maximum(0.0, np.diff(self.said, axis=1, prepend=0.0))
        first = np.arange(self.said.shape[1]) == 0
        return np.where(phased[self.site][:, None], rise, self.said * first)


@kept_verdict
def read_modules(world: World, place: Array, size: Array, sheet: Sheet, court: Court) -> Modules:
    """Lay the plan's modules on the table; a module that the case does not offer there is a fault."""
    table = resolver(world, "modules", (*KEYS, "period"))
    periods = world.n("period")
    codes = table.every()[1] if len(table) else {c: np.zeros(0, np.int64) for c in (*KEYS, "period")}
    site_of = {(int(p), int(s)): i for i, (p, s) in enumerate(zip(place, size, strict=True))}
    known = sorted({
        (site_of[p, s], m)
        for p, s, m in zip(*(codes[c].tolist() for c in KEYS), strict=True)
        if (p, s) in site_of
    })  # fmt: skip
    site, module = (np.array([k[c] for k in known], np.int64) for c in range(2))
    shape = (len(known), periods)
    grid = {"place": place[site], "size": size[site], "module": module}
    row = np.zeros(shape, np.int64)
    if len(known):
        keys = {c: np.repeat(a, periods) for c, a in grid.items()}
        row = table.find(**keys, period=np.tile(np.arange(periods), len(known))).reshape(shape)
    said, number = np.zeros(shape), floats(sheet.number["number"])
    at = {key: i for i, key in enumerate(zip(*(a.tolist() for a in grid.values()), strict=True))}
    for i in range(len(sheet)):
        line = at.get(tuple(int(sheet.codes[c][i]) for c in KEYS), NONE)
        if line == NONE:
            text = world.key(sheet.codes, i)
            court.fault("modules", f"modules: {text}", say("The case has no such module: {keys} ({row}).", keys=place_word(text), row=place_word(sheet.place(i))))
        else:
            said[line, int(sheet.codes["period"][i])] = number[i]
    return Modules(table, site, module, row, exact(said))


@kept_verdict
def judge_modules(
    world: World, modules: Modules, place: Array, phased: Array, when: Array, closed: Array, court: Court
) -> None:
    """As many as there may be, whole ones whole, only at an open site, and kept until it closes.

    `when`, `closed`: whether each site is open in each period, or closes in it.
    """
    if not len(modules):
        return
    lines, periods = modules.said.shape
    flat = modules.said.ravel()

    def where(i: int) -> str:
        line, period = divmod(i, periods)
        name = world.name("place", int(place[modules.site[line]]))
        module = world.name("module", int(modules.module[line]))
        return f"modules: place={name}, module={module}, period={world.name('period', period)}"

    def told(sentence: str) -> Callable[[int], str]:
        return lambda i: f"{where(i)}: {show(float(flat[i]))}, {sentence}."

    court.most("modules most", flat, modules.number("most").ravel(), 0.0, where, told("more than there may be"))
    whole = modules.table.flag("whole", modules.row.ravel())
    court.equal("whole modules", flat, np.where(whole, np.round(flat), flat), 0.0, where, told("no whole number"))
    stands = when[modules.site].ravel() > 0
    court.equal(
        "modules when open", np.where(stands, 0.0, flat), exact(np.zeros(len(flat))), 0.0, where, told("where nothing is open")
    )
    before = np.concatenate([np.zeros((lines, 1)), modules.said[:, :-1]], axis=1)
    timed = phased[modules.site][:, None]
    first = np.arange(periods) == 0
    kept = np.where(timed & (closed[modules.site] > 0), 0.0, np.where(~timed & first, 0.0, before)).ravel()
    court.least("modules kept", flat, kept, 0.0, where, told("fewer than before"))
    once = np.where(timed | first, np.inf, before).ravel()
    court.most("modules bought once", flat, once, 0.0, where, told("more than before, at a site that is not phased"))
