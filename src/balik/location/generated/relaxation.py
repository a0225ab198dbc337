"""The linear relaxation with every strong linking row and every column, of which only some are ever in the solver.

Columns that would be many (lanes) start with the cheapest of every row; rows that only tighten start with none. After
each solve all columns are priced in one pass, and rows that are broken come in. An absent row has the price 0, so the
bound that is certified after each solve is one of the whole program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import highspy
import numpy as np

from ...engines import Options
from ...engines.highs import pass_arrays, supervised
from ..watch import Watch
from .bound import certified
from .matrix import Matrix, ranges

Array = np.ndarray

#: A row has many columns on one side from here on.
_MANY = 24
#: Cheapest columns of each such side to start with, and most that come in at once.
_START, _MORE = 6, 10
#: Most columns that a row which may be absent ties to whole numbers.
_SHORT = 8
#: Whole numbers in this part of the most rows open something and are always there.
_OPENS = 0.1
#: What is too little to be broken, or to be cheaper.
_TOLERANCE = 1e-7
#: Price of what no column provides, relative to the largest cost; it grows where it is paid.
_DEAR, _DEARER, _DEAREST = 1e2, 1e2, 1e9
#: Columns from which the first solve takes the interior point.
_LARGE = 3000


@dataclass(frozen=True)
class Outcome:
    """What a solve came to.

    `bound`: certified, of every solution within the bounds; `reduced` and `duals` go with it. `exact`: the point is
    optimal for the relaxation; `lacks`: it is none, since some row is met only by what no column provides.
    """

    bound: float
    reduced: Array
    duals: Array
    point: Array
    exact: bool
    lacks: bool


class Relaxation:
    """The generated program in the solver: which columns and rows are present, its point and its prices.

    `own`: number of rows of the program itself, before those that were derived.
    """

    def __init__(self, m: Matrix, own: int, watch: Watch, options: Options):
        self.m, self.own = m, own
        self.watch, self.options = watch, options
        self.key = m.row * 2 + (m.value > 0)
        size = np.bincount(self.key, minlength=2 * m.rows)
        a = m.a
        at_zero = (a.lower == 0) & (a.upper >= 0)
        self.many = size[self.key] > _MANY
        self.many &= (m.row < own) & at_zero[m.col]
        self.mass = np.zeros(m.columns, bool)
        self.mass[m.col[self.many]] = True
        degree = np.diff(a.start)
        self.mass &= ~(a.integer & (degree >= _OPENS * degree[a.integer].max(initial=1)))
        self.many &= self.mass[m.col]
        self.optional = self._optional_rows()
        self.columns = ~self.mass
        self.columns[self._cheapest(a.cost, _START)] = True
        self.rows = ~self.optional
        self._load()

    def _optional_rows(self) -> Array:
        """Rows Σ P ≤ Σ N + b that hold where the many columns are zero: P a few of these, N whole; all that were derived."""
        m, a = self.m, self.m.a
        optional = np.zeros(m.rows, bool)
        for sign, end, other in ((1.0, a.row_upper, a.row_lower), (-1.0, -a.row_lower, -a.row_upper)):
            more = sign * m.value > 0
            few = np.bincount(m.row, more, m.rows) <= _SHORT
            only = np.bincount(m.row, more & ~self.mass[m.col], m.rows) == 0
            whole = np.bincount(m.row, ~more & ~(a.integer & (a.lower >= 0))[m.col], m.rows) == 0
            some = np.bincount(m.row, more, m.rows) > 0
            tied = np.bincount(m.row, ~more, m.rows) > 0
            optional |= few & only & whole & some & tied & (end >= 0) & np.isfinite(end) & np.isinf(other)
        optional[self.own :] = True
        return optional

    def _cheapest(self, score: Array, most: int) -> Array:
        """Columns that are among the `most` cheapest of a long side of some row; inf is never."""
        key, col = self.key[self.many], self.m.col[self.many]
        fit = np.isfinite(score[col])
        key, col = key[fit], col[fit]
        order = np.lexsort((score[col], key))
        key, col = key[order], col[order]
        rank = np.arange(len(key)) - np.searchsorted(key, key)
        return np.unique(col[rank < most])

    # -- the solver's program --------------------------------------------------------------------------------------

    def _load(self) -> None:
        """Hand the present columns and rows to the solver, with columns that provide whatever a row lacks."""
        m, a = self.m, self.m.a
        cols, rows = np.flatnonzero(self.columns), np.flatnonzero(self.rows)
        self.row_of = np.full(m.rows, -1)
        self.row_of[rows] = np.arange(len(rows))
        self.price = _DEAR * max(1.0, float(np.abs(a.cost).max(initial=0.0)))
        part = m.taken(cols)
        keep = self.rows[part.row]
        count = np.bincount(np.repeat(np.arange(len(cols)), np.diff(part.start))[keep], minlength=len(cols))
        hard = self.row_of[rows[~self.optional[rows]]]
        self.lack = np.arange(len(cols), len(cols) + 2 * len(hard))
        ones = np.ones(len(hard))
        program = replace(
            part,
            cost=np.concatenate([part.cost, np.full(2 * len(hard), self.price)]),
            offset=0.0,
            lower=np.concatenate([part.lower, 0 * ones, 0 * ones]),
            upper=np.concatenate([part.upper, ones * np.inf, ones * np.inf]),
            integer=np.zeros(len(cols) + 2 * len(hard), bool),
            row_lower=a.row_lower[rows],
            row_upper=a.row_upper[rows],
            start=np.concatenate([[0], np.cumsum(np.concatenate([count, ones, ones]))]).astype(np.int32),
            row=np.concatenate([self.row_of[part.row[keep]], hard, hard]).astype(np.int32),
            value=np.concatenate([part.value[keep], ones, -ones]),
        )
        self.h = highspy.Highs()
        self.h.setOptionValue("output_flag", False)
        self.h.setOptionValue("random_seed", self.options.seed)
        if self.options.threads:
            self.h.setOptionValue("threads", self.options.threads)
        pass_arrays(self.h, program)
        self.h.setOptionValue("solver", "ipm" if len(cols) > _LARGE else "simplex")
        self.col_in = np.concatenate([cols, np.full(2 * len(hard), -1)])
        self.place = np.full(m.columns, -1)
        self.place[cols] = np.arange(len(cols))

    def add(self, columns: Array, rows: Array) -> None:
        """Bring in columns and rows that are absent."""
        m, a = self.m, self.m.a
        if len(rows):
            first, order = m.by_row
            at, count = ranges(first[rows], np.diff(first)[rows])
            at = order[at]
            keep = self.columns[m.col[at]]
            count = np.bincount(np.repeat(np.arange(len(rows)), count)[keep], minlength=len(rows))
            self.row_of[rows] = self.h.getNumRow() + np.arange(len(rows))
            self.h.addRows(
                len(rows), a.row_lower[rows], a.row_upper[rows], int(count.sum()), _starts(count),
                self.place[m.col[at][keep]].astype(np.int32), m.value[at][keep],
            )  # fmt: skip
            self.rows[rows] = True
        if len(columns):
            at, count = m.entries(columns)
            keep = self.rows[m.row[at]]
            count = np.bincount(np.repeat(np.arange(len(columns)), count)[keep], minlength=len(columns))
            self.h.addCols(
                len(columns), a.cost[columns], a.lower[columns], a.upper[columns], int(count.sum()), _starts(count),
                self.row_of[m.row[at][keep]].astype(np.int32), m.value[at][keep],
            )  # fmt: skip
            self.place[columns] = len(self.col_in) + np.arange(len(columns))
            self.col_in = np.concatenate([self.col_in, columns])
            self.columns[columns] = True

    def trim(self, out: Outcome, spare: float) -> None:
        """Leave out again columns whose reduced cost is more than `spare`, and rows that bind nothing."""
        self.columns = ~self.mass | (self.columns & ((out.reduced <= spare) | (out.point > 0)))
        activity = self.m.activity(out.point)
        slack = _TOLERANCE * 10 * np.maximum(1.0, np.abs(activity))
        a = self.m.a
        binds = (activity >= a.row_upper - slack) | (activity <= a.row_lower + slack)
        self.rows &= ~self.optional | (out.duals != 0) | (binds & (np.abs(activity) > 0))
        self._load()

    def bounds(self, columns: Array, lower: Array, upper: Array) -> None:
        """Bounds of present columns."""
        self.h.changeColsBounds(len(columns), self.place[columns].astype(np.int32), lower, upper)

    # -- the loop ----------------------------------------------------------------------------------------------------

    def solve(self, lower: Array, upper: Array, cutoff: float = np.inf, rounds: int = 1000) -> Outcome:
        """Solve, price, add and solve again until nothing is missing: then the outcome is exact.

        `lower` and `upper` are what the bound may count on: the bounds of the program, of this part of the search, and
        what follows from them. Stops early when the bound reaches the cutoff, or with the watch.
        """
        bound, best, prices = -np.inf, self.m.a.cost, np.zeros(self.m.rows)
        out = Outcome(bound, best, prices, np.zeros(self.m.columns), False, False)
        for _ in range(rounds):
            if self.watch.over() or not self._solved():
                return out
            found, reduced, duals = certified(self.m, self.duals, lower, upper)
            if found > bound:
                bound, best, prices = found, reduced, duals
            columns, rows = self._missing(reduced, lower, upper)
            lacks = self._lacks()
            done = not len(columns) and not len(rows)
            out = Outcome(bound, best, prices, self.point, done and not lacks, lacks)
            if bound >= cutoff or (done and not lacks):
                return out
            if done:
                if self.price >= _DEAREST:
                    return out
                self._dearer()
            self.add(columns, rows)
        return out

    def probe(self, lower: Array, upper: Array, cutoff: float, iterations: int) -> float:
        """What the value comes to after so many iterations; a certified bound if it reaches the cutoff."""
        self.h.setOptionValue("simplex_iteration_limit", iterations)
        self.h.run()
        self.h.setOptionValue("simplex_iteration_limit", 2**31 - 1)
        value = self.h.getInfo().objective_function_value + self.m.a.offset
        if value < cutoff:
            return float(value)
        self._read()
        return certified(self.m, self.duals, lower, upper)[0]

    def _solved(self) -> bool:
        """One run of the solver; whether it has an optimum."""
        left = self.watch.left
        if np.isfinite(left):
            self.h.setOptionValue("time_limit", self.h.getRunTime() + max(left, 0.1))
        if supervised(self.h, Options()):
            raise KeyboardInterrupt
        self.h.setOptionValue("solver", "simplex")
        if self.h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        self._read()
        return True

    def _read(self) -> None:
        solution = self.h.getSolution()
        known = self.col_in >= 0
        self.values = np.array(solution.col_value)
        self.point = np.zeros(self.m.columns)
        self.point[self.col_in[known]] = self.values[known]
        self.duals = np.zeros(self.m.rows)
        rows = np.flatnonzero(self.rows)
        self.duals[rows] = np.array(solution.row_dual)[self.row_of[rows]]

    def _missing(self, reduced: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
        """Columns to bring in by their reduced cost, and rows that the point breaks."""
        m, a = self.m, self.m.a
        scale = _TOLERANCE * (1.0 + np.abs(a.cost))
        wanted = ~self.columns & (reduced < -scale) & (upper > 0)
        columns = self._cheapest(np.where(wanted, reduced, np.inf), _MORE)
        activity = m.activity(self.point)
        slack = _TOLERANCE * 10 * np.maximum(1.0, np.abs(activity))
        broken = self.optional & ~self.rows & ((activity > a.row_upper + slack) | (activity < a.row_lower - slack))
        return columns, np.flatnonzero(broken)

    def _lacks(self) -> bool:
        """Whether some row is met only by what no column provides."""
        return bool(self.values[self.lack].max(initial=0.0) > _TOLERANCE)

    def _dearer(self) -> None:
        self.price *= _DEARER
        self.h.changeColsCost(len(self.lack), self.lack.astype(np.int32), np.full(len(self.lack), self.price))


def _starts(count: Array) -> Array:
    return np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int32)
