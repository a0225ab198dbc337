"""The plan's own figures against the recomputed ones: its ledger, line by line, and the document `plan.json`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ...words import Sentence, say, sentences
from .exact import Array, Number, exact, total
from .limits import Quantities
from .sheets import Sheet
from .sites import used
from .terms import KEYS, Terms
from .verdict import Court, Scale, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World, grouped, stacked, taken

# -- the ledger --------------------------------------------------------------------------------------------


def sums_by_account(world: World, lines: Terms) -> dict[str, Number]:
    """Money by account, of the accounts that have a line."""
    out = {}
    for account in _named(lines.codes["account"]):
        value = lines.value[lines.codes["account"] == account]
        if value.any():
            out[world.labels["account"][account]] = total(value)
    return out


def _named(codes: Array) -> list[int]:
    """Which codes there are, in order; NONE may be among them."""
    return [int(code) + NONE for code in np.flatnonzero(np.bincount(codes - NONE))]


@kept_verdict
def judge_ledger(world: World, lines: Terms, sheet: Sheet, court: Court) -> None:
    """cost = amount × rate on every line; lines add up to each account, key by key."""
    mine, spent = _by_account(lines.codes["account"], np.flatnonzero(lines.value != 0))
    said, told = _by_account(sheet.codes["account"], np.arange(len(sheet)))
    lines, sheet = lines.take(mine), sheet.take(said)
    for account in sorted({*spent, *told}):
        here, there = spent.get(account, slice(0)), told.get(account, slice(0))
        _judge_account(world, account, lines.part(here), sheet.part(there), court)


def _by_account(codes: Array, at: Array) -> tuple[Array, dict[int, slice]]:
    """These rows, account by account, and where each account stands among them."""
    codes = codes[at]
    many = np.bincount(codes - NONE)
    ends = np.cumsum(many).tolist()
    parts = {k + NONE: slice(ends[k] - n, ends[k]) for k, n in enumerate(many.tolist()) if n}
    return at[np.argsort(codes, kind="stable")], parts


@kept_verdict
def _judge_account(world: World, account: int, mine: Terms, sheet: Sheet, court: Court) -> None:
    """The lines of an account, and what they add up to."""
    cost = exact(sheet.number["cost"])  # account by account, as the numbers of one are of one kind
    _judge_lines(world, sheet, cost, court)
    says = np.flatnonzero(cost != 0)
    said = Terms({c: taken(a, says) for c, a in sheet.codes.items()}, cost[says], np.ones(len(says), bool))
    if account >= 0 and (len(mine) or len(said)):
        _judge_sums(world, world.labels["account"][account], mine, said, court)


def _judge_lines(world: World, sheet: Sheet, cost: Array, court: Court) -> None:
    """cost = amount × rate, of these lines."""
    amount, rate = (sheet.number[c] for c in ("amount", "rate"))
    product = exact(amount) * exact(rate)
    court.equal(
        "ledger line",
        cost,
        product,
        0.0,
        lambda i: f"ledger: {world.key(sheet.codes, i)}",
        lambda i: (
            f"{sheet.place(i)} ({world.key(sheet.codes, i)}): {show(float(amount[i]))} × "
            f"{show(float(rate[i]))} is {show(float(product[i]))}, the line says {show(float(cost[i]))}."
        ),
    )


def _judge_sums(world: World, name: str, mine: Terms, said: Terms, court: Court) -> None:
    """The sum of an account, and its lines key by key."""
    costs, claimed = total(mine.value), total(said.value)
    sentence = f"The lines of account {name} add up to {show(claimed)}, the plan as written costs {show(costs)}."
    court.number("equal", "ledger", claimed, costs, lambda: max(mine.largest, said.largest), f"account={name}", sentence)
    both = {c: stacked([mine.codes[c], said.codes[c]]) for c in KEYS[1:]}
    first, at = grouped(list(both.values()))
    costs = np.bincount(at[: len(mine)], mine.value, len(first))
    claimed = np.bincount(at[len(mine) :], said.value, len(first))
    codes = {c: taken(a, first) for c, a in both.items()}
    court.equal(
        "ledger",
        claimed,
        costs,
        0.0,
        lambda i: f"account={name}, {world.key(codes, i)}",
        lambda i: (
            f"Account {name} for {world.key(codes, i) or 'all'} says {show(float(claimed[i]))}, the plan as written "
            f"costs {show(float(costs[i]))}."
        ),
    )


# -- plan.json ---------------------------------------------------------------------------------------------


class Figures:
    """Judges single figures of the document; a figure that is absent or null claims nothing."""

    def __init__(self, court: Court):
        self.court = court

    def equal(self, what: str, said: Any, found: Number | None, scale: Scale = 0) -> None:
        """A stated number is the recomputed one."""
        if said is None:
            self.court.laws += 1
            return
        if isinstance(said, bool) or not isinstance(said, (int, float)) or not math.isfinite(said):
            told = say("plan.json: {what} is {said!r}, which is no finite number.", what=place_word(what), said=said)
            self.court.fault("document", what, told)
        elif found is None:
            told = say("plan.json: {what} is {said}, but nothing lets it be known.",
                       what=place_word(what), said=show(said))  # fmt: skip
            self.court.fault("document", what, told)
        else:
            sentence = f"plan.json: {what} is {show(said)}, the plan as written gives {show(found)}."
            self.court.number("equal", "document", float(said), found, scale, what, sentence)

    def must(self, document: Mapping[str, Any], key: str, found: Number | None, scale: Scale, name: str = "") -> None:
        """A figure that a plan cannot be without, once its key stands there; `name`: as it is called, if not so."""
        what = name or key
        if key in document and document[key] is None and found is not None:
            told = say("plan.json: {what} is null, the plan as written gives {found}.",
                       what=place_word(what), found=show(found))  # fmt: skip
            self.court.fault("document", what, told)
        else:
            self.equal(what, document.get(key), found, scale)


def judge_document(
    world: World,
    document: Mapping[str, Any],
    quantities: Quantities,
    ledger: Mapping[str, Number],
    measures: Mapping[str, Number | None],
    sheets: Mapping[str, Sheet],
    figures: tuple[Number, Number | None, Scale],
    court: Court,
) -> None:
    """Every figure of `plan.json` that tells of the plan; `figures` are cost, objective and the largest line."""
    judge = Figures(court)
    cost, objective, scale = figures
    judge.must(document, "cost", cost, scale)
    judge.must(document, "objective", objective, scale)
    if (said := document.get("ledger")) is not None:
        for account in dict.fromkeys([*said, *ledger]):
            judge.equal(f"ledger of {account}", said.get(account, 0.0), ledger.get(account, 0), scale)
    _judge_done(world, document, quantities, measures, sheets, court)


@kept_verdict
def _judge_done(
    world: World,
    document: Mapping[str, Any],
    quantities: Quantities,
    measures: Mapping[str, Number | None],
    sheets: Mapping[str, Sheet],
    court: Court,
) -> None:
    """What the document tells of what is done, and not of money."""
    if (said := document.get("measures")) is not None:
        _judge_measures(said, measures, court)
    _judge_open(world, document, sheets["open"], court)
    _judge_used(world, document, quantities, court)
    if (totals := document.get("totals")) is not None:
        _judge_totals(world, totals, quantities, sheets, court)


@kept_verdict
def _judge_measures(said: Mapping[str, Any], measures: Mapping[str, Number | None], court: Court) -> None:
    for name in dict.fromkeys([*said, *measures]):
        Figures(court).equal(f"measure {name}", said.get(name), measures.get(name))


@kept_verdict
def _judge_open(world: World, document: Mapping[str, Any], sheet: Sheet, court: Court) -> None:
    said = document.get("open")
    if said is None:
        return
    court.laws += 1
    claimed = sorted((str(x.get("place", "")), str(x.get("size", "-"))) for x in said)
    listed = [
        (world.name("place", int(p)), world.name("size", int(s))) for p, s in zip(*sheet.codes.values(), strict=True)
    ]
    odd = sorted(set(claimed) ^ set(listed))
    if odd or len(claimed) != len(listed):
        court.laws -= 1
        names = sited(odd) or say("a site listed twice")
        court.fault("document", "open", say("plan.json and the table open differ in what is open: {names}.", names=names))


def sited(sites: Iterable[tuple[str, str]]) -> Sentence:
    """Sites by place and size, as they are named in a sentence."""
    return sentences(*(say("{place} (size {size})", place=p, size=s) for p, s in sites), between=", ")


@kept_verdict
def _judge_used(world: World, document: Mapping[str, Any], quantities: Quantities, court: Court) -> None:
    said = document.get("used")
    if said is None:
        return
    court.laws += 1
    sure, noise = ({world.name("place", int(p)) for p in places} for places in used(quantities.deeds.sites))
    odd = sorted((set(said) - sure - noise) | (sure - set(said)))
    if odd or len(set(said)) < len(said):
        names = ", ".join(odd) or say("a place listed twice")
        court.laws -= 1
        told = say("plan.json: used differs from where something arrives or is collected: {names}.", names=names)
        court.fault("document", "used", told)


@kept_verdict
def _judge_totals(
    world: World,
    totals: Mapping[str, Any],
    quantities: Quantities,
    sheets: Mapping[str, Sheet],
    court: Court,
) -> None:
    """Sums over all periods, each × its repeats, by material or by vehicle."""
    judge, trips = Figures(court), quantities.terms("trips")
    parts = {name: ("material", sheets[name].codes, sheets[name].number["amount"]) for name in ("collect", "deliver")}
    for name, (column, codes, amount) in (parts | {"trips": ("mode", trips.codes, trips.value)}).items():
        said = totals[name]
        values = amount * world.repeats[codes["period"]]
        found = {world.name(column, m): values[codes[column] == m] for m in np.unique(codes[column]).tolist()}
        for label in dict.fromkeys([*said, *found]):
            terms = found.get(label, exact(np.zeros(0)))
            largest = np.abs(terms).max(initial=0.0)
            judge.equal(f"total of {name}, {label}", said.get(label, 0.0), total(terms), largest)
