"""Scopes: the lines of a quantity that a row of a table is about, the labels that it tells apart, one unit for all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..errors import all_of, listed, one_of
from ..network.limits import MATERIAL_QUANTITIES, QUANTITIES
from ..network.network import LimitRow, Network
from ..tables.units import mass_of, volume_of
from ..words import NOTHING, say
from .statement import Note, Part, Variables

Array = np.ndarray


@dataclass(frozen=True)
class Lines:
    """Lines of one row of a limit: columns, coefficients, constants, and the labels that `each` tells apart."""

    col: Array
    coef: Array
    constant: Array
    keys: dict[str, Array]  # dimension → code (accounts: text)
    unit: Array
    material: Array  # -1: none


def lines_of(n: Network, v: Variables, row: LimitRow) -> Lines:
    """The lines of the row's quantity that lie in its scope."""
    once = row.once and row.quantity in QUANTITIES
    found: list[Lines] = []
    for p in parts_of(v, row):
        on = in_scope(n, p, row)
        if on is not None and "period" in p.codes and "period" not in row.scope:
            on &= _of_the_plan(n, p.codes["period"] + row.lag)
        if on is None or not on.any():
            continue
        kept = p if on.all() else p.where(on)
        times = np.where(kept.times != 0, kept.times, 1.0) if once else np.ones(len(kept))
        keys, repeat = each_label(n, kept, row)
        if keys is None:
            continue
        if row.lag and "period" in keys:
            keys["period"] = keys["period"] + row.lag
        material = kept.codes.get("material", np.full(len(kept), -1))
        found.append(
            Lines(
                kept.cols[repeat],
                (kept.coef / times)[repeat],
                (kept.constant / times)[repeat],
                keys,
                kept.unit[repeat],
                np.asarray(material)[repeat],
            )
        )
    empty = np.zeros(0)
    if not found:
        return Lines(np.zeros(0, np.int64), empty, empty, {c: empty for c in row.each}, empty, empty.astype(int))
    return Lines(
        col=np.concatenate([f.col for f in found]),
        coef=np.concatenate([f.coef for f in found]),
        constant=np.concatenate([f.constant for f in found]),
        keys={c: np.concatenate([f.keys[c] for f in found]) for c in row.each},
        unit=np.concatenate([f.unit for f in found]),
        material=np.concatenate([f.material for f in found]),
    )


def parts_of(v: Variables, row: LimitRow) -> list[Part]:
    """All lines of the row's quantity; open sites as its columns tell them apart: they do not add over time."""
    asked = {*row.scope, *row.each}
    name = row.quantity
    if name == "open" and "period" in asked:
        name = "open in a period"
    elif name == "open" and "size" in asked:
        name = "open in a size"
    return v.parts(name)


def _of_the_plan(n: Network, period: Array) -> Array:
    """Whether a bound of this period is one of the plan: amounts of the past are counted by a lag alone."""
    return (period >= 0) & (period < len(n.length))


def in_scope(n: Network, p: Part, row: LimitRow) -> Array | None:
    """Which lines the scope holds; None when these lines lack one of its columns."""
    on = np.ones(len(p), bool)
    for column, codes in row.scope.items():
        if column == "account":
            on &= p.account in set(codes)
            continue
        key = "place" if column in ("kind", "group") else column
        if key not in p.codes:
            return None
        if column == "kind":
            on &= np.isin(n.kind[p.codes["place"]], codes)
        elif column == "group":
            members = [n.group_places[n.labels["group"][c]] for c in codes]
            on &= np.isin(p.codes["place"], np.concatenate(members) if members else [])
        else:
            on &= np.isin(p.codes[key], codes)
    return on


def narrowed(one: LimitRow, other: LimitRow) -> LimitRow:
    """The first row in what both scopes hold."""
    both = {c: codes for row in (one, other) for c, codes in row.scope.items()}
    both |= {c: np.intersect1d(one.scope[c], other.scope[c]) for c in one.scope.keys() & other.scope.keys()}
    return replace(one, scope=both)


def scope_words(n: Network, row: LimitRow) -> str:
    """The scope of a row: "place A or B, period 1"; blank where it has none."""
    words = []
    for column, codes in row.scope.items():
        labels = n.labels.get("place" if column in ("place", "origin", "dest") else column, [])
        shown = [str(c) if isinstance(c, str) else labels[c] for c in codes[:3]]
        words.append(say("{column} {labels}", column=column, labels=one_of(shown or [say("(no label)")])))
    return listed(words) if words else ""


def each_label(n: Network, p: Part, row: LimitRow) -> tuple[dict[str, Array] | None, Array]:
    """Labels of the `each` columns; a place in several groups counts in each of them."""
    repeat = np.arange(len(p))
    keys: dict[str, Array] = {}
    for column in row.each:
        if column == "account":
            keys[column] = np.full(len(repeat), p.account, object)
            continue
        source = "place" if column in ("kind", "group") else column
        if source not in p.codes:
            return None, repeat
        codes = p.codes[source][repeat]
        if column in ("kind", "mode", "owner"):  # no kind is no label, nor is nobody, nor mode 0: no vehicle
            codes = n.kind[codes] if column == "kind" else codes
            known = codes >= (column == "mode")
            keys = {k: c[known] for k, c in keys.items()}
            repeat, keys[column] = repeat[known], codes[known]
        elif column == "group":
            pairs = [
                (i, g)
                for g, name in enumerate(n.labels["group"])
                for i in np.flatnonzero(np.isin(codes, n.group_places[name]))
            ]
            at = np.array([i for i, _ in pairs], np.int64)
            keys = {k: c[at] for k, c in keys.items()}
            repeat, keys[column] = repeat[at], np.array([g for _, g in pairs], np.int64)
        else:
            keys[column] = codes
    return keys, repeat


def counted_alike(n: Network, v: Variables, rows: list[LimitRow], unit: str, lines: list[Lines]) -> list[Lines]:
    """Amounts of materials in this unit: the common one where it is blank, else mass (or volume, if the unit is one).

    Adding other units is a problem.
    """
    if not rows or rows[0].quantity not in MATERIAL_QUANTITIES:
        return lines
    wanted, sizes, size = mass_of(unit) if unit else None, n.mass, "mass"
    if unit and wanted is None and (volume := volume_of(unit)):
        wanted, sizes, size = volume, np.where(n.volume > 0, n.volume, np.nan), "volume"
    units = set(np.concatenate([line.unit for line in lines]).tolist()) if lines else set()
    if (len(units) <= 1 and not unit) or units == {unit}:
        return lines
    materials = np.unique(np.concatenate([line.material for line in lines])) if lines else np.zeros(0, int)
    sizeless = [n.labels["material"][m] for m in materials if np.isnan(sizes[m])]
    if unit and wanted is None:
        v.note(
            Note(
                "E366",
                say("The amounts are in {units}, not in {unit}.", units=all_of(sorted(units)), unit=unit),
                NOTHING,
                rows[0].row,
                "unit",
            )
        )
        return lines
    if sizeless:
        values = {"units": all_of(sorted(units)), "material": sizeless[0]}
        found, advice = (
            say("Amounts in {units} are added as mass, and '{material}' has no mass.", **values),
            say("Write mass [kg] in materials, or use limits of their own."),
        )
        if size == "volume":
            found, advice = (
                say("Amounts in {units} are added as volume, and '{material}' has no volume.", **values),
                say("Write volume [m3] in materials, or use limits of their own."),
            )
        v.note(Note("E366", found, advice, rows[0].row, "unit"))
        return lines
    return [_scaled(line, sizes[line.material] / (wanted or 1.0)) for line in lines]


def _scaled(line: Lines, factor: Array) -> Lines:
    return Lines(line.col, line.coef * factor, line.constant * factor, line.keys, line.unit, line.material)
