"""What a certificate shows of an instance, gone through by code that shares none of the search's; and large ones, cut.

A tree that shows a bound also shows every lower one, with fewer nodes: what is too large to be kept is cut back to the
highest bound for which it is not.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from balik.algebra import Arrays
from balik.duality.tree import MARGIN, check_tree, how_far, read_tree
from balik.errors import BalikError
from balik.location import checker as siting
from balik.location.certificate import Certificate, CertificateError, read_certificate
from balik.location.echelons import checker as echelons
from balik.location.echelons.certificate import EchelonCertificate, read_echelon_certificate
from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import Siting
from balik.prepared import prepare
from balik.proving import prove
from benchmarks.siting.networks import Coordinates, Reverse

from .folders import write_folder
from .instances import Array, Problem, with_matrix

#: Bytes of the largest certificate that is kept whole; a larger one is cut to so many.
MOST_BYTES, PART_BYTES = 2_000_000, 1_000_000
#: A certificate is cut back to no less than this part below its bound, found in so many halvings.
_LOWEST, _HALVINGS = 0.05, 14
#: Most nodes of a network's tree; part of the margin of its checker that its search keeps.
_NODES, _WITHIN = 50_000, 0.7


@dataclass(frozen=True)
class Shown:
    """That no plan costs less than `bound`, by a tree of so many `nodes`."""

    bound: float
    nodes: int

    def how(self, claim: float, cost: float) -> str:
        """tree: it shows the bound that is claimed; part, root: it shows less, by a part of a tree or by one node."""
        return how_far(self.bound, claim, max(1.0, abs(cost)), self.nodes)


def shown(problem: Problem, data: bytes, cost: float) -> Shown:
    """What a certificate shows of an instance of which a plan of this cost is known.

    Raises BalikError where it does not show what it says.
    """
    if isinstance(problem, Reverse):
        seen = check_tree(read_tree(data), program_of(problem), cost)
        return Shown(seen.bound, seen.nodes)
    if isinstance(problem, TwoEchelon):
        checked = echelons.check_echelon_certificate(_echelons(data), problem)
    else:
        checked = siting.check_certificate(read_certificate(data), _matrix(problem))
    return Shown(checked.bound, checked.nodes)


def program_of(problem: Reverse) -> Arrays:
    """The program of a network's tables, which its certificate is about."""
    with tempfile.TemporaryDirectory() as place:
        write_folder(problem, Path(place), "network")
        return prepare(place).model.program.arrays()


def tree_below(problem: Reverse, cost: float, bound: float, seconds: float, seed: int = 0) -> bytes | None:
    """A tree that shows a bound, or as much of it as the seconds and the bytes that are kept allow; None: nothing.

    `cost`: of a plan that is known.
    """
    program, nodes = program_of(problem), _NODES
    while True:
        tree = prove(program, cost, bound - _WITHIN * MARGIN * max(1.0, abs(cost)), seconds, seed, nodes=nodes)
        data = b"" if tree is None else tree.as_bytes()
        if tree is None or len(data) <= MOST_BYTES:
            return data or None
        nodes = int(0.9 * len(tree.column) * PART_BYTES / len(data))


def fitted(problem: Problem, data: bytes, most: int = MOST_BYTES, part: int = PART_BYTES) -> bytes | None:
    """A certificate as it is kept, cut where it is too large; None where that leaves nothing worth keeping."""
    if len(data) <= most:
        return data
    if isinstance(problem, Reverse):  # tree_below makes one that fits
        return None
    bound = _echelons(data).bound if isinstance(problem, TwoEchelon) else read_certificate(data).bound
    found, low, high = None, bound - _LOWEST * abs(bound), bound
    for _ in range(_HALVINGS):
        claim = (low + high) / 2.0
        small = _cut(problem, data, claim, part)
        if small is not None and len(small) <= part:
            found, low = small, claim
        else:
            high = claim
    return found


# -- cutting -----------------------------------------------------------------------------------------------------


class _TooLarge(BalikError):
    """More nodes are needed than are kept."""


class _Walk:
    """Nodes that a checker looked at, and those of them that it had to part."""

    def __init__(self, size: Array, most: int) -> None:
        self.size, self.left = size, most
        self.looked: set[int] = set()
        self.parted: set[int] = set()

    def at(self, node: int, done: bool) -> None:
        """A node; raises _TooLarge where the lists of all come to too much."""
        self.looked.add(node)
        self.left -= int(self.size[node])
        if self.left < 0:
            raise _TooLarge
        if not done:
            self.parted.add(node)

    def kept(self, branch: Array, child: Array, first: Array) -> tuple[list[int], dict[str, Array], Array]:
        """Nodes that are kept, in their new order; `branch`, `child` and `first` of these; and their lists."""
        nodes, below = [0], []
        for node in nodes:
            parted = node in self.parted
            below.append(len(nodes) if parted else -1)
            nodes += [int(child[node]), int(child[node]) + 1] if parted else []
        rows = [np.arange(first[v], first[v + 1] if v in self.looked else first[v]) for v in nodes]
        tree = {
            "branch": np.where(np.array(below) < 0, -1, branch[nodes]).astype(branch.dtype),
            "child": np.array(below, child.dtype),
            "first": np.cumsum([0, *map(len, rows)]).astype(first.dtype),
        }
        return nodes, tree, np.concatenate(rows)


class _SitingWalk(siting.Replay):
    def __init__(self, c: Certificate, p: Siting, walk: _Walk) -> None:
        super().__init__(c, p)
        self.walk = walk

    def _refuted(self, node: int, box: siting.Box) -> bool:
        done = super()._refuted(node, box)
        self.walk.at(node, done or self.empty(box))
        return done


class _EchelonWalk(echelons.Replay):
    def __init__(self, c: EchelonCertificate, p: TwoEchelon, walk: _Walk) -> None:
        super().__init__(c, p)
        self.walk = walk

    def _done(self, node: int, state: Array, above: Array) -> tuple[bool, Array]:
        done, above = super()._done(node, state, above)
        self.walk.at(node, done)
        return done, above


def _cut(problem: Problem, data: bytes, claim: float, most: int) -> bytes | None:
    """The nodes of a certificate that it takes to show a lower bound; None where they are too many."""
    try:
        if isinstance(problem, TwoEchelon):
            return _cut_echelons(_echelons(data), problem, claim, most)
        return _cut_siting(read_certificate(data), _matrix(problem), claim, most)
    except _TooLarge:
        return None


def _cut_siting(c: Certificate, p: Siting, claim: float, most: int) -> bytes:
    walk = _Walk(np.diff(c.first) * c.price.shape[1], most)  # a byte a price at least
    c = replace(c, bound=claim)
    _SitingWalk(c, p, walk).run()
    nodes, tree, rows = walk.kept(c.branch, c.child, c.first)
    some = {name: getattr(c, name)[rows] for name in ("price", "cover", "number")}
    return replace(c, most=c.most[nodes], **tree, **some).as_bytes()


def _cut_echelons(c: EchelonCertificate, p: TwoEchelon, claim: float, most: int) -> bytes:
    walk = _Walk(np.diff(c.begin[c.first]), most)
    c = replace(c, bound=claim, times=np.maximum(1, c.times))  # lists of inner nodes may do for a leaf
    _EchelonWalk(c, p, walk).run()
    _, tree, rows = walk.kept(c.branch, c.child, c.first)
    told = [c.numbers[c.begin[r] : c.begin[r + 1]] for r in rows]
    some: dict[str, Any] = {name: getattr(c, name)[rows] for name in ("site", "opens", "times", "fine", "plain")}
    begin = np.cumsum([0, *map(len, told)]).astype(c.begin.dtype)
    return replace(c, begin=begin, numbers=np.concatenate(told), **tree, **some).as_bytes()


def _echelons(data: bytes) -> EchelonCertificate:
    found = read_echelon_certificate(data)
    if found is None:
        raise CertificateError("a certificate of another kind")
    return found


def _matrix(problem: Problem) -> Siting:
    """An instance of one echelon as its certificates take it."""
    p = with_matrix(problem) if isinstance(problem, Coordinates) else problem
    assert isinstance(p, Siting)
    return p
