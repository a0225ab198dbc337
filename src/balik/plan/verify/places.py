"""What happens at places: collection, delivery, activity and stock, each within its bounds; and the mass balance.

Every key of `supply`, `demand`, `processes` and `stores` is a law, also where the plan says nothing (that is 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...words import say
from .exact import exact, peak
from .lanes import Moves
from .resolve import Resolver, resolver
from .sheets import Sheet
from .verdict import Array, Ask, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World, grouped, ravel

PLACE_KEYS = ("place", "material", "period")
RUN_KEYS = ("process", "place", "period")


@dataclass(frozen=True)
class Held:
    """Every key of a table with the amount that the plan gives it, and the row that holds."""

    table: Resolver
    codes: dict[str, Array]
    row: Array
    amount: Array
    beside: Array | None = None  # of supply: what may be collected beside what the table says
    paid: Array | None = None  # of supply: what is paid for each unit beside what the table says

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def material(self) -> Array:
        """The material that each key is about: of a process, the one that `per` names (NONE: none)."""
        if "material" in self.codes or not len(self):
            return self.codes.get("material", np.zeros(0, np.int64))
        per, code = self.table.frame.text["per"], self.table.world.code["material"]
        return np.array([code.get(level, NONE) for level in per.levels], np.int64)[per.codes[self.row]]

    def number(self, column: str, missing: float = np.nan) -> Array:
        """A column of the table at every key, in the unit of its material."""
        return self.table.number(column, self.row, missing, self.material)


@kept_verdict
def hold(
    world: World,
    name: str,
    keys: Sequence[str],
    sheet: Sheet,
    court: Court,
    more: dict[str, Array] | None = None,
) -> Held:
    """Spread a table over its keys and lay the plan's amounts on them; an amount without a row is a fault.

    `more`: keys that may have an amount although the table has no row for them (NONE).
    """
    table = resolver(world, name, keys)
    row, codes = table.every()
    if not len(table):
        codes = {c: np.zeros(0, np.int64) for c in keys}
    sizes = [world.n(c) for c in keys]
    if more is not None:
        row, codes = _with_keys(row, codes, more, sizes)
    key = ravel([codes[c] for c in keys], sizes)
    order = np.argsort(key)
    asked = ravel([sheet.codes[c] for c in keys], sizes)
    at = np.searchsorted(key[order], asked)
    at = order[np.minimum(at, len(key) - 1)] if len(key) else np.zeros(len(asked), np.int64)
    hit = key[at] == asked if len(key) else np.zeros(len(asked), bool)
    amount = sheet.number["amount"]
    for i in np.flatnonzero(~hit & (amount != 0)):
        text = world.key({c: sheet.codes[c] for c in keys}, int(i))
        court.fault(
            name,
            f"{sheet.name}: {text}",
            f"{show(float(amount[i]))} for {text}, but the table {name} has no such row ({sheet.place(int(i))}).",
            float(amount[i]),
            0.0,
        )
    return Held(table, codes, row, np.bincount(at[hit], amount[hit], len(key)))


def _with_keys(
    row: Array, codes: dict[str, Array], more: dict[str, Array], sizes: list[int]
) -> tuple[Array, dict[str, Array]]:
    """The keys of a table, and those beside them that it has no row for."""
    known, asked = (ravel([c[k] for k in codes], sizes) for c in (codes, more))
    _, first = np.unique(asked, return_index=True)
    fresh = first[~np.isin(asked[first], known)]
    codes = {k: np.concatenate([codes[k], more[k][fresh]]) for k in codes}
    return np.concatenate([row, np.full(len(fresh), NONE)]), codes


# -- supply and demand -------------------------------------------------------------------------------------


def ends(held: Held) -> tuple[Array, Array]:
    """least and most of supply or demand: `amount` is both; `beside` adds to most."""
    exact = held.number("amount")
    known = ~np.isnan(exact)
    least = np.where(known, exact, held.number("least", 0.0))
    most = np.where(known, exact, held.number("most", np.inf))
    if held.beside is not None:
        most = np.where(held.row == NONE, 0.0, most) + held.beside
    return least, most


@kept_verdict
def judge_supply(world: World, supply: Held, court: Court) -> None:
    """least ≤ collected ≤ most, for each place, material and period."""
    least, most = ends(supply)
    _judge_amount(world, supply, court.least, least, "supply least", "must be collected")
    _judge_amount(world, supply, court.most, most, "supply most", "may be collected")


def short(demand: Held) -> Array:
    """What is short of least: max(0, least − delivered), in the material's own unit."""
    return np.maximum(0.0, ends(demand)[0] - demand.amount)


@kept_verdict
def judge_demand(world: World, demand: Held, shortage: Sheet, court: Court) -> None:
    """delivered ≤ most; what is short of least is the plan's shortage, and none where shortage is forbidden."""
    least, most = ends(demand)
    _judge_amount(world, demand, court.most, most, "demand most", "may be handed over")
    forbidden = np.isnan(demand.number("shortage_cost"))
    floor = np.where(forbidden, least, 0.0)
    _judge_amount(world, demand, court.least, floor, "demand least", "must be handed over")
    sizes = [world.n(c) for c in PLACE_KEYS]
    key = ravel([demand.codes[c] for c in PLACE_KEYS], sizes)
    said_key = ravel([shortage.codes[c] for c in PLACE_KEYS], sizes)
    for i in np.flatnonzero(~np.isin(said_key, key) & (shortage.number["amount"] != 0)):
        text = world.key(shortage.codes, int(i))
        court.fault(
            "shortage",
            f"shortage: {text}",
            say("A shortage for {keys}, but demand has no such row ({row}).", keys=place_word(text), row=place_word(shortage.place(int(i)))),
        )
    known = np.isin(said_key, key)
    order = np.argsort(key)
    at = order[np.searchsorted(key[order], said_key[known])]
    said = np.bincount(at, shortage.number["amount"][known], len(key))
    need = np.where(forbidden, 0.0, short(demand))  # where it is forbidden, `demand least` has spoken
    c = demand.codes
    court.equal(
        "shortage",
        said,
        need,
        np.where(np.isfinite(least), least, 0.0),
        lambda i: f"shortage: {world.key(c, i)}",
        lambda i: (
            f"{world.name('place', int(c['place'][i]))} is short of {show(float(need[i]))} "
            f"{world.amount(int(c['material'][i]))}{world.when(int(c['period'][i]))}, the plan says "
            f"{show(float(said[i]))} ({demand.table.spot(int(demand.row[i]))})."
        ),
    )


def _judge_amount(world: World, held: Held, ask: Ask, bound: Array, law: str, verb: str) -> None:
    c = held.codes
    done = "collects" if "supply" in law else "is handed" if "demand" in law else "keeps"
    word = law.split()[-1]
    ask(
        law,
        held.amount,
        bound,
        0.0,
        lambda i: f"{held.table.frame.name}: {world.key(c, i)}",
        lambda i: (
            f"{world.name('place', int(c['place'][i]))} {done} {show(float(held.amount[i]))} "
            f"{world.amount(int(c['material'][i]))}{world.when(int(c['period'][i]))}, at {word} "
            f"{show(float(bound[i]))} {verb} ({held.table.spot(int(held.row[i]))})."
        ),
    )


# -- processes ---------------------------------------------------------------------------------------------


class Recipes:
    """The table `recipes`, asked on demand: quantity per unit of activity, negative used, positive made."""

    def __init__(self, world: World):
        self.world = world
        self.table = resolver(world, "recipes", ("process", "material", "place", "period"))

    def rate(self, process: Array, material: Array, place: Array, period: Array) -> Array:
        """Rate of a material (0 where the recipe does not name it)."""
        row = self.table.find(process=process, material=material, place=place, period=period)
        return self.table.number("rate", row, 0.0, material)


def per_run(world: World, runs: Held, recipes: Recipes) -> Array:
    """By what one unit of activity is counted: 1, or |rate| of the material that `per` names."""
    of, counted = runs.material, exact(np.ones(len(runs)))
    at = np.flatnonzero(of != NONE)
    c = {k: a[at] for k, a in runs.codes.items()}
    counted[at] = np.abs(recipes.rate(c["process"], of[at], c["place"], c["period"]))
    return counted


@kept_verdict
def judge_runs(world: World, runs: Held, counted: Array, court: Court) -> None:
    """Activity, counted as `per` says, ≤ most × length of the period."""
    c = runs.codes
    found = runs.amount * counted
    most = runs.number("most", np.inf) * world.length[c["period"]]
    court.most(
        "process most",
        found,
        most,
        0.0,
        lambda i: f"run: {world.key(c, i)}",
        lambda i: (
            f"{world.name('process', int(c['process'][i]))} at {world.name('place', int(c['place'][i]))} does "
            f"{show(float(found[i]))}{world.when(int(c['period'][i]))}, at most {show(float(most[i]))} is possible "
            f"({runs.table.spot(int(runs.row[i]))})."
        ),
    )


# -- stock -------------------------------------------------------------------------------------------------


@kept_verdict
def judge_stock(world: World, stores: Held, court: Court) -> None:
    """Stock ≤ room at the end of each period; after the last it is `end`, where that is a number."""
    room = stores.number("room", np.inf)
    _judge_amount(world, stores, court.most, room, "stock most", "fits")
    end = stores.number("end")
    last = np.flatnonzero((stores.codes["period"] == world.n("period") - 1) & ~np.isnan(end))
    c = stores.codes
    court.equal(
        "stock end",
        stores.amount[last],
        end[last],
        0.0,
        lambda i: f"stock: {world.key(c, int(last[i]))}",
        lambda i: (
            f"{world.name('place', int(c['place'][last[i]]))} ends with {show(float(stores.amount[last[i]]))} "
            f"{world.amount(int(c['material'][last[i]]))}, it must end with {show(float(end[last[i]]))} "
            f"({stores.table.spot(int(stores.row[last[i]]))})."
        ),
    )


def start(stores: Held) -> Array:
    """Stock before the first period, at the keys of the first period (0 elsewhere)."""
    return np.where(stores.codes["period"] == 0, stores.number("start", 0.0), 0.0)


# -- mass --------------------------------------------------------------------------------------------------


@kept_verdict
def judge_balance(
    world: World,
    moves: Sequence[Moves],
    sheets: dict[str, Sheet],
    stores: Held,
    recipes: Recipes,
    court: Court,
) -> None:
    """For each place, material, period: arrives + collected + made + was in stock = leaves + handed over + used + stays.

    Of the material's own unit; over all amounts that the plan writes, lawful or not.
    """
    parts: list[tuple[Array, Array, Array, Array]] = []
    for m in moves:
        parts.append((m.codes["dest"], m.codes["material"], m.codes["period"], m.amount))
        parts.append((m.codes["origin"], m.codes["material"], m.codes["period"], -m.amount))
    for name, sign in (("collect", 1.0), ("deliver", -1.0), ("stock", -1.0)):
        c, amount = sheets[name].codes, sheets[name].number["amount"]
        parts.append((c["place"], c["material"], c["period"], sign * amount))
    c, amount = sheets["stock"].codes, sheets["stock"].number["amount"]
    on = np.flatnonzero(c["period"] + 1 < world.n("period"))
    parts.append((c["place"][on], c["material"][on], c["period"][on] + 1, amount[on]))
    first, was = stores.codes, start(stores)
    parts.append((first["place"], first["material"], first["period"], was))
    c, amount = sheets["run"].codes, sheets["run"].number["amount"]
    for material in range(world.n("material")):
        of = np.full(len(amount), material, np.int64)
        parts.append((c["place"], of, c["period"], amount * recipes.rate(c["process"], of, c["place"], c["period"])))
    place, material_, period, term = (np.concatenate([p[k] for p in parts]) for k in range(4))
    _balance(world, {"place": place, "material": material_, "period": period}, term, court)


def _balance(world: World, codes: dict[str, Array], term: Array, court: Court) -> None:
    first, at = grouped(list(codes.values()))
    came = np.bincount(at, np.maximum(term, 0.0), len(first))
    went = np.bincount(at, np.maximum(-term, 0.0), len(first))
    largest = peak(at, np.abs(term), len(first))
    c = {k: a[first] for k, a in codes.items()}

    def say(i: int) -> str:
        material, place = int(c["material"][i]), world.name("place", int(c["place"][i]))
        lost = came[i] - went[i]
        return (
            f"{place}: {show(float(came[i]))} {world.amount(material)} come in{world.when(int(c['period'][i]))} "
            f"(arrive, are collected, made or were in stock), {show(float(went[i]))} go out: "
            f"{show(abs(float(lost)))} {'vanish' if lost > 0 else 'appear from nothing'}."
        )

    # The tolerance follows the largest single term, not the two sums.
    net = came - went
    court.equal("balance", net, exact(np.zeros(len(net))), largest, lambda i: world.key(c, i), say)
