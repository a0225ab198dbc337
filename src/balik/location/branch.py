"""Branch and bound on the candidates with Lagrangian bounds: the step in a node, and a dive through a subtree.

A node keeps its parent's prices, its averaged violation and its averaged y. When a candidate is branched on, what it
served leaves (or enters) the averaged violation, so that the first direction already raises the prices of the customers
that lost it; then the steps are those of the volume algorithm. Reliability branching chooses the candidate (Achterberg,
Koch and Martin 2005), with such steps as its probes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .bound import lagrangian, mix, step, take, violation_of, volume
from .certificate import COUNT
from .cover import fix, open_in_place
from .data import HUGE, Data, Scratch
from .fill import knapsack, shorten
from .incumbent import Best, Tree, price_set, rounded
from .journal import NEXT, ROWS, Journal, is_full, is_on, note, note_exactly, split
from .kernel import kernel
from .problem import CLOSED, FREE, OPEN
from .search import descend
from .watch import MARGIN

Array = np.ndarray

#: Averages move by at most this share of a new subgradient; first length of a step.
_MOST, _FACTOR = 0.25, 0.1
#: Steps after which a node that gains too little is branched on.
_GIVE_UP = 5
#: How far from whole the number of places must be to be branched on; steps of the nodes made so, their first length,
#: and steps that are to refute the numbers beside theirs.
_UNEVEN, _COUNTED, _LONG, _NARROWED = 0.02, 300, 0.1, 60
#: Every so many nodes the averaged y is rounded and priced.
_ROUND_EVERY = 50
#: Every so many nodes the rounded set is searched around, with so many prices.
SEARCH_EVERY, SEARCHED = 150, 80
#: Every so many nodes the lists of customers are cut to what the prices need.
_SHORTEN_EVERY = 4


class Nodes(NamedTuple):
    """A stack of nodes, one a row."""

    state: Array  # (depth, n) int8
    places: Array  # (depth, 2) fewest and most places that are open
    u: Array  # (depth, m + k) prices
    bar: Array  # (depth, m + k) averaged violation
    y: Array  # (depth, n) averaged
    bound: Array  # (depth)
    branched: Array  # (depth) candidate that made the node, −1: none; or COUNT
    name: Array  # (depth) number of the node in the journal


class Effort(NamedTuple):
    """Steps in a node; probes until a candidate's gains are trusted, candidates probed, steps of a probe."""

    steps: int
    reliable: int
    probed: int
    probe_steps: int


def nodes_of(depth: int, n: int, rows: int) -> Nodes:
    """An empty stack."""
    return Nodes(np.zeros((depth, n), np.int8), np.zeros((depth, 2)), np.zeros((depth, rows)),
                 np.zeros((depth, rows)), np.zeros((depth, n)), np.zeros(depth), np.full(depth, -1, np.int32), np.zeros(depth, np.int64))  # fmt: skip


@kernel
def cutoff_of(incumbent: float, gap: float) -> float:
    """As Watch.cutoff."""
    margin = MARGIN * max(1.0, abs(incumbent))
    return incumbent - max(min(gap, 1.0) * max(1.0, abs(incumbent)) - margin, margin)


@kernel
def _branch_moves(data: Data, w: Scratch, state: Array, b: int, bar: Array, y: Array) -> None:
    """What the candidates of the branched place now serve at the prices, put into the averages."""
    g = data.place[b]
    rise = (w.price - data.usual).max()
    for e in range(data.first[g], data.first[g + 1]):
        j = data.member[e]
        if state[j] == FREE:
            continue
        change = (1.0 if state[j] == OPEN else 0.0) - y[j]
        if change == 0.0:
            continue
        if state[j] == CLOSED:
            knapsack(data, w, j, rise)
        take(data, w, j, change, bar)
        for k in range(len(data.upper)):
            bar[len(w.price) + k] += change * data.rows[k, j]
        y[j] += change


@kernel
def ascend(
    data: Data, w: Scratch, state: Array, count: Array, u: Array, bar: Array, y: Array, b: int, cutoff: float,
    target: float, steps: int, patient: bool, trial: Array, violation: Array, journal: Journal, name: int,
) -> float:  # fmt: skip
    """Bound of a node. State, prices and averages are those of the parent and become the node's."""
    m = data.cost.shape[1]
    best, factor, first = -HUGE, _FACTOR, 0.0
    for it in range(steps + 1):
        if it == 0:
            trial[:] = u
        else:
            norm = 1e-10
            for i in range(len(bar)):
                norm += bar[i] * bar[i]
            step(u, bar, factor * max(target - best, 1e-9 * abs(target)) / norm, m, trial)
        bound = lagrangian(data, w, state, count, trial)
        if bound > cutoff or bound >= 0.1 * HUGE:
            note(journal, name, trial, w.prices)
            return bound
        if fix(data, w, state, bound, cutoff) > 0:
            note(journal, name, trial, w.prices)
        if it == 0:
            best = first = bound
            if b >= 0:
                _branch_moves(data, w, state, b, bar, y)
                continue
        violation_of(data, w, violation)
        a = mix(bar, violation, _MOST)
        for i in range(len(bar)):
            bar[i] += a * (violation[i] - bar[i])
        for j in range(len(y)):
            y[j] += a * (w.y[j] - y[j])
        if bound > best:
            best, factor = bound, min(1.5, factor * 1.3)
            u[:] = trial
        else:
            factor *= 0.75
        hopeless = (best - first) * (steps / (_GIVE_UP + 1.0)) < 0.3 * (target - first)
        if it == _GIVE_UP and hopeless and not patient:
            break
    return best


@kernel
def open_number(count: Array, y: Array) -> float:
    """How many places are open by the averaged y."""
    return min(max(y.sum(), count[0]), count[1])


@kernel
def is_uneven(count: Array, y: Array) -> bool:
    """Whether to branch on the number of places that are open."""
    over = open_number(count, y) % 1.0
    return min(over, 1.0 - over) > _UNEVEN


@kernel
def _branch_on(
    data: Data, w: Scratch, state: Array, count: Array, u: Array, bar: Array, y: Array, bound: float, cutoff: float,
    target: float, gains: Array, effort: Effort, trial: Array, violation: Array, journal: Journal, name: int,
) -> tuple[int, int]:  # fmt: skip
    """What to branch on: the number of places (COUNT) where it is not whole, else the candidate of the best gains.

    −1: none is free. Candidates that are not known yet are probed; where a probe decides one, the node is left for the
    child that remains; its number comes second.
    """
    n = len(state)
    if is_uneven(count, y):
        return COUNT, name
    score = np.full(n, -1.0)
    first = -1
    for j in range(n):
        if state[j] == FREE:
            score[j] = min(y[j], 1.0 - y[j]) * data.capacity[j] + 1e-9 * data.total
            if first < 0 or score[j] > score[first]:
                first = j
    if first < 0:
        return -1, name
    best, at = -1.0, first
    beyond = cutoff + 0.3 * (target - bound)
    for _ in range(effort.probed):
        j = int(np.argmax(score))
        if score[j] <= 1e-6 * data.total / n and at != first:
            break
        if score[j] < 0.0:
            break
        score[j] = -1.0
        if state[j] != FREE:
            continue
        yj = min(0.95, max(0.05, y[j]))
        for up in range(2):
            if gains[2 + up, j] < effort.reliable:
                state2, u2, bar2, y2 = state.copy(), u.copy(), bar.copy(), y.copy()
                if up:
                    open_in_place(data, state2, j)
                else:
                    state2[j] = CLOSED
                noted, child = journal.counts[ROWS], journal.counts[NEXT]
                got = ascend(data, w, state2, count, u2, bar2, y2, j, cutoff, target, effort.probe_steps, True, trial,
                             violation, journal, child + up)  # fmt: skip
                gains[up, j] += max(0.0, min(got, beyond) - bound) / (1.0 - yj if up else yj)
                gains[2 + up, j] += 1.0
                if got > cutoff:
                    name = split(journal, name, j, 0) + 1 - up
                    if up:
                        state[j] = CLOSED
                    else:
                        open_in_place(data, state, j)
                    break
                journal.counts[ROWS] = noted
        if state[j] != FREE:
            continue
        down = max(gains[0, j] / max(gains[2, j], 1e-9) * yj, 1e-9 * abs(target))
        lift = max(gains[1, j] / max(gains[3, j], 1e-9) * (1.0 - yj), 1e-9 * abs(target))
        if down * lift > best:
            best, at = down * lift, j
    return at, name


@kernel
def _narrow(
    data: Data, w: Scratch, state: Array, count: Array, u: Array, bar: Array, y: Array, cutoff: float, target: float,
    trial: Array, violation: Array, journal: Journal, name: int,
) -> int:  # fmt: skip
    """Leave a node for its part with the number of places that y has, if the parts with fewer or more are refuted."""
    number = np.round(open_number(count, y))
    if is_uneven(count, y):
        return name
    for more in range(2):
        if count[more] == number:
            continue
        state2, u2, bar2, y2, count2 = state.copy(), u.copy(), bar.copy(), y.copy(), count.copy()
        count2[1 - more] = number + (1.0 if more else -1.0)
        noted, child = journal.counts[ROWS], journal.counts[NEXT]
        got = ascend(data, w, state2, count2, u2, bar2, y2, -1, cutoff, target, _NARROWED, False, trial, violation,
                     journal, child + more)  # fmt: skip
        if got > cutoff:
            name = split(journal, name, COUNT, int(number) - 1 + more) + 1 - more
            count[more] = number
        else:
            journal.counts[ROWS] = noted
    return name


@kernel
def push(
    nodes: Nodes, top: int, state: Array, count: Array, u: Array, bar: Array, y: Array, bound: float, b: int, name: int
) -> None:  # fmt: skip
    """Put a node on the stack."""
    nodes.state[top], nodes.u[top], nodes.bar[top], nodes.y[top] = state, u, bar, y
    nodes.places[top] = count
    nodes.bound[top], nodes.branched[top], nodes.name[top] = bound, b, name


@kernel
def note_open(data: Data, w: Scratch, nodes: Nodes, at: int, journal: Journal) -> None:
    """Note the prices that give a node its bound."""
    if is_on(journal):
        lagrangian(data, w, nodes.state[at], nodes.places[at], nodes.u[at])
        note(journal, nodes.name[at], nodes.u[at], w.prices)


@kernel
def _note_leaf(data: Data, tree: Tree, served: bool, cutoff: float, name: int, journal: Journal) -> None:
    """Note prices that show what the sites of the last pricing cost; where they cannot serve all, that.

    The potentials of the customers are optimal prices. Those that are not served have the potential of an artificial
    lane, and so have those that could only be served in their stead: to raise these prices lifts the bound for ever.
    Where a least throughput is not met, it is prices as low that do.
    """
    n, m = len(tree.row), len(data.demand)
    u = np.zeros(m + len(data.upper))
    more = 0.0 if served else 1e12 * max(tree.never, abs(cutoff) / data.total)
    for i in range(m):
        price = tree.numbers[0, n + i]
        if price > 0.5 * tree.never:
            price += more
        elif price < -0.5 * tree.never:
            price -= more
        u[i] = price * data.demand[i]
    note_exactly(journal, name, u)


@kernel
def dive(
    data: Data, w: Scratch, tree: Tree, nodes: Nodes, top: int, budget: int, best: Best, seen: Best, gap: float,
    held: float, target: float, gains: Array, effort: Effort, root: Array, journal: Journal,
) -> tuple[int, int]:  # fmt: skip
    """Depth first through the stack until it is empty or the budget of nodes is spent; height left, nodes done.

    `target` sets step lengths while there is no incumbent; `root` is the state of the root, within which incumbents are
    searched for. The better child comes first. The cutoff of the gap does not fall below `held` as plans get better;
    `seen` becomes the best of the rounded sets, if one is better.
    """
    n = len(data.fixed)
    state, u, bar, y = nodes.state[0].copy(), nodes.u[0].copy(), nodes.bar[0].copy(), nodes.y[0].copy()
    count = nodes.places[0].copy()
    trial, violation = np.empty(len(u)), np.empty(len(u))
    done = 0
    while top > 0 and done < budget and not is_full(journal):
        top -= 1
        found = best.value[0] < np.inf
        cutoff = data.ceiling
        if found:
            cutoff = max(cutoff_of(best.value[0], gap), min(held, cutoff_of(best.value[0], 0.0)))
        if nodes.bound[top] > cutoff:
            note_open(data, w, nodes, top, journal)
            continue
        done += 1
        name = nodes.name[top]
        state[:], u[:], bar[:], y[:] = nodes.state[top], nodes.u[top], nodes.bar[top], nodes.y[top]
        count[:] = nodes.places[top]
        goal = cutoff if found else max(target, nodes.bound[top] + 0.01 * abs(nodes.bound[top]))
        b = nodes.branched[top]
        if b == COUNT:
            bound = ascend(data, w, state, count, u, bar, y, b, cutoff, goal, 0, False, trial, violation, journal, name)
            if bound <= cutoff:
                bound, _, _ = volume(data, w, state, count, u, bar, y, cutoff, goal, _COUNTED, _LONG, bound, journal,
                                     name)  # fmt: skip
        else:
            bound = ascend(data, w, state, count, u, bar, y, b, cutoff, goal, effort.steps, False, trial, violation,
                           journal, name)  # fmt: skip
        if bound > cutoff or bound >= 0.1 * HUGE:
            continue
        bound = max(bound, nodes.bound[top])
        if b == COUNT:
            name = _narrow(data, w, state, count, u, bar, y, cutoff, goal, trial, violation, journal, name)
        if done % _SHORTEN_EVERY == 0:
            shorten(data, w, state)
        spread = 0.0
        for j in range(n):
            if state[j] == FREE:
                spread = max(spread, min(y[j], 1.0 - y[j]))
        if spread < 1e-3 or done % _ROUND_EVERY == 0:
            open_ = rounded(data, state, y)
            value = price_set(data, tree, open_, state, best)
            if value < seen.value[0]:
                seen.value[0] = value
                seen.open[:] = open_
            if done % SEARCH_EVERY == 0 and value < np.inf:
                descend(data, tree, root, open_, value, best, SEARCHED)
        b, name = _branch_on(data, w, state, count, u, bar, y, bound, cutoff, goal, gains, effort, trial, violation,
                             journal, name)  # fmt: skip
        if b == -1:
            value = price_set(data, tree, state == OPEN, state, best)
            _note_leaf(data, tree, value < np.inf, cutoff, name, journal)
            continue
        if b >= 0 and state[b] != FREE:  # probing has decided it: the node once more
            push(nodes, top, state, count, u, bar, y, bound, -1, name)
            top += 1
            continue
        most = np.floor(open_number(count, y))
        share = open_number(count, y) - most if b == COUNT else y[b]
        child = split(journal, name, b, int(most))
        for late in (True, False):
            up = (share >= 0.5) != late
            push(nodes, top, state, count, u, bar, y, bound, b, child + up)
            if b == COUNT:
                nodes.places[top, 0 if up else 1] = most + up
            elif up:
                open_in_place(data, nodes.state[top], b)
            else:
                nodes.state[top, b] = CLOSED
            top += 1
    return top, done
