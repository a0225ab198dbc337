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
from ..problem import CLOSED, FREE, OPEN, SitingError
from ..solve import Search, solve_siting
from ..transport import Transport, arcs
from ..watch import Watch
from .ascent import Ascent, field_of, lifted, width_of
from .bound import Field
from .groups import centres, grouped, groups_of
from .problem import Points

Array = np.ndarray

#: Bytes of a lane in the search that works with a matrix, measured with two threads; of a customer and of a site here.
_LANE, _CUSTOMER, _SITE = 72, 640, 160
#: Lanes up to which a problem is handed over as it is.
_DIRECT = 1_000_000
#: Rounds of steps at most.
_ROUNDS = 150
#: Customers from which on prices are first sought for so many times fewer; share of the time limit for prices.
_FEW, _FEWER, _PRICES_TIME = 3000, 6, 0.3
#: Groups of customers by stage, the share of the gap within which sites are looked at, and of the time left.
_STAGES = ((1000, 1.0, 0.4), (3000, 0.5, 0.4))
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
        if not len(on):
            return Answer("infeasible", None, None, np.inf, self.work)
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
        ascent = self._ascent(field_of(p, self.served))
        try:
            self._climb(ascent)
            for groups, share, time in _STAGES:
                if watch.over() or watch.closed or (groups > len(self.served) and self.open is not None):
                    break
                self._stage(ascent, groups, share, time)
            self._rest(ascent)
        finally:
            ascent.close()
        return self._answer()

    def _ascent(self, f: Field) -> Ascent:
        """Prices to start from: those of a problem with fewer customers, where there are many."""
        p, m = self.p, len(f.demand)
        width = width_of(p) * m // p.m + 8
        widest = int(min(m, width_of(p) + self.spare // (4 * 9 * p.n)))
        args = f, p.state.copy(), min(width, m), widest, self.watch.threads
        if m <= _FEW:
            return Ascent(*args)
        group = groups_of(f.customers, m // _FEWER)
        coarse = self._ascent(centres(f, group))
        try:
            coarse.climb(_ROUNDS, lambda _: not self._late())
        finally:
            coarse.close()
        return Ascent(*args, lifted(f, p.state, group, coarse.price))

    def _late(self) -> bool:
        """Whether prices have had their share of the time."""
        limit = self.watch.time_limit
        return self.watch.over() or (limit is not None and self.watch.seconds > _PRICES_TIME * limit)

    def _climb(self, ascent: Ascent) -> None:
        def told(bound: float) -> bool:
            self.watch.news(bound=bound)
            return not self._late()

        told(ascent.bound)
        ascent.climb(_ROUNDS, told)
        self.work.update(evaluations=ascent.evaluations, passes=ascent.passes, width=ascent.lists.who.shape[1])
        self.watch.stage("prices")

    def _stage(self, ascent: Ascent, groups: int, share: float, time: float) -> None:
        """A plan of the problem with customers in groups, on the sites within a share of the gap; then fix."""
        watch, state = self.watch, ascent.state.copy()
        if self.open is not None:
            ascent.fix_in(state, ascent.bound + share * (watch.incumbent - ascent.bound))
            state = self._with_plan(state)
        at = np.flatnonzero(state != CLOSED)
        groups = int(min(groups, len(self.served), self.lanes // max(1, len(at))))
        if not groups:
            return
        self._book(len(at) * groups)
        small = grouped(ascent.f, at, state[at], groups)
        inner = self._inner(time)
        inner.stop = lambda: watch.over() or inner.nodes * len(at) > _NODES
        answer = solve_siting(small, inner)
        watch.nodes += inner.nodes
        if answer.open is not None:
            self._plan(at[answer.open])
        if self.open is not None:
            ascent.fix(watch.cutoff)
            watch.news(bound=min(ascent.bound, watch.cutoff))
        watch.stage("groups")

    def _with_plan(self, state: Array) -> Array:
        """States in which the best plan is allowed: what it says otherwise is free."""
        if self.open is None:
            return state
        return np.where(self.open == (state == OPEN), state, FREE).astype(np.int8)

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
        state = self._with_plan(ascent.state)
        at = np.flatnonzero(state != CLOSED)
        self.work["free"] = int((ascent.state == FREE).sum())
        if watch.over() or watch.closed or len(at) * len(self.served) > self.lanes:
            return
        self._book(len(at) * len(self.served))
        inner = self._inner()
        inner.tell = lambda plan, bound, nodes: watch.news(plan if plan < np.inf else None, min(bound, cutoff))
        search = Search(self.p.siting(at, self.served, state[at]), inner)
        search.prices = ascent.price
        if self.open is not None:
            search.incumbent, search.open = watch.incumbent, self.open[at]
            inner.incumbent = watch.incumbent
        answer = search.run()
        watch.nodes += inner.nodes
        if answer.open is not None and answer.objective is not None and answer.objective <= watch.incumbent:
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
        transport.cost(np.ones(len(at), bool))
        site, customer, amount = arcs(transport.links, transport.numbers, len(at))
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
