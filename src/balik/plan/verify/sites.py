"""Sites: places that do nothing unless they are open, in one of their sizes, between least and capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
    through: Array  # (place, period): counted in `unit` of the place
    largest: Array  # (place, period): largest single term of `through`
    unit: list[str]  # by place

    def __len__(self) -> int:
        return len(self.row)

    def number(self, column: str) -> Array:
        """A column of the table at every site."""
        return self.table.number(column, self.row)

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
    is_site = np.zeros(world.n("place"), bool)
    is_site[codes["place"]] = True
    unit = ["" for _ in range(world.n("place"))]
    if is_site.any():
        unit = _units(lanes, tours, supply, is_site)
    through, largest = _through(world, moves, sheets["collect"], is_site, unit, court)
    return Sites(table, codes["place"], codes["size"], row, np.isin(key, asked).astype(float), through, largest, unit)


def _units(lanes: Lanes, tours: Tours, supply: Held, is_site: Array) -> list[str]:
    """The unit in which each site counts: the one that all materials share which may come there, else kg."""
    world = lanes.world
    everywhere = set(world.unit)
    if len(everywhere) < 2:
        only = everywhere.pop() if everywhere else "kg"
        return [only] * world.n("place")
    comes = np.zeros((world.n("place"), world.n("material")), bool)
    every = lanes.every().codes
    comes[every["dest"], every["material"]] = True
    for tour, _, to, m in tours.pairs:
        comes[tours.place(tour, to), m] = True
    comes[supply.codes["place"], supply.codes["material"]] = True
    return [world.common_unit(np.flatnonzero(comes[p])) if is_site[p] else "" for p in range(world.n("place"))]


def _through(
    world: World, moves: Sequence[Moves], collect: Sheet, is_site: Array, unit: list[str], court: Court
) -> tuple[Array, Array]:
    """What arrives by lanes and tours and what is collected, by place and period, and the largest term of each."""
    parts = [(m.codes["dest"], m.codes["material"], m.codes["period"], m.amount) for m in moves]
    c = collect.codes
    parts.append((c["place"], c["material"], c["period"], collect.number["amount"]))
    place, material, period, amount = (np.concatenate([p[k] for p in parts]) for k in range(4))
    at = np.flatnonzero(is_site[place]) if len(place) else np.zeros(0, np.int64)
    place, material, period, amount = place[at], material[at], period[at], amount[at]
    counted = np.zeros(len(at))
    for name in {unit[p] for p in np.unique(place)}:
        here = np.flatnonzero(np.array([unit[p] == name for p in place]))
        counted[here] = world.factor(material[here], name)
    for i in np.flatnonzero(np.isnan(counted) & (amount != 0)):
        name, what = world.name("place", int(place[i])), world.name("material", int(material[i]))
        sentence = f"{name} counts in {unit[int(place[i])]}, but {what} has no mass."
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
    """status = open is open, status = closed is not; at most one size of a place is open."""
    for i, status in enumerate(sites.status()):
        court.laws += 1
        forced = {"open": 1.0, "closed": 0.0}.get(status)
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
                f"{_name(world, sites, s)} takes in {show(float(found[i]))} {sites.unit[int(sites.place[s])]}"
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
