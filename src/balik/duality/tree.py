"""A bound of a program with whole numbers that is shown by a tree, and the checker that goes through it.

Node 0 stands for all plans. An inner node parts its plans by a whole column: x ≤ k in one child, x ≥ k + 1 in the
other. Any node may have multipliers of the rows; with d = c − Aᵀy the bound by duals (see bound.py) holds for the plans
within its ends. A node is done where that bound reaches the claim. Else the multipliers may bring ends nearer: a whole
column counted from its lower end costs d more a step, so that steps which reach the claim are struck off, in the node
and all below it. Leaves that are not done refuse the whole certificate (the idea: Cheung, Gleixner and Steffy 2017).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..files.arrays import packed
from ..words import say
from .bound import EPS, least_of
from .certificate import DualsError, unpacked
from .reach import reach
from .rounding import Recipe, Rows

Array = np.ndarray[Any, np.dtype[Any]]

#: Version of the format.
FORMAT = 4
#: By how much, relative to max(1, |objective|), a certificate may show less than its plan claims: room for rounding.
MARGIN = 3e-9
#: Part of it that whoever makes a certificate keeps for itself.
_WITHIN = 0.7
#: Arrays of the file, and what they hold.
KINDS = {"column": np.int32, "most": np.float64, "child": np.int32, "first": np.int64, "row": np.int32, "price": np.float64,
         "recipe": np.int64, "part": np.int32, "weight": np.float64, "upper": np.bool_, "ends": np.int64, "top": np.int32,
         "cone": np.int32}  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """A tree of t nodes (0: all plans) and c derived rows, which follow those of the program in number.

    `bound`: money that no plan costs less than. `column` (t): the whole column that a node is parted by, at most `most`
    (t) in node `child` (t), more in the next; −1: none. `first` (t + 1): node v has the multipliers `price` of the rows
    `row` from `first[v]` on. `recipe` (c + 1): derived row k is made of the rows `part` with `weight`, counted from
    their `upper` sides or else their lower ones, from `recipe[k]` on; columns are counted from their lower ends, but
    for those in `top` from `ends[k]` on (`ends`: c + 1). `cone` (c): −1, or the second-order row that it is made of.
    """

    bound: float
    column: Array
    most: Array
    child: Array
    first: Array
    row: Array
    price: Array
    recipe: Array
    part: Array
    weight: Array
    upper: Array
    ends: Array
    top: Array
    cone: Array

    def as_bytes(self) -> bytes:
        """The file, the same for the same tree."""
        return packed({"format": FORMAT} | {f.name: getattr(self, f.name) for f in fields(self)})


@dataclass(frozen=True)
class Seen:
    """What has been seen: no plan costs less than `bound`; how many nodes and multipliers it took."""

    bound: float
    nodes: int
    prices: int


def read_tree(data: bytes) -> Tree:
    """A tree from its file; raises DualsError where it is none."""
    found = unpacked(data, FORMAT, KINDS)
    try:
        return Tree(float(found["bound"]), **{name: found[name] for name in KINDS})
    except (ValueError, KeyError, TypeError) as error:
        raise DualsError(say("The certificate cannot be read ({error}).", error=error)) from None


def check_tree(c: Tree, a: Arrays, cutoff: float) -> Seen:
    """Go through a tree for a program; raises DualsError where it does not show its bound.

    `cutoff`: the cost of a plan that is known. The tree is about plans that cost no more; others cost more than that.
    """
    _shape(c, a)
    bound = min(c.bound, cutoff)
    lower, upper = ends_of(a, cutoff)
    if (lower > upper).any():  # nothing is cheaper than the plan that is known
        return Seen(bound, 1, 0)
    rows = Rows(a, lower, upper)
    for k in range(len(c.recipe) - 1):
        found = rows.follows(_recipe(c, k))
        if found is None:
            raise DualsError(say("The certificate's row {row} does not follow from the program.", row=k))
        rows.add(found)
    bounding, stack, nodes = Bounding(rows.arrays()), [(0, lower, upper)], 0
    while stack:
        node, lower, upper = stack.pop()
        nodes += 1
        at = slice(c.first[node], c.first[node + 1])
        if at.stop > at.start or c.column[node] < 0:
            value, lower, upper = bounding.at(c.row[at], c.price[at], lower, upper, c.bound)
            if value >= c.bound or (lower > upper).any():
                continue
        j, most = int(c.column[node]), float(c.most[node])
        if j < 0:
            raise DualsError(
                say("The certificate does not show its bound: node {node} of its tree is open.", node=node)
            )
        below, above = upper.copy(), lower.copy()
        below[j], above[j] = min(upper[j], most), max(lower[j], most + 1.0)
        for child, low, high in ((c.child[node], lower, below), (c.child[node] + 1, above, upper)):
            if low[j] <= high[j]:
                stack.append((int(child), low, high))
    return Seen(bound, nodes, len(c.row))


def how_far(shown: float, claim: float, scale: float, nodes: int) -> str:
    """Whether a tree comes to what a plan claims ("tree"), or how far it came: to its root, or to a part of its nodes."""
    if claim <= shown + MARGIN * scale:
        return "tree"
    return "part" if nodes > 1 else "root"


def to_show(claim: float, objective: float) -> float:
    """What a tree is made to show, that its plan may claim so much."""
    return claim - _WITHIN * MARGIN * max(1.0, abs(objective))


def ends_of(a: Arrays, cutoff: float) -> tuple[Array, Array]:
    """Ends of the columns in plans that cost at most the cutoff; those of whole columns are whole."""
    lower, upper = reach(a, cutoff)
    return np.where(a.integer, np.ceil(lower), lower), np.where(a.integer, np.floor(upper), upper)


class Bounding:
    """Bounds of a program by multipliers of its rows, within ends of the columns."""

    def __init__(self, a: Arrays) -> None:
        self.a = a
        self.many = np.diff(a.start)
        self.of = np.repeat(np.arange(len(a.cost)), self.many)

    def at(self, row: Array, price: Array, lower: Array, upper: Array, claim: float) -> tuple[float, Array, Array]:
        """What plans within these ends cost at least, and the ends without what reaches the claim."""
        a, n = self.a, len(self.a.cost)
        y = np.zeros(len(a.row_lower))
        y[row] = np.where(np.abs(price) < 1e100, price, 0.0)
        y[((y > 0) & np.isinf(a.row_lower)) | ((y < 0) & np.isinf(a.row_upper))] = 0.0
        term = a.value * y[a.row]
        d = a.cost - np.bincount(self.of, term, n)
        off = 2.0 * EPS * (self.many + 3) * (np.abs(a.cost) + np.bincount(self.of, np.abs(term), n))
        least = least_of(d - off, d + off, lower, upper)
        side = np.where(y > 0, a.row_lower, np.where(y < 0, a.row_upper, 0.0)) * y
        parts = np.concatenate([side, least, [a.offset]])
        size = float(np.abs(parts).sum())
        if not np.isfinite(size):
            return -np.inf, lower, upper
        value = float(parts.sum()) - 2.0 * EPS * (len(parts) + 4) * size - 1e-300 * len(parts)
        room = claim - value
        if room <= 0.0:
            return value, lower, upper
        return value, *self._nearer(d - off, d + off, lower, upper, room + 4.0 * EPS * (abs(claim) + abs(value)))

    def _nearer(self, low: Array, high: Array, lower: Array, upper: Array, room: float) -> tuple[Array, Array]:
        """The ends of whole columns, as far as steps away from the end that costs least leave room."""
        a = self.a
        up = a.integer & (low > 0) & np.isfinite(lower)
        down = a.integer & (high < 0) & np.isfinite(upper)
        step = np.floor(room / np.where(up, low, np.where(down, -high, 1.0)) * (1.0 + 4.0 * EPS))
        return np.where(down, np.maximum(lower, upper - step), lower), np.where(
            up, np.minimum(upper, lower + step), upper
        )


def _recipe(c: Tree, k: int) -> Recipe:
    at, top = slice(c.recipe[k], c.recipe[k + 1]), slice(c.ends[k], c.ends[k + 1])
    return Recipe(c.part[at], c.weight[at], c.upper[at], c.top[top], int(c.cone[k]))


def _shape(c: Tree, a: Arrays) -> None:
    """The arrays must be those of a tree, and their numbers finite."""
    if any(getattr(c, name).ndim != 1 for name in KINDS):
        raise DualsError(say("The certificate's arrays do not fit the case."))
    t, cuts, n, m = len(c.column), len(c.recipe) - 1, len(a.cost), len(a.row_lower)
    inner = np.flatnonzero(c.column != -1)
    fits = (
        t > 0 and cuts >= 0 and len(c.child) == len(c.most) == t and _starts(c.first, t, len(c.row)) and len(c.price) == len(c.row)
        and _starts(c.recipe, cuts, len(c.part)) and len(c.weight) == len(c.upper) == len(c.part)
        and _starts(c.ends, cuts, len(c.top)) and _within(c.cone, -1, len(a.cones)) and len(c.cone) == cuts and bool((np.diff(c.recipe)[c.cone < 0] > 0).all())
        and _within(c.column, -1, n) and a.integer[c.column[inner]].all() and _within(c.top, 0, n)
        and _within(c.row, 0, m + cuts) and _within(c.part, 0, m + np.repeat(np.arange(cuts), np.diff(c.recipe)))  # rows are derived from those before them
        and _within(c.child[inner], 1, t - 1)
        and (np.diff(np.sort(c.child[inner])) > 1).all()  # nodes have one parent, the root has none: no path returns
    )  # fmt: skip
    if not fits:
        raise DualsError(say("The certificate's arrays do not fit the case."))
    finite = all(np.isfinite(x).all() for x in (c.bound, c.most, c.price, c.weight))
    if not finite or (c.most[inner] != np.floor(c.most[inner])).any():
        raise DualsError(say("The certificate holds a number that is none."))


def _starts(first: Array, many: int, size: int) -> bool:
    """Whether this says where each of so many lists begins, in an array of this size."""
    return bool(first.shape == (many + 1,) and first[0] == 0 and first[-1] == size and (np.diff(first) >= 0).all())


def _within(x: Array, least: int, end: int | Array) -> bool:
    return bool(((x >= least) & (x < end)).all())
