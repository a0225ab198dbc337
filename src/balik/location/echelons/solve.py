"""Two echelons and several materials: bound, plans and proof, in rounds that do the same with any number of threads.

A round is a list of jobs that share nothing: a stretch of the ascent or some nodes of the tree, and a stretch of the
walk over plans. Threads work on them; what they found is put together in the order of the list when all are done.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Any

import numpy as np

from ..answer import Status
from ..problem import CLOSED, FREE, OPEN, Array
from ..watch import Watch, is_proved
from .answer import EchelonAnswer
from .arrays import counted, prepare, split, without_starved
from .bound import ascend, new_room, prices_of
from .choose import settle
from .fewest import fewest
from .flow import best_flow, flows, new_tree, start_tree
from .links import link, no_links
from .nodes import EFFORT, Point, explore
from .noted import new_noted
from .notes import Listed, Notes, lists_of
from .problem import TwoEchelon
from .regions import Regions
from .search import FLOWS, KICKS, advance, new_walk, stand
from .together import cheapest

#: Steps of the ascent at the root: in a round, and at most.
_STRETCH, _MOST = 200, 4000
#: Flows that the walk solves in a round at the root; for every node of a round of the tree, less after starts and
#: sizes of regions in vain.
_FLOWS, _NODE_FLOWS = 500, (300, 200, 100, 40, 15, 8, 4)
#: Growth and decay of the step, failures before it decays, decay of the averaging: at the root.
_PACE = (1.05, 0.8, 20.0, 0.9)
#: The root is done when its step is below this; what is to be gone on with is seen when it is below the other.
_STILL, _FAR = 5e-4, 5e-3
#: Links are kept where they close this share of the gap; without them a step takes a third of the time.
_WORTH = 0.05
#: Nodes of a round: as many as look at so many lanes, within limits.
_LANES, _FEWEST, _MOST_NODES = 8e6, 8, 32
#: Trials of a site before its past is relied on: as many as look at so many lanes, no fewer than these. Where a trial is
#: dear and nodes are few, more would take nearly all time.
_TRIED_LANES, _LEAST_TRIALS = 2e6, 4
#: Kicks without a better plan after which the walk goes on to another region, or starts from what the bound has come to
#: favour.
_TIRED = 10
#: At the root it starts anew after so many steps, when the bound knows more.
_ANEW = 800
#: The walk keeps to sites that the bound opens by this share, at one start and the next, and those of the best plan.
_FAVOURED = (0.05, 0.15)
#: Plans of the walk, with split room, that are looked at: no further from the best than this share.
_NEAR = 0.05
#: Bytes that open nodes may take before the search goes deep instead of wide.
_BYTES = 3e9


def solve_two_echelon(p: TwoEchelon, watch: Watch | None = None) -> EchelonAnswer:
    """The cheapest sites and flows, proved to the gap that the watch asks for, or the best found and a bound."""
    return _Search(p, watch or Watch()).run()


@dataclass(frozen=True)
class _Parent:
    """What children carry over; prices and violations in single precision, since any prices give a bound."""

    prices: Array
    mean: Array
    share: Array
    state: Array


@dataclass(frozen=True)
class _Found:
    """What a node came to."""

    bound: float
    site: int
    children: tuple[float, float]
    parent: _Parent
    pseudo: Array
    lists: list[Listed]


#: Bound, number, site that was fixed, to what (1: open), and what it carries over.
_Open = tuple[float, int, int, int, _Parent]


class _Search:
    """Everything of one solve."""

    def __init__(self, p: TwoEchelon, watch: Watch):
        self.watch, self.data = watch, prepare(p)
        self.p = without_starved(p, self.data) if p.has_least else p
        self.n = p.plants + p.depots
        self.least = np.array([fewest(self.data, echelon, self.p, watch.stop) for echelon in (0, 1)], np.int64)
        self.notes = Notes(p, watch.certify)
        self.least = self.notes.least(self.least)
        self.stop = np.zeros(1, np.int8)
        self.gain = self.data.fixed.copy()
        self.pseudo = np.zeros((4, self.n))
        self.steps, self.starts, self.vain = 0, 0, 0
        self.open: Array | None = None
        self.joint = p.shared or p.has_least  # what sites cost is more than the flows of each material
        self.walk_data, self.tried, self.unknown = split(self.data), np.inf, np.inf
        self.flow = (np.zeros(self.data.first.shape), np.zeros(self.data.second.shape))
        self.walk, self.regions, self.anew = new_walk(self.walk_data, watch.seed), Regions(self.data, watch.seed), True

    def run(self) -> EchelonAnswer:
        most = np.minimum(self.data.limits[:, 1], (self.p.plants, self.p.depots, self.n))
        if (self.least > most[:2]).any() or self.least.sum() > most[2]:
            return self._no_plan()
        with ThreadPoolExecutor(self.watch.threads) as self.pool:
            root = self._root()
            exhausted = self._branch(root)
        exhausted = exhausted and self.unknown == np.inf
        if exhausted and self.open is None:
            return self._no_plan()
        if exhausted:
            self.watch.news(bound=self.watch.cutoff)
        return self._answer()

    def _no_plan(self) -> EchelonAnswer:
        return EchelonAnswer("infeasible", None, None, float("inf"), self._work(), plants=self.p.plants)

    # --- rounds ----------------------------------------------------------------------------------

    def _round(self, jobs: list[Callable[[], Any]]) -> list[Any]:
        """Results of the jobs, in their order; None for those that were not begun when time was up."""
        futures: list[Future[Any]] = [self.pool.submit(self._begun, job) for job in jobs]
        waiting = True
        while waiting:
            try:
                if self.watch.over():
                    self.stop[0] = 1
                waiting = bool(wait(futures, 0.05, FIRST_EXCEPTION).not_done)
            except KeyboardInterrupt:
                self.stop[0] = 1
        return [future.result() for future in futures]

    def _begun(self, job: Callable[[], Any]) -> Any:
        return None if self.stop[0] else job()

    def _walk_on(self, budget: int) -> None:
        """A stretch of the walk: from sites that the bound favours, then within regions of what that came to."""
        walk = self.walk
        end = walk.counts[FLOWS] + budget
        while walk.counts[FLOWS] < end and not self.stop[0]:
            if self.anew or walk.counts[KICKS] >= _TIRED:
                if self.joint:  # room is split as the best plan has it, which makes other plans of the same sites
                    used = np.concatenate([self.flow[0].sum(2), self.flow[1].sum(2)], axis=1)
                    self.walk_data = split(self.data, used)
                if not self._stand_anew():
                    return  # what it came to is looked at before it is left
            advance(self.walk_data, walk, self.within, self.gain, int(end - walk.counts[FLOWS]), _TIRED, self.stop)
            if self.joint:
                return

    def _stand_anew(self) -> bool:
        """Stand at sites that the bound favours, or in the next region; False: there is none, and the plan is left."""
        walk, regions, favoured = self.walk, self.regions, self.favoured
        if not self.anew:
            within = regions.next(self.walk_data, walk, self.p.state)
            self.vain, regions.fruitless = self.vain + regions.fruitless, 0
            self.anew = within is None
            if within is None:
                return False
            self.within, sites = within, walk.best.copy()
        else:
            kept = (favoured >= _FAVOURED[self.starts % 2]) | walk.best | (self.p.state != FREE)
            self.within = np.where(kept, self.p.state, CLOSED).astype(np.int8) if favoured.any() else self.p.state
            sites = favoured > 0.5
            regions.begin()
            self.anew = False
            self.starts += 1
            self.vain += 1
        if self.joint or not len(regions.within):
            walk.cost[1] = np.inf
        stand(self.walk_data, walk, self.within, sites, self.gain)
        regions.before = float(walk.cost[0])
        return True

    def _take_plan(self, is_open: Array, stop: Callable[[], bool] | None = None) -> bool:
        """Keep sites that are better; what they cost is computed anew, so that no rounding of the walk adds up.

        Returns whether that is known.
        """
        p = self.p.plants
        count = np.array([is_open[:p].sum(), is_open[p:].sum(), is_open.sum()])
        if (count < self.data.limits[:, 0]).any() or (count > self.data.limits[:, 1]).any():
            return True
        cost, flow = self._cheapest(is_open, stop)
        if cost < self.watch.incumbent and flow is not None:
            self.open, self.flow = is_open.copy(), flow
            self.watch.news(incumbent=cost)
        return not np.isnan(cost)

    def _filled(self, is_open: Array) -> Array:
        """These sites without those that the cheapest flows give less than their least, emptiest first."""
        _, weight, least = counted(self.p)
        is_open, tree = is_open.copy(), new_tree(self.walk_data)
        may = (self.p.state == FREE) & (least > 0.0)
        start_tree(self.walk_data, tree, is_open)
        best_flow(self.walk_data, tree, is_open)
        while (is_open & may).any():
            first, second, _ = flows(self.walk_data, tree)
            taken = (weight * np.concatenate([first.sum(2), second.sum(2)], axis=1)).sum(0)
            share = np.where(is_open & may, taken / np.maximum(least, 1e-300), np.inf)
            s = int(share.argmin())
            if share[s] >= 1.0:
                break
            may[s] = is_open[s] = False
            start_tree(self.walk_data, tree, is_open)
            best_flow(self.walk_data, tree, is_open)
            if not flows(self.walk_data, tree)[2]:  # who it serves needs it
                is_open[s] = True
                start_tree(self.walk_data, tree, is_open)
                best_flow(self.walk_data, tree, is_open)
        return is_open

    def _cheapest(self, is_open: Array, stop: Callable[[], bool] | None) -> tuple[float, tuple[Array, Array] | None]:
        """What the cheapest flows through these sites cost, fixed costs included, and the flows; None: not all are served."""
        if self.joint:
            return cheapest(self.p, self.data, is_open, stop)
        tree = new_tree(self.data)
        start_tree(self.data, tree, is_open)
        cost = best_flow(self.data, tree, is_open)
        first, second, served = flows(self.data, tree)
        return cost, (first, second) if served else None

    # --- the root --------------------------------------------------------------------------------

    def _new_point(self) -> Point:
        m = prices_of(self.data, self.links)
        return Point(np.zeros(m), np.zeros(m), np.zeros(self.n))

    def _first_prices(self) -> Array:
        """Prices to start from: the second or third cheapest way, with a share of fixed costs."""
        d, i, j = self.data, self.p.plants, self.p.depots
        plant = (d.fixed[:i] / np.maximum(d.supply.sum(0), 1e-9)).mean()
        depot = (d.fixed[i:] / np.maximum(d.through.sum(0), 1e-9)).mean()
        balance = np.sort(d.first, 1)[:, min(2, i - 1), :] + plant
        demand = np.sort(d.second + balance[:, :, None] + depot, 1)[:, min(3, j - 1), :]
        return np.concatenate([demand.ravel(), balance.ravel(), np.zeros(len(d.room))])

    def _root(self) -> _Found:
        """The ascent at the root, at first with one price a depot; from there on with links, where these give more."""
        self.links, self.favoured = no_links(self.data), np.zeros(self.n)
        point, state = self._new_point(), self.p.state.copy()
        point.prices[:] = self._first_prices()
        bound = self._climb(point, state, _STILL, 0.3)
        bound = self._noted(point, state, bound)
        if bound <= self.watch.cutoff and not self.stop[0]:
            without, plain = self.links, point
            self.links, prices = link(self.data, state, point.prices)
            point = self._new_point()
            point.prices[:] = prices
            linked = self._climb(point, state, _FAR, _FAR)
            if not linked - bound > _WORTH * (self.watch.incumbent - bound):
                self.links, point = without, plain
            still = self._climb(point, state, _STILL, _FAR)
            bound = self._noted(point, state, max(bound, linked, still))
        self.anew, self.vain = True, 0
        self.rooms: SimpleQueue[Any] = SimpleQueue()
        for _ in range(self.watch.threads):
            noted = new_noted(len(point.prices), self.notes.unit, EFFORT[3] if self.notes.on else -1)
            self.rooms.put((new_room(self.data, self.links), self._new_point(), noted))
        return _Found(bound, -1, (bound, bound), _kept(point, state), self.pseudo, [])

    def _noted(self, point: Point, state: Array, bound: float) -> float:
        """The root's bound; where prices are noted, at those that are, which fix what they do."""
        if not self.notes.on:
            return bound
        settle(self.data.place, state)
        return self.notes.root(self.data, self.links, point.prices, state, self.least, self.watch.cutoff)

    def _climb(self, point: Point, state: Array, still: float, step: float) -> float:
        """Raise the bound until the step is small, beside the walk; returns the bound."""
        memory, room = np.array([-np.inf, step, 0.0, 0.1]), new_room(self.data, self.links)
        begun = self.steps
        while True:
            walking = [partial(self._walk_on, _FLOWS)] if self.steps else []
            self._round([lambda: self._stretch(point, state, memory, room), *walking])
            self.steps += _STRETCH
            self._look_at_walk()
            self.watch.news(bound=min(memory[0], self.watch.incumbent))
            self.gain = np.minimum(room.gain, np.abs(self.data.fixed).max())
            self.favoured = point.share.copy()
            if (self.steps - begun) % _ANEW == 0:
                self.anew = True
            done = memory[1] < still or self.steps - begun >= _MOST
            if done or self.stop[0] or self.watch.closed:
                return float(memory[0])

    def _stretch(self, point: Point, state: Array, memory: Array, room: Any) -> None:
        cutoff = np.inf if self.notes.on else self.watch.cutoff  # what is fixed on the way, noted prices may not show
        ascend(
            self.data, self.links, point, state, self.least, -1, cutoff, self.watch.incumbent, _STRETCH, _PACE, memory,
            room, self.stop,
        )  # fmt: skip

    def _look_at_walk(self) -> None:
        """Take its best plan, if that is better; where room is shared, it may be so once that is split otherwise, and
        where sites have a least it may cost more.
        """
        best, before = float(self.walk.cost[1]), self.watch.incumbent
        if self.joint:
            look = best != self.tried and best - before < _NEAR * abs(best)
            self.tried = best
        else:
            look = best < before
        if look:
            self._take_plan(self.walk.best, self.watch.over)
            if self.p.has_least:
                self._take_plan(self._filled(self.walk.best), self.watch.over)
        if self.watch.incumbent < before:
            self.vain = 0

    # --- the tree --------------------------------------------------------------------------------

    def _branch(self, root: _Found) -> bool:
        """Best bound first; returns whether nothing is left."""
        heap: list[_Open] = [(root.bound, 0, -1, 0, root.parent)]
        born = 1
        lanes = self.data.first.size + self.data.second.size
        width = int(min(_MOST_NODES, max(_FEWEST, _LANES / lanes)))
        steps, tried, reliable, looked_at = EFFORT
        self.effort = (steps, tried, int(min(reliable, max(_LEAST_TRIALS, _TRIED_LANES / lanes))), looked_at)
        limit = _BYTES / (8.0 * len(root.parent.prices) + 5.0 * self.n + 200.0)
        while heap and heap[0][0] <= self.watch.cutoff and not self.stop[0]:
            batch: list[_Open] = []
            while heap and len(batch) < width and heap[0][0] <= self.watch.cutoff:
                batch.append(heapq.heappop(heap) if len(heap) < limit else heap.pop())
            jobs: list[Callable[[], Any]] = [partial(self._node, node) for node in batch]
            flows_each = _NODE_FLOWS[min(self.vain, len(_NODE_FLOWS) - 1)]
            results = self._round([partial(self._walk_on, flows_each * len(jobs)), *jobs])[1:]
            gains = np.zeros_like(self.pseudo)
            for node, found in zip(batch, results, strict=True):
                if found is None:
                    heapq.heappush(heap, node)
                    continue
                gains += found.pseudo
                if node is batch[0]:
                    self.favoured = found.parent.share
                bound = max(found.bound, node[0])
                self.notes.take(node[1], found.bound, found.lists, found.site)
                if bound > self.watch.cutoff or bound == np.inf:
                    continue
                if found.site < 0:
                    if not self._take_plan(found.parent.state == OPEN):
                        self.unknown = min(self.unknown, bound)
                    self.notes.settled(node[1], self.data, found.parent.state, self.watch.cutoff)
                    continue
                for way in range(2):
                    child = max(bound, found.children[way])
                    if child <= self.watch.cutoff:
                        heapq.heappush(heap, (child, born, found.site, way, found.parent))
                        self.notes.child(node[1], way, born)
                        born += 1
            self.pseudo += gains
            self._look_at_walk()
            lowest = min(heap[0][0] if heap else np.inf, self.unknown)
            self.notes.look(lowest)
            self.watch.news(bound=min(lowest, self.watch.cutoff), nodes=len(batch))
        return not heap or heap[0][0] > self.watch.cutoff

    def _node(self, node: _Open) -> _Found:
        _, number, site, way, parent = node
        room, trial, noted = self.rooms.get()
        point = Point(*(a.astype(np.float64) for a in (parent.prices, parent.mean, parent.share)))
        state, pseudo = parent.state.copy(), self.pseudo.copy()
        if site >= 0:
            state[site] = OPEN if way else CLOSED
        bound, pick, closed, opened = explore(
            self.data, self.links, point, state, self.least, site, self.watch.cutoff, self.watch.incumbent, pseudo,
            self.effort, room, trial, noted, self.stop,
        )  # fmt: skip
        lists = lists_of(noted, parent.prices * (number > 0), not len(self.links.pair), self.notes.more)
        self.rooms.put((room, trial, noted if self.notes.on else new_noted(0, 0.0, -1)))
        return _Found(bound, pick, (closed, opened), _kept(point, state), pseudo - self.pseudo, lists)

    # --- the end ---------------------------------------------------------------------------------

    def _work(self) -> dict[str, int]:
        return {"steps": self.steps, "nodes": self.watch.nodes, "flows": int(self.walk.counts[1])}

    def _answer(self) -> EchelonAnswer:
        if self.open is None:
            return EchelonAnswer("stopped", None, None, self.watch.bound, self._work(), plants=self.p.plants)
        first, second = self.flow[0] / self.p.output[:, None, None], self.flow[1]
        cost = float(self.data.fixed[self.open].sum() + (first * self.p.plant_cost).sum())
        cost += float((second * self.p.customer_cost).sum())
        # flows are cheapest up to what rounding hides; where costs lie so far apart that this counts, it is said
        doubt = self.data.tiny * float(first.sum() + second.sum())
        near = self.watch.incumbent - self.watch.cutoff
        bound = min(self.watch.bound, cost) - (doubt if doubt > 0.01 * near else 0.0)
        proved = self.watch.closed and is_proved((cost - bound) / max(1.0, abs(cost)), self.watch.gap)
        status: Status = "optimal" if proved else "feasible"
        certificate = self.notes.certificate(bound, cost)
        return EchelonAnswer(
            status, self.open, cost, bound, self._work(), certificate=certificate, plants=self.p.plants, plant_flow=first,
            customer_flow=second,
        )  # fmt: skip


def _kept(point: Point, state: Array) -> _Parent:
    single = np.float32
    return _Parent(point.prices.astype(single), point.mean.astype(single), point.share.astype(single), state)
