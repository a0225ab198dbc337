"""What a search over a generated program shares: the program, what follows from fixed switches, and the best plan."""

from __future__ import annotations

import numpy as np

from ...algebra import Arrays
from ...duality.rounding import Rows
from ...duality.tree import ends_of
from ...engines import Options
from ..watch import Watch
from .chains import Chains
from .links import leading, with_links
from .made import Made
from .matrix import Matrix
from .noted import Noted
from .relaxation import Outcome, Relaxation

Array = np.ndarray

#: How far a row or a bound may be missed, relative to max(1, what it adds up).
_FEASIBLE = 1e-6
#: How far a whole number may be from whole in a point of the solver.
WHOLE = 1e-6


class State:
    """The program with its strong rows, its relaxation, and the best plan so far.

    `lower`, `upper`: bounds that every solution keeps. `made`: what was derived from the program, as the checker does;
    `noted`: what is kept for the certificate.
    """

    def __init__(self, a: Arrays, watch: Watch, options: Options):
        self.a, self.watch, self.options = a, watch, options
        self.m = Matrix(a)
        self.lower, self.upper = ends_of(a, np.inf)
        if (self.lower > self.upper).any():  # there is no solution: the search will tell
            self.lower, self.upper = a.lower, a.upper
        self.linked = with_links(self.m, self.lower, self.upper)
        self.groups, self.held, self.by = self.linked.groups, self.linked.held.col, self.linked.held.group
        self.whole = np.flatnonzero(a.integer)
        self.relaxation = Relaxation(Matrix(self.linked.arrays), self.m.rows, watch, options)
        self.chains = Chains(self.m, self.groups, self.linked.held)
        self.made = Made(self.chains, self.linked, self.relaxation.made, Rows(a, self.lower, self.upper))
        self.noted = Noted(self.relaxation, self.chains, options.certify)
        self.leading = leading(self.m, self.lower, self.groups, self.held)
        self.best: Array | None = None
        self.plenty = np.zeros(len(a.cost), bool)  # columns that plans may use, besides those of the relaxation

    @property
    def wide(self) -> Matrix:
        """The program with its strong rows and cuts."""
        return self.relaxation.m

    @property
    def ceiling(self) -> float:
        """A bound from here on says that there is no solution: none costs more."""
        a = self.a
        with np.errstate(invalid="ignore"):
            most = np.where(a.cost == 0, 0.0, np.maximum(a.cost * self.lower, a.cost * self.upper)).sum() + a.offset
        return float(most + 1e-6 * max(1.0, abs(most)))

    @property
    def cutoff(self) -> float:
        """Bounds from here on prune."""
        return min(self.watch.cutoff, self.ceiling)

    def follow(self, lower: Array, upper: Array) -> Array:
        """The upper bounds with every column at zero whose switches are."""
        if not len(self.groups):
            return upper
        off = np.minimum.reduceat(upper[self.groups.member] <= 0, self.groups.first[:-1]).astype(bool)
        out = upper.copy()
        out[self.held[off[self.by]]] = 0.0
        return out

    def solve(
        self, lower: Array, upper: Array, cutoff: float | None = None, rounds: int = 1000, *, root: bool = False,
        strong: bool = True, inside: bool = False,
    ) -> Outcome:  # fmt: skip
        """The relaxation within these bounds of the whole numbers, everything else as the program has it."""
        whole = self.whole[self.relaxation.columns[self.whole]]
        self.relaxation.bounds(whole, lower[whole], upper[whole])
        return self.relaxation.solve(
            lower,
            self.follow(lower, upper),
            self.cutoff if cutoff is None else cutoff,
            rounds,
            root=root,
            strong=strong,
            inside=inside,
        )

    def fraction(self, point: Array) -> Array:
        """How far every whole number is from whole."""
        x = point[self.whole]
        return np.abs(x - np.round(x))

    def offer(self, x: Array) -> bool:
        """Take a plan if it keeps every row and is better than the best; whether it was."""
        a = self.a
        x = np.where(a.integer, np.round(x), x)
        x = np.clip(x, a.lower, a.upper)
        objective = float(a.cost @ x) + a.offset
        if not objective < self.watch.incumbent - 1e-12 * max(1.0, abs(objective)) or not self.keeps(x):
            return False
        self.best = x
        self.watch.news(incumbent=objective)
        return True

    def keeps(self, x: Array) -> bool:
        """Whether a point keeps every row of the program."""
        m, a = self.m, self.a
        size = np.bincount(m.row, np.abs(m.value * x[m.col]), m.rows)
        activity = m.activity(x)
        slack = _FEASIBLE * np.maximum(1.0, np.minimum(size, 1e6))
        return bool((activity <= a.row_upper + slack).all() and (activity >= a.row_lower - slack).all())
