"""Siting of points: prices without a matrix, plans by groups of customers, the search on the sites that are left.

A small problem is handed over with its matrix. Otherwise: prices by lists; plans of problems with fewer customers, each
priced exactly; sites fixed by the exact bound against the best plan; and the search on those that are left, once their
lanes fit into memory. Its bound or the cutoff that fixed the others, whichever is lower, holds for the whole.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...words import say
from ..answer import Answer
from ..problem import CLOSED, FREE, OPEN, Siting, SitingError
from ..solve import _Search, solve_siting
from ..transport import Transport
from ..watch import Watch
from .ascent import Ascent, field_of, width_of
from .groups import grouped
from .problem import Points

Array = np.ndarray

#: Bytes of a lane in the search that works with a matrix, measured with two threads; of a customer and of a site here.
_LANE, _CUSTOMER, _SITE = 72, 640, 160
#: Lanes up to which a problem is handed over as it is.
_DIRECT = 1_000_000
#: Rounds of steps at most.
_ROUNDS = 150
#: Groups of customers by stage, the share of the gap within which sites are looked at, and of the time left.
_STAGES = ((1000, 1.0, 0.2), (2000, 0.5, 0.3), (4000, 0.3, 0.3))
#: Sites × nodes of the search in a stage.
_NODES = 400_000


def memory_of(p: Points) -> int:
    """Bytes that the prices of these points take; what the search may take beyond is what the caller allows."""
    return (p.n + p.m) * 48 + p.m * _CUSTOMER + p.n * _SITE + p.n * width_of(p) * 9


def solve_points(p: Points, watch: Watch, memory: int = 2 << 30) -> Answer:
    """Least cost of serving all customers within `memory` bytes of arrays; SitingError where they do not suffice.

    The answer has `lanes` instead of a flow. Its work tells `memory`: the bytes counted before they were used.
    """
    need = memory_of(p)
    if need > memory:
        raise SitingError(say("These points need {needed} MB of memory; {allowed} MB are allowed.",
                              needed=-(-need // 1_000_000), allowed=memory // 1_000_000))  # fmt: skip
    return _Points(p, watch, memory).run()


class _Points:
    """State of one search; `at` of its parts are candidates in the numbering given."""

    def __init__(self, p: Points, watch: Watch, memory: int) -> None:
        self.p, self.watch = p, watch
        self.served = np.flatnonzero(p.demand > 0.0)
        self.spare = memory - memory_of(p)
        self.lanes = self.spare // _LANE
        self.open: Array | None = None
        self.work: dict[str, int] = {"memory": memory_of(p)}

    def run(self) -> Answer:
        """All stages in turn."""
        p = self.p
        on = np.flatnonzero(p.state != CLOSED)
        served = self.served if len(self.served) else np.arange(1)
        if len(on) * len(served) <= min(self.lanes, _DIRECT) or not len(self.served):
            self._book(len(on) * len(served))
            return self._whole(solve_siting(p.siting(on, served, p.state[on]), self.watch), on)
        if p.capacity[on].sum() < p.total * (1.0 - 1e-12):
            return Answer("infeasible", None, None, np.inf, self.work)
        return self._large()

    def _large(self) -> Answer:
        """Prices, plans, fixing, and the rest where it fits."""
        p, watch = self.p, self.watch
        f = field_of(p, self.served)
        widest = int(min(len(self.served), width_of(p) + self.spare // (4 * 9 * p.n)))
        ascent = Ascent(f, p.state.copy(), min(width_of(p), len(self.served)), widest, watch.threads)
        try:
            self._prices(ascent)
            for groups, share, time in _STAGES:
                if watch.over() or watch.closed or (groups > len(self.served) and self.open is not None):
                    break
                self._stage(ascent, groups, share, time)
            self._rest(ascent)
        finally:
            ascent.close()
        return self._answer()

    def _prices(self, ascent: Ascent) -> None:
        goal = ascent.bound + 0.1 * abs(ascent.bound)
        self.watch.news(bound=ascent.bound)
        for k in range(_ROUNDS):
            if self.watch.over():
                break
            more = ascent.round(goal if k == 0 else ascent.bound + 0.01 * abs(ascent.bound))
            self.watch.news(bound=ascent.bound)
            if not more:
                break
        self.work.update(evaluations=ascent.evaluations, passes=ascent.passes, width=ascent.lists.who.shape[1])
        self.watch.stage("prices")

    def _stage(self, ascent: Ascent, groups: int, share: float, time: float) -> None:
        """A plan of the problem with customers in groups, on the sites within a share of the gap; then fix."""
        watch, state = self.watch, ascent.state
        if self.open is not None:
            state = ascent.state.copy()
            ascent.fix_in(state, ascent.bound + share * (watch.incumbent - ascent.bound))
            state = np.where((state == CLOSED) & self.open, FREE, np.where(ascent.state == OPEN, OPEN, np.minimum(state, FREE)))
        at = np.flatnonzero(state != CLOSED)
        groups = int(min(groups, len(self.served), self.lanes // max(1, len(at))))
        if not groups:
            return
        self._book(len(at) * groups)
        small = grouped(ascent.f, at, state[at].astype(np.int8), groups)
        inner = self._inner(time)
        inner.stop = lambda: watch.over() or inner.nodes * len(at) > _NODES
        answer = solve_siting(small, inner)
        watch.nodes += inner.nodes
        if answer.open is not None:
            self._plan(at[answer.open])
            if self.open is not None:
                self.work["fixed"] = self.work.get("fixed", 0) + ascent.fix(watch.cutoff)
        watch.stage(f"groups {groups}")

    def _inner(self, share: float = 1.0) -> Watch:
        outer = self.watch
        left = None if outer.time_limit is None else max(0.0, share * outer.left)
        return Watch(outer.gap, left, outer.threads, outer.seed, outer.stop)

    def _plan(self, at: Array) -> None:
        """The exact cost of these sites; the best plan so far is kept."""
        if len(at) * len(self.served) > self.lanes * _LANE // 17:
            return
        state = np.full(len(at), OPEN, np.int8)
        cost = Transport(self.p.siting(at, self.served, state)).cost(np.ones(len(at), bool)) + self.p.fixed[at].sum()
        if cost < self.watch.incumbent:
            self.open = np.zeros(self.p.n, bool)
            self.open[at] = True
            self.watch.news(incumbent=float(cost))

    def _rest(self, ascent: Ascent) -> None:
        """The search on the sites that are not fixed, if they fit; it knows the best plan."""
        watch, cutoff = self.watch, self.watch.cutoff
        at = np.flatnonzero(ascent.state != CLOSED)
        self.work["free"] = int((ascent.state == FREE).sum())
        if watch.over() or watch.closed or len(at) * len(self.served) > self.lanes:
            return
        if self.open is not None and ascent.f.capacity[at].sum() < ascent.f.total * (1.0 - 1e-12):
            watch.news(bound=cutoff)  # no plan is below it
            return
        self._book(len(at) * len(self.served))
        inner = self._inner()
        inner.tell = lambda plan, bound, nodes: watch.news(plan if plan < np.inf else None, min(bound, cutoff))
        search = _Search(self.p.siting(at, self.served, ascent.state[at]), inner)
        if self.open is not None and not (self.open & (ascent.state == CLOSED)).any():
            search.incumbent, search.open = watch.incumbent, self.open[at]
            inner.incumbent = watch.incumbent
        answer = search.run()
        watch.nodes += inner.nodes
        if answer.open is not None and (self.open is None or answer.objective <= watch.incumbent):
            self.open = np.zeros(self.p.n, bool)
            self.open[at] = answer.open
            watch.news(incumbent=answer.objective)
        watch.news(bound=min(answer.bound, cutoff))
        watch.stage("rest")

    def _answer(self) -> Answer:
        """The best plan with its lanes."""
        watch = self.watch
        if self.open is None:
            return Answer("stopped", None, None, watch.bound, self.work)
        at = np.flatnonzero(self.open)
        transport = Transport(self.p.siting(at, self.served, np.full(len(at), OPEN, np.int8)))
        site, customer, amount = transport.lanes(np.ones(len(at), bool))
        return Answer("optimal" if watch.closed else "feasible", self.open, watch.incumbent,
                      min(watch.bound, watch.incumbent), self.work,
                      lanes=(at[site], self.served[customer], amount))  # fmt: skip

    def _book(self, lanes: int) -> None:
        self.work["memory"] = max(self.work["memory"], memory_of(self.p) + lanes * _LANE)

    def _whole(self, answer: Answer, at: Array) -> Answer:
        """An answer for some sites in the numbers of all."""
        if answer.open is None or answer.flow is None:
            return replace(answer, work={**answer.work, **self.work})
        open_ = np.zeros(self.p.n, bool)
        open_[at] = answer.open
        site, customer = np.nonzero(answer.flow)
        served = self.served if len(self.served) else np.arange(1)
        lanes = (at[site], served[customer], answer.flow[site, customer])
        return replace(answer, open=open_, flow=None, lanes=lanes, work={**answer.work, **self.work})
