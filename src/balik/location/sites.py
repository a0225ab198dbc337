"""The rows of a program that say what sites are: what they count, what they hold, and what is closed with them.

A *meter* is a row that adds up what comes to a site (Σ w x = Σ h, h by size); its sizes are the binaries that bound h.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..algebra import Arrays
from ..words import say
from .entries import Entries, Unfit, entries_of

Array = np.ndarray


@dataclass
class Program:
    """A program being taken apart: rows and columns that are dealt with leave the entries."""

    entries: Entries
    row_lower: Array
    row_upper: Array
    cost: Array
    lower: Array
    upper: Array
    integer: Array
    offset: float

    def drop(self, rows: Array) -> None:
        """Leave out these rows (a mask)."""
        if not rows.any():
            return
        self.entries = self.entries.where(~rows[self.entries.row])

    def count(self, cols: Array) -> Array:
        """By row: how many of these columns (a mask) stand in it."""
        e = self.entries
        return np.bincount(e.row[cols[e.col]], minlength=len(self.row_lower))

    @property
    def equal(self) -> Array:
        """Rows that are equations."""
        return self.row_lower == self.row_upper


def opened(a: Arrays) -> Program:
    """The program with bounds stated as rows made bounds, and columns that follow from one row put into the costs."""
    p = Program(
        entries_of(a), a.row_lower.copy(), a.row_upper.copy(), a.cost.copy(), a.lower.copy(), a.upper.copy(),
        a.integer.astype(bool), float(a.offset),
    )  # fmt: skip
    p.drop(np.isneginf(p.row_lower) & np.isposinf(p.row_upper))
    empty = np.bincount(p.entries.row, minlength=len(p.row_lower)) == 0
    if ((p.row_lower > 0) | (p.row_upper < 0))[empty].any():
        raise Unfit(say("a row without anything in it cannot hold"))
    _bounds(p)
    _tightest(p)
    _trips(p)
    return p


def _bounds(p: Program) -> None:
    """Rows of one column are bounds."""
    e = p.entries
    alone = (np.bincount(e.row, minlength=len(p.row_lower)) == 1)[e.row]
    row, col, val = e.row[alone], e.col[alone], e.val[alone]
    ends = np.sort(np.stack([p.row_lower[row] / val, p.row_upper[row] / val]), axis=0)
    np.maximum.at(p.lower, col, ends[0])
    np.minimum.at(p.upper, col, ends[1])
    p.entries = e.where(~alone)
    p.lower[p.integer] = np.ceil(p.lower[p.integer] - 1e-9)
    p.upper[p.integer] = np.floor(p.upper[p.integer] + 1e-9)
    if (p.lower > p.upper).any():
        raise Unfit(say("the bounds of a column cross"))
    if (p.lower[p.integer] < 0).any() or (p.upper[p.integer] > 1).any():
        raise Unfit(say("some whole numbers say more than yes or no"))


def _tightest(p: Program) -> None:
    """Of rows a x ≤ t with the same x and t (vehicles by weight and by volume) only the tightest stays."""
    e, rows = p.entries, len(p.row_lower)
    pair = (np.bincount(e.row, minlength=rows) == 2) & (p.count(p.integer) == 0) & ~p.equal
    inside = np.bincount(e.col[pair[e.row]], minlength=len(p.cost))
    whole = (inside == np.bincount(e.col, minlength=len(p.cost))) & (inside > 1)
    t = whole & (p.lower == 0) & np.isinf(p.upper)
    pair &= p.count(t) == 1
    on = e.where(pair[e.row]).by_row()
    own = t[on.col]
    row, load, vehicle, coef, per = on.row[own], on.col[~own], on.col[own], on.val[~own], on.val[own]
    falls = np.where(per < 0, (p.row_upper[row] == 0) & np.isneginf(p.row_lower[row]),
                     (p.row_lower[row] == 0) & np.isinf(p.row_upper[row]))  # fmt: skip
    falls &= (coef * per < 0) & (p.lower[load] >= 0)
    row, load, vehicle, ratio = row[falls], load[falls], vehicle[falls], (-coef / per)[falls]
    order = np.lexsort((-ratio, load, vehicle))
    same = (np.diff(vehicle[order], prepend=-1) == 0) & (np.diff(load[order], prepend=-1) == 0)
    slack = np.zeros(rows, bool)
    slack[row[order[same]]] = True
    p.drop(slack)


def _trips(p: Program) -> None:
    """A column in one row only, as large as the others there make it (vehicles by their load), goes into their costs."""
    e, rows = p.entries, len(p.row_lower)
    count = np.bincount(e.col, minlength=len(p.cost))
    lone = (count == 1) & ~p.integer & (p.lower == 0) & np.isinf(p.upper)
    own = lone[e.col]
    coef = np.zeros(rows)
    coef[e.row[own]] = e.val[own]
    of_row = np.full(rows, -1)
    of_row[e.row[own]] = e.col[own]
    bad = (np.bincount(e.row[own], minlength=rows) > 1) | (p.count(p.integer) > 0)
    bad[e.row[~own & ((e.val * coef[e.row] > 0) | (p.lower[e.col] < 0))]] = True
    falls = np.where(
        coef < 0, np.isneginf(p.row_lower) & (p.row_upper == 0), (p.row_lower == 0) & np.isinf(p.row_upper)
    )
    exact = p.equal & (p.row_lower == 0)
    goes = (of_row >= 0) & ~bad & (exact | (falls & (p.cost[of_row] >= 0)))
    on = goes[e.row] & ~own
    rate = p.cost[of_row[e.row[on]]] * -e.val[on] / coef[e.row[on]]
    p.cost += np.bincount(e.col[on], rate, len(p.cost))
    p.cost[of_row[goes]] = 0.0
    p.drop(goes)


@dataclass(frozen=True)
class Sites:
    """What the rows of sites say.

    By size (an h column): its `h`, `meter`, binary `y`, `capacity` and `least`. By meter: its `place`, the first of its
    meters. `user`: by place, the binary that counts it as used, -1 for none. By column: the `meter` that counts it
    (-1 for none) and its `weight` there. `link`: entries (row = column of goods) bounding it by × binary.
    """

    h: Array
    meter: Array
    y: Array
    capacity: Array
    least: Array
    place: Array
    user: Array
    counts: Array
    weight: Array
    link: Entries
    assign: Array  # columns: binaries that give a customer one site
    sourcing: Entries  # row = column of goods, col = its binary, val = the most that it lets pass

    @property
    def meters(self) -> int:
        """Number of meters."""
        return len(self.place)

    def sizes(self) -> Array:
        """By place: how many sizes it has."""
        first = self.place[self.meter] == self.meter
        return np.bincount(self.meter[first], minlength=self.meters)

    def place_of_binary(self) -> Array:
        """By column: the place that a binary of a size opens, -1 for others."""
        out = np.full(len(self.counts), -1)
        out[self.y] = self.place[self.meter]
        return out

    def place_of_user(self) -> Array:
        """By column: the place that a binary counts as used, -1 for others."""
        out = np.full(len(self.counts), -1)
        has = self.user >= 0
        out[self.user[has]] = np.flatnonzero(has)
        return out


def sites_of(p: Program) -> Sites:
    """Read the rows of sites, and leave out those that are understood; raises Unfit."""
    is_h, rows = _meters(p)
    e, n = p.entries, len(p.cost)
    number = np.cumsum(rows) - 1
    in_meter = rows[e.row]
    m_row, m_col, m_val = number[e.row[in_meter]], e.col[in_meter], np.abs(e.val[in_meter])
    own = is_h[m_col]
    scale = np.zeros(int(rows.sum()))
    scale[m_row[own]] = m_val[own]
    if (scale[m_row[own]] != m_val[own]).any():
        raise Unfit(say("the sizes of a site count differently"))
    meter_of_h, counts, weight = np.full(n, -1), np.full(n, -1), np.zeros(n)
    meter_of_h[m_col[own]] = m_row[own]
    if (np.bincount(m_col[~own], minlength=1) > 1).any():
        raise Unfit(say("goods may pass two sites, one after the other"))
    counts[m_col[~own]], weight[m_col[~own]] = m_row[~own], (m_val / scale[m_row])[~own]
    p.drop(rows)
    hold = _holding(p, is_h, meter_of_h)
    users = _users(p, hold)
    return _sized(p, is_h, meter_of_h, counts, weight, len(scale), hold, users)


def _meters(p: Program) -> tuple[Array, Array]:
    """Columns of throughput by size, and the rows that make them the sum of what comes."""
    e, whole = p.entries, p.count(p.integer)
    equal, mixed = p.equal & (whole == 0), (whole > 0) & (p.count(~p.integer) > 0)
    of = np.bincount(e.col[equal[e.row]], minlength=len(p.cost))
    switched = np.bincount(e.col[mixed[e.row]], minlength=len(p.cost)) > 0
    may = ~p.integer & (of == 1) & switched & (p.lower == 0)
    here = equal[e.row]
    row, own, val = e.row[here], may[e.col[here]], e.val[here]
    sign = np.zeros(len(equal))
    sign[row[own]] = np.sign(val[own])
    found = (sign != 0) & (p.row_lower == 0)
    found[row[own & (np.sign(val) != sign[row])]] = False
    found[row[~own & (np.sign(val) == sign[row])]] = False
    if not found.any():
        raise Unfit(say("it has no sites"))
    is_h = np.zeros(len(p.cost), bool)
    is_h[e.col[here][own & found[row]]] = True
    return is_h, found


@dataclass(frozen=True)
class _Hold:
    """Rows that bound throughput by a binary: their meter, how many h, the last of them, the binary, and the bound."""

    meter: Array
    many: Array
    h: Array
    binary: Array
    bound: Array
    least: Array  # whether a least bound


def _holding(p: Program, is_h: Array, meter_of_h: Array) -> _Hold:
    e, rows = p.entries, len(p.row_lower)
    n_h, whole = p.count(is_h), p.count(p.integer)
    on = n_h > 0
    if ((p.count(~p.integer & ~is_h) > 0) | (whole != 1))[on].any():
        raise Unfit(say("a limit counts what comes to sites"))
    here = on[e.row]
    row, col, val = e.row[here], e.col[here], e.val[here]
    h = is_h[col]
    alpha, beta, last, binary = np.zeros(rows), np.zeros(rows), np.full(rows, -1), np.full(rows, -1)
    alpha[row[h]], last[row[h]] = val[h], col[h]
    beta[row[~h]], binary[row[~h]] = val[~h], col[~h]
    if (alpha[row[h]] != val[h]).any() or (meter_of_h[last[row[h]]] != meter_of_h[col[h]]).any():
        raise Unfit(say("a limit counts what comes to sites"))
    falls = np.isneginf(p.row_lower) & (p.row_upper == 0)
    rises = np.isposinf(p.row_upper) & (p.row_lower == 0)
    if not (falls | rises)[on].all():
        raise Unfit(say("a limit counts what comes to sites"))
    r = np.flatnonzero(on)
    bound = -beta[r] / alpha[r]
    least = np.where(alpha[r] > 0, rises[r], falls[r])
    if (bound < 0).any():
        raise Unfit(say("a site holds less than nothing"))
    p.drop(on)
    return _Hold(meter_of_h[last[r]], n_h[r], last[r], binary[r], bound, least)


def _users(p: Program, hold: _Hold) -> dict[int, list[int]]:
    """Binaries that say whether a site is used, by rows u ≤ Σ y of one meter: u → its y. Takes these rows."""
    first = np.full(len(p.cost), np.iinfo(np.int64).max)
    np.minimum.at(first, hold.binary, hold.meter)
    known = first < np.iinfo(np.int64).max
    e = p.entries
    at_meter = known[e.col]
    rows = len(p.row_lower)
    all_known = np.bincount(e.row[at_meter], minlength=rows) == np.bincount(e.row, minlength=rows)
    shape = all_known & np.isneginf(p.row_lower) & (p.row_upper == 0)
    here = shape[e.row]
    low, high = np.full(rows, np.iinfo(np.int64).max), np.full(rows, -1)
    np.minimum.at(low, e.row[here], first[e.col[here]])
    np.maximum.at(high, e.row[here], first[e.col[here]])
    plus = np.bincount(e.row[here & (e.val == 1)], minlength=rows)
    minus = np.bincount(e.row[here & (e.val == -1)], minlength=rows)
    taken = shape & (low == high) & (plus == 1) & (plus + minus == np.bincount(e.row, minlength=rows))
    users: dict[int, list[int]] = {}
    order = e.where(taken[e.row]).by_row()
    for row in np.unique(order.row).tolist():
        on = slice(*np.searchsorted(order.row, [row, row + 1]).tolist())
        cols, vals = order.col[on], order.val[on]
        users[int(cols[vals > 0][0])] = cols[vals < 0].tolist()
    p.drop(taken)
    return users


def _sized(
    p: Program, is_h: Array, meter_of_h: Array, counts: Array, weight: Array, meters: int, hold: _Hold,
    users: dict[int, list[int]],
) -> Sites:  # fmt: skip
    used = np.zeros(len(p.cost), bool)
    used[list(users)] = True
    own = ~used[hold.binary]
    if (hold.many[own] > 1).any() or hold.least[~own].any():
        raise Unfit(say("several sizes of a site open together"))
    h = np.flatnonzero(is_h)
    at = np.full(len(p.cost), -1)
    at[h] = np.arange(len(h))
    y, capacity, least = np.full(len(h), -1), p.upper[h].copy(), np.zeros(len(h))
    top, bottom = own & ~hold.least, own & hold.least
    y[at[hold.h[top]]] = hold.binary[top]
    np.minimum.at(capacity, at[hold.h[top]], hold.bound[top])
    np.maximum.at(least, at[hold.h[bottom]], hold.bound[bottom])
    both = np.concatenate([np.flatnonzero(top), np.flatnonzero(bottom)])
    if (y < 0).any() or (y[at[hold.h[both]]] != hold.binary[both]).any():
        raise Unfit(say("what comes to a site hangs on two switches"))
    meter = meter_of_h[h]
    if len(np.unique(np.stack([y, meter]), axis=1).T) < len(h):
        raise Unfit(say("several sizes of a site open together"))
    first = np.full(len(p.cost), meters)
    np.minimum.at(first, y, meter)
    place = np.full(meters, -1)
    place[meter] = first[y]
    if (place[meter] != first[y]).any():
        raise Unfit(say("the sizes of a site are counted apart"))
    user = np.full(meters, -1)
    for u, members in users.items():
        where = int(first[members[0]])
        if user[where] >= 0 or set(members) != set(y[meter == where].tolist()):
            raise Unfit(say("what is used of a site is more than one thing"))
        user[where] = u
    for k in np.flatnonzero(~own).tolist():
        sizes = np.flatnonzero(meter == hold.meter[k])
        if user[place[hold.meter[k]]] != hold.binary[k] or len(sizes) != hold.many[k]:
            raise Unfit(say("what is used of a site is more than one thing"))
        capacity[sizes] = np.minimum(capacity[sizes], hold.bound[k])
    return _linked(p, Sites(h, meter, y, capacity, least, place, user, counts, weight, *_nothing()))


def _nothing() -> tuple[Entries, Array, Entries]:
    none = Entries(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    return none, np.zeros(0, np.int64), none


def _linked(p: Program, s: Sites) -> Sites:
    """Rows that close a lane with its site, or with the binary that gives its customer one site. Takes these rows."""
    rows, n = len(p.row_lower), len(p.cost)
    e, whole, goods = p.entries, p.count(p.integer), p.count(~p.integer)
    on = (whole > 0) & (goods > 0)
    here = on[e.row]
    row, col, val = e.row[here], e.col[here], e.val[here]
    is_goods = ~p.integer[col]
    alpha, lane = np.zeros(rows), np.full(rows, -1)
    alpha[row[is_goods]], lane[row[is_goods]] = val[is_goods], col[is_goods]
    falls = np.where(
        alpha > 0, np.isneginf(p.row_lower) & (p.row_upper == 0), np.isinf(p.row_upper) & (p.row_lower == 0)
    )
    if not falls[on].all() or (alpha[row[is_goods]] != val[is_goods]).any():
        raise Unfit(say("a switch does more than close"))
    switch = np.zeros(n, bool)
    switch[s.y] = True
    switch[s.user[s.user >= 0]] = True
    given = np.zeros(rows, bool)
    given[row[~is_goods & ~switch[col]]] = True  # by a binary that is no site's
    if (given & (whole > 1)).any() or (on & ~given & (goods > 1)).any():
        raise Unfit(say("a switch closes several things"))
    bound = -val / alpha[row]
    if (bound[~is_goods] < 0).any():
        raise Unfit(say("a switch does more than close"))
    by_site = ~is_goods & ~given[row]
    link = Entries(lane[row[by_site]], col[by_site], bound[by_site])
    _same_place(s, link)
    binary, most = np.full(rows, -1), np.zeros(rows)
    chosen = ~is_goods & given[row]
    binary[row[chosen]], most[row[chosen]] = col[chosen], bound[chosen]
    passing = is_goods & given[row]
    sourcing = Entries(col[passing], binary[row[passing]], most[row[passing]])
    p.drop(on)
    return Sites(s.h, s.meter, s.y, s.capacity, s.least, s.place, s.user, s.counts, s.weight, link,
                 np.flatnonzero(np.bincount(sourcing.col)), sourcing)  # fmt: skip


def _same_place(s: Sites, link: Entries) -> None:
    """Each lane is closed by the binaries of the site that counts it: by all its sizes, or by its user."""
    if (s.counts[link.row] < 0).any():
        raise Unfit(say("what comes to a site does not count there"))
    theirs, users = s.place_of_binary(), s.place_of_user()
    mine = s.place[s.counts[link.row]]
    by_user = users[link.col] >= 0
    if (np.where(by_user, users[link.col], theirs[link.col]) != mine).any():
        raise Unfit(say("a lane hangs on two sites"))
    count = np.bincount(link.row[~by_user], minlength=len(s.counts))
    lanes = np.flatnonzero(count)
    if (count[lanes] != s.sizes()[s.place[s.counts[lanes]]]).any():
        raise Unfit(say("a lane is closed by some sizes of its site"))
