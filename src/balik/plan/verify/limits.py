"""Limits: rows of one name are added, each × coef, for every label that stands under `each`.

Flows and other amounts of a sum over periods count `repeats` times; of one named period, once. Money and measures
count over all repeats always, as in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...kept import kept_for_all
from .charges import with_charges
from .exact import Number, exact, exactly, peak, total
from .measures import AMOUNTS, MEASURES, amounts, measure, open_as_asked
from .money import Finance, price
from .own import read_own, recount
from .owners import margins
from .terms import Deeds, Terms
from .verdict import Array
from .world import NONE, dimension, grouped

SCOPES = "place kind group origin dest material process mode size account period tour owner".split()
OF_MATERIALS = "flow collect deliver stock shortage left market".split()
Label = tuple[str, ...]


class Quantities:
    """Every quantity of a plan as terms, made when asked for."""

    _asked = ("terms", "lines")

    def __init__(self, deeds: Deeds, finance: Finance):
        self.deeds, self.finance, self.world = deeds, finance, deeds.world
        self.own = read_own(self.world)

    @cached_property
    def _made(self) -> dict[str, Terms]:
        return {}

    @cached_property
    def measured(self) -> dict[str, Terms]:
        """Every measure, which a plan tells together."""
        return _measured(self.deeds)

    @cached_property
    def lines(self) -> Terms:
        """The ledger as recomputed, with its charges."""
        return _lines(self)

    def counts(self, name: str) -> bool:
        """Whether a word is something that is counted, and not money."""
        return name in AMOUNTS or name in MEASURES or name in self.own

    def recurring(self, name: str) -> bool:
        """Whether terms of a quantity count all recurrences of their period."""
        return name in MEASURES or name in self.own

    def known(self, name: str) -> bool:
        """Whether a word is a quantity, an account, a measure or cost."""
        known = name in AMOUNTS or name in MEASURES or name in ("cost", "margin") or name in self.own
        return known or name in self.world.code["account"]

    def terms(self, name: str) -> Terms:
        """Terms of a quantity; `shortage` and `left` are amounts, other names of the ledger are accounts."""
        if name in MEASURES:
            return self.measured[name]
        if name not in self._made:
            self._made[name] = _terms(self, name)
        return self._made[name]

    def asked(self, name: str, scope: Mapping[str, str]) -> Terms:
        """Terms of a quantity for this scope: what is open does not add over periods, nor over sizes."""
        return open_as_asked(self.deeds, scope) if name == "open" else self.terms(name)

    def often(self, name: str, found: Terms) -> Array:
        """How often each term counts in a sum over the horizon: amounts as their periods recur, the rest as it is."""
        period = found.codes["period"]
        recurs = (period != NONE) if name in AMOUNTS else np.zeros(len(period), bool)
        return np.where(recurs, self.world.repeats[np.maximum(period, 0)], 1.0)


@kept_for_all
def _lines(q: Quantities) -> Terms:
    return with_charges(q, Sums(q), price(q.deeds, q.finance))


@kept_for_all
def _measured(deeds: Deeds) -> dict[str, Terms]:
    return {name: measure(deeds, name) for name in MEASURES}


@kept_for_all
def _terms(q: Quantities, name: str) -> Terms:
    if name in AMOUNTS:
        return amounts(q.deeds, name)
    if name == "cost":
        return q.lines
    if name == "margin":
        return margins(q.deeds, q.finance, q.lines)
    if name in q.own:
        return recount(q.own[name], lambda of, scope: Sums(q).scoped(Row(of, 1.0, scope)), q.often)
    account = q.lines.codes["account"] == q.world.code["account"][name]
    return q.lines.take(np.flatnonzero(account))


@dataclass(frozen=True)
class Part:
    """One row of a limit: its terms within scope × coef in the limit's unit, and the columns under `each`."""

    each: tuple[str, ...]
    terms: Terms


@dataclass(frozen=True)
class Row:
    """One row of `limits`: quantity, coef and scope cells."""

    quantity: str
    coef: Number
    scope: dict[str, str]
    lag: int = 0  # it looks at so many periods before that of its label


class Sums:
    """Sums of quantities within scopes, in one unit."""

    def __init__(self, quantities: Quantities):
        self.quantities, self.world = quantities, quantities.world
        data = self.world.data
        self.kind_of = np.full(self.world.n("place"), NONE, np.int64)
        self.kinds = list(data.kinds)
        for k, kind in enumerate(self.kinds):
            self.kind_of[data.kinds[kind]] = k
        self.members = {g: codes for (d, g), codes in data.groups.items() if d == "place"}

    def part(self, row: Row, unit: str) -> Part:
        """The terms of a row within its scope, each × coef; `unit` '' leaves amounts as they are counted."""
        chosen = self.scoped(row)
        value = chosen.value if row.coef == 1 else chosen.value * row.coef
        if row.quantity in OF_MATERIALS and unit:
            value = value * self.world.factor(chosen.codes["material"], unit)
        if row.quantity in AMOUNTS and row.quantity not in ("open", "use", "stock"):
            period = row.scope.get("period", "")
            if period in ("", "*") or period.startswith("group:"):
                at = chosen.codes["period"]
                value = value * np.where(at == NONE, 1.0, self.world.repeats[np.maximum(at, 0)])
        each = tuple(c for c in SCOPES if row.scope.get(c) == "each")
        return Part(each, Terms(chosen.codes, value, chosen.alive))

    def scoped(self, row: Row) -> Terms:
        """The terms of a row's quantity that lie within its scope and exist at all."""
        found = self._moved(self.quantities.asked(row.quantity, row.scope), row.lag)
        keep = found.alive.copy()
        for column, cell in row.scope.items():
            if cell and cell != "*":
                keep &= self.within(found, column, cell)
        return found if keep.all() else found.take(np.flatnonzero(keep))

    def _moved(self, found: Terms, lag: int) -> Terms:
        """Terms under the period that looks back at them; what lies outside the plan is left out."""
        code = found.codes["period"]
        past = code < NONE  # the last period of the past is NONE - 1
        if not lag and not past.any():
            return found
        period = np.where(past, code - NONE, code) + lag
        inside = (code == NONE) | ((period >= 0) & (period < self.world.n("period")))
        moved = Terms(found.codes | {"period": np.where(code == NONE, NONE, period)}, found.value, found.alive)
        return moved.take(np.flatnonzero(inside))

    def unit(self, rows: list[Row], given: str) -> str:
        """The unit of a limit: the one that it names, else the one that its materials share, else kg."""
        if given:
            return given
        material = [self.scoped(r).codes["material"] for r in rows if r.quantity in OF_MATERIALS]
        own = np.unique(np.concatenate(material)) if material else np.zeros(0, np.int64)
        own = own[own != NONE]
        return self.world.common_unit(own) if len(own) else ""

    def within(self, found: Terms, column: str, cell: str) -> Array:
        """Which terms a scope cell lets through; a term without the key passes only a blank cell."""
        if column in ("kind", "group"):
            place = found.codes["place"]
            known = place != NONE
            if cell == "each":
                return np.asarray(known & (self.kind_of[place] != NONE if column == "kind" else self._in_group(place)))
            codes = self.world.data.kinds.get(cell, []) if column == "kind" else self.members.get(cell, [])
            return np.asarray(known & np.isin(place, codes))
        code = found.codes[column]
        if cell == "each":
            return np.asarray(code != NONE)
        d = dimension(column)
        if cell.startswith("group:"):
            return np.isin(code, self.world.group(d, cell[6:]))
        if cell.startswith("kind:") and d == "place":
            return np.isin(code, self.world.data.kinds.get(cell[5:], []))
        return np.asarray(code == self.world.code[d].get(cell, -2))

    def _in_group(self, place: Array) -> Array:
        return np.isin(place, [p for codes in self.members.values() for p in codes])

    def labels(self, part: Part, i: int) -> list[Label]:
        """The labels of term i under the row's `each` columns (several where a place is in several groups)."""
        out: list[Label] = [()]
        for column in part.each:
            if column == "group":
                place = int(part.terms.codes["place"][i])
                names = [g for g, codes in self.members.items() if place in codes]
            elif column == "kind":
                names = [self.kinds[int(self.kind_of[int(part.terms.codes["place"][i])])]]
            else:
                names = [self.world.name(column, int(part.terms.codes[column][i]))]
            out = [(*label, name) for label in out for name in names]
        return out

    def often(self, found: Terms, scope: Mapping[str, str]) -> Array:
        """By how many labels each term is counted: a place may be in several groups."""
        if scope.get("group") != "each":
            return exact(np.ones(len(found)))
        groups = np.bincount(np.concatenate(list(self.members.values())), minlength=self.world.n("place"))
        return exact(groups[found.codes["place"]])

    def sums(self, each: tuple[str, ...], found: Terms) -> dict[Label, Number]:
        """Sums of terms by their labels."""
        return self.by_label(Part(each, found))[0]

    def by_label(self, part: Part) -> tuple[dict[Label, Number], dict[Label, Number]]:
        """Sum and largest term of every label that has a term."""
        columns = [part.terms.codes["place" if c in ("kind", "group") else c] for c in part.each]
        if not columns:
            return {(): total(part.terms.value)}, {(): np.abs(part.terms.value).max(initial=0.0)}
        first, at = grouped(columns)
        found = np.bincount(at, part.terms.value, len(first)).tolist()
        size = peak(at, np.abs(part.terms.value), len(first)).tolist()
        sums: dict[Label, Number] = {}
        largest: dict[Label, Number] = {}
        for k, i in enumerate(first):
            for label in self.labels(part, int(i)):
                sums[label] = sums.get(label, 0) + found[k]
                largest[label] = max(largest.get(label, 0), size[k])
        return sums, largest


def mixed(sums: Sums, quantities: Iterable[str]) -> bool:
    """Whether the unit hangs on which materials may come in: not on those that happen to."""
    return len(set(sums.world.unit)) > 1 and any(q in OF_MATERIALS for q in quantities)


def objective(sums: Sums, everything: Callable[[], Sums], weights: Mapping[str, float]) -> Number | None:
    """Σ weight × quantity over the whole horizon; None where a quantity is unknown."""
    found: Number = 0
    whole = everything() if mixed(sums, weights) else sums
    for name, weight in weights.items():
        row = Row(name, exactly(weight), {})
        value = total(sums.part(row, whole.unit([row], "")).terms.value)
        if value != value:
            return None
        found += value
    return found
