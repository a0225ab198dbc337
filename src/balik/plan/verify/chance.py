"""What holds with a probability: capacity where what comes varies, and waits in queues at sites."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...tables.normal import beyond, log_inverse
from ...tables.varying import moved_supply
from .exact import exactly
from .reserve import _quantile as quantile
from .sites import Sites
from .terms import Deeds
from .verdict import TOLERANCE, Court, kept_verdict, show
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
    frame = world.data["sites"]
    if not len(sites) or not frame.given["chance"].any():
        return
    names = _variables(world)
    factors, tie = _factors(deeds, names), _ties(world, names)
    given = {int(p) for p in sites.place[frame.given["chance"][sites.row]]}
    apart = _apart({key: own for key, own in factors.items() if key[0] in given}, tie)
    asked, misses = _asked(world, sites, apart), _Misses(deeds, court)
    for site, period in zip(*(a.tolist() for a in np.nonzero(sites.when > 0)), strict=True):
        place = int(sites.place[site])
        if place not in asked:
            continue
        mean, own = exactly(sites.through[place, period]), factors[place, period]
        variance = sum((own[f] * own[g] * tie[f, g] for f in own for g in own if (f, g) in tie), Fraction(0))
        spread = asked[place] * _root(variance)
        room = exactly(sites.room()[site, period] * world.length[period])
        if apart:
            misses.add(site, period, room - mean, variance)
        unit, name = sites.count[place].unit, world.name("place", place)
        sentence = (
            f"{name} takes in {show(mean)} {unit} on the average{world.when(period)}, and needs {show(spread)} more for the "
            f"probability asked; its capacity is {show(room)} ({sites.table.spot(int(sites.row[site]))})."
        )
        where = f"sites: place={name}, period={world.name('period', period)}"
        court.number("most", "chance", mean + spread, room, sites.largest[place, period], where, sentence)
    misses.judge()


@dataclass
class _Misses:
    """What sites that hold at once miss: of each group in each period, the probability that all fit."""

    deeds: Deeds
    court: Court
    fits: dict[tuple[str, int], Fraction] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)

    def add(self, site: int, period: int, left: Fraction, variance: Fraction) -> None:
        """One site of it; the tolerance of laws is room, too."""
        sites = self.deeds.sites
        row = int(sites.row[site])
        group = self.deeds.world.data["sites"].text["together"][row]
        if group:
            left += exactly(TOLERANCE) * max(Fraction(1), exactly(sites.largest[int(sites.place[site]), period]))
            one = 1 - beyond(left**2 / variance) if variance and left >= 0 else Fraction(left >= 0)
            self.fits[group, period] = self.fits.get((group, period), Fraction(1)) * one
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


def _asked(world: World, sites: Sites, apart: bool) -> dict[int, Fraction]:
    """z of every place with a chance: that of the place alone, or of its equal share of what may fail together.

    The latter where what comes to them is not independent (`apart`): that is safe whatever the correlations.
    """
    frame = world.data["sites"]
    row_of = {int(p): int(r) for p, r in zip(sites.place.tolist(), sites.row.tolist(), strict=True)}
    word = {p: frame.text["together"][r] for p, r in row_of.items()}
    out = {}
    for place, row in row_of.items():
        if not frame.given["chance"][row]:
            continue
        fails = 1 - exactly(world.numbers.cell("sites", "chance", row))
        sharing = sum(other == word[place] for other in word.values()) if word[place] and not apart else 1
        out[place] = quantile(Fraction(1 - fails / sharing))
    return out


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
    world, sites, frame = deeds.world, deeds.sites, deeds.world.data["sites"]
    if not len(sites) or not frame.given["wait"].any():
        return
    serves, ones = sites.number("serves"), _arrivals(deeds)
    for site, period in zip(*(a.tolist() for a in np.nonzero(sites.when > 0)), strict=True):
        row, place = int(sites.row[site]), int(sites.place[site])
        if not frame.given["wait"][row]:
            continue
        one = ones.get(place, Fraction(1))  # what one arrival counts
        rate = exactly(serves[site]) / one
        wait, variation = (exactly(world.numbers.cell("sites", c, row)) for c in ("wait", "variation"))
        if frame.given["wait_chance"][row]:
            late = 1 - exactly(world.numbers.cell("sites", "wait_chance", row))
            most = (rate * wait - log_inverse(late)) / wait
        else:
            most = 2 * rate * (rate * wait - 1) / (2 * rate * wait + variation**2 - 1)
        length = exactly(world.length[period]) * one
        comes, name = exactly(sites.through[place, period]), world.name("place", place)
        sentence = (
            f"{name} takes in {show(comes)} {sites.count[place].unit}{world.when(period)}; with more than "
            f"{show(most * length)} the wait there is longer than {show(wait)} ({sites.table.spot(row)})."
        )
        where = f"sites: place={name}, period={world.name('period', period)}"
        court.number("most", "waiting", comes, most * length, sites.largest[place, period], where, sentence)


def _arrivals(deeds: Deeds) -> dict[int, Fraction]:
    """What one unit of what comes to each place counts there."""
    out: dict[int, Fraction] = {}
    held = deeds.supply
    came = [(m.codes["dest"], m.codes["material"], m.amount) for m in (deeds.moves, deeds.runs.moves)]
    for place, material, amount in (*came, (held.codes["place"], held.codes["material"], held.amount)):
        for p, m in set(zip(place[amount > 0].tolist(), material[amount > 0].tolist(), strict=True)):
            if p in deeds.sites.count:
                out[p] = exactly(deeds.sites.count[p].sizes[m] or 1)
    return out
