"""Charges, computed again: what each charge of the table asks on the amounts of the plan, by hand as it were.

A step asks its rate for what of the amount lies between `from` and `to`; with `on = whole` the step in which the
amount ends asks its rate for all of it. `least` is due wherever there is an amount. Where the charge jumps, an amount
that cannot be told from the border pays the smaller of both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...tables.booked import account_of, rate_unit
from ...tables.fits import QUANTITY_UNITS, quantity_unit
from .exact import Number, exact, exactly
from .terms import KEYS, Terms, join, terms
from .world import NONE, dimension

if TYPE_CHECKING:
    from .limits import Quantities, Sums

OF_MATERIALS = "flow collect deliver stock shortage left".split()
#: As near to a border as this (of the amount, or of 1) is on both sides of it.
NEAR = exactly(1.5e-6)


@dataclass(frozen=True)
class Step:
    """One row: between two amounts this rate."""

    start: Number
    end: Number
    rate: Number


@dataclass(frozen=True)
class Tariff:
    """All rows of a charge that are about the same."""

    account: str
    of: str
    scope: dict[str, str]
    unit: str
    steps: list[Step]
    whole: bool
    least: Number

    @property
    def linear(self) -> bool:
        """Whether every amount pays the same rate."""
        return len(self.steps) == 1 and self.steps[0].start == 0 and math.isinf(self.steps[0].end) and not self.least

    def asks(self, amount: Number) -> Number:
        """What is due for an amount."""
        if self.linear or amount != amount:
            return self.steps[0].rate * amount
        near = NEAR * max(1, amount)
        return min(self._as_if(amount, at) for at in (amount - near, amount, amount + near))

    def _as_if(self, amount: Number, at: Number) -> Number:
        """What is due if the amount counts as lying here."""
        if at <= 0:
            return 0 if self.least else self._plain(amount, 0)
        return max(self.least, self._plain(amount, at)) if self.least else self._plain(amount, at)

    def _plain(self, amount: Number, at: Number) -> Number:
        if self.whole:
            return amount * sum(s.rate for s in self.steps if s.start <= at < s.end)
        return sum((s.rate * max(0, min(amount, s.end) - s.start) for s in self.steps), exactly(0))


def tariffs(quantities: Quantities) -> list[Tariff]:
    """The table `charges`, one tariff for the rows of the same charge, account, of and scope."""
    frame = quantities.world.data["charges"]
    found: dict[tuple[str, ...], list[int]] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        scope = [frame.text[c][row] for c in frame.schema.scopes]
        key = (frame.text["charge"][row], account_of(frame, row), frame.text["of"][row], *scope)
        found.setdefault(key, []).append(row)
    out = []
    for (_, account, of, *cells), rows in found.items():
        unit = next((frame.text["unit"][r] for r in rows if frame.text["unit"][r]), "")
        money, unit = rate_unit(unit, quantities.world.data.units)
        times = 1 if quantities.counts(of) or not unit else _unit(quantities, "money", unit)[1]
        columns: tuple[tuple[str, Number], ...] = (("from", times), ("to", times), ("rate", exactly(money)))
        at = quantities.world.numbers.at
        numbers = [(at("charges", c, np.array(rows)) * factor).tolist() for c, factor in columns]
        steps = [Step(*step) for step in zip(*numbers, strict=True)]
        whole = any(frame.text["on"][r] == "whole" for r in rows)
        least = max(at("charges", "least", np.array(rows)).tolist())
        scope_of = {c: cell for c, cell in zip(frame.schema.scopes, cells, strict=True) if cell not in ("", "*")}
        out.append(Tariff(account, of, scope_of, unit, steps, whole, least))
    return out


def with_charges(quantities: Quantities, sums: Sums, lines: Terms) -> Terms:
    """The ledger with its charges; a charge is computed when all that it charges is known."""
    todo = tariffs(quantities)
    while todo:
        open_accounts = {t.account for t in todo}
        ready = [t for t in todo if quantities.counts(t.of) or t.of not in open_accounts]
        if not ready:  # a circle, which the input refuses
            return lines
        lines = join([lines, *(_charge(quantities, sums, lines, t) for t in ready)])
        todo = [t for t in todo if t not in ready]
    return lines


def _charge(quantities: Quantities, sums: Sums, lines: Terms, tariff: Tariff) -> Terms:
    """Lines of one charge: keyed like what it charges at one rate, else by its labels."""
    world, finance = quantities.world, quantities.finance
    found = _amounts(quantities, lines, tariff)
    keep = found.alive.copy()
    for column, cell in tariff.scope.items():
        keep &= sums.within(found, column, cell)
    found = found.take(np.flatnonzero(keep))
    period = found.codes["period"]
    timed = period != NONE
    account = world.code["account"][tariff.account]
    if tariff.linear:
        factor = np.where(timed, finance.period[np.maximum(period, 0)], finance.once)
        codes = found.codes | {"account": np.full(len(found), account, np.int64)}
        rate = tariff.steps[0].rate * sums.often(found, tariff.scope)
        return Terms(codes, rate * found.value * factor, found.alive & (rate != 0))
    named = tariff.scope.get("period", "")
    single = bool(named) and not named.startswith("group:")
    often = np.where(timed & (not single), world.repeats[np.maximum(period, 0)], 1.0)
    each = tuple(c for c, cell in tariff.scope.items() if cell == "each")
    out = []
    for label, amount in sums.sums(each, Terms(found.codes, found.value * often, found.alive)).items():
        keys = {c: world.code[dimension(c)][name] for c, name in zip(each, label, strict=True) if c in KEYS}
        if single and named != "each":
            keys["period"] = world.code["period"][named]
        counts = finance.period[keys["period"]] if single else 1 if timed.any() else finance.once
        codes = {c: np.array([code]) for c, code in (keys | {"account": account}).items()}
        out.append(terms(codes, np.array([tariff.asks(amount) * counts], object)))
    return join(out)


def _amounts(quantities: Quantities, lines: Terms, tariff: Tariff) -> Terms:
    """What is charged, of one occurrence of each period and in the unit in which the charge is written."""
    world, finance, of = quantities.world, quantities.finance, tariff.of
    money = not quantities.counts(of)
    if money:
        found = lines.take(np.flatnonzero(lines.codes["account"] == world.code["account"][of]))
    else:
        by_size = {"size": "*"} if of == "open" else {}  # at most one size of a place is open
        found = quantities.asked(of, by_size | tariff.scope)
    period = found.codes["period"]
    at = np.maximum(period, 0)
    counted = np.where(period == NONE, finance.once, finance.period[at]) if money else exact(np.ones(len(found)))
    if quantities.recurring(of):
        counted = np.where(period == NONE, 1.0, world.repeats[at])
    unit = exact(np.full(len(found), -1.0 if of == "revenue" else 1.0))
    if of in OF_MATERIALS and tariff.unit:
        name, times = _unit(quantities, "qty", tariff.unit)
        unit = world.factor(found.codes["material"], name) / times
    elif not money and tariff.unit:
        own = quantities.own[of].unit or of if of in quantities.own else QUANTITY_UNITS[of]
        unit = unit / _unit(quantities, own, tariff.unit)[1]
    return Terms(found.codes, found.value / counted * unit, found.alive)


def _unit(quantities: Quantities, own: str, text: str) -> tuple[str, Number]:
    found = quantity_unit(own, text, quantities.world.data.units, quantities.world.unit)
    return (found[0], exactly(found[1])) if found else ("", exactly(1))
