"""Rows that are convex made linear: cuts where a solution needs them, until every row holds.

A row x[t] ≥ ‖y(x)‖ is convex. It implies x[t] ≥ ⟨g, x⟩ with g the gradient of the norm at any point, and is the same there
(Kelley 1960; outer approximation: Duran and Grossmann 1986). The program without these rows is solved with cuts;
where its solution breaks a row, the cut at that solution is added. Of whole numbers there are finitely many, and no
point is cut twice, so the search ends; what it ends with keeps every row, and its bound is that of a relaxation: there is
no error of approximation. Cuts at solutions of the linear relaxation come first: they are cheap and sharpen the bound.
What sites that fit at once risk (`risks.py`) is convex, too, and cut in the same way.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

import numpy as np

from ..algebra import Arrays, Cone
from .result import Array, Options, Prices, Progress, Result
from .risks import safe_share, tangent

#: Columns and coefficients of a row, and what its sum is at least.
_Row = tuple[Array, Array, float]
#: A row counts as kept within this, relative to max(1, its length): that of a solver's own rows.
_KEPT = 1e-8
#: What a site risks may miss its column by this, as a share of what all may risk.
_RISKED = 1e-7
#: Its rows are multiplied until no coefficient is smaller: solvers take what is below 1e-9 for nothing.
_SMALL = 1e-4
#: Rounds of cuts at solutions of the linear relaxation, and by how much these must break a row.
_ROUNDS, _WORTH = 20, 1e-4
#: A first solution is sought with no length below this part of the largest size: its square over the length is finite.
_SHORT = 1e-3
#: Gap of the first rounds: a solution that is to be cut need not be the best.
_LOOSE = 1e-2


def with_cones(engine: Callable[..., Result]) -> Callable[..., Result]:
    """An engine of linear programs, made to keep second-order rows, too."""

    @wraps(engine)
    def solved(a: Arrays, options: Options, basis: Any = None, **more: Any) -> Result:
        if not a.cones:
            return engine(a, options, basis, **more)
        return _Search(engine, a, options, more).run()

    return solved


@dataclass
class _Search:
    """The linear program with the cuts that were found so far, and the best solution that keeps every row."""

    engine: Callable[..., Result]
    a: Arrays
    options: Options
    more: dict[str, Any]
    cuts: list[_Row] = field(default_factory=list)
    known: set[tuple[int, bytes]] = field(default_factory=set)
    best: Result | None = None
    bound: float = -np.inf
    begun: float = field(default_factory=time.perf_counter)

    def run(self) -> Result:
        """The answer to the program with its second-order rows."""
        whole = bool(self.a.integer.any())
        gap = max(self.options.gap, _LOOSE) if whole else self.options.gap
        if whole:
            self._sharpen()
        while True:
            left = self._left()
            if (left is not None and left <= 0) or (self.options.stop is not None and self.options.stop()):
                return self._stopped(whole)
            asked = replace(self.options, gap=gap, time_limit=left, progress=self._telling())
            result = self.engine(self._linear(), asked, None, **self.more)
            if result.bound is not None:
                self.bound = max(self.bound, result.bound)
            if result.x is None:
                return self._stopped(whole) if result.status == "stopped" else self._trimmed(result)
            fresh = self._cut(result.x, _KEPT, alike=whole)
            if not fresh:
                self._keep(result)
            elif self.best is None and whole:
                self._seek(result.x)
            if (found := self._proved()) is not None:
                return found
            if result.status != "optimal":
                return self._stopped(whole)
            if not fresh and gap <= self.options.gap:
                return self._trimmed(result)
            gap = gap if fresh else self.options.gap

    def _keep(self, result: Result) -> None:
        """A solution that keeps every row."""
        if self.best is None or float(result.objective or 0.0) < float(self.best.objective or 0.0):
            self.best = result

    def _proved(self) -> Result | None:
        """The best solution, where its gap is no more than asked."""
        if self.best is None or self.best.objective is None or not self.best.integer:
            return None
        bound = min(self.bound, self.best.objective)
        gap = (self.best.objective - bound) / max(1.0, abs(self.best.objective))
        return (
            self._trimmed(replace(self.best, status="optimal", bound=bound, gap=gap))
            if gap <= self.options.gap
            else None
        )

    def _stopped(self, whole: bool) -> Result:
        """What is known when the search ends before its end."""
        bound = self.bound if np.isfinite(self.bound) else None
        if self.best is None or self.best.objective is None:
            return Result("stopped", bound=bound, integer=whole)
        bound = None if bound is None else min(bound, self.best.objective)
        gap = None if bound is None else (self.best.objective - bound) / max(1.0, abs(self.best.objective))
        return self._trimmed(replace(self.best, status="feasible", bound=bound, gap=gap))

    def _sharpen(self) -> None:
        """Cuts at solutions of the linear relaxation."""
        none = np.zeros(len(self.a.cost), bool)
        for _ in range(_ROUNDS):
            asked = replace(self.options, time_limit=self._left(), prices=False, certify=False, progress=None)
            result = self.engine(replace(self._linear(), integer=none), asked)
            if result.status != "optimal" or result.x is None or not self._cut(result.x, _WORTH, alike=False):
                return

    def _seek(self, x: Array) -> None:
        """A first solution that keeps every row: that of a program that asks for more than the rows do.

        √S is concave in the variance S, which is linear in yes-or-no columns: a tangent lies above it.
        """
        if not all(map(self._switches, self.a.cones)):
            return
        here = np.array([norm(cone, x[cone.cols])[0] for cone in self.a.cones])
        middle = float(here[here > 0].mean()) if (here > 0).any() else 1.0
        above: list[_Row] = []
        for cone, at in zip(self.a.cones, np.where(here > 0, here, middle).tolist(), strict=True):
            length = max(at, _SHORT * float(cone.size.max()))
            for k in range(len(cone.cols)):  # the tangent's constant counts where any column is 1
                slope = cone.size**2 / (2 * length) + np.where(np.arange(len(cone.cols)) == k, length / 2, 0.0)
                above.append((np.r_[cone.bound, cone.cols], np.r_[1.0, -slope], 0.0))
        above += [row for risk in self.a.risks for row in safe_share(risk)]
        gap = max(self.options.gap, _LOOSE)
        asked = replace(self.options, gap=gap, time_limit=self._left(), prices=False, certify=False, progress=None)
        result = self.engine(self._linear(above), asked)
        if result.x is not None and not self._broken(result.x, _KEPT) and not self._risked(result.x, _KEPT):
            self._keep(result)

    def _cut(self, x: Array, worth: float, alike: bool) -> bool:
        """Add the cuts that a point needs; whether there were any. `alike`: also to rows over the same factors."""
        before = len(self.cuts)
        for k in self._broken(x, worth):
            for other in self._alike(k) if alike else (k,):
                self._add(other, x[self.a.cones[k].cols])
        for k, row in self._risked(x, worth):
            point = np.append(x[self.a.risks[k].cols], row[2] / row[1][0])
            self._once(row, (~k, point.round(7).tobytes()))
        return len(self.cuts) > before

    def _broken(self, x: Array, worth: float) -> list[int]:
        """Second-order rows that a point breaks."""
        found = []
        for k, cone in enumerate(self.a.cones):
            length = norm(cone, x[cone.cols])[0]
            if length > x[cone.bound] + worth * max(1.0, length):
                found.append(k)
        return found

    def _risked(self, x: Array, worth: float) -> list[tuple[int, _Row]]:
        """Sites that risk more than their column says, with the tangent there."""
        found = []
        for k, risk in enumerate(self.a.risks):
            share, cols, coef = tangent(risk, x)
            if share > x[risk.bound] + max(worth, _RISKED) * max(1.0, share):
                large = max(1.0, _SMALL / np.abs(coef[coef != 0]).min(initial=1.0))
                row = np.r_[risk.bound, cols], large * np.r_[1.0, -coef], large * (share - float(coef @ x[cols]))
                found.append((k, row))
        return found

    def _alike(self, k: int) -> Iterable[int]:
        """Rows that the same cut says something about: those of another place, over the same factors."""
        one = self.a.cones[k]
        return [
            other
            for other, cone in enumerate(self.a.cones)
            if other == k
            or (cone.tie is one.tie and np.array_equal(cone.factor, one.factor) and np.array_equal(cone.size, one.size))
        ]

    def _add(self, k: int, at: Array) -> None:
        """The cut of a row at a point of its own columns, once."""
        cone = self.a.cones[k]
        slope = steps(cone, at) if self._switches(cone) else norm(cone, at)[1]
        on = np.flatnonzero(slope)
        self._once((np.r_[cone.bound, cone.cols[on]], np.r_[1.0, -slope[on]], 0.0), (k, np.round(at, 9).tobytes()))

    def _once(self, row: _Row, key: tuple[int, bytes]) -> None:
        """Keep a cut, unless one was made there before."""
        if key not in self.known:
            self.known.add(key)
            self.cuts.append(row)

    def _switches(self, cone: Cone) -> bool:
        """Whether a row is over independent yes-or-no columns, one for each factor."""
        a, cols = self.a, cone.cols
        binary = a.integer[cols].all() and (a.lower[cols] >= 0).all() and (a.upper[cols] <= 1).all()
        return bool(binary and cone.tie is None and len(np.unique(cone.factor)) == len(cols))

    def _linear(self, more: Sequence[_Row] = ()) -> Arrays:
        """The program with its cuts, and more such rows: Σ coefficient × column ≥ a number."""
        a, added = replace(self.a, cones=(), risks=()), [*self.cuts, *more]
        if not added:
            return a
        rows = len(a.row_lower)
        col = np.concatenate([np.repeat(np.arange(len(a.cost)), np.diff(a.start)), *(c for c, _, _ in added)])
        row = np.concatenate([a.row, *(np.full(len(c), rows + i) for i, (c, _, _) in enumerate(added))])
        value = np.concatenate([a.value, *(v for _, v, _ in added)])
        order = np.lexsort((row, col))
        start = np.concatenate([[0], np.cumsum(np.bincount(col, minlength=len(a.cost)))])
        return replace(
            a,
            row_lower=np.r_[a.row_lower, [least for _, _, least in added]],
            row_upper=np.r_[a.row_upper, np.full(len(added), np.inf)],
            start=start.astype(a.start.dtype),
            row=row[order].astype(a.row.dtype),
            value=value[order],
        )

    def _trimmed(self, result: Result) -> Result:
        """The answer without what is about the cuts."""
        prices = None if result.prices is None else _own(result.prices, len(self.a.row_lower))
        return replace(result, prices=prices, basis=None, certificate=None)

    def _left(self) -> float | None:
        limit = self.options.time_limit
        return None if limit is None else limit - (time.perf_counter() - self.begun)

    def _telling(self) -> Callable[[Progress], None] | None:
        """Tells of the bound: a solution of the program so far may be none of the whole."""
        tell = self.options.progress
        if tell is None:
            return None
        return lambda p: tell(Progress(time.perf_counter() - self.begun, None, p.bound, None, p.nodes, p.doing))


def norm(cone: Cone, at: Array) -> tuple[float, Array]:
    """√(yᵀ tie y) at a point of the cone's columns, and its gradient there (0 where the length is 0)."""
    y = np.bincount(cone.factor, cone.size * at, 0 if cone.tie is None else len(cone.tie))
    pulled = y if cone.tie is None else cone.tie @ y
    length = math.sqrt(max(0.0, float(y @ pulled)))
    if length <= 0:
        return 0.0, np.zeros(len(at))
    return length, cone.size * pulled[cone.factor] / length


def steps(cone: Cone, at: Array) -> Array:
    """By how much the length grows as the columns of a cone become 1 one after the other, the largest first.

    Where they are yes or no and independent, the length is submodular in them, and these steps make the sharpest cut
    there is at the point (Atamtürk and Narayanan 2008, Oper. Res. Lett. 36:618), tight where the point is whole.
    """
    order = np.argsort(-at, kind="stable")
    square = np.cumsum(cone.size[order] ** 2)
    out = np.empty(len(at))
    out[order] = np.diff(np.sqrt(square), prepend=0.0)
    return out


def _own(prices: Prices, rows: int) -> Prices:
    low, high = prices.row_range
    return replace(prices, row=prices.row[:rows], row_range=(low[:rows], high[:rows]))
