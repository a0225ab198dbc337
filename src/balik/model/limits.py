"""§10 Limits: budgets, counts, quotas, shares and ratios, as rows of a table.

Rows of one limit are added, each × its coef. Quantities over several periods count the repeats of each; in one
named period an amount counts once (money and measures always count the repeats).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..algebra import Index, Rows, Terms
from ..errors import all_of, listed, one_of
from ..network.limits import MATERIAL_QUANTITIES, MEASURES, is_money
from ..network.network import Limit, LimitRow, Network
from ..tables.units import mass_of, volume_of
from ..words import NOTHING, say
from .statement import Note, Part, Variables, constraint

Array = np.ndarray
_PLACES = ("place", "origin", "dest")


@dataclass(frozen=True)
class _Lines:
    """Lines of one row of a limit: columns, coefficients, constants, and the labels that `each` tells apart."""

    col: Array
    coef: Array
    constant: Array
    keys: dict[str, Array]  # dimension → code (accounts: text)
    unit: Array
    material: Array  # -1: none


@constraint(r"B^-_{\ell} \le \sum_{r \in \ell} a_r\, \xi_r \le B^+_{\ell}", unit="of the quantity",
            source="Ramadhany et al., eq. (3) TRL max, (4) TD, (5) Vcap")  # fmt: skip
def limits(n: Network, v: Variables) -> Rows | None:
    """A sum of quantities stays between its bounds, over its scope."""
    names: list[str] = []
    rows: list[Array] = []
    cols: list[Array] = []
    vals: list[Array] = []
    lower: list[float] = []
    upper: list[float] = []
    which: list[int] = []
    for number, limit in enumerate(n.limits):
        for label, col, coef, constant in _bounds_of(n, v, limit):
            col, coef = _added(col, coef)
            rows.append(np.full(len(col), len(names)))
            names.append(label)
            which.append(number)
            cols.append(col)
            vals.append(coef)
            lower.append(limit.least - constant)
            upper.append(limit.most - constant)
    if not names:
        return None
    at = Index({**n.labels, "each": names}, limit=np.array(which), each=np.arange(len(names)))
    return Terms(at, *map(np.concatenate, (rows, cols, vals))).between(np.array(lower), np.array(upper))


def _added(col: Array, coef: Array) -> tuple[Array, Array]:
    """One entry for each column."""
    found, at = np.unique(col, return_inverse=True)
    return found, np.bincount(at.ravel(), coef, len(found))


def _bounds_of(n: Network, v: Variables, limit: Limit) -> list[tuple[str, Array, Array, float]]:
    """Every bound of a limit: its label, columns, coefficients and constant."""
    lines = [_lines(n, v, row) for row in limit.rows]
    for row, line in zip(limit.rows, lines, strict=True):
        if not len(line.col) and not _occurs(n, v, row):
            scope = _words(n, row)
            found = say("The case has no {quantity} to limit.", quantity=row.quantity)
            if scope:
                found = say("No {quantity} has {scope}.", quantity=row.quantity, scope=scope)
            v.notes.append(
                Note("E367", found, say("Check the quantity and the labels of the scope."), row.row, "quantity")
            )
        elif left_out := _left_out(v, row):
            found = say(
                "{quantity} in this scope leaves out {parts}, which has no {column}.",
                quantity=row.quantity,
                parts=left_out[0],
                column=left_out[1],
            )
            v.notes.append(
                Note("W311", found, say("Limit it in a row of its own, if it is meant."), row.row, left_out[1])
            )
    lines = _in_one_unit(n, v, limit, lines)
    dims = _dimensions(v, limit)
    if dims is None:
        return []
    keyed = [({dims[c]: line.keys[c] for c in row.each}, line) for row, line in zip(limit.rows, lines, strict=True)]
    out = []
    for combination in _tuples(keyed):
        col, coef, constant = [], [], 0.0
        for (keys, line), row in zip(keyed, limit.rows, strict=True):
            on = np.ones(len(line.col), bool)
            for dim, codes in keys.items():
                on &= codes == combination[dim]
            col.append(line.col[on])
            coef.append(row.coef * line.coef[on])
            constant += float(row.coef * line.constant[on].sum())
        out.append((_name(n, combination), np.concatenate(col), np.concatenate(coef), constant))
    return out


def _left_out(v: Variables, row: LimitRow) -> tuple[str, str] | None:
    """What a row does not count because it lacks a column of the scope, and that column: as trips, which have no
    material, in the transport of a material.
    """
    for column in (*row.scope, *row.each):
        key = "place" if column in ("kind", "group") else column
        lacking = [p for p in v.parts(row.quantity) if column != "account" and key not in p.codes]
        if lacking:
            names = [_part_name(row.quantity, p) for p in lacking]
            return listed(dict.fromkeys(names)), column
    return None


def _part_name(quantity: str, p: Part) -> str:
    if p.account in ("", quantity):
        return say("what is paid by the {unit}", unit=p.unit[0]) if p.account else say("a part")
    return p.account


#: Money and measures whose rates are all 0 have no lines; what they would be counted on.
_COUNTED_ON = {
    **dict.fromkeys(("transport", "trip", "fee", "km", "tkm"), ("flow",)),
    **dict.fromkeys(("purchase", "left"), ("collect",)),
    **dict.fromkeys(("revenue", "shortage"), ("deliver",)),
    **dict.fromkeys(("opening", "closing", "running", "unit"), ("open",)),
    "holding": ("stock",),
    "co2": ("flow", "run"),
    "cost": ("flow", "collect", "deliver", "run", "open", "stock"),
}


def _occurs(n: Network, v: Variables, row: LimitRow) -> bool:
    """Whether money or a measure without a line could have one in this scope, were its rates not 0."""
    if not is_money(row.quantity) and row.quantity not in MEASURES:
        return False
    plain = replace(row, scope={c: codes for c, codes in row.scope.items() if c != "account"})
    for quantity in _COUNTED_ON.get(row.quantity, ("run",)):
        for p in v.parts(quantity):
            on = _in_scope(n, p, plain)
            if on is not None and on.any():
                return True
    return False


def _words(n: Network, row: LimitRow) -> str:
    """The scope of a row: "place A or B, period 1"; blank where it has none."""
    words = []
    for column, codes in row.scope.items():
        labels = n.labels.get("place" if column in _PLACES else column, [])
        shown = [str(c) if isinstance(c, str) else labels[c] for c in codes[:3]]
        words.append(say("{column} {labels}", column=column, labels=one_of(shown or [say("(no label)")])))
    return listed(words) if words else ""


def _lines(n: Network, v: Variables, row: LimitRow) -> _Lines:
    """The lines of the row's quantity that lie in its scope."""
    once = row.once and not is_money(row.quantity) and row.quantity not in MEASURES
    found: list[_Lines] = []
    for p in v.parts(row.quantity):
        on = _in_scope(n, p, row)
        if on is None or not on.any():
            continue
        kept = p.where(on)
        times = np.where(kept.times != 0, kept.times, 1.0) if once else np.ones(len(kept))
        keys, repeat = _each(n, kept, row)
        if keys is None:
            continue
        material = kept.codes.get("material", np.full(len(kept), -1))
        found.append(
            _Lines(
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
        return _Lines(np.zeros(0, np.int64), empty, empty, {c: empty for c in row.each}, empty, empty.astype(int))
    return _Lines(
        col=np.concatenate([f.col for f in found]),
        coef=np.concatenate([f.coef for f in found]),
        constant=np.concatenate([f.constant for f in found]),
        keys={c: np.concatenate([f.keys[c] for f in found]) for c in row.each},
        unit=np.concatenate([f.unit for f in found]),
        material=np.concatenate([f.material for f in found]),
    )


def _in_scope(n: Network, p: Part, row: LimitRow) -> Array | None:
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


def _each(n: Network, p: Part, row: LimitRow) -> tuple[dict[str, Array] | None, Array]:
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
        if column in ("kind", "mode"):  # no kind is no label, nor is mode 0: no vehicle
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


def _in_one_unit(n: Network, v: Variables, limit: Limit, lines: list[_Lines]) -> list[_Lines]:
    """Amounts of materials in the limit's unit: the common one, else mass (or volume, if the unit is one).

    Adding other units is a problem.
    """
    if limit.rows[0].quantity not in MATERIAL_QUANTITIES:
        return lines
    wanted, sizes, size = mass_of(limit.unit) if limit.unit else None, n.mass, "mass"
    if limit.unit and wanted is None and (volume := volume_of(limit.unit)):
        wanted, sizes, size = volume, np.where(n.volume > 0, n.volume, np.nan), "volume"
    units = set(np.concatenate([line.unit for line in lines]).tolist()) if lines else set()
    if (len(units) <= 1 and not limit.unit) or units == {limit.unit}:
        return lines
    materials = np.unique(np.concatenate([line.material for line in lines])) if lines else np.zeros(0, int)
    sizeless = [n.labels["material"][m] for m in materials if np.isnan(sizes[m])]
    if limit.unit and wanted is None:
        v.notes.append(
            Note(
                "E366",
                say("The amounts are in {units}, not in {unit}.", units=all_of(sorted(units)), unit=limit.unit),
                NOTHING,
                limit.row,
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
        v.notes.append(Note("E366", found, advice, limit.row, "unit"))
        return lines
    return [_scaled(line, sizes[line.material] / (wanted or 1.0)) for line in lines]


def _scaled(line: _Lines, factor: Array) -> _Lines:
    return _Lines(line.col, line.coef * factor, line.constant * factor, line.keys, line.unit, line.material)


def _dimensions(v: Variables, limit: Limit) -> dict[str, str] | None:
    """Dimension on which rows with `each` meet: place, origin and dest are one, unless a row tells them apart."""
    used = [set(row.each) & set(_PLACES) for row in limit.rows]
    apart = any(len(columns) > 1 for columns in used)
    if apart and len({frozenset(c) for c in used if c}) > 1:
        v.notes.append(
            Note(
                "E368",
                say("Rows with each do not say which place meets which."),
                say("Use the same columns in every row."),
                limit.row,
                "limit",
            )
        )
        return None
    columns = {c for row in limit.rows for c in row.each}
    return {c: c if apart or c not in _PLACES else "place" for c in columns}


def _tuples(keyed: list[tuple[dict[str, Array], _Lines]]) -> list[dict[str, object]]:
    """Every combination of labels for which there is a bound.

    Rows that tell the same dimensions apart: the union of their labels. Rows with fewer are added to each; rows
    with others are joined.
    """
    by_dims: dict[tuple[str, ...], dict[tuple[object, ...], None]] = {}
    for keys, _ in keyed:
        dims = tuple(sorted(keys))
        tuples = zip(*(keys[d].tolist() for d in dims), strict=True) if dims else [()]
        by_dims.setdefault(dims, {}).update(dict.fromkeys(tuples))
    widest = [d for d in by_dims if not any(set(d) < set(other) for other in by_dims)]
    found: list[dict[str, object]] = [{}]
    for dims in widest:
        found = [
            a | dict(zip(dims, b, strict=True))
            for a in found
            for b in sorted(by_dims[dims], key=repr)
            if all(a.get(d, value) == value for d, value in zip(dims, b, strict=True))
        ]
    return found if any(by_dims[d] for d in widest) else []


def _name(n: Network, combination: dict[str, object]) -> str:
    return ",".join(
        str(code) if isinstance(code, str) else n.labels["place" if d in _PLACES else d][int(code)]  # type: ignore[call-overload]
        for d, code in combination.items()
    )


def quantity_in_scope(n: Network, v: Variables, row: LimitRow, unit: str, x: Array) -> float:
    """Value of a row's quantity in its scope at a solution; amounts in this unit (blank: their own)."""
    lines = _in_one_unit(n, v, Limit("", -np.inf, np.inf, unit, [row], row.row), [_lines(n, v, row)])
    return float(sum((line.coef * x[line.col.astype(np.int64)] + line.constant).sum() for line in lines))
