"""What a search notes for its certificate: how its nodes were parted, and the multipliers of each.

Columns that the switches of a node hold at zero have no end there that the checker knows of: the rows by which they are
held are weighed until none of them has a negative reduced cost. So their ends do not matter.
"""

from __future__ import annotations

import threading

import numpy as np

from ...proving.notes import Multipliers, Notes
from .chains import Chains
from .relaxation import Relaxation

Array = np.ndarray

#: Bytes of multipliers; with more, the certificate is that of the tree so far. Of each, in memory.
_MOST, _EACH = 2**27, 16
#: Multipliers below this part of the largest are none.
_LEAST = 1e-14


class Noted:
    """The tree of a search, as far as there is room for it; rows bear the numbers of the relaxation.

    `on`: whether anything is noted. No node is noted under a node that was not.
    """

    def __init__(self, relaxation: Relaxation, chains: Chains, on: bool):
        self.relaxation, self.chains, self.on = relaxation, chains, on
        self.notes, self.lock = Notes(), threading.Lock()

    def begin(self) -> int:
        """The node of all plans; its number."""
        with self.lock:
            return self.notes.new() if self.on else -1

    def keep(self, node: int, duals: Array, reduced: Array, upper: Array) -> None:
        """The multipliers of a node whose columns have these ends."""
        if not self.on or node < 0:
            return
        found = self.multipliers(self.relaxation.number, duals, reduced, upper)
        with self.lock:
            if self.on:
                self.notes.keep(node, found)
                self.on = self.notes.prices * _EACH < _MOST

    def part(self, node: int, column: int, most: float) -> int:
        """A node is parted by a column; the number of the first child, below 0 where it is not noted."""
        with self.lock:
            return self.notes.part(node, column, most) if self.on and node >= 0 else -2

    def multipliers(self, number: Array, duals: Array, reduced: Array, upper: Array) -> Multipliers:
        """Multipliers that say as much without the ends of columns that are held at zero."""
        y = duals.copy()
        y[: self.chains.m.rows] += self.chains.closed(reduced, upper)
        on = np.flatnonzero(np.abs(y) > _LEAST * np.abs(y).max(initial=0.0))
        return number[on], y[on]

    def end(self) -> Notes:
        """The notes; nothing is noted any more, whoever goes on."""
        with self.lock:
            self.on = False
        return self.notes
