"""The cost over a number, stretch by stretch: what one more unit costs, and which sites change at each bend.

Linear programs, and any program in which only costs move, are walked exactly: no bend is missed. With whole numbers and
bounds that move, the least cost of the sites of one point is such a curve too; the curves of neighbouring points are
crossed, and the case is solved again where they cross and in the middle of each stretch. Where it is cheaper there than
both, the search goes on at both sides. What is best only between two such points stays unseen.

Goals come before the cost. Where only costs move, and no goal counts them, the plans that serve the goals are the same
all the way, and the least cost of these is walked; else the plan pays for what its goals miss, too, and no curve is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...api import Prepared
from ...engines import Result
from ...model.goals import misses
from ..many.coded import record
from .bench import Bench, cost_of, goals_first, with_sites_as_they_are
from .edge import with_column
from .family import Family, family_of
from .pieces import Piece, Touch, pieces
from .selection import Move

#: How often a stretch is parted; how narrow it may get, as a share of the range.
_DEPTH, _NARROW = 24, 1e-6
#: How narrow a change of sites is bracketed where costs are no straight lines, as a share of the range.
_BRACKET = 1e-3
#: Most points at which it is solved, shared by its parts, and by a part at least so many; beyond, what is left is a
#: straight line from point to point.
_MOST, _MOST_OF_A_PART = 300, 25
#: Where a stretch is solved again before it is believed, as shares of it.
_TRIED = (0.5, 0.25, 0.75)
#: Two points nearer than this, relative to the larger, are one.
_NEAR = 1e-8


@record
@dataclass(frozen=True)
class Stretch:
    """From `start` to `end` one unit more costs `slope`, and these sites are used. `exact`: nothing better lies within.

    `verified`: at both ends a verified plan costs what is said. `before`: of a step, the sites at its start.
    `bent`: only its ends were solved, and between them the cost need not be a straight line.
    """

    start: float
    end: float
    cost: float  # at the start
    slope: float
    used: tuple[str, ...]
    exact: bool
    verified: bool = False
    before: tuple[str, ...] | None = None
    bent: bool = False

    @property
    def cost_at_end(self) -> float:
        """The cost at the end."""
        return self.cost + (self.end - self.start) * self.slope


@dataclass(frozen=True)
class _Node:
    """A point that was solved, and the program with its sites as they are there, as a function of the number."""

    at: float
    prepared: Prepared
    result: Result

    @property
    def cost(self) -> float:
        return cost_of(self.result)


class Curve:
    """The search for one move between two numbers, from a start that has a plan."""

    def __init__(self, bench: Bench, move: Move, start: float, low: float, high: float, points: int):
        """`points`: at so many it is looked at first. Raises CallError where goals come before what moves."""
        self.bench, self.move, self.start, self.low, self.high = bench, move, start, low, high
        self.family = family_of(bench, move, start, min(low, start), max(high, start))
        if bench.goals and not self.is_of_costs_alone():
            raise goals_first()
        self.most = max(_MOST_OF_A_PART, _MOST // max(1, points - 1))
        self.left = self.most
        self.nodes: dict[float, _Node | None] = {}

    def is_of_costs_alone(self) -> bool:
        """Whether only costs move, and what goals miss is counted alike at both ends and here.

        Then the plans that serve the goals as well as can be are the same all the way.
        """
        if self.family is None or self.family.kind not in ("cost", "none"):
            return False
        found = []
        for point in (self.start, self.low, self.high):
            prepared = self.bench.at(self.move, point)
            missed = {} if prepared is None else misses(prepared.network, prepared.model.variables)
            found.append([(p, one.col.tolist(), one.coef.tolist()) for p, one in missed.items()])
        return bool(found[0]) and found[0] == found[1] == found[2]

    def parts(self, points: Sequence[float], *, whole: bool) -> int:
        """Into how many parts it falls that do not hang on each other: between two points each, or the whole."""
        walked = not whole and self.family is not None and self.family.is_piecewise
        return 1 if walked else len(points) - 1

    def part(self, points: Sequence[float], k: int, *, whole: bool) -> list[Stretch]:
        """A part of the curve, as far as plans exist. `points`: where it is looked at first."""
        if whole:
            return self.by_steps(points[k : k + 2])
        if self.family is not None and self.family.is_piecewise:
            return self.walked(self.family)
        return self.by_sites(points[k : k + 2])

    def joined(self, found: list[Stretch]) -> list[Stretch]:
        """The parts as one curve."""
        if self.family is not None and self.family.is_piecewise:
            return found
        return _joined(found, self.bench.slack, 2 * self.narrow)

    # -- exact -------------------------------------------------------------------------------------------------------

    def walked(self, family: Family) -> list[Stretch]:
        """Every piece; of a case with goals, over the plans that serve them first."""
        if self.bench.goals:
            family = replace(family, here=replace(family.here, row_upper=self.bench.served_first().row_upper))
        low, high = domain(self.bench, family, self.low, self.high)
        ends = [family.touch(self.bench, p) for p in (low, high)]
        if ends[0] is None or ends[1] is None or low >= high:
            return []
        walk = pieces(lambda at: _found(family.touch(self.bench, at)), ends[0], ends[1], self.bench.slack)
        return [self.told(piece, self.bench.prepared) for piece in walk]

    def told(self, piece: Piece, prepared: Prepared, *, exact: bool = True) -> Stretch:
        """A piece with its sites."""
        used = self.bench.used_in(prepared, piece.found) if piece.found is not None else ()
        return Stretch(piece.start, piece.end, piece.value, piece.slope, used, exact)

    # -- whole numbers that count ------------------------------------------------------------------------------------

    def by_steps(self, points: Sequence[float]) -> list[Stretch]:
        """From each number to the next: what the step costs."""
        nodes = [node for node in map(self.first, points) if node is not None]
        used = [self.bench.used_in(node.prepared, node.result) for node in nodes]
        return [
            Stretch(a.at, b.at, a.cost, (b.cost - a.cost) / (b.at - a.at), used[i + 1], True, before=used[i])
            for i, (a, b) in enumerate(itertools.pairwise(nodes))
        ]

    def first(self, point: float) -> _Node | None:
        """The case at one of the first points, which end two parts each."""
        if point not in self.nodes:
            self.nodes[point] = self.node(point)
        return self.nodes[point]

    def node(self, point: float) -> _Node | None:
        """The case at a point; None without a plan."""
        prepared = self.bench.at(self.move, point)
        if prepared is None:
            return None
        self.left -= 1
        result = self.bench.solve(prepared.model.program.arrays())
        return None if result.x is None else _Node(point, prepared, result)

    # -- whole numbers, and bounds that move -------------------------------------------------------------------------

    def by_sites(self, points: Sequence[float]) -> list[Stretch]:
        """The curves of the sites of each point, crossed."""
        nodes = [self.first(point) for point in points]
        found: list[Stretch] = []
        self.left = self.most
        for at, (a, b) in enumerate(itertools.pairwise(nodes)):
            if a is None and b is not None:
                a = self.last(b, points[at])
            elif b is None and a is not None:
                b = self.last(a, points[at + 1])
            if a is not None and b is not None and a.at < b.at:
                found += self.between(a, b, _DEPTH)
        return found

    def last(self, good: _Node, bad: float) -> _Node:
        """The last point with a plan between one with and one without."""
        near = good.at
        while abs(bad - near) > self.narrow:
            middle = float(f"{(near + bad) / 2:.12g}")
            prepared = self.bench.at(self.move, middle)
            if prepared is not None and self.bench.feasible(prepared.model.program.arrays()):
                near = middle
            else:
                bad = middle
        return (self.node(near) if near != good.at else None) or good

    @property
    def narrow(self) -> float:
        """How narrow a stretch may get."""
        return _NARROW * (self.high - self.low)

    def between(self, a: _Node, b: _Node, depth: int) -> list[Stretch]:
        """The curve between two points."""
        if depth == 0 or b.at - a.at <= self.narrow:
            return []  # too narrow to be told
        if self.left <= 0:
            slope = (b.cost - a.cost) / (b.at - a.at)
            return [Stretch(a.at, b.at, a.cost, slope, self.bench.used_in(b.prepared, b.result), False, bent=True)]
        of_a, of_b = self.own(a, a.at, b.at), self.own(b, a.at, b.at)
        if of_a is None or of_b is None:
            return self.bent(a, b, depth)
        for mine, its, other in ((of_a, of_b, b), (of_b, of_a, a)):
            if not _cut(mine, a.at, b.at):
                continue
            if not its or self.same(_value(mine, other.at), other.cost):
                return self.tested(a, b, mine, depth)  # the sites of one are the best at both, or the other's end here
        cross = _crossing(of_a, of_b, a.at, b.at)
        middle = self.node(cross)
        if middle is None:
            return []
        best = min(_value(of_a, cross), _value(of_b, cross))
        left, right = _cut(of_a, a.at, cross), _cut(of_b, cross, b.at)
        if self.same(best, middle.cost) and left and right:
            return self.tested(a, middle, left, depth) + self.tested(middle, b, right, depth)
        return self.parted(a, b, middle, depth)

    def bent(self, a: _Node, b: _Node, depth: int) -> list[Stretch]:
        """Where the cost of the same sites is no straight line either: from point to point; other sites are bracketed."""
        sites = [self.bench.used_in(node.prepared, node.result) for node in (a, b)]
        if sites[0] == sites[1]:
            return [Stretch(a.at, b.at, a.cost, (b.cost - a.cost) / (b.at - a.at), sites[0], False, bent=True)]
        if b.at - a.at <= _BRACKET * (self.high - self.low):
            return []  # the sites change within
        return self.parted(a, b, self.node((a.at + b.at) / 2), depth)

    def parted(self, a: _Node, b: _Node, middle: _Node | None, depth: int) -> list[Stretch]:
        """The curve on both sides of a point between two; nothing where that has no plan."""
        if middle is None:
            return []
        return self.between(a, middle, depth - 1) + self.between(middle, b, depth - 1)

    def tested(self, a: _Node, b: _Node, mine: list[Piece], depth: int) -> list[Stretch]:
        """The pieces of one set of sites, if they are the best within, too, as far as is tried."""
        wide = b.at - a.at > self.narrow
        for share in _TRIED if wide else ():
            inner = self.node(a.at + share * (b.at - a.at))
            if inner is not None and not self.same(_value(mine, inner.at), inner.cost):
                return self.parted(a, b, inner, depth)
        return [self.told(piece, a.prepared, exact=False) for piece in mine]

    def own(self, node: _Node, low: float, high: float) -> list[Piece] | None:
        """The curve of the sites of a point as they are, as far as they have a plan between two numbers.

        None where it is not known: what moves does not move in straight lines there.
        """
        x = node.result.x
        assert x is not None
        family = family_of(self.bench, self.move, node.at, low, high, lambda p: with_sites_as_they_are(p, x))
        if family is None or not family.is_piecewise:
            return None
        first, last = domain(self.bench, family, low, high)
        ends = [family.touch(self.bench, p) for p in (first, last)]
        if ends[0] is None or ends[1] is None or first >= last:
            return []
        walk = pieces(lambda at: _found(family.touch(self.bench, at)), ends[0], ends[1], self.bench.slack)
        return [replace(piece, found=node.result) for piece in walk]

    def same(self, one: float, other: float) -> bool:
        """Whether two costs are one."""
        return abs(one - other) <= self.bench.slack * max(1.0, abs(other))

    # -- both ends ---------------------------------------------------------------------------------------------------

    def confirmed(self, at: float, cost: float) -> bool:
        """Whether a verified plan at a point costs what is said."""
        prepared = self.bench.at(self.move, at)
        plan = None if prepared is None else self.bench.plan(prepared)[0]
        slack = 10 * self.bench.slack * max(1.0, abs(cost))
        if plan is None or plan.objective is None:
            return False
        return plan.objective <= cost + slack and (not self.bench.goals or plan.objective >= cost - slack)


def domain(bench: Bench, family: Family, low: float, high: float) -> tuple[float, float]:
    """From where to where plans exist between two numbers, of which the start of the family is one or lies between."""
    if family.kind != "bounds":
        return low, high
    ends = []
    for one, end in ((family.mirrored(), -low), (family, high)):
        room = end - one.start
        best = bench.solve(with_column(one, room)) if room > 0 else None
        away = room if best is None or best.x is None else min(float(best.x[-1]), room)
        last = one.start + away
        ends.append(last if away >= room else last - 1e-9 * max(1.0, abs(last)))
    return 0.0 - ends[0], ends[1]


def _value(curve: list[Piece], at: float) -> float:
    """The height of a curve at a point; infinite where it has none."""
    for piece in curve:
        if piece.start - 1e-9 <= at <= piece.end + 1e-9:
            return piece.line(at)
    return np.inf


def _crossing(of_a: list[Piece], of_b: list[Piece], low: float, high: float) -> float:
    """Where the second curve first falls below the first; the middle where it does not."""
    bends = sorted({low, high, *(p for piece in (*of_a, *of_b) for p in (piece.start, piece.end) if low < p < high)})
    for left, right in itertools.pairwise(bends):
        middle = (left + right) / 2
        a, b = (next((p for p in curve if p.start <= middle <= p.end), None) for curve in (of_a, of_b))
        if b is None:
            continue
        if a is None or b.line(left) < a.line(left) - 1e-9 * max(1.0, abs(a.line(left))):  # it begins lower
            return left if left > low else (low + high) / 2
        if b.line(right) < a.line(right) - 1e-9 * max(1.0, abs(a.line(right))):
            at = left + (b.line(left) - a.line(left)) / (a.slope - b.slope)
            return float(np.clip(at, left, right)) if low < at < high else (low + high) / 2
    return (low + high) / 2


def _cut(curve: list[Piece], low: float, high: float) -> list[Piece]:
    """The part of a curve between two points; none where it does not reach from one to the other."""
    near = _NEAR * max(1.0, abs(low), abs(high))
    parts = [p for p in curve if p.end > low + near and p.start < high - near]
    if not parts or parts[0].start > low + near or parts[-1].end < high - near:
        return []
    return [replace(p, start=max(p.start, low), end=min(p.end, high), value=p.line(max(p.start, low))) for p in parts]


def _joined(found: list[Stretch], slack: float, near: float) -> list[Stretch]:
    """Neighbours that are one straight line with the same sites, as one; what lies between two closely is closed."""
    out: list[Stretch] = []
    for one in found:
        last = out[-1] if out else None
        if last is not None and 0 < one.start - last.end <= near:
            one = replace(one, start=last.end, cost=one.cost + (last.end - one.start) * one.slope)
        if last is not None and last.used == one.used and one.start - last.end <= near:
            reach = last.cost + (one.end - last.start) * last.slope
            if abs(reach - one.cost_at_end) <= slack * max(1.0, abs(reach)):
                out[-1] = replace(last, end=one.end)
                continue
        if one.end > one.start:
            out.append(one)
    return out


def _found(touch: Touch | None) -> Touch:
    assert touch is not None  # it lies between two points with a plan, and bounds that move in straight lines
    return touch
