"""§10 Limits: budgets, counts, quotas, shares and ratios, as rows of a table.

Rows of one limit are added, each × its coef. Quantities over several periods count the repeats of each; in one
named period an amount counts once (money and measures always count the repeats). Rows with `over` stand below a line:
the sum of the others is divided by theirs. Rows with a `lag` are about an earlier period than their bound.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..algebra import Index, Rows, Var
from ..errors import listed
from ..kept import kept
from ..network.limits import MATERIAL_QUANTITIES, QUANTITIES
from ..network.network import Limit, LimitRow, Network
from ..words import say
from .bounded import Bound, Line, Sum, lines_of_bound, stated
from .scope import Lines, counted_alike, in_scope, lines_of, narrowed, parts_of, scope_words
from .statement import Note, Part, Variables, constraint, variable

Array = np.ndarray
_PLACES = ("place", "origin", "dest")


@variable(r"\mu_{\ell} \in \mathbb{R}", unit="of the quantity", source="ours: equity, the smallest recovery")
def lowest(n: Network, v: Variables) -> Var | None:
    """The smallest value among the labels of a limit that must lie close together."""
    which = np.array([k for k, limit in enumerate(n.limits) if np.isfinite(limit.spread)], np.int64)
    if not len(which):
        return None
    return v.program.variable("lowest", Index(n.labels, limit=which), lower=-np.inf)


@constraint(r"B^-_{\ell} \le \Xi_{\ell} = \sum_{r \in \ell} a_r\, \xi_r \,/ \sum_{r \in \ell\,\text{over}} a_r\, \xi_r \le B^+_{\ell}",
            unit="of the quantity", source="Ramadhany et al., eq. (3) TRL max, (4) TD, (5) Vcap; WEEE directive 2012/19/EU, art. 7")  # fmt: skip
def limits(n: Network, v: Variables) -> Rows | None:
    """A sum of quantities, or its ratio to another sum, stays between its bounds, over its scope."""
    v.state("bounds_of_limits", bounds_of(n, v, n.limits))
    check_below(v, n.limits, v.bounds_of_limits)
    v.state("limit_lines", [line for b in v.bounds_of_limits for line in lines_of_bound(n.limits[b.limit], b)])
    return stated(n, v.limit_lines) if v.limit_lines else None


@constraint(r"0 \le \Xi_{\ell} - \mu_{\ell} \le D_{\ell}", unit="of the quantity",
            source="ours: equity, the largest recovery less the smallest")  # fmt: skip
def spread(n: Network, v: Variables) -> Rows | None:
    """The values of a limit's labels lie no further apart than its spread."""
    if not v.has("lowest"):
        return None
    column = dict(zip(v.lowest.index.limit.tolist(), v.lowest.cols.tolist(), strict=True))
    lines = []
    for b in v.bounds_of_limits:
        if b.limit in column and b.varies:
            found = say("A spread needs what stands below the line to be known, and here it follows from the plan.")
            advice = say("Divide by market, people or nothing.")
            v.note(Note("E574", found, advice, n.limits[b.limit].row, "spread"))
            return None
        if b.limit in column:
            smallest = Sum(np.array([column[b.limit]]), np.ones(1), 0.0)
            lines.append(Line(b, b.rate.plus(-1.0, smallest), 0.0, n.limits[b.limit].spread))
    return stated(n, lines) if lines else None


@kept
def bounds_of(n: Network, v: Variables, limits: list[Limit], first: int = 0) -> list[Bound]:
    """Every bound of these limits, of which the first has this number. They are kept by halves (see `in_halves`)."""
    if len(limits) > 1:
        middle = len(limits) // 2
        return bounds_of(n, v, limits[:middle], first) + bounds_of(n, v, limits[middle:], first + middle)
    return [bound for limit in limits for bound in _bounds_of(n, v, limit, first)]


def _bounds_of(n: Network, v: Variables, limit: Limit, number: int) -> list[Bound]:
    """Every bound of a limit; labels with nothing below the line, or before whose lag nothing is known, have none."""
    lines = _counted(n, v, limit, [_found(n, v, row) for row in limit.every_row])
    dims = _dimensions(v, limit)
    if dims is None:
        return []
    rows, above = limit.every_row, len(limit.rows)
    keyed = [({dims[c]: line.keys[c] for c in row.each}, line) for row, line in zip(rows, lines, strict=True)]
    out: list[Bound] = []
    early, empty = [], []
    for combination in _tuples(keyed):
        label = _name(n, combination)
        told = label or limit.name
        if "period" in combination and not all(_known(n, row, combination["period"]) for row in rows):
            early.append(told)
            continue
        sums = [_sum(keyed[part], rows[part], combination) for part in (slice(None, above), slice(above, None))]
        if limit.over and not len(sums[1].col) and sums[1].constant == 0:
            empty.append(told)
            continue
        out.append(Bound(number, label, *(sums if limit.over else sums[:1])))
    _note_unbounded(v, limit, early, empty)
    return out


def _counted(n: Network, v: Variables, limit: Limit, lines: list[Lines]) -> list[Lines]:
    """Amounts above and below the line in their units; in one, where none is given and both are amounts."""
    amounts = {limit.rows[0].quantity, *(row.quantity for row in limit.over[:1])} <= set(MATERIAL_QUANTITIES)
    if amounts and not limit.unit:
        return counted_alike(n, v, limit.every_row, "", lines)
    cut = len(limit.rows)
    above = counted_alike(n, v, limit.rows, limit.unit, lines[:cut])
    return above + counted_alike(n, v, limit.over, limit.over_unit, lines[cut:])


def _known(n: Network, row: LimitRow, period: object) -> bool:
    """Whether something is known of the period that a row with a lag looks at."""
    first = len(n.length) - len(n.labels["when"]) if row.quantity == "market" else 0
    return not row.lag or int(period) - row.lag >= first  # type: ignore[call-overload]


def _sum(keyed: list[tuple[dict[str, Array], Lines]], rows: list[LimitRow], combination: dict[str, object]) -> Sum:
    """The lines under one label, each × the coef of its row."""
    col, coef, constant = [np.zeros(0, np.int64)], [np.zeros(0)], [np.zeros(0)]
    for (keys, line), row in zip(keyed, rows, strict=True):
        on = np.ones(len(line.col), bool)
        for dim, codes in keys.items():
            on &= codes == combination[dim]
        col.append(line.col[on])
        coef.append(row.coef * line.coef[on])
        constant.append(row.coef * line.constant[on])
    cols, coefs, constants = np.concatenate(col), np.concatenate(coef), np.concatenate(constant)
    return replace(Sum.of(cols, coefs, float(constants.sum())), lines=(constants, coefs, cols))


def _note_unbounded(v: Variables, limit: Limit, early: list[str], empty: list[str]) -> None:
    """Say which labels of a limit have no bound."""
    if early:
        found = say(
            "{labels}: no bound, since a row looks at a period before all that is known.", labels=listed(early[:5])
        )
        advice = say("Name the periods that are bound, or add periods with past = yes and their market.")
        v.note(Note("W570", found, advice, limit.row, "lag"))
    if empty:
        found = say("{labels}: no bound, since nothing stands below the line.", labels=listed(empty[:5]))
        v.note(Note("W571", found, say("Check the scope of the rows with over = yes."), limit.over[0].row, "over"))


def check_below(v: Variables, limits: list[Limit], bounds: list[Bound]) -> None:
    """A ratio has a sense only where what stands below the line is never negative."""
    if not any(limit.over for limit in limits):
        return
    lower, upper = (np.concatenate([getattr(x, k) for x in v.program.variables.values()]) for k in ("lower", "upper"))
    wrong: dict[int, None] = {}
    for b in bounds:
        if b.below is not None:
            on = b.below.coef != 0
            coef, col = b.below.coef[on], b.below.col[on]
            least = coef * np.where(coef > 0, lower[col], upper[col])
            size = abs(b.below.constant) + np.abs(least[np.isfinite(least)]).sum()
            if b.below.constant + least.sum() < -1e-9 * size:
                wrong[limits[b.limit].over[0].row] = None
    for row in wrong:
        found = say("What stands below the line can be negative, and a ratio to it has no sense.")
        v.note(Note("E573", found, say("Use quantities, with a coef above 0."), row, "over"))


def _found(n: Network, v: Variables, row: LimitRow) -> Lines:
    """The lines of a row; that it has none, or leaves some out, is noted."""
    line = lines_of(n, v, row)
    if not len(line.col) and row.lag and _lies_elsewhere(n, v, row):
        return line  # what the lag leads to is not there; that the labels have no bound is told of all of them
    if not len(line.col) and not _occurs(n, v, row):
        scope = scope_words(n, row)
        found = say("The case has no {quantity} to limit.", quantity=row.quantity)
        if scope:
            found = say("No {quantity} has {scope}.", quantity=row.quantity, scope=scope)
        v.note(Note("E367", found, say("Check the quantity and the labels of the scope."), row.row, "quantity"))
    elif left_out := left_out_of(v, row):
        found = say(
            "{quantity} in this scope leaves out {parts}, which has no {column}.",
            quantity=row.quantity,
            parts=left_out[0],
            column=left_out[1],
        )
        v.note(Note("W311", found, say("Limit it in a row of its own, if it is meant."), row.row, left_out[1]))
    return line


def _lies_elsewhere(n: Network, v: Variables, row: LimitRow) -> bool:
    """Whether the scope of a row with a lag has lines of other periods than those that the lag leads to."""
    scope = {c: codes for c, codes in row.scope.items() if c != "period"}
    found = (in_scope(n, p, replace(row, scope=scope)) for p in parts_of(v, row))
    return any(on is not None and bool(on.any()) for on in found)


def left_out_of(v: Variables, row: LimitRow) -> tuple[str, str] | None:
    """What a row does not count because it lacks a column of the scope, and that column: as trips, which have no
    material, in the transport of a material.
    """
    for column in (*row.scope, *row.each):
        key = "place" if column in ("kind", "group") else column
        lacking = [p for p in parts_of(v, row) if column != "account" and key not in p.codes]
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
    **dict.fromkeys(("opening", "closing", "expansion", "residual", "running", "unit"), ("open", "open in a period")),
    "holding": ("stock",),
    "fleet": ("vehicles",),
    "deposit": ("collect", "deliver"),
    "co2": ("flow", "run"),
    "cost": ("flow", "collect", "deliver", "run", "open", "stock"),
}


def _occurs(n: Network, v: Variables, row: LimitRow) -> bool:
    """Whether money or a measure without a line could have one in this scope, were its rates not 0."""
    if row.quantity in n.measures.names:
        return any(_occurs(n, v, narrowed(r, row)) for r in n.measures.rows_of(row.quantity))
    if row.quantity in QUANTITIES:
        return False
    if any(charge.account == row.quantity for charge in n.charges):
        return True
    plain = replace(row, scope={c: codes for c, codes in row.scope.items() if c != "account"})
    for quantity in _COUNTED_ON.get(row.quantity, ("run",)):
        for p in v.parts(quantity):
            on = in_scope(n, p, plain)
            if on is not None and on.any():
                return True
    return False


def _dimensions(v: Variables, limit: Limit) -> dict[str, str] | None:
    """Dimension on which rows with `each` meet: place, origin and dest are one, unless a row tells them apart."""
    used = [set(row.each) & set(_PLACES) for row in limit.every_row]
    apart = any(len(columns) > 1 for columns in used)
    if apart and len({frozenset(c) for c in used if c}) > 1:
        v.note(
            Note(
                "E368",
                say("Rows with each do not say which place meets which."),
                say("Use the same columns in every row."),
                limit.row,
                "limit",
            )
        )
        return None
    columns = {c for row in limit.every_row for c in row.each}
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
        for d, code in sorted(combination.items())
    )


def quantity_in_scope(n: Network, v: Variables, row: LimitRow, unit: str, x: Array) -> float:
    """Value of a row's quantity in its scope at a solution; amounts in this unit (blank: their own)."""
    lines = counted_alike(n, v, [row], unit, [lines_of(n, v, row)])
    return float(sum((line.coef * x[line.col.astype(np.int64)] + line.constant).sum() for line in lines))
