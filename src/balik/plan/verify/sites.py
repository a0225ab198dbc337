"""Sites: places that do nothing unless they are open, in one of their sizes, between least and capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...tables.capacity import COUNTING, SiteCount, counts, numbers, site_count
from .baseline import fixed
from .lanes import Lanes, Moves
from .places import Held, start
from .resolve import Resolver
from .sheets import Sheet, is_something
from .tours import Tours
from .verdict import Array, Court, show
from .world import World, ravel


@dataclass(frozen=True)
class Sites:
    """Every (place, size) of `sites`, whether the plan opens it, and what arrives or is collected at each place."""

    table: Resolver
    place: Array
    size: Array
    row: Array
    open: Array  # 0 or 1
    through: Array  # (place, period): as the place counts
    largest: Array  # (place, period): largest single term of `through`
    count: dict[int, SiteCount]  # by place

    def __len__(self) -> int:
        return len(self.row)

    def number(self, column: str) -> Array:
        """A column of the table at every site; one that counts what comes, as the site counts it."""
        if column not in COUNTING:
            return self.table.number(column, self.row)
        times = np.array([self.count[p].times.get(column, 1.0) for p in self.place.tolist()])
        return numbers(self.table.world.data, column)[self.row] * times

    def status(self) -> list[str]:
        """candidate, open, closed or existing, by site."""
        text = self.table.frame.text["status"]
        return [text[int(r)] for r in self.row]

    @property
    def places(self) -> Array:
        """The places that are sites, once each."""
        return np.unique(self.place)


def read_sites(
    lanes: Lanes, tours: Tours, moves: Sequence[Moves], supply: Held, sheets: dict[str, Sheet], court: Court
) -> Sites:
    """Lay the plan's open sites on the table; a site that the table lacks is a fault."""
    world = lanes.world
    table = Resolver(world, "sites", ("place", "size"))
    row, codes = table.every()
    sizes = [world.n("place"), world.n("size")]
    key = ravel([codes["place"], codes["size"]], sizes)
    sheet = sheets["open"]
    asked = ravel([sheet.codes["place"], sheet.codes["size"]], sizes)
    for i in np.flatnonzero(~np.isin(asked, key)):
        text = world.key(sheet.codes, int(i))
        court.fault(
            "sites",
            f"open: {text}",
            f"The plan opens {text}, but sites has no such row ({sheet.place(int(i))}).",
        )
    count = _counts(lanes, tours, supply, table, row, codes["place"])
    through, largest = _through(world, moves, sheets["collect"], count, court)
    return Sites(table, codes["place"], codes["size"], row, np.isin(key, asked).astype(float), through, largest, count)


def _counts(
    lanes: Lanes, tours: Tours, supply: Held, table: Resolver, row: Array, place: Array
) -> dict[int, SiteCount]:
    """How each site counts: in the unit that all materials share which may come there, as mass, or as its header says."""
    world, data = lanes.world, lanes.world.data
    many = len(set(world.unit)) > 1 or any(c in table.frame.counted for c in COUNTING)
    comes = np.ones((world.n("place"), world.n("material")), bool)
    if many:
        comes[:] = False
        every = lanes.every().codes
        comes[every["dest"], every["material"]] = True
        for tour, _, to, m in tours.pairs:
            comes[tours.place(tour, to), m] = True
        comes[supply.codes["place"], supply.codes["material"]] = True
    filled = {column: set(place[rows[row]].tolist()) for column, rows in counts(data).items()}
    known: dict[tuple[Any, ...], SiteCount] = {}
    out = {}
    for p in np.unique(place).tolist():
        key = (comes[p].tobytes(), *(p in filled[c] for c in COUNTING))
        if key not in known:
            columns = [c for c in COUNTING if p in filled[c]]
            known[key] = site_count(data, world.unit, np.flatnonzero(comes[p]).tolist(), columns)
        out[p] = known[key]
    return out


def _through(
    world: World, moves: Sequence[Moves], collect: Sheet, count: dict[int, SiteCount], court: Court
) -> tuple[Array, Array]:
    """What arrives by lanes and tours and what is collected, by place and period, and the largest term of each."""
    parts = [(m.codes["dest"], m.codes["material"], m.codes["period"], m.amount) for m in moves]
    c = collect.codes
    parts.append((c["place"], c["material"], c["period"], collect.number["amount"]))
    place, material, period, amount = (np.concatenate([p[k] for p in parts]) for k in range(4))
    weight = np.zeros((world.n("place"), world.n("material")))
    for p, found in count.items():
        weight[p] = found.weight
    at = np.flatnonzero(np.isin(place, list(count)))
    place, material, period, amount = place[at], material[at], period[at], amount[at]
    counted = weight[place, material]
    for i in np.flatnonzero(np.isnan(counted) & (amount != 0)):
        name, what = world.name("place", int(place[i])), world.name("material", int(material[i]))
        sentence = f"{name} counts in {count[int(place[i])].unit}, but {what} cannot be counted so."
        court.fault("capacity", f"place={name}, material={what}", sentence)
    term = np.nan_to_num(amount * counted)
    shape = (world.n("place"), world.n("period"))
    through, largest = np.zeros(shape), np.zeros(shape)
    np.add.at(through, (place, period), term)
    np.maximum.at(largest, (place, period), np.abs(term))
    return through, largest


# -- laws --------------------------------------------------------------------------------------------------


def judge_sites(world: World, sites: Sites, sheets: dict[str, Sheet], stores: Held, court: Court) -> None:
    """All laws of sites."""
    if not len(sites):
        return
    _judge_open(world, sites, court)
    _judge_size(world, sites, court)
    _judge_closed(world, sites, sheets, stores, court)


def _name(world: World, sites: Sites, i: int) -> str:
    size = world.name("size", int(sites.size[i]))
    return world.name("place", int(sites.place[i])) + (f" (size {size})" if size != "-" else "")


def _judge_open(world: World, sites: Sites, court: Court) -> None:
    """status = open is open, status = closed is not; at most one size of a place is open.

    Where today's flows are fixed, what exists is open.
    """
    must = {"open": 1.0, "closed": 0.0} | ({"existing": 1.0} if fixed(world) else {})
    for i, status in enumerate(sites.status()):
        court.laws += 1
        forced = must.get(status)
        if forced is not None and sites.open[i] != forced:
            court.laws -= 1
            did = "opens" if sites.open[i] else "does not open"
            sentence = f"The plan {did} {_name(world, sites, i)}, its status is {status} ({sites.table.spot(int(sites.row[i]))})."
            court.fault("status", f"open: place={_name(world, sites, i)}", sentence, float(sites.open[i]), forced)
    many = np.bincount(sites.place, sites.open, world.n("place"))
    places = sites.places
    court.most(
        "one size",
        many[places],
        np.ones(len(places)),
        0.0,
        lambda i: f"open: place={world.name('place', int(places[i]))}",
        lambda i: (
            f"{world.name('place', int(places[i]))} is open in {show(float(many[places[i]]))} sizes, at most one may be."
        ),
    )


def _judge_size(world: World, sites: Sites, court: Court) -> None:
    """least × length ≤ what arrives and is collected ≤ capacity × length, of every open site in every period."""
    site = np.repeat(np.flatnonzero(sites.open > 0), world.n("period"))
    period = np.tile(np.arange(world.n("period")), len(site) // max(world.n("period"), 1))
    found = sites.through[sites.place[site], period]
    scale = sites.largest[sites.place[site], period]
    for law, column, ask in (("capacity", "capacity", court.most), ("least", "least", court.least)):
        bound = sites.number(column)[site] * world.length[period]

        def say(i: int, law: str = law, bound: Array = bound) -> str:
            s = int(site[i])
            return (
                f"{_name(world, sites, s)} takes in {show(float(found[i]))} {sites.count[int(sites.place[s])].unit}"
                f"{world.when(int(period[i]))}, its {law} is {show(float(bound[i]))} ({sites.table.spot(int(sites.row[s]))})."
            )

        def where(i: int) -> str:
            return f"sites: place={_name(world, sites, int(site[i]))}, period={world.name('period', int(period[i]))}"

        ask(f"site {law}", found, bound, scale, where, say)


def _judge_closed(world: World, sites: Sites, sheets: dict[str, Sheet], stores: Held, court: Court) -> None:
    """A closed place does nothing: no arrival, collection, process, stock, nor stock that was there before."""
    open_ = np.zeros(world.n("place"), bool)
    open_[sites.place[sites.open > 0]] = True
    closed = sites.places[~open_[sites.places]]
    run, stock, was = sheets["run"], sheets["stock"], start(stores)
    doing = {
        "takes in": np.abs(sites.through[closed]).max(axis=1) if len(closed) else np.zeros(0),
        "has activity": _largest(run.codes["place"], run.number["amount"], closed, world),
        "keeps stock": _largest(stock.codes["place"], stock.number["amount"], closed, world),
        "starts with stock": _largest(stores.codes["place"], was, closed, world),
    }
    for what, found in doing.items():
        _judge_nothing(world, sites, closed, what, found, court)


def _judge_nothing(world: World, sites: Sites, closed: Array, what: str, found: Array, court: Court) -> None:
    def say(i: int) -> str:
        spot = sites.table.spot(int(sites.row[np.argmax(sites.place == closed[i])]))
        return f"{where(i)} is closed, yet it {what}: {show(float(found[i]))} ({spot})."

    def where(i: int) -> str:
        return world.name("place", int(closed[i]))

    court.most("closed", found, np.zeros(len(closed)), 0.0, lambda i: f"sites: place={where(i)}", say)


def _largest(place: Array, amount: Array, closed: Array, world: World) -> Array:
    out = np.zeros(world.n("place"))
    np.maximum.at(out, place, np.abs(amount))
    return out[closed]


def used(sites: Sites) -> tuple[Array, Array]:
    """Places of `sites` where something arrives or is collected; and those where it may be noise."""
    places = sites.places
    most = np.abs(sites.through[places]).max(axis=1) if len(places) else np.zeros(0)
    return places[is_something(most)], places[(most > 0) & ~is_something(most)]
