"""Siting of points: prices without a matrix, then the search on as many sites as memory holds lanes of.

A problem whose lanes fit is handed over whole. Otherwise: prices by lists; a kernel of the sites that look best, whose
plans are plans of the whole; sites fixed by the exact bound against the best plan; and the search on those that are left
once they fit. The bound of what is left, or the cutoff that fixed the others, whichever is lower, holds for the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ...words import say
from ..answer import Answer
from ..problem import CLOSED, FREE, SitingError
from ..solve import _Search, solve_siting
from ..watch import Watch
from .ascent import Ascent, field_of, width_of
from .problem import Points

Array = np.ndarray

#: Bytes of a lane in the search that works with a matrix, measured with two threads; of a customer and of a site here.
_LANE, _CUSTOMER, _SITE = 72, 640, 160
#: Rounds of steps at most.
_ROUNDS = 60
#: Averaged y up to which a site is hardly used.
_HARDLY = 0.02


def memory_of(p: Points) -> int:
    """Bytes that the prices of these points take; what the search may take beyond is what the caller allows."""
    return (p.n + p.m) * 48 + p.m * _CUSTOMER + p.n * _SITE + p.n * width_of(p) * 9


def solve_points(p: Points, watch: Watch, memory: int = 2 << 30) -> Answer:
    """Least cost of serving all customers within `memory` bytes of arrays; SitingError where they do not suffice.

    The answer has `lanes` instead of a flow. Its work tells `memory`, the bytes that were set aside before they were used.
    """
    need = memory_of(p)
    if need > memory:
        raise SitingError(say("These points need {needed} MB of memory; {allowed} MB are allowed.",
                              needed=-(-need // 1_000_000), allowed=memory // 1_000_000))  # fmt: skip
    return _Points(p, watch, memory).run()


class _Kernel(_Search):
    """The search on some of the sites: its plans count, its bounds do not, and it ends with the root."""

    def _gaps(self) -> Iterable[float]:
        return []


class _Points:
    """State of one search."""

    def __init__(self, p: Points, watch: Watch, memory: int) -> None:
        self.p, self.watch = p, watch
        self.served = np.flatnonzero(p.demand > 0.0)
        self.spare = memory - memory_of(p)
        self.lanes = self.spare // _LANE
        self.best: Answer | None = None
        self.at = np.arange(p.n)
        self.work: dict[str, int] = {"memory": memory_of(p)}

    def run(self) -> Answer:
        """All stages in turn."""
        p = self.p
        on = np.flatnonzero(p.state != CLOSED)
        served = self.served if len(self.served) else np.arange(1)
        if len(on) * len(served) <= self.lanes or not len(self.served):
            self._book(len(on) * len(served))
            return self._whole(solve_siting(p.siting(on, served, p.state[on]), self.watch), on, served)
        if p.capacity[on].sum() < p.total * (1.0 - 1e-12):
            return Answer("infeasible", None, None, np.inf, self.work)
        return self._large()

    def _large(self) -> Answer:
        """Prices, kernel, fixing, and the rest where it fits."""
        p, watch = self.p, self.watch
        f = field_of(p, self.served)
        widest = max(width_of(p), min(len(self.served), width_of(p) + self.spare // (4 * 9 * p.n)))
        ascent = Ascent(f, p.state.copy(), width_of(p), widest, watch.threads)
        try:
            goal = ascent.bound + 0.1 * abs(ascent.bound)
            for k in range(_ROUNDS):
                more = ascent.round(goal if k == 0 else ascent.bound + 0.01 * abs(ascent.bound))
                watch.news(bound=ascent.bound)
                if not more or watch.over():
                    break
            self.work.update(evaluations=ascent.evaluations, passes=ascent.passes, width=ascent.lists.who.shape[1])
            watch.stage("prices")
            self._kernel(ascent)
            watch.stage("kernel")
            if self.best is not None and ascent.bound < watch.cutoff:
                self._rest(ascent)
                watch.stage("rest")
        finally:
            ascent.close()
        if self.best is None:
            return Answer("stopped", None, None, watch.bound, self.work)
        status = "optimal" if watch.closed else "feasible"
        return replace(self.best, status=status, bound=min(watch.bound, watch.incumbent), work=self.work)

    def _kernel(self, ascent: Ascent) -> None:
        """Search on the sites that look best: those of the averaged y and of the least reduced cost."""
        f, most = ascent.f, int(self.lanes // len(self.served))
        rank = np.lexsort((ascent.reduced(), ascent.averaged <= _HARDLY))
        rank = rank[ascent.state[rank] != CLOSED]
        at = np.sort(rank[:most])
        if f.capacity[at].sum() < f.total:
            return
        self._search(_Kernel, at, ascent.state[at], bound=-np.inf)

    def _rest(self, ascent: Ascent) -> None:
        """Fix sites against the best plan; the search on those that are left, if they fit."""
        cutoff = self.watch.cutoff
        fixed = ascent.fix(cutoff)
        at = np.flatnonzero(ascent.state != CLOSED)
        self.work.update(fixed=fixed, free=int((ascent.state == FREE).sum()))
        if self.watch.over() or len(at) * len(self.served) > self.lanes:
            return
        if not len(at) or ascent.f.capacity[at].sum() < ascent.f.total * (1.0 - 1e-12):
            self.watch.news(bound=cutoff)  # no plan below the cutoff
            return
        answer = self._search(_Search, at, ascent.state[at], bound=cutoff)
        self.watch.news(bound=min(answer.bound, cutoff))

    def _search(self, kind: type[_Search], at: Array, state: Array, bound: float) -> Answer:
        """A search on some sites; bounds of it count up to `bound`. A better plan becomes the best."""
        outer, served = self.watch, self.served
        self._book(len(at) * len(served))
        inner = Watch(outer.gap, outer.left if outer.time_limit is not None else None, outer.threads, outer.seed,
                      outer.stop)  # fmt: skip

        def tell(incumbent: float, lower: float, nodes: int) -> None:
            outer.news(incumbent if incumbent < np.inf else None, min(lower, bound), nodes - outer.nodes)

        inner.tell = tell
        answer = kind(self.p.siting(at, served, state), inner).run()
        if answer.has_plan and (self.best is None or answer.objective < self.best.objective):
            self.best = self._whole(answer, at, served)
            outer.news(incumbent=answer.objective)
        return answer

    def _book(self, lanes: int) -> None:
        self.work["memory"] = max(self.work["memory"], memory_of(self.p) + lanes * _LANE)

    def _whole(self, answer: Answer, at: Array, served: Array) -> Answer:
        """An answer for some sites and customers in the numbers of all."""
        work = {**answer.work, **self.work}
        if not answer.has_plan or answer.flow is None:
            return replace(answer, work=work)
        open_ = np.zeros(self.p.n, bool)
        open_[at] = answer.open
        site, customer = np.nonzero(answer.flow)
        lanes = (at[site], served[customer], answer.flow[site, customer])
        return replace(answer, open=open_, flow=None, lanes=lanes, work=work)

