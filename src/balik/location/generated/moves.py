"""Local search over the switches: each set of them is priced by the relaxation without its strong rows, solved warm.

With the switches fixed those rows say nothing that the others do not (or little), so a set costs milliseconds. Moves
of which the prices seen so far say that they are in vain are not priced; kicks open another site near a closed one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import highspy
import numpy as np

from ...engines import Options
from ...engines.highs import pass_arrays
from ...engines.supervised import supervised
from .plans import kin, settle
from .state import State

Array = np.ndarray

#: Swaps that are tried of each open switch.
_TRIED = 12
#: What is remembered of the sets that were priced, so that hopeless ones need not be.
_CUTS = 1000
#: Price of what no column provides, relative to the largest cost.
_DEAR = 1e2
#: What is too little to be lacking.
_LACK = 1e-7
#: Switches of a point that are surely open, and those that may be; sets that are priced to tell how many, and to descend.
_SURELY, _MAYBE, _HALVINGS, _SETTLING = 0.9, 1e-3, 6, 150


class Moves:
    """The program of the present columns with the switches fixed, in the solver."""

    def __init__(self, s: State, rng: np.random.Generator):
        self.s, self.rng = s, rng
        self.columns = np.flatnonzero(s.relaxation.columns | s.plenty)
        rows = np.flatnonzero(~s.relaxation.optional[: s.m.rows])
        row_of = np.full(s.m.rows, -1)
        row_of[rows] = np.arange(len(rows))
        part = s.m.taken(self.columns)
        keep = row_of[part.row] >= 0
        count = np.bincount(
            np.repeat(np.arange(len(self.columns)), np.diff(part.start))[keep], minlength=len(self.columns)
        )
        ones = np.ones(len(rows))
        price = _DEAR * max(1.0, float(np.abs(s.a.cost).max(initial=0.0)))
        at = np.arange(len(rows))
        n = len(self.columns) + 2 * len(rows)
        program = replace(
            part,
            cost=np.concatenate([part.cost, np.full(2 * len(rows), price)]),
            lower=np.concatenate([part.lower, 0 * ones, 0 * ones]),
            upper=np.concatenate([part.upper, ones * np.inf, ones * np.inf]),
            integer=np.zeros(n, bool),
            row_lower=s.a.row_lower[rows],
            row_upper=s.a.row_upper[rows],
            start=np.concatenate([[0], np.cumsum(np.concatenate([count, ones, ones]))]).astype(np.int32),
            row=np.concatenate([row_of[part.row[keep]], at, at]).astype(np.int32),
            value=np.concatenate([part.value[keep], ones, -ones]),
        )
        self.h = highspy.Highs()
        self.h.setOptionValue("output_flag", False)
        self.h.setOptionValue("solver", "simplex")
        self.h.setOptionValue("random_seed", s.options.seed)
        self.h.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)  # few steps from a basis: not needed
        pass_arrays(self.h, program)
        place = np.full(len(s.a.cost), -1)
        place[self.columns] = np.arange(len(self.columns))
        self.lead = place[s.leading].astype(np.int32)
        self.now = np.zeros(len(s.leading))
        self.value = np.inf
        self.slopes = np.zeros((_CUTS, len(s.leading)))
        self.ends = np.full(_CUTS, -np.inf)
        self.cuts = 0

    def go(self, switches: Array) -> float:
        """Fix the switches and solve; the cost (dear where they cannot serve). A plan that is the best is kept."""
        self.h.changeColsBounds(len(self.lead), self.lead, switches, switches)
        self.h.setOptionValue("objective_bound", 1e30)
        self._run()
        self.now, self.value = switches.copy(), self.h.getInfo().objective_function_value
        self.basis = self.h.getBasis()
        self._learn(switches)
        if self.value < self.s.watch.incumbent:
            self.s.offer(self._point())
        return self.value

    @property
    def lacks(self) -> bool:
        """Whether the switches that are fixed now leave some row to what no column provides."""
        return bool(np.array(self.h.getSolution().col_value)[len(self.columns) :].max(initial=0.0) > _LACK)

    def _point(self) -> Array:
        """Where the solver is, among all columns."""
        a = self.s.a
        point = np.where(a.lower > 0, a.lower, np.minimum(0.0, a.upper))
        point[self.columns] = np.array(self.h.getSolution().col_value)[: len(self.columns)]
        return point

    def _run(self) -> None:
        left = self.s.watch.left
        if np.isfinite(left):
            self.h.setOptionValue("time_limit", self.h.getRunTime() + max(left, 0.1))
        if supervised(self.h, Options(stop=self.s.watch.stop)):
            raise KeyboardInterrupt

    def _learn(self, switches: Array) -> None:
        """What the prices of a set of switches say about every other: cost ≥ value + Σ reduced (y − now) (Benders 1962)."""
        slope = np.array(self.h.getSolution().col_dual)[self.lead]
        value = self.h.getInfo().objective_function_value
        if np.isfinite(slope).all() and abs(value) < 1e30:
            at = self.cuts % _CUTS
            self.slopes[at], self.ends[at] = slope, value - slope @ switches
        self.cuts += 1

    def tried(self, off: Array, on: Array, best: float) -> float:
        """The cost with these switched; inf where it is not below the best."""
        after = self.now.copy()
        after[off], after[on] = 0.0, 1.0
        if (self.ends + self.slopes @ after).max() >= best:
            return np.inf
        at = np.concatenate([off, on])
        value = np.concatenate([np.zeros(len(off)), np.ones(len(on))])
        self.h.changeColsBounds(len(at), self.lead[at], value, value)
        self.h.setOptionValue("objective_bound", best)
        self._run()
        done = self.h.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = self.h.getInfo().objective_function_value if done else np.inf
        self._learn(after)
        self.h.changeColsBounds(len(at), self.lead[at], self.now[at], self.now[at])
        self.h.setBasis(self.basis)
        return found if found < best else np.inf

    def descend(self, near: Array, most: float = np.inf) -> None:
        """Take the first move that helps, until none does, or so many sets have been priced in all."""
        moved = True
        while moved and not self.s.watch.over():
            moved = False
            for off, on in self._candidates(near):
                if self.s.watch.over() or self.cuts >= most:
                    return
                margin = 1e-9 * max(1.0, abs(self.value))
                if self.tried(off, on, self.value - margin) < np.inf:
                    after = self.now.copy()
                    after[off], after[on] = 0.0, 1.0
                    self.go(after)
                    moved = True
                    break

    def _candidates(self, near: Array) -> Iterator[tuple[Array, Array]]:
        """Moves in an order of chance: drops, then additions and swaps with what is near."""
        s = self.s
        free = s.lower[s.leading] < s.upper[s.leading]
        opened, closed = np.flatnonzero(free & (self.now > 0.5)), np.flatnonzero(free & (self.now < 0.5))
        none = np.zeros(0, np.int64)
        moves = [(np.array([j]), none) for j in opened] + [(none, np.array([k])) for k in closed]
        for j in opened:
            for k in closed[np.argsort(-near[j, closed], kind="stable")[:_TRIED]]:
                moves.append((np.array([j]), np.array([k])))
        order = self.rng.permutation(len(moves))
        for at in [*order[order < len(opened)], *order[order >= len(opened)]]:
            yield moves[at]


class Wanderer:
    """Descends, kicks and descends again from the best plan, in turns."""

    def __init__(self, s: State, seed: int):
        self.s, self.rng = s, np.random.default_rng(seed)

    def begin(self, point: Array) -> bool:
        """Open the most open switches of a point, as few as serve, and descend; whether the best plan became better."""
        s, before = self.s, self.s.watch.incumbent
        if s.watch.over():
            return False
        moves = Moves(s, self.rng)
        order = _together(s, np.argsort(-point[s.leading], kind="stable"))
        share = np.clip(point[s.leading], s.lower[s.leading], s.upper[s.leading])
        few, many = int((share[order] >= _SURELY).sum()), int((share[order] > _MAYBE).sum())
        for _ in range(_HALVINGS):
            if s.watch.over():
                return False
            number = (few + many) // 2
            moves.go(_first(s, order, number))
            few, many = (number, many) if moves.lacks else (few, number)
            if many - few <= 1:
                break
        moves.go(_first(s, order, many))
        moves.descend(kin(s), moves.cuts + _SETTLING)
        settled = np.zeros(len(point))
        settled[s.leading] = moves.now
        return settle(s, settled) or s.watch.incumbent < before

    def turn(self, sets: int) -> bool:
        """Price about so many sets of switches; whether the best plan became better."""
        s, before = self.s, self.s.watch.incumbent
        if s.best is None or s.watch.over():
            return False
        near, moves = kin(s), Moves(s, self.rng)
        kept = np.round(s.best[s.leading])
        best = moves.go(kept)
        while moves.cuts < sets and not s.watch.over() and not s.watch.closed:
            moves.descend(near)
            if moves.value < best - 1e-9 * max(1.0, abs(best)):
                best, kept = moves.value, moves.now.copy()
                point = np.zeros(len(s.a.cost))
                point[s.leading] = kept
                settle(s, point)
            kicked = _kicked(s, kept, near, self.rng)
            if (kicked == kept).all():
                break
            moves.go(kicked)
        return s.watch.incumbent < before


def _together(s: State, order: Array) -> Array:
    """The switches of an order that can be open together, as far as rows of switches alone tell: one size of a site."""
    m, lead = s.m, np.full(s.m.columns, -1)
    lead[s.leading] = np.arange(len(s.leading))
    alone = np.bincount(m.row, lead[m.col] < 0, m.rows) == 0
    on = np.flatnonzero(alone[m.row])
    first = np.searchsorted(lead[m.col[on]], np.arange(len(s.leading) + 1))
    used, kept = np.zeros(m.rows), []
    for k in order.tolist():
        at = on[first[k] : first[k + 1]]
        after = used[m.row[at]] + m.value[at]
        if (after <= m.a.row_upper[m.row[at]] + _LACK).all():
            used[m.row[at]] = after
            kept.append(k)
    return np.array(kept, np.int64)


def _first(s: State, order: Array, number: int) -> Array:
    """The first leading switches of an order on, so many of them, all others off, within their bounds."""
    out = np.zeros(len(s.leading))
    out[order[:number]] = 1.0
    return np.clip(out, s.lower[s.leading], s.upper[s.leading])


def _kicked(s: State, now: Array, near: Array, rng: np.random.Generator) -> Array:
    """Two open switches off, and two near them on."""
    free = s.lower[s.leading] < s.upper[s.leading]
    opened, closed = np.flatnonzero(free & (now > 0.5)), np.flatnonzero(free & (now < 0.5))
    after = now.copy()
    for j in rng.permutation(opened)[:2]:
        if len(closed):
            weight = near[j, closed] + 1e-6
            k = rng.choice(closed, p=weight / weight.sum())
            after[j], after[k] = 0.0, 1.0
    return after
