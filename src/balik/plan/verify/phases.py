"""Sites that open and close over time: the states and events that a plan states, and what holds in each period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...tables.capacity import SiteCount
from ...words import say
from .baseline import fixed
from .exact import exact, floats
from .resolve import Resolver, resolver
from .sheets import Sheet
from .verdict import Array, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World, ravel

KEYS = ("place", "size", "period")
STATES = ("open", "opened", "closed")


@dataclass(frozen=True)
class Phases:
    """For every site, in the order of `sites`, and every period: the row of `phases` that holds, and what the plan says.

    `phased`: whether any row is about the site. `said`: open, opened and closed as the plan states them.
    """

    table: Resolver
    row: Array
    phased: Array
    said: dict[str, Array]

    def number(self, column: str, other: Array) -> Array:
        """A column of money in every period; where its cell is blank (or no row stands) that of the site."""
        found = self.table.number(column, self.row.ravel()).reshape(self.row.shape)
        return np.where(np.isnan(found), other[:, None], found)

    def counted(self, column: str, other: Array, place: Array, count: dict[int, SiteCount]) -> Array:
        """capacity or least in every period, as the place counts what comes there."""
        name = f"phases.{column}"
        values = self.table.world.numbers.counting(name)
        found = exact(np.full(self.row.shape, np.nan))
        if len(values):
            times = exact(np.array([count[p].ratios.get(name, 1) for p in place.tolist()], object))
            found = np.where(self.row != NONE, values[np.maximum(self.row, 0)] * times[:, None], np.nan)
        return np.where(np.isnan(found), other[:, None], found)

    def may(self, column: str) -> Array:
        """Whether a site may open, or close, in a period: yes where no row stands."""
        flags = self.table.flag(column, self.row.ravel()).reshape(self.row.shape)
        return (self.row == NONE) | flags


@kept_verdict
def read_phases(world: World, place: Array, size: Array, sheet: Sheet, court: Court) -> Phases:
    """Lay the plan's table `phases` on the sites; a row about a site that is not phased is a fault."""
    table = resolver(world, "phases", KEYS)
    shape = (len(place), world.n("period"))
    row, said = np.full(shape, NONE), {name: np.zeros(shape) for name in STATES}
    sizes = [world.n(c) for c in KEYS]
    grid = [np.repeat(place, shape[1]), np.repeat(size, shape[1]), np.tile(np.arange(shape[1]), shape[0])]
    if len(table):
        row = table.find(**dict(zip(KEYS, grid, strict=True))).reshape(shape)
    states = {name: floats(sheet.number[name]) for name in STATES}
    phased = (row != NONE).any(axis=1)
    key = ravel(grid, sizes)
    order = np.argsort(key)
    asked = ravel([sheet.codes[c] for c in KEYS], sizes)
    for i, wanted in enumerate(asked.tolist()):
        at = int(np.searchsorted(key[order], wanted))
        spot = int(order[at]) if at < len(key) and key[order[at]] == wanted else NONE
        if spot == NONE or not phased[spot // shape[1]]:
            text = world.key(sheet.codes, i)
            court.fault("phases", f"phases: {text}", say("No row of phases is about {keys} ({row}).", keys=place_word(text), row=place_word(sheet.place(i))))
            continue
        for name in STATES:
            said[name].flat[spot] = states[name][i]
    return Phases(table, row, phased, {name: exact(values) for name, values in said.items()})


@dataclass(frozen=True)
class Named:
    """A site in a period, in words."""

    world: World
    place: Array
    size: Array
    at: Array  # [site, period] of each

    def where(self, i: int) -> str:
        """Where the law is broken."""
        s, t = self.at[i]
        return f"phases: place={self.text(int(s))}, period={self.world.name('period', int(t))}"

    def text(self, site: int) -> str:
        """The site's name."""
        size = self.world.name("size", int(self.size[site]))
        return self.world.name("place", int(self.place[site])) + (f" (size {size})" if size != "-" else "")

    def told(self, sentence: str) -> Callable[[int], str]:
        """A sentence about the site in the period."""
        return lambda i: (
            f"{self.text(int(self.at[i][0]))} {sentence}, period {self.world.name('period', int(self.at[i][1]))}."
        )


@kept_verdict
def judge_phases(
    world: World, phases: Phases, place: Array, size: Array, status: list[str], open_: Array, court: Court
) -> None:
    """States are 0 or 1, events follow from them, and both are such as status, may_open and may_close let them be."""
    on = np.flatnonzero(phases.phased)
    if not len(on):
        return
    at = np.stack(np.meshgrid(on, np.arange(world.n("period")), indexing="ij"), -1).reshape(-1, 2)
    named = Named(world, place, size, at)

    def pick(values: Array) -> Array:
        return exact(values[at[:, 0], at[:, 1]])

    for name in STATES:
        value = pick(phases.said[name])
        court.equal("0 or 1", value, exact(value > 0.5), 0.0, named.where, named.told(f"has {name} neither 0 nor 1"))
    state = (phases.said["open"] > 0.5) * 1.0
    stood = np.array([s == "existing" for s in status], float)
    before = np.concatenate([stood[:, None], state[:, :-1]], axis=1)
    opens, closes = pick(np.maximum(0.0, state - before)), pick(np.maximum(0.0, before - state))
    court.equal("opened", pick(phases.said["opened"]), opens, 0.0, named.where, named.told("does not open as it says"))
    court.equal(
        "closed in", pick(phases.said["closed"]), closes, 0.0, named.where, named.told("does not close as it says")
    )
    court.most("may open", opens, pick(phases.may("may_open")), 0.0, named.where, named.told("opens and may not"))
    court.most("may close", closes, pick(phases.may("may_close")), 0.0, named.where, named.told("closes and may not"))
    must = {"open", "existing"} if fixed(world) else {"open"}
    least = exact(np.array([s in must for s in status])[at[:, 0]])
    most = exact(np.array([s != "closed" for s in status])[at[:, 0]])
    court.least("status", pick(state), least, 0.0, named.where, named.told("is closed, its status is open"))
    court.most("status", pick(state), most, 0.0, named.where, named.told("is open, its status is closed"))
    some = exact(state[on].max(axis=1, initial=0.0))
    court.equal(
        "open at some time",
        open_[on],
        some,
        0.0,
        lambda i: f"open: place={named.text(int(on[i]))}",
        lambda i: (
            f"The table open says {show(float(open_[on][i]))} of {named.text(int(on[i]))}, phases {show(float(some[i]))}."
        ),
    )
