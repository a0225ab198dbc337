"""What holds with a probability: capacity where what comes varies, and waits in queues at sites."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...tables.normal import beyond, log_inverse
from ...tables.varying import moved_supply
from .exact import exactly
from .reserve import _quantile as quantile
from .sites import Sites
from .terms import Deeds
from .verdict import TOLERANCE, Array, Court, kept_verdict, show
from .world import World

#: Digits to which a square root is taken, upwards.
_DIGITS = 10**15


@kept_verdict
def judge_chance(deeds: Deeds, court: Court) -> None:
    """Mean + z × standard deviation of what comes to a site ≤ its capacity, in every period in which it is open.

    The standard deviation is that of the supplies which the plan sends there, all of each to one place. Sites that hold
    at once, and vary independently of each other, do so with the product of their probabilities.
    """
    world, sites = deeds.world, deeds.sites
    if not len(sites) or not world.data["sites"].given["chance"].any():
        return
    fits, apart = fits_of(deeds)
    fails, misses = _fails(world, sites, apart), _Misses(deeds, court)
    for fit in fits:
        place = int(sites.place[fit.site])
        spread = quantile(1 - fails[place]) * _root(fit.variance)
        if apart:
            misses.add(fit)
        unit, name = sites.count[place].unit, world.name("place", place)
        sentence = (
            f"{name} takes in {show(fit.mean)} {unit} on the average{world.when(fit.period)}, and needs {show(spread)} more "
            f"for the probability asked; its capacity is {show(fit.room)} ({sites.table.spot(int(sites.row[fit.site]))})."
        )
        where = f"sites: place={name}, period={world.name('period', fit.period)}"
        largest = sites.largest[place, fit.period]
        court.number("most", "chance", fit.mean + spread, fit.room, largest, where, sentence)
    misses.judge()


@dataclass(frozen=True)
class Fit:
    """What comes to an open site with a chance in a period: its mean and its variance, and the room for it."""

    site: int
    period: int
    mean: Fraction
    variance: Fraction
    room: Fraction


def fits_of(deeds: Deeds) -> tuple[list[Fit], bool]:
    """Every open site with a chance in every period; and whether what comes to them is independent."""
    world, sites = deeds.world, deeds.sites
    names, given = _variables(world), world.data["sites"].given["chance"]
    factors, tie = _factors(deeds, names), _ties(world, names)
    has = {int(p) for p in sites.place[given[sites.row]]}
    out = []
    for site, period in zip(*(a.tolist() for a in np.nonzero(sites.when > 0)), strict=True):
        place = int(sites.place[site])
        if place in has:
            own = factors[place, period]
            variance = sum((own[f] * own[g] * tie[f, g] for f in own for g in own if (f, g) in tie), Fraction(0))
            room = exactly(sites.room()[site, period] * world.length[period])
            out.append(Fit(site, period, exactly(sites.through[place, period]), variance, room))
    return out, _apart({key: own for key, own in factors.items() if key[0] in has}, tie)


@dataclass
class _Misses:
    """What sites that hold at once miss: of each group in each period, the probability that all fit."""

    deeds: Deeds
    court: Court
    fits: dict[tuple[str, int], Fraction] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)

    def add(self, fit: Fit) -> None:
        """One site of it; the tolerance of laws is room, too."""
        sites = self.deeds.sites
        row = int(sites.row[fit.site])
        group = self.deeds.world.data["sites"].text["together"][row]
        if group:
            left = fit.room - fit.mean
            left += exactly(TOLERANCE) * max(Fraction(1), exactly(sites.largest[int(sites.place[fit.site]), fit.period]))
            one = 1 - beyond(left**2 / fit.variance) if fit.variance and left >= 0 else Fraction(left >= 0)
            self.fits[group, fit.period] = self.fits.get((group, fit.period), Fraction(1)) * one
            self.row[group] = row

    def judge(self) -> None:
        """What may fail is no more than the probability leaves."""
        world = self.deeds.world
        for (group, period), fits in self.fits.items():
            row = self.row[group]
            fails = 1 - exactly(world.numbers.cell("sites", "chance", row))
            sentence = (
                f"The sites of '{group}' fit at once with a probability of {float(fits):.9g}{world.when(period)}; "
                f"{float(1 - fails):.9g} is asked ({self.deeds.sites.table.spot(row)})."
            )
            where = f"sites: together={group}, period={world.name('period', period)}"
            self.court.number("most", "chance at once", (1 - fits) / fails, 1, 1, where, sentence)


def _apart(factors: dict[tuple[int, int], dict[int, Fraction]], tie: dict[tuple[int, int], Fraction]) -> bool:
    """Whether what comes to different sites is independent: no variable and no correlation spans two of them."""
    return not any(
        own[f] and more[g] and tie.get((f, g))
        for (place, period), own in factors.items()
        for (other, when), more in factors.items()
        if other != place and when == period
        for f in own
        for g in more
    )


def _fails(world: World, sites: Sites, apart: bool) -> dict[int, Fraction]:
    """What may fail at every place with a chance: of the place alone, or its equal share of what may fail together.

    The latter where what comes to them is not independent (`apart`): that is safe whatever the correlations.
    """
    many = Counter(group for _, group in asked_of(world, sites).values())
    return {
        place: (1 - level) / (many[group] if group and not apart else 1)
        for place, (level, group) in asked_of(world, sites).items()
    }


def asked_of(world: World, sites: Sites) -> dict[int, tuple[Fraction, str]]:
    """The probability asked of every place with a chance, and the word of those that hold at once with it."""
    frame = world.data["sites"]
    row_of = {int(p): int(r) for p, r in zip(sites.place.tolist(), sites.row.tolist(), strict=True)}
    return {
        place: (exactly(world.numbers.cell("sites", "chance", row)), frame.text["together"][row])
        for place, row in row_of.items()
        if frame.given["chance"][row]
    }


def _variables(world: World) -> dict[str, int]:
    return {name: f for f, name in enumerate(dict.fromkeys(world.data["distributions"].text["variable"]))}


def _ties(world: World, names: dict[str, int]) -> dict[tuple[int, int], Fraction]:
    """Correlations that are not 0."""
    frame = world.data["correlations"]
    tie = {(f, f): Fraction(1) for f in names.values()}
    for row in np.flatnonzero(frame.ok).tolist():
        a, b = (names.get(frame.text[c][row]) for c in "ab")
        if a is not None and b is not None:
            tie[a, b] = tie[b, a] = exactly(world.numbers.cell("correlations", "rho", row))
    return tie


def _factors(deeds: Deeds, names: dict[str, int]) -> dict[tuple[int, int], dict[int, Fraction]]:
    """By place and period: how much of each variable, in what the site counts, comes to it with what the plan sends."""
    world, frame = deeds.world, deeds.world.data["distributions"]
    mover = {at: row for row, at, column in moved_supply(world.data) if column == "amount"}
    goes = defaultdict(set)
    for moves in (deeds.moves, deeds.runs.moves):
        on = np.flatnonzero(moves.amount > 0)
        for i, j, m in zip(*(moves.codes[c][on].tolist() for c in ("origin", "dest", "material")), strict=True):
            goes[i, m].add(j)
    out: dict[tuple[int, int], dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    supply, amount = deeds.supply, deeds.supply.number("amount")
    for k, row in enumerate(supply.row.tolist()):
        if row not in mover:
            continue
        i, m, t = (int(supply.codes[c][k]) for c in ("place", "material", "period"))
        by = mover[row]
        sd = exactly(world.numbers.cell("distributions", "sd", by))
        sd *= exactly(amount[k]) if frame.text["op"][by] == "*=" else _ratio(world, m)
        for j in goes[i, m]:
            if j in deeds.sites.count:
                out[j, t][names[frame.text["variable"][by]]] += sd * exactly(deeds.sites.count[j].sizes[m] or 0)
    return out


def _ratio(world: World, material: int) -> Fraction:
    """By what a number as supply counts it is multiplied to be in the unit of the material."""
    counted = world.data["supply"].counted.get("amount")
    return Fraction(1 if counted is None else counted.ratio(material) or 1)


def _root(value: Fraction) -> Fraction:
    """The square root, rounded up at 15 decimals (of the fraction's own denominator)."""
    whole = value.numerator * value.denominator * _DIGITS * _DIGITS
    root = math.isqrt(whole)
    return Fraction(root + (root * root < whole), value.denominator * _DIGITS)


# -- queues ------------------------------------------------------------------------------------------------------


@kept_verdict
def judge_waiting(deeds: Deeds, court: Court) -> None:
    """What comes to an open queue in a unit of time is at most the rate at which its wait is as long as it may be."""
    world, sites = deeds.world, deeds.sites
    if not len(sites) or not world.data["sites"].given["wait"].any():
        return
    for queue in queues_of(deeds):
        site, period = queue.site, queue.period
        place, length = int(sites.place[site]), exactly(world.length[period]) * queue.one
        comes, name = queue.comes * length, world.name("place", place)
        sentence = (
            f"{name} takes in {show(comes)} {sites.count[place].unit}{world.when(period)}; with more than "
            f"{show(queue.most * length)} the wait there is longer than {show(queue.wait)} "
            f"({sites.table.spot(int(sites.row[site]))})."
        )
        where = f"sites: place={name}, period={world.name('period', period)}"
        court.number("most", "waiting", comes, queue.most * length, sites.largest[place, period], where, sentence)


@dataclass(frozen=True)
class Queue:
    """An open queue in a period, in arrivals and units of time: what comes, what is served, and the most that may come.

    `one`: what one arrival counts at the site; `mean`: whether it is the mean wait that is bounded.
    """

    site: int
    period: int
    one: Fraction
    comes: Fraction
    rate: Fraction
    most: Fraction
    wait: Fraction
    variation: Fraction
    mean: bool


def queues_of(deeds: Deeds) -> list[Queue]:
    """Every open site with a wait in every period."""
    world, sites, frame = deeds.world, deeds.sites, deeds.world.data["sites"]
    serves, ones, out = sites.number("serves"), _arrivals(deeds), []
    for site, period in zip(*(a.tolist() for a in np.nonzero(sites.when > 0)), strict=True):
        row, place = int(sites.row[site]), int(sites.place[site])
        if not frame.given["wait"][row]:
            continue
        one = ones.get(place, Fraction(1))
        rate, mean = exactly(serves[site]) / one, not frame.given["wait_chance"][row]
        wait, variation = (exactly(world.numbers.cell("sites", c, row)) for c in ("wait", "variation"))
        if mean:
            most = 2 * rate * (rate * wait - 1) / (2 * rate * wait + variation**2 - 1)
        else:
            late = 1 - exactly(world.numbers.cell("sites", "wait_chance", row))
            most = (rate * wait - log_inverse(late)) / wait
        comes = exactly(sites.through[place, period]) / (exactly(world.length[period]) * one)
        out.append(Queue(site, period, one, comes, rate, most, wait, variation, mean))
    return out


def _arrivals(deeds: Deeds) -> dict[int, Fraction]:
    """What one arrival counts at each place: a unit of what comes there, or where nothing does, of what may come."""
    sites, held = deeds.sites, deeds.supply
    out: dict[int, Fraction] = {}

    def note(place: Array, material: Array) -> None:
        for p, m in set(zip(place.tolist(), material.tolist(), strict=True)):
            if p in sites.count:
                out.setdefault(p, exactly(sites.count[p].sizes[m] or 1))

    for place, material, amount in (
        *((m.codes["dest"], m.codes["material"], m.amount) for m in (deeds.moves, deeds.runs.moves)),
        (held.codes["place"], held.codes["material"], held.amount),
    ):
        note(place[amount > 0], material[amount > 0])
    if not out.keys() >= {*sites.place.tolist()}:
        every = deeds.lanes.every().codes
        at = {(tour, stop.number): stop.place for tour, stops in deeds.tours.stops.items() for stop in stops}
        hauls = [(at[tour, down], material) for tour, _, down, material in deeds.tours.pairs]
        note(every["dest"], every["material"])
        note(*np.array(hauls, np.int64).reshape(-1, 2).T)
        note(held.codes["place"], held.codes["material"])
    return out
