"""Open nodes of the search, and the rounds in which threads work them off.

In a round every thread dives from some of the nodes with the lowest bounds, for a fixed number of nodes, knowing the
incumbent as it stood at the start; what it leaves open goes back. Nothing depends on which thread is faster, so that a
search repeats itself.
"""

from __future__ import annotations

import heapq
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from .branch import SEARCH_EVERY, SEARCHED, Effort, Nodes, dive, nodes_of, note_open, push
from .data import Data, Scratch, scratch_of
from .incumbent import best_of, tree_of
from .journal import NEXT, Notes, journal_of
from .problem import CLOSED, FREE, OPEN, Siting
from .search import descend
from .watch import Watch

Array = np.ndarray

#: Nodes that a thread starts from in a round, and candidates × nodes that it may do.
_STARTS, _ROUND = 4, 30_000
#: Bytes of open nodes from which on the highest bounds are dived into first, which closes them.
_FULL = 1_500_000_000
#: Nodes of a thread after which it searches around the best rounded set, where its rounds are too short to do so.
_SEARCH_AFTER = 1000
#: Prices that a thread may note in a round; with those, its dive ends.
_NOTED = 4000


@dataclass(frozen=True)
class Node:
    """An open node: as a row of `Nodes`."""

    state: Array
    places: Array
    u: Array
    bar: Array
    y: Array
    bound: float
    branched: int
    name: int = 0


class Worker:
    """Working memory of a thread; its journal numbers nodes from `first` on."""

    def __init__(self, p: Siting, data: Data, noted: int, first: int, rise: int) -> None:
        self.scratch: Scratch = scratch_of(data)
        self.tree = tree_of(p)
        self.nodes: Nodes = nodes_of(p.n + 80, p.n, p.m + len(p.upper))
        self.best, self.seen = best_of(p.n), best_of(p.n)
        self.since = 0  # nodes since the last search around what was seen
        self.gains = np.zeros((4, p.n))
        self.journal = journal_of(noted, p.m + len(p.upper), first, rise)


class Pool:
    """Open nodes by bound, the incumbent, and the workers."""

    def __init__(self, p: Siting, data: Data, root: Node, incumbent: float, open_: Array, watch: Watch) -> None:
        self.watch = watch
        self.threads = ThreadPoolExecutor(max(1, watch.threads))
        self.heap: list[tuple[float, int, Node]] = []
        self.count = 0
        self.gains = np.zeros((4, p.n))
        self.notes = Notes(p.m + len(p.upper), watch.certify)
        self.at = np.arange(p.n)
        self.workers: list[Worker] = []
        self._load(p, data, root.state, incumbent, open_)
        self.add(root)

    def _load(self, p: Siting, data: Data, root: Array, incumbent: float, open_: Array) -> None:
        self.data, self.root = data, root.copy()
        threads = max(1, self.watch.threads)
        names = [int(w.journal.counts[NEXT]) for w in self.workers] or [1 + 2 * k for k in range(threads)]
        noted = _NOTED if self.notes.on else 0
        self.workers = [Worker(p, data, noted, name, 2 * threads) for name in names]
        self.incumbent, self.open = incumbent, open_.copy()
        self.bytes = 9 * p.n + 16 * (p.m + len(p.upper))

    def cut_down(self, p: Siting, data: Data, keep: Array, state: Array, incumbent: float, open_: Array) -> None:
        """Go on with the candidates to keep; `state` (of them): what is now fixed. Nodes that say otherwise are done."""
        self.gains = self.gains[:, keep]
        self.at = self.at[keep]
        self._load(p, data, state, incumbent, open_)
        heap, self.heap = sorted(self.heap), []
        if not heap:
            return
        closed = np.ones(len(heap[0][2].state), bool)
        closed[keep] = False
        for _, _, node in heap:
            mine = node.state[keep]
            against = ((mine == OPEN) & (state == CLOSED)) | ((mine == CLOSED) & (state == OPEN))
            if against.any() or (node.state[closed] == OPEN).any():
                continue
            mine = np.where(mine == FREE, state, mine).astype(np.int8)
            branched = int(np.searchsorted(keep, node.branched)) if node.branched >= 0 else node.branched
            if branched >= 0 and (branched >= len(keep) or keep[branched] != node.branched):
                branched = -1
            self.add(Node(mine, node.places, node.u, node.bar, node.y[keep], node.bound, branched, node.name))

    def add(self, node: Node) -> None:
        """Put a node into the pool; nodes of one bound come in the order of their numbers."""
        heapq.heappush(self.heap, (node.bound, self.count, node))
        self.count += 1

    @property
    def bound(self) -> float:
        """The lowest bound of an open node; inf if there is none."""
        return self.heap[0][0] if self.heap else np.inf

    def _taken(self, number: int) -> list[Node]:
        if len(self.heap) * self.bytes > _FULL:
            self.heap.sort()
            out = [entry[2] for entry in self.heap[-number:]]
            del self.heap[-number:]
            return out
        return [heapq.heappop(self.heap)[2] for _ in range(min(number, len(self.heap)))]

    def round(self, effort: Effort, gap: float, held: float, target: float) -> int:
        """One round of all threads (see dive); nodes done. The incumbent may be better afterwards."""
        threads = len(self.workers)
        nodes = self._taken(threads * _STARTS)
        few = len(nodes) < threads
        free = max(1, int((nodes[0].state == FREE).sum())) if nodes else 1
        budget = 4 if few else max(8, min(250, _ROUND // free))
        jobs = [(w, nodes[k::threads], budget, effort, gap, held, target) for k, w in enumerate(self.workers)]
        results = list(self.threads.map(self._work, jobs))
        for worker, (_, left) in zip(self.workers, results, strict=True):
            self.gains += worker.gains
            if worker.best.value[0] < self.incumbent:
                self.incumbent, self.open = float(worker.best.value[0]), worker.best.open.copy()
            for node in left:
                self.add(node)
            self.notes.take(worker.journal, self.at)
        return sum(done for done, _ in results)

    def _work(self, job: tuple[Worker, list[Node], int, Effort, float, float, float]) -> tuple[int, list[Node]]:
        w, starts, budget, effort, gap, held, target = job
        for k, node in enumerate(reversed(starts)):
            push(w.nodes, k, node.state, node.places, node.u, node.bar, node.y, node.bound, node.branched, node.name)
        w.best.value[0] = self.incumbent
        w.best.open[:] = self.open
        before = self.gains.copy()
        w.gains[:] = before
        top, done = dive(self.data, w.scratch, w.tree, w.nodes, len(starts), budget, w.best, w.seen, gap,
                         held, target, w.gains, effort, self.root, w.journal)  # fmt: skip
        self._search(w, int(done), budget)
        w.gains -= before
        left = [Node(w.nodes.state[k].copy(), w.nodes.places[k].copy(), w.nodes.u[k].copy(), w.nodes.bar[k].copy(),
                     w.nodes.y[k].copy(), float(w.nodes.bound[k]), int(w.nodes.branched[k]), int(w.nodes.name[k])) for k in range(top)]  # fmt: skip
        return int(done), left

    def _search(self, w: Worker, done: int, budget: int) -> None:
        """Search around the best rounded set of many rounds, where one round is too short for that."""
        w.since += done
        if budget >= SEARCH_EVERY or w.since < _SEARCH_AFTER or w.seen.value[0] == np.inf:
            return
        descend(self.data, w.tree, self.root, w.seen.open, w.seen.value[0], w.best, SEARCHED)
        w.since, w.seen.value[0] = 0, np.inf

    def noted(self) -> Notes:
        """All notes, those on the prices of open nodes among them."""
        w = self.workers[0]
        for at, (_, _, node) in enumerate(sorted(self.heap)):
            if not self.notes.has_room(len(self.heap) - at):
                break
            push(w.nodes, 0, node.state, node.places, node.u, node.bar, node.y, node.bound, node.branched, node.name)
            note_open(self.data, w.scratch, w.nodes, 0, w.journal)
            self.notes.take(w.journal, self.at)
        return self.notes

    def close(self) -> None:
        """End the threads."""
        self.threads.shutdown()
