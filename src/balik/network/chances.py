"""Capacities that hold with a probability, and the supply that varies: what the tables say of them, and what fits.

A plan's flows are those of the mean. What comes to a site varies as the supply that is assigned to it whole; whatever
else makes what comes there vary is refused here with its reason, so that the promise is exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ..kept import kept
from ..tables import Data
from ..tables.normal import cdf, quantile
from ..tables.varying import moved_supply
from ..words import say
from . import network as net
from .expand import Array

_NONE = np.zeros(0, np.int64)
#: A normal draw cut off by more than this share is told of.
_CUT = 1e-3
#: From this probability on, that sites hold at once is a convex law (engines/risks.py).
_CONVEX = 0.8


@kept
def encode_chances(data: Data, sites: net.Sites) -> net.Chances:
    """The places of `sites` with a chance, each once, and which of them hold at once."""
    frame = data["sites"]
    if not (frame.given["chance"].any() or frame.given["together"].any()):
        return net.Chances(_NONE, np.zeros(0), np.zeros(0), _NONE, _NONE)
    rows = sites.row
    told = {int(p): rows[sites.place == p] for p in np.unique(sites.place)}
    words = {row: (_level(data, row), frame.text["together"][row]) for row in np.unique(rows).tolist()}
    members: dict[str, list[int]] = {}
    for place, own in told.items():
        members.setdefault(words[int(own[0])][1], []).append(place)
    _note_rows(data, told, words, members)
    kept = [p for p, own in told.items() if words[int(own[0])][0] is not None]
    several = [group for group in members if group and len(members[group]) > 1]
    asked = [words[int(told[p][0])] for p in kept]
    return net.Chances(
        np.array(kept, np.int64),
        np.array([float(level) for level, _ in asked if level is not None]),
        np.array([float(quantile(level)) for level, _ in asked if level is not None]),
        np.array([several.index(group) if group in several else -1 for _, group in asked], np.int64),
        np.array([told[p][0] for p in kept], np.int64),
        tuple(several),
    )


@kept
def sharing(chances: net.Chances, varying: net.Varying) -> net.Chances:
    """Where sites do not vary independently of each other, each of a group takes an equal share of what may fail.

    That is safe whatever the correlations (Bonferroni); it is so, too, below the probability from which the law is convex.
    """
    shared = (chances.group >= 0) & ((chances.level < _CONVEX) | (not varying.independent))
    if not shared.any():
        return chances
    many = np.bincount(chances.group[shared])
    levels = [
        1 - (1 - Fraction(repr(level))) / int(many[group]) if share else Fraction(repr(level))
        for level, group, share in zip(chances.level.tolist(), chances.group.tolist(), shared.tolist(), strict=True)
    ]
    return replace(
        chances,
        level=np.array([float(level) for level in levels]),
        quantile=np.array([float(quantile(level)) for level in levels]),
        group=np.where(shared, -1, chances.group),
    )


def _level(data: Data, row: int) -> Fraction | None:
    """The probability of a row of sites, as written; None where it has none or one that is out of range."""
    frame = data["sites"]
    value = float(frame.number["chance"][row])
    return Fraction(repr(value)) if frame.given["chance"][row] and 0.5 <= value < 1 else None


def _note_rows(
    data: Data,
    told: dict[int, Array],
    words: dict[int, tuple[Fraction | None, str]],
    members: dict[str, list[int]],
) -> None:
    """A capacity without end; sizes, or sites together, that ask for different things."""
    frame, places = data["sites"], data.labels["place"]
    for row, (level, group) in words.items():
        if frame.given["chance"][row] and level is None:
            found = say("chance = {value:g} must be from 0.5 to below 1.", value=float(frame.number["chance"][row]))
            data.problems.add("E730", found, say("Write a probability such as 0.95."), **frame.where(row, "chance"))
        elif level is not None and np.isinf(frame.written("capacity")[row]):
            found = say("A chance without a capacity: nothing could fail.")
            data.problems.add("E730", found, say("Write capacity."), **frame.where(row, "chance"))
        elif group and level is None:
            found = say("Sites that hold together need a chance.")
            data.problems.add("E730", found, say("Write chance on the row, too."), **frame.where(row, "together"))
    for place, rows in told.items():
        if len({words[int(r)] for r in rows}) > 1:
            found = say("The sizes of {place} ask for different chances.", place=places[place])
            data.problems.add("E731", found, say("Write the same chance and together on each."), **frame.where(int(rows[-1]), "chance"))  # fmt: skip
    for group, all_of in members.items():
        levels = {words[int(told[p][0])][0] for p in all_of}
        if group and len(levels - {None}) > 1:
            found = say("The sites that hold together as '{group}' ask for different chances.", group=group)
            last = int(told[all_of[-1]][0])
            data.problems.add("E731", found, say("Write one chance: that all of them hold at once."), **frame.where(last, "chance"))  # fmt: skip


@dataclass(frozen=True)
class Ways:
    """Where materials go, and what happens to them on the way."""

    lanes: net.Lanes
    hauls: net.Hauls
    runs: net.Runs
    recipe: net.Recipe
    stores: net.Stores
    demand: net.Demand
    places: int

    def reach(self, supply: net.Supply, places: Array) -> Array:
        """Which supply may come to one of these places, by any lanes and tours."""
        there = np.zeros(self.places, bool)
        there[places] = True
        origin, dest = self._legs()
        while True:
            more = np.unique(origin[there[dest] & ~there[origin]])
            if not len(more):
                return np.asarray(there[supply.place])
            there[more] = True

    def note(self, data: Data, supply: net.Supply, on: Array, places: Array) -> None:
        """Refuse what varies and does not go whole and straight to one place."""
        if not len(on):
            return
        names, materials = data.labels["place"], data.labels["material"]
        single = {(int(o), int(m)) for o, m in zip(self.lanes.origin[self.lanes.single], self.lanes.material[self.lanes.single], strict=True)}  # fmt: skip
        for place, material in dict.fromkeys(zip(supply.place[on].tolist(), supply.material[on].tolist(), strict=True)):
            row = int(supply.row[on][(supply.place[on] == place) & (supply.material[on] == material)][0])
            where = data["supply"].where(row, "place")
            what = {"material": materials[material], "place": names[place]}
            if place in places:
                told = say("'{material}' varies at {place}, which is a site with a chance itself.", **what)
                data.problems.add("E735", told, say("Let it come from a place of its own, by a lane of 0 km."), **where)
            elif (place, material) not in single:
                told = say("'{material}' varies at {place} and may be split over several places.", **what)
                data.problems.add("E735", told, say("Write single = yes on its lanes: a chance needs all of it at one site."), **where)  # fmt: skip
            if self._else(place, material):
                told = say("'{material}' varies at {place}, where it also arrives, is used, made, kept or handed over.", **what)  # fmt: skip
                data.problems.add("E736", told, say("Let it leave whole, by lanes."), **where)
            if (far := self._beyond(place, material, places)) is not None:
                told = say("'{material}' varies at {place} and may come to {site} through another place.", **what, site=names[far])  # fmt: skip
                data.problems.add("E737", told, say("Only what comes straight to a site counts in its chance: leave chance blank there."), **where)  # fmt: skip

    def _legs(self) -> tuple[Array, Array]:
        return (np.concatenate([self.lanes.origin, self.hauls.origin]), np.concatenate([self.lanes.dest, self.hauls.dest]))  # fmt: skip

    def _else(self, place: int, material: int) -> bool:
        """Whether anything but leaving happens to a material at a place."""
        tables = ((self.lanes, "dest"), (self.hauls, "dest"), (self.stores, "place"), (self.demand, "place"))
        there = any(bool(((getattr(t, c) == place) & (t.material == material)).any()) for t, c in tables)
        at = self.runs.place[self.recipe.run] if len(self.recipe.run) else _NONE
        return there or bool(((at == place) & (self.recipe.material == material)).any())

    def _beyond(self, place: int, material: int, places: Array) -> int | None:
        """A place with a chance that is reached only by way of another."""
        origin, dest = self._legs()
        own = np.concatenate([self.lanes.material, self.hauls.material]) == material
        there = np.zeros(self.places, bool)
        step = np.unique(dest[own & (origin == place)])
        while len(step):
            step = np.unique(dest[np.isin(origin, step)])
            step = step[~there[step]]
            there[step] = True
        found = places[there[places]]
        return int(found[0]) if len(found) else None


# -- what varies -------------------------------------------------------------------------------------------------


@kept
def encode_varying(data: Data, chances: net.Chances, supply: net.Supply, ways: Ways) -> net.Varying:
    """Supply that varies, where it may come to a place with a chance."""
    frame = data["distributions"]
    reach = ways.reach(supply, chances.place) if len(chances) else np.zeros(len(supply), bool)
    moved: dict[int, list[tuple[int, str]]] = {}
    for row, at, column in moved_supply(data) if reach.any() else ():
        moved.setdefault(at, []).append((row, column))
    on, sd, variable = [], [], []
    names = list(dict.fromkeys(frame.text["variable"]))
    key = supply.place * len(data.labels["material"]) + supply.material
    comes = np.isin(key, key[supply.most > 0])  # in some period: else no plan says where it goes
    for k in np.flatnonzero(reach & np.isin(supply.row, list(moved))).tolist():
        found = _spread(data, supply, k, moved[int(supply.row[k])])
        if found and not comes[k]:
            told = say("'{material}' varies at {place}, where its amount is 0: no chance counts it.",
                       material=data.labels["material"][supply.material[k]], place=data.labels["place"][supply.place[k]])  # fmt: skip
            data.problems.add("W730", told, say("Write what comes on the average as its amount."), **data["supply"].where(int(supply.row[k]), "amount"))  # fmt: skip
        elif found:
            on.append(k)
            sd.append(found)
            variable.append(names.index(frame.text["variable"][moved[int(supply.row[k])][0][0]]))
    if len(chances) and not on and not data.problems.errors:
        advice = say("Write distributions of supply.amount: without them a chance says no more than the capacity.")
        data.problems.add("W730", say("Nothing that comes to a site with a chance varies."), advice, **data["sites"].where(int(chances.row[0]), "chance"))  # fmt: skip
    those = np.array(on, np.int64)
    ways.note(data, supply, those, chances.place)
    return net.Varying(
        supply.place[those], supply.material[those], supply.period[those], np.array(sd, float),
        np.array(variable, np.int64), _ties(data, names) if on else np.zeros((0, 0)),
    )  # fmt: skip


def _spread(data: Data, supply: net.Supply, k: int, moved: list[tuple[int, str]]) -> float:
    """The standard deviation of a supply; 0 where it has none, or none that a chance can take."""
    frame, (row, column) = data["distributions"], moved[0]
    where = frame.where(row, "column")
    if len(moved) > 1:
        told = say("Two rows of distributions move the same supply: also at {spot}.", spot=frame.spot(moved[1][0]))
        data.problems.add("E733", told, say("Write one row: sites with a chance take one normal draw for each supply."), **where)  # fmt: skip
        return 0.0
    if column != "amount" or not data["supply"].given["amount"][int(supply.row[k])] or supply.follows[k]:
        told = say("What varies at a supply that may come to a site with a chance must be its amount.")
        data.problems.add("E733", told, say("Write amount in supply, and column = amount here."), **where)
        return 0.0
    if frame.text["shape"][row] != "normal":
        told = say("A chance is of normal draws, and this one is {shape}.", shape=frame.text["shape"][row])
        data.problems.add("E732", told, say("Write shape = normal, or weigh scenarios: balik stochastic --chance."), **frame.where(row, "shape"))  # fmt: skip
        return 0.0
    mean, sd = (float(frame.number[c][row]) for c in ("mean", "sd"))
    if np.isnan(mean) or np.isnan(sd):
        told = say("A {shape} distribution needs {words}.", shape="normal", words="mean, sd")
        data.problems.add("E681", told, say("Correct the row."), **frame.where(row, "shape"))
        return 0.0
    amount, op = float(supply.most[k]), frame.text["op"][row]
    ratio = data["supply"].ratio("amount", int(supply.material[k]))
    own = {"*=": 1.0, "+=": 0.0, "=": amount / ratio}[op]
    if abs(mean - own) > 1e-9 * max(1.0, abs(own)):
        told = say("The mean of the draw must be that of the plan, {own:g}, and it is {mean:g}.", own=own, mean=mean)
        data.problems.add("E734", told, say("Write the mean as the amount of supply, and mean = {own} here.", own=f"{own:g}"), **frame.where(row, "mean"))  # fmt: skip
        return 0.0
    _note_cut(data, row, mean, sd)
    spread = sd * (amount if op == "*=" else ratio)
    return spread if spread**2 > 0.0 else 0.0  # a variance that is no float but 0


def _note_cut(data: Data, row: int, mean: float, sd: float) -> None:
    """A normal draw that is cut off: a chance counts the whole bell."""
    frame = data["distributions"]
    low, high = (float(frame.number[c][row]) for c in ("low", "high"))
    cut = (0.0 if np.isnan(low) else cdf((low - mean) / sd)) + (0.0 if np.isnan(high) else 1 - cdf((high - mean) / sd)) if sd else 0.0  # fmt: skip
    if cut > _CUT:
        told = say("{share:.3g} % of these draws are cut off; a chance counts the whole normal distribution.", share=100 * cut)  # fmt: skip
        data.problems.add("W731", told, say("Take a smaller sd, or look what simulate says of the plan."), **frame.where(row, "sd"))  # fmt: skip


def _ties(data: Data, names: list[str]) -> Array:
    """Correlations of all variables."""
    frame, tie = data["correlations"], np.eye(len(names))
    for row in range(len(frame)):
        a, b = (frame.text[c][row] for c in "ab")
        if frame.ok[row] and a in names and b in names and a != b:
            tie[names.index(a), names.index(b)] = tie[names.index(b), names.index(a)] = float(frame.number["rho"][row])
    least = float(np.linalg.eigvalsh(tie).min())
    if least < -1e-9:
        found = say("The correlations cannot hold together: their matrix has the eigenvalue {value:.3g}.", value=least)
        data.problems.add("E682", found, say("Bring them nearer to 0."), **data.tables.where("correlations"))
    return tie
