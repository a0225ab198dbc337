"""Owners, judged again: whose each line of the ledger is, who pays whom for what moves, and what remains to each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ...words import say
from .exact import Number, total
from .lanes import Moves
from .terms import Deeds, Terms
from .verdict import Array, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World

if TYPE_CHECKING:
    from .money import Finance

#: Columns of the table `margins`, and the sign with which each counts in the margin.
COLUMNS = {"revenue": 1, "costs": -1, "received": 1, "paid": -1}


class Owners:
    """Who owns what, from the tables."""

    def __init__(self, deeds: Deeds):
        self.deeds, world = deeds, deeds.world
        code = world.code["owner"]
        self.of_place = np.full(world.n("place") + 1, NONE, np.int64)  # the last: of no place
        frame = world.data["places"]
        for row in range(len(frame)):
            place = world.code["place"].get(frame.text["place"][row])
            if place is not None:
                self.of_place[place] = code.get(frame.text["owner"][row], NONE)
        self.of_tour = self._tours()
        self.payer = self._payers(deeds.moves)

    def _tours(self) -> Array:
        """The owner of the last stop of each tour."""
        world = self.deeds.world
        frame = world.data["tours"]
        last: dict[int, tuple[float, int]] = {}
        for row in np.flatnonzero(frame.ok).tolist():
            tour, place = (world.code[c].get(frame.text[c][row]) for c in ("tour", "place"))
            if tour is not None and place is not None:
                last[tour] = max(last.get(tour, (-1.0, 0)), (float(frame.number["stop"][row]), place))
        found = [self.of_place[last[t][1]] if t in last else NONE for t in range(world.n("tour"))]
        return np.array([*found, NONE], np.int64)

    def _payers(self, moves: Moves) -> dict[tuple[int, int], int]:
        """For each pair of places between which these move: the place whose owner pays the transport."""
        paid_by = self.deeds.lanes.table.frame.text["paid_by"]
        pairs = zip(moves.codes["origin"].tolist(), moves.codes["dest"].tolist(), moves.row.tolist(), strict=True)
        return {(a, b): a if row >= 0 and paid_by[row] == "origin" else b for a, b, row in pairs}

    @cached_property
    def _all_payers(self) -> dict[tuple[int, int], int]:
        """The same for every lane: trips may be driven where nothing moves."""
        return self._payers(self.deeds.lanes.every())

    def _payer(self, origin: int, dest: int) -> int:
        if NONE in (origin, dest):
            return dest if origin == NONE else origin
        pair = origin, dest
        return self.payer[pair] if pair in self.payer else self._all_payers.get(pair, dest)

    def of(self, codes: Mapping[str, Array]) -> Array:
        """The owner of lines with these keys: by place, by tour, by lane."""
        pairs = zip(codes["origin"].tolist(), codes["dest"].tolist(), strict=True)
        lane = [self._payer(a, b) for a, b in pairs]
        found = self.of_place[np.array(lane, np.int64)]
        found = np.where(codes["tour"] != NONE, self.of_tour[codes["tour"]], found)
        return np.asarray(np.where(codes["place"] != NONE, self.of_place[codes["place"]], found))


def transferred(deeds: Deeds, finance: Finance, owners: Owners) -> tuple[Terms, Terms]:
    """What owners receive, and what they pay, for what moves from one to another."""
    moves = deeds.moves.take(np.flatnonzero(deeds.moves.row >= 0))
    price = deeds.lanes.table.number("price", moves.row, 0.0, moves.codes["material"])
    money = moves.amount * price * finance.period[moves.codes["period"]]
    seller, buyer = owners.of_place[moves.codes["origin"]], owners.of_place[moves.codes["dest"]]
    alive = (price != 0) & (seller != buyer)
    gets = Terms(moves.codes | {"owner": seller}, money, alive)
    return gets, Terms(moves.codes | {"owner": buyer}, money, alive)


def margins(deeds: Deeds, finance: Finance, lines: Terms) -> Terms:
    """Every term of every owner's margin."""
    owners = Owners(deeds)
    gets, gives = transferred(deeds, finance, owners)
    gives = Terms(gives.codes, -gives.value, gives.alive)
    own = Terms(lines.codes | {"owner": owners.of(lines.codes)}, -lines.value, lines.alive)
    keys = own.codes.keys()
    parts = [own, *(_keyed(t, list(keys)) for t in (gets, gives))]
    codes = {c: np.concatenate([p.codes[c] for p in parts]) for c in keys}
    return Terms(codes, *(np.concatenate([getattr(p, f) for p in parts]) for f in ("value", "alive")))


def _keyed(found: Terms, keys: list[str]) -> Terms:
    return Terms({c: found.codes.get(c, np.full(len(found), NONE, np.int64)) for c in keys}, found.value, found.alive)


@kept_verdict
def judge_margins(
    deeds: Deeds, finance: Finance, lines: Terms, said: Mapping[str, Sequence[Any]] | None, court: Court
) -> None:
    """The table `margins`, where there is one, says what every owner earns, spends, receives and pays."""
    world = deeds.world
    if not said or not len(said.get("owner", [])):
        return
    owners = Owners(deeds)
    whose, revenue = owners.of(lines.codes), lines.codes["account"] == world.code["account"]["revenue"]
    gets, gives = (t.take(np.flatnonzero(t.alive)) for t in transferred(deeds, finance, owners))
    parts = {
        "revenue": (whose[revenue], -lines.value[revenue]),
        "costs": (whose[~revenue], lines.value[~revenue]),
        "received": (gets.codes["owner"], gets.value),
        "paid": (gives.codes["owner"], gives.value),
    }
    sums, largest = ({c: _by_owner(world, *part, how) for c, part in parts.items()} for how in (total, _largest))
    names = [str(name or "") for name in said.get("owner", [])]
    odd = [name for i, name in enumerate(names) if name in names[:i] or name not in {*world.labels["owner"], ""}]
    for name in odd:
        row = len(names) - names[::-1].index(name)
        why = say("it stands there twice") if names.count(name) > 1 else say("it is no owner of the case")
        told = say("{row}: '{owner}': {why}.", row=place_word(f"margins row {row}"), owner=_whose(name), why=why)
        court.fault("margins", f"owner={name}", told)
    if odd:
        return
    for owner in [*world.labels["owner"], ""]:
        at = names.index(owner) if owner in names else None
        found = {c: sums[c][owner] for c in COLUMNS}
        scales = {c: largest[c][owner] for c in COLUMNS}
        found["margin"], scales["margin"] = sum(sign * found[c] for c, sign in COLUMNS.items()), max(scales.values())
        for column, value in found.items():
            who = _whose(owner)
            cell = 0.0 if at is None else _cell(said.get(column, ()), at)
            if cell is None:
                told = say("margins: {column} of {who} is no finite number.", column=column, who=who)
                court.fault("margins", f"owner={owner}, {column}", told)
                continue
            sentence = f"margins: {column} of {who} is {show(cell)}, the plan as written gives {show(value)}."
            court.number("equal", "margins", cell, value, scales[column], f"owner={owner}, {column}", sentence)


def _whose(owner: str) -> str:
    """The owner, or in words that there is none."""
    return owner or say("what belongs to nobody")


def _cell(cells: Sequence[Any], at: int) -> float | None:
    """The number in a cell; None where there is none."""
    cell = cells[at] if at < len(cells) else None
    good = isinstance(cell, (int, float)) and not isinstance(cell, bool) and math.isfinite(cell)
    return float(cell) if good and cell is not None else None


def _by_owner(world: World, owner: Array, value: Array, how: Callable[[Array], Number]) -> dict[str, Number]:
    """The sum of what every owner has, or the largest of it; blank: of what belongs to nobody."""
    codes = world.code["owner"] | {"": NONE}
    return {name: how(value[owner == code]) for name, code in codes.items()}


def _largest(values: Array) -> Number:
    return np.abs(values).max(initial=0.0)
