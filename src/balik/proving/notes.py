"""What a search notes of its nodes, and the tree that it makes: of the derived rows only those that are used."""

from __future__ import annotations

import numpy as np

from ..duality.rounding import Recipe, Rows
from ..duality.tree import Tree

Array = np.ndarray
#: Rows and their multipliers.
Multipliers = tuple[Array, Array]


class Notes:
    """Nodes by number: how they were parted, and multipliers."""

    def __init__(self) -> None:
        self.column: list[int] = []
        self.most: list[float] = []
        self.child: list[int] = []
        self.kept: dict[int, Multipliers] = {}
        self.prices = 0

    def __len__(self) -> int:
        return len(self.column)

    def new(self) -> int:
        """Another node; its number."""
        self.column.append(-1)
        self.most.append(0.0)
        self.child.append(-1)
        return len(self.column) - 1

    def part(self, node: int, column: int, most: float) -> int:
        """A node is parted by a column; the number of the first child."""
        first = self.new()
        self.new()
        self.column[node], self.most[node], self.child[node] = column, most, first
        return first

    def keep(self, node: int, multipliers: Multipliers) -> None:
        """The multipliers of a node."""
        self.kept[node] = multipliers
        self.prices += len(multipliers[0])

    def tree(self, bound: float, rows: Rows, recipes: list[Recipe]) -> Tree:
        """The tree that shows this bound."""
        if not self.column:
            self.new()
        lists = [self.kept.get(node, NOTHING) for node in range(len(self))]
        row = np.concatenate([row for row, _ in lists]).astype(np.int64)
        used = _used(row, rows.own, recipes)
        number = np.concatenate([np.arange(rows.own), rows.own + np.cumsum(used) - 1])
        kept = [recipe for recipe, on in zip(recipes, used, strict=True) if on]
        none = np.zeros(0)
        return Tree(
            float(bound), np.array(self.column, np.int32), np.array(self.most), np.array(self.child, np.int32),
            _starts([len(row) for row, _ in lists]), number[row].astype(np.int32), np.concatenate([price for _, price in lists]),
            _starts([len(r.row) for r in kept]),
            np.concatenate([none, *(number[r.row] for r in kept)]).astype(np.int32), np.concatenate([none, *(r.weight for r in kept)]),
            np.concatenate([none, *(r.upper for r in kept)]).astype(bool),
            _starts([len(r.top) for r in kept]), np.concatenate([none, *(r.top for r in kept)]).astype(np.int32),
            np.array([r.cone for r in kept], np.int32),
        )  # fmt: skip


#: No multipliers.
NOTHING: Multipliers = (np.zeros(0, np.int64), np.zeros(0))


def _used(row: Array, own: int, recipes: list[Recipe]) -> Array:
    """Derived rows that have a multiplier, or that another is made of that has."""
    used = np.zeros(len(recipes), bool)
    used[row[row >= own] - own] = True
    for k in range(len(recipes) - 1, -1, -1):
        if used[k]:
            parts = recipes[k].row
            used[parts[parts >= own] - own] = True
    return used


def _starts(sizes: list[int]) -> Array:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
