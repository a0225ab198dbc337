"""Limits: rows of one name are added, each × coef, for every label that stands under `each`.

Flows and other amounts of a sum over periods count `repeats` times; of one named period, once. Money and measures
count over all repeats always, as in the ledger.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...tables.fits import QUANTITY_UNITS, quantity_unit
from .measures import AMOUNTS, MEASURES, amounts, measure
from .money import Finance, price
from .terms import Deeds, Terms
from .verdict import Array, Court, show
from .world import NONE, World, dimension

SCOPES = "place kind group origin dest material process mode size account period tour".split()
_OF_MATERIALS = "flow collect deliver stock shortage left".split()
Label = tuple[str, ...]


class Quantities:
    """Every quantity of a plan as terms, made when asked for."""

    def __init__(self, deeds: Deeds, finance: Finance):
        self.deeds, self.finance, self.world = deeds, finance, deeds.world
        self._made: dict[str, Terms] = {}

    @cached_property
    def lines(self) -> Terms:
        """The ledger as recomputed."""
        return price(self.deeds, self.finance)

    def known(self, name: str) -> bool:
        """Whether a word is a quantity, an account, a measure or cost."""
        return name in AMOUNTS or name in MEASURES or name == "cost" or name in self.world.code["account"]

    def terms(self, name: str) -> Terms:
        """Terms of a quantity; `shortage` and `left` are amounts, other names of the ledger are accounts."""
        if name not in self._made:
            if name in AMOUNTS:
                made = amounts(self.deeds, name)
            elif name in MEASURES:
                made = measure(self.deeds, name)
            elif name == "cost":
                made = self.lines
            else:
                account = self.lines.codes["account"] == self.world.code["account"][name]
                made = self.lines.take(np.flatnonzero(account))
            self._made[name] = made
        return self._made[name]


@dataclass(frozen=True)
class Part:
    """One row of a limit: its terms within scope × coef in the limit's unit, and the columns under `each`."""

    each: tuple[str, ...]
    terms: Terms


@dataclass(frozen=True)
class Row:
    """One row of `limits`: quantity, coef and scope cells."""

    quantity: str
    coef: float
    scope: dict[str, str]


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
        value = chosen.value * row.coef
        if row.quantity in _OF_MATERIALS and unit:
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
        found = self.quantities.terms(row.quantity)
        keep = found.alive.copy()
        for column, cell in row.scope.items():
            if cell and cell != "*":
                keep &= self._within(found, column, cell)
        return found.take(np.flatnonzero(keep))

    def unit(self, rows: list[Row], given: str) -> str:
        """The unit of a limit: the one that it names, else the one that its materials share, else kg."""
        if given:
            return given
        material = [self.scoped(r).codes["material"] for r in rows if r.quantity in _OF_MATERIALS]
        own = np.unique(np.concatenate(material)) if material else np.zeros(0, np.int64)
        own = own[own != NONE]
        return self.world.common_unit(own) if len(own) else ""

    def _within(self, found: Terms, column: str, cell: str) -> Array:
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

    def by_label(self, part: Part) -> tuple[dict[Label, float], dict[Label, float]]:
        """Sum and largest term of every label that has a term."""
        columns = [part.terms.codes["place" if c in ("kind", "group") else c] for c in part.each]
        if not columns:
            return {(): math.fsum(part.terms.value)}, {(): float(np.abs(part.terms.value).max(initial=0.0))}
        keys, first, at = np.unique(np.stack(columns, 1), axis=0, return_index=True, return_inverse=True)
        at = at.reshape(-1)
        total = np.bincount(at, part.terms.value, len(keys))
        size = np.zeros(len(keys))
        np.maximum.at(size, at, np.abs(part.terms.value))
        sums: dict[Label, float] = {}
        largest: dict[Label, float] = {}
        for k, i in enumerate(first):
            for label in self.labels(part, int(i)):
                sums[label] = sums.get(label, 0.0) + float(total[k])
                largest[label] = max(largest.get(label, 0.0), float(size[k]))
        return sums, largest


@dataclass(frozen=True)
class Limit:
    """Rows of one name, its bounds and unit, and where it stands."""

    name: str
    rows: list[Row]
    least: float
    most: float
    unit: str  # as it counts amounts; blank: their own
    spot: str


def read_limits(world: World) -> list[Limit]:
    """The table `limits`, by name."""
    frame = world.data["limits"]
    by_name: dict[str, list[int]] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        by_name.setdefault(frame.text["limit"][row], []).append(row)
    out = []
    for name, rows in by_name.items():
        parts = [
            Row(
                frame.text["quantity"][r],
                float(frame.number["coef"][r]),
                {c: frame.text[c][r] for c in SCOPES},
            )
            for r in rows
        ]
        least = max(float(frame.number["least"][r]) for r in rows)
        most = min(float(frame.number["most"][r]) for r in rows)
        unit, times = _unit_given(world, parts[0].quantity, [frame.text["unit"][r] for r in rows])
        out.append(Limit(name, parts, least * times, most * times, unit, frame.spot(rows[0])))
    return out


def _unit_given(world: World, quantity: str, texts: list[str]) -> tuple[str, float]:
    """The unit that a limit names, as amounts or money count here, and by what its bounds are multiplied to be in it."""
    text = next((t for t in texts if t), "")
    own = "qty" if quantity in _OF_MATERIALS else QUANTITY_UNITS.get(quantity, "money")
    found = quantity_unit(own, text, world.data.units, world.unit) if text else None
    return (found[0], float(found[1])) if found else ("", 1.0)


def judge_limits(sums: Sums, everything: Callable[[], Sums], court: Court) -> None:
    """Every bound of every limit; `everything` makes the terms of all that could be done, for labels without a term."""
    for limit in read_limits(sums.world):
        unknown = [r.quantity for r in limit.rows if not sums.quantities.known(r.quantity)]
        if unknown:
            court.fault("limits", limit.name, f"'{unknown[0]}' is not a quantity ({limit.spot}).")
        else:
            _judge_limit(sums, everything, limit, court)


def _dims(row_each: tuple[str, ...]) -> tuple[str, ...]:
    """The dimensions of the `each` columns; origin and dest meet place, unless a row has both."""
    dims = tuple(dimension(c) for c in row_each)
    return dims if len(set(dims)) == len(dims) else row_each


def _judge_limit(sums: Sums, everything: Callable[[], Sums], limit: Limit, court: Court) -> None:
    free = any(c == "each" for r in limit.rows for c in r.scope.values())
    mixed = not limit.unit and _mixed(sums, [r.quantity for r in limit.rows])
    whole = everything() if mixed or (free and _needs_all(limit)) else sums
    unit = whole.unit(limit.rows, limit.unit)
    parts = [sums.part(row, unit) for row in limit.rows]
    summed = [(_dims(p.each), *sums.by_label(p)) for p in parts]
    dims = tuple(dict.fromkeys(d for names, _, _ in summed for d in names))
    labels = _labels(dims, [(d, set(found)) for d, found, _ in summed])
    if whole is not sums and free:
        could = [whole.part(row, unit) for row in limit.rows]
        labels |= _labels(dims, [(_dims(p.each), set(whole.by_label(p)[0])) for p in could])
    for label in sorted(labels):
        _judge_bound(limit, unit, dims, label, summed, court)


def _mixed(sums: Sums, quantities: Iterable[str]) -> bool:
    """Whether the unit hangs on which materials may come in: not on those that happen to."""
    return len(set(sums.world.unit)) > 1 and any(q in _OF_MATERIALS for q in quantities)


def _needs_all(limit: Limit) -> bool:
    """Whether a label that carries nothing might break the limit."""
    alike = len({tuple(c for c in SCOPES if r.scope.get(c) == "each") for r in limit.rows}) == 1
    return not alike or limit.least > 0 or limit.most < 0


def _labels(dims: tuple[str, ...], found: list[tuple[tuple[str, ...], set[Label]]]) -> set[Label]:
    """One label for each bound: of the rows that have every dimension, else all that the rows' labels combine to."""
    if not dims:
        return {()}
    full = [(d, labels) for d, labels in found if set(d) == set(dims)]
    if full:
        return {tuple(dict(zip(d, label, strict=True))[x] for x in dims) for d, labels in full for label in labels}
    out: list[dict[str, str]] = [{}]
    for d, labels in found:
        if d:
            fresh = [dict(zip(d, label, strict=True)) for label in labels]
            out = [a | b for a in out for b in fresh if all(a.get(k, v) == v for k, v in b.items())]
    return {tuple(x[d] for d in dims) for x in out}


def _judge_bound(limit: Limit, unit: str, dims: tuple[str, ...], label: Label, summed: list[Any], court: Court) -> None:
    at = dict(zip(dims, label, strict=True))
    total, scale = 0.0, 0.0
    for names, sums, largest in summed:
        key = tuple(at[d] for d in names)
        total += sums.get(key, 0.0)
        scale = max(scale, largest.get(key, 0.0))
    of = ", ".join(f"{d} = {word}" for d, word in at.items())
    where = f"limit={limit.name}" + (f", {of}" if of else "")
    name = f"Limit {limit.name}" + (f" ({of})" if of else "")
    if total != total:
        court.fault(
            "limits",
            where,
            f"{name} cannot be judged: a distance or a mass that it needs is unknown ({limit.spot}).",
        )
        return
    counted = f" {unit}" if unit else ""
    for word, bound in (("least", limit.least), ("most", limit.most)):
        if np.isfinite(bound):
            sentence = f"{name} comes to {show(total)}{counted}, its {word} is {show(bound)} ({limit.spot})."
            court.number(word, "limits", total, bound, scale, where, sentence)


def objective(sums: Sums, everything: Callable[[], Sums], weights: Mapping[str, float]) -> float | None:
    """Σ weight × quantity over the whole horizon; None where a quantity is unknown."""
    total = 0.0
    whole = everything() if _mixed(sums, weights) else sums
    for name, weight in weights.items():
        row = Row(name, float(weight), {})
        value = math.fsum(sums.part(row, whole.unit([row], "")).terms.value)
        if value != value:
            return None
        total += value
    return total
