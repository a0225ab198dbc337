"""Sets of open candidates: their exact cost, and the best of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .data import Data
from .kernel import kernel
from .problem import FREE, OPEN, Siting
from .transport import Transport, evaluate

Array = np.ndarray


class Tree(NamedTuple):
    """The transport tree of one thread (see transport.py)."""

    links: Array
    numbers: Array
    cost: Array
    row: Array
    must: Array
    never: float
    tolerance: float


class Best(NamedTuple):
    """Incumbent of a thread."""

    value: Array  # (1) money
    open: Array  # (n) bool


def best_of(n: int) -> Best:
    """No incumbent yet."""
    return Best(np.array([np.inf]), np.zeros(n, bool))


def tree_of(p: Siting) -> Tree:
    """A transport tree of its own for the kernels."""
    t = Transport(p)
    return Tree(t.links, t.numbers, t.unit_cost, t.row, t.must, t.never, t.tolerance)


@kernel
def _allowed(data: Data, open_: Array) -> bool:
    """Whether the rows hold and no place has two candidates open."""
    if len(data.first) <= len(open_):
        for g in range(len(data.first) - 1):
            count = 0
            for e in range(data.first[g], data.first[g + 1]):
                if open_[data.member[e]]:
                    count += 1
            if count > 1:
                return False
    for k in range(len(data.upper)):
        total = 0.0
        for j in range(len(open_)):
            if open_[j]:
                total += data.rows[k, j]
        if total > data.upper[k] + 1e-9 * max(1.0, abs(data.upper[k])):
            return False
    return True


@kernel
def trim(tree: Tree, open_: Array, state: Array) -> None:
    """Close free candidates from which nothing goes (all of their supply is at the root)."""
    n = len(tree.row)
    root = tree.links.shape[1] - 1
    used = np.zeros(len(open_), np.bool_)
    for v in range(root):
        p = tree.links[0, v]
        if p != root and tree.numbers[1, v] > 0.0:
            used[tree.row[v] if v < n else tree.row[p]] = True
    for j in range(len(open_)):
        if open_[j] and not used[j] and state[j] == FREE:
            open_[j] = False


@kernel
def price_set(data: Data, tree: Tree, open_: Array, state: Array, best: Best) -> float:
    """Exact cost of a set of open candidates, which becomes the incumbent if it is better."""
    if not _allowed(data, open_):
        return np.inf
    room = 0.0
    for j in range(len(open_)):
        if open_[j]:
            room += data.capacity[j]
    if room < data.total * (1.0 - 1e-12):
        return np.inf
    total = evaluate(tree.links, tree.numbers, tree.cost, tree.row, tree.must, open_, tree.never, tree.tolerance)
    if total == np.inf:
        return np.inf
    if len(data.upper) == 0:
        trim(tree, open_, state)
    for j in range(len(open_)):
        if open_[j]:
            total += data.fixed[j]
    if total < best.value[0]:
        best.value[0] = total
        best.open[:] = open_
    return total


@kernel
def rounded(data: Data, state: Array, y: Array) -> Array:
    """Open candidates, and free ones of large y, one of a place, as many as cover the demand."""
    n = len(state)
    open_ = np.zeros(n, np.bool_)
    taken = np.zeros(len(data.first) - 1, np.bool_)
    room = 0.0
    for j in range(n):
        if state[j] == OPEN:
            open_[j], taken[data.place[j]] = True, True
            room += data.capacity[j]
    order = np.argsort(-y)
    for j in order:
        if state[j] != FREE or taken[data.place[j]]:
            continue
        if y[j] > 0.5 or (room < data.total and data.capacity[j] > 0.0):
            open_[j], taken[data.place[j]] = True, True
            room += data.capacity[j]
    return open_
