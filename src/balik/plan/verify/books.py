"""The plan's own figures against the recomputed ones: its ledger, line by line, and the document `plan.json`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .limits import Quantities
from .sheets import Sheet
from .sites import used
from .terms import KEYS, Terms
from .verdict import Array, Court, show
from .world import NONE, World

# -- the ledger --------------------------------------------------------------------------------------------


def sums_by_account(world: World, lines: Terms) -> dict[str, float]:
    """Money by account, of the accounts that have a line."""
    out = {}
    for account in np.unique(lines.codes["account"]):
        value = lines.value[lines.codes["account"] == account]
        if value.any():
            out[world.labels["account"][int(account)]] = math.fsum(value)
    return out


def judge_ledger(world: World, lines: Terms, sheet: Sheet, court: Court) -> None:
    """cost = amount × rate on every line; lines add up to each account, key by key."""
    cost = sheet.number["cost"]
    product = sheet.number["amount"] * sheet.number["rate"]
    court.equal(
        "ledger line",
        cost,
        product,
        0.0,
        lambda i: f"ledger: {world.key(sheet.codes, i)}",
        lambda i: (
            f"{sheet.place(i)} ({world.key(sheet.codes, i)}): {show(float(sheet.number['amount'][i]))} × "
            f"{show(float(sheet.number['rate'][i]))} is {show(float(product[i]))}, the line says {show(float(cost[i]))}."
        ),
    )
    for account, name in enumerate(world.labels["account"]):
        mine = lines.take(np.flatnonzero((lines.codes["account"] == account) & (lines.value != 0)))
        at = np.flatnonzero((sheet.codes["account"] == account) & (cost != 0))
        said = Terms({c: a[at] for c, a in sheet.codes.items()}, cost[at], np.ones(len(at), bool))
        if len(mine) or len(said):
            _judge_account(world, name, mine, said, court)


def _judge_account(world: World, name: str, mine: Terms, said: Terms, court: Court) -> None:
    total, claimed = math.fsum(mine.value), math.fsum(said.value)
    scale = float(max(np.abs(mine.value).max(initial=0.0), np.abs(said.value).max(initial=0.0)))
    sentence = f"The lines of account {name} add up to {show(claimed)}, the plan as written costs {show(total)}."
    court.number("equal", "ledger", claimed, total, scale, f"account={name}", sentence)
    for family in ("origin", "tour", ""):
        a, b = (_family(t, family) for t in (mine, said))
        if len(a) or len(b):
            _judge_keys(world, name, a, b, court)


def _family(lines: Terms, family: str) -> Terms:
    """Lines of lanes, of tours, and the rest are keyed by different columns."""
    lane, tour = lines.codes["origin"] != NONE, lines.codes["tour"] != NONE
    mask = {"origin": lane & ~tour, "tour": tour, "": ~lane & ~tour}[family]
    return lines.take(np.flatnonzero(mask))


def _judge_keys(world: World, name: str, mine: Terms, said: Terms, court: Court) -> None:
    """Line by line on the key columns that every line fills, on both sides."""
    columns = [c for c in KEYS[1:] if all((t.codes[c] != NONE).all() for t in (mine, said))]
    if not columns:
        return
    both = {c: np.concatenate([mine.codes[c], said.codes[c]]) for c in columns}
    keys, at = np.unique(np.stack(list(both.values()), 1), axis=0, return_inverse=True)
    at = at.reshape(-1)
    total = np.bincount(at[: len(mine)], mine.value, len(keys))
    claimed = np.bincount(at[len(mine) :], said.value, len(keys))
    codes: dict[str, Array] = {c: keys[:, k] for k, c in enumerate(columns)}
    court.equal(
        "ledger",
        claimed,
        total,
        0.0,
        lambda i: f"account={name}, {world.key(codes, i)}",
        lambda i: (
            f"Account {name} for {world.key(codes, i)} says {show(float(claimed[i]))}, the plan as written "
            f"costs {show(float(total[i]))}."
        ),
    )


# -- plan.json ---------------------------------------------------------------------------------------------


class Figures:
    """Judges single figures of the document; a figure that is absent or null claims nothing."""

    def __init__(self, court: Court):
        self.court = court

    def equal(self, what: str, said: Any, found: float | None, scale: float = 0.0) -> None:
        """A stated number is the recomputed one."""
        if said is None:
            self.court.laws += 1
            return
        if isinstance(said, bool) or not isinstance(said, (int, float)) or not math.isfinite(said):
            self.court.fault("document", what, f"plan.json: {what} is {said!r}, which is no finite number.")
        elif found is None:
            self.court.fault("document", what, f"plan.json: {what} is {show(said)}, but nothing lets it be known.")
        else:
            sentence = f"plan.json: {what} is {show(said)}, the plan as written gives {show(found)}."
            self.court.number("equal", "document", float(said), found, scale, what, sentence)

    def must(self, document: Mapping[str, Any], what: str, found: float | None, scale: float) -> None:
        """A figure that a plan cannot be without, once its key stands there."""
        if what in document and document[what] is None and found is not None:
            self.court.fault("document", what, f"plan.json: {what} is null, the plan as written gives {show(found)}.")
        else:
            self.equal(what, document.get(what), found, scale)


def judge_document(
    world: World,
    document: Mapping[str, Any],
    quantities: Quantities,
    ledger: Mapping[str, float],
    measures: Mapping[str, float | None],
    sheets: Mapping[str, Sheet],
    figures: tuple[float, float | None, float],
    court: Court,
) -> None:
    """Every figure of `plan.json` that tells of the plan; `figures` are cost, objective and the largest line."""
    judge = Figures(court)
    cost, objective, scale = figures
    judge.must(document, "cost", cost, scale)
    judge.must(document, "objective", objective, scale)
    said = document.get("ledger")
    if isinstance(said, Mapping):
        for account in dict.fromkeys([*said, *ledger]):
            judge.equal(f"ledger of {account}", said.get(account, 0.0), ledger.get(account, 0.0), scale)
    said = document.get("measures")
    if isinstance(said, Mapping):
        for name in measures:
            judge.equal(f"measure {name}", said.get(name), measures[name])
    _judge_open(world, document, sheets["open"], court)
    _judge_used(world, document, quantities, court)
    totals = document.get("totals")
    if isinstance(totals, Mapping):
        _judge_totals(world, totals, quantities, sheets, judge)


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
        names = ", ".join(f"{p} (size {s})" for p, s in odd) or "a site listed twice"
        court.fault("document", "open", f"plan.json and the table open differ in what is open: {names}.")


def _judge_used(world: World, document: Mapping[str, Any], quantities: Quantities, court: Court) -> None:
    said = document.get("used")
    if said is None:
        return
    court.laws += 1
    sure, noise = ({world.name("place", int(p)) for p in places} for places in used(quantities.deeds.sites))
    odd = sorted((set(said) - sure - noise) | (sure - set(said)))
    if odd:
        court.laws -= 1
        court.fault(
            "document",
            "used",
            f"plan.json: used differs from where something arrives or is collected: {', '.join(odd)}.",
        )


def _judge_totals(
    world: World,
    totals: Mapping[str, Any],
    quantities: Quantities,
    sheets: Mapping[str, Sheet],
    judge: Figures,
) -> None:
    """Sums over all periods, each × its repeats, by material or by vehicle."""
    found: dict[str, dict[str, list[float]]] = {"collect": {}, "deliver": {}, "trips": {}}
    for name in ("collect", "deliver"):
        sheet = sheets[name]
        values = sheet.number["amount"] * world.repeats[sheet.codes["period"]]
        for m, value in zip(sheet.codes["material"], values.tolist(), strict=True):
            found[name].setdefault(world.name("material", int(m)), []).append(value)
    trips = quantities.terms("trips")
    for m, t, value in zip(trips.codes["mode"], trips.codes["period"], trips.value.tolist(), strict=True):
        found["trips"].setdefault(world.name("mode", int(m)), []).append(value * float(world.repeats[int(t)]))
    for name, sums in found.items():
        said = totals.get(name)
        if not isinstance(said, Mapping):
            continue
        for label in dict.fromkeys([*said, *sums]):
            terms = sums.get(label, [])
            largest = max(map(abs, terms), default=0.0)
            judge.equal(f"total of {name}, {label}", said.get(label, 0.0), math.fsum(terms), largest)
