"""§10 Limits: budgets, counts, quotas, shares and ratios, as rows of a table.

Rows of one limit are added, each × its coef. Quantities over several periods count the repeats of each; in one
named period an amount counts once (money and measures always count the repeats).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..algebra import Index, Rows, Terms
from ..errors import listed, one_of
from ..network.limits import MEASURES, is_money
from ..network.network import Limit, LimitRow, Network
from ..words import say
from .scope import Lines, counted_alike, in_scope, lines_of
from .statement import Note, Part, Variables, constraint

Array = np.ndarray
_PLACES = ("place", "origin", "dest")


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
    lines = [lines_of(n, v, row) for row in limit.rows]
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
    lines = counted_alike(n, v, limit, lines)
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
            on = in_scope(n, p, plain)
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


def _tuples(keyed: list[tuple[dict[str, Array], Lines]]) -> list[dict[str, object]]:
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
    lines = counted_alike(n, v, Limit("", -np.inf, np.inf, unit, [row], row.row), [lines_of(n, v, row)])
    return float(sum((line.coef * x[line.col.astype(np.int64)] + line.constant).sum() for line in lines))
