"""Which row of a table holds for a key: a label is nearer than a group, a group than a kind, a kind than `*`.

A key is looked up when it is asked for; nothing is spelled out in advance. A row beats another when it is nowhere
farther and somewhere nearer, so the winner has the least sum of distances: patterns of nearness are tried in the
order of that sum, and the first hit wins. (Rows that tie are refused when the input is checked.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ...kept import kept
from .exact import Array, exact
from .world import NONE, World, dimension

LABEL, GROUP, KIND, ALL = range(4)


@dataclass(frozen=True)
class _Key:
    """One key column: for each class of nearness the levels that stand for each label, and back."""

    level: Array  # per row: its level; `*` and blank are one level
    near: Array  # per level
    covers: list[Array]  # per level: codes of the labels it stands for
    slots: dict[int, list[Array]]  # class → alternatives: label code + 1 → level, or NONE
    size: int

    @property
    def flat(self) -> tuple[Array, Array, Array]:
        """Codes of all levels end to end, where each level starts, and how many it has."""
        count = np.array([len(c) for c in self.covers], np.int64)
        flat = np.concatenate(self.covers) if self.covers else np.zeros(0, np.int64)
        return flat, np.cumsum(count) - count, count


class Resolver:
    """The rows of one table, found by key."""

    def __init__(self, world: World, table: str, keys: Sequence[str]):
        self.world, self.keys = world, list(keys)
        self.frame = world.data[table]
        self.rows = np.flatnonzero(self.frame.ok)
        self.columns = {c: self._column(c) for c in self.keys}
        self.patterns = self._patterns()
        near = [self.columns[c].near[self.columns[c].level] for c in self.keys]
        self.near = dict(zip(self.keys, near, strict=True))

    def __len__(self) -> int:
        return len(self.rows)

    def spot(self, row: int) -> str:
        """`sites.csv line 5`; the name of the table where it has no row."""
        return self.frame.spot(int(row)) if row != NONE else self.frame.name

    def number(self, column: str, row: Array, missing: float = np.nan, material: Array | None = None) -> Array:
        """A column of numbers at these rows; `missing` where there is no row.

        `material`: what each row is about, in whose unit a column counts that counts a quantity.
        """
        if not len(self.frame):
            return exact(np.full(len(row), missing))
        at = np.maximum(row, 0)
        return np.where(row >= 0, self.world.numbers.at(self.frame.name, column, at, material), missing)

    def flag(self, column: str, row: Array) -> Array:
        """A column of yes and no at these rows; no where there is no row."""
        values = self.frame.flag[column]
        return (row >= 0) & values[np.maximum(row, 0)] if len(values) else np.zeros(len(row), bool)

    # -- from key to row -----------------------------------------------------------------------------------

    def find(self, **codes: Array) -> Array:
        """The row that holds for each key; NONE where no row does."""
        found = np.full(len(next(iter(codes.values()))), NONE, np.int64)
        for near, keys, rows in self.patterns:
            todo = np.flatnonzero(found == NONE)
            if not len(todo):
                break
            part = [codes[c][todo] + 1 for c in self.keys]
            for slots in product(*(self.columns[c].slots[k] for c, k in zip(self.keys, near, strict=True))):
                levels = [slot[code] for slot, code in zip(slots, part, strict=True)]
                key = self._ravel(levels)
                at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
                hit = (keys[at] == key) & (np.min(levels, axis=0) >= 0) & (found[todo] == NONE)
                found[todo[hit]] = rows[at[hit]]
        return found

    # -- from row to keys ----------------------------------------------------------------------------------

    def spell(self, rows: Array) -> tuple[Array, dict[str, Array]]:
        """Every key that these rows stand for: the row and the codes of each."""
        at = np.asarray(rows, np.int64)
        codes: dict[str, Array] = {}
        for c in self.keys:
            column = self.columns[c]
            flat, start, count = column.flat
            level = column.level[at]
            many = count[level]
            again = np.repeat(np.arange(len(at)), many)
            nth = np.arange(len(again)) - np.repeat(np.cumsum(many) - many, many)
            codes = {k: v[again] for k, v in codes.items()}
            codes[c] = flat[start[level[again]] + nth]
            at = at[again]
        return at, codes

    def won(self, rows: Array) -> tuple[Array, dict[str, Array]]:
        """The keys that these rows stand for and that no nearer row takes."""
        at, codes = self.spell(rows)
        mine = np.flatnonzero(self.find(**codes) == at) if len(at) else np.zeros(0, np.int64)
        return at[mine], {c: v[mine] for c, v in codes.items()}

    @kept
    def every(self) -> tuple[Array, dict[str, Array]]:
        """Every key of the table with its row, once."""
        return self.won(self.rows)

    # -- building ------------------------------------------------------------------------------------------

    def _ravel(self, levels: Sequence[Array]) -> Array:
        key = np.zeros(len(levels[0]), np.int64)
        for c, level in zip(self.keys, levels, strict=True):
            key = key * self.columns[c].size + level
        return key

    def _patterns(self) -> list[tuple[tuple[int, ...], Array, Array]]:
        """(nearness by column, sorted keys, rows), nearest pattern first."""
        if not len(self.rows):
            return []
        near = [self.columns[c].near[self.columns[c].level[self.rows]] for c in self.keys]
        key = self._ravel([self.columns[c].level[self.rows] for c in self.keys])
        shape = (max(int(n.max()) for n in near) + 1,) * len(near)
        which = np.ravel_multi_index(tuple(near), shape)
        kinds = np.flatnonzero(np.bincount(which))  # np.unique of the rows would sort them all
        found = np.stack(np.unravel_index(kinds, shape), 1)
        out = []
        for p in np.argsort(found.sum(1), kind="stable"):
            mine = np.flatnonzero(which == kinds[p])
            keys, first = np.unique(key[mine], return_index=True)
            out.append((tuple(int(k) for k in found[p]), keys, self.rows[mine[first]]))
        return out

    def _column(self, column: str) -> _Key:
        if self.frame.schema.columns[column].is_number:
            return self._stops(column)
        d = "when" if "past" in self.frame.schema.columns[column].rules else dimension(column)
        texts = self.frame.text[column]
        plain = {"": "*"} if column != "mode" or self.frame.name != "lanes" else {}
        words = [plain.get(word, word) for word in texts.levels]
        names = list(dict.fromkeys(words))
        place = {word: level for level, word in enumerate(names)}
        again = np.array([place[word] for word in words] or [0], np.int64)
        near, covers = [], []
        for word in names:
            kind, codes = self._meaning(word, d)
            near.append(kind)
            covers.append(codes)
        return _Key(
            again[texts.codes],
            np.array(near, np.int64),
            covers,
            _slots(near, covers, self.world.n(d)),
            len(names),
        )

    def _meaning(self, word: str, d: str) -> tuple[int, Array]:
        """How near a word is, and the codes that it stands for."""
        data, known = self.world.data, self.world.code[d]
        if word == "":
            return LABEL, np.array([NONE])  # only `mode` of lanes: no vehicle, which `*` does not mean
        if word in known:
            return LABEL, np.array([known[word]])
        if word.startswith("group:"):
            return GROUP, np.array(sorted(data.groups.get((d, word[6:]), [])), np.int64)
        if word.startswith("kind:") and d == "place":
            return KIND, np.array(sorted(data.kinds.get(word[5:], [])), np.int64)
        return ALL, np.arange(len(known)) if word == "*" else np.zeros(0, np.int64)

    def _stops(self, column: str) -> _Key:
        """Stops are whole numbers and their own codes."""
        values = np.nan_to_num(self.frame.number[column]).astype(np.int64)
        names, level = np.unique(values, return_inverse=True)
        near = [LABEL] * len(names)
        covers = [np.array([v]) for v in names]
        top = int(names.max()) + 1 if len(names) else 1
        return _Key(level.reshape(-1), np.array(near, np.int64), covers, _slots(near, covers, top), len(names))


@kept
def resolver(world: World, table: str, keys: Sequence[str]) -> Resolver:
    """The rows of a table by these keys."""
    return Resolver(world, table, keys)


def _slots(near: list[int], covers: list[Array], labels: int) -> dict[int, list[Array]]:
    """For each class of nearness: arrays from label code + 1 to level (several where groups share a label)."""
    slots: dict[int, list[Array]] = {k: [] for k in range(4)}
    for level, (kind, codes) in enumerate(zip(near, covers, strict=True)):
        for slot in slots[kind]:
            if (slot[codes + 1] == NONE).all():
                slot[codes + 1] = level
                break
        else:
            fresh = np.full(labels + 1, NONE, np.int64)
            fresh[codes + 1] = level
            slots[kind].append(fresh)
    return slots
