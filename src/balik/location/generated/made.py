"""Rows of the search as the checker derives them from the program: what the search is told of them is what can be shown.

A strong row follows from the rows that hold its columns at zero by mixed-integer rounding, a cut by that from its row of
the tableau. What is derived is another multiple of the row, and may be stronger: that is what a multiplier of it counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...duality.rounding import Derived, Recipe, Rows
from ...proving.notes import Multipliers
from .chains import Chains
from .links import Linked
from .matrix import Cut

Array = np.ndarray


@dataclass(frozen=True)
class Stand:
    """Rows of the checker and multipliers of them that say what a row of the search says at the multiplier 1."""

    row: Array
    times: Array


class Made:
    """Rows by the numbers that they have in the search: those of the program, strong rows, cuts.

    `cuts`: all that were made. `rows`: of the checker; `recipes`: of those that it derived.
    """

    def __init__(self, chains: Chains, linked: Linked, cuts: list[Cut], rows: Rows) -> None:
        self.chains, self.linked, self.cuts, self.rows = chains, linked, cuts, rows
        self.recipes: list[Recipe] = []
        self.stands: dict[int, Stand] = {}

    def put(self, row: Array, price: Array) -> Multipliers:
        """Multipliers of the checker's rows for those of the search's."""
        own = row < self.rows.own
        stands = [self._stand(number) for number in row[~own].tolist()]
        more = np.repeat(price[~own], [len(stand.row) for stand in stands])
        y = np.bincount(
            np.concatenate([row[own], *(stand.row for stand in stands)]),
            np.concatenate([price[own], more * np.concatenate([np.zeros(0), *(stand.times for stand in stands)])]),
        )
        on = np.flatnonzero(y)
        return on, y[on]

    def exact(self, cut: Cut) -> Cut | None:
        """A cut as it is derived, to the last bit; None where it is not."""
        self.stands[cut.number] = self._cut(cut)
        if not len(self.stands[cut.number].row):
            return None
        found = self.rows.derived[-1]
        return replace(cut, column=found.column, value=-cut.scale * found.value, end=-cut.scale * found.end)

    def _stand(self, number: int) -> Stand:
        if number not in self.stands:
            first = self.rows.own + len(self.linked.strong[0]) + len(self.linked.limits[0])
            self.stands[number] = (
                self._cut(self.cuts[number - first]) if number >= first else self._strong(number - self.rows.own)
            )
        return self.stands[number]

    def _strong(self, k: int) -> Stand:
        """x ≤ Σ u y, or Σ a x ≤ b Σ y: from the rows that hold its columns at zero."""
        column, group = self.linked.strong
        m, none = self.chains.m, np.zeros(0, np.int64)
        if k < len(column):
            x = column[k : k + 1]
            return self._rounded((x, np.ones(1), int(group[k])), float(self.rows.upper[x[0]]), x, none)
        limit, by = (of[k - len(column)] for of in self.linked.limits)
        at = m.by_row[1][m.by_row[0][limit] : m.by_row[0][limit + 1]]
        return self._rounded((m.col[at], m.value[at], int(by)), float(m.a.row_upper[limit]), none, np.array([limit]))

    def _rounded(self, held: tuple[Array, Array, int], end: float, top: Array, less: Array) -> Stand:
        """Σ a x ≤ Σ min(K, `end`) y of columns that a group holds, from the rows that say Σ a x ≤ Σ K y of it.

        `top`: the one column, if that ends at `end`; `less`: else the row that says Σ a x ≤ `end`. Divided so that
        neither a K nor the end is above one half, everything is rounded up to 1 at once. Where nothing follows, the sum
        itself stands for it.
        """
        row, weight, most = self.chains.sum(*held)
        by = 2.0 * max(most, end)
        if 0.0 < by < np.inf:
            recipe = Recipe(
                np.append(row, less), np.append(weight, -np.ones(len(less))) / by, np.append(weight > 0, less >= 0), top
            )
            found = self._taken(recipe)
            theirs = 0.0 if found is None else float(found.value[found.column == held[0][0]].sum())
            if theirs > 0.0:
                return Stand(np.array([len(self.rows) - 1]), held[1][:1] / theirs)
        return Stand(row, weight)

    def _cut(self, cut: Cut) -> Stand:
        """A cut, from its row of the tableau."""
        own = cut.recipe.row < self.rows.own
        row, weight, upper = [cut.recipe.row[own]], [cut.recipe.weight[own]], [cut.recipe.upper[own]]
        for part, by in zip(cut.recipe.row[~own].tolist(), cut.recipe.weight[~own].tolist(), strict=True):
            stand = self._stand(part)
            row.append(stand.row)
            weight.append(by * stand.times)
            upper.append((stand.row >= self.rows.own) | (stand.times > 0))
        found = self._taken(
            Recipe(np.concatenate(row), np.concatenate(weight), np.concatenate(upper).astype(bool), cut.recipe.top)
        )
        one = np.arange(found is not None)
        return Stand(one + len(self.rows) - 1, np.full(len(one), cut.scale))

    def _taken(self, recipe: Recipe) -> Derived | None:
        """The row of a recipe, behind all others; None where nothing follows."""
        found = self.rows.follows(recipe)
        if found is not None:
            self.recipes.append(recipe)
            self.rows.add(found)
        return found
