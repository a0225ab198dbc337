"""Capacitated siting to proven optimality: bound, incumbents, fixing, branch and bound; anytime.

Prices by the volume algorithm → incumbents by rounding and local search → candidates fixed at all the prices on the
way → the problem cut down to those left → branch and bound with Lagrangian bounds in rounds of threads. A better
incumbent is searched around, and fixes more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from .answer import Answer, Status
from .bound import lagrangian, volume
from .branch import Effort, cutoff_of, dive, nodes_of, push
from .cover import fix
from .data import HUGE, Data, Scratch, data_of, scratch_of
from .first import any_plan
from .incumbent import Best, Tree, best_of, price_set, rounded, tree_of
from .journal import Proofs, journal_of, note
from .pace import Pace
from .pool import Node, Pool
from .problem import CLOSED, FREE, OPEN, Siting
from .regions import Region, improve
from .search import iterate
from .settled import cut, first_prices, first_state, is_hopeless, without_customers
from .transport import Transport
from .watch import MARGIN, Watch

Array = np.ndarray

#: Evaluations between two roundings at the root; chunks of them at most.
_CHUNK, _CHUNKS = 100, 40
#: Candidates and customers × prices of the local search: at the root, without a gain, around a better incumbent.
_SEARCH, _PATIENCE, _AROUND = 2_000_000, 150_000, 100_000
#: What is searched around must allow for plans nearer the bound than this share of the gap.
_NEARER = 0.4
#: Searches at the root from shaken roundings (more with many free candidates), and candidates and customers × prices
#: of each, per free candidate.
_RESTARTS, _RESTARTED = 6, 500
#: Free candidates, and relative gap, from which on regions are searched.
_MANY, _WIDE = 400, 2e-3
#: Candidates priced without a gain, per candidate that a plan much nearer the bound may open or close.
_TURNS = 2
#: The tree is cut down again when this share of its candidates is left.
_CUT_DOWN = 0.75
#: Steps of a node; probes and candidates of reliability branching; steps of a probe.
_EFFORT = Effort(20, 8, 12, 10)
#: Probes of a candidate in one stage that the next one goes by: gains are cut off at the gap that a stage proves.
_CARRIED = 8.0
#: Stages before the gap asked for (more with many free candidates), and what each proves, as a share of the gap before.
_STAGES, _STAGE = 3, 0.6
#: Share of the time that a stage before the last has from which on it proves less, and less, lest it prove nothing.
_EASED = 0.5
#: The same of a dive without probes.
_STRAIGHT = Effort(20, 0, 0, 0)


def solve_siting(p: Siting, watch: Watch) -> Answer:
    """Least cost of serving all customers (see Siting), proved to the gap of the watch or as far as its limits let it."""
    return Search(p, watch).run()


class Search:
    """State of one search, in the numbering of the problem as cut down; `at` leads back to the candidates given."""

    def __init__(self, p: Siting, watch: Watch) -> None:
        self.given, self.watch = p, watch
        self.served = np.flatnonzero(p.demand > 0.0)
        self.at = np.arange(p.n)
        self.open = np.zeros(p.n, bool)
        self.count = np.array([0.0, float(p.n)])  # fewest and most places that are open
        self.incumbent, self.lower = np.inf, -np.inf
        self.prices: Array | None = None  # per unit, near the best: where they are known
        self.seed = np.array([88172645463325252 + 2 * watch.seed], np.uint64)
        self.gains = np.zeros((4, p.n))  # what branching on each candidate gained, as in Pool
        self.infeasible = False
        self.searching = True  # whether plans are searched for beside the tree
        self.short = False  # whether a stage takes as long as the time allows
        self.work = {"evaluations": 0, "prices": 0, "nodes": 0, "rounds": 0, "free": 0}

    # -- the whole ---------------------------------------------------------------------------------------------

    def run(self) -> Answer:
        """All stages in turn, and the answer."""
        if not len(self.served):
            return without_customers(self.given, self.watch, self.work)
        self.search()
        return self._answer()

    def search(self) -> None:
        """All stages in turn."""
        self.p = cut(self.given, self.at, self.served, first_state(self.given))
        if is_hopeless(self.p):
            self.infeasible = True
            return
        self._root()
        self.watch.stage("root")
        for gap in self._gaps():
            if self._done():
                break
            self._tree(gap)
            self.watch.stage("tree")

    def _done(self) -> bool:
        return self.watch.closed or self.infeasible or self.watch.over()

    def _answer(self) -> Answer:
        if self.infeasible:
            return Answer("infeasible", None, None, np.inf, self.work)
        if self.incumbent == np.inf:
            return Answer("stopped", None, None, self.watch.bound, self.work)
        bound = min(self.watch.bound, self.incumbent)
        status: Status = "optimal" if self.watch.closed else "feasible"
        flow = np.zeros((self.given.n, self.given.m))
        served = cut(self.given, np.arange(self.given.n), self.served, self.given.state)
        flow[:, self.served] = Transport(served).flow(self.open)
        certificate = self.proofs.certificate(self.given, self.incumbent, self.open, flow)
        return Answer(status, self.open, self.incumbent, bound, self.work, flow=flow, certificate=certificate)

    # -- root --------------------------------------------------------------------------------------------------

    def _load(self, usual: Array | None = None) -> None:
        """Kernel arrays of the problem as it is now."""
        self.data: Data = data_of(self.p, usual)
        self.scratch: Scratch = scratch_of(self.data)
        self.tree: Tree = tree_of(self.p)
        self.best = Best(np.array([self.incumbent]), self.open[self.at].copy())

    def _take_best(self) -> None:
        """The kernels' incumbent, if it is better."""
        if self.best.value[0] < self.incumbent:
            self.incumbent = float(self.best.value[0])
            self.open = np.zeros(self.given.n, bool)
            self.open[self.at[self.best.open]] = True
            self.watch.news(incumbent=self.incumbent)

    def _cutoff(self, gap: float | None = None) -> float:
        """Bounds above it prune; without an incumbent, more than any plan costs."""
        if self.incumbent == np.inf:
            return float(self.data.ceiling)
        return float(cutoff_of(self.incumbent, self.watch.gap if gap is None else gap))

    def _root(self) -> None:
        p, watch = self.p, self.watch
        known, begun = self.prices is not None, self.incumbent < np.inf
        first = first_prices(p) if self.prices is None else self.prices
        self._load(first)
        self.state = p.state.copy()
        self.u = np.concatenate([first * p.demand, np.zeros(len(p.upper))]).astype(np.float32).astype(float)
        self.proofs = Proofs(len(self.u), watch.certify)
        self.bar, self.y = np.zeros_like(self.u), np.zeros(p.n)
        bound = lagrangian(self.data, self.scratch, self.state, self.count, self.u)
        best, factor, cutoff = -np.inf, 0.05 if known else 0.5, np.inf
        goal = bound + (0.01 if known else 0.1) * abs(bound)
        for chunk in range(_CHUNKS):
            cutoff = self._cutoff()
            target = min(self.incumbent, max(goal, best + 0.01 * abs(best)) if chunk else goal)
            best, factor, done = volume(self.data, self.scratch, self.state, self.count, self.u, self.bar, self.y, cutoff,
                                        target, _CHUNK, factor, best, self.proofs.journal, 0)  # fmt: skip
            self.work["evaluations"] += done
            if best > cutoff and self.incumbent == np.inf:
                self.infeasible = True
                return
            self.lower = best
            watch.news(bound=min(best, cutoff))
            self._price(rounded(self.data, self.state, self.y))
            if chunk == 0:
                if self.incumbent == np.inf and not self._any_plan():
                    self.infeasible = True
                    return
                if self.searching:
                    self._search(self.best.open, _AROUND)
            if watch.over() or best > self._cutoff() or factor < 1e-4:
                break
        if watch.certify:
            lagrangian(self.data, self.scratch, self.state, self.count, self.u)
            self.proofs.root(min(best, cutoff), self.u, self.scratch.prices)
        if best > self._cutoff():
            watch.news(bound=self._cutoff())
            return
        if self.searching:
            self._search(rounded(self.data, self.state, self.y), _SEARCH)
            if not self._regions() and not begun:
                self._restarts()
            self._dive()

    def _any_plan(self) -> bool:
        """Whether there is a plan, as far as a general solver knows in the time; it becomes the first."""
        found = any_plan(replace(self.p, state=self.state), self.watch)
        if found.x is not None:
            self._price(found.x[: self.p.n] > 0.5)
        return found.status != "infeasible"

    def _price(self, open_: Array) -> None:
        price_set(self.data, self.tree, open_, self.state, self.best)
        self.work["prices"] += 1
        self._take_best()

    def _search(self, start: Array, effort: int) -> None:
        """Local search from a set, in pieces between which the watch is asked."""
        walk = (start | (self.state == OPEN)) & (self.state != CLOSED)
        state = self._promising()
        size = self.p.n + self.p.m
        budget, patience = min(4000, max(40, effort // size)), min(800, max(80, _PATIENCE // size))
        patience = min(patience, max(60, _TURNS * int((state == FREE).sum())))
        while budget > 0 and not self.watch.over():
            piece = min(budget, max(50, 1_000_000 // size))
            before = self.best.value[0]
            done = int(iterate(self.data, self.tree, state, walk, self.best, self.seed, piece, patience))
            self.work["prices"] += done
            self._take_best()
            budget -= done
            if done < piece and self.best.value[0] == before:
                break

    def _free(self) -> int:
        return int((self.state == FREE).sum())

    def _promising(self) -> Array:
        """The state within which plans are searched for: without candidates that no plan much nearer the bound opens."""
        state = self.state.copy()
        if self.lower > -np.inf and self.incumbent < np.inf:
            bound = lagrangian(self.data, self.scratch, state, self.count, self.u)
            if bound < 0.1 * HUGE:
                fix(self.data, self.scratch, state, bound, bound + _NEARER * (self.incumbent - bound))
            state[(state == OPEN) & (self.state == FREE)] = FREE
            here = self.open[self.at]
            state[here] = self.state[here]
        return state

    def _restarts(self) -> None:
        """Local searches from sets rounded after a shake."""
        shakes = np.random.default_rng(self.watch.seed)
        for _ in range(min(20, _RESTARTS + self._free() // 50)):
            if self._done():
                return
            shaken = self.y + shakes.uniform(-0.4, 0.4, self.p.n)
            self._search(rounded(self.data, self.state, shaken), _RESTARTED * self._free())

    def _regions(self) -> bool:
        """Regions of the best plan chosen anew, where there are many candidates and much may be gained; whether so."""
        wide = self.incumbent - self.lower > _WIDE * abs(self.incumbent)
        if not wide or self._free() < _MANY or self._done():
            return False

        def take(open_: Array) -> float:
            """Price it in the kernels' tree; the best is kept."""
            cost = price_set(self.data, self.tree, open_, self.state, self.best)
            self._take_best()
            return float(cost)

        improve(self.p, self._promising(), self.open[self.at], self.watch, _in_region, take)
        return True

    def _dive(self) -> None:
        """Dive without probes: a leaf is a good start for the local search."""
        nodes = nodes_of(self.p.n + 80, self.p.n, len(self.u))
        bar = np.where(self.bar == 0.0, 1e-9, self.bar)
        push(nodes, 0, self.state, self.count, self.u, bar, self.y, self.lower, -1, 0)
        before, height, seen = self.best.value[0], 1, best_of(self.p.n)
        free = int((self.state == FREE).sum())
        for _ in range(8):
            if height == 0 or self.watch.over():
                break
            height, done = dive(self.data, self.scratch, self.tree, nodes, height, free // 8 + 4, self.best, seen,
                                self.watch.gap, -HUGE, self.lower + 0.05 * abs(self.lower), np.zeros((4, self.p.n)), _STRAIGHT, self.state,
                                journal_of(0, 0))  # fmt: skip
            self.work["nodes"] += int(done)
        self._take_best()
        if self.best.value[0] < before:
            self._search(self.best.open, _AROUND)

    def _refix(self, gap: float) -> None:
        """Fix at the best prices against the cutoff of this gap."""
        bound = lagrangian(self.data, self.scratch, self.state, self.count, self.u)
        cutoff = self._cutoff(gap)
        if bound > cutoff:
            self.watch.news(bound=cutoff)
        else:
            fix(self.data, self.scratch, self.state, bound, cutoff)
        note(self.proofs.journal, 0, self.u, self.scratch.prices)

    # -- tree --------------------------------------------------------------------------------------------------

    def _cut_down(self) -> Array:
        """Leave out the candidates that are closed at the root; those that are kept, in the numbering before."""
        keep = np.flatnonzero(self.state != CLOSED)
        self.at = self.at[keep]
        self.state, self.y = self.state[keep], self.y[keep]
        self.p = cut(self.given, self.at, self.served, self.state)
        self._load(self.u[: self.p.m] / self.p.demand)
        return keep

    def _gaps(self) -> Iterator[float]:
        """Gaps to prove in turn. Wide ones first: they are soon proved, or better plans found, which fix more.

        The longer none is found, the longer the step to the next gap, as far as the last ones let expect (see Pace).
        """
        pace, share, reach = Pace(), _STAGE, np.inf
        for _ in range(min(8, _STAGES + self._free() // 100)):
            low, before = max(self.lower, self.watch.bound), self.incumbent
            nodes, begun = self.work["nodes"], self.watch.seconds
            gap = max(share * (self.incumbent - low), self.incumbent - reach) / max(1.0, abs(self.incumbent))
            if not 2.0 * self.watch.gap < gap < np.inf:
                break
            yield gap
            share = _STAGE if self.incumbent < before else share * _STAGE
            nodes, seconds = self.work["nodes"] - nodes, self.watch.seconds - begun
            reach = pace.reach(nodes, low, self.watch.bound, seconds, self.watch.left)
            self.short = pace.short
            if reach <= self.watch.bound:
                break
        yield self.watch.gap

    def _tree(self, gap: float) -> None:
        """Branch and bound to a gap: from it on, every candidate's other state and every node is cut off."""
        watch = self.watch
        before = self.state.copy(), self.y, self.at, self.p
        self._load(self.u[: self.p.m] / self.p.demand)
        self._refix(gap)
        self._cut_down()
        self.work["free"] = int((self.state == FREE).sum())
        bar = np.where(self.bar == 0.0, 1e-9, self.bar)
        root = Node(self.state.copy(), self.count, self.u, bar, self.y, self.lower, -1)
        pool = Pool(self.p, self.data, root, self.incumbent, self.open[self.at], watch)
        target, at = self.lower + 0.05 * abs(self.lower), self.at
        pool.gains = self.gains[:, at] / np.tile(np.maximum(1.0, self.gains[2:, at] / _CARRIED), (2, 1))
        begun, most, asked, last = watch.seconds, 0, gap, gap <= watch.gap
        try:
            while pool.heap and not watch.over() and pool.bound <= self._cutoff(gap):
                most = max(most, len(pool.heap))
                if not last and 2 * len(pool.heap) > most:  # the last stage has all the time
                    gap = max(gap, self._eased(asked, pool.bound, begun))
                held = self._cutoff(gap) if self.short and not last else -HUGE
                done = pool.round(_EFFORT, gap, held, target)
                self.work["nodes"] += done
                self.work["rounds"] += 1
                if pool.incumbent < self.incumbent:
                    gap, asked = self._improve(pool, gap, asked)
                watch.news(bound=min(pool.bound, self._cutoff(gap)), nodes=done)
        finally:
            pool.close()
        self.gains[:, at[pool.at]] = pool.gains
        if pool.bound > self._cutoff(gap) or (not pool.heap and self.incumbent == np.inf):
            if self.incumbent == np.inf:
                self.infeasible = True
            else:
                watch.news(bound=self._cutoff(gap))
        if watch.certify:
            self.proofs.tree(min(pool.bound, self._cutoff(gap)), pool.noted(), at)
        self.state, self.y, self.at, self.p = before

    def _eased(self, gap: float, bound: float, begun: float) -> float:
        """The gap that a stage still proves, which began at `begun` seconds: the cutoff comes down to its bound.

        What is pruned already lies above any lower cutoff, and so the stage ends where its open nodes are.
        """
        if self.watch.time_limit is None or self.incumbent == np.inf:
            return gap
        share = 1.0 - self.watch.left / max(self.watch.time_limit - begun, 1e-9)
        if share <= _EASED:
            return gap
        cutoff = bound + (self._cutoff(gap) - bound) * max(0.0, 1.0 - share) / (1.0 - _EASED)
        return (self.incumbent - cutoff) / max(1.0, abs(self.incumbent))

    def _improve(self, pool: Pool, gap: float, asked: float) -> tuple[float, float]:
        """Search around a new incumbent; the gaps to go on with. Where it fixes much at the root, that is left out."""
        cutoffs = self._cutoff(gap), self._cutoff(asked)
        self.best.value[0], self.best.open[:] = pool.incumbent, pool.open
        self._take_best()
        self._search(self.best.open, _AROUND)
        pool.incumbent, pool.open = self.incumbent, self.open[self.at]
        gap, asked = self._held(gap, cutoffs[0]), self._held(asked, cutoffs[1])
        self._refix(gap)
        if int((self.state != CLOSED).sum()) < _CUT_DOWN * self.p.n:
            keep = self._cut_down()
            pool.cut_down(self.p, self.data, keep, self.state, self.incumbent, self.open[self.at])
        return gap, asked

    def _held(self, gap: float, cutoff: float) -> float:
        """The same gap, or where time is short the one of the same cutoff: a better plan is no reason to prove less."""
        if not self.short or cutoff >= self.incumbent:
            return gap
        least = (self.incumbent - cutoff) / max(1.0, abs(self.incumbent)) + 2.0 * MARGIN  # never above that cutoff
        return min(gap, max(self.watch.gap, least))


def _in_region(r: Region, watch: Watch) -> Array | None:
    """Better sites of a region, by the tree alone."""
    search = Search(r.problem, watch)
    search.searching = False
    search.incumbent, search.open = r.cost, r.open.copy()
    watch.incumbent = r.cost
    search.search()
    return search.open if search.incumbent < r.cost else None
