"""Sites: places that do nothing unless they are open, in one of their sizes, between least and capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...tables.capacity import BESIDE, COUNTING, SiteCount, counted_in, counts, home, site_count
from ...words import say
from .baseline import fixed
from .exact import exact, peak
from .lanes import Lanes, Moves
from .modules import Modules, judge_modules, read_modules
from .phases import Phases, judge_phases, read_phases
from .places import Held, start
from .resolve import Resolver, resolver
from .sheets import Sheet, is_something
from .tours import Tours
from .verdict import Array, Court, kept_verdict, show
from .whereabouts import place_word
from .world import World, ravel


@dataclass(frozen=True)
class Sites:
    """Every (place, size) of `sites`, whether the plan opens it, and what arrives or is collected at each place."""

    table: Resolver
    place: Array
    size: Array
    row: Array
    open: Array  # 0 or 1: at some time
    when: Array  # (site, period): 0 or 1
    phases: Phases
    modules: Modules
    through: Array  # (place, period): as the place counts
    largest: Array  # (place, period): largest single term of `through`
    count: dict[int, SiteCount]  # by place

    def __len__(self) -> int:
        return len(self.row)

    def number(self, column: str) -> Array:
        """A column of the table at every site; one that counts what comes, as the site counts it."""
        if column not in COUNTING:
            return self.table.number(column, self.row)
        times = exact(np.array([self.count[p].ratios.get(column, 1) for p in self.place.tolist()], object))
        return self.table.world.numbers.counting(column)[self.row] * times

    def over_time(self, column: str) -> Array:
        """A column of the table in every period; that of `phases` where it says other than `sites`."""
        if column in COUNTING:
            return self.phases.counted(column, self.number(column), self.place, self.count)
        return self.phases.number(column, self.number(column))

    def room(self) -> Array:
        """The capacity of each site in each period, in a unit of time, with the modules that it has."""
        return self.over_time("capacity") + self.modules.adds(self.place, self.count)

    def status(self) -> list[str]:
        """candidate, open, closed or existing, by site."""
        text = self.table.frame.text["status"]
        return [text[int(r)] for r in self.row]

    def stands(self) -> Array:
        """Whether each place is open, in each period, in any size."""
        out = np.zeros(self.through.shape, bool)
        site, period = np.nonzero(self.when > 0)
        out[self.place[site], period] = True
        return out

    @property
    def places(self) -> Array:
        """The places that are sites, once each."""
        return np.unique(self.place)


@kept_verdict
def read_sites(
    lanes: Lanes, tours: Tours, moves: Sequence[Moves], supply: Held, sheets: dict[str, Sheet], court: Court
) -> Sites:
    """Lay the plan's open sites on the table; a site that the table lacks is a fault."""
    world = lanes.world
    table = resolver(world, "sites", ("place", "size"))
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
            say("The plan opens {keys}, but sites has no such row ({row}).", keys=place_word(text), row=place_word(sheet.place(int(i)))),
        )
    count = _counts(lanes, tours, supply, table, row, codes["place"])
    through, largest = _through(world, moves, sheets["collect"], count, court)
    open_ = exact(np.isin(key, asked))
    phases = read_phases(world, codes["place"], codes["size"], sheets["phases"], court)
    when = np.where(phases.phased[:, None], exact(phases.said["open"] > 0.5), open_[:, None])
    modules = read_modules(world, codes["place"], codes["size"], sheets["modules"], court)
    return Sites(table, codes["place"], codes["size"], row, open_, when, phases, modules, through, largest, count)


def _counts(
    lanes: Lanes, tours: Tours, supply: Held, table: Resolver, row: Array, place: Array
) -> dict[int, SiteCount]:
    """How each site counts: in the unit that all materials share which may come there, as mass, or as its header says."""
    world, data = lanes.world, lanes.world.data
    many = len(set(world.unit)) > 1 or any(counted_in(data, c) for c in (*COUNTING, *BESIDE))
    comes = np.ones((world.n("place"), world.n("material")), bool)
    if many:
        comes[:] = False
        every = lanes.every().codes
        comes[every["dest"], every["material"]] = True
        for tour, _, to, m in tours.pairs:
            comes[tours.place(tour, to), m] = True
        comes[supply.codes["place"], supply.codes["material"]] = True
    about = {"sites": (row, place)} | {name: _about(world, name, keys) for name, keys in _OVER_TIME.items()}
    filled = {}
    for column, fills in counts(data).items():
        rows, places = about[home(column)[0]]
        filled[column] = set(places[fills[rows]].tolist())
    known: dict[tuple[Any, ...], SiteCount] = {}
    out = {}
    for p in np.unique(place).tolist():
        key = (comes[p].tobytes(), *(p in filled[c] for c in filled))
        if key not in known:
            columns = [c for c in filled if p in filled[c]]
            known[key] = site_count(data, world.unit, np.flatnonzero(comes[p]).tolist(), columns)
        out[p] = known[key]
    return out


#: Tables about sites, and their keys.
_OVER_TIME = {"phases": ("place", "size", "period"), "modules": ("place", "size", "module", "period")}


def _about(world: World, name: str, keys: tuple[str, ...]) -> tuple[Array, Array]:
    """The rows of a table that hold anywhere, and the places that they are about."""
    table = resolver(world, name, keys)
    row, codes = table.every() if len(table) else (np.zeros(0, np.int64), {"place": np.zeros(0, np.int64)})
    return row, codes["place"]


def _through(
    world: World, moves: Sequence[Moves], collect: Sheet, count: dict[int, SiteCount], court: Court
) -> tuple[Array, Array]:
    """What arrives by lanes and tours and what is collected, by place and period, and the largest term of each."""
    parts = [(m.codes["dest"], m.codes["material"], m.codes["period"], m.amount) for m in moves]
    c = collect.codes
    parts.append((c["place"], c["material"], c["period"], collect.number["amount"]))
    place, material, period, amount = (np.concatenate([p[k] for p in parts]) for k in range(4))
    at = np.flatnonzero(np.isin(place, list(count)))
    place, material, period, amount = place[at], material[at], period[at], amount[at]
    kinds = list({id(found): found for found in count.values()}.values())  # few, and many sites of each
    kind_of = {id(found): k for k, found in enumerate(kinds)}
    of = np.zeros(world.n("place"), np.int64)
    for p, found in count.items():
        of[p] = kind_of[id(found)]
    counted = exact(np.zeros(0))
    if kinds:
        weight = [[np.nan if size is None else size for size in found.sizes] for found in kinds]
        counted = exact(np.array(weight, object))[of[place], material]
    for i in np.flatnonzero(np.isnan(counted) & (amount != 0)):
        name, what = world.name("place", int(place[i])), world.name("material", int(material[i]))
        sentence = say("{place} counts in {unit}, but {material} cannot be counted so.",
                       place=name, unit=count[int(place[i])].unit, material=what)  # fmt: skip
        court.fault("capacity", f"place={name}, material={what}", sentence)
    term = np.nan_to_num(amount * counted)
    shape = (world.n("place"), world.n("period"))
    spot, n = place * shape[1] + period, shape[0] * shape[1]
    return np.bincount(spot, term, n).reshape(shape), peak(spot, np.abs(term), n).reshape(shape)


# -- laws --------------------------------------------------------------------------------------------------


@kept_verdict
def judge_sites(world: World, sites: Sites, sheets: dict[str, Sheet], stores: Held, court: Court) -> None:
    """All laws of sites."""
    if not len(sites):
        return
    _judge_open(world, sites, court)
    judge_phases(world, sites.phases, sites.place, sites.size, sites.status(), sites.open, court)
    closed = sites.phases.said["closed"]
    judge_modules(world, sites.modules, sites.place, sites.phases.phased, sites.when, closed, court)
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
        forced = must.get(status) if not sites.phases.phased[i] else None
        if forced is not None and sites.open[i] != forced:
            court.laws -= 1
            did = "opens" if sites.open[i] else "does not open"
            sentence = f"The plan {did} {_name(world, sites, i)}, its status is {status} ({sites.table.spot(int(sites.row[i]))})."
            court.fault("status", f"open: place={_name(world, sites, i)}", sentence, sites.open[i], forced)
    each = np.zeros((world.n("place"), world.n("period")), np.int64)
    np.add.at(each, sites.place, sites.when > 0)
    many, places = each.max(axis=1), sites.places
    court.most(
        "one size",
        exact(many[places]),
        exact(np.ones(len(places))),
        0.0,
        lambda i: f"open: place={world.name('place', int(places[i]))}",
        lambda i: (
            f"{world.name('place', int(places[i]))} is open in {show(float(many[places[i]]))} sizes, at most one may be."
        ),
    )


def _judge_size(world: World, sites: Sites, court: Court) -> None:
    """least × length ≤ what arrives and is collected ≤ capacity × length, of every open site in every period."""
    site, period = np.nonzero(sites.when > 0)
    found = sites.through[sites.place[site], period]
    scale = sites.largest[sites.place[site], period]
    for law, most, ask in (("capacity", sites.room(), court.most), ("least", sites.over_time("least"), court.least)):
        bound = most[site, period] * world.length[period]

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
    stands = sites.stands()
    run, stock, was = sheets["run"], sheets["stock"], start(stores)
    kept = _largest(stock, world)
    first = peak(stores.codes["place"], np.abs(was), world.n("place"))
    doing = {
        "takes in": np.abs(sites.through),
        "has activity": _largest(run, world),
        "keeps stock": kept,
        "starts with stock": np.concatenate([first[:, None], kept[:, :-1]], axis=1),
    }
    for what, found in doing.items():
        _judge_nothing(world, sites, np.where(stands, 0.0, found)[sites.places], what, court)


def _judge_nothing(world: World, sites: Sites, found: Array, what: str, court: Court) -> None:
    """`found`: what each place of sites does in each period in which it is closed."""
    timed = np.isin(sites.places, sites.place[sites.phases.phased])
    place, period = np.nonzero(timed[:, None] | (np.arange(world.n("period")) == 0))
    value = np.where(timed[place], found[place, period], found.max(axis=1)[place])

    def where(i: int) -> str:
        return world.name("place", int(sites.places[place[i]]))

    def say(i: int) -> str:
        spot = sites.table.spot(int(sites.row[np.argmax(sites.place == sites.places[place[i]])]))
        when = world.when(int(period[i])) if timed[place[i]] else ""
        return f"{where(i)} is closed{when}, yet it {what}: {show(float(value[i]))} ({spot})."

    court.most("closed", value, exact(np.zeros(len(value))), 0.0, lambda i: f"sites: place={where(i)}", say)


def _largest(sheet: Sheet, world: World) -> Array:
    """The largest amount of a table at each place in each period."""
    shape = (world.n("place"), world.n("period"))
    spot = sheet.codes["place"] * shape[1] + sheet.codes["period"]
    return peak(spot, np.abs(sheet.number["amount"]), shape[0] * shape[1]).reshape(shape)


def used(sites: Sites) -> tuple[Array, Array]:
    """Places of `sites` where something arrives or is collected; and those where it may be noise."""
    places = sites.places
    most = np.abs(sites.through[places]).max(axis=1) if len(places) else exact(np.zeros(0))
    return places[is_something(most)], places[(most > 0) & ~is_something(most)]
