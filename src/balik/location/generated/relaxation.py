"""The linear relaxation with every strong linking row and every column, of which only some are ever in the solver.

Columns that would be many (lanes) start with the cheapest of every row; rows that only tighten start with none. After
each solve all columns are priced in one pass, and rows that are broken come in. An absent row has the price 0, so the
bound that is certified after each solve is one of the whole program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import highspy
import numpy as np

from ...engines import Options
from ...engines.highs import pass_arrays
from ...engines.supervised import supervised
from ..watch import Watch
from .bound import certified
from .matrix import Cut, Matrix, ranges, with_cuts

Array = np.ndarray

#: A row has many columns on one side from here on.
_MANY = 24
#: Cheapest columns of each such side to start with, and most that come in at once; those of a widened relaxation.
_START, _MORE, _WIDE = 6, 10, 24
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
#: Steps of the simplex, and those of each row, after which the interior point takes over: it stalled.
_STEPS, _STEPS_PER_ROW = 5000, 3
_ENDLESS = 2**31 - 1
#: Rounds of the interior point alone go on while at least this part of the present rows is missing, or columns are.
_FEW = 0.05


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


class AtRoot(NamedTuple):
    """The best bound of all solutions so far: with it, duals of the rows that bear these numbers, and reduced costs."""

    bound: float
    number: Array
    duals: Array
    reduced: Array


class Relaxation:
    """The generated program in the solver: which columns and rows are present, its point and its prices.

    `own`: number of rows of the program itself, before those that were derived.
    """

    def __init__(self, m: Matrix, own: int, watch: Watch, options: Options):
        self.plain, self.own = m, own
        self.cuts: list[Cut] = []
        self.at_root: AtRoot | None = None
        self.made: list[Cut] = []  # all that ever were
        self.number = np.arange(m.rows)  # of the rows: those of the program, the derived ones, the cuts that were made
        self.watch, self.options = watch, options
        self._take(m)
        a = m.a
        at_zero = (a.lower == 0) & (a.upper >= 0)
        self.many &= at_zero[m.col]
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

    def _take(self, m: Matrix) -> None:
        """Which entries belong to a long side of a row of the program itself."""
        self.m = m
        self.key = m.row * 2 + (m.value > 0)
        self.many = (np.bincount(self.key, minlength=2 * m.rows)[self.key] > _MANY) & (m.row < self.own)

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
        self.h.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)  # taking it back took 100,000 steps
        if self.options.threads:
            self.h.setOptionValue("threads", self.options.threads)
        pass_arrays(self.h, program)
        self.afresh()
        self.col_in = np.concatenate([cols, np.full(2 * len(hard), -1)])
        self.place = np.full(m.columns, -1)
        self.place[cols] = np.arange(len(cols))
        self.duals = np.zeros(m.rows)

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

    def numbered(self, cuts: list[Cut]) -> list[Cut]:
        """New cuts with their numbers, and the rows that they are made of by theirs."""
        out = [
            replace(cut, number=self.plain.rows + len(self.made) + k, recipe=replace(cut.recipe, row=self.number[cut.recipe.row]))
            for k, cut in enumerate(cuts)
        ]  # fmt: skip
        self.made += out
        return out

    def tighten(self, more: list[Cut]) -> None:
        """Bring in cuts; those that bind nothing any more go for good."""
        first, slack = self.plain.rows, []
        kept = []
        for k, cut in enumerate(self.cuts):
            if self.duals[first + k] != 0.0:
                kept.append(cut)
            elif self.rows[first + k]:
                slack.append(int(self.row_of[first + k]))
        held = self.row_of[first:][self.duals[first:] != 0.0]
        if slack:
            self.h.deleteRows(len(slack), np.array(slack, np.int32))
        self.cuts = kept + more
        self.number = np.concatenate([np.arange(first), [cut.number for cut in self.cuts]]).astype(np.int64)
        self._take(with_cuts(self.plain, self.cuts))
        self.many &= self.mass[self.m.col]
        self.optional = np.concatenate([self.optional[:first], np.ones(len(self.cuts), bool)])
        self.rows = np.concatenate([self.rows[:first], np.ones(len(kept), bool), np.zeros(len(more), bool)])
        row_of = np.concatenate([self.row_of[:first], held, np.full(len(more), -1)])
        self.row_of = row_of - np.searchsorted(np.sort(slack), row_of)
        self.duals = np.zeros(self.m.rows)
        self.add(np.zeros(0, np.int64), first + len(kept) + np.arange(len(more)))

    def trim(self, out: Outcome, spare: float) -> None:
        """Leave out again columns whose reduced cost is more than `spare`, and rows that bind nothing."""
        self.columns = ~self.mass | (self.columns & ((out.reduced <= spare) | (out.point > _TOLERANCE)))
        activity = self.m.activity(out.point)
        slack = _TOLERANCE * 10 * np.maximum(1.0, np.abs(activity))
        a = self.m.a
        binds = (activity >= a.row_upper - slack) | (activity <= a.row_lower + slack)
        priced = np.abs(out.duals) > _TOLERANCE  # inside the optimal face, no price is quite 0
        self.rows &= ~self.optional | priced | (binds & (np.abs(activity) > 0))
        self._load()

    def widen(self) -> None:
        """Bring in more cheap columns: interior points without them have prices that say little of what is absent."""
        self.columns[self._cheapest(self.m.a.cost, _WIDE)] = True
        self._load()

    def bounds(self, columns: Array, lower: Array, upper: Array) -> None:
        """Bounds of present columns."""
        self.h.changeColsBounds(len(columns), self.place[columns].astype(np.int32), lower, upper)

    def afresh(self) -> None:
        """Forget the basis: the next solve is like the first."""
        self.h.clearSolver()
        self.h.setOptionValue("solver", "ipm" if self.columns.sum() > _LARGE else "simplex")

    def restore(self, basis: Any) -> None:
        """Go on from a basis of before, if there is one; what has come in since is out of it."""
        if basis is None:
            return
        kinds, columns, rows = highspy.HighsBasisStatus, list(basis.col_status), list(basis.row_status)
        full = highspy.HighsBasis()
        full.col_status = columns + [kinds.kLower] * (self.h.getNumCol() - len(columns))
        full.row_status = rows + [kinds.kBasic] * (self.h.getNumRow() - len(rows))
        full.valid = True
        self.h.setBasis(full)

    # -- the loop ----------------------------------------------------------------------------------------------------

    def solve(
        self, lower: Array, upper: Array, cutoff: float = np.inf, rounds: int = 1000, *, root: bool = False,
        strong: bool = True, inside: bool = False,
    ) -> Outcome:  # fmt: skip
        """Solve, price, add and solve again until nothing is missing: then the outcome is exact.

        `lower` and `upper` are what the bound may count on: the bounds of the program, of this part of the search, and
        what follows from them. Stops early when the bound reaches the cutoff, or with the watch. `root`: these are the
        bounds of the program, so that the watch is told of every bound. Not `strong`: no rows come in. `inside`: by the
        interior point without a vertex, until little is missing; what is optimal there is never called exact. Where
        thousands of rows come in at once, that is many times as quick as the simplex.
        """
        bound, best, prices = -np.inf, self.m.a.cost, np.zeros(self.m.rows)
        out = Outcome(bound, best, prices, np.zeros(self.m.columns), False, False)
        for _ in range(rounds):
            solved = not self.watch.over() and (self._inside() if inside else self._solved())
            found, reduced, duals = certified(self.m, self.duals, lower, upper)
            if found > bound:
                bound, best, prices = found, reduced, duals
            if root:
                self._root(bound, best, prices)
            if not solved:  # the prices that there are give a bound all the same
                return replace(out, bound=bound, reduced=best, duals=prices, exact=False)
            columns, rows = self._missing(reduced, upper, strong)
            lacks = self._lacks()
            done = not len(columns) and not len(rows)
            out = Outcome(bound, best, prices, self.point, done and not lacks and not inside, lacks)
            if inside and not lacks and len(columns) + len(rows) < _FEW * self.rows.sum():
                return out
            if bound >= cutoff or (done and not lacks):
                return out
            if done:
                if self.price >= _DEAREST:
                    return out
                self._dearer()
            self.add(columns, rows)
        return out

    def _root(self, bound: float, reduced: Array, duals: Array) -> None:
        """Take a bound of all solutions."""
        if self.at_root is None or bound > self.at_root.bound:
            self.at_root = AtRoot(bound, self.number, duals, reduced)
        self.watch.news(bound=bound)

    def probe(
        self, lower: Array, upper: Array, cutoff: float, iterations: int
    ) -> tuple[float, tuple[Array, Array] | None]:
        """What the value comes to after so many iterations; a certified bound if it reaches the cutoff, with the duals
        and reduced costs that go with it.
        """
        self._limit(iterations)
        self.h.run()
        value = self.h.getInfo().objective_function_value + self.m.a.offset
        if value < cutoff:
            return float(value), None
        self._read()
        bound, reduced, duals = certified(self.m, self.duals, lower, upper)
        return bound, (duals, reduced)

    def _solved(self) -> bool:
        """One run of the solver, or two where the simplex stalls; whether it has an optimum."""
        steps = _STEPS + _STEPS_PER_ROW * self.h.getNumRow()
        self._run(steps)
        if self.h.getModelStatus() == highspy.HighsModelStatus.kIterationLimit:
            self.h.clearSolver()
            self.h.setOptionValue("solver", "ipm")
            self._run(_ENDLESS)
        self.h.setOptionValue("solver", "simplex")
        self._read()
        return bool(self.h.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _inside(self) -> bool:
        """One run of the interior point from scratch, which ends inside the optimal face; whether it has an optimum."""
        self.h.clearSolver()
        self.h.setOptionValue("solver", "ipm")
        self.h.setOptionValue("run_crossover", "off")
        self._run(_ENDLESS)
        self.h.setOptionValue("run_crossover", "on")
        self._read()
        return bool(self.h.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _limit(self, steps: int) -> None:
        self.h.setOptionValue("simplex_iteration_limit", steps)
        left = self.watch.left
        if np.isfinite(left):
            self.h.setOptionValue("time_limit", self.h.getRunTime() + max(left, 0.1))

    def _run(self, steps: int) -> None:
        self._limit(steps)
        if supervised(self.h, Options(stop=self.watch.stop)):
            raise KeyboardInterrupt

    def _read(self) -> None:
        """Point and prices, of an optimum or of where the solver was stopped."""
        solution = self.h.getSolution()
        if len(solution.row_dual) != self.h.getNumRow() or len(solution.col_value) != self.h.getNumCol():
            return
        known = self.col_in >= 0
        self.values = np.array(solution.col_value)
        self.point = np.zeros(self.m.columns)
        self.point[self.col_in[known]] = self.values[known]
        self.duals = np.zeros(self.m.rows)
        rows = np.flatnonzero(self.rows)
        self.duals[rows] = np.array(solution.row_dual)[self.row_of[rows]]

    def _missing(self, reduced: Array, upper: Array, strong: bool) -> tuple[Array, Array]:
        """Columns to bring in by their reduced cost, and rows that the point breaks."""
        a = self.m.a
        scale = _TOLERANCE * (1.0 + np.abs(a.cost))
        wanted = ~self.columns & (reduced < -scale) & (upper > 0)
        columns = self._cheapest(np.where(wanted, reduced, np.inf), _MORE)
        if not strong:
            return columns, np.zeros(0, np.int64)
        return columns, np.flatnonzero(self.broken(self.point) & ~self.rows)

    def broken(self, point: Array) -> Array:
        """Rows that may be absent and that a point breaks."""
        m, a = self.m, self.m.a
        activity = m.activity(point)
        slack = _TOLERANCE * 10 * np.maximum(1.0, np.abs(activity))
        out: Array = self.optional & ((activity > a.row_upper + slack) | (activity < a.row_lower - slack))
        return out

    def _lacks(self) -> bool:
        """Whether some row is met only by what no column provides."""
        return bool(self.values[self.lack].max(initial=0.0) > _TOLERANCE)

    def _dearer(self) -> None:
        self.price *= _DEARER
        self.h.changeColsCost(len(self.lack), self.lack.astype(np.int32), np.full(len(self.lack), self.price))


def _starts(count: Array) -> Array:
    return np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int32)
