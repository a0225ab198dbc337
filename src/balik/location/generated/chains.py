"""By which rows a column is zero while switches are: summed up with the right weights, they say so at once.

A row Σ P ≤ Σ N says it of P where N is held at zero. For each column of N another row says it, and so on back to the
switches: weighed, these rows add up to Σ a x ≤ Σ K y for any a, K being what the rows leave the switches y.
"""

from __future__ import annotations

import numpy as np

from .links import Groups, Held
from .matrix import Matrix, ranges

Array = np.ndarray


class Chains:
    """The rows behind each pair of a column and a group that holds it at zero."""

    def __init__(self, m: Matrix, groups: Groups, held: Held):
        self.m, self.groups = m, groups
        order = np.lexsort((held.stage, held.col))
        self.col, self.group, self.stage = held.col[order], held.group[order], held.stage[order]
        self.entry = held.entry[order]
        self.by_group = np.argsort(self.group, kind="stable")
        self.begin = np.searchsorted(self.group[self.by_group], np.arange(len(groups) + 1))

    def closed(self, reduced: Array, upper: Array) -> Array:
        """What to add to the multipliers so that no column has a negative reduced cost which the switches hold at zero.

        `upper`: of all columns; where it is 0 for a whole group, this is off. Only reduced costs of what is off fall.
        """
        if not len(self.groups):
            return np.zeros(self.m.rows)
        off = np.minimum.reduceat(upper[self.groups.member] <= 0, self.groups.first[:-1]).astype(bool)
        at = np.flatnonzero(off[self.group])
        at = at[np.diff(self.col[at], prepend=-1) != 0]  # by column the pair of the lowest stage
        return -self._weighed(at, np.maximum(0.0, -reduced))

    def sum(self, column: Array, value: Array, group: int) -> tuple[Array, Array, float]:
        """Rows and weights that add up to at least Σ value × column on one side, and the most K of a switch."""
        need = np.zeros(self.m.columns)
        need[column] = value
        weight = self._weighed(self.by_group[self.begin[group] : self.begin[group + 1]], need)
        rows = np.flatnonzero(weight)
        return rows, weight[rows], float(need[self._members(group)].max(initial=0.0))

    def _members(self, group: int) -> Array:
        out: Array = self.groups.member[self.groups.first[group] : self.groups.first[group + 1]]
        return out

    def _weighed(self, at: Array, need: Array) -> Array:
        """Weights of rows, below 0 where their lower sides count, of which the sum covers what is needed of each column.

        `at`: pairs, one of each column. In `need` stays what the sum leaves: above 0 at switches alone.
        """
        m = self.m
        weight = np.zeros(m.rows)
        first, order = m.by_row
        for stage in np.unique(self.stage[at])[::-1]:  # the columns of N are of lower stages
            here = at[(self.stage[at] == stage) & (need[self.col[at]] > 0.0)]
            if not len(here):
                continue
            value = m.value[self.entry[here]]
            read, place = np.unique(2 * m.row[self.entry[here]] + (value > 0), return_inverse=True)
            most = np.zeros(len(read))
            np.maximum.at(most, place, need[self.col[here]] / np.abs(value))
            row, signed = read // 2, np.where(read % 2, most, -most)
            np.add.at(weight, row, signed)
            entries, count = ranges(first[row], np.diff(first)[row])
            entries = order[entries]
            np.subtract.at(need, m.col[entries], m.value[entries] * np.repeat(signed, count))
        return weight
