"""Which columns are zero while which switches are zero, and the rows that say so as strongly as the program allows.

A switch is a whole number of 0 or 1 that lets others be more than zero. Rows Σ P ≤ Σ N with nothing left over carry it
on: where everything in N is zero, everything in P is. So a lane out of a closed site is zero, though only what comes to
the site is stated to be. Each such column x is at most its bound times the switches: x ≤ Σ u y, the strong linking row.
And where everything in a row Σ a x ≤ b (what a site takes of one material) is zero with the same switches, so is the
right-hand side: Σ a x ≤ b Σ y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...algebra import Arrays
from .matrix import Matrix, appended, ranges

Array = np.ndarray

#: Switches together (sizes of a site) of which one at least must be on.
_MOST_TOGETHER = 16
#: A switch whose columns are all those of another that has so many times more is a minor one.
_MINOR = 10
_ENDLESS = 2**62
#: Passes along the network.
_PASSES = 40


@dataclass(frozen=True)
class Groups:
    """Sets of switches: `first` and `member` list the columns of each."""

    first: Array
    member: Array

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True)
class Held:
    """Pairs: the column `col` is zero where the whole `group` is.

    `entry`: of the matrix, in the row that says so; all of its Σ N are of the group, or held by it at a lower `stage`.
    """

    col: Array
    group: Array
    entry: Array
    stage: Array


@dataclass(frozen=True)
class Linked:
    """A program with strong rows after its own: `arrays`. First x ≤ Σ u y, by row its column and group (`strong`), then
    Σ a x ≤ b Σ y, by row that of the program and the group (`limits`).
    """

    arrays: Arrays
    groups: Groups
    held: Held
    strong: tuple[Array, Array]
    limits: tuple[Array, Array]


@dataclass(frozen=True)
class _Side:
    """Rows read as Σ P ≤ Σ N: entries, whether each belongs to P, and the number in N of each row."""

    entry: Array
    row: Array
    col: Array
    more: Array
    less: Array


def switches(a: Arrays, lower: Array, upper: Array) -> Array:
    """Whole numbers of 0 or 1."""
    on: Array = a.integer & (lower >= 0) & (upper <= 1)
    return on


def links(m: Matrix, lower: Array, upper: Array) -> tuple[Groups, Held]:
    """Groups of switches, and what they hold at zero besides themselves."""
    binary = switches(m.a, lower, upper)
    sides = _sides(m, lower)
    groups = _groups(m, sides, binary)
    count, none = len(groups), np.zeros(0, np.int64)
    if not count:
        return groups, Held(none, none, none, none)
    group = np.repeat(np.arange(count), np.diff(groups.first))
    pairs = np.unique(groups.member * count + group)
    entry, stage = np.full(len(pairs), -1), np.zeros(len(pairs), np.int64)
    for after in range(1, _PASSES + 1):
        found = [_carried(side, pairs, count, m.columns) for side in sides]
        more, one = np.unique(np.concatenate([pairs, *(key for key, _ in found)]), return_index=True)
        if len(more) == len(pairs):
            break
        entry = np.concatenate([entry, *(by for _, by in found)])[one]  # the first of its kind: what was known stays
        stage = np.concatenate([stage, np.full(sum(len(key) for key, _ in found), after)])[one]
        pairs = more
    held = entry >= 0
    return groups, Held(pairs[held] // count, pairs[held] % count, entry[held], stage[held])


def _sides(m: Matrix, lower: Array) -> list[_Side]:
    """Rows Σ a x ≤ b with b ≤ 0, of whose positive side nothing is below zero."""
    out = []
    for sign, end in ((1.0, m.a.row_upper), (-1.0, -m.a.row_lower)):
        more = sign * m.value > 0
        bad = np.bincount(m.row, more & (lower[m.col] < 0), m.rows) > 0
        ok = (end <= 0) & ~bad
        less = np.bincount(m.row, ~more, m.rows).astype(np.int64)
        ok &= (less > 0) & (np.bincount(m.row, more, m.rows) > 0)
        on = np.flatnonzero(ok[m.row])
        out.append(_Side(on, m.row[on], m.col[on], more[on], less))
    return out


def _groups(m: Matrix, sides: list[_Side], binary: Array) -> Groups:
    """Distinct sets of switches that let something pass, and sets of which at most one is on (sizes)."""
    mark = np.random.default_rng(0).integers(1, 2**62, m.columns)
    found: dict[int, Array] = {}
    for side in sides:
        on = ~side.more
        whole = np.bincount(side.row[on], binary[side.col[on]], m.rows) == side.less
        _collect(found, side.row[on], side.col[on], whole & (side.less <= _MOST_TOGETHER), mark, m.rows)
    count = np.bincount(m.row, minlength=m.rows)
    alike = np.bincount(m.row, binary[m.col] & (m.value == 1), m.rows) == count
    _collect(found, m.row, m.col, alike & (m.a.row_upper == 1) & (count <= _MOST_TOGETHER) & (count > 0), mark, m.rows)
    members = list(found.values())
    first = np.concatenate([[0], np.cumsum([len(x) for x in members])]).astype(np.int64)
    return Groups(first, np.concatenate([*members, np.zeros(0, np.int64)]).astype(np.int64))


def _collect(found: dict[int, Array], row: Array, col: Array, wanted: Array, mark: Array, rows: int) -> None:
    """Add the distinct sets of columns of these rows."""
    on = wanted[row]
    row, col = row[on], col[on]
    if not len(row):
        return
    order = np.argsort(row, kind="stable")
    row, col = row[order], col[order]
    start = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]]))
    count = np.diff(np.concatenate([start, [len(row)]]))
    key = np.add.reduceat(mark[col], start)
    _, one = np.unique(key, return_index=True)
    for k in one.tolist():
        members = np.sort(col[start[k] : start[k] + count[k]])
        found.setdefault(int(key[k]), members)


def _carried(side: _Side, pairs: Array, count: int, columns: int) -> tuple[Array, Array]:
    """Pairs that follow, and by which entry: rows all of whose N are zero with a group make their P zero with it."""
    on = ~side.more
    row, col = side.row[on], side.col[on]
    held = np.searchsorted(pairs, np.arange(columns + 1) * count)  # pairs ascend by column
    at, times = ranges(held[col], np.diff(held)[col])
    key, seen = np.unique(np.repeat(row, times) * count + pairs[at] % count, return_counts=True)
    whole = key[seen == side.less[key // count]]
    if not len(whole):
        return whole, whole
    into = np.flatnonzero(side.more)
    into = into[np.argsort(side.row[into], kind="stable")]
    first = np.searchsorted(side.row[into], whole // count)
    last = np.searchsorted(side.row[into], whole // count, side="right")
    at, times = ranges(first, last - first)
    return side.col[into[at]] * count + np.repeat(whole % count, times), side.entry[into[at]]


def leading(m: Matrix, lower: Array, groups: Groups, held: Array) -> Array:
    """Switches that no other holds and that are no minor ones (as those of single lanes, where a site's has them all).

    What a switch lets pass is counted in its own rows: what lies behind it others let pass as well.
    """
    switch = np.zeros(m.columns, bool)
    switch[groups.member] = True
    switch[held] = False
    keys = [np.zeros(0, np.int64)]
    for side in _sides(m, lower):
        by_row = np.argsort(side.row[side.more], kind="stable")
        passes = side.col[side.more][by_row]
        first = np.searchsorted(side.row[side.more][by_row], np.arange(m.rows + 1))
        on = ~side.more & switch[side.col]
        row = side.row[on]
        at, count = ranges(first[row], np.diff(first)[row])
        keys.append(np.repeat(side.col[on], count) * m.columns + passes[at])
    key = np.unique(np.concatenate(keys))
    own, column = key // m.columns, key % m.columns
    weight = np.bincount(own, minlength=m.columns)
    most = np.zeros(m.columns, np.int64)
    np.maximum.at(most, column, weight[own])
    least = np.full(m.columns, _ENDLESS)
    np.minimum.at(least, own, most[column])
    return np.flatnonzero(switch & (weight > 0) & (least < _MINOR * np.maximum(weight, 1)))


def with_links(m: Matrix, lower: Array, upper: Array) -> Linked:
    """The program with a row x ≤ Σ u y after its own rows for every pair that has a bound.

    Every solution keeps these rows: where the group is zero, x is, and elsewhere x is at most its bound.
    """
    a = m.a
    groups, held = links(m, lower, upper)
    col, group = held.col, held.group
    can = np.isfinite(upper[col]) & (upper[col] > 0) & ~a.integer[col] & ~_stated(m, upper, groups, col, group)
    x, g = col[can], group[can]
    limit, entry, by = _limits(m, lower, len(groups), col, group)
    row = m.rows + np.arange(len(x))
    limit_row = m.rows + len(x) + np.arange(len(limit))
    at, size = ranges(groups.first[np.concatenate([g, by])], np.diff(groups.first)[np.concatenate([g, by])])
    most = np.concatenate([upper[x], np.maximum(m.a.row_upper, 0.0)[limit]])
    taken = np.searchsorted(limit, m.row[entry])
    arrays = appended(
        m,
        np.concatenate([row, limit_row[taken], np.repeat(np.concatenate([row, limit_row]), size)]),
        np.concatenate([x, m.col[entry], groups.member[at]]),
        np.concatenate([np.ones(len(x)), m.value[entry], -np.repeat(most, size)]),
        np.zeros(len(x) + len(limit)),
    )
    return Linked(arrays, groups, held, (x, g), (limit, by))


def _limits(m: Matrix, lower: Array, count: int, col: Array, group: Array) -> tuple[Array, Array, Array]:
    """Rows Σ a x ≤ b of several columns, none of them whole, that are all zero with one group: rows, entries, groups."""
    a = m.a
    bad = np.bincount(m.row, (m.value < 0) | (lower[m.col] < 0) | a.integer[m.col], m.rows) > 0
    size = np.bincount(m.row, minlength=m.rows)
    ok = ~bad & (size > 1) & np.isfinite(a.row_upper) & (a.row_upper >= 0)
    on = np.flatnonzero(ok[m.row])
    order = np.argsort(col, kind="stable")
    first = np.searchsorted(col[order], np.arange(m.columns + 1))
    at, times = ranges(first[m.col[on]], np.diff(first)[m.col[on]])
    key, seen = np.unique(np.repeat(m.row[on], times) * count + group[order][at], return_counts=True)
    key = key[seen == size[key // max(1, count)]]
    limit, one = np.unique(key // max(1, count), return_index=True)
    entry = on[np.isin(m.row[on], limit)]
    return limit, entry, key[one] % max(1, count)


def _stated(m: Matrix, upper: Array, groups: Groups, col: Array, group: Array) -> Array:
    """Whether the program has the row of a pair, as strong or stronger."""
    a = m.a
    mark = np.random.default_rng(0).integers(1, 2**40, m.columns)
    whole = a.integer[m.col]
    count, others = np.bincount(m.row, ~whole, m.rows), np.bincount(m.row, np.where(whole, mark[m.col], 0), m.rows)
    alone = np.bincount(m.row, np.where(whole, 0, m.col), m.rows).astype(np.int64)
    weight = np.bincount(m.row, np.where(whole, 0.0, m.value), m.rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(whole, -m.value / weight[m.row], -np.inf)
    most = np.full(m.rows, -np.inf)
    np.maximum.at(most, m.row, reach)
    end = np.where(weight > 0, a.row_upper, -a.row_lower)
    at = (count == 1) & (end <= 0) & (others != 0)
    at &= most <= np.where(at, upper[np.where(at, alone, 0)], 0.0) * (1 + 1e-6)
    sums = np.add.reduceat(mark[groups.member], groups.first[:-1]) if len(groups) else np.zeros(0)
    key = np.column_stack([alone[at], others[at].astype(np.int64)])
    known = {(c, o) for c, o in key.tolist()}
    return np.array([(c, o) in known for c, o in zip(col.tolist(), sums[group].tolist(), strict=True)], bool)
