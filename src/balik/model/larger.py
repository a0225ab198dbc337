"""§11 The larger of several: what must equal a maximum even where nothing presses it down.

Fractional trips, what a leg with a floor pays, and shortage equal the largest of what they must be at least. Where
the objective and the limits only ever press them down, the rows "at least" suffice and the value is settled after
the solve. Where something calls for more of them, one of the alternatives is chosen by a binary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..algebra import Index, Rows, Terms, Var
from ..network.network import Network
from .delivery import may_fall_short
from .statement import Variables, constraint, variable
from .tours import floored
from .trips import fractional_alone

Array = np.ndarray


@dataclass(frozen=True)
class Alternative:
    """A linear expression for each column: constant + Σ coef × columns."""

    row: Array
    col: Array
    coef: Array
    constant: Array


@dataclass(frozen=True)
class Larger:
    """Columns that equal the largest of the alternatives, and what bounds them."""

    cols: Array
    alternatives: list[Alternative]
    bound: Array

    def value(self, x: Array) -> Array:
        """The largest alternative at a solution."""
        each = [a.constant + np.bincount(a.row, a.coef * x[a.col], len(self.cols)) for a in self.alternatives]
        return np.max(each, axis=0)  # type: ignore[no-any-return]


def larger_ones(n: Network, v: Variables) -> list[Larger]:
    """Everything that equals a maximum in this case."""
    found = [_trips(n, v), _rounds(n, v), _legs(n, v), _shortages(n, v)]
    return [f for f in found if f is not None and len(f.cols)]


def _rows_of(v: Variables, family: str, start: Array) -> Alternative:
    """An alternative from rows Σ coef·x − column ≤ 0 of a family, for these columns."""
    size = len(start)
    none = np.zeros(0, np.int64)
    if family not in v.program.families:
        return Alternative(none, none, np.zeros(0), np.zeros(size))
    terms = v.program.families[family].rows.terms
    place = np.full(v.program.columns, -1)
    place[start] = np.arange(size)
    owner = np.full(len(terms.index), -1)
    mine = (terms.val < 0) & (place[terms.col] >= 0)
    owner[terms.row[mine]] = place[terms.col[mine]]
    on = (owner[terms.row] >= 0) & ~((terms.val < 0) & (place[terms.col] >= 0))
    return Alternative(owner[terms.row[on]], terms.col[on], terms.val[on], np.zeros(size))


def _most(v: Variables, alternatives: list[Alternative], size: int) -> Array:
    """A bound on the largest alternative, from the bounds of what it sums."""
    upper = np.concatenate([x.upper for x in v.program.variables.values()])
    if v.has("flow"):
        upper[v.flow.cols] = np.minimum(upper[v.flow.cols], v.bounds.lanes)
    if v.has("haul"):
        upper[v.haul.cols] = np.minimum(upper[v.haul.cols], v.bounds.hauls)
    each = [a.constant + np.bincount(a.row, a.coef * upper[a.col], size) for a in alternatives]
    return np.max(each, axis=0)  # type: ignore[no-any-return]


def _larger(v: Variables, cols: Array, alternatives: list[Alternative]) -> Larger:
    return Larger(cols, alternatives, _most(v, alternatives, len(cols)))


def _trips(n: Network, v: Variables) -> Larger | None:
    on = np.flatnonzero(~n.trips.whole & ~fractional_alone(n)) if len(n.trips) else np.zeros(0, int)
    cols = v.trips.cols[on]
    return _larger(v, cols, [_rows_of(v, "payload", cols), _rows_of(v, "room", cols)]) if len(cols) else None


def _rounds(n: Network, v: Variables) -> Larger | None:
    on = np.flatnonzero(~n.rounds.whole) if len(n.rounds) else np.zeros(0, int)
    cols = v.rounds.cols[on]
    if not len(cols):
        return None
    alternatives = [_rows_of(v, "tour_payload", cols)]
    for family in ("tour_load", "tour_room"):
        if family not in v.program.families:
            continue
        stops = np.unique(v.program.families[family].rows.index.stop)
        alternatives += [_rows_of_stop(v, family, cols, int(stop)) for stop in stops]
    return _larger(v, cols, alternatives)


def _rows_of_stop(v: Variables, family: str, cols: Array, stop: int) -> Alternative:
    """As `_rows_of`, for the rows of one leg number."""
    whole = _rows_of(v, family, cols)
    terms = v.program.families[family].rows.terms
    place = np.full(v.program.columns, -1)
    place[cols] = np.arange(len(cols))
    here = terms.index.stop[terms.row] == stop
    mine = (terms.val < 0) & (place[terms.col] >= 0) & here
    owner = np.full(len(terms.index), -1)
    owner[terms.row[mine]] = place[terms.col[mine]]
    on = (owner[terms.row] >= 0) & ~((terms.val < 0) & (place[terms.col] >= 0)) & here
    return Alternative(owner[terms.row[on]], terms.col[on], terms.val[on], whole.constant)


def _legs(n: Network, v: Variables) -> Larger | None:
    which = floored(n) if len(n.legs) else np.zeros(0, int)
    if not len(which):
        return None
    load, empty = leg_pay(n, v, which)
    return _larger(v, v.leg.cols, [load, empty])


def leg_pay(n: Network, v: Variables, which: Array) -> tuple[Alternative, Alternative]:
    """What the load of a leg pays, and what the same leg would pay empty."""
    place = np.full(len(n.legs), -1)
    place[which] = np.arange(len(which))
    km = np.nan_to_num(n.legs.km)
    on = np.flatnonzero(place[n.aboard.leg] >= 0)
    rate = (km[n.aboard.leg] * n.aboard.full_rate)[on]
    rounds = v.rounds.cols[n.legs.round[which]]
    zero, here = np.zeros(len(which)), np.arange(len(which))
    load = Alternative(
        np.concatenate([place[n.aboard.leg[on]], here]),
        np.concatenate([v.haul.cols[n.aboard.haul[on]], rounds]),
        np.concatenate([rate, km[which] * n.legs.loaded_rate[which]]),
        zero,
    )
    return load, Alternative(here, rounds, km[which] * n.legs.empty_rate[which], zero)


def _shortages(n: Network, v: Variables) -> Larger | None:
    short = may_fall_short(n)
    if not len(short):
        return None
    here, none = np.arange(len(short)), np.zeros(0, np.int64)
    least = n.demand.least[short]
    rest = Alternative(here, v.deliver.cols[short], np.full(len(short), -1.0), least)
    return Larger(v.shortage.cols, [rest, Alternative(none, none, np.zeros(0), np.zeros(len(short)))], least)


@constraint(
    r"w_{rst} \ge \sum_m d_{rs} c^{f}_{rsm} x_{rmt} + d_{rs} c^{l}_v n_{rt}",
    unit="money",
    source="ours: the load's pay",
)
def leg_load(n: Network, v: Variables) -> Rows | None:
    """A leg with a floor pays at least what its load pays."""
    return _leg_row(n, v, 0)


@constraint(r"w_{rst} \ge d_{rs}\, c^{e}_v\, n_{rt}", unit="money", source="ours: never less than the same leg empty")
def leg_floor(n: Network, v: Variables) -> Rows | None:
    """A leg with a floor pays at least what the same leg would pay empty."""
    return _leg_row(n, v, 1)


def _leg_row(n: Network, v: Variables, which: int) -> Rows | None:
    legs = floored(n) if len(n.legs) else np.zeros(0, int)
    if not len(legs):
        return None
    at, pay = v.leg.index, leg_pay(n, v, legs)[which]
    return at.take(v.leg) - Terms(at, pay.row, pay.col, pay.coef) >= 0.0


# -- where something calls for more ------------------------------------------------------------------------------


def raised(v: Variables) -> Array:
    """Columns of which the objective or a limit may want more than they must be."""
    program = v.program
    wants = program.cost() < 0
    wants = np.concatenate([wants, np.zeros(program.columns - len(wants), bool)])
    block = program.families.get("limits")
    if block is not None:
        terms, low, high = block.rows.terms, block.rows.lower, block.rows.upper
        up = ((terms.val > 0) & np.isfinite(low[terms.row])) | ((terms.val < 0) & np.isfinite(high[terms.row]))
        wants[terms.col[up]] = True
    return wants


@variable(r"\zeta_{ka} \in \{0, 1\}", unit="1", source="ours: which alternative is the largest")
def choice(n: Network, v: Variables) -> Var | None:
    """Chooses the largest alternative; stated with the constraint that needs it."""
    return None


@constraint(
    r"\xi_k \le e_{ka} + \Xi_k (1 - \zeta_{ka}),\ \sum_a \zeta_{ka} = 1",
    unit="of the quantity",
    source="ours: a maximum is met",
)
def largest(n: Network, v: Variables) -> Rows | None:
    """What equals a maximum equals one of its alternatives, where something calls for more of it."""
    wants = raised(v)
    cols, alternatives, bound = [], [], []
    for found in larger_ones(n, v):
        for k in np.flatnonzero(wants[found.cols]):
            cols.append(int(found.cols[k]))
            bound.append(float(found.bound[k]))
            alternatives.append([_member(a, int(k)) for a in found.alternatives])
    if not cols:
        return None
    if not np.isfinite(bound).all():
        at = cols[int(np.flatnonzero(~np.isfinite(bound))[0])]
        name, _ = v.program.where_column(at)
        v.notes.append(Note_unbounded(name))
        return None
    item = np.repeat(np.arange(len(cols)), [len(a) for a in alternatives])
    which = np.concatenate([np.arange(len(a)) for a in alternatives])
    pick = v.program.variable("choice", Index(n.labels, item=item, alternative=which), upper=1.0, integer=True)
    return _choice_rows(n, pick, cols, alternatives, np.array(bound), item)


def Note_unbounded(name: str):  # type: ignore[no-untyped-def]
    from .statement import Note

    return Note(
        "E382", f"A limit or weight calls for more {name}, which nothing bounds.", "Write a most on the supply.", -1, ""
    )


def _member(a: Alternative, k: int) -> tuple[Array, Array, float]:
    on = a.row == k
    return a.col[on], a.coef[on], float(a.constant[k])


def _choice_rows(
    n: Network,
    pick: Var,
    cols: list[int],
    alternatives: list[list[tuple[Array, Array, float]]],
    bound: Array,
    item: Array,
) -> Rows:
    """Rows ξ − e + Ξ ζ ≤ Ξ + constant for every alternative, and Σ ζ = 1 for every item."""
    count, items = len(item), len(cols)
    at = Index(
        n.labels,
        item=np.concatenate([item, np.arange(items)]),
        alternative=np.concatenate([pick.alternative, np.full(items, -1) + 100]),
    )
    row, col, val, upper = [], [], [], []
    flat = [e for each in alternatives for e in each]
    for i, (c, coef, constant) in enumerate(flat):
        k = int(item[i])
        row += [np.full(len(c) + 2, i)]
        col += [np.concatenate([[cols[k]], c, [pick.cols[i]]])]
        val += [np.concatenate([[1.0], -coef, [bound[k]]])]
        upper.append(bound[k] + constant)
    row.append(count + item)
    col.append(pick.cols)
    val.append(np.ones(count))
    terms = Terms(at, *map(np.concatenate, (row, col, val)))
    return terms.between(
        np.concatenate([np.full(count, -np.inf), np.ones(items)]), np.concatenate([np.array(upper), np.ones(items)])
    )


def settle(n: Network, v: Variables, x: Array) -> Array:
    """The solution with everything that equals a maximum at that maximum, where nothing calls for more."""
    found = larger_ones(n, v)
    if not found:
        return x
    x = x.copy()
    wants = raised(v)
    for one in found:
        free = ~wants[one.cols]
        x[one.cols[free]] = one.value(x)[free]
    return x
