"""The binaries of a program as candidates: what each costs, what binds them to each other, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..words import say
from .entries import Entries, Unfit
from .problem import CLOSED, FREE, OPEN
from .sites import Program, Sites

Array = np.ndarray
_NONE = np.iinfo(np.int64).max


@dataclass
class Openings:
    """By candidate: its `binary`, the `column` that opens it (the same, or what counts it as used), the `cost` of 1,
    its `state`, and the first meter of its `place` (-1: none).

    `rows`·open ≤ `upper`. `follows`: pairs (binary column, candidate): 1 if any of its candidates is open. `fixed`:
    binary columns that are 1 whatever opens.
    """

    binary: Array
    column: Array
    cost: Array
    state: Array
    place: Array
    rows: Array
    upper: Array
    follows: tuple[Array, Array]
    fixed: Array


def openings(p: Program, s: Sites) -> Openings:
    """Candidates and the rows among them; a site that is counted as used is open where it is used."""
    follower = np.zeros(len(p.cost), bool)
    follower[s.assign] = True
    follower[s.user[s.user >= 0]] = True
    column = np.flatnonzero(p.integer & ~follower)
    n = len(column)
    place = s.place_of_binary()[column]
    rows, lower, upper = _among_binaries(p, s)
    state = np.where(p.upper[column] == 0, CLOSED, np.where(p.lower[column] == 1, OPEN, FREE)).astype(np.int8)
    o = Openings(column, column, p.cost[column], state, place, _matrix(rows, len(upper), column), upper,
                 (column, np.arange(n)), np.zeros(0, np.int64))  # fmt: skip
    if (s.user >= 0).any():
        lower = _used(p, s, o, lower, _matrix(rows, len(upper), np.where(place >= 0, s.user[place], -1)))
    up, down = np.isfinite(o.upper), np.isfinite(lower)
    o.rows, o.upper = np.concatenate([o.rows[up], -o.rows[down]]), np.concatenate([o.upper[up], -lower[down]])
    return o


def _used(p: Program, s: Sites, o: Openings, lower: Array, by_user: Array) -> Array:
    """Where sites are counted as used (u ≤ Σ y): an open site without use gains nothing, so u = Σ y; where y is 1
    whatever is used, u takes its part. Returns the lower bounds of the rows.
    """
    user = np.where(o.place >= 0, s.user[o.place], -1)
    has = user >= 0
    if (p.lower[user[has]] > 0).any():
        raise Unfit(say("a site must be used"))
    stands, loose = has & (o.state == OPEN), has & (o.state == FREE)
    coef = o.rows[:, loose]
    if (o.cost[loose] < 0).any() or (coef[np.isfinite(o.upper)] < 0).any() or (coef[np.isfinite(lower)] > 0).any():
        raise Unfit(say("open and used sites are counted apart"))
    settled = o.rows[:, stands].sum(1)
    o.upper, lower = o.upper - settled, lower - settled
    p.offset += float(o.cost[stands].sum())
    o.rows[:, stands], o.cost[stands] = 0.0, 0.0
    o.rows[:, has] += by_user[:, has]
    o.cost[has] += p.cost[user[has]]
    least = np.zeros(len(s.counts))
    np.maximum.at(least, s.y, s.least)
    o.state[stands] = np.where(least[o.binary[stands]] > 0, OPEN, FREE)  # what is open takes in its least
    o.state[np.isin(o.place, o.place[stands]) & ~stands] = CLOSED  # in another size
    o.state[has & (p.upper[user] == 0)] = CLOSED
    o.fixed = o.binary[stands]
    o.column = np.where(stands, user, o.binary)
    both = np.flatnonzero(has & ~stands)
    o.follows = np.concatenate([o.column, user[both]]), np.concatenate([np.arange(len(user)), both])
    return lower


def _matrix(rows: Entries, count: int, cols: Array) -> Array:
    """The entries of these columns (-1: none) as a matrix, one column for each of them."""
    if count * len(cols) > 2**26:
        raise Unfit(say("too many rows bind the sites"))
    out = np.zeros((count, len(cols)))
    order = np.argsort(cols, kind="stable")
    first = np.searchsorted(cols[order], rows.col)
    last = np.searchsorted(cols[order], rows.col, side="right")
    for k in range(int((last - first).max(initial=0))):
        on = first + k < last
        out[rows.row[on], order[first[on] + k]] = rows.val[on]
    return out


def _among_binaries(p: Program, s: Sites) -> tuple[Entries, Array, Array]:
    """Rows of binaries alone, without those that let one size of a place open; every place of sizes has such a row."""
    e, rows, sizes, place_of = p.entries, len(p.row_lower), s.sizes(), s.place_of_binary()
    pure = (p.count(p.integer) > 0) & (p.count(~p.integer) == 0)
    here = pure[e.row]
    row, col, val = e.row[here], e.col[here], e.val[here]
    low, high = np.full(rows, _NONE), np.full(rows, -2)
    np.minimum.at(low, row, place_of[col])
    np.maximum.at(high, row, place_of[col])
    one = pure & (low == high) & (low >= 0) & (p.row_upper == 1)
    one[row[val != 1]] = False
    one[one] = np.bincount(row, minlength=rows)[one] == sizes[low[one]]
    single = np.zeros(s.meters, bool)
    single[low[one]] = True
    if not single[s.place[s.place >= 0]][sizes[s.place[s.place >= 0]] > 1].all():
        raise Unfit(say("several sizes of a site open together"))
    kept = pure & ~(one & (p.row_lower <= 0))
    lower, upper = p.row_lower[kept], np.where(one, np.inf, p.row_upper)[kept]
    number = np.cumsum(kept) - 1
    on = kept[row]
    return Entries(number[row[on]], col[on], val[on]), lower, upper


def one_site_each(p: Program, s: Sites) -> Array:
    """By column, the row in which an assignment is one of several (Σ a ≤ 1), -1 for other columns. Takes these rows,
    and those that close assignments with their site (a ≤ Σ y).
    """
    rows, e = len(p.row_lower), p.entries
    of = np.full(len(p.cost), -1)
    if not len(s.assign):
        return of
    if (p.cost[s.assign] != 0).any() or (p.lower[s.assign] > 0).any() or (p.upper[s.assign] < 1).any():
        raise Unfit(say("an assignment costs, or is settled"))
    chosen = np.zeros(len(p.cost), bool)
    chosen[s.assign] = True
    many, every = p.count(chosen), np.bincount(e.row, minlength=rows)
    one = (many > 0) & (many == every) & np.isneginf(p.row_lower) & (p.row_upper == 1)
    one[e.row[e.val != 1]] = False
    closes = (many == 1) & (every > 1) & np.isneginf(p.row_lower) & (p.row_upper == 0)
    closes[e.row[e.val != np.where(chosen[e.col], 1, -1)]] = False
    if ((many > 0) & ~one & ~closes).any():
        raise Unfit(say("a row counts assignments"))
    here = one[e.row]
    if (np.bincount(e.col[here], minlength=len(p.cost))[s.assign] != 1).any():
        raise Unfit(say("an assignment is not one of several"))
    of[e.col[here]] = e.row[here]
    _closing(p, s, chosen, closes, every)
    p.drop(one | closes)
    return of


def _closing(p: Program, s: Sites, chosen: Array, closes: Array, every: Array) -> None:
    """An assignment is closed by all sizes of the site that it assigns to, or by the site's user."""
    e = p.entries
    place = np.full(len(p.cost), -1)
    place[s.sourcing.col] = s.place[s.counts[s.sourcing.row]]
    owner = np.full(len(closes), -1)
    here = closes[e.row] & chosen[e.col]
    owner[e.row[here]] = e.col[here]
    others = closes[e.row] & ~chosen[e.col]
    theirs, users = s.place_of_binary(), s.place_of_user()
    col, mine = e.col[others], place[owner[e.row[others]]]
    by_user = users[col] >= 0
    if (np.where(by_user, users[col], theirs[col]) != mine).any():
        raise Unfit(say("an assignment hangs on two sites"))
    if ((every - 1)[e.row[others]] != np.where(by_user, 1, s.sizes()[mine])).any():
        raise Unfit(say("an assignment hangs on two sites"))
