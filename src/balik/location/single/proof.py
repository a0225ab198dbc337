"""The certificate of single sourcing: a tree of multipliers, searched once the best plan is known.

The search for plans drops sites and pairs at many multipliers on its way; to note them all would be long. A second
search goes by the same ascents, with the cutoff known from the start, and counts only what the checker's own evaluation
shows at the multipliers that it notes (float32).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..answer import Answer
from ..certificate import Certificate, certificate_of
from ..checker import Box, Replay
from ..problem import CLOSED, FREE, OPEN, Siting
from ..watch import MARGIN, Watch
from .ascent import EVEN, NODE, ascend
from .core import Core
from .dual import evaluate
from .knapsack import lift, lists_of, work_of

Array = np.ndarray

#: Seconds at least (no more than the time limit), and part of those of the search for the plan, as far as they are left.
_SECONDS, _PART = 4.0, 1.0
#: Steps of the ascent at the root, in a node, and in one whose sites are settled; multipliers noted in a node at most.
_ROOT, _STEPS, _SETTLED, _TURNS = 300, 30, 60, 4
#: Bytes of multipliers.
_MOST = 2**27


@dataclass
class _Node:
    name: int
    box: Box
    u: Array
    mean: Array
    share: Array
    mix: Array


class Prover:
    """A tree for a problem below a plan's cost; `core`: its numbers as the kernels read them."""

    def __init__(self, p: Siting, core: Core, plan: tuple[Array, Array], objective: float, bound: float) -> None:
        self.p, self.core, self.plan, self.objective = p, core, plan, objective
        self.price: list[Array] = []
        self.cover: list[Array] = []
        self.whose: list[int] = []
        self.split: list[tuple[int, int, int, int]] = []
        self.claim = min(bound, objective) - MARGIN * max(1.0, abs(objective))
        self.replay = Replay(replace(self.certificate(self.claim), bound=self.claim), p)
        self.where = np.argsort(self.replay.order)  # of the candidates in the order of the checker
        self.work, self.names = work_of(core), 1

    def certificate(self, bound: float) -> Certificate:
        """What was noted."""
        node, split = np.array(self.whose, np.int64), np.array(self.split, np.int64).reshape(-1, 4)
        price = np.array(self.price, np.float32).reshape(len(self.price), -1) if self.price else None
        return certificate_of(
            self.p, bound, self.objective, *self.plan, [] if price is None else [price],
            [np.array(self.cover).reshape(-1, 2)], [node], [split],
        )  # fmt: skip

    def run(self, u: Array, seconds: float, stop: Callable[[], bool] | None = None) -> bool:
        """Search from these multipliers; whether the whole tree is done."""
        until = time.perf_counter() + seconds
        n, m = self.core.cost.shape
        stack = [_Node(0, self.replay.all_plans(), u.copy(), np.zeros(len(u)), np.zeros(n), np.zeros((n, m)))]
        while stack:
            node = stack.pop()
            if (
                (stop is not None and stop())
                or time.perf_counter() > until
                or 4 * len(self.price) * (m + len(self.p.upper)) > _MOST
            ):
                return False
            if self.replay.empty(node.box) or self._refuted(node):
                continue
            children = self._parted(node)
            if not children:
                return False
            stack += children
        return True

    def _state(self, box: Box) -> tuple[Array, Array]:
        """States of the candidates in a box, and its pairs, in the order of the problem."""
        assert box.pairs is not None
        place = self.replay.place
        sizes = np.bincount(place[box.may], minlength=len(box.none))
        state = np.where(box.may, np.where(~box.none[place] & (sizes[place] == 1), OPEN, FREE), CLOSED)
        return state[self.where].astype(self.p.state.dtype), (box.pairs & box.may[:, None])[self.where]

    def _refuted(self, node: _Node) -> bool:
        """Whether multipliers refute a node; those that strike off something are noted, too."""
        core, k = self.core, len(self.p.upper)
        m = core.cost.shape[1]
        for turn in range(_TURNS):
            state, pairs = self._state(node.box)
            lists = lists_of(core._replace(cost=np.where(pairs, core.cost, np.inf)))
            free = bool((state == FREE).any())
            if not free:
                lift(core, lists, state, node.u)
            steps = _ROOT if node.name == 0 and not turn else _STEPS if free else _SETTLED
            trial = state.copy()
            ascend(
                core, lists, trial, node.u, node.mean, node.share, self.work, self.claim + 1e-7 * abs(self.claim),
                np.inf, steps, True, EVEN if node.name == 0 else NODE, steps + 1, -1, node.mix,
            )  # fmt: skip
            evaluate(core, lists, state, node.u, self.work, True)
            noted, pi, number = node.u[: m + k].astype(np.float32), float(self.work.pi[0]), float(node.u[m + k])
            before = self._size(node.box)
            done = self.replay.struck(noted.astype(float), pi, number, node.box) or self.replay.empty(node.box)
            after = self._size(node.box)
            if done or after < before:
                self.price.append(noted)
                self.cover.append(np.array([pi, number]))
                self.whose.append(node.name)
            if done:
                return True
            if after > 0.97 * before:
                return False
        return False

    @staticmethod
    def _size(box: Box) -> int:
        """How much is left of a box."""
        assert box.pairs is not None
        return int(box.may.sum()) + int(box.none.sum()) + int((box.pairs & box.may[:, None]).sum())

    def _parted(self, node: _Node) -> list[_Node]:
        """Two children: by a site, and where all are settled by a pair; the likelier is searched first. None: no way to."""
        state, pairs = self._state(node.box)
        core, box, at, place = self.core, node.box, self.where, self.replay.place
        child, self.names = self.names, self.names + 2
        free = np.flatnonzero(state == FREE)
        if len(free):
            share = node.share[free]
            j = int(free[np.argmax(np.minimum(share, 1.0 - share) * core.capacity[free])])
            self.split.append((node.name, j, child, 0))
            boxes, likely = (box.with_closed(at[j]), box.with_open(at[j], place)), node.share[j] >= 0.5
        else:
            many = np.flatnonzero(pairs.sum(0) > 1)
            if not len(many):  # one plan is left, and its bound lacks more than rounding may
                return []
            like = np.where(pairs, node.mix, -1.0)[:, many]
            i = int(many[np.argmax(np.minimum(like.max(0), 1.0 - like.max(0)).clip(0.0) * core.demand[many] + 1e-9)])
            j = int(np.where(pairs[:, i], node.mix[:, i], -1.0).argmax())
            self.split.append((node.name, self.p.n + j * len(core.demand) + i, child, 0))
            boxes, likely = (box.without_pair(at[j], i), box.with_pair(at[j], i, place)), node.mix[j, i] >= 0.5
        out = [
            _Node(child + side, each, node.u.copy(), node.mean.copy(), node.share.copy(), node.mix.copy())
            for side, each in enumerate(boxes)
        ]
        return out if likely else out[::-1]


def prove(p: Siting, core: Core, answer: Answer, u: Array, watch: Watch) -> Certificate | None:
    """A certificate of an answer's bound, from these multipliers; None where the seconds are too few."""
    if answer.objective is None or answer.assignment is None or answer.open is None or not np.isfinite(answer.bound):
        return None
    flow, served = np.zeros((p.n, p.m)), np.flatnonzero(answer.assignment >= 0)
    flow[answer.assignment[served], served] = p.demand[served]
    prover = Prover(p, core, (answer.open, flow), answer.objective, answer.bound)
    least = _SECONDS if watch.time_limit is None else min(_SECONDS, watch.time_limit)
    done = prover.run(u, max(least, min(_PART * watch.seconds, watch.left)), watch.stop)
    return prover.certificate(prover.claim) if done else None
