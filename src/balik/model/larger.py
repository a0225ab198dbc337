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
from ..words import say
from .backhaul import ridden
from .calling import called_for
from .charges import called_amounts, floating_charges, settle_charges
from .delivery import all_or_short, may_fall_short
from .statement import Note, Variables, constraint, variable
from .tours import alone, floored
from .trips import fractional_alone
from .vehicles import floating_fleets, more_trips, settle_fleets

Array = np.ndarray


@dataclass(frozen=True)
class Alternative:
    """A linear expression for each column: constant + Σ coef × columns."""

    row: Array
    col: Array
    coef: Array
    constant: Array

    def value(self, x: Array) -> Array:
        """The expressions at a point; a column whose coefficient is 0 has no say, however large it is."""
        on = self.coef != 0
        return self.constant + np.bincount(self.row[on], self.coef[on] * x[self.col[on]], len(self.constant))

    def reach(self, low: Array, high: Array) -> tuple[Array, Array]:
        """Least and largest value of the expressions, from the bounds of the columns."""
        on = np.flatnonzero(self.coef != 0)
        row, coef, low, high = self.row[on], self.coef[on], low[self.col[on]], high[self.col[on]]
        up, size = coef > 0, len(self.constant)
        least = np.bincount(row, coef * np.where(up, low, high), size)
        return self.constant + least, self.constant + np.bincount(row, coef * np.where(up, high, low), size)


@dataclass(frozen=True)
class Larger:
    """Columns that equal the largest of the alternatives (whole ones: that are at least that)."""

    cols: Array
    alternatives: list[Alternative]
    whole: Array

    def value(self, x: Array) -> Array:
        """The largest alternative at a solution; the next whole number for whole columns, which never rise."""
        most = np.max([a.value(x) for a in self.alternatives], axis=0)
        return np.where(self.whole, np.minimum(np.ceil(most - _WHOLE), x[self.cols]), most)


#: A load that needs 3 + 1e-10 trips needs 3.
_WHOLE = 1e-9


def larger_ones(n: Network, v: Variables) -> list[Larger]:
    """Everything that equals a maximum in this case, in the order in which one builds on the other."""
    found = [*_trips(n, v), _rounds(n, v), _legs(n, v), _shortages(n, v)]
    return [f for f in found if f is not None and len(f.cols)]


#: Families that trips must be at least the need of; whole ones also need room for what rides on their way back.
_FITTING, _BACK = ("payload", "room"), ("backhaul_payload", "backhaul_room")


def _trips(n: Network, v: Variables) -> list[Larger]:
    on = np.flatnonzero(~fractional_alone(n)) if len(n.trips) else np.zeros(0, int)
    whole, found = n.trips.whole[on], []
    for which, families in ((on[~whole], _FITTING), (on[whole], (*_FITTING, *_BACK))):
        cols = v.trips.cols[which]
        if len(which):
            found.append(Larger(cols, [_rows_of(v, f, cols) for f in families], n.trips.whole[which]))
    return found


def _rounds(n: Network, v: Variables) -> Larger | None:
    on = np.flatnonzero(~alone(n)) if len(n.rounds) else np.zeros(0, int)
    cols = v.rounds.cols[on]
    return Larger(cols, _rounds_need(v, cols), n.rounds.whole[on]) if len(on) else None


def _rounds_need(v: Variables, cols: Array) -> list[Alternative]:
    """What rounds must be at least: by payload, and by what is aboard each leg."""
    found = [_rows_of(v, "tour_payload", cols)]
    for family in ("tour_load", "tour_room"):
        if family in v.program.families:
            stops = np.unique(v.program.families[family].rows.index.stop)
            found += [_rows_of(v, family, cols, int(stop)) for stop in stops]
    return found


def _rows_of(v: Variables, family: str, cols: Array, stop: int | None = None) -> Alternative:
    """An alternative for these columns from the rows Σ coef·x − column ≤ 0 of a family (of one leg number)."""
    size, none = len(cols), np.zeros(0, np.int64)
    if family not in v.program.families:
        return Alternative(none, none, np.zeros(0), np.zeros(size))
    terms = v.program.families[family].rows.terms
    place = np.full(v.program.columns, -1)
    place[cols] = np.arange(size)
    here = np.ones(len(terms.index), bool) if stop is None else terms.index.stop == stop
    trips = (terms.val < 0) & (place[terms.col] >= 0) & here[terms.row]
    owner = np.full(len(terms.index), -1)
    owner[terms.row[trips]] = place[terms.col[trips]]
    on = (owner[terms.row] >= 0) & ~trips
    return Alternative(owner[terms.row[on]], terms.col[on], terms.val[on], np.zeros(size))


def _legs(n: Network, v: Variables) -> Larger | None:
    which = floored(n) if len(n.legs) else np.zeros(0, int)
    return Larger(v.leg.cols, list(leg_pay(n, v, which)), np.zeros(len(which), bool)) if len(which) else None


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
    on = np.flatnonzero(~all_or_short(n))
    if not len(on):
        return None
    short, none, zero = may_fall_short(n)[on], np.zeros(0, np.int64), np.zeros(len(on))
    rest = Alternative(np.arange(len(on)), v.deliver.cols[short], np.full(len(on), -1.0), n.demand.least[short])
    return Larger(v.shortage.cols[on], [rest, Alternative(none, none, zero[:0], zero)], zero > 0)


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


def raised(n: Network, v: Variables) -> Array:
    """Columns of which the objective or a limit may want more than they must be."""
    wants = more_trips(n, v, called_amounts(n, v, called_for(v)))
    if len(v.riding):  # more trips would have more room on their way back
        wants[v.trips.cols[ridden(n) & ~n.trips.whole]] = True
    if len(n.legs):  # more pay of a leg can come from more rounds
        which = floored(n)
        more = wants[v.leg.cols]
        wants[v.rounds.cols[n.legs.round[which[more]]]] = True
    return wants


@variable(r"\zeta_{ka} \in \{0, 1\}", unit="1", source="ours: which alternative is the largest")
def choice(n: Network, v: Variables) -> Var | None:
    """Chooses the largest alternative; stated with the constraint that needs it."""
    return None


#: Columns, coefficients, constant.
_Expression = tuple[Array, Array, float]


@dataclass(frozen=True)
class _Item:
    """A column that something calls for more of: its alternatives (columns, coefs, constant), and their slack."""

    col: int
    alternatives: list[_Expression]
    slack: list[float]


@constraint(
    r"\xi_k \le e_{ka} + \Xi_{ka} (1 - \zeta_{ka}),\ \sum_a \zeta_{ka} = 1",
    unit="of the quantity",
    source="ours: a maximum is met",
)
def largest(n: Network, v: Variables) -> Rows | None:
    """What equals a maximum equals one of its alternatives, where something calls for more of it."""
    ones = larger_ones(n, v)
    if not ones:
        return None
    wants = raised(n, v)
    found = [(one, np.flatnonzero(wants[one.cols] & ~one.whole)) for one in ones]
    if not any(len(at) for _, at in found):
        return None
    items = _items(n, v, found)
    for one in items:
        if not np.isfinite(one.slack).all():
            v.note(_endless(n, v, one.col))
            return None
    item = np.repeat(np.arange(len(items)), [len(i.slack) for i in items])
    at = Index(n.labels, item=item, alternative=np.concatenate([np.arange(len(i.slack)) for i in items]))
    several = np.array([len(items[k].slack) > 1 for k in item])
    pick = np.full(len(at), -1)
    if several.any():
        some = Index(n.labels, item=at.item[several], alternative=at.alternative[several])
        pick[several] = v.program.variable("choice", some, upper=1.0, integer=True).cols
    return _choice_rows(n, at, pick, items)


def _endless(n: Network, v: Variables, col: int) -> Note:
    """What is called for, where, in words."""
    name, at = v.program.where_column(col)
    called = {"leg": say("pay on a leg"), "shortage": say("shortage")}.get(name, say("trips"))
    keys = {c: int(codes[at]) for c, codes in v.program.variables[name].codes.items()}
    labels = {c: n.labels.get("place" if c in ("origin", "dest") else c) for c in keys}
    where = ", ".join(f"{c}={k if (known := labels[c]) is None else known[k]}" for c, k in keys.items())
    what = say("A least of a limit, a goal, a negative weight or a backhaul calls for more {what} ({where}), which nothing bounds.",
               what=called, where=where)  # fmt: skip
    other = say("Write a most on the lanes or the supply, or whole_trips = no.")
    if name == "trips":  # those in fractions are just as many as their load needs; whole ones may be more
        other = say("Write a most on the lanes or the supply, or whole_trips = yes.")
    return Note("E382", what, other, -1, "")


def _items(n: Network, v: Variables, found: list[tuple[Larger, Array]]) -> list[_Item]:
    """Every column that is called for, with what its alternatives may fall short of its bound by.

    An alternative that another never falls below is none: what is left alone is met without a choice, bounded or not.
    """
    low, high = _column_bounds(n, v)
    items = []
    for one, at in found:
        for k in at.tolist():
            parts: list[_Expression] = []
            for a in one.alternatives:
                mine = a.col[a.row == k], a.coef[a.row == k], float(a.constant[k])
                if not any(_is_below(mine, other, low, high) for other in parts):
                    parts = [other for other in parts if not _is_below(other, mine, low, high)] + [mine]
            reach = [_reach(part, low, high) for part in parts]
            most = max(r[1] for r in reach)
            slack = [most - least for least, _ in reach] if len(parts) > 1 else [0.0]
            items.append(_Item(int(one.cols[k]), parts, slack))
    return items


def _is_below(one: _Expression, other: _Expression, low: Array, high: Array) -> bool:
    """Whether an expression is never above another one within these bounds of the columns."""
    col, at = np.unique(np.concatenate([one[0], other[0]]), return_inverse=True)
    coef = np.bincount(at, np.concatenate([-one[1], other[1]]), len(col))
    return _reach((col, coef, other[2] - one[2]), low, high)[0] >= 0.0


def _reach(one: _Expression, low: Array, high: Array) -> tuple[float, float]:
    """Least and largest value of an expression."""
    col, coef, constant = one
    alternative = Alternative(np.zeros(len(col), np.int64), col, coef, np.array([constant]))
    least, most = alternative.reach(low, high)
    return float(least[0]), float(most[0])


def _column_bounds(n: Network, v: Variables) -> tuple[Array, Array]:
    """Bounds of every column, as far as supply, demand, lanes and the network tell."""
    program = v.program
    low = np.concatenate([x.lower for x in program.variables.values()])
    high = np.concatenate([x.upper for x in program.variables.values()])
    riding = v.bounds.lanes[n.lanes.back >= 0]
    limits = (("flow", v.bounds.lanes), ("haul", v.bounds.hauls), ("deliver", v.bounds.deliver), ("riding", riding))
    for name, bound in limits:
        cols = getattr(v, name).cols
        high[cols] = np.minimum(high[cols], bound)
    fractional = v.rounds.cols[~n.rounds.whole]
    if len(fractional):
        high[fractional] = np.max([a.reach(low, high)[1] for a in _rounds_need(v, fractional)], axis=0)
    return low, high


def _choice_rows(n: Network, at: Index, pick: Array, items: list[_Item]) -> Rows:
    """Rows ξ − e + Ξ ζ ≤ Ξ + constant for every alternative, and Σ ζ = 1 for every item of several.

    `at`, `pick`: the alternatives, and the column that chooses each; −1: there is no choice.
    """
    count, chosen = len(at), np.flatnonzero(pick >= 0)
    several = np.unique(at.item[chosen])
    last = np.full(len(several), at.alternative.max() + 1)
    index = Index(
        n.labels,
        item=np.concatenate([at.item, several]),
        alternative=np.concatenate([at.alternative, last]),
    )
    sums = count + np.searchsorted(several, at.item[chosen])
    slack_of = np.array([slack for item in items for slack in item.slack])
    row, col, val, upper = list[Array](), list[Array](), list[Array](), list[float]()
    for item in items:
        for (c, coef, constant), slack in zip(item.alternatives, item.slack, strict=True):
            row.append(np.full(len(c) + 1, len(upper)))
            col.append(np.concatenate([[item.col], c]))
            val.append(np.concatenate([[1.0], -coef]))
            upper.append(slack + constant)
    row += [chosen, sums]
    col += [pick[chosen]] * 2
    val += [slack_of[chosen], np.ones(len(chosen))]
    one = np.ones(len(several))
    lower = np.concatenate([np.full(count, -np.inf), one])
    return Terms(index, *map(np.concatenate, (row, col, val))).between(lower, np.concatenate([upper, one]))


def floating(n: Network, v: Variables) -> list[Array]:
    """Columns that `settle` sets."""
    found = larger_ones(n, v)
    if not found and not len(n.fleets) and not n.charges:
        return []
    wants = raised(n, v)
    return [one.cols[~wants[one.cols]] for one in found] + floating_fleets(n, v, wants) + floating_charges(n, v)


def settle(n: Network, v: Variables, x: Array) -> Array:
    """The solution with everything that equals a maximum at that maximum, where nothing calls for more."""
    found = larger_ones(n, v)
    if not found and not len(n.fleets) and not n.charges:
        return x
    x = x.copy()
    wants = raised(n, v)
    for one in found:
        free = ~wants[one.cols]
        x[one.cols[free]] = one.value(x)[free]
    x = settle_fleets(n, v, x, wants) if len(n.fleets) else x
    return settle_charges(n, v, x)
