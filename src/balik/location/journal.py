"""What a search notes for its certificate: prices that refute something, by node, and how nodes were branched.

Nothing else needs to be noted: what prices refute follows from them and the arrays of the problem (see checker.py).
Prices are noted in float32; the search evaluates at prices that are such numbers, so that nothing is lost.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .certificate import COUNT, Certificate, certificate_of
from .kernel import kernel
from .problem import Siting
from .watch import MARGIN

Array = np.ndarray

#: Numbers in `counts`: prices noted, branchings noted, the number of the next node, by how much numbers rise.
ROWS, SPLITS, NEXT, RISE = 0, 1, 2, 3
#: Most prices that one node notes: steps of its own, and of the probes that refute something.
_PER_NODE = 720
#: Prices that are noted at the root.
_ROOT = 5000
#: Bytes of notes; with more, there is no certificate but that of the root.
_MOST = 2**28
#: In place of the price of a cover row: these prices are added to the next ones, which float32 cannot tell exactly.
REMAINDER = -1.0


class Journal(NamedTuple):
    """Notes of one thread; arrays without rows where nothing is to be noted."""

    price: Array  # (rows, m + k) float32, as the prices of a Lagrangian
    cover: Array  # (rows, 2) prices of the cover rows
    node: Array  # (rows) the node that they were evaluated in
    split: (
        Array  # (splits, 4) node, candidate, child in which it is closed, 0; in the next number it is open; or: node,
    )
    # COUNT, child in which at most so many places are open, that number; in the next number more are
    counts: Array  # (4)


def journal_of(rows: int, width: int, first: int = 1, rise: int = 2) -> Journal:
    """An empty journal for so many prices of this width; `first` and `rise`: how it numbers nodes, two at a time."""
    return Journal(np.zeros((rows, width), np.float32), np.zeros((rows, 2)), np.zeros(rows, np.int64),
                   np.zeros((rows, 4), np.int64), np.array([0, 0, first, rise], np.int64))  # fmt: skip


@kernel
def is_on(journal: Journal) -> bool:
    """Whether anything is to be noted."""
    return len(journal.cover) > 0


@kernel
def is_full(journal: Journal) -> bool:
    """Whether another node might not find room."""
    return len(journal.cover) > 0 and max(journal.counts[ROWS], journal.counts[SPLITS]) + _PER_NODE > len(journal.cover)


@kernel
def note(journal: Journal, node: int, u: Array, prices: Array) -> None:
    """Note prices at which something was refuted; once there is no room, the last ones are overwritten."""
    if len(journal.cover) > 0:
        at = min(journal.counts[ROWS], len(journal.cover) - 1)
        for i in range(len(u)):
            journal.price[at, i] = u[i]
        journal.cover[at, 0], journal.cover[at, 1], journal.node[at] = prices[0], prices[1], node
        journal.counts[ROWS] = at + 1


@kernel
def note_exactly(journal: Journal, node: int, u: Array) -> None:
    """Note prices of a node without a choice that are no numbers of float32."""
    low = np.empty(len(u))
    for i in range(len(u)):
        low[i] = u[i] - np.float64(np.float32(u[i]))
    note(journal, node, low, np.array([REMAINDER, 0.0]))
    note(journal, node, u, np.zeros(2))


@kernel
def split(journal: Journal, node: int, candidate: int, most: int) -> int:
    """Note a branching; the child in which the candidate is closed, or `most` places are open (the next: open, more)."""
    child = journal.counts[NEXT]
    if len(journal.cover) > 0:
        at = min(journal.counts[SPLITS], len(journal.split) - 1)
        journal.split[at, 0], journal.split[at, 1] = node, candidate
        journal.split[at, 2], journal.split[at, 3] = child, most
        journal.counts[SPLITS] = at + 1
        journal.counts[NEXT] = child + journal.counts[RISE]
    return child


class Notes:
    """The notes of all threads, as far as there is room for them."""

    def __init__(self, width: int, on: bool) -> None:
        self.width, self.on = width, on
        self.price: list[Array] = []
        self.cover: list[Array] = []
        self.node: list[Array] = []
        self.split: list[Array] = []
        self.rows = 0

    def has_room(self, more: int) -> bool:
        """Whether so many more prices may be noted; without room, nothing is noted any more."""
        if self.on and 4 * (self.rows + more) * self.width > _MOST:
            self.on = False
            self.price, self.cover, self.node, self.split = [], [], [], []
        return self.on

    def take(self, journal: Journal, at: Array) -> None:
        """Take what a journal holds, which is empty then; `at`: the candidates as they are to be called."""
        rows, splits = int(journal.counts[ROWS]), int(journal.counts[SPLITS])
        journal.counts[:NEXT] = 0
        if not self.has_room(rows):
            return
        self.rows += rows
        self.price.append(journal.price[:rows].copy())
        self.cover.append(journal.cover[:rows].copy())
        self.node.append(journal.node[:rows].copy())
        split = journal.split[:splits].copy()
        split[:, 1] = _named(at, split[:, 1])
        self.split.append(split)


class Proofs:
    """The best bound for which there is a certificate: of the root's prices, or of a tree below them."""

    def __init__(self, width: int, on: bool) -> None:
        self.width, self.on = width, on
        self.journal = journal_of(_ROOT if on else 0, width)
        self.bound = self.below = -np.inf
        self.notes = Notes(width, False)

    def root(self, bound: float, u: Array, prices: Array) -> None:
        """The bound that the root's prices give."""
        note(self.journal, 0, u, prices)
        self.bound = bound

    def tree(self, bound: float, notes: Notes, at: Array) -> None:
        """A tree's bound; `at`: the candidates given, by its own numbers.

        Where there was no room for the notes of the last tree, the certificate is that of the root.
        """
        if notes.on:
            notes.split = [np.column_stack([x[:, 0], _named(at, x[:, 1]), x[:, 2:]]) for x in notes.split]
        if bound > self.below:
            self.below, self.notes = bound, notes

    def certificate(self, p: Siting, objective: float, open_: Array, flow: Array) -> Certificate | None:
        """The certificate of a plan."""
        if not self.on or self.bound == -np.inf:
            return None
        n, rows = self.notes, int(self.journal.counts[ROWS])
        bound = max(self.bound, self.below) if n.on else self.bound
        return certificate_of(
            p, min(bound, objective) - MARGIN * max(1.0, abs(objective)), objective, open_, flow,
            [self.journal.price[:rows], *n.price], [self.journal.cover[:rows], *n.cover],
            [self.journal.node[:rows], *n.node], n.split,
        )  # fmt: skip


def _named(at: Array, branched: Array) -> Array:
    """What was branched on in another numbering; the number of places stays."""
    return np.where(branched == COUNT, COUNT, at[np.maximum(branched, 0)])
